//! One patient's chart in batches of one label set, and what the grant should open of it.

use super::super::hospital::this_year;
use super::super::records::Record;
use super::super::sensitivities::Vocabulary;
use std::collections::BTreeMap;

/// Why a batch is none of the researcher's business: the first of these that holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    /// Nobody looked through it for sensitivities.
    Unchecked,
    /// Somebody found that it is about HIV.
    Sensitive,
    /// Neither observation nor condition.
    OtherType,
    /// From before, or nobody knows when.
    Older,
}

impl Closed {
    /// All, in this order.
    pub const ALL: [Self; 4] = [
        Self::Unchecked,
        Self::Sensitive,
        Self::OtherType,
        Self::Older,
    ];
}

/// Records under one header.
pub struct Batch {
    /// Its visible name.
    pub id: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Places in the list of records.
    pub members: Vec<usize>,
    /// Why it should stay closed, by what the demo knows of its records.
    pub closed: Option<Closed>,
}

/// One patient's records.
pub struct Chart {
    /// All of them, by label set.
    pub batches: Vec<Batch>,
    /// How many records there are.
    pub records: usize,
    /// The first month that the grant covers: two years before the newest observation or condition.
    pub since: String,
    /// What the grant opens.
    pub policy: String,
}

impl Chart {
    /// The largest bundle is one patient's chart; where there are single resources only, all are.
    pub fn of(records: &[Record], vocabulary: &Vocabulary) -> Result<Self, String> {
        let mut bundles: BTreeMap<usize, usize> = BTreeMap::new();
        for record in records {
            *bundles.entry(record.bundle).or_default() += 1;
        }
        // Of equally large ones the first.
        let largest = bundles.iter().rev().max_by_key(|(_, count)| **count);
        let largest = largest.filter(|(_, count)| **count > 1);
        let own = |record: &Record| largest.is_none_or(|(bundle, _)| *bundle == record.bundle);
        let chart = records.iter().enumerate();
        let chart: Vec<(usize, &Record)> = chart.filter(|(_, record)| own(record)).collect();
        let since = since(&chart)?;
        Ok(Self {
            batches: group(&chart, vocabulary, &since),
            records: chart.len(),
            policy: format!(
                "(type={} or type={}) and ym>={since} and not sens=HIV",
                TYPES[0], TYPES[1]
            ),
            since,
        })
    }
}

/// The types that the grant is for.
const TYPES: [&str; 2] = ["Observation", "Condition"];

/// Two years before the newest of those types, or before this year.
fn since(chart: &[(usize, &Record)]) -> Result<String, String> {
    let now = format!("{}-01", this_year()?);
    let granted = chart.iter().map(|(_, record)| record);
    let granted = granted.filter(|record| TYPES.contains(&record.kind.as_str()));
    let months = granted.filter_map(|record| record.month.as_ref());
    // What has a date of years to come is not the newest that there is.
    let newest = months.filter(|month| month.get(..4) <= now.get(..4)).max();
    let (year, month) = newest
        .unwrap_or(&now)
        .split_once('-')
        .ok_or("a month is written YYYY-MM")?;
    let year: u16 = year.parse().map_err(|_| "a year has four digits")?;
    Ok(format!("{}-{month}", year.saturating_sub(2)))
}

/// By type, confidentiality, sensitivities and month. A record that nobody labelled or looked
/// through is alone: nobody has said that it may stand beside another.
fn group(chart: &[(usize, &Record)], vocabulary: &Vocabulary, since: &str) -> Vec<Batch> {
    type Set<'a> = (&'a str, Vec<String>, &'a str, usize);
    let mut sets: BTreeMap<Set<'_>, Vec<(usize, &Record)>> = BTreeMap::new();
    for (at, record) in chart {
        let (asserted, alone) = match (&record.conf, &record.sens) {
            (Some(conf), Some(sens)) => (labels(conf, vocabulary.labels(sens)), 0),
            (Some(conf), None) => (labels(conf, Vec::new()), 1 + at),
            (None, Some(sens)) => (labels("unlabelled", vocabulary.labels(sens)), 1 + at),
            (None, None) => (labels("unlabelled", Vec::new()), 1 + at),
        };
        let month = record.month.as_deref().unwrap_or("unknown");
        let set = (record.kind.as_str(), asserted, month, alone);
        sets.entry(set).or_default().push((*at, record));
    }
    let batches = sets.into_iter().enumerate();
    batches
        .map(|(number, ((kind, asserted, month, _), members))| {
            let known = [format!("type={kind}"), format!("ym={month}")];
            Batch {
                id: format!("batch-{}", number + 1),
                labels: known.into_iter().chain(asserted).collect(),
                closed: members.iter().find_map(|(_, it)| closed(it, since)),
                members: members.into_iter().map(|(at, _)| at).collect(),
            }
        })
        .collect()
}

fn labels(conf: &str, sens: Vec<String>) -> Vec<String> {
    let conf = format!("conf={conf}");
    std::iter::once(conf).chain(sens).collect()
}

/// Whether the grant should open a record: the demo's own reading of the policy, to compare with
/// what the tool does.
fn closed(record: &Record, since: &str) -> Option<Closed> {
    let month = record.month.as_deref();
    match &record.sens {
        None => Some(Closed::Unchecked),
        Some(codes) if codes.iter().any(|code| code == "HIV") => Some(Closed::Sensitive),
        _ if !TYPES.contains(&record.kind.as_str()) => Some(Closed::OtherType),
        _ if month.is_none_or(|month| month < since) => Some(Closed::Older),
        _ => None,
    }
}
