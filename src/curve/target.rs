//! The target group Gt of the pairing.

use core::ops::Mul;

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use super::backend::{Backend, Encoding, Entry, Group, Selected};
use super::count::tick;
use super::encoding::decode_target;
use super::{G1, G2, Scalar, pairing};
use crate::error::Result;

/// An element of the subgroup of order q of the twelfth-degree extension field, written
/// multiplicatively.
///
/// Usually secret, as keys are derived from it: all operations and comparisons are constant time,
/// and there is no `Debug`.
#[derive(Clone, Copy)]
pub struct Gt(pub(super) <Selected as Backend>::Gt);

impl Gt {
    /// Size of the encoding in bytes.
    pub const BYTES: usize = 576;

    /// One.
    #[must_use]
    pub fn identity() -> Self {
        Self(Entry::identity())
    }

    /// e(g1, g2); computed anew on each call.
    #[must_use]
    pub fn generator() -> Self {
        pairing(&G1::generator(), &G2::generator())
    }

    /// The inverse element.
    #[must_use]
    pub fn invert(&self) -> Self {
        tick();
        Self(self.0.negate())
    }

    /// This element raised to a secret scalar, in constant time.
    #[must_use]
    pub fn pow(&self, scalar: &Scalar) -> Self {
        tick();
        Self(self.0.multiply(scalar))
    }

    /// Decodes twelve coefficients of 48 bytes, big-endian, in tower order (SPEC.md, Curve).
    ///
    /// # Errors
    /// [`NotCanonical`](crate::Error::NotCanonical) for a coefficient of p or more,
    /// [`NotInSubgroup`](crate::Error::NotInSubgroup), and
    /// [`IdentityPoint`](crate::Error::IdentityPoint) for one.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self> {
        tick();
        decode_target(bytes).map(Self)
    }

    /// The twelve coefficients, as [`Gt::from_bytes`] reads them.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        tick();
        self.0.compress()
    }

    /// Whether this is one, computed in constant time.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.0.is_identity().into()
    }
}

impl ConstantTimeEq for Gt {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.equals(&other.0)
    }
}

/// Constant time: only the answer itself is revealed.
impl PartialEq for Gt {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Gt {}

/// Leaves the identity.
impl Zeroize for Gt {
    fn zeroize(&mut self) {
        self.0.wipe();
    }
}

impl Mul for Gt {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        tick();
        Self(Group::add(&self.0, &other.0))
    }
}
