//! Numbers as bits, lowest first.

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use ark_r1cs_std::GR1CSVar;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::FieldVar;
use ark_relations::gr1cs::SynthesisError;

use super::{Bit, Synthesis, System, Var, constrain};

/// Bits of a field element.
pub const FIELD_BITS: usize = Fr::MODULUS_BIT_SIZE as usize;

/// The lowest `width` bits of a number of the prover's choice, each 0 or 1 and no more is said
/// of them; `width` constraints.
pub fn witness(system: &System, number: Option<BigInt<4>>, width: usize) -> Synthesis<Vec<Bit>> {
    let bit = |at| {
        let value = number.map(|number| number.get_bit(at));
        Bit::new_witness(system.clone(), || {
            value.ok_or(SynthesisError::AssignmentMissing)
        })
    };
    (0..width).map(bit).collect()
}

/// The sum of the bits times their powers of two; no constraint.
pub fn pack(bits: &[Bit]) -> Synthesis<Var> {
    let vars: Vec<Var> = bits.iter().cloned().map(Var::from).collect();
    let powers = std::iter::successors(Some(Fr::ONE), |power| Some(power.double()));
    let powers: Vec<Var> = powers.take(bits.len()).map(Var::Constant).collect();
    Var::inner_product(&vars, &powers)
}

/// Shows that `value` is below 2^width, for a width below the field's; `width` + 1 constraints.
pub fn decompose(value: &Var, width: usize) -> Synthesis<Vec<Bit>> {
    if width >= FIELD_BITS {
        return Err(SynthesisError::Unsatisfiable);
    }
    tied(value, width)
}

/// The bits of `value` as an integer below q: without the comparison every number below
/// 2^255 - q would have a second form.
pub fn decompose_strictly(value: &Var) -> Synthesis<Vec<Bit>> {
    let bits = tied(value, FIELD_BITS)?;
    let mut largest = Fr::MODULUS;
    largest.sub_with_borrow(&BigInt::from(1_u64));
    let bound: Vec<bool> = (0..FIELD_BITS).map(|at| largest.get_bit(at)).collect();
    at_most(&value.cs(), &bits, &bound)?;
    Ok(bits)
}

/// Shows that `bits` as a number are at most the constant `bound` of as many bits: one constraint
/// for each 1 of the bound but the first, and one for each run of zeros.
pub fn at_most(system: &System, bits: &[Bit], bound: &[bool]) -> Synthesis<()> {
    // Whether all bits above are equal to the bound's.
    let mut equal = Bit::TRUE;
    let mut run = Var::Constant(Fr::ZERO);
    for (bit, limit) in bits.iter().zip(bound).rev() {
        if *limit {
            none(system, &equal, &mut run)?;
            equal = &equal & bit;
        } else {
            run += Var::from(bit.clone());
        }
    }
    none(system, &equal, &mut run)
}

/// Shows that no bit of the run is 1 while the bits above it equal the bound's; begins a new run.
fn none(system: &System, equal: &Bit, run: &mut Var) -> Synthesis<()> {
    let zero = Var::Constant(Fr::ZERO);
    if let Var::Var(_) = run {
        // Fewer bits than the modulus, so that their sum is 0 only if they are.
        constrain(system, &Var::from(equal.clone()), run, &zero)?;
        *run = zero;
    }
    Ok(())
}

fn tied(value: &Var, width: usize) -> Synthesis<Vec<Bit>> {
    let number = value.value().ok().map(PrimeField::into_bigint);
    let bits = witness(&value.cs(), number, width)?;
    pack(&bits)?.enforce_equal(value)?;
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zk::prover::gadget::testing::{bits, bools, holds, system};
    use ark_relations::gr1cs::ConstraintSystem;

    #[test]
    fn a_number_has_bits_exactly_if_it_is_below_the_power() {
        for width in 1..=5 {
            for number in 0..64_u64 {
                let (system, [value]) = system([Fr::from(number)]);
                let bits = decompose(&value, width).unwrap();
                assert_eq!(system.num_constraints(), width + 1);
                assert_eq!(
                    holds(&system),
                    number < 1 << width,
                    "{number} in {width} bits"
                );
                let values: Vec<bool> = bits.iter().map(|bit| bit.value().unwrap()).collect();
                assert_eq!(values, bools(number, width));
            }
            let (system, [value]) = system([-Fr::ONE]);
            decompose(&value, width).unwrap();
            assert!(!holds(&system), "-1 in {width} bits");
        }
        let (_, [value]) = system([Fr::ONE]);
        assert!(decompose(&value, FIELD_BITS).is_err());
    }

    #[test]
    fn every_bound_is_kept_exactly() {
        for width in 1..=5 {
            for bound in 0..1_u64 << width {
                for number in 0..1_u64 << width {
                    let system = ConstraintSystem::new_ref();
                    let bits = bits(&system, &bools(number, width));
                    at_most(&system, &bits, &bools(bound, width)).unwrap();
                    assert_eq!(holds(&system), number <= bound, "{number} at most {bound}");
                }
            }
        }
    }

    #[test]
    fn the_second_form_of_a_small_number_is_refused() {
        let modulus = Fr::MODULUS;
        for small in [0_u64, 1, 77] {
            let mut second = modulus;
            assert!(!second.add_with_carry(&BigInt::from(small)));
            for (number, good) in [(BigInt::from(small), true), (second, false)] {
                let (system, [value]) = system([Fr::from(small)]);
                let bits = witness(&system, Some(number), FIELD_BITS).unwrap();
                pack(&bits).unwrap().enforce_equal(&value).unwrap();
                assert!(holds(&system), "both forms add up to {small}");
                let mut largest = modulus;
                largest.sub_with_borrow(&BigInt::from(1_u64));
                let bound: Vec<bool> = (0..FIELD_BITS).map(|at| largest.get_bit(at)).collect();
                at_most(&system, &bits, &bound).unwrap();
                assert_eq!(holds(&system), good, "{small}");
            }
        }
    }

    #[test]
    fn strict_bits_are_those_of_the_number() {
        for value in [
            Fr::ZERO,
            Fr::ONE,
            -Fr::ONE,
            Fr::from(u128::MAX),
            -Fr::from(5_u64),
        ] {
            let (system, [var]) = system([value]);
            let bits = decompose_strictly(&var).unwrap();
            assert!(holds(&system));
            let expected = value.into_bigint();
            for (at, bit) in bits.iter().enumerate() {
                assert_eq!(bit.value().unwrap(), expected.get_bit(at));
            }
        }
    }
}
