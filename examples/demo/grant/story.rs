//! Sums up what happened, and tells it to programs as JSON (fields: see the demo's `main.rs`);
//! `telling.rs` tells it to people.

use super::super::prose::grouped;
use super::super::records::Record;
use super::super::sensitivities::Sensitivities;
use super::super::trial::Outcome;
use super::Trial;
use super::chart::{Chart, Closed};
use super::course::{Attempt, PURPOSE};
use super::parties::{Parties, RELAYS, THRESHOLD};
use super::revocation::Revoked;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Batches that the policy opens, or leaves closed for one reason.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) records: usize,
    pub(crate) batches: usize,
    /// How many records the patient opened.
    pub(crate) own: usize,
    /// How many records the researcher opened.
    pub(crate) opened: usize,
    /// How many records the researcher opened with one relay's answer alone.
    pub(crate) alone: usize,
    /// By error number, how often the researcher was refused a batch: with one answer or with two.
    pub(crate) refusals: BTreeMap<u16, usize>,
}

/// One thing that was made or done.
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) bytes: Option<u64>,
    pub(crate) time: Option<Duration>,
}

impl Step {
    /// A file that was made, and how long that took.
    pub(crate) fn new(name: &str, bytes: u64, time: impl Into<Option<Duration>>) -> Self {
        Self {
            name: name.into(),
            bytes: Some(bytes),
            time: time.into(),
        }
    }
}

/// Everything that the third act tells.
pub(crate) struct Story {
    pub(crate) records: usize,
    /// Records of other bundles: of other patients.
    pub(crate) others: usize,
    pub(crate) batches: usize,
    pub(crate) before: u64,
    pub(crate) after: u64,
    pub(crate) vocabulary: (String, Vec<String>),
    /// By whom, on which day, which codes, and in how many resources.
    pub(crate) assertions: Vec<(String, String, Vec<String>, usize)>,
    pub(crate) policy: String,
    pub(crate) since: String,
    pub(crate) until: String,
    /// Who, and the fingerprint of their keys in words.
    pub(crate) fingerprints: Vec<(String, String)>,
    /// How many batches the researcher asked the relays for.
    pub(crate) asked: u64,
    pub(crate) rows: BTreeMap<Option<Closed>, Row>,
    pub(crate) steps: Vec<Step>,
    pub(crate) revoked: Option<Revoked>,
    pub(crate) problems: Vec<String>,
    pub(crate) wall: Duration,
}

impl Story {
    /// Sums up the trials of a chart's batches.
    pub(crate) fn new(
        (chart, records): (&Chart, &[Record]),
        (parties, sensitivities): (&Parties, &Sensitivities),
        trials: &[Trial],
    ) -> Self {
        let vocabulary = &sensitivities.vocabulary;
        let fingerprint = |party: &super::parties::Party| (party.name.clone(), party.words.clone());
        let mut story = Self {
            records: chart.records,
            others: records.len() - chart.records,
            batches: chart.batches.len(),
            before: 0,
            after: trials.iter().map(|trial| trial.sealed_bytes).sum(),
            vocabulary: (vocabulary.id.clone(), vocabulary.codes.clone()),
            assertions: sensitivities.assertions.clone(),
            policy: chart.policy.clone(),
            since: chart.since.clone(),
            until: String::new(),
            fingerprints: parties.all().map(fingerprint).collect(),
            asked: 0,
            rows: BTreeMap::new(),
            steps: Vec::new(),
            revoked: None,
            problems: Vec::new(),
            wall: Duration::ZERO,
        };
        for (batch, trial) in chart.batches.iter().zip(trials) {
            let members = batch.members.iter().filter_map(|at| records.get(*at));
            story.before += members.map(|it| it.bytes.len() as u64).sum::<u64>();
            story.add(&batch.id, batch.members.len(), batch.closed, trial);
        }
        story.time(trials);
        story
    }

    fn add(&mut self, id: &str, records: usize, closed: Option<Closed>, trial: &Trial) {
        let mut problem = |text: String| self.problems.push(format!("{id}: {text}"));
        let row = self.rows.entry(closed).or_default();
        row.records += records;
        row.batches += 1;
        match &trial.own.1 {
            Ok(Outcome::Opened) => row.own += records,
            Ok(Outcome::Refused(number)) => problem(format!("the patient got error {number}")),
            Err(reason) => problem(format!("the patient {reason}")),
        }
        match trial.alone.as_ref().map(|it| &it.1) {
            None => {}
            Some(Ok(Outcome::Refused(number))) => *row.refusals.entry(*number).or_default() += 1,
            Some(Ok(Outcome::Opened)) => {
                row.alone += records;
                problem("one relay was enough for the researcher".into());
            }
            Some(Err(reason)) => problem(format!("the researcher, with one relay, {reason}")),
        }
        match (trial.opened.as_ref().map(|it| &it.1), closed) {
            (Some(Ok(Outcome::Opened)), closed) => {
                row.opened += records;
                if closed.is_some() {
                    problem("the researcher opened what the policy does not".into());
                }
            }
            (Some(Ok(Outcome::Refused(number))), closed) => {
                *row.refusals.entry(*number).or_default() += 1;
                if closed.is_none() {
                    problem(format!("the researcher got error {number}"));
                }
            }
            (Some(Err(reason)), _) => problem(format!("the researcher {reason}")),
            (None, _) => {}
        }
    }

    /// What sealing and opening all took.
    fn time(&mut self, trials: &[Trial]) {
        let opened = |attempt: &&Attempt| attempt.1 == Ok(Outcome::Opened);
        let step = |name: &str, times: &[Duration]| Step {
            name: format!("{name} {} batches", times.len()),
            bytes: None,
            time: Some(times.iter().sum()),
        };
        let seal: Duration = trials.iter().map(|trial| trial.seal).sum();
        let before = grouped(self.before);
        let sealed = format!("seal {before} bytes as {} batches", trials.len());
        let own = trials.iter().map(|trial| &trial.own).filter(opened);
        let own: Vec<_> = own.map(|it| it.0).collect();
        let granted = trials.iter().filter_map(|trial| trial.opened.as_ref());
        let granted: Vec<_> = granted.filter(opened).map(|it| it.0).collect();
        self.steps = vec![
            Step::new(&sealed, self.after, seal),
            step("the researcher opens", &granted),
            step("the patient opens", &own),
        ];
    }

    /// The whole chart.
    pub(crate) fn all(&self) -> Row {
        let mut all = Row::default();
        for row in self.rows.values() {
            all.records += row.records;
            all.batches += row.batches;
            all.own += row.own;
            all.opened += row.opened;
            all.alone += row.alone;
            for (number, count) in &row.refusals {
                *all.refusals.entry(*number).or_default() += count;
            }
        }
        all
    }

    /// What went wrong; empty if all is well.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The same as the table, for programs.
    pub(crate) fn value(&self) -> Value {
        let all = self.all();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let rows = self.rows.iter().map(|(closed, row)| {
            json!({"closed": closed.map(name), "records": row.records, "batches": row.batches,
                "patient": row.own, "one_relay": row.alone, "two_relays": row.opened,
                "refusals": row.refusals})
        });
        let assertions = self.assertions.iter().map(|(by, on, codes, resources)| {
            json!({"by": by, "on": on, "codes": codes, "resources": resources})
        });
        let steps = self.steps.iter().map(|step| {
            json!({"step": step.name, "bytes": step.bytes, "milliseconds": step.time.map(milliseconds)})
        });
        let fingerprints: BTreeMap<_, _> = self.fingerprints.iter().cloned().collect();
        json!({
            "records": self.records,
            "batches": self.batches,
            "other_records": self.others,
            "bytes_before": self.before,
            "bytes_after": self.after,
            "vocabulary": {"id": self.vocabulary.0, "codes": self.vocabulary.1},
            "assertions": assertions.collect::<Vec<_>>(),
            "policy": self.policy,
            "since": self.since,
            "until": self.until,
            "purpose": PURPOSE,
            "relays": RELAYS,
            "threshold": THRESHOLD.parse::<usize>().ok(),
            "fingerprints": fingerprints,
            "patient_opened": all.own,
            "batches_asked": self.asked,
            "researcher_opened": all.opened,
            "rows": rows.collect::<Vec<_>>(),
            "after_revocation": self.revoked.as_ref().map(|it| json!({
                "relays": it.relays, "new_record": it.new, "earlier_opens": it.earlier})),
            "steps": steps.collect::<Vec<_>>(),
            "milliseconds": milliseconds(self.wall),
            "problems": self.problems,
        })
    }
}

fn name(closed: Closed) -> &'static str {
    match closed {
        Closed::Unchecked => "unchecked",
        Closed::Sensitive => "sensitive",
        Closed::OtherType => "other type",
        Closed::Older => "older",
    }
}
