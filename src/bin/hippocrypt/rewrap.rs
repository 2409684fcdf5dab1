//! `rewrap`.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::envelope::{Content, Header, Stanza};
use hippocrypt::keys::SignerKey;
#[cfg(not(unix))]
use hippocrypt::keys::disk;
use serde_json::json;

use crate::args::Rewrap;
use crate::failure::{Outcome, Role};
use crate::opening::Keyring;
use crate::output::Output;
use crate::readers::Audience;
use crate::report::{self, Notes};
use crate::{files, opening, sealed, values};

/// What every record shall be.
struct Wanted<'a> {
    audience: &'a Audience,
    signer: Option<SignerKey>,
    replace: bool,
}

/// Rewraps records.
pub fn run(args: &Rewrap) -> Outcome<()> {
    let now = values::now()?;
    let audience = Audience::read(&args.readers)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let signer = args.sign_access.as_ref();
    let signer = signer
        .map(|path| files::signer_key(path, "--sign-access", pass))
        .transpose()?;
    let keys = Keyring::read(&args.keys, pass)?;
    let wanted = Wanted {
        audience: &audience,
        signer,
        replace: args.replace,
    };

    let mut paths = Vec::new();
    for input in &args.inputs {
        collect(Path::new(input), &mut paths)?;
    }
    let (mut done, mut passed_over, mut busy) = (0u64, 0u64, 0u64);
    let apart = args.headers.iter().map(|path| (Path::new(path), true));
    let whole = paths.iter().map(|path| (path.as_path(), false));
    for (path, apart) in apart.chain(whole) {
        match rewrap(path, apart, &wanted, &keys, now) {
            Ok(true) => done += 1,
            Ok(false) => passed_over += 1,
            // It does not keep the others from being rewrapped.
            Err(failure) if *failure.error() == Error::Busy => busy += 1,
            Err(failure) => return Err(failure),
        }
    }

    let mut notes = Notes::default();
    notes.say(format!(
        "rewrapped {}; {passed_over} were so already",
        values::counted(done, "record")
    ));
    audience.tell(&mut notes);
    if busy > 0 {
        let sessions = values::counted(busy, "session");
        notes.say(format!(
            "warning: {sessions} left as they are: somebody writes to them; run it again"
        ));
    }
    notes.say("whoever could open them before may have kept them");
    audience.warn(&mut notes);
    let mut value = audience.value();
    value.extend(report::entries(json!({
        "rewrapped": done,
        "passed_over": passed_over,
        "busy": busy,
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())?;
    match busy {
        0 => Ok(()),
        _ => Err(Error::Busy).role("PATH"),
    }
}

/// The file, or the records in the folder and the folders in it, in a fixed order.
pub fn collect(path: &Path, into: &mut Vec<PathBuf>) -> Outcome<()> {
    if !path.is_dir() {
        into.push(path.to_path_buf());
        return Ok(());
    }
    let mut entries = fs::read_dir(path)
        .role("PATH")?
        .map(|entry| Ok(entry.role("PATH")?.path()))
        .collect::<Outcome<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        // A link could lead out of the folder, or round in it.
        let kind = fs::symlink_metadata(&entry).role("PATH")?.file_type();
        if kind.is_dir() {
            collect(&entry, into)?;
        } else if kind.is_file() && entry.extension().is_some_and(|it| it == "hippo") {
            into.push(entry);
        }
    }
    Ok(())
}

/// Rewraps one record, or a header that is kept apart; false if it is as wanted already.
fn rewrap(
    path: &Path,
    apart: bool,
    wanted: &Wanted<'_>,
    keys: &Keyring,
    now: u64,
) -> Outcome<bool> {
    let role = if apart { "--header" } else { "PATH" };
    let mut file = File::open(path).role(role)?;
    let header = Header::read_from(&mut file).role(role)?;
    if apart {
        sealed::ends(&mut file).role(role)?;
    }
    if wanted.holds(&header) {
        return Ok(false);
    }
    // Whoever still writes to a session would go on writing to the file that is replaced.
    if header.fixed().content() == Content::Session
        && matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    {
        return Err(Error::Busy).role(role);
    }
    let opened = opening::unlock(&mut keys.opener(), header, role)?;
    let mut sealer = wanted.audience.sealer();
    if let Some(signer) = &wanted.signer {
        sealer = sealer.writer(signer);
    }
    // A stanza for the same policy, but older, makes room for the new one.
    let mut keep = |stanza: &Stanza| !wanted.replace && !wanted.audience.has(stanza);
    let header = sealer.rewrap(&opened, &mut keep, now, &mut SysRng)?;

    let mut output = Output::create(path.as_os_str(), true, mode(&file).role(role)?, role)?;
    output.write_all(&header).role(role)?;
    io::copy(&mut file, &mut output)
        .map_err(Error::from)
        .role(role)?;
    output.commit(role)?;
    Ok(true)
}

/// The permission bits of a file, for the one that takes its place: who could not read it before
/// can't afterwards.
fn mode(file: &File) -> io::Result<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(file.metadata()?.permissions().mode() & 0o777)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(disk::PUBLIC_MODE)
    }
}

impl Wanted<'_> {
    /// Whether a header needs nothing. It is not authenticated, so an attacker who can write to
    /// the folder can have a record passed over; they could as well delete it.
    fn holds(&self, header: &Header) -> bool {
        let access = header.access();
        let signed = match &self.signer {
            Some(signer) => access.writer() == Some(&signer.public().verifying_key()),
            None => true,
        };
        signed
            && self.audience.all_in(header)
            && (!self.replace || access.stanzas().len() == self.audience.stanzas())
    }
}
