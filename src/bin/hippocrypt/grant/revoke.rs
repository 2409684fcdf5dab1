//! `grant revoke` and `grant publish`.

use std::io::Write;

use hippocrypt::Error;
use hippocrypt::asymmetric::Signer;
use hippocrypt::keys::{SignerKey, disk};
use hippocrypt::pre::{Grant, PatientKey, RecipientKey, RevocationList, Revoked, Verified};
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
    if args.carer {
        return revoke_as_carer(args, &grants);
    }
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    if args.recovery {
        return revoke_by_recovery(args, &grants, &key);
    }
    let own = |grant: &Grant<Verified>| grant.header().patient().id() == key.profile().id();
    if !grants.iter().all(own) {
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

/// Revokes by the recovery key that a recovered key holds.
fn revoke_by_recovery(
    args: &GrantRevoke,
    grants: &[Grant<Verified>],
    key: &PatientKey,
) -> Outcome<()> {
    let of = args.patient.as_ref();
    let of = of
        .map(|path| objects::profile(path, "--patient"))
        .transpose()?;
    let output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let mut kept = Kept::open(&args.key, key.profile().signing_key(), &args.state)?;
    let now = values::now()?;
    let mut done = Vec::new();
    for grant in grants {
        let header = grant.header();
        let revoked = Revoked::Grant(*header.grant_id());
        kept.state
            .revoke_by_recovery(key, header.patient(), revoked, now)
            .role("--recovery, --grant")?;
    }
    if !grants.is_empty() {
        done.push(values::counted(grants.len() as u64, "grant") + " revoked by the recovery key");
    }
    if args.all {
        let of = of.as_ref().unwrap_or(key.profile());
        kept.state
            .revoke_by_recovery(key, of, Revoked::Floor(u64::MAX), now)
            .role("--recovery, --patient")?;
        done.push(format!(
            "every grant of {} is revoked, and all that its key could make, where the profile in it names this recovery key",
            of.fingerprint().to_words()
        ));
    }
    done.push(
        "relays take this list beside those of the grants' publishers: give it to them".to_owned(),
    );
    let list = kept.state.publish_as(key, now)?;
    finish(list, (kept, output), done, &args.telling)
}

/// Revokes as a guardian or attorney.
fn revoke_as_carer(args: &GrantRevoke, grants: &[Grant<Verified>]) -> Outcome<()> {
    let bytes = files::secret(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    // The kind stands in the file: what is neither is refused as of another kind.
    match SignerKey::from_bytes(bytes.expose()) {
        Err(Error::Kind(_)) => {
            let key = RecipientKey::from_bytes(bytes.expose()).role("--key")?;
            carers_list(args, grants, key.signing())
        }
        read => carers_list(args, grants, &read.role("--key")?),
    }
}

fn carers_list(args: &GrantRevoke, grants: &[Grant<Verified>], signer: &dyn Signer) -> Outcome<()> {
    let output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let mut kept = Kept::open(&args.key, &signer.verifying_key(), &args.state)?;
    let now = values::now()?;
    for grant in grants {
        kept.state
            .revoke_as_carer(signer, grant.header(), now)
            .role("--grant")?;
    }
    let done = vec![
        values::counted(grants.len() as u64, "grant") + " revoked for the patient",
        "relays take this list beside those of the grants' publishers: give it to them".to_owned(),
    ];
    let list = kept.state.publish(signer, now)?;
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
