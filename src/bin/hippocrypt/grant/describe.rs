//! What a grant says, for people and for programs.

use hippocrypt::keys::Fingerprint;
use hippocrypt::policy::{Date, LabelPolicy};
use hippocrypt::pre::{Conditions, GrantHeader, GrantRole};
use serde_json::{Value, json};

use crate::{carer, patient, values};

/// Everything that a grant says, as one JSON object; `policy` is what the grant does not show, for
/// whom it is known to.
pub fn value(header: &GrantHeader, policy: Option<&LabelPolicy>) -> Value {
    let conditions = header.conditions();
    let codes = |codes: Vec<&str>| {
        if codes.is_empty() {
            Value::Null
        } else {
            json!(codes)
        }
    };
    let publisher = Fingerprint::of_signer(header.publisher());
    json!({
        "grant": values::hex(header.grant_id()),
        "sequence": header.sequence(),
        "patient": patient::fingerprint(header.patient()),
        "recipient": header.recipient().map(party),
        "carer": header.carer().map(carer::kind),
        "role": header.role().map(role),
        "epoch": header.epoch(),
        "policy": policy.or(header.policy()).map(ToString::to_string),
        "blind": header.policy().is_none(),
        "not_before": header.not_before(),
        "not_after": header.not_after(),
        "until": last_day(header).map(|day| day.to_string()),
        // No list allows any.
        "purposes": codes(conditions.allowed_purposes().collect()),
        "actions": codes(conditions.allowed_actions().collect()),
        "roles": codes(conditions.allowed_roles().collect()),
        "break_glass": conditions.allows_break_glass(),
        "threshold": header.threshold(),
        "relays": header.relays().map(party).collect::<Vec<_>>(),
        "publisher": {
            "fingerprint": publisher.to_string(),
            "words": publisher.to_words(),
            "is_patient": header.publisher() == header.patient().signing_key(),
        },
        "consent": header.consent().map(|digest| values::hex(digest)),
    })
}

/// The same, a line for each thing.
pub fn lines(header: &GrantHeader, policy: Option<&LabelPolicy>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |name: &str, text: String| lines.push(format!("{name:<12}{text}"));
    line("grant", values::hex(header.grant_id()));
    line("patient", header.patient().fingerprint().to_words());
    line("recipient", who(header));
    if let Some(carer) = header.carer() {
        line("carer", format!("the patient's {}", carer::kind(carer)));
    }
    if let Some(role) = header.role() {
        let issuer = Fingerprint::of_signer(role.issuer());
        line(
            "",
            format!("who show a credential of {}", issuer.to_words()),
        );
    }
    line("policy", allowed(header, policy));
    if header.policy().is_none() {
        line("", "hidden from relays".to_owned());
    }
    line("from", values::moment(header.not_before()));
    line("until", end(header));
    for text in conditions(header.conditions()) {
        line("condition", text);
    }
    let relays: Vec<Fingerprint> = header.relays().collect();
    let (threshold, count) = (header.threshold(), relays.len());
    line("relays", format!("{threshold} of {count} must answer"));
    for (index, relay) in (1u8..).zip(relays) {
        line("", format!("{index}: {}", relay.to_words()));
    }
    if let Some(epoch) = header.epoch() {
        line(
            "",
            format!("with their shares of epoch {epoch} of a standing sharing"),
        );
    }
    let publisher = Fingerprint::of_signer(header.publisher()).to_words();
    let own = header.publisher() == header.patient().signing_key();
    let whose = if own {
        "the patient's".to_owned()
    } else {
        publisher
    };
    line("revocation", format!("lists that count: {whose}"));
    if let Some(digest) = header.consent() {
        line("consent", values::hex(digest));
    }
    lines
}

/// The policy, as far as it can be seen.
pub fn allowed(header: &GrantHeader, policy: Option<&LabelPolicy>) -> String {
    let seen = policy.or(header.policy());
    seen.map_or_else(
        || "not shown: a blind grant".to_owned(),
        ToString::to_string,
    )
}

/// Until when relays serve, in words.
pub fn end(header: &GrantHeader) -> String {
    let whole_days = header.not_after().is_multiple_of(86_400);
    match last_day(header) {
        Some(day) if whole_days => format!("the end of {} (UTC)", values::day(day)),
        _ => format!("{} (not any more then)", values::moment(header.not_after())),
    }
}

/// The last day on which relays serve.
fn last_day(header: &GrantHeader) -> Option<Date> {
    Date::from_unix(header.not_after().checked_sub(1)?).ok()
}

/// What requests must claim, in words.
pub fn conditions(conditions: &Conditions) -> Vec<String> {
    let among = |what: &str, codes: Vec<&str>| match codes.as_slice() {
        [] => None,
        codes => Some(format!("{what} {}", codes.join(" or "))),
    };
    let purposes = among("purpose", conditions.allowed_purposes().collect());
    let mut lines = vec![purposes.unwrap_or_else(|| "any purpose".to_owned())];
    lines.extend(among("action", conditions.allowed_actions().collect()));
    lines.extend(among("role", conditions.allowed_roles().collect()));
    if conditions.allows_break_glass() {
        lines.push("emergencies are allowed to ask".to_owned());
    }
    lines
}

/// Whom a grant is for, in words.
pub fn who(header: &GrantHeader) -> String {
    match (header.recipient(), header.role()) {
        (Some(recipient), _) => recipient.to_words(),
        (None, Some(role)) => format!(
            "everybody with {} by authority {}",
            role.policy(),
            values::hex(role.authority())
        ),
        (None, None) => String::new(),
    }
}

fn role(role: &GrantRole) -> Value {
    json!({
        "policy": role.policy().to_string(),
        "authority": values::hex(role.authority()),
        "issuer": party(Fingerprint::of_signer(role.issuer())),
    })
}

/// A key for programs.
pub fn party(fingerprint: Fingerprint) -> Value {
    json!({ "fingerprint": fingerprint.to_string(), "words": fingerprint.to_words() })
}
