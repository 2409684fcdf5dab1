//! Seals batches and lets everybody try them, several at a time: each call is a process of its own.

use super::batches::Batch;
use super::hospital::Hospital;
use super::policies::PEOPLE;
use super::records::Record;
use super::tool::{Tool, arguments};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How one person fared with one batch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Opened, and every record equal to the original.
    Opened,
    /// Refused, with this error number.
    Refused(u16),
}

/// What happened to one batch.
pub struct Trial {
    /// Which of the batches.
    pub batch: usize,
    /// Its size when sealed.
    pub sealed_bytes: u64,
    /// Duration of the call of `batch seal`.
    pub seal: Duration,
    /// Duration and outcome of `batch open`, one for each of [`PEOPLE`]; none if something went wrong.
    pub attempts: Vec<Option<(Duration, Outcome)>>,
    /// What went wrong.
    pub problems: Vec<String>,
}

/// Seals and tries all batches on `jobs` threads; the trials come in the order of the batches.
pub fn all(
    tool: &Tool,
    hospital: &Hospital,
    (records, batches): (&[Record], &[Batch]),
    jobs: usize,
) -> Result<Vec<Trial>, String> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut trials = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(index) else {
                return Ok(trials);
            };
            let members = batch.members.iter().filter_map(|at| records.get(*at));
            let members: Vec<&Record> = members.collect();
            trials.push(one(tool, hospital, index, (batch, &members))?);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, batches.len());
        }
    };
    let parts: Vec<Result<Vec<Trial>, String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended
            .map(|part| part.unwrap_or_else(|_| Err("a worker thread panicked".into())))
            .collect()
    });
    let mut trials = Vec::new();
    for part in parts {
        trials.extend(part?);
    }
    trials.sort_by_key(|trial| trial.batch);
    Ok(trials)
}

fn one(
    tool: &Tool,
    hospital: &Hospital,
    index: usize,
    (batch, members): (&Batch, &[&Record]),
) -> Result<Trial, String> {
    let envelope = hospital.sealed.join(format!("{}.hippo", batch.id));
    let mut files = Vec::with_capacity(members.len());
    for record in members {
        let original = hospital.originals.join(format!("{}.json", record.id));
        fs::write(&original, &record.bytes)
            .map_err(|error| format!("{}: {error}", original.display()))?;
        let mut file = OsString::from(format!("{}=", record.id));
        file.push(original);
        files.push(file);
    }
    let mut words = arguments![
        "batch",
        "seal",
        "--authority",
        &hospital.authority,
        "--policy",
        batch.policy,
        "--record",
        &batch.id,
        "--sign",
        &hospital.signer,
        "-o",
        &envelope,
    ]
    .to_vec();
    for label in &batch.labels {
        words.extend(arguments!["--label", label]);
    }
    words.extend(files.iter().map(OsString::as_os_str));
    let seal = tool.must(&words)?;
    let sealed_bytes = fs::metadata(&envelope)
        .map_err(|error| format!("no envelope of {}: {error}", batch.id))?
        .len();
    let mut trial = Trial {
        batch: index,
        sealed_bytes,
        seal,
        attempts: Vec::new(),
        problems: Vec::new(),
    };
    for ((person, key), folder) in PEOPLE.iter().zip(&hospital.keys).zip(&hospital.opened) {
        let answer = tool.call(arguments![
            "batch",
            "open",
            "--key",
            key,
            "--from",
            &hospital.sender,
            "-o",
            folder,
            &envelope
        ])?;
        let outcome = match (answer.status, answer.error) {
            (Some(0), _) => members
                .iter()
                .try_for_each(|record| confirm(&folder.join(&record.id), &record.bytes))
                .map(|()| Outcome::Opened),
            (Some(1), Some(number)) => Ok(Outcome::Refused(number)),
            (status, _) => Err(format!(
                "got an unexpected answer ({status:?}): {}",
                answer.text.trim()
            )),
        };
        match outcome {
            Ok(outcome) => trial.attempts.push(Some((answer.time, outcome))),
            Err(reason) => {
                trial.attempts.push(None);
                trial
                    .problems
                    .push(format!("{}: {} {reason}", batch.id, person.name));
            }
        }
    }
    Ok(trial)
}

/// An opened record must be the original, byte for byte.
fn confirm(output: &Path, original: &[u8]) -> Result<(), String> {
    match fs::read(output) {
        Ok(bytes) if bytes == original => Ok(()),
        Ok(_) => Err("opened bytes that differ from the original".into()),
        Err(_) => Err("was told it is open, and there is no file".into()),
    }
}

/// Files in the folders of opened records that no call said it had written: partial or temporary ones.
pub fn left_behind(
    hospital: &Hospital,
    (records, batches): (&[Record], &[Batch]),
    trials: &[Trial],
) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for (who, folder) in hospital.opened.iter().enumerate() {
        let mut expected = BTreeSet::new();
        for trial in trials {
            let refused = matches!(
                trial.attempts.get(who),
                Some(Some((_, Outcome::Refused(_))))
            );
            // Where something else went wrong, that is told already.
            if let Some(batch) = batches.get(trial.batch).filter(|_| !refused) {
                let members = batch.members.iter().filter_map(|at| records.get(*at));
                expected.extend(members.map(|record| OsString::from(&record.id)));
            }
        }
        let entries =
            fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let name = entry.map_err(|error| error.to_string())?.file_name();
            if !expected.contains(&name) {
                let who = PEOPLE.get(who).map_or("somebody", |person| person.name);
                found.push(format!(
                    "{who} has a file that was not opened: {}",
                    name.to_string_lossy()
                ));
            }
        }
    }
    Ok(found)
}

fn progress(done: usize, of: usize) {
    let mut screen = std::io::stderr();
    if screen.is_terminal() {
        let end = if done == of { "\r\x1b[K" } else { "" };
        let _ = write!(screen, "\r{done} of {of} batches sealed and tried{end}");
        let _ = screen.flush();
    }
}
