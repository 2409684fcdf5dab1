//! The place of one consent in a registry's revocation tree, and its revocation.

use alloc::vec::Vec;

use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};

/// A registry's word that a place is for one consent, and which key may revoke it.
///
/// Bytes of the object's body (SPEC.md, section 19.2): registry's Ed25519 key (32) || u32 index ||
/// revoker's Ed25519 key (32) || u64 time || signature (64).
#[derive(Clone)]
pub struct PlaceReceipt {
    registry: VerifyingKey,
    index: u32,
    revoker: VerifyingKey,
    time: u64,
    signature: [u8; SIGNATURE],
}

impl PlaceReceipt {
    pub(super) fn sign(
        signer: &dyn Signer,
        index: u32,
        revoker: VerifyingKey,
        time: u64,
    ) -> Result<Self> {
        let mut receipt = Self {
            registry: signer.verifying_key(),
            index,
            revoker,
            time,
            signature: [0; SIGNATURE],
        };
        let message = [tags::ZK_PLACE, receipt.body().as_slice()].concat();
        receipt.signature = signer.sign(&message)?;
        Ok(receipt)
    }

    /// Reads a receipt and checks its signature.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let receipt = file::decode(Kind::PlaceReceipt, bytes, Self::read)?;
        let body = receipt.body();
        receipt
            .registry
            .verify(&[tags::ZK_PLACE, body.as_slice()], &receipt.signature)?;
        Ok(receipt)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            registry: VerifyingKey::from_bytes(reader.array_ref()?)?,
            index: reader.u32()?,
            revoker: VerifyingKey::from_bytes(reader.array_ref()?)?,
            time: reader.u64()?,
            signature: reader.array()?,
        })
    }

    /// The object, with its checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::PlaceReceipt);
        writer.bytes(self.body().as_slice()).array(&self.signature);
        file::finish(writer).into_vec()
    }

    fn body(&self) -> Writer {
        let mut writer = Writer::with_capacity(32 + 4 + 32 + 8);
        writer
            .array(&self.registry.to_bytes())
            .u32(self.index)
            .array(&self.revoker.to_bytes())
            .u64(self.time);
        writer
    }

    /// Whose it is.
    #[must_use]
    pub fn registry(&self) -> &VerifyingKey {
        &self.registry
    }

    /// The place.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The key that may revoke.
    #[must_use]
    pub fn revoker(&self) -> &VerifyingKey {
        &self.revoker
    }

    /// When it was given, in Unix seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }
}

/// The word of a receipt's key that the consent in its place is revoked, for good.
///
/// Bytes of the object's body: registry's Ed25519 key (32) || u32 index || signature (64).
#[derive(Clone)]
pub struct PlaceRevocation {
    registry: VerifyingKey,
    index: u32,
    signature: [u8; SIGNATURE],
}

impl PlaceRevocation {
    /// Revokes what stands in this place.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(revoker: &dyn Signer, registry: &VerifyingKey, index: u32) -> Result<Self> {
        let mut revocation = Self {
            registry: *registry,
            index,
            signature: [0; SIGNATURE],
        };
        let message = [tags::ZK_REVOCATION, revocation.body().as_slice()].concat();
        revocation.signature = revoker.sign(&message)?;
        Ok(revocation)
    }

    /// Reads a revocation. Only the registry can check it: it knows the key.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::PlaceRevocation, bytes, |reader| {
            Ok(Self {
                registry: VerifyingKey::from_bytes(reader.array_ref()?)?,
                index: reader.u32()?,
                signature: reader.array()?,
            })
        })
    }

    /// The object, with its checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::PlaceRevocation);
        writer.bytes(self.body().as_slice()).array(&self.signature);
        file::finish(writer).into_vec()
    }

    fn body(&self) -> Writer {
        let mut writer = Writer::with_capacity(32 + 4);
        writer.array(&self.registry.to_bytes()).u32(self.index);
        writer
    }

    /// The place.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Checks that it is for this registry and by this key.
    pub(super) fn check(&self, registry: &VerifyingKey, revoker: &VerifyingKey) -> Result<()> {
        if self.registry != *registry {
            return Err(Error::Registry("a revocation for another registry"));
        }
        let body = self.body();
        revoker.verify(&[tags::ZK_REVOCATION, body.as_slice()], &self.signature)
    }
}
