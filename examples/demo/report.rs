//! Sums the trials up, and tells it to programs as JSON (fields: see `main.rs`); `table.rs` tells it to people.

use super::batches::Batch;
use super::consent;
use super::grant::story::Story;
use super::labels::Asserted;
use super::monitor::Night;
use super::policies::{PEOPLE, policy};
use super::records::{Found, Record};
use super::study::Study;
use super::trial::{Outcome, Trial};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Sums over some records.
#[derive(Clone, Default)]
pub(super) struct Sum {
    pub(super) records: usize,
    pub(super) batches: usize,
    pub(super) before: u64,
    pub(super) after: u64,
    /// How many records each of [`PEOPLE`] opened.
    pub(super) opened: [usize; PEOPLE.len()],
}

/// Mean duration of a kind of call.
#[derive(Default)]
pub(super) struct Mean {
    pub(super) total: Duration,
    pub(super) calls: u32,
}

impl Mean {
    fn add(&mut self, time: Duration) {
        self.total += time;
        self.calls += 1;
    }

    pub(super) fn milliseconds(&self) -> Option<f64> {
        (self.calls > 0).then(|| self.total.as_secs_f64() * 1e3 / f64::from(self.calls))
    }
}

/// Everything the demo tells.
pub struct Report {
    /// By type and confidentiality.
    pub(super) types: BTreeMap<(String, Option<String>), Sum>,
    pub(super) all: Sum,
    pub(super) asserted: Asserted,
    pub(super) unlabelled: usize,
    pub(super) refusals: Vec<BTreeMap<u16, usize>>,
    /// How many records each of [`PEOPLE`] was refused.
    pub(super) refused: [usize; PEOPLE.len()],
    pub(super) skipped: BTreeMap<&'static str, usize>,
    pub(super) seal: Mean,
    pub(super) open: Mean,
    pub(super) refuse: Mean,
    /// What opening the whole chart took each of [`PEOPLE`], in calls that opened.
    pub(super) opening: [Duration; PEOPLE.len()],
    pub(super) wall: Duration,
    pub(super) problems: Vec<String>,
}

impl Report {
    /// An empty report; `left` are the problems found after the trials.
    pub fn new(found: &Found, asserted: Asserted, left: Vec<String>) -> Self {
        Self {
            types: BTreeMap::new(),
            all: Sum::default(),
            asserted,
            unlabelled: found.records.iter().filter(|it| it.conf.is_none()).count(),
            refusals: vec![BTreeMap::new(); PEOPLE.len()],
            refused: [0; PEOPLE.len()],
            skipped: found.skipped.clone(),
            seal: Mean::default(),
            open: Mean::default(),
            refuse: Mean::default(),
            opening: [Duration::ZERO; PEOPLE.len()],
            wall: Duration::ZERO,
            problems: left,
        }
    }

    /// Sums up.
    pub fn sum(&mut self, chart: (&[Record], &[Batch]), trials: &[Trial], wall: Duration) {
        let (records, batches) = chart;
        for trial in trials {
            if let Some(batch) = batches.get(trial.batch) {
                self.add(records, batch, trial);
            }
        }
        self.wall = wall;
    }

    fn add(&mut self, records: &[Record], batch: &Batch, trial: &Trial) {
        let members = batch.members.iter().filter_map(|at| records.get(*at));
        let mut sum = Sum {
            records: batch.members.len(),
            batches: 1,
            before: members.map(|record| record.bytes.len() as u64).sum(),
            after: trial.sealed_bytes,
            ..Sum::default()
        };
        self.seal.add(trial.seal);
        let people = sum.opened.iter_mut().zip(&mut self.opening);
        let refusals = self.refusals.iter_mut().zip(&mut self.refused);
        for ((attempt, (opened, opening)), (refusals, refused)) in
            trial.attempts.iter().zip(people).zip(refusals)
        {
            match attempt {
                Some((time, Outcome::Opened)) => {
                    *opened += batch.members.len();
                    *opening += *time;
                    self.open.add(*time);
                }
                Some((time, Outcome::Refused(number))) => {
                    *refusals.entry(*number).or_default() += 1;
                    *refused += batch.members.len();
                    self.refuse.add(*time);
                }
                None => {}
            }
        }
        self.problems.extend(trial.problems.iter().cloned());
        let kind = (batch.kind.clone(), batch.conf.clone());
        for total in [&mut self.all, self.types.entry(kind).or_default()] {
            total.records += sum.records;
            total.batches += 1;
            total.before += sum.before;
            total.after += sum.after;
            total
                .opened
                .iter_mut()
                .zip(sum.opened)
                .for_each(|(total, one)| *total += one);
        }
    }

    /// What went wrong; empty if all is well.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// One line of JSON text per run, with the other acts.
    pub fn json_with(
        &self,
        tale: &consent::Story,
        story: &Story,
        night: &Night,
        study: &Study,
    ) -> String {
        let mut value = self.value();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("consent".into(), tale.value());
            fields.insert("grant".into(), story.value());
            fields.insert("monitor".into(), night.value());
            fields.insert("study".into(), study.value());
        }
        format!("{value}\n")
    }

    /// What the second act tells programs.
    pub fn value(&self) -> Value {
        let people = PEOPLE.iter().zip(self.all.opened).zip(self.refused);
        let people: Vec<Value> = people
            .map(|((person, opened), refused)| {
                json!({"name": person.name, "attributes": person.attributes, "opened": opened, "refused": refused})
            })
            .collect();
        let types: Vec<Value> = self
            .types
            .iter()
            .map(|((kind, conf), sum)| {
                let opened: BTreeMap<&str, usize> = PEOPLE
                    .iter()
                    .map(|person| person.name)
                    .zip(sum.opened)
                    .collect();
                json!({"type": kind, "conf": conf, "policy": policy(kind, conf.as_deref()),
                    "records": sum.records, "batches": sum.batches, "opened": opened,
                    "bytes_before": sum.before, "bytes_after": sum.after})
            })
            .collect();
        let refusals: BTreeMap<&str, &BTreeMap<u16, usize>> = PEOPLE
            .iter()
            .map(|person| person.name)
            .zip(&self.refusals)
            .collect();
        let skipped: Vec<Value> = self
            .skipped
            .iter()
            .map(|(reason, count)| json!({"reason": reason, "count": count}))
            .collect();
        let assertions = self.asserted.assertions.iter();
        let assertions: Vec<Value> = assertions
            .map(|(by, on, conf, resources)| {
                json!({"by": by, "on": on, "conf": conf, "resources": resources})
            })
            .collect();
        let milliseconds = |time: &Duration| time.as_secs_f64() * 1e3;
        let people_names = PEOPLE.iter().map(|person| person.name);
        let opening: BTreeMap<&str, f64> = people_names
            .zip(self.opening.iter().map(milliseconds))
            .collect();
        json!({
            "schema": "hippocrypt-demo/2",
            "records": self.all.records,
            "batches": self.all.batches,
            "unlabelled": self.unlabelled,
            "assertions": assertions,
            "bytes_before": self.all.before,
            "bytes_after": self.all.after,
            "people": people,
            "types": types,
            "refusals": refusals,
            "skipped": skipped,
            "milliseconds": {
                "seal": self.seal.milliseconds(),
                "open": self.open.milliseconds(),
                "refuse": self.refuse.milliseconds(),
                "seal_all": milliseconds(&self.seal.total),
                "open_all": opening,
                "wall": milliseconds(&self.wall),
            },
            "problems": self.problems,
        })
    }
}
