//! The bytes of a relay's journal: what it must not forget, one entry behind the other.

use core::cmp::Ordering;
use std::boxed::Box;
use std::vec::Vec;

use super::revocation::{ENTRY, Revocation};
use crate::error::{Error, Result};
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer, read_header, write_header};

/// Suite byte of this version.
const SUITE: u8 = 1;
/// Bytes of a checksum.
const CHECKSUM: usize = 16;
/// Kinds of entries: four bits of any two differ, so that one which was damaged is no other.
const REVOCATION: u8 = 0x0f;
const LIST: u8 = 0x33;
const NONCE: u8 = 0x55;
const SHARING: u8 = 0x5a;

/// One thing not to forget.
pub(super) enum Entry {
    /// A revocation, for ever.
    Revocation(Box<Revocation>),
    /// The number of a publisher's list.
    List([u8; 32], u64),
    /// The least refresh number of a standing sharing.
    Sharing([u8; 32], u32),
    /// A requester's nonce and the time of its request.
    Nonce([u8; 32], [u8; 16], u64),
}

/// A journal's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    /// When the file was made, in nanoseconds, as the file system says; 0 where it does not.
    pub(super) born: u64,
    /// Requests before this time, in Unix seconds, are refused.
    pub(super) since: u64,
}

/// The checksum of the last entry, which the next one continues.
#[derive(Clone, Copy)]
pub(super) struct Chain([u8; CHECKSUM]);

/// A journal as it was read.
pub(super) struct Read {
    pub(super) beginning: Beginning,
    pub(super) entries: Vec<Entry>,
    pub(super) chain: Chain,
    /// Where the last whole entry ends: behind it is at most one that was never finished.
    pub(super) length: usize,
}

impl Beginning {
    /// The journal's first bytes: header (8) || u64 born || u64 since || checksum (16).
    pub(super) fn to_bytes(self) -> (Vec<u8>, Chain) {
        let mut writer = Writer::with_capacity(64);
        write_header(&mut writer, SUITE, Kind::RelayJournal);
        writer.u64(self.born).u64(self.since);
        let chain = Chain([0; CHECKSUM]).next(writer.as_slice());
        writer.array(&chain.0);
        (writer.into_vec(), chain)
    }
}

impl Entry {
    /// u8 kind || body || checksum (16).
    pub(super) fn to_bytes(&self, chain: Chain) -> (Vec<u8>, Chain) {
        let mut writer = Writer::with_capacity(256);
        match self {
            Self::Revocation(entry) => writer.u8(REVOCATION).bytes(&entry.to_bytes()),
            Self::List(publisher, number) => writer.u8(LIST).array(publisher).u64(*number),
            Self::Sharing(digest, number) => writer.u8(SHARING).array(digest).u32(*number),
            Self::Nonce(requester, nonce, time) => {
                writer.u8(NONCE).array(requester).array(nonce).u64(*time)
            }
        };
        let chain = chain.next(writer.as_slice());
        writer.array(&chain.0);
        (writer.into_vec(), chain)
    }

    /// Bytes of a body, by kind.
    const fn length(kind: u8) -> Option<usize> {
        match kind {
            REVOCATION => Some(ENTRY),
            LIST => Some(32 + 8),
            SHARING => Some(32 + 4),
            NONCE => Some(32 + 16 + 8),
            _ => None,
        }
    }

    fn read(kind: u8, body: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(body);
        let entry = match kind {
            REVOCATION => Self::Revocation(Box::new(Revocation::read_kept(&mut reader)?)),
            LIST => Self::List(reader.array()?, reader.u64()?),
            SHARING => Self::Sharing(reader.array()?, reader.u32()?),
            _ => Self::Nonce(reader.array()?, reader.array()?, reader.u64()?),
        };
        reader.finish()?;
        Ok(entry)
    }
}

impl Chain {
    fn next(self, bytes: &[u8]) -> Self {
        let digest = sha256(&[tags::RELAY_JOURNAL, &self.0, bytes]);
        Self(*digest.first_chunk().unwrap_or(&[0; CHECKSUM]))
    }
}

/// Reads a journal.
///
/// An entry counts once it is whole on the disk. A power failure can leave the last one short or
/// in part zero: it was never acted on and is passed over. The same anywhere else is damage.
///
/// # Errors
/// [`Error::Checksum`] for damage; the decoding errors.
pub(super) fn read(bytes: &[u8]) -> Result<Read> {
    let mut reader = Reader::new(bytes);
    let suite = read_header(&mut reader, Kind::RelayJournal)?;
    if suite != SUITE {
        return Err(Error::Suite(suite));
    }
    let beginning = Beginning {
        born: reader.u64()?,
        since: reader.u64()?,
    };
    let (first, mut chain) = beginning.to_bytes();
    reader.bytes(CHECKSUM)?;
    if !bytes.starts_with(&first) {
        return Err(Error::Checksum);
    }
    let mut entries = Vec::new();
    let mut length = reader.position();
    while !reader.is_empty() {
        match next(&mut reader, chain) {
            Ok((entry, after)) => {
                entries.push(entry);
                chain = after;
                length = reader.position();
            }
            Err(_) if unfinished(bytes.get(length..).unwrap_or_default()) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(Read {
        beginning,
        entries,
        chain,
        length,
    })
}

fn next(reader: &mut Reader<'_>, chain: Chain) -> Result<(Entry, Chain)> {
    let start = reader.clone();
    let kind = reader.u8()?;
    let length = Entry::length(kind).ok_or(Error::Field("kind of journal entry"))?;
    let body = reader.bytes(length)?;
    let covered = start.clone().bytes(1 + length)?;
    let checksum: [u8; CHECKSUM] = reader.array()?;
    let chain = chain.next(covered);
    if chain.0 != checksum {
        return Err(Error::Checksum);
    }
    Ok((Entry::read(kind, body)?, chain))
}

/// Whether all that is left is one entry that was not finished: short, or with its beginning or
/// its end not there, in whose place the file system gives zeros.
fn unfinished(rest: &[u8]) -> bool {
    let (Some(kind), Some(last)) = (rest.first(), rest.last()) else {
        return false;
    };
    let zeros = rest.iter().all(|byte| *byte == 0);
    let whole = |kind: u8| Entry::length(kind).map(|body| 1 + body + CHECKSUM);
    if *kind == 0 {
        return [REVOCATION, LIST, NONCE, SHARING]
            .into_iter()
            .filter_map(whole)
            .any(|length| match rest.len().cmp(&length) {
                Ordering::Less => zeros,
                Ordering::Equal => true,
                Ordering::Greater => false,
            });
    }
    whole(*kind).is_some_and(|length| match rest.len().cmp(&length) {
        Ordering::Less => true,
        Ordering::Equal => *last == 0,
        Ordering::Greater => false,
    })
}
