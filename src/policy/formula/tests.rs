//! Formulas by hand: frozen shares, limits, occurrences, shared values.

mod random;
mod span;
mod tree;

use std::collections::HashSet;
use std::string::{String, ToString};
use std::vec;

use super::*;
use crate::curve::{PublicScalar, Scalar};

static_assertions::assert_not_impl_any!(Shares: Clone, core::fmt::Debug);
static_assertions::assert_impl_all!(Shares: zeroize::ZeroizeOnDrop);
static_assertions::assert_impl_all!(Formula: Send, Sync);

fn literal(name: &str) -> Literal {
    Literal::text("name", name)
}

fn leaf(name: &str) -> Shape {
    Shape::Leaf(literal(name))
}

fn leaves(count: usize) -> Vec<Shape> {
    (0..count).map(|number| leaf(&number.to_string())).collect()
}

fn formula(shape: Shape) -> Formula {
    Formula::new(shape).unwrap()
}

/// Scalars without a pattern, fixed by `seed`.
fn scalars(seed: u64, count: usize) -> Vec<Scalar> {
    core::iter::successors(Some(Scalar::from_u64(seed)), |&last| {
        Some(last * last + Scalar::from_u64(3))
    })
    .skip(8)
    .take(count)
    .collect()
}

/// The share of every row.
fn share_of_rows(formula: &Formula, secret: Scalar, fresh: &[Scalar]) -> Vec<Scalar> {
    let shares = formula.share(secret, fresh).unwrap();
    assert_eq!(shares.of_row.len(), formula.rows().len());
    let used: HashSet<_> = shares.of_row.iter().collect();
    assert_eq!(used.len(), shares.values.len(), "a value that no row has");
    shares
        .of_row
        .iter()
        .map(|&place| shares.values[usize::from(place)])
        .collect()
}

fn reconstructed(shares: &[Scalar], solution: &[(usize, PublicScalar)]) -> Scalar {
    solution
        .iter()
        .fold(Scalar::ZERO, |sum, &(row, coefficient)| {
            sum + shares[row] * Scalar::from(coefficient)
        })
}

fn mid_size() -> Formula {
    // a and (b or c or (d and e)) and 3 of (f, g or h, a, i)
    formula(Shape::And(vec![
        leaf("a"),
        Shape::Or(vec![
            leaf("b"),
            leaf("c"),
            Shape::And(vec![leaf("d"), leaf("e")]),
        ]),
        Shape::Threshold(
            3,
            vec![
                leaf("f"),
                Shape::Or(vec![leaf("g"), leaf("h")]),
                leaf("a"),
                leaf("i"),
            ],
        ),
    ]))
}

#[test]
fn frozen_shares() {
    let formula = mid_size();
    let wide = |byte| Scalar::from_wide(&[byte; 64]);
    let fresh: Vec<_> = (0x21..=0x25).map(wide).collect();
    let shares = share_of_rows(&formula, wide(0x11), &fresh);
    let hex: Vec<String> = shares
        .iter()
        .map(|share| {
            share
                .to_bytes()
                .iter()
                .map(|byte| std::format!("{byte:02x}"))
                .collect()
        })
        .collect();
    // Computed from the formulas of SPEC.md with Python's integers.
    assert_eq!(
        hex,
        [
            "3129de0ba8da063a2a5043e492daaf87ad81904742bca660f5556502e98ef17f",
            "15d9b1eb5cc9ab27c2630ea4bcfdaa64f3d2ce7cd85fa33f32fc967fe0d4c764",
            "15d9b1eb5cc9ab27c2630ea4bcfdaa64f3d2ce7cd85fa33f32fc967fe0d4c764",
            "5b0b192612ab21e62292fefa59e0e6125333317c6d7ccce92b852a019dec0a0a",
            "2ebc401873bc0689d309e7b26cbe9c57f45d41036ae1325507776c7d42e8bd5b",
            "28aa8794ff6aa615368252e087380d3bdaedf8eff69d5aa7c47aed82406a6035",
            "06ad64a2b9fe3a043b101a97ff2d449eb43c9a4c35b6080e0b85590c5a98de85",
            "06ad64a2b9fe3a043b101a97ff2d449eb43c9a4c35b6080e0b85590c5a98de85",
            "528c308029ddeac6d65025859b3dc4eac7d99798008939c60f93459a7248ffb0",
            "246b9c86fbcebdcca1cec3994825de156e49a8cd571a37d1d0a4b32e877ac3b4",
        ]
    );
}

#[test]
fn the_worked_example_of_the_specification() {
    use crate::policy::{Comparison, Width, comparison, key_literals};
    // role=nurse and level:u8>=3 and 2 of (unit=a, unit=b or unit=c, senior=yes)
    let text = |label, value| Shape::Leaf(Literal::text(label, value));
    let level = comparison("level", Width::U8, Comparison::AtLeast, 3).unwrap();
    let formula = formula(Shape::And(vec![
        text("role", "nurse"),
        Shape::any(level),
        Shape::Threshold(
            2,
            vec![
                text("unit", "a"),
                Shape::Or(vec![text("unit", "b"), text("unit", "c")]),
                text("senior", "yes"),
            ],
        ),
    ]));
    let fresh = [7, 20, 5].map(Scalar::from_u64);
    let shares = share_of_rows(&formula, Scalar::from_u64(1000), &fresh);
    let expected = [1007, 13, 13, 13, 13, -15, -10, -10, -5];
    assert!(shares == expected.map(|share| Scalar::from(PublicScalar::from_i64(share))));
    assert_eq!(
        formula.rows()[4].as_bytes(),
        b"\x02\x00\x05level\x01\x02\x01\x03\x00\x00\x00\x00\x03"
    );

    let mut held = key_literals("level", Width::U8, 3);
    let others = [("role", "nurse"), ("unit", "c"), ("senior", "yes")];
    held.extend(others.map(|(label, value)| Literal::text(label, value)));
    let solution = formula.solve(&|row| held.contains(row)).unwrap();
    let expected = [(0, 1), (4, 1), (7, 3), (8, -2)];
    assert_eq!(
        solution,
        expected.map(|(row, weight)| (row, PublicScalar::from_i64(weight)))
    );
    assert!(reconstructed(&shares, &solution) == Scalar::from_u64(1000));
}

#[test]
fn rows_stand_in_leaf_order_and_columns_are_counted() {
    let formula = mid_size();
    let names: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h", "a", "i"]
        .map(literal)
        .into();
    assert_eq!(formula.rows(), names);
    assert_eq!(formula.columns(), 2 + 1 + 2);
    assert_eq!(
        formula.occurrences(),
        (&[1, 1, 1, 1, 1, 1, 1, 1, 2, 1][..], 2)
    );
}

#[test]
fn leaves_of_one_or_share_one_value() {
    let shares = mid_size().share(Scalar::ONE, &scalars(1, 5)).unwrap();
    // b, c are one value; g, h another.
    assert_eq!(shares.of_row, [0, 1, 1, 2, 3, 4, 5, 5, 6, 7]);
    assert_eq!(shares.values.len(), 8);

    // Also across gates that hand on their own share, wherever they stand.
    let nested = formula(Shape::Or(vec![
        Shape::And(vec![leaf("a"), leaf("b")]),
        leaf("c"),
        Shape::Or(vec![
            leaf("d"),
            Shape::Threshold(1, vec![leaf("e"), leaf("f")]),
        ]),
        Shape::And(vec![leaf("g"), Shape::Or(vec![leaf("h"), leaf("i")])]),
        leaf("j"),
    ]));
    let shares = nested.share(Scalar::ONE, &scalars(1, 2)).unwrap();
    assert_eq!(shares.of_row, [0, 1, 2, 2, 2, 2, 3, 4, 4, 2]);
    assert_eq!(shares.values.len(), 5);

    let single = formula(leaf("a")).share(Scalar::from_u64(9), &[]).unwrap();
    assert!(single.of_row == [0] && single.values == [Scalar::from_u64(9)]);
}

#[test]
fn coefficients_are_one_without_thresholds() {
    let formula = formula(Shape::And(vec![
        leaf("a"),
        Shape::Or(vec![leaf("b"), Shape::And(vec![leaf("c"), leaf("d")])]),
        leaf("e"),
    ]));
    let solution = formula.solve(&|held| *held != literal("b")).unwrap();
    let expected = [0, 2, 3, 4].map(|row| (row, PublicScalar::ONE));
    assert_eq!(solution, expected);
}

#[test]
fn nested_thresholds_multiply_their_coefficients() {
    // 2 of (a, 2 of (b, c, d), e), with c, d and e held.
    let formula = formula(Shape::Threshold(
        2,
        vec![
            leaf("a"),
            Shape::Threshold(2, vec![leaf("b"), leaf("c"), leaf("d")]),
            leaf("e"),
        ],
    ));
    let held = |name: &Literal| ["c", "d", "e"].map(literal).contains(name);
    // At 0: over {2, 3} the weights are 3 and -2, in both gates.
    let expected =
        [(2, 9), (3, -6), (4, -2)].map(|(row, weight)| (row, PublicScalar::from_i64(weight)));
    assert_eq!(formula.solve(&held).unwrap(), expected);
    let shares = share_of_rows(&formula, Scalar::from_u64(77), &scalars(5, 2));
    assert!(reconstructed(&shares, &expected) == Scalar::from_u64(77));
}

#[test]
fn the_fewest_rows_are_chosen() {
    let formula = formula(Shape::Or(vec![
        Shape::And(vec![leaf("a"), leaf("b")]),
        Shape::Threshold(
            2,
            vec![
                Shape::And(vec![leaf("a"), leaf("b"), leaf("c")]),
                leaf("d"),
                leaf("e"),
                leaf("f"),
            ],
        ),
        leaf("g"),
    ]));
    let rows = |names: &str| {
        let held = |row: &Literal| names.chars().any(|name| *row == literal(&name.to_string()));
        let solution = formula.solve(&held);
        solution.map(|rows| rows.iter().map(|(row, _)| *row).collect::<Vec<_>>())
    };
    assert_eq!(rows("abcdefg"), Some(vec![8]));
    assert_eq!(rows("abcdef"), Some(vec![0, 1]));
    assert_eq!(rows("bcdef"), Some(vec![5, 6]));
    assert_eq!(rows("bcdf"), Some(vec![5, 7]));
    assert_eq!(rows("bcd"), None);
    assert_eq!(rows(""), None);
}

#[test]
fn every_occurrence_of_a_literal_is_numbered() {
    // (b or c) and c, and c once more: one s' for all of them would let b open it.
    let formula = formula(Shape::And(vec![
        Shape::Or(vec![leaf("b"), leaf("c")]),
        leaf("c"),
        Shape::Or(vec![leaf("b"), leaf("c")]),
    ]));
    assert_eq!(formula.occurrences(), (&[1, 1, 2, 2, 3][..], 3));
}

#[test]
fn a_literal_may_repeat_in_one_gate() {
    // What `level:u8>=192 or level:u8>191` comes down to.
    let formula = formula(Shape::And(vec![leaf("a"), leaf("a")]));
    assert_eq!(formula.occurrences(), (&[1, 2][..], 2));
    let solution = formula.solve(&|_| true).unwrap();
    let shares = share_of_rows(&formula, Scalar::from_u64(4), &scalars(1, 1));
    assert!(reconstructed(&shares, &solution) == Scalar::from_u64(4));
}

#[test]
fn the_number_of_fresh_scalars_has_to_fit() {
    let formula = mid_size();
    for count in [0, 4, 6] {
        let refused = formula.share(Scalar::ONE, &scalars(1, count)).err();
        assert_eq!(refused, Some(Error::Argument("number of fresh scalars")));
    }
    assert!(formula.share(Scalar::ONE, &scalars(1, 5)).is_ok());
}

#[test]
fn a_comparison_is_a_leaf_or_one_or() {
    let one = formula(Shape::any(vec![literal("a")]));
    assert_eq!(one.rows(), [literal("a")]);
    let three = formula(Shape::any(["a", "b", "c"].map(literal).into()));
    assert_eq!(three.rows(), ["a", "b", "c"].map(literal));
    assert!(three.is_satisfied(&|held| *held == literal("b")));
    assert!(Formula::new(Shape::any(Vec::new())).is_err());
}

#[test]
fn gates_without_meaning_are_refused() {
    for shape in [
        Shape::And(leaves(0)),
        Shape::And(leaves(1)),
        Shape::Or(leaves(0)),
        Shape::Or(leaves(1)),
        Shape::Threshold(1, leaves(1)),
        Shape::Threshold(0, leaves(3)),
        Shape::Threshold(4, leaves(3)),
        Shape::Threshold(u16::MAX, leaves(3)),
        // Below another gate too.
        Shape::Or(vec![leaf("a"), Shape::And(leaves(1))]),
    ] {
        assert!(matches!(
            Formula::new(shape),
            Err(Error::PolicyMeaning(0, _))
        ));
    }
    for needed in 1..=3 {
        assert!(Formula::new(Shape::Threshold(needed, leaves(3))).is_ok());
    }
}

#[test]
fn at_most_1024_rows() {
    let wide = formula(Shape::And(leaves(1024)));
    assert_eq!((wide.rows().len(), wide.columns()), (1024, 1023));
    let shares = share_of_rows(&wide, Scalar::from_u64(6), &scalars(2, 1023));
    let solution = wide.solve(&|_| true).unwrap();
    assert!(reconstructed(&shares, &solution) == Scalar::from_u64(6));

    // The limit is on the whole, not on a gate.
    let spread = |last| {
        let mut children: Vec<_> = (0..31).map(|_| Shape::Or(leaves(32))).collect();
        children.push(Shape::Or(leaves(last)));
        Formula::new(Shape::And(children))
    };
    assert!(spread(32).is_ok());
    for refused in [spread(33), Formula::new(Shape::Or(leaves(1025)))] {
        assert!(matches!(refused, Err(Error::PolicyLimit(0, _))));
    }
}

#[test]
fn at_most_72_levels() {
    let nested = |levels: usize| {
        let shape = (1..levels).fold(leaf("a"), |below, _| Shape::And(vec![leaf("b"), below]));
        Formula::new(shape)
    };
    let deepest = nested(MAX_DEPTH).unwrap();
    let shares = share_of_rows(
        &deepest,
        Scalar::from_u64(8),
        &scalars(2, deepest.columns()),
    );
    let solution = deepest.solve(&|_| true).unwrap();
    assert!(reconstructed(&shares, &solution) == Scalar::from_u64(8));
    assert_eq!(MAX_DEPTH, 72);
    for levels in [73, 1000] {
        assert!(matches!(nested(levels), Err(Error::PolicyLimit(0, _))));
    }
}
