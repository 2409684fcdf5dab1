//! Sums the trials up, and tells it to programs as JSON (fields: see `main.rs`); `table.rs` tells it to people.

use super::policies::{PEOPLE, policy};
use super::records::Found;
use super::trial::{Outcome, Trial};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Sums over some records.
#[derive(Clone, Default)]
pub(super) struct Sum {
    pub(super) records: usize,
    pub(super) before: u64,
    pub(super) after: u64,
    /// How many each of [`PEOPLE`] opened.
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
    pub(super) types: BTreeMap<String, Sum>,
    pub(super) all: Sum,
    pub(super) refusals: Vec<BTreeMap<u16, usize>>,
    pub(super) skipped: BTreeMap<&'static str, usize>,
    pub(super) seal: Mean,
    pub(super) open: Mean,
    pub(super) refuse: Mean,
    pub(super) wall: Duration,
    pub(super) problems: Vec<String>,
}

impl Report {
    /// Sums up; `left` are the problems found after the trials.
    pub fn new(found: &Found, trials: &[Trial], left: Vec<String>, wall: Duration) -> Self {
        let mut report = Self {
            types: BTreeMap::new(),
            all: Sum::default(),
            refusals: vec![BTreeMap::new(); PEOPLE.len()],
            skipped: found.skipped.clone(),
            seal: Mean::default(),
            open: Mean::default(),
            refuse: Mean::default(),
            wall,
            problems: left,
        };
        for trial in trials {
            if let Some(record) = found.records.get(trial.record) {
                report.add(&record.kind, record.bytes.len() as u64, trial);
            }
        }
        report
    }

    fn add(&mut self, kind: &str, before: u64, trial: &Trial) {
        let mut sum = Sum {
            records: 1,
            before,
            after: trial.sealed_bytes,
            ..Sum::default()
        };
        self.seal.add(trial.seal);
        for ((attempt, opened), refusals) in trial
            .attempts
            .iter()
            .zip(&mut sum.opened)
            .zip(&mut self.refusals)
        {
            match attempt {
                Some((time, Outcome::Opened)) => {
                    *opened += 1;
                    self.open.add(*time);
                }
                Some((time, Outcome::Refused(number))) => {
                    *refusals.entry(*number).or_default() += 1;
                    self.refuse.add(*time);
                }
                None => {}
            }
        }
        self.problems.extend(trial.problems.iter().cloned());
        for total in [
            &mut self.all,
            self.types.entry(kind.to_owned()).or_default(),
        ] {
            total.records += 1;
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

    /// One line of JSON text per run.
    pub fn json(&self) -> String {
        let people = PEOPLE.iter().zip(self.all.opened).zip(&self.refusals);
        let people: Vec<Value> = people
            .map(|((person, opened), refusals)| {
                let refused: usize = refusals.values().sum();
                json!({"name": person.name, "attributes": person.attributes, "opened": opened, "refused": refused})
            })
            .collect();
        let types: Vec<Value> = self
            .types
            .iter()
            .map(|(kind, sum)| {
                let opened: BTreeMap<&str, usize> = PEOPLE.iter().map(|person| person.name).zip(sum.opened).collect();
                json!({"type": kind, "policy": policy(kind), "records": sum.records, "opened": opened,
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
        let report = json!({
            "schema": "hippocrypt-demo/1",
            "records": self.all.records,
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
                "wall": self.wall.as_secs_f64() * 1e3,
            },
            "problems": self.problems,
        });
        format!("{report}\n")
    }
}
