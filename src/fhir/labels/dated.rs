//! From the dates of FHIR to the calendar of labels.

use alloc::format;
use alloc::string::{String, ToString};

use crate::error::{Error, Result};
use crate::fhir::Json;
use crate::policy::Date;

const BAD: Error = Error::Shape;

/// Days of UTC from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    first: Date,
    last: Date,
}

/// What an element says about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Days(Days),
    /// A time without an end or outside the calendar of labels.
    Inexpressible,
}

impl Days {
    fn through(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        }
    }

    /// The finest label that holds all of the days: `ymd` only if `day`.
    pub(super) fn label(self, day: bool) -> Option<String> {
        let (first, last) = (self.first.to_string(), self.last.to_string());
        let same = |length| {
            first
                .get(..length)
                .filter(|it| last.get(..length) == Some(*it))
        };
        if day && first == last {
            return Some(format!("ymd={first}"));
        }
        let month = same(7).map(|month| format!("ym={month}"));
        // A year is no month, though its first day is.
        month.or_else(|| same(4).map(|year| format!("y={year}")))
    }
}

/// What a date, an instant, a period or a timing says.
///
/// # Errors
/// [`Error::Shape`] for what is none.
pub(super) fn said(element: &Json) -> Result<Said> {
    if let Some(text) = element.as_str() {
        return moment(text);
    }
    let part = |name| {
        element
            .get(name)
            .map(|it| it.as_str().ok_or(BAD))
            .transpose()
    };
    if let Some(events) = element.get("event") {
        let mut all = None;
        for event in events.elements() {
            let Said::Days(days) = moment(event.as_str().ok_or(BAD)?)? else {
                return Ok(Said::Inexpressible);
            };
            all = Some(all.map_or(days, |before: Days| before.through(days)));
        }
        // What is repeated as well has dates that are not listed.
        let listed = all.filter(|_| element.get("repeat").is_none());
        return Ok(listed.map_or(Said::Inexpressible, Said::Days));
    }
    match (part("start")?, part("end")?) {
        (Some(start), Some(end)) => match (moment(start)?, moment(end)?) {
            (Said::Days(start), Said::Days(end)) if start.first <= end.last => {
                Ok(Said::Days(start.through(end)))
            }
            (Said::Days(_), Said::Days(_)) => Err(BAD),
            _ => Ok(Said::Inexpressible),
        },
        // It goes on, or began nobody knows when.
        _ if element.members().is_empty() => Err(BAD),
        _ => Ok(Said::Inexpressible),
    }
}

/// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant.
fn moment(text: &str) -> Result<Said> {
    let (day, time) = match text.split_once('T') {
        Some((day, time)) if day.len() == 10 => (day, Some(time)),
        Some(_) => return Err(BAD),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let year = digits(parts.next().unwrap_or_default(), 4)?;
    let month = parts.next().map(|it| digits(it, 2)).transpose()?;
    let number = parts.next().map(|it| digits(it, 2)).transpose()?;
    if parts.next().is_some() || year == 0 {
        return Err(BAD);
    }
    let shift = time.map(shift).transpose()?.unwrap_or(0);
    if !(1900..=2079).contains(&year) {
        check(month, number)?;
        return Ok(Said::Inexpressible);
    }
    let days = match (month, number) {
        (None, _) => span((year, 1, 1), (year, 12, 31))?,
        (Some(month), None) => span((year, month, 1), (year, month, length(year, month)?))?,
        (Some(month), Some(day)) => span((year, month, day), (year, month, day))?,
    };
    let Some(days) = days else {
        return Ok(Said::Inexpressible);
    };
    let moved = i32::from(days.first.days()) + shift;
    match (shift, u16::try_from(moved)) {
        (0, _) => Ok(Said::Days(days)),
        (_, Ok(day)) => {
            let day = Date::from_days(day);
            Ok(Said::Days(Days {
                first: day,
                last: day,
            }))
        }
        (_, Err(_)) => Ok(Said::Inexpressible),
    }
}

/// By how many days UTC is behind or ahead of the day as written.
fn shift(time: &str) -> Result<i32> {
    let text = |range: core::ops::Range<usize>| time.get(range).ok_or(BAD);
    let number = |range| text(range).and_then(|it| digits(it, 2)).map(i32::from);
    let (hour, minute, second) = (number(0..2)?, number(3..5)?, number(6..8)?);
    if text(2..3)? != ":" || text(5..6)? != ":" || hour > 23 || minute > 59 || second > 60 {
        return Err(BAD);
    }
    let mut zone = time.get(8..).unwrap_or_default();
    if let Some(fraction) = zone.strip_prefix('.') {
        zone = fraction.trim_start_matches(|it: char| it.is_ascii_digit());
        if zone.len() == fraction.len() {
            return Err(BAD);
        }
    }
    let east = match zone.split_at_checked(1) {
        Some(("Z", "")) => 0,
        Some((sign @ ("+" | "-"), rest)) => {
            let (hours, minutes) = rest.split_once(':').ok_or(BAD)?;
            let minutes = i32::from(digits(hours, 2)?) * 60 + i32::from(digits(minutes, 2)?);
            if minutes > 14 * 60 {
                return Err(BAD);
            }
            if sign == "-" { -minutes } else { minutes }
        }
        _ => return Err(BAD),
    };
    Ok((hour * 60 + minute - east).div_euclid(24 * 60))
}

/// The days between two, if they are within the calendar of labels.
fn span(first: (u16, u16, u16), last: (u16, u16, u16)) -> Result<Option<Days>> {
    let day = |(year, month, day): (u16, u16, u16)| {
        if !(1..=12).contains(&month) || day == 0 || day > length(year, month)? {
            return Err(BAD);
        }
        // Two digits each.
        Ok(Date::new(year, month as u8, day as u8).ok())
    };
    let both = day(first)?.zip(day(last)?);
    Ok(both.map(|(first, last)| Days { first, last }))
}

/// The length of a month of any year.
fn length(year: u16, month: u16) -> Result<u16> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => Ok(if leap { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Ok(30),
        1..=12 => Ok(31),
        _ => Err(BAD),
    }
}

/// Of a year that labels cannot have only the shape is looked at.
fn check(month: Option<u16>, day: Option<u16>) -> Result<()> {
    let lawful = month.is_none_or(|it| (1..=12).contains(&it))
        && day.is_none_or(|it| (1..=31).contains(&it));
    if lawful { Ok(()) } else { Err(BAD) }
}

fn digits(text: &str, length: usize) -> Result<u16> {
    let lawful = text.len() == length && text.bytes().all(|it| it.is_ascii_digit());
    let number = text.parse().ok().filter(|_| lawful);
    number.ok_or(BAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(json: &str, day: bool) -> Option<String> {
        match said(&Json::parse(json.as_bytes()).unwrap()) {
            Ok(Said::Days(days)) => days.label(day),
            Ok(Said::Inexpressible) => None,
            Err(error) => panic!("{json}: {error}"),
        }
    }

    #[test]
    fn the_finest_label_that_holds_all_of_it() {
        for (json, month, day) in [
            ("\"2026\"", "y=2026", "y=2026"),
            ("\"2026-11\"", "ym=2026-11", "ym=2026-11"),
            ("\"2026-11-22\"", "ym=2026-11", "ymd=2026-11-22"),
            // Half past midnight in Berlin is the day before in UTC.
            (
                "\"2026-03-01T00:30:00+01:00\"",
                "ym=2026-02",
                "ymd=2026-02-28",
            ),
            (
                "\"2025-12-31T23:30:00.5-01:00\"",
                "ym=2026-01",
                "ymd=2026-01-01",
            ),
            ("\"2024-02-29T12:00:60Z\"", "ym=2024-02", "ymd=2024-02-29"),
            (
                r#"{"start": "2026-02-01", "end": "2026-02-28"}"#,
                "ym=2026-02",
                "ym=2026-02",
            ),
            (
                r#"{"start": "2026-02-03T10:00:00Z", "end": "2026-02-03T11:00:00Z"}"#,
                "ym=2026-02",
                "ymd=2026-02-03",
            ),
            (
                r#"{"start": "2026-02", "end": "2026-04"}"#,
                "y=2026",
                "y=2026",
            ),
            (
                r#"{"event": ["2026-02-03", "2026-02-01"]}"#,
                "ym=2026-02",
                "ym=2026-02",
            ),
        ] {
            assert_eq!(label(json, false).as_deref(), Some(month), "{json}");
            assert_eq!(label(json, true).as_deref(), Some(day), "{json}");
        }
    }

    #[test]
    fn what_no_label_can_say_is_not_said() {
        for json in [
            r#"{"start": "2025-12-31", "end": "2026-01-01"}"#,
            r#"{"start": "2026-02-01"}"#,
            r#"{"end": "2026-02-01"}"#,
            r#"{"repeat": {"frequency": 1}}"#,
            r#"{"event": ["2026-02-03"], "repeat": {"frequency": 1}}"#,
            r#"{"event": []}"#,
            "\"1899-12-31\"",
            "\"2079\"",
            "\"2079-06-07\"",
            "\"1900-01-01T00:30:00+01:00\"",
        ] {
            assert_eq!(label(json, true), None, "{json}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for json in [
            "\"\"",
            "\"26\"",
            "\"2026-13\"",
            "\"2026-02-29\"",
            "\"1899-13\"",
            "\"0000\"",
            "\"2026-2-1\"",
            "\"2026-02-01-01\"",
            "\"2026-02T10:00:00Z\"",
            "\"2026-02-01T10:00Z\"",
            "\"2026-02-01T10:00:00\"",
            "\"2026-02-01T24:00:00Z\"",
            "\"2026-02-01T10:00:00.Z\"",
            "\"2026-02-01T10:00:00+15:00\"",
            "\"+026\"",
            "7",
            "{}",
            r#"{"start": 7, "end": "2026"}"#,
            r#"{"start": "2026-03", "end": "2026-02"}"#,
            r#"{"event": [7]}"#,
        ] {
            let json = Json::parse(json.as_bytes()).unwrap();
            assert_eq!(said(&json), Err(Error::Shape), "{json}");
        }
    }
}
