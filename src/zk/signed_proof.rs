//! A proof with what it is about, signed by the grantee; and a log's word when it was received.

use alloc::vec::Vec;

use super::proof::Proof;
use super::statement::{PUBLIC_INPUTS, PublicInputs};
use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// A proof of consent as a grantee hands it to a verifier. Only the grantee's signature was
/// checked: what the proof is about, [`ProofVerifier`](super::ProofVerifier) finds out itself.
///
/// Bytes of the object's body (SPEC.md, section 19.4): grantee's Ed25519 key (32) || digest of the
/// request (32) || public inputs (352) || proof (192) || Ed25519 signature over a tag and all that
/// (64).
#[derive(Clone)]
pub struct SignedProof {
    grantee: VerifyingKey,
    request: [u8; 32],
    inputs: PublicInputs,
    proof: Proof,
    signature: [u8; SIGNATURE],
}

impl SignedProof {
    /// The grantee signs a proof and the request that it goes with.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(
        signer: &dyn Signer,
        request: [u8; 32],
        inputs: PublicInputs,
        proof: Proof,
    ) -> Result<Self> {
        let mut signed = Self {
            grantee: signer.verifying_key(),
            request,
            inputs,
            proof,
            signature: [0; SIGNATURE],
        };
        let message = [tags::ZK_SIGNED_PROOF, signed.body().as_slice()].concat();
        signed.signature = signer.sign(&message)?;
        Ok(signed)
    }

    /// Reads a proof and checks the signature of the grantee whom it names.
    ///
    /// # Errors
    /// The decoding errors, those of [`PublicInputs::from_bytes`] and [`Proof::from_bytes`];
    /// [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let signed = file::decode(Kind::ConsentProof, bytes, Self::read)?;
        let body = signed.body();
        signed
            .grantee
            .verify(&[tags::ZK_SIGNED_PROOF, body.as_slice()], &signed.signature)?;
        Ok(signed)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            grantee: VerifyingKey::from_bytes(reader.array_ref()?)?,
            request: reader.array()?,
            inputs: PublicInputs::from_bytes(reader.array_ref::<{ 32 * PUBLIC_INPUTS }>()?)?,
            proof: Proof::from_bytes(reader.array_ref()?)?,
            signature: reader.array()?,
        })
    }

    /// The object, with its checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::ConsentProof);
        writer.bytes(self.body().as_slice()).array(&self.signature);
        file::finish(writer).into_vec()
    }

    fn body(&self) -> Writer {
        let mut writer = Writer::with_capacity(1024);
        writer
            .array(&self.grantee.to_bytes())
            .array(&self.request)
            .array(&self.inputs.to_bytes())
            .array(&self.proof.to_bytes());
        writer
    }

    /// What a log's receipt names: the digest of all of it, the signature included.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Transcript::new(tags::ZK_SIGNED_PROOF_DIGEST)
            .item(self.body().as_slice())
            .item(&self.signature)
            .finish()
    }

    /// Who signed.
    #[must_use]
    pub fn grantee(&self) -> &VerifyingKey {
        &self.grantee
    }

    /// The digest of the request that was signed with it.
    #[must_use]
    pub fn request(&self) -> &[u8; 32] {
        &self.request
    }

    /// What the prover says that the proof is about.
    #[must_use]
    pub fn inputs(&self) -> &PublicInputs {
        &self.inputs
    }

    /// The proof.
    #[must_use]
    pub fn proof(&self) -> &Proof {
        &self.proof
    }
}

/// A log's word when it received a proof: what makes an old proof one that was fresh then.
///
/// Bytes of the object's body (SPEC.md, section 19.4): log's Ed25519 key (32) || digest of the
/// signed proof (32) || u64 time || signature (64).
#[derive(Clone)]
pub struct ProofReceipt {
    log: VerifyingKey,
    digest: [u8; 32],
    time: u64,
    signature: [u8; SIGNATURE],
}

impl ProofReceipt {
    /// The log signs that it has received a proof, at this time in Unix seconds.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(signer: &dyn Signer, proof: &SignedProof, time: u64) -> Result<Self> {
        let mut receipt = Self {
            log: signer.verifying_key(),
            digest: proof.digest(),
            time,
            signature: [0; SIGNATURE],
        };
        let message = [tags::ZK_PROOF_RECEIPT, receipt.body().as_slice()].concat();
        receipt.signature = signer.sign(&message)?;
        Ok(receipt)
    }

    /// Reads a receipt of the log with this key.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Statement`] for another log's; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8], log: &VerifyingKey) -> Result<Self> {
        let receipt = file::decode(Kind::ProofReceipt, bytes, |reader| {
            Ok(Self {
                log: VerifyingKey::from_bytes(reader.array_ref()?)?,
                digest: reader.array()?,
                time: reader.u64()?,
                signature: reader.array()?,
            })
        })?;
        if receipt.log != *log {
            return Err(Error::Statement("the receipt of another log"));
        }
        let body = receipt.body();
        log.verify(
            &[tags::ZK_PROOF_RECEIPT, body.as_slice()],
            &receipt.signature,
        )?;
        Ok(receipt)
    }

    /// The object, with its checksum.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::ProofReceipt);
        writer.bytes(self.body().as_slice()).array(&self.signature);
        file::finish(writer).into_vec()
    }

    fn body(&self) -> Writer {
        let mut writer = Writer::with_capacity(32 + 32 + 8);
        writer
            .array(&self.log.to_bytes())
            .array(&self.digest)
            .u64(self.time);
        writer
    }

    /// When this proof was received.
    ///
    /// # Errors
    /// [`Error::Statement`] for another proof's receipt.
    pub fn time_of(&self, proof: &SignedProof) -> Result<u64> {
        if self.digest == proof.digest() {
            Ok(self.time)
        } else {
            Err(Error::Statement("the receipt of another proof"))
        }
    }
}
