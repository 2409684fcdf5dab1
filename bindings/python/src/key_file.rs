//! Key files: secret ones of mode 0600, perhaps under a passphrase, and public ones.

use std::path::PathBuf;

use getrandom::SysRng;
use hippocrypt::keys::{self, LockCost, disk, file};
use hippocrypt::{Error, Result, Secret};
use pyo3::prelude::*;

use crate::error::Raise;

/// Reads a secret object from a file that only its owner can read.
pub fn load_secret<T: Send>(
    py: Python<'_>,
    path: PathBuf,
    passphrase: Option<String>,
    read: impl FnOnce(&[u8]) -> Result<T> + Send,
) -> PyResult<T> {
    let passphrase = passphrase.map(Secret::new);
    py.detach(|| {
        let text = disk::read_secret_file(path, file::LIMIT)?;
        read(unlocked(text.expose(), passphrase.as_ref())?.expose())
    })
    .raise()
}

/// A secret object from its bytes, in binary or armoured, locked or not.
pub fn unlocked(either: &[u8], passphrase: Option<&Secret<String>>) -> Result<Secret<Vec<u8>>> {
    let object = file::read(either)?;
    if !keys::is_locked(object.expose()) {
        return Ok(object);
    }
    let passphrase = passphrase.ok_or(Error::PassphraseNeeded)?;
    keys::unlock(object.expose(), Some(passphrase.expose()))
}

/// Writes a secret object, whole or not at all.
pub fn save_secret(
    py: Python<'_>,
    object: &(dyn Fn() -> Secret<Vec<u8>> + Sync),
    path: PathBuf,
    passphrase: Option<String>,
    overwrite: bool,
) -> PyResult<()> {
    let passphrase = passphrase.map(Secret::new);
    py.detach(|| {
        let object = object();
        let text = match &passphrase {
            None => file::armour(object.expose())?,
            Some(text) => {
                let cost = LockCost::DEFAULT;
                file::armour(&keys::lock(&object, text.expose(), cost, &mut SysRng)?)?
            }
        };
        disk::write_secret_file(path, text.expose().as_bytes(), overwrite)
    })
    .raise()
}

/// Reads a public object from a file.
pub fn load_public<T: Send>(
    py: Python<'_>,
    path: PathBuf,
    read: impl FnOnce(&[u8]) -> Result<T> + Send,
) -> PyResult<T> {
    py.detach(|| read(file::read(&disk::read_file(path, file::LIMIT)?)?.expose()))
        .raise()
}

/// A public object from its bytes, in binary or armoured.
pub fn read_public<T>(either: &[u8], read: impl FnOnce(&[u8]) -> Result<T>) -> PyResult<T> {
    file::read(either).and_then(|it| read(it.expose())).raise()
}

/// Writes a public object, whole or not at all.
pub fn save_public(py: Python<'_>, object: &[u8], path: PathBuf, overwrite: bool) -> PyResult<()> {
    py.detach(|| {
        let text = file::armour(object)?;
        disk::write_public_file(path, text.expose().as_bytes(), overwrite)
    })
    .raise()
}

/// The bytes of an object, whether making them can fail or not.
pub trait Encoding {
    fn encoded(self) -> Result<Vec<u8>>;
}

impl Encoding for Vec<u8> {
    fn encoded(self) -> Result<Vec<u8>> {
        Ok(self)
    }
}

impl Encoding for Result<Vec<u8>> {
    fn encoded(self) -> Result<Vec<u8>> {
        self
    }
}
