//! What may stand on either side of `=`: names, types and values.
//!
//! One set of rules for policies, attributes and labels, so that no text can mean one thing to
//! the one who seals and another to the one who issues keys.

use alloc::string::String;
use core::fmt;

use crate::policy::{Date, Width};
use crate::wire::text;

/// Bytes of the longest name.
pub(super) const NAME_MAX: usize = 127;
/// Bytes of the longest value.
pub(super) const VALUE_MAX: usize = 255;

/// What types the language has, for messages.
pub(super) const TYPES: &str = "a type: u8, u16, u32, date or code";
/// What a bare value looks like, for messages.
pub(super) const BARE: &str =
    "a value: a word that begins with a letter or digit, or text in double quotes";

const KEYWORDS: [&str; 5] = ["and", "or", "not", "in", "of"];

/// Why a text is refused, without its position.
pub(super) type Fault = &'static str;

/// Whether the byte can stand in a bare word.
pub(super) const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'@' | b'/' | b':')
}

/// Whether the text is one bare word: a letter or digit first, never two full stops in a row (that
/// is the sign of a range).
pub(super) fn is_word(text: &str) -> bool {
    text.bytes().all(is_word_byte)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !text.contains("..")
}

/// Whether the word is a keyword, in the only spelling that keywords have.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Whether the word is a keyword in some letter case.
pub(super) fn resembles_keyword(word: &str) -> bool {
    KEYWORDS
        .iter()
        .any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// Accepts a name: a letter, then letters, digits, `.`, `_`, `-`; 1 to 127 bytes; no keyword.
pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    if name.len() > NAME_MAX {
        return Err("a name of at most 127 bytes");
    }
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err("a name, which begins with an ASCII letter");
    }
    let lawful = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !name.bytes().all(lawful) || name.contains("..") {
        return Err("a name of ASCII letters, digits, single full stops, `_` and `-`");
    }
    if resembles_keyword(name) {
        return Err("a name; keywords are no names");
    }
    Ok(())
}

/// Accepts the text of a value: 1 to 255 bytes, in normalisation form C, no control characters.
pub(super) fn check_text(value: &str) -> Result<(), Fault> {
    if value.is_empty() {
        return Err("a value has at least one byte");
    }
    if value.len() > VALUE_MAX {
        return Err("a value has at most 255 bytes");
    }
    text::check(value)
        .map(|_| ())
        .map_err(|_| "a value is in Unicode normalisation form C and has no control characters")
}

/// Names that belong to the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserved {
    /// `issued`, `expires`: dates that the authority alone sets.
    Validity,
    /// `y`, `ym`, `ymd`: the calendar of records, legal over labels only.
    Calendar,
}

/// Whether and to what end the name is reserved.
pub(super) fn reserved(name: &str) -> Option<Reserved> {
    match name {
        "issued" | "expires" => Some(Reserved::Validity),
        "y" | "ym" | "ymd" => Some(Reserved::Calendar),
        _ => None,
    }
}

/// What is written behind a name's colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// `:u8`, `:u16`, `:u32`, `:date`.
    Number(Width),
    /// `:code`.
    Code,
}

impl Type {
    /// How a code is written behind a name's colon.
    pub(super) const CODE: &'static str = "code";

    /// The type of this suffix, colon not included.
    pub(super) fn from_suffix(suffix: &str) -> Option<Self> {
        if suffix == Self::CODE {
            return Some(Self::Code);
        }
        Width::from_suffix(suffix).map(Self::Number)
    }
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written<'a> {
    /// A word without quotes.
    Bare(&'a str),
    /// The text between quotes, its escapes resolved.
    Quoted(String),
}

/// A value together with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Text without a type.
    Text(String),
    /// A code, or the beginning of one.
    Code(String),
    /// A number or a date.
    Number(Width, u32),
}

impl Written<'_> {
    /// Gives the value its type: the one behind the name, or else the one it looks like.
    pub(super) fn typed(self, kind: Option<Type>) -> Result<Value, Fault> {
        match (kind, self) {
            (None, Self::Quoted(text)) => checked(text.as_str()).map(Value::Text),
            (Some(Type::Code), Self::Quoted(text)) => checked(text.as_str()).map(Value::Code),
            (Some(Type::Number(_)), Self::Quoted(_)) => {
                Err("a number or date is written without quotes")
            }
            (_, Self::Bare(word)) if is_keyword(word) => {
                Err("a keyword as a value is written in quotes")
            }
            // Codes of digits are codes: the type is there to be read.
            (Some(Type::Code), Self::Bare(word)) => checked(word).map(Value::Code),
            (None, Self::Bare(word)) => match looks_like(word) {
                Looks::Text => checked(word).map(Value::Text),
                Looks::Integer => integer(word, Width::U8),
                Looks::Date => date(word),
            },
            (Some(Type::Number(width)), Self::Bare(word)) => match (width, looks_like(word)) {
                (Width::Date, Looks::Date) => date(word),
                (Width::Date, _) => Err("the type needs a date, YYYY-MM-DD"),
                (_, Looks::Integer) => integer(word, width),
                _ => Err("the type needs a whole number in decimal digits"),
            },
        }
    }
}

fn checked(text: &str) -> Result<String, Fault> {
    check_text(text).map(|()| String::from(text))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    Integer,
    Date,
    Text,
}

/// Digits alone are an integer, the shape `dddd-dd-dd` is a date, any other word is text.
fn looks_like(word: &str) -> Looks {
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    match word.as_bytes() {
        [a, b, c, d, b'-', e, f, b'-', g, h] if digits(&[*a, *b, *c, *d, *e, *f, *g, *h]) => {
            Looks::Date
        }
        all if digits(all) => Looks::Integer,
        _ => Looks::Text,
    }
}

fn integer(word: &str, width: Width) -> Result<Value, Fault> {
    if word.len() > 1 && word.starts_with('0') {
        return Err("a number has no leading zeros; as text it is written in quotes");
    }
    let too_large = match width {
        Width::U8 => "a number above 255 needs :u16 or :u32 behind the name, or quotes as text",
        Width::U16 | Width::Date => "a :u16 is at most 65535",
        Width::U32 => "a :u32 is at most 4294967295",
    };
    word.parse()
        .ok()
        .filter(|value| *value <= width.max())
        .map(|value| Value::Number(width, value))
        .ok_or(too_large)
}

fn date(word: &str) -> Result<Value, Fault> {
    Date::parse(word)
        .map(|date| Value::Number(Width::Date, u32::from(date.days())))
        .map_err(|_| "no day between 1900-01-01 and 2079-06-06; as text it is written in quotes")
}

/// Reads quoted text from the beginning of `text`, which starts with a double quote.
///
/// Gives the text between the quotes and the number of bytes read, or the place and what was
/// expected there. `\"` and `\\` are the only escapes.
pub(super) fn unquote(text: &str) -> Result<(String, usize), (usize, Fault)> {
    let mut out = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((out, at + 1)),
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\\'))) => out.push(escaped),
                _ => return Err((at, "the escape \\\" or \\\\")),
            },
            _ => out.push(character),
        }
    }
    Err((text.len(), "a closing quote"))
}

/// Prints a value so that reading it gives the same text and type.
pub(super) struct Printed<'a> {
    /// The text of the value.
    pub(super) text: &'a str,
    /// Whether the name in front carries `:code`, where digits need no quotes.
    pub(super) code: bool,
}

impl fmt::Display for Printed<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = is_word(self.text)
            && !is_keyword(self.text)
            && (self.code || looks_like(self.text) == Looks::Text);
        if bare {
            return out.write_str(self.text);
        }
        out.write_str("\"")?;
        for part in self.text.split_inclusive(['"', '\\']) {
            match part.strip_suffix(['"', '\\']) {
                Some(before) => {
                    let last = if part.ends_with('"') { '"' } else { '\\' };
                    write!(out, "{before}\\{last}")?;
                }
                None => out.write_str(part)?,
            }
        }
        out.write_str("\"")
    }
}

/// Prints a number of a width: digits, or a date.
pub(super) struct PrintedNumber(pub(super) Width, pub(super) u32);

impl fmt::Display for PrintedNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, u16::try_from(self.1)) {
            (Width::Date, Ok(days)) => write!(out, "{}", Date::from_days(days)),
            _ => write!(out, "{}", self.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn names() {
        let longest = "n".repeat(NAME_MAX);
        for name in [
            "a", "Z9", "a.b", "a-b_c", "sens.not", "android", "inn", "orx", "a.", &longest,
        ] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        let too_long = "n".repeat(NAME_MAX + 1);
        for name in [
            "", "1a", ".a", "-a", "_a", "a b", "a=", "a:b", "a/b", "a@b", "a+b", "é", "aé", "a..b",
            "and", "AND", "Or", "not", "In", "oF", "a\0", &too_long,
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_bare_word_is_what_it_looks_like() {
        let typed = |word| Written::Bare(word).typed(None);
        for (word, value) in [
            ("0", Value::Number(Width::U8, 0)),
            ("255", Value::Number(Width::U8, 255)),
            ("1900-01-02", Value::Number(Width::Date, 1)),
            ("2026-117", Value::Text("2026-117".into())),
            ("2026-01", Value::Text("2026-01".into())),
            ("2026-01-1", Value::Text("2026-01-1".into())),
            ("2026-01-011", Value::Text("2026-01-011".into())),
            ("20260-01-01", Value::Text("20260-01-01".into())),
            ("3.5", Value::Text("3.5".into())),
            ("1e3", Value::Text("1e3".into())),
            ("0x10", Value::Text("0x10".into())),
            ("yes", Value::Text("yes".into())),
            ("OR", Value::Text("OR".into())),
        ] {
            assert_eq!(typed(word), Ok(value), "{word}");
        }
        for word in ["256", "00", "007", "2026-02-30", "0000-00-00", "and", "of"] {
            assert!(typed(word).is_err(), "{word}");
        }
    }

    #[test]
    fn the_type_decides_before_the_looks() {
        let code = Some(Type::Code);
        assert_eq!(
            Written::Bare("007").typed(code),
            Ok(Value::Code("007".into()))
        );
        assert_eq!(
            Written::Quoted("x y".into()).typed(code),
            Ok(Value::Code("x y".into()))
        );
        assert!(Written::Bare("in").typed(code).is_err());
        for width in Width::ALL {
            let kind = Some(Type::Number(width));
            assert!(Written::Quoted("3".into()).typed(kind).is_err());
            assert!(Written::Quoted("2026-01-01".into()).typed(kind).is_err());
            assert!(Written::Bare("abc").typed(kind).is_err());
            assert_eq!(Written::Bare("3").typed(kind).is_ok(), width != Width::Date);
            assert_eq!(
                Written::Bare("2026-01-01").typed(kind).is_ok(),
                width == Width::Date
            );
            if width != Width::Date {
                let most = width.max();
                let typed = Written::Bare(&most.to_string()).typed(kind);
                assert_eq!(typed, Ok(Value::Number(width, most)));
                let more = (u64::from(most) + 1).to_string();
                assert!(Written::Bare(&more).typed(kind).is_err());
            }
        }
    }

    #[test]
    fn quotes_and_their_escapes() {
        assert_eq!(unquote(r#""a" b"#), Ok(("a".into(), 3)));
        assert_eq!(unquote(r#""\"\\""#), Ok((r#""\"#.into(), 6)));
        assert_eq!(unquote(r#""é""#), Ok(("é".into(), 4)));
        assert_eq!(unquote(r#"""#), Err((1, "a closing quote")));
        assert_eq!(unquote(r#""a\""#), Err((4, "a closing quote")));
        for text in [r#""a\n""#, r#""a\'""#, r#""a\"#] {
            assert_eq!(unquote(text), Err((2, "the escape \\\" or \\\\")), "{text}");
        }
    }

    #[test]
    fn printed_values_read_as_themselves() {
        for (text, code, printed) in [
            ("a", false, "a"),
            ("3", false, "\"3\""),
            ("3", true, "3"),
            ("2026-01-01", false, "\"2026-01-01\""),
            ("2026-99-99", false, "\"2026-99-99\""),
            ("or", false, "\"or\""),
            ("or", true, "\"or\""),
            ("a b", true, "\"a b\""),
            ("a..b", false, "\"a..b\""),
            ("_a", false, "\"_a\""),
            ("\\", false, r#""\\""#),
            ("a\"\"b", false, r#""a\"\"b""#),
            ("é", false, "\"é\""),
        ] {
            assert_eq!(Printed { text, code }.to_string(), printed);
        }
    }
}
