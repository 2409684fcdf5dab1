//! Tables for sums of many fixed points times public scalars, in variable time.
//!
//! Row j of a point's table holds the multiples 1 to 63 of 2^(6 j) times the point: no doublings
//! are left, and digits of zero, as small scalars have many, cost nothing.

use alloc::vec::Vec;

use super::backend::{Backend, Entry as _, Group, Selected};
use super::count::tick;
use super::{G1, PublicScalar};

/// Bits per digit.
const WIDTH: usize = 6;
/// Multiples in a row.
const ROW: usize = (1 << WIDTH) - 1;
/// Digits of a scalar of 255 bits.
const DIGITS: usize = 255_usize.div_ceil(WIDTH);

type Element = <Selected as Backend>::G1;
type Entry = <Element as Group>::Compact;

/// Multiples of fixed G1 points, 260 KB each: the points and scalars are public.
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
        let mut sum = Element::identity();
        for (rows, scalar) in self.points.iter().zip(scalars) {
            let bytes = scalar.to_bytes();
            let byte = |at: usize| bytes.iter().rev().nth(at).copied().unwrap_or(0);
            for (place, row) in rows.chunks_exact(ROW).enumerate() {
                let bit = WIDTH * place;
                let pair = u16::from(byte(bit / 8)) | (u16::from(byte(bit / 8 + 1)) << 8);
                let digit = usize::from((pair >> (bit % 8)) & ROW as u16);
                // Digit 1 finds the first entry; digit 0 wraps around and finds none.
                if let Some(entry) = row.get(digit.wrapping_sub(1)) {
                    sum = sum.add_compact(entry);
                }
            }
        }
        G1(sum)
    }
}

/// The rows of one point, one behind the other.
fn rows(point: &Element) -> Vec<Entry> {
    let mut multiples = Vec::with_capacity(DIGITS * ROW);
    let mut base = *point;
    for _ in 0..DIGITS {
        let mut multiple = base;
        for _ in 0..ROW {
            multiples.push(multiple);
            multiple = multiple.add(&base);
        }
        // 63 steps from the base: the first multiple that the row does not hold.
        base = multiple;
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
            [large, one, PublicScalar::from_u64(63), PublicScalar::from_u64(64)],
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
}
