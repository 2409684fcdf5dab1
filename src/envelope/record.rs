//! What a sealer says about one record.

use alloc::vec::Vec;

use super::data_key::DataKey;
use super::fixed::{CHUNK_BYTES, Content, FixedPart, METADATA_BYTES, RecordId, RecordLabels};
use super::subject::{self, Subject};
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::policy::{LabelKey, LabelSet, Labels};
use crate::random::Randomness;
use crate::symmetric::Suite;

/// One record to be sealed: its visible name, labels, time and metadata.
///
/// ```
/// use hippocrypt::{envelope::Record, policy::Labels};
/// let record = Record::new("obs-1")?
///     .labels(Labels::parse(["type=Observation"])?)
///     .created(1_790_000_000)
///     .sealed_metadata(b"{\"origin\":\"ward 3\"}")?;
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone)]
pub struct Record {
    pub(super) id: RecordId,
    pub(super) created: u64,
    pub(super) labels: RecordLabels,
    pub(super) vocabulary: Option<[u8; 32]>,
    pub(super) subject: Option<Subject>,
    pub(super) clear_metadata: Option<Vec<u8>>,
    pub(super) sealed_metadata: Option<Vec<u8>>,
    pub(super) suite: Suite,
    pub(super) chunk_size: u32,
}

impl Record {
    /// A record under a visible name of 1 to 128 bytes, without labels, metadata or time.
    ///
    /// # Errors
    /// Those of [`RecordId::new`].
    pub fn new(id: &str) -> Result<Self> {
        Ok(Self {
            id: RecordId::new(id)?,
            created: 0,
            labels: RecordLabels::clear(Labels::default()),
            vocabulary: None,
            subject: None,
            clear_metadata: None,
            sealed_metadata: None,
            suite: Suite::ChaCha20Poly1305,
            chunk_size: 64 * 1024,
        })
    }

    /// A record for a coupon with these labels, which are not looked at: whoever minted the coupon
    /// has, and a record whose labels are no lawful text opens for nobody. For a device without
    /// room for the tables of Unicode, which names its records by [`RecordId::ascii`].
    #[must_use]
    pub fn for_coupon(id: RecordId, labels: &LabelSet) -> Self {
        Self {
            id,
            created: 0,
            labels: RecordLabels::Stored(labels.clone()),
            vocabulary: None,
            subject: None,
            clear_metadata: None,
            sealed_metadata: None,
            suite: Suite::ChaCha20Poly1305,
            chunk_size: 64 * 1024,
        }
    }

    /// Says in the clear metadata what tells the order of a device's records where it does not
    /// know the time: the random id of this boot, and a counter that rises within it.
    #[must_use]
    pub fn boot(mut self, boot: &[u8; 16], counter: u64) -> Self {
        self.clear_metadata = Some(order(boot, counter));
        self
    }

    /// A record of a device that does not know the time: `y=unknown` and `ym=unknown` beside these
    /// labels, so that no policy with a date opens it, time 0, and in the clear metadata what
    /// tells the order of the device's records: the random id of this boot, and a counter that
    /// rises within it (SPEC.md, section 14.13).
    ///
    /// # Errors
    /// Those of [`RecordId::new`] and [`Labels::parse`]: [`Error::Label`] for a `y`, `ym` or
    /// `ymd` that is known.
    pub fn without_clock<'a>(
        id: &str,
        labels: impl IntoIterator<Item = &'a str>,
        boot: &[u8; 16],
        counter: u64,
    ) -> Result<Self> {
        let unknown = ["y=unknown", "ym=unknown"];
        let labels = Labels::parse(labels.into_iter().chain(unknown))?;
        Ok(Self::new(id)?.labels(labels).boot(boot, counter))
    }

    /// The time of sealing in Unix seconds; 0, the default, says that the sealer has no clock.
    #[must_use]
    pub fn created(mut self, unix_seconds: u64) -> Self {
        self.created = unix_seconds;
        self
    }

    /// The record's labels, which stay readable.
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = RecordLabels::clear(labels);
        self
    }

    /// The record's labels, blinded: whoever stores the record sees how many there are and which
    /// records share one. Grants then need policies blinded by the same key.
    #[must_use]
    pub fn blinded_labels(mut self, labels: &Labels, key: &LabelKey) -> Self {
        self.labels = RecordLabels::blinded(labels, key);
        self
    }

    /// SHA-256 of the vocabulary that the labels are taken from.
    #[must_use]
    pub fn vocabulary(mut self, hash: [u8; 32]) -> Self {
        self.vocabulary = Some(hash);
        self
    }

    /// Whom the record is about, hidden: the commitment shows, and what opens it stands before the
    /// encrypted metadata, which is 32 bytes longer. Proofs of consent need it (SPEC.md, section
    /// 19.4). All members of a batch are about the same patient then.
    #[must_use]
    pub fn subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Metadata of the application that everybody can read and nobody can change: at most
    /// 16,384 bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn clear_metadata(mut self, bytes: &[u8]) -> Result<Self> {
        if bytes.len() > METADATA_BYTES {
            return Err(Error::TooLarge("clear metadata"));
        }
        self.clear_metadata = Some(bytes.to_vec());
        Ok(self)
    }

    /// Metadata of the application that only those who can open the record read: at most
    /// 16,368 bytes. Its length shows.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn sealed_metadata(mut self, bytes: &[u8]) -> Result<Self> {
        if bytes.len() > METADATA_BYTES - 16 {
            return Err(Error::TooLarge("encrypted metadata"));
        }
        self.sealed_metadata = Some(bytes.to_vec());
        Ok(self)
    }

    /// The payload's suite; ChaCha20-Poly1305 by default.
    #[must_use]
    pub fn suite(mut self, suite: Suite) -> Self {
        self.suite = suite;
        self
    }

    /// Bytes of plaintext in a chunk: 1 KiB to 1 MiB, 64 KiB by default. Smaller chunks make
    /// finer ranges and cost 16 bytes each.
    ///
    /// # Errors
    /// [`Error::Argument`].
    pub fn chunk_size(mut self, bytes: u32) -> Result<Self> {
        if !CHUNK_BYTES.contains(&bytes) {
            return Err(Error::Argument("chunk size: 1 KiB to 1 MiB"));
        }
        self.chunk_size = bytes;
        Ok(self)
    }

    /// The fixed part of its header, with a fresh envelope id and salt.
    pub(super) fn fixed_part(
        &self,
        content: Content,
        sender: Option<VerifyingKey>,
        data_key: &DataKey,
        rng: &mut dyn Randomness,
    ) -> Result<FixedPart> {
        let (mut envelope_id, mut salt) = ([0; 16], [0; 32]);
        rng.fill(&mut envelope_id)?;
        rng.fill(&mut salt)?;
        let sealed_metadata = subject::with_opening(self)?
            .map(|plain| data_key.seal_metadata(&salt, &envelope_id, plain.expose()))
            .transpose()?;
        Ok(FixedPart {
            content,
            suite: self.suite,
            envelope_id,
            record_id: self.id.clone(),
            created: self.created,
            sender,
            labels: self.labels.clone(),
            vocabulary: self.vocabulary,
            subject: self.subject.as_ref().map(|it| *it.commitment()),
            clear_metadata: self.clear_metadata.clone(),
            sealed_metadata,
            chunk_size: self.chunk_size,
            salt,
            commitment: data_key.commitment(&salt),
        })
    }
}

/// `boot=` and 32 hexadecimal digits, `;counter=` and a decimal number (SPEC.md, section 14.13).
/// By hand: the formatting of the standard library is large on a device.
fn order(boot: &[u8; 16], counter: u64) -> Vec<u8> {
    let hex = |nibble: u8| match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    };
    let mut text = Vec::with_capacity(66);
    text.extend_from_slice(b"boot=");
    for byte in boot {
        text.extend_from_slice(&[hex(byte >> 4), hex(byte & 15)]);
    }
    text.extend_from_slice(b";counter=");
    let (mut rest, begin) = (counter, text.len());
    loop {
        text.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = text.get_mut(begin..) {
        digits.reverse();
    }
    text
}
