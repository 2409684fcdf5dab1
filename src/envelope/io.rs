//! Sealing and opening over `std::io`, in constant memory.

use alloc::vec::Vec;
use std::io::{self, Read, Write};

use super::header::{SIGNATURE_BYTES, Source};
use super::open::OpenedHeader;
use super::payload::{PayloadOpener, PayloadSealer};
use super::sender::Sender;
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::TAG;

/// Header bytes from a reader.
pub(super) struct ReadSource<'a, R>(pub(super) &'a mut R);

impl<R: Read> Source for ReadSource<'_, R> {
    fn take(&mut self, count: usize, out: &mut Vec<u8>) -> Result<()> {
        // Callers bound `count`; memory grows with what is really there.
        let got = self.0.by_ref().take(count as u64).read_to_end(out)?;
        if got == count {
            Ok(())
        } else {
            Err(Error::Truncated)
        }
    }
}

/// Takes plaintext and writes a payload. Nothing is complete before [`SealWriter::finish`].
pub struct SealWriter<'a, W: Write> {
    inner: W,
    payload: Option<PayloadSealer>,
    signer: Option<&'a dyn Signer>,
    buffer: Secret<Vec<u8>>,
    chunk_size: usize,
}

impl<'a, W: Write> SealWriter<'a, W> {
    pub(super) fn new(
        inner: W,
        payload: PayloadSealer,
        signer: Option<&'a dyn Signer>,
        chunk_size: usize,
    ) -> Self {
        let buffer = Secret::new(Vec::with_capacity(chunk_size + TAG));
        Self {
            inner,
            payload: Some(payload),
            signer,
            buffer,
            chunk_size,
        }
    }

    /// Writes the final chunk and, for a signed record, the trailer; gives the output back.
    ///
    /// # Errors
    /// [`Error::Io`]; those of the signer; [`Error::StreamEnded`] after an earlier failure.
    pub fn finish(mut self) -> Result<W> {
        let mut payload = self.payload.take().ok_or(Error::StreamEnded)?;
        payload.seal(true, self.buffer.expose_mut(), 0)?;
        self.inner.write_all(self.buffer.expose())?;
        if let Some(signer) = self.signer {
            self.inner.write_all(&payload.trailer(signer)?)?;
        }
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn emit(&mut self) -> Result<()> {
        // Taken out first: after a failure the stream stays closed.
        let mut payload = self.payload.take().ok_or(Error::StreamEnded)?;
        payload.seal(false, self.buffer.expose_mut(), 0)?;
        self.inner.write_all(self.buffer.expose())?;
        self.buffer.expose_mut().clear();
        self.payload = Some(payload);
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.payload.is_none() {
            return Err(Error::StreamEnded.into());
        }
        // A full chunk waits until more is known to come: the last one is sealed as final.
        if self.buffer.expose().len() == self.chunk_size {
            self.emit()?;
        }
        let room = self.chunk_size - self.buffer.expose().len();
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.buffer.expose_mut().extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Yields plaintext from a payload, chunk by verified chunk.
///
/// Each chunk is authentic when it comes out, but that none is missing at the end shows only
/// when reading ends without an error: until then treat everything as unconfirmed. The sender is
/// known after that, from [`OpenReader::finish`].
pub struct OpenReader<'a, R: Read> {
    inner: R,
    header: OpenedHeader<'a>,
    state: State,
    /// Ciphertext read beyond the current chunk: one byte more than a trailer tells that another
    /// chunk follows.
    ahead: Vec<u8>,
    plain: Secret<Vec<u8>>,
    given: usize,
}

enum State {
    Reading(PayloadOpener),
    Finished(Sender),
    Failed,
}

impl<'a, R: Read> OpenReader<'a, R> {
    pub(super) fn new(inner: R, header: OpenedHeader<'a>) -> Self {
        let state = State::Reading(header.payload_opener());
        Self {
            inner,
            header,
            state,
            ahead: Vec::new(),
            plain: Secret::new(Vec::new()),
            given: 0,
        }
    }

    /// The opened header.
    #[must_use]
    pub fn header(&self) -> &OpenedHeader<'a> {
        &self.header
    }

    /// Reads what is left, and says who sent the record.
    ///
    /// # Errors
    /// As [`OpenedHeader::open_payload`].
    pub fn finish(mut self) -> Result<(OpenedHeader<'a>, Sender)> {
        while self.refill()? {}
        match self.state {
            State::Finished(sender) => Ok((self.header, sender)),
            _ => Err(Error::StreamEnded),
        }
    }

    /// Decrypts the next chunk; false when the payload has ended.
    fn refill(&mut self) -> Result<bool> {
        let mut opener = match core::mem::replace(&mut self.state, State::Failed) {
            State::Reading(opener) => opener,
            State::Finished(sender) => {
                self.state = State::Finished(sender);
                return Ok(false);
            }
            State::Failed => return Err(Error::StreamEnded),
        };
        let chunk = self.header.header.fixed.chunk_size as usize + TAG;
        let trailer = if self.header.header.fixed.sender.is_some() {
            SIGNATURE_BYTES
        } else {
            0
        };
        let wanted = chunk + trailer + 1;
        let plain = self.plain.expose_mut();
        plain.clear();
        self.given = 0;
        plain.reserve_exact(wanted);
        plain.append(&mut self.ahead);
        let missing = wanted.saturating_sub(plain.len()) as u64;
        self.inner.by_ref().take(missing).read_to_end(plain)?;
        let is_final = plain.len() < wanted;
        let length = if is_final {
            plain.len().checked_sub(trailer).ok_or(Error::Open)?
        } else {
            chunk
        };
        self.ahead.extend(plain.drain(length..));
        opener.open(is_final, plain, 0)?;
        if is_final {
            let sender = opener.finish(&self.ahead)?;
            self.header.senders.accepts(&sender)?;
            self.state = State::Finished(sender);
        } else {
            self.state = State::Reading(opener);
        }
        Ok(true)
    }
}

impl<R: Read> Read for OpenReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !out.is_empty() && self.given == self.plain.expose().len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let mut rest = self.plain.expose().get(self.given..).unwrap_or_default();
        let count = rest.read(out)?;
        self.given += count;
        Ok(count)
    }
}
