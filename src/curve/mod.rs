//! The pairing-friendly curve BLS12-381: scalars, the groups G1, G2 and Gt, and the pairing.
//!
//! Every value of these types is valid: decoding refuses what is not the one canonical encoding
//! of a point of the prime-order subgroup other than the identity, so that no later code has to
//! ask again. Whatever takes a [`Scalar`] runs in time that does not depend on it; what is faster
//! because it may look at its scalars takes [`PublicScalar`] only (SPEC.md, Curve).
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::curve::Scalar;
//! let two = Scalar::from_u64(2);
//! assert!(two * two == Scalar::from_u64(4));
//! ```

mod public_scalar;
mod scalar;

pub use public_scalar::PublicScalar;
pub use scalar::Scalar;
