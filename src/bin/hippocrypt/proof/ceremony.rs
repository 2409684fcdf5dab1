//! `proof ceremony`: keys of proofs that several parties make.

use std::ffi::OsStr;
use std::io::Write;
use std::time::Duration;

use getrandom::SysRng;
use hippocrypt::keys::disk;
use hippocrypt::zk::prover::ceremony::{Ceremony, Powers, VerifiedCeremony, VerifiedPowers};
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::json;

use super::{registry, setup};
use crate::args::{
    CeremonyClose, CeremonyCommand, CeremonyFinish, CeremonyNew, CeremonyVerify, Contribute,
    Making, PowersCommand, PowersNew, PowersVerify, Telling,
};
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::values;

/// The longest file of a ceremony, in bytes.
const LONGEST: usize = 64 << 20;

/// Runs one of the commands.
pub fn run(command: &CeremonyCommand) -> Outcome<()> {
    match command {
        CeremonyCommand::Powers(PowersCommand::New(args)) => powers_new(args),
        CeremonyCommand::Powers(PowersCommand::Contribute(args)) => powers_contribute(args),
        CeremonyCommand::Powers(PowersCommand::Verify(args)) => powers_verify(args),
        CeremonyCommand::New(args) => new(args),
        CeremonyCommand::Contribute(args) => contribute(args),
        CeremonyCommand::Close(args) => close(args),
        CeremonyCommand::Verify(args) => verify(args),
        CeremonyCommand::Finish(args) => finish(args),
    }
}

fn powers_new(args: &PowersNew) -> Outcome<()> {
    let output = begin(&args.making)?;
    let log = values::small(&args.log, "--log")?;
    let powers = Powers::new(log).role("--log")?;
    write(output, &powers.to_bytes()?)?;
    let mut notes = Notes::default();
    notes.say(format!(
        "powers for 2^{log} constraints and inputs, which nobody contributed to"
    ));
    let telling = &args.making.telling;
    notes.finish(telling.quiet, telling.json, &json!({ "log": log }))
}

fn powers_contribute(args: &Contribute) -> Outcome<()> {
    let output = begin(&args.making)?;
    let mut powers = Powers::from_bytes(&read(&args.input)?).role("FILE")?;
    let bar = spinner("contributing to the powers");
    let hash = powers.contribute(&mut SysRng)?;
    bar.finish_and_clear();
    write(output, &powers.to_bytes()?)?;
    contributed(&hash, &args.making.telling)
}

fn powers_verify(args: &PowersVerify) -> Outcome<()> {
    let powers = verified(&args.input, "FILE")?;
    tell(&powers.powers().contributions()?, None, &args.telling)
}

fn new(args: &CeremonyNew) -> Outcome<()> {
    let output = begin(&args.making)?;
    let depth = registry::depth(values::small(&args.levels, "--levels")?)?;
    let powers = verified(&args.powers, "--powers")?;
    let bar = spinner("computing the first key");
    let ceremony = Ceremony::new(depth, &powers).role("--powers")?;
    bar.finish_and_clear();
    write(output, &ceremony.to_bytes()?)?;
    let id = values::hex(ceremony.id());
    let mut notes = Notes::default();
    notes.say(format!("ceremony {id}"));
    let telling = &args.making.telling;
    notes.finish(telling.quiet, telling.json, &json!({ "ceremony": id }))
}

fn contribute(args: &Contribute) -> Outcome<()> {
    let output = begin(&args.making)?;
    let mut ceremony = Ceremony::from_bytes(&read(&args.input)?).role("FILE")?;
    let bar = spinner("contributing");
    let hash = ceremony.contribute(&mut SysRng).role("FILE")?;
    bar.finish_and_clear();
    write(output, &ceremony.to_bytes()?)?;
    contributed(&hash, &args.making.telling)
}

fn close(args: &CeremonyClose) -> Outcome<()> {
    let output = begin(&args.making)?;
    let beacon = values::digest(&args.beacon, "--beacon")?;
    let rounds = values::small(&args.rounds, "--rounds")?;
    let mut ceremony = Ceremony::from_bytes(&read(&args.input)?).role("FILE")?;
    let bar = spinner("hashing the beacon");
    let hash = ceremony.close(beacon, rounds).role("FILE")?;
    bar.finish_and_clear();
    write(output, &ceremony.to_bytes()?)?;
    contributed(&hash, &args.making.telling)
}

fn verify(args: &CeremonyVerify) -> Outcome<()> {
    let ceremony = checked(&args.powers, &args.input)?;
    let hashes = ceremony.contributions().to_vec();
    let id = *ceremony.into_ceremony().id();
    tell(&hashes, Some(&id), &args.telling)
}

fn finish(args: &CeremonyFinish) -> Outcome<()> {
    let outputs = setup::begin(&args.output, args.force)?;
    let key = checked(&args.powers, &args.input)?.finish().role("FILE")?;
    setup::write(outputs, &key)?;
    let digest = values::hex(&key.proof_key().digest());
    let proving = values::hex(&key.digest()?);
    let levels = key.proof_key().depth().levels();
    let mut notes = Notes::default();
    notes.say(format!("verifying.key {digest}"));
    notes.say(format!("proving.key   {proving}"));
    let value = json!({ "digest": digest, "proving": proving, "levels": levels });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

fn verified(path: &OsStr, role: &'static str) -> Outcome<VerifiedPowers> {
    let bar = spinner("checking the powers");
    let powers = Powers::from_bytes(&disk::read_file(path, LONGEST).role(role)?).role(role)?;
    let powers = powers.verify(&mut SysRng).role(role)?;
    bar.finish_and_clear();
    Ok(powers)
}

fn checked(powers: &OsStr, path: &OsStr) -> Outcome<VerifiedCeremony> {
    let powers = verified(powers, "--powers")?;
    let ceremony = Ceremony::from_bytes(&read(path)?).role("FILE")?;
    let bar = spinner("checking the ceremony");
    let ceremony = ceremony.verify(&powers, &mut SysRng).role("FILE")?;
    bar.finish_and_clear();
    Ok(ceremony)
}

fn read(path: &OsStr) -> Outcome<Vec<u8>> {
    disk::read_file(path, LONGEST).role("FILE")
}

fn begin(making: &Making) -> Outcome<Output> {
    report::check_json(making.telling.json, &making.output)?;
    Output::create_binary(&making.output, making.force, disk::PUBLIC_MODE, "-o")
}

fn write(mut output: Output, bytes: &[u8]) -> Outcome<()> {
    output.write_all(bytes).role("-o")?;
    output.commit("-o")
}

fn contributed(hash: &[u8; 32], telling: &Telling) -> Outcome<()> {
    let hash = values::hex(hash);
    let mut notes = Notes::default();
    notes.say(format!("contribution {hash}"));
    notes.say("publish this hash, and look for it when the ceremony is verified");
    notes.finish(
        telling.quiet,
        telling.json,
        &json!({ "contribution": hash }),
    )
}

fn tell(hashes: &[[u8; 32]], id: Option<&[u8; 32]>, telling: &Telling) -> Outcome<()> {
    let hashes: Vec<String> = hashes.iter().map(|hash| values::hex(hash)).collect();
    let id = id.map(|id| values::hex(id));
    let mut notes = Notes::default();
    if let Some(id) = &id {
        notes.say(format!("ceremony {id}"));
    }
    for (number, hash) in (1..).zip(&hashes) {
        notes.say(format!("contribution {number} {hash}"));
    }
    let value = json!({ "ceremony": id, "contributions": hashes });
    notes.finish(telling.quiet, telling.json, &value)
}

/// A line that moves, on terminals only.
fn spinner(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
