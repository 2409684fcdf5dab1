//! Opening from a reader.

use alloc::vec::Vec;
use core::mem::replace;
use core::ops::Range;
use std::io::{self, BufRead, Read};

use super::source::{Group, Source};
use crate::envelope::header::SIGNATURE_BYTES;
use crate::envelope::lanes::lanes;
use crate::envelope::open::OpenedHeader;
use crate::envelope::payload::{Opening, PayloadOpener};
use crate::envelope::sender::Sender;
use crate::error::{Error, Result};
use crate::symmetric::TAG;

/// Yields plaintext from a payload, chunk by verified chunk.
///
/// Each chunk is authentic when it comes out, but that none is missing at the end shows only
/// when reading ends without an error: until then treat everything as unconfirmed. The sender is
/// known after that, from [`OpenReader::finish`]. It holds one chunk, whatever the payload's size.
///
/// With the feature `parallel` it opens on all cores once the payload is longer than a chunk,
/// reads ahead, and holds at most 1.3 MiB (or a chunk). Whoever reads into room for many chunks saves
/// a copy.
pub struct OpenReader<'a, R: Read> {
    source: Source<R>,
    header: OpenedHeader<'a>,
    state: State,
    group: Group,
    /// What was read while the group before it was opened.
    ahead: Option<(Group, Result<()>)>,
    /// Chunks of the group whose plaintext has not been given out.
    ready: Range<usize>,
    /// How much of the first of these has been.
    given: usize,
}

enum State {
    Reading(PayloadOpener),
    Finished(Sender),
    /// With the reason, until it has been told.
    Failed(Option<Error>),
}

/// What [`OpenReader::refill`] did.
enum Refill {
    /// The payload has ended.
    End,
    /// The next chunks lie in the group.
    Buffered,
    /// The next chunks, of so many bytes, went where they were wanted.
    Direct(usize),
}

impl<'a, R: Read> OpenReader<'a, R> {
    pub(in crate::envelope) fn new(inner: R, header: OpenedHeader<'a>) -> Self {
        let fixed = &header.header.fixed;
        let trailer = if fixed.sender.is_some() {
            SIGNATURE_BYTES
        } else {
            0
        };
        let source = Source::new(inner, fixed.chunk_size as usize + TAG, trailer);
        Self {
            state: State::Reading(header.payload_opener()),
            group: Group::new(&source, 1),
            source,
            header,
            ahead: None,
            ready: 0..0,
            given: 0,
        }
    }

    /// From a reader whose own memory the chunks can be opened from.
    pub(in crate::envelope) fn buffered(inner: R, header: OpenedHeader<'a>) -> Self
    where
        R: BufRead,
    {
        let mut reader = Self::new(inner, header);
        reader.source = reader.source.with_look();
        reader
    }

    /// The opened header.
    #[must_use]
    pub fn header(&self) -> &OpenedHeader<'a> {
        &self.header
    }

    /// Reads what is left, and says who sent the record.
    ///
    /// # Errors
    /// As [`OpenedHeader::open_payload`].
    pub fn finish(mut self) -> Result<(OpenedHeader<'a>, Sender)> {
        while !matches!(self.refill(&mut [])?, Refill::End) {}
        match self.state {
            State::Finished(sender) => Ok((self.header, sender)),
            _ => Err(Error::StreamEnded),
        }
    }

    /// Bytes of plaintext in every chunk but the last.
    fn size(&self) -> usize {
        self.header.header.fixed.chunk_size as usize
    }

    /// Decrypts the next chunks: into `out` those that it has room for, the others in the group.
    fn refill(&mut self, out: &mut [u8]) -> Result<Refill> {
        // After a failure the state stays what is put here.
        let mut opener = match replace(&mut self.state, State::Failed(None)) {
            State::Reading(opener) => opener,
            State::Finished(sender) => {
                self.state = State::Finished(sender);
                return Ok(Refill::End);
            }
            State::Failed(reason) => return Err(reason.unwrap_or(Error::StreamEnded)),
        };
        (self.ready, self.given) = (0..0, 0);
        if self.ahead.is_none()
            && let Some((opened, count, direct)) = self.open_held(&mut opener, out)?
        {
            return self.settle(opener, opened, count, direct);
        }
        let spare = match self.ahead.take() {
            Some((next, outcome)) => {
                outcome?;
                Some(replace(&mut self.group, next))
            }
            None => {
                self.source.fill(&mut self.group, opener.signed())?;
                None
            }
        };
        let (opened, count, direct) = self.open_group(&mut opener, spare, out)?;
        self.settle(opener, opened, count, direct)
    }

    /// Opens the group, and reads the next one beside that. Gives how many chunks are authentic,
    /// how many there are, and how many of these belong in `out`: not the last, for it must not
    /// come out before the trailer was verified.
    fn open_group(
        &mut self,
        opener: &mut PayloadOpener,
        spare: Option<Group>,
        out: &mut [u8],
    ) -> Result<(usize, usize, usize)> {
        let size = self.size();
        let is_final = self.group.is_final;
        let chunks = self.group.chunks_mut().chunks_mut(size + TAG);
        let count = chunks.len();
        if count == 0 {
            return Err(Error::Open);
        }
        let direct = (count - usize::from(is_final)).min(out.len() / size);
        let mut places = out.chunks_mut(size).take(direct);
        let mut openings: Vec<_> = chunks
            .map(|chunk| match places.next() {
                Some(place) => Opening::into(chunk, place),
                None => Opening::in_place(chunk),
            })
            .collect();
        let lanes = if is_final { 1 } else { lanes(size) };
        let source = &mut self.source;
        let (opened, ahead) = opener.open_all(is_final, &mut openings, |signed| {
            (lanes > 1).then(|| {
                let mut next = spare
                    .filter(|group| group.fits(source, lanes))
                    .unwrap_or_else(|| Group::new(source, lanes));
                let outcome = source.fill(&mut next, signed);
                (next, outcome)
            })
        })?;
        self.ahead = ahead;
        Ok((opened, count, direct))
    }

    /// As [`OpenReader::open_group`], of chunks in the reader's own memory, if there are any.
    fn open_held(
        &mut self,
        opener: &mut PayloadOpener,
        out: &mut [u8],
    ) -> Result<Option<(usize, usize, usize)>> {
        let size = self.size();
        let direct = out.len() / size;
        // The group may have room for one only.
        let held = self.source.held(direct.max(1).min(lanes(size)))?;
        let (count, length) = (held.len() / (size + TAG), held.len());
        if count == 0 {
            return Ok(None);
        }
        let direct = direct.min(count);
        let room = if direct > 0 {
            out
        } else {
            let room = self.group.room(length);
            room.get_mut(..size).ok_or(Error::Open)?
        };
        let mut openings: Vec<_> = held
            .chunks(size + TAG)
            .zip(room.chunks_mut(size))
            .map(|(chunk, place)| Opening::into(chunk, place))
            .collect();
        let (opened, ()) = opener.open_all(false, &mut openings, |signed| signed.add(held))?;
        self.source.consume(length);
        Ok(Some((opened, count, direct)))
    }

    /// What comes of `opened` authentic chunks of `count`, the first `direct` of which went where
    /// they were wanted. What is authentic comes out before an error is told.
    fn settle(
        &mut self,
        opener: PayloadOpener,
        opened: usize,
        count: usize,
        direct: usize,
    ) -> Result<Refill> {
        let (mut opened, is_final) = (opened, self.group.is_final);
        self.state = if opened < count {
            State::Failed(Some(Error::Open))
        } else if !is_final {
            State::Reading(opener)
        } else {
            let sender = opener.finish(self.source.trailer());
            let accepted = sender.and_then(|sender| {
                self.header.senders.accepts(&sender)?;
                Ok(State::Finished(sender))
            });
            accepted.unwrap_or_else(|error| {
                opened -= 1;
                State::Failed(Some(error))
            })
        };
        self.ready = direct.min(opened)..opened;
        match (&mut self.state, opened, direct.min(opened)) {
            (State::Failed(reason), 0, _) => Err(reason.take().unwrap_or(Error::StreamEnded)),
            (_, _, 0) => Ok(Refill::Buffered),
            (_, _, direct) => Ok(Refill::Direct(direct * self.size())),
        }
    }

    /// Copies plaintext that is ready; gives how much: nothing of the only chunk that may be empty,
    /// for it is the last.
    fn give(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ready.is_empty() {
            return Ok(0);
        }
        let mut chunks = self.group.chunks().chunks(self.size() + TAG);
        let chunk = chunks.nth(self.ready.start).unwrap_or_default();
        let plain = chunk.len().saturating_sub(TAG);
        let count = chunk.get(self.given..plain).unwrap_or_default().read(out)?;
        self.given += count;
        if self.given == plain {
            (self.ready.start, self.given) = (self.ready.start + 1, 0);
        }
        Ok(count)
    }
}

impl<R: Read> Read for OpenReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let count = self.give(out)?;
            if count > 0 {
                return Ok(count);
            }
            match self.refill(out)? {
                Refill::End => return Ok(0),
                Refill::Direct(count) => return Ok(count),
                Refill::Buffered => {}
            }
        }
    }
}
