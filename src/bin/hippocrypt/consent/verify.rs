//! `consent verify`.

use std::io::Write;

use hippocrypt::Error;
use hippocrypt::consent::{ConsentSigner, SignedConsent};
use hippocrypt::fhir::read_instant;
use hippocrypt::keys::disk;
use hippocrypt::pre::CarerKind;
use serde_json::json;

use crate::args::ConsentVerify;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{objects, values};

/// The largest document, in bytes.
const DOCUMENT: usize = 4 << 20;

/// Checks a signed consent.
pub fn verify(args: &ConsentVerify) -> Outcome<()> {
    if let Some(path) = &args.output {
        report::check_json(args.telling.json, path)?;
    }
    let profile = objects::profile(&args.patient, "--patient")?;
    let received = match &args.received {
        None => values::now()?,
        Some(text) => {
            let second = read_instant(values::text(text, "--received")?).role("--received")?;
            let early = |_| Error::Time("before 1970");
            u64::try_from(second).map_err(early).role("--received")?
        }
    };
    let bytes = objects::either(&args.input, "FILE")?;
    let signed = SignedConsent::from_bytes(&bytes).role("FILE")?;
    let verified = signed.verify(&profile, received).role("FILE")?;
    if let Some(path) = &args.document {
        let document = disk::read_file(path, DOCUMENT).role("--document")?;
        if !signed.is_of_document(&document) {
            return Err(Error::Argument("not the document that was signed")).role("--document");
        }
    }
    if let Some(path) = &args.output {
        let mut output = Output::create_binary(path, args.force, disk::SECRET_MODE, "-o")?;
        output.write_all(&verified.terms().to_bytes()?).role("-o")?;
        output.commit("-o")?;
    }

    let name = signer_name(verified.signer());
    let digest = values::hex(&verified.terms().digest()?);
    let mut notes = Notes::default();
    notes.say(format!("signed by the {name}"));
    notes.say(format!(
        "at {}, as the signer says",
        values::moment(verified.time())
    ));
    notes.say(format!("digest {digest}"));
    if args.document.is_some() {
        notes.say("made from this document");
    }
    let value = json!({
        "signer": name,
        "time": verified.time(),
        "patient": values::hex(verified.patient().as_bytes()),
        "subject": verified.terms().subject,
        "digest": digest,
        "document": args.document.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// What the signer is.
pub fn signer_name(signer: ConsentSigner) -> &'static str {
    match signer {
        ConsentSigner::Patient => "patient",
        ConsentSigner::Carer(CarerKind::Guardian) => "guardian",
        ConsentSigner::Carer(CarerKind::Attorney) => "attorney",
        ConsentSigner::Carer(CarerKind::Helper) => "helper",
    }
}
