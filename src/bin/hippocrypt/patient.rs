//! `patient new`.

use getrandom::SysRng;
use hippocrypt::keys::disk;
use hippocrypt::pre::{PatientKey, PublisherState};
use serde_json::json;

use crate::args::PatientNew;
use crate::failure::Outcome;
use crate::output::{Output, Pair, secret_text};
use crate::report::Notes;
use crate::{passphrase, publisher, values};

/// Which file an error is about.
const STATE: &str = "-o, the state beside it";

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

/// What every output says of a patient's profile where it is first used.
pub fn fingerprint(profile: &hippocrypt::pre::PatientProfile) -> serde_json::Value {
    let fingerprint = profile.fingerprint();
    json!({
        "id": values::hex(profile.id().as_bytes()),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
    })
}
