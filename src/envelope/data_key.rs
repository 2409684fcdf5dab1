//! The data key of one record, and everything derived from it.

use alloc::vec::Vec;

use super::fixed::FixedPart;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{Aead, Suite, hkdf, hmac_sha256};
use crate::tags;

/// Bytes of a data key wrapped in a stanza: the key and a tag.
pub(super) const WRAPPED_BYTES: usize = 48;
/// Wrapping and metadata keys are used for one message each, so the nonce can stand still.
const NONCE: [u8; 12] = [0; 12];

/// The key under which one record is sealed: 32 random bytes.
///
/// [`Recipient`](super::Recipient)s wrap it and [`Unwrap`](super::Unwrap)s give it back; only
/// this crate sees inside.
pub struct DataKey(Secret<[u8; 32]>);

impl DataKey {
    pub(super) fn random(rng: &mut dyn Randomness) -> Result<Self> {
        rng.secret().map(Self)
    }

    pub(super) fn secret(&self) -> &Secret<[u8; 32]> {
        &self.0
    }

    /// The 32 bytes in the fixed part that only this key gives: what makes an envelope open to
    /// one content, whichever stanza it is opened by.
    pub(super) fn commitment(&self, salt: &[u8; 32]) -> [u8; 32] {
        *hkdf(salt, self.0.expose(), &[tags::ENVELOPE_COMMIT]).expose()
    }

    /// HMAC-SHA256 over all header bytes before it.
    pub(super) fn authenticate(&self, header: &[u8]) -> [u8; 32] {
        hmac_sha256(
            &hkdf(&[], self.0.expose(), &[tags::ENVELOPE_HEADER]),
            &[header],
        )
    }

    /// The payload's cipher, bound to the whole fixed part.
    pub(super) fn payload(&self, fixed: &FixedPart, h: &[u8; 32]) -> Aead {
        let key = hkdf(&fixed.salt, self.0.expose(), &[tags::ENVELOPE_PAYLOAD, h]);
        Aead::new(fixed.suite, &key)
    }

    /// Metadata under a key of its own; `h` covers the result and so can't be in the key.
    pub(super) fn seal_metadata(
        &self,
        salt: &[u8; 32],
        envelope_id: &[u8; 16],
        plain: &[u8],
    ) -> Result<Vec<u8>> {
        let mut sealed = plain.to_vec();
        let tag = self
            .metadata(salt, envelope_id)
            .seal_in_place(&NONCE, &[], &mut sealed)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// The metadata again.
    pub(super) fn open_metadata(&self, fixed: &FixedPart) -> Result<Option<Secret<Vec<u8>>>> {
        let Some(sealed) = &fixed.sealed_metadata else {
            return Ok(None);
        };
        let (body, tag) = sealed.split_last_chunk::<16>().ok_or(Error::Open)?;
        let mut plain = Secret::new(body.to_vec());
        self.metadata(&fixed.salt, &fixed.envelope_id)
            .open_in_place(&NONCE, &[], plain.expose_mut(), tag)
            .map_err(|_| Error::Open)?;
        Ok(Some(plain))
    }

    /// This key under a stanza's key, for a stanza of type `kind`: 48 bytes. A stanza key wraps
    /// one data key, once.
    ///
    /// # Errors
    /// None in practice; those of the cipher.
    pub fn wrap(&self, stanza: &Secret<[u8; 32]>, kind: u8, h: &[u8; 32]) -> Result<[u8; 48]> {
        let mut wrapped = [0; WRAPPED_BYTES];
        let (key, tag) = wrapped.split_at_mut(32);
        key.copy_from_slice(self.0.expose());
        let made = wrapping(stanza, kind, h).seal_in_place(&NONCE, &[], key)?;
        tag.copy_from_slice(&made);
        Ok(wrapped)
    }

    /// The data key in `wrapped`.
    ///
    /// # Errors
    /// [`Error::Open`], whatever the reason.
    pub fn unwrap(
        wrapped: &[u8; WRAPPED_BYTES],
        stanza: &Secret<[u8; 32]>,
        kind: u8,
        h: &[u8; 32],
    ) -> Result<Self> {
        let (body, tag) = wrapped.split_last_chunk::<16>().ok_or(Error::Open)?;
        let key = Secret::<[u8; 32]>::try_build(|key| {
            key.copy_from_slice(body);
            wrapping(stanza, kind, h)
                .open_in_place(&NONCE, &[], key, tag)
                .map_err(|_| Error::Open)
        })?;
        Ok(Self(key))
    }

    fn metadata(&self, salt: &[u8; 32], envelope_id: &[u8; 16]) -> Aead {
        let key = hkdf(salt, self.0.expose(), &[tags::ENVELOPE_META, envelope_id]);
        Aead::new(Suite::ChaCha20Poly1305, &key)
    }
}

fn wrapping(stanza: &Secret<[u8; 32]>, kind: u8, h: &[u8; 32]) -> Aead {
    let key = hkdf(&[], stanza.expose(), &[tags::ENVELOPE_WRAP, &[kind], h]);
    Aead::new(Suite::ChaCha20Poly1305, &key)
}
