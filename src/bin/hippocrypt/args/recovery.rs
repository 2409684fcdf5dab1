//! Flags of the commands by which a patient's key outlives a device.

use std::ffi::OsString;

use clap::Args;

use super::{State, Telling, Unlock};

/// Say who may sign for the patient, in the signed profile: guardian, attorney, helper.
///
/// Replaces FILE and the profile beside it. It opens nothing by itself. What a carer may read a
/// grant says, which they get with `grant new --carer`, if they are named by a recipient's file: it
/// ends with their time at the latest and stays within the scope. Guardians and attorneys may revoke
/// grants within their scope (`grant revoke --carer`), helpers may not. Splitting and rotating keep
/// carers. Everybody who has the profile can read who they are, and the scope.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt patient carer --key patient.key --signer anna.pub --kind helper \\
    --until 2027-06-30 --scope 'type=Observation'
  hippocrypt patient carer --key patient.key --signer anna.pub --remove")]
pub struct PatientCarer {
    /// The patient's secret key; it is replaced, under the passphrase it has
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The carer's public file, a recipient's or a signer's; what the profile said of them is replaced
    #[arg(long, value_name = "FILE")]
    pub signer: OsString,
    /// guardian, attorney or helper
    #[arg(
        long,
        value_name = "KIND",
        required_unless_present = "remove",
        conflicts_with = "remove"
    )]
    pub kind: Option<OsString>,
    /// The last day, UTC, on which they may sign
    #[arg(
        long,
        value_name = "YYYY-MM-DD",
        required_unless_present = "remove",
        conflicts_with = "remove",
        allow_negative_numbers = true
    )]
    pub until: Option<OsString>,
    /// What they may sign for, as a condition on the labels of records; without it everything
    #[arg(long, value_name = "POLICY", conflicts_with = "remove")]
    pub scope: Option<OsString>,
    /// A vocabulary of sensitivities and the codes that are pinned in it, for --scope; give several
    #[arg(
        long = "vocabulary",
        value_name = "ID=CODE,CODE..",
        conflicts_with = "remove"
    )]
    pub vocabularies: Vec<OsString>,
    /// They may not sign any more
    #[arg(long)]
    pub remove: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Write the profile of a patient's key again: where the file is lost, or older than the key.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt patient profile --key patient.key -o patient.pub --force")]
pub struct PatientProfileOf {
    /// The patient's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The profile to write (`-`: standard output)
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

/// Let trustees give your key back when it is lost: any T of them together.
///
/// T trustees together ARE you: they can open every record, grant, and replace your key. Fewer
/// learn nothing. Choose people who would not come together without you. They use the keys of
/// `recipient new`; compare their fingerprints first.
///
/// Writes DIR/trustee-1.ht, trustee-2.ht and so on, in the order of --trustee: all that trustee
/// needs, sealed to them. Replaces FILE and the profile beside it: the recovery secret goes from
/// FILE to the trustees. Copies of FILE from before still have it: destroy them. Records and
/// grants stay as they are.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt patient split --key patient.key --trustee t1.pub --trustee t2.pub \\
    --trustee t3.pub --threshold 2 -o trustees")]
pub struct PatientSplit {
    /// The patient's secret key; it is replaced, under the passphrase it has
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// A trustee's public file; give it once for each, at most 32
    #[arg(long = "trustee", value_name = "FILE", required = true)]
    pub trustees: Vec<OsString>,
    /// How many trustees give the key back, from 2
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub threshold: OsString,
    /// Replace the trustees of an earlier split: a fresh recovery key, other shares. Whoever knows
    /// an earlier profile alone still takes the earlier trustees' word for yours, unless the key
    /// was recovered through them: then DIR/succession.hsc tells everybody
    #[arg(long)]
    pub new_recovery: bool,
    /// The directory to write the shares to, without shares in it; made if it is not there
    #[arg(long = "output", short, value_name = "DIR")]
    pub output: OsString,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Release your share to a patient's new device, as a trustee.
///
/// Before you give the output away: make sure, by voice or in person, that it is the patient who
/// asks, and that the words shown for the device are those that the patient's device shows
/// (`fingerprint`). Whoever gathers as many released shares as the threshold becomes the patient.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt patient release --key t1.key --share trustee-1.ht --to newphone.pub -o release-1")]
pub struct PatientRelease {
    /// The trustee's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The trustee's share
    #[arg(long, value_name = "FILE")]
    pub share: OsString,
    /// The public file of the patient's new device, made there with `recipient new`
    #[arg(long, value_name = "FILE")]
    pub to: OsString,
    /// The released share to write (`-`: standard output)
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

/// Get a patient's key back from what trustees have released; or, with --check, practise as a
/// trustee.
///
/// Writes the secret key to FILE and beside it the profile (.pub) and a state (.state), as
/// `patient new` does, the recovery secret in the key again. It is the key of the split, or with
/// the --backup files of every rotation since, the latest. Give --patient the latest profile that
/// anybody has kept (of before, if the device was stolen): every share is held against it. If the device was lost or stolen,
/// `patient rotate` next: what a thief has copied stays readable to them, but the new key is not
/// theirs, and outranks whatever they sign.
///
/// --check opens the trustee's own share, holds it against the checksum that the patient signed,
/// and says whose it is. It reveals nothing and sends nothing.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt recipient new -o newphone.key
  hippocrypt patient recover --key newphone.key --part release-1 --part release-3 \
    --patient latest.pub -o patient.key
  hippocrypt patient recover --check --key t1.key --share trustee-1.ht")]
pub struct PatientRecover {
    /// The secret key of the new device that the shares were released to; with --check the trustee's
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// A released share; give it once for each
    #[arg(
        long = "part",
        value_name = "FILE",
        required_unless_present = "check",
        conflicts_with = "check"
    )]
    pub parts: Vec<OsString>,
    /// A backup that `patient rotate` wrote since the split; give all of them
    #[arg(long = "backup", value_name = "FILE", conflicts_with = "check")]
    pub backups: Vec<OsString>,
    /// A list of revocations published earlier, whose entries and numbers count from now on; give several
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub earlier: Vec<OsString>,
    /// Check a trustee's share, and recover nothing
    #[arg(long, requires = "share")]
    pub check: bool,
    /// The share to check
    #[arg(long, value_name = "FILE", requires = "check")]
    pub share: Option<OsString>,
    /// The patient's latest profile: are the shares of use to this patient? A key that is recovered takes over what it says
    #[arg(long, value_name = "FILE")]
    pub patient: Option<OsString>,
    /// The secret key to write; profile and state are named the same, ending in .pub and .state
    #[arg(
        long = "output",
        short,
        value_name = "FILE",
        required_unless_present = "check",
        conflicts_with = "check"
    )]
    pub output: Option<OsString>,
    /// Replace existing files
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    /// Protect the recovered key with a passphrase, asked for on the terminal
    #[arg(long, conflicts_with_all = ["new_passphrase_file", "check"])]
    pub new_passphrase: bool,
    /// Protect the recovered key with a passphrase: the first line of FILE (mode 0600)
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub new_passphrase_file: Option<OsString>,
    #[command(flatten)]
    pub telling: Telling,
}

/// Replace a patient's key by a new one, signed by the old: the successor.
///
/// Writes, all named as FILE: the new key, under the passphrase of the old, profile (.pub) and
/// state (.state); .hsc, the succession, by which everybody who knows the old profile finds the
/// new one; .hrl, a list of revocations that ends every grant under the old key, for the relays;
/// and .hb, a backup that trustees need to recover the new key: keep it where you keep what may
/// be public. A key with the recovery secret in it (never split, or recovered) signs with the
/// recovery key: then there is no .hb and there are no trustees until the new key is split.
///
/// What remains: grant again what --grant lists, publish .hsc and .pub, and rewrap the records.
/// Until then they open with the old key: keep it. `rewrap` passes over what is done, so run it
/// again after a break until it has nothing to do. What a thief has copied stays readable to them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt patient rotate --key patient.key --grant grants/study -o new.key
  hippocrypt rewrap --key patient.key --patient new.pub --replace records")]
pub struct PatientRotate {
    /// The patient's secret key; it stays as it is
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// A grant under the old key, or the directory of one, to list if it has to be made again; give several
    #[arg(long = "grant", value_name = "DIR")]
    pub grants: Vec<OsString>,
    /// The new secret key to write; the other files are named the same
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files: whatever was sealed to a replaced patient alone is lost with its key
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub state: State,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Follow a patient whose profile you know to their new one.
///
/// Checks that the old profile's keys signed for the new one. The recovery key outranks the
/// device's, whatever the numbers: of several successions the highest counts. Where two are alike
/// none does: ask the patient.
///
/// With --wait a recovery counts only so many days after it was first seen here, which FILE of --seen
/// keeps: time to ask the patient. Their device may object (`patient object`), which makes it three
/// times as long, once: a thief of the device can object too, and the recovery key outranks it. Who
/// has compared the fingerprint of the succession with the patient's (`fingerprint`) says --confirmed
/// and need not wait. It tells nobody but you: tell the patient.
///
/// --profile takes a later profile of the same key, with other carers or trustees.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt patient follow --patient patient.pub --succession new.hsc -o now.pub
  hippocrypt patient follow --patient patient.pub --succession new.hsc --wait 14 --seen seen.hss \
    -o now.pub")]
pub struct PatientFollow {
    /// The profile that you know
    #[arg(long, value_name = "FILE")]
    pub patient: OsString,
    /// A succession; give several
    #[arg(
        long = "succession",
        value_name = "FILE",
        required_unless_present = "profile"
    )]
    pub successions: Vec<OsString>,
    /// A later profile of the same key
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["successions", "wait", "seen", "objections", "confirmed"]
    )]
    pub profile: Option<OsString>,
    /// How long a recovery waits, in days from the first time that it was seen here
    #[arg(
        long,
        value_name = "DAYS",
        requires = "seen",
        allow_negative_numbers = true
    )]
    pub wait: Option<OsString>,
    /// What was seen when: begun where it is not there
    #[arg(long, value_name = "FILE", requires = "wait")]
    pub seen: Option<OsString>,
    /// What the device says against a recovery; give several
    #[arg(long = "objection", value_name = "FILE", requires = "wait")]
    pub objections: Vec<OsString>,
    /// The fingerprint of the succession, compared with the patient's over another channel
    #[arg(long, value_name = "WORDS", requires = "wait")]
    pub confirmed: Option<OsString>,
    /// The new profile to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
}

/// Object to a recovery that you have not asked for, with your device.
///
/// It is for those who wait before they follow a recovery (`patient follow --wait`): they wait
/// longer, and know that they have to ask you. It can't stop a recovery: nobody who reads it can
/// tell you from a thief of your device.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt patient object --key patient.key --succession new.hsc -o objection.ho")]
pub struct PatientObject {
    /// The patient's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The succession by the recovery key
    #[arg(long, value_name = "FILE")]
    pub succession: OsString,
    /// The objection to write (`-`: standard output)
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
