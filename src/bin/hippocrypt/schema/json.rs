//! A schema as JSON: an object of names, each with a type, and values or a range.

use hippocrypt::policy::{Date, Schema, SchemaEntry, Width};
use hippocrypt::{Error, Result};
use serde_json::{Map, Value};

use crate::json;

const SHAPE: Error = Error::Argument(
    "a schema is a JSON object of names, each with a type, and values (text, code) or a range",
);
const ENDS: Error = Error::Argument("a range is two numbers, or two dates as text");

/// Reads a schema; nothing in it is ignored.
pub fn parse(text: &str) -> Result<Schema> {
    let names = json::object(text, SHAPE)?;
    let entries = names.iter().map(|(name, about)| entry(name, about));
    Schema::new(entries.collect::<Result<Vec<_>>>()?)
}

fn entry(name: &str, about: &Value) -> Result<SchemaEntry> {
    let about = about.as_object().ok_or(SHAPE)?;
    if about
        .keys()
        .any(|key| !["type", "values", "range"].contains(&key.as_str()))
    {
        return Err(SHAPE);
    }
    let kind = about.get("type").and_then(Value::as_str).ok_or(SHAPE)?;
    let (entry, width) = match kind {
        "text" => (SchemaEntry::text(name)?, None),
        "code" => (SchemaEntry::code(name)?, None),
        width => {
            let width = Width::from_suffix(width).ok_or(Error::Argument(
                "a type is text, code, u8, u16, u32 or date",
            ))?;
            (SchemaEntry::number(name, width)?, Some(width))
        }
    };
    limit(entry, about, width)
}

/// The entry with its values or its range, if it has any.
fn limit(
    entry: SchemaEntry,
    about: &Map<String, Value>,
    width: Option<Width>,
) -> Result<SchemaEntry> {
    match (about.get("values"), about.get("range"), width) {
        (None, None, _) => Ok(entry),
        (Some(values), None, None) => {
            let values = values.as_array().ok_or(SHAPE)?.iter();
            let values = values.map(|value| value.as_str().ok_or(SHAPE));
            entry.one_of(values.collect::<Result<Vec<_>>>()?)
        }
        (None, Some(range), Some(width)) => match range.as_array().map(Vec::as_slice) {
            Some([low, high]) => entry.within(end(low, width)?, end(high, width)?),
            _ => Err(ENDS),
        },
        _ => Err(SHAPE),
    }
}

fn end(value: &Value, width: Width) -> Result<u32> {
    if width == Width::Date {
        let day = Date::parse(value.as_str().ok_or(ENDS)?)?;
        return Ok(day.days().into());
    }
    let number = value.as_u64().ok_or(ENDS)?;
    u32::try_from(number).map_err(|_| ENDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read() {
        let text = r#"{
            "role": {"type": "text", "values": ["cardiologist", "dentist"]},
            "level": {"type": "u8", "range": [0, 9]}, "n": {"type": "u16"}, "m": {"type": "u32"},
            "licensed": {"range": ["2020-01-01", "2030-12-31"], "type": "date"},
            "icd10": {"type": "code"}, "ward": {"type": "code", "values": ["A1"]}
        }"#;
        assert_eq!(
            parse(text).unwrap().to_string(),
            "icd10:code, level:u8 in 0..9, licensed:date in 2020-01-01..2030-12-31, m:u32, n:u16, \
             role in {cardiologist, dentist}, ward:code in {A1}"
        );
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for (code, text) in [
            (1, ""),
            (1, "{"),
            (1, "[]"),
            (1, "{}"),
            (1, r#"{"a": {"type": "text"}} x"#),
            (1, r#"{"a": "text"}"#),
            (1, r#"{"a": {}}"#),
            (1, r#"{"a": {"type": 3}}"#),
            (1, r#"{"a": {"type": "string"}}"#),
            (1, r#"{"a": {"type": "text", "value": ["x"]}}"#),
            (1, r#"{"a": {"type": "text", "values": "x"}}"#),
            (1, r#"{"a": {"type": "text", "values": []}}"#),
            (1, r#"{"a": {"type": "text", "values": [3]}}"#),
            (1, r#"{"a": {"type": "text", "range": [0, 1]}}"#),
            (1, r#"{"a": {"type": "u8", "values": ["3"]}}"#),
            (1, r#"{"a": {"type": "u8", "range": [3]}}"#),
            (1, r#"{"a": {"type": "u8", "range": [3, 2]}}"#),
            (1, r#"{"a": {"type": "u8", "range": [0, 256]}}"#),
            (1, r#"{"a": {"type": "u32", "range": [0, 4294967296]}}"#),
            (1, r#"{"a": {"type": "u8", "range": [-1, 3]}}"#),
            (1, r#"{"a": {"type": "u8", "range": [0.5, 3]}}"#),
            (1, r#"{"a": {"type": "u8", "range": ["0", "3"]}}"#),
            (1, r#"{"a": {"type": "date", "range": [0, 3]}}"#),
            (
                401,
                r#"{"a": {"type": "date", "range": ["2026-02-30", "2027-01-01"]}}"#,
            ),
            (4, r#"{"a b": {"type": "text"}}"#),
            (4, r#"{"a": {"type": "text", "values": [""]}}"#),
            (5, r#"{"a": {"type": "text", "values": ["x", "x"]}}"#),
            (6, r#"{"expires": {"type": "date"}}"#),
            (6, r#"{"ymd": {"type": "text"}}"#),
            (5, r#"{"a": {"type": "text"}, "a": {"type": "u8"}}"#),
            (5, r#"{"a": {"type": "text"}, "\u0061" : {"type": "u8"}}"#),
            (5, r#"{"a": {"type": "text", "type": "u8"}}"#),
        ] {
            assert_eq!(parse(text).unwrap_err().code(), code, "{text}");
        }
    }
}
