//! Integers modulo the group order that everybody may know.

use core::fmt;
use core::ops::{Add, Mul, Neg, Sub};

use bls12_381_plus::Scalar as Inner;

/// An integer modulo q that is public: a policy's coefficient, a verifier's weight.
///
/// The only scalar that variable-time code accepts. A [`Scalar`](crate::curve::Scalar) becomes
/// one through [`declassify`](crate::curve::Scalar::declassify) alone, never by accident.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicScalar(pub(super) Inner);

impl PublicScalar {
    /// Size of the encoding in bytes.
    pub const BYTES: usize = 32;
    /// Zero.
    pub const ZERO: Self = Self(Inner::ZERO);
    /// One.
    pub const ONE: Self = Self(Inner::ONE);

    /// A small integer.
    #[must_use]
    pub fn from_u64(value: u64) -> Self {
        Self(Inner::from(value))
    }

    /// An integer of up to 128 bits, the size of a verifier's weight.
    #[must_use]
    pub fn from_u128(value: u128) -> Self {
        // Not Inner::from(u128), which 32-bit targets lack.
        let low = value as u64;
        let high = (value >> 64) as u64;
        let two_32 = Inner::from(1u64 << 32);
        Self(Inner::from(high) * two_32 * two_32 + Inner::from(low))
    }

    /// A small integer with its sign.
    #[must_use]
    pub fn from_i64(value: i64) -> Self {
        let magnitude = Self::from_u64(value.unsigned_abs());
        if value < 0 { -magnitude } else { magnitude }
    }

    /// q - 1, the commonest coefficient beside one.
    #[must_use]
    pub fn minus_one() -> Self {
        -Self::ONE
    }

    /// Whether this is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// The inverse modulo q; none for zero.
    #[must_use]
    pub fn invert(&self) -> Option<Self> {
        self.0.invert().map(Self).into()
    }

    /// The integer in 32 bytes, big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        self.0.to_be_bytes()
    }

    /// The shorter of this and its negative, little-endian, its length in bits, and whether it
    /// is the negative: weights like -1 cost no more than their size.
    pub(super) fn shortest(&self) -> Short {
        let (plain, negated) = (self.0.to_le_bytes(), (-self.0).to_le_bytes());
        let (plain_bits, negated_bits) = (bit_length(&plain), bit_length(&negated));
        if negated_bits < plain_bits {
            Short {
                bytes: negated,
                bits: negated_bits,
                negated: true,
            }
        } else {
            Short {
                bytes: plain,
                bits: plain_bits,
                negated: false,
            }
        }
    }
}

/// A scalar as sign and magnitude: see [`PublicScalar::shortest`].
pub(super) struct Short {
    /// The magnitude, little-endian.
    pub(super) bytes: [u8; PublicScalar::BYTES],
    /// How many bits the magnitude has.
    pub(super) bits: usize,
    /// Whether the scalar is the negative of the magnitude.
    pub(super) negated: bool,
}

/// Number of bits of a little-endian integer, without its leading zeros.
fn bit_length(little_endian: &[u8; PublicScalar::BYTES]) -> usize {
    little_endian
        .iter()
        .rposition(|&byte| byte != 0)
        .and_then(|top| little_endian.get(top).map(|&byte| (top, byte)))
        .map_or(0, |(top, byte)| 8 * top + 8 - byte.leading_zeros() as usize)
}

impl fmt::Debug for PublicScalar {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PublicScalar(0x")?;
        for byte in self.to_bytes() {
            write!(out, "{byte:02x}")?;
        }
        out.write_str(")")
    }
}

impl Add for PublicScalar {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for PublicScalar {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul for PublicScalar {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Neg for PublicScalar {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Scalar;

    #[test]
    fn integers_keep_their_value() {
        let value = 0x0123_4567_89ab_cdef_1122_3344_5566_7788_u128;
        let mut bytes = [0; 32];
        bytes[16..].copy_from_slice(&value.to_be_bytes());
        assert_eq!(PublicScalar::from_u128(value).to_bytes(), bytes);
        assert_eq!(PublicScalar::from_u128(7), PublicScalar::from_u64(7));
        assert_eq!(
            PublicScalar::from_i64(-3) + PublicScalar::from_u64(3),
            PublicScalar::ZERO
        );
        assert_eq!(
            PublicScalar::from_i64(i64::MIN),
            -PublicScalar::from_u64(1 << 63)
        );
        assert_eq!(
            PublicScalar::minus_one() * PublicScalar::minus_one(),
            PublicScalar::ONE
        );
    }

    #[test]
    fn agrees_with_the_secret_kind() {
        let (a, b) = (Scalar::from_u64(1234), -Scalar::from_u64(77));
        let (pa, pb) = (a.declassify(), b.declassify());
        assert_eq!((a + b).declassify(), pa + pb);
        assert_eq!((a - b).declassify(), pa - pb);
        assert_eq!((a * b).declassify(), pa * pb);
        assert_eq!((-a).declassify(), -pa);
        assert!(Scalar::from(pa) == a);
        assert_eq!(pa.invert().unwrap() * pa, PublicScalar::ONE);
        assert_eq!(PublicScalar::ZERO.invert(), None);
        assert!(PublicScalar::ZERO.is_zero() && !pa.is_zero());
    }

    #[test]
    fn shortest_picks_the_smaller_magnitude() {
        for (scalar, bits, negated) in [
            (PublicScalar::ZERO, 0, false),
            (PublicScalar::ONE, 1, false),
            (PublicScalar::minus_one(), 1, true),
            (PublicScalar::from_u128(u128::MAX), 128, false),
            (-PublicScalar::from_u64(256), 9, true),
        ] {
            let short = scalar.shortest();
            assert_eq!((short.bits, short.negated), (bits, negated), "{scalar:?}");
            let mut big_endian = short.bytes;
            big_endian.reverse();
            let magnitude = Scalar::from_bytes(&big_endian).unwrap().declassify();
            assert_eq!(if negated { -magnitude } else { magnitude }, scalar);
        }
    }

    #[test]
    fn debug_prints_hexadecimal() {
        let text = alloc::format!("{:?}", PublicScalar::from_u64(0xab));
        assert!(text.starts_with("PublicScalar(0x00") && text.ends_with("ab)"));
    }
}
