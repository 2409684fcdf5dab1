//! A grant in a relay's hands.

use alloc::vec::Vec;

use super::answer::{Answer, Transformed};
use super::grant::{Grant, GrantShare, Verified};
use super::header::{Grantee, ShownPolicy};
use super::issue::relay_info;
use super::party::RelayKey;
use super::request::{Item, Request, Sight};
use super::revocation::AHEAD;
use super::state::{Current, RelayState};
use crate::asymmetric::{SIGNATURE, VerifyingKey, hpke};
use crate::curve::{G2, Scalar};
use crate::error::{Error, Result};
use crate::policy::Formula;
use crate::secret::Secret;
use crate::share::Share;
use crate::tags;

/// How old a request may be by default, in seconds. Nonces are kept that long.
pub const REQUEST_AGE: u64 = 24 * 3600;

/// What a relay knows of the world when it is asked.
pub struct Circumstances<'a> {
    /// The time, in Unix seconds.
    pub now: u64,
    /// How old a request may be, in seconds.
    pub request_age: u64,
    /// How old the revocation list may be, in seconds.
    pub list_age: u64,
    /// The list that was accepted last; `None` is the exception that operators log, in which
    /// revocations that the relay has kept still count.
    pub current: Option<&'a Current>,
}

/// A relay's share of a grant, opened and checked: one scalar, which reads nothing.
pub struct RelayShare {
    grant: Grant<Verified>,
    index: u8,
    share: Secret<Scalar>,
    /// How often the share was refreshed.
    refresh: u32,
    /// The policy's formula, if the relay may see it.
    formula: Option<Formula>,
}

impl RelayShare {
    /// Opens a relay's share of a grant and checks it: the share against the commitment, the
    /// grant's end against `now`, and the grant against the revocations that `state` has kept.
    /// SPEC.md, section 14.6.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another relay's share or another grant's; [`Error::Open`];
    /// [`Error::ScalarRange`]; [`Error::Verify`] when it is not the share committed to;
    /// [`Error::NotValidNow`] for a grant that has ended; [`Error::Revoked`].
    pub fn install(
        grant: Grant<Verified>,
        share: &GrantShare,
        key: &RelayKey,
        now: u64,
        state: &dyn RelayState,
    ) -> Result<Self> {
        let header = grant.header();
        // Relays have the share of a standing sharing before its grants.
        if share.grant != *grant.digest()
            || header.epoch().is_some()
            || header.relay(share.index) != Some(key.public().keys())
        {
            return Err(Error::NoStanza);
        }
        refuse_ended(&grant, now, state)?;
        let info = relay_info(grant.digest(), share.index);
        let share = open_share(key, &info, share.index, &share.sealed)?;
        grant.commitment()?.verify(&share)?;
        Self::assemble(grant, share, 0)
    }

    /// A share that belongs to the grant, checked.
    pub(super) fn assemble(grant: Grant<Verified>, share: Share, refresh: u32) -> Result<Self> {
        let formula = match &grant.header().policy {
            ShownPolicy::Open(policy) => Some(policy.formula()?),
            ShownPolicy::Blind(_) => None,
        };
        let index = share.index();
        Ok(Self {
            share: share.into_value(),
            index,
            refresh,
            formula,
            grant,
        })
    }

    /// Which relay of the grant this is.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    /// The grant.
    #[must_use]
    pub fn grant(&self) -> &Grant<Verified> {
        &self.grant
    }

    /// Answers a request: for each capsule one power of its U. SPEC.md, section 14.8.
    ///
    /// The order of the checks is that of the scheme: who asks, whether the grant is known, live,
    /// its conditions met and not revoked, the request new; then of each capsule its labels and
    /// the proof that its maker knew what it is made of. Only then is the share used, in constant
    /// time. No randomness, no pairing. The caller logs the digests of the request.
    ///
    /// # Errors
    /// [`Error::Credential`] and [`Error::CredentialNotValidNow`] for a requester who is not in the
    /// role that is granted to, [`Error::Verify`] for a request that the recipient did not sign,
    /// [`Error::NoStanza`] for one to another relay or grant, [`Error::Sharing`] for a blind one
    /// under a standing sharing, [`Error::NotValidNow`], [`Error::Condition`],
    /// [`Error::StaleList`], [`Error::Revoked`], [`Error::Replayed`], [`Error::NotSatisfied`],
    /// [`Error::BadCapsule`], and the decoding errors of points.
    pub fn transform(
        &self,
        request: &Request,
        key: &RelayKey,
        circumstances: &Circumstances<'_>,
        state: &mut dyn RelayState,
    ) -> Result<Answer> {
        let header = self.grant.header();
        let requester = self.requester(request, circumstances.now)?;
        requester.verify(
            &[tags::REQUEST_SIGNATURE, request.signed()],
            &request.signature,
        )?;
        if request.grant != *self.grant.digest()
            || request.relay != self.index
            || header.relay(self.index) != Some(key.public().keys())
            || request.patient != *header.patient.id()
        {
            return Err(Error::NoStanza);
        }
        // The answer is the same under every grant of the sharing: whoever can still ask must not
        // get one for somebody who no longer can.
        if header.epoch().is_some() && request.sight() == Sight::Blind {
            return Err(Error::Sharing("blind requests are refused under it"));
        }
        header.check_time(circumstances.now)?;
        header.conditions().check(request.claims())?;
        self.check_revocation(circumstances, state)?;
        self.check_fresh(request, requester, circumstances, state)?;

        // All capsules are checked before the first is transformed.
        let points = request
            .items
            .iter()
            .map(|item| self.check_item(item))
            .collect::<Result<Vec<G2>>>()?;
        let powers: Vec<G2> = points
            .iter()
            .map(|point| *point * self.share.expose())
            .collect();
        let items = request
            .items
            .iter()
            .zip(G2::batch_to_bytes(&powers))
            .map(|(item, point)| Transformed {
                digest: item.digest,
                first: item.first,
                point,
            })
            .collect();
        let mut answer = Answer {
            grant: *self.grant.digest(),
            relay: self.index,
            refresh: self.refresh,
            items,
            signature: [0; SIGNATURE],
        };
        answer.signature = key
            .signing()
            .sign(&[tags::ANSWER_SIGNATURE, &answer.signed_digest()]);
        Ok(answer)
    }

    /// Whose signature a request must have: the recipient's, or that of whoever shows to be in the
    /// role.
    fn requester<'a>(&'a self, request: &'a Request, now: u64) -> Result<&'a VerifyingKey> {
        match (&self.grant.header().grantee, &request.credential) {
            (Grantee::Keys(keys), None) => Ok(&keys.signing),
            (Grantee::Role(role), Some(credential)) => {
                credential.check(role, now)?;
                Ok(&credential.keys().signing)
            }
            (Grantee::Keys(_), Some(_)) => Err(Error::Credential("the grant asks for none")),
            (Grantee::Role(_), None) => Err(Error::Credential("the grant is to a role")),
        }
    }

    fn check_revocation(
        &self,
        circumstances: &Circumstances<'_>,
        state: &dyn RelayState,
    ) -> Result<()> {
        if let Some(current) = circumstances.current {
            let list = current.list();
            if list.publisher() != self.grant.header().publisher() {
                return Err(Error::StaleList("not by the publisher of the grant"));
            }
            // Accepted once, it may have grown old in the meantime.
            list.check_time(circumstances.now, circumstances.list_age)?;
            // Also where it was accepted into another state than the one at hand.
            if list.entries().iter().any(|it| it.ends(self.grant.header())) {
                return Err(Error::Revoked);
            }
        }
        refuse_revoked(&self.grant, state)
    }

    fn check_fresh(
        &self,
        request: &Request,
        requester: &VerifyingKey,
        circumstances: &Circumstances<'_>,
        state: &mut dyn RelayState,
    ) -> Result<()> {
        let now = circumstances.now;
        let oldest = now.saturating_sub(circumstances.request_age);
        if request.time > now.saturating_add(AHEAD) {
            return Err(Error::Replayed("made in the future"));
        }
        if request.time < oldest {
            return Err(Error::Replayed("too old"));
        }
        if request.time < state.since() {
            return Err(Error::Replayed("made before the relay's memory begins"));
        }
        if state.keep_nonce(requester, &request.nonce, request.time, oldest)? {
            Ok(())
        } else {
            Err(Error::Replayed("served before"))
        }
    }

    /// U of a capsule that may be transformed.
    fn check_item(&self, item: &Item) -> Result<G2> {
        // In open requests d was computed from the labels when the request was read.
        if let Some(labels) = &item.labels {
            if labels.is_empty() {
                return Err(Error::BadCapsule);
            }
            if let Some(formula) = &self.formula
                && !formula.is_satisfied(&|row| labels.iter().any(|label| label == row.as_bytes()))
            {
                return Err(Error::NotSatisfied);
            }
        }
        let point = G2::from_bytes(&item.first)?;
        item.proof.verify(&item.digest, &point, &item.first)?;
        Ok(point)
    }
}

/// A grant that has ended or was revoked before.
pub(super) fn refuse_ended(
    grant: &Grant<Verified>,
    now: u64,
    state: &dyn RelayState,
) -> Result<()> {
    if now >= grant.header().not_after() {
        return Err(Error::NotValidNow);
    }
    refuse_revoked(grant, state)
}

/// Opens a share that was sealed to a relay.
pub(super) fn open_share(
    key: &RelayKey,
    info: &[u8],
    index: u8,
    sealed: &[u8; 80],
) -> Result<Share> {
    let bytes = hpke::open(key.hpke(), info, &[], sealed)?;
    let bytes = bytes
        .expose()
        .as_slice()
        .try_into()
        .map_err(|_| Error::Length("share"))?;
    let value = Secret::new(Scalar::from_bytes(bytes)?);
    if value.expose().is_zero() {
        return Err(Error::ScalarRange);
    }
    Share::new(index, value)
}

fn refuse_revoked(grant: &Grant<Verified>, state: &dyn RelayState) -> Result<()> {
    let patient = grant.header().patient.id();
    let ended = state
        .revocations(patient)?
        .iter()
        .any(|entry| entry.ends(grant.header()));
    if ended { Err(Error::Revoked) } else { Ok(()) }
}

#[cfg(test)]
impl RelayShare {
    pub(super) fn share(&self) -> &Secret<Scalar> {
        &self.share
    }
}
