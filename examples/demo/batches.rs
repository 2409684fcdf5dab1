//! Which records are sealed together: those of one label set, and of one patient.

use super::policies::policy;
use super::records::Record;
use std::collections::BTreeMap;

/// Records under one header.
pub struct Batch {
    /// Its visible name.
    pub id: String,
    /// Resource type.
    pub kind: String,
    /// What somebody asserted; none for a record that nobody labelled.
    pub conf: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// Who may open it.
    pub policy: &'static str,
    /// Places in the list of records.
    pub members: Vec<usize>,
}

/// By type, confidentiality and month. A record without a label is alone, under a label set that no
/// rule opens: nobody has said that it may stand beside another.
pub fn group(records: &[Record]) -> Vec<Batch> {
    let mut sets: BTreeMap<(usize, &str, &str, &str, usize), Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        let month = record.month.as_deref().unwrap_or("unknown");
        let (conf, alone) = match &record.conf {
            Some(conf) => (conf.as_str(), 0),
            None => ("unlabelled", 1 + at),
        };
        // Whole patients: what stands in one bundle stays together.
        let set = (record.bundle, record.kind.as_str(), conf, month, alone);
        sets.entry(set).or_default().push(at);
    }
    let batches = sets.into_iter().enumerate();
    batches
        .map(|(number, ((_, kind, conf, month, _), members))| Batch {
            id: format!("batch-{}", number + 1),
            kind: kind.to_owned(),
            conf: (conf != "unlabelled").then(|| conf.to_owned()),
            labels: vec![
                format!("type={kind}"),
                format!("conf={conf}"),
                format!("ym={month}"),
            ],
            policy: policy(kind, (conf != "unlabelled").then_some(conf)),
            members,
        })
        .collect()
}
