//! `proof prove`.

use std::time::Duration;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::asymmetric::Signer;
use hippocrypt::zk::ProvableConsent;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::json;

use super::{document, registry, setup, subject};
use crate::args::ProofProve;
use crate::consent::vocabulary;
use crate::failure::{Outcome, Role};
use crate::files;
use crate::report::Notes;
use crate::values;
use hippocrypt::zk::RegistryDirectory;

/// Proves a consent for a request.
pub fn prove(args: &ProofProve) -> Outcome<()> {
    let vocabulary = vocabulary(&args.words)?;
    let signer = files::signer_key(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    let asked = document::read(&args.request, &vocabulary)?;
    let subject = subject::read(&args.subject, "--subject")?;
    let bytes = hippocrypt::keys::disk::read_secret_file(&args.consent, super::SMALL);
    let bytes = bytes.role("--consent")?;
    let consent = ProvableConsent::from_bytes(bytes.expose()).role("--consent")?;
    if consent.consent().grantee != signer.verifying_key() {
        return Err(Error::Argument("not the grantee of the consent")).role("--key");
    }
    let pinned = registry::key(&args.place.registry, None)?;
    let directory = RegistryDirectory::open(&args.place.registry);
    let (registry, checkpoint) = directory.snapshot(&pinned).role(registry::ROLE)?;
    let witness = hippocrypt::proof::witness(consent, &subject, &registry);
    let witness = match witness {
        Err(error @ Error::Unprovable(_)) => Err(error).role("--subject"),
        other => other.role(registry::ROLE),
    }?;
    let now = || Outcome::Ok(values::now()?.max(checkpoint.time()));
    // What cannot be proven is refused before seconds go into keys.
    asked.statement(&witness, now()?)?;

    let bar = spinner("reading the key of proofs");
    let key = setup::proving(&args.keys, args.pin.as_ref())?;
    let now = now()?;
    let inputs = asked.statement(&witness, now)?;
    bar.set_message("proving");
    let proof = key.prove(&inputs, &witness, &mut SysRng)?;
    bar.finish_and_clear();
    let signed = asked.sign(&signer, inputs, proof)?;
    super::write(&args.output, args.force, &signed.to_bytes())?;

    let pseudonym = values::hex(&inputs.pseudonym.to_bytes());
    let mut notes = Notes::default();
    notes.say(format!("proven at {}", values::moment(now)));
    notes.say(format!("pseudonym {pseudonym}"));
    let value = json!({
        "time": now,
        "pseudonym": pseudonym,
        "request": values::hex(asked.digest()),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// A line that moves, on terminals only.
fn spinner(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
