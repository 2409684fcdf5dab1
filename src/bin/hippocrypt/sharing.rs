//! `sharing new`, `sharing end`, `sharing show`; and at a relay `relay add` and `relay end`.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use hippocrypt::keys::{disk, file};
use hippocrypt::pre::{Cache, FileRelayState, HeldSharing, RelayKey, RelayPublic, StandingSharing};
use serde_json::{Value, json};

use crate::args::{RelayAdd, RelayEnd, RelayPlace, SharingEnd, SharingNew, SharingShow};
use crate::failure::{Outcome, Role};
use crate::grant::party;
use crate::output::{Folder, Output, commit_all};
use crate::report::{self, Notes};
use crate::{objects, patient, publisher, values};

/// What revoking means under a sharing, said where the choice is made.
const PROCEDURAL: &str = "revoking one of its grants hangs on each relay keeping the revocation: \
    their shares stay, for the other grants";

/// Deals a sharing, the first or the next epoch of one.
pub fn new(args: &SharingNew) -> Outcome<()> {
    let threshold = values::small(&args.threshold, "--threshold")?;
    let relays = args
        .relays
        .iter()
        .map(|path| objects::relay(path, "--relay"))
        .collect::<Outcome<Vec<RelayPublic>>>()?;
    let before = args.after.as_ref();
    let before = before.map(|path| objects::sharing(path, "--after"));
    let before = before.transpose()?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let directory = Path::new(&args.output);
    let _folder = Folder::create(directory, "-o")?;
    let names = std::iter::once("sharing.hsh".to_owned())
        .chain((1..=relays.len()).map(|index| format!("share-{index}.hs")));
    let mut outputs = names
        .map(|name| {
            let path = directory.join(name);
            Output::create(path.as_os_str(), args.force, disk::PUBLIC_MODE, "-o")
        })
        .collect::<Outcome<Vec<_>>>()?;
    let cache = &mut Cache::new();
    let (sharing, shares) = match &before {
        None => key.new_sharing(&relays, threshold, cache, &mut SysRng)?,
        Some(before) => key
            .next_sharing(before, &relays, threshold, cache, &mut SysRng)
            .role("--after")?,
    };
    let objects =
        std::iter::once(sharing.to_bytes()?).chain(shares.iter().map(|share| share.to_bytes()));
    for (output, object) in outputs.iter_mut().zip(objects) {
        let text = file::armour(&object)?;
        output.write_all(text.expose().as_bytes()).role("-o")?;
    }
    commit_all(outputs.into_iter().map(|output| (output, "-o")).collect())?;

    let mut notes = Notes::default();
    for line in lines(&sharing) {
        notes.say(line);
    }
    notes.say("each relay takes its share with `relay add`; then delete the share files");
    notes.say(PROCEDURAL);
    if before.is_some() {
        notes.say("grants of the epoch before go on until `sharing end`; make them again under this one first");
    }
    if threshold < 2 {
        notes.say("warning: with a threshold of 1 the shares can't be refreshed");
    }
    notes.finish(args.telling.quiet, args.telling.json, &value(&sharing))
}

/// Ends a sharing, as its patient.
pub fn end(args: &SharingEnd) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let sharing = objects::sharing(&args.sharing, "--sharing")?;
    let mut output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let end = key
        .end_sharing(&sharing, values::now()?, &mut Cache::new())
        .role("--sharing")?;
    let text = file::armour(&end.to_bytes()?)?;
    output.write_all(text.expose().as_bytes()).role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    let (needed, all) = (sharing.threshold(), sharing.relays().count());
    notes.say(format!(
        "ends epoch {} once {} of its {} have it (`relay end`)",
        sharing.epoch(),
        all + 1 - usize::from(needed),
        values::counted(all as u64, "relay"),
    ));
    notes.say("what was opened under its grants stays opened");
    notes.finish(args.telling.quiet, args.telling.json, &value(&sharing))
}

/// Shows a sharing.
pub fn show(args: &SharingShow) -> Outcome<()> {
    let sharing = objects::sharing(&args.sharing, "FILE")?;
    if args.json {
        return report::json(&value(&sharing));
    }
    let text: String = lines(&sharing)
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    report::print(&text)
}

/// Takes a share into a relay's state.
pub fn add(args: &RelayAdd) -> Outcome<()> {
    let sharing = objects::sharing(&args.sharing, "--sharing")?;
    let share = objects::sharing_share(&args.share)?;
    let (key, mut state) = relay(&args.place)?;
    match state.sharing(sharing.digest(), &key) {
        // A share that was refreshed since is not replaced by the one that was dealt.
        Ok(_) => return Err(hippocrypt::Error::Exists).role("the share in the relay's state"),
        Err(hippocrypt::Error::Sharing(_)) => {}
        Err(other) => return Err(other).role("--sharing"),
    }
    let held = HeldSharing::install(sharing, &share, &key, &state).role("--share")?;
    state
        .keep_sharing(&held, &key, &mut SysRng)
        .role("--state")?;

    let mut notes = Notes::default();
    notes.say(format!("holds the share of relay {}", held.index()));
    for line in lines(held.sharing()) {
        notes.say(line);
    }
    notes.say("delete the share file: with the relay's key it gives the share as it was dealt");
    let mut value = report::entries(value(held.sharing()));
    value.insert("relay".to_owned(), json!(held.index()));
    let telling = &args.place.telling;
    notes.finish(telling.quiet, telling.json, &value.into())
}

/// Ends a sharing, at a relay.
pub fn end_at_relay(args: &RelayEnd) -> Outcome<()> {
    let end = objects::sharing_end(&args.end)?;
    let (_, mut state) = relay(&args.place)?;
    let erased = state.end_sharing(&end).role("--state")?;
    let mut notes = Notes::default();
    notes.say(format!(
        "epoch {} of the patient {} has ended; {}",
        end.sharing().epoch(),
        end.sharing().patient().fingerprint().to_words(),
        if erased {
            "its share is erased"
        } else {
            "there was no share of it here"
        }
    ));
    let mut value = report::entries(value(end.sharing()));
    value.insert("erased".to_owned(), json!(erased));
    let telling = &args.place.telling;
    notes.finish(telling.quiet, telling.json, &value.into())
}

/// A relay's key and state, which nobody else has open meanwhile.
pub fn relay(place: &RelayPlace) -> Outcome<(RelayKey, FileRelayState)> {
    let key = objects::relay_key(&place.key, place.unlock.passphrase_file.as_ref())?;
    let state = FileRelayState::open(state_of(&place.key, place.state.as_deref()), values::now()?);
    Ok((key, state.role("--state")?))
}

/// Where a relay's state is.
pub fn state_of(key: &OsStr, state: Option<&OsStr>) -> PathBuf {
    match state {
        Some(place) => PathBuf::from(place),
        None => publisher::beside(key),
    }
}

/// What a sharing says, a line for each thing.
fn lines(sharing: &StandingSharing) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |name: &str, text: String| lines.push(format!("{name:<12}{text}"));
    line("sharing", values::hex(sharing.id()));
    line("epoch", sharing.epoch().to_string());
    line("patient", sharing.patient().fingerprint().to_words());
    let count = sharing.relays().count();
    line(
        "relays",
        format!("{} of {count} must answer", sharing.threshold()),
    );
    for (index, relay) in (1u8..).zip(sharing.relays()) {
        line("", format!("{index}: {}", relay.to_words()));
    }
    lines
}

/// The same for programs.
fn value(sharing: &StandingSharing) -> Value {
    json!({
        "sharing": values::hex(sharing.id()),
        "epoch": sharing.epoch(),
        "digest": values::hex(sharing.digest()),
        "patient": patient::fingerprint(sharing.patient()),
        "threshold": sharing.threshold(),
        "relays": sharing.relays().map(party).collect::<Vec<_>>(),
    })
}
