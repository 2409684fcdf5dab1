//! `patient new` and `patient profile`.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::keys::{disk, file};
use hippocrypt::pre::{PatientKey, PatientProfile, PublisherState};
use serde_json::json;

use crate::args::{PatientNew, PatientProfileOf};
use crate::failure::{Outcome, Role};
use crate::output::{Output, Pair, secret_text};
use crate::report::{self, Notes};
use crate::{objects, passphrase, publisher, values};

/// Which file an error is about.
const STATE: &str = "-o, the state beside it";
const BESIDE: &str = "the public file beside --key";

/// Makes a patient.
pub fn new(args: &PatientNew) -> Outcome<()> {
    let pair = Pair::create(&args.output, args.force)?;
    let path = publisher::beside_new(&args.output)?;
    let state = Output::create(path.as_os_str(), args.force, disk::SECRET_MODE, STATE)?;
    let key = PatientKey::generate(&mut SysRng)?;
    let protect = &args.protect;
    let passphrase = passphrase::protecting(
        protect.passphrase_file.as_ref(),
        protect.passphrase,
        "--passphrase-file",
    )?;
    let secret = secret_text(&key.to_bytes(), passphrase.as_ref())?;
    let profile = key.profile();
    let kept = PublisherState::new(*profile.signing_key()).to_bytes()?;
    pair.write_with(&secret, &profile.to_bytes(), (state, STATE), &kept)?;

    let fingerprint = profile.fingerprint();
    let mut notes = Notes::default();
    notes.say(format!("patient {}", values::hex(profile.id().as_bytes())));
    notes.say(format!("fingerprint: {}", fingerprint.to_words()));
    notes.say("no trustees: if the key is lost, whatever is sealed to this patient alone is lost; `patient split` names some");
    if passphrase.is_none() {
        notes.say(
            "warning: the secret key has no passphrase; whoever gets the file opens every record",
        );
    }
    let value = json!({
        "patient": values::hex(profile.id().as_bytes()),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "trustees": 0,
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Writes the profile of a key again.
pub fn profile(args: &PatientProfileOf) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let profile = key.profile();
    let mut output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let text = file::armour(&profile.to_bytes())?;
    output.write_all(text.expose().as_bytes()).role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    notes.say(format!("profile {}", profile.sequence()));
    notes.say(format!("fingerprint: {}", profile.fingerprint().to_words()));
    let value = json!({
        "patient": fingerprint(profile),
        "sequence": profile.sequence(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Refuses to go on from a key whose public file is another's, or later than what the key says: then
/// the key is an old copy.
pub fn check_beside(key: &OsStr, profile: &PatientProfile) -> Outcome<()> {
    let beside = Path::new(key).with_extension("pub");
    if !fs::exists(&beside).role(BESIDE)? {
        return Ok(());
    }
    let found = objects::profile(beside.as_os_str(), BESIDE)?;
    if found.id() != profile.id() {
        return Err(Error::Argument("another patient's")).role(BESIDE);
    }
    if found.sequence() > profile.sequence() {
        return Err(Error::Argument(
            "later than the key, which is an old copy: use the present one",
        ))
        .role(BESIDE);
    }
    Ok(())
}

/// What every output says of a patient's profile where it is first used.
pub fn fingerprint(profile: &PatientProfile) -> serde_json::Value {
    let fingerprint = profile.fingerprint();
    json!({
        "id": values::hex(profile.id().as_bytes()),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
    })
}
