//! Real consents, one row each: what becomes of it under a reading, and why.
#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod contexts;
mod decisions;
mod mutations;
mod plans;
mod policies;
mod published;
mod shared;
mod wild;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hippocrypt::consent::Reading;
use hippocrypt::consent::vocabulary::Vocabulary;
use hippocrypt::fhir::{Compiled, Context, Document, Failure, Options, Resolver, compile};

/// The base of IHE's examples.
pub const BASE: &str = "http://example.org/fhir/";

pub fn options(reading: Reading) -> Options {
    let mut options = Options::new(reading);
    options.base = Some(BASE.into());
    options
}

/// Read once.
pub fn vocabulary() -> &'static Vocabulary {
    static HV1: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::hv1().unwrap());
    &HV1
}

pub fn compiled(
    bytes: &[u8],
    options: &Options,
    resolver: &dyn Resolver,
) -> Result<Compiled, Failure> {
    let document = Document::parse(bytes).map_err(Failure::Error)?;
    compile(&document, options, vocabulary(), resolver, [7; 32])
}

/// `E07 Consent.provision.provision[0].type` for the first refusal, or `compiles`.
pub fn outcome(answer: &Result<Compiled, Failure>) -> String {
    match answer {
        Ok(_) => "compiles".into(),
        Err(Failure::Refused(refusals)) => {
            let first = refusals.first();
            format!("{} {}", first.code, first.path)
        }
        Err(Failure::Error(error)) => format!("error {}", error.code()),
    }
}

/// All of its refusals, each as in [`outcome`].
pub fn refusals(answer: &Result<Compiled, Failure>) -> Vec<String> {
    match answer {
        Err(Failure::Refused(refusals)) => refusals
            .iter()
            .map(|it| format!("{} {}", it.code, it.path))
            .collect(),
        _ => Vec::new(),
    }
}

/// The consents beside this repository; none if there are none, with a word about it.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/consents");
    if !all.is_dir() {
        println!("skipped: no ../shared");
        return None;
    }
    Some(all.join(folder))
}

/// The JSON files of a folder, by name.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "json"));
    files.sort();
    files
}

/// A resolver over the resources of a folder.
pub fn context(folder: &Path) -> Context {
    let mut context = Context::new(Some(BASE)).unwrap();
    for file in files(folder) {
        let document = Document::parse(&std::fs::read(file).unwrap()).unwrap();
        context.add(&document).unwrap();
    }
    context
}

/// What becomes of a file, and why.
pub struct Row {
    pub file: &'static str,
    pub reading: Reading,
    pub outcome: &'static str,
    pub reason: &'static str,
}

pub const fn row(
    reading: Reading,
    file: &'static str,
    outcome: &'static str,
    reason: &'static str,
) -> Row {
    Row {
        file,
        reading,
        outcome,
        reason,
    }
}

/// Compiles every file of a folder and holds it against its row; each file has one at least.
#[track_caller]
pub fn holds(folder: &Path, rows: &[Row], resolver: &dyn Resolver) {
    let mut wrong = Vec::new();
    let files = files(folder);
    for row in rows {
        assert!(row.reason.len() > 10, "{}: no reason", row.file);
        let path = folder.join(row.file);
        if !files.contains(&path) {
            wrong.push(format!("{}: no such file", row.file));
            continue;
        }
        let bytes = std::fs::read(path).unwrap();
        let answer = compiled(&bytes, &options(row.reading), resolver);
        let found = outcome(&answer);
        if found != row.outcome {
            let reading = row.reading.name();
            wrong.push(format!(
                "{} under {reading}: {found}, not {}",
                row.file, row.outcome
            ));
        }
    }
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        if !rows.iter().any(|row| row.file == name) {
            wrong.push(format!("{name}: no row"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
