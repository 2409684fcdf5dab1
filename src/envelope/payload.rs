//! The payload: chunks of a STREAM, and the sender's signature behind them.

use super::sender::{self, Sender};
use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::symmetric::{Sha256, Stream, TAG};
use crate::tags;

/// A chunk without room for its tag: a mistake of this module's callers.
const ROOM: Error = Error::Argument("room for a chunk's tag");
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

    /// Encrypts a chunk in place: plaintext and room for the tag behind it.
    #[cfg(any(feature = "std", test))]
    pub(super) fn seal(&mut self, is_final: bool, chunk: &mut [u8]) -> Result<()> {
        let (body, tag) = chunk.split_last_chunk_mut::<TAG>().ok_or(ROOM)?;
        *tag = self.stream.seal_chunk(self.next, is_final, body)?;
        self.sealed(chunk)
    }

    /// Encrypts `plaintext` to `chunk`, which has room for the tag.
    pub(super) fn seal_into(
        &mut self,
        is_final: bool,
        plaintext: &[u8],
        chunk: &mut [u8],
    ) -> Result<()> {
        let (body, tag) = chunk.split_last_chunk_mut::<TAG>().ok_or(ROOM)?;
        *tag = self
            .stream
            .seal_chunk_into(self.next, is_final, plaintext, body)?;
        self.sealed(chunk)
    }

    fn sealed(&mut self, chunk: &[u8]) -> Result<()> {
        self.next = self.next.checked_add(1).ok_or(Error::TooLarge("payload"))?;
        if let Some(digest) = &mut self.signed {
            digest.update(chunk);
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

    /// Decrypts a chunk in place; gives the length of its plaintext. On failure the chunk is
    /// wiped.
    #[cfg(any(feature = "std", test))]
    pub(super) fn open(&mut self, is_final: bool, chunk: &mut [u8]) -> Result<usize> {
        self.digest(chunk);
        let length = open_chunk(&self.stream, self.next, is_final, chunk)?;
        self.next = self.next.checked_add(1).ok_or(Error::Open)?;
        Ok(length)
    }

    /// Decrypts `chunk` to `plaintext`, which is as long as the chunk without its tag.
    pub(super) fn open_into(
        &mut self,
        is_final: bool,
        chunk: &[u8],
        plaintext: &mut [u8],
    ) -> Result<()> {
        self.digest(chunk);
        let (body, tag) = chunk.split_last_chunk::<TAG>().ok_or(Error::Open)?;
        legal(body, self.next)?;
        self.stream
            .open_chunk_into(self.next, is_final, body, plaintext, tag)
            .map_err(|_| Error::Open)?;
        self.next = self.next.checked_add(1).ok_or(Error::Open)?;
        Ok(())
    }

    fn digest(&mut self, chunk: &[u8]) {
        if let Some((_, digest)) = &mut self.signed {
            digest.update(chunk);
        }
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

/// Opens chunk number `counter` in place; gives the length of its plaintext. On failure the chunk
/// is wiped.
pub(super) fn open_chunk(
    stream: &Stream,
    counter: u64,
    is_final: bool,
    chunk: &mut [u8],
) -> Result<usize> {
    let (body, tag) = chunk.split_last_chunk_mut::<TAG>().ok_or(Error::Open)?;
    legal(body, counter)?;
    stream
        .open_chunk(counter, is_final, body, tag)
        .map_err(|_| Error::Open)?;
    Ok(body.len())
}

/// A chunk without plaintext is legal only as the whole payload: every payload has one encoding.
fn legal(body: &[u8], counter: u64) -> Result<()> {
    if body.is_empty() && counter != 0 {
        Err(Error::Open)
    } else {
        Ok(())
    }
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
