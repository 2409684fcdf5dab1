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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asymmetric::{SIGNATURE, VerifyingKey};
    use crate::keys::{LockCost, MemoryKeyStore, lock};

    static_assertions::assert_obj_safe!(KeyStore);

    #[test]
    fn names_are_plain() {
        let longest = "x".repeat(64);
        for name in ["a", "ward-3", "A_b.2", "0", longest.as_str()] {
            assert_eq!(check_key_name(name), Ok(()), "{name}");
        }
        let long = "x".repeat(65);
        for name in [
            "",
            ".",
            "..",
            ".hidden",
            "-flag",
            "a/b",
            "/a",
            "..\\a",
            "a\\b",
            "a b",
            "a:b",
            "a\0b",
            "a\n",
            "é",
            "a%2f",
            "~",
            long.as_str(),
        ] {
            let refused = Err(Error::Argument("name of a key"));
            assert_eq!(check_key_name(name), refused, "{name}");
        }
    }

    #[test]
    fn the_default_signer_is_the_loaded_key() {
        let store = MemoryKeyStore::new();
        let key = SignerKey::generate("", &mut getrandom::SysRng).unwrap();
        store.store("mine", &key.to_bytes()).unwrap();
        let signer = store.signer("mine").unwrap();
        assert_eq!(signer.verifying_key(), key.verifying_key());
        let signature = signer.sign(b"message").unwrap();
        assert_eq!(
            key.verifying_key().verify(&[b"message"], &signature),
            Ok(())
        );
    }

    #[test]
    fn what_is_no_signer_key_does_not_sign() {
        let store = MemoryKeyStore::new();
        let key = SignerKey::generate("", &mut getrandom::SysRng).unwrap();
        let locked = lock(
            &key.to_bytes(),
            "x",
            LockCost::LEAST,
            &mut getrandom::SysRng,
        )
        .unwrap();
        store.store("locked", &Secret::new(locked)).unwrap();
        store
            .store("public", &Secret::new(key.public().to_bytes()))
            .unwrap();
        assert_eq!(store.signer("locked").err(), Some(Error::PassphraseNeeded));
        assert_eq!(store.signer("public").err(), Some(Error::Kind(20)));
        assert_eq!(store.signer("other").err(), Some(NO_SUCH_KEY));
        assert_eq!(
            store.signer("../a").err(),
            Some(Error::Argument("name of a key"))
        );
    }

    /// The other side of the seam: a place that signs and never hands a key out.
    #[test]
    fn a_key_may_stay_where_it_is() {
        struct Card(SignerKey);
        struct Handle(VerifyingKey);
        impl Signer for Handle {
            fn verifying_key(&self) -> VerifyingKey {
                self.0
            }
            fn sign(&self, _: &[u8]) -> Result<[u8; SIGNATURE]> {
                Err(Error::KeyStore("the card is out"))
            }
        }
        impl KeyStore for Card {
            fn load(&self, _: &str) -> Result<Secret<Vec<u8>>> {
                Err(Error::KeyStore("keys stay on the card"))
            }
            fn store(&self, _: &str, _: &Secret<Vec<u8>>) -> Result<()> {
                Err(Error::KeyStore("keys stay on the card"))
            }
            fn signer(&self, _: &str) -> Result<Box<dyn Signer>> {
                Ok(Box::new(Handle(self.0.verifying_key())))
            }
        }
        let card: &dyn KeyStore = &Card(SignerKey::generate("", &mut getrandom::SysRng).unwrap());
        assert_eq!(
            card.load("a").err(),
            Some(Error::KeyStore("keys stay on the card"))
        );
        let signed = card.signer("a").unwrap().sign(b"message");
        assert_eq!(signed, Err(Error::KeyStore("the card is out")));
    }
}
