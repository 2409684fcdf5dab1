//! `proof key` and `proof enroll`.

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::zk::{ConsentKey, ProvenKey};
use serde_json::json;

use super::registry::Open;
use crate::args::{ProofEnroll, ProofKeyNew};
use crate::failure::{Outcome, Role};
use crate::lock::Lock;
use crate::output::{Pair, secret_text};
use crate::report::Notes;
use crate::{objects, patient, values};

/// Puts a key for proofs into a patient's profile.
pub fn key(args: &ProofKeyNew) -> Outcome<()> {
    // Nobody else may replace the key meanwhile.
    let _lock = Lock::take(&args.key)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (key, passphrase) = objects::patient_key_locked(&args.key, pass)?;
    patient::check_beside(&args.key, key.profile())?;
    let own = ConsentKey::from_seed(&key.consent_seed())?;
    let proven = ProvenKey::prove(&own, key.profile().id().as_bytes(), &mut SysRng)?;
    let key = key.with_consent_key(&proven.to_bytes(), &mut SysRng)?;
    let pair = Pair::create(&args.key, true)?;
    let secret = secret_text(&key.to_bytes(), passphrase.as_ref())?;
    pair.write(&secret, &key.profile().to_bytes())?;

    let public = values::hex(&own.public().to_bytes());
    let mut notes = Notes::default();
    notes.say(format!("key for proofs {public}"));
    notes.say("enrol the public file in a registry: `proof enroll`");
    let value = json!({
        "patient": patient::fingerprint(key.profile()),
        "sequence": key.profile().sequence(),
        "key": public,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Enrols a patient.
pub fn enrol(args: &ProofEnroll) -> Outcome<()> {
    const ROLE: &str = "FILE";
    let profile = objects::profile(&args.patient, ROLE)?;
    let key = profile.consent_key();
    let key = key
        .ok_or(Error::Missing("a key for proofs: `proof key`"))
        .role(ROLE)?;
    let key = ProvenKey::from_bytes(key, profile.id().as_bytes()).role(ROLE)?;
    let registry = Open::read(&args.place, &args.unlock)?;
    let place = registry.change(|it, _, _| it.enrol(&key))?;

    let mut notes = Notes::default();
    notes.say(format!("enrolled in place {place}"));
    let value = json!({"place": place, "key": values::hex(&key.key().to_bytes())});
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
