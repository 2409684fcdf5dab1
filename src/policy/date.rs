//! Calendar days as 16-bit numbers.

use core::fmt;

use crate::error::{Error, Result};

const SECONDS_PER_DAY: u64 = 86_400;
/// 1970-01-01 counted from 1900-01-01: 70 years, 17 of them leap years.
const UNIX_EPOCH: u16 = 25_567;
const FIRST_YEAR: u16 = 1900;
const MONTHS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A day of the Gregorian calendar from 1900-01-01 to 2079-06-06.
///
/// Its encoding is the number of days since 1900-01-01 as a `u16` (SPEC.md, Comparisons), so that
/// comparing two dates is comparing two 16-bit numbers. It has no time of day and no zone; where
/// it meets a clock, the day is the UTC day.
///
/// ```
/// use hippocrypt::policy::Date;
/// let day = Date::parse("2027-12-31")?;
/// assert_eq!(day.days(), 46_750);
/// assert_eq!(day.next()?.to_string(), "2028-01-01");
/// assert!(Date::parse("2027-2-3").is_err());
/// # Ok::<(), hippocrypt::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u16);

impl Date {
    /// The first day that can be expressed: 1900-01-01.
    pub const MIN: Self = Self(0);
    /// The last day that can be expressed: 2079-06-06.
    pub const MAX: Self = Self(u16::MAX);
    /// 1970-01-01.
    pub(crate) const UNIX_EPOCH: Self = Self(UNIX_EPOCH);

    /// A day by year, month (1..=12) and day of the month (1..=31).
    ///
    /// # Errors
    /// [`Error::Time`] if the calendar has no such day, or it is outside 1900-01-01 to 2079-06-06.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self> {
        let years = year.checked_sub(FIRST_YEAR).ok_or(OUT_OF_RANGE)?;
        let place = usize::from(month)
            .checked_sub(1)
            .ok_or(Error::Time("month"))?;
        let length = month_length(year, place).ok_or(Error::Time("month"))?;
        if day == 0 || day > length {
            return Err(Error::Time("day of the month"));
        }
        let before: u32 = (0..place)
            .filter_map(|earlier| month_length(year, earlier))
            .map(u32::from)
            .sum();
        let days = days_before_year(years) + before + u32::from(day) - 1;
        u16::try_from(days).map(Self).map_err(|_| OUT_OF_RANGE)
    }

    /// The day that lies `days` after 1900-01-01.
    #[must_use]
    pub const fn from_days(days: u16) -> Self {
        Self(days)
    }

    /// Days since 1900-01-01: the encoding.
    #[must_use]
    pub const fn days(self) -> u16 {
        self.0
    }

    /// Reads `YYYY-MM-DD`: exactly ten ASCII characters, digits and hyphens, nothing around them.
    ///
    /// # Errors
    /// [`Error::Time`] for any other text and for days that [`Date::new`] refuses.
    pub fn parse(text: &str) -> Result<Self> {
        let &[a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes() else {
            return Err(NOT_A_DATE);
        };
        let year = number(&[a, b, c, d])?;
        let month = number(&[e, f])?;
        let day = number(&[g, h])?;
        // Two digits always fit.
        let narrow = |value: u16| u8::try_from(value).map_err(|_| NOT_A_DATE);
        Self::new(year, narrow(month)?, narrow(day)?)
    }

    /// The UTC day in which the given Unix time lies.
    ///
    /// # Errors
    /// [`Error::Time`] if that day is after 2079-06-06.
    pub fn from_unix(seconds: u64) -> Result<Self> {
        u16::try_from(seconds / SECONDS_PER_DAY)
            .ok()
            .and_then(|days| days.checked_add(UNIX_EPOCH))
            .map(Self)
            .ok_or(OUT_OF_RANGE)
    }

    /// The Unix time of the first second of the day, UTC.
    ///
    /// # Errors
    /// [`Error::Time`] for days before 1970-01-01, which unsigned Unix time cannot express.
    pub fn start(self) -> Result<u64> {
        self.0
            .checked_sub(UNIX_EPOCH)
            .map(|days| u64::from(days) * SECONDS_PER_DAY)
            .ok_or(Error::Time("before 1970-01-01"))
    }

    /// The day after.
    ///
    /// # Errors
    /// [`Error::Time`] for [`Date::MAX`].
    pub fn next(self) -> Result<Self> {
        self.0.checked_add(1).map(Self).ok_or(OUT_OF_RANGE)
    }

    /// Year, month (1..=12) and day of the month (1..=31).
    #[must_use]
    pub fn year_month_day(self) -> (u16, u8, u8) {
        let days = u32::from(self.0);
        // 1461 days are four years; the quotient is the year or, on few days, the one before.
        let mut years = self.0 / 366;
        while days_before_year(years + 1) <= days {
            years += 1;
        }
        let year = FIRST_YEAR + years;
        let mut rest = days - days_before_year(years);
        let mut month = 1;
        for place in 0..MONTHS.len() {
            let length = month_length(year, place).map_or(0, u32::from);
            if rest < length {
                break;
            }
            rest -= length;
            month += 1;
        }
        // `rest` is below the length of a month.
        (year, month, rest as u8 + 1)
    }
}

impl fmt::Display for Date {
    /// `YYYY-MM-DD`, the text that [`Date::parse`] reads.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

const OUT_OF_RANGE: Error = Error::Time("outside 1900-01-01 to 2079-06-06");
const NOT_A_DATE: Error = Error::Time("not YYYY-MM-DD");

/// Days from 1900-01-01 to the first day of the year 1900 + `years`.
fn days_before_year(years: u16) -> u32 {
    let years = u32::from(years);
    // 1900 was no leap year, 2000 was one: between 1901 and 2099 every fourth year is.
    365 * years + years.saturating_sub(1) / 4
}

/// Length of the month at `place` (0 = January); `None` from 12 on.
fn month_length(year: u16, place: usize) -> Option<u8> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = *MONTHS.get(place)?;
    Some(if leap && place == 1 { 29 } else { length })
}

fn number(digits: &[u8]) -> Result<u16> {
    digits.iter().try_fold(0, |value: u16, &digit| {
        if digit.is_ascii_digit() {
            // Four digits at most: below 10,000.
            Ok(value * 10 + u16::from(digit - b'0'))
        } else {
            Err(NOT_A_DATE)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn every_day_is_counted_printed_and_read() {
        let (mut year, mut month, mut day) = (1900, 1, 1);
        for days in 0..=u16::MAX {
            let date = Date::from_days(days);
            assert_eq!(date.year_month_day(), (year, month, day));
            assert_eq!(Date::new(year, month, day), Ok(date));
            assert_eq!(Date::parse(&date.to_string()), Ok(date));
            // An independent walk through the calendar.
            let length = match month {
                2 if year == 1900 || year % 4 != 0 => 28,
                2 => 29,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!((year, month, day), (2079, 6, 7));
    }

    #[test]
    fn known_days() {
        for (text, days) in [
            ("1900-01-01", 0),
            ("1970-01-01", 25_567),
            ("2000-02-29", 36_583),
            ("2079-06-06", 65_535),
        ] {
            assert_eq!(Date::parse(text).unwrap().days(), days, "{text}");
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "1899-12-31",
            "2079-06-07",
            "2080-01-01",
            "9999-12-31",
            "1900-02-29",
            "2027-02-29",
            "2028-02-30",
            "2027-04-31",
            "2027-00-10",
            "2027-13-10",
            "2027-10-00",
            "2027-10-32",
        ] {
            assert!(matches!(Date::parse(text), Err(Error::Time(_))), "{text}");
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "2027",
            "2027-1-01",
            "2027-01-1",
            "20270101",
            "2027/01/01",
            " 2027-01-01",
            "2027-01-01 ",
            "2027-01-01T",
            "+027-01-01",
            "2027-+1-01",
            "2027-01-0a",
            "-027-01-01",
            "２０２７-01",
        ] {
            assert!(matches!(Date::parse(text), Err(Error::Time(_))), "{text}");
        }
    }

    #[test]
    fn unix_time_is_cut_at_utc_midnight() {
        assert_eq!(Date::from_unix(0).unwrap().to_string(), "1970-01-01");
        assert_eq!(Date::from_unix(86_399).unwrap().to_string(), "1970-01-01");
        assert_eq!(Date::from_unix(86_400).unwrap().to_string(), "1970-01-02");
        // date -u -d @1795305600
        assert_eq!(
            Date::from_unix(1_795_305_600).unwrap().to_string(),
            "2026-11-22"
        );
        let last = Date::MAX.start().unwrap();
        assert_eq!(Date::from_unix(last + 86_399), Ok(Date::MAX));
        assert!(Date::from_unix(last + 86_400).is_err());
        assert!(Date::from_unix(u64::MAX).is_err());
        assert_eq!(Date::parse("1970-01-01").unwrap().start(), Ok(0));
        assert!(Date::parse("1969-12-31").unwrap().start().is_err());
    }

    #[test]
    fn the_last_day_has_no_successor() {
        assert_eq!(Date::from_days(u16::MAX - 1).next(), Ok(Date::MAX));
        assert!(Date::MAX.next().is_err());
    }
}
