//! The source groups G1 and G2 of the pairing.

use alloc::vec::Vec;
use core::iter::Sum;
use core::ops::{Add, Mul, Neg, Sub};

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use super::backend::{Backend, Encoding, Entry, Group, Point, Selected, Wiped};
use super::count::tick;
use super::encoding::decode_point;
use super::{PreparedG2, Scalar};
use crate::error::Result;

macro_rules! source_group {
    ($(#[$doc:meta])* $group:ident, $bytes:literal, $suite:literal) => {
        $(#[$doc])*
        ///
        /// May be secret (a key's g1^alpha is): all operations and comparisons are constant
        /// time, and there is no `Debug`.
        #[derive(Clone, Copy)]
        pub struct $group(pub(super) <Selected as Backend>::$group);

        impl $group {
            /// Size of the compressed encoding in bytes.
            pub const BYTES: usize = $bytes;

            /// The standard generator.
            #[must_use]
            pub fn generator() -> Self {
                Self(Point::generator())
            }

            /// The neutral element: the start of sums, never decoded from outside.
            #[must_use]
            pub fn identity() -> Self {
                Self(Entry::identity())
            }

            /// Hashes `message` to a point whose discrete logarithm nobody knows.
            ///
            #[doc = concat!("RFC 9380, suite `", $suite, "`, with `tag` as domain separation")]
            /// tag, from `tags.rs`. Variable time: messages are public.
            #[must_use]
            pub fn hash(tag: &[u8], message: &[u8]) -> Self {
                tick();
                Self(Point::hash(tag, message))
            }

            /// Decodes the compressed form (SPEC.md, Curve).
            ///
            /// # Errors
            /// [`NotCanonical`](crate::Error::NotCanonical) for any other encoding of a point,
            /// [`NotOnCurve`](crate::Error::NotOnCurve),
            /// [`NotInSubgroup`](crate::Error::NotInSubgroup), and
            /// [`IdentityPoint`](crate::Error::IdentityPoint).
            pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self> {
                tick();
                decode_point(bytes).map(|point| Self(Group::from_compact(&point)))
            }

            /// The compressed form.
            #[must_use]
            pub fn to_bytes(&self) -> [u8; Self::BYTES] {
                tick();
                self.0.to_compact().compress()
            }

            /// The compressed form of each point, for one field inversion together.
            #[must_use]
            pub fn batch_to_bytes(points: &[Self]) -> Vec<[u8; Self::BYTES]> {
                tick();
                let points = Wiped(points.iter().map(|point| point.0).collect());
                Wiped(Group::to_compact_batch(&points))
                    .iter()
                    .map(Encoding::compress)
                    .collect()
            }

            /// Whether this is the neutral element, computed in constant time.
            #[must_use]
            pub fn is_identity(&self) -> bool {
                self.0.is_identity().into()
            }
        }

        impl ConstantTimeEq for $group {
            fn ct_eq(&self, other: &Self) -> Choice {
                self.0.equals(&other.0)
            }
        }

        /// Constant time: only the answer itself is revealed.
        impl PartialEq for $group {
            fn eq(&self, other: &Self) -> bool {
                self.ct_eq(other).into()
            }
        }

        impl Eq for $group {}

        /// Leaves the identity.
        impl Zeroize for $group {
            fn zeroize(&mut self) {
                self.0.wipe();
            }
        }

        impl Add for $group {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                tick();
                Self(Group::add(&self.0, &other.0))
            }
        }

        impl Sub for $group {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                self + -other
            }
        }

        impl Neg for $group {
            type Output = Self;
            fn neg(self) -> Self {
                tick();
                Self(self.0.negate())
            }
        }

        /// The multiple by a secret scalar, in constant time.
        impl Mul<&Scalar> for $group {
            type Output = Self;
            fn mul(self, scalar: &Scalar) -> Self {
                tick();
                Self(self.0.multiply(scalar))
            }
        }

        impl Sum for $group {
            fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
                points.fold(Self::identity(), Add::add)
            }
        }
    };
}

source_group! {
    /// A point of the prime-order subgroup over the base field: short keys and ciphertext rows.
    G1, 48, "BLS12381G1_XMD:SHA-256_SSWU_RO_"
}
source_group! {
    /// A point of the prime-order subgroup over the quadratic extension.
    G2, 96, "BLS12381G2_XMD:SHA-256_SSWU_RO_"
}

impl G2 {
    /// Computes the point's line functions once, for many pairings with it.
    #[must_use]
    pub fn prepare(&self) -> PreparedG2 {
        PreparedG2::new(self)
    }
}
