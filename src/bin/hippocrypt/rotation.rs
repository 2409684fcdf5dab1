//! `patient rotate`.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::keys::disk;
use hippocrypt::pre::{PatientProfile, PublisherState, Rank, Revoked};
use serde_json::json;

use crate::args::PatientRotate;
use crate::failure::{Outcome, Role};
use crate::follow::signed_by;
use crate::grant::{describe, own};
use crate::lock::Lock;
use crate::output::{Output, Pair, secret_text};
use crate::publisher::Kept;
use crate::recovery::{THIEF, begin};
use crate::report::Notes;
use crate::{objects, patient, publisher, values};

/// Which file an error is about.
const BESIDE: &str = "-o, a file beside it";

/// Replaces a patient's key.
pub fn rotate(args: &PatientRotate) -> Outcome<()> {
    let lock = Lock::take(&args.key)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (key, passphrase) = objects::patient_key_locked(&args.key, pass)?;
    patient::check_beside(&args.key, key.profile())?;
    let grants = own(&args.grants, key.profile(), "--grant")?;
    let named = |ending: &str| Path::new(&args.output).with_extension(ending);
    for ending in ["hsc", "hrl", "hb"] {
        if named(ending).as_os_str() == args.output {
            return Err(Error::Argument("a file name that ends in .key")).role("-o");
        }
    }
    if named_alike(&args.output, &args.key) {
        return Err(Error::Argument("the old key stays: name another file")).role("-o");
    }
    let pair = Pair::create(&args.output, args.force)?;
    let beside = publisher::beside_new(&args.output)?;
    let mut state = Output::create(beside.as_os_str(), args.force, disk::SECRET_MODE, BESIDE)?;
    let owner = key.profile().signing_key();
    let mut kept = Kept::open_locked(lock, &args.key, owner, &args.state)?;
    let again = retired(&kept.state, key.profile());

    let rotation = key.rotate(&mut SysRng)?;
    let now = values::now()?;
    kept.state.retire(&key, now)?;
    let list = kept.state.publish_as(&key, now)?;
    let profile = rotation.key.profile();
    let place = |ending, object: &[u8]| {
        let path = named(ending);
        begin(path.as_os_str(), args.force, object, BESIDE).map(|output| (output, BESIDE))
    };
    let mut outputs = Vec::new();
    if let Some(backup) = &rotation.backup {
        outputs.push(place("hb", &backup.to_bytes())?);
    }
    let path = named("hrl");
    let mut revoked = Output::create(path.as_os_str(), args.force, disk::PUBLIC_MODE, BESIDE)?;
    revoked
        .write_all(&objects::text(list.to_bytes())?)
        .role(BESIDE)?;
    let fresh = PublisherState::new(*profile.signing_key());
    state.write_all(&fresh.to_bytes()?).role(BESIDE)?;
    outputs.extend([(revoked, BESIDE), (state, BESIDE)]);
    outputs.push(place("hsc", &rotation.succession.to_bytes())?);
    let secret = secret_text(&rotation.key.to_bytes(), passphrase.as_ref())?;
    // The old key grants nothing more before the new one is there: a list's number is never
    // used twice.
    kept.save()?;
    pair.write_around(&secret, &profile.to_bytes(), outputs)?;

    let by_recovery = rotation.succession.rank() == Rank::Recovery;
    let mut notes = Notes::default();
    notes.say(format!("patient {}", values::hex(profile.id().as_bytes())));
    notes.say(format!("fingerprint: {}", profile.fingerprint().to_words()));
    notes.say(match by_recovery {
        true => "signed by the recovery key: it outranks all that the old device's key has signed",
        false => "signed by the device's key: whoever stole the old key could do the same; only trustees outrank them",
    });
    if by_recovery {
        let words = rotation.succession.fingerprint().to_words();
        notes.say(format!("succession: {words}"));
        notes.say("publish it soon: who waits before they follow a recovery counts from when they first see it");
    }
    notes.say(match (by_recovery, &rotation.backup) {
        (true, _) => "no trustees: `patient split` the new key",
        (false, Some(_)) => {
            "the trustees stay; with their shares and the .hb file they recover this key too"
        }
        (false, None) => {
            "no trustees, and no recovery key: if the key is lost, so is what is sealed to it"
        }
    });
    notes.say(format!(
        "every grant under the old key is revoked: give the relays list {} (.hrl); what they have they keep",
        list.sequence()
    ));
    if again {
        notes.say("warning: the key was rotated before: of two successions that are alike neither counts; publish one of them only");
    }
    let mut again = Vec::new();
    for (place, grant) in args.grants.iter().zip(&grants) {
        let header = grant.header();
        if header.not_after() <= now {
            continue;
        }
        let policy = kept.state.policy(header.grant_id());
        notes.say(format!("to grant again: {}", place.to_string_lossy()));
        notes.say(format!("  who    {}", describe::who(header)));
        notes.say(format!("  what   {}", describe::allowed(header, policy)));
        again.push(describe::value(header, policy));
    }
    notes.say("records open with the old key until they are rewrapped: keep it, and run `rewrap --key OLD.key --patient NEW.pub --replace` until it has nothing to do");
    notes.say(THIEF);
    let value = json!({
        "patient": patient::fingerprint(profile),
        "sequence": profile.sequence(),
        "signed_by": signed_by(&rotation.succession),
        "trustees": profile.trustees().map_or(0, |(_, count)| count),
        "backup": rotation.backup.is_some(),
        "list": list.sequence(),
        "grant_again": again,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Whether a key and the files beside it would take the place of another and of those beside it.
fn named_alike(one: &OsStr, other: &OsStr) -> bool {
    let stem = |path: &OsStr| {
        let path = Path::new(path);
        let parent = path.parent().filter(|it| *it != Path::new(""));
        let parent = fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()?;
        Some(parent.join(path.file_stem()?))
    };
    let file = |path: &OsStr| fs::canonicalize(path).ok();
    stem(one) == stem(other) || (file(one).is_some() && file(one) == file(other))
}

/// Whether the key has a successor already.
fn retired(state: &PublisherState, own: &PatientProfile) -> bool {
    state.entries().iter().any(|entry| {
        entry.signer() == own.signing_key() && *entry.revoked() == Revoked::Floor(u64::MAX)
    })
}
