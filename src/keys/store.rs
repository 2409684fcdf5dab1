//! The seam through which secrets can live elsewhere.

use alloc::{boxed::Box, vec::Vec};

use super::signer::SignerKey;
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The longest name of a key in a store, in bytes.
pub const KEY_NAME_LIMIT: usize = 64;

/// A place that keeps secrets under names.
///
/// Implement it for a KMS, a PKCS#11 token, an enclave or a database. A place that never hands
/// keys out answers [`KeyStore::load`] with [`Error::KeyStore`] and overrides
/// [`KeyStore::signer`], which then returns a handle that signs in that place.
///
/// Implementations in this crate: [`super::MemoryKeyStore`] and, with the feature `std`,
/// `DirectoryKeyStore`.
pub trait KeyStore: Send + Sync {
    /// The secret kept under `name`: a whole key file in binary, perhaps locked.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that [`check_key_name`] refuses; [`Error::KeyStore`] if
    /// there is no such key or the place does not hand it out; [`Error::Permissions`],
    /// [`Error::Io`].
    fn load(&self, name: &str) -> Result<Secret<Vec<u8>>>;

    /// Keeps a secret under a name that is still free. Never replaces a key: that could lose it.
    ///
    /// # Errors
    /// [`Error::Argument`] for the name; [`Error::Exists`] if it is taken; [`Error::KeyStore`],
    /// [`Error::Io`].
    fn store(&self, name: &str, secret: &Secret<Vec<u8>>) -> Result<()>;

    /// A signer for the key under `name`; by default that of the [`SignerKey`] loaded from it.
    ///
    /// # Errors
    /// Those of [`KeyStore::load`] and [`SignerKey::from_bytes`].
    fn signer(&self, name: &str) -> Result<Box<dyn Signer>> {
        let key = SignerKey::from_bytes(self.load(name)?.expose())?;
        Ok(Box::new(key))
    }
}

/// Whether `name` can name a key: 1..=64 ASCII letters, digits, `-`, `_` and `.`, not beginning
/// with `.` or `-`.
///
/// No path separator, no hidden file, no command-line flag, nothing that a file system, a
/// database or a KMS would spell in two ways. Case matters; do not use two names that differ in
/// case only where the file system does not tell them apart.
///
/// # Errors
/// [`Error::Argument`].
pub fn check_key_name(name: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.is_empty()
        || name.len() > KEY_NAME_LIMIT
        || name.starts_with(['.', '-'])
        || !name.bytes().all(allowed)
    {
        return Err(Error::Argument("name of a key"));
    }
    Ok(())
}

/// What a store answers for a name it does not know.
pub(super) const NO_SUCH_KEY: Error = Error::KeyStore("no such key");
