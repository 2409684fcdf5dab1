//! Which labels a chart is sealed under.

use alloc::collections::BTreeSet;

use crate::consent::{Criterion, Rule, Terms};
use crate::error::Result;
use crate::policy::Labels;

/// Labels that every record keeps: what it is, how confidential and sensitive, and when.
const ALWAYS: [&str; 8] = [
    "type",
    "conf",
    "sens",
    "sens.not",
    "sens.none",
    "y",
    "ym",
    "ymd",
];

/// The labels that a consent decides by: type, confidentiality, sensitivities and date, and of
/// codes, authors, links, instance and kinds of document those that one of its rules asks for.
///
/// Each further kind of label makes more and smaller batches, and tells more to whoever stores
/// them; without it the patient cannot grant by it.
///
/// # Errors
/// None for labels that were checked; those of [`Labels::parse`] are passed on.
pub fn relevant(labels: &Labels, terms: &Terms) -> Result<Labels> {
    let mut kept = BTreeSet::from(ALWAYS);
    for criterion in terms.rules.iter().flat_map(Rule::criteria) {
        match criterion {
            Criterion::Code(_) => kept.extend(["code"]),
            Criterion::Author(_) => kept.extend(["author"]),
            Criterion::Document(_) => kept.extend(["mime", "profile"]),
            Criterion::Record(_) => kept.extend(["inst", "enc", "cplan", "eoc", "author"]),
            _ => {}
        }
    }
    let name = |label: &str| {
        label
            .split_once('=')
            .is_some_and(|(name, _)| kept.contains(name))
    };
    Labels::parse(labels.texts().filter(|label| name(label)))
}
