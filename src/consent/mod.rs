//! Consents: one normal form, and decisions that refuse to guess (SPEC.md, section 16).
//!
//! [`Terms`] are what a consent comes down to, whatever it was written in: for whom, from when
//! until when, and rules in order, each a permission or a prohibition with the criteria it stands
//! under. [`decide`] holds them against a [`Request`] and answers permit, deny, or that the
//! consent says nothing about it; [`decide_together`] does so for all consents of a patient.
//!
//! Nothing is guessed: a fact that a request or record leaves open is neither yes nor no. A
//! permission then does not apply, and a prohibition does.
//!
//! ```
//! use hippocrypt::consent::*;
//! let hash = [7; 32]; // of the vocabulary that the codes are taken from
//! let mut draft = TermsDraft::new([1; 32], hash, "Patient/ada");
//! draft.rules = vec![
//!     Rule::permit([Criterion::purpose(["TREAT"])?])?,
//!     Rule::forbid([Criterion::sensitivity(["PSY"])?])?,
//! ];
//! let terms = Terms::check(draft)?;
//!
//! let mut request = Request::new(hash, "Patient/ada", 1_790_000_000);
//! request.purposes = vec![Purpose::with_ancestors("ETREAT", ["TREAT"])?];
//! // Nobody said whether the record is sensitive, so the prohibition applies.
//! assert_eq!(decide(&terms, &request).outcome, Outcome::Deny);
//!
//! request.record.sensitivities.absent(["PSY"])?;
//! assert_eq!(decide(&terms, &request).outcome, Outcome::Permit);
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod bytes;
mod calendar;
mod conflict;
mod criterion;
mod decide;
pub mod enforce;
mod explain;
mod facts;
mod interval;
#[cfg(feature = "fhir")]
mod json;
mod labels;
mod request;
mod rule;
mod set;
mod signed;
mod terms;
#[cfg(test)]
mod tests;
pub mod vocabulary;

pub use conflict::{ConflictRule, decide_together};
pub use criterion::{Criterion, Meaning, Recipient, RecordReference};
pub use decide::{By, Decision, Fact, Outcome, decide};
pub use explain::{Audience, Explanation, Line, Phrases, RuleText, Section, Sentence, explain};
pub use facts::{Attributes, Record, Sensitivities};
pub use interval::Interval;
pub use request::{Purpose, Request};
pub use rule::{Effect, Rule};
pub use set::Set;
pub use signed::{ConsentSigner, SignedConsent, VerifiedConsent};
pub use terms::{Base, PurposeMode, Reading, Terms, TermsDraft};
pub use vocabulary::{Confidentiality, Vocabulary};

#[cfg(feature = "fhir")]
pub use crate::wire::Json;
