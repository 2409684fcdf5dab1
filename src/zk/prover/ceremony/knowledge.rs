//! The proof that who multiplied a point knew by what.

use ark_bls12_381::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_serialize::CanonicalDeserialize;

use super::ratio::same;
use crate::curve::{G2, Scalar};
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};
use crate::zk::prover::{field, points};

/// Which secret of a contribution a proof is about.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Role {
    Tau = 1,
    Alpha = 2,
    Beta = 3,
    Delta = 4,
}

/// A random point, the same point times the secret, and a point that hangs on both, on the
/// transcript before and on the result, times the secret.
#[derive(Clone)]
pub struct Knowledge {
    base: G1Affine,
    multiple: G1Affine,
    answer: G2Affine,
}

impl Knowledge {
    /// Bytes of the encoding: 48 || 48 || 96, compressed.
    pub const BYTES: usize = 192;

    /// For `after`, which is `secret` times the point before.
    pub fn prove(
        secret: &Fr,
        role: Role,
        transcript: &[u8; 32],
        after: &G1Affine,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let blind = field::from(&Scalar::random(rng)?);
        let base = (G1Affine::generator() * blind).into_affine();
        let multiple = (base * *secret).into_affine();
        let challenge = challenge(role, transcript, after, &base, &multiple)?;
        Ok(Self {
            base,
            multiple,
            answer: (challenge * *secret).into_affine(),
        })
    }

    /// Whether `after` is `before` times a secret that who made this knew.
    pub fn verifies(
        &self,
        role: Role,
        transcript: &[u8; 32],
        before: &G1Affine,
        after: &G1Affine,
    ) -> Result<bool> {
        let challenge = challenge(role, transcript, after, &self.base, &self.multiple)?;
        Ok(same(self.base, self.multiple, challenge, self.answer)
            && same(*before, *after, challenge, self.answer))
    }

    pub fn write(&self, writer: &mut Writer) -> Result<()> {
        writer
            .array(&points::compressed::<48>(&self.base)?)
            .array(&points::compressed::<48>(&self.multiple)?)
            .array(&points::compressed::<96>(&self.answer)?);
        Ok(())
    }

    pub fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            base: read_g1(reader)?,
            multiple: read_g1(reader)?,
            answer: points::ark_g2(&G2::from_bytes(reader.array_ref()?)?)?,
        })
    }
}

/// A point other than the identity, compressed.
pub fn read_g1(reader: &mut Reader<'_>) -> Result<G1Affine> {
    points::ark_g1(&crate::curve::G1::from_bytes(reader.array_ref()?)?)
}

fn challenge(
    role: Role,
    transcript: &[u8; 32],
    after: &G1Affine,
    base: &G1Affine,
    multiple: &G1Affine,
) -> Result<G2Affine> {
    let message = Transcript::new(tags::ZK_KNOWLEDGE)
        .item(&[role as u8])
        .item(transcript)
        .item(&points::compressed::<48>(after)?)
        .item(&points::compressed::<48>(base)?)
        .item(&points::compressed::<48>(multiple)?)
        .finish();
    let point = G2::hash(tags::ZK_KNOWLEDGE_TO_G2, &message).to_bytes();
    G2Affine::deserialize_compressed_unchecked(&point[..]).map_err(|_| Error::NotOnCurve)
}
