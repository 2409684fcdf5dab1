//! `patient follow` and `patient object`: those who know a profile, and a recovery that waits.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;

use hippocrypt::Error;
use hippocrypt::keys::{Fingerprint, disk, file};
use hippocrypt::pre::{PatientProfile, Rank, SEEN_BYTES, SeenSuccessions, Succession, Verified};
use serde_json::{Value, json};

use crate::args::{PatientFollow, PatientObject};
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::recovery::begin;
use crate::report::{self, Notes};
use crate::{objects, patient, values};

const DAY: u64 = 86_400;

/// Goes from a known profile to the one that follows.
pub fn follow(args: &PatientFollow) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let known = objects::profile(&args.patient, "--patient")?;
    let mut notes = Notes::default();
    let (later, by) = match &args.profile {
        Some(path) => {
            let later = objects::profile(path, "--profile")?;
            later.follows(&known).role("--profile")?;
            notes.say("the same key says so itself: a thief of the device could do so too");
            (later, Value::from("device"))
        }
        None => {
            let highest = highest(args, &known)?;
            if let Some(days) = &args.wait {
                let days = values::number(days, "--wait")?;
                wait(args, days, &highest, &known)?;
            }
            notes.say(match highest.rank() {
                Rank::Recovery => {
                    "signed by the patient's recovery key, which outranks the device's"
                }
                Rank::Device => "signed by the device's key: a thief of the device could do so too",
            });
            (highest.later().clone(), Value::from(signed_by(&highest)))
        }
    };
    let mut output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let text = file::armour(&later.to_bytes())?;
    output.write_all(text.expose().as_bytes()).role("-o")?;
    output.commit("-o")?;

    notes.say(format!(
        "the patient's fingerprint, to compare: {}",
        later.fingerprint().to_words()
    ));
    let value = json!({
        "patient": patient::fingerprint(&later),
        "sequence": later.sequence(),
        "signed_by": by,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// The succession that holds against all others.
fn highest(args: &PatientFollow, known: &PatientProfile) -> Outcome<Succession<Verified>> {
    let successions = args
        .successions
        .iter()
        .map(|path| {
            objects::succession(path)?
                .verify(known)
                .role("--succession")
        })
        .collect::<Outcome<Vec<_>>>()?;
    let highest = successions.iter().find(|it| {
        let mut others = successions.iter().filter(|other| !same(it, other));
        others.all(|other| it.outranks(other))
    });
    highest
        .cloned()
        .ok_or(Error::Succession("two are alike: ask the patient"))
        .role("--succession")
}

/// Refuses a recovery that has yet to wait, from the first time that it was seen here.
fn wait(
    args: &PatientFollow,
    days: u64,
    succession: &Succession<Verified>,
    known: &PatientProfile,
) -> Outcome<()> {
    // The parser of flags demands it.
    let path = args.seen.as_ref();
    let path = path.ok_or(Error::Missing("--seen")).role("--seen")?;
    let mut seen = seen(path)?;
    let now = values::now()?;
    let first = seen.first_seen(succession, now).role("--seen")?;
    disk::write_secret_file(path, &seen.to_bytes(), true).role("--seen")?;
    if let Some(confirmed) = &args.confirmed {
        let confirmed = Fingerprint::parse(values::text(confirmed, "--confirmed")?);
        let confirmed = confirmed.role("--confirmed")?;
        if confirmed.to_bytes() != succession.fingerprint().to_bytes() {
            return Err(Error::Argument("the fingerprint of another succession"))
                .role("--confirmed");
        }
        return Ok(());
    }
    let mut objected = false;
    for path in &args.objections {
        // What is none must not stand in the way.
        let objection = objects::objection(path);
        objected |= objection.is_ok_and(|it| it.is_to(succession, known));
    }
    let from = succession.counts_from(first, days.saturating_mul(DAY), objected);
    if now < from {
        return Err(Error::Waits(from)).role("--succession");
    }
    Ok(())
}

fn seen(path: &OsStr) -> Outcome<SeenSuccessions> {
    if !fs::exists(path).role("--seen")? {
        return Ok(SeenSuccessions::default());
    }
    let bytes = disk::read_secret_file(path, SEEN_BYTES).role("--seen")?;
    SeenSuccessions::from_bytes(bytes.expose()).role("--seen")
}

/// Objects to a recovery.
pub fn object(args: &PatientObject) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let succession = objects::succession(&args.succession)?
        .verify(key.profile())
        .role("--succession")?;
    let objection = key.object(&succession).role("--succession")?;
    let output = begin(&args.output, args.force, &objection.to_bytes(), "-o")?;
    output.commit("-o")?;

    let words = succession.fingerprint().to_words();
    let mut notes = Notes::default();
    notes.say(format!("the recovery that is objected to: {words}"));
    notes.say("it gives time and decides nothing: who waits for recoveries waits three times as long. Tell them, by voice or in person, that you have not asked your trustees");
    notes.say(
        "trustees who came together have your key too: what they could read stays readable to them",
    );
    let value = json!({
        "patient": patient::fingerprint(key.profile()),
        "succession": words,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

fn same(one: &Succession<Verified>, other: &Succession<Verified>) -> bool {
    one.later().to_bytes() == other.later().to_bytes()
}

/// Who signed it, for programs.
pub fn signed_by(succession: &Succession<Verified>) -> &'static str {
    match succession.rank() {
        Rank::Device => "device",
        Rank::Recovery => "recovery",
    }
}
