//! A key store in memory.

use alloc::{boxed::Box, string::String, vec::Vec};

use once_cell::race::OnceBox;

use super::store::{KeyStore, NO_SUCH_KEY, check_key_name};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// How many keys one store takes.
const CAPACITY: usize = 1024;

/// Keys in memory, wiped when the store is dropped: for tests, enclaves and small devices.
///
/// A list that only grows, so it needs no lock and works without `std`.
///
/// ```
/// use hippocrypt::keys::{KeyStore, MemoryKeyStore, SignerKey};
/// let store = MemoryKeyStore::new();
/// let key = SignerKey::generate("ward 3", &mut getrandom::SysRng)?;
/// store.store("ward-3", &key.to_bytes())?;
/// let signature = store.signer("ward-3")?.sign(b"message")?;
/// key.public().verifying_key().verify(&[b"message"], &signature)?;
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Default)]
pub struct MemoryKeyStore {
    first: OnceBox<Entry>,
}

struct Entry {
    name: String,
    secret: Secret<Vec<u8>>,
    next: OnceBox<Entry>,
}

impl MemoryKeyStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl KeyStore for MemoryKeyStore {
    fn load(&self, name: &str) -> Result<Secret<Vec<u8>>> {
        check_key_name(name)?;
        let mut link = &self.first;
        while let Some(entry) = link.get() {
            if entry.name == name {
                return Ok(Secret::new(entry.secret.expose().clone()));
            }
            link = &entry.next;
        }
        Err(NO_SUCH_KEY)
    }

    fn store(&self, name: &str, secret: &Secret<Vec<u8>>) -> Result<()> {
        check_key_name(name)?;
        let mut new = Box::new(Entry {
            name: String::from(name),
            secret: Secret::new(secret.expose().clone()),
            next: OnceBox::new(),
        });
        let mut link = &self.first;
        for _ in 0..CAPACITY {
            match link.get() {
                Some(entry) if entry.name == name => return Err(Error::Exists),
                Some(entry) => link = &entry.next,
                // Another thread may take the place between the look and the set; then its
                // entry is the next to look at.
                None => match link.set(new) {
                    Ok(()) => return Ok(()),
                    Err(back) => new = back,
                },
            }
        }
        Err(Error::KeyStore("full"))
    }
}
