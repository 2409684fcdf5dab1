//! The keys of recipients and relays: one HPKE key to be sent secrets, one Ed25519 key to sign.

use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::asymmetric::hpke::{HpkePublicKey, HpkeSecretKey};
use crate::asymmetric::{SIGNATURE, SigningKey, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer, text};

/// The longest name of a recipient or relay, in bytes of UTF-8.
pub const PARTY_NAME_LIMIT: usize = 64;

/// What a pair of keys is for: a type, so that a relay's key is never taken for a recipient's.
pub trait Role: sealed::Sealed {}

/// Somebody whom patients grant access to: the delegatee of the literature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {}

/// Somebody who transforms and reads nothing: the proxy of the literature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relay {}

impl Role for Recipient {}
impl Role for Relay {}

mod sealed {
    use crate::tags::Kind;

    // Nobody outside can name or implement it.
    #[allow(private_interfaces)]
    pub trait Sealed {
        const SECRET: Kind;
        const PUBLIC: Kind;
    }
    #[allow(private_interfaces)]
    impl Sealed for super::Recipient {
        const SECRET: Kind = Kind::RecipientKey;
        const PUBLIC: Kind = Kind::RecipientPublic;
    }
    #[allow(private_interfaces)]
    impl Sealed for super::Relay {
        const SECRET: Kind = Kind::RelayKey;
        const PUBLIC: Kind = Kind::RelayPublic;
    }
}

/// A recipient's secret keys (kind 26).
pub type RecipientKey = PartyKey<Recipient>;
/// A recipient's public keys (kind 27).
pub type RecipientPublic = PartyPublic<Recipient>;
/// A relay's secret keys (kind 28).
pub type RelayKey = PartyKey<Relay>;
/// A relay's public keys (kind 29).
pub type RelayPublic = PartyPublic<Relay>;

/// The secret keys of a recipient or relay.
///
/// Bytes of the object's body (SPEC.md, section 6.2): Ed25519 seed (32) || X25519 key (32) || u8
/// length || name (0..=64 bytes).
pub struct PartyKey<R: Role> {
    signing: SigningKey,
    hpke: HpkeSecretKey,
    public: PartyPublic<R>,
}

impl<R: Role> PartyKey<R> {
    /// Fresh keys under a name that people read.
    ///
    /// # Errors
    /// [`Error::Text`] or [`Error::TooLarge`] for the name, [`Error::Randomness`].
    pub fn generate(name: &str, rng: &mut dyn Randomness) -> Result<Self> {
        let signing = SigningKey::from_seed(&rng.secret()?);
        let hpke = HpkeSecretKey::from_bytes(&rng.secret()?)?;
        Self::assemble(signing, hpke, name)
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PartyPublic<R> {
        &self.public
    }

    /// The secret file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut writer = file::begin(R::SECRET);
        writer.array(self.signing.seed().expose());
        writer.array(self.hpke.to_bytes().expose());
        write_name(&mut writer, &self.public.name);
        file::finish(writer).into_secret()
    }

    /// Reads exactly the bytes of [`PartyKey::to_bytes`].
    ///
    /// # Errors
    /// [`Error::PassphraseNeeded`] for a locked key; the decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (seed, hpke, name) = file::decode(R::SECRET, bytes, |reader| {
            Ok((
                reader.array_ref::<32>()?,
                reader.array_ref::<32>()?,
                reader.text8(PARTY_NAME_LIMIT)?,
            ))
        })?;
        let secret = |bytes: &[u8; 32]| Secret::build(|out: &mut [u8; 32]| *out = *bytes);
        let key = HpkeSecretKey::from_bytes(&secret(hpke))?;
        // One key, one encoding: as it was clamped when it was made.
        if !key.to_bytes().matches(hpke) {
            return Err(Error::NotCanonical("X25519 key"));
        }
        Self::assemble(SigningKey::from_seed(&secret(seed)), key, name)
    }

    /// The key that they sign with, a recipient also as a carer.
    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.signing
    }

    pub(super) fn hpke(&self) -> &HpkeSecretKey {
        &self.hpke
    }

    fn assemble(signing: SigningKey, hpke: HpkeSecretKey, name: &str) -> Result<Self> {
        text::check(name)?;
        if name.len() > PARTY_NAME_LIMIT {
            return Err(Error::TooLarge("name of a recipient or relay"));
        }
        let keys = PartyKeys {
            hpke: hpke.public_key(),
            signing: signing.verifying_key(),
        };
        let signature = signing.sign(&[
            tags::PARTY_SIGNATURE,
            signed_part(R::PUBLIC, &keys, name).as_slice(),
        ]);
        Ok(Self {
            signing,
            hpke,
            public: PartyPublic {
                keys,
                name: String::from(name),
                signature,
                role: PhantomData,
            },
        })
    }
}

/// The two public keys of a recipient or relay, as grants name them: 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartyKeys {
    pub(super) hpke: HpkePublicKey,
    pub(super) signing: VerifyingKey,
}

impl PartyKeys {
    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(&self.hpke.to_bytes());
        writer.array(&self.signing.to_bytes());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            hpke: HpkePublicKey::from_bytes(reader.array_ref()?)?,
            signing: VerifyingKey::from_bytes(reader.array_ref()?)?,
        })
    }

    pub(super) fn fingerprint(&self, kind: Kind) -> Fingerprint {
        let mut writer = Writer::with_capacity(64);
        self.write(&mut writer);
        Fingerprint::of(kind, writer.as_slice())
    }
}

/// The public keys of a recipient or relay, signed by themselves.
///
/// Bytes of the object's body: X25519 key (32) || Ed25519 key (32) || u8 length || name
/// (0..=64 bytes) || self-signature (64). The name is the holder's claim; only the fingerprint,
/// compared over another channel, says whose keys they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyPublic<R: Role> {
    keys: PartyKeys,
    name: String,
    signature: [u8; SIGNATURE],
    role: PhantomData<R>,
}

impl<R: Role> PartyPublic<R> {
    /// Reads the public file in binary and verifies its signature.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`] if the signature is not the key's own.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let public = file::decode(R::PUBLIC, bytes, |reader| {
            Ok(Self {
                keys: PartyKeys::read(reader)?,
                name: String::from(reader.text8(PARTY_NAME_LIMIT)?),
                signature: reader.array()?,
                role: PhantomData,
            })
        })?;
        text::check(&public.name)?;
        let signed = signed_part(R::PUBLIC, &public.keys, &public.name);
        public.keys.signing.verify(
            &[tags::PARTY_SIGNATURE, signed.as_slice()],
            &public.signature,
        )?;
        Ok(public)
    }

    /// The public file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = signed_part(R::PUBLIC, &self.keys, &self.name);
        writer.array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// What the holder calls the keys; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that verifies what the holder signs.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.keys.signing
    }

    /// The fingerprint of both keys; the name is not part of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.keys.fingerprint(R::PUBLIC)
    }

    pub(super) fn keys(&self) -> &PartyKeys {
        &self.keys
    }
}

fn write_name(writer: &mut Writer, name: &str) {
    // At most PARTY_NAME_LIMIT.
    writer.u8(name.len() as u8).bytes(name.as_bytes());
}

/// Everything before the self-signature, header included: what it signs.
fn signed_part(kind: Kind, keys: &PartyKeys, name: &str) -> Writer {
    let mut writer = file::begin(kind);
    keys.write(&mut writer);
    write_name(&mut writer, name);
    writer
}
