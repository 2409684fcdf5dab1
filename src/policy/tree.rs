//! The tree of a policy as it was typed.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::policy::calendar::{Asked, Unit};
use crate::policy::value::{Fault, Reserved, reserved};
use crate::policy::{Comparison, Date, Width};

/// A policy or a part of one. Comparisons are unexpanded and `not` stands where it was typed;
/// only a gate directly inside a gate of the same kind is merged into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// One condition on one name.
    Leaf(Leaf),
    /// `not …`
    Not(Box<Node>),
    /// `… and …`: two or more, none itself an `And`.
    And(Vec<Node>),
    /// `… or …`: two or more, none itself an `Or`.
    Or(Vec<Node>),
    /// `k of (…)`: two or more, of which k are needed.
    Threshold(u16, Vec<Node>),
}

/// A condition on the value of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The name, without its type.
    pub(super) name: String,
    /// What is asked of its value; also its type.
    pub(super) test: Test,
}

/// What a leaf asks of the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// `=` text, or `!=` text, which only makes sense below a `not`.
    Text(Sense, String),
    /// `in {…}` of texts.
    TextSet(Vec<String>),
    /// `:code =` or `!=`.
    Code(Sense, Code),
    /// `:code in {…}`.
    CodeSet(Vec<Code>),
    /// A number compared with a constant.
    Number(Width, Comparison, u32),
    /// `in {…}` of numbers.
    NumberSet(Width, Vec<u32>),
    /// `in low..high`, both included.
    Range(Width, u32, u32),
    /// What is asked of a record's day, month or year: over labels only.
    Calendar(Unit, Asked),
}

/// Whether a condition without an order is asked for or asked away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// `=`
    Is,
    /// `!=`
    IsNot,
}

/// A code, or with a star all codes that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code {
    /// The code without the star.
    pub(super) text: String,
    /// Whether a star follows.
    pub(super) prefix: bool,
}

/// The gate whose direct child a node is: decides what needs parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Above {
    /// Nothing, or `k of (…)`, which brings its own parentheses.
    Open,
    /// An `And`.
    And,
    /// An `Or`.
    Or,
    /// A `Not`.
    Not,
}

impl Node {
    /// Whether the node must be printed in parentheses where it stands. A gate directly inside
    /// one of its own kind does not occur.
    pub(super) const fn needs_parentheses(&self, above: Above) -> bool {
        match self {
            Self::Or(_) => matches!(above, Above::And | Above::Not),
            Self::And(_) => matches!(above, Above::Not),
            _ => false,
        }
    }

    /// The children of a root `And` but for an expiry clause at its end, if it is so built.
    ///
    /// This clause is what sealing adds; it counts towards neither the leaf nor the depth limit.
    pub(super) fn before_expiry(&self) -> Option<&[Self]> {
        match self {
            Self::And(children) => children
                .split_last()
                .filter(|(last, _)| last.expiry().is_some())
                .map(|(_, before)| before),
            _ => None,
        }
    }

    /// The day of an expiry clause, `expires:date>=DAY`, if the node is one.
    pub(super) fn expiry(&self) -> Option<Date> {
        let Self::Leaf(Leaf {
            name,
            test: Test::Number(Width::Date, Comparison::AtLeast, days),
        }) = self
        else {
            return None;
        };
        (name == "expires")
            .then(|| u16::try_from(*days).ok().map(Date::from_days))
            .flatten()
    }

    /// The expiry clause of that day.
    pub(super) fn of_expiry(day: Date) -> Self {
        Self::Leaf(Leaf {
            name: String::from("expires"),
            test: Test::Number(Width::Date, Comparison::AtLeast, u32::from(day.days())),
        })
    }
}

impl Leaf {
    /// Whether a policy over attributes may use the name in this way.
    pub(super) fn check_reserved(&self) -> Result<(), Fault> {
        let date = matches!(
            self.test,
            Test::Number(Width::Date, ..)
                | Test::NumberSet(Width::Date, _)
                | Test::Range(Width::Date, ..)
        );
        match reserved(&self.name) {
            Some(Reserved::Calendar) => Err(CALENDAR),
            Some(Reserved::Validity) if !date => Err("issued and expires are dates"),
            _ => Ok(()),
        }
    }
}

/// Why a calendar name is refused.
pub(super) const CALENDAR: Fault = "y, ym and ymd are labels of records, not attributes of people";

/// The place of the first child that equals one before it.
///
/// A repeated child would carry a second share of the same meaning: in `2 of (a, a, b)` it would
/// turn two into one.
pub(super) fn first_duplicate<T: PartialEq>(children: &[T]) -> Option<usize> {
    children
        .iter()
        .enumerate()
        .position(|(place, child)| children.iter().take(place).any(|before| before == child))
}
