//! `label-key new`.

use std::io::Write;

use getrandom::SysRng;
use hippocrypt::keys::disk;
use hippocrypt::policy::LabelKey;
use serde_json::json;

use crate::args::LabelKeyNew;
use crate::failure::{Outcome, Role};
use crate::output::{Output, secret_text};
use crate::report::{self, Notes};
use crate::{passphrase, values};

/// Makes a key that blinds labels.
pub fn new(args: &LabelKeyNew) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;
    let key = LabelKey::generate(&mut SysRng)?;
    let protect = &args.protect;
    let passphrase = passphrase::protecting(
        protect.passphrase_file.as_ref(),
        protect.passphrase,
        "--passphrase-file",
    )?;
    let text = secret_text(&key.to_bytes(), passphrase.as_ref())?;
    output.write_all(text.expose().as_bytes()).role("-o")?;
    output.commit("-o")?;

    let id = values::hex(&key.id());
    let mut notes = Notes::default();
    notes.say(format!("label key {id}"));
    notes.say("for whoever seals, and for patients who grant what was sealed with it; nobody else");
    let value = json!({ "id": id, "protected": passphrase.is_some() });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
