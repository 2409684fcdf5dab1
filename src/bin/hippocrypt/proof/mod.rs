//! `proof`.

mod consent;
mod document;
mod enrol;
mod html;
mod parties;
mod prove;
mod receive;
mod registry;
mod relied;
mod report;
mod request;
mod revoke;
mod setup;
mod subject;
mod verify;

pub use consent::sign as consent;
pub use enrol::{enrol, key};
pub use prove::prove;
pub use receive::receive;
pub use registry::{apply, checkpoint, new as registry, place};
pub use report::report;
pub use request::new as request;
pub use revoke::revoke;
pub use setup::setup;
pub use subject::{read as read_subject, write as subject};
pub use verify::verify;

use std::ffi::OsStr;
use std::io::Write;

use hippocrypt::Secret;
use hippocrypt::keys::disk;

use crate::failure::{Outcome, Role};
use crate::output::Output;

/// The longest of the small objects, in bytes.
const SMALL: usize = 1 << 16;

/// Reads a small object in binary.
fn object(path: &OsStr, role: &'static str) -> Outcome<Vec<u8>> {
    disk::read_file(path, SMALL).role(role)
}

/// Writes a small object that everybody may read.
fn write(path: &OsStr, force: bool, bytes: &[u8]) -> Outcome<()> {
    let mut output = Output::create_binary(path, force, disk::PUBLIC_MODE, "-o")?;
    output.write_all(bytes).role("-o")?;
    output.commit("-o")
}

/// Writes a small object that only its owner may read.
fn write_secret(path: &OsStr, force: bool, bytes: &Secret<Vec<u8>>) -> Outcome<()> {
    let mut output = Output::create_binary(path, force, disk::SECRET_MODE, "-o")?;
    output.write_all(bytes.expose()).role("-o")?;
    output.commit("-o")
}
