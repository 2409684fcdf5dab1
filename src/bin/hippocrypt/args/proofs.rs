//! Flags of the commands about proofs of consent.

use std::ffi::OsString;

use clap::{Args, Subcommand};

use super::{CeremonyCommand, Protect, Telling, Unlock, Words};

/// Where registries are.
#[derive(Args)]
pub struct InRegistry {
    /// Directory of the registry
    #[arg(long, value_name = "DIR")]
    pub registry: OsString,
}

/// Make the keys of proofs, alone: for tests, since who makes them alone can prove anything.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof setup --development -o keys")]
pub struct ProofSetup {
    /// Say that it is for tests
    #[arg(long, required = true)]
    pub development: bool,
    /// Levels of the registry's tree: 10 for 2^20 patients, 16 for 2^32
    #[arg(long, value_name = "N", default_value = "10")]
    pub levels: OsString,
    /// Directory that the keys go to
    #[arg(long, short, value_name = "DIR")]
    pub output: OsString,
    /// Replace keys that are there
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
}

/// Give a patient's key a second one, which signs consents for proofs.
///
/// It follows from the same seed. The new public file names it; a registry enrols it from there.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof key --key ada.key")]
pub struct ProofKeyNew {
    /// The patient's secret key; replaced, with the public file beside it
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

#[derive(Subcommand)]
pub enum RegistryCommand {
    New(RegistryNew),
    Place(RegistryPlace),
    Apply(RegistryApply),
    Checkpoint(RegistryCheckpoint),
}

/// Begin a registry of patients' keys and of consents that can be revoked.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof registry new --registry registry")]
pub struct RegistryNew {
    #[command(flatten)]
    pub place: InRegistry,
    /// Levels of the tree: 10 for 2^20 patients, 16 for 2^32
    #[arg(long, value_name = "N", default_value = "10")]
    pub levels: OsString,
    #[command(flatten)]
    pub protect: Protect,
    #[command(flatten)]
    pub telling: Telling,
}

/// Give a place in the tree of revocations, for one consent.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof registry place --registry registry --revoker ada.pub -o place.bin")]
pub struct RegistryPlace {
    #[command(flatten)]
    pub place: InRegistry,
    /// Who may revoke the consent: a patient's or a signer's public file
    #[arg(long, value_name = "FILE")]
    pub revoker: OsString,
    /// Where the receipt goes
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Take in a revocation.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof registry apply --registry registry revocation.bin")]
pub struct RegistryApply {
    #[command(flatten)]
    pub place: InRegistry,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The revocation
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Sign both roots as they are now; at least once an hour, or proofs are refused.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof registry checkpoint --registry registry")]
pub struct RegistryCheckpoint {
    #[command(flatten)]
    pub place: InRegistry,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Enrol a patient whose public file names a key for proofs.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof enroll --registry registry ada.pub")]
pub struct ProofEnroll {
    #[command(flatten)]
    pub place: InRegistry,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The patient's public file
    #[arg(value_name = "FILE")]
    pub patient: OsString,
}

/// Sign a consent to one grantee so that the grantee can prove it.
///
/// Only what is exactly a product of categories, purposes and actions can be signed so; a consent
/// of several products takes this command and a place once for each.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof consent --key ada.key --place place.bin --to study.pub --as org=npi:1234567893 -o signed.hc consent.signed")]
pub struct ProofConsent {
    /// The patient's secret key
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The registry's receipt of the place for this consent
    #[arg(long, value_name = "FILE")]
    pub place: OsString,
    /// The grantee's public file, a signer's
    #[arg(long, value_name = "FILE")]
    pub to: OsString,
    /// What the grantee is, as the consent names recipients; give it once for each attribute
    #[arg(long = "as", value_name = "KEY=VALUE")]
    pub attributes: Vec<OsString>,
    /// Which of the consent's products, if there are several
    #[arg(long, value_name = "N")]
    pub product: Option<OsString>,
    #[command(flatten)]
    pub words: Words,
    /// Where the signed consent goes: it is for the grantee alone (mode 0600)
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The consent, as `consent sign` writes it
    #[arg(value_name = "FILE")]
    pub consent: OsString,
}

/// Revoke a consent that can be proven; the registry takes it in with `proof registry apply`.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof revoke --key ada.key --place place.bin -o revocation.bin")]
pub struct ProofRevoke {
    /// The secret key that the receipt names: a patient's or a signer's
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The registry's receipt of the place
    #[arg(long, value_name = "FILE")]
    pub place: OsString,
    /// Where the revocation goes
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// Write a request that has to be answered with a proof, with a fresh nonce.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof request --verifier board.pub --study \"sleep and blood pressure\" --purpose HRESCH \\
    --bucket type=Observation,conf=N,sens.none=hv1 -o request.json")]
pub struct ProofRequestNew {
    /// The verifier's public file, a signer's
    #[arg(long, value_name = "FILE")]
    pub verifier: OsString,
    /// The study or purpose, in words: pseudonyms hang on it
    #[arg(long, value_name = "TEXT")]
    pub study: OsString,
    /// The log or chain that will hold the proof
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub log: OsString,
    /// A purpose of use; give it once for each
    #[arg(long = "purpose", value_name = "CODE", required = true)]
    pub purposes: Vec<OsString>,
    /// What is to be done
    #[arg(long, value_name = "CODE", default_value = "access")]
    pub action: OsString,
    /// Labels of the records asked for, with commas between them; once for each kind of records
    #[arg(long = "bucket", value_name = "LABELS", required = true)]
    pub buckets: Vec<OsString>,
    /// The request is about this sealed record alone
    #[arg(long, value_name = "FILE")]
    pub record: Option<OsString>,
    #[command(flatten)]
    pub words: Words,
    /// Where the request goes
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
}

/// Write whom a record is about, hidden, and what opens it: fresh for `seal --subject`, or out of
/// a record that this key opens.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt proof subject --about ada.pub -o ada.subject
  hippocrypt proof subject --key ada.key -o ada.subject obs.hippo
  hippocrypt proof subject --key study.recipient --grant grant.hg --part 1.part --part 3.part -o ada.subject obs.hippo")]
pub struct ProofSubject {
    /// The public file of the patient: make a fresh one
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "input",
        required_unless_present = "input"
    )]
    pub about: Option<OsString>,
    /// A key that opens the record, or with --grant the recipient's; give several to try each
    #[arg(long = "key", value_name = "FILE", requires = "input")]
    pub keys: Vec<OsString>,
    /// The grant under which the recipient opens it
    #[arg(long, value_name = "FILE", requires = "keys")]
    pub grant: Option<OsString>,
    /// A relay's answer; give as many as the grant needs, or more
    #[arg(long = "part", value_name = "FILE", requires = "grant")]
    pub parts: Vec<OsString>,
    /// What the relays' shares commit to after a refresh; give several
    #[arg(long, value_name = "FILE", requires = "grant")]
    pub refreshed: Vec<OsString>,
    #[command(flatten)]
    pub unlock: Unlock,
    /// Where it goes (mode 0600): whoever has it recognises the patient
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
    /// A sealed record or batch
    #[arg(value_name = "FILE", requires = "keys")]
    pub input: Option<OsString>,
}

/// Prove that the patient of a record consented to a request.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof prove --key study.key --consent signed.hc --request request.json --subject ada.subject --keys keys --registry registry -o p.zkp")]
pub struct ProofProve {
    /// The grantee's secret key, a signer's
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// The consent, as `proof consent` writes it
    #[arg(long, value_name = "FILE")]
    pub consent: OsString,
    /// The request
    #[arg(long, value_name = "FILE")]
    pub request: OsString,
    /// Whom the record is about, as `proof subject` writes it
    #[arg(long, value_name = "FILE")]
    pub subject: OsString,
    /// Directory with the keys of proofs
    #[arg(long, value_name = "DIR")]
    pub keys: OsString,
    /// SHA-256 of proving.key, from a source that is trusted: then it is read without checking all of its points, which takes seconds
    #[arg(long, value_name = "HEX")]
    pub pin: Option<OsString>,
    #[command(flatten)]
    pub place: InRegistry,
    #[command(flatten)]
    pub words: Words,
    /// Where the proof goes
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
}

/// What a verifier relies on.
#[derive(Args)]
pub struct Relied {
    /// The request that the verifier wrote
    #[arg(long, value_name = "FILE")]
    pub request: OsString,
    /// Directory with the keys of proofs
    #[arg(long, value_name = "DIR")]
    pub keys: OsString,
    /// The digest of the key that verifies, from a source that is trusted
    #[arg(
        long,
        value_name = "HEX",
        conflicts_with = "development",
        required_unless_present = "development"
    )]
    pub pin: Option<OsString>,
    /// Accept a key that one party made, who can prove anything: for tests
    #[arg(long)]
    pub development: bool,
    #[command(flatten)]
    pub place: InRegistry,
    /// The registry's public file [default: registry.pub in its directory]
    #[arg(long, value_name = "FILE")]
    pub registry_key: Option<OsString>,
    /// The verifier's own public file: refuse a request of another verifier
    #[arg(long, value_name = "FILE")]
    pub verifier: Option<OsString>,
    /// A sealed record that has to be covered, or a directory of them; give several
    #[arg(long = "record", value_name = "FILE", requires = "custodians")]
    pub records: Vec<OsString>,
    /// A custodian whose word counts about whom a record is; give several
    #[arg(long = "custodian", value_name = "FILE")]
    pub custodians: Vec<OsString>,
    /// The key that blinds the labels of records: those without a clear label count too, if all of their labels are words of the vocabulary, dates, or labels of the request
    #[arg(long, value_name = "FILE", requires = "records")]
    pub label_key: Option<OsString>,
    #[command(flatten)]
    pub unlock: Unlock,
    /// A log's receipt of a proof, in the order of the proofs: they count at that time, not now
    #[arg(long = "received", value_name = "FILE", requires = "log_key")]
    pub received: Vec<OsString>,
    /// The log's public file
    #[arg(long, value_name = "FILE")]
    pub log_key: Option<OsString>,
    #[command(flatten)]
    pub words: Words,
    /// The proofs
    #[arg(value_name = "PROOF", required = true)]
    pub proofs: Vec<OsString>,
}

/// Verify proofs of consent, and which records they cover.
///
/// Without --record a proof shows that someone consented, and nothing about whom any record is of.
/// Exits with 0 only when every proof is right and every record covered.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof verify --request request.json --keys keys --development --registry registry --record obs.hippo --custodian ward.pub --replay used p.zkp")]
pub struct ProofVerify {
    #[command(flatten)]
    pub relied: Relied,
    /// Directory that remembers which proofs were used: each counts once
    #[arg(long, value_name = "DIR")]
    pub replay: Option<OsString>,
    /// With --replay: a consent counts once in this study
    #[arg(long, requires = "replay")]
    pub once: bool,
    #[command(flatten)]
    pub telling: Telling,
}

/// Write one page for an ethics board: which records are covered, by whose keys, and what that
/// does not show. It uses no proof up.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof report --html --request request.json --keys keys --development --registry registry --record chart --custodian ward.pub -o page.html p.zkp")]
pub struct ProofReport {
    #[command(flatten)]
    pub relied: Relied,
    /// Write HTML, one page without scripts or links to fetch
    #[arg(long, required = true)]
    pub html: bool,
    /// Where the page goes
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub telling: Telling,
}

/// Sign, as a log, that a proof was received now.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt proof receive --key log.key -o receipt.bin p.zkp")]
pub struct ProofReceive {
    /// The log's secret key, a signer's
    #[arg(long, value_name = "FILE")]
    pub key: OsString,
    /// Where the receipt goes
    #[arg(long, short, value_name = "FILE")]
    pub output: OsString,
    /// Replace the output if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The proof
    #[arg(value_name = "PROOF")]
    pub proof: OsString,
}

#[derive(Subcommand)]
pub enum ProofCommand {
    Setup(ProofSetup),
    /// Make the keys of proofs together: one honest party of several is enough.
    #[command(subcommand)]
    Ceremony(CeremonyCommand),
    /// Keep a registry of patients' keys and of consents that can be revoked.
    #[command(subcommand)]
    Registry(RegistryCommand),
    Key(ProofKeyNew),
    Enroll(ProofEnroll),
    Consent(ProofConsent),
    Revoke(ProofRevoke),
    Request(ProofRequestNew),
    Subject(ProofSubject),
    Prove(ProofProve),
    Verify(ProofVerify),
    Receive(ProofReceive),
    Report(ProofReport),
}
