//! Both roots of a registry at one time, signed.

use alloc::vec::Vec;

use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};
use crate::zk::Depth;

/// What a registry says about itself at one time. Its roots count as a pair only.
///
/// Bytes of the object's body (SPEC.md, section 19.2): registry's Ed25519 key (32) || u64 time ||
/// u8 levels || enrolment root (32) || revocation root (32) || signature (64).
#[derive(Clone)]
pub struct Checkpoint {
    registry: VerifyingKey,
    time: u64,
    depth: Depth,
    enrolment_root: Scalar,
    revocation_root: Scalar,
    signature: [u8; SIGNATURE],
}

impl Checkpoint {
    pub(super) fn sign(
        signer: &dyn Signer,
        time: u64,
        depth: Depth,
        enrolment_root: Scalar,
        revocation_root: Scalar,
    ) -> Result<Self> {
        let mut checkpoint = Self {
            registry: signer.verifying_key(),
            time,
            depth,
            enrolment_root,
            revocation_root,
            signature: [0; SIGNATURE],
        };
        let message = [tags::ZK_CHECKPOINT, checkpoint.body().as_slice()].concat();
        checkpoint.signature = signer.sign(&message)?;
        Ok(checkpoint)
    }

    /// Reads a checkpoint of the registry with this key and checks its signature.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Roots`] for another registry's; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8], registry: &VerifyingKey) -> Result<Self> {
        let checkpoint = file::decode(Kind::Checkpoint, bytes, Self::read)?;
        if checkpoint.registry != *registry {
            return Err(Error::Roots("of another registry"));
        }
        let body = checkpoint.body();
        registry.verify(
            &[tags::ZK_CHECKPOINT, body.as_slice()],
            &checkpoint.signature,
        )?;
        Ok(checkpoint)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            registry: VerifyingKey::from_bytes(reader.array_ref()?)?,
            time: reader.u64()?,
            depth: Depth::from_levels(reader.u8()?)?,
            enrolment_root: Scalar::from_bytes(reader.array_ref()?)?,
            revocation_root: Scalar::from_bytes(reader.array_ref()?)?,
            signature: reader.array()?,
        })
    }

    /// The object, with its checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::Checkpoint);
        writer.bytes(self.body().as_slice()).array(&self.signature);
        file::finish(writer).into_vec()
    }

    fn body(&self) -> Writer {
        let mut writer = Writer::with_capacity(32 + 8 + 1 + 64);
        writer
            .array(&self.registry.to_bytes())
            .u64(self.time)
            .u8(self.depth.levels() as u8)
            .array(&self.enrolment_root.to_bytes())
            .array(&self.revocation_root.to_bytes());
        writer
    }

    /// Whose it is.
    #[must_use]
    pub fn registry(&self) -> &VerifyingKey {
        &self.registry
    }

    /// When both roots were current, in Unix seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    /// The height of the enrolment tree.
    #[must_use]
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// The root of the enrolled keys.
    #[must_use]
    pub fn enrolment_root(&self) -> Scalar {
        self.enrolment_root
    }

    /// The root of the bitmaps.
    #[must_use]
    pub fn revocation_root(&self) -> Scalar {
        self.revocation_root
    }
}
