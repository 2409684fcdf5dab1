//! Reading a session from a file or pipe, which may still be growing.

use alloc::vec::Vec;
use core::ops::Range;
use std::io::{ErrorKind, Read};

use crate::envelope::{OpenedHeader, Segment, SessionReader, SessionStatus};
use crate::error::Result;

/// Bytes read at a time.
const STEP: usize = 64 << 10;

/// Reads the segments of a session; made by [`OpenedHeader::open_session_from`]. It holds one
/// segment, as it was sealed.
pub struct SessionSource<'a, R> {
    session: SessionReader<'a>,
    inner: R,
    /// What was read; before `begin` all of it is done with.
    buffer: Vec<u8>,
    begin: usize,
}

impl<'a> OpenedHeader<'a> {
    /// Reads a session from a reader that stands behind the header.
    ///
    /// # Errors
    /// As [`OpenedHeader::session`].
    pub fn open_session_from<R: Read>(self, inner: R) -> Result<SessionSource<'a, R>> {
        Ok(SessionSource {
            session: self.session()?,
            inner,
            buffer: Vec::new(),
            begin: 0,
        })
    }
}

impl<'a, R: Read> SessionSource<'a, R> {
    /// The next segment; none where what is there ends. Whether there will be more shows
    /// [`SessionSource::status`]; of a growing file it can be asked again.
    ///
    /// # Errors
    /// Those of [`SessionReader::next`]; [`Error::Io`](crate::Error::Io).
    pub fn next_segment(&mut self) -> Result<Option<Segment>> {
        loop {
            let mut unread = self.buffer.get(self.begin..).unwrap_or_default();
            let segment = self.session.next(&mut unread)?;
            self.begin = self.buffer.len() - unread.len();
            // Behind the end mark, too, it looks whether anything follows.
            if segment.is_some() || !self.refill()? {
                return Ok(segment);
            }
        }
    }

    /// Whether the end mark was read.
    #[must_use]
    pub const fn status(&self) -> SessionStatus {
        self.session.status()
    }

    /// The numbers of the segments that were skipped: sealed, and not there.
    #[must_use]
    pub fn missing(&self) -> &[Range<u32>] {
        self.session.missing()
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &OpenedHeader<'a> {
        self.session.header()
    }

    /// The header, when nothing more is read.
    #[must_use]
    pub fn into_header(self) -> OpenedHeader<'a> {
        self.session.into_header()
    }

    /// How many bytes stand behind what was read: the beginning of a segment.
    #[must_use]
    pub fn torn(&self) -> usize {
        self.buffer.len() - self.begin
    }

    /// Reads on; false if there is nothing more, for now at least.
    fn refill(&mut self) -> Result<bool> {
        self.buffer.drain(..self.begin);
        self.begin = 0;
        let before = self.buffer.len();
        self.buffer.resize(before + STEP, 0);
        let room = self.buffer.get_mut(before..).unwrap_or_default();
        // One call: where a pipe has something it does not wait for more.
        let read = loop {
            match self.inner.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let count = read.as_ref().map_or(0, |count| *count);
        self.buffer.truncate(before + count);
        read?;
        Ok(count > 0)
    }
}
