//! Revoking by others than the device's key: the recovery key, and carers.

use super::header::GrantHeader;
use super::patient::PatientKey;
use super::profile::PatientProfile;
use super::recovery::{Recovery, recovery_signing_key};
use super::revocation::{Revocation, Revoked};
use crate::asymmetric::Signer;
use crate::error::{Error, Result};

impl PatientKey {
    /// Revokes by the recovery key, while its secret is here: also for a profile whose seed is not,
    /// as that of a key to which a thief of the device has rotated.
    ///
    /// # Errors
    /// [`Error::Missing`] without the recovery secret; [`Error::Argument`] for a profile that names
    /// another recovery key.
    pub fn revoke_by_recovery(
        &self,
        of: &PatientProfile,
        revoked: Revoked,
        sequence: u64,
        time: u64,
    ) -> Result<Revocation> {
        let secret = self.recovery_secret();
        let key = recovery_signing_key(secret.ok_or(Error::Missing("the recovery secret"))?);
        let named = of.recovery().map(Recovery::signing_key);
        if named != Some(&key.verifying_key()) {
            return Err(Error::Argument("the profile names another recovery key"));
        }
        Revocation::sign(&key, *of.id(), revoked, sequence, time)
    }
}

impl Revocation {
    /// Revokes a grant as a guardian or attorney whom the profile in it names, for the patient.
    ///
    /// # Errors
    /// [`Error::Carer`] unless the profile names the signer so, at `time`, for all that the grant
    /// opens; those of the signer.
    pub fn by_carer(
        signer: &dyn Signer,
        grant: &GrantHeader,
        sequence: u64,
        time: u64,
    ) -> Result<Self> {
        let carer = grant.patient().carer(&signer.verifying_key());
        let carer = carer.ok_or(Error::Carer("the profile in the grant does not name them"))?;
        carer.check_revocation(grant, time)?;
        let revoked = Revoked::Grant(*grant.grant_id());
        Self::sign(signer, *grant.patient().id(), revoked, sequence, time)
    }
}
