//! HPKE (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
//!
//! One message per call: `enc (32 bytes) || ciphertext || tag (16 bytes)` is one value, so no
//! part can be paired with another's. Base mode says nothing about the sender.
//!
//! ```
//! use hippocrypt::asymmetric::hpke::{self, HpkeSecretKey};
//!
//! let mut rng = getrandom::SysRng;
//! let recipient = HpkeSecretKey::generate(&mut rng)?;
//! let sealed = hpke::seal(&recipient.public_key(), b"purpose", b"aad", b"text", &mut rng)?;
//! assert_eq!(sealed.len(), 4 + hpke::OVERHEAD);
//! assert_eq!(hpke::open(&recipient, b"purpose", b"aad", &sealed)?.expose(), b"text");
//! # Ok::<(), hippocrypt::Error>(())
//! ```

use alloc::{boxed::Box, vec::Vec};
use core::convert::Infallible;

use ::hpke::{
    Deserializable, HpkeError, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305,
    kdf::HkdfSha256, kem::X25519HkdfSha256, single_shot_open, single_shot_seal_with_rng,
};
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroize;

use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;

/// Length of a public key in bytes.
pub const PUBLIC_KEY: usize = 32;
/// Length of a secret key in bytes.
pub const SECRET_KEY: usize = 32;
/// Length of the encapsulated key in front of every ciphertext, in bytes.
const ENC: usize = 32;
/// How many bytes longer than its plaintext a sealed message is.
pub const OVERHEAD: usize = ENC + 16;
/// The longest `info`, in bytes.
pub const INFO_LIMIT: usize = 4096;

/// An X25519 public key: canonical and not of small order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HpkePublicKey(PublicKey);

impl HpkePublicKey {
    /// Decodes 32 bytes (RFC 7748, little-endian u-coordinate).
    ///
    /// # Errors
    /// [`Error::NotCanonical`] unless the u-coordinate is below 2^255 - 19;
    /// [`Error::NotInSubgroup`] for the five coordinates of small order, under which every
    /// shared secret is zero.
    pub fn from_bytes(bytes: &[u8; PUBLIC_KEY]) -> Result<Self> {
        if bytes.iter().rev().ge(PRIME.iter().rev()) {
            return Err(Error::NotCanonical("X25519 key"));
        }
        if SMALL_ORDER.contains(bytes) {
            return Err(Error::NotInSubgroup);
        }
        PublicKey::from_bytes(bytes)
            .map(Self)
            .map_err(|_| Error::NotOnCurve)
    }

    /// The 32 bytes of the key.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PUBLIC_KEY] {
        self.0.to_bytes().into()
    }
}

/// An X25519 secret key; wiped on drop.
///
/// Boxed, so that moving it leaves no copies behind.
pub struct HpkeSecretKey(Box<PrivateKey>);

impl HpkeSecretKey {
    /// Any 32 bytes are a key; they are clamped first (RFC 7748, section 5).
    ///
    /// # Errors
    /// None today; a suite whose keys can be invalid would report [`Error::ScalarRange`].
    pub fn from_bytes(bytes: &Secret<[u8; SECRET_KEY]>) -> Result<Self> {
        PrivateKey::from_bytes(bytes.expose())
            .map(|key| Self(Box::new(key)))
            .map_err(|_| Error::ScalarRange)
    }

    /// A fresh key.
    ///
    /// # Errors
    /// [`Error::Randomness`] when the source fails.
    pub fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self> {
        Self::from_bytes(&Secret::random(rng)?)
    }

    /// The 32 bytes of the key, clamped, to store them.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<[u8; SECRET_KEY]> {
        Secret::build(|bytes| self.0.write_exact(bytes))
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> HpkePublicKey {
        HpkePublicKey(X25519HkdfSha256::sk_to_pk(&self.0))
    }
}

/// Seals `plaintext` to `public`, bound to `info` (the purpose) and `aad`.
///
/// Returns `enc || ciphertext || tag`, [`OVERHEAD`] bytes longer than the plaintext.
///
/// # Errors
/// [`Error::Randomness`] when the source fails; [`Error::TooLarge`] for `info` over
/// [`INFO_LIMIT`] or a plaintext over the cipher's limit.
pub fn seal<R: Randomness + ?Sized>(
    public: &HpkePublicKey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>> {
    check_info(info)?;
    let mut drawn = Drawn::new(rng)?;
    let sealed = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &public.0,
        info,
        plaintext,
        aad,
        &mut drawn,
    );
    if drawn.exhausted {
        return Err(Error::Randomness);
    }
    let (enc, ciphertext) = sealed.map_err(|error| match error {
        HpkeError::EncapError => Error::NotInSubgroup,
        _ => Error::TooLarge("one message of the cipher"),
    })?;
    Ok([enc.to_bytes().as_slice(), &ciphertext].concat())
}

/// Opens `enc || ciphertext || tag`.
///
/// HPKE binds the bytes of `enc` as they are, so a message has one encoding without a check here.
///
/// # Errors
/// [`Error::Truncated`] if `sealed` is shorter than [`OVERHEAD`]; [`Error::TooLarge`] for `info`
/// over [`INFO_LIMIT`]; [`Error::Open`] for every other reason.
pub fn open(
    secret: &HpkeSecretKey,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Secret<Vec<u8>>> {
    check_info(info)?;
    if sealed.len() < OVERHEAD {
        return Err(Error::Truncated);
    }
    let (enc, ciphertext) = sealed.split_first_chunk::<ENC>().ok_or(Error::Truncated)?;
    let enc = EncappedKey::from_bytes(enc).map_err(|_| Error::Open)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret.0,
        &enc,
        info,
        ciphertext,
        aad,
    )
    .map(Secret::new)
    .map_err(|_| Error::Open)
}

/// The HPKE code panics beyond 64 KiB; no purpose of ours comes near.
const fn check_info(info: &[u8]) -> Result<()> {
    if info.len() > INFO_LIMIT {
        Err(Error::TooLarge("info"))
    } else {
        Ok(())
    }
}

/// Bytes drawn beforehand, because HPKE wants a generator that cannot fail and ours can.
///
/// RFC 9180's DeriveKeyPair takes 32 bytes. Should a later version of the crate want more, it
/// gets zeros and the result is thrown away: [`seal`] then fails closed.
struct Drawn {
    bytes: Secret<[u8; SECRET_KEY]>,
    used: usize,
    exhausted: bool,
}

impl Drawn {
    fn new<R: Randomness + ?Sized>(rng: &mut R) -> Result<Self> {
        rng.secret().map(|bytes| Self {
            bytes,
            used: 0,
            exhausted: false,
        })
    }
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> core::result::Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> core::result::Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> core::result::Result<(), Infallible> {
        let end = self.used.saturating_add(to.len());
        match self.bytes.expose().get(self.used..end) {
            Some(from) => {
                to.copy_from_slice(from);
                self.used = end;
            }
            None => {
                to.zeroize();
                self.exhausted = true;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

/// 2^255 - 19, little-endian.
const PRIME: [u8; 32] = {
    let mut bytes = [0xff; 32];
    let [first, .., last] = &mut bytes;
    *first = 0xed;
    *last = 0x7f;
    bytes
};

/// The canonical u-coordinates of small order (RFC 7748, section 7, asks to be wary of them):
/// 0, 1, -1 and the two of order eight.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        let [first, ..] = &mut one;
        *first = 1;
        one
    },
    {
        let mut minus_one = PRIME;
        let [first, ..] = &mut minus_one;
        *first = 0xec;
        minus_one
    },
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ],
];

#[cfg(test)]
mod tests;
