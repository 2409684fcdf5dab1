//! Random formulas over a few labels, and their matrices as small numbers: for tests of what the
//! schemes' algebra gives away.

use std::vec::Vec;

use super::{Formula, Literal, Shape};
use crate::curve::Scalar;
use crate::curve::symbolic::{Polynomial, add, negative};

/// How many labels there are; a set of them is a number of as many bits.
pub(crate) const LABELS: u32 = 4;

pub(crate) fn literal(label: u32) -> Literal {
    Literal::text("l", &std::format!("{label}"))
}

/// Which label a literal is.
pub(crate) fn label_of(own: &Literal) -> u32 {
    (0..LABELS).find(|it| literal(*it) == *own).unwrap()
}

pub(crate) fn satisfied(formula: &Formula, labels: u32) -> bool {
    formula.is_satisfied(&|row| (0..LABELS).any(|it| labels >> it & 1 == 1 && literal(it) == *row))
}

/// A small deterministic source.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    pub(crate) fn labels(&mut self) -> u32 {
        self.roll(1 << LABELS) as u32
    }
}

fn shape(dice: &mut Dice, leaves: usize) -> Shape {
    if leaves == 1 {
        return Shape::Leaf(literal(dice.roll(LABELS as usize) as u32));
    }
    let first = 1 + dice.roll(leaves - 1);
    let mut children = Vec::from([shape(dice, first), shape(dice, leaves - first)]);
    if dice.roll(3) == 0 {
        children.push(shape(dice, 1));
    }
    match dice.roll(5) {
        0 | 1 => Shape::And(children),
        2 | 3 => Shape::Or(children),
        _ => Shape::Threshold(1 + dice.roll(children.len()) as u16, children),
    }
}

pub(crate) fn formula(dice: &mut Dice, most: usize) -> Formula {
    let leaves = 1 + dice.roll(most);
    Formula::new(shape(dice, leaves)).unwrap()
}

pub(crate) fn leaf(label: u32) -> Shape {
    Shape::Leaf(literal(label))
}

pub(crate) fn and(labels: &[u32]) -> Formula {
    Formula::new(Shape::And(labels.iter().copied().map(leaf).collect())).unwrap()
}

pub(crate) fn or(labels: &[u32]) -> Formula {
    Formula::new(Shape::Or(labels.iter().copied().map(leaf).collect())).unwrap()
}

pub(crate) fn combined(row: &[u64], secret: &[(u32, u64)], columns: &[Polynomial]) -> Polynomial {
    let mut share = add(&[], secret, row[0]);
    for (column, value) in columns.iter().zip(&row[1..]) {
        share = add(&share, column, *value);
    }
    share
}

/// The matrix of a formula, by sharing unit vectors: the library's own.
pub(crate) fn matrix(formula: &Formula) -> Vec<Vec<u64>> {
    let columns = formula.columns();
    let mut rows = std::vec![Vec::new(); formula.rows().len()];
    for unit in 0..=columns {
        let of = |at: usize| Scalar::from_u64(u64::from(at == unit));
        let fresh: Vec<Scalar> = (1..=columns).map(of).collect();
        let shares = formula.share(of(0), &fresh).unwrap();
        for (row, place) in rows.iter_mut().zip(&shares.of_row) {
            row.push(small(shares.values[usize::from(*place)]));
        }
    }
    rows
}

/// An entry of the matrix, a small integer of either sign.
fn small(value: Scalar) -> u64 {
    let low = |value: Scalar| {
        let bytes = value.to_bytes();
        bytes[..24]
            .iter()
            .all(|byte| *byte == 0)
            .then(|| u64::from_be_bytes(bytes[24..].try_into().unwrap()))
    };
    low(value).unwrap_or_else(|| negative(low(-value).unwrap()))
}
