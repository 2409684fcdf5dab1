//! What the demo was asked for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::labels::CODES;
use super::records::Rest;

/// The text of `--help`.
pub const HELP: &str = "\
demo [--json] [--jobs N] [--tool PATH] [--ecg FILE] [--labels FILE] [--consent FILE] [--assert-conf CODE] [--assert-sens CODES] DATA

DATA         a FHIR JSON file (a Bundle or one resource), or a folder of them
--labels FILE
             who asserts which confidentiality, and which sensitivities
             (default: labels.json beside DATA, if it is there)
--consent FILE
             the patient's FHIR Consent, for the first act, of the shape of examples/data/consent.json
             (default: consent.json beside DATA, if DATA is a file and it is there)
--assert-conf CODE
             you assert this confidentiality (U, L, M, N, R, V) of all that nobody else labelled
--assert-sens CODES
             you looked for sensitivities in all that nobody else looked through, and found these
             (such as HIV or HIV,PSY), or none
--json       print numbers for programs; the fields are described in examples/demo/main.rs
--ecg FILE   what the monitor records: two leads at 360 a second, in MIT-BIH's format 212, such as
             100.dat (default: the one in ../shared/data/telemetry, if it is there, else a
             synthetic one)
--jobs N     batches in work at the same time (default: the number of cores)
--tool PATH  the hippocrypt program (default: $HIPPOCRYPT, else the one built beside this demo)
";

/// A run of the demo.
pub struct Options {
    /// File or folder to read.
    pub data: PathBuf,
    /// The side file that labels them.
    pub labels: Option<PathBuf>,
    /// The patient's consent.
    pub consent: Option<PathBuf>,
    /// What whoever runs the demo asserts of the rest.
    pub rest: Rest,
    /// The ECG that the monitor records; without it a synthetic one.
    pub ecg: Option<PathBuf>,
    /// Print JSON instead of the table.
    pub json: bool,
    /// Number of worker threads, at least 1.
    pub jobs: usize,
    /// The command-line tool.
    pub tool: PathBuf,
}

/// What the arguments say.
pub enum Wish {
    /// Print the help text.
    Help,
    /// Run with these options.
    Run(Options),
}

/// Reads the arguments that follow the program's name; the error is a sentence for the user.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Wish, String> {
    let mut arguments = arguments;
    let (mut data, mut json, mut jobs, mut tool) = (None, false, None, None);
    let (mut labels, mut consent, mut ecg, mut rest) = (None, None, None, Rest::default());
    while let Some(argument) = arguments.next() {
        let mut value = |name: &str| {
            arguments
                .next()
                .ok_or_else(|| format!("{name} needs a value"))
        };
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Wish::Help),
            Some("--json") => json = true,
            Some("--jobs") => {
                let text = value("--jobs")?;
                let number = text
                    .to_str()
                    .and_then(|text| text.parse().ok())
                    .filter(|jobs| (1..=256).contains(jobs));
                jobs = Some(number.ok_or("--jobs needs a number from 1 to 256")?);
            }
            Some("--ecg") => ecg = Some(PathBuf::from(value("--ecg")?)),
            Some("--labels") => labels = Some(PathBuf::from(value("--labels")?)),
            Some("--consent") => consent = Some(PathBuf::from(value("--consent")?)),
            Some("--assert-conf") => {
                let code = value("--assert-conf")?;
                let code = code.to_str().filter(|code| CODES.contains(code));
                rest.conf = Some(code.ok_or("--assert-conf: U, L, M, N, R or V")?.to_owned());
            }
            Some("--assert-sens") => {
                let codes = value("--assert-sens")?;
                let codes = codes.to_str().ok_or("--assert-sens: codes, or none")?;
                let codes = codes.split(',').filter(|code| *code != "none");
                rest.sens = Some(codes.map(str::to_owned).collect());
            }
            Some("--tool") => tool = Some(PathBuf::from(value("--tool")?)),
            Some(flag) if flag.starts_with('-') => return Err(format!("unknown option {flag}")),
            _ if data.is_some() => return Err("only one DATA can be given".into()),
            _ => data = Some(PathBuf::from(argument)),
        }
    }
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let data = data.ok_or("DATA is missing")?;
    Ok(Wish::Run(Options {
        labels: labels.or_else(|| beside(&data, "labels.json")),
        consent: consent.or_else(|| data.is_file().then(|| beside(&data, "consent.json"))?),
        ecg: ecg.or_else(at_hand),
        rest,
        data,
        json,
        jobs: jobs.unwrap_or_else(cores),
        tool: tool.map_or_else(built_tool, Ok)?,
    }))
}

/// The recording that lies beside the repository.
fn at_hand() -> Option<PathBuf> {
    let path = PathBuf::from("../shared/data/telemetry/100.dat");
    Some(path).filter(|path| path.is_file())
}

/// A file of this name in the folder of the data.
fn beside(data: &Path, name: &str) -> Option<PathBuf> {
    let folder = if data.is_dir() { data } else { data.parent()? };
    Some(folder.join(name)).filter(|path| path.is_file())
}

/// The tool of the environment, or the one that cargo built beside this example.
fn built_tool() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("HIPPOCRYPT") {
        return Ok(path.into());
    }
    let name = format!("hippocrypt{}", std::env::consts::EXE_SUFFIX);
    let demo = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?;
    let tool = demo
        .ancestors()
        .nth(2)
        .map(|profile| profile.join(name))
        .filter(|path| path.is_file());
    tool.ok_or_else(|| {
        "the hippocrypt program is not built: run `make demo`, or name it with --tool".into()
    })
}
