//! Sealing and opening over `std::io`, in constant memory.

use alloc::{vec, vec::Vec};
use core::ops::Range;
use std::io::{self, Read, Write};

use zeroize::Zeroize;

use super::fixed::FixedPart;
use super::header::{SIGNATURE_BYTES, Source};
use super::open::OpenedHeader;
use super::payload::{PayloadOpener, PayloadSealer};
use super::sender::Sender;
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::TAG;

/// Memory for a chunk, wiped at once and not byte by byte, as a vector is.
struct Buffer(Vec<u8>);

impl Buffer {
    fn new(length: usize) -> Secret<Self> {
        Secret::new(Self(vec![0; length]))
    }
}

impl Zeroize for Buffer {
    fn zeroize(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

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
///
/// It holds one chunk, whatever the payload's size.
pub struct SealWriter<'a, W: Write> {
    inner: W,
    payload: Option<PayloadSealer>,
    signer: Option<&'a dyn Signer>,
    /// Room for one chunk and its tag.
    buffer: Secret<Buffer>,
    /// How much plaintext waits in the buffer.
    filled: usize,
    chunk_size: usize,
}

impl<'a, W: Write> SealWriter<'a, W> {
    pub(super) fn new(
        inner: W,
        payload: PayloadSealer,
        signer: Option<&'a dyn Signer>,
        chunk_size: usize,
    ) -> Self {
        Self {
            inner,
            payload: Some(payload),
            signer,
            buffer: Buffer::new(chunk_size + TAG),
            filled: 0,
            chunk_size,
        }
    }

    /// Writes the final chunk and, for a signed record, the trailer; gives the output back.
    ///
    /// # Errors
    /// [`Error::Io`]; those of the signer; [`Error::StreamEnded`] after an earlier failure.
    pub fn finish(mut self) -> Result<W> {
        let payload = self.emit(true, None)?;
        if let Some(signer) = self.signer {
            self.inner.write_all(&payload.trailer(signer)?)?;
        }
        self.inner.flush()?;
        Ok(self.inner)
    }

    /// Seals and writes a chunk: `plaintext`, or what waits in the buffer. After a failure the
    /// stream stays closed, for the caller alone puts the payload back.
    fn emit(&mut self, is_final: bool, plaintext: Option<&[u8]>) -> Result<PayloadSealer> {
        let mut payload = self.payload.take().ok_or(Error::StreamEnded)?;
        let length = plaintext.map_or(self.filled, <[u8]>::len);
        let room = self.buffer.expose_mut().0.get_mut(..length + TAG);
        let chunk = room.ok_or(Error::Argument("chunk"))?;
        match plaintext {
            Some(plaintext) => payload.seal_into(is_final, plaintext, chunk)?,
            None => payload.seal(is_final, chunk)?,
        }
        self.inner.write_all(chunk)?;
        self.filled = 0;
        Ok(payload)
    }
}

impl<W: Write> Write for SealWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        // A full chunk waits until more is known to come: the last one is sealed as final.
        if self.filled == self.chunk_size {
            self.payload = Some(self.emit(false, None)?);
        }
        // A whole chunk that is not the last needs no copy.
        if let Some((chunk, rest)) = bytes.split_at_checked(self.chunk_size)
            && self.filled == 0
            && !rest.is_empty()
        {
            self.payload = Some(self.emit(false, Some(chunk))?);
            return Ok(chunk.len());
        }
        if self.payload.is_none() {
            return Err(Error::StreamEnded.into());
        }
        let room = self
            .buffer
            .expose_mut()
            .0
            .get_mut(self.filled..self.chunk_size);
        let taken = room.unwrap_or_default().write(bytes)?;
        self.filled += taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Yields plaintext from a payload, chunk by verified chunk.
///
/// Each chunk is authentic when it comes out, but that none is missing at the end shows only
/// when reading ends without an error: until then treat everything as unconfirmed. The sender is
/// known after that, from [`OpenReader::finish`]. It holds one chunk, whatever the payload's size.
pub struct OpenReader<'a, R: Read> {
    inner: R,
    header: OpenedHeader<'a>,
    state: State,
    /// Room for one chunk, a trailer and one byte more, which tells that another chunk follows.
    buffer: Secret<Buffer>,
    /// How much of the buffer has been read from `inner`.
    filled: usize,
    /// How much at the front of the buffer is done with: a chunk, opened.
    opened: usize,
    /// Plaintext at the front of the buffer that has not been given out.
    ready: Range<usize>,
}

enum State {
    Reading(PayloadOpener),
    Finished(Sender),
    Failed,
}

/// What [`OpenReader::refill`] did.
enum Refill {
    /// The payload has ended.
    End,
    /// The next chunk lies in the buffer.
    Buffered,
    /// The next chunk, of so many bytes, went where it was wanted.
    Direct(usize),
}

impl<'a, R: Read> OpenReader<'a, R> {
    pub(super) fn new(inner: R, header: OpenedHeader<'a>) -> Self {
        let state = State::Reading(header.payload_opener());
        let fixed = &header.header.fixed;
        let chunk = fixed.chunk_size as usize + TAG;
        let buffer = Buffer::new(chunk + trailer_bytes(fixed) + 1);
        Self {
            inner,
            header,
            state,
            buffer,
            filled: 0,
            opened: 0,
            ready: 0..0,
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
        while !matches!(self.refill(&mut [])?, Refill::End) {}
        match self.state {
            State::Finished(sender) => Ok((self.header, sender)),
            _ => Err(Error::StreamEnded),
        }
    }

    /// Decrypts the next chunk: into `out` if it has room for a whole one and it is not the last,
    /// which must not come out before the trailer behind it was verified; else in the buffer.
    fn refill(&mut self, out: &mut [u8]) -> Result<Refill> {
        // After a failure the state stays what is put here.
        let mut opener = match core::mem::replace(&mut self.state, State::Failed) {
            State::Reading(opener) => opener,
            State::Finished(sender) => {
                self.state = State::Finished(sender);
                return Ok(Refill::End);
            }
            State::Failed => return Err(Error::StreamEnded),
        };
        self.ready = 0..0;
        self.fill()?;
        let fixed = &self.header.header.fixed;
        let size = fixed.chunk_size as usize;
        let is_final = self.filled < self.buffer.expose().0.len();
        self.opened = if is_final {
            let trailer = trailer_bytes(fixed);
            self.filled.checked_sub(trailer).ok_or(Error::Open)?
        } else {
            size + TAG
        };
        let buffer = &mut self.buffer.expose_mut().0;
        let (chunk, behind) = buffer
            .split_at_mut_checked(self.opened)
            .ok_or(Error::Open)?;
        if let Some(out) = out.get_mut(..size)
            && !is_final
        {
            opener.open_into(false, chunk, out)?;
            self.state = State::Reading(opener);
            return Ok(Refill::Direct(size));
        }
        let length = opener.open(is_final, chunk)?;
        self.state = if is_final {
            let trailer = behind.get(..self.filled - self.opened).unwrap_or_default();
            let sender = opener.finish(trailer)?;
            self.header.senders.accepts(&sender)?;
            State::Finished(sender)
        } else {
            State::Reading(opener)
        };
        self.ready = 0..length;
        Ok(Refill::Buffered)
    }

    /// Reads until the buffer is full or the input ends.
    fn fill(&mut self) -> Result<()> {
        let buffer = &mut self.buffer.expose_mut().0;
        // What was read beyond the last chunk becomes the beginning of this one.
        buffer.copy_within(self.opened..self.filled, 0);
        self.filled -= self.opened;
        self.opened = 0;
        while let Some(room) = buffer.get_mut(self.filled..).filter(|it| !it.is_empty()) {
            match self.inner.read(room) {
                Ok(0) => break,
                Ok(count) => self.filled += count.min(room.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Bytes behind the final chunk.
fn trailer_bytes(fixed: &FixedPart) -> usize {
    if fixed.sender.is_some() {
        SIGNATURE_BYTES
    } else {
        0
    }
}

impl<R: Read> Read for OpenReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !out.is_empty() && self.ready.is_empty() {
            match self.refill(out)? {
                Refill::End => return Ok(0),
                Refill::Direct(count) => return Ok(count),
                Refill::Buffered => {}
            }
        }
        let ready = self.buffer.expose().0.get(self.ready.clone());
        let count = ready.unwrap_or_default().read(out)?;
        self.ready.start += count;
        Ok(count)
    }
}
