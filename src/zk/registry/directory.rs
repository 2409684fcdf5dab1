//! A registry on a disk.

use std::format;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::vec::Vec;

use super::{Checkpoint, Registry};
use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::{AtomicFile, disk};

/// The longest file of a registry, in bytes.
const REGISTRY_BYTES: usize = 1 << 30;
/// The longest checkpoint, in bytes.
const CHECKPOINT_BYTES: usize = 4096;
/// Where all checkpoints are.
const CHECKPOINTS: &str = "checkpoints";
/// Most of them that are read.
const MOST_CHECKPOINTS: usize = 1 << 20;
/// Everything in it is public.
const MODE: u32 = 0o644;

/// A registry in a directory: `registry`, replaced whole by every change, `checkpoint`, the last
/// that was signed, `checkpoints` with that of every second, and `lock`, held by whoever changes it.
///
/// Provers and verifiers read a copy of the directory.
pub struct RegistryDirectory {
    directory: PathBuf,
}

impl RegistryDirectory {
    /// Begins a registry in a directory, which is made if it is not there.
    ///
    /// # Errors
    /// [`Error::Exists`] if there is one; [`Error::Io`].
    pub fn create(directory: impl AsRef<Path>, registry: &Registry) -> Result<Self> {
        fs::create_dir_all(&directory)?;
        let own = Self::open(directory);
        let _lock = own.lock()?;
        own.write("registry", false, &registry.to_bytes()?)?;
        Ok(own)
    }

    /// A registry that is in this directory.
    #[must_use]
    pub fn open(directory: impl AsRef<Path>) -> Self {
        Self {
            directory: directory.as_ref().to_path_buf(),
        }
    }

    fn lock(&self) -> Result<File> {
        let path = self.directory.join("lock");
        let mut options = OpenOptions::new();
        let lock = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        lock.lock()?;
        Ok(lock)
    }

    fn write(&self, name: &str, overwrite: bool, bytes: &[u8]) -> Result<()> {
        let mut file = AtomicFile::create(self.directory.join(name), overwrite, MODE)?;
        file.write_all(bytes)?;
        file.commit()
    }

    /// The registry as it is.
    ///
    /// # Errors
    /// [`Error::Io`]; the decoding errors.
    pub fn read(&self) -> Result<Registry> {
        Registry::from_bytes(&disk::read_file(
            self.directory.join("registry"),
            REGISTRY_BYTES,
        )?)
    }

    /// Changes the registry and signs a checkpoint of it. What `change` gives comes back when both
    /// are on the disk.
    ///
    /// # Errors
    /// Those of `change`, after which nothing has changed; [`Error::Time`] where the clock went
    /// back, since the older roots would count as the later ones; [`Error::Io`].
    pub fn change<T>(
        &self,
        time: u64,
        signer: &dyn Signer,
        change: impl FnOnce(&mut Registry) -> Result<T>,
    ) -> Result<T> {
        let _lock = self.lock()?;
        let mut registry = self.read()?;
        if self.directory.join("checkpoint").exists()
            && self.checkpoint(registry.key())?.time() > time
        {
            return Err(Error::Time("before the registry's last checkpoint"));
        }
        let result = change(&mut registry)?;
        let checkpoint = registry.checkpoint(time, signer)?;
        fs::create_dir_all(self.directory.join(CHECKPOINTS))?;
        let name = format!("{CHECKPOINTS}/{:020}", checkpoint.time());
        self.write("registry", true, &registry.to_bytes()?)?;
        self.write(&name, true, &checkpoint.to_bytes())?;
        self.write("checkpoint", true, &checkpoint.to_bytes())?;
        Ok(result)
    }

    /// The last checkpoint, which has to be of the registry with this key.
    ///
    /// # Errors
    /// [`Error::Io`]; those of [`Checkpoint::from_bytes`].
    pub fn checkpoint(&self, registry: &VerifyingKey) -> Result<Checkpoint> {
        let path = self.directory.join("checkpoint");
        Checkpoint::from_bytes(&disk::read_file(path, CHECKPOINT_BYTES)?, registry)
    }

    /// All checkpoints that are kept, the earliest first, which have to be of the registry with this
    /// key: what verifiers hold proofs against.
    ///
    /// # Errors
    /// As [`RegistryDirectory::checkpoint`]; [`Error::TooLarge`] for more than a million.
    pub fn checkpoints(&self, registry: &VerifyingKey) -> Result<Vec<Checkpoint>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(self.directory.join(CHECKPOINTS))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            // What is being written has another name.
            if name.is_some_and(|name| name.bytes().all(|digit| digit.is_ascii_digit())) {
                paths.push(path);
            }
        }
        if paths.len() > MOST_CHECKPOINTS {
            return Err(Error::TooLarge("checkpoints"));
        }
        paths.sort();
        let read =
            |path| Checkpoint::from_bytes(&disk::read_file(path, CHECKPOINT_BYTES)?, registry);
        paths.iter().map(read).collect()
    }

    /// The registry and its last checkpoint, which are of the same time.
    ///
    /// # Errors
    /// As [`RegistryDirectory::checkpoint`]; [`Error::Roots`] where they do not fit together.
    pub fn snapshot(&self, registry: &VerifyingKey) -> Result<(Registry, Checkpoint)> {
        let (own, checkpoint) = (self.read()?, self.checkpoint(registry)?);
        if own.key() != registry || !own.has_roots_of(&checkpoint) {
            return Err(Error::Roots("registry and checkpoint do not fit together"));
        }
        Ok((own, checkpoint))
    }
}
