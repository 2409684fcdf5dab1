//! What a policy speaks about: attributes of keys, or labels of records.

use alloc::format;
use alloc::vec::Vec;

use crate::policy::calendar::Unit;
use crate::policy::limits::{LABEL_ROWS_TEXT, MAX_LABEL_ROWS, MAX_ROWS, ROWS_TEXT};
use crate::policy::tree::{CALENDAR, Leaf, Sense, Test};
use crate::policy::value::{Fault, Reserved, reserved};
use crate::policy::{LabelFrame, Literal, Shape, labels};

/// The only name whose values have a complement among the labels of records.
const SENSITIVITY: &str = "sens";
/// The calendar value of a device without a clock.
const UNKNOWN: &str = "unknown";

const NUMBER: Fault = "labels have no numbers: as text it is written in quotes";
const TYPED: Fault = "labels have no types: a name without one";
const NO_COMPLEMENT: Fault =
    "only `sens` can be negated: other labels never show what a record is not";
const NOT_PINNED: Fault = "no vocabulary of this policy pins the code, so no record shows its lack";

/// Which of the two languages is read.
#[derive(Clone, Copy)]
pub(super) enum Over<'a> {
    /// Attributes of keys.
    Attributes,
    /// Labels of records, under a frame.
    Labels(&'a LabelFrame),
}

impl Over<'_> {
    /// Rows that a policy may have.
    pub(super) const fn rows(self) -> usize {
        match self {
            Self::Attributes => MAX_ROWS,
            Self::Labels(_) => MAX_LABEL_ROWS,
        }
    }

    /// That limit in words.
    pub(super) const fn rows_text(self) -> &'static str {
        match self {
            Self::Attributes => ROWS_TEXT,
            Self::Labels(_) => LABEL_ROWS_TEXT,
        }
    }

    /// Whether a policy may use the leaf's name in this way.
    pub(super) fn check_reserved(self, leaf: &Leaf) -> Result<(), Fault> {
        match self {
            Self::Attributes => leaf.check_reserved(),
            Self::Labels(_) => match (reserved(&leaf.name), &leaf.test) {
                (Some(Reserved::Validity), _) => {
                    Err("issued and expires are attributes of keys, not labels of records")
                }
                (Some(Reserved::Calendar), Test::Text(Sense::Is, value)) if value == UNKNOWN => {
                    Ok(())
                }
                (Some(Reserved::Calendar), Test::Calendar(unit, _)) if unit.name() == leaf.name => {
                    Ok(())
                }
                (Some(Reserved::Calendar), _) | (_, Test::Calendar(..)) => Err(CALENDAR),
                _ => Ok(()),
            },
        }
    }

    /// The calendar unit of a name, where it has that meaning.
    pub(super) fn calendar(self, name: &str) -> Option<Unit> {
        match self {
            Self::Attributes => None,
            Self::Labels(_) => Unit::of(name),
        }
    }
}

/// The shape of one condition on labels.
pub(super) fn label_leaf(leaf: &Leaf, negated: bool, frame: &LabelFrame) -> Result<Shape, Fault> {
    let name = leaf.name.as_str();
    let one = |value: &str, sense: Sense| {
        if (sense == Sense::Is) == negated {
            complement(name, value, frame).map(Shape::any)
        } else {
            label(name, value).map(Shape::Leaf)
        }
    };
    match &leaf.test {
        Test::Text(sense, value) => one(value, *sense),
        Test::TextSet(values) => {
            let each = values
                .iter()
                .map(|value| one(value, Sense::Is))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(if negated {
                Shape::And(each)
            } else {
                Shape::Or(each)
            })
        }
        Test::Calendar(unit, asked) => {
            let mut each: Vec<Shape> = unit
                .expand(asked, negated, frame)?
                .into_iter()
                .map(Shape::any)
                .collect();
            Ok(match (each.pop(), each.is_empty()) {
                (Some(only), true) => only,
                (last, _) => {
                    each.extend(last);
                    Shape::And(each)
                }
            })
        }
        Test::Number(..) | Test::NumberSet(..) | Test::Range(..) => Err(NUMBER),
        Test::Code(..) | Test::CodeSet(_) => Err(TYPED),
    }
}

/// The label, if a record can have it.
fn label(name: &str, value: &str) -> Result<Literal, Fault> {
    let text = format!("{name}={value}");
    labels::check_text(&text)?;
    Ok(Literal::label(&text))
}

/// What records show that lack the label: `sens.not=CODE`, or `sens.none=ID` of a vocabulary in
/// which the code was pinned when the record was marked.
fn complement(name: &str, value: &str, frame: &LabelFrame) -> Result<Vec<Literal>, Fault> {
    if name != SENSITIVITY {
        return Err(NO_COMPLEMENT);
    }
    let mut all = Vec::from([label("sens.not", value)?]);
    for id in frame.pinning(value) {
        all.push(label("sens.none", id)?);
    }
    if all.len() == 1 {
        return Err(NOT_PINNED);
    }
    Ok(all)
}

impl Over<'_> {
    /// Why a type behind a name is refused, if it is.
    pub(super) const fn refuses_types(self) -> Option<Fault> {
        match self {
            Self::Attributes => None,
            Self::Labels(_) => Some(TYPED),
        }
    }
}
