//! Where the chunks of a payload come from, group by group.

use alloc::vec::Vec;
use std::io::{self, BufRead, Read};

use super::Buffer;
use crate::envelope::payload::Signed;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A reader at a payload.
pub(super) struct Source<R> {
    inner: R,
    look: Option<Look<R>>,
    /// Bytes of a chunk, with its tag.
    stride: usize,
    /// Bytes behind the final chunk.
    trailer: usize,
    /// What has been read beyond the last group: the trailer behind the final chunk, else as much
    /// and one byte more, which tells that another chunk follows.
    behind: Vec<u8>,
}

/// What a [`BufRead`] can do and a [`Read`] can't.
struct Look<R> {
    fill: for<'r> fn(&'r mut R) -> io::Result<&'r [u8]>,
    consume: fn(&mut R, usize),
}

/// Some chunks as read; they are opened in place.
pub(super) struct Group {
    /// Room for the chunks and for what [`Source::behind`] will be.
    buffer: Secret<Buffer>,
    /// How many bytes of the buffer are chunks.
    length: usize,
    /// Whether the last of them is the payload's last.
    pub(super) is_final: bool,
}

impl Group {
    pub(super) fn new<R>(source: &Source<R>, chunks: usize) -> Self {
        Self {
            buffer: Buffer::new(chunks * source.stride + source.trailer + 1),
            length: 0,
            is_final: false,
        }
    }

    /// Whether it is a group for so many chunks.
    pub(super) fn fits<R>(&self, source: &Source<R>, chunks: usize) -> bool {
        self.buffer.expose().0.len() == chunks * source.stride + source.trailer + 1
    }

    pub(super) fn chunks(&self) -> &[u8] {
        self.buffer
            .expose()
            .0
            .get(..self.length)
            .unwrap_or_default()
    }

    pub(super) fn chunks_mut(&mut self) -> &mut [u8] {
        let room = self.buffer.expose_mut().0.get_mut(..self.length);
        room.unwrap_or_default()
    }

    /// Room for other chunks, of `length` bytes.
    pub(super) fn room(&mut self, length: usize) -> &mut [u8] {
        (self.length, self.is_final) = (length, false);
        self.chunks_mut()
    }
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R, stride: usize, trailer: usize) -> Self {
        Self {
            inner,
            look: None,
            stride,
            trailer,
            behind: Vec::with_capacity(trailer + 1),
        }
    }

    pub(super) fn with_look(mut self) -> Self
    where
        R: BufRead,
    {
        self.look = Some(Look {
            fill: R::fill_buf,
            consume: R::consume,
        });
        self
    }

    /// The trailer, once the final chunk has been read.
    pub(super) fn trailer(&self) -> &[u8] {
        &self.behind
    }

    /// Reads the next group and adds its chunks to what is signed.
    pub(super) fn fill(&mut self, group: &mut Group, signed: &mut Signed) -> Result<()> {
        let buffer = &mut group.buffer.expose_mut().0;
        let mut filled = self.behind.len();
        let front = buffer.get_mut(..filled).ok_or(Error::Open)?;
        front.copy_from_slice(&self.behind);
        while let Some(room) = buffer.get_mut(filled..).filter(|it| !it.is_empty()) {
            match self.inner.read(room) {
                Ok(0) => break,
                Ok(count) => filled += count.min(room.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        group.is_final = filled < buffer.len();
        let behind = self.trailer + usize::from(!group.is_final);
        let length = filled.checked_sub(behind).ok_or(Error::Open)?;
        let (chunks, behind) = buffer.split_at_checked(length).ok_or(Error::Open)?;
        let behind = behind.get(..filled - length).unwrap_or_default();
        self.behind.clear();
        self.behind.extend_from_slice(behind);
        group.length = length;
        signed.add(chunks);
        Ok(())
    }

    /// The chunks that lie in the reader's own memory and are not the last: at most `most`, and
    /// none when something has been read beyond the last group.
    pub(super) fn held(&mut self, most: usize) -> Result<&[u8]> {
        let Some(look) = self.look.as_ref().filter(|_| self.behind.is_empty()) else {
            return Ok(&[]);
        };
        // Some readers are interrupted; the borrow of what one holds can't be kept in a loop.
        while let Err(error) = (look.fill)(&mut self.inner) {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error.into());
            }
        }
        let held = (look.fill)(&mut self.inner)?;
        let whole = held.len().saturating_sub(self.trailer + 1) / self.stride;
        Ok(held
            .get(..whole.min(most) * self.stride)
            .unwrap_or_default())
    }

    /// Done with so many bytes of what [`Source::held`] gave.
    pub(super) fn consume(&mut self, bytes: usize) {
        if let Some(look) = &self.look {
            (look.consume)(&mut self.inner, bytes);
        }
    }
}
