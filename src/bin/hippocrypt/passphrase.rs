//! Passphrases: from a file, or typed at a terminal.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};

use hippocrypt::{Error, Secret};

use crate::failure::{Outcome, Role};
use crate::files;

/// Longest passphrase, in bytes.
const LIMIT: u64 = 1024;
/// What errors of typing are about.
const NEW: &str = "the new passphrase";

/// The passphrase that protects a file which is written, if one was asked for.
pub fn protecting(
    file: Option<&OsString>,
    ask: bool,
    role: &'static str,
) -> Outcome<Option<Secret<String>>> {
    if let Some(file) = file {
        return read(file, role).map(Some);
    }
    if !ask {
        return Ok(None);
    }
    let first = prompt("Passphrase for the new file: ").role(NEW)?;
    let again = prompt("The same again: ").role(NEW)?;
    if first.expose() != again.expose() {
        return Err(Error::Argument("the two passphrases differ")).role(NEW);
    }
    Ok(Some(first))
}

/// The passphrase that opens a locked file.
pub fn opening(file: Option<&OsString>, key: &'static str) -> Outcome<Secret<String>> {
    match file {
        Some(file) => read(file, "--passphrase-file"),
        None => prompt(&format!("Passphrase of {key}: ")).role(key),
    }
}

/// The first line of a file that only its owner can read, or of standard input for `-`.
fn read(file: &OsString, role: &'static str) -> Outcome<Secret<String>> {
    let mut bytes = if file == "-" {
        let mut bytes = Secret::new(Vec::with_capacity(LIMIT as usize + 1));
        io::stdin()
            .take(LIMIT + 1)
            .read_to_end(bytes.expose_mut())
            .role(role)?;
        bytes
    } else {
        files::private(file, LIMIT as usize, role)?
    };
    if bytes.expose().len() as u64 > LIMIT {
        return Err(Error::TooLarge("passphrase")).role(role);
    }
    let line = bytes.expose().iter().position(|byte| *byte == b'\n');
    if let Some(end) = line {
        bytes.expose_mut().truncate(end);
    }
    if bytes.expose().last() == Some(&b'\r') {
        bytes.expose_mut().pop();
    }
    String::from_utf8(std::mem::take(bytes.expose_mut()))
        .map(Secret::new)
        .map_err(|_| Error::Text("not UTF-8"))
        .role(role)
}

fn prompt(question: &str) -> hippocrypt::Result<Secret<String>> {
    if !io::stderr().is_terminal() {
        return Err(Error::PassphraseNeeded);
    }
    Ok(Secret::new(rpassword::prompt_password(question)?))
}
