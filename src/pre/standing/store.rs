//! Standing sharings on a relay's disk, beside its journal.

use std::ffi::OsStr;
use std::format;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::string::String;
use std::vec;

use super::end::SharingEnd;
use super::held::HeldSharing;
use super::kept::HELD_BYTES;
use crate::error::{Error, Result};
use crate::keys::{AtomicFile, disk};
use crate::pre::party::RelayKey;
use crate::pre::state::RelayState;
use crate::pre::state_file::{FileRelayState, make_directory};
use crate::random::Randomness;

impl FileRelayState {
    /// Keeps a sharing: the file is the one before or this one, whole, whatever fails; the one
    /// before is overwritten with zeros. Then the journal learns its number, so that a file of an
    /// earlier one is refused.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Randomness`].
    pub fn keep_sharing(
        &mut self,
        held: &HeldSharing,
        key: &RelayKey,
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        let path = self.path(held.sharing().digest())?;
        self.clean()?;
        let bytes = held.to_bytes(key, rng)?;
        let before = match fs::exists(&path)? {
            true => Some(OpenOptions::new().write(true).open(&path)?),
            false => None,
        };
        let mut file = AtomicFile::create(&path, true, disk::SECRET_MODE)?;
        file.write_all(bytes.expose())?;
        file.commit()?;
        before.map_or(Ok(()), overwrite)?;
        self.raise_sharing(held.sharing().digest(), held.number())
    }

    /// The relay's share of the sharing with this digest.
    ///
    /// # Errors
    /// [`Error::Sharing`] for one that is not here, or whose file was set back;
    /// [`Error::EpochEnded`]; those of [`HeldSharing::from_bytes`]; [`Error::Io`].
    pub fn sharing(&self, digest: &[u8; 32], key: &RelayKey) -> Result<HeldSharing> {
        let path = self.path(digest)?;
        if !fs::exists(&path)? {
            return Err(match self.sharing_floor(digest)? {
                crate::pre::state::ENDED => Error::EpochEnded,
                _ => Error::Sharing("the relay has no share of it"),
            });
        }
        let bytes = disk::read_secret_file(&path, HELD_BYTES)?;
        let held = HeldSharing::from_bytes(bytes.expose(), key)?;
        if held.sharing().digest() != digest {
            return Err(Error::Checksum);
        }
        held.check_floor(self)?;
        Ok(held)
    }

    /// Ends a sharing: first the journal refuses it for ever, then the share's file is overwritten
    /// with zeros and removed. Whether there was one.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn end_sharing(&mut self, end: &SharingEnd) -> Result<bool> {
        end.keep(self)?;
        let path = self.path(end.sharing().digest())?;
        self.clean()?;
        if !fs::exists(&path)? {
            return Ok(false);
        }
        overwrite(OpenOptions::new().write(true).open(&path)?)?;
        fs::remove_file(&path)?;
        if cfg!(unix) {
            File::open(self.directory().join(FOLDER))?.sync_all()?;
        }
        Ok(true)
    }

    /// Erases what was being written when the relay was interrupted: it holds shares too. Nobody
    /// else writes, as the state is locked.
    fn clean(&self) -> Result<()> {
        for entry in fs::read_dir(self.directory().join(FOLDER))? {
            let path = entry?.path();
            if path.extension() == Some(OsStr::new("tmp")) {
                overwrite(OpenOptions::new().write(true).open(&path)?)?;
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Where a sharing stands.
    fn path(&self, digest: &[u8; 32]) -> Result<PathBuf> {
        let folder = self.directory().join(FOLDER);
        make_directory(&folder)?;
        let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(folder.join(name + ".sharing"))
    }
}

/// The folder in the directory of the state.
const FOLDER: &str = "sharings";

/// Zeros in the place of what a file holds; what the medium keeps of overwritten blocks is beyond
/// this program.
fn overwrite(mut file: File) -> Result<()> {
    let length = file.metadata()?.len();
    let length = usize::try_from(length).unwrap_or(0).min(HELD_BYTES);
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
impl FileRelayState {
    pub(in crate::pre) fn path_of(&self, digest: &[u8; 32]) -> PathBuf {
        self.path(digest).unwrap()
    }
}
