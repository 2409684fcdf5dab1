//! Verification of a Schnorr signature over Jubjub.

use ark_ed_on_bls12_381::EdwardsAffine;

use super::point::{Point, fixed_base};
use super::{Bit, Synthesis, System};
use crate::zk::key;
use crate::zk::prover::field;

/// Bits of the scalar s: l < 2^252.
pub const SCALAR_BITS: usize = 252;
/// Bits of the challenge e.
pub const CHALLENGE_BITS: usize = 128;

/// Shows s * G = R + e * pk.
///
/// pk must be in the prime-order subgroup. G is, so R is too if the equation holds. An s of l or
/// more is as good as its remainder: nobody sees s, so nothing follows from its second form.
pub fn verify(
    system: &System,
    public: &Point,
    commitment: &Point,
    challenge: &[Bit],
    response: &[Bit],
) -> Synthesis<()> {
    let left = fixed_base(system, generator(), response)?;
    let right = public.times(system, challenge)?.add(system, commitment)?;
    left.enforce_equal(system, &right)
}

/// G of the keys outside.
fn generator() -> EdwardsAffine {
    let [x, y] = key::generator_coordinates().map(|coordinate| field::from(&coordinate));
    EdwardsAffine::new_unchecked(x, y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zk::prover::gadget::testing::{bits, bools, holds};
    use ark_ec::{AffineRepr, CurveGroup};
    use ark_ed_on_bls12_381::Fr as Order;
    use ark_relations::gr1cs::ConstraintSystem;

    /// R = k G, pk = x G, s = k + e x, with one part off by `by`.
    fn check(k: u64, x: u64, e: u64, by: [u64; 4]) -> bool {
        let [by_commitment, by_public, by_challenge, by_response] = by;
        let g = generator().into_group();
        let system = ConstraintSystem::new_ref();
        let point = |number: u64| {
            let point = (g * Order::from(number)).into_affine();
            Point::new(&system, point.x, point.y).unwrap()
        };
        let (public, commitment) = (point(x + by_public), point(k + by_commitment));
        let challenge = bits(&system, &bools(e + by_challenge, 6));
        let response = bits(&system, &bools(k + e * x + by_response, 12));
        verify(&system, &public, &commitment, &challenge, &response).unwrap();
        holds(&system)
    }

    #[test]
    fn the_generator_is_of_prime_order() {
        let g = generator();
        assert!(g.is_on_curve() && g.is_in_correct_subgroup_assuming_on_curve() && !g.is_zero());
    }

    #[test]
    fn a_signature_verifies_and_no_part_of_it_may_change() {
        for (k, x, e) in [(5, 7, 11), (1, 1, 1), (40, 9, 62), (3, 5, 0)] {
            assert!(check(k, x, e, [0; 4]), "{k} {x} {e}");
            for at in 0..4 {
                let mut by = [0; 4];
                by[at] = 1;
                let harmless = at == 1 && e == 0;
                assert_eq!(check(k, x, e, by), harmless, "{k} {x} {e}, part {at}");
            }
        }
    }
}
