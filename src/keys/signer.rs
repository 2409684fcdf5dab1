//! A sender's signing key and its public file.

use alloc::string::String;
use alloc::vec::Vec;

use rand_core::TryCryptoRng;

use super::file;
use super::fingerprint::Fingerprint;
use crate::asymmetric::{SEED, SIGNATURE, Signer, SigningKey, VerifyingKey};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer, text};

/// The longest name of a signer, in bytes of UTF-8.
pub const SIGNER_NAME_LIMIT: usize = 64;

/// A signer's name: what people call the key. Checked once, here.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    length: u8,
    text: String,
}

impl Name {
    fn new(name: &str) -> Result<Self> {
        text::check(name)?;
        match u8::try_from(name.len()) {
            Ok(length) if name.len() <= SIGNER_NAME_LIMIT => Ok(Self {
                length,
                text: String::from(name),
            }),
            _ => Err(Error::TooLarge("name of a signer")),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Self::new(reader.text8(SIGNER_NAME_LIMIT)?)
    }

    fn write(&self, writer: &mut Writer) {
        writer.u8(self.length).bytes(self.text.as_bytes());
    }
}

/// A sender's Ed25519 key with its name: the secret file (kind 19).
///
/// Body: seed (32) || u8 length || name (0..=64 bytes).
pub struct SignerKey {
    key: SigningKey,
    name: Name,
}

impl SignerKey {
    /// Names a key.
    ///
    /// # Errors
    /// [`Error::Text`] or [`Error::TooLarge`] for the name.
    pub fn new(key: SigningKey, name: &str) -> Result<Self> {
        Ok(Self {
            key,
            name: Name::new(name)?,
        })
    }

    /// A fresh key.
    ///
    /// # Errors
    /// As [`SignerKey::new`]; [`Error::Randomness`] when the source fails.
    pub fn generate<R: TryCryptoRng + ?Sized>(name: &str, rng: &mut R) -> Result<Self> {
        Self::new(SigningKey::generate(rng)?, name)
    }

    /// Reads the secret file in binary.
    ///
    /// # Errors
    /// [`Error::PassphraseNeeded`] for a locked one ([`super::unlock`]); the decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::SignerKey, bytes, |reader| {
            let seed = reader.array_ref::<SEED>()?;
            let seed = Secret::build(|copy| copy.copy_from_slice(seed));
            Ok(Self {
                key: SigningKey::from_seed(&seed),
                name: Name::read(reader)?,
            })
        })
    }

    /// The secret file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut writer = file::begin(Kind::SignerKey);
        writer.array(self.key.seed().expose());
        self.name.write(&mut writer);
        file::finish(writer).into_secret()
    }

    /// What the key is called; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name.text
    }

    /// The key itself.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.key
    }

    /// The public file, signed by the key itself.
    #[must_use]
    pub fn public(&self) -> SignerPublic {
        let key = self.key.verifying_key();
        let signed = signed_part(&key, &self.name);
        let signature = self.key.sign(&[tags::SIGNER_SIGNATURE, signed.as_slice()]);
        SignerPublic {
            key,
            name: self.name.clone(),
            signature,
        }
    }
}

impl Signer for SignerKey {
    fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE]> {
        Ok(self.key.sign(&[message]))
    }
}

/// A sender's public file (kind 20): key, name, and a signature that binds the two.
///
/// Body: verifying key (32) || u8 length || name (0..=64 bytes) || self-signature (64). The name
/// is what the key's holder claims; only the fingerprint, compared over another channel, says
/// whose key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerPublic {
    key: VerifyingKey,
    name: Name,
    signature: [u8; SIGNATURE],
}

impl SignerPublic {
    /// Reads the public file in binary and verifies its signature.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`] if the signature is not the key's own.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let public = file::decode(Kind::SignerPublic, bytes, |reader| {
            Ok(Self {
                key: VerifyingKey::from_bytes(reader.array_ref()?)?,
                name: Name::read(reader)?,
                signature: reader.array()?,
            })
        })?;
        let signed = signed_part(&public.key, &public.name);
        public.key.verify(
            &[tags::SIGNER_SIGNATURE, signed.as_slice()],
            &public.signature,
        )?;
        Ok(public)
    }

    /// The public file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = signed_part(&self.key, &self.name);
        writer.array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// The key.
    #[must_use]
    pub const fn verifying_key(&self) -> VerifyingKey {
        self.key
    }

    /// What the holder calls the key; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name.text
    }

    /// The key's fingerprint; the name is not part of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_signer(&self.key)
    }
}

/// Everything before the self-signature, header included: what it signs.
fn signed_part(key: &VerifyingKey, name: &Name) -> Writer {
    let mut writer = file::begin(Kind::SignerPublic);
    writer.array(&key.to_bytes());
    name.write(&mut writer);
    writer
}

#[cfg(test)]
mod tests;
