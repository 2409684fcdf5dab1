//! The native parts of proofs of consent.

mod groth16;
mod hashes;
mod mutations;
mod policy;
mod registry;
mod sample;
mod signatures;
mod statement;
