//! Opening records.

use alloc::{boxed::Box, vec, vec::Vec};

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::access::AccessPart;
use super::data_key::DataKey;
use super::fixed::{Content, FixedPart};
use super::header::{Header, SIGNATURE_BYTES};
use super::lanes::lanes;
use super::patient::{CapsuleHolder, CapsuleOpener, GrantHolder, Owner};
use super::payload::{Opening, PayloadOpener};
use super::profile::Profile;
use super::recipient::{Binding, KeyHolder, Unwrap};
use super::sender::{AcceptedSenders, Sender};
use super::subject::{self, Subject};
use crate::abe::UserKey;
use crate::error::{Error, Result};
use crate::pre::{PatientKey, RecipientGrant, VerifiedAnswer};
use crate::secret::Secret;
use crate::symmetric::{Stream, TAG};

/// Opens any number of records with the same keys.
#[derive(Default)]
pub struct Opener<'a> {
    keys: Vec<Box<dyn Unwrap + 'a>>,
    senders: AcceptedSenders<'a>,
    profile: Option<&'a Profile>,
}

/// A record opened to its end: everything in it was authenticated.
pub struct Opened {
    /// The content, wiped on drop.
    pub plaintext: Secret<Vec<u8>>,
    /// [`Sender::Signed`] or [`Sender::Unsigned`].
    pub sender: Sender,
    /// The header.
    pub header: OpenedHeader<'static>,
}

/// A header whose data key was found and whose every byte it authenticates: a handle that opens
/// the payload, or parts of it, as often as needed without the key that unlocked it; with
/// [`OpenedHeader::until`] one that ends at a deadline.
pub struct OpenedHeader<'a> {
    pub(super) header: Header,
    pub(super) data_key: DataKey,
    pub(super) senders: AcceptedSenders<'a>,
}

impl<'a> Opener<'a> {
    /// An opener without keys, for senders of any kind.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tries `key` on policy stanzas.
    #[must_use]
    pub fn key(self, key: &'a UserKey) -> Self {
        self.unwrap_with(Box::new(KeyHolder::new(key)))
    }

    /// Tries the patient's own key on capsules.
    #[must_use]
    pub fn patient(self, key: &'a PatientKey) -> Self {
        self.capsules(Box::new(Owner::new(key)))
    }

    /// Tries a grant with the answers of its relays on capsules.
    #[must_use]
    pub fn grant(self, grant: &'a RecipientGrant, answers: Vec<&'a VerifiedAnswer>) -> Self {
        self.capsules(Box::new(GrantHolder::new(grant, answers)))
    }

    /// Tries whoever can open capsules.
    #[must_use]
    pub fn capsules(self, opener: Box<dyn CapsuleOpener + 'a>) -> Self {
        self.unwrap_with(Box::new(CapsuleHolder(opener)))
    }

    /// Tries a key of any kind, or one that lives elsewhere.
    #[must_use]
    pub fn unwrap_with(mut self, key: Box<dyn Unwrap + 'a>) -> Self {
        self.keys.push(key);
        self
    }

    /// Accepts these senders only.
    #[must_use]
    pub fn senders(mut self, senders: AcceptedSenders<'a>) -> Self {
        self.senders = senders;
        self
    }

    /// Opens no record that lacks what `profile` demands.
    #[must_use]
    pub fn profile(mut self, profile: &'a Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Opens a whole record.
    ///
    /// # Errors
    /// The decoding errors (100-115) for a malformed header; [`Error::Sender`] and
    /// [`Error::Verify`] for its sender; [`Error::Profile`]; [`Error::NoStanza`] or [`Error::NotSatisfied`] when no
    /// key fits, which follows from public data; [`Error::Open`] for everything after that.
    pub fn open(&mut self, record: &[u8]) -> Result<Opened> {
        let (header, payload) = Header::from_bytes(record)?;
        let senders = self.senders;
        let header = self.unlock(header)?;
        let (plaintext, sender) = header.open_payload(payload)?;
        senders.accepts(&sender)?;
        let OpenedHeader {
            header, data_key, ..
        } = header;
        let header = OpenedHeader {
            header,
            data_key,
            senders: AcceptedSenders::Any,
        };
        Ok(Opened {
            plaintext,
            sender,
            header,
        })
    }

    /// Reads a header and gives back where the plaintext comes from.
    ///
    /// What it yields is unconfirmed until it has been read to its end without an error.
    ///
    /// # Errors
    /// As [`Opener::open`], less what only the payload shows; [`Error::Io`].
    #[cfg(feature = "std")]
    pub fn open_from<R: std::io::Read>(
        &mut self,
        mut reader: R,
    ) -> Result<super::OpenReader<'a, R>> {
        let header = Header::read_from(&mut reader)?;
        self.unlock(header)?.open_payload_from(reader)
    }

    /// As [`Opener::open_from`], from a reader that holds what it reads, as a slice does: chunks
    /// that lie in its memory whole are opened from there, without a copy.
    ///
    /// # Errors
    /// As [`Opener::open_from`].
    #[cfg(feature = "std")]
    pub fn open_from_buffered<R: std::io::BufRead>(
        &mut self,
        mut reader: R,
    ) -> Result<super::OpenReader<'a, R>> {
        let header = Header::read_from(&mut reader)?;
        let header = self.unlock(header)?;
        header.is_record()?;
        Ok(super::OpenReader::buffered(reader, header))
    }

    /// Finds the data key of a header and authenticates all of it.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn unlock(&mut self, header: Header) -> Result<OpenedHeader<'a>> {
        self.senders.admits(header.fixed.sender.as_ref())?;
        if let Some(profile) = self.profile {
            profile.check(&header)?;
        }
        let binding = Binding {
            h: &header.h,
            fixed: &header.fixed,
            time: 0,
        };
        let mut refusal = Error::NoStanza;
        for key in &mut self.keys {
            for stanza in &header.access.stanzas {
                let found = match key.unwrap(stanza, &binding) {
                    Ok(Some(data_key)) => authenticate(&header, data_key),
                    Ok(None) => continue,
                    Err(error) => Err(error),
                };
                match found {
                    Ok(data_key) => {
                        return Ok(OpenedHeader {
                            header,
                            data_key,
                            senders: self.senders,
                        });
                    }
                    Err(error) => refusal = weightier(refusal, error),
                }
            }
        }
        Err(refusal)
    }
}

/// Whether the whole header is what a holder of this data key made.
fn authenticate(header: &Header, data_key: DataKey) -> Result<DataKey> {
    let commitment = data_key
        .commitment(&header.fixed.salt)
        .ct_eq(&header.fixed.commitment);
    let mac = data_key.authenticate(&header.covered).ct_eq(&header.mac);
    if (commitment & mac).into() {
        Ok(data_key)
    } else {
        Err(Error::Open)
    }
}

/// Of two refusals the one that says more about what to do: tampering before an unmet policy,
/// that before a key for another door.
fn weightier(one: Error, other: Error) -> Error {
    let weight = |error: &Error| match error {
        Error::NoStanza => 0,
        Error::NotSatisfied => 1,
        _ => 2,
    };
    if weight(&other) > weight(&one) {
        other
    } else {
        one
    }
}

impl<'a> OpenedHeader<'a> {
    /// What the record is, authenticated.
    #[must_use]
    pub fn fixed(&self) -> &FixedPart {
        &self.header.fixed
    }

    /// Who can open it, authenticated: some holder of the data key wrote it so.
    #[must_use]
    pub fn access(&self) -> &AccessPart {
        &self.header.access
    }

    /// The sender, as far as a header shows it: never [`Sender::Signed`].
    #[must_use]
    pub fn sender(&self) -> Sender {
        self.header.sender()
    }

    /// The application's encrypted metadata.
    ///
    /// # Errors
    /// [`Error::Open`].
    pub fn metadata(&self) -> Result<Option<Secret<Vec<u8>>>> {
        let Some(whole) = self.data_key.open_metadata(&self.header.fixed)? else {
            return Ok(None);
        };
        Ok(subject::without_opening(&self.header.fixed, whole))
    }

    /// Whom the record is about, with what opens the commitment: what a proof of consent is made
    /// with.
    ///
    /// # Errors
    /// [`Error::Open`].
    pub fn subject(&self) -> Result<Option<Subject>> {
        let whole = self.data_key.open_metadata(&self.header.fixed)?;
        subject::opened(&self.header.fixed, whole.as_ref())
    }

    /// The same header for these senders only, or for any: a handle for which neither the keys nor
    /// the senders of its opener must be kept.
    ///
    /// # Errors
    /// [`Error::Sender`] when the record's sender is none of them.
    pub fn accepting<'s>(self, senders: AcceptedSenders<'s>) -> Result<OpenedHeader<'s>> {
        senders.admits(self.header.fixed.sender.as_ref())?;
        Ok(OpenedHeader {
            header: self.header,
            data_key: self.data_key,
            senders,
        })
    }

    /// Opens a whole payload: all bytes behind the header.
    ///
    /// # Errors
    /// [`Error::Kind`] for a batch, [`Error::Open`] when it was changed, [`Error::Verify`] when the sender's signature
    /// fails, [`Error::Sender`] when the opener does not accept the sender.
    pub fn open_payload(&self, payload: &[u8]) -> Result<(Secret<Vec<u8>>, Sender)> {
        self.is_record()?;
        self.open_chunks(self.payload_opener(), payload)
    }

    /// Bytes of content in a payload of these bytes, if it is whole.
    ///
    /// # Errors
    /// [`Error::Open`] for fewer bytes than any payload has.
    pub fn content_length(&self, payload: &[u8]) -> Result<usize> {
        let (chunks, _) = self.chunks_and_trailer(payload)?;
        let tags = chunks.len().div_ceil(self.sealed_chunk()) * TAG;
        chunks.len().checked_sub(tags).ok_or(Error::Open)
    }

    /// As [`OpenedHeader::open_payload`], into the caller's memory of exactly
    /// [`OpenedHeader::content_length`] bytes, which holds zeros after an error.
    ///
    /// # Errors
    /// As [`OpenedHeader::open_payload`]; [`Error::Argument`] for another length.
    pub fn open_payload_into(&self, payload: &[u8], content: &mut [u8]) -> Result<Sender> {
        self.is_record()?;
        if content.len() != self.content_length(payload)? {
            return Err(Error::Argument("as many bytes as the content has"));
        }
        self.open_chunks_into(self.payload_opener(), payload, content)
            .inspect_err(|_| content.zeroize())
    }

    /// Opens all chunks of a payload, or of a segment, and asks who signed them.
    pub(super) fn open_chunks(
        &self,
        opener: PayloadOpener,
        payload: &[u8],
    ) -> Result<(Secret<Vec<u8>>, Sender)> {
        let mut plaintext = Secret::new(vec![0; self.content_length(payload)?]);
        let sender = self.open_chunks_into(opener, payload, plaintext.expose_mut())?;
        Ok((plaintext, sender))
    }

    fn open_chunks_into(
        &self,
        mut opener: PayloadOpener,
        payload: &[u8],
        content: &mut [u8],
    ) -> Result<Sender> {
        let (chunks, trailer) = self.chunks_and_trailer(payload)?;
        let size = self.sealed_chunk();
        // An empty payload has one chunk, too, of which nothing but the tag is there.
        let mut rest = content;
        let mut groups = chunks.chunks(size * lanes(size)).peekable();
        while let Some(group) = groups.next() {
            let mut openings = Vec::with_capacity(group.len().div_ceil(size));
            for chunk in group.chunks(size) {
                let length = chunk.len().checked_sub(TAG).ok_or(Error::Open)?;
                let (plain, behind) = rest.split_at_mut_checked(length).ok_or(Error::Open)?;
                openings.push(Opening::into(chunk, plain));
                rest = behind;
            }
            let is_final = groups.peek().is_none();
            let (opened, ()) =
                opener.open_all(is_final, &mut openings, |signed| signed.add(group))?;
            if opened < openings.len() {
                return Err(Error::Open);
            }
        }
        let sender = opener.finish(trailer)?;
        self.senders.accepts(&sender)?;
        Ok(sender)
    }

    /// The chunks of a payload, of which there is one at least, and the bytes of a signature.
    fn chunks_and_trailer<'p>(&self, payload: &'p [u8]) -> Result<(&'p [u8], &'p [u8])> {
        let trailer = if self.header.fixed.sender.is_some() {
            SIGNATURE_BYTES
        } else {
            0
        };
        let length = payload
            .len()
            .checked_sub(trailer + TAG)
            .ok_or(Error::Open)?
            + TAG;
        payload.split_at_checked(length).ok_or(Error::Open)
    }

    fn sealed_chunk(&self) -> usize {
        self.header.fixed.chunk_size as usize + TAG
    }

    /// As [`Opener::open_from`], of a reader that stands at the payload's first byte: behind the
    /// header, or behind the 24 bytes of a payload object that
    /// [belongs to it](OpenedHeader::check_detached).
    ///
    /// # Errors
    /// [`Error::Kind`] for a batch.
    #[cfg(feature = "std")]
    pub fn open_payload_from<R: std::io::Read>(
        self,
        reader: R,
    ) -> Result<super::OpenReader<'a, R>> {
        self.is_record()?;
        Ok(super::OpenReader::new(reader, self))
    }

    /// A batch has members and a session segments, not a payload.
    pub(super) fn is_record(&self) -> Result<()> {
        match self.fixed().content() {
            Content::Record => Ok(()),
            other => Err(Error::Kind(other.kind() as u8)),
        }
    }

    pub(super) fn payload_opener(&self) -> PayloadOpener {
        PayloadOpener::new(self.stream(), self.header.h, self.header.fixed.sender)
    }

    pub(super) fn stream(&self) -> Stream {
        Stream::new(self.data_key.payload(&self.header.fixed, &self.header.h))
    }
}
