//! Flags of the commands that only look.

use std::ffi::OsString;

use clap::Args;

use super::{Keys, Unlock};

/// Show what a stranger sees of a sealed record: everything that is not encrypted.
///
/// Nothing of it is authenticated by this command, except a sender's signature where there is
/// one: only opening the record shows that the header is whole.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt inspect --json obs.hippo")]
pub struct Inspect {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// A public file of an authority, to show its name and fingerprint where the record or a key
    /// has its id; give several
    #[arg(long = "authority", value_name = "FILE")]
    pub authorities: Vec<OsString>,
    /// The record's header, where it is a file of its own
    #[arg(long, value_name = "FILE")]
    pub header: Option<OsString>,
    /// The sealed record (`-`: standard input); with --header its payload, if that is at hand
    #[arg(value_name = "FILE", required_unless_present = "header")]
    pub input: Option<OsString>,
}

/// Show the fingerprints of public files: what two people compare, over the telephone or on
/// paper, to know that they hold the same key.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt fingerprint hospital.pub ward.pub")]
pub struct Fingerprint {
    /// Draw QR codes too
    #[arg(long, conflicts_with = "json")]
    pub qr: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Public files of authorities and signers
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<OsString>,
}

/// Check a policy: how it is understood, what it costs, and whether a key satisfies it.
///
/// A policy joins conditions on attributes with `and`, `or`, `not`, parentheses and `2 of (...)`.
/// Conditions: role=cardiologist, dept in {icu, er}, ward="3 east", level>=3, level in 3..5,
/// licensed:date>=2026-01-01, icd10:code=E11.9, icd10:code=E11* (codes that begin so). A whole
/// number or a date without quotes is a number or a date, in quotes it is text.
///
/// Exits with 1 when the policy is refused, when the schema of --authority does not know it, or
/// when --key does not satisfy it.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt policy check 'role=cardiologist and level>=3' --key icu.key")]
pub struct PolicyCheck {
    /// The policy
    #[arg(value_name = "POLICY")]
    pub policy: OsString,
    /// A key: does it satisfy the policy?
    #[arg(long, value_name = "FILE")]
    pub key: Option<OsString>,
    /// An authority's public file: does its schema know the policy, is the key one of its keys?
    #[arg(long, value_name = "FILE")]
    pub authority: Option<OsString>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub unlock: Unlock,
}

/// Say why a key does not open a record, as far as public data tells.
///
/// Where a hospital has an old and a new authority it says which of them the record is sealed
/// under, and which issued the key. Exits with 0 when nothing public stands in the way, else with the error that opening gives.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt doctor --key old.key --key new.key --authority hospital.pub obs.hippo")]
pub struct Doctor {
    #[command(flatten)]
    pub keys: Keys,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// A public file of an authority, to show its name and fingerprint where the record or a key
    /// has its id; give several
    #[arg(long = "authority", value_name = "FILE")]
    pub authorities: Vec<OsString>,
    /// The record's header, where it is a file of its own
    #[arg(long, value_name = "FILE")]
    pub header: Option<OsString>,
    #[command(flatten)]
    pub unlock: Unlock,
    /// The sealed record (`-`: standard input); with --header its payload, if that is at hand
    #[arg(value_name = "FILE", required_unless_present = "header")]
    pub input: Option<OsString>,
}
