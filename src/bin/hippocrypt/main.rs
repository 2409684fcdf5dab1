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
mod doctor;
mod failure;
mod files;
mod fingerprint;
mod inspect;
mod interrupt;
mod json;
mod open;
mod opening;
mod output;
mod passphrase;
mod policy;
mod profile;
mod progress;
mod readers;
mod report;
mod rewrap;
mod schema;
mod seal;
mod sealed;
mod signer;
mod user_key;
mod values;

use std::process::ExitCode;

use clap::Parser;

use args::{
    AuthorityCommand, BatchCommand, Cli, Command, KeyCommand, PolicyCommand, SignerCommand,
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
    }
}
