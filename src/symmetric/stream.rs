//! STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over slices: chunks that cannot be
//! reordered, dropped, repeated or cut off unnoticed.
//!
//! Nonce = 11-byte big-endian counter || 1 byte, which is 1 for the final chunk and 0 before;
//! associated data is empty. The key must be fresh for each stream.

use super::aead::{Aead, NONCE, TAG};
use crate::error::Result;

/// Seals and opens the chunks of one stream. Stateless: the caller counts, in order, from 0.
///
/// It holds no position so that a reader can seek; the sequential wrappers of the envelope add
/// the counting and the rule that exactly one chunk is final.
pub struct Stream {
    aead: Aead,
}

impl Stream {
    /// A stream under `aead`, whose key must serve this stream alone.
    #[must_use]
    pub const fn new(aead: Aead) -> Self {
        Self { aead }
    }

    /// Encrypts chunk number `counter` in place and returns its tag.
    ///
    /// # Errors
    /// [`crate::Error::TooLarge`] beyond the cipher's limit for one message.
    pub fn seal_chunk(&self, counter: u64, is_final: bool, buffer: &mut [u8]) -> Result<[u8; TAG]> {
        self.aead
            .seal_in_place(&nonce(counter, is_final), &[], buffer)
    }

    /// As [`Stream::seal_chunk`], from one buffer to another of the same length.
    ///
    /// # Errors
    /// Those of [`Aead::seal_into`].
    pub fn seal_chunk_into(
        &self,
        counter: u64,
        is_final: bool,
        plaintext: &[u8],
        ciphertext: &mut [u8],
    ) -> Result<[u8; TAG]> {
        self.aead
            .seal_into(&nonce(counter, is_final), &[], plaintext, ciphertext)
    }

    /// Decrypts chunk number `counter` in place.
    ///
    /// # Errors
    /// [`crate::Error::Open`] if it is not that chunk, not (or unexpectedly) the final one, or
    /// was changed; the buffer is then wiped.
    pub fn open_chunk(
        &self,
        counter: u64,
        is_final: bool,
        buffer: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<()> {
        self.aead
            .open_in_place(&nonce(counter, is_final), &[], buffer, tag)
    }

    /// As [`Stream::open_chunk`], from one buffer to another of the same length.
    ///
    /// # Errors
    /// Those of [`Aead::open_into`].
    pub fn open_chunk_into(
        &self,
        counter: u64,
        is_final: bool,
        ciphertext: &[u8],
        plaintext: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<()> {
        let nonce = nonce(counter, is_final);
        self.aead
            .open_into(&nonce, &[], ciphertext, plaintext, tag)
    }
}

/// 3 zero bytes || u64 counter || final byte: the 11-byte counter never passes 2^64 chunks.
const fn nonce(counter: u64, is_final: bool) -> [u8; NONCE] {
    let [a, b, c, d, e, f, g, h] = counter.to_be_bytes();
    [0, 0, 0, a, b, c, d, e, f, g, h, is_final as u8]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::secret::Secret;
    use crate::symmetric::Suite;

    static_assertions::assert_not_impl_any!(Stream: Clone, Copy, core::fmt::Debug);

    fn stream() -> Stream {
        Stream::new(Aead::new(Suite::ChaCha20Poly1305, &Secret::new([3; 32])))
    }

    #[test]
    fn the_nonce_is_an_eleven_byte_counter_and_the_final_byte() {
        assert_eq!(nonce(0, false), [0; 12]);
        assert_eq!(
            nonce(0x0102_0304_0506_0708, true),
            [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1]
        );
        assert_eq!(nonce(u64::MAX, false)[..4], [0, 0, 0, 255]);
    }

    #[test]
    fn opens_in_its_place_only() {
        let stream = stream();
        for (counter, is_final) in [(0, false), (1, false), (2, true), (u64::MAX, true)] {
            let mut buffer = *b"chunk";
            let tag = stream.seal_chunk(counter, is_final, &mut buffer).unwrap();
            let sealed = buffer;
            let (mut out, mut opened) = ([0; 5], [0; 5]);
            let same = stream.seal_chunk_into(counter, is_final, b"chunk", &mut out);
            assert!(same == Ok(tag) && out == sealed);
            stream
                .open_chunk_into(counter, is_final, &sealed, &mut opened, &tag)
                .unwrap();
            assert_eq!(&opened, b"chunk");
            stream
                .open_chunk(counter, is_final, &mut buffer, &tag)
                .unwrap();
            assert_eq!(&buffer, b"chunk");
            for (wrong, wrong_final) in [
                (counter ^ 1, is_final),
                (counter, !is_final),
                (counter ^ (1 << 63), is_final),
            ] {
                let mut buffer = sealed;
                assert_eq!(
                    stream.open_chunk(wrong, wrong_final, &mut buffer, &tag),
                    Err(Error::Open)
                );
                assert_eq!(buffer, [0; 5]);
            }
        }
    }

    #[test]
    fn an_empty_final_chunk_is_authenticated_too() {
        let stream = stream();
        let tag = stream.seal_chunk(0, true, &mut []).unwrap();
        stream.open_chunk(0, true, &mut [], &tag).unwrap();
        assert_eq!(stream.open_chunk(0, false, &mut [], &tag), Err(Error::Open));
    }
}
