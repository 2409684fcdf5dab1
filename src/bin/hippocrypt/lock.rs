//! One process at a time changes a key, or the state beside it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;

use crate::failure::{Outcome, Role};

/// Holds a key's file until it is dropped: nobody else replaces the key, or the state beside it,
/// meanwhile. Taken before the key is read.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until nobody else holds it.
    pub fn take(key: &OsStr) -> Outcome<Self> {
        loop {
            let file = File::open(key).role("--key")?;
            file.lock().role("--key")?;
            // Whoever held it may have put another file in its place, which a third may hold.
            if is_there(&file, key).role("--key")? {
                return Ok(Self { _file: file });
            }
        }
    }
}

#[cfg(unix)]
fn is_there(file: &File, path: &OsStr) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (held, there) = (file.metadata()?, fs::metadata(path)?);
    Ok((held.dev(), held.ino()) == (there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn is_there(_: &File, path: &OsStr) -> io::Result<bool> {
    fs::metadata(path).map(|_| true)
}
