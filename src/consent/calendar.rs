//! Days and times of Unix seconds, for people and for JSON.

use alloc::format;
use alloc::string::String;

const DAY: i64 = 86_400;

/// A second of the Gregorian calendar in some zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// 1 to 31.
    pub(super) day: i64,
    /// Since midnight.
    pub(super) second: i64,
}

impl Clock {
    /// The second as a clock shows it `zone` minutes east of UTC.
    pub(super) fn at(second: i64, zone: i16) -> Self {
        let local = second.saturating_add(i64::from(zone) * 60);
        // Days since 0000-03-01, in eras of 400 years: leap days then end years.
        let days = local.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let (month, later) = if month < 10 {
            (month + 3, 0)
        } else {
            (month - 9, 1)
        };
        Self {
            year: year_of_era + era * 400 + later,
            month,
            day: of_year - (153 * ((month + 9) % 12) + 2) / 5 + 1,
            second: local.rem_euclid(DAY),
        }
    }

    /// `14:05:09`.
    pub(super) fn time(&self) -> String {
        let second = self.second;
        let (hours, minutes) = (second / 3600, second / 60 % 60);
        format!("{hours:02}:{minutes:02}:{:02}", second % 60)
    }
}

/// `+05:30`.
pub(super) fn offset(zone: i16) -> String {
    let minutes = zone.unsigned_abs();
    let sign = if zone < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// RFC 3339 in UTC, `2026-11-24T00:00:00Z`; none outside the years 0 to 9999.
#[cfg(any(feature = "fhir", test))]
pub(super) fn rfc3339(second: i64) -> Option<String> {
    let clock = Clock::at(second, 0);
    let Clock {
        year, month, day, ..
    } = clock;
    (0..=9999)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02}T{}Z", clock.time()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn seconds_are_days_and_times() {
        for (second, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_790_000_000, "2026-09-21T14:13:20Z"),
            (-2_203_891_200, "1900-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(second).unwrap(), text);
        }
        assert_eq!(rfc3339(253_402_300_800), None);
        assert_eq!(rfc3339(i64::MIN), None);
        assert_eq!(rfc3339(i64::MAX), None);
    }

    #[test]
    fn zones_are_written_with_their_sign() {
        for (zone, text) in [(0, "+00:00"), (330, "+05:30"), (-90, "-01:30")] {
            assert_eq!(offset(zone), text);
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut before = Clock::at(-DAY * 200_000, 0);
        for number in -199_999..200_000 {
            let day = Clock::at(DAY * number, 0);
            let next_day =
                (day.year, day.month) == (before.year, before.month) && day.day == before.day + 1;
            let next_month = day.day == 1
                && before.day >= 28
                && (day.year * 12 + day.month) == (before.year * 12 + before.month) + 1;
            assert!(next_day || next_month, "{before:?} {day:?}");
            before = day;
        }
    }

    #[test]
    fn zones_shift_the_clock() {
        let clock = Clock::at(1_790_000_000, 330);
        assert_eq!((clock.day, clock.time().as_str()), (21, "19:43:20"));
        assert_eq!(Clock::at(0, -1).year, 1969);
        assert_eq!(
            (offset(330), offset(-90)),
            ("+05:30".into(), "-01:30".into())
        );
        Clock::at(i64::MAX, 840);
        Clock::at(i64::MIN, -840);
    }
}
