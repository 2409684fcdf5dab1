//! Spans of time.

use crate::error::{Error, Result};
use crate::wire::{Reader, Writer};

/// A span of time in Unix seconds, UTC: `from` belongs to it, `until` does not.
///
/// Signed, because records may be older than 1970. An end that is open is the least or the
/// greatest number. Encoding: both as 8 bytes in two's complement, big-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    from: i64,
    until: i64,
}

impl Interval {
    /// All time.
    pub const ALWAYS: Self = Self {
        from: i64::MIN,
        until: i64::MAX,
    };

    /// From one second to before another; `None` leaves the end open.
    ///
    /// # Errors
    /// [`Error::Time`] if the span is empty.
    pub fn new(from: Option<i64>, until: Option<i64>) -> Result<Self> {
        let (from, until) = (from.unwrap_or(i64::MIN), until.unwrap_or(i64::MAX));
        if from >= until {
            return Err(Error::Time("the span ends before it begins"));
        }
        Ok(Self { from, until })
    }

    /// Its first second; none if it has always been.
    #[must_use]
    pub fn from(&self) -> Option<i64> {
        (self.from != i64::MIN).then_some(self.from)
    }

    /// The first second behind it; none if it never ends.
    #[must_use]
    pub fn until(&self) -> Option<i64> {
        (self.until != i64::MAX).then_some(self.until)
    }

    /// Whether the second lies in it.
    #[must_use]
    pub const fn has(&self, second: i64) -> bool {
        self.from <= second && second < self.until
    }

    /// Whether all of `other` lies in it.
    #[must_use]
    pub const fn covers(&self, other: &Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// Whether the two share a second.
    #[must_use]
    pub const fn meets(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// What the two share.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Option<Self> {
        self.meets(other).then(|| Self {
            from: self.from.max(other.from),
            until: self.until.min(other.until),
        })
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.array(&self.from.to_be_bytes());
        out.array(&self.until.to_be_bytes());
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let from = i64::from_be_bytes(reader.array()?);
        let until = i64::from_be_bytes(reader.array()?);
        if from >= until {
            return Err(Error::Field("span of time"));
        }
        Ok(Self { from, until })
    }
}
