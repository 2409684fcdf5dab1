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

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_impl_all!(DirectoryKeyStore: Send, Sync);

    fn secret(byte: u8) -> Secret<Vec<u8>> {
        Secret::new(std::vec![byte; 4])
    }

    #[test]
    fn a_name_has_one_secret_for_good() {
        let place = tempfile::tempdir().unwrap();
        let store = DirectoryKeyStore::open(place.path().join("keys")).unwrap();
        assert_eq!(store.load("a").err(), Some(NO_SUCH_KEY));
        store.store("a", &secret(1)).unwrap();
        assert_eq!(store.store("a", &secret(2)), Err(Error::Exists));
        assert_eq!(store.load("a").unwrap().expose(), &[1; 4]);
        // Another handle, later.
        let again = DirectoryKeyStore::open(place.path().join("keys")).unwrap();
        assert_eq!(again.load("a").unwrap().expose(), &[1; 4]);
        let names: Vec<_> = fs::read_dir(place.path().join("keys"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["a.key"]);
    }

    #[test]
    fn names_cannot_leave_the_directory() {
        let place = tempfile::tempdir().unwrap();
        let store = DirectoryKeyStore::open(place.path().join("keys")).unwrap();
        for name in ["../a", "/tmp/a", "..", "a/b", ""] {
            let refused = Error::Argument("name of a key");
            assert_eq!(store.store(name, &secret(1)), Err(refused.clone()));
            assert_eq!(store.load(name).err(), Some(refused));
        }
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_place_must_be_a_directory() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, b"").unwrap();
        assert_eq!(
            DirectoryKeyStore::open(&file).err(),
            Some(Error::Io("is not a directory"))
        );
        let orphan = DirectoryKeyStore::open(place.path().join("no/keys"));
        assert_eq!(orphan.err(), Some(Error::Io("not found")));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_has_access() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("keys");
        let store = DirectoryKeyStore::open(&directory).unwrap();
        store.store("a", &secret(1)).unwrap();
        let file = directory.join("a.key");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let set = |path: &Path, mode: u32| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        assert_eq!((mode(&directory), mode(&file)), (0o700, 0o600));
        for loose in [0o701, 0o702, 0o704, 0o710, 0o720, 0o740, 0o755] {
            set(&directory, loose);
            assert_eq!(store.load("a").err(), Some(Error::Permissions), "{loose:o}");
            assert_eq!(store.store("b", &secret(2)), Err(Error::Permissions));
            let opened = DirectoryKeyStore::open(&directory);
            assert_eq!(opened.err(), Some(Error::Permissions), "{loose:o}");
        }
        set(&directory, 0o700);
        for loose in [0o604, 0o620, 0o640, 0o644] {
            set(&file, loose);
            assert_eq!(store.load("a").err(), Some(Error::Permissions), "{loose:o}");
        }
        set(&file, 0o600);
        assert!(store.load("a").is_ok());
    }
}
