//! Sealing records.

use alloc::{boxed::Box, vec::Vec};

use super::access::{AccessPart, CarriedConsent, ConsentScope, HEADER_BYTES, STANZAS, Writing};
use super::batch::BatchSealer;
use super::data_key::DataKey;
use super::detached::{self, Detached};
use super::fixed::{self, Content, FixedPart};
use super::header::MAC_BYTES;
use super::payload::PayloadSealer;
use super::prepared::{PreparedRecord, seal_chunks};
use super::profile::Profile;
use super::recipient::{Binding, Expiry, PolicyRecipient, Recipient};
use super::record::Record;
use super::sender;
use crate::abe::AuthorityPublic;
use crate::asymmetric::Signer;
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::random::Randomness;
use crate::symmetric::Stream;
use crate::tags;

/// Seals any number of records for the same recipients, by the same sender.
///
/// What one record's sealing computes and another can use (hashed attributes, tables) stays in
/// the recipients, so one sealer for many records is faster than many sealers.
#[derive(Default)]
pub struct Sealer<'a> {
    recipients: Vec<Box<dyn Recipient + 'a>>,
    sender: Option<&'a dyn Signer>,
    writer: Option<&'a dyn Signer>,
    consent: Option<ConsentScope>,
    profile: Option<&'a Profile>,
}

impl<'a> Sealer<'a> {
    /// A sealer for nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds everybody whose key from `authority` satisfies `policy` and, unless told otherwise,
    /// had not ended on the day of sealing. If the authority has a schema, sealing under names
    /// and values that it does not know is refused: with [`PolicyRecipient::allow_unknown`] not.
    #[must_use]
    pub fn policy(self, authority: &'a AuthorityPublic, policy: Policy, expiry: Expiry) -> Self {
        self.recipient(Box::new(PolicyRecipient::new(authority, policy, expiry)))
    }

    /// Adds a recipient of any kind. A record is as strong as its weakest stanza.
    #[must_use]
    pub fn recipient(mut self, recipient: Box<dyn Recipient + 'a>) -> Self {
        self.recipients.push(recipient);
        self
    }

    /// Signs header and payload: 160 bytes a record.
    #[must_use]
    pub fn sender(mut self, signer: &'a dyn Signer) -> Self {
        self.sender = Some(signer);
        self
    }

    /// Signs the access part too, so that readers can tell who gave access: 96 bytes a record.
    /// A record that carries a consent and has a sender is signed so without being asked.
    #[must_use]
    pub fn writer(mut self, signer: &'a dyn Signer) -> Self {
        self.writer = Some(signer);
        self
    }

    /// The consent that the records travel with.
    #[must_use]
    pub fn consent(mut self, consent: ConsentScope) -> Self {
        self.consent = Some(consent);
        self
    }

    /// Seals and rewraps no record that lacks what `profile` demands.
    #[must_use]
    pub fn profile(mut self, profile: &'a Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Seals `plaintext` as `record`.
    ///
    /// # Errors
    /// [`Error::Argument`] without recipients or with more than 16, [`Error::TooLarge`] for a
    /// header beyond 256 KiB, [`Error::Profile`], [`Error::Randomness`], and those of recipients
    /// and signers.
    pub fn seal(
        &mut self,
        record: &Record,
        plaintext: &[u8],
        rng: &mut dyn Randomness,
    ) -> Result<Vec<u8>> {
        self.prepare(record, rng)?.seal(plaintext)
    }

    /// Makes the header of `record`: what is left takes no randomness, and says beforehand how
    /// long the sealed record will be.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn prepare(
        &mut self,
        record: &Record,
        rng: &mut dyn Randomness,
    ) -> Result<PreparedRecord<'a>> {
        let started = self.start(Content::Record, record, rng)?;
        let payload = started.payload(self.sender.is_some());
        Ok(PreparedRecord::new(
            started.header,
            payload,
            record.chunk_size,
            self.sender,
        ))
    }

    /// As [`Sealer::seal`], with the header apart from the payload, so that it can be rewrapped
    /// and kept elsewhere while the payload never moves.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal_detached(
        &mut self,
        record: &Record,
        plaintext: &[u8],
        rng: &mut dyn Randomness,
    ) -> Result<Detached> {
        let started = self.start(Content::Record, record, rng)?;
        let payload = started.payload(self.sender.is_some());
        let object = seal_chunks(
            &detached::prefix(&started.fixed),
            payload,
            record.chunk_size,
            plaintext,
            self.sender,
        )?;
        Ok(Detached {
            header: started.header,
            object,
        })
    }

    /// Begins a batch: many small records under one header. `record` names the batch; its chunk
    /// size has no meaning there.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn batch(&mut self, record: &Record, rng: &mut dyn Randomness) -> Result<BatchSealer<'a>> {
        let started = self.start(Content::Batch, record, rng)?;
        Ok(BatchSealer::new(started, self.sender))
    }

    /// The header of a session, and who signs its segments.
    pub(super) fn start_session(
        &mut self,
        record: &Record,
        rng: &mut dyn Randomness,
    ) -> Result<(Started, Option<&'a dyn Signer>)> {
        let started = self.start(Content::Session, record, rng)?;
        Ok((started, self.sender))
    }

    /// Writes the header to `writer` and gives back where the plaintext goes.
    ///
    /// # Errors
    /// As [`Sealer::seal`]; [`Error::Io`].
    #[cfg(feature = "std")]
    pub fn seal_to<W: std::io::Write>(
        &mut self,
        record: &Record,
        mut writer: W,
        rng: &mut dyn Randomness,
    ) -> Result<super::SealWriter<'a, W>> {
        let started = self.start(Content::Record, record, rng)?;
        let payload = started.payload(self.sender.is_some());
        writer.write_all(&started.header)?;
        Ok(super::SealWriter::new(
            writer,
            payload,
            self.sender,
            record.chunk_size as usize,
        ))
    }

    /// As [`Sealer::seal_to`] for a header kept apart: `writer` gets the payload object.
    ///
    /// # Errors
    /// As [`Sealer::seal_to`].
    #[cfg(feature = "std")]
    pub fn seal_detached_to<W: std::io::Write>(
        &mut self,
        record: &Record,
        mut writer: W,
        rng: &mut dyn Randomness,
    ) -> Result<(Vec<u8>, super::SealWriter<'a, W>)> {
        let started = self.start(Content::Record, record, rng)?;
        let payload = started.payload(self.sender.is_some());
        writer.write_all(&detached::prefix(&started.fixed))?;
        let size = record.chunk_size as usize;
        Ok((
            started.header,
            super::SealWriter::new(writer, payload, self.sender, size),
        ))
    }

    /// The whole header, and what seals behind it.
    fn start(
        &mut self,
        content: Content,
        record: &Record,
        rng: &mut dyn Randomness,
    ) -> Result<Started> {
        let data_key = DataKey::random(rng)?;
        let sender = self.sender.map(Signer::verifying_key);
        let fixed = record.fixed_part(content, sender, &data_key, rng)?;
        let mut header = fixed.to_bytes()?;
        let h = fixed::digest(&header);
        if let Some(signer) = self.sender {
            header.extend_from_slice(&sender::sign(signer, tags::SENDER_HEADER, &[&h])?);
        }
        let binding = Binding {
            h: &h,
            fixed: &fixed,
            time: record.created,
        };
        let grown = AccessPart {
            consent: self.consent_of(&fixed),
            stanzas: Vec::new(),
            writer: None,
        };
        self.complete(&mut header, grown, &data_key, &binding, rng)?;
        Ok(Started {
            header,
            fixed,
            h,
            data_key,
        })
    }

    /// Appends to `header` the access part, grown by a stanza for each recipient, and the code.
    pub(super) fn complete(
        &mut self,
        header: &mut Vec<u8>,
        mut access: AccessPart,
        data_key: &DataKey,
        binding: &Binding<'_>,
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        if !(1..=STANZAS).contains(&(access.stanzas.len() + self.recipients.len())) {
            return Err(Error::Argument("1 to 16 recipients"));
        }
        for recipient in &mut self.recipients {
            access.stanzas.push(recipient.wrap(data_key, binding, rng)?);
        }
        if let Some(profile) = self.profile {
            profile.check_parts(&access.stanzas, binding.fixed.sender())?;
        }
        let writer = self.writer.or(if access.consent.is_some() {
            self.sender
        } else {
            None
        });
        if let Some(signer) = writer {
            let parts: [&[u8]; 2] = [binding.h, &access.signed_bytes()?];
            let signature = sender::sign(signer, tags::WRITER_ACCESS, &parts)?;
            access.writer = Some(Writing {
                key: signer.verifying_key(),
                signature,
            });
        }
        header.extend_from_slice(&access.to_bytes()?);
        if header.len() > HEADER_BYTES - MAC_BYTES {
            return Err(Error::TooLarge("header"));
        }
        let mac = data_key.authenticate(header);
        header.extend_from_slice(&mac);
        Ok(())
    }

    pub(super) fn has_sender(&self) -> bool {
        self.sender.is_some()
    }

    pub(super) fn consent_of(&self, fixed: &FixedPart) -> Option<CarriedConsent> {
        let consent = self.consent.as_ref()?;
        Some(consent.of_record(fixed.envelope_id()))
    }
}

/// A header that is complete, and what seals behind it.
pub(super) struct Started {
    pub(super) header: Vec<u8>,
    pub(super) fixed: FixedPart,
    pub(super) h: [u8; 32],
    pub(super) data_key: DataKey,
}

impl Started {
    fn payload(&self, signed: bool) -> PayloadSealer {
        let stream = Stream::new(self.data_key.payload(&self.fixed, &self.h));
        PayloadSealer::new(stream, self.h, signed)
    }
}
