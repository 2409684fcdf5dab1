//! Envelopes: one data key for a record, any number of ways to it.
//!
//! ```
//! use hippocrypt::abe::AuthorityKey;
//! use hippocrypt::envelope::{Expiry, Opener, Record, Sealer};
//! use hippocrypt::policy::{Attributes, Date, Policy};
//! # let rng = &mut getrandom::SysRng;
//! let hospital = AuthorityKey::generate("St. Elsewhere", rng)?;
//! let doctor = Attributes::parse(["role=cardiologist"])?;
//! let key = hospital.issue(&doctor, Date::parse("2027-12-31")?, rng)?;
//!
//! let policy = Policy::parse("role=cardiologist")?;
//! let today = Expiry::Day(Date::parse("2026-11-24")?);
//! let record = Record::new("obs-1")?;
//! let sealed = Sealer::new()
//!     .policy(hospital.public(), policy, today)
//!     .seal(&record, b"sinus rhythm", rng)?;
//!
//! let opened = Opener::new().key(&key).open(&sealed)?;
//! assert_eq!(opened.plaintext.expose(), b"sinus rhythm");
//! # Ok::<(), hippocrypt::Error>(())
//! ```
//!
//! # Layout
//! `fixed part || sender's signature || access part || authentication code || payload`
//!
//! The fixed part says what the record is and never changes; the access part says who can open
//! it and can be rewritten by whoever can. A stanza wraps the data key for one kind of key; the
//! code (HMAC-SHA256 under the data key) covers every header byte before it and, with the
//! commitment in the fixed part, leaves a header only one data key. The payload is a STREAM of
//! chunks that can be read in order, or in parts. SPEC.md, section 8, has every byte.
//!
//! The code shows that *some* holder of the data key wrote the header, and every reader is one.
//! Who sent a record shows only its sender's signature: see [`Sender`].
//!
//! The joint and its words follow age (C2SP/age.md) and its `Recipient` and `Identity`; STREAM is
//! Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015. Their composition here has no published
//! proof and needs outside review.

mod access;
mod batch;
mod both;
mod coupon;
mod data_key;
mod detached;
mod device;
mod expiring;
mod file_name;
mod fixed;
mod header;
#[cfg(feature = "std")]
mod io;
mod lanes;
mod members;
mod open;
mod opened_batch;
mod patient;
mod payload;
mod prepared;
mod profile;
mod range;
mod recipient;
mod record;
mod rewrap;
mod role;
mod seal;
mod segment;
mod sender;
mod session;
mod session_part;
mod session_reader;
mod subject;

pub use access::{
    AccessPart, CarriedConsent, ConsentScope, HEADER_BYTES, SCOPE_BYTES, STANZAS, Stanza,
};
pub use batch::{BatchSealer, MEMBER_BYTES, MEMBERS};
pub use both::{BothHolder, BothRecipient, both_of, both_stanza};
pub use coupon::{CouponRecipient, admit};
pub use data_key::DataKey;
pub use detached::{DETACHED_PREFIX_BYTES, Detached};
pub use expiring::Expiring;
pub use fixed::{CHUNK_BYTES, Content, FixedPart, METADATA_BYTES, RecordId};
pub use header::Header;
#[cfg(feature = "std")]
pub use io::{Durable, OpenReader, SealWriter, SessionOutline, SessionSource, SessionWriter};
pub use members::MemberListing;
pub use open::{Opened, OpenedHeader, Opener};
pub use opened_batch::OpenedBatch;
pub use patient::{
    CapsuleOpener, GrantHolder, Owner, PatientRecipient, capsule_stanza, capsules, patient_of,
};
pub use prepared::PreparedRecord;
pub use profile::{Profile, Required};
pub use recipient::{
    Binding, Expiry, KeyHolder, PolicyRecipient, Recipient, Unwrap, policy_of, policy_stanza,
};
pub use record::Record;
pub use role::{RoleRecipient, install_in_role};
pub use seal::Sealer;
pub use segment::{SEGMENT_START, SegmentSealer};
pub use sender::{AcceptedSenders, Sender};
pub use session::{SEGMENT_BYTES, SEGMENTS, SessionSealer};
pub use session_reader::{Segment, SessionReader, SessionStatus};
pub use subject::Subject;

pub use crate::symmetric::Suite;

/// The format version that this release writes, and the newest it reads.
pub const FORMAT_VERSION: u8 = crate::tags::VERSION;

#[cfg(test)]
mod tests;
