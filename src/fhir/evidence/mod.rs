//! Evidence of what was decided: audit events, provenance, accounting (SPEC.md, section 17.3).
//!
//! [`DecisionRecord`] holds a decision with everything that explains it: the Terms, the request,
//! by what means it was carried out, who took part, which records. Of it are made AuditEvents in
//! the patterns of IHE BALP, for FHIR R4 and R5, and the accounting of disclosures; [`Origin`]
//! becomes a Provenance. Nothing is looked up and nothing is invented: what the caller does not
//! pass is not there.

mod accounting;
mod event;
mod provenance;
mod record;
mod time;
mod version;

pub use accounting::{Accounting, Disclosure};
pub use provenance::{Activity, GivenSignature, Origin};
pub use record::{DecisionDraft, DecisionRecord, Mechanism, Party, Released};
pub use version::Version;
