//! `batch open`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use hippocrypt::Error;
use hippocrypt::envelope::{Header, OpenedBatch, RecordId, Sender};
use hippocrypt::keys::disk;
use serde_json::{Value, json};

use super::FileNames;
use crate::args::BatchOpen;
use crate::failure::{Outcome, Role};
use crate::files::{self, Input};
use crate::opening::{Keyring, Senders};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{opening, profile, values};

/// Opens a batch.
pub fn run(args: &BatchOpen) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let member = args.member.as_ref();
    let member = member
        .map(|id| RecordId::new(values::text(id, "--member")?).role("--member"))
        .transpose()?;
    let senders = Senders::read(&args.from)?;
    let profile = args.profile.as_ref().map(|path| profile::read(path));
    let profile = profile.transpose()?;
    let mut input = Input::open(&args.input, pass)?;
    let keys = Keyring::read(&args.keys, pass)?;

    let header = Header::read_from(&mut input).role("FILE")?;
    let mut opener = keys.opener().senders(senders.accepted());
    if let Some(profile) = &profile {
        opener = opener.profile(profile);
    }
    let header = opening::unlock(&mut opener, header, "FILE")?;
    let members = files::rest(&mut input, "FILE")?;
    let batch = header.into_batch(&members).role("FILE")?;
    let (opened, sender) = match &member {
        Some(id) => one(args, &batch, id)?,
        None => all(args, &batch)?,
    };

    let record = batch.header().fixed().record_id().as_str();
    let mut notes = Notes::default();
    notes.say(format!(
        "opened {} of batch {record}",
        values::counted(opened.len() as u64, "record")
    ));
    senders.tell(&sender, &mut notes);
    let value = json!({
        "record": record,
        "members": opened,
        "sender": senders.value(&sender),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// What was opened, an entry for each record, and who sent it.
type Told = (Vec<Value>, Sender);

/// One record into a file.
fn one(args: &BatchOpen, batch: &OpenedBatch<'_, '_>, id: &RecordId) -> Outcome<Told> {
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;
    let (content, sender) = batch.find(id).role("--member")?;
    output.write_all(content.expose()).role("-o")?;
    output.commit("-o")?;
    Ok((vec![entry(id, content.expose().len())], sender))
}

/// All records into a folder. They are opened twice: once to know that all can be, before the
/// first file appears, and once to write them. So one content is in memory at a time.
fn all(args: &BatchOpen, batch: &OpenedBatch<'_, '_>) -> Outcome<Told> {
    if args.output == "-" {
        return Err(Error::Argument("one record goes there: --member")).role("-o");
    }
    let folder = Path::new(&args.output);
    let mut names = FileNames::default();
    let mut paths = Vec::with_capacity(batch.ids().len());
    let mut sender = batch.header().sender();
    for (at, id) in batch.ids().enumerate() {
        let path = folder.join(names.add(id).role("FILE")?);
        if !args.force && fs::symlink_metadata(&path).is_ok() {
            return Err(Error::Exists).role("-o");
        }
        (_, sender) = batch.open(at).role("FILE")?;
        paths.push(path);
    }
    let mut appeared = Appeared::in_folder(folder)?;
    let mut told = Vec::with_capacity(paths.len());
    for ((at, id), path) in batch.ids().enumerate().zip(&paths) {
        let (content, _) = batch.open(at).role("FILE")?;
        let fresh = fs::symlink_metadata(path).is_err();
        let mut output = Output::create(path.as_os_str(), args.force, disk::SECRET_MODE, "-o")?;
        output.write_all(content.expose()).role("-o")?;
        output.commit("-o")?;
        if fresh {
            appeared.files.push(path.clone());
        }
        told.push(entry(id, content.expose().len()));
    }
    appeared.stay();
    Ok((told, sender))
}

/// What is taken back unless all records are there: what replaced something stays.
struct Appeared {
    files: Vec<PathBuf>,
    /// The folder, if it was not there before.
    folder: Option<PathBuf>,
}

impl Appeared {
    /// Makes the folder.
    fn in_folder(folder: &Path) -> Outcome<Self> {
        let made = (!folder.exists()).then(|| folder.to_path_buf());
        make(folder)?;
        Ok(Self {
            files: Vec::new(),
            folder: made,
        })
    }

    fn stay(mut self) {
        self.files.clear();
        self.folder = None;
    }
}

impl Drop for Appeared {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn entry(id: &RecordId, bytes: usize) -> Value {
    json!({ "record": id.as_str(), "content_bytes": bytes })
}

/// Makes the folder, for its owner alone, unless it is there.
fn make(folder: &Path) -> Outcome<()> {
    if folder.exists() && !folder.is_dir() {
        return Err(Error::Io("is not a directory")).role("-o");
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).role("-o")
}
