//! Flags of the commands that recipients and relays use under a grant.

use std::ffi::OsString;

use clap::{ArgGroup, Args};

use super::{Telling, Unlock};

/// Ask the relays of a grant to transform records: one signed request for each relay, in one file.
///
/// Every relay sees the labels of the records and checks them, or with --blind digests only. Each
/// request has a nonce of its own and is served once, within a day by default. Under a standing
/// sharing the relays get the grant with the request. Under a grant to a role you ask with a key of
/// your own, show a credential for it, and open the grant with your key of the authority.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt request new --key study.key --grant grant.hg --purpose HRESCH -o request.hr chart/")]
pub struct RequestNew {
    /// The recipient's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// Under a grant to a role: the credential of --key
    #[arg(long, value_name = "FILE", requires = "role_key")]
    pub credential: Option<OsString>,
    /// Under a grant to a role: the key of the authority that opens the grant
    #[arg(long, value_name = "FILE", requires = "credential")]
    pub role_key: Option<OsString>,
    /// The grant
    #[arg(long, value_name = "FILE")]
    pub grant: OsString,
    /// The purpose of use, such as HRESCH: you sign that it is so
    #[arg(long, value_name = "CODE")]
    pub purpose: Option<OsString>,
    /// The action: you sign that it is so
    #[arg(long, value_name = "CODE")]
    pub action: Option<OsString>,
    /// The role in which you ask: you sign that it is so
    #[arg(long, value_name = "CODE")]
    pub role: Option<OsString>,
    /// This is an emergency: you sign that it is so
    #[arg(long)]
    pub break_glass: bool,
    /// Show relays digests of the records instead of their labels
    #[arg(long)]
    pub blind: bool,
    /// Pass over records that the grant does not open
    #[arg(long)]
    pub skip: bool,
    /// The file of requests to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The sealed records or batches, or folders of them
    #[arg(value_name = "PATH", required = true)]
    pub inputs: Vec<OsString>,
}

/// Transform what a recipient asked for, as a relay of the grant.
///
/// Checks who asks, the grant's time and conditions, that it is not revoked and the request not
/// served before, and of each record its labels and that its maker knew what it is made of; then
/// answers with one point for each, which opens nothing alone.
///
/// What must not be forgotten stands in a directory beside the key, ending in .state: revocations,
/// the numbers of lists, and nonces; `log` in it has a line for every answer and refusal. A relay
/// whose state is new refuses requests made before. A state that was set back (from a backup, or
/// with its whole disk) lacks nonces: say --restored once.
#[derive(Args)]
#[command(group(ArgGroup::new("revoked").required(true)))]
#[command(after_help = "\
Example:
  hippocrypt transform --key r1.key --grant grant.hg --share share-1.hs --request request.hr \\
    --revocations revoked.hrl -o part-1")]
pub struct Transform {
    /// The relay's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The grant
    #[arg(long, value_name = "FILE")]
    pub grant: OsString,
    /// The relay's share of the grant; none under a standing sharing, whose share is in the state
    #[arg(long, value_name = "FILE")]
    pub share: Option<OsString>,
    /// The file of requests
    #[arg(long, value_name = "FILE")]
    pub request: OsString,
    /// A current revocation list by the publisher whom the grant names; of lists by others, the patient for one, only the entries count; give several
    #[arg(long, value_name = "FILE", group = "revoked")]
    pub revocations: Vec<OsString>,
    /// The patient's latest profile that you know: a grant to a carer whom it names no more, or for less, is refused
    #[arg(long, value_name = "FILE")]
    pub patient: Option<OsString>,
    /// Serve without a current list: an exception, which is logged; revocations seen before count all the same
    #[arg(long, group = "revoked")]
    pub no_revocations: bool,
    /// What the relay must not forget, instead of the directory beside its key
    #[arg(long, value_name = "DIR")]
    pub state: Option<OsString>,
    /// The state was set back: refuse all requests made before now
    #[arg(long)]
    pub restored: bool,
    /// How old a revocation list may be, in seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "86400",
        allow_negative_numbers = true
    )]
    pub list_age: OsString,
    /// How old a request may be, in seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "86400",
        allow_negative_numbers = true
    )]
    pub request_age: OsString,
    /// The answer to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Check a proof that a relay answered wrongly, as `open --blame` writes it.
///
/// Nothing else is needed: exits with 0 when the proof holds, and names the relay.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt blame check proof.hb")]
pub struct BlameCheck {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// The proof
    #[arg(value_name = "FILE")]
    pub proof: OsString,
}
