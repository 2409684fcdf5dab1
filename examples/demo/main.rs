//! Seals a patient's FHIR resources in batches and shows who can open which, in five acts.
//!
//! `make demo` runs it on the carried bundle, `make demo DATA=path` on any FHIR JSON file or folder.
//! It calls nothing but the command-line tool, as a child process: what it shows, a shell script
//! could do. Only the audit event of the first act is made by the library itself.
//!
//! The first act (`consent/mod.rs`): a patient's FHIR Consent is explained, signed, and enforced on
//! the whole bundle; the psychiatrist sees what the dentist does not; in an emergency somebody breaks
//! the glass. The second: a hospital's authority issues keys to a cardiologist, a dentist and an
//! auditor; a ward signs and seals all resources of one type, confidentiality and month as one batch
//! (`batches.rs`), under the policy of their type and confidentiality (`policies.rs`); then
//! everybody tries every batch, and so does a cardiologist whose key comes from another hospital.
//! The third (`grant/mod.rs`): the chart is sealed to the patient, who grants a researcher part of
//! it through relays, and revokes that. The fourth (`monitor/mod.rs`): a monitor without a network
//! seals an ECG to the patient, a daughter opens it by a grant, and trustees give a lost key back.
//! The fifth (`study.rs`): a researcher's request comes with a proof that the patient consented.
//!
//! How confidential a resource is, and what sensitive matters are in it, a side file says, with who
//! asserted it (`labels.rs`, `sensitivities.rs`). What it does not name is sealed alone and opens
//! for nobody but the patient, unless whoever runs the demo asserts the same of the rest
//! (`make demo DATA=path CONF=N SENS=none`).
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
//! | `consent` | the first act, an object: see below |
//! | `grant` | the third act, an object: see below |
//! | `monitor` | the fourth act, an object: see below |
//! | `study` | the fifth act, an object: see below |
//! | `problems` | list of texts: bytes that differ, files left behind, unexpected answers; empty if all is well |
//!
//! The fields of `consent`:
//!
//! | field | meaning |
//! |---|---|
//! | `skipped` | why there was no first act (no consent); `null` if there was: then what follows is of no meaning |
//! | `patient`, `dentist`, `psychiatrist` | their references in the consent |
//! | `reading`, `explained` | how it is read; the lines of what is enforced, in plain words |
//! | `ambiguous` | `reading` (another one), `error`, `text` that it is refused with |
//! | `batches`, `bytes_before`, `bytes_after` | of the whole bundle |
//! | `rows` | list by `kind` of resource (`normal`, `psychiatric`, `other`, `unlabelled`): `resources`, and how many of them `dentist`, `psychiatrist`, `patient` and `emergency` opened |
//! | `senders` | list by `signer` (`null`: unsigned; `stranger`): `from_ward`, the error number where only the ward's is accepted; `status` where anybody's is |
//! | `decisions` | list of `who`, `about`, `decision` (`PERMIT`, `DENY`, `NO_CONSENT`) |
//! | `break_glass` | an object: `policy`, `purpose`, `until` of the grant; `without_claim`, `one_relay`, the error numbers; `batches_asked` (0: nobody labelled any, and what follows is of no meaning); `log`, the last line of a relay's; `audit_event`, the FHIR R4 AuditEvent that is made of it; `after_revocation`: `relays` (the error numbers of those that hold it), `late_relay_alone` (the error number with the answer of the other one), `earlier_opens` |
//! | `steps` | list of `step`, `milliseconds` |
//! | `milliseconds`, `problems` | as above, of the first act |
//!
//! The fields of `grant`:
//!
//! | field | meaning |
//! |---|---|
//! | `records`, `batches`, `other_records`, `bytes_before`, `bytes_after` | the patient's resources; their batches; resources of other bundles, left aside; the bytes of resources and of batches |
//! | `vocabulary` | `id`, `codes`: what sensitivities were looked for |
//! | `assertions` | list of `by`, `on`, `codes` (found; empty: none), `resources` (how many); the last may be that of whoever runs the demo |
//! | `policy`, `since`, `until`, `purpose`, `threshold`, `relays` | what the grant says; its first month and last day |
//! | `fingerprints` | who to words |
//! | `patient_opened`, `researcher_opened` | numbers of records |
//! | `batches_asked` | how many batches the researcher asked the relays for |
//! | `rows` | list by `closed`, the reason why the policy does not open them (`null`: it does; `unchecked`, `sensitive`, `other type`, `older`): `records`, `batches`; `patient`, `one_relay`, `two_relays` (records opened by the patient, and by the researcher with so many answers); `refusals` (of the researcher: error number to how often) |
//! | `after_revocation` | `relays` (the error number of each), `new_record` (that of a new record with the earlier answers), `earlier_opens` (whether what opened before still does); `null` if nothing was asked for |
//! | `steps` | list of `step`, `bytes`, `milliseconds` |
//! | `milliseconds`, `problems` | as above, of the third act |
//!
//! The fields of `monitor`:
//!
//! | field | meaning |
//! |---|---|
//! | `recording`, `synthetic` | what was recorded; whether this program computed it |
//! | `frame_bytes` | bytes of a frame of ten seconds |
//! | `sessions` | list of `record`, `frames` (whole ones), `bytes_after`, `status` (`ended`, `interrupted`), `carer_opened`, `recovered_opened` (frames) |
//! | `policy`, `purpose`, `until` | what the daughter is granted |
//! | `one_relay`, `one_trustee` | the error numbers that one of them alone is refused with |
//! | `steps` | list of `step`, `milliseconds` |
//! | `milliseconds_per_frame` | to seal one with a coupon, start of the process included |
//! | `milliseconds`, `problems` | as above, of the fourth act |
//!
//! The fields of `study`:
//!
//! | field | meaning |
//! |---|---|
//! | `proof_bytes` | bytes of the signed proof |
//! | `covered` | list of pairs: records covered, records shown, with the first patient's alone and with both |
//! | `refusals` | list of `what`, `expected`, `error` (the number that it was refused with) |
//! | `steps` | list of `step`, `milliseconds` |
//! | `milliseconds`, `problems` | as above, of the fifth act |
//!
//! Exit 0 if there was no problem, 1 otherwise, 2 for arguments it does not know.

pub(crate) mod batches;
pub(crate) mod consent;
pub(crate) mod grant;
pub(crate) mod hospital;
pub(crate) mod labels;
pub(crate) mod monitor;
pub(crate) mod options;
pub(crate) mod policies;
mod prose;
pub(crate) mod records;
pub(crate) mod report;
pub(crate) mod sensitivities;
pub(crate) mod study;
mod table;
pub(crate) mod tool;
pub(crate) mod trial;
mod workers;

use grant::story::Story;
use options::{Options, Wish};
use report::Report;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

/// The resources with what is asserted of them.
fn read(options: &Options) -> Result<(records::Found, labels::Asserted), String> {
    let mut found = records::load(&options.data, options.labels.as_deref())?;
    if found.records.is_empty() {
        return Err(format!(
            "no FHIR resource found in {}",
            options.data.display()
        ));
    }
    let mut asserted = match &options.labels {
        Some(path) => labels::Asserted::read(path)?,
        None => labels::Asserted::default(),
    };
    found.label(&asserted, &options.rest);
    if let Some(codes) = &options.rest.sens {
        asserted.sensitivities.vocabulary.check(codes)?;
        let sensitivities = &asserted.sensitivities;
        let rest = found.records.iter();
        let rest = rest.filter(|record| sensitivities.of(&record.name).is_none());
        let rest = rest.count();
        asserted.sensitivities.add(codes, rest);
    }
    Ok((found, asserted))
}

fn temporary() -> Result<tempfile::TempDir, String> {
    tempfile::Builder::new()
        .prefix("hippocrypt-demo-")
        .tempdir()
        .map_err(|error| format!("no temporary folder: {error}"))
}

/// The second act: sets up the hospital, seals and tries everything, and sums it up.
pub(crate) fn run(options: &Options) -> Result<Report, String> {
    let start = Instant::now();
    let (found, asserted) = read(options)?;
    let batches = batches::group(&found.records);
    let folder = temporary()?;
    let tool = tool::Tool::new(&options.tool);
    let hospital = hospital::found(&tool, folder.path())?;
    let chart = (found.records.as_slice(), batches.as_slice());
    let trials = trial::all(&tool, &hospital, chart, options.jobs)?;
    let left = trial::left_behind(&hospital, chart, &trials)?;
    let mut report = Report::new(&found, asserted, left);
    report.sum(chart, &trials, start.elapsed());
    Ok(report)
}

/// The first act.
pub(crate) fn run_consent(options: &Options) -> Result<consent::Story, String> {
    let folder = temporary()?;
    let tool = tool::Tool::new(&options.tool);
    let files = consent::Files {
        bundle: &options.data,
        labels: options.labels.as_deref(),
        consent: options.consent.as_deref(),
    };
    consent::play(&tool, folder.path(), &files)
}

/// The third act.
pub(crate) fn run_grant(options: &Options) -> Result<Story, String> {
    let (found, asserted) = read(options)?;
    let folder = temporary()?;
    let tool = tool::Tool::new(&options.tool);
    grant::play(
        (&tool, options.jobs),
        folder.path(),
        &found.records,
        &asserted.sensitivities,
    )
}

/// The fourth act.
pub(crate) fn run_monitor(options: &Options) -> Result<monitor::Night, String> {
    let folder = temporary()?;
    let tool = tool::Tool::new(&options.tool);
    monitor::play(&tool, folder.path(), options.ecg.as_deref())
}

/// The fifth act.
pub(crate) fn run_study(options: &Options) -> Result<study::Study, String> {
    let folder = temporary()?;
    study::play(&tool::Tool::new(&options.tool), folder.path())
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
    let acts = run_consent(&options).and_then(|tale| {
        let report = run(&options)?;
        let (story, night) = (run_grant(&options)?, run_monitor(&options)?);
        Ok((tale, report, story, night, run_study(&options)?))
    });
    let (tale, report, story, night, study) = match acts {
        Ok(acts) => acts,
        Err(reason) => {
            eprintln!("demo: {reason}");
            return ExitCode::FAILURE;
        }
    };
    let text = if options.json {
        report.json_with(&tale, &story, &night, &study)
    } else {
        let acts = [
            tale.table(),
            report.table(),
            story.table(),
            night.table(),
            study.table(),
        ];
        acts.join("\n")
    };
    // A closed pipe (`make demo | head`) is no failure of the demo.
    let _ = std::io::stdout().write_all(text.as_bytes());
    let problems = [
        tale.problems(),
        report.problems(),
        story.problems(),
        night.problems(),
        study.problems(),
    ];
    if problems.iter().all(|it| it.is_empty()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
