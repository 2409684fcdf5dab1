//! The primitive types of FHIR: which JSON value each one is, and its format.

use super::time::Moment;
use crate::wire::Json;

/// A primitive type that a Consent can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Primitive {
    Base64,
    Boolean,
    Code,
    Date,
    DateTime,
    Decimal,
    /// The `id` of an element, not of a resource.
    ElementId,
    Id,
    Instant,
    Integer64,
    PositiveInt,
    Text,
    UnsignedInt,
    Uri,
    Xhtml,
}

impl Primitive {
    /// What is wrong with a value of this type, if anything is.
    pub(super) fn fault(self, value: &Json) -> Option<&'static str> {
        let text = match (self, value) {
            (Self::Boolean, Json::Bool(_)) | (Self::Decimal, Json::Number(_)) => return None,
            (Self::Boolean, _) => return Some("is not true or false"),
            (Self::Decimal, _) => return Some("is not a number"),
            (Self::UnsignedInt, Json::Number(digits)) => {
                return (!is_below_2_31(digits))
                    .then_some("is not a whole number from 0 to 2147483647");
            }
            (Self::PositiveInt, Json::Number(digits)) => {
                let good = is_below_2_31(digits) && **digits != *"0";
                return (!good).then_some("is not a whole number from 1 to 2147483647");
            }
            (Self::UnsignedInt | Self::PositiveInt, _) => return Some("is not a number"),
            (_, Json::String(text)) => &**text,
            _ => return Some("is not a string"),
        };
        if text.is_empty() {
            return Some("is an empty string");
        }
        let (good, fault) = match self {
            Self::Text => (true, ""),
            Self::Xhtml => (
                text.starts_with("<div") && text.ends_with('>'),
                "is not a div of XHTML",
            ),
            Self::Code => (is_code(text), "has blanks where a code has none"),
            Self::Uri => (
                !text.contains(char::is_whitespace),
                "is an address with blanks",
            ),
            Self::ElementId => (!text.contains(char::is_whitespace), "is an id with blanks"),
            Self::Id => (
                is_id(text),
                "is not an id: 1 to 64 letters, digits, hyphens and dots",
            ),
            Self::Base64 => (is_base64(text), "is not base64"),
            Self::Integer64 => (is_integer(text), "is not a whole number"),
            Self::Date => (Moment::date(text).is_some(), "is not a date"),
            Self::DateTime => (
                Moment::date_time(text).is_some(),
                "is not a date or a time with zone",
            ),
            Self::Instant => (Moment::instant(text).is_some(), "is not a time with zone"),
            // Decided above: no strings.
            Self::Boolean | Self::Decimal | Self::UnsignedInt | Self::PositiveInt => {
                (false, "is a string")
            }
        };
        (!good).then_some(fault)
    }
}

/// No blanks at the ends, single spaces inside.
fn is_code(text: &str) -> bool {
    text.split(' ')
        .all(|word| !word.is_empty() && !word.contains(char::is_whitespace))
}

/// 1 to 64 letters, digits, hyphens and full stops.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

fn is_base64(text: &str) -> bool {
    let symbols = || text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let padding = symbols().rev().take_while(|byte| *byte == b'=').count();
    let count = symbols().count();
    let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    count > 0
        && count.is_multiple_of(4)
        && padding <= 2
        && symbols().take(count.saturating_sub(padding)).all(is_symbol)
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text == "0" || (!digits.starts_with('0') && is_digits(digits) && text.parse::<i64>().is_ok())
}

/// Digits of a JSON number, so without a leading zero.
fn is_below_2_31(digits: &str) -> bool {
    is_digits(digits) && digits.parse::<u32>().is_ok_and(|value| value < 1 << 31)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn good(primitive: Primitive, values: &[&str]) {
        for value in values {
            let json = Json::parse(value.as_bytes()).unwrap();
            assert_eq!(primitive.fault(&json), None, "{value}");
        }
    }

    #[track_caller]
    fn bad(primitive: Primitive, values: &[&str]) {
        for value in values {
            let json = Json::parse(value.as_bytes()).unwrap();
            assert!(primitive.fault(&json).is_some(), "{value}");
        }
    }

    #[test]
    fn every_type_takes_its_own_values_only() {
        use Primitive::*;
        good(Boolean, &["true", "false"]);
        bad(Boolean, &["\"true\"", "1", "null", "[]", "{}"]);
        good(Text, &["\"a\"", "\" \"", "\"a\\nb\""]);
        bad(Text, &["\"\"", "1", "null", "[\"a\"]", "{}"]);
        good(Code, &["\"active\"", "\"a b\""]);
        bad(
            Code,
            &["\"\"", "\" a\"", "\"a \"", "\"a  b\"", "\"a\\tb\"", "true"],
        );
        good(Uri, &["\"http://loinc.org\"", "\"urn:oid:1.2\""]);
        bad(
            Uri,
            &["\"\"", "\" http://snomed.info/sct\"", "\"a b\"", "7"],
        );
        good(Id, &["\"a\"", "\"A-1.b\""]);
        bad(Id, &["\"\"", "\"a_b\"", "\"a/b\"", "\"é\""]);
        good(Base64, &["\"YQ==\"", "\"YWJj\"", "\"YW\\nJj\""]);
        bad(
            Base64,
            &["\"\"", "\"YQ=\"", "\"Y===\"", "\"Y-_j\"", "\"=\"", "\" \""],
        );
        good(UnsignedInt, &["0", "2147483647"]);
        bad(UnsignedInt, &["-1", "1.0", "1e3", "2147483648", "\"1\""]);
        good(PositiveInt, &["1"]);
        bad(PositiveInt, &["0", "-1", "\"1\""]);
        good(Integer64, &["\"0\"", "\"-12\"", "\"9223372036854775807\""]);
        bad(
            Integer64,
            &[
                "12",
                "\"012\"",
                "\"+1\"",
                "\"-0\"",
                "\"9223372036854775808\"",
                "\"\"",
            ],
        );
        good(Decimal, &["1.50", "-1e3"]);
        bad(Decimal, &["\"1.5\""]);
        good(Xhtml, &["\"<div>a</div>\""]);
        bad(Xhtml, &["\"a\"", "\"\""]);
    }
}
