//! The one seam to authenticated encryption.

use alloc::boxed::Box;

#[cfg(feature = "aes")]
use aes_gcm::Aes256Gcm;
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{AeadCore, AeadInOut, Nonce, Tag, inout::InOutBuf},
};

use super::suite::Suite;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Length of an authentication tag in bytes, in both suites.
pub const TAG: usize = 16;
/// Length of a nonce in bytes, in both suites.
pub const NONCE: usize = 12;

/// An AEAD under one key; the key schedule is made once and wiped on drop.
///
/// Never use one (key, nonce) pair for two messages: that ends all secrecy and authenticity.
/// Every caller in this library uses a key derived for one purpose and counts nonces.
pub struct Aead(Cipher);

/// Boxed: the expanded AES key is large, and moving it would leave copies on the stack.
enum Cipher {
    ChaCha20Poly1305(Box<ChaCha20Poly1305>),
    #[cfg(feature = "aes")]
    Aes256Gcm(Box<Aes256Gcm>),
}

impl Aead {
    /// Makes the key schedule.
    #[must_use]
    pub fn new(suite: Suite, key: &Secret<[u8; 32]>) -> Self {
        let key = key.expose().into();
        Self(match suite {
            Suite::ChaCha20Poly1305 => {
                Cipher::ChaCha20Poly1305(Box::new(ChaCha20Poly1305::new(key)))
            }
            #[cfg(feature = "aes")]
            Suite::Aes256Gcm => Cipher::Aes256Gcm(Box::new(Aes256Gcm::new(key))),
        })
    }

    /// Encrypts `buffer` in place and authenticates it together with `aad`.
    ///
    /// Returns the tag. The buffer keeps its length.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the cipher's own limit (about 256 GiB for ChaCha20-Poly1305,
    /// 64 GiB for AES-GCM).
    pub fn seal_in_place(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<[u8; TAG]> {
        self.seal(nonce, aad, buffer.into())
    }

    /// As [`Aead::seal_in_place`], from one buffer to another of the same length.
    ///
    /// # Errors
    /// [`Error::Argument`] when the lengths differ; as [`Aead::seal_in_place`].
    pub fn seal_into(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        plaintext: &[u8],
        ciphertext: &mut [u8],
    ) -> Result<[u8; TAG]> {
        self.seal(nonce, aad, both(plaintext, ciphertext)?)
    }

    /// Decrypts `buffer` in place after checking `tag` over it and `aad`.
    ///
    /// # Errors
    /// [`Error::Open`] if the tag does not match; the buffer is then wiped, so that it holds
    /// neither plaintext nor anything that could be taken for it.
    pub fn open_in_place(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<()> {
        let outcome = self.open(nonce, aad, (&mut *buffer).into(), tag);
        if outcome.is_err() {
            zeroize::Zeroize::zeroize(buffer);
        }
        outcome
    }

    /// As [`Aead::open_in_place`], from one buffer to another of the same length.
    ///
    /// # Errors
    /// [`Error::Argument`] when the lengths differ; [`Error::Open`] if the tag does not match,
    /// and `plaintext` is then wiped.
    pub fn open_into(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        ciphertext: &[u8],
        plaintext: &mut [u8],
        tag: &[u8; TAG],
    ) -> Result<()> {
        let outcome = self.open(nonce, aad, both(ciphertext, plaintext)?, tag);
        if outcome.is_err() {
            zeroize::Zeroize::zeroize(plaintext);
        }
        outcome
    }

    fn seal(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        buffer: InOutBuf<'_, '_, u8>,
    ) -> Result<[u8; TAG]> {
        match &self.0 {
            Cipher::ChaCha20Poly1305(cipher) => seal(cipher.as_ref(), nonce.into(), aad, buffer),
            #[cfg(feature = "aes")]
            Cipher::Aes256Gcm(cipher) => seal(cipher.as_ref(), nonce.into(), aad, buffer),
        }
        .map(Into::into)
    }

    fn open(
        &self,
        nonce: &[u8; NONCE],
        aad: &[u8],
        buffer: InOutBuf<'_, '_, u8>,
        tag: &[u8; TAG],
    ) -> Result<()> {
        let (nonce, tag) = (nonce.into(), tag.into());
        match &self.0 {
            Cipher::ChaCha20Poly1305(cipher) => open(cipher.as_ref(), nonce, aad, buffer, tag),
            #[cfg(feature = "aes")]
            Cipher::Aes256Gcm(cipher) => open(cipher.as_ref(), nonce, aad, buffer, tag),
        }
    }
}

/// What is read and what is written, of one length.
fn both<'i, 'o>(input: &'i [u8], output: &'o mut [u8]) -> Result<InOutBuf<'i, 'o, u8>> {
    InOutBuf::new(input, output).map_err(|_| Error::Argument("buffers of different lengths"))
}

fn seal<C: AeadCore + AeadInOut>(
    cipher: &C,
    nonce: &Nonce<C>,
    aad: &[u8],
    buffer: InOutBuf<'_, '_, u8>,
) -> Result<Tag<C>> {
    cipher
        .encrypt_inout_detached(nonce, aad, buffer)
        .map_err(|_| Error::TooLarge("one message of the cipher"))
}

fn open<C: AeadCore + AeadInOut>(
    cipher: &C,
    nonce: &Nonce<C>,
    aad: &[u8],
    buffer: InOutBuf<'_, '_, u8>,
    tag: &Tag<C>,
) -> Result<()> {
    cipher
        .decrypt_inout_detached(nonce, aad, buffer, tag)
        .map_err(|_| Error::Open)
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_not_impl_any!(Aead: Clone, Copy, core::fmt::Debug);
    static_assertions::assert_impl_all!(Aead: Send, Sync);
    // Both ciphers promise to wipe their keys; a release that stops doing so fails here.
    static_assertions::assert_impl_all!(ChaCha20Poly1305: zeroize::ZeroizeOnDrop);
    static_assertions::assert_impl_all!(Aes256Gcm: zeroize::ZeroizeOnDrop);

    const SUITES: [Suite; 2] = [Suite::ChaCha20Poly1305, Suite::Aes256Gcm];

    fn sample(suite: Suite) -> (Aead, [u8; NONCE], std::vec::Vec<u8>, [u8; TAG]) {
        let aead = Aead::new(suite, &Secret::new([7; 32]));
        let mut buffer = (0..100).collect::<std::vec::Vec<u8>>();
        let tag = aead
            .seal_in_place(&[1; NONCE], b"aad", &mut buffer)
            .unwrap();
        (aead, [1; NONCE], buffer, tag)
    }

    #[test]
    fn opens_what_was_sealed() {
        for suite in SUITES {
            let (aead, nonce, mut buffer, tag) = sample(suite);
            aead.open_in_place(&nonce, b"aad", &mut buffer, &tag)
                .unwrap();
            assert!(buffer.iter().copied().eq(0..100));
        }
    }

    #[test]
    fn any_change_is_refused_and_the_buffer_wiped() {
        for suite in SUITES {
            let (aead, nonce, buffer, tag) = sample(suite);
            let refuse = |nonce: [u8; NONCE], aad: &[u8], mut buffer: std::vec::Vec<u8>, tag| {
                assert_eq!(
                    aead.open_in_place(&nonce, aad, &mut buffer, &tag),
                    Err(Error::Open)
                );
                assert!(buffer.iter().all(|byte| *byte == 0));
            };
            for i in 0..buffer.len() {
                let mut changed = buffer.clone();
                changed[i] ^= 1;
                refuse(nonce, b"aad", changed, tag);
            }
            for i in 0..TAG {
                let mut changed = tag;
                changed[i] ^= 0x80;
                refuse(nonce, b"aad", buffer.clone(), changed);
            }
            refuse([2; NONCE], b"aad", buffer.clone(), tag);
            refuse(nonce, b"aae", buffer.clone(), tag);
            refuse(nonce, b"aad", buffer[..99].to_vec(), tag);
        }
    }

    #[test]
    fn from_buffer_to_buffer_as_in_place() {
        for suite in SUITES {
            let (aead, nonce, sealed, tag) = sample(suite);
            let plain: std::vec::Vec<u8> = (0..100).collect();
            let mut out = [0; 100];
            let again = aead.seal_into(&nonce, b"aad", &plain, &mut out).unwrap();
            assert!(again == tag && out == *sealed);
            let mut opened = [0xff; 100];
            aead.open_into(&nonce, b"aad", &out, &mut opened, &tag)
                .unwrap();
            assert!(opened == *plain);

            let mut wrong = tag;
            wrong[3] ^= 1;
            assert_eq!(
                aead.open_into(&nonce, b"aad", &out, &mut opened, &wrong),
                Err(Error::Open)
            );
            assert_eq!(opened, [0; 100]);
            let short = aead.open_into(&nonce, b"aad", &out, &mut opened[1..], &tag);
            assert!(matches!(short, Err(Error::Argument(_))));
            let long = aead.seal_into(&nonce, b"aad", &plain[1..], &mut out);
            assert!(matches!(long, Err(Error::Argument(_))));
        }
    }

    #[test]
    fn the_suites_are_different_ciphers() {
        assert_ne!(sample(SUITES[0]).2, sample(SUITES[1]).2);
    }
}
