//! Flags of the commands about standing sharings, their refresh, and credentials.

use std::ffi::OsString;

use clap::Args;

use super::{Telling, Unlock};

/// Share a secret among relays once, for all grants that name the sharing.
///
/// Writes DIR/sharing.hsh, which every relay and you keep, and DIR/share-1.hs, share-2.hs and so on:
/// one for each relay, in the order of --relay, readable by that relay alone. `grant new --sharing`
/// then needs no contact with the relays. Each relay takes its share with `relay add`; delete the
/// share files when all have.
///
/// Relays answer alike under every grant of a sharing: that a revoked recipient is served no more
/// hangs on each relay keeping the revocation, not on a share that is gone. So such grants show
/// their policy, and requests under them their labels.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt sharing new --key patient.key --relay r1.pub --relay r2.pub --relay r3.pub \\
    --threshold 2 -o standing")]
pub struct SharingNew {
    /// The patient's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The sharing before, of which this is the next epoch: grants are made again under it, and `sharing end` ends the one before
    #[arg(long, value_name = "FILE")]
    pub after: Option<OsString>,
    /// A relay's public file; give it once for each
    #[arg(long = "relay", value_name = "FILE", required = true)]
    pub relays: Vec<OsString>,
    /// How many relays must answer; with 2 or more the shares can be refreshed
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub threshold: OsString,
    /// The directory to write the sharing to; made if it is not there
    #[arg(long = "output", short, value_name = "DIR")]
    pub output: OsString,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// End an epoch of a standing sharing: all its grants with it.
///
/// Give the file to every relay (`relay end`). It is in effect once so many have it that those left
/// are fewer than the threshold.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt sharing end --key patient.key --sharing standing/sharing.hsh -o end.hse")]
pub struct SharingEnd {
    /// The patient's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The sharing to end
    #[arg(long, value_name = "FILE")]
    pub sharing: OsString,
    /// The statement to write (`-`: standard output)
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

/// Show what a standing sharing says.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt sharing show standing/sharing.hsh")]
pub struct SharingShow {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// The sharing
    #[arg(value_name = "FILE")]
    pub sharing: OsString,
}

/// Whose state a command is about.
#[derive(Args)]
pub struct RelayPlace {
    /// The relay's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// What the relay must not forget, instead of the directory beside its key
    #[arg(long, value_name = "DIR")]
    pub state: Option<OsString>,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Take a relay's share of a standing sharing into its state.
///
/// Checks it against the sharing. Compare the patient's fingerprint before. Delete the share file
/// afterwards: with the relay's key it gives the share as it was dealt.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt relay add --key r1.key --sharing standing/sharing.hsh --share standing/share-1.hs")]
pub struct RelayAdd {
    #[command(flatten)]
    pub place: RelayPlace,
    /// The sharing
    #[arg(long, value_name = "FILE")]
    pub sharing: OsString,
    /// The relay's share of it
    #[arg(long, value_name = "FILE")]
    pub share: OsString,
}

/// End a standing sharing at a relay: its share is erased, and no grant of it is served again.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt relay end --key r1.key --end end.hse")]
pub struct RelayEnd {
    #[command(flatten)]
    pub place: RelayPlace,
    /// The patient's statement
    #[arg(long, value_name = "FILE")]
    pub end: OsString,
}

/// Begin a refresh of a standing sharing's shares: the relay's key for it.
///
/// All relays of the sharing take part, and each step needs what all of them gave in the step
/// before. Until `finish` a relay answers with its old share. Asked again, it gives the same
/// invitation.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt relay refresh begin --key r1.key --sharing standing/sharing.hsh -o invitation-1")]
pub struct RefreshBegin {
    #[command(flatten)]
    pub place: RelayPlace,
    /// The sharing
    #[arg(long, value_name = "FILE")]
    pub sharing: OsString,
    /// Give up the refresh that was begun, for one with a higher number; one that was accepted only with the --invitation of a relay that did not accept it and has begun again
    #[arg(long)]
    pub again: bool,
    /// Another relay's invitation, whose number is joined if it is higher; give several
    #[arg(long = "invitation", value_name = "FILE")]
    pub invitations: Vec<OsString>,
    /// The invitation to write
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// Deal zero to all relays, from the invitations of all.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt relay refresh deal --key r1.key --sharing standing/sharing.hsh \\
    --invitation invitation-1 --invitation invitation-2 --invitation invitation-3 -o dealing-1")]
pub struct RefreshDeal {
    #[command(flatten)]
    pub place: RelayPlace,
    /// The sharing
    #[arg(long, value_name = "FILE")]
    pub sharing: OsString,
    /// A relay's invitation, this one's too; give those of all relays
    #[arg(long = "invitation", value_name = "FILE", required = true)]
    pub invitations: Vec<OsString>,
    /// The dealing to write
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// Check what all relays dealt, and sign what the new shares commit to.
///
/// A relay that dealt wrongly is named, and nothing changes.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt relay refresh accept --key r1.key --sharing standing/sharing.hsh \\
    --dealing dealing-1 --dealing dealing-2 --dealing dealing-3 -o statement-1")]
pub struct RefreshAccept {
    #[command(flatten)]
    pub place: RelayPlace,
    /// The sharing
    #[arg(long, value_name = "FILE")]
    pub sharing: OsString,
    /// A relay's dealing, this one's too; give those of all relays
    #[arg(long = "dealing", value_name = "FILE", required = true)]
    pub dealings: Vec<OsString>,
    /// The statement to write
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// Take the new share into use, once all relays have signed, and erase the old one.
///
/// What is written has all signatures; recipients give it to `open --refreshed` to name a relay
/// that answers wrongly.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt relay refresh finish --key r1.key --sharing standing/sharing.hsh \\
    --statement statement-1 --statement statement-2 --statement statement-3 -o refreshed.hrs")]
pub struct RefreshFinish {
    #[command(flatten)]
    pub place: RelayPlace,
    /// The sharing
    #[arg(long, value_name = "FILE")]
    pub sharing: OsString,
    /// What a relay has signed; give those of all relays
    #[arg(long = "statement", value_name = "FILE", required = true)]
    pub statements: Vec<OsString>,
    /// The statement with all signatures to write
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
}

/// Say, as an issuer, that a recipient's key belongs to somebody with these attributes.
///
/// The holder shows it with each request under a grant to a role; relays check it, and log whose
/// key asked.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt credential issue --key hospital.key --to dr.pub --attr role=cardiologist \\
    --until 2027-06-30 -o dr.hc")]
pub struct CredentialIssue {
    /// The issuer's secret key: an authority's, or a signer's
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The holder's public file, a recipient's: one for each person
    #[arg(long, value_name = "FILE")]
    pub to: OsString,
    /// What the holder is or may do; give it once for each attribute
    #[arg(long = "attr", value_name = "NAME=VALUE", required = true)]
    pub attributes: Vec<OsString>,
    /// The last day, UTC, on which relays accept it
    #[arg(long, value_name = "YYYY-MM-DD", allow_negative_numbers = true)]
    pub until: OsString,
    /// The first day, UTC, instead of now
    #[arg(long, value_name = "YYYY-MM-DD", allow_negative_numbers = true)]
    pub from: Option<OsString>,
    /// The credential to write (`-`: standard output)
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

/// Show what a credential says, its signature checked.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt credential show dr.hc")]
pub struct CredentialShow {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// The credential
    #[arg(value_name = "FILE")]
    pub credential: OsString,
}
