//! The end of an epoch.

use alloc::vec::Vec;

use super::sharing::{SHARING_BYTES, StandingSharing};
use crate::asymmetric::SIGNATURE;
use crate::error::Result;
use crate::keys::file;
use crate::pre::Cache;
use crate::pre::patient::PatientKey;
use crate::pre::state::{ENDED, RelayState};
use crate::tags::{self, Kind};
use crate::wire::Writer;

/// A patient's word that an epoch of a standing sharing has ended: its relays erase their shares
/// and never serve a grant of it again.
///
/// Bytes of the object's body (SPEC.md, section 14.16): u32 length and sharing || u64 time || the
/// patient's signature (64).
#[derive(Clone)]
pub struct SharingEnd {
    sharing: StandingSharing,
    time: u64,
    signature: [u8; SIGNATURE],
}

impl PatientKey {
    /// Ends an epoch of a standing sharing of this patient, at a time in Unix seconds.
    ///
    /// # Errors
    /// [`Error::Sharing`](crate::Error::Sharing) when it is not this patient's.
    pub fn end_sharing(
        &self,
        sharing: &StandingSharing,
        time: u64,
        cache: &mut Cache,
    ) -> Result<SharingEnd> {
        self.sharing_secret(sharing, cache)?;
        let mut end = SharingEnd {
            sharing: sharing.clone(),
            time,
            signature: [0; SIGNATURE],
        };
        let signed = end.signed()?;
        end.signature = self.signing().sign(&[tags::SHARING_END, signed.as_slice()]);
        Ok(end)
    }
}

impl SharingEnd {
    /// Reads the end of a sharing and verifies that its patient signed it.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`](crate::Error::Verify).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (sharing, time, signature) = file::decode(Kind::SharingEnd, bytes, |reader| {
            Ok((reader.lp32(SHARING_BYTES)?, reader.u64()?, reader.array()?))
        })?;
        let end = Self {
            sharing: StandingSharing::from_bytes(sharing)?,
            time,
            signature,
        };
        let signed = end.signed()?;
        let patient = end.sharing.patient.signing_key();
        patient.verify(&[tags::SHARING_END, signed.as_slice()], &end.signature)?;
        Ok(end)
    }

    /// The file in binary.
    ///
    /// # Errors
    /// None that a sharing, whose parts are bounded, should give.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = self.signed()?;
        writer.array(&self.signature);
        Ok(file::finish(writer).into_vec())
    }

    /// What has ended.
    #[must_use]
    pub fn sharing(&self) -> &StandingSharing {
        &self.sharing
    }

    /// When the patient ended it, in Unix seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Makes a relay's state refuse the sharing for ever, whether it has a share or not. The share
    /// is erased by whoever keeps it, afterwards.
    ///
    /// # Errors
    /// Those of the state.
    pub fn keep(&self, state: &mut dyn RelayState) -> Result<()> {
        state.raise_sharing(self.sharing.digest(), ENDED)
    }

    /// Everything before the signature, header included.
    fn signed(&self) -> Result<Writer> {
        let mut writer = file::begin(Kind::SharingEnd);
        writer.lp32(&self.sharing.to_bytes()?)?.u64(self.time);
        Ok(writer)
    }
}
