//! The third act: a patient is their own authority, and grants a researcher part of the chart.
//!
//! The chart is sealed to the patient, in batches under labels: type, confidentiality, month, and
//! the sensitivities that somebody looked for (`sensitivities.rs`). The patient grants a researcher
//! "observations and conditions of the last two years, nothing about HIV" through three relays of
//! which two must answer; the researcher asks, two relays answer, and the researcher tries every
//! batch, once with one answer and once with both. Then the patient revokes the grant, a record is
//! added, and the researcher asks again.
//!
//! The demo knows what the policy should open (`chart.rs`), compares, and tells what differs.

pub(crate) mod chart;
mod course;
mod parties;
mod revocation;
pub(crate) mod story;
mod telling;

use super::hospital::end_of_next_year;
use super::records::Record;
use super::sensitivities::Sensitivities;
use super::tool::Tool;
use super::trial::{Outcome, size, unexpected};
use super::workers::each;
use chart::{Batch, Chart};
use course::{Attempt, Course};
use parties::Parties;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use story::{Step, Story};

/// The relays that answer: one of the three is not needed.
const ANSWERING: [usize; 2] = [1, 3];

/// What happened to one batch.
pub(crate) struct Trial {
    seal: Duration,
    sealed_bytes: u64,
    /// By the patient.
    own: Attempt,
    /// By the researcher, with one answer; not tried where the grant opens nothing.
    alone: Option<Attempt>,
    /// By the researcher, with two answers.
    opened: Option<Attempt>,
}

/// Plays it all in an empty folder.
pub(crate) fn play(
    (tool, jobs): (&Tool, usize),
    folder: &Path,
    records: &[Record],
    sensitivities: &Sensitivities,
) -> Result<Story, String> {
    let start = Instant::now();
    let vocabulary = &sensitivities.vocabulary;
    let chart = Chart::of(records, vocabulary)?;
    let parties = &Parties::found(tool, folder)?;
    let course = Course { tool, parties };
    let members = |batch: &Batch| -> Vec<&Record> {
        let members = batch.members.iter();
        members.filter_map(|at| records.get(*at)).collect()
    };
    let count = (chart.batches.len(), jobs);
    let batch = |index: usize| chart.batches.get(index).ok_or("no such batch");

    let mut trials = each(count, "sealed to the patient", |index| {
        let batch = batch(index)?;
        let (seal, sealed_bytes) = course.seal(batch, &members(batch))?;
        Ok(Trial {
            seal,
            sealed_bytes,
            own: course.open_own(batch, &members(batch))?,
            alone: None,
            opened: None,
        })
    })?;
    let until = end_of_next_year()?;
    let time = course.grant(&chart.policy, vocabulary, &until)?;
    let mut steps = vec![
        Step::new("grant", size(&parties.grant())?, time),
        Step::new(
            "share of the grant, for each relay",
            size(&parties.share(1))?,
            None,
        ),
    ];

    // A request for nothing is an error, and the chart may have nothing for this grant.
    let wanted = chart.batches.iter().filter(|it| it.closed.is_none());
    let wanted = wanted.count();
    let (mut parts, mut asked) = (Vec::new(), 0);
    if wanted > 0 {
        (parts, asked) = ask(&course, &mut steps)?;
    }
    let tried = each(count, "tried by the researcher", |index| {
        let batch = batch(index)?;
        let (open, name) = (members(batch), batch.id.as_str());
        let alone = match parts.get(..1).filter(|_| batch.closed.is_none()) {
            Some(part) => Some(course.open((name, &open), part, &parties.alone)?),
            None => None,
        };
        let opened = course.open((name, &open), &parts, &parties.opened)?;
        Ok((alone, opened))
    })?;
    for (trial, (alone, opened)) in trials.iter_mut().zip(tried) {
        (trial.alone, trial.opened) = (alone, Some(opened));
    }

    let mut story = Story::new((&chart, records), (parties, sensitivities), &trials);
    let first = chart.batches.iter().find(|it| it.closed.is_none());
    if let Some(batch) = first {
        let mut again = revocation::Revoked::play(&course, batch, &members(batch), &parts)?;
        story.problems.append(&mut again.problems);
        story.revoked = Some(again);
    }
    story.steps.splice(1..1, steps);
    story.until = until;
    story.asked = asked;
    story
        .problems
        .extend(left_behind(parties, &chart, records, &trials)?);
    story.wall = start.elapsed();
    Ok(story)
}

/// The researcher asks, and two relays answer: their answers, and how many batches were asked for.
fn ask(course: &Course<'_>, steps: &mut Vec<Step>) -> Result<(Vec<PathBuf>, u64), String> {
    let parties = course.parties;
    let (request, list) = (parties.file("request"), parties.file("list"));
    let (time, asked) = course.request(&request)?;
    steps.push(Step::new("request", size(&request)?, time));
    let time = course.list(false, &list)?;
    steps.push(Step::new(
        "revocation list, nothing revoked",
        size(&list)?,
        time,
    ));
    let mut parts = Vec::new();
    for relay in ANSWERING {
        let part = parties.file(&format!("part-{relay}"));
        let answer = course.transform(relay, (&request, &list, &part))?;
        if answer.status != Some(0) {
            return Err(format!(
                "relay {relay} does not answer: {}",
                answer.text.trim()
            ));
        }
        let what = format!("answer of relay {relay}");
        steps.push(Step::new(&what, size(&part)?, answer.time));
        parts.push(part);
    }
    Ok((parts, asked))
}

/// Files of the patient and the researcher that no call said it had written.
fn left_behind(
    parties: &Parties,
    chart: &Chart,
    records: &[Record],
    trials: &[Trial],
) -> Result<Vec<String>, String> {
    let of = |which: fn(&Trial) -> Option<&Attempt>| -> BTreeSet<&str> {
        let opened = chart.batches.iter().zip(trials).filter(|(_, trial)| {
            // Where something else went wrong, that is told already.
            which(trial).is_some_and(|it| !matches!(it.1, Ok(Outcome::Refused(_))))
        });
        let members = opened.flat_map(|(batch, _)| &batch.members);
        let members = members.filter_map(|at| records.get(*at));
        members.map(|record| record.id.as_str()).collect()
    };
    let own = of(|trial| Some(&trial.own));
    let (alone, opened) = (of(|it| it.alone.as_ref()), of(|it| it.opened.as_ref()));
    Ok([
        unexpected("the patient", &parties.own, &own)?,
        unexpected("the researcher, with one relay,", &parties.alone, &alone)?,
        unexpected("the researcher", &parties.opened, &opened)?,
    ]
    .concat())
}
