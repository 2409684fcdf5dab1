//! What a prover holds, put together.

use crate::Secret;
use crate::envelope::Subject;
use crate::error::{Error, Result};
use crate::zk::{ProvableConsent, Registry, Scalar, Witness};

/// The witness of a proof: the consent, about the patient of a record, as the registry has it.
///
/// # Errors
/// [`Error::Unprovable`] where the subject is not the patient of the consent;
/// [`Error::Registry`] for a key that is not enrolled.
pub fn witness(
    consent: ProvableConsent,
    subject: &Subject,
    registry: &Registry,
) -> Result<Witness> {
    if !subject.is_of(consent.key()) {
        return Err(Error::Unprovable("the record is about another patient"));
    }
    let (consent, key, signature) = consent.into_parts();
    Ok(Witness {
        enrolment: registry.enrolment_path(&key)?,
        revocation: registry.revocation_path(consent.index),
        opening: Secret::new(Scalar::from_bytes(subject.opening())?),
        key,
        consent,
        signature,
    })
}
