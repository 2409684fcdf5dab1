//! `proof request`.

use std::io::Write;

use getrandom::SysRng;
use hippocrypt::envelope::Header;
use hippocrypt::keys::disk;
use hippocrypt::policy::Labels;
use hippocrypt::proof::ProofRequest;
use hippocrypt::{Error, Randomness};
use serde_json::json;

use super::document;
use crate::args::ProofRequestNew;
use crate::consent::vocabulary;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{files, values};

/// Writes a request.
pub fn new(args: &ProofRequestNew) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let vocabulary = vocabulary(&args.words)?;
    let mut nonce = [0; 32];
    Randomness::fill(&mut SysRng, &mut nonce)?;
    let buckets = values::texts(&args.buckets, "--bucket")?.into_iter();
    let buckets = buckets.map(|it| Labels::parse(it.split(',')));
    let record = args.record.as_ref().map(|path| {
        let file = std::fs::File::open(path).role("--record")?;
        let header = Header::read_from(&mut std::io::BufReader::new(file)).role("--record")?;
        Outcome::Ok(*header.digest())
    });
    let owned = |text: &&str| (*text).to_owned();
    let request = ProofRequest {
        verifier: files::signer(&args.verifier, "--verifier")?.verifying_key(),
        study: values::text(&args.study, "--study")?.to_owned(),
        log: values::text(&args.log, "--log")?.to_owned(),
        nonce,
        purposes: values::texts(&args.purposes, "--purpose")?
            .iter()
            .map(owned)
            .collect(),
        action: values::text(&args.action, "--action")?.to_owned(),
        buckets: buckets
            .collect::<hippocrypt::Result<_>>()
            .role("--bucket")?,
        record: record.transpose()?,
    };
    let value = document::value(&request);
    let asked = request.under(&vocabulary).map_err(|error| match error {
        Error::Masks(_) => crate::failure::Failure::new("--bucket", error),
        error => error.into(),
    })?;
    let mut output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    output
        .write_all(format!("{value:#}\n").as_bytes())
        .role("-o")?;
    output.commit("-o")?;

    let digest = values::hex(asked.digest());
    let mut notes = Notes::default();
    notes.say(format!("request {digest}"));
    notes.finish(
        args.telling.quiet,
        args.telling.json,
        &json!({"digest": digest}),
    )
}
