//! What a requester under a grant to a role shows.

use alloc::vec::Vec;

use super::party::{PartyKeys, RecipientPublic};
use super::role::GrantRole;
use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::policy::Attributes;
use crate::tags::{self, Kind};
use crate::wire::Writer;

/// The longest attributes of a credential, in bytes.
const ATTRIBUTES_BYTES: usize = 16 * 1024;
/// The longest credential, in bytes.
pub(super) const CREDENTIAL_BYTES: usize = 8 + 32 + 64 + 16 + 2 + ATTRIBUTES_BYTES + SIGNATURE + 32;

/// An issuer's word that a recipient's key belongs to somebody with these attributes, for a time.
///
/// Who it is the log of a relay says by the key's fingerprint; so every requester has a key and a
/// credential of their own. Bytes of the object's body (SPEC.md, section 14.17): issuer's Ed25519
/// key (32) || holder's X25519 and Ed25519 key (64) || u64 not before || u64 not after || u16
/// length and attributes || issuer's signature (64).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    issuer: VerifyingKey,
    holder: PartyKeys,
    not_before: u64,
    not_after: u64,
    attributes: Attributes,
    signature: [u8; SIGNATURE],
}

impl Credential {
    /// Signs a credential, valid from `not_before` to before `not_after`, in Unix seconds.
    ///
    /// # Errors
    /// [`Error::Time`] if it ends before it begins, [`Error::TooLarge`] beyond 16 KiB of
    /// attributes, those of the signer.
    pub fn issue(
        signer: &dyn Signer,
        holder: &RecipientPublic,
        attributes: Attributes,
        not_before: u64,
        not_after: u64,
    ) -> Result<Self> {
        let mut credential = Self {
            issuer: signer.verifying_key(),
            holder: holder.keys().clone(),
            not_before,
            not_after,
            attributes,
            signature: [0; SIGNATURE],
        };
        credential.check_form()?;
        let signed = credential.signed()?;
        let message = [tags::CREDENTIAL_SIGNATURE, signed.as_slice()].concat();
        credential.signature = signer.sign(&message)?;
        Ok(credential)
    }

    /// Reads a credential and verifies that the issuer whom it names signed it. Whether that is
    /// the issuer of a grant, the relay compares.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let credential = file::decode(Kind::Credential, bytes, |reader| {
            Ok(Self {
                issuer: VerifyingKey::from_bytes(reader.array_ref()?)?,
                holder: PartyKeys::read(reader)?,
                not_before: reader.u64()?,
                not_after: reader.u64()?,
                attributes: Attributes::from_bytes(reader.lp16(ATTRIBUTES_BYTES)?)?,
                signature: reader.array()?,
            })
        })?;
        credential.check_form()?;
        let signed = credential.signed()?;
        credential.issuer.verify(
            &[tags::CREDENTIAL_SIGNATURE, signed.as_slice()],
            &credential.signature,
        )?;
        Ok(credential)
    }

    /// The file in binary.
    ///
    /// # Errors
    /// None that a credential, whose attributes are bounded, should give.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = self.signed()?;
        writer.array(&self.signature);
        Ok(file::finish(writer).into_vec())
    }

    /// Who vouches.
    #[must_use]
    pub fn issuer(&self) -> &VerifyingKey {
        &self.issuer
    }

    /// The fingerprint of the holder's keys.
    #[must_use]
    pub fn holder(&self) -> Fingerprint {
        self.holder.fingerprint(Kind::RecipientPublic)
    }

    /// What the issuer says of the holder.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The first second in which it counts, in Unix seconds.
    #[must_use]
    pub fn not_before(&self) -> u64 {
        self.not_before
    }

    /// The first second in which it no longer counts, in Unix seconds.
    #[must_use]
    pub fn not_after(&self) -> u64 {
        self.not_after
    }

    /// Whether its holder may ask under a grant to this role at this time.
    ///
    /// # Errors
    /// [`Error::Credential`] of another issuer or for another role,
    /// [`Error::CredentialNotValidNow`].
    pub fn check(&self, role: &GrantRole, now: u64) -> Result<()> {
        if self.issuer != *role.issuer() {
            return Err(Error::Credential("by another issuer than the grant names"));
        }
        if !(self.not_before..self.not_after).contains(&now) {
            return Err(Error::CredentialNotValidNow);
        }
        if !role.includes(&self.attributes)? {
            return Err(Error::Credential("its holder is not in the role"));
        }
        Ok(())
    }

    /// The holder's keys.
    pub(super) fn keys(&self) -> &PartyKeys {
        &self.holder
    }

    fn check_form(&self) -> Result<()> {
        if self.not_before >= self.not_after {
            return Err(Error::Time("a credential ends before it begins"));
        }
        Ok(())
    }

    /// Everything before the signature, header included.
    fn signed(&self) -> Result<Writer> {
        let attributes = self.attributes.to_bytes();
        if attributes.len() > ATTRIBUTES_BYTES {
            return Err(Error::TooLarge("attributes of a credential"));
        }
        let mut writer = file::begin(Kind::Credential);
        writer.array(&self.issuer.to_bytes());
        self.holder.write(&mut writer);
        writer
            .u64(self.not_before)
            .u64(self.not_after)
            .lp16(&attributes)?;
        Ok(writer)
    }
}

#[cfg(test)]
impl Credential {
    /// The same with a signature that is not the issuer's.
    pub(super) fn forged(mut self, key: &crate::asymmetric::SigningKey) -> Self {
        let signed = self.signed().unwrap();
        self.signature = key.sign(&[tags::CREDENTIAL_SIGNATURE, signed.as_slice()]);
        self
    }
}
