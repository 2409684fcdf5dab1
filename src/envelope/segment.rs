//! A segment that is sealed in pieces, where there is no room for all of it.

use super::payload::PayloadSealer;
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::symmetric::TAG;

/// Bytes before a segment's chunks.
pub const SEGMENT_START: usize = 9;

/// Seals the chunks of one segment, each where it lies; made by
/// [`SessionSealer::begin_segment`](super::SessionSealer::begin_segment).
///
/// What it seals goes to the output in order, behind the 9 bytes that came with it. A segment that
/// is not ended leaves a session that opens to the segment before, so nothing may follow it.
pub struct SegmentSealer<'a> {
    payload: PayloadSealer,
    sender: Option<&'a dyn Signer>,
    chunk_size: usize,
    /// Content to come.
    left: usize,
    ended: bool,
}

impl<'a> SegmentSealer<'a> {
    pub(super) fn new(
        payload: PayloadSealer,
        sender: Option<&'a dyn Signer>,
        chunk_size: u32,
        length: usize,
    ) -> Self {
        Self {
            payload,
            sender,
            chunk_size: chunk_size as usize,
            left: length,
            ended: false,
        }
    }

    /// How many bytes of content the next chunk has; none if there is no next one.
    #[must_use]
    pub fn next(&self) -> Option<usize> {
        (!self.ended).then_some(self.left.min(self.chunk_size))
    }

    /// Seals the next chunk in place: [`SegmentSealer::next`] bytes of content with 16 bytes of
    /// room for its tag behind them.
    ///
    /// # Errors
    /// [`Error::StreamEnded`] behind the last chunk; [`Error::Argument`] for another length, and
    /// nothing is sealed then.
    pub fn chunk(&mut self, chunk: &mut [u8]) -> Result<()> {
        let content = self.next().ok_or(Error::StreamEnded)?;
        if chunk.len() != content + TAG {
            return Err(Error::Argument("length of a chunk"));
        }
        self.left -= content;
        self.ended = self.left == 0;
        self.payload.seal_in_place(self.ended, chunk)
    }

    /// Ends the segment: 64 bytes behind the last chunk, if it is signed.
    ///
    /// # Errors
    /// [`Error::Missing`] before the last chunk; those of the signer.
    pub fn end(self) -> Result<Option<[u8; 64]>> {
        if !self.ended {
            return Err(Error::Missing("chunks of the segment"));
        }
        let signature = |signer| self.payload.trailer(signer);
        self.sender.map(signature).transpose()
    }
}
