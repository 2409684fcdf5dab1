//! What blinded labels say, to somebody who has their key.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::consent::Vocabulary;
use crate::consent::vocabulary::CodeSet;
use crate::envelope::FixedPart;
use crate::error::{Error, Result};
use crate::policy::{Date, LabelKey, Labels};

/// The labels that a holder of their key tries on blinded records: every label that a vocabulary
/// has words for, every day, month and year, and those that a request names. About 6 MB, made in a
/// tenth of a second, for any number of records.
pub struct KnownLabels<'a> {
    key: &'a LabelKey,
    texts: BTreeMap<[u8; LabelKey::BLINDED], String>,
}

impl<'a> KnownLabels<'a> {
    /// The labels of the vocabulary, of the calendar, and those named.
    #[must_use]
    pub fn new(key: &'a LabelKey, vocabulary: &Vocabulary, named: &[Labels]) -> Self {
        let codes = [
            ("conf", CodeSet::Confidentiality),
            ("type", CodeSet::ResourceType),
            ("sens", CodeSet::Sensitivity),
            ("sens.not", CodeSet::Sensitivity),
        ];
        let codes = codes.into_iter().flat_map(|(name, set)| {
            let all = vocabulary.concepts(set);
            all.map(move |it| format!("{name}={}", it.code()))
        });
        let none = vocabulary
            .lineage()
            .map(|(id, _)| format!("sens.none={id}"));
        let named = named.iter().flat_map(Labels::texts).map(String::from);
        let texts = codes.chain(none).chain(calendar()).chain(named);
        let texts = texts.map(|text| (key.blind(text.as_bytes()), text));
        Self {
            key,
            texts: texts.collect(),
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &LabelKey {
        self.key
    }

    /// All labels of a record, in clear.
    ///
    /// # Errors
    /// [`Error::Subject`] where they are not blinded with this key, and for a label that is not
    /// known: it might be one that the request does not cover. Those of [`Labels::parse`].
    pub fn of(&self, fixed: &FixedPart) -> Result<Labels> {
        if fixed.label_key_id() != Some(&self.key.id()) {
            return Err(Error::Subject("the labels are blinded with another key"));
        }
        let text = |label| {
            let known = <[u8; LabelKey::BLINDED]>::try_from(label).ok();
            let known = known.and_then(|it| self.texts.get(&it));
            known.ok_or(Error::Subject("a blinded label that is not known"))
        };
        let texts = fixed.label_set().iter().map(text);
        let texts = texts.collect::<Result<Vec<&String>>>()?;
        Labels::parse(texts.into_iter().map(String::as_str))
    }
}

/// Every day with its month and year, and what a device without a clock says.
fn calendar() -> impl Iterator<Item = String> {
    let days = (0..=u16::MAX).map(|day| Date::from_days(day).to_string());
    let days = days.flat_map(|day| {
        let month = day.strip_suffix("-01").map(|it| format!("ym={it}"));
        let year = day.strip_suffix("-01-01").map(|it| format!("y={it}"));
        [Some(format!("ymd={day}")), month, year]
    });
    let unknown = ["ym=unknown", "y=unknown"].map(String::from);
    days.flatten().chain(unknown)
}
