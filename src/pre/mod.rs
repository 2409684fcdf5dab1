//! Grants: records sealed to a patient under labels, and threshold proxy re-encryption.
//!
//! A patient is their own authority. Anybody seals records to the patient's public
//! [profile](PatientProfile) under the record's labels. Later the patient grants somebody a policy over
//! labels, for a time, through n relays of which t must help: the recipient opens what satisfies
//! the policy, sealed before or after; relays hold one scalar each and read nothing. Recipient and
//! all relays together have the key of that policy, never the patient's. SPEC.md, section 14, has
//! the scheme; it has no published proof.
//!
//! | step | call |
//! |---|---|
//! | seal | [`PatientRecipient`](crate::envelope::PatientRecipient) in an envelope, or [`PatientProfile::mint`] and [`Coupon::seal`] |
//! | prepare a device | [`PatientProfile::mint_pack`], [`CouponPack::open`] and [`CouponStore::add`]; then seal with a [`CouponRecipient`](crate::envelope::CouponRecipient) |
//! | grant | [`PatientKey::grant`] |
//! | install | [`Grant::verify`], then [`RelayShare::install`] and [`RecipientGrant::install`] |
//! | ask | [`RecipientGrant::request`] |
//! | answer | [`RelayShare::transform`], under a [`Current`] list of revocations |
//! | open | [`Answer::verify`], then [`Opener::grant`](crate::envelope::Opener::grant), or [`RecipientGrant::open`]; the patient: [`Opener::patient`](crate::envelope::Opener::patient) |
//! | share once, for many grants | [`PatientKey::new_sharing`], [`HeldSharing::install`]; a grant is then admitted with [`HeldSharing::admit`] |
//! | refresh the shares | [`HeldSharing::begin_refresh`], `deal_refresh`, `accept_refresh`, `finish_refresh` |
//! | change the relays | [`PatientKey::next_sharing`], [`PatientKey::end_sharing`] |
//! | grant to a role | [`RoleRecipient`](crate::envelope::RoleRecipient), [`Credential`], [`RecipientGrant::request_in_role`] |
//! | revoke | [`PatientKey::revoke`] and [`PatientKey::publish`]; a carer: [`Revocation::by_carer`]; after a recovery: [`PatientKey::revoke_by_recovery`] |
//! | accuse | [`Blame`] |
//! | let others sign | [`PatientKey::with_carers`], [`PatientProfile::signs_for`], [`GrantHeader::check_carer`] |
//! | be able to lose the key | [`PatientKey::split`], [`TrusteeShare::check`], [`TrusteeShare::release`], [`PatientKey::recover`] |
//! | change the key | [`PatientKey::rotate`], [`PublisherState::retire`]; who knows the old profile: [`Succession::verify`], [`Succession::counts_from`], [`PatientProfile::follows`] |
//!
//! ```
//! use hippocrypt::envelope::{Header, Opener, PatientRecipient, Record, Sealer, Stanza, capsule_stanza};
//! use hippocrypt::policy::{Date, LabelFrame, LabelPolicy, Labels};
//! use hippocrypt::pre::*;
//! # fn main() -> hippocrypt::Result<()> {
//! let (rng, now) = (&mut getrandom::SysRng, 1_795_500_000);
//! let patient = PatientKey::generate(rng)?;
//! let study = RecipientKey::generate("study 12", rng)?;
//! let relays = [RelayKey::generate("a", rng)?, RelayKey::generate("b", rng)?, RelayKey::generate("c", rng)?];
//!
//! // Anybody seals, with the profile alone.
//! let labels = Labels::parse(["type=Observation", "conf=N", "ym=2026-11"])?;
//! let sealed = Sealer::new()
//!     .recipient(Box::new(PatientRecipient::new(patient.profile())))
//!     .seal(&Record::new("obs-1")?.labels(labels), b"72/min", rng)?;
//!
//! // The patient grants, through two of three relays.
//! let frame = LabelFrame::new(2000, Date::parse("2027-12-31")?)?;
//! let policy = LabelPolicy::parse("type=Observation and conf=N and ym>=2026-01", &frame)?;
//! let publics: Vec<_> = relays.iter().map(|relay| relay.public().clone()).collect();
//! let terms = GrantTerms {
//!     recipient: GrantTo::Recipient(study.public()), policy: &policy, hide_policy: false,
//!     through: Through::Relays { relays: &publics, threshold: 2 }, sequence: 1, not_before: now, not_after: now + 86_400,
//!     conditions: Conditions::any().purposes(["HRESCH"])?, publisher: None, consent: None,
//! };
//! let cache = &mut Cache::new();
//! let (grant, shares) = patient.grant(&terms, cache, rng)?;
//! let held = RecipientGrant::install(grant.clone(), &study, cache)?;
//!
//! // The recipient asks: the header shows the capsule and h, which it is bound to.
//! let (header, _) = Header::from_bytes(&sealed)?;
//! let stanza = header.access().stanzas().iter().find(|it| it.kind() == Stanza::CAPSULE);
//! let (capsule, _) = capsule_stanza(stanza.expect("a capsule"), header.fixed().label_set())?;
//! let claims = Claims::none().purpose("HRESCH")?;
//! let asked = held.request(&study, &[(&capsule, header.digest())], Sight::Open, &claims, now, rng)?;
//!
//! // Two relays answer. Each knows that nothing was revoked, from the patient's signed list.
//! let mut answers = Vec::new();
//! for (relay, sealed) in relays.iter().zip(&shares).take(2) {
//!     let mut state = MemoryRelayState::started_at(now);
//!     let share = RelayShare::install(grant.clone(), sealed, relay, now, &state)?;
//!     let list = patient.publish(Vec::new(), 1, now)?;
//!     let current = Current::accept(list, &mut state, now, LIST_AGE)?;
//!     let world = Circumstances { now, request_age: REQUEST_AGE, list_age: LIST_AGE, current: Some(&current) };
//!     let request = asked.for_relay(sealed.index()).expect("one for each relay");
//!     answers.push(share.transform(request, relay, &world, &mut state)?.verify(&grant)?);
//! }
//! let opened = Opener::new().grant(&held, answers.iter().collect()).open(&sealed)?;
//! assert_eq!(opened.plaintext.expose(), b"72/min");
//!
//! // The patient needs neither relays nor a grant.
//! let opened = Opener::new().patient(&patient).open(&sealed)?;
//! assert_eq!(opened.plaintext.expose(), b"72/min");
//! # Ok(()) }
//! ```

mod answer;
mod backup;
mod blame;
mod cache;
mod capsule;
mod carer;
mod check;
mod committee;
mod conditions;
mod context;
mod coupon;
mod credential;
mod grant;
mod grant_terms;
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
mod recovery;
mod relay;
mod request;
mod revocation;
mod revoke;
mod role;
mod sealing_key;
mod split;
mod standing;
mod state;
#[cfg(feature = "std")]
mod state_file;
mod succession;
mod together;
mod trustee;
mod waiting;

pub use answer::{Answer, VerifiedAnswer};
pub use backup::SeedBackup;
pub use blame::Blame;
pub use cache::Cache;
pub use capsule::Capsule;
pub use carer::{CARERS, Carer, CarerKind};
pub use conditions::{Claims, Conditions};
pub use context::PatientId;
#[cfg(feature = "std")]
pub use coupon::FileCouponStore;
pub use coupon::{
    COUPONS, Coupon, CouponPack, CouponStore, Coupons, Flash, FlashCouponStore, FlashGeometry,
    FlashLayout, MemorySeenCapsules, PACK_BYTES, SeenCapsules, Stock,
};
pub use credential::Credential;
pub use grant::{Grant, GrantShare, Unverified, Verified};
pub use grant_terms::{GrantTerms, GrantTo, SealPart, Through};
pub use header::GrantHeader;
pub use party::{
    PARTY_NAME_LIMIT, PartyKey, PartyPublic, Recipient, RecipientKey, RecipientPublic, Relay,
    RelayKey, RelayPublic, Role,
};
pub use patient::PatientKey;
pub use profile::{CONSENT_KEY, PatientProfile};
pub use publisher::{PUBLISHER_STATE_BYTES, PublisherState};
pub use recipient::RecipientGrant;
pub use recovery::Recovery;
pub use relay::{Circumstances, REQUEST_AGE, RelayShare};
pub use request::{REQUEST_ITEMS, REQUESTS_BYTES, Request, Requests, Sight};
pub use revocation::{LIST_AGE, LIST_ENTRIES, Revocation, RevocationList, Revoked};
pub use role::GrantRole;
pub use sealing_key::SealingKey;
pub use split::{Splitting, TRUSTEES};
pub use standing::{
    Begin, HeldSharing, RefreshDealing, RefreshInvitation, RefreshStatement, SharingEnd,
    SharingShare, StandingSharing,
};
pub use state::{Current, MemoryRelayState, RelayState};
#[cfg(feature = "std")]
pub use state_file::FileRelayState;
pub use succession::{Rank, Rotation, Succession};
pub use trustee::{Kept, Released, ReleasedShare, SealedShare, Stage, TrusteeShare};
pub use waiting::{Objection, SEEN_BYTES, SeenSuccessions};

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
