//! The native parts of proofs of consent.

mod hashes;
mod signatures;
