//! The payload: chunks of a STREAM, and the sender's signature behind them.

use zeroize::Zeroize;

use super::lanes;
use super::sender::{self, Sender};
use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::symmetric::{Sha256, Stream, TAG};
use crate::tags;

/// A chunk without room for its tag: a mistake of this module's callers.
const ROOM: Error = Error::Argument("room for a chunk's tag");
/// Segments exist in sessions only; a payload outside of one is segment 0.
const SEGMENT: u32 = 0;

/// A chunk to be sealed, where its ciphertext and tag will be.
pub(super) struct Sealing<'b> {
    /// None when it lies in the chunk already.
    plaintext: Option<&'b [u8]>,
    chunk: &'b mut [u8],
    number: u64,
    outcome: Result<()>,
}

impl<'b> Sealing<'b> {
    /// The plaintext in front, room for the tag behind it.
    #[cfg(feature = "std")]
    pub(super) fn in_place(chunk: &'b mut [u8]) -> Self {
        Self::new(None, chunk)
    }

    /// From `plaintext` to `chunk`, which has room for the tag.
    pub(super) fn from(plaintext: &'b [u8], chunk: &'b mut [u8]) -> Self {
        Self::new(Some(plaintext), chunk)
    }

    fn new(plaintext: Option<&'b [u8]>, chunk: &'b mut [u8]) -> Self {
        Self {
            plaintext,
            chunk,
            number: 0,
            outcome: Ok(()),
        }
    }

    fn seal(&mut self, stream: &Stream, is_final: bool) -> Result<()> {
        let (body, tag) = self.chunk.split_last_chunk_mut::<TAG>().ok_or(ROOM)?;
        *tag = match self.plaintext {
            None => stream.seal_chunk(self.number, is_final, body)?,
            Some(plaintext) => stream.seal_chunk_into(self.number, is_final, plaintext, body)?,
        };
        Ok(())
    }
}

/// Seals the chunks of one payload, in order.
pub(super) struct PayloadSealer {
    stream: Stream,
    h: [u8; 32],
    segment: u32,
    next: u64,
    signed: Signed,
}

impl PayloadSealer {
    pub(super) fn new(stream: Stream, h: [u8; 32], signed: bool) -> Self {
        Self {
            stream,
            h,
            segment: SEGMENT,
            next: 0,
            signed: Signed(signed.then(ChunkDigest::new)),
        }
    }

    /// The same for this segment of a session.
    pub(super) fn segment(self, segment: u32) -> Self {
        Self { segment, ..self }
    }

    /// Seals the next chunks, of which the last ends the payload if `is_final`. Beside that it
    /// does `meanwhile`, which gets the digest of what is signed: the caller adds every sealed
    /// chunk to it, in order, when it likes.
    pub(super) fn seal_all<M>(
        &mut self,
        is_final: bool,
        chunks: &mut [Sealing<'_>],
        meanwhile: impl FnOnce(&mut Signed) -> M,
    ) -> Result<M> {
        let (mut next, mut size) = (self.next, 0);
        for chunk in &mut *chunks {
            chunk.number = next;
            next = next.checked_add(1).ok_or(Error::TooLarge("payload"))?;
            size = size.max(chunk.chunk.len());
        }
        let stream = &self.stream;
        let seal = |chunk: &mut Sealing<'_>| {
            let is_final = is_final && chunk.number + 1 == next;
            chunk.outcome = chunk.seal(stream, is_final);
        };
        let done = lanes::spread(chunks, size, seal, || meanwhile(&mut self.signed));
        self.next = next;
        chunks.iter().try_for_each(|chunk| chunk.outcome.clone())?;
        Ok(done)
    }

    pub(super) fn signed(&mut self) -> &mut Signed {
        &mut self.signed
    }

    /// The next chunk, in place, and its digest too.
    pub(super) fn seal_in_place(&mut self, is_final: bool, chunk: &mut [u8]) -> Result<()> {
        let number = self.next;
        self.next = number.checked_add(1).ok_or(Error::TooLarge("payload"))?;
        let (body, tag) = chunk.split_last_chunk_mut::<TAG>().ok_or(ROOM)?;
        *tag = self.stream.seal_chunk(number, is_final, body)?;
        self.signed.add(chunk);
        Ok(())
    }

    /// One chunk, in place.
    #[cfg(test)]
    pub(super) fn seal(&mut self, is_final: bool, chunk: &mut [u8]) -> Result<()> {
        self.seal_all(is_final, &mut [Sealing::new(None, chunk)], |_| ())
    }

    /// The trailer of a signed payload, after its final chunk.
    pub(super) fn trailer(self, signer: &dyn Signer) -> Result<[u8; 64]> {
        let digest = self.signed.0.ok_or(Error::Argument("signer"))?.finish();
        let parts: [&[u8]; 3] = [&self.h, &self.segment.to_be_bytes(), &digest];
        sender::sign(signer, tags::SENDER_PAYLOAD, &parts)
    }
}

/// A chunk to be opened, and where its plaintext will be.
pub(super) struct Opening<'b> {
    place: Place<'b>,
    number: u64,
    outcome: Result<()>,
}

enum Place<'b> {
    /// In the chunk itself.
    #[cfg(feature = "std")]
    Same(&'b mut [u8]),
    /// Elsewhere, as long as the chunk without its tag.
    Other(&'b [u8], &'b mut [u8]),
}

impl<'b> Opening<'b> {
    #[cfg(feature = "std")]
    pub(super) fn in_place(chunk: &'b mut [u8]) -> Self {
        Self::new(Place::Same(chunk))
    }

    pub(super) fn into(chunk: &'b [u8], plaintext: &'b mut [u8]) -> Self {
        Self::new(Place::Other(chunk, plaintext))
    }

    fn new(place: Place<'b>) -> Self {
        Self {
            place,
            number: 0,
            outcome: Ok(()),
        }
    }

    fn length(&self) -> usize {
        match &self.place {
            #[cfg(feature = "std")]
            Place::Same(chunk) => chunk.len(),
            Place::Other(chunk, _) => chunk.len(),
        }
    }

    fn open(&mut self, stream: &Stream, is_final: bool) -> Result<()> {
        let (chunk, plaintext) = match &mut self.place {
            #[cfg(feature = "std")]
            Place::Same(chunk) => {
                return open_chunk(stream, self.number, is_final, chunk).map(drop);
            }
            Place::Other(chunk, plaintext) => (chunk, plaintext),
        };
        let (body, tag) = chunk.split_last_chunk::<TAG>().ok_or(Error::Open)?;
        legal(body, self.number)?;
        stream
            .open_chunk_into(self.number, is_final, body, plaintext, tag)
            .map_err(|_| Error::Open)
    }

    /// Wipes what must not come out, though it may be authentic: it follows a chunk that is not.
    fn withdraw(&mut self) {
        match &mut self.place {
            #[cfg(feature = "std")]
            Place::Same(chunk) => chunk.zeroize(),
            Place::Other(_, plaintext) => plaintext.zeroize(),
        }
    }
}

/// Opens the chunks of one payload, in order, and says at its end who signed it.
pub(super) struct PayloadOpener {
    stream: Stream,
    h: [u8; 32],
    segment: u32,
    next: u64,
    sender: Option<VerifyingKey>,
    signed: Signed,
}

impl PayloadOpener {
    pub(super) fn new(stream: Stream, h: [u8; 32], sender: Option<VerifyingKey>) -> Self {
        Self {
            stream,
            h,
            segment: SEGMENT,
            next: 0,
            sender,
            signed: Signed(sender.map(|_| ChunkDigest::new())),
        }
    }

    /// The same for this segment of a session.
    pub(super) fn segment(self, segment: u32) -> Self {
        Self { segment, ..self }
    }

    /// Opens the next chunks, of which the last has to end the payload if `is_final`; gives how
    /// many of them are authentic, from the first one on. What lies behind those is wiped.
    ///
    /// Beside that it does `meanwhile`, which gets the digest of what is signed: the caller adds
    /// every chunk to it, in order and before it is opened in place.
    pub(super) fn open_all<M>(
        &mut self,
        is_final: bool,
        chunks: &mut [Opening<'_>],
        meanwhile: impl FnOnce(&mut Signed) -> M,
    ) -> Result<(usize, M)> {
        let (mut next, mut size) = (self.next, 0);
        for chunk in &mut *chunks {
            chunk.number = next;
            next = next.checked_add(1).ok_or(Error::Open)?;
            size = size.max(chunk.length());
        }
        let stream = &self.stream;
        let open = |chunk: &mut Opening<'_>| {
            let is_final = is_final && chunk.number + 1 == next;
            chunk.outcome = chunk.open(stream, is_final);
        };
        let done = lanes::spread(chunks, size, open, || meanwhile(&mut self.signed));
        self.next = next;
        let failed = chunks.iter().position(|chunk| chunk.outcome.is_err());
        let authentic = failed.unwrap_or(chunks.len());
        chunks
            .iter_mut()
            .skip(authentic)
            .for_each(Opening::withdraw);
        Ok((authentic, done))
    }

    #[cfg(feature = "std")]
    pub(super) fn signed(&mut self) -> &mut Signed {
        &mut self.signed
    }

    /// Who signed, after the final chunk, from the trailer.
    pub(super) fn finish(self, trailer: &[u8]) -> Result<Sender> {
        let (Some(key), Some(digest)) = (self.sender, self.signed.0) else {
            return if trailer.is_empty() {
                Ok(Sender::Unsigned)
            } else {
                Err(Error::Open)
            };
        };
        let signature = trailer.try_into().map_err(|_| Error::Verify)?;
        let parts: [&[u8]; 3] = [&self.h, &self.segment.to_be_bytes(), &digest.finish()];
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

/// The digest of what a sender signs, where there is one.
pub(super) struct Signed(Option<ChunkDigest>);

impl Signed {
    /// Adds chunks as they travel, in their order.
    pub(super) fn add(&mut self, chunks: &[u8]) {
        if let Some(digest) = &mut self.0 {
            digest.update(chunks);
        }
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
