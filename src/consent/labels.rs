//! From a record's labels to what is known about it.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::facts::{Attributes, Record, Sensitivities};
use super::interval::Interval;
use super::request::Purpose;
use super::set::Set;
use super::vocabulary::{CodeSet, Confidentiality, Property, Vocabulary};
use crate::error::{Error, Result};
use crate::policy::{Date, Labels};

const DAY: i64 = 86_400;

impl Purpose {
    /// A purpose of the vocabulary, with those above it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a code that the vocabulary does not have, or that groups others.
    pub fn of(vocabulary: &Vocabulary, code: &str) -> Result<Self> {
        let unknown = Error::Argument("a purpose of use of the vocabulary");
        let concept = vocabulary.purpose(code).ok_or(unknown.clone())?;
        if concept.has(Property::Abstract) {
            return Err(unknown);
        }
        let above = concept.ancestors();
        Self::with_ancestors(code, above)
    }
}

impl Record {
    /// What the labels of a record say, under a vocabulary (SPEC.md, section 16.2): `type`,
    /// `conf`, `sens`, `sens.not`, `sens.none`, `code`, `y`, `ym`, `ymd`, `enc`, `cplan`, `eoc`,
    /// `inst`, `author`, `mime`, `profile`; others say nothing here.
    ///
    /// Two values of `type`, `conf` or `inst` contradict each other and leave the question open. Codes, authors and links are taken for complete where there is one.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Argument`] for values that no code can have.
    pub fn of_labels(labels: &Labels, vocabulary: &Vocabulary) -> Result<Self> {
        let values = |name: &str| -> Vec<&str> {
            let own = labels.texts().filter_map(|it| it.split_once('='));
            own.filter(|(key, _)| *key == name)
                .map(|(_, value)| value)
                .collect()
        };
        let mut record = Self {
            reference: single(&values("inst")).copied().map(String::from),
            resource_type: single(&values("type")).copied().map(String::from),
            codes: set(values("code"))?,
            dated: ["ymd", "ym", "y"]
                .into_iter()
                .find_map(|name| values(name).first().copied())
                .and_then(span),
            confidentiality: single(&values("conf"))
                .copied()
                .and_then(Confidentiality::from_code),
            ..Self::default()
        };
        let links = ["enc", "cplan", "eoc"].into_iter().flat_map(&values);
        record.links = set(links.collect())?;
        let mimes = values("mime")
            .into_iter()
            .map(|it| alloc::format!("mime:{it}"));
        let profiles = values("profile").into_iter();
        let profiles = profiles.map(|it| alloc::format!("profile:{it}"));
        let documents: Vec<String> = mimes.chain(profiles).collect();
        record.documents = set(documents.iter().map(String::as_str).collect())?;
        let authors: Vec<String> = values("author")
            .into_iter()
            .map(|it| it.replacen(':', "=", 1))
            .collect();
        record.authors = Attributes::of(authors.iter().map(String::as_str))?;
        record.sensitivities = Sensitivities::of(
            vocabulary,
            &values("sens"),
            &values("sens.not"),
            &values("sens.none"),
        )?;
        Ok(record)
    }
}

impl Sensitivities {
    /// From the codes that a record carries, those it is said to lack, and the ids of the
    /// vocabularies none of whose pinned codes it carries.
    ///
    /// A code counts as absent where it and all codes below it that can be used are lacking.
    ///
    /// # Errors
    /// As [`Sensitivities::present`].
    pub fn of(
        vocabulary: &Vocabulary,
        carried: &[&str],
        lacking: &[&str],
        none_of: &[&str],
    ) -> Result<Self> {
        let mut all = Self::default();
        for code in carried {
            all.present([*code])?;
            if let Some(concept) = vocabulary.sensitivity(code) {
                all.present(concept.ancestors())?;
            }
        }
        let mut lacks: BTreeSet<&str> = lacking.iter().copied().collect();
        for id in none_of {
            lacks.extend(vocabulary.pinned_in(id));
        }
        for concept in vocabulary.concepts(CodeSet::Sensitivity) {
            let mut within = vocabulary.sensitivities_within(concept.code()).peekable();
            if within.peek().is_some() && within.all(|code| lacks.contains(code)) {
                all.absent([concept.code()])?;
            }
        }
        // Codes that this vocabulary does not have.
        let strangers = lacking.iter().copied();
        all.absent(strangers.filter(|code| vocabulary.sensitivity(code).is_none()))?;
        Ok(all)
    }
}

fn single<T>(values: &[T]) -> Option<&T> {
    match values {
        [one] => Some(one),
        _ => None,
    }
}

fn set(values: Vec<&str>) -> Result<Option<Set<String>>> {
    if values.is_empty() {
        return Ok(None);
    }
    Set::values(values).map(Some)
}

/// The span of a day, a month or a year as labels write them.
pub(super) fn span(text: &str) -> Option<Interval> {
    let number = |range: core::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let year = number(0..4)?;
    let (first, last) = match text.len() {
        4 => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
        7 => {
            let month = u8::try_from(number(5..7)?).ok()?;
            let first = Date::new(year, month, 1).ok()?;
            let last = (28..=31)
                .rev()
                .find_map(|day| Date::new(year, month, day).ok());
            (first, last?)
        }
        _ => {
            let day = Date::parse(text).ok()?;
            (day, day)
        }
    };
    let epoch = i64::from(Date::from_unix(0).ok()?.days());
    let start = |day: Date| (i64::from(day.days()) - epoch) * DAY;
    Interval::new(Some(start(first)), Some(start(last) + DAY)).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::consent::{Criterion, Outcome, Request, Rule, Terms, TermsDraft, decide};

    fn record(labels: &[&str]) -> Record {
        let labels = Labels::parse(labels.iter().copied()).unwrap();
        Record::of_labels(&labels, &Vocabulary::hv1().unwrap()).unwrap()
    }

    fn forbidden(code: &str, labels: &[&str]) -> bool {
        let vocabulary = Vocabulary::hv1().unwrap();
        let mut draft = TermsDraft::new([0; 32], *vocabulary.hash(), "Patient/1");
        draft.rules = alloc::vec![
            Rule::permit([]).unwrap(),
            Rule::forbid([Criterion::sensitivity([code]).unwrap()]).unwrap(),
        ];
        let mut request = Request::new(*vocabulary.hash(), "Patient/1", 0);
        request.record = record(labels);
        decide(&Terms::check(draft).unwrap(), &request).outcome == Outcome::Deny
    }

    #[test]
    fn labels_become_facts() {
        let found = record(&[
            "type=Observation",
            "conf=R",
            "code=loinc:8480-6",
            "ymd=1965-02-28",
            "enc=Encounter/1",
            "author=prac:Practitioner/7",
            "mime=application/dicom",
        ]);
        assert_eq!(found.resource_type.as_deref(), Some("Observation"));
        assert_eq!(found.confidentiality, Some(Confidentiality::Restricted));
        assert_eq!(found.dated, span("1965-02-28"));
        assert_eq!(&found.links.unwrap()[..], ["Encounter/1"]);
        assert_eq!(&found.documents.unwrap()[..], ["mime:application/dicom"]);
        assert_eq!(
            found.authors.iter().collect::<Vec<_>>(),
            ["prac=Practitioner/7"]
        );
    }

    #[test]
    fn contradictions_and_unknown_clocks_leave_questions_open() {
        let found = record(&[
            "conf=N",
            "conf=R",
            "type=A",
            "type=B",
            "y=unknown",
            "ym=unknown",
        ]);
        assert_eq!(found.confidentiality, None);
        assert_eq!(found.resource_type, None);
        assert_eq!(found.dated, None);
        assert_eq!(found.codes, None);
    }

    #[test]
    fn spans_of_the_calendar() {
        for (text, from, until) in [
            ("1970", 0, 365 * DAY),
            ("1972-02", 761 * DAY, 790 * DAY),
            ("1969-12-31", -DAY, 0),
        ] {
            let span = span(text).unwrap();
            assert_eq!(
                (span.from(), span.until()),
                (Some(from), Some(until)),
                "{text}"
            );
        }
        assert_eq!(span("2026-13"), None);
        assert_eq!(span("26"), None);
    }

    #[test]
    fn a_sensitivity_reaches_down_and_its_absence_wants_all_below() {
        assert!(forbidden("SUD", &["sens=ETHUD"]));
        assert!(!forbidden("SUD", &["sens.none=hv1"]));
        assert!(forbidden("SUD", &["sens.none=hv0"]));
        assert!(forbidden("SUD", &[]));
        assert!(forbidden("SUD", &["sens.not=SUD"]));
        assert!(!forbidden(
            "SUD",
            &["sens.not=SUD", "sens.not=ETHUD", "sens.not=OPIOIDUD"]
        ));
        assert!(!forbidden("HIV", &["sens=PSY", "sens.not=HIV"]));
        assert!(!forbidden("PSY", &["sens=MH", "sens.not=PSY"]));
    }

    #[test]
    fn purposes_are_those_of_the_vocabulary() {
        let hv1 = Vocabulary::hv1().unwrap();
        let glass = Purpose::of(&hv1, "BTG").unwrap();
        assert!(glass.is_or_is_below("TREAT") && glass.is_or_is_below("ETREAT"));
        assert!(Purpose::of(&hv1, "FooBar").is_err());
        assert!(Purpose::of(&hv1, "PurposeOfUse").is_err());
    }
}
