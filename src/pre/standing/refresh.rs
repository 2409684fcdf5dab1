//! The four steps of a refresh: begin, deal, accept, finish.
//!
//! All relays of the sharing take part; each step needs what all of them gave in the one before.
//! A relay answers with its old share until it finishes. Each step changes the value that it is
//! called on; the caller keeps that on its disk before it gives away what the step returns.

use alloc::vec::Vec;

use super::dealing::RefreshDealing;
use super::held::HeldSharing;
use super::invitation::{RefreshInvitation, RoundNumbers, round_digest};
use super::sharing::StandingSharing;
use super::statement::RefreshStatement;
use crate::asymmetric::hpke::{HpkePublicKey, HpkeSecretKey};
use crate::curve::{G2, Scalar};
use crate::error::{Error, Result};
use crate::pre::party::RelayKey;
use crate::pre::state::{ENDED, RelayState};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::Share;

/// How far a relay is in a refresh.
pub(super) enum Round {
    /// None is on its way.
    Quiet,
    /// Others deal to this key, which is erased once all have.
    Begun(HpkeSecretKey),
    /// The next share, and what this relay has signed of it.
    Accepted(Secret<Scalar>, RefreshStatement),
}

impl HeldSharing {
    /// Begins a refresh with a fresh key, or gives the invitation again of one that was begun.
    ///
    /// `again` gives up a refresh that will not come to its end, for one with a higher number; if
    /// a relay could still finish the other, the shares would part. `number` is the one that other
    /// relays have, where they have given up more often.
    ///
    /// # Errors
    /// [`Error::Argument`] for a threshold of 1, where nothing can be refreshed, or a number that
    /// is not above all before; [`Error::Refresh`] when the refresh before was accepted and not
    /// finished; [`Error::EpochEnded`], [`Error::Sharing`]; [`Error::Randomness`].
    pub fn begin_refresh(
        &mut self,
        key: &RelayKey,
        (again, number): (bool, Option<u32>),
        state: &dyn RelayState,
        rng: &mut dyn Randomness,
    ) -> Result<RefreshInvitation> {
        if self.sharing.threshold < 2 {
            return Err(Error::Argument("a threshold of 1 has nothing to refresh"));
        }
        self.check_floor(state)?;
        let next = self.attempted.checked_add(1).filter(|next| *next < ENDED);
        let next = next.ok_or(Error::Refresh("there is no later number"))?;
        match &self.round {
            Round::Accepted(..) if !again => {
                return Err(Error::Refresh("the last one was accepted and not finished"));
            }
            Round::Begun(_) if !again && number.is_none_or(|it| it == self.attempted) => {}
            _ => {
                let number = number.unwrap_or(next);
                if number < next || number == ENDED {
                    return Err(Error::Argument("a refresh number above all before"));
                }
                let fresh = HpkeSecretKey::from_bytes(&rng.secret()?)?;
                self.attempted = number;
                self.round = Round::Begun(fresh);
            }
        }
        let own = self.round_key()?.public_key();
        Ok(RefreshInvitation::sign(
            self.numbers(),
            self.index,
            own,
            key,
        ))
    }

    /// Deals a sharing of zero to all relays, from the invitations of all.
    ///
    /// # Errors
    /// [`Error::Refresh`] before [`HeldSharing::begin_refresh`]; [`Error::RefreshPart`] naming a
    /// relay without invitation, or with one of another refresh; [`Error::Verify`];
    /// [`Error::Randomness`].
    pub fn deal_refresh(
        &self,
        invitations: &[RefreshInvitation],
        key: &RelayKey,
        rng: &mut dyn Randomness,
    ) -> Result<RefreshDealing> {
        let own = self.round_key()?.public_key();
        let round = self.numbers();
        let keys = each(&self.sharing, invitations, RefreshInvitation::index)?
            .map(|(index, invitation)| {
                fits(index, &invitation.round, &round)?;
                invitation.verify(&self.sharing)?;
                if index == self.index && invitation.key != own {
                    return Err(Error::RefreshPart(index, "has begun again since"));
                }
                Ok(invitation.key.clone())
            })
            .collect::<Result<Vec<HpkePublicKey>>>()?;
        let place = (self.index, self.sharing.threshold);
        let digest = round_digest(&round, &keys);
        RefreshDealing::deal((round, digest), place, &keys, key, rng)
    }

    /// Checks what all relays dealt, makes the next share of it, and signs what the next shares
    /// commit to. The key of the round is erased; the share stays in use.
    ///
    /// # Errors
    /// [`Error::BadDealing`] naming the relay that dealt wrongly: nothing has changed then;
    /// [`Error::Refresh`], [`Error::RefreshPart`], [`Error::Verify`].
    pub fn accept_refresh(
        &mut self,
        dealings: &[RefreshDealing],
        key: &RelayKey,
    ) -> Result<RefreshStatement> {
        if let Round::Accepted(_, statement) = &self.round {
            return Ok(statement.clone());
        }
        let opened = self.open_all(dealings)?;
        let threshold = usize::from(self.sharing.threshold);
        let mut points = self.commitment()?.later_points().to_vec();
        let mut share = Secret::new(*self.share.expose());
        for (dealt, part) in &opened {
            let sum = share.expose_mut();
            *sum = *sum + *part.expose();
            for (point, more) in points.iter_mut().zip(dealt) {
                *point = *point + *more;
            }
        }
        if points.len() + 1 != threshold || share.expose().is_zero() {
            return Err(Error::Refresh("the parts do not add up"));
        }
        let mut statement = RefreshStatement {
            sharing: *self.sharing.digest(),
            from: self.number(),
            number: self.attempted,
            commitment: G2::batch_to_bytes(&points).concat(),
            signatures: Vec::new(),
        };
        let own = Share::new(self.index, Secret::new(*share.expose()))?;
        statement.claimed(&self.sharing)?.verify(&own)?;
        statement.sign(self.index, key.signing());
        self.round = Round::Accepted(share, statement.clone());
        Ok(statement)
    }

    /// Takes the next share into use once all relays have signed for it; the old one is erased.
    /// The statement, with all signatures, is what recipients name a relay with that answers
    /// wrongly.
    ///
    /// # Errors
    /// [`Error::Refresh`] before [`HeldSharing::accept_refresh`]; [`Error::RefreshPart`] naming a
    /// relay that has not signed, or has signed something else; [`Error::Verify`].
    pub fn finish_refresh(&mut self, statements: &[RefreshStatement]) -> Result<RefreshStatement> {
        let number = self.number();
        if let (Round::Quiet, Some(current)) = (&self.round, &self.current)
            && number == self.attempted
        {
            // Finished before, and asked again after a crash.
            return Ok(current.clone());
        }
        let Round::Accepted(share, own) = &self.round else {
            return Err(Error::Refresh("it was not accepted"));
        };
        let mut whole = own.clone();
        for statement in statements {
            for (index, signature) in &statement.signatures {
                if !statement.says_as(own) {
                    return Err(Error::RefreshPart(*index, "has signed something else"));
                }
                if whole.signatures.iter().all(|(known, _)| known != index) {
                    whole.signatures.push((*index, *signature));
                }
            }
        }
        whole.signatures.sort_by_key(|(index, _)| *index);
        whole.verify(&self.sharing)?;
        self.share = Secret::new(*share.expose());
        self.current = Some(whole.clone());
        self.round = Round::Quiet;
        Ok(whole)
    }

    /// The parts of all dealings for this relay.
    fn open_all(&self, dealings: &[RefreshDealing]) -> Result<Vec<(Vec<G2>, Secret<Scalar>)>> {
        let key = self.round_key()?;
        let round = self.numbers();
        let all: Vec<_> = each(&self.sharing, dealings, RefreshDealing::index)?.collect();
        let own = all.iter().find(|(index, _)| *index == self.index);
        let own = own.map(|(_, dealing)| dealing.digest);
        all.iter()
            .map(|(index, dealing)| {
                fits(*index, &dealing.round, &round)?;
                dealing.verify(&self.sharing)?;
                if Some(dealing.digest) != own {
                    return Err(Error::RefreshPart(*index, "has dealt to other keys"));
                }
                dealing.open(self.index, key)
            })
            .collect()
    }

    fn numbers(&self) -> RoundNumbers {
        RoundNumbers {
            sharing: *self.sharing.digest(),
            from: self.number(),
            number: self.attempted,
        }
    }

    fn round_key(&self) -> Result<&HpkeSecretKey> {
        match &self.round {
            Round::Begun(key) => Ok(key),
            Round::Accepted(..) => Err(Error::Refresh("it was accepted before")),
            Round::Quiet => Err(Error::Refresh("it was not begun")),
        }
    }
}

/// What each relay gave, in the order of the relays.
///
/// # Errors
/// [`Error::RefreshPart`] naming the first relay that gave nothing, or gave twice.
fn each<'a, T>(
    sharing: &StandingSharing,
    given: &'a [T],
    index: fn(&T) -> u8,
) -> Result<impl Iterator<Item = (u8, &'a T)>> {
    let mut all = Vec::with_capacity(sharing.relays.len());
    for (relay, _) in (1u8..).zip(&sharing.relays) {
        let mut own = given.iter().filter(|it| index(it) == relay);
        let first = own.next().ok_or(Error::RefreshPart(relay, "is missing"))?;
        if own.next().is_some() {
            return Err(Error::RefreshPart(relay, "is given twice"));
        }
        all.push((relay, first));
    }
    if all.len() != given.len() {
        return Err(Error::Argument("no relay of the sharing has this index"));
    }
    Ok(all.into_iter())
}

/// Whether what a relay gave is of this refresh.
fn fits(index: u8, given: &RoundNumbers, round: &RoundNumbers) -> Result<()> {
    if given.sharing != round.sharing {
        return Err(Error::Sharing("a refresh of another one"));
    }
    if given.from != round.from {
        return Err(Error::RefreshPart(index, "has a share of another number"));
    }
    if given.number != round.number {
        return Err(Error::RefreshPart(index, "takes part in another refresh"));
    }
    Ok(())
}
