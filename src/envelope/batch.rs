//! Batches: one header for many small records of one label set.
//!
//! A header costs an encapsulation and some hundred bytes; a chart has hundreds of records of a
//! kilobyte. A batch is released as a unit: whoever opens its header can open every member, so
//! its records must share their labels and, where patients count, their patient.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::data_key::DataKey;
use super::fixed::{FixedPart, RecordId};
use super::members::{CLOSE, MEMBER, NONCE, Names, ciphertext_digest};
use super::seal::Started;
use super::sender;
use super::{Record, Sealer};
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::symmetric::{Aead, TAG, hkdf, hmac_sha256};
use crate::tags;
use crate::wire::Writer;

/// Most members of a batch.
pub const MEMBERS: u32 = 1 << 20;
/// Longest content of a member, in bytes.
pub const MEMBER_BYTES: usize = 64 << 20;

/// What every member's key and signature are derived from.
struct Context {
    fixed: FixedPart,
    h: [u8; 32],
    data_key: DataKey,
}

impl Context {
    fn member(&self, random: &[u8; 16], index: u32, id: &[u8]) -> Aead {
        self.data_key
            .member(self.fixed.suite, random, &self.h, index, id)
    }
}

/// Seals the members of one batch, one after the other; made by [`Sealer::batch`].
///
/// What it returns goes to the output in that order: [`BatchSealer::header`], each
/// [`BatchSealer::member`], and [`BatchSealer::close`], without which the batch does not open.
pub struct BatchSealer<'a> {
    context: Context,
    header: Vec<u8>,
    sender: Option<&'a dyn Signer>,
    ids: BTreeSet<RecordId>,
    names: Names,
    count: u32,
}

impl<'a> BatchSealer<'a> {
    pub(super) fn new(started: Started, sender: Option<&'a dyn Signer>) -> Self {
        let Started {
            header,
            fixed,
            h,
            data_key,
        } = started;
        Self {
            context: Context { fixed, h, data_key },
            header,
            sender,
            ids: BTreeSet::new(),
            names: Names::new(),
            count: 0,
        }
    }

    /// The header: what the output begins with.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// The next member: 38 bytes, its id and its content; 64 more if signed.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for an id given before, [`Error::TooLarge`] beyond 1,048,576 members
    /// or 64 MiB, [`Error::Randomness`], those of the signer. After an error the batch can go on.
    pub fn member(
        &mut self,
        id: &RecordId,
        content: &[u8],
        rng: &mut dyn Randomness,
    ) -> Result<Vec<u8>> {
        let room = member_room(id, content);
        let mut out = Vec::with_capacity(room);
        self.append(id, content, &mut out, rng)?;
        Ok(out)
    }

    /// As [`BatchSealer::member`], behind what is in `out`, which an error leaves as it was.
    fn append(
        &mut self,
        id: &RecordId,
        content: &[u8],
        out: &mut Vec<u8>,
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        let length = out.len();
        let outcome = self.try_append(id, content, out, rng);
        if outcome.is_err() {
            out.truncate(length);
        }
        outcome
    }

    fn try_append(
        &mut self,
        id: &RecordId,
        content: &[u8],
        out: &mut Vec<u8>,
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        if content.len() > MEMBER_BYTES {
            return Err(Error::TooLarge("member of a batch"));
        }
        let index = self.count;
        if index >= MEMBERS {
            return Err(Error::TooLarge("members of a batch"));
        }
        if self.ids.contains(id) {
            return Err(Error::Duplicate("record id in a batch"));
        }
        let mut random = [0; 16];
        rng.fill(&mut random)?;
        let name = id.as_str().as_bytes();
        out.extend_from_slice(&[MEMBER, name.len() as u8]); // 1 to 128
        out.extend_from_slice(name);
        out.extend_from_slice(&random);
        out.extend_from_slice(&((content.len() + TAG) as u32).to_be_bytes());
        let from = out.len();
        out.extend_from_slice(content);
        let body = out.get_mut(from..).unwrap_or_default();
        let tag = self
            .context
            .member(&random, index, name)
            .seal_in_place(&NONCE, &[], body)?;
        out.extend_from_slice(&tag);
        if let Some(signer) = self.sender {
            let digest = ciphertext_digest(out.get(from..).unwrap_or_default());
            let parts: [&[u8]; 4] = [&self.context.h, &index.to_be_bytes(), name, &digest];
            out.extend_from_slice(&sender::sign(signer, tags::SENDER_MEMBER, &parts)?);
        }
        self.ids.insert(id.clone());
        self.names.add(id);
        self.count += 1;
        Ok(())
    }

    /// Closes the batch: authenticates how many members it has, and their ids in their order.
    /// Nothing can be added after it.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn close(self) -> Result<Vec<u8>> {
        let count = self.count;
        let names = self.names.finish();
        let Context { h, data_key, .. } = &self.context;
        let mut writer = Writer::with_capacity(1 + 4 + 32 + 64);
        writer
            .u8(CLOSE)
            .u32(count)
            .array(&data_key.close(h, count, &names));
        if let Some(signer) = self.sender {
            let parts: [&[u8]; 3] = [h, &count.to_be_bytes(), &names];
            writer.array(&sender::sign(signer, tags::SENDER_CLOSE, &parts)?);
        }
        Ok(writer.into_vec())
    }

    /// A dishonest sealer's: forgets which names were given.
    #[cfg(test)]
    pub(super) fn forget_names(&mut self) {
        self.ids.clear();
    }
}

/// The most bytes that a member takes.
fn member_room(id: &RecordId, content: &[u8]) -> usize {
    1 + 1 + id.as_str().len() + 16 + 4 + content.len() + TAG + 64
}

impl Sealer<'_> {
    /// A whole batch in memory.
    ///
    /// # Errors
    /// Those of [`Sealer::batch`] and [`BatchSealer::member`].
    pub fn seal_batch<'m>(
        &mut self,
        record: &Record,
        members: impl IntoIterator<Item = (&'m RecordId, &'m [u8])>,
        rng: &mut dyn Randomness,
    ) -> Result<Vec<u8>> {
        let mut batch = self.batch(record, rng)?;
        let members: Vec<_> = members.into_iter().collect();
        let room = members.iter().map(|(id, content)| member_room(id, content));
        // All of the room at once: the header, the members, and a closing of at most 101 bytes.
        let mut out = Vec::with_capacity(batch.header().len() + room.sum::<usize>() + 101);
        out.extend_from_slice(batch.header());
        for (id, content) in members {
            batch.append(id, content, &mut out, rng)?;
        }
        out.extend_from_slice(&batch.close()?);
        Ok(out)
    }
}

impl DataKey {
    pub(super) fn member(
        &self,
        suite: crate::symmetric::Suite,
        random: &[u8; 16],
        h: &[u8; 32],
        index: u32,
        id: &[u8],
    ) -> Aead {
        let info: [&[u8]; 4] = [tags::BATCH_MEMBER, h, &index.to_be_bytes(), id];
        Aead::new(suite, &hkdf(random, self.secret().expose(), &info))
    }

    /// The code that closes a batch of `count` members with these names.
    pub(super) fn close(&self, h: &[u8; 32], count: u32, names: &[u8; 32]) -> [u8; 32] {
        let key = hkdf(&[], self.secret().expose(), &[tags::BATCH_CLOSE, h]);
        hmac_sha256(&key, &[&count.to_be_bytes(), names])
    }
}
