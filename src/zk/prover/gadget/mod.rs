//! The parts that the circuit is made of, each with the number of constraints it costs.
//!
//! A gadget takes variables of a constraint system and adds constraints; where a witness exists
//! it computes what the new variables are. Which constraints it adds never depends on values.

pub(super) mod bits;
pub(super) mod choice;
pub(super) mod compare;
pub(super) mod mask;
pub(super) mod merkle;
pub(super) mod permutation;
pub(super) mod point;
pub(super) mod signature;

use ark_bls12_381::Fr;
use ark_ff::Field;
use ark_r1cs_std::GR1CSVar;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError, Variable};

/// The constraint system that a gadget adds to.
pub(super) type System = ConstraintSystemRef<Fr>;
/// A field element in it: a linear combination of its variables.
pub(super) type Var = FpVar<Fr>;
/// One of its variables that is 0 or 1.
pub(super) type Bit = Boolean<Fr>;
/// What gadgets answer.
pub(super) type Synthesis<T> = Result<T, SynthesisError>;

/// One constraint: a * b = c.
pub(super) fn constrain(system: &System, a: &Var, b: &Var, c: &Var) -> Synthesis<()> {
    system.enforce_r1cs_constraint(|| linear(a), || linear(b), || linear(c))
}

/// A new variable of the prover's choice.
pub(super) fn witness(system: &System, value: impl FnOnce() -> Synthesis<Fr>) -> Synthesis<Var> {
    Var::new_witness(system.clone(), value)
}

/// numerator / denominator, for a denominator that the caller knows is not zero; 1 constraint.
fn quotient(system: &System, numerator: &Var, denominator: &Var) -> Synthesis<Var> {
    let result = witness(system, || {
        let inverse = denominator.value()?.inverse().unwrap_or_default();
        Ok(numerator.value()? * inverse)
    })?;
    constrain(system, &result, denominator, numerator)?;
    Ok(result)
}

fn linear(var: &Var) -> LinearCombination<Fr> {
    match var {
        Var::Constant(value) => LinearCombination::from((*value, Variable::One)),
        Var::Var(allocated) => LinearCombination::from(allocated.variable),
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use ark_relations::gr1cs::ConstraintSystem;

    /// A new system with variables of these values.
    pub fn system<const N: usize>(values: [Fr; N]) -> (System, [Var; N]) {
        let system = ConstraintSystem::new_ref();
        let vars = values.map(|value| witness(&system, || Ok(value)).unwrap());
        (system, vars)
    }

    /// A new system with bits of these values.
    pub fn bits(system: &System, values: &[bool]) -> Vec<Bit> {
        let allocate = |value: &bool| Bit::new_witness(system.clone(), || Ok(*value)).unwrap();
        values.iter().map(allocate).collect()
    }

    /// The lowest `width` bits of a number.
    pub fn bools(number: u64, width: usize) -> Vec<bool> {
        (0..width).map(|at| number >> at & 1 == 1).collect()
    }

    /// Whether the constraints hold for the values at hand.
    pub fn holds(system: &System) -> bool {
        system.is_satisfied().unwrap()
    }
}
