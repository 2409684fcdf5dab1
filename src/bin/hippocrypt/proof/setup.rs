//! `proof setup`, and the directory of keys.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use hippocrypt::keys::{AtomicFile, disk};
use hippocrypt::zk::ProofKey;
use hippocrypt::zk::prover::{ProvingKey, development_key};
use serde_json::json;

use crate::args::ProofSetup;
use crate::failure::{Outcome, Role};
use crate::output::Folder;
use crate::report::Notes;
use crate::values;

/// The key that makes proofs.
const PROVING: &str = "proving.key";
/// The key that verifies them.
const VERIFYING: &str = "verifying.key";
/// The longest of each, in bytes.
const PROVING_BYTES: usize = 64 << 20;
const VERIFYING_BYTES: usize = 1 << 16;
const ROLE: &str = "--keys";

fn file(directory: &OsStr, name: &str) -> PathBuf {
    Path::new(directory).join(name)
}

/// Makes keys for tests.
pub fn setup(args: &ProofSetup) -> Outcome<()> {
    let levels = values::small(&args.levels, "--levels")?;
    let depth = super::registry::depth(levels)?;
    let outputs = begin(&args.output, args.force)?;
    let key = development_key(depth, &mut SysRng)?;
    write(outputs, &key)?;

    let digest = values::hex(&key.proof_key().digest());
    let proving = values::hex(&key.digest()?);
    let mut notes = Notes::default();
    notes.say(format!("verifying.key {digest}"));
    notes.say(format!("proving.key   {proving}"));
    notes.say("warning: made by one party, who can prove anything: for tests alone");
    let value = json!({"digest": digest, "proving": proving, "levels": depth.levels(), "development": true});
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Both files of a directory, which appear when they are complete; the directory goes away again
/// if it was made for them and they never come.
pub struct Files {
    proving: AtomicFile,
    verifying: AtomicFile,
    // Dropped behind what lies in it.
    folder: Folder,
}

/// Begins both files.
pub fn begin(directory: &OsStr, force: bool) -> Outcome<Files> {
    let folder = Folder::create(Path::new(directory), "-o")?;
    let create =
        |name| AtomicFile::create(file(directory, name), force, disk::PUBLIC_MODE).role("-o");
    Ok(Files {
        proving: create(PROVING)?,
        verifying: create(VERIFYING)?,
        folder,
    })
}

/// Writes them.
pub fn write(files: Files, key: &ProvingKey) -> Outcome<()> {
    let _folder = files.folder;
    let (mut proving, mut verifying) = (files.proving, files.verifying);
    proving.write_all(&key.to_bytes()?).role("-o")?;
    let bytes = key.proof_key().to_bytes();
    verifying.write_all(&bytes).role("-o")?;
    proving.commit().role("-o")?;
    verifying.commit().role("-o")
}

/// Reads the key that makes proofs, and checks every point of it, unless it is the pinned one.
pub fn proving(directory: &OsStr, pin: Option<&OsString>) -> Outcome<ProvingKey> {
    let bytes = disk::read_file(file(directory, PROVING), PROVING_BYTES).role(ROLE)?;
    match pin {
        Some(pin) => ProvingKey::from_pinned(&bytes, &values::digest(pin, "--pin")?).role("--pin"),
        None => ProvingKey::from_bytes(&bytes).role(ROLE),
    }
}

/// Reads the key that verifies proofs.
pub fn verifying(directory: &OsStr) -> Outcome<ProofKey> {
    let bytes = disk::read_file(file(directory, VERIFYING), VERIFYING_BYTES).role(ROLE)?;
    ProofKey::from_bytes(&bytes).role(ROLE)
}
