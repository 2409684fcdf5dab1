//! Which rows give a shared secret back, and with which coefficients.

use alloc::vec;
use alloc::vec::Vec;

use crate::curve::PublicScalar;
use crate::policy::formula::{Formula, Node};
use crate::policy::literal::Literal;
use crate::share::lagrange_at_zero;

/// Rows with their coefficients.
type Weighted = Vec<(usize, PublicScalar)>;

impl Formula {
    /// The fewest rows whose literals are held and whose shares give the secret back, ascending,
    /// each with its coefficient: the secret is the sum of coefficient times share. `None` if the
    /// held literals do not satisfy the formula.
    ///
    /// Coefficients are 1 except below a threshold of two or more. Where several choices have
    /// equally many rows, that of the earlier children is taken.
    pub(crate) fn solve(&self, held: &dyn Fn(&Literal) -> bool) -> Option<Weighted> {
        self.solve_node(&self.root, held)
    }

    fn solve_node(&self, node: &Node, held: &dyn Fn(&Literal) -> bool) -> Option<Weighted> {
        match node {
            Node::Leaf(row) => held(self.rows.get(*row)?).then(|| vec![(*row, PublicScalar::ONE)]),
            Node::And(children) => {
                let mut all = Vec::new();
                for child in children {
                    all.append(&mut self.solve_node(child, held)?);
                }
                Some(all)
            }
            Node::Or(children) => children
                .iter()
                .filter_map(|child| self.solve_node(child, held))
                .min_by_key(Vec::len),
            Node::Threshold(needed, children) => {
                let mut chosen: Vec<(u16, Weighted)> = (1..)
                    .zip(children)
                    .filter_map(|(index, child)| Some((index, self.solve_node(child, held)?)))
                    .collect();
                // Stable: among equals the earlier child stays in front.
                chosen.sort_by_key(|(_, rows)| rows.len());
                chosen.truncate(usize::from(*needed));
                chosen.sort_by_key(|(index, _)| *index);
                let indices: Vec<u16> = chosen.iter().map(|(index, _)| *index).collect();
                if indices.len() < usize::from(*needed) {
                    return None;
                }
                let weights = lagrange_at_zero(&indices).ok()?;
                let scaled = weights
                    .into_iter()
                    .zip(chosen)
                    .flat_map(|(weight, (_, rows))| {
                        rows.into_iter()
                            .map(move |(row, coefficient)| (row, coefficient * weight))
                    });
                Some(scaled.collect())
            }
        }
    }
}
