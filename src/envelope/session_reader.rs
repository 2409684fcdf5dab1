//! Reading sessions, ended or not.

use alloc::vec::Vec;
use core::ops::Range;

use subtle::ConstantTimeEq;

use super::fixed::Content;
use super::open::OpenedHeader;
use super::payload::PayloadOpener;
use super::sender::{self, Sender};
use super::session::Ratchet;
use super::session_part::Part;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::tags;
use crate::wire::Reader;

/// One segment of a session, all of it authenticated.
pub struct Segment {
    /// Its number, from 0.
    pub number: u32,
    /// The content, wiped on drop.
    pub plaintext: Secret<Vec<u8>>,
    /// [`Sender::Signed`] or [`Sender::Unsigned`].
    pub sender: Sender,
}

/// Whether a session has its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    /// The end mark was read: how many segments there were is known.
    Ended,
    /// There is no end mark, yet or for ever: more segments may have been recorded.
    Interrupted,
}

/// Reads a session segment by segment; made by [`OpenedHeader::session`]. After an error it reads
/// nothing more.
pub struct SessionReader<'a> {
    header: OpenedHeader<'a>,
    ratchet: Ratchet,
    missing: Vec<Range<u32>>,
    status: SessionStatus,
    failed: bool,
}

impl<'a> OpenedHeader<'a> {
    /// Reads a session from its first segment on.
    ///
    /// # Errors
    /// [`Error::Kind`] for a record or a batch.
    pub fn session(self) -> Result<SessionReader<'a>> {
        if self.fixed().content() != Content::Session {
            return Err(Error::Kind(self.fixed().content().kind() as u8));
        }
        let ratchet = Ratchet::start(&self.data_key, &self.header.fixed, &self.header.h);
        Ok(SessionReader {
            header: self,
            ratchet,
            missing: Vec::new(),
            status: SessionStatus::Interrupted,
            failed: false,
        })
    }
}

impl<'a> SessionReader<'a> {
    /// The next segment of what is there. `unread` is what follows the last one that was read and
    /// is moved on behind this one; where it ends within a segment, or at its end, the answer is
    /// none: come again when there is more.
    ///
    /// # Errors
    /// [`Error::Open`] for anything that is not what the sealer made, in its order;
    /// [`Error::Verify`] and [`Error::Sender`]; the decoding errors, and
    /// [`Error::TrailingBytes`] behind the end mark; [`Error::StreamEnded`] after an error.
    pub fn next(&mut self, unread: &mut &[u8]) -> Result<Option<Segment>> {
        if self.failed {
            return Err(Error::StreamEnded);
        }
        let read = self.read(unread);
        self.failed = read.is_err();
        read
    }

    /// Whether the end mark was read.
    #[must_use]
    pub const fn status(&self) -> SessionStatus {
        self.status
    }

    /// The numbers of the segments that were skipped: sealed, and not there.
    #[must_use]
    pub fn missing(&self) -> &[Range<u32>] {
        &self.missing
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &OpenedHeader<'a> {
        &self.header
    }

    /// The header, when nothing more is read.
    #[cfg(feature = "std")]
    pub(super) fn into_header(self) -> OpenedHeader<'a> {
        self.header
    }

    fn read(&mut self, unread: &mut &[u8]) -> Result<Option<Segment>> {
        if self.status == SessionStatus::Ended {
            return match unread.is_empty() {
                true => Ok(None),
                false => Err(Error::TrailingBytes),
            };
        }
        let fixed = &self.header.header.fixed;
        let mut reader = Reader::new(unread);
        let part = Part::read(&mut reader, fixed, self.ratchet.number());
        let part = part.and_then(|part| Ok((part, reader.bytes(part.sealed(fixed))?)));
        let (part, sealed) = match part {
            Ok(found) => found,
            Err(Error::Truncated) => return Ok(None),
            Err(error) => return Err(error),
        };
        let rest = reader.rest();
        match part {
            Part::Segment { number, .. } => {
                let segment = self.segment(number, sealed)?;
                *unread = rest;
                Ok(Some(segment))
            }
            Part::End { count } => {
                let (code, signature) = sealed.split_first_chunk().ok_or(Error::Open)?;
                self.end(count, code, signature.first_chunk())?;
                *unread = rest;
                match rest.is_empty() {
                    true => Ok(None),
                    false => Err(Error::TrailingBytes),
                }
            }
        }
    }

    fn segment(&mut self, number: u32, payload: &[u8]) -> Result<Segment> {
        let (fixed, h) = (&self.header.header.fixed, &self.header.header.h);
        let from = self.ratchet.number();
        let ratchet = self.forward(number);
        let stream = ratchet.stream(fixed.suite, h);
        let opener = PayloadOpener::new(stream, *h, fixed.sender).segment(number);
        let (plaintext, sender) = self.header.open_chunks(opener, payload)?;
        self.ratchet = ratchet.next(h);
        self.note(from..number);
        Ok(Segment {
            number,
            plaintext,
            sender,
        })
    }

    fn end(&mut self, count: u32, code: &[u8; 32], signature: Option<&[u8; 64]>) -> Result<()> {
        let h = &self.header.header.h;
        let from = self.ratchet.number();
        let ratchet = self.forward(count);
        if !bool::from(ratchet.end(h).ct_eq(code)) {
            return Err(Error::Open);
        }
        if let Some(key) = &self.header.header.fixed.sender {
            let parts: [&[u8]; 2] = [h, &count.to_be_bytes()];
            let signature = signature.ok_or(Error::Verify)?;
            sender::verify(key, tags::SENDER_END, &parts, signature)?;
        }
        self.ratchet = ratchet;
        self.note(from..count);
        self.status = SessionStatus::Ended;
        Ok(())
    }

    /// The ratchet at a later segment. At most a million steps, of a microsecond each.
    fn forward(&self, number: u32) -> Ratchet {
        let h = &self.header.header.h;
        let mut ratchet = self.ratchet.at_its_place();
        while ratchet.number() < number {
            ratchet = ratchet.next(h);
        }
        ratchet
    }

    /// What is not there.
    fn note(&mut self, gap: Range<u32>) {
        if !gap.is_empty() {
            self.missing.push(gap);
        }
    }
}
