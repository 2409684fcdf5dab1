//! The keys above a patient's device.

use crate::asymmetric::hpke::{HpkePublicKey, HpkeSecretKey};
use crate::asymmetric::{SigningKey, VerifyingKey};
use crate::error::Result;
use crate::secret::Secret;
use crate::symmetric::hkdf;
use crate::tags;

/// The public halves of the recovery keys. What they sign outranks what the device's key signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    pub(super) signing: VerifyingKey,
    pub(super) hpke: HpkePublicKey,
}

impl Recovery {
    /// The key that can sign for a patient whose device is lost.
    #[must_use]
    pub fn signing_key(&self) -> &VerifyingKey {
        &self.signing
    }

    /// The public halves of what a recovery secret gives.
    pub(super) fn of(secret: &Secret<[u8; 32]>) -> Result<Self> {
        Ok(Self {
            signing: recovery_signing_key(secret).verifying_key(),
            hpke: recovery_hpke_key(secret)?.public_key(),
        })
    }
}

/// The key that signs for a patient whose device is lost.
pub(super) fn recovery_signing_key(secret: &Secret<[u8; 32]>) -> SigningKey {
    SigningKey::from_seed(&hkdf(&[], secret.expose(), &[tags::RECOVERY_SIGNING]))
}

/// The key that the patient's seed is sealed to.
pub(super) fn recovery_hpke_key(secret: &Secret<[u8; 32]>) -> Result<HpkeSecretKey> {
    HpkeSecretKey::from_bytes(&hkdf(&[], secret.expose(), &[tags::RECOVERY_HPKE]))
}
