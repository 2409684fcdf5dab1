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

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, vec};

    static_assertions::assert_not_impl_any!(MemoryKeyStore: Clone, core::fmt::Debug);
    static_assertions::assert_impl_all!(MemoryKeyStore: Send, Sync);

    fn secret(byte: u8) -> Secret<Vec<u8>> {
        Secret::new(vec![byte; 4])
    }

    #[test]
    fn a_name_has_one_secret_for_good() {
        let store = MemoryKeyStore::new();
        assert_eq!(store.load("a").err(), Some(NO_SUCH_KEY));
        store.store("a", &secret(1)).unwrap();
        store.store("b", &secret(2)).unwrap();
        assert_eq!(store.store("a", &secret(3)), Err(Error::Exists));
        assert_eq!(store.load("a").unwrap().expose(), &[1; 4]);
        assert_eq!(store.load("b").unwrap().expose(), &[2; 4]);
        assert_eq!(store.load("A").err(), Some(NO_SUCH_KEY));
    }

    #[test]
    fn names_are_checked() {
        let store = MemoryKeyStore::new();
        let refused = Error::Argument("name of a key");
        assert_eq!(store.store("a/b", &secret(1)), Err(refused.clone()));
        assert_eq!(store.load("a/b").err(), Some(refused));
    }

    #[test]
    fn it_has_an_end() {
        let store = MemoryKeyStore::new();
        for i in 0..CAPACITY {
            store.store(&format!("{i}"), &secret(0)).unwrap();
        }
        assert_eq!(
            store.store("more", &secret(0)),
            Err(Error::KeyStore("full"))
        );
        assert!(store.load("1023").is_ok());
    }

    #[test]
    fn of_many_threads_one_wins_and_nothing_is_lost() {
        let store = MemoryKeyStore::new();
        let winners: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8_u8)
                .map(|thread| {
                    let store = &store;
                    scope.spawn(move || {
                        for i in 0..50 {
                            store
                                .store(&format!("{thread}-{i}"), &secret(thread))
                                .unwrap();
                        }
                        usize::from(store.store("contested", &secret(thread)).is_ok())
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(winners, 1);
        for thread in 0..8_u8 {
            for i in 0..50 {
                let kept = store.load(&format!("{thread}-{i}")).unwrap();
                assert_eq!(kept.expose(), &[thread; 4]);
            }
        }
    }
}
