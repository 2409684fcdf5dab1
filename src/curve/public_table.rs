//! Tables for sums of many fixed points times public scalars, in variable time.
//!
//! Row j of a point's table holds the multiples 1 to 16 of 2^(5 j) times the point: signed digits
//! of five bits need no doublings, and digits of zero, as small scalars have many, cost nothing.

use alloc::vec::Vec;

use super::backend::{Backend, Entry as _, Group, Point, Selected};
use super::count::tick;
use super::{G1, PublicScalar};

/// Bits per digit.
const WIDTH: usize = 5;
/// Multiples in a row: a digit is in [-15, 16].
const ROW: usize = 1 << (WIDTH - 1);
/// Digits of a scalar of 255 bits, with room for the last carry.
const DIGITS: usize = 256_usize.div_ceil(WIDTH);

type Element = <Selected as Backend>::G1;
type Entry = <Element as Group>::Compact;

/// Multiples of fixed G1 points, 80 KB each: the points and scalars are public.
pub struct PublicTables {
    points: Vec<Vec<Entry>>,
}

impl PublicTables {
    /// Prepares points.
    #[must_use]
    pub fn new(points: &[G1]) -> Self {
        tick();
        Self {
            points: points.iter().map(|point| rows(&point.0)).collect(),
        }
    }

    /// The sum of each point times its scalar. Points without a scalar, or scalars without a
    /// point, do not count.
    #[must_use]
    pub fn sum(&self, scalars: &[PublicScalar]) -> G1 {
        tick();
        let mut terms = Vec::with_capacity(DIGITS * scalars.len().min(self.points.len()));
        for (rows, scalar) in self.points.iter().zip(scalars) {
            for (row, digit) in rows.chunks_exact(ROW).zip(digits(scalar)) {
                // Digit 1 finds the first entry; digit 0 wraps around and finds none.
                let place = usize::from(digit.unsigned_abs()).wrapping_sub(1);
                if let Some(entry) = row.get(place) {
                    terms.push(if digit < 0 { entry.negate() } else { *entry });
                }
            }
        }
        G1(Element::sum(&terms))
    }
}

/// A scalar in signed digits, the lowest first.
fn digits(scalar: &PublicScalar) -> [i8; DIGITS] {
    let bytes = scalar.to_bytes();
    let byte = |at: usize| u16::from(bytes.iter().rev().nth(at).copied().unwrap_or(0));
    let mut carry = 0;
    core::array::from_fn(|place| {
        let bit = WIDTH * place;
        let pair = byte(bit / 8) | (byte(bit / 8 + 1) << 8);
        let digit = ((pair >> (bit % 8)) & (2 * ROW as u16 - 1)) as i16 + carry;
        carry = i16::from(digit > ROW as i16);
        (digit - (carry << WIDTH)) as i8
    })
}

/// The rows of one point, one behind the other.
fn rows(point: &Element) -> Vec<Entry> {
    let mut multiples = Vec::with_capacity(DIGITS * ROW);
    let mut base = *point;
    for _ in 0..DIGITS {
        let mut multiple = base;
        for _ in 1..ROW {
            multiples.push(multiple);
            multiple = multiple.add(&base);
        }
        multiples.push(multiple);
        // The next row's base is twice the last multiple, 32 times the base.
        base = multiple.double();
    }
    Element::to_compact_batch(&multiples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::{Scalar, multi_scalar_g1};

    #[test]
    fn sums_are_those_of_the_general_way() {
        let points: Vec<G1> = [2_u64, 3, 5, 7]
            .map(|it| G1::generator() * &Scalar::from_u64(it))
            .into();
        let tables = PublicTables::new(&points);
        let (one, large) = (PublicScalar::ONE, PublicScalar::minus_one());
        let rows: [[PublicScalar; 4]; 5] = [
            [PublicScalar::ZERO; 4],
            [one; 4],
            [large; 4],
            [large, one, PublicScalar::from_u64(16), PublicScalar::from_u64(17)],
            [1, u128::MAX, 1 << 127, 0xfeed_face_0123].map(PublicScalar::from_u128),
        ];
        for scalars in rows {
            assert!(tables.sum(&scalars) == multi_scalar_g1(&points, &scalars));
        }
    }

    #[test]
    fn equal_and_opposite_terms_add_up() {
        let points = [G1::generator(), -G1::generator(), G1::generator()];
        let tables = PublicTables::new(&points);
        let scalars = [5, 5, 10].map(PublicScalar::from_u64);
        assert!(tables.sum(&scalars) == G1::generator() * &Scalar::from_u64(10));
        assert!(tables.sum(&scalars[..2]) == G1::identity());
        assert!(PublicTables::new(&[G1::identity()]).sum(&scalars).is_identity());
    }

    #[test]
    fn digits_spell_the_scalar() {
        let edges = [0, 1, 15, 16, 17, 31, 32, u64::MAX].map(PublicScalar::from_u64);
        let negated = edges.map(|it| -it);
        for scalar in edges.into_iter().chain(negated) {
            let digits = digits(&scalar);
            assert!(digits.iter().all(|digit| (-15..=16).contains(digit)));
            let spelled = digits.iter().rev().fold(PublicScalar::ZERO, |sum, digit| {
                sum * PublicScalar::from_u64(32) + PublicScalar::from_i64(i64::from(*digit))
            });
            assert_eq!(spelled, scalar);
        }
    }
}
