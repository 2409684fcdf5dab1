//! Flags of the commands about labels.

use std::ffi::OsString;

use clap::Args;

use super::{Telling, Unlock};

/// Sign a side file of labels.
///
/// The file says how confidential and how sensitive resources are, by Type/id, and who said so
/// when. `seal --fhir --labels FILE --labels-from PUBLIC` takes it only if one of the named signers
/// signed it: a forged one would open what the true one closes.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt labels sign --key records.key -o labels.hl labels.json")]
pub struct LabelsSign {
    /// The signing key of whoever answers for the labels
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The vocabulary that they are written in, instead of hv1
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<OsString>,
    /// The signed file to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The side file
    #[arg(value_name = "FILE")]
    pub input: OsString,
}
