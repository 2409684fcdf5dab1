//! The payload: chunks of a STREAM, and the sender's signature behind them.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::sender::{self, Sender};
use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::symmetric::{Sha256, Stream, TAG};
use crate::tags;

/// Segments exist in sessions only; a payload outside of one is segment 0.
const SEGMENT: [u8; 4] = 0u32.to_be_bytes();

/// Seals the chunks of one payload, in order.
pub(super) struct PayloadSealer {
    stream: Stream,
    h: [u8; 32],
    next: u64,
    signed: Option<ChunkDigest>,
}

impl PayloadSealer {
    pub(super) fn new(stream: Stream, h: [u8; 32], signed: bool) -> Self {
        Self {
            stream,
            h,
            next: 0,
            signed: signed.then(ChunkDigest::new),
        }
    }

    /// Encrypts the plaintext chunk in `buffer[from..]` in place and appends its tag.
    pub(super) fn seal(&mut self, is_final: bool, buffer: &mut Vec<u8>, from: usize) -> Result<()> {
        let chunk = buffer.get_mut(from..).ok_or(Error::Argument("chunk"))?;
        let tag = self.stream.seal_chunk(self.next, is_final, chunk)?;
        self.next = self.next.checked_add(1).ok_or(Error::TooLarge("payload"))?;
        buffer.extend_from_slice(&tag);
        if let Some(digest) = &mut self.signed {
            digest.update(buffer.get(from..).unwrap_or_default());
        }
        Ok(())
    }

    /// The trailer of a signed payload, after its final chunk.
    pub(super) fn trailer(self, signer: &dyn Signer) -> Result<[u8; 64]> {
        let digest = self.signed.ok_or(Error::Argument("signer"))?.finish();
        sender::sign(signer, tags::SENDER_PAYLOAD, &[&self.h, &SEGMENT, &digest])
    }
}

/// Opens the chunks of one payload, in order, and says at its end who signed it.
pub(super) struct PayloadOpener {
    stream: Stream,
    h: [u8; 32],
    next: u64,
    signed: Option<(VerifyingKey, ChunkDigest)>,
}

impl PayloadOpener {
    pub(super) fn new(stream: Stream, h: [u8; 32], sender: Option<VerifyingKey>) -> Self {
        Self {
            stream,
            h,
            next: 0,
            signed: sender.map(|key| (key, ChunkDigest::new())),
        }
    }

    /// Decrypts the chunk in `buffer[from..]` in place and takes its tag off; on failure the
    /// whole buffer is wiped.
    pub(super) fn open(&mut self, is_final: bool, buffer: &mut Vec<u8>, from: usize) -> Result<()> {
        if let Some((_, digest)) = &mut self.signed {
            digest.update(buffer.get(from..).unwrap_or_default());
        }
        open_chunk(&self.stream, self.next, is_final, buffer, from)?;
        self.next = self.next.checked_add(1).ok_or(Error::Open)?;
        Ok(())
    }

    /// Who signed, after the final chunk, from the trailer.
    pub(super) fn finish(self, trailer: &[u8]) -> Result<Sender> {
        let Some((key, digest)) = self.signed else {
            return if trailer.is_empty() {
                Ok(Sender::Unsigned)
            } else {
                Err(Error::Open)
            };
        };
        let signature = trailer.try_into().map_err(|_| Error::Verify)?;
        let parts: [&[u8]; 3] = [&self.h, &SEGMENT, &digest.finish()];
        sender::verify(&key, tags::SENDER_PAYLOAD, &parts, signature)?;
        Ok(Sender::Signed(key))
    }
}

/// Opens chunk number `counter`, which is `buffer[from..]`, and takes its tag off; on failure the
/// whole buffer is wiped.
///
/// A final chunk without plaintext is legal only as the whole payload: every payload has one
/// encoding.
pub(super) fn open_chunk(
    stream: &Stream,
    counter: u64,
    is_final: bool,
    buffer: &mut Vec<u8>,
    from: usize,
) -> Result<()> {
    let opened = open_in_place(
        stream,
        counter,
        is_final,
        buffer.get_mut(from..).unwrap_or_default(),
    );
    match opened {
        Ok(length) => buffer.truncate(from + length),
        Err(_) => buffer.zeroize(),
    }
    opened.map(|_| ())
}

fn open_in_place(stream: &Stream, counter: u64, is_final: bool, chunk: &mut [u8]) -> Result<usize> {
    let (body, tag) = chunk.split_last_chunk_mut::<TAG>().ok_or(Error::Open)?;
    if body.is_empty() && counter != 0 {
        return Err(Error::Open);
    }
    stream
        .open_chunk(counter, is_final, body, tag)
        .map_err(|_| Error::Open)?;
    Ok(body.len())
}

/// SHA-256 over a tag and all ciphertext chunks as they travel.
struct ChunkDigest(Sha256);

impl ChunkDigest {
    fn new() -> Self {
        let mut hash = Sha256::new();
        hash.update(&(tags::SENDER_CHUNKS.len() as u16).to_be_bytes());
        hash.update(tags::SENDER_CHUNKS);
        Self(hash)
    }

    fn update(&mut self, chunk: &[u8]) {
        self.0.update(chunk);
    }

    fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}
