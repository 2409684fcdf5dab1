//! Batches that are open: members one by one.

use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use super::Header;
use super::fixed::{Content, RecordId};
use super::members::{Member, Members, NONCE, ciphertext_digest};
use super::open::{OpenedHeader, Opener};
use super::sender::{self, Sender};
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::TAG;
use crate::tags;
use crate::wire::Reader;

/// A batch whose header is open and whose end was authenticated: members open one by one.
pub struct OpenedBatch<'a, 'b> {
    header: OpenedHeader<'a>,
    members: Vec<Member<'b>>,
}

impl<'a> Opener<'a> {
    /// Opens the header of a batch and authenticates how many members it has.
    ///
    /// # Errors
    /// As [`Opener::open`]; [`Error::Kind`] for a single record.
    pub fn open_batch<'b>(&mut self, bytes: &'b [u8]) -> Result<OpenedBatch<'a, 'b>> {
        let (header, members) = Header::from_bytes(bytes)?;
        self.unlock(header)?.into_batch(members)
    }
}

impl<'a> OpenedHeader<'a> {
    /// The batch behind this header: all bytes that follow it.
    ///
    /// # Errors
    /// [`Error::Kind`] for the header of a single record; [`Error::Open`] when anything but
    /// whole members and one closing stands there; [`Error::Verify`] when the sender's signature
    /// over the closing fails; the decoding errors.
    pub fn into_batch<'b>(self, bytes: &'b [u8]) -> Result<OpenedBatch<'a, 'b>> {
        if self.fixed().content() != Content::Batch {
            return Err(Error::Kind(tags::Kind::Envelope as u8));
        }
        let signed = self.fixed().sender().copied();
        let members = Members::read(bytes, signed.is_some()).map_err(|_| Error::Open)?;
        let Members {
            all,
            names,
            count,
            code,
            rest,
        } = members;
        let expected = self.data_key.close(&self.header.h, count, &names);
        if !bool::from(code.ct_eq(&expected)) || u32::try_from(all.len()) != Ok(count) {
            return Err(Error::Open);
        }
        let mut reader = Reader::new(rest);
        if let Some(key) = signed {
            let signature = reader.array().map_err(|_| Error::Verify)?;
            let parts: [&[u8]; 3] = [&self.header.h, &count.to_be_bytes(), &names];
            sender::verify(&key, tags::SENDER_CLOSE, &parts, &signature)?;
        }
        reader.finish().map_err(|_| Error::Open)?;
        Ok(OpenedBatch {
            header: self,
            members: all,
        })
    }
}

impl<'a> OpenedBatch<'a, '_> {
    /// The header.
    #[must_use]
    pub fn header(&self) -> &OpenedHeader<'a> {
        &self.header
    }

    /// The members' ids, in the order they were sealed.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &RecordId> {
        self.members.iter().map(|member| &member.id)
    }

    /// Opens the member at a place, counted from 0.
    ///
    /// # Errors
    /// [`Error::Argument`] beyond the last; [`Error::Open`] when it was changed or moved;
    /// [`Error::Verify`] when its sender's signature fails; [`Error::Sender`] when the opener
    /// does not accept the sender.
    pub fn open(&self, at: usize) -> Result<(Secret<Vec<u8>>, Sender)> {
        let member = self
            .members
            .get(at)
            .ok_or(Error::Argument("place in the batch"))?;
        let index = u32::try_from(at).map_err(|_| Error::Open)?;
        let header = &self.header.header;
        let name = member.id.as_str().as_bytes();
        let sender = match (header.fixed.sender, &member.signature) {
            (Some(key), Some(signature)) => {
                member.verify(&key, &header.h, index, signature)?;
                Sender::Signed(key)
            }
            _ => Sender::Unsigned,
        };
        self.header.senders.accepts(&sender)?;
        let (body, tag) = member.sealed.split_last_chunk::<TAG>().ok_or(Error::Open)?;
        let mut plain = Secret::new(body.to_vec());
        self.header
            .data_key
            .member(header.fixed.suite, &member.random, &header.h, index, name)
            .open_in_place(&NONCE, &[], plain.expose_mut(), tag)
            .map_err(|_| Error::Open)?;
        Ok((plain, sender))
    }

    /// Opens the member with this id.
    ///
    /// # Errors
    /// As [`OpenedBatch::open`]; [`Error::Missing`] when there is none.
    pub fn find(&self, id: &RecordId) -> Result<(Secret<Vec<u8>>, Sender)> {
        let at = self.members.iter().position(|member| member.id == *id);
        self.open(at.ok_or(Error::Missing("record in the batch"))?)
    }
}

impl Member<'_> {
    fn verify(
        &self,
        key: &VerifyingKey,
        h: &[u8; 32],
        index: u32,
        signature: &[u8; 64],
    ) -> Result<()> {
        let digest = ciphertext_digest(self.sealed);
        let parts: [&[u8]; 4] = [
            h,
            &index.to_be_bytes(),
            self.id.as_str().as_bytes(),
            &digest,
        ];
        sender::verify(key, tags::SENDER_MEMBER, &parts, signature)
    }
}
