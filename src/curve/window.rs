//! Multiplication by secret scalars in signed windows of five bits.
//!
//! A scalar s is first replaced by -s where that is the smaller integer, so that its magnitude
//! fits 51 digits of [-16, 15] in base 32 with no 52nd for a carry. A digit's multiple is found
//! by reading all sixteen entries of a row; the instructions and addresses do not depend on the
//! scalar (SPEC.md, Curve).

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::Scalar;
use super::backend::{Entry, Group};

/// Bits per digit.
pub(super) const WIDTH: usize = 5;
/// Multiples in a row: 1 to 16 times its base.
pub(super) const ROW: usize = 1 << (WIDTH - 1);
/// Digits of a scalar: 51 * 5 = 255 bits, for a magnitude of 254.
pub(super) const DIGITS: usize = 51;

/// A scalar as sign and signed digits, the lowest first.
pub(super) struct Digits {
    /// Whether the scalar is the negative of the magnitude that the digits spell.
    pub(super) negative: Choice,
    /// The digits, each in [-16, 15]; wiped on drop.
    pub(super) digits: Zeroizing<[i8; DIGITS]>,
}

impl Digits {
    /// Recodes a scalar in constant time.
    pub(super) fn new(scalar: &Scalar) -> Self {
        // 2s mod q is odd exactly if 2s wrapped around the odd q, that is if s > q/2.
        let doubled = Zeroizing::new((*scalar + *scalar).to_little_endian());
        let negative = Choice::from(doubled.first().copied().unwrap_or(0) & 1);
        let magnitude = Zeroizing::new(Scalar::conditional_select(scalar, &-*scalar, negative));
        let bytes = Zeroizing::new(magnitude.to_little_endian());

        let mut digits = Zeroizing::new([0; DIGITS]);
        recode(bytes.as_slice(), digits.as_mut_slice());
        Self { negative, digits }
    }
}

/// Spells a little-endian integer in digits of [-16, 15], the lowest first, in constant time.
///
/// The integer's top digit must leave room for a carry: below 15.
pub(super) fn recode(integer: &[u8], digits: &mut [i8]) {
    let byte = |at: usize| u16::from(integer.get(at).copied().unwrap_or(0));
    let mut carry = 0;
    for (index, digit) in digits.iter_mut().enumerate() {
        let bit = WIDTH * index;
        let pair = byte(bit / 8) | (byte(bit / 8 + 1) << 8);
        let value = ((pair >> (bit % 8)) & 31) as i8 + carry;
        carry = (value + 16) >> WIDTH;
        *digit = value - (carry << WIDTH);
    }
}

/// The multiples 1 to 16 of an element.
pub(super) fn row<G: Group>(base: &G) -> [G; ROW] {
    let mut row = [*base; ROW];
    let mut multiple = *base;
    for slot in row.iter_mut().skip(1) {
        multiple = multiple.add(base);
        *slot = multiple;
    }
    row
}

/// Sets `found` to the digit's multiple, reading the whole row.
pub(super) fn look_up<E: Entry>(found: &mut E, row: &[E], digit: i8) {
    let sign = digit >> 7;
    let magnitude = ((digit ^ sign) - sign) as u8;
    *found = E::identity();
    for (multiple, entry) in (1u8..).zip(row) {
        found.assign_if(entry, multiple.ct_eq(&magnitude));
    }
    let negated = found.negate();
    found.assign_if(&negated, Choice::from(sign as u8 & 1));
}

/// Doubles as often as a digit has bits.
pub(super) fn shift<G: Group>(element: G) -> G {
    (0..WIDTH).fold(element, |shifted, _| shifted.double())
}

/// The multiple of any element by a secret scalar, in constant time.
pub(super) fn multiply<G: Group>(base: &G, scalar: &Scalar) -> G {
    let Digits { negative, digits } = Digits::new(scalar);
    let row = row(base);
    let mut found = G::identity();
    let mut sum = G::identity();
    for (index, digit) in digits.iter().rev().enumerate() {
        look_up(&mut found, &row, *digit);
        // The top digit needs no shift of what is still the identity.
        sum = if index == 0 {
            found
        } else {
            shift(sum).add(&found)
        };
    }
    found.wipe();
    let negated = sum.negate();
    sum.assign_if(&negated, negative);
    sum
}

#[cfg(test)]
pub(super) use tests::edges;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::PublicScalar;

    /// The integer that digits and sign spell, and whether all digits are in range.
    fn spelled(scalar: &Scalar) -> (PublicScalar, bool) {
        let Digits { negative, digits } = Digits::new(scalar);
        let in_range = digits.iter().all(|digit| (-16..=15).contains(digit));
        let magnitude = digits.iter().rev().fold(PublicScalar::ZERO, |sum, digit| {
            sum * PublicScalar::from_u64(32) + PublicScalar::from_i64(i64::from(*digit))
        });
        let signed = if bool::from(negative) {
            -magnitude
        } else {
            magnitude
        };
        (signed, in_range)
    }

    /// Scalars at which a recoding breaks if it breaks at all: both ends, the middle, and the
    /// neighbours of every window's boundary.
    pub(in crate::curve) fn edges() -> alloc::vec::Vec<Scalar> {
        let half = Scalar::from_u64(2).invert().unwrap(); // (q + 1) / 2
        let mut edges = alloc::vec![
            Scalar::ZERO,
            Scalar::ONE,
            -Scalar::ONE,
            half,
            half - Scalar::ONE,
        ];
        let mut boundary = Scalar::from_u64(16);
        for _ in 0..DIGITS {
            edges.extend([boundary, boundary - Scalar::ONE, -boundary]);
            boundary = boundary + boundary;
            edges.extend([boundary, boundary - Scalar::ONE]);
            boundary = boundary * Scalar::from_u64(16);
        }
        edges
    }

    #[test]
    fn digits_spell_the_scalar() {
        for scalar in edges() {
            let (spelled, in_range) = spelled(&scalar);
            assert!(in_range);
            assert_eq!(spelled, scalar.declassify());
        }
    }

    #[test]
    fn the_larger_half_is_negative() {
        let half = Scalar::from_u64(2).invert().unwrap();
        assert!(bool::from(Digits::new(&half).negative));
        assert!(!bool::from(Digits::new(&(half - Scalar::ONE)).negative));
    }
}
