//! Secret integers modulo the group order q.

use core::ops::{Add, Mul, Neg, Sub};

use bls12_381_plus::Scalar as Inner;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

use crate::curve::PublicScalar;
use crate::error::{Error, Result};
use crate::random::Randomness;

/// An integer modulo the prime group order
/// q = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001.
///
/// Treated as a secret: arithmetic and comparison are constant time, and there is neither `Debug`
/// nor `Display`. It is `Copy` so that formulas read as formulas; whoever keeps one wraps it in
/// [`Secret`](crate::Secret). Variable-time code accepts a type of its own alone.
#[derive(Clone, Copy)]
pub struct Scalar(pub(super) Inner);

impl Scalar {
    /// Size of the encoding in bytes.
    pub const BYTES: usize = 32;
    /// Size in bytes of the input to [`Scalar::from_wide`].
    pub const WIDE_BYTES: usize = 64;
    /// Zero.
    pub const ZERO: Self = Self(Inner::ZERO);
    /// One.
    pub const ONE: Self = Self(Inner::ONE);

    /// A small integer.
    #[must_use]
    pub fn from_u64(value: u64) -> Self {
        Self(Inner::from(value))
    }

    /// Decodes 32 bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::ScalarRange`] if the integer is not below q.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self> {
        Option::from(Inner::from_be_bytes(bytes).map(Self)).ok_or(Error::ScalarRange)
    }

    /// The integer in 32 bytes, big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        self.0.to_be_bytes()
    }

    /// Reduces 64 bytes, big-endian, modulo q in constant time.
    ///
    /// From uniform bytes the result is uniform but for a bias below 2^-256.
    #[must_use]
    pub fn from_wide(bytes: &[u8; Self::WIDE_BYTES]) -> Self {
        let mut little_endian = Zeroizing::new(*bytes);
        little_endian.reverse();
        Self(Inner::from_bytes_wide(&little_endian))
    }

    /// A uniform non-zero scalar, from 64 bytes of `rng`.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the source fails; also if it yields zero, which a working
    /// source never will: trying again would hang on a source that is stuck.
    pub fn random(rng: &mut dyn Randomness) -> Result<Self> {
        let mut wide = Zeroizing::new([0; Self::WIDE_BYTES]);
        rng.fill(wide.as_mut_slice())?;
        let scalar = Self::from_wide(&wide);
        if scalar.is_zero() {
            return Err(Error::Randomness);
        }
        Ok(scalar)
    }

    /// The inverse modulo q, in constant time; none for zero.
    #[must_use]
    pub fn invert(&self) -> Option<Self> {
        self.0.invert().map(Self).into()
    }

    /// Whether this is zero, computed in constant time.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.ct_eq(&Inner::ZERO).into()
    }

    /// Declares that everybody may know this scalar, which lets variable-time code use it.
    ///
    /// A reviewer can search for this word: each use has to say why the value is public.
    #[must_use]
    pub fn declassify(self) -> PublicScalar {
        PublicScalar(self.0)
    }

    /// The integer in 32 bytes, little-endian, as the backends read it.
    pub(super) fn to_little_endian(self) -> [u8; Self::BYTES] {
        self.0.to_le_bytes()
    }
}

impl ConditionallySelectable for Scalar {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(Inner::conditional_select(&a.0, &b.0, choice))
    }
}

impl ConstantTimeEq for Scalar {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

/// Constant time: only the answer itself is revealed.
impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Scalar {}

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl From<PublicScalar> for Scalar {
    fn from(public: PublicScalar) -> Self {
        Self(public.0)
    }
}

impl Add for Scalar {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Scalar {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul for Scalar {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Neg for Scalar {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::TryCryptoRng;

    static_assertions::assert_not_impl_any!(Scalar: core::fmt::Debug, core::fmt::Display);
    static_assertions::assert_impl_all!(Scalar: Send, Sync, Copy);

    /// q, big-endian.
    const ORDER: [u8; 32] = [
        0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8,
        0x05, 0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00,
        0x00, 0x01,
    ];

    fn wide(low: &[u8]) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[64 - low.len()..].copy_from_slice(low);
        bytes
    }

    /// A source of one repeated byte, or of failure.
    struct Source(Option<u8>);

    impl rand_core::TryRng for Source {
        type Error = core::fmt::Error;
        fn try_next_u32(&mut self) -> core::result::Result<u32, Self::Error> {
            self.0
                .map(|byte| u32::from_ne_bytes([byte; 4]))
                .ok_or(core::fmt::Error)
        }
        fn try_next_u64(&mut self) -> core::result::Result<u64, Self::Error> {
            self.0
                .map(|byte| u64::from_ne_bytes([byte; 8]))
                .ok_or(core::fmt::Error)
        }
        fn try_fill_bytes(&mut self, out: &mut [u8]) -> core::result::Result<(), Self::Error> {
            self.0.map(|byte| out.fill(byte)).ok_or(core::fmt::Error)
        }
    }

    impl TryCryptoRng for Source {}

    #[test]
    fn bytes_are_big_endian_and_below_the_order() {
        let mut bytes = [0; 32];
        bytes[30] = 1;
        bytes[31] = 2;
        let decoded = Scalar::from_bytes(&bytes).unwrap();
        assert!(decoded == Scalar::from_u64(258));
        assert_eq!(decoded.to_bytes(), bytes);

        let mut below = ORDER;
        below[31] = 0;
        assert_eq!(Scalar::from_bytes(&below).unwrap().to_bytes(), below);
        assert!(Scalar::from_bytes(&below).unwrap() + Scalar::ONE == Scalar::ZERO);
        assert_eq!(Scalar::from_bytes(&ORDER).err(), Some(Error::ScalarRange));
        assert_eq!(
            Scalar::from_bytes(&[0xff; 32]).err(),
            Some(Error::ScalarRange)
        );
    }

    #[test]
    fn wide_bytes_are_big_endian_and_reduced() {
        assert!(Scalar::from_wide(&wide(&[1, 0])) == Scalar::from_u64(256));
        assert!(Scalar::from_wide(&wide(&ORDER)).is_zero());
        // 2^256 = (2^64)^4
        let mut high = [0; 64];
        high[31] = 1;
        let two_64 = Scalar::from_u64(u64::MAX) + Scalar::ONE;
        assert!(Scalar::from_wide(&high) == two_64 * two_64 * two_64 * two_64);
    }

    #[test]
    fn arithmetic_is_that_of_a_field() {
        let (three, five) = (Scalar::from_u64(3), Scalar::from_u64(5));
        assert!(three - five == -Scalar::from_u64(2));
        assert!(three + five == Scalar::from_u64(8));
        assert!(three * five == Scalar::from_u64(15));
        assert!(-Scalar::ZERO == Scalar::ZERO);
        assert!(five.invert().unwrap() * five == Scalar::ONE);
        assert!(Scalar::ZERO.invert().is_none());
        assert!(three != five);
    }

    #[test]
    fn random_reduces_what_the_source_gives() {
        let drawn = Scalar::random(&mut Source(Some(7))).unwrap();
        assert!(drawn == Scalar::from_wide(&[7; 64]));
    }

    #[test]
    fn random_refuses_a_failing_source_and_zero() {
        for source in [None, Some(0)] {
            assert_eq!(
                Scalar::random(&mut Source(source)).err(),
                Some(Error::Randomness)
            );
        }
    }

    #[test]
    fn zeroize_leaves_zero() {
        let mut scalar = Scalar::from_u64(9);
        scalar.zeroize();
        assert!(scalar.is_zero());
    }
}
