//! `proof revoke`.

use hippocrypt::Error;
use hippocrypt::asymmetric::Signer;
use hippocrypt::keys::SignerKey;
use hippocrypt::pre::PatientKey;
use hippocrypt::proof::revoke_by_patient;
use hippocrypt::zk::{PlaceReceipt, PlaceRevocation};
use serde_json::json;

use crate::args::ProofRevoke;
use crate::failure::{Outcome, Role};
use crate::files;
use crate::report::Notes;

/// Signs the revocation of what stands in a place.
pub fn revoke(args: &ProofRevoke) -> Outcome<()> {
    let place =
        PlaceReceipt::from_bytes(&super::object(&args.place, "--place")?).role("--place")?;
    let pass = args.unlock.passphrase_file.as_ref();
    let bytes = files::secret(&args.key, "--key", pass)?;
    let revocation = match PatientKey::from_bytes(bytes.expose()) {
        Err(Error::Kind(_)) => {
            let signer = SignerKey::from_bytes(bytes.expose()).role("--key")?;
            if signer.verifying_key() != *place.revoker() {
                return Err(Error::Argument("not the key of the receipt")).role("--key");
            }
            PlaceRevocation::sign(&signer, place.registry(), place.index())?
        }
        read => revoke_by_patient(&read.role("--key")?, &place).role("--key")?,
    };
    super::write(&args.output, args.force, &revocation.to_bytes())?;

    let mut notes = Notes::default();
    notes.say(format!("revocation of place {}", place.index()));
    notes.say("it holds once the registry has taken it in: `proof registry apply`");
    notes.finish(
        args.telling.quiet,
        args.telling.json,
        &json!({"index": place.index()}),
    )
}
