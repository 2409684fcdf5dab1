//! Flags of the commands on batches.

use std::ffi::OsString;

use clap::Args;

use super::{About, Keys, Readers, Telling, Unlock};

/// Seal many small records under one header.
///
/// A header costs some hundred bytes and most of the time of sealing; here all records share one,
/// and whoever can open it can open every one of them. So seal together what has the same labels
/// and is of one patient. A record's id is the name of its file without the last ending, or what
/// stands before the first `=`. Ids and sizes stay readable.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt batch seal --authority hospital.pub --policy 'role=cardiologist' \\
    --label type=Observation --label ym=2026-11 --record chart-7-obs -o obs.hippo chart/*.json
  hippocrypt batch seal --authority hospital.pub --policy 'role=auditor' --record claims \\
    -o claims.hippo c-1=first.json c-2=second.json")]
pub struct BatchSeal {
    #[command(flatten)]
    pub readers: Readers,
    #[command(flatten)]
    pub about: About,
    /// The sealed batch to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The records: files, each up to 64 MiB
    #[arg(value_name = "[ID=]FILE", required = true)]
    pub inputs: Vec<OsString>,
}

/// Open a batch: all its records into a folder, or one of them.
///
/// Every record is verified before the first file appears. Each is named by its id; an id that is
/// no name of a file in that folder is refused, and then --member opens it. Without --from any
/// sender is accepted: name the senders you trust.
///
/// The files are readable by you alone (mode 0600).
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt batch open --key icu.key --from ward.pub -o chart obs.hippo
  hippocrypt batch open --key icu.key --member obs-3 -o obs-3.json obs.hippo")]
pub struct BatchOpen {
    #[command(flatten)]
    pub keys: Keys,
    /// Open no record that lacks what this profile demands
    #[arg(long, value_name = "FILE")]
    pub profile: Option<OsString>,
    /// Accept batches signed by this sender only; give several to accept each
    #[arg(long, value_name = "FILE")]
    pub from: Vec<OsString>,
    /// Only the record with this id
    #[arg(long, value_name = "ID")]
    pub member: Option<OsString>,
    /// The folder to write to, made if it is not there; with --member the file (`-`: standard output)
    #[arg(long = "output", short, value_name = "PATH")]
    pub output: OsString,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The sealed batch (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// List the records in a batch, as everybody can who stores it: ids and sizes.
///
/// Nothing of it is authenticated by this command: that takes a key, and `batch open`.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt batch list obs.hippo")]
pub struct BatchList {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// The sealed batch (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}
