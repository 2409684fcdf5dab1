//! What the custodian of a record says about it.

use super::request::categories_of;
use crate::asymmetric::VerifyingKey;
use crate::consent::Vocabulary;
use crate::envelope::{Header, Sender};
use crate::error::{Error, Result};
use crate::policy::{LabelKey, LabelSet, Labels};
use crate::zk::{Masks, Scalar};

/// Whom a record is about and what it is, as a custodian signed whom the verifier knows.
///
/// That it is about this patient is the custodian's word: a proof shows that the same patient
/// consented, nothing shows that the record is theirs.
#[derive(Clone)]
pub struct RecordClaim {
    digest: [u8; 32],
    subject: Scalar,
    categories: u64,
}

impl RecordClaim {
    /// Reads a record's header, whose signature was checked when it was decoded.
    ///
    /// # Errors
    /// [`Error::Sender`] unless one of the `custodians` signed it; [`Error::Subject`] where it does
    /// not say whom it is about, or its labels are blinded; [`Error::Statement`] for labels of
    /// another vocabulary; [`Error::Masks`] where level, type or a sensitivity is open.
    pub fn of(
        header: &Header,
        custodians: &[VerifyingKey],
        vocabulary: &Vocabulary,
    ) -> Result<Self> {
        let labels = header.fixed().labels();
        let labels = labels.ok_or(Error::Subject("the labels are blinded"))?;
        Self::with(header, custodians, vocabulary, labels)
    }

    /// As [`RecordClaim::of`], where the labels are blinded: by somebody who has the key and says
    /// what they are.
    ///
    /// # Errors
    /// As [`RecordClaim::of`]; [`Error::Statement`] where these are not the record's labels.
    pub fn of_blinded(
        header: &Header,
        custodians: &[VerifyingKey],
        vocabulary: &Vocabulary,
        labels: &Labels,
        key: &LabelKey,
    ) -> Result<Self> {
        let fixed = header.fixed();
        let own = fixed.label_key_id() == Some(&key.id());
        if !own || *fixed.label_set() != LabelSet::blinded(labels, key) {
            return Err(Error::Statement("the labels of the record"));
        }
        Self::with(header, custodians, vocabulary, labels)
    }

    fn with(
        header: &Header,
        custodians: &[VerifyingKey],
        vocabulary: &Vocabulary,
        labels: &Labels,
    ) -> Result<Self> {
        match header.sender() {
            Sender::HeaderSigned(key) if custodians.contains(&key) => {}
            _ => return Err(Error::Sender),
        }
        let fixed = header.fixed();
        let subject = fixed.subject();
        let subject = subject.ok_or(Error::Subject("the record does not say whom it is about"))?;
        if fixed.vocabulary() != Some(vocabulary.hash()) {
            return Err(Error::Statement("the vocabulary of the record's labels"));
        }
        let categories = categories_of(labels, vocabulary)?;
        if categories & Masks::UNKNOWN != 0 {
            return Err(Error::Masks("unknown or unlabelled content"));
        }
        Ok(Self {
            digest: *header.digest(),
            subject: Scalar::from_bytes(subject)?,
            categories,
        })
    }

    /// The digest of the record's fixed part.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Whom it is about.
    #[must_use]
    pub fn subject(&self) -> Scalar {
        self.subject
    }

    /// Its categories.
    #[must_use]
    pub fn categories(&self) -> u64 {
        self.categories
    }
}
