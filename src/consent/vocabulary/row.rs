//! One line of a section: its fields, checked for shape.

use super::Property;
use crate::wire::text;

/// Longest code, in bytes: it has to fit into a label.
const CODE_BYTES: usize = 128;
/// Longest URI of a code system, and longest display.
const TEXT_BYTES: usize = 255;
/// Most codes that one line refers to.
const LINKS: usize = 32;

type Fault = &'static str;

/// `code links properties display`.
pub(super) struct Row<'a> {
    pub(super) line: usize,
    pub(super) block: u8,
    pub(super) code: &'a str,
    /// Codes separated by commas, or empty.
    links: &'a str,
    pub(super) properties: u8,
    pub(super) display: &'a str,
}

impl<'a> Row<'a> {
    pub(super) fn read(line: usize, block: u8, text: &'a str) -> Result<Self, Fault> {
        let mut fields = text.splitn(4, ' ');
        let mut field = || fields.next().ok_or("code, codes, properties, display");
        let (code, links, properties, display) = (field()?, field()?, field()?, field()?);
        check_code(code)?;
        check_display(display)?;
        let links = match links {
            "" => return Err("codes separated by commas, or `-`"),
            "-" => "",
            links => links,
        };
        let row = Self {
            line,
            block,
            code,
            links,
            properties: read_properties(properties)?,
            display,
        };
        let mut before = "";
        for (number, link) in row.links().enumerate() {
            check_code(link)?;
            if number >= LINKS {
                return Err("more than 32 codes in one line");
            }
            if link <= before {
                return Err("codes of a line ascend");
            }
            before = link;
        }
        Ok(row)
    }

    /// The codes that the line refers to, ascending.
    pub(super) fn links(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let links = self.links;
        links.split(',').filter(move |_| !links.is_empty())
    }
}

fn read_properties(text: &str) -> Result<u8, Fault> {
    let mut bits = 0;
    if text == "-" {
        return Ok(bits);
    }
    let mut before = None;
    for name in text.split(',') {
        let property = Property::ALL
            .into_iter()
            .find(|it| it.name() == name)
            .ok_or("unknown property")?;
        if before.replace(property) >= Some(property) {
            return Err("properties of a line ascend");
        }
        bits |= property.bit();
    }
    Ok(bits)
}

/// A code: printable ASCII that can be part of a label's value and of a list.
pub(super) fn check_code(code: &str) -> Result<(), Fault> {
    if code.is_empty() || code.len() > CODE_BYTES || code == "-" {
        return Err("a code of 1 to 128 bytes");
    }
    if code.bytes().all(is_value_byte) {
        Ok(())
    } else {
        Err("a code of printable ASCII without blank, & | ( ) , \" and \\")
    }
}

/// Whether the byte can stand in a value of a label that is made of codes.
const fn is_value_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'&' | b'|' | b'(' | b')' | b',' | b'"' | b'\\')
}

/// A URI of a code system: absolute, printable ASCII.
pub(super) fn check_uri(uri: &str) -> Result<(), Fault> {
    let scheme = uri.split_once(':').filter(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_lowercase())
            && scheme.bytes().all(|it| it.is_ascii_alphanumeric())
            && !rest.is_empty()
    });
    if scheme.is_some() && uri.len() <= TEXT_BYTES && uri.bytes().all(|it| it.is_ascii_graphic()) {
        Ok(())
    } else {
        Err("an absolute URI of at most 255 bytes")
    }
}

/// What people read: 1 to 255 bytes, no blanks at its ends.
pub(super) fn check_display(display: &str) -> Result<(), Fault> {
    if display.is_empty() || display.len() > TEXT_BYTES || display.trim() != display {
        return Err("a display of 1 to 255 bytes without blanks at its ends");
    }
    text::check(display)
        .map(|_| ())
        .map_err(|_| "a display in normalisation form C without control characters")
}

/// An id of a vocabulary, an alias or the name of a preset: a word that needs no quotes.
pub(super) fn check_name(name: &str) -> Result<(), Fault> {
    let lawful =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+');
    if name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(lawful)
        && !name.contains("..")
    {
        Ok(())
    } else {
        Err("a name of 1 to 64 letters, digits, single full stops, `_`, `-` and `+`")
    }
}
