//! The key that makes proofs, and its file.

use ark_bls12_381::Bls12_381;
use ark_groth16::{ProvingKey as Points, VerifyingKey};
use subtle::ConstantTimeEq;

use super::key_points;
use super::points::{self, Check};
use crate::curve::G1;
use crate::error::{Error, Result};
use crate::symmetric::sha256;
use crate::tags::Kind;
use crate::wire::{Reader, Writer, read_header, write_header};
use crate::zk::{Depth, PUBLIC_INPUTS, ProofKey, ProofKeyPoints, Provenance};

/// The suite byte of this version.
const SUITE: u8 = 1;
/// The longest file of a [`ProofKey`] inside.
const PROOF_KEY: usize = 4096;

/// The key that makes proofs, with the key that verifies them.
///
/// It is public. But who makes proofs with a key from somebody else lets its maker see the consent
/// in them: take it from a ceremony or make it, and pin its digest.
///
/// Bytes of the file, about 8 MB (SPEC.md, section 19.6): header (8) || u32 length || file of the
/// [`ProofKey`] || u32 variables || u32 powers || points of the verifying key || A, B in G1 || B
/// in G2 || H || L; points uncompressed, 96 and 192 bytes.
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
    /// None that can happen.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let proof_key = self.proof_key.to_bytes();
        let length = 12 + proof_key.len() + key_points::length(&self.points);
        let mut writer = Writer::with_capacity(length);
        write_header(&mut writer, SUITE, Kind::ProvingKey);
        writer.lp32(&proof_key)?;
        key_points::write(&mut writer, &self.points)?;
        Ok(writer.into_vec())
    }

    /// SHA-256 of the file: what is pinned.
    ///
    /// # Errors
    /// None that can happen.
    pub fn digest(&self) -> Result<[u8; 32]> {
        Ok(sha256(&[&self.to_bytes()?]))
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
        let points = key_points::read(&mut reader, check)?;
        reader.finish()?;
        let read = Self { points, proof_key };
        // The same points stand in the key that verifies.
        if proof_key_points(&read.points.vk)?.inputs.len() != PUBLIC_INPUTS + 1 {
            return Err(Error::Length("public inputs"));
        }
        Ok(read)
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
