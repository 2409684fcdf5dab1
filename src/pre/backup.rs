//! The seed of a key that was rotated since the trustees got their shares.

use alloc::vec::Vec;

use super::grant::{Unverified, Verified};
use super::patient::PatientKey;
use super::profile::BODY_BYTES;
use super::split::{SEALED, copy, open_seed};
use super::succession::{Rank, Succession};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::Kind;

/// The longest succession object.
const SUCCESSION_BYTES: usize = 8 + 1 + 32 + 2 + BODY_BYTES + 64 + 32;

/// The seed of a rotated key, sealed to the recovery key: with it the trustees of the split before
/// recover this key too. Anybody may keep it, and it is of use to nobody else.
///
/// Bytes of the object's body (SPEC.md, section 14.12): LP16 succession object || seed, sealed
/// (80).
#[derive(Clone)]
pub struct SeedBackup {
    succession: Succession<Unverified>,
    sealed: [u8; SEALED],
}

impl SeedBackup {
    pub(super) fn new(succession: &Succession<Verified>, sealed: [u8; SEALED]) -> Self {
        Self {
            succession: succession.unverified(),
            sealed,
        }
    }

    /// Reads a backup. Whose it is, recovering checks.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`] for the profile inside.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::SeedBackup, bytes, |reader| {
            let succession = Succession::from_bytes(reader.lp16(SUCCESSION_BYTES)?)?;
            if succession.rank() != Rank::Device {
                return Err(Error::Field("rank of a succession"));
            }
            Ok(Self {
                succession,
                sealed: reader.array()?,
            })
        })
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let succession = self.succession.to_bytes();
        let mut writer = file::begin(Kind::SeedBackup);
        // At most SUCCESSION_BYTES.
        writer.u16(succession.len() as u16).bytes(&succession);
        writer.array(&self.sealed);
        file::finish(writer).into_vec()
    }

    /// The number of the profile whose seed it is.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.succession.sequence()
    }

    /// From a recovered key to the latest that the backups lead to, each signed by the key before.
    pub(super) fn follow(recovered: PatientKey, backups: &[Self]) -> Result<PatientKey> {
        let mut backups: Vec<&Self> = backups.iter().collect();
        backups.sort_by_key(|backup| backup.sequence());
        backups.into_iter().try_fold(recovered, |key, backup| {
            let succession = backup.succession.clone().verify(key.profile())?;
            let secret = key.recovery_secret().ok_or(Error::Open)?;
            open_seed(&backup.sealed, copy(secret), succession.later().clone())
        })
    }
}
