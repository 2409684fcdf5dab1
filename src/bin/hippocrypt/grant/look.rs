//! `grant show` and `grant list`.

use std::ffi::OsString;
use std::path::Path;

use hippocrypt::Error;
use hippocrypt::pre::{
    Cache, Grant, GrantHeader, PatientProfile, PublisherState, RecipientGrant, Revocation, Verified,
};
use serde_json::{Value, json};

use super::describe;
use crate::args::{GrantList, GrantShow};
use crate::failure::{Outcome, Role};
use crate::{carer, objects, publisher, report, values};

/// Shows a grant.
pub fn show(args: &GrantShow) -> Outcome<()> {
    let grant = objects::grant(&args.grant, "FILE")?;
    let held = args
        .key
        .as_ref()
        .map(|path| {
            let key = objects::recipient_key(path, args.unlock.passphrase_file.as_ref())?;
            RecipientGrant::install(grant.clone(), &key, &mut Cache::new()).role("FILE")
        })
        .transpose()?;
    let policy = held.as_ref().map(RecipientGrant::policy);
    let status = status(grant.header(), None)?;
    if args.json {
        let mut value = report::entries(describe::value(grant.header(), policy));
        value.extend(report::entries(json!({
            "status": status,
            "recipient_part": held.as_ref().map(|_| "verified"),
        })));
        return report::json(&value.into());
    }
    let mut text: String = describe::lines(grant.header(), policy)
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    text += &format!("{:<12}{status}; revocations were not looked at\n", "now");
    report::print(&text)
}

/// Grants of a patient: each a file, or a directory with a `grant.hg`.
pub fn own(
    places: &[OsString],
    owner: &PatientProfile,
    role: &'static str,
) -> Outcome<Vec<Grant<Verified>>> {
    let read = |place: &OsString| {
        let place = Path::new(place);
        let file = place.join("grant.hg");
        let path = if place.is_dir() { &file } else { place };
        let grant = objects::grant(path.as_os_str(), role)?;
        if grant.header().patient().id() == owner.id() {
            Ok(grant)
        } else {
            Err(Error::Argument("another patient's grant")).role(role)
        }
    };
    places.iter().map(read).collect()
}

/// Lists grants of a patient.
pub fn list(args: &GrantList) -> Outcome<()> {
    let key = objects::patient_key(&args.key, args.unlock.passphrase_file.as_ref())?;
    let owner = key.profile();
    let state = publisher::look(&args.key, owner.signing_key())?;
    // All grants are read before anything is printed.
    let grants = own(&args.places, owner, "DIR")?;
    let entries = grants
        .iter()
        .map(|grant| entry(grant.header(), &state))
        .collect::<Outcome<Vec<Value>>>()?;
    if args.json {
        return report::json(&json!({ "grants": entries }));
    }
    let mut text = String::new();
    for ((place, grant), entry) in args.places.iter().zip(&grants).zip(&entries) {
        let header = grant.header();
        let policy = state.policy(header.grant_id());
        let status = entry.get("status").and_then(Value::as_str);
        text += &format!(
            "{}: {}\n",
            place.to_string_lossy(),
            status.unwrap_or_default()
        );
        let carer = header.carer().map(carer::kind);
        let carer = carer.map_or_else(String::new, |kind| format!(", the patient's {kind}"));
        text += &format!("  who    {}{carer}\n", describe::who(header));
        text += &format!("  what   {}\n", describe::allowed(header, policy));
        text += &format!(
            "  for    {}\n",
            describe::conditions(header.conditions()).join(", ")
        );
        text += &format!("  until  {}\n", describe::end(header));
    }
    report::print(&text)
}

fn entry(header: &GrantHeader, state: &PublisherState) -> Outcome<Value> {
    let revoked = state.entries().iter().find(|entry| entry.ends(header));
    let policy = state.policy(header.grant_id());
    let mut value = report::entries(describe::value(header, policy));
    value.extend(report::entries(json!({
        "status": status(header, revoked)?,
        "revoked_at": revoked.map(Revocation::time),
    })));
    Ok(value.into())
}

/// Where a grant stands now.
fn status(header: &GrantHeader, revoked: Option<&Revocation>) -> Outcome<&'static str> {
    let now = values::now()?;
    Ok(match revoked {
        Some(_) => "revoked",
        None if now >= header.not_after() => "ended",
        None if now < header.not_before() => "not begun",
        None => "live",
    })
}
