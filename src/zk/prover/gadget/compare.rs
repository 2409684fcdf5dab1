//! Order among numbers that are known to be small.
//!
//! Both operands must be below 2^width for a width of at most 253: then the difference is a
//! number of that width if it is not negative, and near the field's order if it is.

use ark_bls12_381::Fr;
use ark_ff::Field;

use super::bits::decompose;
use super::{Synthesis, Var};

/// Shows that `small` is at most `large`; `width` + 1 constraints.
pub fn at_most(small: &Var, large: &Var, width: usize) -> Synthesis<()> {
    decompose(&(large - small), width).map(|_| ())
}

/// Shows that `small` is below `large`; `width` + 1 constraints.
pub fn below(small: &Var, large: &Var, width: usize) -> Synthesis<()> {
    decompose(&(large - small - Fr::ONE), width).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zk::prover::gadget::testing::{holds, system};

    #[test]
    fn order_is_that_of_the_numbers() {
        for width in 1..=4 {
            for small in 0..1_u64 << width {
                for large in 0..1_u64 << width {
                    let values = [Fr::from(small), Fr::from(large)];
                    let (system_, [a, b]) = system(values);
                    at_most(&a, &b, width).unwrap();
                    assert_eq!(system_.num_constraints(), width + 1);
                    assert_eq!(holds(&system_), small <= large, "{small} <= {large}");
                    let (system_, [a, b]) = system(values);
                    below(&a, &b, width).unwrap();
                    assert_eq!(holds(&system_), small < large, "{small} < {large}");
                }
            }
        }
    }

    #[test]
    fn sixty_four_bits_at_their_ends() {
        let ends = [0, 1, u64::MAX - 1, u64::MAX];
        for small in ends {
            for large in ends {
                let (system, [a, b]) = system([Fr::from(small), Fr::from(large)]);
                at_most(&a, &b, 64).unwrap();
                assert_eq!(system.num_constraints(), 65);
                assert_eq!(holds(&system), small <= large);
            }
        }
    }
}
