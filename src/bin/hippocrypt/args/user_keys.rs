//! Flags of the commands on keys that were issued.

use std::ffi::OsString;

use clap::Args;

use super::{Telling, Unlock};

/// Show what a key is: its id, the authority that issued it, its attributes and its last day.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt key show --authority hospital.pub icu.key")]
pub struct KeyShow {
    /// A public file of an authority, to show its name and fingerprint if it issued the key; give
    /// several
    #[arg(long = "authority", value_name = "FILE")]
    pub authorities: Vec<OsString>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    /// The key
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Make a key for some of a key's attributes, without the authority: for a helper, a device, a
/// task.
///
/// An attribute is kept or dropped whole, and `expires` always stays. The new key is a key in
/// full: it can be restricted further and ends when this one does, and it can't be taken back
/// apart from it. Nobody can tell from which key it was made.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt key restrict --key icu.key --keep dept -o monitor.key")]
pub struct KeyRestrict {
    /// The key to make it from
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// What the new key keeps: all attributes with this name, or this one; give it once for each
    #[arg(long, value_name = "NAME[=VALUE]", required = true)]
    pub keep: Vec<OsString>,
    /// The key to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    /// Protect the new key with a passphrase, asked for on the terminal
    #[arg(long, conflicts_with = "new_passphrase_file")]
    pub new_passphrase: bool,
    /// Protect the new key with a passphrase: the first line of FILE (mode 0600)
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<OsString>,
    #[command(flatten)]
    pub telling: Telling,
}
