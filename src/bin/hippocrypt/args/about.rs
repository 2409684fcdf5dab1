//! Flags that say what is sealed: the part of a header that never changes.

use std::ffi::OsString;

use clap::{ArgGroup, Args};

/// What a record or batch is, and who seals it.
#[derive(Args)]
#[command(group(ArgGroup::new("named").required(true)))]
pub struct About {
    /// A label; stays readable; give it once for each label
    #[arg(long = "label", value_name = "NAME=VALUE")]
    pub labels: Vec<OsString>,
    /// Blind the labels with this key: whoever stores the record sees how many there are, and which records share one; grants then need --label-key too
    #[arg(long, value_name = "FILE", requires = "labels")]
    pub label_key: Option<OsString>,
    /// Its name, 1 to 128 bytes; stays readable
    #[arg(long, value_name = "ID", group = "named")]
    pub record: Option<OsString>,
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
    /// Metadata that everybody can read and nobody can change, up to 16384 bytes; @FILE reads a file
    #[arg(long, value_name = "TEXT")]
    pub meta: Option<OsString>,
    /// Metadata that only those read who can open the record, up to 16368 bytes; @FILE reads a file
    #[arg(long, value_name = "TEXT")]
    pub sealed_meta: Option<OsString>,
    /// Say, hidden, whom the record is about, for proofs of consent: a file of `proof subject`; the labels then count as of the vocabulary hv1
    #[arg(long, value_name = "FILE")]
    pub subject: Option<OsString>,
    /// The time to write in the record, in seconds since 1970, instead of this machine's clock (0: none); the clause on expiry is of today all the same
    #[arg(long, value_name = "UNIX", allow_negative_numbers = true)]
    pub created: Option<OsString>,
}
