//! Comparisons of numbers as an OR of single literals (SPEC.md, Comparisons).
//!
//! A number of n bits is read as n/2 digits of radix 4, the first digit the highest. For each
//! digit a key holds what its own digit satisfies, bound to the digits before it, and for each
//! length the leading bits. A policy asks for an OR of such literals: exactly one of them
//! matches each value for which the comparison holds, and none any other value. So a comparison
//! costs a few rows to seal and one row to open, and it never is an AND, in which the parts of
//! two values of one key could be mixed.

use alloc::vec;
use alloc::vec::Vec;

use crate::policy::literal::{Literal, RADIX_BITS, Relation};

/// The highest digit.
const TOP_DIGIT: u8 = (1 << RADIX_BITS) - 1;

/// The type of a number: how many bits it has, and whether it prints as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Width {
    /// 8 bits, `:u8`.
    U8 = 1,
    /// 16 bits, `:u16`.
    U16 = 2,
    /// 32 bits, `:u32`.
    U32 = 3,
    /// A [`Date`](crate::policy::Date): 16 bits, `:date`. Not comparable with `:u16`.
    Date = 4,
}

impl Width {
    /// Every width, in the order of its byte.
    pub const ALL: [Self; 4] = [Self::U8, Self::U16, Self::U32, Self::Date];

    /// The width with this byte in literals and canonical policies.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|width| *width as u8 == byte)
    }

    /// The width with this suffix in policies and attributes, colon not included.
    #[must_use]
    pub fn from_suffix(suffix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|width| width.suffix() == suffix)
    }

    /// Number of bits: 8, 16 or 32.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::U8 => 8,
            Self::U16 | Self::Date => 16,
            Self::U32 => 32,
        }
    }

    /// The largest value.
    #[must_use]
    pub const fn max(self) -> u32 {
        u32::MAX >> (32 - self.bits())
    }

    /// How the width is written behind a name's colon.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::Date => "date",
        }
    }

    /// Number of digits.
    const fn digits(self) -> u8 {
        self.bits() / RADIX_BITS
    }

    /// The first `count` bits of `value`, right-aligned.
    fn leading_bits(self, value: u32, count: u8) -> u32 {
        // A shift by all 32 bits (count = 0) leaves nothing.
        value
            .checked_shr(u32::from(self.bits().saturating_sub(count)))
            .unwrap_or(0)
    }

    /// The digits before `place`, right-aligned, and the digit there (0 = the highest).
    fn digit(self, value: u32, place: u8) -> (u32, u8) {
        let digit = self.leading_bits(value, (place + 1) * RADIX_BITS) & u32::from(TOP_DIGIT);
        // Masked to two bits.
        (self.leading_bits(value, place * RADIX_BITS), digit as u8)
    }
}

/// How a value is compared with the constant of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// The comparison that holds exactly where this one does not.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// The operator as policies write it.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// Why a comparison is no condition at all: a policy error, never a silent yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Triviality {
    /// Every value of the type satisfies it.
    AlwaysTrue,
    /// No value of the type satisfies it.
    NeverTrue,
}

/// The children of one OR (or a single leaf), or why the comparison is trivial.
type Rows = core::result::Result<Vec<Literal>, Triviality>;

/// What a key with this value holds: 20 literals for 8 bits, 40 for 16, 80 for 32.
///
/// Frozen order: for every digit from the highest, `>=` 1 up to the digit, then `<=` the digit up
/// to 2; behind them the leading bits, 1 to all. A value beyond the width gives no literal, so
/// that it satisfies nothing; attributes refuse it before.
pub(crate) fn key_literals(label: &str, width: Width, value: u32) -> Vec<Literal> {
    if value > width.max() {
        return Vec::new();
    }
    let held = usize::from(width.digits()) * usize::from(TOP_DIGIT) + usize::from(width.bits());
    let mut literals = Vec::with_capacity(held);
    for place in 0..width.digits() {
        let (prefix, digit) = width.digit(value, place);
        let at =
            |relation| move |bound| Literal::number(label, width, relation, place, prefix, bound);
        literals.extend((1..=digit).map(at(Relation::AtLeast)));
        literals.extend((digit..TOP_DIGIT).map(at(Relation::AtMost)));
    }
    literals.extend((1..=width.bits()).map(|length| node(label, width, value, length)));
    literals
}

/// The literals of which a key must hold one for `value of label  op  value` to be true.
///
/// A constant beyond the width is compared as the number it is: `:u8 < 300` is always true.
pub(crate) fn comparison(label: &str, width: Width, op: Comparison, value: u32) -> Rows {
    let beyond = value > width.max();
    match op {
        Comparison::Equal if beyond => Err(Triviality::NeverTrue),
        Comparison::Equal => Ok(vec![node(label, width, value, width.bits())]),
        Comparison::NotEqual if beyond => Err(Triviality::AlwaysTrue),
        Comparison::NotEqual => {
            // At the ends of the type one half is empty; never both, there are 256 values or more.
            let mut rows = less(label, width, value).unwrap_or_default();
            rows.extend(greater(label, width, value).unwrap_or_default());
            Ok(rows)
        }
        Comparison::Less => less(label, width, value),
        Comparison::AtMost => match value.checked_add(1) {
            Some(next) => less(label, width, next),
            None => Err(Triviality::AlwaysTrue),
        },
        Comparison::Greater => greater(label, width, value),
        Comparison::AtLeast => match value.checked_sub(1) {
            Some(previous) => greater(label, width, previous),
            None => Err(Triviality::AlwaysTrue),
        },
    }
}

/// The literals of which a key must hold one for `low <= value of label <= high`: the fewest
/// aligned blocks of values that fill the range, in ascending order.
pub(crate) fn range(label: &str, width: Width, low: u32, high: u32) -> Rows {
    let high = high.min(width.max());
    if low > high {
        return Err(Triviality::NeverTrue);
    }
    if low == 0 && high == width.max() {
        return Err(Triviality::AlwaysTrue);
    }
    // At most two blocks of each size.
    let mut rows = Vec::with_capacity(2 * usize::from(width.bits()));
    let mut next = u64::from(low);
    let end = u64::from(high) + 1;
    while let Some(left) = end.checked_sub(next).and_then(u64::checked_ilog2) {
        // The largest block that starts here and stays inside.
        let block = next.trailing_zeros().min(left);
        // Below the width, as the range is not everything; `next` is at most `high` here.
        let length = width.bits().saturating_sub(block as u8);
        rows.push(node(label, width, next as u32, length));
        next += 1 << block;
    }
    Ok(rows)
}

/// `x < value`: x has a lower digit where it first differs.
fn less(label: &str, width: Width, value: u32) -> Rows {
    if value > width.max() {
        return Err(Triviality::AlwaysTrue);
    }
    let rows: Vec<_> = (0..width.digits())
        .filter_map(|place| {
            let (prefix, digit) = width.digit(value, place);
            let bound = digit.checked_sub(1)?;
            Some(Literal::number(
                label,
                width,
                Relation::AtMost,
                place,
                prefix,
                bound,
            ))
        })
        .collect();
    if rows.is_empty() {
        Err(Triviality::NeverTrue)
    } else {
        Ok(rows)
    }
}

/// `x > value`: x has a higher digit where it first differs.
fn greater(label: &str, width: Width, value: u32) -> Rows {
    if value >= width.max() {
        return Err(Triviality::NeverTrue);
    }
    Ok((0..width.digits())
        .filter_map(|place| {
            let (prefix, digit) = width.digit(value, place);
            (digit < TOP_DIGIT)
                .then(|| Literal::number(label, width, Relation::AtLeast, place, prefix, digit + 1))
        })
        .collect())
}

/// The literal of all values that begin with the first `length` bits of `value`.
fn node(label: &str, width: Width, value: u32, length: u8) -> Literal {
    let prefix = width.leading_bits(value, length);
    Literal::number(label, width, Relation::Node, length, prefix, 0)
}

#[cfg(test)]
mod tests;
