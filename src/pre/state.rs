//! What a relay must not forget.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::context::PatientId;
use super::revocation::{Revocation, RevocationList};
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};

/// As the least refresh number: the sharing has ended.
pub(super) const ENDED: u32 = u32::MAX;

/// What a relay must not forget: revocations, the number of each publisher's last list, and the
/// nonces it has served, and which refresh of a standing sharing is the last. Every change is durable before the call returns.
pub trait RelayState: Send + Sync {
    /// The revocations of a patient that were ever kept.
    ///
    /// # Errors
    /// Those of the place that keeps them.
    fn revocations(&self, patient: &PatientId) -> Result<Vec<Revocation>>;

    /// Keeps a revocation for ever.
    ///
    /// # Errors
    /// Those of the place that keeps it.
    fn keep(&mut self, entry: &Revocation) -> Result<()>;

    /// Keeps revocations for ever, with as few writes as the place can.
    ///
    /// # Errors
    /// Those of the place that keeps them.
    fn keep_all(&mut self, entries: &[Revocation]) -> Result<()> {
        entries.iter().try_for_each(|entry| self.keep(entry))
    }

    /// The number of the last list of a publisher, 0 before the first.
    ///
    /// # Errors
    /// Those of the place that keeps it.
    fn last_list(&self, publisher: &VerifyingKey) -> Result<u64>;

    /// Keeps the number of a publisher's list.
    ///
    /// # Errors
    /// Those of the place that keeps it.
    fn keep_list(&mut self, publisher: &VerifyingKey, sequence: u64) -> Result<()>;

    /// Keeps a requester's nonce; false if it was there already. Those of requests before
    /// `oldest` may be forgotten, as such requests are refused.
    ///
    /// # Errors
    /// Those of the place that keeps it.
    fn keep_nonce(
        &mut self,
        requester: &VerifyingKey,
        nonce: &[u8; 16],
        time: u64,
        oldest: u64,
    ) -> Result<bool>;

    /// The least refresh number of a standing sharing, by its digest, that may still serve; 0 for
    /// one that was never raised, [`u32::MAX`] for one that has ended.
    ///
    /// # Errors
    /// Those of the place that keeps it.
    fn sharing_floor(&self, sharing: &[u8; 32]) -> Result<u32>;

    /// Raises that number; it never falls.
    ///
    /// # Errors
    /// Those of the place that keeps it.
    fn raise_sharing(&mut self, sharing: &[u8; 32], number: u32) -> Result<()>;

    /// Since when nonces were kept without a gap, in Unix seconds: requests before are refused.
    /// Never before the latest `oldest` that [`RelayState::keep_nonce`] forgot by.
    fn since(&self) -> u64;
}

/// A list whose entries a relay has kept: the sign that it knows what is revoked.
///
/// A relay serves nothing without one, so a restored backup serves nothing that was revoked.
pub struct Current {
    list: RevocationList,
}

impl Current {
    /// Keeps the entries of a list in `state`, then accepts it if it is current.
    ///
    /// The entries are kept whoever published them and however old the list is: each is signed by
    /// its patient. They are kept for ever, and anybody can publish; so a relay gives this only
    /// lists of publishers that its grants name, or that it knows.
    ///
    /// # Errors
    /// [`Error::StaleList`] for a list issued more than 300 s ahead, older than `age` seconds, or
    /// with a lower number than one before; those of the state.
    pub fn accept(
        list: RevocationList,
        state: &mut dyn RelayState,
        now: u64,
        age: u64,
    ) -> Result<Self> {
        state.keep_all(list.entries())?;
        list.check_time(now, age)?;
        if list.sequence() < state.last_list(list.publisher())? {
            return Err(Error::StaleList("a later one was seen before"));
        }
        state.keep_list(list.publisher(), list.sequence())?;
        Ok(Self { list })
    }

    /// The list.
    #[must_use]
    pub fn list(&self) -> &RevocationList {
        &self.list
    }
}

/// A relay's state in memory: for tests, and for relays that refuse all requests from before they
/// were started.
#[derive(Default)]
pub struct MemoryRelayState {
    /// By their bytes, so that a long list costs no comparison of each with each.
    revocations: BTreeMap<PatientId, BTreeMap<Vec<u8>, Revocation>>,
    lists: BTreeMap<[u8; 32], u64>,
    nonces: BTreeSet<(u64, [u8; 32], [u8; 16])>,
    sharings: BTreeMap<[u8; 32], u32>,
    since: u64,
}

impl MemoryRelayState {
    /// Empty, at this time in Unix seconds.
    #[must_use]
    pub fn started_at(now: u64) -> Self {
        Self {
            since: now,
            ..Self::default()
        }
    }
}

impl MemoryRelayState {
    /// Forgets the nonces of requests before `oldest`. Such requests are refused from then on,
    /// also by a relay that later takes older ones.
    pub(super) fn forget_before(&mut self, oldest: u64) {
        // Ascending by time: what is too old stands in front.
        let kept = self.nonces.split_off(&(oldest, [0; 32], [0; 16]));
        if !self.nonces.is_empty() {
            self.since = self.since.max(oldest);
        }
        self.nonces = kept;
    }

    /// How many nonces are of requests before `oldest`, and how many there are.
    #[cfg(feature = "std")]
    pub(super) fn count_nonces(&self, oldest: u64) -> (usize, usize) {
        let old = self.nonces.range(..(oldest, [0; 32], [0; 16])).count();
        (old, self.nonces.len())
    }

    /// Refuses all requests before this time from now on.
    #[cfg(feature = "std")]
    pub(super) fn refuse_before(&mut self, time: u64) {
        self.since = self.since.max(time);
    }

    /// Everything in it, as a journal holds it.
    #[cfg(feature = "std")]
    pub(super) fn entries(&self) -> impl Iterator<Item = super::journal::Entry> {
        use super::journal::Entry;
        let revocations = self
            .revocations
            .values()
            .flat_map(|all| all.values())
            .copied();
        let lists = self
            .lists
            .iter()
            .map(|(key, number)| Entry::List(*key, *number));
        let sharings = self
            .sharings
            .iter()
            .map(|(digest, number)| Entry::Sharing(*digest, *number));
        let nonces = self.nonces.iter();
        revocations
            .map(|entry| Entry::Revocation(entry.into()))
            .chain(lists)
            .chain(sharings)
            .chain(nonces.map(|(time, key, nonce)| Entry::Nonce(*key, *nonce, *time)))
    }

    /// Takes an entry of a journal.
    #[cfg(feature = "std")]
    pub(super) fn take(&mut self, entry: super::journal::Entry) {
        use super::journal::Entry;
        match entry {
            Entry::Revocation(entry) => self.insert(&entry),
            Entry::List(key, number) => self.raise(key, number),
            Entry::Sharing(digest, number) => self.raise_floor(digest, number),
            Entry::Nonce(key, nonce, time) => {
                self.nonces.insert((time, key, nonce));
            }
        }
    }

    /// Whether the revocation was kept before.
    #[cfg(feature = "std")]
    pub(super) fn holds(&self, entry: &Revocation) -> bool {
        self.revocations
            .get(entry.patient())
            .is_some_and(|all| all.contains_key(&entry.to_bytes()))
    }

    /// Whether the nonce of a request was kept before.
    #[cfg(feature = "std")]
    pub(super) fn has_nonce(&self, requester: &VerifyingKey, nonce: &[u8; 16], time: u64) -> bool {
        self.nonces.contains(&(time, requester.to_bytes(), *nonce))
    }

    fn insert(&mut self, entry: &Revocation) {
        let all = self.revocations.entry(*entry.patient()).or_default();
        all.insert(entry.to_bytes(), *entry);
    }

    fn raise_floor(&mut self, sharing: [u8; 32], number: u32) {
        let floor = self.sharings.entry(sharing).or_default();
        *floor = number.max(*floor);
    }

    fn raise(&mut self, publisher: [u8; 32], sequence: u64) {
        let last = self.lists.entry(publisher).or_default();
        *last = sequence.max(*last);
    }
}

impl RelayState for MemoryRelayState {
    fn revocations(&self, patient: &PatientId) -> Result<Vec<Revocation>> {
        let all = self.revocations.get(patient);
        Ok(all.map_or_else(Vec::new, |all| all.values().copied().collect()))
    }

    fn keep(&mut self, entry: &Revocation) -> Result<()> {
        self.insert(entry);
        Ok(())
    }

    fn last_list(&self, publisher: &VerifyingKey) -> Result<u64> {
        Ok(self.lists.get(&publisher.to_bytes()).copied().unwrap_or(0))
    }

    fn keep_list(&mut self, publisher: &VerifyingKey, sequence: u64) -> Result<()> {
        self.raise(publisher.to_bytes(), sequence);
        Ok(())
    }

    fn keep_nonce(
        &mut self,
        requester: &VerifyingKey,
        nonce: &[u8; 16],
        time: u64,
        oldest: u64,
    ) -> Result<bool> {
        self.forget_before(oldest);
        Ok(self.nonces.insert((time, requester.to_bytes(), *nonce)))
    }

    fn sharing_floor(&self, sharing: &[u8; 32]) -> Result<u32> {
        Ok(self.sharings.get(sharing).copied().unwrap_or(0))
    }

    fn raise_sharing(&mut self, sharing: &[u8; 32], number: u32) -> Result<()> {
        self.raise_floor(*sharing, number);
        Ok(())
    }

    fn since(&self) -> u64 {
        self.since
    }
}
