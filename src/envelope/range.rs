//! Parts of a payload, without reading the whole of it.

use alloc::vec::Vec;
use core::ops::Range;

use super::header::SIGNATURE_BYTES;
use super::open::OpenedHeader;
use super::payload;
use super::sender::AcceptedSenders;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::TAG;

/// Where the chunks of a payload lie, from its length alone. Sizes in bytes.
#[derive(Clone, Copy)]
struct Layout {
    /// Plaintext in a chunk.
    chunk: u64,
    /// All chunks with their tags, without the trailer.
    chunks: u64,
    /// Number of the final chunk.
    last: u64,
}

impl Layout {
    fn new(payload: u64, chunk_size: u32, signed: bool) -> Result<Self> {
        let trailer = if signed { SIGNATURE_BYTES as u64 } else { 0 };
        let chunk = u64::from(chunk_size);
        let chunks = payload.checked_sub(trailer).ok_or(Error::Open)?;
        if chunks < TAG as u64 {
            return Err(Error::Open);
        }
        let last = (chunks - 1) / (chunk + TAG as u64);
        Ok(Self {
            chunk,
            chunks,
            last,
        })
    }

    /// Where chunk `number` begins, and how long it is with its tag.
    fn place(&self, number: u64) -> (u64, usize) {
        let stride = self.chunk + TAG as u64;
        let begin = number * stride;
        (begin, (self.chunks - begin).min(stride) as usize)
    }

    /// Bytes of plaintext. Only authentic once the final chunk has been opened.
    fn plaintext(&self) -> Result<u64> {
        let (begin, length) = self.place(self.last);
        let in_last = (length as u64).checked_sub(TAG as u64).ok_or(Error::Open)?;
        Ok(begin - self.last * TAG as u64 + in_last)
    }
}

impl OpenedHeader<'_> {
    /// The bytes `range` of the plaintext, of a payload of which `read_at(offset, buffer)` fills
    /// parts and `length` is the length in bytes.
    ///
    /// The final chunk is authenticated first, and with it the payload's length; then whole
    /// verified chunks are opened. The sender's signature over the payload is not checked: a
    /// range shows at most [`Sender::HeaderSigned`](super::Sender::HeaderSigned).
    ///
    /// # Errors
    /// [`Error::Sender`] when the opener accepts known senders only; [`Error::Argument`] for a
    /// range outside the plaintext; [`Error::Open`]; those of `read_at`.
    pub fn open_range(
        &self,
        length: u64,
        range: Range<u64>,
        read_at: &mut dyn FnMut(u64, &mut [u8]) -> Result<()>,
    ) -> Result<Secret<Vec<u8>>> {
        self.is_record()?;
        if !matches!(self.senders, AcceptedSenders::Any) {
            return Err(Error::Sender);
        }
        let fixed = &self.header.fixed;
        let layout = Layout::new(length, fixed.chunk_size, fixed.sender.is_some())?;
        let stream = self.stream();
        let mut open = |number: u64, chunk: &mut Vec<u8>| -> Result<()> {
            let (begin, length) = layout.place(number);
            chunk.clear();
            chunk.resize(length, 0);
            read_at(begin, chunk)?;
            let length = payload::open_chunk(&stream, number, number == layout.last, chunk)?;
            chunk.truncate(length);
            Ok(())
        };

        let mut chunk = Secret::new(Vec::with_capacity(fixed.chunk_size as usize + TAG));
        open(layout.last, chunk.expose_mut())?;
        let total = layout.plaintext()?;
        if range.start > range.end || range.end > total {
            return Err(Error::Argument("range outside the record"));
        }
        let wanted =
            usize::try_from(range.end - range.start).map_err(|_| Error::TooLarge("range"))?;
        let mut out = Secret::new(Vec::with_capacity(wanted));
        let mut number = range.start / layout.chunk;
        while out.expose().len() < wanted {
            open(number, chunk.expose_mut())?;
            let begin = number * layout.chunk;
            let from = range.start.saturating_sub(begin) as usize;
            let to = (range.end - begin).min(chunk.expose().len() as u64) as usize;
            let part = chunk.expose().get(from..to).ok_or(Error::Open)?;
            out.expose_mut().extend_from_slice(part);
            number += 1;
        }
        Ok(out)
    }

    /// As [`OpenedHeader::open_range`], of a payload in memory: all bytes behind the header.
    ///
    /// # Errors
    /// As [`OpenedHeader::open_range`].
    pub fn open_range_of(&self, payload: &[u8], range: Range<u64>) -> Result<Secret<Vec<u8>>> {
        self.open_range(payload.len() as u64, range, &mut |offset, buffer| {
            let begin = usize::try_from(offset).map_err(|_| Error::Open)?;
            let end = begin.checked_add(buffer.len()).ok_or(Error::Open)?;
            buffer.copy_from_slice(payload.get(begin..end).ok_or(Error::Open)?);
            Ok(())
        })
    }

    /// As [`OpenedHeader::open_range`], of a file or another seekable reader, in which the
    /// payload begins at `begin` (the header's length, unless it was stored apart).
    ///
    /// # Errors
    /// As [`OpenedHeader::open_range`]; [`Error::Io`].
    #[cfg(feature = "std")]
    pub fn open_range_from<R: std::io::Read + std::io::Seek>(
        &self,
        reader: &mut R,
        begin: u64,
        range: Range<u64>,
    ) -> Result<Secret<Vec<u8>>> {
        use std::io::SeekFrom;
        let end = reader.seek(SeekFrom::End(0))?;
        let length = end.checked_sub(begin).ok_or(Error::Open)?;
        self.open_range(length, range, &mut |offset, buffer| {
            let at = begin.checked_add(offset).ok_or(Error::Open)?;
            reader.seek(SeekFrom::Start(at))?;
            reader.read_exact(buffer)?;
            Ok(())
        })
    }
}
