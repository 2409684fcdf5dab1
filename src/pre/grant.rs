//! A grant: the signed header and the recipient's sealed part.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::header::{Dealt, GrantHeader, HEADER_BYTES};
use crate::asymmetric::SIGNATURE;
use crate::error::Result;
use crate::keys::file;
use crate::share::Commitment;
use crate::tags::{self, Kind};

/// The longest recipient's part: 256 rows of 144 bytes, a policy, and room.
const SEALED_BYTES: usize = 256 * 1024;

/// A grant as it was read: nothing in it was checked but its form.
#[derive(Clone, Copy, Debug)]
pub enum Unverified {}
/// A grant whose patient's proof and signature were checked.
#[derive(Clone, Copy, Debug)]
pub enum Verified {}

/// A patient's grant to one recipient, through relays.
///
/// Bytes of the object's body (SPEC.md, section 14.5): u32 length || header || the patient's
/// signature (64) || u32 length || recipient's part, sealed to the recipient by HPKE. Relays'
/// shares travel apart ([`GrantShare`]).
#[derive(Clone)]
pub struct Grant<State> {
    pub(super) dealt: Dealt,
    digest: [u8; 32],
    signature: [u8; SIGNATURE],
    sealed: Vec<u8>,
    state: PhantomData<State>,
}

impl Grant<Unverified> {
    /// Reads a grant.
    ///
    /// # Errors
    /// The decoding and policy errors; [`Error::Verify`](crate::Error::Verify) if the profile
    /// inside is not proved and signed by itself.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (header, signature, sealed) = file::decode(Kind::Grant, bytes, |reader| {
            Ok((
                reader.lp32(HEADER_BYTES)?,
                reader.array()?,
                reader.lp32(SEALED_BYTES)?,
            ))
        })?;
        let dealt = Dealt::from_bytes(header)?;
        Ok(Self {
            digest: dealt.digest(),
            dealt,
            signature,
            sealed: sealed.to_vec(),
            state: PhantomData,
        })
    }

    /// Checks the patient's signature. Whose profile it is, the reader knows or compares by
    /// fingerprint.
    ///
    /// # Errors
    /// [`Error::Verify`](crate::Error::Verify); the decoding errors of the commitment's points.
    pub fn verify(self) -> Result<Grant<Verified>> {
        self.dealt
            .header
            .patient
            .signing_key()
            .verify(&[tags::GRANT_SIGNATURE, &self.digest], &self.signature)?;
        self.dealt.commitment()?;
        Ok(Grant {
            dealt: self.dealt,
            digest: self.digest,
            signature: self.signature,
            sealed: self.sealed,
            state: PhantomData,
        })
    }
}

impl Grant<Verified> {
    /// A grant that was just signed.
    pub(super) fn assemble(dealt: Dealt, signature: [u8; SIGNATURE], sealed: Vec<u8>) -> Self {
        Self {
            digest: dealt.digest(),
            dealt,
            signature,
            sealed,
            state: PhantomData,
        }
    }

    /// The commitment to the sharing, checked when the grant was.
    pub(super) fn commitment(&self) -> Result<Commitment> {
        self.dealt.commitment()
    }

    /// The recipient's part.
    pub(crate) fn sealed(&self) -> &[u8] {
        &self.sealed
    }
}

impl<State> Grant<State> {
    /// What everybody can read.
    #[must_use]
    pub fn header(&self) -> &GrantHeader {
        &self.dealt.header
    }

    /// The digest of the standing sharing that the grant hangs on, if it has no sharing of its own.
    #[must_use]
    pub fn sharing(&self) -> Option<[u8; 32]> {
        self.dealt.sharing()
    }

    /// SHA-256 over a tag and the header: what shares, requests and answers name.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The grant file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::Grant);
        // Both lengths are bounded far below u32 where they are made or read.
        writer
            .u32(self.dealt.bytes.len() as u32)
            .bytes(&self.dealt.bytes)
            .array(&self.signature)
            .u32(self.sealed.len() as u32)
            .bytes(&self.sealed);
        file::finish(writer).into_vec()
    }
}

/// One relay's share of a grant, sealed to that relay.
///
/// Bytes of the object's body: digest of the grant (32) || u8 index || sealed share (80).
#[derive(Clone)]
pub struct GrantShare {
    pub(super) grant: [u8; 32],
    pub(super) index: u8,
    pub(super) sealed: [u8; 80],
}

impl GrantShare {
    /// Reads a share; it is still sealed.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::GrantShare, bytes, |reader| {
            Ok(Self {
                grant: reader.array()?,
                index: reader.u8()?,
                sealed: reader.array()?,
            })
        })
    }

    /// The share file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::GrantShare);
        writer.array(&self.grant).u8(self.index).array(&self.sealed);
        file::finish(writer).into_vec()
    }

    /// The digest of the grant.
    #[must_use]
    pub fn grant(&self) -> &[u8; 32] {
        &self.grant
    }

    /// Which relay of the grant it is for, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }
}
