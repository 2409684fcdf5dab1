//! `inspect`.

use std::io::{self, Read};

use hippocrypt::Result;
use hippocrypt::envelope::{FORMAT_VERSION, FixedPart, Header, Stanza, policy_of};
use hippocrypt::keys::Fingerprint;
use serde_json::{Value, json};

use crate::args::Inspect;
use crate::failure::{Outcome, Role};
use crate::files::Input;
use crate::{report, values};

/// The first release that reads format version 1.
const MINIMUM_READER: &str = "0.1.0";
const TAG: u64 = 16;
const TRAILER: u64 = 64;

/// Shows what a stranger sees.
pub fn run(args: &Inspect) -> Outcome<()> {
    let mut input = Input::open(&args.input, None)?;
    let length = input.length();
    let header = Header::read_from(&mut input).role("FILE")?;
    let payload = match length {
        Some(length) => length.saturating_sub(header.length() as u64),
        None => io::copy(&mut input.by_ref(), &mut io::sink()).role("FILE")?,
    };
    let value = describe(&header, payload)?;
    if args.json {
        report::json(&value)
    } else {
        report::print(&page(&value))
    }
}

/// Everything visible, as one JSON object.
fn describe(header: &Header, payload: u64) -> Result<Value> {
    let fixed = header.fixed();
    let access = header.access();
    let stanzas = access
        .stanzas()
        .iter()
        .map(stanza)
        .collect::<Result<Vec<_>>>()?;
    let hex = |bytes: Option<&[u8; 32]>| bytes.map(|bytes| values::hex(bytes));
    let signer = |key| {
        let fingerprint = Fingerprint::of_signer(key);
        json!({ "fingerprint": fingerprint.to_string(), "words": fingerprint.to_words() })
    };
    Ok(json!({
        "kind": "sealed record",
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
            "digest": values::hex(&consent.digest),
            "scope_bytes": consent.scope.len(),
        })),
        "stanzas": stanzas,
        "chunk_size": fixed.chunk_size(),
        "header_bytes": header.length(),
        "payload_bytes": payload,
        "content_bytes": content(payload, fixed),
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

fn stanza(stanza: &Stanza) -> Result<Value> {
    let bytes = stanza.body().len();
    if stanza.kind() != Stanza::POLICY {
        return Ok(json!({ "type": stanza.kind(), "name": "unknown", "bytes": bytes }));
    }
    let (authority, policy) = policy_of(stanza)?;
    Ok(json!({
        "type": stanza.kind(),
        "name": "policy",
        "bytes": bytes,
        "authority": values::hex(&authority),
        "policy": policy.to_string(),
    }))
}

/// Bytes of plaintext that a payload of this length holds; none if none is so long.
pub fn content(payload: u64, fixed: &FixedPart) -> Option<u64> {
    let trailer = if fixed.sender().is_some() { TRAILER } else { 0 };
    let chunks = payload.checked_sub(trailer)?;
    let count = chunks.div_ceil(u64::from(fixed.chunk_size()) + TAG).max(1);
    let content = chunks.checked_sub(count.checked_mul(TAG)?)?;
    // A last chunk without content occurs only alone.
    (count == 1 || content > (count - 1) * u64::from(fixed.chunk_size())).then_some(content)
}

/// The same for people: one line for each entry that says something.
fn page(value: &Value) -> String {
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
    line("record", &at("/record"));
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
            line("  policy", &at("policy"));
        }
    }
    line("header", &size("/header_bytes").unwrap_or_default());
    let content = match size("/content_bytes") {
        Some(content) => format!("{content} of content in chunks of {}", at("/chunk_size")),
        None => "no payload has this length: cut short, or damaged".to_owned(),
    };
    line(
        "payload",
        &format!("{}; {content}", size("/payload_bytes").unwrap_or_default()),
    );
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
