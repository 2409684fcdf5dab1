//! What a publisher of revocations, the patient above all, must not forget.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::header::{GrantHeader, POLICY_BYTES};
use super::patient::PatientKey;
use super::profile::PatientProfile;
use super::revocation::{ENTRY, LIST_ENTRIES, Revocation, RevocationList, Revoked};
use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::LabelPolicy;
use crate::tags::Kind;

/// The most policies of blind grants that are kept.
const HIDDEN: usize = 4096;
/// The longest state, in bytes.
pub const PUBLISHER_STATE_BYTES: usize = 64 << 20;

/// The numbers that a publisher of revocation lists has used, and every entry of its lists.
///
/// Each number is above all before it and not below the time at which it is given out, in Unix
/// seconds: should the state be lost all the same, one that begins anew goes on above the old
/// numbers. Lists are cumulative: each has all entries of those before.
///
/// Patients number their grants and revocations here too, and keep the policies of blind grants,
/// which nobody else could show them. Bytes of the object's body (SPEC.md, section 15.1): Ed25519
/// key (32) || u64 last grant || u64 last revocation || u64 last list || u32 count || entries,
/// strictly ascending || u16 count || grant id (16), u32 length and policy, each, strictly
/// ascending.
pub struct PublisherState {
    owner: VerifyingKey,
    last_grant: u64,
    last_revocation: u64,
    last_list: u64,
    entries: Vec<Revocation>,
    hidden: Vec<([u8; 16], LabelPolicy)>,
}

impl PublisherState {
    /// The state of whoever has published nothing yet.
    #[must_use]
    pub fn new(owner: VerifyingKey) -> Self {
        Self {
            owner,
            last_grant: 0,
            last_revocation: 0,
            last_list: 0,
            entries: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// Reads the state of `owner`.
    ///
    /// # Errors
    /// [`Error::Argument`] for another key's state; the decoding errors; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8], owner: &VerifyingKey) -> Result<Self> {
        let state = file::decode(Kind::PublisherState, bytes, |reader| {
            let mut state = Self::new(VerifyingKey::from_bytes(reader.array_ref()?)?);
            state.last_grant = reader.u64()?;
            state.last_revocation = reader.u64()?;
            state.last_list = reader.u64()?;
            let count = reader.u32()? as usize;
            if count > LIST_ENTRIES {
                return Err(Error::Length("revocations"));
            }
            for _ in 0..count {
                let entry = Revocation::from_bytes(reader.bytes(ENTRY)?)?;
                let before = state.entries.last();
                if before.is_some_and(|before| before.order() >= entry.order()) {
                    return Err(Error::NotCanonical("order of revocations"));
                }
                state.entries.push(entry);
            }
            let count = usize::from(reader.u16()?);
            if count > HIDDEN {
                return Err(Error::Length("policies"));
            }
            for _ in 0..count {
                let grant = reader.array()?;
                if state.hidden.last().is_some_and(|(id, _)| *id >= grant) {
                    return Err(Error::NotCanonical("order of grants"));
                }
                let policy = LabelPolicy::from_bytes(reader.lp32(POLICY_BYTES)?)?;
                state.hidden.push((grant, policy));
            }
            Ok(state)
        })?;
        if state.owner == *owner {
            Ok(state)
        } else {
            Err(Error::Argument("the state of another key"))
        }
    }

    /// The state in binary. It names no one, and holds what blind grants allow.
    ///
    /// # Errors
    /// None that the parts, which are bounded, should give.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = file::begin(Kind::PublisherState);
        writer
            .array(&self.owner.to_bytes())
            .u64(self.last_grant)
            .u64(self.last_revocation)
            .u64(self.last_list)
            .u32(self.entries.len() as u32); // at most LIST_ENTRIES
        for entry in &self.entries {
            writer.bytes(&entry.to_bytes());
        }
        writer.u16(self.hidden.len() as u16); // at most HIDDEN
        for (grant, policy) in &self.hidden {
            writer.array(grant).lp32(policy.as_bytes())?;
        }
        Ok(file::finish(writer).into_vec())
    }

    /// The number of the next grant.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there is none.
    pub fn next_grant(&mut self, now: u64) -> Result<u64> {
        raise(&mut self.last_grant, now)
    }

    /// Keeps the policy of a blind grant.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 4,096; [`Error::Duplicate`].
    pub fn keep_policy(&mut self, grant: &[u8; 16], policy: &LabelPolicy) -> Result<()> {
        if self.hidden.len() >= HIDDEN {
            return Err(Error::TooLarge("4,096 blind grants"));
        }
        match self.hidden.binary_search_by(|(id, _)| id.cmp(grant)) {
            Ok(_) => Err(Error::Duplicate("grant")),
            Err(place) => {
                self.hidden.insert(place, (*grant, policy.clone()));
                Ok(())
            }
        }
    }

    /// The policy of a blind grant that was made with this state.
    #[must_use]
    pub fn policy(&self, grant: &[u8; 16]) -> Option<&LabelPolicy> {
        let place = self.hidden.binary_search_by(|(id, _)| id.cmp(grant)).ok()?;
        self.hidden.get(place).map(|(_, policy)| policy)
    }

    /// Revokes one grant; a second time changes nothing. An entry that somebody else signed in the
    /// patient's name ends nothing, and so does not count as the first.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the longest list.
    pub fn revoke(&mut self, key: &PatientKey, grant: &[u8; 16], now: u64) -> Result<()> {
        let revoked = Revoked::Grant(*grant);
        let own = key.profile();
        let again = |entry: &Revocation| by(entry, own) && *entry.revoked() == revoked;
        if self.entries.iter().any(again) {
            return Ok(());
        }
        self.add(key, revoked, now)
    }

    /// Revokes all grants so far, also those that another state has numbered; the number up to
    /// which they are revoked. Later grants have higher numbers.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the longest list.
    pub fn revoke_all(&mut self, key: &PatientKey, now: u64) -> Result<u64> {
        self.last_grant = self.last_grant.max(now);
        self.add(key, Revoked::Floor(self.last_grant), now)?;
        Ok(self.last_grant)
    }

    /// Revokes every grant that the key has made or could make, for it has a successor; a second
    /// time changes nothing. There is no number for a further grant then.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the longest list.
    pub fn retire(&mut self, key: &PatientKey, now: u64) -> Result<()> {
        let own = key.profile();
        let revoked = Revoked::Floor(u64::MAX);
        let again = |entry: &Revocation| by(entry, own) && *entry.revoked() == revoked;
        self.last_grant = u64::MAX;
        if self.entries.iter().any(again) {
            return Ok(());
        }
        self.add(key, revoked, now)
    }

    /// Revokes by the recovery key, whose secret `key` holds, for the key of the profile `of`; a
    /// second time changes nothing. `Floor(u64::MAX)` ends every grant that it has made or could
    /// make.
    ///
    /// # Errors
    /// Those of [`PatientKey::revoke_by_recovery`]; [`Error::TooLarge`] beyond the longest list.
    pub fn revoke_by_recovery(
        &mut self,
        key: &PatientKey,
        of: &PatientProfile,
        revoked: Revoked,
        now: u64,
    ) -> Result<()> {
        let number = raise(&mut self.last_revocation, now)?;
        let entry = key.revoke_by_recovery(of, revoked, number, now)?;
        self.add_new(entry)
    }

    /// Revokes a grant as a carer, whose own state this is; a second time changes nothing.
    ///
    /// # Errors
    /// Those of [`Revocation::by_carer`]; [`Error::TooLarge`] beyond the longest list.
    pub fn revoke_as_carer(
        &mut self,
        signer: &dyn Signer,
        grant: &GrantHeader,
        now: u64,
    ) -> Result<()> {
        let number = raise(&mut self.last_revocation, now)?;
        let entry = Revocation::by_carer(signer, grant, number, now)?;
        self.add_new(entry)
    }

    fn add_new(&mut self, entry: Revocation) -> Result<()> {
        let same = |it: &Revocation| {
            (it.patient(), it.revoked(), it.signer())
                == (entry.patient(), entry.revoked(), entry.signer())
        };
        if self.entries.iter().any(same) {
            return Ok(());
        }
        self.merge(&[entry])
    }

    fn add(&mut self, key: &PatientKey, revoked: Revoked, now: u64) -> Result<()> {
        let number = raise(&mut self.last_revocation, now)?;
        self.merge(&[key.revoke(revoked, number, now)])
    }

    /// Takes the entries of another list, of a patient or from before the state was lost: its
    /// numbers, if they are this publisher's, are not given out again.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the longest list.
    pub fn take(&mut self, list: &RevocationList) -> Result<()> {
        if *list.publisher() == self.owner {
            self.last_list = self.last_list.max(list.sequence());
        }
        self.merge(list.entries())
    }

    fn merge(&mut self, entries: &[Revocation]) -> Result<()> {
        for entry in entries {
            if *entry.signer() == self.owner {
                self.last_revocation = self.last_revocation.max(entry.sequence());
                if let Revoked::Floor(floor) = entry.revoked() {
                    self.last_grant = self.last_grant.max(*floor);
                }
            }
        }
        // One pass over both, however they interleave.
        let mut all = BTreeMap::new();
        for entry in self.entries.iter().chain(entries) {
            all.entry(entry.order()).or_insert(*entry);
        }
        if all.len() > LIST_ENTRIES {
            return Err(Error::TooLarge("65,536 revocations"));
        }
        self.entries = all.into_values().collect();
        Ok(())
    }

    /// Every entry.
    #[must_use]
    pub fn entries(&self) -> &[Revocation] {
        &self.entries
    }

    /// A current list with every entry, under the next number.
    ///
    /// # Errors
    /// [`Error::Argument`] for another key's signer; those of [`RevocationList::publish`].
    pub fn publish(&mut self, signer: &dyn Signer, now: u64) -> Result<RevocationList> {
        if signer.verifying_key() != self.owner {
            return Err(Error::Argument("the state of another key"));
        }
        let number = raise(&mut self.last_list, now)?;
        RevocationList::publish(signer, self.entries.clone(), number, now)
    }

    /// As [`PublisherState::publish`], by the patient.
    ///
    /// # Errors
    /// As [`PublisherState::publish`].
    pub fn publish_as(&mut self, patient: &PatientKey, now: u64) -> Result<RevocationList> {
        self.publish(patient.signing(), now)
    }
}

/// Whether the patient's own key signed an entry: a recovery key, which it may name now, need not
/// be that of an earlier grant.
fn by(entry: &Revocation, patient: &PatientProfile) -> bool {
    entry.patient() == patient.id() && entry.signer() == patient.signing_key()
}

/// The next number: above the last, and not below the time.
fn raise(last: &mut u64, now: u64) -> Result<u64> {
    let next = last.checked_add(1).ok_or(Error::TooLarge("the number"))?;
    *last = next.max(now);
    Ok(*last)
}
