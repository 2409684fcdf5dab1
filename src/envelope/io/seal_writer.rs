//! Sealing to a writer.

use alloc::vec::Vec;
use std::io::{self, Write};

use super::Buffer;
use crate::asymmetric::Signer;
use crate::envelope::lanes::lanes;
use crate::envelope::payload::{PayloadSealer, Sealing};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::TAG;

/// Takes plaintext and writes a payload. Nothing is complete before [`SealWriter::finish`].
///
/// It holds one chunk, whatever the payload's size. With the feature `parallel` it seals on all
/// cores once the payload is longer than a chunk, holds at most 1.3 MiB (or a chunk), and writes a
/// little later: an error of the output may show only on the next call.
pub struct SealWriter<'a, W: Write> {
    inner: W,
    payload: Option<PayloadSealer>,
    signer: Option<&'a dyn Signer>,
    /// Room for some chunks and their tags.
    buffer: Secret<Buffer>,
    /// How much plaintext waits in the buffer, each chunk in its place.
    filled: usize,
    chunk_size: usize,
    /// Bytes of a chunk, with its tag.
    stride: usize,
    /// How many chunks the buffer has room for.
    lanes: usize,
    /// Sealed chunks that have not been written, with their length: with several lanes they are
    /// while the next ones are sealed.
    sealed: Option<(Secret<Buffer>, usize)>,
}

impl<'a, W: Write> SealWriter<'a, W> {
    pub(in crate::envelope) fn new(
        inner: W,
        payload: PayloadSealer,
        signer: Option<&'a dyn Signer>,
        chunk_size: usize,
    ) -> Self {
        let stride = chunk_size + TAG;
        Self {
            inner,
            payload: Some(payload),
            signer,
            buffer: Buffer::new(stride),
            filled: 0,
            chunk_size,
            stride,
            lanes: 1,
            sealed: None,
        }
    }

    /// Writes the final chunk and, for a signed record, the trailer; gives the output back.
    ///
    /// # Errors
    /// [`Error::Io`]; those of the signer; [`Error::StreamEnded`] after an earlier failure.
    pub fn finish(mut self) -> Result<W> {
        let mut payload = self.emit(true, &[])?;
        if let Some((buffer, length)) = self.sealed.take() {
            let chunks = buffer.expose().0.get(..length).unwrap_or_default();
            payload.signed().add(chunks);
            self.inner.write_all(chunks)?;
        }
        if let Some(signer) = self.signer {
            self.inner.write_all(&payload.trailer(signer)?)?;
        }
        self.inner.flush()?;
        Ok(self.inner)
    }

    /// Seals what waits in the buffer and, if those are whole chunks, the ones of `more` behind it.
    /// Writes them or, with several lanes, the ones before them. After a failure the stream stays
    /// closed, for the caller alone puts the payload back.
    fn emit(&mut self, is_final: bool, more: &[u8]) -> Result<PayloadSealer> {
        let mut payload = self.payload.take().ok_or(Error::StreamEnded)?;
        let size = self.chunk_size;
        let length = self.filled + more.len();
        let length = length + length.div_ceil(size).max(1) * TAG;
        let room = self.buffer.expose_mut().0.get_mut(..length);
        let mut places = room
            .ok_or(Error::Argument("chunk"))?
            .chunks_mut(self.stride);
        // All that wait, or as many as there are: nothing is one chunk, too.
        let waiting = places.len() - more.len().div_ceil(size);
        let mut chunks: Vec<_> = (&mut places).take(waiting).map(Sealing::in_place).collect();
        let pairs = more.chunks(size).zip(places);
        chunks.extend(pairs.map(|(from, to)| Sealing::from(from, to)));
        let (inner, before) = (&mut self.inner, self.sealed.take());
        payload.seal_all(is_final, &mut chunks, |signed| match &before {
            None => Ok(()),
            Some((buffer, length)) => {
                let chunks = buffer.expose().0.get(..*length).unwrap_or_default();
                signed.add(chunks);
                inner.write_all(chunks)
            }
        })??;
        self.filled = 0;
        if self.lanes > 1 {
            let room = before.map_or_else(|| self.room(), |(buffer, _)| buffer);
            let sealed = core::mem::replace(&mut self.buffer, room);
            self.sealed = Some((sealed, length));
        } else {
            let chunks = self.buffer.expose().0.get(..length).unwrap_or_default();
            payload.signed().add(chunks);
            self.inner.write_all(chunks)?;
            self.widen(is_final);
        }
        Ok(payload)
    }

    /// Once more than one chunk comes, several are worth taking on together.
    fn widen(&mut self, is_final: bool) {
        let lanes = if is_final { 1 } else { lanes(self.chunk_size) };
        if lanes != self.lanes {
            self.lanes = lanes;
            self.buffer = self.room();
        }
    }

    fn room(&self) -> Secret<Buffer> {
        Buffer::new(self.lanes * self.stride)
    }
}

impl<W: Write> Write for SealWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let size = self.chunk_size;
        // Full chunks wait until more is known to come: the last one is sealed as final.
        let (waiting, begun) = (self.filled / size, self.filled % size);
        let whole = match begun {
            // Whole chunks that are not the last need no copy.
            0 => ((bytes.len() - 1) / size).min(self.lanes - waiting),
            _ => 0,
        };
        let more = bytes.get(..whole * size).unwrap_or_default();
        if whole > 0 || waiting == self.lanes {
            self.payload = Some(self.emit(false, more)?);
        }
        if whole > 0 {
            return Ok(more.len());
        }
        if self.payload.is_none() {
            return Err(Error::StreamEnded.into());
        }
        let (chunk, at) = (self.filled / size, self.filled % size);
        let begin = chunk * self.stride;
        let room = self.buffer.expose_mut().0.get_mut(begin + at..begin + size);
        let taken = room.unwrap_or_default().write(bytes)?;
        self.filled += taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
