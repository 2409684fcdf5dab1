//! `signer new`.

use getrandom::SysRng;
use hippocrypt::keys::SignerKey;
use serde_json::json;

use crate::args::SignerNew;
use crate::failure::{Outcome, Role};
use crate::output::{Pair, secret_text};
use crate::report::Notes;
use crate::{passphrase, values};

/// Makes a signing key.
pub fn new(args: &SignerNew) -> Outcome<()> {
    let name = values::text(&args.name, "--name")?;
    let pair = Pair::create(&args.output, args.force)?;
    let signer = SignerKey::generate(name, &mut SysRng).role("--name")?;
    let protect = &args.protect;
    let passphrase = passphrase::protecting(
        protect.passphrase_file.as_ref(),
        protect.passphrase,
        "--passphrase-file",
    )?;
    let secret = secret_text(&signer.to_bytes(), passphrase.as_ref())?;
    let public = signer.public();
    pair.write(&secret, &public.to_bytes())?;

    let fingerprint = public.fingerprint();
    let mut notes = Notes::default();
    notes.say(format!("signer \"{}\"", public.name()));
    notes.say(format!("fingerprint: {}", fingerprint.to_words()));
    let value = json!({
        "name": public.name(),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
