//! What everybody sees of a session.

use alloc::vec::Vec;
use core::ops::Range;
use std::io::{self, BufReader, Read};

use crate::envelope::session_part::Part;
use crate::envelope::{Content, Header, SessionStatus};
use crate::error::{Error, Result};
use crate::wire::Reader;

/// What stands before the sealed bytes of a segment, and before those of an end mark.
const SEGMENT_HEAD: usize = 9;
const END_HEAD: usize = 5;

/// The segments of a session as whoever stores it sees them. Nothing of it is authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOutline {
    /// How many segments there are, whole ones only.
    pub segments: u32,
    /// The bytes of content in them.
    pub content_bytes: u64,
    /// All bytes behind the header.
    pub bytes: u64,
    /// The numbers that are skipped.
    pub missing: Vec<Range<u32>>,
    /// Whether there is an end mark.
    pub status: SessionStatus,
    /// Bytes behind the last whole part: the beginning of another.
    pub torn: u64,
}

impl Header {
    /// Looks through a session whose segments `reader` stands before, to its end.
    ///
    /// # Errors
    /// [`Error::Kind`] for a record or a batch; the decoding errors for what no session looks
    /// like; [`Error::Io`].
    pub fn outline_session(&self, reader: impl Read) -> Result<SessionOutline> {
        if self.fixed.content() != Content::Session {
            return Err(Error::Kind(self.fixed.content().kind() as u8));
        }
        let mut outline = SessionOutline {
            segments: 0,
            content_bytes: 0,
            bytes: 0,
            missing: Vec::new(),
            status: SessionStatus::Interrupted,
            torn: 0,
        };
        let (mut reader, mut next) = (BufReader::new(reader), 0);
        while outline.status == SessionStatus::Interrupted {
            match self.part(&mut reader, &mut next, &mut outline)? {
                Some(whole) => outline.bytes += whole,
                None => break,
            }
        }
        if outline.status == SessionStatus::Ended && io::copy(&mut reader, &mut io::sink())? > 0 {
            return Err(Error::TrailingBytes);
        }
        outline.bytes += outline.torn;
        Ok(outline)
    }

    /// One part: its bytes, or none if it is torn or not there.
    fn part(
        &self,
        reader: &mut impl Read,
        next: &mut u32,
        outline: &mut SessionOutline,
    ) -> Result<Option<u64>> {
        let mut head = Vec::with_capacity(SEGMENT_HEAD);
        reader.by_ref().take(1).read_to_end(&mut head)?;
        let length = match head.first() {
            Some(&crate::envelope::session::END) => END_HEAD,
            _ => SEGMENT_HEAD,
        };
        let rest = (length - head.len()) as u64;
        reader.by_ref().take(rest).read_to_end(&mut head)?;
        outline.torn = head.len() as u64;
        let part = match Part::read(&mut Reader::new(&head), &self.fixed, *next) {
            Err(Error::Truncated) => return Ok(None),
            part => part?,
        };
        let sealed = part.sealed(&self.fixed) as u64;
        let there = io::copy(&mut reader.by_ref().take(sealed), &mut io::sink())?;
        outline.torn += there;
        if there < sealed {
            return Ok(None);
        }
        let (Part::Segment { number: until, .. } | Part::End { count: until }) = part;
        if *next < until {
            outline.missing.push(*next..until);
        }
        match part {
            Part::Segment { number, .. } => {
                *next = number + 1;
                outline.segments += 1;
                outline.content_bytes += part.content(&self.fixed)? as u64;
            }
            Part::End { .. } => outline.status = SessionStatus::Ended,
        }
        Ok(Some(core::mem::take(&mut outline.torn)))
    }
}
