//! Grants: records sealed to a patient under labels, and threshold proxy re-encryption.

mod answer;
mod blame;
mod cache;
mod capsule;
mod check;
mod conditions;
mod context;
mod grant;
mod header;
mod issue;
#[cfg(feature = "std")]
mod journal;
mod mint;
mod open;
mod owner;
mod party;
mod patient;
mod profile;
mod proof;
mod publisher;
mod recipient;
mod relay;
mod request;
mod revocation;
mod state;
#[cfg(feature = "std")]
mod state_file;
mod together;

pub use answer::{Answer, VerifiedAnswer};
pub use blame::Blame;
pub use cache::Cache;
pub use capsule::Capsule;
pub use conditions::{Claims, Conditions};
pub use context::PatientId;
pub use grant::{Grant, GrantShare, Unverified, Verified};
pub use header::GrantHeader;
pub use issue::GrantTerms;
pub use mint::Coupon;
pub use party::{
    PARTY_NAME_LIMIT, PartyKey, PartyPublic, Recipient, RecipientKey, RecipientPublic, Relay,
    RelayKey, RelayPublic, Role,
};
pub use patient::PatientKey;
pub use profile::{PatientProfile, Recovery};
pub use publisher::{PUBLISHER_STATE_BYTES, PublisherState};
pub use recipient::RecipientGrant;
pub use relay::{Circumstances, REQUEST_AGE, RelayShare};
pub use request::{REQUEST_ITEMS, REQUESTS_BYTES, Request, Requests, Sight};
pub use revocation::{LIST_AGE, LIST_ENTRIES, Revocation, RevocationList, Revoked};
pub use state::{Current, MemoryRelayState, RelayState};
#[cfg(feature = "std")]
pub use state_file::FileRelayState;

use crate::kem;
use crate::tags;

/// The tags under which this scheme uses the Fujisaki-Okamoto skeleton.
const FO: kem::Tags = kem::Tags {
    coins: tags::KP_COINS,
    coin_scalar: tags::KP_COIN_SCALAR,
    coin_key: tags::KP_COIN_KEY,
    mask: tags::KP_MASK,
    key: tags::KP_KEY,
};

#[cfg(test)]
mod tests;
