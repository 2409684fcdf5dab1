//! The first act: my psychiatrist sees it, my dentist does not.
//!
//! The tool says in plain words what the patient's FHIR Consent will enforce, and refuses to guess
//! where another reading makes it ambiguous. The patient signs it; the whole bundle is sealed under
//! it, each resource under its labels (`wishes.rs` has who should open what). The dentist opens the
//! normal records, the psychiatrist the psychiatric ones too; what nobody labelled opens for neither;
//! what nobody or a stranger has signed is told apart. Then somebody breaks the glass, and the
//! patient revokes that (`emergency.rs`); the audit event of it is the library's (`evidence.rs`).
//!
//! The demo knows what should come of each step, compares, and tells what differs.

mod emergency;
mod evidence;
mod people;
mod relays;
mod telling;
mod wishes;
mod words;

use super::labels::Asserted;
use super::records::{self, Record, Rest};
use super::tool::{Answer, Tool};
use emergency::Emergency;
use people::{People, told};
use relays::refused;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use wishes::{Kind, Wishes};

/// Who try to open the chart; the last one in an emergency.
const READERS: [&str; 4] = ["dentist", "psychiatrist", "patient", "emergency"];

/// Resources of one kind, and how many of them each of [`READERS`] opened.
#[derive(Default)]
struct Row {
    resources: usize,
    opened: [usize; 4],
}

/// A chart that the ward has not signed: the error where only the ward's is accepted, and what it is
/// told to be where anybody's is.
struct Sender {
    signer: Option<&'static str>,
    error: Option<u16>,
    status: String,
}

/// What the consent says of one request.
struct Decision {
    who: &'static str,
    about: &'static str,
    says: String,
}

/// What the first act tells.
#[derive(Default)]
pub(crate) struct Story {
    /// Why there was none.
    skipped: Option<String>,
    wishes: Option<Wishes>,
    /// What is enforced, in plain words.
    explained: Vec<String>,
    /// The number and the words that the ambiguous reading is refused with.
    ambiguous: (Option<u16>, String),
    batches: usize,
    bytes: [u64; 2],
    rows: BTreeMap<Kind, Row>,
    senders: Vec<Sender>,
    decisions: Vec<Decision>,
    emergency: Option<Emergency>,
    steps: Vec<(String, Duration)>,
    problems: Vec<String>,
    wall: Duration,
}

/// What the act is played with.
pub(crate) struct Files<'a> {
    pub(crate) bundle: &'a Path,
    pub(crate) labels: Option<&'a Path>,
    pub(crate) consent: Option<&'a Path>,
}

/// Plays it all in an empty folder; without a consent it only says that there is none.
pub(crate) fn play(tool: &Tool, folder: &Path, files: &Files<'_>) -> Result<Story, String> {
    let start = Instant::now();
    let mut story = Story::default();
    let Some(consent) = files.consent else {
        story.skipped = Some("there is no consent beside the data (--consent FILE)".to_owned());
        return Ok(story);
    };
    if files.bundle.is_dir() {
        return Err("a consent is of one patient's bundle, and DATA is a folder".into());
    }
    let wishes = Wishes::read(consent, files.bundle)?;
    let mut found = records::load(files.bundle, None)?;
    let asserted = files.labels.map(Asserted::read).transpose()?;
    found.label(&asserted.unwrap_or_default(), &Rest::default());
    let chart = Chart {
        kinds: found.records.iter().map(|it| wishes.kind(it)).collect(),
        records: found.records,
    };
    let people = People::found(tool, folder, &wishes)?;
    story.explain(&people, consent, &wishes)?;
    story.step("the patient signs the consent", people.sign(consent)?);
    story.seal(&people, files, &chart)?;
    for (at, who) in READERS.into_iter().take(3).enumerate() {
        let answer = people.open_from_ward(who, ("chart", who), &[])?;
        story.step(&format!("the {who} opens"), answer.time);
        story.opened(at, &chart, (&answer, &people.file(who)));
    }
    story.tell_apart(&people, &chart)?;
    story.decide(&people, consent, &wishes)?;
    story.break_the_glass(&people, &wishes, &chart)?;
    story.wishes = Some(wishes);
    story.wall = start.elapsed();
    Ok(story)
}

/// The resources of the bundle, in order, with what kind each is.
struct Chart {
    records: Vec<Record>,
    kinds: Vec<Kind>,
}

impl Chart {
    /// Those that one of [`READERS`] should open.
    fn of(&self, reader: usize) -> impl Iterator<Item = &Record> {
        let opens = move |kind: &Kind| kind.opens().get(reader) == Some(&true);
        let both = self.records.iter().zip(&self.kinds);
        both.filter(move |(_, kind)| opens(kind)).map(|it| it.0)
    }
}

impl Story {
    fn seal(
        &mut self,
        people: &People<'_>,
        files: &Files<'_>,
        chart: &Chart,
    ) -> Result<(), String> {
        let answer = people.seal((files.bundle, files.labels), Some("ward"), "chart")?;
        let (status, text) = (answer.status, answer.text.trim());
        if status != Some(0) {
            return Err(format!("`seal --fhir` ended with {status:?}: {text}"));
        }
        self.step("the ward seals the whole bundle", answer.time);
        for kind in &chart.kinds {
            self.rows.entry(*kind).or_default().resources += 1;
        }
        let sealed = told(&answer);
        let number = |name: &str| sealed.get(name).and_then(Value::as_u64);
        let unlabelled = self
            .rows
            .get(&Kind::Unlabelled)
            .map_or(0, |it| it.resources);
        for (name, expected) in [
            ("resources", chart.records.len()),
            ("unlabelled", unlabelled),
        ] {
            if number(name) != Some(expected as u64) {
                let said = number(name).unwrap_or_default();
                self.problem(format!("{said} {name} instead of {expected} were sealed"));
            }
        }
        let batches = sealed.get("batches").and_then(Value::as_array);
        self.batches = batches.map_or(0, Vec::len);
        let before = chart.records.iter().map(|it| it.bytes.len() as u64).sum();
        self.bytes = [before, number("sealed_bytes").unwrap_or_default()];
        Ok(())
    }

    /// What somebody opened has to be what they should open, byte for byte, and signed by the ward.
    fn opened(&mut self, reader: usize, chart: &Chart, (answer, output): (&Answer, &Path)) {
        let who = READERS.get(reader).copied().unwrap_or_default();
        let expected: Vec<&Record> = chart.of(reader).collect();
        if expected.is_empty() {
            if !refused(answer, output) {
                self.problem(format!("the {who} was not refused"));
            }
            return;
        }
        let text = answer.text.trim();
        let sender = told(answer);
        let signed = sender.pointer("/senders/0/status").and_then(Value::as_str);
        if answer.status != Some(0) || signed != Some("signed") {
            return self.problem(format!("the {who} got {text:?}"));
        }
        let Ok(found) = records::load(output, None) else {
            return self.problem(format!("the {who} was told it is open, and has no bundle"));
        };
        let bytes = |record: &&Record| record.bytes.clone();
        if !found
            .records
            .iter()
            .map(|it| it.bytes.clone())
            .eq(expected.iter().map(bytes))
        {
            let (some, should) = (found.records.len(), expected.len());
            self.problem(format!(
                "the {who} opened {some} resources that are not the {should} of the consent"
            ));
        }
        for record in &found.records {
            let at = chart.records.iter().position(|it| it.bytes == record.bytes);
            let kind = at.and_then(|at| chart.kinds.get(at));
            let row = kind.and_then(|kind| self.rows.get_mut(kind));
            if let Some(count) = row.and_then(|row| row.opened.get_mut(reader)) {
                *count += 1;
            }
        }
    }

    /// Records that nobody has signed, and some by a stranger, whom the ward's readers do not accept.
    fn tell_apart(&mut self, people: &People<'_>, chart: &Chart) -> Result<(), String> {
        let first = chart.records.first().ok_or("an empty bundle")?;
        let bundle = people.file("one.json");
        let resource = String::from_utf8_lossy(&first.bytes);
        let text = format!(
            r#"{{"resourceType": "Bundle", "type": "collection", "entry": [{{"resource": {resource}}}]}}"#
        );
        fs::write(&bundle, text).map_err(|error| error.to_string())?;
        for signer in [None, Some("stranger")] {
            let chart = format!("chart-of-{}", signer.unwrap_or("nobody"));
            let sealed = people.seal((&bundle, None), signer, &chart)?;
            if sealed.status != Some(0) {
                return Err(format!("`seal --fhir`: {}", sealed.text.trim()));
            }
            let whose = signer.unwrap_or("nobody");
            let (strict, any) = (format!("strict-{whose}"), format!("any-{whose}"));
            let answer = people.open_from_ward("patient", (&chart, &strict), &[])?;
            if answer.error != Some(302) || !refused(&answer, &people.file(&strict)) {
                self.problem(format!("what {whose} signed was taken for the ward's"));
            }
            let opened = told(&people.open("patient", (&chart, &any), &[])?);
            let said = opened.pointer("/senders/0/status").and_then(Value::as_str);
            let by = opened.pointer("/senders/0/fingerprint");
            let expected = match signer {
                None => said == Some("unsigned"),
                Some(name) => said == Some("signed") && by == Some(&people.fingerprint(name)?),
            };
            if !expected {
                self.problem(format!(
                    "what {whose} signed is told to be {said:?} by {by:?}"
                ));
            }
            self.senders.push(Sender {
                signer,
                error: answer.error,
                status: said.unwrap_or_default().to_owned(),
            });
        }
        Ok(())
    }

    fn step(&mut self, name: &str, time: Duration) {
        self.steps.push((name.to_owned(), time));
    }

    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// What went wrong; empty if all is well.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }
}
