//! `grant revoke` and `grant publish`.

use std::io::Write;

use hippocrypt::Error;
use hippocrypt::asymmetric::Signer;
use hippocrypt::keys::disk;
use hippocrypt::pre::{RevocationList, Revoked};
use serde_json::{Value, json};

use crate::args::{GrantPublish, GrantRevoke, Telling};
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::publisher::Kept;
use crate::report::{self, Notes};
use crate::{files, objects, values};

/// Revokes as a patient.
pub fn revoke(args: &GrantRevoke) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let grants = args
        .grants
        .iter()
        .map(|path| objects::grant(path, "--grant"))
        .collect::<Outcome<Vec<_>>>()?;
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let own =
        |grant: &&_| hippocrypt::pre::Grant::header(*grant).patient().id() == key.profile().id();
    if !grants.iter().all(|grant| own(&grant)) {
        return Err(Error::Argument("another patient's grant")).role("--grant");
    }
    let output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let mut kept = Kept::open(&args.key, key.profile().signing_key(), &args.state)?;
    let now = values::now()?;
    for grant in &grants {
        kept.state.revoke(&key, grant.header().grant_id(), now)?;
    }
    let mut done = Vec::new();
    if !grants.is_empty() {
        done.push(values::counted(grants.len() as u64, "grant") + " revoked");
        let others = grants
            .iter()
            .any(|grant| grant.header().publisher() != key.profile().signing_key());
        if others {
            done.push("a grant counts another publisher's lists: send this one there".to_owned());
        }
    }
    if args.all {
        kept.state.revoke_all(&key, now)?;
        done.push("every grant made so far is revoked".to_owned());
    }
    let list = kept.state.publish_as(&key, now)?;
    finish(list, (kept, output), done, &args.telling)
}

/// Publishes the revocations of many patients.
pub fn publish(args: &GrantPublish) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let lists = args
        .entries
        .iter()
        .map(|path| objects::revocations(path, "--entries"))
        .collect::<Outcome<Vec<_>>>()?;
    let key = files::signer_key(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    let output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let mut kept = Kept::open(&args.key, &key.verifying_key(), &args.state)?;
    let before = kept.state.entries().len();
    for list in &lists {
        kept.state.take(list).role("--entries")?;
    }
    let new = kept.state.entries().len().saturating_sub(before);
    let list = kept.state.publish(&key, values::now()?)?;
    let done = vec![format!("{new} new")];
    finish(list, (kept, output), done, &args.telling)
}

/// Keeps the state, then lets the list appear: never a list whose number could be used again.
fn finish(
    list: RevocationList,
    (kept, mut output): (Kept, Output),
    done: Vec<String>,
    telling: &Telling,
) -> Outcome<()> {
    output
        .write_all(&objects::text(list.to_bytes())?)
        .role("-o")?;
    kept.save()?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    for line in done {
        notes.say(line);
    }
    notes.say(format!(
        "list {} of {}, with {}",
        list.sequence(),
        values::moment(list.issued_at()),
        values::counted(list.entries().len() as u64, "revocation"),
    ));
    notes.say("in effect once so many relays have it that too few are left to answer");
    let entries: Vec<Value> = list
        .entries()
        .iter()
        .map(|entry| {
            let (grant, floor) = match entry.revoked() {
                Revoked::Grant(id) => (Some(values::hex(id)), None),
                Revoked::Floor(floor) => (None, Some(*floor)),
            };
            json!({
                "patient": values::hex(entry.patient().as_bytes()),
                "grant": grant,
                "all_up_to": floor,
                "time": entry.time(),
            })
        })
        .collect();
    let value = json!({
        "list": list.sequence(),
        "issued_at": list.issued_at(),
        "entries": entries,
    });
    notes.finish(telling.quiet, telling.json, &value)
}
