//! Requests that come with a proof of consent, and records that it covers (SPEC.md, section 19.4).
//!
//! A verifier hands out a request with a nonce of its own; who was granted something answers with
//! a proof (module `zk`); the verifier computes everything that the proof has to be about itself:
//! from the request, and from the fixed part of a record whose custodian it knows.
//!
//! ```
//! use hippocrypt::Secret;
//! use hippocrypt::asymmetric::SigningKey;
//! use hippocrypt::consent::Vocabulary;
//! use hippocrypt::policy::Labels;
//! use hippocrypt::proof::ProofRequest;
//! let verifier = SigningKey::from_seed(&Secret::new([1; 32])).verifying_key();
//! let request = ProofRequest {
//!     verifier,
//!     study: "sleep and blood pressure".into(),
//!     log: "log.example".into(),
//!     nonce: [9; 32], // in earnest: random
//!     purposes: vec!["HRESCH".into()],
//!     action: "access".into(),
//!     buckets: vec![Labels::parse(["type=Observation", "conf=N", "sens.none=hv1"])?],
//!     record: None,
//! };
//! let asked = request.under(&Vocabulary::hv1()?)?;
//! assert_eq!(asked.masks().actions().count_ones(), 1);
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod extraction;
#[cfg(feature = "fhir")]
mod json;
mod known_labels;
mod record;
mod request;
mod revocation;
#[cfg(test)]
mod tests;
mod witness;

pub use extraction::{Coverage, Extraction, Row};
pub use known_labels::KnownLabels;
pub use record::RecordClaim;
pub use request::{Asked, BUCKETS, ProofRequest};
pub use revocation::revoke_by_patient;
pub use witness::witness;
