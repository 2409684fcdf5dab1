//! Flags of the commands about vocabularies.

use std::ffi::OsString;

use clap::Args;

use super::Telling;

/// Show a vocabulary: its id and hash, what it is based on, how many codes it has of each kind
/// and where they come from, and what choices such as `mental-health` stand for.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt vocabulary show
  hippocrypt vocabulary show --codes sens clinic.txt")]
pub struct VocabularyShow {
    /// Show the codes of one section instead, such as purpose, sens or type
    #[arg(long, value_name = "SECTION")]
    pub codes: Option<OsString>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The vocabulary; without it the one that every release carries, hv1
    #[arg(value_name = "FILE")]
    pub input: Option<OsString>,
}

/// Make a vocabulary with codes of your own, under an id of its own.
///
/// ADDITIONS has sections as SPEC.md, section 16.1, describes them, their lines in any order:
///
///   section sens
///   source http://clinic.example/codes 2 CC0-1.0 Clinic
///   HEPC STD pinned hepatitis C
///
/// Nothing of the base is changed or removed. Records that were marked sens.none=hv1 before stay
/// closed to policies about a code that was added.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt vocabulary extend --id hv1+clinic -o clinic.txt additions.txt")]
pub struct VocabularyExtend {
    /// The vocabulary to add to: a file, or hv1
    #[arg(long, value_name = "FILE", default_value = "hv1")]
    pub base: OsString,
    /// The id of the new vocabulary
    #[arg(long, value_name = "ID")]
    pub id: OsString,
    /// The vocabulary to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
    /// What is added
    #[arg(value_name = "ADDITIONS")]
    pub additions: OsString,
}
