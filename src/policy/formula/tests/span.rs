//! The shares themselves: which sets of rows determine the secret.
//!
//! A test that only opens records passes even when one child of an AND carries the whole secret.
//! So here the matrix is read off `share` with unit vectors, and for every set of leaves the
//! vector (1, 0, .., 0) has to be in the span of its rows exactly if the set satisfies the formula.

use std::string::ToString;
use std::vec;
use std::vec::Vec;

use super::tree::{Tree, all_labellings, all_trees};
use super::{literal, share_of_rows};
use crate::curve::{PublicScalar, Scalar};
use crate::policy::formula::Formula;

pub(super) type Matrix = Vec<Vec<PublicScalar>>;

/// The matrix of a formula, by sharing unit vectors.
pub(super) fn matrix(formula: &Formula) -> Matrix {
    let columns = formula.columns() + 1;
    let mut matrix = vec![Vec::new(); formula.rows().len()];
    for column in 0..columns {
        let mut unit = vec![Scalar::ZERO; columns];
        unit[column] = Scalar::ONE;
        let shares = share_of_rows(formula, unit[0], &unit[1..]);
        for (row, share) in matrix.iter_mut().zip(shares) {
            row.push(share.declassify());
        }
    }
    matrix
}

/// Whether (1, 0, .., 0) is a linear combination of the rows: Gaussian elimination of all the
/// other columns, after which only rows with the first column are left over.
pub(super) fn spans_the_secret(mut rows: Matrix) -> bool {
    let columns = rows.first().map_or(0, Vec::len);
    for column in 1..columns {
        let Some(found) = rows.iter().position(|row| !row[column].is_zero()) else {
            continue;
        };
        let pivot = rows.swap_remove(found);
        for row in rows.iter_mut().filter(|row| !row[column].is_zero()) {
            let factor = row[column];
            for (entry, &pivot_entry) in row.iter_mut().zip(&pivot) {
                *entry = *entry * pivot[column] - pivot_entry * factor;
            }
        }
    }
    rows.iter().any(|row| !row[0].is_zero())
}

/// The first set of labels for which the matrix and the tree do not agree.
fn first_disagreement(tree: &Tree, matrix: &Matrix) -> Option<u32> {
    let labels = tree.labels();
    let count = labels.iter().max().map_or(0, |most| most + 1);
    (0..1 << count).find(|&held| {
        let rows = labels
            .iter()
            .zip(matrix)
            .filter(|(label, _)| held >> *label & 1 == 1)
            .map(|(_, row)| row.clone());
        spans_the_secret(rows.collect()) != tree.holds(held)
    })
}

/// Checks `is_satisfied` and `solve` on every set of labels; the number of rows of every solution.
fn check_solutions(tree: &Tree, formula: &Formula, matrix: &Matrix) -> Vec<Option<usize>> {
    let labels = tree.labels();
    let count = labels.iter().max().map_or(0, |most| most + 1);
    let names: Vec<_> = (0..count)
        .map(|label| literal(&label.to_string()))
        .collect();
    let solved = (0..1 << count).map(|held: u32| {
        let holds = |row: &crate::policy::Literal| {
            names
                .iter()
                .position(|name| name == row)
                .is_some_and(|label| held >> label & 1 == 1)
        };
        assert_eq!(
            formula.is_satisfied(&holds),
            tree.holds(held),
            "{tree:?} {held:b}"
        );
        let solution = formula.solve(&holds);
        assert_eq!(solution.is_some(), tree.holds(held), "{tree:?} {held:b}");
        let solution = solution?;
        assert!(solution.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(
            solution
                .iter()
                .all(|(row, _)| held >> labels[*row] & 1 == 1)
        );
        let mut sum = vec![PublicScalar::ZERO; formula.columns() + 1];
        for (row, coefficient) in &solution {
            for (sum, &entry) in sum.iter_mut().zip(&matrix[*row]) {
                *sum = *sum + entry * *coefficient;
            }
        }
        assert_eq!(sum[0], PublicScalar::ONE, "{tree:?} {held:b}");
        assert!(
            sum[1..].iter().all(PublicScalar::is_zero),
            "{tree:?} {held:b}"
        );
        Some(solution.len())
    });
    solved.collect()
}

#[test]
fn every_formula_up_to_five_leaves() {
    for tree in (1..=5).flat_map(all_trees) {
        let formula = tree.formula();
        let matrix = matrix(&formula);
        assert_eq!(first_disagreement(&tree, &matrix), None, "{tree:?}");
        let solved = check_solutions(&tree, &formula, &matrix);
        // With distinct leaves the fewest rows are the smallest satisfying subset.
        for (held, rows) in (0_u32..).zip(solved) {
            let fewest = (0..=held)
                .filter(|subset| subset & held == *subset && tree.holds(*subset))
                .map(|subset| subset.count_ones() as usize)
                .min();
            assert_eq!(rows, fewest, "{tree:?} {held:b}");
        }
    }
}

#[test]
fn every_formula_up_to_four_leaves_with_repeated_literals() {
    for leaves in 2..=4 {
        let labellings = all_labellings(leaves);
        for tree in all_trees(leaves) {
            for labels in &labellings {
                let tree = tree.relabelled(&mut labels.iter().copied());
                let formula = tree.formula();
                let matrix = matrix(&formula);
                assert_eq!(first_disagreement(&tree, &matrix), None, "{tree:?}");
                check_solutions(&tree, &formula, &matrix);
                let seen = |row| {
                    labels[..=row]
                        .iter()
                        .filter(|label| **label == labels[row])
                        .count()
                };
                let occurrences: Vec<_> = (0..leaves).map(|row| seen(row) as u16).collect();
                let most = occurrences.iter().copied().max().unwrap();
                assert_eq!(formula.occurrences(), (&occurrences[..], most));
            }
        }
    }
}

#[test]
fn the_check_sees_an_and_whose_first_child_carries_the_whole_secret() {
    use super::tree::Gate::{And, AtLeast};
    let small = |rows: &[&[i64]]| -> Matrix {
        rows.iter()
            .map(|row| {
                row.iter()
                    .map(|&entry| PublicScalar::from_i64(entry))
                    .collect()
            })
            .collect()
    };
    let gate = |gate, leaves| Tree::Gate(gate, (0..leaves).map(Tree::Leaf).collect());
    let and = gate(And, 2);
    assert_eq!(first_disagreement(&and, &small(&[&[1, 1], &[0, -1]])), None);
    // The first child has everything; the second; both; or nobody can open.
    assert_eq!(
        first_disagreement(&and, &small(&[&[1, 0], &[0, 1]])),
        Some(0b01)
    );
    assert_eq!(
        first_disagreement(&and, &small(&[&[0, 1], &[1, 0]])),
        Some(0b10)
    );
    assert_eq!(
        first_disagreement(&and, &small(&[&[1, 0], &[1, 0]])),
        Some(0b01)
    );
    assert_eq!(
        first_disagreement(&and, &small(&[&[1, 1], &[0, 0]])),
        Some(0b11)
    );
    // One blinding scalar for all children of an AND of three: two of them suffice.
    let three = gate(And, 3);
    assert_eq!(
        first_disagreement(&three, &small(&[&[1, 1], &[0, -1], &[0, 1]])),
        Some(0b011)
    );
    // A threshold whose polynomial has a degree too low, and one counted from 0.
    let two_of_three = gate(AtLeast(2), 3);
    assert_eq!(
        first_disagreement(&two_of_three, &small(&[&[1], &[1], &[1]])),
        Some(0b001)
    );
    assert_eq!(
        first_disagreement(&two_of_three, &small(&[&[1, 0], &[1, 1], &[1, 2]])),
        Some(0b001)
    );
}
