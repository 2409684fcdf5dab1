//! Requests in JSON (SPEC.md, section 19.4).

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::request::ProofRequest;
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::policy::Labels;
use crate::wire::Json;

const MEMBERS: [&str; 8] = [
    "verifier", "study", "log", "nonce", "purposes", "action", "buckets", "record",
];

impl ProofRequest {
    /// Longest JSON text of a request in bytes.
    pub const JSON_BYTES: usize = 1 << 20;

    /// Reads a request's JSON: strictly, so that nothing that a verifier asked for is passed over.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond [`ProofRequest::JSON_BYTES`]; those of `consent::Json::parse`;
    /// [`Error::RequestMember`] for a member that is unknown, missing or of another form; those of
    /// [`VerifyingKey::from_bytes`] and [`Labels::parse`].
    pub fn from_json(text: &[u8]) -> Result<Self> {
        if text.len() > Self::JSON_BYTES {
            return Err(Error::TooLarge("request"));
        }
        parse(&Json::parse(text)?)
    }
}

fn parse(json: &Json) -> Result<ProofRequest> {
    let refused = Error::RequestMember;
    let known = |name: &str| MEMBERS.contains(&name);
    if !matches!(json, Json::Object(_)) || !json.members().iter().all(|(name, _)| known(name)) {
        return Err(refused("a member that is not known"));
    }
    let text = |name: &'static str| {
        let value = json.get(name).and_then(Json::as_str);
        value.ok_or(refused(name))
    };
    let digest = |text: &str, name| bytes_of_hex(text).ok_or(refused(name));
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
        buckets: buckets.collect::<Result<_>>()?,
        record: match json.get("record") {
            None => None,
            Some(_) => Some(digest(text("record")?, "record")?),
        },
    })
}

fn texts<'a>(list: &'a Json, name: &'static str) -> Result<Vec<&'a str>> {
    let elements = list.elements().iter();
    elements
        .map(|it| it.as_str().ok_or(Error::RequestMember(name)))
        .collect()
}

/// 32 bytes from 64 lower-case hexadecimal digits: a request has one text for each value.
fn bytes_of_hex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digit = |digit: Option<u8>| match digit? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut digits = digits.bytes();
    for byte in &mut bytes {
        *byte = digit(digits.next())? << 4 | digit(digits.next())?;
    }
    digits.next().is_none().then_some(bytes)
}
