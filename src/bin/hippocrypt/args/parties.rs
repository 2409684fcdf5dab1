//! Flags of the commands that make the keys of patients, recipients and relays.

use std::ffi::OsString;

use clap::Args;

use super::{Protect, Telling};

/// Make a patient: a secret key that opens every record sealed to the patient and grants access
/// to others, and the public profile that records are sealed to.
///
/// Writes the secret key to FILE (readable by you alone) and, beside it, the profile with the
/// ending .pub and the state with the ending .state: the numbers of grants and revocations. Keep
/// the state with the key. There are no trustees yet: whoever loses the key loses every record
/// that is sealed to this patient alone, until `patient split` names some.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt patient new --passphrase -o patient.key")]
pub struct PatientNew {
    /// The secret key to write; profile and state are named the same, ending in .pub and .state
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files: whatever was sealed to a replaced patient alone is lost with its key
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}

/// Make a key that blinds labels, for all who seal the records of a deployment.
///
/// Records sealed with it show how many labels they have and which records share one, not what
/// they say. Neither opening nor a relay needs it, but a patient does who grants such records.
/// Whoever has it can try labels. Keep it when other keys change: what it blinded stays blinded.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt label-key new -o labels.key")]
pub struct LabelKeyNew {
    /// The secret key to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file: records that it blinded can then be granted by nobody
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}

/// Make the keys of a recipient: somebody whom patients grant access to.
///
/// Writes the secret keys to FILE (readable by you alone) and the public ones beside it, with the
/// ending .pub. Give the public file to patients, and read its fingerprint out over another
/// channel.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt recipient new --name 'study 12' -o study.key")]
pub struct RecipientNew {
    /// What people call the recipient, up to 64 bytes; everybody can read it
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: OsString,
    /// The secret keys to write; the public file is named the same, ending in .pub
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files: grants to replaced keys open nothing any more
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}

/// Make the keys of a relay: it transforms records for recipients while patients allow it, and
/// reads nothing.
///
/// Writes the secret keys to FILE (readable by you alone) and, beside it, the public ones with the
/// ending .pub and a directory with the ending .state: what the relay must not forget. Back it up
/// with care: `transform --help` says what to do when it was set back.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt relay new --name 'city hospital' -o r1.key")]
pub struct RelayNew {
    /// What people call the relay, up to 64 bytes; everybody can read it
    #[arg(long, value_name = "NAME", default_value = "")]
    pub name: OsString,
    /// The secret keys to write; public file and state are named the same, ending in .pub and .state
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Where to begin the state, instead of beside the key
    #[arg(long, value_name = "DIR")]
    pub state: Option<OsString>,
    /// Replace existing files: shares for replaced keys can't be used any more
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}
