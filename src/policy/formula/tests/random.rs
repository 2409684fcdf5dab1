//! Larger formulas, drawn at random.

use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::span::{matrix, spans_the_secret};
use super::tree::{Gate, Tree};
use super::{literal, reconstructed, scalars, share_of_rows};
use crate::curve::Scalar;
use crate::policy::Literal;

/// Fewer labels than leaves, so that many repeat.
const LABELS: usize = 12;

fn tree() -> impl Strategy<Value = Tree> {
    (0..LABELS)
        .prop_map(Tree::Leaf)
        .prop_recursive(6, 96, 8, |child| {
            (
                0..3,
                any::<prop::sample::Index>(),
                prop::collection::vec(child, 2..8),
            )
                .prop_map(|(gate, needed, children)| {
                    let gate = match gate {
                        0 => Gate::And,
                        1 => Gate::Or,
                        _ => Gate::AtLeast(needed.index(children.len()) as u16 + 1),
                    };
                    Tree::Gate(gate, children)
                })
        })
}

proptest! {
    #[test]
    fn shares_give_the_secret_back_exactly_to_those_who_satisfy(
        tree in tree(),
        held in 0_u32..1 << LABELS,
        seed: u64,
    ) {
        let formula = tree.formula();
        let names: Vec<_> = (0..LABELS).map(|label| literal(&label.to_string())).collect();
        let labels = tree.labels();
        let holds = |row: &Literal| {
            names.iter().position(|name| name == row).is_some_and(|label| held >> label & 1 == 1)
        };
        prop_assert_eq!(formula.is_satisfied(&holds), tree.holds(held));

        let secret = scalars(seed ^ 1, 1)[0];
        let shares = share_of_rows(&formula, secret, &scalars(seed, formula.columns()));
        let solution = formula.solve(&holds);
        prop_assert_eq!(solution.is_some(), tree.holds(held));
        if let Some(solution) = &solution {
            prop_assert!(reconstructed(&shares, solution) == secret);
            prop_assert!(solution.iter().all(|(row, _)| holds(&formula.rows()[*row])));
        }

        if labels.len() <= 24 {
            let matrix = matrix(&formula);
            let rows = labels.iter().zip(&matrix).filter(|(label, _)| held >> *label & 1 == 1);
            let spans = spans_the_secret(rows.map(|(_, row)| row.clone()).collect());
            prop_assert_eq!(spans, tree.holds(held));
            // The walk is the matrix product.
            let vector: Vec<_> = [secret].into_iter().chain(scalars(seed, formula.columns())).collect();
            for (row, share) in matrix.iter().zip(&shares) {
                let product = row
                    .iter()
                    .zip(&vector)
                    .fold(Scalar::ZERO, |sum, (&entry, &value)| sum + Scalar::from(entry) * value);
                prop_assert!(product == *share);
            }
        }
    }
}
