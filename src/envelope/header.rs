//! A whole header as read: nothing in it is authenticated yet.

use alloc::vec::Vec;

use super::access::{self, AccessPart, HEADER_BYTES};
use super::fixed::{self, FixedPart, PREFIX_BYTES};
use super::sender;
use crate::error::{Error, Result};
use crate::tags;

/// Bytes of the header's authentication code.
pub(super) const MAC_BYTES: usize = 32;
/// Bytes of an Ed25519 signature.
pub(super) const SIGNATURE_BYTES: usize = 64;

/// A header as read: strictly parsed, and its signatures verified where it names signers.
///
/// Anybody can make one. That some holder of the data key made it shows only when an
/// [`Opener`](super::Opener) unlocks it, which consumes it and gives an
/// [`OpenedHeader`](super::OpenedHeader): only that type opens payloads.
pub struct Header {
    pub(super) fixed: FixedPart,
    pub(super) access: AccessPart,
    pub(super) h: [u8; 32],
    /// Everything the authentication code covers.
    pub(super) covered: Vec<u8>,
    pub(super) mac: [u8; MAC_BYTES],
}

/// Where header bytes come from: a slice, or a reader.
pub(super) trait Source {
    /// Exactly `count` more bytes, appended to `out`.
    fn take(&mut self, count: usize, out: &mut Vec<u8>) -> Result<()>;
}

impl Source for &[u8] {
    fn take(&mut self, count: usize, out: &mut Vec<u8>) -> Result<()> {
        let (head, tail) = self.split_at_checked(count).ok_or(Error::Truncated)?;
        out.extend_from_slice(head);
        *self = tail;
        Ok(())
    }
}

impl Header {
    /// Whether the record says that it travels under the consent whose Terms have this digest.
    /// Whoever can open a record can write this; [`AccessPart::writer`] says who vouches for it.
    #[must_use]
    pub fn is_under(&self, terms: &[u8; 32]) -> bool {
        let own = access::digest(terms, self.fixed.envelope_id());
        let consent = self.access.consent();
        consent.is_some_and(|consent| *consent.digest() == own)
    }

    /// The header at the beginning of `bytes`, and the bytes behind it.
    ///
    /// # Errors
    /// The decoding errors (100-115); [`Error::Verify`] when the header names a sender or a
    /// writer whose signature does not verify.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<(Self, &[u8])> {
        let header = Self::take(&mut bytes)?;
        Ok((header, bytes))
    }

    /// The header at the beginning of `reader`, which is left at the payload's first byte.
    ///
    /// # Errors
    /// As [`Header::from_bytes`]; [`Error::Io`].
    #[cfg(feature = "std")]
    pub fn read_from(reader: &mut impl std::io::Read) -> Result<Self> {
        Self::take(&mut super::io::ReadSource(reader))
    }

    pub(super) fn take(source: &mut dyn Source) -> Result<Self> {
        let mut covered = Vec::with_capacity(1024);
        source.take(PREFIX_BYTES, &mut covered)?;
        let prefix = covered
            .first_chunk::<PREFIX_BYTES>()
            .ok_or(Error::Truncated)?;
        let length = FixedPart::length(prefix)?;
        source.take(length, &mut covered)?;
        let fixed = FixedPart::from_bytes(&covered)?;
        let h = fixed::digest(&covered);

        if let Some(key) = fixed.sender {
            let at = covered.len();
            source.take(SIGNATURE_BYTES, &mut covered)?;
            let signature = covered
                .get(at..)
                .and_then(<[u8]>::first_chunk)
                .ok_or(Error::Truncated)?;
            sender::verify(&key, tags::SENDER_HEADER, &[&h], signature)?;
        }

        let at = covered.len();
        source.take(4, &mut covered)?;
        let length = covered
            .get(at..)
            .and_then(<[u8]>::first_chunk::<4>)
            .ok_or(Error::Truncated)?;
        let length = u32::from_be_bytes(*length) as usize;
        if length > (HEADER_BYTES - MAC_BYTES).saturating_sub(covered.len()) {
            return Err(Error::Length("header"));
        }
        let at = covered.len();
        source.take(length, &mut covered)?;
        let access = AccessPart::from_bytes(covered.get(at..).unwrap_or_default())?;
        if let Some(writing) = &access.writer {
            let signed = access.signed_bytes()?;
            sender::verify(
                &writing.key,
                tags::WRITER_ACCESS,
                &[&h, &signed],
                &writing.signature,
            )?;
        }

        let mut mac = Vec::with_capacity(MAC_BYTES);
        source.take(MAC_BYTES, &mut mac)?;
        let mac = *mac.first_chunk().ok_or(Error::Truncated)?;
        Ok(Self {
            fixed,
            access,
            h,
            covered,
            mac,
        })
    }

    /// What the record is. Visible, and not authenticated until the header is unlocked.
    #[must_use]
    pub fn fixed(&self) -> &FixedPart {
        &self.fixed
    }

    /// Who can open. Visible, and not authenticated until the header is unlocked.
    #[must_use]
    pub fn access(&self) -> &AccessPart {
        &self.access
    }

    /// The sender whose signature in the header verified: at most
    /// [`Sender::HeaderSigned`](super::Sender::HeaderSigned).
    #[must_use]
    pub fn sender(&self) -> super::Sender {
        match self.fixed.sender {
            Some(key) => super::Sender::HeaderSigned(key),
            None => super::Sender::Unsigned,
        }
    }

    /// h: the digest of the fixed part, which stanzas are bound to and requests name.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.h
    }

    /// How many bytes the header has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.covered.len() + MAC_BYTES
    }
}
