//! The audit event of a decision.

use std::ffi::OsString;
use std::io::Write;

use hippocrypt::Error;
use hippocrypt::consent::{Decision, Request, Terms};
use hippocrypt::fhir::evidence::{DecisionDraft, DecisionRecord, Mechanism, Party, Version};
use hippocrypt::keys::disk;

use crate::args::ConsentDecide;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::values;

/// Writes the event, if it was asked for: before anybody is told the answer.
pub fn write(
    args: &ConsentDecide,
    terms: &Terms,
    request: &Request,
    decision: &Decision,
) -> Outcome<()> {
    let Some(path) = &args.audit else {
        return Ok(());
    };
    let version = match values::text(&args.fhir, "--fhir")? {
        "r4" => Version::R4,
        "r5" => Version::R5,
        _ => return Err(Error::Argument("r4 or r5")).role("--fhir"),
    };
    let party = |given: &Option<OsString>, role: &'static str| -> Outcome<Party> {
        // The parser of flags asks for it.
        let given = given.as_ref().ok_or(Error::Missing("a reference"));
        Ok(Party {
            reference: values::text(given.role(role)?, role)?.to_owned(),
            ..Party::default()
        })
    };
    // What carries the decision out is the caller's matter: here only the right is decided.
    let mechanism = Mechanism::AttributeKey;
    let mut draft = DecisionDraft::new(terms, request, decision.clone(), mechanism)?;
    draft.user = party(&args.user, "--user")?;
    draft.client = party(&args.client, "--client")?;
    draft.server = party(&args.server, "--server")?;
    let consents = values::texts(&args.consent, "--consent")?;
    draft.consents = consents.into_iter().map(str::to_owned).collect();
    draft.description = "decision on a consent".to_owned();
    let record = DecisionRecord::check(draft).role("--audit")?;
    let event = record.authorization_event(version).role("--audit")?;
    let mut output = Output::create(path, args.force, disk::SECRET_MODE, "--audit")?;
    writeln!(output, "{event}").role("--audit")?;
    output.commit("--audit")
}
