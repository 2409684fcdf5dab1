//! Commands and flags. The comments are the help texts.
//!
//! Values are taken as they come and read in [`crate::values`]: a value that does not parse is an
//! error with a number, not a misuse of flags.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

const ABOUT_EXAMPLE: &str = "\
Example, from nothing to a record that is sealed and opened:
  hippocrypt authority new --name 'St. Elsewhere' -o hospital.key
  hippocrypt authority issue --key hospital.key --attr role=cardiologist --attr dept=icu \\
    --until 2027-12-31 -o icu.key
  hippocrypt seal --authority hospital.pub --policy 'role=cardiologist and dept=icu' \\
    --record obs-1 -o obs.hippo obs.json
  hippocrypt open --key icu.key -o copy.json obs.hippo

Exit codes: 0 done or yes; 1 refused, no or failed, with one line `error NNN: message` on standard error; 2 unknown, missing or conflicting flags.

Not reviewed by outside experts yet: do not protect real patients' data with it.";

/// Encrypt health records so that only the people a consent allows can open them; the server that
/// stores them cannot.
#[derive(Parser)]
#[command(name = "hippocrypt", version, after_help = ABOUT_EXAMPLE, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make an authority, and issue keys in its name.
    #[command(subcommand)]
    Authority(AuthorityCommand),
    /// Make a key that signs records.
    #[command(subcommand)]
    Signer(SignerCommand),
    Seal(Seal),
    Open(Open),
    Inspect(Inspect),
    Fingerprint(Fingerprint),
    /// Look at a policy before anything is sealed under it.
    #[command(subcommand)]
    Policy(PolicyCommand),
    Doctor(Doctor),
}

#[derive(Subcommand)]
pub enum AuthorityCommand {
    New(AuthorityNew),
    Issue(AuthorityIssue),
}

#[derive(Subcommand)]
pub enum SignerCommand {
    New(SignerNew),
}

#[derive(Subcommand)]
pub enum PolicyCommand {
    Check(PolicyCheck),
}

/// How a report is given.
#[derive(Args)]
pub struct Telling {
    /// Say nothing unless something fails
    #[arg(long, short, conflicts_with = "json")]
    pub quiet: bool,
    /// Report as one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// The passphrase of a file that is made.
#[derive(Args)]
pub struct Protect {
    /// Protect the new key with a passphrase, asked for on the terminal
    #[arg(long, conflicts_with = "passphrase_file")]
    pub passphrase: bool,
    /// Protect the new key with a passphrase: the first line of FILE (mode 0600; `-`: standard input)
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<OsString>,
}

/// The passphrase of a file that is read.
#[derive(Args)]
pub struct Unlock {
    /// Passphrase of a protected key: the first line of FILE (mode 0600; `-`: standard input);
    /// without it the terminal is asked
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<OsString>,
}

/// Make an authority: a secret key that issues keys, and its public file that records are sealed
/// under.
///
/// Writes the secret key to FILE (readable by you alone) and the public file beside it, with the
/// ending .pub. Whoever has the secret key can open every record ever sealed under this
/// authority: keep it off the network, under a passphrase, with a copy in a safe. Give the public
/// file to everybody, and read its fingerprint out over another channel.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt authority new --name 'St. Elsewhere' --passphrase -o hospital.key")]
pub struct AuthorityNew {
    /// What people call the authority, 1 to 128 bytes; everybody can read it
    #[arg(long, value_name = "NAME", default_value = "unnamed authority")]
    pub name: OsString,
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

/// Seal a record so that only keys which satisfy a policy open it.
///
/// The record id, labels, policy, sender, time and sizes stay readable to whoever stores the
/// record: never put a name, a medical record number or a diagnosis there. By default the policy
/// gets `and expires>=TODAY`: keys that had ended by the day of sealing do not open the record.
///
/// What a policy can say: `hippocrypt policy check --help`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt seal --authority hospital.pub --policy 'role=cardiologist and dept=icu' \\
    --label type=Observation --record obs-1 --sign ward.key -o obs.hippo obs.json
  tar c chart | hippocrypt seal --authority hospital.pub --policy 'role=auditor' \\
    --record chart-7 -o - - > chart.hippo")]
pub struct Seal {
    /// The authority's public file
    #[arg(long, value_name = "FILE")]
    pub authority: OsString,
    /// Who can open it, as a condition on the attributes of keys
    #[arg(long, value_name = "POLICY")]
    pub policy: OsString,
    /// Let keys open it that have ended, for ever: no clause on expiry
    #[arg(long, conflicts_with = "expiry_day")]
    pub no_expiry: bool,
    /// The day that keys must reach to open it, instead of the day of sealing
    #[arg(long, value_name = "YYYY-MM-DD", allow_negative_numbers = true)]
    pub expiry_day: Option<OsString>,
    /// A label of the record; stays readable; give it once for each label
    #[arg(long = "label", value_name = "NAME=VALUE")]
    pub labels: Vec<OsString>,
    /// The record's name, 1 to 128 bytes; stays readable
    #[arg(long, value_name = "ID")]
    pub record: OsString,
    /// Sign as this sender, so that readers can tell where it comes from
    #[arg(long, value_name = "FILE")]
    pub sign: Option<OsString>,
    /// Sign the list of those who can open it too
    #[arg(long, requires = "sign")]
    pub sign_access: bool,
    /// The cipher: 1 or chacha20-poly1305, 2 or aes-256-gcm
    #[arg(
        long,
        value_name = "SUITE",
        default_value = "1",
        allow_negative_numbers = true
    )]
    pub suite: OsString,
    /// Bytes in a chunk, 1024 to 1048576: smaller ones make finer ranges and cost 16 bytes each
    #[arg(
        long,
        value_name = "BYTES",
        default_value = "65536",
        allow_negative_numbers = true
    )]
    pub chunk_size: OsString,
    /// Metadata that everybody can read and nobody can change, up to 16384 bytes; @FILE reads a file
    #[arg(long, value_name = "TEXT")]
    pub meta: Option<OsString>,
    /// Metadata that only those read who can open the record, up to 16368 bytes; @FILE reads a file
    #[arg(long, value_name = "TEXT")]
    pub sealed_meta: Option<OsString>,
    /// The time of sealing in seconds since 1970, instead of this machine's clock
    #[arg(long, value_name = "UNIX", allow_negative_numbers = true)]
    pub created: Option<OsString>,
    /// The sealed record to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// What is sealed (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Open a sealed record.
///
/// The output appears only when the whole record has been read and verified. With `-o -` verified
/// chunks go out as they come, so a failure near the end leaves a beginning on standard output:
/// look at the exit code. Without --from any sender is accepted, and whoever can open a record can
/// forge one: name the senders you trust.
///
/// The output is readable by you alone (mode 0600).
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt open --key icu.key --from ward.pub -o copy.json obs.hippo
  hippocrypt open --key icu.key --range 0..4096 -o - scan.hippo | xxd")]
pub struct Open {
    /// A key to open it with; give several to try each
    #[arg(long = "key", value_name = "FILE", required = true)]
    pub keys: Vec<OsString>,
    /// Accept records signed by this sender only; give several to accept each
    #[arg(long, value_name = "FILE")]
    pub from: Vec<OsString>,
    /// Only the bytes from A on and before B; shows at most who signed the header, so not with --from
    #[arg(
        long,
        value_name = "A..B",
        conflicts_with = "from",
        allow_negative_numbers = true
    )]
    pub range: Option<OsString>,
    /// Write the encrypted metadata to this file
    #[arg(long, value_name = "FILE")]
    pub meta_output: Option<OsString>,
    /// The opened record to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The sealed record (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

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
    /// The sealed record (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
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
/// Exits with 1 when the policy is refused, or when --key does not satisfy it.
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
    /// An authority's public file: is the key one of its keys?
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
/// Exits with 0 when nothing public stands in the way, else with the error that opening gives.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt doctor --key icu.key obs.hippo")]
pub struct Doctor {
    /// The key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    /// The sealed record (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}
