//! The reader: one pass, recursion bounded by [`MAX_DEPTH`].

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Json, MAX_BYTES, MAX_DEPTH, MAX_VALUES};
use crate::error::{Error, Result};

pub(super) fn parse(bytes: &[u8]) -> Result<Json> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::Json(MAX_BYTES, "larger than 4 MiB"));
    }
    let text = core::str::from_utf8(bytes)
        .map_err(|error| Error::Json(error.valid_up_to(), "not UTF-8"))?;
    let mut parser = Parser {
        text,
        at: 0,
        values: 0,
    };
    parser.space();
    let value = parser.value(0)?;
    parser.space();
    if parser.peek().is_some() {
        return parser.refuse("bytes follow the value");
    }
    Ok(value)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    fn refuse<T>(&self, what: &'static str) -> Result<T> {
        Err(Error::Json(self.at, what))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over the byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<()> {
        if self.take(byte) {
            Ok(())
        } else {
            self.refuse(what)
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The text from `start` to here; both are at ASCII bytes, so between characters.
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Json> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return self.refuse("more than 262144 values");
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.word("null", Json::Null),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            _ => self.refuse("a value expected"),
        }
    }

    fn word(&mut self, word: &'static str, value: Json) -> Result<Json> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return self.refuse("a value expected");
        }
        self.at += word.len();
        Ok(value)
    }

    /// Steps into an array or object; what is inside has the depth that is returned.
    fn enter(&mut self, depth: usize) -> Result<usize> {
        if depth >= MAX_DEPTH {
            return self.refuse("deeper than 64");
        }
        self.at += 1;
        self.space();
        Ok(depth + 1)
    }

    /// After an element or member: whether another one follows.
    fn more(&mut self, end: u8, what: &'static str) -> Result<bool> {
        self.space();
        if self.take(end) {
            return Ok(false);
        }
        self.expect(b',', what)?;
        self.space();
        Ok(true)
    }

    fn array(&mut self, depth: usize) -> Result<Json> {
        let depth = self.enter(depth)?;
        let mut elements = Vec::new();
        let mut more = !self.take(b']');
        while more {
            elements.push(self.value(depth)?);
            more = self.more(b']', "',' or ']' expected")?;
        }
        Ok(Json::Array(elements.into()))
    }

    fn object(&mut self, depth: usize) -> Result<Json> {
        let depth = self.enter(depth)?;
        let mut members = Vec::new();
        let mut places = Vec::new();
        let mut more = !self.take(b'}');
        while more {
            places.push(self.at);
            let name = self.string()?;
            self.space();
            self.expect(b':', "':' expected")?;
            self.space();
            members.push((name, self.value(depth)?));
            more = self.more(b'}', "',' or '}' expected")?;
        }
        match repeated(&members, &places) {
            Some(place) => Err(Error::Json(place, "name given twice")),
            None => Ok(Json::Object(members.into())),
        }
    }

    fn string(&mut self) -> Result<Box<str>> {
        self.expect(b'"', "a string expected")?;
        let mut text = String::new();
        let mut start = self.at;
        loop {
            match self.peek() {
                None => return self.refuse("the string does not end"),
                Some(b'"') => {
                    text.push_str(self.since(start));
                    self.at += 1;
                    return Ok(text.into());
                }
                Some(b'\\') => {
                    text.push_str(self.since(start));
                    let at = self.at;
                    let character = self.escape()?;
                    if character.is_ascii_control() && !matches!(character, '\t' | '\n' | '\r') {
                        return Err(Error::Json(at, "control character"));
                    }
                    text.push(character);
                    start = self.at;
                }
                Some(0..=0x1f | 0x7f) => return self.refuse("control character"),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let start = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(Error::Json(start, "unknown escape")),
        })
    }

    /// The character of `\uXXXX`, or of the two escapes of a surrogate pair.
    fn unicode(&mut self, start: usize) -> Result<char> {
        const LONE: &str = "lone surrogate";
        let first = self.hexadecimal()?;
        let point = match first {
            0xd800..=0xdbff => {
                if !(self.take(b'\\') && self.take(b'u')) {
                    return Err(Error::Json(start, LONE));
                }
                let second @ 0xdc00..=0xdfff = self.hexadecimal()? else {
                    return Err(Error::Json(start, LONE));
                };
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            other => other,
        };
        char::from_u32(point).ok_or(Error::Json(start, LONE))
    }

    fn hexadecimal(&mut self) -> Result<u32> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return self.refuse("four hexadecimal digits expected");
            };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Json> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(Json::Number(self.since(start).into()))
    }

    fn digits(&mut self) -> Result<()> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.refuse("a digit expected");
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }
}

/// Where the first name stands that an earlier member has too. Sorted, not compared pair by pair:
/// an object may have very many members.
fn repeated(members: &[(Box<str>, Json)], places: &[usize]) -> Option<usize> {
    let mut names: Vec<(&str, usize)> = members
        .iter()
        .zip(places)
        .map(|((name, _), place)| (&**name, *place))
        .collect();
    names.sort_unstable();
    names
        .windows(2)
        .filter_map(|pair| match pair {
            [(first, _), (second, place)] if first == second => Some(*place),
            _ => None,
        })
        .min()
}
