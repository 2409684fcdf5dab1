//! The labels of a record as its header stores them: text, or blinded.

use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::{LabelKey, Labels};
use crate::wire::{Reader, Writer};

/// Most labels of a record, after encoding.
const MAX_LABELS: usize = 64;
/// Bytes of the longest one.
const MAX_LABEL: usize = 255;

/// The labels of a record as its header stores them and its capsule is sealed under them: up to
/// 64 byte strings of 1 to 255 bytes, strictly ascending.
///
/// [`Labels`] are what people write; this is either their text or, under a [`LabelKey`], 32
/// blinded bytes for each. Whoever opens or transforms compares these bytes and needs no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSet(Vec<u8>);

impl Default for LabelSet {
    /// No labels.
    fn default() -> Self {
        Self::encoded(&[])
    }
}

impl From<&Labels> for LabelSet {
    /// The labels in clear.
    fn from(labels: &Labels) -> Self {
        Self(labels.to_bytes())
    }
}

impl LabelSet {
    /// The labels blinded: 32 bytes each, which only holders of the key can tell or compute.
    #[must_use]
    pub fn blinded(labels: &Labels, key: &LabelKey) -> Self {
        let mut all: Vec<_> = labels.iter().map(|it| key.blind(it)).collect();
        all.sort();
        Self::encoded(&all)
    }

    /// Of at most 64 labels, ascending.
    fn encoded(labels: &[[u8; LabelKey::BLINDED]]) -> Self {
        let mut out = Writer::new();
        out.u8(labels.len() as u8);
        for label in labels {
            out.u16(label.len() as u16).bytes(label);
        }
        Self(out.into_vec())
    }

    /// The encoding: a u8 count (0 to 64), then for every label, strictly ascending, a u16 length
    /// (1 to 255) and its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.clone()
    }

    /// The same, not copied.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads exactly the bytes of [`LabelSet::to_bytes`]. What the labels say is not looked at: they
    /// may be blinded.
    ///
    /// # Errors
    /// The decoding errors; [`Error::NotCanonical`] for another order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let labels = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(labels)
    }

    /// Reads the encoding from the front of what `reader` has. What the labels say is not looked
    /// at: they may be blinded.
    ///
    /// # Errors
    /// The decoding errors; [`Error::NotCanonical`] for another order.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let mut all = reader.clone();
        let count = usize::from(reader.u8()?);
        if count > MAX_LABELS {
            return Err(Error::Length("labels"));
        }
        let mut before: &[u8] = &[];
        for _ in 0..count {
            let label = reader.lp16(MAX_LABEL)?;
            if label.is_empty() {
                return Err(Error::Length("label"));
            }
            if before >= label {
                return Err(Error::NotCanonical("order of labels"));
            }
            before = label;
        }
        let length = all.remaining() - reader.remaining();
        Ok(Self(all.bytes(length)?.to_vec()))
    }

    /// The labels as text, where they are in clear.
    ///
    /// # Errors
    /// Those of [`Labels::from_bytes`]: blinded labels are no text.
    pub fn to_labels(&self) -> Result<Labels> {
        Labels::from_bytes(&self.0)
    }

    /// Accepts blinded labels only: 32 bytes each.
    pub(crate) fn check_blinded(&self) -> Result<()> {
        if self.iter().all(|label| label.len() == LabelKey::BLINDED) {
            Ok(())
        } else {
            Err(Error::Length("blinded label"))
        }
    }

    /// The labels, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut reader = Reader::new(&self.0);
        let count = reader.u8().unwrap_or_default();
        (0..count).map_while(move |_| reader.lp16(MAX_LABEL).ok())
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.0.as_slice().first() {
            Some(count) => *count as usize,
            None => 0,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn clear_labels_have_the_bytes_of_labels() {
        let labels = Labels::parse(["type=Observation", "ym=2026-11", "conf=N"]).unwrap();
        let set = LabelSet::from(&labels);
        assert_eq!(set.to_bytes(), labels.to_bytes());
        assert_eq!(LabelSet::from_bytes(&set.to_bytes()), Ok(set.clone()));
        assert_eq!(set.to_labels(), Ok(labels));
        assert!(set.check_blinded().is_err());
    }

    #[test]
    fn blinded_labels_say_nothing_without_the_key() {
        let rng = &mut ChaCha20Rng::seed_from_u64(3);
        let (one, other) = (LabelKey::generate(rng), LabelKey::generate(rng));
        let (one, other) = (one.unwrap(), other.unwrap());
        let labels = Labels::parse(["type=Observation", "conf=N"]).unwrap();
        let set = LabelSet::blinded(&labels, &one);
        assert_eq!(set, LabelSet::blinded(&labels, &one));
        assert_eq!(LabelSet::from_bytes(&set.to_bytes()), Ok(set.clone()));
        set.check_blinded().unwrap();
        assert!(set.to_labels().is_err());
        let elsewhere = LabelSet::blinded(&labels, &other);
        assert!(
            set.iter()
                .all(|label| elsewhere.iter().all(|it| it != label))
        );
        assert_ne!(one.id(), other.id());
    }

    #[test]
    fn other_bytes_are_refused() {
        for bytes in [
            b"".as_slice(),
            b"\x01",
            b"\x01\x00\x00",
            b"\x01\x00\x01",
            b"\x01\x01\x00a",
            b"\x02\x00\x01b\x00\x01a",
            b"\x02\x00\x01a\x00\x01a",
            b"\x00x",
            b"\x41",
        ] {
            assert!(
                LabelSet::from_bytes(bytes).is_err(),
                "{}",
                bytes.escape_ascii()
            );
        }
    }
}
