//! JSON that people write: an object of which nothing is ignored.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use hippocrypt::keys::disk;
use hippocrypt::{Error, Result};
use serde_json::{Map, Value};

use crate::failure::{Outcome, Role};

/// The text in a file of at most `limit` bytes.
pub fn read(path: &OsStr, limit: usize, role: &'static str) -> Outcome<String> {
    let bytes = disk::read_file(path, limit).role(role)?;
    String::from_utf8(bytes)
        .map_err(|_| Error::Text("not UTF-8"))
        .role(role)
}

/// The one object that the text is, no key of any object in it twice; `shape` is the error where
/// it is something else.
pub fn object(text: &str, shape: Error) -> Result<Map<String, Value>> {
    let value = serde_json::from_str(text).map_err(|_| Error::Argument("not JSON"))?;
    if repeats_a_key(text) {
        return Err(Error::Duplicate("key of a JSON object"));
    }
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(shape),
    }
}

/// Whether an object in the text, which is JSON, has a key twice: the parser takes the last and
/// says nothing.
fn repeats_a_key(text: &str) -> bool {
    let mut open: Vec<BTreeSet<String>> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}', '"']) {
        let (_, found) = rest.split_at(at);
        if let Some(behind) = found.strip_prefix('{') {
            open.push(BTreeSet::new());
            rest = behind;
        } else if let Some(behind) = found.strip_prefix('}') {
            open.pop();
            rest = behind;
        } else {
            let (literal, behind) = found.split_at(string_length(found));
            rest = behind;
            // Only a key has a colon behind it.
            if behind.trim_start().starts_with(':') {
                let key = serde_json::from_str(literal).unwrap_or_default();
                if open.last_mut().is_some_and(|keys| !keys.insert(key)) {
                    return true;
                }
            }
        }
    }
    false
}

/// Bytes of the string literal at the beginning of the text, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_repeat_only_within_one_object() {
        for (text, repeats) in [
            (r#"{"a": {"a": {}}, "b": {"a": 1}}"#, false),
            (r#"{"a": "{\"b\":1,\"b\":2}", "b": ["a", "a"]}"#, false),
            (r#"{"a": "\\", "b": 1}"#, false),
            (r#"{"a": {"x": 1}, "b": 2, "a": 3}"#, true),
            (r#"{"a": {"x": "}", "x": 1}}"#, true),
            ("{\"a\"\n:1,\"a\"\t:2}", true),
        ] {
            assert_eq!(repeats_a_key(text), repeats, "{text}");
        }
    }
}
