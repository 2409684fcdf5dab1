//! `consent sign`.

use std::io::Write;

use hippocrypt::Error;
use hippocrypt::consent::{self, Audience, ConsentSigner, Phrases, SignedConsent};
use hippocrypt::keys::disk;
use hippocrypt::pre::{PatientKey, PatientProfile};
use serde_json::json;

use super::source::{Sources, vocabulary};
use super::verify::signer_name;
use crate::args::ConsentSign;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{files, objects, values};

/// Signs a consent.
pub fn sign(args: &ConsentSign) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let vocabulary = vocabulary(&args.words)?;
    let source = Sources::new(&args.how, &vocabulary, args.telling.json)?.read_one(&args.input)?;
    let profile = args.patient.as_ref();
    let profile = profile.map(|path| objects::profile(path, "--patient"));
    let profile = profile.transpose()?;
    let pass = args.unlock.passphrase_file.as_ref();
    let now = values::now()?;
    let terms = source.terms;

    let (signed, profile) = match (&args.patient_key, &args.carer_key, profile) {
        (Some(path), None, profile) => {
            let bytes = files::secret(path, "--patient-key", pass)?;
            let key = PatientKey::from_bytes(bytes.expose()).role("--patient-key")?;
            let own = key.profile().clone();
            if profile.is_some_and(|it| it.id() != own.id()) {
                return Err(Error::Argument("another patient's profile")).role("--patient");
            }
            (SignedConsent::by_patient(terms, &key, now)?, own)
        }
        (None, Some(path), Some(profile)) => {
            let key = files::signer_key(path, "--carer-key", pass)?;
            let signed = SignedConsent::by_carer(terms, &profile, &key, now)?;
            (signed, profile)
        }
        // The parser of flags takes one key, and with a carer's the profile.
        _ => return Err(Error::Missing("a key").into()),
    };
    let signer = check(&signed, &profile, now)?;

    let text = objects::text(signed.to_bytes()?)?;
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;
    output.write_all(&text).role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    let terms = signed.unverified_terms();
    let audience = match signer {
        ConsentSigner::Patient => Audience::Patient,
        ConsentSigner::Carer(_) => Audience::Carer,
    };
    let words =
        consent::explain(terms, &vocabulary, audience, &Phrases::english()?).role("FILE")?;
    notes.say(words.to_string());
    for warning in &source.warnings {
        notes.say(format!("warning: {warning}"));
    }
    let name = signer_name(signer);
    notes.say(format!("signed as the {name}"));
    let value = json!({
        "signer": name,
        "digest": values::hex(&terms.digest()?),
        "time": now,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Who has signed, if whoever verifies it will find that they may.
fn check(signed: &SignedConsent, profile: &PatientProfile, now: u64) -> Outcome<ConsentSigner> {
    let verified = signed.verify(profile, now);
    let verified = verified.map_err(|error| match error {
        Error::Verify => {
            Error::Argument("no guardian or attorney for everything, whose time has not ended")
        }
        other => other,
    });
    Ok(verified.role("--carer-key")?.signer())
}
