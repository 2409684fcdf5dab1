//! What the facade needs of an implementation of BLS12-381, and the two that there are.
//!
//! Both are always tested against each other; the feature `blst` only selects which one the
//! facade uses. Groups are written additively here, Gt too: windows, tables and sums of products
//! then exist once (`window`, `table`, `multi_scalar`).
//!
//! A backend checks nothing: the rules for decoding stand in `encoding`, and
//! every value that leaves it is an element of its prime-order group.

#[cfg(feature = "blst")]
mod blst;
// Compiled in every build, so that it cannot rot; used where blst is not selected.
#[cfg_attr(feature = "blst", allow(dead_code))]
mod plus;

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use subtle::Choice;

use super::{PublicScalar, Scalar, multi_scalar, window};

/// A cube root of one modulo p, big-endian: (BETA x, y) is (z^2 - 1) (x, y) for points of G1.
const BETA: [u8; 48] = [
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x99, 0xec, 0x02, 0x40, 0x86, 0x63, 0xd4, 0xde, 0x85,
    0xaa, 0x0d, 0x85, 0x7d, 0x89, 0x75, 0x9a, 0xd4, 0x89, 0x7d, 0x29, 0x65, 0x0f, 0xb8, 0x5f, 0x9b,
    0x40, 0x94, 0x27, 0xeb, 0x4f, 0x49, 0xff, 0xfd, 0x8b, 0xfd, 0x00, 0x00, 0x00, 0x00, 0xaa, 0xac,
];

/// The backend behind the facade.
#[cfg(feature = "blst")]
pub(super) type Selected = blst::Blst;
/// The backend behind the facade.
#[cfg(not(feature = "blst"))]
pub(super) type Selected = plus::Plus;

/// The groups of one implementation, and the pairing between them.
pub(super) trait Backend: 'static {
    /// The first source group.
    type G1: Point<Compact: Encoding<Bytes = [u8; 48]>>;
    /// The second source group.
    type G2: Point<Compact: Encoding<Bytes = [u8; 96]>>;
    /// The target group; an element and its compact form are the same.
    type Gt: Group<Compact = Self::Gt> + Encoding<Bytes = [u8; 576]>;
    /// The line functions of one G2 point.
    type Lines: Clone + Send + Sync;

    /// Computes the line functions of a point that is not the identity.
    fn lines(point: &CompactG2<Self>) -> Self::Lines;

    /// Each point times z^2 - 1, z the curve's parameter, for one multiplication of coordinates.
    fn endomorphism(points: &[CompactG1<Self>]) -> Vec<CompactG1<Self>>;

    /// The product of the pairings of all terms, with one final exponentiation.
    ///
    /// No term holds the identity; there may be no terms at all.
    fn pairing_product(
        plain: &[(CompactG1<Self>, CompactG2<Self>)],
        prepared: &[(CompactG1<Self>, &Self::Lines)],
    ) -> Self::Gt;
}

/// A point of G1 as tables hold it.
pub(super) type CompactG1<B> = <<B as Backend>::G1 as Group>::Compact;
/// A point of G2 as tables hold it.
pub(super) type CompactG2<B> = <<B as Backend>::G2 as Group>::Compact;

/// What a table of multiples holds, read by looking at all of its entries.
pub(super) trait Entry: Copy + Send + Sync {
    /// The neutral element.
    fn identity() -> Self;
    /// The inverse element.
    fn negate(&self) -> Self;
    /// Becomes `other` if `choice` is set, in time that does not depend on it.
    fn assign_if(&mut self, other: &Self, choice: Choice);
    /// Overwrites the memory in a way that the compiler keeps.
    fn wipe(&mut self);
}

/// Elements that are wiped on drop: in sums and products they can be parts of keys.
pub(super) struct Wiped<E: Entry>(pub(super) Vec<E>);

impl<E: Entry> core::ops::Deref for Wiped<E> {
    type Target = [E];

    fn deref(&self) -> &[E] {
        &self.0
    }
}

impl<E: Entry> Drop for Wiped<E> {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Entry::wipe);
    }
}

/// A group of prime order q.
pub(super) trait Group: Entry {
    /// A shorter form, dearer to make and cheaper to add: affine coordinates.
    type Compact: Entry;

    /// The sum, whatever the operands: equal, opposite or the identity.
    fn add(&self, other: &Self) -> Self;
    /// The sum with itself.
    fn double(&self) -> Self;
    /// Constant-time comparison.
    fn equals(&self, other: &Self) -> Choice;
    /// Constant-time comparison with the neutral element.
    fn is_identity(&self) -> Choice;

    /// The compact form.
    fn to_compact(&self) -> Self::Compact;
    /// The compact form of each, for the price of about one.
    fn to_compact_batch(elements: &[Self]) -> Vec<Self::Compact>;
    /// The element that a compact form stands for.
    fn from_compact(compact: &Self::Compact) -> Self;
    /// As [`Group::add`].
    fn add_compact(&self, other: &Self::Compact) -> Self;
    /// As [`Group::add`] for operands that are not equal, unless both are the identity.
    fn add_distinct(&self, other: &Self::Compact) -> Self {
        self.add_compact(other)
    }

    /// The multiple by a secret scalar, in constant time.
    fn multiply(&self, scalar: &Scalar) -> Self {
        window::multiply(self, scalar)
    }
}

/// A group with a cheap map to the p-th multiple: Gt, written additively here.
#[cfg(feature = "blst")]
pub(super) trait Frobenius: Group {
    /// The multiple by p, `times` times over, for 1 to 3.
    fn frobenius(&self, times: usize) -> Self;
}

/// A source group of the pairing.
pub(super) trait Point: Group {
    /// The standard generator.
    fn generator() -> Self;
    /// Hashes a message under a domain tag (RFC 9380, XMD:SHA-256, SSWU, random oracle).
    fn hash(tag: &[u8], message: &[u8]) -> Self;

    /// The sum of the points. Variable time; equal, opposite and identity among them.
    fn sum(points: &[Self::Compact]) -> Self {
        points
            .iter()
            .fold(Self::identity(), |sum, point| sum.add_compact(point))
    }

    /// The sum of the points times their magnitudes: little-endian integers of at most `bits`
    /// bits. Variable time. No point is the identity.
    fn sum_of_products(
        points: &[Self::Compact],
        magnitudes: &[[u8; PublicScalar::BYTES]],
        bits: usize,
    ) -> Self {
        multi_scalar::buckets(points, magnitudes, bits)
    }
}

/// The bytes of an element.
pub(super) trait Encoding: Sized {
    /// An array of the encoding's size.
    type Bytes: AsRef<[u8]> + PartialEq;

    /// Reads an element whose bytes have passed the checks of `encoding` on
    /// flags and ranges; none if it is not on the curve. The subgroup is not checked.
    fn decompress(bytes: &Self::Bytes) -> Option<Self>;
    /// Writes an element.
    fn compress(&self) -> Self::Bytes;
    /// Whether the element is in the subgroup of order q.
    fn in_subgroup(&self) -> bool;
    /// Whether this is the neutral element.
    fn is_neutral(&self) -> bool;
}
