//! Keys outside memory: key files and their armour, fingerprints, passphrases, and the seam
//! through which a key can live in a KMS, a smart card or an enclave.
//!
//! SPEC.md, section 6. Every key file, secret or public, is
//! `header (8) || body || SHA-256 of everything before (32)`, in binary or in PEM armour.
//!
//! ```
//! use hippocrypt::keys::{SignerKey, SignerPublic, file};
//!
//! let mut rng = getrandom::SysRng;
//! let key = SignerKey::generate("Ward 3, Dr. Çelik", &mut rng)?;
//!
//! // The secret half as a text for a file of mode 0600, and back:
//! let text = file::armour(key.to_bytes().expose())?;
//! assert!(text.expose().starts_with("-----BEGIN HIPPOCRYPT SIGNER KEY-----\n"));
//! let again = SignerKey::from_bytes(file::unarmour(text.expose().as_bytes())?.expose())?;
//!
//! // The public half, with a fingerprint to read out over the telephone:
//! let public = SignerPublic::from_bytes(&again.public().to_bytes())?;
//! assert_eq!(public.name(), "Ward 3, Dr. Çelik");
//! assert_eq!(public.fingerprint().to_words().split(' ').count(), 12);
//! # Ok::<(), hippocrypt::Error>(())
//! ```

#[cfg(feature = "std")]
mod atomic;
#[cfg(feature = "std")]
mod directory;
#[cfg(feature = "std")]
pub mod disk;
pub mod file;
mod fingerprint;
mod linkage;
mod lock;
mod memory;
mod signer;
mod store;
#[cfg(test)]
mod testing;

#[cfg(feature = "std")]
pub use atomic::AtomicFile;
#[cfg(feature = "std")]
pub use directory::DirectoryKeyStore;
pub use fingerprint::{FINGERPRINT, Fingerprint};
pub use linkage::LinkageKey;
pub use lock::{LockCost, is_locked, lock, unlock};
pub use memory::MemoryKeyStore;
pub use signer::{SIGNER_NAME_LIMIT, SignerKey, SignerPublic};
pub use store::{KEY_NAME_LIMIT, KeyStore, check_key_name};
