//! Flags that say who can open a record, and with what it is opened.

use std::ffi::OsString;

use clap::{ArgGroup, Args};

/// Who can open a record: at least one kind of reader.
///
/// Each kind is a member of the group, by its first flag; [`crate::readers::Audience`] reads them.
#[derive(Args)]
#[command(group(ArgGroup::new("reader").required(true).multiple(true)))]
pub struct Readers {
    /// The authority's public file
    #[arg(long, value_name = "FILE", requires = "whom")]
    pub authority: Option<OsString>,
    /// Who can open it, as a condition on the attributes of keys
    #[arg(long, value_name = "POLICY", groups = ["reader", "whom"], requires = "authority")]
    pub policy: Option<OsString>,
    /// Accept names and values that the authority's schema does not know
    #[arg(long, requires = "policy")]
    pub allow_unknown: bool,
    /// Let keys open it that have ended, for ever: no clause on expiry
    #[arg(long, requires = "policy", conflicts_with = "expiry_day")]
    pub no_expiry: bool,
    /// The day that keys must reach to open it, instead of today
    #[arg(
        long,
        value_name = "YYYY-MM-DD",
        requires = "policy",
        allow_negative_numbers = true
    )]
    pub expiry_day: Option<OsString>,
    /// The patient's public profile: the patient can open it, and grant it to others by its labels
    #[arg(long, value_name = "FILE", group = "reader")]
    pub patient: Option<OsString>,
    /// Policy and patient together: whoever satisfies the policy needs the patient's grant too
    #[arg(long, requires = "policy", requires = "patient")]
    pub both: bool,
    /// Beside --both: the patient, and whom the patient grants it to, can open it without the policy
    #[arg(long, requires = "both")]
    pub patient_alone: bool,
    /// Write no record that lacks what this profile demands: {"require": ["policy:hospital.pub"], "sender": true}
    #[arg(long, value_name = "FILE")]
    pub profile: Option<OsString>,
}

/// What a record is opened with: at least one way to its data key.
///
/// Each kind is a member of the group; [`crate::opening::Keyring`] reads them.
#[derive(Args)]
#[command(group(ArgGroup::new("opening").required(true).multiple(true)))]
pub struct Keys {
    /// A key to open it with: an authority's, the patient's, or with --grant the recipient's or, for a grant to a role, an authority's; give several to try each
    #[arg(long = "key", value_name = "FILE", group = "opening")]
    pub keys: Vec<OsString>,
    /// The grant under which the recipient opens it
    #[arg(long, value_name = "FILE", requires = "keys")]
    pub grant: Option<OsString>,
    /// What the relays' shares commit to after a refresh, to name one that answers wrongly; give several
    #[arg(long, value_name = "FILE", requires = "grant")]
    pub refreshed: Vec<OsString>,
    /// A relay's answer; give as many as the grant needs, or more
    #[arg(long = "part", value_name = "FILE", requires = "grant")]
    pub parts: Vec<OsString>,
}
