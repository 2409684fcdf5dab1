//! Days, months and years of records: what policies over labels compare.
//!
//! A record carries its day as `ymd`, its month as `ym` and its year as `y`, as far as they are
//! known. A span of days is the OR of the years, months and days it is made of, so that one row
//! decrypts.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::policy::value::Fault;
use crate::policy::{Comparison, Date, LabelFrame, Literal};

const FIRST_YEAR: u16 = 1900;
/// What is wrong with a value that is none.
const NO_YEAR: Fault = "a year from 1900 to 2079, as in y>=2026";
const NO_MONTH: Fault = "a month from 1900-01 to 2079-06, as in ym>=2026-11";
const NO_DAY: Fault = "a day from 1900-01-01 to 2079-06-06, as in ymd>=2026-11-22";
const NEVER: Fault = "no day lies there: the comparison is never true";

/// Which of the three calendar names: also how fine its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// `y`: its value is the year.
    Year = 1,
    /// `ym`: its value is the number of months since 1900-01.
    Month = 2,
    /// `ymd`: its value is the number of days since 1900-01-01.
    Day = 3,
}

/// What is asked of a record's day, month or year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// A comparison with a constant.
    Compared(Comparison, u16),
    /// `in {…}`
    OneOf(Vec<u16>),
    /// `in low..high`, both included.
    Between(u16, u16),
}

impl Unit {
    /// The unit of a calendar name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "y" => Self::Year,
            "ym" => Self::Month,
            "ymd" => Self::Day,
            _ => return None,
        })
    }

    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Year,
            2 => Self::Month,
            3 => Self::Day,
            _ => return None,
        })
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Year => "y",
            Self::Month => "ym",
            Self::Day => "ymd",
        }
    }

    /// Reads a value: `2026`, `2026-11` or `2026-11-22`, as the unit has it.
    pub(super) fn parse(self, text: &str) -> Result<u16, Fault> {
        let (rest, fault) = match self {
            Self::Year => ("-01-01", NO_YEAR),
            Self::Month => ("-01", NO_MONTH),
            Self::Day => ("", NO_DAY),
        };
        let day = Date::parse(&format!("{text}{rest}")).map_err(|_| fault)?;
        Ok(self.of_day(day))
    }

    /// The text that [`Unit::parse`] reads.
    pub(super) fn print(self, value: u16) -> String {
        match self {
            Self::Year => format!("{value:04}"),
            Self::Month => {
                let (year, month) = (FIRST_YEAR + value / 12, value % 12 + 1);
                format!("{year:04}-{month:02}")
            }
            Self::Day => format!("{}", Date::from_days(value)),
        }
    }

    /// Whether there is such a year, month or day.
    pub(super) fn is_value(self, value: u16) -> bool {
        self.first_day(value).is_some()
    }

    /// The value of the year, month or day in which a day lies.
    fn of_day(self, day: Date) -> u16 {
        let (year, month, _) = day.year_month_day();
        match self {
            Self::Year => year,
            // The last month is 2079-06.
            Self::Month => (year - FIRST_YEAR) * 12 + u16::from(month) - 1,
            Self::Day => day.days(),
        }
    }

    fn first_day(self, value: u16) -> Option<Date> {
        match self {
            Self::Year => Date::new(value, 1, 1).ok(),
            // The remainder is below 12.
            Self::Month => Date::new(FIRST_YEAR + value / 12, (value % 12) as u8 + 1, 1).ok(),
            Self::Day => Some(Date::from_days(value)),
        }
    }

    /// The last day of the year, month or day: the last that can be expressed at the end.
    fn last_day(self, value: u16) -> Option<Date> {
        let next = value.checked_add(1).and_then(|next| self.first_day(next));
        Some(match next {
            Some(next) => Date::from_days(next.days().saturating_sub(1)),
            None => self.first_day(value).map(|_| Date::MAX)?,
        })
    }

    fn label(self, value: u16) -> Literal {
        Literal::label(format!("{}={}", self.name(), self.print(value)))
    }

    /// The labels that the records of a span have, `low` and `high` included: each stands for a
    /// year, month or day that lies wholly inside.
    fn cover(self, low: u16, high: u16) -> Option<Vec<Literal>> {
        let (mut day, last) = (self.first_day(low)?, self.last_day(high)?);
        let mut labels = Vec::new();
        loop {
            let mut units = [Self::Year, Self::Month, Self::Day]
                .into_iter()
                .take(self as usize);
            let (unit, value, end) = units.find_map(|unit| {
                let value = unit.of_day(day);
                let end = unit.last_day(value)?;
                // 2079 and its June are not whole, and nothing lies behind them.
                (unit.first_day(value)? == day && end <= last).then_some((unit, value, end))
            })?;
            labels.push(unit.label(value));
            if end == last {
                return Some(labels);
            }
            day = end.next().ok()?;
        }
    }

    /// The labels of the years, months and days that are asked for, one list for each condition
    /// that must be met: one but for the negation of a set.
    pub(super) fn expand(
        self,
        asked: &Asked,
        negated: bool,
        frame: &LabelFrame,
    ) -> Result<Vec<Vec<Literal>>, Fault> {
        let span = |low: u16, high: u16| {
            if low > high {
                return Err(NEVER);
            }
            self.cover(low, high).ok_or(NEVER)
        };
        let first = Date::new(frame.first_year(), 1, 1).map_err(|_| NEVER)?;
        let (first, last) = (self.of_day(first), self.of_day(frame.last_day()));
        let below = |value: u16| span(first, value.checked_sub(1).ok_or(NEVER)?);
        let above = |value: u16| span(value.checked_add(1).ok_or(NEVER)?, last);
        // Both ends are missing, so both are the frame's, wherever the values left out lie. One
        // side can be empty, but not both.
        let outside = |low: u16, high: u16| {
            let before = low.checked_sub(1).ok_or(NEVER);
            let after = high.checked_add(1).ok_or(NEVER);
            let before = before.and_then(|end| span(first, end.min(last)));
            let after = after.and_then(|begin| span(begin.max(first), last));
            match (before, after) {
                (Ok(mut before), Ok(after)) => {
                    before.extend(after);
                    Ok(before)
                }
                (before, after) => before.or(after),
            }
        };
        let each = |op: Comparison, value: u16| match op {
            Comparison::Equal => span(value, value),
            Comparison::NotEqual => outside(value, value),
            Comparison::Less => below(value),
            Comparison::AtMost => span(first, value),
            Comparison::Greater => above(value),
            Comparison::AtLeast => span(value, last),
        };
        Ok(match asked {
            Asked::Compared(op, value) => {
                let op = if negated { op.negated() } else { *op };
                [each(op, *value)?].into()
            }
            Asked::Between(low, high) if negated => [outside(*low, *high)?].into(),
            Asked::Between(low, high) => [span(*low, *high)?].into(),
            Asked::OneOf(values) if negated => values
                .iter()
                .map(|value| each(Comparison::NotEqual, *value))
                .collect::<Result<_, _>>()?,
            Asked::OneOf(values) => {
                let mut all = Vec::new();
                for value in values {
                    all.extend(span(*value, *value)?);
                }
                [all].into()
            }
        })
    }
}
