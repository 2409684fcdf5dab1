//! Symmetric cryptography: hashing, key derivation, authenticated encryption, chunked streams.
//!
//! Thin wrappers that fix the hash (SHA-256) and the shape of every call, so that the floors
//! above can neither pick a weaker primitive nor concatenate inputs ambiguously by accident:
//! framing is the caller's and stands in one place (`transcript`). SPEC.md, sections 4 and 8.1.
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::Secret;
//! use hippocrypt::symmetric::{Aead, Suite, hkdf, sha256};
//!
//! assert_eq!(sha256(&[b"ab", b"c"]), sha256(&[b"abc"])); // parts are concatenated, not framed
//!
//! let key: Secret<[u8; 32]> = hkdf(b"salt", b"input keying material", &[b"purpose"]);
//! let aead = Aead::new(Suite::ChaCha20Poly1305, &key);
//! let mut buffer = *b"blood pressure 120/80";
//! let tag = aead.seal_in_place(&[0; 12], b"header", &mut buffer)?;
//! aead.open_in_place(&[0; 12], b"header", &mut buffer, &tag)?;
//! assert_eq!(&buffer, b"blood pressure 120/80");
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod aead;
mod hash;
mod kdf;
mod stream;
mod suite;

pub use aead::{Aead, NONCE, TAG};
pub use hash::{HASH, Sha256, sha256};
pub use kdf::{hkdf, hkdf_expand, hkdf_extract, hmac_sha256, hmac_sha256_matches};
pub use stream::Stream;
pub use suite::Suite;

#[cfg(test)]
mod vectors;
