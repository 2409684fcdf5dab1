//! Flags of the commands about grants, for patients.

use std::ffi::OsString;

use clap::{ArgGroup, Args};

use super::{Telling, Unlock};

/// Grant a recipient what satisfies a policy over labels, through relays, for a time.
///
/// Writes DIR/grant.hg, which the recipient and every relay get, with the recipient's part inside,
/// and DIR/share-1.hs, share-2.hs and so on: one for each relay, in the order of --relay, readable
/// by that relay alone. A grant covers records sealed before and after it.
///
/// The policy joins labels with `and`, `or`, `2 of (...)`: type=Observation, conf in {N, R},
/// ym>=2025-06, ymd<2026-03-15, `not sens=HIV`. A date comparison without a lower end begins with
/// --first-year, one without an upper end stops with --until. `not sens=HIV` opens records that
/// carry sens.not=HIV, or sens.none=ID of a --vocabulary that pins HIV: what has neither stays
/// closed.
///
/// A recipient whom the profile names as a carer (`patient carer`) gets no grant beyond their time
/// and scope, with or without --carer.
///
/// With --sharing the grant hangs on a standing sharing (`sharing new`): its relays have their shares
/// already, DIR/grant.hg is all there is, and the recipient gives it to the relays with each request.
/// With --to-role everybody can use the grant whose key of the authority satisfies the policy and who
/// shows a credential of the issuer; each asks with a key of their own.
///
/// Relays check time, conditions and revocation. As many of them as --threshold together with the
/// recipient can go on for ever: choose relays that do not work together.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt grant new --key patient.key --to study.pub --relay r1.pub --relay r2.pub \\
    --relay r3.pub --threshold 2 --policy 'type=Observation and conf=N' --purpose HRESCH \\
    --until 2027-01-01 -o grants/study
  hippocrypt grant new --key patient.key --to anna.pub --carer --relay r1.pub --threshold 1 \\
    -o grants/anna
  hippocrypt grant new --key patient.key --to-role role=cardiologist --authority hospital.pub \\
    --sharing standing/sharing.hsh --policy conf=N --until 2027-01-01 -o grants/ward")]
pub struct GrantNew {
    /// The patient's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The recipient's public file
    #[arg(long, value_name = "FILE", required_unless_present = "to_role")]
    pub to: Option<OsString>,
    /// Everybody in a role, as a condition on the attributes of keys and credentials, instead of --to
    #[arg(
        long,
        value_name = "POLICY",
        conflicts_with = "to",
        requires = "authority"
    )]
    pub to_role: Option<OsString>,
    /// With --to-role: the authority whose keys open the grant, its public file
    #[arg(long, value_name = "FILE", requires = "to_role")]
    pub authority: Option<OsString>,
    /// With --to-role: who signs credentials, instead of the authority: a signer's public file
    #[arg(long, value_name = "FILE", requires = "to_role")]
    pub issuer: Option<OsString>,
    /// With --to-role: accept names and values that the authority's schema does not know
    #[arg(long, requires = "to_role")]
    pub allow_unknown: bool,
    /// With --to-role: let keys open the grant that have ended
    #[arg(long, requires = "to_role")]
    pub no_expiry: bool,
    /// A relay's public file; give it once for each
    #[arg(
        long = "relay",
        value_name = "FILE",
        required_unless_present = "sharing",
        requires = "threshold"
    )]
    pub relays: Vec<OsString>,
    /// How many relays must answer
    #[arg(
        long,
        value_name = "T",
        allow_negative_numbers = true,
        requires = "relays"
    )]
    pub threshold: Option<OsString>,
    /// A standing sharing, instead of relays
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "relays",
        conflicts_with = "blind"
    )]
    pub sharing: Option<OsString>,
    /// The recipient is a carer whom the patient's profile names: the grant is of their scope and ends with their time; --policy and --until make it narrower
    #[arg(long, conflicts_with = "to_role")]
    pub carer: bool,
    /// What the recipient may open, as a condition on the labels of records
    #[arg(long, value_name = "POLICY", required_unless_present = "carer")]
    pub policy: Option<OsString>,
    /// The last day, UTC, on which relays serve
    #[arg(
        long,
        value_name = "YYYY-MM-DD",
        required_unless_present = "carer",
        allow_negative_numbers = true
    )]
    pub until: Option<OsString>,
    /// The first day, UTC, on which relays serve, instead of now
    #[arg(long, value_name = "YYYY-MM-DD", allow_negative_numbers = true)]
    pub from: Option<OsString>,
    /// A purpose of use that requests must claim, such as HRESCH; give several to allow each; without it any purpose is allowed
    #[arg(long = "purpose", value_name = "CODE")]
    pub purposes: Vec<OsString>,
    /// An action that requests must claim; give several to allow each
    #[arg(long = "action", value_name = "CODE")]
    pub actions: Vec<OsString>,
    /// A role that requests must claim; give several to allow each
    #[arg(long = "role", value_name = "CODE")]
    pub roles: Vec<OsString>,
    /// Allow requests that say they are an emergency
    #[arg(long)]
    pub break_glass: bool,
    /// Hide the policy from relays: the recipient's key alone enforces it
    #[arg(long)]
    pub blind: bool,
    /// A vocabulary, which pins sensitivities: hv1, a file, or an id and its pinned codes; give
    /// several
    #[arg(long = "vocabulary", value_name = "hv1|FILE|ID=CODE,CODE..")]
    pub vocabularies: Vec<OsString>,
    /// The key that blinds the labels of the records: relays and everybody else see how the policy is built, not its labels
    #[arg(long, value_name = "FILE")]
    pub label_key: Option<OsString>,
    /// Where date comparisons without a lower end begin
    #[arg(
        long,
        value_name = "YYYY",
        default_value = "2000",
        allow_negative_numbers = true
    )]
    pub first_year: OsString,
    /// Whose revocation lists count, instead of the patient's own: a signer's public file
    #[arg(long, value_name = "FILE")]
    pub publisher: Option<OsString>,
    /// The digest of the consent that the grant follows from, 64 hexadecimal digits
    #[arg(long, value_name = "DIGEST")]
    pub consent: Option<OsString>,
    /// The directory to write the grant to; made if it is not there
    #[arg(long = "output", short, value_name = "DIR")]
    pub output: OsString,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub state: State,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// What to do without the state beside a key.
#[derive(Args)]
pub struct State {
    /// Begin a new state beside the key: on first publishing, or when the old one is lost (then give --earlier too)
    #[arg(long)]
    pub new_state: bool,
    /// A list published earlier, whose entries and numbers count from now on; give several
    #[arg(long, value_name = "FILE")]
    pub earlier: Vec<OsString>,
}

/// Show what a grant says.
///
/// The grant's own signature is checked. Whose profile it is you know by its fingerprint. A blind
/// grant shows its policy only to its recipient (--key).
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt grant show grants/study/grant.hg")]
pub struct GrantShow {
    /// The recipient's secret key: opens its part, checks it, and shows the policy
    #[arg(long, value_name = "FILE")]
    pub key: Option<OsString>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    /// The grant
    #[arg(value_name = "FILE")]
    pub grant: OsString,
}

/// List grants of a patient: who can see what, until when, and whether it was revoked.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt grant list --key patient.key grants/*")]
pub struct GrantList {
    /// The patient's secret key; what was revoked stands in the state beside it
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    /// Directories with a grant.hg, or grants
    #[arg(value_name = "DIR", required = true)]
    pub places: Vec<OsString>,
}

/// Revoke a grant, all grants so far, or none: writes a new list of everything that the patient
/// has ever revoked.
///
/// After a recovery the key holds the recovery secret too: with --recovery that key signs, also for
/// another key of the patient whose profile names it, as one to which a thief of the device rotated.
/// A guardian or attorney revokes single grants with --carer, by their own key; the list goes to the
/// relays, who take such entries beside the lists of the grant's publisher.
///
/// Relays need a list that is not older than a day by default, so make one daily, with --none when
/// there is nothing new. A revocation is in effect once so many relays have it that those left are
/// fewer than the threshold. What the recipient has opened before stays opened.
#[derive(Args)]
#[command(group(ArgGroup::new("what").required(true)))]
#[command(after_help = "\
Examples:
  hippocrypt grant revoke --key patient.key --grant grants/study/grant.hg -o revoked.hrl
  hippocrypt grant revoke --key patient.key --none -o revoked.hrl --force
  hippocrypt grant revoke --key found.key --recovery --all --patient thief.pub -o revoked.hrl
  hippocrypt grant revoke --key anna.key --carer --grant grant.hg --new-state -o revoked.hrl")]
pub struct GrantRevoke {
    /// The patient's secret key; with --carer a carer's, of a recipient or signer
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// A grant to revoke; give several
    #[arg(long = "grant", value_name = "FILE", group = "what")]
    pub grants: Vec<OsString>,
    /// Revoke every grant made so far; with --recovery also all that the key of --patient could make
    #[arg(long, group = "what")]
    pub all: bool,
    /// Sign with the recovery key
    #[arg(long)]
    pub recovery: bool,
    /// Whose grants end with --recovery --all: a profile that names the recovery key
    #[arg(
        long,
        value_name = "FILE",
        requires = "recovery",
        conflicts_with_all = ["grants", "none"]
    )]
    pub patient: Option<OsString>,
    /// Revoke as a guardian or attorney
    #[arg(long, conflicts_with_all = ["recovery", "all", "none"])]
    pub carer: bool,
    /// Revoke nothing more: a current list of what was revoked before
    #[arg(long, group = "what")]
    pub none: bool,
    /// The list to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub state: State,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Publish a list of many patients' revocations, as the publisher whom their grants name.
///
/// The entries come from lists that patients have made with `grant revoke`, and stay: the
/// publisher's state, beside its key with the ending .state, keeps them and the number of the
/// list. Entries are signed by their patients; a publisher can't invent one.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt grant publish --key clinic.key --entries revoked.hrl -o today.hrl")]
pub struct GrantPublish {
    /// The publisher's secret key, a signer's
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// A list whose entries are taken over; give several
    #[arg(long, value_name = "FILE")]
    pub entries: Vec<OsString>,
    /// The list to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub state: State,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}
