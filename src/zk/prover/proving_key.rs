//! The key that makes proofs, and its file.

use ark_bls12_381::{Bls12_381, G1Affine, G2Affine};
use ark_groth16::{ProvingKey as Points, VerifyingKey};
use subtle::ConstantTimeEq;

use super::points::{self, Check};
use crate::curve::G1;
use crate::error::{Error, Result};
use crate::symmetric::sha256;
use crate::tags::Kind;
use crate::wire::{Reader, Writer, read_header, write_header};
use crate::zk::{Depth, PUBLIC_INPUTS, ProofKey, ProofKeyPoints, Provenance};

/// The suite byte of this version.
const SUITE: u8 = 1;
/// More variables, or powers, than any circuit of this version has.
const MOST: usize = 1 << 15;
/// The longest file of a [`ProofKey`] inside.
const PROOF_KEY: usize = 4096;

/// The key that makes proofs, with the key that verifies them.
///
/// It is public. But who makes proofs with a key from somebody else lets its maker see the consent
/// in them: take it from a ceremony or make it, and pin its digest.
///
/// Bytes of the file, about 8 MB (SPEC.md, section 19.6): header (8) || u32 length || file of the
/// [`ProofKey`] || u32 variables || u32 powers || beta, delta in G1 || A, B in G1 || B in G2 ||
/// H || L; points uncompressed, 96 and 192 bytes.
pub struct ProvingKey {
    points: Points<Bls12_381>,
    proof_key: ProofKey,
}

impl ProvingKey {
    /// Puts both keys together from what a set-up gave.
    ///
    /// # Errors
    /// [`Error::ProvingKey`] for another number of public inputs, or an identity among the points
    /// of the verifying key.
    pub(super) fn new(
        depth: Depth,
        circuit: [u8; 32],
        provenance: Provenance,
        points: Points<Bls12_381>,
    ) -> Result<Self> {
        let refused = |_| Error::ProvingKey("points of the key that verifies");
        let verifying = proof_key_points(&points.vk).map_err(refused)?;
        Ok(Self {
            points,
            proof_key: ProofKey::new(depth, circuit, provenance, verifying),
        })
    }

    /// The key that verifies the proofs.
    #[must_use]
    pub const fn proof_key(&self) -> &ProofKey {
        &self.proof_key
    }

    /// The points.
    pub(super) const fn points(&self) -> &Points<Bls12_381> {
        &self.points
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for no key that this version makes.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let points = &self.points;
        let mut writer = Writer::with_capacity(10 << 20);
        write_header(&mut writer, SUITE, Kind::ProvingKey);
        writer.lp32(&self.proof_key.to_bytes())?;
        writer
            .u32(points.a_query.len() as u32)
            .u32(points.h_query.len() as u32);
        points::write(&mut writer, &[points.beta_g1, points.delta_g1])?;
        points::write(&mut writer, &points.a_query)?;
        points::write(&mut writer, &points.b_g1_query)?;
        points::write(&mut writer, &points.b_g2_query)?;
        points::write(&mut writer, &points.h_query)?;
        points::write(&mut writer, &points.l_query)?;
        Ok(writer.into_vec())
    }

    /// Reads a file whose SHA-256 is known to be `digest`, and looks at no point in it.
    ///
    /// # Errors
    /// [`Error::ProvingKey`] for another digest; the decoding errors.
    pub fn from_pinned(bytes: &[u8], digest: &[u8; 32]) -> Result<Self> {
        if !bool::from(sha256(&[bytes]).ct_eq(digest)) {
            return Err(Error::ProvingKey("not the one that was pinned"));
        }
        Self::read(bytes, Check::Form)
    }

    /// Reads a file that nothing is known of: every point is checked to be one of its group, which
    /// takes seconds. Whether the points belong to the circuit shows when proofs verify.
    ///
    /// # Errors
    /// The decoding errors; [`Error::NotOnCurve`], [`Error::NotInSubgroup`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let key = Self::read(bytes, Check::Group)?;
        if key.to_bytes()? != bytes {
            return Err(Error::NotCanonical("proving key"));
        }
        Ok(key)
    }

    fn read(bytes: &[u8], check: Check) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let suite = read_header(&mut reader, Kind::ProvingKey)?;
        if suite != SUITE {
            return Err(Error::Suite(suite));
        }
        let proof_key = ProofKey::from_bytes(reader.lp32(PROOF_KEY)?)?;
        let variables = count(&mut reader)?;
        let powers = count(&mut reader)?;
        let private = variables.checked_sub(PUBLIC_INPUTS + 1);
        let private = private.ok_or(Error::Length("variables"))?;
        let [beta_g1, delta_g1] = *points::read::<Curve1>(&mut reader, 2, check)?.as_slice() else {
            return Err(Error::Truncated);
        };
        let points = Points {
            vk: verifying_key(proof_key.points())?,
            beta_g1,
            delta_g1,
            a_query: points::read::<Curve1>(&mut reader, variables, check)?,
            b_g1_query: points::read::<Curve1>(&mut reader, variables, check)?,
            b_g2_query: points::read::<Curve2>(&mut reader, variables, check)?,
            h_query: points::read::<Curve1>(&mut reader, powers, check)?,
            l_query: points::read::<Curve1>(&mut reader, private, check)?,
        };
        reader.finish()?;
        Ok(Self { points, proof_key })
    }
}

type Curve1 = ark_bls12_381::g1::Config;
type Curve2 = ark_bls12_381::g2::Config;

fn count(reader: &mut Reader<'_>) -> Result<usize> {
    match usize::try_from(reader.u32()?) {
        Ok(count) if count <= MOST => Ok(count),
        _ => Err(Error::Length("points of a key")),
    }
}

fn proof_key_points(key: &VerifyingKey<Bls12_381>) -> Result<ProofKeyPoints> {
    let inputs: Vec<G1> = (key.gamma_abc_g1.iter().map(points::g1)).collect::<Result<_>>()?;
    let inputs = inputs.try_into();
    Ok(ProofKeyPoints {
        alpha: points::g1(&key.alpha_g1)?,
        beta: points::g2(&key.beta_g2)?,
        gamma: points::g2(&key.gamma_g2)?,
        delta: points::g2(&key.delta_g2)?,
        inputs: inputs.map_err(|_| Error::ProvingKey("number of public inputs"))?,
    })
}

fn verifying_key(points: &ProofKeyPoints) -> Result<VerifyingKey<Bls12_381>> {
    let inputs: Result<Vec<G1Affine>> = points.inputs.iter().map(points::ark_g1).collect();
    let g2 = |point| -> Result<G2Affine> { points::ark_g2(point) };
    Ok(VerifyingKey {
        alpha_g1: points::ark_g1(&points.alpha)?,
        beta_g2: g2(&points.beta)?,
        gamma_g2: g2(&points.gamma)?,
        delta_g2: g2(&points.delta)?,
        gamma_abc_g1: inputs?,
    })
}
