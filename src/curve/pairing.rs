//! The pairing e: G1 x G2 -> Gt, and products of many with one final exponentiation.

use alloc::vec::Vec;

use super::backend::{Backend, Group, Selected};
use super::{G1, G2, Gt};

/// A G2 point with the line functions of its Miller loop, 20 KB: its pairings are cheaper.
#[derive(Clone)]
pub struct PreparedG2 {
    /// None for the identity, which has no lines.
    lines: Option<<Selected as Backend>::Lines>,
}

impl PreparedG2 {
    /// As [`G2::prepare`].
    pub(super) fn new(point: &G2) -> Self {
        Self {
            lines: (!point.is_identity()).then(|| Selected::lines(&point.0.to_compact())),
        }
    }
}

/// The right-hand argument of one pairing of a product.
#[derive(Clone, Copy)]
pub enum Right<'a> {
    /// A point as it is.
    Point(&'a G2),
    /// A point whose lines are there already.
    Prepared(&'a PreparedG2),
}

/// The pairing e(left, right): one if either is the identity.
#[must_use]
pub fn pairing(left: &G1, right: &G2) -> Gt {
    pairing_product(&[(*left, Right::Point(right))])
}

/// The product of e(left, right) over all terms; one if there are none.
///
/// One final exponentiation for all, and one squaring per step of the Miller loop where the
/// backend can. Constant time but for which arguments are the identity.
#[must_use]
pub fn pairing_product(terms: &[(G1, Right<'_>)]) -> Gt {
    let Sorted { plain, prepared } = Sorted::new(terms);
    let compact = |points: &[G1]| {
        let points: Vec<_> = points.iter().map(|point| point.0).collect();
        Group::to_compact_batch(&points)
    };
    let right: Vec<_> = plain.1.iter().map(|point| point.0).collect();
    let right = Group::to_compact_batch(&right);
    let plain: Vec<_> = compact(&plain.0).into_iter().zip(right).collect();
    let prepared: Vec<_> = compact(&prepared.0).into_iter().zip(prepared.1).collect();
    Gt(Selected::pairing_product(&plain, &prepared))
}

/// The terms by kind, left and right apart for conversion in batches. A pairing with the identity
/// is one: such terms drop out, and no backend meets them.
#[derive(Default)]
struct Sorted<'a> {
    plain: (Vec<G1>, Vec<G2>),
    prepared: (Vec<G1>, Vec<&'a <Selected as Backend>::Lines>),
}

impl<'a> Sorted<'a> {
    fn new(terms: &[(G1, Right<'a>)]) -> Self {
        let mut sorted = Self::default();
        for (left, right) in terms.iter().filter(|(left, _)| !left.is_identity()) {
            match right {
                Right::Point(point) if !point.is_identity() => {
                    sorted.plain.0.push(*left);
                    sorted.plain.1.push(**point);
                }
                Right::Prepared(PreparedG2 { lines: Some(lines) }) => {
                    sorted.prepared.0.push(*left);
                    sorted.prepared.1.push(lines);
                }
                _ => {}
            }
        }
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_backend_meets_an_identity() {
        let (left, right) = (G1::generator(), G2::generator());
        let (prepared, no_right) = (right.prepare(), G2::identity());
        let no_prepared = no_right.prepare();
        let rights = [
            Right::Point(&right),
            Right::Point(&no_right),
            Right::Prepared(&prepared),
            Right::Prepared(&no_prepared),
        ];
        let count = |left: G1| {
            let sorted = Sorted::new(&rights.map(|right| (left, right)));
            [
                sorted.plain.0.len(),
                sorted.plain.1.len(),
                sorted.prepared.0.len(),
                sorted.prepared.1.len(),
            ]
        };
        assert_eq!(count(G1::identity()), [0; 4]);
        assert_eq!(count(left), [1; 4]);
    }
}
