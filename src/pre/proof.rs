//! The proof that a capsule's maker knows its s.
//!
//! Without it a relay would answer for any point, also for one taken from another's capsule or
//! made to learn something of its share; with it the answer U^x_i is worth nothing to whoever
//! knows s, as it equals the public vk_i^s.

use crate::curve::{EncodedScalar, G2, PublicScalar, Scalar, multi_scalar_g2};
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::tags;
use crate::transcript::{Transcript, Xof};
use crate::wire::{Reader, Writer};

/// A Schnorr proof of knowledge of s with U = g2^s, bound to a capsule's digest: e (32) || z (32).
#[derive(Clone, Copy)]
pub(super) struct Proof {
    challenge: EncodedScalar,
    answer: EncodedScalar,
}

impl Proof {
    /// k = F(s, d, 32 random bytes); R = g2^k; e = F(d, U, R); z = k + e s.
    pub(super) fn new(
        s: &Secret<Scalar>,
        digest: &[u8; 32],
        point: &[u8; G2::BYTES],
        power: impl FnOnce(&Scalar) -> G2,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let fresh = rng.secret()?;
        let bytes = Secret::new(s.expose().to_bytes());
        let prk = Transcript::new(tags::KP_NONCE)
            .item(bytes.expose())
            .item(digest)
            .item(fresh.expose())
            .finish();
        let nonce = Xof::new(Secret::new(prk), tags::KP_NONCE).scalar()?;
        let challenge = challenge(digest, point, &power(nonce.expose()).to_bytes())?;
        let answer = *nonce.expose() + Scalar::from(challenge) * *s.expose();
        Ok(Self {
            challenge: EncodedScalar::of(challenge),
            // Uniform by k, and published.
            answer: EncodedScalar::of(answer.declassify()),
        })
    }

    /// Checks R' = g2^z U^-e, e = F(d, U, R'): `point` is U, `bytes` its encoding.
    pub(super) fn verify(
        &self,
        digest: &[u8; 32],
        point: &G2,
        bytes: &[u8; G2::BYTES],
    ) -> Result<()> {
        let (expected, answer) = (self.challenge.decode()?, self.answer.decode()?);
        let nonce = multi_scalar_g2(&[G2::generator(), *point], &[answer, -expected]);
        if challenge(digest, bytes, &nonce.to_bytes())? == expected {
            Ok(())
        } else {
            Err(Error::BadCapsule)
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(self.challenge.as_bytes());
        writer.array(self.answer.as_bytes());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            challenge: EncodedScalar::from_bytes(reader.array_ref()?)?,
            answer: EncodedScalar::from_bytes(reader.array_ref()?)?,
        })
    }
}

/// e: R must be in the hash, or any z makes a proof.
fn challenge(
    digest: &[u8; 32],
    point: &[u8; G2::BYTES],
    nonce: &[u8; G2::BYTES],
) -> Result<PublicScalar> {
    let prk = Transcript::new(tags::KP_PROOF)
        .item(digest)
        .item(point)
        .item(nonce)
        .finish();
    let scalar = Xof::new(Secret::new(prk), tags::KP_PROOF).scalar()?;
    Ok(scalar.expose().declassify())
}
