//! `seal`.

use std::ffi::OsStr;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::{Expiry, METADATA_BYTES, Record, Sealer};
use hippocrypt::keys::{SignerKey, disk};
use hippocrypt::policy::{Date, Labels, Policy};
use serde_json::json;

use crate::args::Seal;
use crate::failure::{Outcome, Role};
use crate::files::{self, Input};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{progress, schema, values};

/// Seals a record.
pub fn run(args: &Seal) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let policy = Policy::parse(values::text(&args.policy, "--policy")?).role("--policy")?;
    let (created, record) = record(args)?;
    let expiry = expiry(args)?;
    let authority = files::authority(&args.authority, "--authority")?;
    schema::check_policy(&authority, &policy, args.allow_unknown, "--policy")?;
    let mut input = Input::open(&args.input, args.unlock.passphrase_file.as_ref())?;
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let signer = args
        .sign
        .as_ref()
        .map(|path| files::signer_key(path, "--sign", args.unlock.passphrase_file.as_ref()))
        .transpose()?;

    let recipient = schema::recipient(&authority, policy.clone(), expiry, args.allow_unknown);
    let mut sealer = Sealer::new().recipient(Box::new(recipient));
    if let Some(signer) = &signer {
        sealer = sealer.sender(signer);
        if args.sign_access {
            sealer = sealer.writer(signer);
        }
    }
    let length = input.length();
    let mut writer = sealer.seal_to(&record, &mut output, &mut SysRng)?;
    let content = progress::transfer((&mut input, "FILE"), (&mut writer, "-o"), length)?;
    writer.finish().role("-o")?;
    let sealed = output.written();
    output.commit("-o")?;

    let policy = match day(expiry, created)? {
        Some(day) => policy.with_expiry(day)?,
        None => policy,
    };
    let warning = schema::warning(&authority, args.allow_unknown);
    tell(
        args,
        (&policy, warning),
        signer.as_ref(),
        created,
        (content, sealed),
    )
}

/// What is sealed, and when.
fn record(args: &Seal) -> Outcome<(u64, Record)> {
    let created = match &args.created {
        Some(seconds) => values::number(seconds, "--created")?,
        None => values::now()?,
    };
    Date::from_unix(created).role("--created")?;
    let labels = Labels::parse(values::texts(&args.labels, "--label")?).role("--label")?;
    let chunk_size = u32::try_from(values::number(&args.chunk_size, "--chunk-size")?)
        .map_err(|_| Error::TooLarge("the number"))
        .role("--chunk-size")?;
    let mut record = Record::new(values::text(&args.record, "--record")?)
        .role("--record")?
        .created(created)
        .labels(labels)
        .suite(values::suite(&args.suite, "--suite")?)
        .chunk_size(chunk_size)
        .role("--chunk-size")?;
    if let Some(value) = &args.meta {
        record = record
            .clear_metadata(&metadata(value, "--meta")?)
            .role("--meta")?;
    }
    if let Some(value) = &args.sealed_meta {
        let bytes = metadata(value, "--sealed-meta")?;
        record = record.sealed_metadata(&bytes).role("--sealed-meta")?;
    }
    Ok((created, record))
}

/// Metadata as given, or from the file whose name follows an `@`.
fn metadata(value: &OsStr, role: &'static str) -> Outcome<Vec<u8>> {
    let text = values::text(value, role)?;
    match text.strip_prefix('@') {
        Some(path) => disk::read_file(path, METADATA_BYTES).role(role),
        None => Ok(text.as_bytes().to_vec()),
    }
}

fn expiry(args: &Seal) -> Outcome<Expiry> {
    Ok(match &args.expiry_day {
        _ if args.no_expiry => Expiry::Never,
        Some(day) => Expiry::Day(values::date(day, "--expiry-day")?),
        // The day of this act, whatever --created says of the record.
        None => Expiry::Day(Date::from_unix(values::now()?)?),
    })
}

/// The day in the clause on expiry.
fn day(expiry: Expiry, created: u64) -> Outcome<Option<Date>> {
    Ok(match expiry {
        Expiry::Never => None,
        Expiry::Day(day) => Some(day),
        Expiry::DayOfSealing => Some(Date::from_unix(created)?),
    })
}

fn tell(
    args: &Seal,
    (policy, warning): (&Policy, Option<&'static str>),
    signer: Option<&SignerKey>,
    created: u64,
    (content, sealed): (u64, u64),
) -> Outcome<()> {
    let labels = Labels::parse(values::texts(&args.labels, "--label")?)?;
    let record = values::text(&args.record, "--record")?;
    let sender = signer.map(|signer| signer.public());
    let mut notes = Notes::default();
    notes.say(format!(
        "sealed {} as {}",
        values::bytes(content),
        values::bytes(sealed)
    ));
    notes.say("stays readable to whoever stores the record:");
    notes.say(format!("  record   {record}"));
    notes.say(format!("  policy   {policy}"));
    if !labels.is_empty() {
        notes.say(format!("  labels   {labels}"));
    }
    match &sender {
        Some(sender) => notes.say(format!("  sender   {}", sender.fingerprint().to_words())),
        None => notes.say("  sender   none: unsigned"),
    }
    if args.meta.is_some() {
        notes.say("  metadata as given with --meta");
    }
    notes.say(format!(
        "  time     {}, and all sizes",
        values::moment(created)
    ));
    if args.no_expiry {
        notes.say("warning: --no-expiry: keys that have ended open it too");
    }
    if let Some(warning) = warning {
        notes.say(warning);
    }
    let value = json!({
        "record": record,
        "policy": policy.to_string(),
        "labels": labels.texts().collect::<Vec<_>>(),
        "sender": sender.map(|sender| sender.fingerprint().to_string()),
        "created": created,
        "content_bytes": content,
        "sealed_bytes": sealed,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
