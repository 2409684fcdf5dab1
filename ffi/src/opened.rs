//! Opened headers: handles that open the payload, or parts of it, without the key.

use std::ops::Range;

use hippocrypt::Error;
use hippocrypt::envelope::{OpenedHeader, Sender};

use crate::answer::{Fixed, New, Number};
use crate::argument::{Bytes, Ref};
use crate::buffer::Buffer;
use crate::kept::Keeping;

/// An opened header, and what is known of the sender.
pub struct Opened {
    header: Keeping<OpenedHeader<'static>>,
    sender: Sender,
}

impl Opened {
    /// After a payload was read to its end.
    pub fn whole(header: Keeping<OpenedHeader<'static>>, sender: Sender) -> Self {
        Self { header, sender }
    }

    /// Of a header alone.
    pub fn header(header: Keeping<OpenedHeader<'static>>) -> Self {
        let sender = header.look().sender();
        Self { header, sender }
    }

    /// The opened header.
    pub const fn look(&self) -> &OpenedHeader<'static> {
        self.header.look()
    }
}

noun!(Opened, "hc_opened", Shared, /// Frees an opened header.
    hc_opened_free);

/// What is known of the sender, as a constant of the header.
pub fn status(sender: &Sender) -> (u32, [u8; 32]) {
    match sender {
        Sender::Unsigned => (0, [0; 32]),
        Sender::HeaderSigned(key) => (1, key.to_bytes()),
        Sender::Signed(key) => (2, key.to_bytes()),
    }
}

export! {
    /// Who sent it.
    fn hc_opened_sender(opened: Ref<Opened>) -> (status: Number<u32>, key: Fixed<32>) {
        Ok(self::status(&opened.sender))
    }

    /// The encrypted metadata.
    fn hc_opened_metadata(opened: Ref<Opened>) -> metadata: New<Buffer> {
        let metadata = opened.look().metadata()?;
        Ok(Buffer::secret(metadata.ok_or(Error::Missing("encrypted metadata"))?))
    }

    /// Opens the payload of a record: all bytes behind its header.
    fn hc_opened_open_payload(opened: Ref<Opened>, payload[length]: Bytes) -> content: New<Buffer> {
        Ok(Buffer::secret(opened.look().open_payload(payload)?.0))
    }

    /// Opens a payload object that was kept apart.
    fn hc_opened_open_detached(opened: Ref<Opened>, object[length]: Bytes) -> content: New<Buffer> {
        Ok(Buffer::secret(opened.look().open_detached(object)?.0))
    }

    /// Opens a part of a payload.
    fn hc_opened_open_range(opened: Ref<Opened>, payload[length]: Bytes, from: u64, until: u64) -> content: New<Buffer> {
        Ok(Buffer::secret(opened.look().open_range_of(payload, Range { start: from, end: until })?))
    }
}
