//! A standing sharing in a relay's hands.

use super::refresh::Round;
use super::share::{SharingShare, share_info};
use super::sharing::StandingSharing;
use super::statement::RefreshStatement;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::pre::grant::{Grant, Verified};
use crate::pre::party::RelayKey;
use crate::pre::relay::{RelayShare, open_share, refuse_ended};
use crate::pre::state::{ENDED, RelayState};
use crate::secret::Secret;
use crate::share::{Commitment, Share};

/// A relay's share of a standing sharing, checked, with its refresh number and a refresh that may
/// be on its way.
///
/// Bytes of the object's body (SPEC.md, section 14.16), for the relay's own disk: u32 length and
/// sharing || u8 index || flag and u32 length and statement of the last refresh || u32 number of
/// the last attempt || u32 highest number signed || u8 stage, 0 none, 1 begun, 2 accepted, then u32 length and statement ||
/// u16 length and secrets, sealed to the relay's own key: share (32) and, begun, the X25519 key
/// of the refresh (32), accepted, the next share (32).
pub struct HeldSharing {
    pub(super) sharing: StandingSharing,
    pub(super) index: u8,
    pub(in crate::pre) share: Secret<Scalar>,
    /// Of the last refresh; `None` with the share that was dealt.
    pub(in crate::pre) current: Option<RefreshStatement>,
    /// The number of the last refresh that was begun.
    pub(in crate::pre) attempted: u32,
    /// The highest number that the relay has signed a statement of.
    pub(in crate::pre) signed: u32,
    pub(super) round: Round,
}

impl HeldSharing {
    /// Opens a relay's share of a sharing and checks it against the commitment.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another relay's share or another sharing's; [`Error::EpochEnded`];
    /// [`Error::Sharing`] when it was installed before and refreshed since; [`Error::Open`];
    /// [`Error::ScalarRange`]; [`Error::Verify`] when it is not the share committed to.
    pub fn install(
        sharing: StandingSharing,
        share: &SharingShare,
        key: &RelayKey,
        state: &dyn RelayState,
    ) -> Result<Self> {
        let own = sharing.relay(share.index) == Some(key.public().keys());
        if share.sharing != *sharing.digest() || !own {
            return Err(Error::NoStanza);
        }
        let info = share_info(sharing.digest(), share.index);
        let share = open_share(key, &info, share.index, &share.sealed)?;
        sharing.commitment()?.verify(&share)?;
        let held = Self {
            index: share.index(),
            share: share.into_value(),
            sharing,
            current: None,
            attempted: 0,
            signed: 0,
            round: Round::Quiet,
        };
        held.check_floor(state)?;
        Ok(held)
    }

    /// The sharing.
    #[must_use]
    pub fn sharing(&self) -> &StandingSharing {
        &self.sharing
    }

    /// Which relay of the sharing this is.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The refresh number of the share, 0 as it was dealt.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.current.as_ref().map_or(0, RefreshStatement::number)
    }

    /// The statement of the last refresh, for recipients.
    #[must_use]
    pub fn statement(&self) -> Option<&RefreshStatement> {
        self.current.as_ref()
    }

    /// The number of a refresh that is on its way.
    #[must_use]
    pub fn pending(&self) -> Option<u32> {
        match self.round {
            Round::Quiet => None,
            Round::Begun(_) | Round::Accepted(..) => Some(self.attempted),
        }
    }

    /// What installing checks of a grant that travelled with a request: signature, times, sequence
    /// above the floor and not revoked, and that it hangs on this sharing, commitment and all.
    ///
    /// # Errors
    /// [`Error::Sharing`] for a grant of another sharing, epoch or commitment, and for a share that
    /// was set back; [`Error::EpochEnded`]; [`Error::NotValidNow`] for one that has ended;
    /// [`Error::Revoked`].
    pub fn admit(
        &self,
        grant: Grant<Verified>,
        now: u64,
        state: &dyn RelayState,
    ) -> Result<RelayShare> {
        if grant.dealt.sharing() != Some(*self.sharing.digest()) {
            return Err(Error::Sharing("the grant hangs on another one"));
        }
        self.check_floor(state)?;
        refuse_ended(&grant, now, state)?;
        let share = Share::new(self.index, Secret::new(*self.share.expose()))?;
        RelayShare::assemble(grant, share, self.number())
    }

    /// Refuses a share that the state knows to be of the past: ended, or from a backup.
    pub(super) fn check_floor(&self, state: &dyn RelayState) -> Result<()> {
        match state.sharing_floor(self.sharing.digest())? {
            ENDED => Err(Error::EpochEnded),
            floor if self.number() < floor => Err(Error::Sharing(
                "the share is older than the last refresh: it was set back",
            )),
            _ => Ok(()),
        }
    }

    /// What the share commits to.
    pub(super) fn commitment(&self) -> Result<Commitment> {
        match &self.current {
            None => self.sharing.commitment(),
            Some(statement) => statement.claimed(&self.sharing),
        }
    }
}

#[cfg(test)]
impl HeldSharing {
    pub(in crate::pre) fn share(&self) -> &Secret<Scalar> {
        &self.share
    }
}
