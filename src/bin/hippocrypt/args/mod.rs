//! Commands and flags. The comments are the help texts.
//!
//! Values are taken as they come and read in [`crate::values`]: a value that does not parse is an
//! error with a number, not a misuse of flags.

mod about;
mod batches;
mod consents;
mod coupons;
mod grants;
mod keys;
mod labels;
mod looking;
mod parties;
mod proofs;
mod readers;
mod records;
mod recovery;
mod relaying;
mod sharings;
mod user_keys;
mod vocabularies;

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

pub use about::About;
pub use batches::{BatchList, BatchOpen, BatchSeal};
pub use consents::{
    ConsentCompile, ConsentDecide, ConsentExplain, ConsentSign, ConsentVerify, HowRead, Words,
};
pub use coupons::{CouponAdd, CouponList, CouponMint};
pub use grants::{GrantList, GrantNew, GrantPublish, GrantRevoke, GrantShow, State};
pub use keys::{
    AuthorityIssue, AuthorityNew, AuthorityRecover, AuthoritySchema, AuthoritySplit, SignerNew,
};
pub use labels::LabelsSign;
pub use looking::{Doctor, Fingerprint, Inspect, PolicyCheck};
pub use parties::{LabelKeyNew, PatientNew, RecipientNew, RelayNew};
pub use proofs::{
    InRegistry, ProofCommand, ProofConsent, ProofEnroll, ProofKeyNew, ProofProve, ProofReceive,
    ProofReport, ProofRequestNew, ProofRevoke, ProofSetup, ProofSubject, ProofVerify,
    RegistryApply, RegistryCheckpoint, RegistryCommand, RegistryNew, RegistryPlace, Relied,
};
pub use readers::{Keys, Readers};
pub use records::{Open, Rewrap, Seal};
pub use recovery::{
    PatientCarer, PatientFollow, PatientObject, PatientProfileOf, PatientRecover, PatientRelease,
    PatientRotate, PatientSplit,
};
pub use relaying::{BlameCheck, RequestNew, Transform};
pub use sharings::{
    CredentialIssue, CredentialShow, RefreshAccept, RefreshBegin, RefreshDeal, RefreshFinish,
    RelayAdd, RelayEnd, RelayPlace, SharingEnd, SharingNew, SharingShow,
};
pub use user_keys::{KeyRestrict, KeyShow};
pub use vocabularies::{VocabularyExtend, VocabularyShow};

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
    /// Look at a key that was issued, and make one for fewer attributes of it.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Make a key that signs records.
    #[command(subcommand)]
    Signer(SignerCommand),
    Seal(Box<Seal>),
    Open(Open),
    Rewrap(Rewrap),
    /// Seal many small records under one header, and open them.
    #[command(subcommand)]
    Batch(BatchCommand),
    Inspect(Inspect),
    Fingerprint(Fingerprint),
    /// Look at a policy before anything is sealed under it.
    #[command(subcommand)]
    Policy(PolicyCommand),
    Doctor(Doctor),
    /// Make a patient, and keep the patient's key for life.
    #[command(subcommand)]
    Patient(PatientCommand),
    /// Make a recipient, whom patients grant access to.
    #[command(subcommand)]
    Recipient(RecipientCommand),
    /// Make a relay, which transforms records for recipients and reads nothing.
    #[command(subcommand)]
    Relay(RelayCommand),
    /// Make a key that blinds the labels of records.
    #[command(subcommand)]
    LabelKey(LabelKeyCommand),
    /// Grant access as a patient, and revoke it.
    #[command(subcommand)]
    Grant(GrantCommand),
    /// Share a secret among relays once, for many grants.
    #[command(subcommand)]
    Sharing(SharingCommand),
    /// Say who is in a role, for grants to a role.
    #[command(subcommand)]
    Credential(CredentialCommand),
    /// Ask relays for records, as the recipient of a grant.
    #[command(subcommand)]
    Request(RequestCommand),
    Transform(Transform),
    /// Prepare capsules for a device that seals offline, and keep them on it.
    #[command(subcommand)]
    Coupon(CouponCommand),
    /// Check proofs against relays.
    #[command(subcommand)]
    Blame(BlameCommand),
    /// Read consents: what they enforce, in plain words, and what follows for a request.
    #[command(subcommand)]
    Consent(Box<ConsentCommand>),
    /// Prove that the patient of a record consented, without naming the patient, and verify it.
    #[command(subcommand)]
    Proof(Box<ProofCommand>),
    /// Look at the codes that consents and labels are written in, and add your own.
    #[command(subcommand)]
    Vocabulary(VocabularyCommand),
    /// Sign what people say about records, so that charts are sealed by it.
    #[command(subcommand)]
    Labels(LabelsCommand),
}

#[derive(Subcommand)]
pub enum ConsentCommand {
    Compile(ConsentCompile),
    Explain(ConsentExplain),
    Decide(ConsentDecide),
    Sign(ConsentSign),
    Verify(ConsentVerify),
}

#[derive(Subcommand)]
pub enum PatientCommand {
    New(PatientNew),
    Profile(PatientProfileOf),
    Split(PatientSplit),
    Release(PatientRelease),
    Recover(Box<PatientRecover>),
    Rotate(PatientRotate),
    Follow(PatientFollow),
    Object(PatientObject),
    Carer(PatientCarer),
}

#[derive(Subcommand)]
pub enum RecipientCommand {
    New(RecipientNew),
}

#[derive(Subcommand)]
pub enum RelayCommand {
    New(RelayNew),
    Add(RelayAdd),
    End(RelayEnd),
    /// Refresh the shares of a standing sharing among its relays.
    #[command(subcommand)]
    Refresh(RefreshCommand),
}

#[derive(Subcommand)]
pub enum RefreshCommand {
    Begin(RefreshBegin),
    Deal(RefreshDeal),
    Accept(RefreshAccept),
    Finish(RefreshFinish),
}

#[derive(Subcommand)]
pub enum SharingCommand {
    New(SharingNew),
    End(SharingEnd),
    Show(SharingShow),
}

#[derive(Subcommand)]
pub enum CredentialCommand {
    Issue(CredentialIssue),
    Show(CredentialShow),
}

#[derive(Subcommand)]
pub enum LabelKeyCommand {
    New(LabelKeyNew),
}

#[derive(Subcommand)]
pub enum GrantCommand {
    New(Box<GrantNew>),
    Show(GrantShow),
    List(GrantList),
    Revoke(GrantRevoke),
    Publish(GrantPublish),
}

#[derive(Subcommand)]
pub enum RequestCommand {
    New(RequestNew),
}

#[derive(Subcommand)]
pub enum CouponCommand {
    Mint(CouponMint),
    Add(CouponAdd),
    List(CouponList),
}

#[derive(Subcommand)]
pub enum LabelsCommand {
    Sign(LabelsSign),
}

#[derive(Subcommand)]
pub enum VocabularyCommand {
    Show(VocabularyShow),
    Extend(VocabularyExtend),
}

#[derive(Subcommand)]
pub enum BlameCommand {
    Check(BlameCheck),
}

#[derive(Subcommand)]
pub enum AuthorityCommand {
    New(AuthorityNew),
    Issue(AuthorityIssue),
    Split(AuthoritySplit),
    Recover(AuthorityRecover),
    Schema(AuthoritySchema),
}

#[derive(Subcommand)]
pub enum KeyCommand {
    Show(KeyShow),
    Restrict(KeyRestrict),
}

#[derive(Subcommand)]
pub enum SignerCommand {
    New(SignerNew),
}

#[derive(Subcommand)]
pub enum BatchCommand {
    Seal(BatchSeal),
    Open(BatchOpen),
    List(BatchList),
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
    /// Report as one JSON object on standard output, its `warnings` included
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
