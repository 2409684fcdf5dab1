//! What a relay answers.

use alloc::vec::Vec;

use super::capsule::Capsule;
use super::grant::{Grant, Verified};
use super::request::REQUEST_ITEMS;
use crate::asymmetric::SIGNATURE;
use crate::curve::G2;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// One transformed capsule: d, U as it was asked for, and U^x_i.
#[derive(Clone)]
pub(super) struct Transformed {
    pub(super) digest: [u8; 32],
    pub(super) first: [u8; G2::BYTES],
    pub(super) point: [u8; G2::BYTES],
}

/// A relay's signed answer, as it was read; [`Answer::verify`] checks it.
///
/// The signature makes a wrong answer proof against its relay. It covers U beside d: in a blind
/// request d is the requester's word, and a requester who could bring a relay to sign the power of
/// another U under somebody's d could accuse it falsely. Bytes of the object's body (SPEC.md,
/// section 14.8): digest of the grant (32) || u8 relay || u32 refresh number || u16 count || d
/// (32), U (96) and U^x_i (96) of each || signature (64).
#[derive(Clone)]
pub struct Answer {
    pub(super) grant: [u8; 32],
    pub(super) relay: u8,
    pub(super) refresh: u32,
    pub(super) items: Vec<Transformed>,
    pub(super) signature: [u8; SIGNATURE],
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::Answer, bytes, |reader| {
            let grant = reader.array()?;
            let relay = reader.u8()?;
            let refresh = reader.u32()?;
            let count = usize::from(reader.u16()?);
            if count == 0 || count > REQUEST_ITEMS {
                return Err(Error::Length("capsules of an answer"));
            }
            let mut all = Reader::new(reader.bytes(count * (32 + 2 * G2::BYTES))?);
            let items = (0..count)
                .map(|_| {
                    Ok(Transformed {
                        digest: all.array()?,
                        first: all.array()?,
                        point: all.array()?,
                    })
                })
                .collect::<Result<_>>()?;
            Ok(Self {
                grant,
                relay,
                refresh,
                items,
                signature: reader.array()?,
            })
        })
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::Answer);
        self.write(&mut writer);
        writer.array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// Which relay of the grant answers.
    #[must_use]
    pub fn relay(&self) -> u8 {
        self.relay
    }

    /// The digest of the grant.
    #[must_use]
    pub fn grant(&self) -> &[u8; 32] {
        &self.grant
    }

    /// The digests of the capsules that were transformed.
    pub fn digests(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.items.iter().map(|item| &item.digest)
    }

    /// Checks that a relay of this grant signed it.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another grant's answer, [`Error::Argument`] for an index that is
    /// no relay's, [`Error::Refresh`] for a refresh number under a grant whose sharing is its own,
    /// [`Error::Verify`].
    pub fn verify(self, grant: &Grant<Verified>) -> Result<VerifiedAnswer> {
        if self.grant != *grant.digest() {
            return Err(Error::NoStanza);
        }
        let keys = grant
            .header()
            .relay(self.relay)
            .ok_or(Error::Argument("no relay of the grant has this index"))?;
        if self.refresh > 0 && grant.header().epoch().is_none() {
            return Err(Error::Refresh("only standing sharings are refreshed"));
        }
        keys.signing.verify(
            &[tags::ANSWER_SIGNATURE, &self.signed_digest()],
            &self.signature,
        )?;
        Ok(VerifiedAnswer(self))
    }

    /// The power of a capsule's U in this answer.
    pub(super) fn find(&self, digest: &[u8; 32]) -> Option<&Transformed> {
        self.items.iter().find(|item| item.digest == *digest)
    }

    /// How often the relay's share had been refreshed: shares of different numbers do not fit
    /// together.
    #[must_use]
    pub fn refresh(&self) -> u32 {
        self.refresh
    }

    /// What the relay signs.
    pub(super) fn signed_digest(&self) -> [u8; 32] {
        let mut writer = Writer::with_capacity(64 + 224 * self.items.len());
        self.write(&mut writer);
        Transcript::new(tags::ANSWER_SIGNATURE)
            .item(writer.as_slice())
            .finish()
    }

    fn write(&self, writer: &mut Writer) {
        writer
            .array(&self.grant)
            .u8(self.relay)
            .u32(self.refresh)
            .u16(self.items.len() as u16); // at most REQUEST_ITEMS
        for item in &self.items {
            writer
                .array(&item.digest)
                .array(&item.first)
                .array(&item.point);
        }
    }
}

/// An answer that a relay of the grant signed. Whether it is right, opening tells.
#[derive(Clone)]
pub struct VerifiedAnswer(Answer);

impl VerifiedAnswer {
    /// The answer.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.0
    }

    /// Whether the relay answered for this capsule, among others.
    #[must_use]
    pub fn is_for(&self, capsule: &Capsule) -> bool {
        self.0.find(capsule.digest()).is_some()
    }
}
