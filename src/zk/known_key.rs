//! Keys made of known numbers: whoever knows them proves anything, so tests need no circuit.

use super::{Depth, PreparedKey, Proof, ProofKey, ProofKeyPoints, Provenance, PublicInputs, Trust};
use crate::curve::{G1, G2, Scalar};

pub(crate) const CIRCUIT: [u8; 32] = [9; 32];

pub(crate) struct Trapdoor {
    alpha: Scalar,
    beta: Scalar,
    gamma: Scalar,
    delta: Scalar,
    inputs: [Scalar; 12],
}

impl Trapdoor {
    pub(crate) fn new() -> Self {
        Self {
            alpha: number(11),
            beta: number(12),
            gamma: number(13),
            delta: number(14),
            inputs: core::array::from_fn(|place| number(20 + place as u64)),
        }
    }

    pub(crate) fn key(&self, provenance: Provenance) -> ProofKey {
        let points = ProofKeyPoints {
            alpha: G1::generator() * &self.alpha,
            beta: G2::generator() * &self.beta,
            gamma: G2::generator() * &self.gamma,
            delta: G2::generator() * &self.delta,
            inputs: self.inputs.map(|it| G1::generator() * &it),
        };
        ProofKey::new(Depth::Ten, CIRCUIT, provenance, points)
    }

    pub(crate) fn prove(&self, inputs: &PublicInputs, salt: u64) -> Proof {
        let (a, b) = (number(100 + salt), number(200 + salt));
        let [constant, rest @ ..] = &self.inputs;
        let terms = rest.iter().zip(inputs.to_scalars());
        let sum = terms.fold(*constant, |sum, (point, input)| sum + *point * input);
        let c = a * b - self.alpha * self.beta - sum * self.gamma;
        Proof {
            a: G1::generator() * &a,
            b: G2::generator() * &b,
            c: G1::generator() * &(c * self.delta.invert().unwrap()),
        }
    }
}

pub(crate) fn prepared() -> PreparedKey {
    let key = Trapdoor::new().key(Provenance::Development);
    PreparedKey::new(key, &CIRCUIT, Trust::Development).unwrap()
}

/// A scalar of no meaning.
fn number(seed: u64) -> Scalar {
    Scalar::from_u64(seed) * Scalar::from_u64(0x9e37_79b9_7f4a_7c15) * Scalar::from_u64(seed)
}
