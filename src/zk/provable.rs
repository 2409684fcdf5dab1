//! Short consents with the patient's signature, as grantees keep them.

use alloc::vec::Vec;

use super::consent::Consent;
use super::key::{ConsentKey, ConsentPublicKey};
use super::masks::Masks;
use super::signature::Signature;
use crate::asymmetric::VerifyingKey;
use crate::curve::Scalar;
use crate::error::Result;
use crate::keys::file;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::tags::Kind;

/// A short consent that the patient signed, for its grantee alone: it names the patient's key, and
/// who has its seed can link all its pseudonyms.
///
/// Bytes of the object's body (SPEC.md, section 19.2): SHA-256 of the vocabulary (32) || digest of
/// the Terms (32) || u64 categories || u64 purposes || u16 actions || grantee's Ed25519 key (32) ||
/// u64 not before || u64 expires || u32 index || seed (32) || patient's key (32) || signature (64).
pub struct ProvableConsent {
    consent: Consent,
    key: ConsentPublicKey,
    signature: Signature,
}

impl ProvableConsent {
    /// The patient signs.
    ///
    /// # Errors
    /// [`Error::Randomness`](crate::Error::Randomness).
    pub fn sign(consent: Consent, key: &ConsentKey, rng: &mut dyn Randomness) -> Result<Self> {
        let signature = consent.sign(key, rng)?;
        Ok(Self {
            consent,
            key: *key.public(),
            signature,
        })
    }

    /// Reads a consent and checks that the patient whom it names signed it.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Masks`](crate::Error::Masks);
    /// [`Error::Verify`](crate::Error::Verify).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let signed = file::decode(Kind::ProvableConsent, bytes, |reader| {
            let consent = Consent {
                vocabulary: reader.array()?,
                terms: reader.array()?,
                masks: Masks::new(reader.u64()?, reader.u64()?, reader.u16()?)?,
                grantee: VerifyingKey::from_bytes(reader.array_ref()?)?,
                not_before: reader.u64()?,
                expires: reader.u64()?,
                index: reader.u32()?,
                seed: Secret::new(Scalar::from_bytes(reader.array_ref()?)?),
            };
            Ok(Self {
                consent,
                key: ConsentPublicKey::from_bytes(reader.array_ref()?)?,
                signature: Signature::from_bytes(reader.array_ref()?)?,
            })
        })?;
        signed.consent.verify(&signed.key, &signed.signature)?;
        Ok(signed)
    }

    /// The object, with its checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let (consent, masks) = (&self.consent, &self.consent.masks);
        let mut writer = file::begin(Kind::ProvableConsent);
        writer
            .array(&consent.vocabulary)
            .array(&consent.terms)
            .u64(masks.categories())
            .u64(masks.purposes())
            .u16(masks.actions())
            .array(&consent.grantee.to_bytes())
            .u64(consent.not_before)
            .u64(consent.expires)
            .u32(consent.index)
            .array(&consent.seed.expose().to_bytes())
            .array(&self.key.to_bytes())
            .array(&self.signature.to_bytes());
        file::finish(writer).into_secret()
    }

    /// What was consented to.
    #[must_use]
    pub fn consent(&self) -> &Consent {
        &self.consent
    }

    /// The patient's key.
    #[must_use]
    pub fn key(&self) -> &ConsentPublicKey {
        &self.key
    }

    /// The patient's signature.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The consent, key and signature: what a witness is made of.
    #[must_use]
    pub fn into_parts(self) -> (Consent, ConsentPublicKey, Signature) {
        (self.consent, self.key, self.signature)
    }
}
