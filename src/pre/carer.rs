//! Who may sign for a patient, as the patient's profile says.

use alloc::vec::Vec;

use super::header::{GrantHeader, Grantee};
use super::patient::PatientKey;
use super::profile::PatientProfile;
use super::split::copy;
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::policy::{LabelPolicy, LabelSet};
use crate::random::Randomness;
use crate::wire::{Reader, Writer};

/// The most carers of one patient.
pub const CARERS: usize = 8;
/// The longest scope, in bytes of the policy.
const SCOPE_BYTES: usize = 512;
/// The longest list, in bytes.
pub(super) const CARERS_BYTES: usize = CARERS * (1 + 32 + 8 + 2 + SCOPE_BYTES);

/// In what place a carer stands to the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum CarerKind {
    /// Answers for a patient who can't, as parents do for a child.
    Guardian = 1,
    /// Whom the patient has given power of attorney.
    Attorney = 2,
    /// Helps from day to day.
    Helper = 3,
}

/// Somebody who may sign for a patient, for what and until when.
///
/// It is what the patient says, to be held against a signature, and it bounds grants: one to a
/// recipient whose signing key is a carer's ends with the carer's time and stays within the scope,
/// or it is none. It lets nobody read by itself. Guardians and attorneys may revoke such grants as
/// lie within their scope, whoever they are to ([`Revocation::by_carer`](super::Revocation::by_carer)); helpers may not.
#[derive(Clone)]
pub struct Carer {
    kind: CarerKind,
    key: VerifyingKey,
    until: u64,
    scope: Option<LabelPolicy>,
}

impl Carer {
    /// A carer by the key that they sign with, until before `until` in Unix seconds, for records
    /// whose labels satisfy the scope; without one, for all.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a scope over 512 bytes; those of a policy that has no formula.
    pub fn new(
        kind: CarerKind,
        key: VerifyingKey,
        until: u64,
        scope: Option<LabelPolicy>,
    ) -> Result<Self> {
        if let Some(scope) = &scope {
            if scope.as_bytes().len() > SCOPE_BYTES {
                return Err(Error::TooLarge("512 bytes of a carer's scope"));
            }
            scope.formula()?;
        }
        Ok(Self {
            kind,
            key,
            until,
            scope,
        })
    }

    /// In what place they stand.
    #[must_use]
    pub fn kind(&self) -> CarerKind {
        self.kind
    }

    /// What they sign with.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The first second at which they may not sign any more.
    #[must_use]
    pub fn until(&self) -> u64 {
        self.until
    }

    /// What they may sign for; none is for everything.
    #[must_use]
    pub fn scope(&self) -> Option<&LabelPolicy> {
        self.scope.as_ref()
    }

    /// Refuses a grant to them that outlasts their time or goes beyond their scope. What relays do
    /// not see of it is held against the scope where the grant is made.
    ///
    /// # Errors
    /// [`Error::Carer`].
    pub(super) fn check_grant(&self, not_after: u64, policy: Option<&LabelPolicy>) -> Result<()> {
        if not_after > self.until {
            return Err(Error::Carer("the grant outlasts their time"));
        }
        match policy {
            Some(policy) if !self.covers(policy)? => {
                Err(Error::Carer("the grant goes beyond their scope"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a revocation of a grant by them, made at `time`.
    ///
    /// # Errors
    /// [`Error::Carer`].
    pub(super) fn check_revocation(&self, grant: &GrantHeader, time: u64) -> Result<()> {
        if self.kind == CarerKind::Helper {
            return Err(Error::Carer("a helper does not revoke"));
        }
        if time >= self.until {
            return Err(Error::Carer("their time has ended"));
        }
        // What nobody can see lies within no scope.
        let within = match (&self.scope, grant.policy()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(_), Some(policy)) => self.covers(policy)?,
        };
        if within {
            Ok(())
        } else {
            Err(Error::Carer("the grant goes beyond their scope"))
        }
    }

    fn covers(&self, policy: &LabelPolicy) -> Result<bool> {
        let scope = self.scope.as_ref();
        scope.map_or(Ok(true), |scope| policy.is_within(scope))
    }

    /// Whether they may sign at `time` for a record with these labels.
    #[must_use]
    pub fn may_sign(&self, labels: &LabelSet, time: u64) -> bool {
        let within = |scope: &LabelPolicy| {
            scope.formula().is_ok_and(|formula| {
                formula.is_satisfied(&|row| labels.iter().any(|label| label == row.as_bytes()))
            })
        };
        time < self.until && self.scope.as_ref().is_none_or(within)
    }

    fn write(&self, writer: &mut Writer) {
        let scope = self.scope.as_ref().map_or(&[][..], LabelPolicy::as_bytes);
        writer
            .u8(self.kind as u8)
            .array(&self.key.to_bytes())
            .u64(self.until)
            .u16(scope.len() as u16) // at most SCOPE_BYTES
            .bytes(scope);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let kind = match reader.u8()? {
            1 => CarerKind::Guardian,
            2 => CarerKind::Attorney,
            3 => CarerKind::Helper,
            _ => return Err(Error::Field("kind of a carer")),
        };
        let key = VerifyingKey::from_bytes(reader.array_ref()?)?;
        let until = reader.u64()?;
        let scope = match reader.lp16(SCOPE_BYTES)? {
            [] => None,
            bytes => Some(LabelPolicy::from_bytes(bytes)?),
        };
        Self::new(kind, key, until, scope)
    }
}

/// Writes the list's entries.
pub(super) fn write(carers: &[Carer], writer: &mut Writer) {
    carers.iter().for_each(|carer| carer.write(writer));
}

/// Reads a list of `count` entries, strictly ascending by key.
pub(super) fn read(reader: &mut Reader<'_>, count: u8) -> Result<Vec<Carer>> {
    if count == 0 || usize::from(count) > CARERS {
        return Err(Error::Field("carers"));
    }
    let mut carers: Vec<Carer> = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let carer = Carer::read(reader)?;
        let before = carers.last().map(|it| it.key.to_bytes());
        if before.is_some_and(|before| before >= carer.key.to_bytes()) {
            return Err(Error::NotCanonical("order of carers"));
        }
        carers.push(carer);
    }
    Ok(carers)
}

impl PatientProfile {
    /// The carer with this key.
    #[must_use]
    pub fn carer(&self, key: &VerifyingKey) -> Option<&Carer> {
        self.carers().iter().find(|it| it.key == *key)
    }

    /// In what place the holder of a key may sign for the patient, at `time`, for a record with
    /// these labels; none if they may not. The key's signature the caller has verified.
    #[must_use]
    pub fn signs_for(&self, key: &VerifyingKey, labels: &LabelSet, time: u64) -> Option<CarerKind> {
        let carer = self.carer(key)?;
        carer.may_sign(labels, time).then_some(carer.kind)
    }
}

impl GrantHeader {
    /// The carer that the grant is to, by the profile in it: then it ends with their time and stays
    /// within their scope. A grant to a role is to no carer.
    #[must_use]
    pub fn carer(&self) -> Option<&Carer> {
        self.carer_by(self.patient())
    }

    /// The carer that the grant is to, by this profile.
    fn carer_by<'a>(&self, profile: &'a PatientProfile) -> Option<&'a Carer> {
        match &self.grantee {
            Grantee::Keys(keys) => profile.carer(&keys.signing),
            Grantee::Role(_) => None,
        }
    }

    /// Refuses a grant to a carer beyond what the profile in it says of them.
    ///
    /// # Errors
    /// [`Error::Carer`].
    pub(super) fn check_its_carer(&self) -> Result<()> {
        let carer = self.carer();
        carer.map_or(Ok(()), |it| it.check_grant(self.not_after(), self.policy()))
    }

    /// Whether the patient's profile as it is now still allows a grant to a carer. A grant to
    /// somebody else is none of its business.
    ///
    /// A grant goes on until it ends or is revoked; this is for relays that know a later profile
    /// than the one in it.
    ///
    /// # Errors
    /// [`Error::Carer`] for a carer who was removed or whose time or scope is less now;
    /// [`Error::Succession`] unless `now` is of the same P, under a number that is not lower.
    pub fn check_carer(&self, now: &PatientProfile) -> Result<()> {
        let then = self.patient();
        if now.id() != then.id() || now.sequence() < then.sequence() {
            return Err(Error::Succession("not a later profile of the patient"));
        }
        let Some(carer) = self.carer() else {
            return Ok(());
        };
        let carer = now.carer(&carer.key);
        let carer = carer.ok_or(Error::Carer("the patient has removed them"))?;
        carer.check_grant(self.not_after(), self.policy())
    }
}

impl PatientKey {
    /// The same key, its profile under the next number with these carers in place of those before.
    /// Splits and rotations keep them.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more than 8; [`Error::Duplicate`] for a key named twice;
    /// [`Error::Randomness`].
    pub fn with_carers(&self, mut carers: Vec<Carer>, rng: &mut dyn Randomness) -> Result<Self> {
        if carers.len() > CARERS {
            return Err(Error::TooLarge("8 carers"));
        }
        carers.sort_by_key(|it| it.key.to_bytes());
        let twice = |pair: &[Carer]| matches!(pair, [a, b] if a.key == b.key);
        if carers.windows(2).any(twice) {
            return Err(Error::Duplicate("carer"));
        }
        let mut said = self.profile().next()?;
        said.carers = carers;
        Self::say(
            copy(self.seed()),
            self.recovery_secret().map(copy),
            said,
            rng,
        )
    }
}
