//! Requests in JSON (SPEC.md, section 19.4).

use std::ffi::OsStr;

use hippocrypt::consent::Vocabulary;
use hippocrypt::keys::disk;
use hippocrypt::proof::{Asked, ProofRequest};
use serde_json::{Value, json};

use crate::failure::{Outcome, Role};
use crate::values;

const ROLE: &str = "--request";

/// Reads a request and computes what it asks for.
pub fn read(path: &OsStr, vocabulary: &Vocabulary) -> Outcome<Asked> {
    let bytes = disk::read_file(path, ProofRequest::JSON_BYTES).role(ROLE)?;
    ProofRequest::from_json(&bytes)
        .and_then(|request| request.under(vocabulary))
        .role(ROLE)
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
