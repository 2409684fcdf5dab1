//! What a grant says.

use alloc::vec::Vec;

use super::conditions::Conditions;
use super::party::{RecipientPublic, RelayPublic};
use super::role::GrantRole;
use super::standing::StandingSharing;
use crate::asymmetric::VerifyingKey;
use crate::error::Result;
use crate::policy::LabelPolicy;
use crate::random::Randomness;
use crate::secret::Secret;

/// What a grant says; the patient adds keys, numbers and shares.
#[derive(Clone)]
pub struct GrantTerms<'a> {
    /// Whom it is for.
    pub recipient: GrantTo<'a>,
    /// What may be opened.
    pub policy: &'a LabelPolicy,
    /// Whether relays see the policy only as a digest.
    pub hide_policy: bool,
    /// Through which relays.
    pub through: Through<'a>,
    /// The patient's number of the grant, above all earlier ones.
    pub sequence: u64,
    /// From when relays serve, in Unix seconds.
    pub not_before: u64,
    /// From when relays no longer serve.
    pub not_after: u64,
    /// What requests must claim.
    pub conditions: Conditions,
    /// Whose revocation lists count; the patient's own key by default.
    pub publisher: Option<VerifyingKey>,
    /// The digest of the consent it follows from.
    pub consent: Option<[u8; 32]>,
}

/// Whom a grant is for.
#[derive(Clone, Copy)]
pub enum GrantTo<'a> {
    /// One recipient.
    Recipient(&'a RecipientPublic),
    /// Everybody in a role.
    Role(&'a dyn SealPart),
}

/// Through which relays a grant goes.
#[derive(Clone, Copy)]
pub enum Through<'a> {
    /// A sharing of its own, which ends with the grant.
    Relays {
        /// The relays; the first gets index 1.
        relays: &'a [RelayPublic],
        /// How many of them must answer.
        threshold: u8,
    },
    /// A sharing that the relays have already: they need not be reached. Such a grant shows its
    /// policy to relays, and requests under it show the labels.
    Standing(&'a StandingSharing),
}

/// What seals the components of a grant to a role: it stands above this module, with the scheme
/// that the authority's keys belong to.
pub trait SealPart: Send + Sync {
    /// The role that can open it.
    fn role(&self) -> &GrantRole;

    /// Seals the part of the grant with this digest.
    ///
    /// # Errors
    /// Those of the scheme; [`Error::Randomness`](crate::Error::Randomness).
    fn seal_part(
        &self,
        part: &Secret<Vec<u8>>,
        grant: &[u8; 32],
        rng: &mut dyn Randomness,
    ) -> Result<Vec<u8>>;
}
