//! Payloads whose header is kept apart.

use alloc::vec::Vec;

use super::Header;
use super::fixed::{Content, FixedPart};
use super::open::OpenedHeader;
use super::sender::Sender;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::Suite;
use crate::tags::Kind;
use crate::wire::{self, Reader, Writer};

/// Bytes before the chunks of a payload object: magic, version, suite, kind 3, envelope id (16).
pub const DETACHED_PREFIX_BYTES: usize = 24;

/// A record in two parts (SPEC.md, section 8.7).
///
/// The header can be rewrapped, copied and stored in a database; the payload object stays where
/// it is and never changes. It names its envelope, so that the two can be found together.
pub struct Detached {
    /// The header, complete.
    pub header: Vec<u8>,
    /// Magic, version, suite, kind 3, envelope id (16), chunks, trailer.
    pub object: Vec<u8>,
}

/// What stands before the chunks of a payload object.
pub(super) fn prefix(fixed: &FixedPart) -> Vec<u8> {
    let mut writer = Writer::with_capacity(DETACHED_PREFIX_BYTES);
    wire::write_header(&mut writer, fixed.suite as u8, Kind::Payload);
    writer.array(&fixed.envelope_id);
    writer.into_vec()
}

impl Header {
    /// Whether the first bytes of a payload object are those that belong to this header. Neither
    /// is authenticated: for those who look only.
    ///
    /// # Errors
    /// [`Error::Kind`] for an object with its header inside, or a header of a batch;
    /// [`Error::OtherRecord`] for another record's object; the decoding errors.
    pub fn check_detached(&self, prefix: &[u8; DETACHED_PREFIX_BYTES]) -> Result<()> {
        if self.fixed().content() != Content::Record {
            return Err(Error::Kind(self.fixed().content().kind() as u8));
        }
        let mut reader = Reader::new(prefix);
        let suite = Suite::from_byte(wire::read_header(&mut reader, Kind::Payload)?)?;
        let envelope_id: [u8; 16] = reader.array()?;
        if suite != self.fixed().suite() || envelope_id != *self.fixed().envelope_id() {
            return Err(Error::OtherRecord);
        }
        Ok(())
    }
}

impl OpenedHeader<'_> {
    /// Opens the payload object that belongs to this header.
    ///
    /// # Errors
    /// As [`OpenedHeader::open_payload`] and [`OpenedHeader::check_detached`].
    pub fn open_detached(&self, object: &[u8]) -> Result<(Secret<Vec<u8>>, Sender)> {
        let (prefix, payload) = object
            .split_first_chunk::<DETACHED_PREFIX_BYTES>()
            .ok_or(Error::Truncated)?;
        self.check_detached(prefix)?;
        self.open_payload(payload)
    }

    /// As [`Header::check_detached`]: for readers of streams and ranges, in which the payload then
    /// begins at byte 24.
    ///
    /// # Errors
    /// As [`Header::check_detached`].
    pub fn check_detached(&self, prefix: &[u8; DETACHED_PREFIX_BYTES]) -> Result<()> {
        self.header.check_detached(prefix)
    }
}
