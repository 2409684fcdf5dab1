//! Who can open the batches of a chart.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::chart::Group;
use crate::abe::AuthorityPublic;
use crate::asymmetric::Signer;
use crate::consent::enforce::{HolderPolicy, holder_policy};
use crate::consent::vocabulary::Vocabulary;
use crate::consent::{Attributes, Record as Facts, Set, VerifiedConsent};
use crate::envelope::{
    ConsentScope, Expiry, PatientRecipient, PolicyRecipient, Record, SCOPE_BYTES, Sealer, Subject,
    Suite,
};
use crate::error::{Error, Result};
use crate::policy::{Date, Labels, Policy};
use crate::pre::PatientProfile;
use crate::random::Randomness;

/// Who can open one group.
#[derive(Clone, Debug)]
pub struct GroupReaders {
    /// The holders of keys, by the consent; none if it permits nobody.
    pub holders: Option<HolderPolicy>,
    /// Whether the patient can, and whom the patient grants it to.
    pub patient: bool,
}

/// Seals the groups of a chart under a consent.
pub struct ChartSealer<'a> {
    vocabulary: &'a Vocabulary,
    consent: &'a VerifiedConsent,
    scope: String,
    patient: Option<&'a PatientProfile>,
    authority: Option<&'a AuthorityPublic>,
    everyone: Option<&'a [Attributes]>,
    permissions: Option<&'a Set<String>>,
    sender: Option<&'a dyn Signer>,
    subject: Option<Subject>,
    suite: Suite,
    time: u64,
}

impl<'a> ChartSealer<'a> {
    /// Seals under this consent at `time`, in Unix seconds. `scope` is what travels with every
    /// record for its recipients to read (42 CFR 2.32), at most 4,096 bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for the scope; [`Error::Argument`] for another vocabulary than the
    /// consent's.
    pub fn new(
        consent: &'a VerifiedConsent,
        vocabulary: &'a Vocabulary,
        scope: &str,
        time: u64,
    ) -> Result<Self> {
        if scope.len() > SCOPE_BYTES {
            return Err(Error::TooLarge("4,096 bytes of a consent's scope"));
        }
        if consent.terms().vocabulary != *vocabulary.hash() {
            return Err(Error::Argument("the vocabulary of the Terms"));
        }
        Ok(Self {
            vocabulary,
            consent,
            scope: String::from(scope),
            patient: None,
            authority: None,
            everyone: None,
            permissions: None,
            sender: None,
            subject: None,
            suite: Suite::ChaCha20Poly1305,
            time,
        })
    }

    /// Also to the patient, who is the one that the consent is of.
    ///
    /// # Errors
    /// [`Error::Verify`] for another patient.
    pub fn patient(mut self, patient: &'a PatientProfile) -> Result<Self> {
        if patient.id() != self.consent.patient() {
            return Err(Error::Verify);
        }
        self.patient = Some(patient);
        Ok(self)
    }

    /// With a commitment to the patient in every batch, for proofs of consent: one proof covers all
    /// of the chart, and whoever stores it sees that the batches are of one patient.
    #[must_use]
    pub fn subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// To the holders of this authority's keys, as far as the consent permits them. `everyone` is
    /// the closed list that [`holder_policy`] may need.
    #[must_use]
    pub fn authority(
        mut self,
        authority: &'a AuthorityPublic,
        everyone: Option<&'a [Attributes]>,
    ) -> Self {
        self.authority = Some(authority);
        self.everyone = everyone;
        self
    }

    /// The permissions of a consent code system that holders of keys exercise.
    #[must_use]
    pub fn permissions(mut self, permissions: &'a Set<String>) -> Self {
        self.permissions = Some(permissions);
        self
    }

    /// Signs every record.
    #[must_use]
    pub fn sender(mut self, sender: &'a dyn Signer) -> Self {
        self.sender = Some(sender);
        self
    }

    /// The cipher.
    #[must_use]
    pub fn suite(mut self, suite: Suite) -> Self {
        self.suite = suite;
        self
    }

    /// Who can open records with these labels.
    ///
    /// # Errors
    /// Those of [`holder_policy`]; [`Error::Missing`] if it would be nobody at all.
    pub fn readers(&self, labels: &Labels) -> Result<GroupReaders> {
        let facts = Facts::of_labels(labels, self.vocabulary)?;
        let time = i64::try_from(self.time).map_err(|_| Error::Time("out of range"))?;
        let holders = match self.authority {
            None => None,
            Some(_) => holder_policy(
                self.consent.terms(),
                self.vocabulary,
                &facts,
                self.permissions,
                self.everyone,
                time,
            )?,
        };
        if holders.is_none() && self.patient.is_none() {
            return Err(Error::Missing("somebody who can open it"));
        }
        Ok(GroupReaders {
            holders,
            patient: self.patient.is_some(),
        })
    }

    /// The batch of a group, and who can open it.
    ///
    /// # Errors
    /// Those of [`ChartSealer::readers`] and of sealing.
    pub fn seal(
        &self,
        group: &Group<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<(Vec<u8>, GroupReaders)> {
        let readers = self.readers(group.labels())?;
        let mut sealer = Sealer::new().consent(ConsentScope {
            terms: self.consent.terms().digest()?,
            scope: self.scope.clone().into_bytes(),
        });
        if let (Some(holders), Some(authority)) = (&readers.holders, self.authority) {
            let policy: Policy = holders.policy.clone();
            let policy = policy.with_expiry(Date::from_unix(self.time)?)?;
            let recipient = PolicyRecipient::new(authority, policy, Expiry::Never);
            sealer = sealer.recipient(Box::new(recipient));
        }
        if let Some(patient) = self.patient {
            sealer = sealer.recipient(Box::new(PatientRecipient::new(patient)));
        }
        if let Some(sender) = self.sender {
            sealer = sealer.sender(sender);
        }
        let record = Record::new(group.name())?
            .created(self.time)
            .suite(self.suite)
            .vocabulary(*self.vocabulary.hash())
            .labels(group.labels().clone());
        let record = match &self.subject {
            Some(subject) => record.subject(subject.clone()),
            None => record,
        };
        let members = group.members().iter();
        let members = members.map(|(id, resource)| (id, resource.as_str().as_bytes()));
        let sealed = sealer.seal_batch(&record, members, rng)?;
        Ok((sealed, readers))
    }
}
