//! `seal`.

use std::io::Write;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::Record;
use hippocrypt::keys::disk;
use serde_json::json;

use crate::about::About;
use crate::args::Seal;
use crate::failure::{Outcome, Role};
use crate::files::Input;
use crate::output::{Output, commit_both};
use crate::readers::Audience;
use crate::report::{self, Notes};
use crate::{chart, coupon, progress, session, values};

/// Which flag an error is about.
const DETACHED: &str = "--detached";

/// Seals a record.
pub fn run(args: &Seal) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    if let Some(bundle) = &args.fhir {
        return chart::seal::run(args, bundle);
    }
    // The parser of flags asks for it.
    let path = args.input.as_ref().ok_or(Error::Missing("FILE"))?;
    let audience = Audience::read(&args.readers)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (about, record) = About::read(&args.about, pass)?;
    let record = chunked(args, record)?;
    let cut = args.session.then(|| session::seal::cut(args)).transpose()?;
    let mut input = Input::open(path, pass)?;
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let mut apart = apart(args)?;

    let store = args.coupons.as_ref();
    let mut store = store
        .map(|path| coupon::existing(path, "--coupons"))
        .transpose()?;
    let sealer = match &mut store {
        Some(store) => audience.sealer_with(store),
        None => audience.sealer(),
    };
    let mut sealer = about.signed(sealer);
    if let Some(cut) = cut {
        let sealed = session::seal::record(&mut sealer, &record, (input, cut), output)?;
        return tell(args, &audience, &about, &sealed);
    }
    let length = input.length();
    let mut writer = match &mut apart {
        None => sealer.seal_to(&record, &mut output, &mut SysRng)?,
        Some(apart) => {
            let (header, writer) = sealer.seal_detached_to(&record, &mut output, &mut SysRng)?;
            apart.write_all(&header).role(DETACHED)?;
            writer
        }
    };
    let content = progress::transfer((&mut input, "FILE"), (&mut writer, "-o"), length)?;
    writer.finish().role("-o")?;
    let header = apart.as_ref().map(Output::written);
    let sealed = output.written() + header.unwrap_or_default();
    match apart {
        None => output.commit("-o")?,
        // A header alone would promise a record that is not there.
        Some(apart) => commit_both((output, "-o"), (apart, DETACHED))?,
    }

    let sealed = Sealed {
        content,
        sealed,
        header,
        segments: None,
    };
    tell(args, &audience, &about, &sealed)
}

/// What was sealed, in bytes.
pub struct Sealed {
    pub content: u64,
    pub sealed: u64,
    /// Those of a header that is apart.
    pub header: Option<u64>,
    /// How many segments, of a session.
    pub segments: Option<u64>,
}

/// The file for a header that is kept apart.
fn apart(args: &Seal) -> Outcome<Option<Output>> {
    let Some(path) = &args.detached else {
        return Ok(None);
    };
    if *path == args.output {
        return Err(Error::Argument("that is where -o goes")).role(DETACHED);
    }
    Output::create_binary(path, args.force, disk::PUBLIC_MODE, DETACHED).map(Some)
}

fn chunked(args: &Seal, record: Record) -> Outcome<Record> {
    let chunk_size = u32::try_from(values::number(&args.chunk_size, "--chunk-size")?)
        .map_err(|_| Error::TooLarge("the number"))
        .role("--chunk-size")?;
    record.chunk_size(chunk_size).role("--chunk-size")
}

fn tell(args: &Seal, audience: &Audience, about: &About<'_>, it: &Sealed) -> Outcome<()> {
    let mut notes = Notes::default();
    let segments = it.segments.map_or(String::new(), |count| {
        format!(" in {}", values::counted(count, "segment"))
    });
    notes.say(format!(
        "sealed {}{segments} as {}",
        values::bytes(it.content),
        values::bytes(it.sealed)
    ));
    if let Some(header) = it.header {
        notes.say(format!(
            "of which the header, apart: {}; without it the payload opens for nobody",
            values::bytes(header)
        ));
    }
    notes.say("stays readable to whoever stores the record:");
    about.tell_id(&mut notes);
    audience.tell(&mut notes);
    about.tell(&mut notes);
    audience.warn(&mut notes);
    let mut value = about.value();
    value.extend(audience.value());
    value.extend(report::entries(json!({
        "content_bytes": it.content,
        "sealed_bytes": it.sealed,
        "header_apart_bytes": it.header,
        "segments": it.segments,
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}
