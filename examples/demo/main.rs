//! Seals a patient's FHIR resources in batches and shows who can open which.
//!
//! `make demo` runs it on the carried bundle, `make demo DATA=path` on any FHIR JSON file or folder.
//! It calls nothing but the command-line tool, as a child process: what it shows, a shell script
//! could do. A hospital's authority issues keys to a cardiologist, a dentist and an auditor; a ward
//! signs and seals all resources of one type, confidentiality and month as one batch
//! (`batches.rs`), under the policy of their type and confidentiality (`policies.rs`); then
//! everybody tries every batch, and so does a cardiologist whose key comes from another hospital.
//!
//! How confidential a resource is, a side file says, with who asserted it (`labels.rs`). What it
//! does not name is sealed alone and opens for nobody, unless whoever runs the demo asserts a
//! confidentiality for the rest (`make demo DATA=path CONF=N`).
//!
//! With `--json` it prints one object, whose fields stay as they are within `schema` 2:
//!
//! | field | meaning |
//! |---|---|
//! | `schema` | `"hippocrypt-demo/2"` |
//! | `records`, `batches`, `bytes_before`, `bytes_after` | resources sealed; their batches; the bytes of both |
//! | `unlabelled` | resources that nobody asserted a confidentiality of |
//! | `assertions` | list of `by`, `on`, `conf`, `resources` (how many) |
//! | `people` | list of `name`, `attributes` (list), `opened`, `refused` (numbers of records) |
//! | `types` | list, by resource type and confidentiality: `type`, `conf` (`null` if unlabelled), `policy`, `records`, `batches`, `bytes_before`, `bytes_after`, `opened` (person to number of records) |
//! | `refusals` | person to (error number to number of batches) |
//! | `skipped` | list of `reason`, `count`: files and bundle entries that are no resources |
//! | `milliseconds` | `seal`, `open`, `refuse`: mean of one call, process start included (`null` if there was none); `seal_all`, `open_all`: sums over the whole chart, the latter person to sum; `wall`: all of it |
//! | `problems` | list of texts: bytes that differ, files left behind, unexpected answers; empty if all is well |
//!
//! Exit 0 if there was no problem, 1 otherwise, 2 for arguments it does not know.

pub(crate) mod batches;
pub(crate) mod hospital;
pub(crate) mod labels;
pub(crate) mod options;
pub(crate) mod policies;
pub(crate) mod records;
pub(crate) mod report;
mod table;
pub(crate) mod tool;
pub(crate) mod trial;

use options::{Options, Wish};
use report::Report;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

/// Sets up the hospital, seals and tries everything, and sums it up.
pub(crate) fn run(options: &Options) -> Result<Report, String> {
    let start = Instant::now();
    let mut found = records::load(&options.data, options.labels.as_deref())?;
    if found.records.is_empty() {
        return Err(format!(
            "no FHIR resource found in {}",
            options.data.display()
        ));
    }
    let asserted = match &options.labels {
        Some(path) => labels::Asserted::read(path)?,
        None => labels::Asserted::default(),
    };
    found.label(&asserted, options.conf.as_deref());
    let batches = batches::group(&found.records);
    let folder = tempfile::Builder::new()
        .prefix("hippocrypt-demo-")
        .tempdir()
        .map_err(|error| format!("no temporary folder: {error}"))?;
    let tool = tool::Tool::new(&options.tool);
    let hospital = hospital::found(&tool, folder.path())?;
    let chart = (found.records.as_slice(), batches.as_slice());
    let trials = trial::all(&tool, &hospital, chart, options.jobs)?;
    let left = trial::left_behind(&hospital, chart, &trials)?;
    let mut report = Report::new(&found, asserted, left);
    report.sum(chart, &trials, start.elapsed());
    Ok(report)
}

fn main() -> ExitCode {
    let options = match options::parse(std::env::args_os().skip(1)) {
        Ok(Wish::Run(options)) => options,
        Ok(Wish::Help) => {
            print!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(reason) => {
            eprintln!("{reason}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    let report = match run(&options) {
        Ok(report) => report,
        Err(reason) => {
            eprintln!("demo: {reason}");
            return ExitCode::FAILURE;
        }
    };
    let text = if options.json {
        report.json()
    } else {
        report.table()
    };
    // A closed pipe (`make demo | head`) is no failure of the demo.
    let _ = std::io::stdout().write_all(text.as_bytes());
    if report.problems().is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
