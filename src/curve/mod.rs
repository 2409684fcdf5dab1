//! The pairing-friendly curve BLS12-381: scalars, the groups G1, G2 and Gt, and the pairing.
//!
//! Every value of these types is valid: decoding refuses what is not the one canonical encoding
//! of a point of the prime-order subgroup other than the identity, so that no later code has to
//! ask again. Whatever takes a [`Scalar`] runs in time that does not depend on it; what is faster
//! because it may look at its scalars takes [`PublicScalar`] only (SPEC.md, Curve).
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::curve::{G1, G2, Scalar, pairing};
//! let (a, b) = (Scalar::from_u64(6), Scalar::from_u64(7));
//! let left = pairing(&(G1::generator() * &a), &(G2::generator() * &b));
//! assert!(left == pairing(&G1::generator(), &G2::generator()).pow(&(a * b)));
//! ```
// Methods take `&self` although the types are `Copy`: a call makes no further copy of a secret.
#![allow(clippy::wrong_self_convention)]

mod backend;
mod coordinates;
pub(crate) mod count;
mod encoded_scalar;
mod encoding;
#[cfg(feature = "blst")]
mod frobenius;
mod multi_scalar;
mod pairing;
mod points;
mod public_scalar;
mod public_table;
mod scalar;
mod table;
mod target;
mod weight;
mod window;

#[cfg(test)]
pub(crate) mod symbolic;
#[cfg(test)]
mod tests;

pub use encoded_scalar::EncodedScalar;
pub use multi_scalar::{multi_scalar_g1, multi_scalar_g2};
pub use pairing::{PreparedG2, Right, pairing, pairing_product};
pub use points::{G1, G2};
pub use public_scalar::PublicScalar;
pub use public_table::PublicTables;
pub use scalar::Scalar;
pub use table::{G1Table, G2Table, GtTable};
pub use target::Gt;
pub use weight::{Weight, weighted_g1, weighted_sum_g1};
