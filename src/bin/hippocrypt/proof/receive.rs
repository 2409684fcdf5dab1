//! `proof receive`.

use hippocrypt::zk::{ProofReceipt, SignedProof};
use serde_json::json;

use crate::args::ProofReceive;
use crate::failure::{Outcome, Role};
use crate::report::Notes;
use crate::{files, values};

/// Signs that a proof was received.
pub fn receive(args: &ProofReceive) -> Outcome<()> {
    let bytes = super::object(&args.proof, "PROOF")?;
    let proof = SignedProof::from_bytes(&bytes).role("PROOF")?;
    let key = files::signer_key(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    let now = values::now()?;
    let receipt = ProofReceipt::sign(&key, &proof, now)?;
    super::write(&args.output, args.force, &receipt.to_bytes())?;

    let mut notes = Notes::default();
    notes.say(format!("received at {}", values::moment(now)));
    let value = json!({"time": now, "proof": values::hex(&proof.digest())});
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
