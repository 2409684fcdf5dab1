//! Seals batches and lets everybody try them.

use super::batches::Batch;
use super::hospital::Hospital;
use super::policies::PEOPLE;
use super::records::Record;
use super::tool::{Tool, arguments};
use super::workers::each;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
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
    each((batches.len(), jobs), "sealed and tried", |index| {
        let batch = batches.get(index).ok_or("no such batch")?;
        let members = batch.members.iter().filter_map(|at| records.get(*at));
        let members: Vec<&Record> = members.collect();
        one(tool, hospital, index, (batch, &members))
    })
}

fn one(
    tool: &Tool,
    hospital: &Hospital,
    index: usize,
    (batch, members): (&Batch, &[&Record]),
) -> Result<Trial, String> {
    let envelope = hospital.sealed.join(format!("{}.hippo", batch.id));
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
    let files = originals(&hospital.originals, members)?;
    words.extend(files.iter().map(OsString::as_os_str));
    let seal = tool.must(&words)?;
    let mut trial = Trial {
        batch: index,
        sealed_bytes: size(&envelope)?,
        seal,
        attempts: Vec::new(),
        problems: Vec::new(),
    };
    for ((person, key), folder) in PEOPLE.iter().zip(&hospital.keys).zip(&hospital.opened) {
        let from = &hospital.sender;
        let words = arguments!["--key", key, "--from", from, &envelope];
        let (time, outcome) = attempt(tool, words, (folder, members))?;
        match outcome {
            Ok(outcome) => trial.attempts.push(Some((time, outcome))),
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

/// Writes the records as found; `ID=FILE` for each.
pub fn originals(folder: &Path, members: &[&Record]) -> Result<Vec<OsString>, String> {
    let write = |record: &&Record| {
        let original = folder.join(format!("{}.json", record.id));
        fs::write(&original, &record.bytes)
            .map_err(|error| format!("{}: {error}", original.display()))?;
        let mut file = OsString::from(format!("{}=", record.id));
        file.push(original);
        Ok(file)
    };
    members.iter().map(write).collect()
}

/// How many bytes a file has.
pub fn size(path: &Path) -> Result<u64, String> {
    let found = fs::metadata(path).map_err(|error| format!("no {}: {error}", path.display()))?;
    Ok(found.len())
}

/// A call of `batch open` with these arguments into a folder: how long it took, and what came of
/// it or what is wrong with it.
pub fn attempt(
    tool: &Tool,
    words: &[&OsStr],
    (folder, members): (&Path, &[&Record]),
) -> Result<(Duration, Result<Outcome, String>), String> {
    let mut call = arguments!["batch", "open", "-o", folder].to_vec();
    call.extend(words);
    let answer = tool.call(&call)?;
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
    Ok((answer.time, outcome))
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
                expected.extend(members.map(|record| record.id.as_str()));
            }
        }
        let who = PEOPLE.get(who).map_or("somebody", |person| person.name);
        found.extend(unexpected(who, folder, &expected)?);
    }
    Ok(found)
}

/// Files in somebody's folder that should not be there.
pub fn unexpected(
    who: &str,
    folder: &Path,
    expected: &BTreeSet<&str>,
) -> Result<Vec<String>, String> {
    let failed = |error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_string_lossy();
        if !expected.contains(&*name) {
            found.push(format!("{who} has a file that was not opened: {name}"));
        }
    }
    Ok(found)
}
