//! `patient split`, `patient release` and `patient recover`.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::keys::{disk, file};
use hippocrypt::pre::{PatientKey, PublisherState, SealedShare, Stage};
use serde_json::{Value, json};

use crate::args::{PatientRecover, PatientRelease, PatientSplit};
use crate::failure::{Outcome, Role};
use crate::lock::Lock;
use crate::output::{Folder, Output, Pair, secret_text};
use crate::replaced::Replaced;
use crate::report::{self, Notes};
use crate::{objects, passphrase, patient, publisher, values};

/// Which file an error is about.
const STATE: &str = "-o, the state beside it";
/// Said wherever a key is replaced or recovered.
pub const THIEF: &str = "what a thief could copy stays readable to them";

/// Splits the recovery secret among trustees.
pub fn split(args: &PatientSplit) -> Outcome<()> {
    let threshold = values::small(&args.threshold, "--threshold")?;
    let trustees = args
        .trustees
        .iter()
        .map(|path| objects::recipient(path, "--trustee"))
        .collect::<Outcome<Vec<_>>>()?;
    // Nobody else may replace the key meanwhile.
    let _lock = Lock::take(&args.key)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (key, passphrase) = objects::patient_key_locked(&args.key, pass)?;
    patient::check_beside(&args.key, key.profile())?;
    let before = Replaced::open(&args.key);
    let pair = Pair::create(&args.key, true)?;
    let done = if args.new_recovery {
        key.split_again(&trustees, threshold, &mut SysRng)
            .role("--threshold, --trustee")?
    } else if key.profile().trustees().is_some() {
        return Err(Error::Argument(
            "there are trustees already; --new-recovery replaces them",
        ))
        .role("--key");
    } else {
        key.split(&trustees, threshold, &mut SysRng)
            .role("--threshold, --trustee")?
    };

    let directory = Path::new(&args.output);
    let _folder = Folder::create(directory, "-o")?;
    // Shares of two splits side by side would look like those of one.
    if holds_shares(directory).role("-o")? {
        return Err(Error::Argument("a directory without shares in it")).role("-o");
    }
    let mut objects: Vec<_> = done
        .shares
        .iter()
        .map(|share| (format!("trustee-{}.ht", share.index()), share.to_bytes()))
        .collect();
    if let Some(succession) = &done.succession {
        objects.push(("succession.hsc".to_owned(), succession.to_bytes()));
    }
    let mut outputs = Vec::with_capacity(objects.len());
    for (name, object) in objects {
        let path = directory.join(name);
        outputs.push((begin(path.as_os_str(), false, &object, "-o")?, "-o"));
    }
    // The shares appear before the secret goes.
    let secret = secret_text(&done.key.to_bytes(), passphrase.as_ref())?;
    pair.write_all(&secret, &done.key.profile().to_bytes(), outputs)?;
    if let Some(before) = before {
        before.overwrite();
    }

    let count = trustees.len();
    let mut notes = Notes::default();
    notes.say(format!("{count} trustees; the fingerprints, to compare:"));
    for (share, trustee) in done.shares.iter().zip(&trustees) {
        notes.say(format!(
            "  {} \"{}\" {}",
            share.index(),
            trustee.name(),
            trustee.fingerprint().to_words()
        ));
    }
    notes.say(format!(
        "any {threshold} of them together ARE the patient: they can open every record, grant, and replace the key"
    ));
    notes.say(format!(
        "fewer learn nothing; with fewer than {threshold} left, a lost key is lost for good: let each practise with `patient recover --check`"
    ));
    notes.say("the recovery secret is no longer in the key file: destroy older copies of it");
    notes.say(format!("{THIEF}: recovery ends what they can sign"));
    if args.new_recovery && done.succession.is_none() {
        notes.say("whoever knows an earlier profile still takes the earlier trustees' word for yours: give everybody the new one");
    }
    if done.succession.is_some() {
        notes.say("publish succession.hsc: it ends what the earlier trustees can sign");
    }
    let value = json!({
        "patient": patient::fingerprint(done.key.profile()),
        "threshold": threshold,
        "trustees": count,
        "sequence": done.key.profile().sequence(),
        "backup": done.shares.first().map(|it| values::hex(&it.backup_id())),
        "succession": done.succession.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

fn holds_shares(directory: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(directory)? {
        if Path::new(&entry?.file_name()).extension() == Some(OsStr::new("ht")) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Releases a trustee's share to a new device.
pub fn release(args: &PatientRelease) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let share = objects::trustee_share(&args.share)?;
    let device = objects::recipient(&args.to, "--to")?;
    let key = objects::recipient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let released = share.release(&key, &device, &mut SysRng).role("--share")?;
    let output = begin(&args.output, args.force, &released.to_bytes(), "-o")?;
    output.commit("-o")?;

    let to = device.fingerprint();
    let mut notes = Notes::default();
    tell(&share, &mut notes);
    notes.say(format!("device:  {}", to.to_words()));
    notes.say("before you send it: does the patient, by voice or in person, ask for this, and does their device show these words?");
    notes.say(format!(
        "whoever gathers {} released shares becomes the patient",
        share.trustees().0
    ));
    let mut value = report::entries(describe(&share));
    value.extend(report::entries(json!({
        "device": { "fingerprint": to.to_string(), "words": to.to_words() },
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}

/// Recovers a patient's key, or checks a trustee's share.
pub fn recover(args: &PatientRecover) -> Outcome<()> {
    // The parser of flags takes one or the other.
    match (&args.share, &args.output) {
        (Some(share), _) => check(args, share),
        (None, Some(output)) => restore(args, output),
        (None, None) => Err(Error::Missing("-o")).role("-o"),
    }
}

fn check(args: &PatientRecover, path: &OsStr) -> Outcome<()> {
    let share = objects::trustee_share(path)?;
    let profile = args.patient.as_ref();
    let profile = profile
        .map(|path| objects::profile(path, "--patient"))
        .transpose()?;
    let key = objects::recipient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    share.check(&key).role("--share")?;
    if let Some(profile) = &profile {
        share.is_current(profile).role("--share")?;
    }
    let mut notes = Notes::default();
    notes.say("the share is whole, and opens with this key");
    tell(&share, &mut notes);
    if profile.is_none() {
        notes.say("whether it is still of use the patient's present profile tells (--patient)");
    }
    let mut value = report::entries(describe(&share));
    value.extend(report::entries(json!({
        "current": profile.is_some().then_some(true),
    })));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}

fn restore(args: &PatientRecover, path: &OsStr) -> Outcome<()> {
    let parts = args
        .parts
        .iter()
        .map(|path| objects::released_share(path))
        .collect::<Outcome<Vec<_>>>()?;
    let backups = args
        .backups
        .iter()
        .map(|path| objects::seed_backup(path))
        .collect::<Outcome<Vec<_>>>()?;
    let earlier = args
        .earlier
        .iter()
        .map(|path| objects::revocations(path, "--earlier"))
        .collect::<Outcome<Vec<_>>>()?;
    let pair = Pair::create(path, args.force)?;
    let beside = publisher::beside_new(path)?;
    let mut state = Output::create(beside.as_os_str(), args.force, disk::SECRET_MODE, STATE)?;
    let device = objects::recipient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let known = args.patient.as_ref();
    let known = known
        .map(|path| objects::profile(path, "--patient"))
        .transpose()?;
    if let Some(known) = &known {
        parts
            .iter()
            .try_for_each(|part| part.is_current(known))
            .role("--part, held against --patient")?;
    }
    let mut key = PatientKey::recover(&parts, &device, &backups).role("--part, --backup")?;
    let same = known
        .as_ref()
        .filter(|it| it.id() == key.profile().id() && it.sequence() > key.profile().sequence());
    if let Some(later) = same {
        key = key.with_profile(later).role("--patient")?;
    }
    let mut kept = PublisherState::new(*key.profile().signing_key());
    for list in &earlier {
        kept.take(list).role("--earlier")?;
    }
    let passphrase = passphrase::protecting(
        args.new_passphrase_file.as_ref(),
        args.new_passphrase,
        "--new-passphrase-file",
    )?;
    state.write_all(&kept.to_bytes()?).role(STATE)?;
    let secret = secret_text(&key.to_bytes(), passphrase.as_ref())?;
    pair.write_all(&secret, &key.profile().to_bytes(), vec![(state, STATE)])?;

    let profile = key.profile();
    let mut notes = Notes::default();
    notes.say(format!(
        "patient {}, profile {}",
        values::hex(profile.id().as_bytes()),
        profile.sequence()
    ));
    notes.say(format!("fingerprint: {}", profile.fingerprint().to_words()));
    notes.say(format!("if the device was lost or stolen, `patient rotate` now: {THIEF}, but not the key that you rotate to"));
    notes.say("a rotation since the split whose backup was not given leads to a later key");
    match &known {
        None => notes.say("without --patient nobody has checked whose shares these are: compare the fingerprint before you use the key; and what the profile has said since, of carers too, is not in it"),
        Some(known) if known.id() != profile.id() => {
            notes.say("--patient is of a key since or beside this one, by somebody who had the device: its backup (--backup) was not given");
        }
        Some(_) => {}
    }
    for carer in profile.carers() {
        notes.say(crate::carer::line(carer));
    }
    if passphrase.is_none() {
        notes.say(
            "warning: the secret key has no passphrase; whoever gets the file opens every record",
        );
    }
    if earlier.is_empty() {
        notes.say("lists of revocations from before were not given (--earlier): the next list lacks their entries, which relays keep");
    }
    let value = json!({
        "patient": patient::fingerprint(profile),
        "sequence": profile.sequence(),
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Begins the file of an object in armour.
pub fn begin(path: &OsStr, force: bool, object: &[u8], role: &'static str) -> Outcome<Output> {
    let mut output = Output::create(path, force, disk::PUBLIC_MODE, role)?;
    let text = file::armour(object)?;
    output.write_all(text.expose().as_bytes()).role(role)?;
    Ok(output)
}

fn tell<S: Stage>(share: &SealedShare<S>, notes: &mut Notes) {
    let (threshold, count) = share.trustees();
    notes.say(format!(
        "share {} of {count}, of which {threshold} give the key back; profile {}",
        share.index(),
        share.profile().sequence()
    ));
    notes.say(format!(
        "patient: {}",
        share.profile().fingerprint().to_words()
    ));
}

fn describe<S: Stage>(share: &SealedShare<S>) -> Value {
    let (threshold, count) = share.trustees();
    json!({
        "patient": patient::fingerprint(share.profile()),
        "sequence": share.profile().sequence(),
        "backup": values::hex(&share.backup_id()),
        "trustee": share.index(),
        "threshold": threshold,
        "trustees": count,
    })
}
