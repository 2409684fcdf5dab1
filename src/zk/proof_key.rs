//! The key that verifies proofs, and where it comes from.

use alloc::vec::Vec;

use super::path::Depth;
use super::statement::PUBLIC_INPUTS;
use crate::curve::{G1, G2};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// Who made a key of proofs. Whoever knows the numbers that a key was made of can prove anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// One party, for tests: verifiers refuse it unless they ask for it by name.
    Development,
    /// Several, of whom one honest one is enough.
    Ceremony {
        /// Which ceremony.
        id: [u8; 32],
        /// Hash over everything that was contributed to it.
        transcript: [u8; 32],
    },
}

/// The points of a Groth16 key.
#[derive(Clone)]
pub struct ProofKeyPoints {
    /// alpha in G1.
    pub alpha: G1,
    /// beta in G2.
    pub beta: G2,
    /// gamma in G2.
    pub gamma: G2,
    /// delta in G2.
    pub delta: G2,
    /// A constant, and one point for each public input.
    pub inputs: [G1; PUBLIC_INPUTS + 1],
}

/// The key that verifies proofs (Groth16's verifying key) with its provenance.
///
/// Bytes of the object's body (SPEC.md, section 19.4): u8 levels of the enrolment tree || circuit
/// id (32) || u8 provenance, and if it is 1: ceremony id (32) || transcript hash (32) || u8 number
/// of public inputs || alpha (48) || beta (96) || gamma (96) || delta (96) || one point (48) more
/// than inputs.
#[derive(Clone)]
pub struct ProofKey {
    depth: Depth,
    circuit: [u8; 32],
    provenance: Provenance,
    points: ProofKeyPoints,
}

impl ProofKey {
    /// Puts a key together.
    #[must_use]
    pub fn new(
        depth: Depth,
        circuit: [u8; 32],
        provenance: Provenance,
        points: ProofKeyPoints,
    ) -> Self {
        Self {
            depth,
            circuit,
            provenance,
            points,
        }
    }

    /// Reads a key.
    ///
    /// # Errors
    /// The decoding errors; [`Error::InputCount`] for a key of another number of public inputs.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::ProofKey, bytes, Self::read)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let depth = Depth::from_levels(reader.u8()?)?;
        let circuit = reader.array()?;
        let provenance = match reader.u8()? {
            0 => Provenance::Development,
            1 => Provenance::Ceremony {
                id: reader.array()?,
                transcript: reader.array()?,
            },
            _ => return Err(Error::Field("provenance of a key")),
        };
        let count = usize::from(reader.u8()?);
        if count != PUBLIC_INPUTS {
            return Err(Error::InputCount(count));
        }
        let alpha = G1::from_bytes(reader.array_ref()?)?;
        let beta = G2::from_bytes(reader.array_ref()?)?;
        let gamma = G2::from_bytes(reader.array_ref()?)?;
        let delta = G2::from_bytes(reader.array_ref()?)?;
        let mut inputs = [alpha; PUBLIC_INPUTS + 1];
        for input in &mut inputs {
            *input = G1::from_bytes(reader.array_ref()?)?;
        }
        let points = ProofKeyPoints {
            alpha,
            beta,
            gamma,
            delta,
            inputs,
        };
        Ok(Self::new(depth, circuit, provenance, points))
    }

    /// The key's file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::ProofKey);
        self.write(&mut writer);
        file::finish(writer).into_vec()
    }

    fn write(&self, writer: &mut Writer) {
        writer.u8(self.depth.levels() as u8).array(&self.circuit);
        match &self.provenance {
            Provenance::Development => writer.u8(0),
            Provenance::Ceremony { id, transcript } => writer.u8(1).array(id).array(transcript),
        };
        let points = &self.points;
        writer
            .u8(PUBLIC_INPUTS as u8)
            .array(&points.alpha.to_bytes())
            .array(&points.beta.to_bytes())
            .array(&points.gamma.to_bytes())
            .array(&points.delta.to_bytes());
        for input in G1::batch_to_bytes(&points.inputs) {
            writer.array(&input);
        }
    }

    /// What verifiers pin: the digest of the whole key.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut body = Writer::new();
        self.write(&mut body);
        let body = body.into_vec();
        Transcript::new(tags::ZK_PROOF_KEY).item(&body).finish()
    }

    /// The height of the enrolment trees that its proofs are about.
    #[must_use]
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// The hash of the constraints that its proofs satisfy.
    #[must_use]
    pub fn circuit(&self) -> &[u8; 32] {
        &self.circuit
    }

    /// Who made it.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &ProofKeyPoints {
        &self.points
    }
}
