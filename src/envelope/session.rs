//! Sessions: one header, and segments that are sealed and sent while more is being recorded.

use alloc::vec::Vec;

use super::data_key::DataKey;
use super::fixed::FixedPart;
use super::payload::PayloadSealer;
use super::prepared::seal_chunks;
use super::seal::Started;
use super::segment::{SEGMENT_START, SegmentSealer};
use super::sender;
use super::{Record, Sealer};
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{Aead, Stream, Suite, hkdf, hmac_sha256};
use crate::tags;
use crate::wire::Writer;

/// Most segments of a session.
pub const SEGMENTS: u32 = 1 << 20;
/// Longest content of a segment, in bytes.
pub const SEGMENT_BYTES: usize = 64 << 20;

/// What stands before a segment, and before the end mark.
pub(super) const SEGMENT: u8 = 1;
pub(super) const END: u8 = 0;

/// The key that all later segments follow from, and no earlier ones.
pub(super) struct Ratchet {
    key: Secret<[u8; 32]>,
    number: u32,
}

impl Ratchet {
    /// Before segment 0. The data key is not needed any more.
    pub(super) fn start(data_key: &DataKey, fixed: &FixedPart, h: &[u8; 32]) -> Self {
        let info: [&[u8]; 2] = [tags::SESSION_START, h];
        Self {
            key: hkdf(&fixed.salt, data_key.secret().expose(), &info),
            number: 0,
        }
    }

    /// The segment whose key is next.
    pub(super) const fn number(&self) -> u32 {
        self.number
    }

    /// One segment further; the key before is wiped when `self` is dropped.
    pub(super) fn next(&self, h: &[u8; 32]) -> Self {
        Self {
            key: hkdf(&[], self.key.expose(), &[tags::SESSION_NEXT, h]),
            number: self.number + 1,
        }
    }

    /// The cipher of this segment alone.
    pub(super) fn stream(&self, suite: Suite, h: &[u8; 32]) -> Stream {
        let number = self.number.to_be_bytes();
        let info: [&[u8]; 3] = [tags::SESSION_SEGMENT, h, &number];
        Stream::new(Aead::new(suite, &hkdf(&[], self.key.expose(), &info)))
    }

    /// The code that ends a session of so many segments.
    pub(super) fn end(&self, h: &[u8; 32]) -> [u8; 32] {
        let key = hkdf(&[], self.key.expose(), &[tags::SESSION_END, h]);
        hmac_sha256(&key, &[&self.number.to_be_bytes()])
    }

    /// The same key under another number: what a thief would try.
    #[cfg(test)]
    pub(super) fn claimed(&self, number: u32) -> Self {
        let key = self.at_its_place().key;
        Self { key, number }
    }

    /// The same key again, for whoever looks ahead.
    pub(super) fn at_its_place(&self) -> Self {
        Self {
            key: Secret::build(|key: &mut [u8; 32]| key.copy_from_slice(self.key.expose())),
            number: self.number,
        }
    }
}

/// Seals the segments of one session, one after the other; made by [`Sealer::session`].
///
/// What it returns goes to the output in that order: [`SessionSealer::header`], each
/// [`SessionSealer::segment`], [`SessionSealer::end`]. It keeps neither the data key nor the keys
/// of segments that were sealed: whoever takes the device opens none of them with what is in it.
/// Segments may be lost on their way, which shows; a session without its end is interrupted, and
/// opens to its last whole segment.
pub struct SessionSealer<'a> {
    header: Vec<u8>,
    h: [u8; 32],
    suite: Suite,
    chunk_size: u32,
    sender: Option<&'a dyn Signer>,
    ratchet: Ratchet,
}

impl<'a> SessionSealer<'a> {
    pub(super) fn new(started: Started, sender: Option<&'a dyn Signer>) -> Self {
        let Started {
            header,
            fixed,
            h,
            data_key,
        } = started;
        Self {
            ratchet: Ratchet::start(&data_key, &fixed, &h),
            header,
            h,
            suite: fixed.suite(),
            chunk_size: fixed.chunk_size(),
            sender,
        }
    }

    /// The header: what the output begins with.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// The number of the next segment, from 0.
    #[must_use]
    pub const fn next(&self) -> u32 {
        self.ratchet.number()
    }

    /// The next segment: 9 bytes, its content, 16 for each chunk, and 64 more if signed.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 1,048,576 segments or 64 MiB; those of the signer. The segment's
    /// number is used up all the same once its content was sealed.
    pub fn segment(&mut self, content: &[u8]) -> Result<Vec<u8>> {
        let (start, payload) = self.begin(content.len())?;
        seal_chunks(&start, payload, self.chunk_size, content, self.sender)
    }

    /// Begins the next segment, whose content has this length, for whoever has no room for all of
    /// it: what stands before its chunks, and what seals them.
    ///
    /// # Errors
    /// As [`SessionSealer::segment`].
    pub fn begin_segment(
        &mut self,
        length: usize,
    ) -> Result<([u8; SEGMENT_START], SegmentSealer<'a>)> {
        let (start, payload) = self.begin(length)?;
        let sealer = SegmentSealer::new(payload, self.sender, self.chunk_size, length);
        Ok((start, sealer))
    }

    fn begin(&mut self, content: usize) -> Result<([u8; SEGMENT_START], PayloadSealer)> {
        if content > SEGMENT_BYTES {
            return Err(Error::TooLarge("segment of a session"));
        }
        let number = self.ratchet.number();
        if number >= SEGMENTS {
            return Err(Error::TooLarge("segments of a session"));
        }
        let stream = self.ratchet.stream(self.suite, &self.h);
        // Before anything can fail: no key seals twice.
        self.ratchet = self.ratchet.next(&self.h);
        let chunk = (self.chunk_size as usize).max(1);
        let chunks = content.div_ceil(chunk).max(1);
        // At most 64 MiB, and as many tags as chunks of 1 KiB have.
        let length = (content + chunks * crate::symmetric::TAG) as u32;
        let ([a, b, c, d], [e, f, g, i]) = (number.to_be_bytes(), length.to_be_bytes());
        let payload = PayloadSealer::new(stream, self.h, self.sender.is_some()).segment(number);
        Ok(([SEGMENT, a, b, c, d, e, f, g, i], payload))
    }

    /// Ends the session: authenticates how many segments it had. Nothing can follow.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn end(self) -> Result<Vec<u8>> {
        let count = self.ratchet.number();
        let mut writer = Writer::with_capacity(1 + 4 + 32 + 64);
        writer.u8(END).u32(count).array(&self.ratchet.end(&self.h));
        if let Some(signer) = self.sender {
            let parts: [&[u8]; 2] = [&self.h, &count.to_be_bytes()];
            writer.array(&sender::sign(signer, tags::SENDER_END, &parts)?);
        }
        Ok(writer.into_vec())
    }

    /// What whoever takes the device finds in it.
    #[cfg(test)]
    pub(super) fn seized(&self) -> Ratchet {
        self.ratchet.at_its_place()
    }
}

impl<'a> Sealer<'a> {
    /// Begins a session: a recording that is sealed in segments and can be read while it grows.
    /// One capsule, or one coupon, is for all of it. `record` names the session.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn session(
        &mut self,
        record: &Record,
        rng: &mut dyn Randomness,
    ) -> Result<SessionSealer<'a>> {
        let (started, sender) = self.start_session(record, rng)?;
        Ok(SessionSealer::new(started, sender))
    }
}
