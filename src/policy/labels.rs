//! What a record is labelled with.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result};
use crate::policy::Date;
use crate::policy::value::{Reserved, check_name, reserved};
use crate::wire::{Reader, Writer, text};

/// Most labels of one record.
const MAX_LABELS: usize = 64;
const TOO_MANY: Error = Error::TooLarge("64 labels");
/// Bytes of the longest label, `name=value` as a whole.
const MAX_LABEL: usize = 255;
/// The value of `y` and `ym` where a device had no clock.
const UNKNOWN: &str = "unknown";

/// The labels of a record: texts `name=value`, ascending, each once.
///
/// The value is everything behind the first `=`, as it is: labels take no quotes and no types.
/// The calendar names are checked and completed: `ymd` brings `ym` and `y`, `ym` brings `y`.
///
/// ```
/// use hippocrypt::policy::Labels;
/// let labels = Labels::parse(["type=Observation", "ymd=2026-11-22"])?;
/// assert_eq!(labels.to_string(), "type=Observation, y=2026, ym=2026-11, ymd=2026-11-22");
/// assert_eq!(Labels::from_bytes(&labels.to_bytes())?, labels);
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Vec<String>);

impl Labels {
    /// Reads labels as people write them, in any order; none at all is allowed.
    ///
    /// # Errors
    /// [`Error::Label`] for text that is not a label, a day, month or year that is none, two
    /// values of `y`, `ym` or `ymd`, and `sens` beside `sens.not` of the same code; [`Error::Duplicate`]; [`Error::Reserved`] for `issued` and
    /// `expires`; [`Error::TooLarge`] beyond 64 labels, those that were added included.
    pub fn parse<'a>(items: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut all = Vec::new();
        for item in items {
            if all.len() >= MAX_LABELS {
                return Err(TOO_MANY);
            }
            check(item)?;
            all.push(String::from(item));
        }
        all.sort();
        if all.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Error::Duplicate("label"));
        }
        for implied in [month_of_day, year_of_month] {
            if let Some(label) = all.iter().find_map(|label| implied(label))
                && !all.contains(&label)
            {
                all.push(label);
            }
        }
        // A month that is not known says nothing of the year, which may be.
        if value_of(&all, "ym") == Some(UNKNOWN) && value_of(&all, "y").is_none() {
            all.push(format!("y={UNKNOWN}"));
        }
        all.sort();
        let labels = Self(all);
        labels.check_set()?;
        Ok(labels)
    }

    /// Limits and the calendar's consistency; every label is known to be one.
    fn check_set(&self) -> Result<()> {
        if self.0.len() > MAX_LABELS {
            return Err(TOO_MANY);
        }
        for name in ["y", "ym", "ymd"] {
            if self.0.iter().filter(|label| split(label).0 == name).count() > 1 {
                return Err(Error::Label("two values of y, ym or ymd"));
            }
        }
        let contradicted = |label: &String| {
            let code = label.strip_prefix("sens=");
            code.is_some_and(|code| self.0.contains(&format!("sens.not={code}")))
        };
        if self.0.iter().any(contradicted) {
            return Err(Error::Label("sens and sens.not of the same code"));
        }
        let present = |label: String| self.0.contains(&label);
        let complete = self.0.iter().all(|label| {
            month_of_day(label).is_none_or(present) && year_of_month(label).is_none_or(present)
        });
        if !complete || (value_of(&self.0, "ym").is_some() && value_of(&self.0, "y").is_none()) {
            return Err(Error::Label("ymd without its ym, or ym without its y"));
        }
        Ok(())
    }

    /// Reads the encoding that [`Labels::to_bytes`] writes.
    ///
    /// # Errors
    /// Decoding errors for other bytes; [`Error::NotCanonical`] if the order is not strictly
    /// ascending; the errors of [`Labels::parse`], and [`Error::Label`] for a `ymd` or `ym`
    /// without the labels that it brings.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let labels = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(labels)
    }

    /// As [`Labels::from_bytes`], from the front of what `reader` has.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let count = usize::from(reader.u8()?);
        if count > MAX_LABELS {
            return Err(Error::Length("labels"));
        }
        let mut all: Vec<String> = Vec::with_capacity(count);
        for _ in 0..count {
            let label = core::str::from_utf8(reader.lp16(MAX_LABEL)?)
                .map_err(|_| Error::Text("not UTF-8"))?;
            check(label)?;
            if all.last().is_some_and(|before| before.as_str() >= label) {
                return Err(Error::NotCanonical("order of labels"));
            }
            all.push(String::from(label));
        }
        let labels = Self(all);
        labels.check_set()?;
        Ok(labels)
    }

    /// The canonical encoding: a u8 count (0 to 64), then for every label, ascending, a u16
    /// length (1 to 255) and its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        // Count and lengths are bounded by every constructor.
        out.u8(self.0.len() as u8);
        for label in &self.0 {
            out.u16(label.len() as u16).bytes(label.as_bytes());
        }
        out.into_vec()
    }

    /// The labels as bytes, ascending.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(String::as_bytes)
    }

    /// The labels as text, ascending.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// How many labels there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Labels {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, label) in self.0.iter().enumerate() {
            let between = if place > 0 { ", " } else { "" };
            write!(out, "{between}{label}")?;
        }
        Ok(())
    }
}

/// Whether a policy can ask for the label: whether a record can have it.
pub(super) fn check_text(label: &str) -> core::result::Result<(), &'static str> {
    check(label).map_err(|error| match error {
        Error::Label(reason) | Error::Reserved(reason) => reason,
        _ => "not the text of a label",
    })
}

/// Accepts one label: a name of the policy language, `=`, and a value without quotes.
fn check(label: &str) -> Result<()> {
    if label.len() > MAX_LABEL {
        return Err(Error::Label("a label has at most 255 bytes"));
    }
    text::check(label)?;
    let (name, value) = label
        .split_once('=')
        .ok_or(Error::Label("a label is written name=value"))?;
    check_name(name).map_err(Error::Label)?;
    if value.is_empty() {
        return Err(Error::Label("a value has at least one byte"));
    }
    if value.starts_with('"') {
        return Err(Error::Label(
            "the value of a label is written without quotes",
        ));
    }
    if value.trim() != value {
        return Err(Error::Label(
            "the value of a label neither begins nor ends with a blank",
        ));
    }
    if reserved(name) == Some(Reserved::Validity) {
        return Err(Error::Reserved("issued and expires are attributes of keys"));
    }
    let lawful = match name {
        "ymd" => Date::parse(value).is_ok(),
        "ym" => value == UNKNOWN || Date::parse(&format!("{value}-01")).is_ok(),
        "y" => value == UNKNOWN || Date::parse(&format!("{value}-01-01")).is_ok(),
        _ => true,
    };
    if lawful {
        Ok(())
    } else {
        Err(Error::Label(
            "no day, month or year between 1900-01-01 and 2079-06-06",
        ))
    }
}

fn split(label: &str) -> (&str, &str) {
    label.split_once('=').unwrap_or((label, ""))
}

fn value_of<'a>(labels: &'a [String], name: &str) -> Option<&'a str> {
    labels
        .iter()
        .map(|label| split(label))
        .find_map(|(this, value)| (this == name).then_some(value))
}

/// The `ym` label that a `ymd` label brings.
fn month_of_day(label: &str) -> Option<String> {
    let (month, _) = label.strip_prefix("ymd=")?.rsplit_once('-')?;
    Some(format!("ym={month}"))
}

/// The `y` label that a `ym` label brings; none if the month is not known.
fn year_of_month(label: &str) -> Option<String> {
    let (year, _) = label.strip_prefix("ym=")?.rsplit_once('-')?;
    Some(format!("y={year}"))
}

#[cfg(test)]
mod tests;
