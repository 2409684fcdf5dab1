//! One attribute.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result};
use crate::policy::bytes::{read_number, write_number};
use crate::policy::value::{
    BARE, Fault, NAME_MAX, Printed, PrintedNumber, Reserved, TYPES, Type, VALUE_MAX, Value,
    Written, check_name, check_text, is_word, reserved, unquote,
};
use crate::policy::{Date, Literal, Width, code_key_literals, key_literals};
use crate::wire::{Reader, Writer};

/// First bytes of the encoding of an attribute that is not text; with text, the length of the
/// name, 1 to 127, stands there. A number's is this plus the byte of its width.
const CODE: u8 = 0x80;

/// One attribute: a name, and a value with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    name: String,
    value: Value,
}

impl Attribute {
    /// `name=value` or `name:type=value`, with the values of the policy language.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let (left, right) = text
            .split_once('=')
            .ok_or(Error::Attribute("an attribute is written name=value"))?;
        let (name, kind) = match left.split_once(':') {
            Some((name, suffix)) => {
                let kind = Type::from_suffix(suffix).ok_or(Error::Attribute(TYPES))?;
                (name, Some(kind))
            }
            None => (left, None),
        };
        check_name(name).map_err(Error::Attribute)?;
        match reserved(name) {
            Some(Reserved::Validity) => return Err(VALIDITY),
            Some(Reserved::Calendar) => return Err(CALENDAR),
            None => {}
        }
        let value = written(right)
            .and_then(|value| value.typed(kind))
            .map_err(Error::Attribute)?;
        Ok(Self {
            name: String::from(name),
            value,
        })
    }

    /// A date that the authority sets.
    pub(super) fn of_date(name: &str, date: Date) -> Self {
        Self {
            name: String::from(name),
            value: Value::Number(Width::Date, u32::from(date.days())),
        }
    }

    /// The value, if it is a date.
    pub(super) fn date(&self) -> Option<Date> {
        match self.value {
            Value::Number(Width::Date, days) => u16::try_from(days).ok().map(Date::from_days),
            _ => None,
        }
    }

    /// The name, without its type.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value with its type.
    pub(super) const fn value(&self) -> &Value {
        &self.value
    }

    /// The number's type; `None` for text and codes.
    #[must_use]
    pub const fn width(&self) -> Option<Width> {
        match self.value {
            Value::Number(width, _) => Some(width),
            _ => None,
        }
    }

    /// What a key with this attribute holds, in frozen order.
    #[must_use]
    pub fn literals(&self) -> Vec<Literal> {
        match &self.value {
            Value::Text(text) => [Literal::text(&self.name, text)].into(),
            Value::Code(code) => code_key_literals(&self.name, code),
            Value::Number(width, value) => key_literals(&self.name, *width, *value),
        }
    }

    /// Canonical order: by name, then text before codes before numbers, then by value.
    pub(super) fn order(&self) -> (&str, u8, &str, u32) {
        match &self.value {
            Value::Text(text) => (&self.name, 0, text, 0),
            Value::Code(code) => (&self.name, CODE, code, 0),
            Value::Number(width, value) => (&self.name, CODE + *width as u8, "", *value),
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        // Every constructor has bounded names to 127 bytes and values to 255.
        let field = |out: &mut Writer, text: &str| {
            out.u8(text.len() as u8).bytes(text.as_bytes());
        };
        match &self.value {
            Value::Text(_) => {}
            Value::Code(_) => {
                out.u8(CODE);
            }
            Value::Number(width, _) => {
                out.u8(CODE + *width as u8);
            }
        }
        field(out, &self.name);
        match &self.value {
            Value::Text(text) | Value::Code(text) => field(out, text),
            Value::Number(width, value) => write_number(out, *width, *value),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let kind = reader.u8()?;
        let length = if kind < CODE { kind } else { reader.u8()? };
        if usize::from(length) > NAME_MAX {
            return Err(Error::Length("attribute name"));
        }
        let name = text(reader.bytes(usize::from(length))?)?;
        check_name(name).map_err(Error::Attribute)?;
        let value = if kind < CODE {
            Value::Text(value_text(reader)?)
        } else if kind == CODE {
            Value::Code(value_text(reader)?)
        } else {
            let width = Width::from_byte(kind - CODE).ok_or(Error::Field("attribute type"))?;
            Value::Number(width, read_number(reader, width)?)
        };
        match (reserved(name), &value) {
            (None, _) | (Some(Reserved::Validity), Value::Number(Width::Date, _)) => {}
            (Some(Reserved::Validity), _) => return Err(VALIDITY),
            (Some(Reserved::Calendar), _) => return Err(CALENDAR),
        }
        Ok(Self {
            name: String::from(name),
            value,
        })
    }
}

impl fmt::Display for Attribute {
    /// Text that reads as the same attribute; the type is always written.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.value {
            Value::Text(text) => write!(out, "{name}={}", Printed { text, code: false }),
            Value::Code(text) => {
                write!(
                    out,
                    "{name}:{}={}",
                    Type::CODE,
                    Printed { text, code: true }
                )
            }
            Value::Number(width, value) => {
                write!(
                    out,
                    "{name}:{}={}",
                    width.suffix(),
                    PrintedNumber(*width, *value)
                )
            }
        }
    }
}

pub(super) const VALIDITY: Error = Error::Reserved("issued and expires are set by the authority");
pub(super) const CALENDAR: Error = Error::Reserved("y, ym and ymd are labels of records");

/// A value that fills the whole text.
fn written(value: &str) -> core::result::Result<Written<'_>, Fault> {
    if value.starts_with('"') {
        return match unquote(value) {
            Ok((text, length)) if length == value.len() => Ok(Written::Quoted(text)),
            Ok(_) => Err("nothing follows a closing quote"),
            Err((_, expected)) => Err(expected),
        };
    }
    if is_word(value) {
        Ok(Written::Bare(value))
    } else {
        Err(BARE)
    }
}

fn text(bytes: &[u8]) -> Result<&str> {
    core::str::from_utf8(bytes).map_err(|_| Error::Text("not UTF-8"))
}

fn value_text(reader: &mut Reader<'_>) -> Result<String> {
    let value = text(reader.lp8(VALUE_MAX)?)?;
    check_text(value).map_err(Error::Attribute)?;
    Ok(String::from(value))
}
