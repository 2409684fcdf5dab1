//! A record whose header is made, about to be sealed.

use alloc::vec;
use alloc::vec::Vec;

use super::header::SIGNATURE_BYTES;
use super::lanes::lanes;
use super::payload::{PayloadSealer, Sealing};
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::symmetric::TAG;

/// The header of one record, and what seals its content behind it.
pub struct PreparedRecord<'a> {
    header: Vec<u8>,
    payload: PayloadSealer,
    chunk_size: u32,
    sender: Option<&'a dyn Signer>,
}

impl<'a> PreparedRecord<'a> {
    pub(super) fn new(
        header: Vec<u8>,
        payload: PayloadSealer,
        chunk_size: u32,
        sender: Option<&'a dyn Signer>,
    ) -> Self {
        Self {
            header,
            payload,
            chunk_size,
            sender,
        }
    }

    /// Bytes of the sealed record with a content of so many bytes.
    #[must_use]
    pub fn sealed_length(&self, content: usize) -> usize {
        self.header.len() + payload_length(content, self.chunk_size, self.sender.is_some())
    }

    /// Seals `content` into memory of its own.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn seal(self, content: &[u8]) -> Result<Vec<u8>> {
        seal_chunks(
            &self.header,
            self.payload,
            self.chunk_size,
            content,
            self.sender,
        )
    }

    /// Seals `content` into the caller's memory of exactly [`PreparedRecord::sealed_length`]
    /// bytes. After an error there is no record in it.
    ///
    /// # Errors
    /// [`Error::Argument`] for another length; those of the signer.
    pub fn seal_into(self, content: &[u8], sealed: &mut [u8]) -> Result<()> {
        if sealed.len() != self.sealed_length(content.len()) {
            return Err(Error::Argument("as many bytes as the sealed record has"));
        }
        let (front, room) = sealed.split_at_mut_checked(self.header.len()).ok_or(ROOM)?;
        front.copy_from_slice(&self.header);
        seal_chunks_into(self.payload, self.chunk_size, content, self.sender, room)
    }
}

/// The room of a sealed record is computed before; that it suffices shows here.
const ROOM: Error = Error::Argument("room for a sealed record");

fn payload_length(content: usize, chunk_size: u32, signed: bool) -> usize {
    let chunks = content.div_ceil(chunk_size as usize).max(1);
    content + chunks * TAG + if signed { SIGNATURE_BYTES } else { 0 }
}

/// `start`, all chunks of `plaintext`, and the trailer of a signed record.
pub(super) fn seal_chunks(
    start: &[u8],
    payload: PayloadSealer,
    chunk_size: u32,
    plaintext: &[u8],
    sender: Option<&dyn Signer>,
) -> Result<Vec<u8>> {
    let length = payload_length(plaintext.len(), chunk_size, sender.is_some());
    // All of the room at once, sealed into: the plaintext is never copied.
    let mut sealed = vec![0; start.len() + length];
    let (front, room) = sealed.split_at_mut_checked(start.len()).ok_or(ROOM)?;
    front.copy_from_slice(start);
    seal_chunks_into(payload, chunk_size, plaintext, sender, room)?;
    Ok(sealed)
}

fn seal_chunks_into(
    mut payload: PayloadSealer,
    chunk_size: u32,
    plaintext: &[u8],
    sender: Option<&dyn Signer>,
    mut room: &mut [u8],
) -> Result<()> {
    let size = chunk_size as usize;
    let mut groups = plaintext.chunks(size * lanes(size)).peekable();
    // Nothing is one chunk, too.
    let mut group = groups.next().unwrap_or_default();
    let mut before: &[u8] = &[];
    loop {
        let tags = group.len().div_ceil(size).max(1) * TAG;
        let (sealed, behind) = room.split_at_mut_checked(group.len() + tags).ok_or(ROOM)?;
        let mut chunks: Vec<_> = if group.is_empty() {
            [Sealing::from(group, sealed)].into()
        } else {
            let places = sealed.chunks_mut(size + TAG);
            let pairs = group.chunks(size).zip(places);
            pairs
                .map(|(plain, chunk)| Sealing::from(plain, chunk))
                .collect()
        };
        let is_final = groups.peek().is_none();
        payload.seal_all(is_final, &mut chunks, |signed| signed.add(before))?;
        (before, room) = (sealed, behind);
        match groups.next() {
            Some(next) => group = next,
            None => break,
        }
    }
    payload.signed().add(before);
    if let Some(signer) = sender {
        *room.first_chunk_mut().ok_or(ROOM)? = payload.trailer(signer)?;
    }
    Ok(())
}
