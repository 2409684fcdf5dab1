//! HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869).

use hmac::{Hmac, KeyInit, Mac};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::hash::sha256;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The block of SHA-256: HMAC pads shorter keys to it with zeros.
const BLOCK: usize = 64;

/// HMAC under a key of any length, ready for input.
///
/// The key is brought to a whole block here as RFC 2104 does it, because the constructor that takes
/// one cannot fail, so neither can anything built on it.
fn keyed(key: &[u8]) -> Hmac<sha2::Sha256> {
    if key.len() > BLOCK {
        return keyed(&sha256(&[key]));
    }
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mac = Hmac::new((&block).into());
    block.zeroize();
    mac
}

/// HMAC-SHA-256 over the concatenation of `parts`; see [`super::sha256`] on framing.
///
/// To check a code from outside use [`hmac_sha256_matches`], which compares in constant time.
#[must_use]
pub fn hmac_sha256(key: &Secret<[u8; 32]>, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key.expose());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether `code` is the HMAC-SHA-256 of the concatenated `parts`, in constant time.
#[must_use]
pub fn hmac_sha256_matches(key: &Secret<[u8; 32]>, parts: &[&[u8]], code: &[u8; 32]) -> bool {
    hmac_sha256(key, parts).ct_eq(code).into()
}

/// HKDF-Extract: a pseudorandom key from input keying material of any length.
///
/// An empty `salt` is the 32 zero bytes of RFC 5869, section 2.2.
#[must_use]
pub fn hkdf_extract(salt: &[u8], ikm: &[u8]) -> Secret<[u8; 32]> {
    // RFC 5869 defines it as this HMAC; a salt of zeros and none are the same key.
    let mut mac = keyed(salt);
    mac.update(ikm);
    secret(mac)
}

/// HKDF-Expand: fills `out` from a pseudorandom key and the concatenation of `info`.
///
/// # Errors
/// [`Error::TooLarge`] when `out` is longer than 255 * 32 = 8,160 bytes.
pub fn hkdf_expand(prk: &Secret<[u8; 32]>, info: &[&[u8]], out: &mut [u8]) -> Result<()> {
    hkdf::Hkdf::<sha2::Sha256>::from_prk(prk.expose())
        .map_err(|_| Error::Argument("pseudorandom key"))?
        .expand_multi_info(info, out)
        .map_err(|_| Error::TooLarge("output of HKDF"))
}

/// HKDF in one step: 32 bytes from `salt`, `ikm` and the concatenation of `info`.
#[must_use]
pub fn hkdf(salt: &[u8], ikm: &[u8], info: &[&[u8]]) -> Secret<[u8; 32]> {
    // One block of HKDF-Expand, T(1) = HMAC(PRK, info || 0x01): this length cannot fail.
    let mut mac = keyed(hkdf_extract(salt, ikm).expose());
    for part in info {
        mac.update(part);
    }
    mac.update(&[1]);
    secret(mac)
}

/// The code, as a key.
fn secret(mac: Hmac<sha2::Sha256>) -> Secret<[u8; 32]> {
    let mut code = mac.finalize().into_bytes();
    let secret = Secret::build(|bytes| bytes.copy_from_slice(&code));
    code.zeroize();
    secret
}
