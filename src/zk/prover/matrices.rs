//! A circuit as matrices: its constraints, and the digest that names it.

use ark_bls12_381::Fr;
use ark_ff::Zero;
use ark_relations::gr1cs::{
    ConstraintSystem, Matrix, OptimizationGoal, R1CS_PREDICATE_LABEL, SynthesisMode,
};

use super::field::to_bytes;
use super::gadget::{Synthesis, System};
use crate::symmetric::Sha256;
use crate::tags;

/// The constraints (A z) * (B z) = C z over z = (1, public inputs, private variables).
pub(super) struct Matrices {
    /// A, B and C, each with a row for every constraint: coefficients and columns, ascending.
    pub rows: Vec<Matrix<Fr>>,
    /// 1 and the public inputs.
    pub inputs: usize,
    /// All variables.
    pub variables: usize,
}

impl Matrices {
    /// The matrices of what `synthesise` adds to a new system, with what it answers and, in a
    /// mode that computes it, the assignment z.
    pub fn build<T>(
        mode: SynthesisMode,
        synthesise: impl FnOnce(&System) -> Synthesis<T>,
    ) -> Synthesis<(Self, Vec<Fr>, T)> {
        let system = ConstraintSystem::new_ref();
        system.set_optimization_goal(OptimizationGoal::Constraints);
        system.set_mode(mode);
        let answer = synthesise(&system)?;
        system.finalize();
        let mut rows = system.to_matrices()?;
        let inputs = system.num_instance_variables();
        let matrices = Self {
            rows: rows.remove(R1CS_PREDICATE_LABEL).unwrap_or_default(),
            inputs,
            variables: inputs + system.num_witness_variables(),
        };
        let mut assignment = Vec::new();
        if mode != SynthesisMode::Setup {
            assignment = system.instance_assignment()?;
            assignment.extend(system.witness_assignment()?);
        }
        Ok((matrices, assignment, answer))
    }

    /// How many constraints there are.
    pub fn constraints(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// The size of the domain: a power of two with room for the constraints and inputs.
    pub fn domain(&self) -> usize {
        (self.constraints() + self.inputs).next_power_of_two()
    }

    /// The constraints that an assignment breaks.
    pub fn broken<'a>(&'a self, assignment: &'a [Fr]) -> impl Iterator<Item = usize> + 'a {
        let value = |matrix: usize, row: usize| {
            let row = self.rows.get(matrix).and_then(|rows| rows.get(row));
            let terms = row.into_iter().flatten();
            let term = |(coefficient, column): &(Fr, usize)| {
                *coefficient * assignment.get(*column).copied().unwrap_or_default()
            };
            terms.map(term).sum::<Fr>()
        };
        (0..self.constraints())
            .filter(move |row| !(value(0, *row) * value(1, *row) - value(2, *row)).is_zero())
    }

    /// The circuit id: a hash of every coefficient in its place (SPEC.md, section 19.5).
    pub fn id(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(&(tags::ZK_CIRCUIT.len() as u16).to_be_bytes());
        hash.update(tags::ZK_CIRCUIT);
        let number = |hash: &mut Sha256, number: usize| {
            hash.update(&(number as u32).to_be_bytes());
        };
        number(&mut hash, self.inputs);
        number(&mut hash, self.variables);
        number(&mut hash, self.constraints());
        for matrix in &self.rows {
            for row in matrix {
                number(&mut hash, row.len());
                for (coefficient, column) in row {
                    number(&mut hash, *column);
                    hash.update(&to_bytes(coefficient));
                }
            }
        }
        hash.finish()
    }
}
