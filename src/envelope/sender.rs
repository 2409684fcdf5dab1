//! Who sent a record, as far as it has been shown.

use alloc::vec::Vec;

use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};

/// What is known of a record's sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The record names no sender: some holder of the data key made it, no more is known.
    Unsigned,
    /// The sender signed the header; the payload has not been read to its end.
    HeaderSigned(VerifyingKey),
    /// The sender signed header and payload, and all of both has been read.
    Signed(VerifyingKey),
}

/// Which senders a reader accepts.
#[derive(Clone, Copy, Debug, Default)]
pub enum AcceptedSenders<'a> {
    /// Anyone, unsigned records too: the caller looks at [`Sender`] itself.
    #[default]
    Any,
    /// Only records signed, to their end, by one of these keys.
    Known(&'a [VerifyingKey]),
}

impl AcceptedSenders<'_> {
    /// Refuses a header early whose sender could never be accepted.
    pub(super) fn admits(self, named: Option<&VerifyingKey>) -> Result<()> {
        match self {
            Self::Any => Ok(()),
            Self::Known(keys) if named.is_some_and(|key| keys.contains(key)) => Ok(()),
            Self::Known(_) => Err(Error::Sender),
        }
    }

    /// The last word: a header signature alone is not enough for [`AcceptedSenders::Known`].
    pub(super) fn accepts(self, shown: &Sender) -> Result<()> {
        match (self, shown) {
            (Self::Any, _) => Ok(()),
            (Self::Known(keys), Sender::Signed(key)) if keys.contains(key) => Ok(()),
            (Self::Known(_), _) => Err(Error::Sender),
        }
    }
}

/// Signs `tag || parts`; at most one part has no fixed length, so nothing is ambiguous.
pub(super) fn sign(signer: &dyn Signer, tag: &[u8], parts: &[&[u8]]) -> Result<[u8; 64]> {
    signer.sign(&message(tag, parts))
}

/// Verifies what [`sign`] made.
pub(super) fn verify(
    key: &VerifyingKey,
    tag: &[u8],
    parts: &[&[u8]],
    signature: &[u8; 64],
) -> Result<()> {
    key.verify(&[&message(tag, parts)], signature)
        .map_err(|_| Error::Verify)
}

fn message(tag: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut message = tag.to_vec();
    parts
        .iter()
        .for_each(|part| message.extend_from_slice(part));
    message
}
