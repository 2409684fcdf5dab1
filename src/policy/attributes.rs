//! What a key is issued for.

use alloc::collections::BTreeSet;
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

/// Most attributes of one key.
const MAX_ATTRIBUTES: usize = 256;

/// First bytes of the encoding of an attribute that is not text; with text, the length of the
/// name, 1 to 127, stands there. A number's is this plus the byte of its width.
const CODE: u8 = 0x80;

/// One attribute: a name, and a value with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    name: String,
    value: Value,
}

/// The attributes of a key, in canonical order.
///
/// A name with text or codes may have many values; a name with a number or date has one, because
/// a key with two of them would satisfy `x>=10 and x<=20` with 3 and 200.
///
/// ```
/// use hippocrypt::policy::{Attributes, Date};
/// let attributes = Attributes::parse(["role=cardiologist", "level=3", "icd10:code=E11.9"])?;
/// assert_eq!(attributes.to_string(), "icd10:code=E11.9, level:u8=3, role=cardiologist");
///
/// // Only the authority sets the dates of validity.
/// assert!(Attributes::parse(["expires=2099-01-01"]).is_err());
/// let attributes = attributes.with_validity(None, Some(Date::parse("2027-12-31")?))?;
/// assert_eq!(Attributes::from_bytes(&attributes.to_bytes())?, attributes);
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes(Vec<Attribute>);

impl Attribute {
    /// `name=value` or `name:type=value`, with the values of the policy language.
    fn parse(text: &str) -> Result<Self> {
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

    /// The name, without its type.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
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
    fn order(&self) -> (&str, u8, &str, u32) {
        match &self.value {
            Value::Text(text) => (&self.name, 0, text, 0),
            Value::Code(code) => (&self.name, CODE, code, 0),
            Value::Number(width, value) => (&self.name, CODE + *width as u8, "", *value),
        }
    }

    fn write(&self, out: &mut Writer) {
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

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
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

impl Attributes {
    /// Reads attributes as people write them: `role=cardiologist`, `level=3` (which is
    /// `level:u8=3`), `licensed:date=2026-01-01`, `icd10:code=E11.9`, `dept="Ward 3"`.
    ///
    /// # Errors
    /// [`Error::Attribute`] for text that is not an attribute or a second value of a number;
    /// [`Error::Duplicate`]; [`Error::Reserved`] for `issued`, `expires`, `y`, `ym`, `ymd`;
    /// [`Error::TooLarge`] beyond 256.
    pub fn parse<'a>(items: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut all = Vec::new();
        for item in items {
            all.push(Attribute::parse(item)?);
        }
        Self::sorted(all)
    }

    /// Adds the dates of validity: `issued`, if it shall be in the key, and `expires`.
    ///
    /// For the authority, which alone sets them.
    ///
    /// # Errors
    /// [`Error::Duplicate`] if they are set already; [`Error::Time`] if the key would expire
    /// before it is issued; [`Error::TooLarge`] beyond 256 attributes.
    pub fn with_validity(self, issued: Option<Date>, expires: Option<Date>) -> Result<Self> {
        if let (Some(issued), Some(expires)) = (issued, expires)
            && expires < issued
        {
            return Err(Error::Time("expires before it is issued"));
        }
        let mut all = self.0;
        for (name, date) in [("issued", issued), ("expires", expires)] {
            if all.iter().any(|attribute| attribute.name == name) {
                return Err(Error::Duplicate("date of validity"));
            }
            all.extend(date.map(|date| Attribute {
                name: String::from(name),
                value: Value::Number(Width::Date, u32::from(date.days())),
            }));
        }
        Self::sorted(all)
    }

    fn sorted(mut all: Vec<Attribute>) -> Result<Self> {
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        let attributes = Self(all);
        attributes.check()?;
        Ok(attributes)
    }

    /// Limits and contradictions. The order is known to be ascending, not strictly.
    fn check(&self) -> Result<()> {
        if self.0.len() > MAX_ATTRIBUTES {
            return Err(Error::TooLarge("256 attributes"));
        }
        for pair in self.0.windows(2) {
            let [first, second] = pair else { continue };
            if first == second {
                return Err(Error::Duplicate("attribute"));
            }
            // Numbers stand behind all else of their name, so two of them are neighbours.
            if first.name == second.name && first.width().is_some() {
                return Err(Error::Attribute("a name has one number or date"));
            }
        }
        Ok(())
    }

    /// Reads the encoding that [`Attributes::to_bytes`] writes.
    ///
    /// # Errors
    /// Decoding errors for other bytes; [`Error::NotCanonical`] if the order is not ascending;
    /// the errors of [`Attributes::parse`], save that the dates of validity are accepted.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        // A name of one byte, a value of one byte, their lengths.
        let count = reader.count16(MAX_ATTRIBUTES, 4)?;
        let mut all: Vec<Attribute> = Vec::with_capacity(count);
        for _ in 0..count {
            let next = Attribute::read(&mut reader)?;
            if all
                .last()
                .is_some_and(|before| before.order() > next.order())
            {
                return Err(Error::NotCanonical("order of attributes"));
            }
            all.push(next);
        }
        reader.finish()?;
        let attributes = Self(all);
        attributes.check()?;
        Ok(attributes)
    }

    /// The canonical encoding: a u16 count, then every attribute in canonical order, two bytes
    /// longer than name and value if it is text. The table stands in the
    /// [module's documentation](super).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        // Bounded by every constructor.
        out.u16(self.0.len() as u16);
        self.0
            .iter()
            .for_each(|attribute| attribute.write(&mut out));
        out.into_vec()
    }

    /// What a key with these attributes holds: the literals of each in canonical order, every
    /// one once, where it comes first (codes of one name can begin alike). The order is frozen,
    /// as keys list one group element for each.
    #[must_use]
    pub fn literals(&self) -> Vec<Literal> {
        let mut seen = BTreeSet::new();
        self.0
            .iter()
            .flat_map(Attribute::literals)
            .filter(|literal| seen.insert(literal.clone()))
            .collect()
    }

    /// The attributes in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.0.iter()
    }

    /// How many attributes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last day of validity, if the authority has set it.
    #[must_use]
    pub fn expires(&self) -> Option<Date> {
        self.date("expires")
    }

    /// The day of issue, if the authority has set it.
    #[must_use]
    pub fn issued(&self) -> Option<Date> {
        self.date("issued")
    }

    fn date(&self, name: &str) -> Option<Date> {
        self.0.iter().find_map(|attribute| match attribute.value {
            Value::Number(Width::Date, days) if attribute.name == name => {
                u16::try_from(days).ok().map(Date::from_days)
            }
            _ => None,
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

impl fmt::Display for Attributes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, attribute) in self.0.iter().enumerate() {
            let between = if place > 0 { ", " } else { "" };
            write!(out, "{between}{attribute}")?;
        }
        Ok(())
    }
}

const VALIDITY: Error = Error::Reserved("issued and expires are set by the authority");
const CALENDAR: Error = Error::Reserved("y, ym and ymd are labels of records");

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

#[cfg(test)]
mod tests;
