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
    let mut left_of_plain = Vec::new();
    let mut right_of_plain = Vec::new();
    let mut left_of_prepared = Vec::new();
    let mut lines = Vec::new();
    // A pairing with the identity is one: such terms drop out, and no backend meets them.
    for (left, right) in terms.iter().filter(|(left, _)| !left.is_identity()) {
        match right {
            Right::Point(point) if !point.is_identity() => {
                left_of_plain.push(left.0);
                right_of_plain.push(point.0);
            }
            Right::Prepared(PreparedG2 { lines: Some(found) }) => {
                left_of_prepared.push(left.0);
                lines.push(found);
            }
            _ => {}
        }
    }
    let plain: Vec<_> = Group::to_compact_batch(&left_of_plain)
        .into_iter()
        .zip(Group::to_compact_batch(&right_of_plain))
        .collect();
    let prepared: Vec<_> = Group::to_compact_batch(&left_of_prepared)
        .into_iter()
        .zip(lines)
        .collect();
    Gt(Selected::pairing_product(&plain, &prepared))
}
