//! A key store in a directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::vec::Vec;
use std::{format, string::String};

use super::disk;
use super::file::LIMIT;
use super::store::{KeyStore, NO_SUCH_KEY, check_key_name};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Keys as files of mode 0600, `NAME.key`, in a directory of mode 0700.
///
/// ```
/// use hippocrypt::keys::{DirectoryKeyStore, KeyStore, SignerKey};
/// let place = tempfile::tempdir()?;
/// let store = DirectoryKeyStore::open(place.path().join("keys"))?; // made if it is not there
/// let key = SignerKey::generate("ward 3", &mut getrandom::SysRng)?;
/// store.store("ward-3", &key.to_bytes())?;
/// assert_eq!(store.load("ward-3")?.expose(), key.to_bytes().expose());
/// # Ok::<(), hippocrypt::Error>(())
/// ```
pub struct DirectoryKeyStore {
    directory: PathBuf,
}

impl DirectoryKeyStore {
    /// Opens the directory, or makes it (its parent must exist).
    ///
    /// # Errors
    /// [`Error::Permissions`] if others than the owner have any access to it (on Unix);
    /// [`Error::Io`].
    pub fn open(directory: impl AsRef<Path>) -> Result<Self> {
        let directory = directory.as_ref().to_path_buf();
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        match builder.create(&directory) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        let store = Self { directory };
        store.check()?;
        Ok(store)
    }

    /// The directory's permissions are asked again at every use: they can change.
    fn check(&self) -> Result<()> {
        let metadata = fs::metadata(&self.directory)?;
        if !metadata.is_dir() {
            return Err(Error::Io("is not a directory"));
        }
        disk::check_private(&metadata)
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        check_key_name(name)?;
        self.check()?;
        let file: String = format!("{name}.key");
        Ok(self.directory.join(file))
    }
}

impl KeyStore for DirectoryKeyStore {
    fn load(&self, name: &str) -> Result<Secret<Vec<u8>>> {
        disk::read_secret_file(self.path(name)?, LIMIT).map_err(|error| match error {
            Error::Io("not found") => NO_SUCH_KEY,
            other => other,
        })
    }

    fn store(&self, name: &str, secret: &Secret<Vec<u8>>) -> Result<()> {
        disk::write_secret_file(self.path(name)?, secret.expose(), false)
    }
}
