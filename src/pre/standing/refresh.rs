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

/// Whether a refresh that was begun goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// It does.
    GoOn,
    /// It is given up for another with a higher number.
    Again,
}

/// How far ahead another relay's number may be.
const JUMP: u32 = 1_024;
const LAST: Error = Error::Refresh("there is no later number");

impl HeldSharing {
    /// Begins a refresh with a fresh key; asked again, it gives the invitation of the one that was
    /// begun.
    ///
    /// `others` are invitations of other relays, if any are there: the relay joins the highest
    /// number among them. With [`Begin::Again`] a refresh that will not come to its end is given up
    /// for one with a higher number. One that this relay has accepted is given up only if an
    /// invitation shows that another has not and never will: else those who finish it and those
    /// who do not would part.
    ///
    /// # Errors
    /// [`Error::Argument`] for a threshold of 1, where nothing can be refreshed; [`Error::Refresh`]
    /// when the refresh before was accepted and nothing shows that it was given up by another, or
    /// there is no later number; [`Error::RefreshPart`] naming a relay whose invitation does not
    /// fit; [`Error::Verify`]; [`Error::EpochEnded`], [`Error::Sharing`]; [`Error::Randomness`].
    pub fn begin_refresh(
        &mut self,
        key: &RelayKey,
        (begin, others): (Begin, &[RefreshInvitation]),
        state: &dyn RelayState,
        rng: &mut dyn Randomness,
    ) -> Result<RefreshInvitation> {
        if self.sharing.threshold < 2 {
            return Err(Error::Argument("a threshold of 1 has nothing to refresh"));
        }
        self.check_floor(state)?;
        let asked = self.highest(others)?;
        let again = begin == Begin::Again;
        let dead = |it: &RefreshInvitation| {
            it.index != self.index && it.round.number > self.attempted && it.signed < self.attempted
        };
        match &self.round {
            Round::Accepted(..) if !again => {
                return Err(Error::Refresh("the last one was accepted and not finished"));
            }
            Round::Accepted(..) if !others.iter().any(dead) => {
                return Err(Error::Refresh(
                    "it was accepted: only another relay's invitation can show that it is dead",
                ));
            }
            Round::Begun(_) if !again => {}
            _ => {
                let next = self.attempted.checked_add(1).ok_or(LAST)?.max(asked);
                if next == ENDED {
                    return Err(LAST);
                }
                self.round = Round::Begun(HpkeSecretKey::from_bytes(&rng.secret()?)?);
                self.attempted = next;
            }
        }
        let own = (self.round_key()?.public_key(), self.signed);
        Ok(RefreshInvitation::sign(
            self.numbers(),
            self.index,
            own,
            key,
        ))
    }

    /// The highest number that others take part in.
    fn highest(&self, others: &[RefreshInvitation]) -> Result<u32> {
        let mut highest = 0;
        for invitation in others {
            let (index, round) = (invitation.index, &invitation.round);
            let own = RoundNumbers {
                number: round.number,
                ..self.numbers()
            };
            fits(index, round, &own)?;
            invitation.verify(&self.sharing)?;
            // Else one relay could use up all numbers.
            if round.number > self.attempted.saturating_add(JUMP) {
                return Err(Error::RefreshPart(index, "is too far ahead"));
            }
            highest = highest.max(round.number);
        }
        Ok(highest)
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
        let mut points = self.commitment()?.later_points().to_vec();
        let mut share = Secret::new(*self.share.expose());
        for (dealt, part) in &opened {
            let sum = share.expose_mut();
            *sum = *sum + *part.expose();
            for (point, more) in points.iter_mut().zip(dealt) {
                *point = *point + *more;
            }
        }
        if share.expose().is_zero() {
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
        self.signed = self.attempted;
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
