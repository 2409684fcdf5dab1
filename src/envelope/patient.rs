//! Records sealed to a patient: the capsule stanza, and the two ways to open it.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::access::Stanza;
use super::both::both_capsule;
use super::data_key::{DataKey, WRAPPED_BYTES};
use super::header::Header;
use super::recipient::{Binding, Recipient, Unwrap};
use crate::error::{Error, Result};
use crate::policy::LabelSet;
use crate::pre::{
    Cache, Capsule, PatientId, PatientKey, PatientProfile, RecipientGrant, VerifiedAnswer,
};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::wire::Reader;

/// A patient, who opens the record and can grant it to others by its labels.
///
/// The record needs at least one label: what has none could never be granted, and whoever wanted
/// that should say so with a label.
pub struct PatientRecipient<'a> {
    profile: &'a PatientProfile,
    cache: Cache,
}

impl<'a> PatientRecipient<'a> {
    /// The patient of this profile. Whose it is, a comparison of fingerprints tells.
    #[must_use]
    pub fn new(profile: &'a PatientProfile) -> Self {
        Self {
            profile,
            cache: Cache::new(),
        }
    }

    /// Takes a cache, for instance one [with tables](Cache::with_tables), to seal many records.
    #[must_use]
    pub fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }

    /// A capsule under the record's labels and its key for this record.
    pub(super) fn encapsulate(
        &mut self,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<(Capsule, Secret<[u8; 32]>)> {
        let labels = binding.fixed.label_set();
        let coupon = self.profile.mint(labels, &mut self.cache, rng)?;
        Ok(coupon.seal(binding.h))
    }
}

impl Recipient for PatientRecipient<'_> {
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let (capsule, key) = self.encapsulate(binding, rng)?;
        stanza_of(&capsule, &key, data_key, binding.h)
    }
}

/// The stanza of a capsule and the key it gives for this record.
pub(super) fn stanza_of(
    capsule: &Capsule,
    key: &Secret<[u8; 32]>,
    data_key: &DataKey,
    h: &[u8; 32],
) -> Result<Stanza> {
    let mut body = capsule.to_bytes();
    body.extend_from_slice(&data_key.wrap(key, Stanza::CAPSULE, h)?);
    Stanza::new(Stanza::CAPSULE, body)
}

/// Whoever can open capsules: the patient, or the recipient of a grant with enough answers.
pub trait CapsuleOpener: Send + Sync {
    /// The key inside, or `None` for another patient's capsule.
    ///
    /// # Errors
    /// Those of [`PatientKey::open`] and [`RecipientGrant::open`].
    fn open_capsule(&mut self, capsule: &Capsule, h: &[u8; 32])
    -> Result<Option<Secret<[u8; 32]>>>;

    /// Whether it is for the patient with these 32 bytes as id.
    fn is_for(&self, patient: &[u8; 32]) -> bool;
}

/// The patient's own key.
pub struct Owner<'a> {
    key: &'a PatientKey,
    cache: Cache,
}

impl<'a> Owner<'a> {
    /// Opens with `key`.
    #[must_use]
    pub fn new(key: &'a PatientKey) -> Self {
        Self {
            key,
            cache: Cache::new(),
        }
    }
}

impl CapsuleOpener for Owner<'_> {
    fn open_capsule(
        &mut self,
        capsule: &Capsule,
        h: &[u8; 32],
    ) -> Result<Option<Secret<[u8; 32]>>> {
        self.key.open(capsule, h, &mut self.cache).map(Some)
    }

    fn is_for(&self, patient: &[u8; 32]) -> bool {
        self.key.profile().id().as_bytes() == patient
    }
}

/// A grant with relays' answers.
///
/// A relay that answered wrongly is found out and left out where enough others answered;
/// [`Error::BadShare`] names it where they are too few without it.
pub struct GrantHolder<'a> {
    grant: &'a RecipientGrant,
    /// Of relays that were found wrong before, the last.
    answers: Vec<&'a VerifiedAnswer>,
    wrong: Option<WrongAnswers<'a>>,
    cache: Cache,
}

/// Who is told of a wrong answer, and the capsule that shows it.
type WrongAnswers<'a> = Box<dyn Fn(&VerifiedAnswer, &Capsule) + Send + Sync + 'a>;

impl<'a> GrantHolder<'a> {
    /// Opens under `grant` with these answers.
    #[must_use]
    pub fn new(grant: &'a RecipientGrant, answers: Vec<&'a VerifiedAnswer>) -> Self {
        Self {
            grant,
            answers,
            wrong: None,
            cache: Cache::new(),
        }
    }

    /// Tells `keep` of each answer that turns out to be wrong, with the capsule that shows it:
    /// what [`Blame`](crate::pre::Blame) makes a proof of.
    #[must_use]
    pub fn on_wrong_answer(
        mut self,
        keep: impl Fn(&VerifiedAnswer, &Capsule) + Send + Sync + 'a,
    ) -> Self {
        self.wrong = Some(Box::new(keep));
        self
    }

    /// Tells of the wrong answer; the next capsule is opened with others first.
    fn found_wrong(&mut self, relay: u8, capsule: &Capsule) {
        let of_it = |answer: &VerifiedAnswer| answer.answer().relay() == relay;
        let about = |answer: &&&VerifiedAnswer| of_it(answer) && answer.is_for(capsule);
        if let (Some(keep), Some(answer)) = (&self.wrong, self.answers.iter().find(about)) {
            keep(answer, capsule);
        }
        self.answers.sort_by_key(|answer| of_it(answer));
    }
}

impl CapsuleOpener for GrantHolder<'_> {
    fn open_capsule(
        &mut self,
        capsule: &Capsule,
        h: &[u8; 32],
    ) -> Result<Option<Secret<[u8; 32]>>> {
        let mut answers = self.answers.clone();
        let mut first_wrong = None;
        loop {
            let opened = self.grant.open(capsule, &answers, h, &mut self.cache);
            let relay = match (opened, first_wrong) {
                (Err(Error::BadShare(relay)), _) => relay,
                // Too few without those that were wrong: they are why.
                (Err(Error::TooFewAnswers(_)), Some(relay)) => return Err(Error::BadShare(relay)),
                (opened, _) => return opened.map(Some),
            };
            first_wrong.get_or_insert(relay);
            self.found_wrong(relay, capsule);
            let before = answers.len();
            answers.retain(|answer| answer.answer().relay() != relay);
            if answers.len() == before {
                return Err(Error::BadShare(relay));
            }
        }
    }

    fn is_for(&self, patient: &[u8; 32]) -> bool {
        self.grant.grant().header().patient().id().as_bytes() == patient
    }
}

/// Opens capsule stanzas with whoever can open capsules.
pub(super) struct CapsuleHolder<'a>(pub(super) Box<dyn CapsuleOpener + 'a>);

impl Unwrap for CapsuleHolder<'_> {
    fn unwrap(&mut self, stanza: &Stanza, binding: &Binding<'_>) -> Result<Option<DataKey>> {
        // The patient stands first, so that another's stanza costs no group operation.
        let own = |patient: &[u8; 32]| self.0.is_for(patient);
        if stanza.kind() != Stanza::CAPSULE || !stanza.body().first_chunk::<32>().is_some_and(own) {
            return Ok(None);
        }
        let (capsule, wrapped) = capsule_stanza(stanza, binding.fixed.label_set())?;
        let Some(key) = self.0.open_capsule(&capsule, binding.h)? else {
            return Ok(None);
        };
        DataKey::unwrap(&wrapped, &key, Stanza::CAPSULE, binding.h).map(Some)
    }
}

/// The patient of a capsule stanza, without looking at the rest: for display.
///
/// # Errors
/// [`Error::Field`] for a stanza of another type; [`Error::Truncated`].
pub fn patient_of(stanza: &Stanza) -> Result<PatientId> {
    if stanza.kind() != Stanza::CAPSULE {
        return Err(Error::Field("stanza type"));
    }
    Ok(PatientId::from_bytes(Reader::new(stanza.body()).array()?))
}

/// The capsules of a header, those inside AND stanzas included: what a recipient can ask relays
/// to transform. Nothing of them is checked but their form.
///
/// # Errors
/// Those of [`Capsule::from_bytes`], and of the policy in an AND stanza.
pub fn capsules(header: &Header) -> Result<Vec<Capsule>> {
    let labels = header.fixed.label_set();
    let mut found = Vec::new();
    for stanza in header.access.stanzas() {
        match stanza.kind() {
            Stanza::CAPSULE => found.push(capsule_stanza(stanza, labels)?.0),
            Stanza::BOTH => found.push(both_capsule(stanza, labels)?),
            _ => {}
        }
    }
    Ok(found)
}

/// The capsule and the wrapped data key of a capsule stanza, in a record with these labels.
///
/// # Errors
/// [`Error::Field`] for a stanza of another type; those of [`Capsule::from_bytes`].
pub fn capsule_stanza(
    stanza: &Stanza,
    labels: &LabelSet,
) -> Result<(Capsule, [u8; WRAPPED_BYTES])> {
    if stanza.kind() != Stanza::CAPSULE {
        return Err(Error::Field("stanza type"));
    }
    let mut reader = Reader::new(stanza.body());
    let capsule = Capsule::read(&mut reader, labels)?;
    let wrapped = reader.array()?;
    reader.finish()?;
    Ok((capsule, wrapped))
}
