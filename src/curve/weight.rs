//! Points times weights that a verifier draws, in variable time.
//!
//! A [`Weight`] is w = a + b (z^2 - 1) modulo q for 64-bit integers a and b, z the curve's
//! parameter. No two pairs (a, b) give the same w: if they did, then a - a' = (b' - b)(z^2 - 1)
//! modulo q; both sides are below q/2 in magnitude, 2^64 and 2^192, so they are equal as integers,
//! and as z^2 - 1 is beyond 2^64, b = b' and a = a'. So 128 random bits give one of 2^128 weights
//! with equal probability, as an integer of 128 bits would, and each is half as long to multiply
//! by: times z^2 - 1 a point costs one multiplication of its coordinates (Gallant, Lambert and
//! Vanstone, 2001).
//!
//! Sum and entry of one addition are never equal, unless both are the identity, so that the faster
//! addition that is wrong for equal points serves. For the sum is a pair, too: doubled, both of its
//! halves are even; a digit added to one of them is odd, and the other half of an entry is 0. Equal
//! points would be equal pairs, as above, and an even half is no odd one.

use alloc::vec::Vec;

use super::backend::{Backend, Entry as _, Group, Selected};
use super::count::tick;
use super::multi_scalar::multi_scalar;
use super::{G1, PublicScalar};
use crate::error::Result;
use crate::random::Randomness;

/// |z|.
const PARAMETER: u64 = 0xd201_0000_0001_0000;
/// Bits that the digits of a window span.
const WIDTH: usize = 4;
/// Odd multiples of a point: 1, 3, 5 and 7 times.
const ODD: usize = 1 << (WIDTH - 2);
/// Digits of 64 bits, with one for the carry.
const DIGITS: usize = 65;

type Element = <Selected as Backend>::G1;
type Entry = <Element as Group>::Compact;

/// One of 2^128 public scalars, for one term of many that are checked together.
#[derive(Clone, Copy)]
pub struct Weight {
    plain: u64,
    image: u64,
}

impl Weight {
    /// Draws a weight, 16 bytes of randomness.
    ///
    /// # Errors
    /// [`Error::Randomness`](crate::Error::Randomness).
    pub fn random(rng: &mut dyn Randomness) -> Result<Self> {
        let mut bytes = [0; 16];
        rng.fill(&mut bytes)?;
        let both = u128::from_be_bytes(bytes);
        Ok(Self {
            plain: (both >> 64) as u64,
            image: both as u64,
        })
    }

    /// The scalar.
    #[must_use]
    pub fn scalar(&self) -> PublicScalar {
        let factor = PublicScalar::from_u128(u128::from(PARAMETER).pow(2) - 1);
        PublicScalar::from_u64(self.plain) + PublicScalar::from_u64(self.image) * factor
    }
}

/// Each point times its weight. Points without a weight, or weights without a point, do not count.
#[must_use]
pub fn weighted_g1(points: &[G1], weights: &[Weight]) -> Vec<G1> {
    tick();
    let multiples: Vec<Element> = points.iter().flat_map(|it| odd_multiples(&it.0)).collect();
    let multiples = Element::to_compact_batch(&multiples);
    let images = Selected::endomorphism(&multiples);
    let rows = multiples.chunks_exact(ODD).zip(images.chunks_exact(ODD));
    let weighted = |((plain, image), weight): ((&[Entry], &[Entry]), &Weight)| {
        let digits = digits(weight.plain).into_iter().zip(digits(weight.image));
        let sum = digits.rev().fold(Element::identity(), |sum, (one, other)| {
            add(&add(&sum.double(), plain, one), image, other)
        });
        G1(sum)
    };
    rows.zip(weights).map(weighted).collect()
}

/// The sum of the points times their weights. Points without a weight, or weights without a
/// point, do not count.
#[must_use]
pub fn weighted_sum_g1(points: &[G1], weights: &[Weight]) -> G1 {
    tick();
    let (points, weights): (Vec<Element>, Vec<&Weight>) = points.iter().map(|it| it.0).zip(weights).unzip();
    let plain = Element::to_compact_batch(&points);
    let images = Selected::endomorphism(&plain);
    let all: Vec<Element> = plain.iter().chain(&images).map(Group::from_compact).collect();
    let halves = weights.iter().map(|it| it.plain);
    let halves = halves.chain(weights.iter().map(|it| it.image));
    let halves: Vec<PublicScalar> = halves.map(PublicScalar::from_u64).collect();
    G1(multi_scalar(all.iter(), &halves))
}

fn odd_multiples(point: &Element) -> [Element; ODD] {
    let double = point.double();
    let mut multiple = *point;
    core::array::from_fn(|place| {
        if place > 0 {
            multiple = multiple.add(&double);
        }
        multiple
    })
}

/// The sum with a digit's multiple.
fn add(sum: &Element, row: &[Entry], digit: i8) -> Element {
    // Digits are odd, or zero, which finds none.
    let place = usize::from(digit.unsigned_abs() / 2);
    match row.get(place).filter(|_| digit != 0) {
        Some(entry) if digit < 0 => sum.add_distinct(&entry.negate()),
        Some(entry) => sum.add_distinct(entry),
        None => *sum,
    }
}

/// An integer in digits of base two, the lowest first: odd and in [-7, 7], or zero, and of four
/// that follow one another at most one is not zero.
fn digits(integer: u64) -> [i8; DIGITS] {
    let mut rest = u128::from(integer);
    core::array::from_fn(|_| {
        let window = (rest & 15) as i8;
        let digit = match window {
            even if even % 2 == 0 => 0,
            small if small < 8 => small,
            large => large - 16,
        };
        rest = rest.wrapping_add_signed(-i128::from(digit)) >> 1;
        digit
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{Scalar, multi_scalar_g1};

    fn weight(plain: u64, image: u64) -> Weight {
        Weight { plain, image }
    }

    fn edges() -> Vec<Weight> {
        let halves = [0, 1, 7, 8, 15, 1 << 63, 0x5555_5555_5555_5555, u64::MAX];
        let pairs = halves.map(|plain| halves.map(|image| weight(plain, image)));
        pairs.into_iter().flatten().collect()
    }

    #[test]
    fn points_are_multiplied_by_the_scalar() {
        let weights = edges();
        let points: Vec<G1> = (2..66)
            .map(|it| G1::generator() * &Scalar::from_u64(it))
            .collect();
        let products = weighted_g1(&points, &weights);
        assert_eq!(products.len(), 64);
        for ((point, weight), product) in points.iter().zip(&weights).zip(&products) {
            assert!(*product == *point * &Scalar::from(weight.scalar()));
        }
        let scalars: Vec<PublicScalar> = weights.iter().map(Weight::scalar).collect();
        let sum = weighted_sum_g1(&points, &weights);
        assert!(sum == multi_scalar_g1(&points, &scalars));
        assert!(sum == products.into_iter().sum());
    }

    #[test]
    fn the_identity_and_unequal_numbers_are_no_exception() {
        let points = [G1::identity(), G1::generator()];
        let weights = [weight(3, 5), weight(7, 9), weight(1, 1)];
        let products = weighted_g1(&points, &weights);
        assert!(products.len() == 2 && products[0].is_identity());
        assert!(weighted_sum_g1(&points, &weights) == products[1]);
        assert!(weighted_g1(&points, &weights[..1]).len() == 1);
        assert!(weighted_sum_g1(&points, &[]).is_identity());
    }

    #[test]
    fn digits_spell_the_integer() {
        for weight in edges() {
            let digits = digits(weight.plain);
            let spelled = digits.iter().rev().fold(0_i128, |sum, digit| {
                assert!(*digit == 0 || digit % 2 != 0 && digit.abs() < 8);
                2 * sum + i128::from(*digit)
            });
            assert_eq!(spelled, i128::from(weight.plain));
        }
    }

    #[test]
    fn weights_take_all_their_bytes_in_order() {
        struct Counting;
        impl Randomness for Counting {
            fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
                bytes.iter_mut().zip(1..).for_each(|(byte, it)| *byte = it);
                Ok(())
            }
        }
        let drawn = Weight::random(&mut Counting).unwrap();
        assert_eq!(drawn.plain, 0x0102_0304_0506_0708);
        assert_eq!(drawn.image, 0x090a_0b0c_0d0e_0f10);
    }
}
