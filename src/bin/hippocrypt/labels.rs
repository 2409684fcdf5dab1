//! `labels sign`, and side files as they are read.

use std::ffi::OsString;
use std::io::Write;

use hippocrypt::Error;
use hippocrypt::consent::vocabulary::Vocabulary;
use hippocrypt::fhir::labels::{Assertions, SignedLabels};
use hippocrypt::keys::{SignerPublic, disk};
use serde_json::json;

use crate::args::LabelsSign;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{files, objects, values, vocabulary};

/// The largest side file, in bytes: what is signed is smaller.
const LIMIT: usize = 4 << 20;

/// Signs a side file.
pub fn sign(args: &LabelsSign) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let vocabulary = match &args.vocabulary {
        Some(path) => vocabulary::read(path, "--vocabulary")?,
        None => Vocabulary::hv1()?,
    };
    let bytes = disk::read_file(&args.input, LIMIT).role("FILE")?;
    // Nobody signs what cannot be used.
    let assertions = Assertions::read(&bytes, &vocabulary).role("FILE")?;
    let key = files::signer_key(&args.key, "--key", pass)?;
    let signed = SignedLabels::sign(&bytes, &key, values::now()?).role("FILE")?;
    let text = objects::text(signed.to_bytes()?)?;
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;
    output.write_all(&text).role("-o")?;
    output.commit("-o")?;

    let count = assertions.names().count();
    let fingerprint = key.public().fingerprint();
    let mut notes = Notes::default();
    notes.say(format!(
        "signed what is said about {}",
        values::counted(count as u64, "resource")
    ));
    notes.say(format!("signer: {}", fingerprint.to_words()));
    let value = json!({ "resources": count, "signer": fingerprint.to_string() });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// A side file for sealing: one that was signed by one of `signers`, or as it is if none is named.
/// Whether somebody answers for it stands beside it.
pub fn read(
    path: &OsString,
    signers: &[OsString],
    vocabulary: &Vocabulary,
) -> Outcome<(Assertions, bool)> {
    let role = "--labels";
    let signers = signers
        .iter()
        .map(|path| files::signer(path, "--labels-from"))
        .collect::<Outcome<Vec<_>>>()?;
    if signers.is_empty() {
        let bytes = disk::read_file(path, LIMIT).role(role)?;
        return Ok((Assertions::read(&bytes, vocabulary).role(role)?, false));
    }
    let keys: Vec<_> = signers.iter().map(SignerPublic::verifying_key).collect();
    let signed = SignedLabels::from_bytes(&objects::either(path, role)?).map_err(|error| {
        // A plain file is the commonest mistake.
        match error {
            Error::Magic => Error::Argument("signed labels (`labels sign`)"),
            other => other,
        }
    });
    let signed = signed.role(role)?;
    let bytes = signed.verify(&keys).role(role)?;
    Ok((Assertions::read(bytes, vocabulary).role(role)?, true))
}
