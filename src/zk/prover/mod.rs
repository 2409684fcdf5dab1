//! Making proofs, and the keys for them (SPEC.md, sections 19.5 and 19.6).
//!
//! A key comes from a [`ceremony`], or for tests from [`development_key`]. With it
//! [`ProvingKey::prove`] turns a [`Witness`](super::Witness) into a proof of
//! [`PublicInputs`](super::PublicInputs), and of nothing that is not true.
//!
//! ```
//! use hippocrypt::zk::Depth;
//! use hippocrypt::zk::prover::constraints;
//! assert!(constraints(Depth::Ten)? <= 1 << 14); // of 2^20 patients
//! # Ok::<(), hippocrypt::Error>(())
//! ```

pub mod ceremony;
mod circuit;
mod field;
mod gadget;
mod key_points;
mod matrices;
mod points;
mod private;
mod prove;
mod proving_key;
mod random;
mod setup;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use proving_key::ProvingKey;
pub use setup::{constraints, development_key};
