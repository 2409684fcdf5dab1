//! Revocations by the patient.

use crate::error::{Error, Result};
use crate::pre::PatientKey;
use crate::zk::{PlaceReceipt, PlaceRevocation};

/// The patient, whose signing key the registry's receipt names, revokes the consent in that place.
///
/// # Errors
/// [`Error::Argument`] for a receipt that names another key.
pub fn revoke_by_patient(patient: &PatientKey, place: &PlaceReceipt) -> Result<PlaceRevocation> {
    if patient.profile().signing_key() != place.revoker() {
        return Err(Error::Argument("not the key of the receipt"));
    }
    PlaceRevocation::sign(patient.signing(), place.registry(), place.index())
}
