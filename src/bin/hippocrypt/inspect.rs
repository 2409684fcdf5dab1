//! `inspect`.

use std::ffi::OsString;

use hippocrypt::envelope::{
    Content, FORMAT_VERSION, FixedPart, Header, Stanza, both_of, capsules, policy_of,
};
use hippocrypt::keys::Fingerprint;
use hippocrypt::pre::Capsule;
use hippocrypt::{Error, Result};
use serde_json::{Value, json};

use crate::args::Inspect;
use crate::authorities::Authorities;
use crate::failure::Outcome;
use crate::sealed::{self, Payload, Shown};
use crate::{other, report, session, values};

/// The first release that reads format version 1.
const MINIMUM_READER: &str = "0.1.0";

/// Shows what a stranger sees.
pub fn run(args: &Inspect) -> Outcome<()> {
    let (header, payload) = read(args.input.as_ref(), args.header.as_ref(), None)?;
    let payload = payload.map(|it| it.show(&header)).transpose()?;
    let authorities = Authorities::read(&args.authorities)?;
    let apart = args.header.is_some();
    let value = describe(&header, apart, payload.as_ref(), &authorities)?;
    if args.json {
        report::json(&value)
    } else {
        report::print(&page(&value, payload.as_ref()))
    }
}

/// The header, and the payload if it was given.
pub fn read(
    file: Option<&OsString>,
    header: Option<&OsString>,
    pass: Option<&OsString>,
) -> Outcome<(Header, Option<Payload>)> {
    match (file, header) {
        (Some(file), _) => {
            other::refuse(file)?;
            let (header, payload) = sealed::open(file, header, pass)?;
            Ok((header, Some(payload)))
        }
        (None, Some(header)) => Ok((sealed::apart(header)?, None)),
        // The parser of flags takes one or both.
        (None, None) => Err(Error::Missing("FILE").into()),
    }
}

/// Everything visible, as one JSON object.
fn describe(
    header: &Header,
    apart: bool,
    payload: Option<&Shown>,
    authorities: &Authorities,
) -> Result<Value> {
    let fixed = header.fixed();
    let access = header.access();
    let hex = |bytes: Option<&[u8; 32]>| bytes.map(|bytes| values::hex(bytes));
    let signer = |key| {
        let fingerprint = Fingerprint::of_signer(key);
        json!({ "fingerprint": fingerprint.to_string(), "words": fingerprint.to_words() })
    };
    Ok(json!({
        "kind": match fixed.content() {
            Content::Record => "sealed record",
            Content::Batch => "batch",
            Content::Session => "session",
        },
        "format_version": FORMAT_VERSION,
        "minimum_reader": MINIMUM_READER,
        "suite": { "id": fixed.suite().to_byte(), "name": values::suite_name(fixed.suite()) },
        "envelope_id": values::hex(fixed.envelope_id()),
        "record": fixed.record_id().as_str(),
        "created": if fixed.created() == 0 { None } else { Some(fixed.created()) },
        "labels": labels(fixed),
        "labels_blinded_by": hex(fixed.label_key_id()),
        "vocabulary": hex(fixed.vocabulary()),
        "subject": hex(fixed.subject()),
        // Header::read_from refuses a named sender whose signature does not verify.
        "sender": fixed.sender().map(signer),
        "header_signature": fixed.sender().map(|_| "verified"),
        "access_signed_by": access.writer().map(signer),
        "clear_metadata": fixed.clear_metadata().map(|bytes| json!({
            "bytes": bytes.len(),
            "text": core::str::from_utf8(bytes).ok(),
        })),
        "encrypted_metadata_bytes": fixed.sealed_metadata_length(),
        "consent": access.consent().map(|consent| json!({
            "digest": values::hex(consent.digest()),
            "scope_bytes": consent.scope().len(),
        })),
        "stanzas": stanzas(header, authorities)?,
        "chunk_size": fixed.chunk_size(),
        "header_bytes": header.length(),
        "header_apart": apart,
        "payload_bytes": payload.map(|it| it.bytes),
        "content_bytes": payload.and_then(|it| it.content),
        "members": payload.and_then(|it| it.members),
        "session": payload.and_then(|it| it.session.as_ref()).map(session::outline),
    }))
}

fn labels(fixed: &FixedPart) -> Vec<String> {
    fixed
        .label_set()
        .iter()
        .map(|label| match fixed.label_key_id() {
            Some(_) => label.iter().map(|byte| format!("{byte:02x}")).collect(),
            None => String::from_utf8_lossy(label).into_owned(),
        })
        .collect()
}

/// One stanza; `capsule` is the one inside, if it has any.
fn stanza(stanza: &Stanza, capsule: Option<&Capsule>, known: &Authorities) -> Result<Value> {
    let (name, policy) = match stanza.kind() {
        Stanza::POLICY => ("policy", Some(policy_of(stanza)?)),
        Stanza::CAPSULE => ("patient", None),
        Stanza::BOTH => {
            let (authority, policy, _) = both_of(stanza)?;
            ("policy and patient together", Some((authority, policy)))
        }
        _ => ("unknown", None),
    };
    let mut value = report::entries(json!({
        "type": stanza.kind(),
        "name": name,
        "bytes": stanza.body().len(),
    }));
    if let Some((authority, policy)) = policy {
        value.insert("authority".to_owned(), json!(values::hex(&authority)));
        value.insert("known_as".to_owned(), known.value(&authority));
        value.insert("policy".to_owned(), json!(policy.to_string()));
    }
    if let Some(capsule) = capsule {
        let patient = values::hex(capsule.patient().as_bytes());
        value.insert("patient".to_owned(), json!(patient));
        let digest = values::hex(capsule.digest());
        value.insert("capsule".to_owned(), json!(digest));
    }
    Ok(value.into())
}

/// Every stanza, in order.
fn stanzas(header: &Header, known: &Authorities) -> Result<Vec<Value>> {
    let mut capsules = capsules(header)?.into_iter();
    let all = header.access().stanzas().iter();
    all.map(|it| {
        let has = matches!(it.kind(), Stanza::CAPSULE | Stanza::BOTH);
        let capsule = if has { capsules.next() } else { None };
        stanza(it, capsule.as_ref(), known)
    })
    .collect()
}

/// The same for people: one line for each entry that says something.
fn page(value: &Value, payload: Option<&Shown>) -> String {
    let mut page = String::new();
    let mut line = |name: &str, text: &str| {
        page.push_str(&format!("{name:<22}{text}\n"));
    };
    let at = |pointer: &str| value.pointer(pointer).map(plain).unwrap_or_default();
    let size = |pointer: &str| {
        value
            .pointer(pointer)
            .and_then(Value::as_u64)
            .map(values::bytes)
    };
    let kind = match at("/kind").as_str() {
        "sealed record" => "record".to_owned(),
        kind => kind.to_owned(),
    };
    line(&kind, &at("/record"));
    line(
        "format",
        &format!(
            "version {}, read by {} and later",
            at("/format_version"),
            at("/minimum_reader")
        ),
    );
    line(
        "suite",
        &format!("{}, {}", at("/suite/id"), at("/suite/name")),
    );
    line("envelope id", &at("/envelope_id"));
    let created = value.pointer("/created").and_then(Value::as_u64);
    line(
        "created",
        &created.map_or("not stated".to_owned(), values::moment),
    );
    line("labels", &some_or(at("/labels"), "none"));
    for (name, pointer) in [
        ("labels blinded by", "/labels_blinded_by"),
        ("vocabulary", "/vocabulary"),
        ("subject", "/subject"),
    ] {
        if value.pointer(pointer).is_some_and(|it| !it.is_null()) {
            line(name, &at(pointer));
        }
    }
    match value.pointer("/sender/words") {
        Some(words) => {
            line("sender", &plain(words));
            line(
                "",
                "its signature over the header verifies; that over the content shows on opening",
            );
        }
        None => line("sender", "none: unsigned"),
    }
    if let Some(words) = value.pointer("/access_signed_by/words") {
        line("access signed by", &plain(words));
    }
    if let Some(size) = size("/clear_metadata/bytes") {
        let text = value
            .pointer("/clear_metadata/text")
            .and_then(Value::as_str);
        line(
            "clear metadata",
            &text.map_or(size.clone(), |text| format!("{size}: {text:?}")),
        );
    }
    if let Some(size) = size("/encrypted_metadata_bytes") {
        line("encrypted metadata", &size);
    }
    if let Some(size) = size("/consent/scope_bytes") {
        line(
            "consent",
            &format!("{}, scope of {size}", at("/consent/digest")),
        );
    }
    for stanza in value
        .pointer("/stanzas")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let at = |name: &str| stanza.get(name).map(plain).unwrap_or_default();
        let size = stanza
            .get("bytes")
            .and_then(Value::as_u64)
            .map(values::bytes)
            .unwrap_or_default();
        line(
            "stanza",
            &format!("type {} ({}), {size}", at("type"), at("name")),
        );
        if stanza.get("policy").is_some() {
            line("  authority", &at("authority"));
            if let Some(words) = stanza.pointer("/known_as/words") {
                let name = stanza.pointer("/known_as/claimed_name").map(plain);
                let name = name.unwrap_or_default();
                line("  known as", &format!("\"{name}\", {}", plain(words)));
            }
            line("  policy", &at("policy"));
        }
        if stanza.get("patient").is_some() {
            line("  patient", &at("patient"));
            line("  capsule", &at("capsule"));
        }
    }
    let mut header = size("/header_bytes").unwrap_or_default();
    if value.pointer("/header_apart") == Some(&Value::Bool(true)) {
        header.push_str(", apart from the payload");
    }
    line("header", &header);
    let members = value.pointer("/members").and_then(Value::as_u64);
    if let Some(bytes) = size("/payload_bytes") {
        let content = match (size("/content_bytes"), members) {
            (Some(content), Some(members)) => {
                format!(
                    "{}, {content} of content",
                    values::counted(members, "record")
                )
            }
            (Some(content), None) if kind == "session" => format!("{content} of content"),
            (Some(content), None) => {
                format!("{content} of content in chunks of {}", at("/chunk_size"))
            }
            (None, _) => "no payload is as this one: cut short, or damaged".to_owned(),
        };
        line("payload", &format!("{bytes}; {content}"));
    }
    for told in payload
        .and_then(|it| it.session.as_ref())
        .map(session::told)
        .into_iter()
        .flatten()
    {
        line("segments", &told);
    }
    page
}

/// A JSON value without quotes and brackets.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn some_or(text: String, other: &str) -> String {
    if text.is_empty() {
        other.to_owned()
    } else {
        text
    }
}
