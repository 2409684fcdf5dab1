//! The joint between envelopes and the ways to open them: two small traits.

use super::access::Stanza;
use super::data_key::{DataKey, WRAPPED_BYTES};
use super::fixed::FixedPart;
use crate::abe::{AuthorityPublic, Cache, Chosen, Ciphertext, UserKey};
use crate::error::{Error, Result};
use crate::policy::{Date, Policy};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::wire::Reader;

/// What a stanza is bound to.
pub struct Binding<'a> {
    /// h: the digest of the fixed part.
    pub h: &'a [u8; 32],
    /// The fixed part.
    pub fixed: &'a FixedPart,
    /// When this is done, in Unix seconds; 0 without a clock.
    pub time: u64,
}

/// Someone a record is sealed for: makes the stanza that leads them to the data key.
pub trait Recipient: Send + Sync {
    /// Wraps `data_key` in a stanza bound to this record.
    ///
    /// # Errors
    /// Those of the mechanism; [`Error::Randomness`].
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Stanza>;
}

/// A key, or the way to one that lives elsewhere: gets the data key out of a stanza.
pub trait Unwrap: Send + Sync {
    /// The data key, or `None` when the stanza is of a type or authority this key is not for.
    ///
    /// # Errors
    /// [`Error::NotSatisfied`] when the policy is not met; the decoding errors for a malformed
    /// stanza; after the key has been used only [`Error::Open`].
    fn unwrap(&mut self, stanza: &Stanza, binding: &Binding<'_>) -> Result<Option<DataKey>>;
}

/// From which day on a key must still have been valid to open a record.
///
/// By default a leaver reads what was sealed before the key ended and nothing later, while a
/// renewed key reads old and new. The day becomes the clause `expires>=DAY` of the policy; it
/// works without a clock on the reader's side, and it never closes what was sealed before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// The day on which the record is sealed or rewrapped.
    #[default]
    DayOfSealing,
    /// A given day, for sealers without a clock.
    Day(Date),
    /// No clause: keys open the record for ever, whether they have ended or not.
    Never,
}

/// Everybody whose key, issued by one authority, satisfies a policy.
pub struct PolicyRecipient<'a> {
    authority: &'a AuthorityPublic,
    policy: Policy,
    expiry: Expiry,
    allow_unknown: bool,
    cache: Cache,
}

impl<'a> PolicyRecipient<'a> {
    /// The keys of `authority` that satisfy `policy`, and `expiry`.
    #[must_use]
    pub fn new(authority: &'a AuthorityPublic, policy: Policy, expiry: Expiry) -> Self {
        Self {
            authority,
            policy,
            expiry,
            allow_unknown: false,
            cache: Cache::new(),
        }
    }

    /// Seals under names and values that the authority's schema does not know, too: else such a
    /// policy, which no key of the authority satisfies, is refused. Without a schema nothing is.
    #[must_use]
    pub fn allow_unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    /// Takes a cache, for instance one [with tables](Cache::with_tables), to seal many records.
    #[must_use]
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }
}

impl PolicyRecipient<'_> {
    /// A ciphertext under the policy, with its clause on expiry, and its key for this record.
    pub(super) fn encapsulate(
        &mut self,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<(Ciphertext, Secret<[u8; 32]>)> {
        if let Some(schema) = self.authority.schema().filter(|_| !self.allow_unknown) {
            schema.check_policy(&self.policy)?;
        }
        let day = match self.expiry {
            Expiry::Never => None,
            Expiry::Day(day) => Some(day),
            Expiry::DayOfSealing if binding.time == 0 => {
                return Err(Error::Missing(
                    "time of sealing, or a day for the expiry clause",
                ));
            }
            Expiry::DayOfSealing => Some(Date::from_unix(binding.time)?),
        };
        let policy = match day {
            Some(day) => self.policy.clone().with_expiry(day)?,
            None => self.policy.clone(),
        };
        self.authority
            .encapsulate(&policy, binding.h, &mut self.cache, rng)
    }
}

impl Recipient for PolicyRecipient<'_> {
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let (ciphertext, key) = self.encapsulate(binding, rng)?;
        let mut body = ciphertext.to_bytes();
        body.extend_from_slice(&data_key.wrap(&key, Stanza::POLICY, binding.h)?);
        Stanza::new(Stanza::POLICY, body)
    }
}

/// A user key that opens policy stanzas.
pub struct KeyHolder<'a> {
    key: &'a UserKey,
    cache: Cache,
}

impl<'a> KeyHolder<'a> {
    /// Opens with `key`.
    #[must_use]
    pub fn new(key: &'a UserKey) -> Self {
        Self {
            key,
            cache: Cache::new(),
        }
    }

    /// Takes a cache, for instance one [with tables](Cache::with_tables), to open many records.
    #[must_use]
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }
}

impl KeyHolder<'_> {
    /// The authority whose stanzas it opens.
    pub(super) fn authority(&self) -> &[u8; 32] {
        self.key.authority().as_bytes()
    }

    /// Reads a ciphertext as far as this key needs it.
    ///
    /// # Errors
    /// [`Error::NotSatisfied`] before any point is decoded; the decoding errors.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>) -> Result<(Ciphertext, Chosen)> {
        Ciphertext::read_for(reader, self.key, &mut self.cache)
    }

    pub(super) fn decapsulate(
        &mut self,
        found: &(Ciphertext, Chosen),
        binding: &Binding<'_>,
    ) -> Result<Secret<[u8; 32]>> {
        self.key
            .decapsulate_chosen(found, binding.h, &mut self.cache)
    }
}

impl Unwrap for KeyHolder<'_> {
    fn unwrap(&mut self, stanza: &Stanza, binding: &Binding<'_>) -> Result<Option<DataKey>> {
        // The authority stands first, so that another's stanza costs no group operation.
        if stanza.kind() != Stanza::POLICY
            || stanza.body().first_chunk::<32>() != Some(self.authority())
        {
            return Ok(None);
        }
        let mut reader = Reader::new(stanza.body());
        let found = self.read(&mut reader)?;
        let wrapped = reader.array()?;
        reader.finish()?;
        let key = self.decapsulate(&found, binding)?;
        DataKey::unwrap(&wrapped, &key, Stanza::POLICY, binding.h).map(Some)
    }
}

/// The ciphertext and the wrapped data key of a policy stanza, fully checked.
///
/// # Errors
/// [`Error::Field`] for a stanza of another type; the decoding and policy errors.
pub fn policy_stanza(stanza: &Stanza) -> Result<(Ciphertext, [u8; WRAPPED_BYTES])> {
    if stanza.kind() != Stanza::POLICY {
        return Err(Error::Field("stanza type"));
    }
    let mut reader = Reader::new(stanza.body());
    let ciphertext = Ciphertext::read(&mut reader)?;
    let wrapped = reader.array()?;
    reader.finish()?;
    Ok((ciphertext, wrapped))
}

/// The authority and policy of a policy stanza, without checking its points: for display.
///
/// # Errors
/// As [`policy_stanza`], less the errors of points.
pub fn policy_of(stanza: &Stanza) -> Result<([u8; 32], Policy)> {
    if stanza.kind() != Stanza::POLICY {
        return Err(Error::Field("stanza type"));
    }
    Ciphertext::peek(stanza.body())
}
