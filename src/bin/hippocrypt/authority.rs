//! `authority new`, `authority issue` and `authority schema`.

use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::abe::{AuthorityKey, Cache, Issued};
use hippocrypt::keys::disk;
use hippocrypt::policy::{Attributes, Date};
use serde_json::json;

use crate::args::{AuthorityIssue, AuthorityNew, AuthoritySchema};
use crate::failure::{Outcome, Role};
use crate::output::{Output, Pair, secret_text};
use crate::report::{self, Notes};
use crate::{files, passphrase, schema, values};

/// Which file an error is about.
const BESIDE: &str = "--key, the public file beside it";

/// Makes an authority.
pub fn new(args: &AuthorityNew) -> Outcome<()> {
    let name = values::text(&args.name, "--name")?;
    let schema = args.schema.as_ref().map(|path| schema::read(path));
    let schema = schema.transpose()?;
    let pair = Pair::create(&args.output, args.force)?;
    let authority = AuthorityKey::generate(name, &mut SysRng)
        .role("--name")?
        .with_schema(schema)?;
    let protect = &args.protect;
    let passphrase = passphrase::protecting(
        protect.passphrase_file.as_ref(),
        protect.passphrase,
        "--passphrase-file",
    )?;
    let secret = secret_text(&authority.to_bytes(), passphrase.as_ref())?;
    let public = authority.public();
    pair.write(&secret, &public.to_bytes())?;

    let fingerprint = public.fingerprint();
    let mut notes = Notes::default();
    notes.say(format!("authority \"{}\"", public.name()));
    notes.say(format!("fingerprint: {}", fingerprint.to_words()));
    if let Some(schema) = public.schema() {
        notes.say(format!("schema: {}", schema::summary(schema)));
    }
    if passphrase.is_none() {
        notes.say(
            "warning: the secret key has no passphrase; whoever gets the file opens every record",
        );
    }
    let value = json!({
        "name": public.name(),
        "authority": values::hex(public.id().as_bytes()),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "schema": public.schema().map(schema::value),
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Issues a key.
pub fn issue(args: &AuthorityIssue) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let texts = values::texts(&args.attributes, "--attr")?;
    let attributes = Attributes::parse(texts.iter().copied()).role("--attr")?;
    let until = values::date(&args.until, "--until")?;
    let now = values::now()?;
    let today = Date::from_unix(now)?;
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;
    let authority = files::authority_key(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    if let Some(schema) = authority.public().schema() {
        schema::check_attributes(schema, &texts)?;
    }
    let passphrase = passphrase::protecting(
        args.new_passphrase_file.as_ref(),
        args.new_passphrase,
        "--new-passphrase-file",
    )?;

    let issued = Issued {
        at: now,
        attribute: args.issued.then_some(today),
    };
    let key = authority
        .issue_with(&attributes, until, issued, &mut Cache::new(), &mut SysRng)
        .role("--attr, --until")?;
    let text = secret_text(&key.to_bytes(), passphrase.as_ref())?;
    output.write_all(text.expose().as_bytes()).role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    notes.say(format!(
        "key {} for {}",
        values::hex(key.key_id()),
        key.attributes()
    ));
    notes.say(format!(
        "opens what is sealed until the end of {} (UTC), and goes on opening that",
        values::day(until)
    ));
    if authority.public().schema().is_none() {
        notes.say(schema::WARNING);
    }
    if until < today {
        notes.say("warning: that day has passed: the key opens older records only");
    }
    let value = json!({
        "key_id": values::hex(key.key_id()),
        "authority": values::hex(key.authority().as_bytes()),
        "attributes": key.attributes().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "until": until.to_string(),
        "ended": until < today,
        "bytes": key.to_bytes().expose().len(),
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Changes an authority's schema.
pub fn schema(args: &AuthoritySchema) -> Outcome<()> {
    let schema = args.schema.as_ref().map(|path| schema::read(path));
    let schema = schema.transpose()?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (authority, passphrase) = files::authority_key_locked(&args.key, "--key", pass)?;
    let beside = Path::new(&args.key).with_extension("pub");
    if beside.exists() {
        let public = files::authority(beside.as_os_str(), BESIDE)?;
        if public.fingerprint() != authority.public().fingerprint() {
            return Err(Error::Argument("another authority's")).role(BESIDE);
        }
    }
    let pair = Pair::create(&args.key, true)?;
    let authority = authority.with_schema(schema)?;
    let public = authority.public();
    pair.write(
        &secret_text(&authority.to_bytes(), passphrase.as_ref())?,
        &public.to_bytes(),
    )?;

    let fingerprint = public.fingerprint();
    let mut notes = Notes::default();
    notes.say(match public.schema() {
        Some(schema) => format!("schema: {}", schema::summary(schema)),
        None => "no schema: names and values are not checked from now on".to_owned(),
    });
    notes.say(format!(
        "fingerprint, as before: {}",
        fingerprint.to_words()
    ));
    notes.say("give the public file to everybody again: old ones have the old schema");
    let value = json!({
        "name": public.name(),
        "authority": values::hex(public.id().as_bytes()),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "schema": public.schema().map(schema::value),
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
