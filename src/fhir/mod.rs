//! FHIR: Consent resources become [`Terms`](crate::consent::Terms) (SPEC.md, section 16.3).
//!
//! FHIR does not say what nested provisions mean, and engines that skip what they do not know
//! permit what the patient forbade. So whoever compiles a consent declares how it is read
//! ([`Reading`](crate::consent::Reading)), and every element is compiled, listed as without
//! effect, or refused by name: [`compile`] answers with Terms or with all that is in the way.
//!
//! ```
//! use hippocrypt::consent::{Reading, vocabulary::Vocabulary};
//! use hippocrypt::fhir::{Code, Document, Failure, NoResolver, Options, compile};
//!
//! let document = Document::parse(br#"{
//!     "resourceType": "Consent",
//!     "status": "active",
//!     "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
//!     "subject": {"reference": "Patient/ada"},
//!     "decision": "permit",
//!     "provision": [{
//!         "securityLabel": [{
//!             "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"
//!         }],
//!         "expression": {"expression": "true"}
//!     }]
//! }"#)?;
//! let vocabulary = Vocabulary::hv1()?;
//! let mut options = Options::new(Reading::R5Negate);
//! options.base = Some("https://example.org/fhir".into());
//! let salt = [7; 32]; // from a source of randomness
//! let answer = compile(&document, &options, &vocabulary, &NoResolver, salt);
//! // An expression cannot be enforced, so nothing is.
//! let Err(Failure::Refused(refusals)) = answer else { panic!() };
//! assert_eq!(refusals.first().code, Code::E14);
//! assert_eq!(refusals.first().path, "Consent.provision[0].expression");
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod base64;
mod bundle;
mod compile;
mod consent;
mod context;
mod definition;
mod document;
pub mod evidence;
mod extension;
mod json;
pub mod labels;
mod noted;
mod path;
mod primitive;
mod reference;
mod refusal;
mod request;
mod residual;
mod resolver;
mod shape;
mod time;
mod warning;
pub mod wrap;

pub use crate::wire::Json;
pub use bundle::{Bundle, RESOURCES, Resource};
pub use compile::{Compiled, Failure, Options, compile};
pub use context::Context;
pub use document::Document;
pub use refusal::{Code, Refusal, Refusals};
pub use request::{RequestRefusal, read_instant, read_request};
pub use residual::residual;
pub use resolver::{NoResolver, Resolver};
pub use warning::{Concern, Warning};
