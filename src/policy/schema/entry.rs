//! One name of a schema.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result};
use crate::policy::Width;
use crate::policy::attribute::{CALENDAR, VALIDITY};
use crate::policy::bytes::{read_number, write_number};
use crate::policy::value::{
    NAME_MAX, Printed, PrintedNumber, Reserved, Type, VALUE_MAX, Value, check_name, check_text,
    reserved,
};
use crate::wire::{Reader, Writer};

/// Most values of one entry.
const MAX_VALUES: usize = 1024;

/// Bytes of the types; those of numbers, 1 to 4, are their widths'.
pub(super) const TEXT: u8 = 0;
pub(super) const CODE: u8 = 5;

/// One name that a schema knows: its type and which values it can have.
///
/// Any value of the type, until [`one_of`](Self::one_of) or [`within`](Self::within) says less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaEntry {
    name: String,
    pub(super) values: Values,
}

/// What values an attribute can have; a list without values stands for any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Values {
    Text(Vec<String>),
    Code(Vec<String>),
    /// From the one to the other, both included.
    Number(Width, u32, u32),
}

impl SchemaEntry {
    /// Text of this name.
    ///
    /// # Errors
    /// [`Error::Attribute`] for what is no name; [`Error::Reserved`].
    pub fn text(name: &str) -> Result<Self> {
        Self::of(name, Values::Text(Vec::new()))
    }

    /// Codes of this name.
    ///
    /// # Errors
    /// As [`SchemaEntry::text`].
    pub fn code(name: &str) -> Result<Self> {
        Self::of(name, Values::Code(Vec::new()))
    }

    /// Numbers or dates of this name.
    ///
    /// # Errors
    /// As [`SchemaEntry::text`].
    pub fn number(name: &str, width: Width) -> Result<Self> {
        Self::of(name, Values::Number(width, 0, width.max()))
    }

    fn of(name: &str, values: Values) -> Result<Self> {
        check_name(name).map_err(Error::Attribute)?;
        match reserved(name) {
            Some(Reserved::Validity) => Err(VALIDITY),
            Some(Reserved::Calendar) => Err(CALENDAR),
            None => Ok(Self {
                name: String::from(name),
                values,
            }),
        }
    }

    /// Only these values of a text or code.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number, or without a value; [`Error::Attribute`] for what is no
    /// value; [`Error::Duplicate`]; [`Error::TooLarge`] beyond 1,024.
    pub fn one_of<'a>(mut self, values: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let (Values::Text(list) | Values::Code(list)) = &mut self.values else {
            return Err(Error::Argument("numbers have a range, not values"));
        };
        list.clear();
        for value in values {
            if list.len() >= MAX_VALUES {
                return Err(Error::TooLarge("1024 values of one name"));
            }
            check_text(value).map_err(Error::Attribute)?;
            list.push(String::from(value));
        }
        if list.is_empty() {
            return Err(Error::Argument("a list of values is not empty"));
        }
        list.sort_unstable();
        if list.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(Error::Duplicate("value in a schema"));
        }
        Ok(self)
    }

    /// Only numbers from `low` to `high`, both included; a date as its days since 1900-01-01.
    ///
    /// # Errors
    /// [`Error::Argument`] for text and codes, for a range that ends before it begins, or beyond
    /// the width.
    pub fn within(mut self, low: u32, high: u32) -> Result<Self> {
        let Values::Number(width, ..) = self.values else {
            return Err(Error::Argument("text and codes have values, not a range"));
        };
        if low > high || high > width.max() {
            return Err(Error::Argument("a range within its type, low end first"));
        }
        self.values = Values::Number(width, low, high);
        Ok(self)
    }

    /// The name, without its type.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The order of entries: by name, then by type.
    pub(super) fn order(&self) -> (&str, u8) {
        let kind = match &self.values {
            Values::Text(_) => TEXT,
            Values::Code(_) => CODE,
            Values::Number(width, ..) => *width as u8,
        };
        (&self.name, kind)
    }

    /// Whether an attribute can have the value, which is of the entry's type.
    pub(super) fn allows(&self, value: &Value) -> bool {
        match value {
            Value::Text(text) | Value::Code(text) => self.lists(text),
            Value::Number(_, number) => self
                .range()
                .is_some_and(|(low, high)| (low..=high).contains(number)),
        }
    }

    /// Whether the list has the text, or any value will do.
    pub(super) fn lists(&self, text: &str) -> bool {
        self.list()
            .is_some_and(|list| list.is_empty() || list.iter().any(|known| known == text))
    }

    /// Whether some value of the list begins so, or any value will do.
    pub(super) fn lists_prefix(&self, prefix: &str) -> bool {
        self.list().is_some_and(|list| {
            list.is_empty() || list.iter().any(|known| known.starts_with(prefix))
        })
    }

    /// The lowest and the highest value of a number.
    pub(super) fn range(&self) -> Option<(u32, u32)> {
        match self.values {
            Values::Number(_, low, high) => Some((low, high)),
            _ => None,
        }
    }

    fn list(&self) -> Option<&[String]> {
        match &self.values {
            Values::Text(list) | Values::Code(list) => Some(list),
            Values::Number(..) => None,
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        // Every constructor has bounded names to 127 bytes, values to 255, lists to MAX_VALUES.
        let field = |out: &mut Writer, text: &str| {
            out.u8(text.len() as u8).bytes(text.as_bytes());
        };
        let (name, kind) = self.order();
        field(out, name);
        out.u8(kind);
        match &self.values {
            Values::Text(list) | Values::Code(list) => {
                out.flag(!list.is_empty());
                if !list.is_empty() {
                    out.u16(list.len() as u16);
                    list.iter().for_each(|value| field(out, value));
                }
            }
            Values::Number(width, low, high) => {
                let limited = (*low, *high) != (0, (*width).max());
                out.flag(limited);
                if limited {
                    write_number(out, *width, *low);
                    write_number(out, *width, *high);
                }
            }
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let name = reader.text8(NAME_MAX)?;
        let kind = reader.u8()?;
        let limited = reader.flag()?;
        let open = match kind {
            TEXT => Self::text(name)?,
            CODE => Self::code(name)?,
            width => {
                let width = Width::from_byte(width).ok_or(Error::Field("type in a schema"))?;
                Self::number(name, width)?
            }
        };
        if !limited {
            return Ok(open);
        }
        match open.values {
            Values::Number(width, ..) => {
                let (low, high) = (read_number(reader, width)?, read_number(reader, width)?);
                if low > high {
                    return Err(Error::Field("range in a schema"));
                }
                if (low, high) == (0, width.max()) {
                    return Err(Error::NotCanonical("range in a schema"));
                }
                open.within(low, high)
            }
            _ => open.one_of(read_values(reader)?),
        }
    }
}

/// Values that ascend strictly; the rest is the constructor's to check.
fn read_values<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a str>> {
    // A value has a byte, and one for its length.
    let count = reader.count16(MAX_VALUES, 2)?;
    if count == 0 {
        return Err(Error::Length("values in a schema"));
    }
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        let value = reader.text8(VALUE_MAX)?;
        if values.last().is_some_and(|before| *before >= value) {
            return Err(Error::NotCanonical("order of values in a schema"));
        }
        values.push(value);
    }
    Ok(values)
}

/// The byte of a value's type.
pub(super) fn type_of(value: &Value) -> u8 {
    match value {
        Value::Text(_) => TEXT,
        Value::Code(_) => CODE,
        Value::Number(width, _) => *width as u8,
    }
}

impl fmt::Display for SchemaEntry {
    /// As a condition of the policy language would be written.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)?;
        let (list, code) = match &self.values {
            Values::Text(list) => (list, false),
            Values::Code(list) => {
                write!(out, ":{}", Type::CODE)?;
                (list, true)
            }
            Values::Number(width, low, high) => {
                write!(out, ":{}", width.suffix())?;
                if (*low, *high) == (0, (*width).max()) {
                    return Ok(());
                }
                let (low, high) = (PrintedNumber(*width, *low), PrintedNumber(*width, *high));
                return write!(out, " in {low}..{high}");
            }
        };
        for (place, text) in list.iter().enumerate() {
            let before = if place > 0 { ", " } else { " in {" };
            write!(out, "{before}{}", Printed { text, code })?;
        }
        out.write_str(if list.is_empty() { "" } else { "}" })
    }
}
