//! What a stranger sees of a sealed record, as JSON.

use hippocrypt::Result;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::envelope::{
    Content, FORMAT_VERSION, FixedPart, Header, Stanza, both_of, capsules, policy_of,
};
use hippocrypt::keys::Fingerprint;
use hippocrypt::pre::Capsule;
use serde_json::{Value, json};

use crate::answer::New;
use crate::argument::Bytes;
use crate::buffer::Words;

export! {
    /// Everything that is visible in a header.
    fn hc_inspect(sealed[length]: Bytes) -> json: New<Words> {
        let (header, payload) = Header::from_bytes(sealed)?;
        Ok(Words::new(&describe(&header, payload)?.to_string()))
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signer(key: &VerifyingKey) -> Value {
    let fingerprint = Fingerprint::of_signer(key);
    json!({
        "key": hex(&key.to_bytes()),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
    })
}

/// Everything visible in a header, and what follows it.
fn describe(header: &Header, payload: &[u8]) -> Result<Value> {
    let fixed = header.fixed();
    let access = header.access();
    let hex32 = |bytes: Option<&[u8; 32]>| bytes.map(|bytes| hex(bytes));
    let members = match (fixed.content(), payload) {
        (Content::Batch, [_, ..]) => {
            let all = header.list_members(payload)?;
            let names = all.iter().map(|it| it.id.as_str().to_owned());
            Some(names.collect::<Vec<String>>())
        }
        _ => None,
    };
    Ok(json!({
        "kind": match fixed.content() {
            Content::Record => "sealed record",
            Content::Batch => "batch",
            Content::Session => "session",
        },
        "format_version": FORMAT_VERSION,
        "suite": fixed.suite().to_byte(),
        "envelope_id": hex(fixed.envelope_id()),
        "record": fixed.record_id().as_str(),
        "created": if fixed.created() == 0 { None } else { Some(fixed.created()) },
        "labels": labels(fixed),
        "labels_blinded_by": hex32(fixed.label_key_id()),
        "vocabulary": hex32(fixed.vocabulary()),
        "sender": fixed.sender().map(signer),
        "access_signed_by": access.writer().map(signer),
        "clear_metadata": fixed.clear_metadata().map(|bytes| json!({
            "hex": hex(bytes),
            "text": core::str::from_utf8(bytes).ok(),
        })),
        "encrypted_metadata_bytes": fixed.sealed_metadata_length(),
        "consent": access.consent().map(|consent| json!({
            "digest": hex(consent.digest()),
            "scope": core::str::from_utf8(consent.scope()).ok(),
        })),
        "stanzas": stanzas(header)?,
        "chunk_size": fixed.chunk_size(),
        "header_bytes": header.length(),
        "members": members,
    }))
}

fn labels(fixed: &FixedPart) -> Vec<String> {
    let all = fixed.label_set().iter();
    all.map(|label| match fixed.label_key_id() {
        Some(_) => hex(label),
        None => String::from_utf8_lossy(label).into_owned(),
    })
    .collect()
}

/// Every stanza, in order.
fn stanzas(header: &Header) -> Result<Vec<Value>> {
    let mut capsules = capsules(header)?.into_iter();
    let all = header.access().stanzas().iter();
    all.map(|it| {
        let has = matches!(it.kind(), Stanza::CAPSULE | Stanza::BOTH);
        stanza(it, if has { capsules.next() } else { None })
    })
    .collect()
}

fn stanza(stanza: &Stanza, capsule: Option<Capsule>) -> Result<Value> {
    let (name, policy) = match stanza.kind() {
        Stanza::POLICY => ("policy", Some(policy_of(stanza)?)),
        Stanza::CAPSULE => ("patient", None),
        Stanza::BOTH => {
            let (authority, policy, _) = both_of(stanza)?;
            ("policy and patient together", Some((authority, policy)))
        }
        _ => ("unknown", None),
    };
    Ok(json!({
        "type": stanza.kind(),
        "name": name,
        "bytes": stanza.body().len(),
        "authority": policy.as_ref().map(|it| hex(&it.0)),
        "policy": policy.as_ref().map(|it| it.1.to_string()),
        "patient": capsule.as_ref().map(|it| hex(it.patient().as_bytes())),
        "capsule": capsule.as_ref().map(|it| hex(it.digest())),
    }))
}
