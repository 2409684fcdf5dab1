//! Attribute-based encryption with one authority: FABEO under Fujisaki-Okamoto.
//!
//! An authority issues keys for sets of attributes; anyone with the authority's public file
//! encapsulates a 32-byte key under a policy; a key opens it exactly if its attributes satisfy
//! the policy. Two keys can't be combined: each is tied together by its own randomness.
//!
//! ```
//! use hippocrypt::{abe::{AuthorityKey, Cache}, policy::{Attributes, Date, Policy}};
//! # let rng = &mut getrandom::SysRng;
//! let authority = AuthorityKey::generate("St. Elsewhere", rng)?;
//! let until = Date::parse("2027-12-31")?;
//! let attributes = Attributes::parse(["role=cardiologist", "dept=icu"])?;
//! let key = authority.issue(&attributes, until, rng)?;
//!
//! let policy = Policy::parse("role=cardiologist and dept=icu")?;
//! let purpose = [7; 32]; // what the key is for: the digest of a record's header
//! let mut cache = Cache::new();
//! let (ciphertext, sealed) = authority.public().encapsulate(&policy, &purpose, &mut cache, rng)?;
//! let opened = key.decapsulate(&ciphertext, &purpose, &mut cache)?;
//! assert!(sealed.matches(opened.expose()));
//! # Ok::<(), hippocrypt::Error>(())
//! ```
//!
//! # The scheme
//! Riepel and Wee, "FABEO: Fast Attribute-Based Encryption with Optimal Security", CCS 2022
//! (eprint 2022/1415), adaptively secure in the generic group model with a random oracle, with one
//! fresh randomness per occurrence of a repeated attribute; made secure against chosen
//! ciphertexts by the Fujisaki-Okamoto transformation with implicit rejection, bound to policy,
//! authority and record. SPEC.md, section 7, has every formula; the names here are its names.
//!
//! A key that does not fit is told apart ([`Error::NotSatisfied`](crate::Error::NotSatisfied):
//! attributes and policy are public); a ciphertext that was tampered with gives a key that
//! opens nothing, and no more than that.

mod authority;
mod backup;
mod cache;
mod ciphertext;
mod decapsulate;
mod encapsulate;
mod issue;
mod public;
mod restrict;
mod unmet;
mod user_key;

pub use authority::AuthorityKey;
pub use backup::AuthorityShare;
pub use cache::Cache;
pub(crate) use ciphertext::Chosen;
pub use ciphertext::Ciphertext;
pub use public::{AuthorityId, AuthorityPublic};
pub use unmet::Unmet;
pub use user_key::{Issued, UserKey};

use crate::kem;
use crate::tags;

/// The tags under which this scheme uses the Fujisaki-Okamoto skeleton.
const FO: kem::Tags = kem::Tags {
    coins: tags::CP_COINS,
    coin_scalar: tags::CP_COIN_SCALAR,
    coin_key: tags::CP_COIN_KEY,
    mask: tags::CP_MASK,
    key: tags::CP_KEY,
};

#[cfg(test)]
mod tests;
