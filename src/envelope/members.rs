//! The members of a batch as they lie behind its header.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::Header;
use super::batch::{MEMBER_BYTES, MEMBERS};
use super::fixed::{Content, RecordId};
use super::header::SIGNATURE_BYTES;
use crate::error::{Error, Result};
use crate::symmetric::{Sha256, TAG};
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::Reader;

/// First byte of a member, and of what closes a batch.
pub(super) const MEMBER: u8 = 1;
pub(super) const CLOSE: u8 = 0;
/// A member's key serves one message, so the nonce can stand still.
pub(super) const NONCE: [u8; 12] = [0; 12];

/// One member as it lies in the batch.
pub(super) struct Member<'b> {
    pub(super) id: RecordId,
    pub(super) random: [u8; 16],
    pub(super) sealed: &'b [u8],
    pub(super) signature: Option<&'b [u8; SIGNATURE_BYTES]>,
}

/// All members of a batch, and what closes it: strictly parsed, nothing authenticated.
pub(super) struct Members<'b> {
    pub(super) all: Vec<Member<'b>>,
    /// Over the ids of all members.
    pub(super) names: [u8; 32],
    pub(super) count: u32,
    pub(super) code: [u8; 32],
    /// What follows the closing code: the signature of a signed batch.
    pub(super) rest: &'b [u8],
}

impl<'b> Members<'b> {
    pub(super) fn read(bytes: &'b [u8], signed: bool) -> Result<Self> {
        Self::at_most(MEMBERS as usize, bytes, signed)
    }

    /// As [`Members::read`], of a batch of so many members at most.
    pub(super) fn at_most(most: usize, bytes: &'b [u8], signed: bool) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let mut all: Vec<Member<'b>> = Vec::new();
        let mut ids = BTreeSet::new();
        let mut names = Names::new();
        loop {
            match reader.u8()? {
                MEMBER if all.len() < most => {}
                MEMBER => return Err(Error::TooLarge("members of a batch")),
                CLOSE => break,
                _ => return Err(Error::Field("member of a batch")),
            }
            let member = Member::read(&mut reader, signed)?;
            if !ids.insert(member.id.clone()) {
                return Err(Error::Duplicate("record id in a batch"));
            }
            names.add(&member.id);
            all.push(member);
        }
        Ok(Self {
            all,
            names: names.finish(),
            count: reader.u32()?,
            code: reader.array()?,
            rest: reader.rest(),
        })
    }
}

impl<'b> Member<'b> {
    fn read(reader: &mut Reader<'b>, signed: bool) -> Result<Self> {
        let id = RecordId::new(reader.text8(128)?)?;
        let random = reader.array()?;
        let sealed = reader.lp32(MEMBER_BYTES + TAG)?;
        if sealed.len() < TAG {
            return Err(Error::Length("member of a batch"));
        }
        let signature = if signed {
            Some(reader.array_ref()?)
        } else {
            None
        };
        Ok(Self {
            id,
            random,
            sealed,
            signature,
        })
    }
}

/// A member of a batch as everybody sees it who stores the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberListing {
    /// Its name.
    pub id: RecordId,
    /// Bytes of its content.
    pub length: u64,
}

impl Header {
    /// The names and sizes of the members of the batch behind this header: all bytes that follow
    /// it. Visible to everybody, and not authenticated until the batch is
    /// [opened](super::Opener::open_batch).
    ///
    /// # Errors
    /// [`Error::Kind`] for the header of a single record, the decoding errors,
    /// [`Error::Duplicate`], [`Error::TooLarge`].
    pub fn list_members(&self, bytes: &[u8]) -> Result<Vec<MemberListing>> {
        if self.fixed.content() != Content::Batch {
            return Err(Error::Kind(tags::Kind::Envelope as u8));
        }
        let signed = self.fixed.sender().is_some();
        let members = Members::read(bytes, signed)?;
        let mut rest = Reader::new(members.rest);
        if signed {
            rest.array::<SIGNATURE_BYTES>()?;
        }
        rest.finish()?;
        if u32::try_from(members.all.len()) != Ok(members.count) {
            return Err(Error::Field("count of a batch"));
        }
        let listed = members.all.into_iter().map(|member| MemberListing {
            id: member.id,
            length: (member.sealed.len() - TAG) as u64, // never shorter than its tag
        });
        Ok(listed.collect())
    }
}

/// SHA-256 over a tag and the ids of all members in their order, each behind its length: what a
/// list of the members shows must not be changed without notice.
pub(super) struct Names(Sha256);

impl Names {
    pub(super) fn new() -> Self {
        let mut hash = Sha256::new();
        hash.update(&(tags::BATCH_MEMBERS.len() as u16).to_be_bytes());
        hash.update(tags::BATCH_MEMBERS);
        Self(hash)
    }

    pub(super) fn add(&mut self, id: &RecordId) {
        let name = id.as_str().as_bytes();
        self.0.update(&[name.len() as u8]); // 1 to 128
        self.0.update(name);
    }

    pub(super) fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}

/// What a member's sender signs of its content.
pub(super) fn ciphertext_digest(sealed: &[u8]) -> [u8; 32] {
    Transcript::new(tags::BATCH_CIPHERTEXT)
        .item(sealed)
        .finish()
}
