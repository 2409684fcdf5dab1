//! `seal`.

use std::ffi::OsStr;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::{METADATA_BYTES, Record};
use hippocrypt::keys::{SignerKey, disk};
use hippocrypt::policy::{Date, Labels};
use serde_json::json;

use crate::args::Seal;
use crate::failure::{Outcome, Role};
use crate::files::{self, Input};
use crate::output::Output;
use crate::readers::Audience;
use crate::report::{self, Notes};
use crate::{progress, values};

/// Seals a record.
pub fn run(args: &Seal) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let audience = Audience::read(&args.readers)?;
    let (created, record) = record(args)?;
    let mut input = Input::open(&args.input, args.unlock.passphrase_file.as_ref())?;
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let signer = args
        .sign
        .as_ref()
        .map(|path| files::signer_key(path, "--sign", args.unlock.passphrase_file.as_ref()))
        .transpose()?;

    let mut sealer = audience.sealer();
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

    tell(args, &audience, signer.as_ref(), created, (content, sealed))
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

fn tell(
    args: &Seal,
    audience: &Audience,
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
    audience.tell(&mut notes);
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
    audience.warn(&mut notes);
    let mut value = audience.value();
    value.extend(report::entries(json!({
        "record": record,
        "labels": labels.texts().collect::<Vec<_>>(),
        "sender": sender.map(|sender| sender.fingerprint().to_string()),
        "created": created,
        "content_bytes": content,
        "sealed_bytes": sealed,
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}
