//! The fixed part of a header: what a record is, for as long as it exists.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::subject::OPENING;
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::policy::{LabelKey, LabelSet, Labels};
use crate::symmetric::{Suite, TAG};
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{self, Reader, Writer, text};

/// Longest metadata, clear or encrypted (its tag included), in bytes.
pub const METADATA_BYTES: usize = 16 * 1024;
/// Smallest and largest chunk of a payload, in bytes.
pub const CHUNK_BYTES: core::ops::RangeInclusive<u32> = 1024..=1024 * 1024;
/// Longest record id, in bytes.
const RECORD_ID_BYTES: usize = 128;
/// Bytes before the fixed part's own length: magic, version, suite, kind, u32 length.
pub(super) const PREFIX_BYTES: usize = 12;
/// Labels take up to 64 x 257 bytes and metadata twice 16 KiB; nothing legal is longer.
pub(super) const FIXED_BYTES: usize = 64 * 1024;

/// A record's visible name: 1 to 128 bytes of text. Anyone who stores the record can read it, so
/// it must never be a medical record number or a person's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId(String);

impl RecordId {
    /// Takes UTF-8 in normalisation form C without control characters, 1 to 128 bytes.
    ///
    /// # Errors
    /// [`Error::Argument`] for the length, [`Error::Text`] for the rest.
    pub fn new(name: &str) -> Result<Self> {
        if name.is_empty() || name.len() > RECORD_ID_BYTES {
            return Err(Error::Argument("record id: 1 to 128 bytes"));
        }
        text::check(name)?;
        Ok(Self(name.to_string()))
    }

    /// As [`RecordId::new`] for printable ASCII alone, on a device without room for the tables of
    /// Unicode.
    ///
    /// # Errors
    /// [`Error::Argument`] for the length, [`Error::Text`] for any other byte.
    pub fn ascii(name: &str) -> Result<Self> {
        if name.is_empty() || name.len() > RECORD_ID_BYTES {
            return Err(Error::Argument("record id: 1 to 128 bytes"));
        }
        if name.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
            return Err(Error::Text("not printable ASCII"));
        }
        Ok(Self(name.to_string()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands behind a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// One record, as a payload of chunks.
    Record,
    /// Many small records.
    Batch,
    /// One recording, in segments.
    Session,
}

impl Content {
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Record => Kind::Envelope,
            Self::Batch => Kind::Batch,
            Self::Session => Kind::Session,
        }
    }

    /// Reads the eight bytes before a fixed part: what follows, and under which suite.
    fn read(reader: &mut Reader<'_>) -> Result<(Self, Suite)> {
        let is = |kind| wire::read_header(&mut reader.clone(), kind).is_ok();
        let content = match () {
            () if is(Kind::Batch) => Self::Batch,
            () if is(Kind::Session) => Self::Session,
            () => Self::Record,
        };
        let suite = wire::read_header(reader, content.kind())?;
        Ok((content, Suite::from_byte(suite)?))
    }
}

/// A record's labels as people write them and as the header stores them.
#[derive(Clone)]
pub(super) enum RecordLabels {
    /// In clear: the stored ones are the same text.
    Clear(Labels, LabelSet),
    /// In clear, as a coupon has them: sealed as they are, and read as text by whoever opens.
    Stored(LabelSet),
    /// Blinded, under the key with this id.
    Blinded(LabelSet, [u8; 32]),
}

impl RecordLabels {
    pub(super) fn clear(labels: Labels) -> Self {
        let set = LabelSet::from(&labels);
        Self::Clear(labels, set)
    }

    pub(super) fn blinded(labels: &Labels, key: &LabelKey) -> Self {
        Self::Blinded(LabelSet::blinded(labels, key), key.id())
    }

    /// What a header says: labels in clear are lawful text, blinded ones have their one length.
    fn of(set: LabelSet, label_key: Option<[u8; 32]>) -> Result<Self> {
        Ok(match label_key {
            None => Self::Clear(set.to_labels()?, set),
            Some(id) => {
                set.check_blinded()?;
                Self::Blinded(set, id)
            }
        })
    }
}

/// The fixed part (SPEC.md, section 8.2). Everything in it is visible to whoever stores the
/// record, except the encrypted metadata.
#[derive(Clone)]
pub struct FixedPart {
    pub(super) content: Content,
    pub(super) suite: Suite,
    pub(super) envelope_id: [u8; 16],
    pub(super) record_id: RecordId,
    pub(super) created: u64,
    pub(super) sender: Option<VerifyingKey>,
    pub(super) labels: RecordLabels,
    pub(super) vocabulary: Option<[u8; 32]>,
    pub(super) subject: Option<[u8; 32]>,
    pub(super) clear_metadata: Option<Vec<u8>>,
    pub(super) sealed_metadata: Option<Vec<u8>>,
    pub(super) chunk_size: u32,
    pub(super) salt: [u8; 32],
    pub(super) commitment: [u8; 32],
}

impl FixedPart {
    /// What stands behind the header.
    #[must_use]
    pub fn content(&self) -> Content {
        self.content
    }

    /// The payload's suite.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// 16 random bytes that name this envelope.
    #[must_use]
    pub fn envelope_id(&self) -> &[u8; 16] {
        &self.envelope_id
    }

    /// The record's visible name.
    #[must_use]
    pub fn record_id(&self) -> &RecordId {
        &self.record_id
    }

    /// When the record was sealed, in Unix seconds; 0 if the sealer had no clock.
    #[must_use]
    pub fn created(&self) -> u64 {
        self.created
    }

    /// The sender named here; whether its signature verified is another question.
    #[must_use]
    pub fn sender(&self) -> Option<&VerifyingKey> {
        self.sender.as_ref()
    }

    /// The record's labels; `None` if they are blinded.
    #[must_use]
    pub fn labels(&self) -> Option<&Labels> {
        match &self.labels {
            RecordLabels::Clear(labels, _) => Some(labels),
            RecordLabels::Stored(_) | RecordLabels::Blinded(..) => None,
        }
    }

    /// The record's labels as they are stored: what capsules are sealed under.
    #[must_use]
    pub fn label_set(&self) -> &LabelSet {
        match &self.labels {
            RecordLabels::Clear(_, set)
            | RecordLabels::Stored(set)
            | RecordLabels::Blinded(set, _) => set,
        }
    }

    /// SHA-256 of the vocabulary that the labels are taken from.
    #[must_use]
    pub fn vocabulary(&self) -> Option<&[u8; 32]> {
        self.vocabulary.as_ref()
    }

    /// Which key blinded the labels; none if they are clear.
    #[must_use]
    pub fn label_key_id(&self) -> Option<&[u8; 32]> {
        match &self.labels {
            RecordLabels::Clear(..) | RecordLabels::Stored(_) => None,
            RecordLabels::Blinded(_, id) => Some(id),
        }
    }

    /// The commitment to the patient that consent proofs refer to.
    #[must_use]
    pub fn subject(&self) -> Option<&[u8; 32]> {
        self.subject.as_ref()
    }

    /// The application's metadata that everybody can read.
    #[must_use]
    pub fn clear_metadata(&self) -> Option<&[u8]> {
        self.clear_metadata.as_deref()
    }

    /// Whether the record carries encrypted metadata of the application.
    #[must_use]
    pub fn has_sealed_metadata(&self) -> bool {
        self.sealed_metadata_length().is_some()
    }

    /// How long the application's encrypted metadata is without its tag, and without what opens
    /// the subject, in bytes: everybody can see that.
    #[must_use]
    pub fn sealed_metadata_length(&self) -> Option<usize> {
        let opening = self.subject.map_or(0, |_| OPENING);
        let sealed = self.sealed_metadata.as_ref()?;
        let own = sealed.len().saturating_sub(TAG + opening);
        (own > 0 || opening == 0).then_some(own)
    }

    /// Bytes of plaintext in every chunk but the last.
    #[must_use]
    pub fn chunk_size(&self) -> u32 {
        self.chunk_size
    }

    /// The canonical bytes.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut body = Writer::new();
        body.array(&self.envelope_id)
            .lp8(self.record_id.0.as_bytes())?
            .u64(self.created);
        put(&mut body, self.sender.map(|key| key.to_bytes()));
        body.bytes(self.label_set().as_bytes());
        put(&mut body, self.vocabulary);
        put(&mut body, self.label_key_id().copied());
        put(&mut body, self.subject);
        for metadata in [&self.clear_metadata, &self.sealed_metadata] {
            body.flag(metadata.is_some());
            if let Some(bytes) = metadata {
                body.lp16(bytes)?;
            }
        }
        body.u32(self.chunk_size)
            .array(&self.salt)
            .array(&self.commitment);

        let mut writer = Writer::new();
        wire::write_header(&mut writer, self.suite as u8, self.content.kind());
        writer.lp32(&body.into_vec())?;
        Ok(writer.into_vec())
    }

    /// How many bytes follow the first [`PREFIX_BYTES`] of a header, which are `prefix`.
    pub(super) fn length(prefix: &[u8; PREFIX_BYTES]) -> Result<usize> {
        let mut reader = Reader::new(prefix);
        Content::read(&mut reader)?;
        let length = reader.u32()? as usize;
        if length > FIXED_BYTES {
            Err(Error::Length("fixed part"))
        } else {
            Ok(length)
        }
    }

    /// Reads a fixed part, whose bytes are all of `bytes`.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut outer = Reader::new(bytes);
        let (content, suite) = Content::read(&mut outer)?;
        let mut reader = Reader::new(outer.lp32(FIXED_BYTES)?);
        outer.finish()?;

        let envelope_id = reader.array()?;
        let record_id = RecordId(reader.text8(RECORD_ID_BYTES)?.to_string());
        if record_id.0.is_empty() {
            return Err(Error::Length("record id"));
        }
        let created = reader.u64()?;
        let sender = optional(&mut reader)?
            .map(|key| VerifyingKey::from_bytes(&key))
            .transpose()?;
        let labels = LabelSet::read(&mut reader)?;
        let vocabulary = optional(&mut reader)?;
        let labels = RecordLabels::of(labels, optional(&mut reader)?)?;
        let subject = optional(&mut reader)?;
        let clear_metadata = metadata(&mut reader)?;
        let sealed_metadata = metadata(&mut reader)?;
        if sealed_metadata
            .as_ref()
            .is_some_and(|sealed| sealed.len() < TAG)
        {
            return Err(Error::Length("encrypted metadata"));
        }
        let room = sealed_metadata.as_ref().map_or(0, Vec::len);
        if subject.is_some() && room < OPENING + TAG {
            return Err(Error::Length("encrypted metadata"));
        }
        let chunk_size = reader.u32()?;
        if !CHUNK_BYTES.contains(&chunk_size) {
            return Err(Error::Length("chunk size"));
        }
        let salt = reader.array()?;
        let commitment = reader.array()?;
        reader.finish()?;
        Ok(Self {
            content,
            suite,
            envelope_id,
            record_id,
            created,
            sender,
            labels,
            vocabulary,
            subject,
            clear_metadata,
            sealed_metadata,
            chunk_size,
            salt,
            commitment,
        })
    }
}

/// h: what signatures, stanzas and payload are bound to.
pub(super) fn digest(fixed: &[u8]) -> [u8; 32] {
    Transcript::new(tags::ENVELOPE_FIXED).item(fixed).finish()
}

fn put(writer: &mut Writer, field: Option<[u8; 32]>) {
    writer.flag(field.is_some());
    if let Some(bytes) = field {
        writer.array(&bytes);
    }
}

fn optional(reader: &mut Reader<'_>) -> Result<Option<[u8; 32]>> {
    Ok(if reader.flag()? {
        Some(reader.array()?)
    } else {
        None
    })
}

fn metadata(reader: &mut Reader<'_>) -> Result<Option<Vec<u8>>> {
    Ok(if reader.flag()? {
        Some(reader.lp16(METADATA_BYTES)?.to_vec())
    } else {
        None
    })
}
