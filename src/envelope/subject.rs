//! Whom a record is about, as a commitment that everybody sees and what opens it.

use alloc::vec::Vec;

use super::fixed::{FixedPart, METADATA_BYTES};
use super::record::Record;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::TAG;
#[cfg(feature = "zk")]
use crate::{
    random::Randomness,
    zk::{ConsentPublicKey, Scalar},
};

/// Bytes of r, which stand before the application's encrypted metadata.
pub(super) const OPENING: usize = 32;

/// A commitment to a patient and the number r that opens it (SPEC.md, section 8.2).
///
/// Fresh for every record or one-patient batch: records with the same commitment show that they
/// are about the same patient. Sealers that do not know the patient's key, or can't compute the
/// commitment, take both ready made.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    commitment: [u8; 32],
    opening: [u8; OPENING],
}

impl Subject {
    /// Both as somebody else made them.
    #[must_use]
    pub fn new(commitment: [u8; 32], opening: [u8; OPENING]) -> Self {
        Self {
            commitment,
            opening,
        }
    }

    /// A fresh commitment to the patient with this key.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    #[cfg(feature = "zk")]
    pub fn of(patient: &ConsentPublicKey, rng: &mut dyn Randomness) -> Result<Self> {
        let r = Scalar::random(rng)?;
        Ok(Self::new(patient.subject(&r).to_bytes(), r.to_bytes()))
    }

    /// Whether it is a commitment to the patient with this key.
    #[cfg(feature = "zk")]
    #[must_use]
    pub fn is_of(&self, patient: &ConsentPublicKey) -> bool {
        Scalar::from_bytes(&self.opening)
            .is_ok_and(|r| patient.subject(&r).to_bytes() == self.commitment)
    }

    /// What stands in the fixed part.
    #[must_use]
    pub fn commitment(&self) -> &[u8; 32] {
        &self.commitment
    }

    /// r, for whoever proves: with it anybody who knows a patient's key recognises the patient.
    #[must_use]
    pub fn opening(&self) -> &[u8; OPENING] {
        &self.opening
    }
}

/// What is sealed as metadata: r, if there is a subject, and the application's.
pub(super) fn with_opening(record: &Record) -> Result<Option<Secret<Vec<u8>>>> {
    let own = record.sealed_metadata.as_deref();
    let Some(subject) = &record.subject else {
        return Ok(own.map(|own| Secret::from(own.to_vec())));
    };
    let whole = Secret::from([&subject.opening, own.unwrap_or_default()].concat());
    if whole.expose().len() > METADATA_BYTES - TAG {
        return Err(Error::TooLarge("encrypted metadata"));
    }
    Ok(Some(whole))
}

/// The application's part of what was sealed; none where nothing stands behind r.
pub(super) fn without_opening(
    fixed: &FixedPart,
    whole: Secret<Vec<u8>>,
) -> Option<Secret<Vec<u8>>> {
    if fixed.subject().is_none() {
        return Some(whole);
    }
    let own = whole.expose().get(OPENING..).unwrap_or_default();
    (!own.is_empty()).then(|| Secret::from(own.to_vec()))
}

/// The subject with the r that was sealed.
pub(super) fn opened(
    fixed: &FixedPart,
    whole: Option<&Secret<Vec<u8>>>,
) -> Result<Option<Subject>> {
    let Some(commitment) = fixed.subject() else {
        return Ok(None);
    };
    let opening = whole.and_then(|it| it.expose().first_chunk::<OPENING>());
    let opening = opening.ok_or(Error::Open)?;
    Ok(Some(Subject::new(*commitment, *opening)))
}
