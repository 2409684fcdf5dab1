//! The header of a DICOM file: the few elements that become labels.
//!
//! A reader of a few elements in front of everything else, without the pictures and their formats: whole
//! DICOM libraries need `std`, and far more code than what they would be asked for here.

use alloc::format;
use alloc::string::{String, ToString};

use super::dated::{Said, said};
use super::gather::{Gathered, Kind};
use super::options::LabelOptions;
use crate::consent::Vocabulary;
use crate::error::{Error, Result};
use crate::fhir::Json;
use crate::policy::Date;

/// Bytes before the file's mark.
const PREAMBLE: usize = 128;
/// How deep sequences may nest before the last element that is wanted.
const DEPTH: usize = 16;
/// A length that is not known beforehand.
const UNDEFINED: u32 = u32::MAX;

const IMPLICIT: &str = "1.2.840.10008.1.2";
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";

const TRANSFER_SYNTAX: Tag = (2, 0x10);
const SOP_CLASS: Tag = (8, 0x16);
const STUDY_DATE: Tag = (8, 0x20);
const MODALITY: Tag = (8, 0x60);
const ITEM: Tag = (0xfffe, 0xe000);
const ITEM_END: Tag = (0xfffe, 0xe00d);
const SEQUENCE_END: Tag = (0xfffe, 0xe0dd);

const NOT_ONE: Error = Error::Dicom("not a DICOM file");
const CUT: Error = Error::Dicom("it ends within an element");

type Tag = (u16, u16);

/// What labels are made of: (0008,0016), (0008,0020) and (0008,0060), where they are there and
/// not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DicomHeader {
    /// What kind of object it is, by its unique identifier.
    pub sop_class: Option<String>,
    /// The day of the study.
    pub study_date: Option<Date>,
    /// The modality: `CT`, `MR`, `ECG`, `SR`.
    pub modality: Option<String>,
}

impl DicomHeader {
    /// Reads the elements up to (0008,0060); what is behind them is not looked at.
    ///
    /// Little-endian, with explicit types or without: what today's files are, also those with
    /// compressed pictures. The two others, big-endian and deflated as a whole, are refused.
    ///
    /// # Errors
    /// [`Error::Dicom`].
    pub fn read(file: &[u8]) -> Result<Self> {
        let rest = file.get(PREAMBLE..).and_then(|it| it.strip_prefix(b"DICM"));
        let mut reader = Elements {
            rest: rest.ok_or(NOT_ONE)?,
            explicit: true,
        };
        let mut syntax = None;
        while reader.group()? == Some(2) {
            let (tag, value) = reader.next()?;
            if tag == TRANSFER_SYNTAX {
                syntax = Some(text(value)?.to_string());
            }
        }
        match syntax.as_deref() {
            None => return Err(Error::Dicom("it does not say how it is encoded")),
            Some(BIG_ENDIAN | DEFLATED) => {
                return Err(Error::Dicom("big-endian, or deflated as a whole"));
            }
            Some(syntax) => reader.explicit = syntax != IMPLICIT,
        }
        let mut header = Self::default();
        let mut before = (0, 0);
        while reader.group()?.is_some_and(|group| group <= 8) {
            let (tag, value) = reader.next()?;
            if tag <= before {
                return Err(Error::Dicom("its elements do not ascend"));
            }
            before = tag;
            match tag {
                SOP_CLASS => header.sop_class = identifier(value)?,
                STUDY_DATE => header.study_date = date(value)?,
                MODALITY => header.modality = code(value)?,
                _ => {}
            }
            if tag >= MODALITY {
                break;
            }
        }
        Ok(header)
    }
}

/// Elements one after the other.
struct Elements<'a> {
    rest: &'a [u8],
    explicit: bool,
}

impl<'a> Elements<'a> {
    /// The group of the next element; none at the end.
    fn group(&self) -> Result<Option<u16>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let bytes = self.rest.first_chunk().ok_or(CUT)?;
        Ok(Some(u16::from_le_bytes(*bytes)))
    }

    /// An element; of a sequence without a length the value is empty.
    fn next(&mut self) -> Result<(Tag, &'a [u8])> {
        let tag = (self.u16()?, self.u16()?);
        let length = self.length(tag)?;
        if length == UNDEFINED {
            self.skip_items(DEPTH)?;
            return Ok((tag, &[]));
        }
        self.take(length).map(|value| (tag, value))
    }

    fn length(&mut self, tag: Tag) -> Result<u32> {
        if !self.explicit || tag.0 == ITEM.0 {
            return self.u32();
        }
        match self.take(2)? {
            b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN"
            | b"UR" | b"UT" | b"UV" => {
                self.take(2)?;
                self.u32()
            }
            kind if kind.iter().all(u8::is_ascii_uppercase) => self.u16().map(u32::from),
            _ => Err(Error::Dicom("an element without a type")),
        }
    }

    /// Passes over a sequence whose length is not given.
    fn skip_items(&mut self, depth: usize) -> Result<()> {
        let deeper = depth.checked_sub(1);
        let deeper = deeper.ok_or(Error::Dicom("sequences nest too deep"))?;
        loop {
            let tag = (self.u16()?, self.u16()?);
            let length = self.u32()?;
            match (tag, length) {
                (SEQUENCE_END, 0) => return Ok(()),
                (ITEM, UNDEFINED) => self.skip_item(deeper)?,
                (ITEM, length) => {
                    self.take(length)?;
                }
                _ => return Err(Error::Dicom("a sequence of something else than items")),
            }
        }
    }

    fn skip_item(&mut self, depth: usize) -> Result<()> {
        loop {
            let tag = (self.u16()?, self.u16()?);
            match (tag, self.length(tag)?) {
                (ITEM_END, 0) => return Ok(()),
                ((0xfffe, _), _) => return Err(Error::Dicom("an item that does not end")),
                (_, UNDEFINED) => self.skip_items(depth)?,
                (_, length) => {
                    self.take(length)?;
                }
            }
        }
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8]> {
        let length = usize::try_from(length).map_err(|_| CUT)?;
        let (value, rest) = self.rest.split_at_checked(length).ok_or(CUT)?;
        self.rest = rest;
        Ok(value)
    }

    fn u16(&mut self) -> Result<u16> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(CUT)?;
        self.rest = rest;
        Ok(u16::from_le_bytes(*bytes))
    }

    fn u32(&mut self) -> Result<u32> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(CUT)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*bytes))
    }
}

/// Text without what fills it up to an even length.
fn text(value: &[u8]) -> Result<&str> {
    let bare = value.strip_suffix(b"\0").unwrap_or(value);
    let text = core::str::from_utf8(bare).ok().filter(|it| it.is_ascii());
    text.map(str::trim_ascii)
        .ok_or(Error::Dicom("text that is none"))
}

/// A unique identifier: numbers between full stops, at most 64 bytes.
fn identifier(value: &[u8]) -> Result<Option<String>> {
    let text = text(value)?;
    let legal = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    match text {
        "" => Ok(None),
        _ if text.len() <= 64 && text.bytes().all(legal) => Ok(Some(text.into())),
        _ => Err(Error::Dicom("an identifier that is none")),
    }
}

/// `YYYYMMDD`.
fn date(value: &[u8]) -> Result<Option<Date>> {
    let text = text(value)?;
    if text.is_empty() {
        return Ok(None);
    }
    let part = |range| text.get(range).unwrap_or_default();
    let written = format!("{}-{}-{}", part(0..4), part(4..6), part(6..8));
    let date = Date::parse(&written).ok().filter(|_| text.len() == 8);
    date.map(Some).ok_or(Error::Dicom("a day that is none"))
}

/// A code of DICOM's: capital letters, digits, blanks, underscores, at most 16 bytes.
fn code(value: &[u8]) -> Result<Option<String>> {
    let text = text(value)?;
    let legal = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    match text {
        "" => Ok(None),
        _ if text.len() <= 16 && text.bytes().all(legal) => Ok(Some(text.into())),
        _ => Err(Error::Dicom("a code that is none")),
    }
}

impl Gathered {
    /// Offers what the header says.
    pub(super) fn dicom(
        &mut self,
        header: &DicomHeader,
        vocabulary: &Vocabulary,
        options: &LabelOptions,
    ) {
        if let Some(day) = header.study_date {
            let label = match said(&Json::string(&day.to_string())) {
                Ok(Said::Days(days)) => days.label(options.day),
                _ => None,
            };
            self.offer(Kind::Date, Some(label.map(|it| alloc::vec![it])));
        }
        let document = alloc::vec![String::from("mime=application/dicom")];
        self.offer(Kind::Documents, Some(Some(document)));
        let modality = header.modality.as_deref();
        let class = header.sop_class.as_deref();
        let label = |system, code: &str| {
            let value = vocabulary.code_value(system, code).ok()?;
            Some(format!("code={value}"))
        };
        let named = [
            modality.map(|it| label("http://dicom.nema.org/resources/ontology/DCM", it)),
            class.map(|it| label("urn:ietf:rfc:3986", &format!("urn:oid:{it}"))),
            modality.map(|it| Some(format!("mod={it}"))),
        ];
        if modality.is_some() || class.is_some() {
            self.offer(Kind::Codes, Some(named.into_iter().flatten().collect()));
        }
    }
}

#[cfg(test)]
mod tests;
