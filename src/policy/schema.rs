//! What attributes an authority knows: their names, types and values.

mod check;
mod entry;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result};
use crate::policy::Attributes;
use crate::policy::value::{Reserved, reserved};
use crate::wire::{Reader, Writer};

pub use entry::SchemaEntry;

/// Bytes of the longest schema: 63 KiB, so that an authority's key with it still fits the
/// LP16 of a part of that key.
pub(crate) const SCHEMA_BYTES: usize = 64_512;
/// Most entries of one schema.
const MAX_ENTRIES: usize = 256;
/// First byte of a schema, in its first encoding.
const ENCODING: u8 = 1;
/// Bytes of the shortest entry: a name of one byte and its length, type, flag.
const ENTRY_BYTES: usize = 4;

/// The attributes that an authority issues keys for, as it signs them in its public file.
///
/// It lets a sealer notice a typo: a record sealed under `role=cardiologits` opens for nobody,
/// and nobody is told. A name and its type are known or not; the values of an entry are any, or
/// a closed list (text and codes), or a range (numbers and dates). `issued` and `expires` are
/// always known.
///
/// ```
/// use hippocrypt::{Error, policy::{Attributes, Policy, Schema, SchemaEntry, Width}};
/// let schema = Schema::new([
///     SchemaEntry::text("role")?.one_of(["cardiologist", "dentist"])?,
///     SchemaEntry::number("level", Width::U8)?.within(0, 9)?,
///     SchemaEntry::code("icd10")?,
/// ])?;
/// let check = |text| schema.check_policy(&Policy::parse(text)?);
/// assert!(check("role=dentist and level>=3 and expires>=2026-11-24").is_ok());
/// // Errors say which condition it was, not what stood there.
/// assert_eq!(check("level>=3 and role=dentits"), Err(Error::UnknownValue(2)));
/// assert_eq!(check("rôle=dentist").unwrap_err().code(), 200);
/// assert_eq!(check("roles=dentist"), Err(Error::UnknownName(1)));
/// assert_eq!(check("level:u16=3"), Err(Error::UnknownName(1)));
/// assert!(schema.check_attributes(&Attributes::parse(["role=dentist", "level=3"])?).is_ok());
/// assert_eq!(Schema::from_bytes(schema.as_bytes())?, schema);
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    entries: Vec<SchemaEntry>,
    bytes: Vec<u8>,
}

impl Schema {
    /// A schema of these entries, in any order.
    ///
    /// # Errors
    /// [`Error::Argument`] for no entry; [`Error::Duplicate`] for a name and type given twice;
    /// [`Error::TooLarge`] beyond 256 entries or 64,512 bytes.
    pub fn new(entries: impl IntoIterator<Item = SchemaEntry>) -> Result<Self> {
        // One more than the limit is enough to know.
        let mut entries: Vec<_> = entries.into_iter().take(MAX_ENTRIES + 1).collect();
        if entries.is_empty() {
            return Err(Error::Argument("a schema has at least one name"));
        }
        if entries.len() > MAX_ENTRIES {
            return Err(Error::TooLarge("256 names in a schema"));
        }
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        let same = |pair: &[SchemaEntry]| match pair {
            [first, second] => first.order() == second.order(),
            _ => false,
        };
        if entries.windows(2).any(same) {
            return Err(Error::Duplicate("name and type in a schema"));
        }
        let mut out = Writer::new();
        out.u8(ENCODING).u16(entries.len() as u16); // at most MAX_ENTRIES
        entries.iter().for_each(|entry| entry.write(&mut out));
        let bytes = out.into_vec();
        if bytes.len() > SCHEMA_BYTES {
            return Err(Error::TooLarge("64512 bytes of schema"));
        }
        Ok(Self { entries, bytes })
    }

    /// Reads exactly the bytes of [`Schema::as_bytes`].
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Field`], [`Error::NotCanonical`], [`Error::Attribute`],
    /// [`Error::Reserved`], [`Error::Text`], [`Error::Truncated`], [`Error::TrailingBytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > SCHEMA_BYTES {
            return Err(Error::Length("schema"));
        }
        let mut reader = Reader::new(bytes);
        if reader.u8()? != ENCODING {
            return Err(Error::Field("encoding of a schema"));
        }
        let count = reader.count16(MAX_ENTRIES, ENTRY_BYTES)?;
        if count == 0 {
            return Err(Error::Length("schema"));
        }
        let mut entries: Vec<SchemaEntry> = Vec::with_capacity(count);
        for _ in 0..count {
            let next = SchemaEntry::read(&mut reader)?;
            if entries
                .last()
                .is_some_and(|before| before.order() >= next.order())
            {
                return Err(Error::NotCanonical("order of a schema"));
            }
            entries.push(next);
        }
        reader.finish()?;
        Ok(Self {
            entries,
            bytes: bytes.to_vec(),
        })
    }

    /// The canonical bytes, at most 64,512: SPEC.md, section 9, Schemas.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The entries, sorted by name, then by type.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &SchemaEntry> {
        self.entries.iter()
    }

    /// Whether every attribute is of a name and type, and has a value, that the schema knows.
    ///
    /// # Errors
    /// [`Error::UnknownName`] or [`Error::UnknownValue`] for the first that is not, with its
    /// number from 1 in canonical order.
    pub fn check_attributes(&self, attributes: &Attributes) -> Result<()> {
        for (number, attribute) in (1..).zip(attributes.iter()) {
            if reserved(attribute.name()) == Some(Reserved::Validity) {
                continue;
            }
            let value = attribute.value();
            let entry = self
                .find(attribute.name(), entry::type_of(value))
                .ok_or(Error::UnknownName(number))?;
            if !entry.allows(value) {
                return Err(Error::UnknownValue(number));
            }
        }
        Ok(())
    }

    fn find(&self, name: &str, kind: u8) -> Option<&SchemaEntry> {
        let place = self
            .entries
            .binary_search_by(|entry| entry.order().cmp(&(name, kind)))
            .ok()?;
        self.entries.get(place)
    }
}

impl fmt::Display for Schema {
    /// The entries as conditions, separated by commas: for people.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, entry) in self.entries.iter().enumerate() {
            let between = if place > 0 { ", " } else { "" };
            write!(out, "{between}{entry}")?;
        }
        Ok(())
    }
}
