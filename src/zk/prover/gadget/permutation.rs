//! The Poseidon permutation with alpha 5, and the hash of fixed arity made of it.

use ark_bls12_381::Fr;
use ark_ff::AdditiveGroup;
use ark_r1cs_std::fields::FieldVar;

use super::{Synthesis, Var};
use crate::zk::Use;
use crate::zk::poseidon::{Constants, FULL_ROUNDS};
use crate::zk::prover::field;

/// The permutation on `T` field elements.
pub struct Permutation<const T: usize> {
    /// One constant for each element of the state in each round.
    constants: Vec<[Fr; T]>,
    matrix: [[Fr; T]; T],
}

impl<const T: usize> Permutation<T> {
    /// With the constants of the hash outside.
    pub fn new(constants: &Constants<T>) -> Self {
        let rounds = constants.rounds().iter();
        Self {
            constants: rounds
                .map(|row| row.map(|entry| field::from(&entry)))
                .collect(),
            matrix: constants
                .matrix()
                .map(|row| row.map(|entry| field::from(&entry))),
        }
    }

    /// permute([tag, inputs.., 0..])[0]; 240 constraints for T = 3, 297 for T = 5.
    pub fn hash(&self, of: Use, inputs: &[Var]) -> Synthesis<Var> {
        let mut inputs = inputs.iter().cloned();
        let mut state = std::array::from_fn(|at| match at {
            0 => Var::Constant(field::from(&of.tag())),
            _ => inputs.next().unwrap_or(Var::Constant(Fr::ZERO)),
        });
        let rounds = self.constants.len();
        for (round, constants) in self.constants.iter().enumerate() {
            let full = round < FULL_ROUNDS / 2 || round >= rounds - FULL_ROUNDS / 2;
            state = self.round(state, constants, full)?;
        }
        let [first, ..] = state.as_slice() else {
            return Ok(Var::Constant(Fr::ZERO));
        };
        Ok(first.clone())
    }

    fn round(&self, state: [Var; T], constants: &[Fr; T], full: bool) -> Synthesis<[Var; T]> {
        let mut boxed = Vec::with_capacity(T);
        for (at, (element, constant)) in state.iter().zip(constants).enumerate() {
            let element = element + *constant;
            boxed.push(if full || at == 0 {
                fifth_power(&element)?
            } else {
                element
            });
        }
        let mut mixed = state;
        for (element, row) in mixed.iter_mut().zip(&self.matrix) {
            *element = Var::inner_product(&boxed, &row.map(Var::Constant))?;
        }
        Ok(mixed)
    }
}

/// 3 constraints.
fn fifth_power(element: &Var) -> Synthesis<Var> {
    let fourth = element.square()?.square()?;
    Ok(fourth * element)
}
