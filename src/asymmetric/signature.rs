//! Ed25519 (RFC 8032), verified strictly.

use alloc::{boxed::Box, vec::Vec};

use ed25519_dalek::ed25519::signature::MultipartSigner;
use rand_core::TryCryptoRng;

use crate::error::{Error, Result};
use crate::secret::Secret;

/// Length of a signing key's seed in bytes.
pub const SEED: usize = 32;
/// Length of a verifying key in bytes.
pub const VERIFYING_KEY: usize = 32;
/// Length of a signature in bytes.
pub const SIGNATURE: usize = 64;

/// Something that signs with one Ed25519 key: a key in memory, or one that lives elsewhere.
///
/// Implemented for [`SigningKey`]; implement it for a KMS, a PKCS#11 token or an enclave to keep
/// the key there. Signatures made here are not trusted blindly: what is published gets verified
/// under [`Signer::verifying_key`] by every reader.
pub trait Signer: Send + Sync {
    /// The public half.
    fn verifying_key(&self) -> VerifyingKey;

    /// Signs `message`: PureEdDSA over the whole message, never over a digest of it.
    ///
    /// # Errors
    /// [`Error::KeyStore`] if the place that holds the key refuses or cannot answer.
    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE]>;
}

/// An Ed25519 signing key with its public half; wiped on drop.
///
/// Boxed, so that moving it leaves no copies of the seed behind.
pub struct SigningKey(Box<ed25519_dalek::SigningKey>);

impl SigningKey {
    /// The key that a 32-byte seed stands for (RFC 8032, section 5.1.5).
    #[must_use]
    pub fn from_seed(seed: &Secret<[u8; SEED]>) -> Self {
        Self(Box::new(ed25519_dalek::SigningKey::from_bytes(
            seed.expose(),
        )))
    }

    /// A fresh key.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the source fails.
    pub fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self> {
        Secret::random(rng).map(|seed| Self::from_seed(&seed))
    }

    /// The seed, to store it.
    #[must_use]
    pub fn seed(&self) -> Secret<[u8; SEED]> {
        Secret::build(|bytes| bytes.copy_from_slice(self.0.as_bytes()))
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs the concatenation of `parts`; they are not framed: callers frame what varies in
    /// length.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; SIGNATURE] {
        self.0.multipart_sign(parts).to_bytes()
    }
}

impl Signer for SigningKey {
    fn verifying_key(&self) -> VerifyingKey {
        self.verifying_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE]> {
        Ok(self.sign(&[message]))
    }
}

/// An Ed25519 verifying key: a canonically encoded point of the prime-order subgroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// Decodes 32 bytes.
    ///
    /// # Errors
    /// [`Error::NotOnCurve`]; [`Error::NotCanonical`] for a second encoding of a point;
    /// [`Error::NotInSubgroup`] for points with a part of small order: under some of those a
    /// signature verifies for many messages, and verifiers could disagree on the others.
    pub fn from_bytes(bytes: &[u8; VERIFYING_KEY]) -> Result<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| Error::NotOnCurve)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(Error::NotCanonical("Ed25519 key"));
        }
        if point.is_small_order() || !point.is_torsion_free() {
            return Err(Error::NotInSubgroup);
        }
        Ok(Self(key))
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; VERIFYING_KEY] {
        self.0.to_bytes()
    }

    /// Verifies a signature over the concatenation of `parts`.
    ///
    /// Strict: one signature has one encoding (S below the group order, R canonical and not of
    /// small order), and the equation is checked without the cofactor.
    ///
    /// # Errors
    /// [`Error::Verify`].
    pub fn verify(&self, parts: &[&[u8]], signature: &[u8; SIGNATURE]) -> Result<()> {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        let joined: Vec<u8>;
        let message = match parts {
            [whole] => whole,
            _ => {
                joined = parts.concat();
                joined.as_slice()
            }
        };
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| Error::Verify)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_not_impl_any!(SigningKey: Clone, Copy, core::fmt::Debug, PartialEq);
    static_assertions::assert_impl_all!(SigningKey: Send, Sync);
    static_assertions::assert_impl_all!(ed25519_dalek::SigningKey: zeroize::ZeroizeOnDrop);
    static_assertions::assert_obj_safe!(Signer);

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_seed(&Secret::new([byte; 32]))
    }

    #[test]
    fn parts_are_one_message() {
        let whole = key(1).sign(&[b"abc"]);
        assert_eq!(key(1).sign(&[b"a", b"", b"bc"]), whole);
        assert_eq!(Signer::sign(&key(1), b"abc"), Ok(whole));
        assert_eq!(
            key(1).verifying_key().verify(&[b"ab", b"c"], &whole),
            Ok(())
        );
        assert_eq!(
            key(1).verifying_key().verify(&[], &key(1).sign(&[])),
            Ok(())
        );
    }

    #[test]
    fn any_change_fails() {
        let public = key(1).verifying_key();
        let signature = key(1).sign(&[b"message"]);
        for i in 0..SIGNATURE {
            for bit in 0..8 {
                let mut changed = signature;
                changed[i] ^= 1 << bit;
                assert_eq!(public.verify(&[b"message"], &changed), Err(Error::Verify));
            }
        }
        assert_eq!(public.verify(&[b"massage"], &signature), Err(Error::Verify));
        assert_eq!(
            key(2).verifying_key().verify(&[b"message"], &signature),
            Err(Error::Verify)
        );
    }

    #[test]
    fn seed_and_key_come_back() {
        let key = key(9);
        assert!(key.seed().matches(&[9; 32]));
        let public = key.verifying_key();
        assert_eq!(VerifyingKey::from_bytes(&public.to_bytes()), Ok(public));
    }

    /// y of the eight points of small order, and second encodings (y + p, sign of x = 0).
    #[test]
    fn keys_of_small_order_and_second_encodings_are_refused() {
        let order8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
        let order8_other = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
        for text in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            order8,
            order8_other,
        ] {
            let mut bytes = unhex(text);
            assert_eq!(
                VerifyingKey::from_bytes(&bytes),
                Err(Error::NotInSubgroup),
                "{text}"
            );
            if text == order8 || text == order8_other {
                bytes[31] |= 0x80;
                assert_eq!(VerifyingKey::from_bytes(&bytes), Err(Error::NotInSubgroup));
            }
        }
        for text in [
            "0100000000000000000000000000000000000000000000000000000000000080", // x = 0, signed
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p + 1
        ] {
            let error = VerifyingKey::from_bytes(&unhex(text)).unwrap_err();
            assert_eq!(error, Error::NotCanonical("Ed25519 key"), "{text}");
        }
    }

    #[test]
    fn bytes_off_the_curve_are_refused() {
        let mut bytes = [0; 32];
        bytes[0] = 2; // y = 2 has no x
        assert_eq!(VerifyingKey::from_bytes(&bytes), Err(Error::NotOnCurve));
    }

    /// An honest key plus a point of order four: on the curve, not small, outside the subgroup.
    #[test]
    fn keys_of_mixed_order_are_refused() {
        let small = ed25519_dalek::VerifyingKey::from_bytes(&[0; 32])
            .unwrap()
            .to_edwards();
        let mixed = key(1).0.verifying_key().to_edwards() + small;
        let bytes = mixed.compress().to_bytes();
        assert!(!mixed.is_small_order());
        assert_eq!(VerifyingKey::from_bytes(&bytes), Err(Error::NotInSubgroup));
    }

    fn unhex(text: &str) -> [u8; 32] {
        core::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
    }
}
