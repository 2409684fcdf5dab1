//! Secrets shared among many: Shamir's scheme, Lagrange coefficients, Feldman's commitments
//! (SPEC.md, Sharing).
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::share::lagrange_at_zero;
//! // f(0) = 3 f(1) - 3 f(2) + f(3) for every polynomial f of degree 2.
//! let weights = lagrange_at_zero(&[1, 2, 3])?;
//! assert_eq!(weights[0], hippocrypt::curve::PublicScalar::from_u64(3));
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod feldman;
mod lagrange;
mod polynomial;
#[cfg(test)]
mod test_rng;

pub use feldman::Commitment;
pub use lagrange::{lagrange_at, lagrange_at_zero};
pub use polynomial::{Polynomial, Share, recover};
