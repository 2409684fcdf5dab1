//! Flags of the commands that make keys.

use std::ffi::OsString;

use clap::Args;

use super::{Protect, Telling, Unlock};

/// Make an authority: a secret key that issues keys, and its public file that records are sealed
/// under.
///
/// Writes the secret key to FILE (readable by you alone) and the public file beside it, with the
/// ending .pub. Whoever has the secret key can open every record ever sealed under this
/// authority: keep it off the network, under a passphrase, with a copy in a safe. Give the public
/// file to everybody, and read its fingerprint out over another channel.
///
/// With a schema keys are issued for, and records sealed under, known names and values only, so
/// that no typo seals a record which nobody can open. It is a JSON object; each name has a type
/// (text, code, u8, u16, u32 or date), and text and codes may have values, numbers and dates a
/// range:
///
/// {"role": {"type": "text", "values": ["cardiologist", "dentist"]},
/// "level": {"type": "u8", "range": [0, 9]}, "icd10": {"type": "code"}}
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt authority new --name 'St. Elsewhere' --passphrase -o hospital.key")]
pub struct AuthorityNew {
    /// What people call the authority, 1 to 128 bytes; everybody can read it
    #[arg(long, value_name = "NAME", default_value = "unnamed authority")]
    pub name: OsString,
    /// The attributes that keys can have, in JSON; goes into the public file
    #[arg(long, value_name = "FILE")]
    pub schema: Option<OsString>,
    /// The secret key to write; the public file is named the same, ending in .pub
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files: everything sealed under a replaced authority is lost with its key
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}

/// Issue a key: whoever holds it opens every record of this authority whose policy its attributes
/// satisfy.
///
/// An attribute is NAME=VALUE. A whole number is a number (level=3; level:u16=300 beyond 255), a
/// date a date (licensed=2026-01-01), icd10:code=E11.9 a code that policies can ask for by its
/// beginning; all else is text. Two keys can't be combined to open what neither opens alone.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt authority issue --key hospital.key --attr role=cardiologist --attr dept=icu \\
    --until 2027-12-31 -o icu.key")]
pub struct AuthorityIssue {
    /// The authority's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// What the holder is or may do; give it once for each attribute
    #[arg(long = "attr", value_name = "NAME=VALUE", required = true)]
    pub attributes: Vec<OsString>,
    /// The last day, UTC, whose records the key opens; it goes on opening older ones
    #[arg(long, value_name = "YYYY-MM-DD", allow_negative_numbers = true)]
    pub until: OsString,
    /// Put today's date into the key as the attribute `issued`, which policies can compare
    #[arg(long)]
    pub issued: bool,
    /// The key to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    /// Protect the issued key with a passphrase, asked for on the terminal
    #[arg(long, conflicts_with = "new_passphrase_file")]
    pub new_passphrase: bool,
    /// Protect the issued key with a passphrase: the first line of FILE (mode 0600)
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<OsString>,
    #[command(flatten)]
    pub telling: Telling,
}

/// Split an authority's key in parts, of which some give it back.
///
/// Writes DIR/part-1.key, DIR/part-2.key and so on, each readable by you alone. Give each to
/// another person or safe. Fewer parts than the threshold say nothing of the key; whoever gathers
/// as many as the threshold IS the authority. The key itself stays where it is.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt authority split --key hospital.key --threshold 2 --parts 3 -o parts")]
pub struct AuthoritySplit {
    /// The authority's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// How many parts give the key back, from 2
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub threshold: OsString,
    /// How many parts to make, up to 255
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub parts: OsString,
    /// The directory to write the parts to; made if it is not there
    #[arg(long = "output", short, value_name = "DIR")]
    pub output: OsString,
    /// Replace existing parts
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Recover an authority's key from its parts.
///
/// Takes parts of one splitting, at least as many as its threshold. Writes the secret key and
/// the public file as `authority new` does.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt authority recover --part part-1.key --part part-3.key -o hospital.key")]
pub struct AuthorityRecover {
    /// A part; give it once for each
    #[arg(long = "part", value_name = "FILE", required = true)]
    pub parts: Vec<OsString>,
    /// The secret key to write; the public file is named the same, ending in .pub
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}

/// Change what attributes an authority knows: its schema.
///
/// Replaces the secret key, under the passphrase it has, and the public file beside it, which is
/// signed anew: give it to everybody again. Its fingerprint stays, issued keys go on opening, and
/// records stay readable. Parts of the key that were made before have the schema of then.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt authority schema --key hospital.key --schema schema.json")]
pub struct AuthoritySchema {
    /// The authority's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The attributes that keys can have from now on, in JSON: `authority new --help` has its form
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "no_schema",
        conflicts_with = "no_schema"
    )]
    pub schema: Option<OsString>,
    /// From now on names and values are not checked
    #[arg(long)]
    pub no_schema: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Make a key that signs records, and its public file by which readers know the sender.
///
/// Writes the secret key to FILE (readable by you alone) and the public file beside it, with the
/// ending .pub.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt signer new --name 'ward 3' -o ward.key")]
pub struct SignerNew {
    /// What people call the key, up to 64 bytes; everybody can read it
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: OsString,
    /// The secret key to write; the public file is named the same, ending in .pub
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}
