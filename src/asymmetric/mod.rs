//! Asymmetric cryptography outside the pairing curve: Ed25519 signatures and HPKE.
//!
//! Both are fixed to one suite; a new one would come with a new suite number for whole objects,
//! never as a choice at run time. SPEC.md, section 8.5.
//!
//! ```
//! use hippocrypt::Secret;
//! use hippocrypt::asymmetric::{Signer, SigningKey};
//!
//! let key = SigningKey::from_seed(&Secret::new([7; 32])); // in earnest: SigningKey::generate
//! let signature = key.sign(&[b"tag", b"message"]);
//! key.verifying_key().verify(&[b"tagmess", b"age"], &signature)?; // parts are not framed
//! assert!(key.verifying_key().verify(&[b"another message"], &signature).is_err());
//!
//! // The same through the seam behind which a KMS or a smart card can stand:
//! let signer: &dyn Signer = &key;
//! assert_eq!(signer.sign(b"tagmessage")?, signature);
//! # Ok::<(), hippocrypt::Error>(())
//! ```

pub mod hpke;
mod signature;

pub use hpke::{HpkePublicKey, HpkeSecretKey};
pub use signature::{SEED, SIGNATURE, Signer, SigningKey, VERIFYING_KEY, VerifyingKey};

#[cfg(test)]
mod vectors;
