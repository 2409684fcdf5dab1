//! Requests in JSON (SPEC.md, section 19.4).

use std::ffi::OsStr;

use hippocrypt::Error;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::consent::{Json, Vocabulary};
use hippocrypt::keys::disk;
use hippocrypt::policy::Labels;
use hippocrypt::proof::{Asked, ProofRequest};
use serde_json::{Value, json};

use crate::failure::{Outcome, Role};
use crate::values;

/// The largest request, in bytes.
const LIMIT: usize = 1 << 20;
const ROLE: &str = "--request";
const MEMBERS: [&str; 8] = [
    "verifier", "study", "log", "nonce", "purposes", "action", "buckets", "record",
];

/// Reads a request and computes what it asks for.
pub fn read(path: &OsStr, vocabulary: &Vocabulary) -> Outcome<Asked> {
    let bytes = disk::read_file(path, LIMIT).role(ROLE)?;
    let request = Json::parse(&bytes).and_then(|json| parse(&json));
    request
        .and_then(|request| request.under(vocabulary))
        .role(ROLE)
}

fn parse(json: &Json) -> hippocrypt::Result<ProofRequest> {
    let refused = Error::RequestMember;
    let known = |name: &str| MEMBERS.contains(&name);
    if !matches!(json, Json::Object(_)) || !json.members().iter().all(|(name, _)| known(name)) {
        return Err(refused("a member that is not known"));
    }
    let text = |name: &'static str| {
        let value = json.get(name).and_then(Json::as_str);
        value.ok_or(refused(name))
    };
    let digest = |text: &str, name| values::bytes_of_hex(text).ok_or(refused(name));
    let list = |name: &'static str| match json.get(name) {
        Some(value @ Json::Array(_)) => texts(value, name),
        _ => Err(refused(name)),
    };
    let Some(Json::Array(_)) = json.get("buckets") else {
        return Err(refused("buckets"));
    };
    let buckets = json.get("buckets").map(Json::elements).unwrap_or_default();
    let buckets = buckets.iter().map(|it| match it {
        Json::Array(_) => Labels::parse(texts(it, "buckets")?),
        _ => Err(refused("buckets")),
    });
    Ok(ProofRequest {
        verifier: VerifyingKey::from_bytes(&digest(text("verifier")?, "verifier")?)?,
        study: text("study")?.to_owned(),
        log: text("log")?.to_owned(),
        nonce: digest(text("nonce")?, "nonce")?,
        purposes: list("purposes")?.into_iter().map(str::to_owned).collect(),
        action: text("action")?.to_owned(),
        buckets: buckets.collect::<hippocrypt::Result<_>>()?,
        record: match json.get("record") {
            None => None,
            Some(_) => Some(digest(text("record")?, "record")?),
        },
    })
}

fn texts<'a>(list: &'a Json, name: &'static str) -> hippocrypt::Result<Vec<&'a str>> {
    let elements = list.elements().iter();
    elements
        .map(|it| it.as_str().ok_or(Error::RequestMember(name)))
        .collect()
}

/// The request as it is written.
pub fn value(request: &ProofRequest) -> Value {
    let buckets = request.buckets.iter();
    let mut value = json!({
        "verifier": values::hex(&request.verifier.to_bytes()),
        "study": request.study,
        "log": request.log,
        "nonce": values::hex(&request.nonce),
        "purposes": request.purposes,
        "action": request.action,
        "buckets": buckets.map(|it| it.texts().collect::<Vec<_>>()).collect::<Vec<_>>(),
    });
    if let (Some(record), Some(value)) = (&request.record, value.as_object_mut()) {
        value.insert("record".to_owned(), json!(values::hex(record)));
    }
    value
}
