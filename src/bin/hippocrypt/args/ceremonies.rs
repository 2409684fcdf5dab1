//! Flags of the commands that make keys of proofs together.

use std::ffi::OsString;

use clap::{Args, Subcommand};

use super::Telling;

#[derive(Subcommand)]
pub enum CeremonyCommand {
    /// Phase 1: powers of a number that nobody knows, for any circuit.
    #[command(subcommand)]
    Powers(PowersCommand),
    New(CeremonyNew),
    Contribute(Contribute),
    Close(CeremonyClose),
    Verify(CeremonyVerify),
    Finish(CeremonyFinish),
}

#[derive(Subcommand)]
pub enum PowersCommand {
    New(PowersNew),
    /// Put fresh secrets into powers, for the next one in the row.
    Contribute(Contribute),
    Verify(PowersVerify),
}

/// A file that is made.
#[derive(Args)]
pub struct Making {
    /// The file to write
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
}

/// Begin powers, for the first contributor.
#[derive(Args)]
pub struct PowersNew {
    /// Constraints and inputs of the largest circuit, as a power of two
    #[arg(long, value_name = "N", default_value = "14")]
    pub log: OsString,
    #[command(flatten)]
    pub making: Making,
}

/// Check powers, and print the hash of each contribution.
#[derive(Args)]
pub struct PowersVerify {
    /// The powers
    #[arg(value_name = "FILE")]
    pub input: OsString,
    #[command(flatten)]
    pub telling: Telling,
}

/// Begin the keys of one circuit from powers; takes minutes.
#[derive(Args)]
pub struct CeremonyNew {
    /// Powers that several contributed to
    #[arg(long, value_name = "FILE")]
    pub powers: OsString,
    /// Levels of the registries' trees: 10 for 2^20 patients, 16 for 2^32
    #[arg(long, value_name = "N", default_value = "10")]
    pub levels: OsString,
    #[command(flatten)]
    pub making: Making,
}

/// Put a fresh secret into the keys and forget it, for the next one in the row.
///
/// Publish the hash that this prints, and look for it when the ceremony is verified. The secret is
/// only ever in this process's memory; who keeps one and has everybody else's can prove anything.
#[derive(Args)]
pub struct Contribute {
    #[command(flatten)]
    pub making: Making,
    /// What the last contributor wrote
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// End a ceremony with a number that everybody sees and nobody could know or choose before.
#[derive(Args)]
pub struct CeremonyClose {
    /// The number, 64 hexadecimal digits: say beforehand where it will come from
    #[arg(long, value_name = "HEX")]
    pub beacon: OsString,
    /// How often it is hashed, as a power of two
    #[arg(long, value_name = "N", default_value = "24")]
    pub rounds: OsString,
    #[command(flatten)]
    pub making: Making,
    /// What the last contributor wrote
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Check a ceremony against its powers and this version's circuit; takes minutes.
///
/// Prints its id and the hash of each contribution.
#[derive(Args)]
pub struct CeremonyVerify {
    /// The powers that it began with
    #[arg(long, value_name = "FILE")]
    pub powers: OsString,
    /// The ceremony
    #[arg(value_name = "FILE")]
    pub input: OsString,
    #[command(flatten)]
    pub telling: Telling,
}

/// Check a ceremony and write its keys.
#[derive(Args)]
pub struct CeremonyFinish {
    /// The powers that it began with
    #[arg(long, value_name = "FILE")]
    pub powers: OsString,
    /// Directory that the keys go to
    #[arg(long = "output", short, value_name = "DIR")]
    pub output: OsString,
    /// Replace keys that are there
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
    /// The ceremony
    #[arg(value_name = "FILE")]
    pub input: OsString,
}
