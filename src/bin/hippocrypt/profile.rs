//! Profiles: what a deployment demands of every record, read from JSON.

use std::ffi::OsStr;
use std::path::Path;

use hippocrypt::Error;
use hippocrypt::abe::AuthorityId;
use hippocrypt::envelope::{Profile, Required};
use serde_json::Value;

use crate::failure::{Outcome, Role};
use crate::{files, json, values};

const ROLE: &str = "--profile";
const SHAPE: Error = Error::Argument(
    "a profile is a JSON object with require, a list of texts, and sender, true or false",
);
const REQUIRED: Error = Error::Argument(
    "required: policy, policy: and a public file or an authority's id, capsule, both, type: and a number",
);
/// Longest profile as JSON.
const LIMIT: usize = 64 << 10;

/// The profile in a JSON file; public files that it names lie beside it.
pub fn read(path: &OsStr) -> Outcome<Profile> {
    let text = json::read(path, LIMIT, ROLE)?;
    let object = json::object(&text, SHAPE).role(ROLE)?;
    if object.keys().any(|key| key != "require" && key != "sender") {
        return Err(SHAPE).role(ROLE);
    }
    let sender = match object.get("sender") {
        None => false,
        Some(sender) => sender.as_bool().ok_or(SHAPE).role(ROLE)?,
    };
    let beside = Path::new(path).parent().unwrap_or(Path::new(""));
    let list = match object.get("require") {
        None => &[],
        Some(list) => list.as_array().ok_or(SHAPE).role(ROLE)?.as_slice(),
    };
    let required = list.iter().map(|one| required(one, beside));
    Profile::new(required.collect::<Outcome<Vec<_>>>()?, sender).role(ROLE)
}

fn required(value: &Value, beside: &Path) -> Outcome<Required> {
    let text = value.as_str().ok_or(SHAPE).role(ROLE)?;
    match text.split_once(':') {
        None => match text {
            "policy" => Ok(Required::POLICY),
            "capsule" => Ok(Required::CAPSULE),
            "both" => Ok(Required::BOTH),
            _ => Err(REQUIRED).role(ROLE),
        },
        Some(("policy", authority)) => authority_id(authority, beside).map(Required::PolicyOf),
        Some(("type", number)) => {
            let number = values::number(OsStr::new(number), ROLE)?;
            u8::try_from(number)
                .map(Required::Type)
                .map_err(|_| Error::TooLarge("stanza type"))
                .role(ROLE)
        }
        Some(_) => Err(REQUIRED).role(ROLE),
    }
}

/// An id as `inspect` shows it, or that of a public file.
fn authority_id(text: &str, beside: &Path) -> Outcome<AuthorityId> {
    if let Some(id) = values::bytes_of_hex(text) {
        return Ok(AuthorityId::from_bytes(id));
    }
    let path = beside.join(text);
    let authority = files::authority(path.as_os_str(), ROLE)?;
    Ok(*authority.id())
}
