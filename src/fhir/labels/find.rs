//! What stands at the declared paths of a resource.

use alloc::vec;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::fhir::Json;

/// The values at a path of member names between full stops. Arrays are passed through, the last
/// one too.
pub(super) fn at<'a>(resource: &'a Json, path: &str) -> Vec<&'a Json> {
    path.split('.').fold(vec![resource], |found, name| {
        let next = found.into_iter().filter_map(|it| it.get(name));
        next.flat_map(each).collect()
    })
}

/// The elements of an array; anything else by itself.
fn each(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(elements) => elements.iter().collect(),
        one => vec![one],
    }
}

/// The codings of a Coding, a CodeableConcept or a CodeableReference; `None` if it says what it
/// is about in another way: in words, or by a reference.
pub(super) fn codings(value: &Json) -> Result<Option<Vec<(&str, &str)>>> {
    let value = value.get("concept").unwrap_or(value);
    let codings = match value.get("coding") {
        Some(Json::Array(codings)) => codings.iter().collect(),
        Some(_) => return Err(Error::Shape),
        None if matches!(value, Json::Object(_)) => vec![value],
        None => return Err(Error::Shape),
    };
    let coded = |it: &&Json| it.get("system").is_some() && it.get("code").is_some();
    if codings.is_empty() || !codings.iter().all(coded) {
        return Ok(None);
    }
    codings
        .into_iter()
        .map(coding)
        .collect::<Result<_>>()
        .map(Some)
}

/// System and code of a coding.
///
/// # Errors
/// [`Error::Shape`] if one is missing or no text.
fn coding(coding: &Json) -> Result<(&str, &str)> {
    let text = |name| coding.get(name).and_then(Json::as_str);
    text("system").zip(text("code")).ok_or(Error::Shape)
}
