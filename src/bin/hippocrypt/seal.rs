//! `seal`.

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::Record;
use hippocrypt::keys::disk;
use serde_json::json;

use crate::about::About;
use crate::args::Seal;
use crate::failure::{Outcome, Role};
use crate::files::Input;
use crate::output::Output;
use crate::readers::Audience;
use crate::report::{self, Notes};
use crate::{progress, values};

/// Seals a record.
pub fn run(args: &Seal) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let audience = Audience::read(&args.readers)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (about, record) = About::read(&args.about, pass)?;
    let record = chunked(args, record)?;
    let mut input = Input::open(&args.input, pass)?;
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;

    let mut sealer = about.signed(audience.sealer());
    let length = input.length();
    let mut writer = sealer.seal_to(&record, &mut output, &mut SysRng)?;
    let content = progress::transfer((&mut input, "FILE"), (&mut writer, "-o"), length)?;
    writer.finish().role("-o")?;
    let sealed = output.written();
    output.commit("-o")?;

    tell(args, &audience, &about, (content, sealed))
}

fn chunked(args: &Seal, record: Record) -> Outcome<Record> {
    let chunk_size = u32::try_from(values::number(&args.chunk_size, "--chunk-size")?)
        .map_err(|_| Error::TooLarge("the number"))
        .role("--chunk-size")?;
    record.chunk_size(chunk_size).role("--chunk-size")
}

fn tell(
    args: &Seal,
    audience: &Audience,
    about: &About<'_>,
    (content, sealed): (u64, u64),
) -> Outcome<()> {
    let mut notes = Notes::default();
    notes.say(format!(
        "sealed {} as {}",
        values::bytes(content),
        values::bytes(sealed)
    ));
    notes.say("stays readable to whoever stores the record:");
    about.tell_id(&mut notes);
    audience.tell(&mut notes);
    about.tell(&mut notes);
    audience.warn(&mut notes);
    let mut value = about.value();
    value.extend(audience.value());
    value.extend(report::entries(json!({
        "content_bytes": content,
        "sealed_bytes": sealed,
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}
