//! Sharings that stand: x shared once among relays, for many grants, refreshed and ended.
//!
//! A [`StandingSharing`] is one epoch of a patient with a committee of relays. Grants under it
//! ([`Through::Standing`](super::Through::Standing)) need no contact with the relays: the grant
//! travels with each request, and [`HeldSharing::admit`] checks it as installing does. Relays
//! refresh their shares among themselves; the patient ends an epoch with a [`SharingEnd`]. SPEC.md,
//! sections 14.15 and 14.16.

mod deal;
mod dealing;
mod end;
mod held;
mod invitation;
mod kept;
mod refresh;
mod share;
mod sharing;
mod statement;
#[cfg(feature = "std")]
mod store;

pub use dealing::RefreshDealing;
pub use end::SharingEnd;
pub use held::HeldSharing;
pub use invitation::RefreshInvitation;
pub use refresh::Begin;
pub use share::SharingShare;
pub use sharing::StandingSharing;
pub use statement::RefreshStatement;

pub(super) use sharing::sharing_digest;
pub(super) use statement::STATEMENT_BYTES;
