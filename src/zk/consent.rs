//! Short consents as they are signed for proofs.

use super::field::{self, Use};
use super::key::{ConsentKey, ConsentPublicKey};
use super::masks::Masks;
use super::poseidon::{hash2, hash4};
use super::signature::Signature;
use crate::asymmetric::VerifyingKey;
use crate::curve::Scalar;
use crate::error::Result;
use crate::random::Randomness;
use crate::secret::Secret;

/// One product of a consent, to one grantee: what the patient signs for proofs.
pub struct Consent {
    /// SHA-256 of the vocabulary that the masks are of.
    pub vocabulary: [u8; 32],
    /// Digest of the Terms that it was made of.
    pub terms: [u8; 32],
    /// What it permits.
    pub masks: Masks,
    /// The key that the grantee signs requests with.
    pub grantee: VerifyingKey,
    /// The first second of its validity.
    pub not_before: u64,
    /// The first second behind it.
    pub expires: u64,
    /// Its place in the registry's revocation tree.
    pub index: u32,
    /// Fresh for every consent: nullifiers and pseudonyms hang on it. Who has it can link them.
    pub seed: Secret<Scalar>,
}

impl Consent {
    /// The two hashes: c1, and the message that is signed.
    ///
    /// # Errors
    /// As [`field::vocabulary`].
    pub fn message(&self) -> Result<Scalar> {
        let vocabulary = field::vocabulary(&self.vocabulary)?;
        let [high, low] = self.terms_halves();
        let first = hash4(Use::Consent, [vocabulary, high, low, self.masks.packed()]);
        let grantee = field::grantee(&self.grantee)?;
        let rest = [first, grantee, self.times(), *self.seed.expose()];
        Ok(hash4(Use::ConsentEnd, rest))
    }

    /// The Terms' digest as two integers of 128 bits, the first half first.
    #[must_use]
    pub fn terms_halves(&self) -> [Scalar; 2] {
        let whole = u128::from_be_bytes;
        let (high, low) = self.terms.split_at(16);
        [high, low].map(|half| field::of_u128(half.try_into().map_or(0, whole)))
    }

    /// not_before + 2^64 expires + 2^128 index.
    #[must_use]
    pub fn times(&self) -> Scalar {
        field::packed(self.not_before, self.expires, self.index)
    }

    /// What this consent is recognised by in a context.
    #[must_use]
    pub fn nullifier(&self, context: &Scalar) -> Scalar {
        hash2(Use::Nullifier, [*self.seed.expose(), *context])
    }

    /// What a context calls this consent.
    #[must_use]
    pub fn pseudonym(&self, context: &Scalar) -> Scalar {
        hash2(Use::Pseudonym, [*self.seed.expose(), *context])
    }

    /// The patient's signature.
    ///
    /// # Errors
    /// [`Error::Randomness`](crate::Error::Randomness).
    pub fn sign(&self, key: &ConsentKey, rng: &mut dyn Randomness) -> Result<Signature> {
        key.sign(Use::Commitment, &self.message()?, rng)
    }

    /// Checks the patient's signature.
    ///
    /// # Errors
    /// [`Error::Verify`](crate::Error::Verify).
    pub fn verify(&self, key: &ConsentPublicKey, signature: &Signature) -> Result<()> {
        signature.verify(key, Use::Commitment, &self.message()?)
    }
}
