//! Sets of values with one order.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

use crate::error::{Error, Result};
use crate::wire::{Reader, Writer};

/// Most values of one set.
const MAX: usize = 256;
/// Bytes of the longest value.
pub(super) const VALUE: usize = 255;

/// Values in ascending order, each once; at most 256.
///
/// It reads as a slice and cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set<T>(Vec<T>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Set<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Ord> Set<T> {
    /// The values, sorted; what is given twice counts once.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 256, or beyond 65,536 with those given twice.
    pub fn of(values: impl IntoIterator<Item = T>) -> Result<Self> {
        // One more than may be given: what lies behind must not be left out in silence.
        let mut all: Vec<T> = values.into_iter().take(MAX * MAX + 1).collect();
        if all.len() > MAX * MAX {
            return Err(Error::TooLarge("65,536 values before what is given twice"));
        }
        all.sort();
        all.dedup();
        if all.len() > MAX {
            return Err(Error::TooLarge("256 values of one criterion"));
        }
        Ok(Self(all))
    }

    /// Whether the value is one of them.
    #[must_use]
    pub fn has<Q: Ord + ?Sized>(&self, value: &Q) -> bool
    where
        T: core::borrow::Borrow<Q>,
    {
        self.0
            .binary_search_by(|own| own.borrow().cmp(value))
            .is_ok()
    }

    pub(super) fn write(
        &self,
        out: &mut Writer,
        mut each: impl FnMut(&T, &mut Writer) -> Result<()>,
    ) -> Result<()> {
        out.u16(self.0.len() as u16); // at most MAX
        self.0.iter().try_for_each(|value| each(value, out))
    }

    /// Reads a set with at least `least` values that take `item` bytes or more each.
    pub(super) fn read<'a>(
        reader: &mut Reader<'a>,
        least: usize,
        item: usize,
        mut each: impl FnMut(&mut Reader<'a>) -> Result<T>,
    ) -> Result<Self> {
        let count = reader.count16(MAX, item)?;
        if count < least {
            return Err(Error::Length("values of a criterion"));
        }
        let mut all: Vec<T> = Vec::with_capacity(count);
        for _ in 0..count {
            let value = each(reader)?;
            if all.last().is_some_and(|before| *before >= value) {
                return Err(Error::NotCanonical("order of values"));
            }
            all.push(value);
        }
        Ok(Self(all))
    }
}

impl Set<String> {
    /// Codes, attributes or references: each 1 to 255 bytes of printable ASCII without blanks and
    /// without `& | ( ) , " \`.
    ///
    /// # Errors
    /// [`Error::Argument`] for a value that is none; [`Error::TooLarge`] beyond 256.
    pub fn values<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let all: Vec<String> = values
            .into_iter()
            .map(|value| check_value(value).map(|()| String::from(value)))
            .collect::<Result<_>>()?;
        Self::of(all)
    }

    pub(super) fn write_values(&self, out: &mut Writer) -> Result<()> {
        self.write(out, |value, out| out.lp8(value.as_bytes()).map(|_| ()))
    }

    pub(super) fn read_values(reader: &mut Reader<'_>, least: usize) -> Result<Self> {
        Self::read(reader, least, 2, read_value)
    }
}

/// Reads one value behind a u8 length.
pub(super) fn read_value(reader: &mut Reader<'_>) -> Result<String> {
    let text = reader.text8(VALUE)?;
    check_value(text).map_err(|_| Error::Text("no code, attribute or reference"))?;
    Ok(String::from(text))
}

/// A code, attribute or reference: 1 to 255 bytes of printable ASCII without blanks and without
/// `& | ( ) , " \`, so that it can stand in a label and in a policy.
///
/// # Errors
/// [`Error::Argument`].
pub(super) fn check_value(value: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"&|(),\"\\".contains(&byte);
    if value.is_empty() || value.len() > VALUE {
        return Err(Error::Argument("a value has 1 to 255 bytes"));
    }
    if !value.bytes().all(allowed) {
        return Err(Error::Argument(
            "a value is printable ASCII without blanks and without & | ( ) , \" \\",
        ));
    }
    Ok(())
}

/// An attribute: `key=value`, the key of 1 to 16 characters `a`-`z`, `0`-`9` and `.`.
///
/// # Errors
/// [`Error::Argument`].
pub(super) fn check_attribute(attribute: &str) -> Result<(&str, &str)> {
    check_value(attribute)?;
    let parts = attribute.split_once('=');
    let (key, value) = parts.ok_or(Error::Argument("an attribute is key=value"))?;
    let key_is_one = (1..=16).contains(&key.len())
        && key.starts_with(|first: char| first.is_ascii_lowercase())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.');
    if !key_is_one || value.is_empty() {
        return Err(Error::Argument("an attribute is key=value"));
    }
    Ok((key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_left_out_behind_many_that_are_the_same() {
        let all = (0..MAX * MAX).map(|_| 0_u32).chain([1]);
        assert!(matches!(Set::of(all), Err(Error::TooLarge(_))));
        let all = (1..MAX * MAX).map(|_| 0_u32).chain([1]);
        assert_eq!(Set::of(all).as_deref(), Ok(&[0, 1][..]));
    }

    #[test]
    fn a_value_has_1_to_255_bytes() {
        let long = "a".repeat(257);
        for (length, fits) in [
            (0, false),
            (1, true),
            (255, true),
            (256, false),
            (257, false),
        ] {
            assert_eq!(check_value(&long[..length]).is_ok(), fits, "{length}");
        }
    }

    #[test]
    fn an_attribute_has_a_key_of_1_to_16_small_letters_digits_and_full_stops() {
        for (attribute, parts) in [
            ("a=b", ("a", "b")),
            ("a1.z=B", ("a1.z", "B")),
            ("a=b=c", ("a", "b=c")),
            ("abcdefghijklmnop=b", ("abcdefghijklmnop", "b")),
        ] {
            assert_eq!(check_attribute(attribute), Ok(parts));
        }
        for attribute in [
            "ab",
            "=b",
            "a=",
            "abcdefghijklmnopq=b",
            "A=b",
            "aB=b",
            "a-b=c",
            "1a=b",
            ".a=b",
        ] {
            let refused = Err(Error::Argument("an attribute is key=value"));
            assert_eq!(check_attribute(attribute), refused, "{attribute}");
        }
    }
}
