//! The key that hides labels from whoever stores records.

use alloc::vec::Vec;

use crate::error::Result;
use crate::keys::file;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{hkdf, hmac_sha256};
use crate::tags::{self, Kind};

/// A key that the sealers of a deployment share, to blind labels with.
///
/// Whoever stores a record then sees how many labels it has and which records share one, but not
/// what they say; whoever has the key can try labels. It is 32 random bytes of its own, derived
/// from nothing, and kept when other keys change: records sealed under it stay grantable by it.
/// Neither opening nor transforming needs it.
///
/// Bytes of the object's body (SPEC.md, section 6.2): the 32 bytes.
pub struct LabelKey(Secret<[u8; 32]>);

impl LabelKey {
    /// Bytes of a blinded label.
    pub const BLINDED: usize = 32;

    /// A fresh key.
    ///
    /// # Errors
    /// [`Error::Randomness`](crate::Error::Randomness).
    pub fn generate(rng: &mut dyn Randomness) -> Result<Self> {
        rng.secret().map(Self)
    }

    /// Reads the secret object.
    ///
    /// # Errors
    /// [`Error::PassphraseNeeded`](crate::Error::PassphraseNeeded) for a locked key; the decoding
    /// errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::LabelKey, bytes, |reader| {
            let key = reader.array_ref::<32>()?;
            Ok(Self(Secret::build(|own: &mut [u8; 32]| *own = *key)))
        })
    }

    /// The secret object, for a key file or a key store.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut writer = file::begin(Kind::LabelKey);
        writer.array(self.0.expose());
        file::finish(writer).into_secret()
    }

    /// Which key it is: 32 bytes that say nothing of it. They stand in the header of every record
    /// whose labels it blinded.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        *hkdf(&[], self.0.expose(), &[tags::LABEL_KEY_ID]).expose()
    }

    /// A label as records store it: HMAC-SHA-256 over a tag and the label's text.
    #[must_use]
    pub fn blind(&self, label: &[u8]) -> [u8; Self::BLINDED] {
        // A label has at most 255 bytes.
        let length = (label.len() as u16).to_be_bytes();
        hmac_sha256(&self.0, &[tags::LABEL_BLIND, &length, label])
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn the_object_gives_the_key_back() {
        let key = LabelKey::generate(&mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        let bytes = key.to_bytes();
        let read = LabelKey::from_bytes(bytes.expose()).unwrap();
        assert_eq!(read.0.expose(), key.0.expose());
        assert_eq!(read.id(), key.id());
    }
}
