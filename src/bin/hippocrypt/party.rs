//! `recipient new` and `relay new`.

use std::path::PathBuf;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::pre::{FileRelayState, PartyKey, Recipient, Relay};
use serde_json::json;

use crate::args::{Protect, RecipientNew, RelayNew, Telling};
use crate::failure::{Outcome, Role};
use crate::output::{Pair, secret_text};
use crate::report::Notes;
use crate::{passphrase, publisher, values};

/// Makes a recipient's keys.
pub fn recipient(args: &RecipientNew) -> Outcome<()> {
    let pair = Pair::create(&args.output, args.force)?;
    let name = values::text(&args.name, "--name")?;
    let key = PartyKey::<Recipient>::generate(name, &mut SysRng).role("--name")?;
    let begin = || Ok(());
    make(
        &key,
        (pair, begin),
        "recipient",
        &args.protect,
        &args.telling,
    )
}

/// Makes a relay's keys and begins its state.
pub fn relay(args: &RelayNew) -> Outcome<()> {
    let pair = Pair::create(&args.output, args.force)?;
    let name = values::text(&args.name, "--name")?;
    let key = PartyKey::<Relay>::generate(name, &mut SysRng).role("--name")?;
    let state = match &args.state {
        Some(state) => PathBuf::from(state),
        None => publisher::beside_new(&args.output)?,
    };
    if state.exists() && !args.force {
        return Err(Error::Exists).role("the state beside -o");
    }
    let begin = || {
        FileRelayState::open(&state, values::now()?).role("the state beside -o")?;
        Ok(())
    };
    make(&key, (pair, begin), "relay", &args.protect, &args.telling)
}

fn make<R: hippocrypt::pre::Role>(
    key: &PartyKey<R>,
    (pair, begin): (Pair, impl FnOnce() -> Outcome<()>),
    what: &str,
    protect: &Protect,
    telling: &Telling,
) -> Outcome<()> {
    let passphrase = passphrase::protecting(
        protect.passphrase_file.as_ref(),
        protect.passphrase,
        "--passphrase-file",
    )?;
    let secret = secret_text(&key.to_bytes(), passphrase.as_ref())?;
    let public = key.public();
    begin()?;
    pair.write(&secret, &public.to_bytes())?;

    let fingerprint = public.fingerprint();
    let mut notes = Notes::default();
    notes.say(format!("{what} \"{}\"", public.name()));
    notes.say(format!("fingerprint: {}", fingerprint.to_words()));
    let value = json!({
        "name": public.name(),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "protected": passphrase.is_some(),
    });
    notes.finish(telling.quiet, telling.json, &value)
}
