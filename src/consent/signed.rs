//! Consents that somebody answers for.

use alloc::vec::Vec;

use super::terms::Terms;
use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::pre::{CarerKind, PatientId, PatientKey, PatientProfile};
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::wire::Writer;

/// How far a signer's clock may run ahead of the verifier's, in seconds.
const AHEAD: u64 = 300;
/// Most bytes of the Terms.
const TERMS: usize = 1 << 20;

/// Terms that were signed, by whom is not known before [`SignedConsent::verify`].
///
/// Bytes of the object's body (SPEC.md, section 16.4): LP32 Terms || patient's id (32) || signer's
/// Ed25519 key (32) || u64 time of signing || signature (64) over a tag and all bytes before, the
/// header included.
#[derive(Clone, Debug)]
pub struct SignedConsent {
    terms: Terms,
    patient: PatientId,
    key: VerifyingKey,
    time: u64,
    signature: [u8; SIGNATURE],
}

/// Who signed a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentSigner {
    /// The patient.
    Patient,
    /// A guardian or attorney whom the patient's profile names.
    Carer(CarerKind),
}

/// Terms that the patient, or who answers for the patient, has signed.
#[derive(Clone, Debug)]
pub struct VerifiedConsent {
    terms: Terms,
    patient: PatientId,
    signer: ConsentSigner,
    time: u64,
}

impl VerifiedConsent {
    /// What was consented to.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Whose consent it is.
    #[must_use]
    pub fn patient(&self) -> &PatientId {
        &self.patient
    }

    /// Who signed it.
    #[must_use]
    pub fn signer(&self) -> ConsentSigner {
        self.signer
    }

    /// When it was signed, as the signer says, in Unix seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }
}

impl SignedConsent {
    /// The patient signs.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn by_patient(terms: Terms, patient: &PatientKey, time: u64) -> Result<Self> {
        Self::by(terms, patient.profile(), patient.signing(), time)
    }

    /// A carer whom the profile names signs. Whether they may, whoever verifies it decides.
    ///
    /// # Errors
    /// Those of the signer; [`Error::TooLarge`].
    pub fn by_carer(
        terms: Terms,
        patient: &PatientProfile,
        carer: &dyn Signer,
        time: u64,
    ) -> Result<Self> {
        Self::by(terms, patient, carer, time)
    }

    fn by(terms: Terms, patient: &PatientProfile, signer: &dyn Signer, time: u64) -> Result<Self> {
        let mut unsigned = Self {
            terms,
            patient: *patient.id(),
            key: signer.verifying_key(),
            time,
            signature: [0; SIGNATURE],
        };
        let message = unsigned.message()?;
        unsigned.signature = signer.sign(&message)?;
        Ok(unsigned)
    }

    /// Reads a signed consent.
    ///
    /// # Errors
    /// The decoding errors, those of [`Terms::from_bytes`] among them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::SignedConsent, bytes, |reader| {
            Ok(Self {
                terms: Terms::from_bytes(reader.lp32(TERMS)?)?,
                patient: PatientId::from_bytes(reader.array()?),
                key: VerifyingKey::from_bytes(reader.array_ref()?)?,
                time: reader.u64()?,
                signature: reader.array()?,
            })
        })
    }

    /// The object, with its checksum.
    ///
    /// # Errors
    /// None for what was signed or read; the encoder's are passed on.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = self.body()?;
        writer.array(&self.signature);
        Ok(file::finish(writer).into_vec())
    }

    /// What was signed: not yet to be relied on.
    #[must_use]
    pub fn unverified_terms(&self) -> &Terms {
        &self.terms
    }

    /// What the signature is made with.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Checks that the patient of this profile signed, or a guardian or attorney whom the profile
    /// names for all records (helpers sign for nobody, and a carer with a scope cannot consent to
    /// what may lie outside it).
    ///
    /// `received` is when the verifier first saw the consent, in Unix seconds: a carer must have
    /// been one then, since the time of signing is only the signer's word.
    ///
    /// # Errors
    /// [`Error::Verify`] for another patient's consent, for a signer who may not and for a
    /// signature that is wrong; [`Error::Time`] if it was signed after it was received, by more
    /// than 300 s.
    pub fn verify(&self, patient: &PatientProfile, received: u64) -> Result<VerifiedConsent> {
        if self.patient != *patient.id() {
            return Err(Error::Verify);
        }
        let signer = if self.key == *patient.signing_key() {
            ConsentSigner::Patient
        } else {
            ConsentSigner::Carer(self.carer(patient, received)?)
        };
        self.key.verify(&[&self.message()?], &self.signature)?;
        if self.time > received.saturating_add(AHEAD) {
            return Err(Error::Time("signed after it was received"));
        }
        Ok(VerifiedConsent {
            terms: self.terms.clone(),
            patient: self.patient,
            signer,
            time: self.time,
        })
    }

    /// Whether the Terms were made from this document.
    #[must_use]
    pub fn is_of_document(&self, document: &[u8]) -> bool {
        self.terms.source == sha256(&[document])
    }

    fn carer(&self, patient: &PatientProfile, received: u64) -> Result<CarerKind> {
        let mut carers = patient.carers().iter();
        let carer = carers
            .find(|carer| *carer.key() == self.key)
            .ok_or(Error::Verify)?;
        let may = carer.kind() != CarerKind::Helper
            && carer.scope().is_none()
            && self.time.max(received) < carer.until();
        if may {
            Ok(carer.kind())
        } else {
            Err(Error::Verify)
        }
    }

    fn body(&self) -> Result<Writer> {
        let mut writer = file::begin(Kind::SignedConsent);
        writer
            .lp32(&self.terms.to_bytes()?)?
            .array(self.patient.as_bytes())
            .array(&self.key.to_bytes())
            .u64(self.time);
        Ok(writer)
    }

    fn message(&self) -> Result<Vec<u8>> {
        Ok([tags::CONSENT_SIGNATURE, self.body()?.as_slice()].concat())
    }
}
