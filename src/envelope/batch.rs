//! Batches: one header for many small records of one label set.
//!
//! A header costs an encapsulation and some hundred bytes; a chart has hundreds of records of a
//! kilobyte. A batch is released as a unit: whoever opens its header can open every member, so
//! its records must share their labels and, where patients count, their patient.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use super::data_key::DataKey;
use super::fixed::{Content, FixedPart, RecordId};
use super::open::{OpenedHeader, Opener};
use super::seal::Started;
use super::sender::{self, Sender};
use super::{Header, Record, Sealer};
use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{Aead, Sha256, TAG, hkdf, hmac_sha256};
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// Most members of a batch.
pub const MEMBERS: u32 = 1 << 20;
/// Longest content of a member, in bytes.
pub const MEMBER_BYTES: usize = 64 << 20;

/// First byte of a member, and of what closes a batch.
const MEMBER: u8 = 1;
const CLOSE: u8 = 0;
/// A member's key serves one message, so the nonce can stand still.
const NONCE: [u8; 12] = [0; 12];

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
        let mut writer =
            Writer::with_capacity(1 + 1 + name.len() + 16 + 4 + content.len() + TAG + 64);
        writer
            .u8(MEMBER)
            .lp8(name)?
            .array(&random)
            .u32((content.len() + TAG) as u32);
        let from = writer.len();
        writer.bytes(content);
        let mut out = writer.into_vec();
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
        Ok(out)
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
        let mut out = batch.header().to_vec();
        for (id, content) in members {
            out.extend_from_slice(&batch.member(id, content, rng)?);
        }
        out.extend_from_slice(&batch.close()?);
        Ok(out)
    }
}

/// A batch whose header is open and whose end was authenticated: members open one by one.
pub struct OpenedBatch<'a, 'b> {
    header: OpenedHeader<'a>,
    members: Vec<Member<'b>>,
}

/// One member as it lies in the batch.
struct Member<'b> {
    id: RecordId,
    random: [u8; 16],
    sealed: &'b [u8],
    signature: Option<[u8; 64]>,
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
        let mut reader = Reader::new(bytes);
        let mut members: Vec<Member<'b>> = Vec::new();
        let mut ids = BTreeSet::new();
        let mut names = Names::new();
        loop {
            match reader.u8() {
                Ok(MEMBER) if (members.len() as u64) < u64::from(MEMBERS) => {}
                Ok(CLOSE) => break,
                _ => return Err(Error::Open),
            }
            let member = Member::read(&mut reader, signed.is_some()).map_err(|_| Error::Open)?;
            if !ids.insert(member.id.clone()) {
                return Err(Error::Open);
            }
            names.add(&member.id);
            members.push(member);
        }
        let names = names.finish();
        let count = reader.u32().map_err(|_| Error::Open)?;
        let code: [u8; 32] = reader.array().map_err(|_| Error::Open)?;
        let expected = self.data_key.close(&self.header.h, count, &names);
        let all = u32::try_from(members.len()).is_ok_and(|found| found == count);
        if !bool::from(code.ct_eq(&expected)) || !all {
            return Err(Error::Open);
        }
        if let Some(key) = signed {
            let signature = reader.array().map_err(|_| Error::Verify)?;
            let parts: [&[u8]; 3] = [&self.header.h, &count.to_be_bytes(), &names];
            sender::verify(&key, tags::SENDER_CLOSE, &parts, &signature)?;
        }
        reader.finish().map_err(|_| Error::Open)?;
        Ok(OpenedBatch {
            header: self,
            members,
        })
    }
}

impl<'b> Member<'b> {
    fn read(reader: &mut Reader<'b>, signed: bool) -> Result<Self> {
        let id = RecordId::new(reader.text8(128)?)?;
        let random = reader.array()?;
        let sealed = reader.lp32(MEMBER_BYTES + TAG)?;
        let signature = if signed { Some(reader.array()?) } else { None };
        Ok(Self {
            id,
            random,
            sealed,
            signature,
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

impl DataKey {
    fn member(
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
    fn close(&self, h: &[u8; 32], count: u32, names: &[u8; 32]) -> [u8; 32] {
        let key = hkdf(&[], self.secret().expose(), &[tags::BATCH_CLOSE, h]);
        hmac_sha256(&key, &[&count.to_be_bytes(), names])
    }
}

/// SHA-256 over a tag and the ids of all members in their order, each behind its length: what a
/// list of the members shows must not be changed without notice.
struct Names(Sha256);

impl Names {
    fn new() -> Self {
        let mut hash = Sha256::new();
        hash.update(&(tags::BATCH_MEMBERS.len() as u16).to_be_bytes());
        hash.update(tags::BATCH_MEMBERS);
        Self(hash)
    }

    fn add(&mut self, id: &RecordId) {
        let name = id.as_str().as_bytes();
        self.0.update(&[name.len() as u8]); // 1 to 128
        self.0.update(name);
    }

    fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}

/// What a member's sender signs of its content.
fn ciphertext_digest(sealed: &[u8]) -> [u8; 32] {
    Transcript::new(tags::BATCH_CIPHERTEXT)
        .item(sealed)
        .finish()
}
