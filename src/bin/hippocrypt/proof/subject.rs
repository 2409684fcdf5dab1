//! `proof subject`: whom a record is about, in a file of its own.

use std::ffi::OsStr;
use std::io::BufReader;

use getrandom::SysRng;
use hippocrypt::consent::Json;
use hippocrypt::envelope::{Header, Subject};
use hippocrypt::keys::disk;
use hippocrypt::zk::ProvenKey;
use hippocrypt::{Error, Secret};
use serde_json::json;

use crate::args::{Keys, ProofSubject};
use crate::failure::{Outcome, Role};
use crate::opening::{self, Keyring};
use crate::report::Notes;
use crate::{objects, values};

/// The longest file, in bytes.
const LIMIT: usize = 4096;

/// Writes a fresh commitment, or that of a record that keys or a grant open.
pub fn write(args: &ProofSubject) -> Outcome<()> {
    let subject = match (&args.about, &args.input) {
        (Some(path), _) => fresh(path)?,
        (None, Some(path)) => of_record(args, path)?,
        // The parser of flags asks for one of them.
        (None, None) => return Err(Error::Missing("--about or FILE").into()),
    };
    let text = format!(
        "{{\"subject\": \"{}\", \"r\": \"{}\"}}\n",
        values::hex(subject.commitment()),
        values::hex(subject.opening())
    );
    super::write_secret(&args.output, args.force, &Secret::from(text.into_bytes()))?;

    let shown = values::hex(subject.commitment());
    let mut notes = Notes::default();
    notes.say(format!("subject {shown}"));
    notes.finish(
        args.telling.quiet,
        args.telling.json,
        &json!({"subject": shown}),
    )
}

fn fresh(path: &OsStr) -> Outcome<Subject> {
    let profile = objects::profile(path, "--about")?;
    let key = profile.consent_key();
    let key = key
        .ok_or(Error::Missing("a key for proofs: `proof key`"))
        .role("--about")?;
    let key = ProvenKey::from_bytes(key, profile.id().as_bytes()).role("--about")?;
    Ok(Subject::of(key.key(), &mut SysRng)?)
}

fn of_record(args: &ProofSubject, path: &OsStr) -> Outcome<Subject> {
    let keys = Keys {
        keys: args.keys.clone(),
        grant: args.grant.clone(),
        refreshed: args.refreshed.clone(),
        parts: args.parts.clone(),
    };
    let keys = Keyring::read(&keys, args.unlock.passphrase_file.as_ref())?;
    let mut opener = keys.opener();
    let file = std::fs::File::open(path).role("FILE")?;
    let header = Header::read_from(&mut BufReader::new(file)).role("FILE")?;
    let opened = opening::unlock(&mut opener, header, "FILE")?;
    let subject = opened.subject().role("FILE")?;
    subject
        .ok_or(Error::Subject("the record does not say whom it is about"))
        .role("FILE")
}

/// Reads the file again.
pub fn read(path: &OsStr, role: &'static str) -> Outcome<Subject> {
    let bytes = disk::read_secret_file(path, LIMIT).role(role)?;
    let json = Json::parse(bytes.expose()).role(role)?;
    let member = |name| {
        let text = json.get(name).and_then(Json::as_str);
        text.and_then(values::bytes_of_hex)
            .ok_or(Error::Argument("subject and r, 64 hexadecimal digits each"))
            .role(role)
    };
    if json.members().len() != 2 {
        return Err(Error::Argument("subject and r, and nothing else")).role(role);
    }
    Ok(Subject::new(member("subject")?, member("r")?))
}
