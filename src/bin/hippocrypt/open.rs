//! `open`.

use std::io::Write;

use hippocrypt::envelope::{OpenedHeader, Sender};
use hippocrypt::keys::disk;
use hippocrypt::{Error, Secret};
use serde_json::json;

use crate::args::Open;
use crate::failure::{Outcome, Role};
use crate::files::Input;
use crate::opening::{Keyring, Senders};
use crate::output::{Output, commit_both};
use crate::report::{self, Notes};
use crate::{opening, profile, progress, sealed, values};

/// Opens a record.
pub fn run(args: &Open) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    if args.meta_output.as_ref() == Some(&args.output) {
        return Err(Error::Argument("that is where -o goes")).role("--meta-output");
    }
    let range = args
        .range
        .as_ref()
        .map(|it| values::range(it, "--range"))
        .transpose()?;
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
    let keys = Keyring::read(&args.keys, pass)?;

    let mut opener = keys.opener().senders(senders.accepted());
    if let Some(profile) = &profile {
        opener = opener.profile(profile);
    }
    let header = opening::unlock(&mut opener, header, "FILE")?;
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
        None => {
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
    tell(args, &senders, &sender, &record, content)
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
    senders: &Senders,
    sender: &Sender,
    record: &str,
    content: u64,
) -> Outcome<()> {
    let mut notes = Notes::default();
    notes.say(format!(
        "opened record {record}, {}",
        values::bytes(content)
    ));
    senders.tell(sender, &mut notes);
    let value = json!({
        "record": record,
        "content_bytes": content,
        "sender": senders.value(sender),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
