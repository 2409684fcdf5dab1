//! Sets as bits.

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};

use super::{Bit, Synthesis, System, Var, constrain};

/// Shows that every bit of `part` is also one of `whole`; one constraint each.
pub fn subset(system: &System, part: &[Bit], whole: &[Bit]) -> Synthesis<()> {
    let (zero, one) = (Var::Constant(Fr::ZERO), Var::Constant(Fr::ONE));
    for (inner, outer) in part.iter().zip(whole) {
        let missing = &one - Var::from(outer.clone());
        constrain(system, &Var::from(inner.clone()), &missing, &zero)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zk::prover::gadget::testing::{bits, bools, holds};
    use ark_relations::gr1cs::ConstraintSystem;

    #[test]
    fn subsets_are_those_of_the_masks() {
        for width in 1..=4 {
            for part in 0..1_u64 << width {
                for whole in 0..1_u64 << width {
                    let system = ConstraintSystem::new_ref();
                    let inner = bits(&system, &bools(part, width));
                    let outer = bits(&system, &bools(whole, width));
                    let before = system.num_constraints();
                    subset(&system, &inner, &outer).unwrap();
                    assert_eq!(system.num_constraints() - before, width);
                    assert_eq!(holds(&system), part & !whole == 0, "{part:b} in {whole:b}");
                }
            }
        }
    }
}
