//! Proofs in zero knowledge that a patient, enrolled and unnamed, consented to a request.
//!
//! The patient signs short consents with a key on Jubjub, a registry keeps a tree of enrolled keys
//! and one of revocations, and who was granted something proves it to anybody without showing
//! patient or consent. SPEC.md, section 19, has the statement; making proofs is the feature
//! `zk-prover`, everything else works without the standard library.
//!
//! ```
//! use hippocrypt::Secret;
//! use hippocrypt::zk::ConsentKey;
//! let key = ConsentKey::from_seed(&Secret::build(|seed| seed.fill(7)))?;
//! let proof = key.prove_possession(b"clinic", &mut getrandom::SysRng)?;
//! key.public().verify_possession(b"clinic", &proof)?;
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod circuit_id;
mod consent;
pub mod ethereum;
mod field;
mod key;
#[cfg(test)]
pub(crate) mod known_key;
mod masks;
mod path;
mod policy;
pub mod poseidon;
mod proof;
mod proof_key;
mod provable;
mod proven_key;
#[cfg(feature = "zk-prover")]
pub mod prover;
mod registry;
mod replay;
mod signature;
mod signed_proof;
mod sparse_tree;
mod statement;
mod verify;
mod witness;

#[cfg(test)]
mod tests;

pub use crate::curve::Scalar;
pub use consent::Consent;
pub use field::{Use, binding, context, grantee, vocabulary};
pub use key::{ConsentKey, ConsentPublicKey};
pub use masks::Masks;
pub use path::{Depth, EnrolmentPath, REVOCATION_LEVELS, RevocationPath};
pub use policy::{CheckedProof, Expected, Freshness, ProofPolicy, ProofVerifier};
pub use proof::Proof;
pub use proof_key::{ProofKey, ProofKeyPoints, Provenance};
pub use provable::ProvableConsent;
pub use proven_key::ProvenKey;
#[cfg(feature = "std")]
pub use registry::RegistryDirectory;
pub use registry::{Checkpoint, PlaceReceipt, PlaceRevocation, Registry};
#[cfg(feature = "std")]
pub use replay::DirectoryReplayStore;
pub use replay::{MemoryReplayStore, ReplayKey, ReplayStore};
pub use signature::Signature;
pub use signed_proof::{ProofReceipt, SignedProof};
pub use statement::{PUBLIC_INPUTS, PublicInputs};
pub use verify::{PreparedKey, Trust};
pub use witness::Witness;
