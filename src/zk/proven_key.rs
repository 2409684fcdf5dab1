//! Keys whose holders proved to have the secret.

use super::key::{ConsentKey, ConsentPublicKey};
use super::signature::Signature;
use crate::error::{Error, Result};
use crate::random::Randomness;

/// A patient's public key with the proof of possession, which was checked, for one patient.
///
/// It stands in the patient's profile. The proof is for the patient's id, so nobody can put
/// another's key into a profile of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ProvenKey {
    key: ConsentPublicKey,
    possession: Signature,
}

impl ProvenKey {
    /// Size of the encoding in bytes: the key (32) || R (32) || s (32).
    pub const BYTES: usize = ConsentPublicKey::BYTES + Signature::BYTES;

    /// Proves possession of a key for the patient with this id.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub fn prove(key: &ConsentKey, patient: &[u8; 32], rng: &mut dyn Randomness) -> Result<Self> {
        Ok(Self {
            key: *key.public(),
            possession: key.prove_possession(patient, rng)?,
        })
    }

    /// Decodes 96 bytes and checks the proof for the patient with this id.
    ///
    /// # Errors
    /// Those of [`ConsentPublicKey::from_bytes`] and [`Signature::from_bytes`]; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8; Self::BYTES], patient: &[u8; 32]) -> Result<Self> {
        let (key, possession) = bytes.split_first_chunk().ok_or(Error::Truncated)?;
        let possession = possession.try_into().map_err(|_| Error::Truncated)?;
        let own = Self {
            key: ConsentPublicKey::from_bytes(key)?,
            possession: Signature::from_bytes(possession)?,
        };
        own.key.verify_possession(patient, &own.possession)?;
        Ok(own)
    }

    /// The 96 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (key, possession) = bytes.split_at_mut(ConsentPublicKey::BYTES);
        key.copy_from_slice(&self.key.to_bytes());
        possession.copy_from_slice(&self.possession.to_bytes());
        bytes
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &ConsentPublicKey {
        &self.key
    }
}
