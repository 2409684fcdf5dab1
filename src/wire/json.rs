//! Strict JSON: every document that is accepted has one meaning.
//!
//! [RFC 8259] leaves to the reader what a repeated name, half a surrogate pair or a deep nesting
//! means; here they are refused, because what a consent permits must not depend on who reads it.
//! Refused are also bytes that are not UTF-8, a byte order mark, anything after the value, and the
//! control characters that FHIR forbids in strings. Members stay in order. Memory is bounded by the limits below, whatever the input.
//!
//! [RFC 8259]: https://www.rfc-editor.org/rfc/rfc8259
//!
#![cfg_attr(feature = "hazmat", doc = "```")]
#![cfg_attr(not(feature = "hazmat"), doc = "```ignore")]
//! use hippocrypt::{Error, wire::Json};
//! let json = Json::parse(br#"{"status": "active", "size": 1}"#)?;
//! assert_eq!(json.get("status").and_then(Json::as_str), Some("active"));
//! assert_eq!(json.to_string(), r#"{"status":"active","size":1}"#);
//! assert_eq!(
//!     Json::parse(br#"{"status": "active", "status": "draft"}"#),
//!     Err(Error::Json(28, "name given twice"))
//! );
//! # Ok::<(), Error>(())
//! ```

mod parser;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use core::fmt::{self, Write as _};

use crate::error::Result;

/// The largest document in bytes: 4 MiB.
pub const MAX_BYTES: usize = 4 << 20;
/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 64;
/// How many values a document may have, members and elements of arrays each counted once.
pub const MAX_VALUES: usize = 1 << 18;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number: an integer of 64 bits with its digits, or another with those of the nearest 64-bit
    /// fraction.
    Number(Box<str>),
    /// A string without its escapes.
    String(Box<str>),
    /// An array.
    Array(Box<[Json]>),
    /// An object: names, each once, and values, in the order of the document.
    Object(Box<[(Box<str>, Json)]>),
}

impl Json {
    /// Reads one value and nothing after it.
    ///
    /// # Errors
    /// [`Error::Json`](crate::Error::Json) with the offset of the byte at fault: the document is
    /// not JSON as above, larger than 4 MiB, deeper than 64 levels, or of more than 262,144 values.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        parser::parse(bytes)
    }

    /// The member of that name, if this is an object that has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members()
            .iter()
            .find(|(own, _)| **own == *name)
            .map(|(_, value)| value)
    }

    /// The members of an object; none of any other value.
    #[must_use]
    pub fn members(&self) -> &[(Box<str>, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none of any other value.
    #[must_use]
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A string.
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::String(text.into())
    }

    /// An object of these members; the names must differ.
    #[must_use]
    pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let owned = |(name, value): (&str, Self)| (name.into(), value);
        Self::Object(members.into_iter().map(owned).collect())
    }

    /// An array of these elements.
    #[must_use]
    pub fn array(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Array(elements.into_iter().collect())
    }
}

impl fmt::Display for Json {
    /// The value without spaces; [`Json::parse`] reads the same value from it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(digits) => out.write_str(digits),
            Self::String(text) => quoted(text, out),
            Self::Array(elements) => {
                out.write_char('[')?;
                for (place, element) in elements.iter().enumerate() {
                    separated(place, out)?;
                    write!(out, "{element}")?;
                }
                out.write_char(']')
            }
            Self::Object(members) => {
                out.write_char('{')?;
                for (place, (name, value)) in members.iter().enumerate() {
                    separated(place, out)?;
                    quoted(name, out)?;
                    write!(out, ":{value}")?;
                }
                out.write_char('}')
            }
        }
    }
}

fn separated(place: usize, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    if place == 0 {
        Ok(())
    } else {
        out.write_char(',')
    }
}

fn quoted(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\0'..='\u{1f}' => write!(out, "\\u{:04x}", u32::from(character))?,
            other => out.write_char(other)?,
        }
    }
    out.write_char('"')
}
