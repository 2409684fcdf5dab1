//! `open` of a folder of batches.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use hippocrypt::Error;
use hippocrypt::envelope::{Header, OpenedBatch, RecordId, Sender, patient_of};
use hippocrypt::fhir::{Bundle, Resource};
use hippocrypt::keys::disk;
use hippocrypt::pre::PatientId;
use serde_json::json;

use crate::args::Open;
use crate::failure::{Failure, Outcome, Role};
use crate::files::{self, Input};
use crate::opening::{Keyring, Senders};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{opening, profile, values};

/// Most batches of one folder.
const BATCHES: usize = 65_536;
/// The ending of their files.
const ENDING: &str = "hippo";

/// What came of a folder.
#[derive(Default)]
struct Opened {
    /// The resources by their place in the bundle that was sealed.
    resources: BTreeMap<u32, String>,
    batches: usize,
    /// Whose all batches are, as they say.
    patient: Option<Option<PatientId>>,
    /// Batches that these keys do not open: what the errors were, and how often.
    closed: BTreeMap<u16, usize>,
    senders: Vec<Sender>,
}

/// Opens every batch that the keys open, and writes one bundle.
pub fn run(args: &Open) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    for (given, flag) in [
        (args.range.is_some(), "--range"),
        (args.follow, "--follow"),
        (args.incomplete, "--incomplete"),
        (args.header.is_some(), "--header"),
        (args.meta_output.is_some(), "--meta-output"),
        (args.blame.is_some(), "--blame"),
    ] {
        if given {
            return Err(Error::Argument("not with a folder")).role(flag);
        }
    }
    let pass = args.unlock.passphrase_file.as_ref();
    let senders = Senders::read(&args.from)?;
    let profile = args.profile.as_ref().map(|path| profile::read(path));
    let profile = profile.transpose()?;
    let keys = Keyring::read(&args.keys, pass)?;
    let paths = batches(Path::new(&args.input))?;
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;

    let mut opened = Opened::default();
    // One opener for all: what it has prepared for one batch serves the next.
    let mut opener = keys.opener().senders(senders.accepted());
    if let Some(profile) = &profile {
        opener = opener.profile(profile);
    }
    // Why nothing opens, if nothing does: more answers of relays (308) are nearer than another key.
    let mut nearest: Option<Failure> = None;
    for path in &paths {
        let path = OsString::from(path);
        let mut input = Input::open(&path, pass)?;
        let header = Header::read_from(&mut input).role("FILE")?;
        let header = match opening::unlock(&mut opener, header, "FILE") {
            Ok(header) => header,
            Err(failure) if is_closed(&failure) => {
                *opened.closed.entry(failure.code()).or_default() += 1;
                nearest = match nearest.take() {
                    Some(before) if before.code() >= failure.code() => Some(before),
                    _ => Some(failure),
                };
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let mut stanzas = header.access().stanzas().iter();
        let patient = stanzas.find_map(|it| patient_of(it).ok());
        if *opened.patient.get_or_insert(patient) != patient {
            return Err(Error::Argument("a folder with the batches of one patient")).role("FOLDER");
        }
        let members = files::rest(&mut input, "FILE")?;
        take(&mut opened, &header.into_batch(&members).role("FILE")?)?;
    }
    if opened.batches == 0 {
        let none = Failure::new("FOLDER, any of its batches", Error::NoStanza);
        return Err(nearest.unwrap_or(none));
    }
    let bundle = Bundle::collect(opened.resources.values().map(String::as_str));
    output.write_all(bundle.as_bytes()).role("-o")?;
    output.commit("-o")?;
    tell(args, &senders, &opened, paths.len())
}

/// Whether a batch is for others: everything else is damage, and no reason to go on.
fn is_closed(failure: &Failure) -> bool {
    let codes = [
        Error::NotSatisfied,
        Error::NoStanza,
        Error::TooFewAnswers(0),
    ];
    codes.iter().any(|error| error.code() == failure.code())
}

fn batches(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).role("FOLDER")? {
        let path = entry.role("FOLDER")?.path();
        if path.extension().is_some_and(|it| it == ENDING) {
            all.push(path);
        }
        if all.len() > BATCHES {
            return Err(Error::TooLarge("65,536 batches of a folder")).role("FOLDER");
        }
    }
    all.sort();
    Ok(all)
}

fn take(opened: &mut Opened, batch: &OpenedBatch<'_, '_>) -> Outcome<()> {
    for (at, id) in batch.ids().enumerate() {
        let place = place(id)?;
        let (content, sender) = batch.open(at).role("FILE")?;
        let text = core::str::from_utf8(content.expose())
            .map_err(|_| Error::Shape)
            .role("FILE")?;
        Resource::parse(text).role("FILE")?;
        if opened.resources.insert(place, text.to_owned()).is_some() {
            return Err(Error::Duplicate("resource of a chart")).role("FOLDER");
        }
        if !opened.senders.contains(&sender) {
            opened.senders.push(sender);
        }
    }
    opened.batches += 1;
    Ok(())
}

/// The place in the bundle, which is the record's id.
fn place(id: &RecordId) -> Outcome<u32> {
    let digits = id.as_str().strip_prefix('e').filter(|it| it.len() == 5);
    digits
        .and_then(|it| it.parse().ok())
        .ok_or(Error::Argument(
            "a batch of another kind than `seal --fhir` makes",
        ))
        .role("FILE")
}

fn tell(args: &Open, senders: &Senders, opened: &Opened, batches: usize) -> Outcome<()> {
    let mut notes = Notes::default();
    let closed = batches - opened.batches;
    notes.say(format!(
        "opened {} of {} of {batches} batches; {} not for these keys",
        values::counted(opened.resources.len() as u64, "resource"),
        opened.batches,
        if closed == 1 {
            "1 is".to_owned()
        } else {
            format!("{closed} are")
        },
    ));
    for sender in &opened.senders {
        senders.tell(sender, &mut notes);
    }
    let closed: BTreeMap<String, usize> = opened
        .closed
        .iter()
        .map(|(code, count)| (code.to_string(), *count))
        .collect();
    let value = json!({
        "resources": opened.resources.len(),
        "batches": batches,
        "batches_opened": opened.batches,
        "batches_closed": closed,
        "senders": opened.senders.iter().map(|it| senders.value(it)).collect::<Vec<_>>(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
