//! The dates and times of FHIR, which may be as coarse as a year.

#[cfg(test)]
mod tests;

use alloc::format;
use alloc::string::String;

use crate::consent::Interval;

const DAY: i64 = 86_400;

/// A date or time as written: from its first second to the one after its last, before the zone
/// of those without one is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Unix seconds, as if local time were UTC when `zoned` is false.
    first: i64,
    after: i64,
    zoned: bool,
}

impl Moment {
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub(super) fn date(text: &str) -> Option<Self> {
        let (year, rest) = number(text, 4)?;
        if year == 0 {
            return None;
        }
        let (first, after) = match rest.strip_prefix('-') {
            None if rest.is_empty() => (day_number(year, 1, 1), day_number(year + 1, 1, 1)),
            None => return None,
            Some(rest) => {
                let (month, rest) = number(rest, 2)?;
                let length = month_length(year, month)?;
                match rest.strip_prefix('-') {
                    None if rest.is_empty() => {
                        let first = day_number(year, month, 1);
                        (first, first + length)
                    }
                    None => return None,
                    Some(rest) => {
                        let (day, "") = number(rest, 2)? else {
                            return None;
                        };
                        if !(1..=length).contains(&day) {
                            return None;
                        }
                        let first = day_number(year, month, day);
                        (first, first + 1)
                    }
                }
            }
        };
        Some(Self {
            first: first * DAY,
            after: after * DAY,
            zoned: false,
        })
    }

    /// `YYYY-MM-DDThh:mm:ss`, a fraction if there is one, and `Z` or `+hh:mm` or `-hh:mm`.
    pub(super) fn instant(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('T')?;
        if day.len() != 10 {
            return None;
        }
        let day = Self::date(day)?.first;
        let (hour, rest) = number(time, 2)?;
        let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
        let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
        // 60 is a leap second: Unix time counts it as the next one.
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let (fraction, zone) = match rest.strip_prefix('.') {
            None => (false, rest),
            Some(rest) => {
                let zone = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
                if zone.len() == rest.len() {
                    return None;
                }
                (true, zone)
            }
        };
        let east = match zone.split_at_checked(1)? {
            ("Z", "") => 0,
            (sign @ ("+" | "-"), rest) => {
                let (hours, rest) = number(rest, 2)?;
                let (minutes, "") = number(rest.strip_prefix(':')?, 2)? else {
                    return None;
                };
                if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) {
                    return None;
                }
                let seconds = (hours * 60 + minutes) * 60;
                if sign == "-" { -seconds } else { seconds }
            }
            _ => return None,
        };
        let second = day + (hour * 60 + minute) * 60 + second - east;
        Some(Self {
            // A period that begins within a second begins with the next: never earlier than said.
            first: second + i64::from(fraction),
            after: second + 1,
            zoned: true,
        })
    }

    /// A date or an instant.
    pub(super) fn date_time(text: &str) -> Option<Self> {
        Self::date(text).or_else(|| Self::instant(text))
    }

    /// The first second; what has no zone of its own is read `zone` minutes east of UTC.
    pub(super) fn start(self, zone: i16) -> i64 {
        self.first - self.shift(zone)
    }

    /// The second after the last.
    pub(super) fn end(self, zone: i16) -> i64 {
        self.after - self.shift(zone)
    }

    fn shift(self, zone: i16) -> i64 {
        if self.zoned { 0 } else { i64::from(zone) * 60 }
    }
}

/// The seconds from the first of `start` to the last of `end`; open where one is missing. `None`
/// if it ends before it begins.
pub(super) fn interval(start: Option<Moment>, end: Option<Moment>, zone: i16) -> Option<Interval> {
    let from = start.map(|start| start.start(zone));
    Interval::new(from, end.map(|end| end.end(zone))).ok()
}

/// A second as FHIR writes it: the day where it is the first of one in the zone, or with `end` the
/// one before it; else the time with the zone.
pub(super) fn written(second: i64, zone: i16, end: bool) -> String {
    let east = i64::from(zone) * 60;
    let last = second.saturating_sub(i64::from(end));
    let whole = second.saturating_add(east).rem_euclid(DAY) == 0;
    let local = last.saturating_add(east);
    let (year, month, day) = calendar(local.div_euclid(DAY));
    let date = format!("{year:04}-{month:02}-{day:02}");
    if whole {
        return date;
    }
    let time = local.rem_euclid(DAY);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let sign = if zone < 0 { '-' } else { '+' };
    let (hours, minutes) = (zone.abs() / 60, zone.abs() % 60);
    format!("{date}T{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:{minutes:02}")
}

/// Year, month and day of a day counted from 1970-01-01.
fn calendar(days: i64) -> (i64, i64, i64) {
    // From 0000-03-01, in eras of 400 years.
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let year = era * 400 + year;
    let date = day - (153 * month + 2) / 5 + 1;
    if month < 10 {
        (year, month + 3, date)
    } else {
        (year + 1, month - 9, date)
    }
}

/// A number of exactly so many digits at the beginning, and what follows.
fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let (own, rest) = text.split_at_checked(digits)?;
    if !own.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    own.parse().ok().map(|value| (value, rest))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> Option<i64> {
    Some(match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    })
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    // Years from March: the day that comes and goes is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
}
