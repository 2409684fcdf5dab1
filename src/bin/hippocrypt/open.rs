//! `open`.

use std::io::Write;
use std::path::Path;

use hippocrypt::envelope::{Content, OpenedHeader, Sender};
use hippocrypt::keys::{Fingerprint, disk};
use hippocrypt::{Error, Secret};
use serde_json::{Value, json};

use crate::args::Open;
use crate::failure::{Outcome, Role};
use crate::files::Input;
use crate::granted::{self, Granted};
use crate::opening::{Keyring, Senders};
use crate::output::{Output, commit_both};
use crate::report::{self, Notes};
use crate::session::open::{Played, Reading};
use crate::{chart, opening, profile, progress, sealed, session, values};

/// Opens a record.
pub fn run(args: &Open) -> Outcome<()> {
    if Path::new(&args.input).is_dir() {
        return chart::open::run(args);
    }
    report::check_json(args.telling.json, &args.output)?;
    if args.meta_output.as_ref() == Some(&args.output) {
        return Err(Error::Argument("that is where -o goes")).role("--meta-output");
    }
    let range = args
        .range
        .as_ref()
        .map(|it| values::range(it, "--range"))
        .transpose()?;
    let reading = Reading::read(args)?;
    let senders = Senders::read(&args.from)?;
    let profile = args.profile.as_ref().map(|path| profile::read(path));
    let profile = profile.transpose()?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (header, mut payload) = sealed::open(&args.input, args.header.as_ref(), pass)?;
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;
    let mut meta = args
        .meta_output
        .as_ref()
        .map(|path| Output::create(path, args.force, disk::SECRET_MODE, "--meta-output"))
        .transpose()?;
    let proof = args.blame.as_ref();
    let proof = proof
        .map(|path| granted::proof(path, args.force))
        .transpose()?;
    let keys = Keyring::read(&args.keys, pass)?;

    let mut opener = keys.opener().senders(senders.accepted());
    if let Some(profile) = &profile {
        opener = opener.profile(profile);
    }
    let unlocked = opening::unlock(&mut opener, header, "FILE");
    if let (Some(proof), Some(granted)) = (proof, keys.granted()) {
        // What stands in the way of the proof matters less than why the record does not open.
        let written = granted.blame(proof);
        if unlocked.is_ok() {
            written?;
        }
    }
    let header = unlocked?;
    let mut played = None;
    let (content, sender, record) = match range {
        Some(range) => {
            let Input::File(file, Some(_)) = &mut payload.input else {
                return Err(Error::Argument("a range needs a file")).role("--range");
            };
            let part = header
                .open_range_from(file, payload.begin, range)
                .role("--range")?;
            write_metadata(&header, meta.as_mut())?;
            output.write_all(part.expose()).role("-o")?;
            (part.expose().len() as u64, header.sender(), id(&header))
        }
        None if header.fixed().content() == Content::Session => {
            let (header, it) = session::open::play(header, payload.input, &mut output, &reading)?;
            write_metadata(&header, meta.as_mut())?;
            let told = (it.content, it.sender, id(&header));
            played = Some(it);
            told
        }
        None => {
            reading.is_none()?;
            let length = payload.length();
            let mut reader = header.open_payload_from(payload.input).role("FILE")?;
            let content = progress::transfer((&mut reader, "FILE"), (&mut output, "-o"), length)?;
            let (header, sender) = reader.finish()?;
            write_metadata(&header, meta.as_mut())?;
            (content, sender, id(&header))
        }
    };
    match meta {
        Some(meta) => commit_both((output, "-o"), (meta, "--meta-output"))?,
        None => output.commit("-o")?,
    }
    tell(
        args,
        &keys,
        (&senders, &sender),
        (&record, content, played.as_ref()),
    )?;
    played.map_or(Ok(()), |it| it.verdict(&reading))
}

fn id(header: &OpenedHeader<'_>) -> String {
    header.fixed().record_id().as_str().to_owned()
}

fn write_metadata(header: &OpenedHeader<'_>, output: Option<&mut Output>) -> Outcome<()> {
    let Some(output) = output else { return Ok(()) };
    let metadata: Secret<Vec<u8>> = header
        .metadata()?
        .ok_or(Error::Missing("encrypted metadata"))
        .role("--meta-output")?;
    output.write_all(metadata.expose()).role("--meta-output")
}

fn tell(
    args: &Open,
    keys: &Keyring,
    (senders, sender): (&Senders, &Sender),
    (record, content, played): (&str, u64, Option<&Played>),
) -> Outcome<()> {
    let mut notes = Notes::default();
    notes.say(format!(
        "opened record {record}, {}",
        values::bytes(content)
    ));
    if let Some(played) = played {
        played.tell(&mut notes);
    }
    senders.tell(sender, &mut notes);
    let culprits = keys.granted().map(Granted::culprits).unwrap_or_default();
    for (relay, fingerprint) in &culprits {
        let words = fingerprint.map(Fingerprint::to_words).unwrap_or_default();
        notes.say(format!(
            "warning: relay {relay} answered wrongly, the others sufficed: {words}"
        ));
    }
    let culprits: Vec<Value> = culprits
        .iter()
        .map(|(relay, fingerprint)| {
            json!({ "relay": relay, "fingerprint": fingerprint.map(|it| it.to_string()) })
        })
        .collect();
    let value = json!({
        "record": record,
        "content_bytes": content,
        "sender": senders.value(sender),
        "wrong_relays": culprits,
        "session": played.map(Played::value),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
