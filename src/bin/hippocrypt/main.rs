//! The command-line tool `hippocrypt`: `hippocrypt --help` explains it.
//!
//! It uses the library's public interface only. Exit codes: 0 for done or yes, 1 for refused, no
//! or failed, with one line `error NNN: message` on standard error, 2 for unknown, missing or
//! conflicting flags.

mod about;
mod args;
mod authorities;
mod authority;
mod backup;
mod batch;
mod blame;
mod carer;
mod chart;
mod consent;
mod coupon;
mod credential;
mod doctor;
mod failure;
mod files;
mod fingerprint;
mod follow;
mod grant;
mod granted;
mod inspect;
mod interrupt;
mod json;
mod label_key;
mod labels;
mod lock;
mod objects;
mod open;
mod opening;
mod other;
mod output;
mod party;
mod passphrase;
mod patient;
mod policy;
mod profile;
mod progress;
mod proof;
mod publisher;
mod readers;
mod recovery;
mod refresh;
mod relay_log;
mod replaced;
mod report;
mod request;
mod rewrap;
mod rotation;
mod schema;
mod seal;
mod sealed;
mod session;
mod sharing;
mod signer;
mod transform;
mod user_key;
mod values;
mod vocabulary;

use std::process::ExitCode;

use clap::Parser;

use args::{
    AuthorityCommand, BatchCommand, BlameCommand, Cli, Command, ConsentCommand, CouponCommand,
    CredentialCommand, GrantCommand, KeyCommand, LabelKeyCommand, LabelsCommand, PatientCommand,
    PolicyCommand, ProofCommand, RecipientCommand, RefreshCommand, RegistryCommand, RelayCommand,
    RequestCommand, SharingCommand, SignerCommand, VocabularyCommand,
};
use failure::Outcome;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            // There is nobody left to tell when this fails.
            let _ = message.print();
            return ExitCode::from(if message.use_stderr() { 2 } else { 0 });
        }
    };
    interrupt::install();
    match run(&cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Outcome<()> {
    match command {
        Command::Authority(AuthorityCommand::New(args)) => authority::new(args),
        Command::Authority(AuthorityCommand::Issue(args)) => authority::issue(args),
        Command::Authority(AuthorityCommand::Split(args)) => backup::split(args),
        Command::Authority(AuthorityCommand::Recover(args)) => backup::recover(args),
        Command::Authority(AuthorityCommand::Schema(args)) => authority::schema(args),
        Command::Key(KeyCommand::Show(args)) => user_key::show(args),
        Command::Key(KeyCommand::Restrict(args)) => user_key::restrict(args),
        Command::Signer(SignerCommand::New(args)) => signer::new(args),
        Command::Seal(args) => seal::run(args),
        Command::Open(args) => open::run(args),
        Command::Rewrap(args) => rewrap::run(args),
        Command::Batch(BatchCommand::Seal(args)) => batch::seal::run(args),
        Command::Batch(BatchCommand::Open(args)) => batch::open::run(args),
        Command::Batch(BatchCommand::List(args)) => batch::list::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Fingerprint(args) => fingerprint::run(args),
        Command::Policy(PolicyCommand::Check(args)) => policy::check(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Patient(PatientCommand::New(args)) => patient::new(args),
        Command::Patient(PatientCommand::Profile(args)) => patient::profile(args),
        Command::Patient(PatientCommand::Split(args)) => recovery::split(args),
        Command::Patient(PatientCommand::Release(args)) => recovery::release(args),
        Command::Patient(PatientCommand::Recover(args)) => recovery::recover(args),
        Command::Patient(PatientCommand::Rotate(args)) => rotation::rotate(args),
        Command::Patient(PatientCommand::Follow(args)) => follow::follow(args),
        Command::Patient(PatientCommand::Object(args)) => follow::object(args),
        Command::Patient(PatientCommand::Carer(args)) => carer::change(args),
        Command::Recipient(RecipientCommand::New(args)) => party::recipient(args),
        Command::Relay(RelayCommand::New(args)) => party::relay(args),
        Command::Relay(RelayCommand::Add(args)) => sharing::add(args),
        Command::Relay(RelayCommand::End(args)) => sharing::end_at_relay(args),
        Command::Relay(RelayCommand::Refresh(RefreshCommand::Begin(args))) => refresh::begin(args),
        Command::Relay(RelayCommand::Refresh(RefreshCommand::Deal(args))) => refresh::deal(args),
        Command::Relay(RelayCommand::Refresh(RefreshCommand::Accept(args))) => {
            refresh::accept(args)
        }
        Command::Relay(RelayCommand::Refresh(RefreshCommand::Finish(args))) => {
            refresh::finish(args)
        }
        Command::Sharing(SharingCommand::New(args)) => sharing::new(args),
        Command::Sharing(SharingCommand::End(args)) => sharing::end(args),
        Command::Sharing(SharingCommand::Show(args)) => sharing::show(args),
        Command::Credential(CredentialCommand::Issue(args)) => credential::issue(args),
        Command::Credential(CredentialCommand::Show(args)) => credential::show(args),
        Command::LabelKey(LabelKeyCommand::New(args)) => label_key::new(args),
        Command::Grant(GrantCommand::New(args)) => grant::new(args),
        Command::Grant(GrantCommand::Show(args)) => grant::show(args),
        Command::Grant(GrantCommand::List(args)) => grant::list(args),
        Command::Grant(GrantCommand::Revoke(args)) => grant::revoke(args),
        Command::Grant(GrantCommand::Publish(args)) => grant::publish(args),
        Command::Request(RequestCommand::New(args)) => request::new(args),
        Command::Transform(args) => transform::run(args),
        Command::Coupon(CouponCommand::Mint(args)) => coupon::mint(args),
        Command::Coupon(CouponCommand::Add(args)) => coupon::add(args),
        Command::Coupon(CouponCommand::List(args)) => coupon::list(args),
        Command::Blame(BlameCommand::Check(args)) => blame::check(args),
        Command::Consent(command) => match &**command {
            ConsentCommand::Compile(args) => consent::compile(args),
            ConsentCommand::Explain(args) => consent::explain(args),
            ConsentCommand::Decide(args) => consent::decide(args),
            ConsentCommand::Sign(args) => consent::sign(args),
            ConsentCommand::Verify(args) => consent::verify(args),
        },
        Command::Proof(command) => match &**command {
            ProofCommand::Setup(args) => proof::setup(args),
            ProofCommand::Registry(RegistryCommand::New(args)) => proof::registry(args),
            ProofCommand::Registry(RegistryCommand::Place(args)) => proof::place(args),
            ProofCommand::Registry(RegistryCommand::Apply(args)) => proof::apply(args),
            ProofCommand::Registry(RegistryCommand::Checkpoint(args)) => proof::checkpoint(args),
            ProofCommand::Key(args) => proof::key(args),
            ProofCommand::Enroll(args) => proof::enrol(args),
            ProofCommand::Consent(args) => proof::consent(args),
            ProofCommand::Revoke(args) => proof::revoke(args),
            ProofCommand::Request(args) => proof::request(args),
            ProofCommand::Subject(args) => proof::subject(args),
            ProofCommand::Prove(args) => proof::prove(args),
            ProofCommand::Verify(args) => proof::verify(args),
            ProofCommand::Receive(args) => proof::receive(args),
            ProofCommand::Report(args) => proof::report(args),
        },
        Command::Labels(LabelsCommand::Sign(args)) => labels::sign(args),
        Command::Vocabulary(VocabularyCommand::Show(args)) => vocabulary::show(args),
        Command::Vocabulary(VocabularyCommand::Extend(args)) => vocabulary::extend(args),
    }
}
