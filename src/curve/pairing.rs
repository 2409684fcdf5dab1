//! The pairing e: G1 x G2 -> Gt, and products of many with one final exponentiation.

use alloc::vec::Vec;

use super::backend::{Backend, Entry, Group, Selected, Wiped};
use super::count::tick;
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
        tick();
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
    tick();
    let Sorted { plain, prepared } = Sorted::new(terms);
    let left = Wiped(Group::to_compact_batch(&plain.0));
    let right = Wiped(Group::to_compact_batch(&plain.1));
    let mut plain: Vec<_> = left.iter().copied().zip(right.iter().copied()).collect();
    let left = Wiped(Group::to_compact_batch(&prepared.0));
    let mut prepared: Vec<_> = left.iter().copied().zip(prepared.1).collect();
    let product = Gt(Selected::pairing_product(&plain, &prepared));
    // Parts of keys among them.
    for (left, right) in &mut plain {
        left.wipe();
        right.wipe();
    }
    prepared.iter_mut().for_each(|(left, _)| left.wipe());
    product
}

/// The terms by kind, left and right apart for conversion in batches. A pairing with the identity
/// is one: such terms drop out, and no backend meets them.
struct Sorted<'a> {
    plain: (
        Wiped<<Selected as Backend>::G1>,
        Wiped<<Selected as Backend>::G2>,
    ),
    prepared: (
        Wiped<<Selected as Backend>::G1>,
        Vec<&'a <Selected as Backend>::Lines>,
    ),
}

impl<'a> Sorted<'a> {
    fn new(terms: &[(G1, Right<'a>)]) -> Self {
        // Room for all: a vector that grows leaves its contents behind.
        let room = terms.len();
        let mut sorted = Self {
            plain: (
                Wiped(Vec::with_capacity(room)),
                Wiped(Vec::with_capacity(room)),
            ),
            prepared: (Wiped(Vec::with_capacity(room)), Vec::new()),
        };
        for (left, right) in terms.iter().filter(|(left, _)| !left.is_identity()) {
            match right {
                Right::Point(point) if !point.is_identity() => {
                    sorted.plain.0.0.push(left.0);
                    sorted.plain.1.0.push(point.0);
                }
                Right::Prepared(PreparedG2 { lines: Some(lines) }) => {
                    sorted.prepared.0.0.push(left.0);
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
