//! `batch seal`.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::{MEMBER_BYTES, RecordId};
use hippocrypt::keys::disk;
use serde_json::json;

use super::FileNames;
use crate::about::About;
use crate::args::BatchSeal;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::readers::Audience;
use crate::report::{self, Notes};
use crate::{files, values};

/// One record: its id, and where its content is.
struct Member<'a> {
    id: RecordId,
    path: &'a OsStr,
}

/// Seals a batch.
pub fn run(args: &BatchSeal) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let audience = Audience::read(&args.readers)?;
    let (about, record) = About::read(&args.about, args.unlock.passphrase_file.as_ref())?;
    let members = args.inputs.iter().map(|it| member(it));
    let members = members.collect::<Outcome<Vec<_>>>()?;
    let mut names = FileNames::default();
    for member in &members {
        names.add(&member.id).role("ID=FILE")?;
    }
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;

    let mut batch = about
        .signed(audience.sealer())
        .batch(&record, &mut SysRng)?;
    output.write_all(batch.header()).role("-o")?;
    let mut content = 0;
    for member in &members {
        let plain = files::content(member.path, MEMBER_BYTES, "FILE")?;
        let sealed = batch.member(&member.id, plain.expose(), &mut SysRng)?;
        output.write_all(&sealed).role("-o")?;
        content += plain.expose().len() as u64;
    }
    output.write_all(&batch.close()?).role("-o")?;
    let sealed = output.written();
    output.commit("-o")?;

    let mut notes = Notes::default();
    notes.say(format!(
        "sealed {}, {}, as {}",
        values::counted(members.len() as u64, "record"),
        values::bytes(content),
        values::bytes(sealed)
    ));
    notes.say("whoever can open one can open all; stays readable to whoever stores them:");
    about.tell_id(&mut notes);
    notes.say("  members  the ids of all records, and their order");
    audience.tell(&mut notes);
    about.tell(&mut notes);
    audience.warn(&mut notes);
    let mut value = about.value();
    value.extend(audience.value());
    value.extend(report::entries(json!({
        "members": members.len(),
        "content_bytes": content,
        "sealed_bytes": sealed,
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}

/// `ID=FILE`, or a file whose name without its last ending is the id.
fn member(input: &OsStr) -> Outcome<Member<'_>> {
    let text = values::text(input, "FILE")?;
    let (id, path) = match text.split_once('=') {
        Some((id, path)) => (id, OsStr::new(path)),
        None => {
            let stem = Path::new(text).file_stem().and_then(OsStr::to_str);
            let stem = stem
                .ok_or(Error::Argument("a file, which gives the record its id"))
                .role("FILE")?;
            (stem, input)
        }
    };
    let id = RecordId::new(id).role("ID=FILE")?;
    Ok(Member { id, path })
}
