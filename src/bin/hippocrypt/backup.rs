//! `authority split` and `authority recover`.

use std::fs;
use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::abe::{AuthorityKey, AuthorityShare};
use hippocrypt::keys::disk;
use serde_json::json;

use crate::args::{AuthorityRecover, AuthoritySplit};
use crate::failure::{Outcome, Role};
use crate::output::{Output, Pair, secret_text};
use crate::report::Notes;
use crate::{files, passphrase, values};

/// Splits an authority's key.
pub fn split(args: &AuthoritySplit) -> Outcome<()> {
    let threshold = values::small(&args.threshold, "--threshold")?;
    let count = values::small(&args.parts, "--parts")?;
    let authority = files::authority_key(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    let parts = authority
        .split(threshold, count, &mut SysRng)
        .role("--threshold, --parts")?;
    let directory = Path::new(&args.output);
    fs::create_dir_all(directory).role("-o")?;
    // All outputs are begun before the first appears.
    let mut outputs = Vec::with_capacity(parts.len());
    for part in &parts {
        let path = directory.join(format!("part-{}.key", part.index()));
        let mut output = Output::create(path.as_os_str(), args.force, disk::SECRET_MODE, "-o")?;
        let text = secret_text(&part.to_bytes(), None)?;
        output.write_all(text.expose().as_bytes()).role("-o")?;
        outputs.push(output);
    }
    outputs
        .into_iter()
        .try_for_each(|output| output.commit("-o"))?;

    let mut notes = Notes::default();
    notes.say(format!(
        "{count} parts, of which any {threshold} give the key back"
    ));
    notes.say(format!(
        "whoever gathers {threshold} of them IS the authority: keep them apart"
    ));
    notes.say(format!(
        "with fewer than {threshold} left, and without the key itself, no key can be issued again"
    ));
    let value = json!({
        "authority": values::hex(authority.public().id().as_bytes()),
        "threshold": threshold,
        "parts": count,
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Recovers an authority's key.
pub fn recover(args: &AuthorityRecover) -> Outcome<()> {
    let parts = args
        .parts
        .iter()
        .map(|path| files::authority_share(path, "--part"))
        .collect::<Outcome<Vec<AuthorityShare>>>()?;
    let pair = Pair::create(&args.output, args.force)?;
    let authority = AuthorityKey::recover(&parts).role("--part")?;
    let protect = &args.protect;
    let passphrase = passphrase::protecting(
        protect.passphrase_file.as_ref(),
        protect.passphrase,
        "--passphrase-file",
    )?;
    let public = authority.public();
    pair.write(
        &secret_text(&authority.to_bytes(), passphrase.as_ref())?,
        &public.to_bytes(),
    )?;

    let fingerprint = public.fingerprint();
    let mut notes = Notes::default();
    notes.say(format!("authority \"{}\"", public.name()));
    notes.say(format!("fingerprint: {}", fingerprint.to_words()));
    let value = json!({
        "name": public.name(),
        "authority": values::hex(public.id().as_bytes()),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
