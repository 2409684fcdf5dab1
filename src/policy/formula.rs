//! A policy after expansion: a monotone formula over literals, and how it shares a secret.
//!
//! Nothing here builds a matrix. The matrix of SPEC.md, Sharing by formula, is what
//! [`Formula::share`] computes by walking the tree: one row per leaf, in leaf order; the secret is
//! the first column, the fresh scalars are the others, claimed by the gates in preorder.

mod deal;
mod solve;
mod spread;
#[cfg(test)]
mod tests;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::literal::Literal;

pub(crate) use deal::Shares;

/// The most rows of a formula.
pub(crate) const MAX_ROWS: usize = 1024;
/// The most literals and gates on one way from the root to a leaf, both included: each of the 32
/// levels of a policy as typed can be an OR of ANDs, around them stand such a pair or the AND that
/// adds the expiry, and a comparison or a set becomes up to two gates more. It bounds every
/// recursion over a formula.
pub(crate) const MAX_DEPTH: usize = 72;

/// A formula as it is put together, before it is checked.
pub(crate) enum Shape {
    /// True for whoever holds the literal.
    Leaf(Literal),
    /// True if all children are; at least two.
    And(Vec<Shape>),
    /// True if one child is; at least two.
    Or(Vec<Shape>),
    /// True if this many children are: 1 to all of at least two.
    Threshold(u16, Vec<Shape>),
}

impl Shape {
    /// What a comparison becomes: the OR of its literals, or the one literal itself.
    pub(crate) fn any(mut literals: Vec<Literal>) -> Self {
        match (literals.pop(), literals.is_empty()) {
            (Some(only), true) => Self::Leaf(only),
            (Some(last), false) => {
                literals.push(last);
                Self::Or(literals.into_iter().map(Self::Leaf).collect())
            }
            // A gate without children, which `Formula::new` refuses.
            (None, _) => Self::Or(Vec::new()),
        }
    }
}

/// A checked [`Shape`]: its leaves are numbers of rows.
enum Node {
    Leaf(usize),
    And(Vec<Node>),
    Or(Vec<Node>),
    Threshold(u16, Vec<Node>),
}

/// A monotone formula over literals, within its limits.
pub struct Formula {
    root: Node,
    rows: Vec<Literal>,
    columns: usize,
    occurrences: Vec<u16>,
    most_occurrences: u16,
}

impl Formula {
    /// Checks a shape and numbers its rows and columns.
    ///
    /// A literal may stand at several leaves, even of one gate: two comparisons that are typed
    /// differently can come down to one literal. What must not be typed twice, the parser refuses.
    ///
    /// # Errors
    /// [`Error::PolicyLimit`] for more than 1,024 rows or 72 levels, [`Error::PolicyMeaning`] for
    /// a gate with fewer than two children or a threshold that is not 1 to all of them; both at
    /// position 0, as a shape has no text.
    pub(crate) fn new(shape: Shape) -> Result<Self> {
        let mut rows = Vec::new();
        let mut columns = 0;
        let root = check(shape, MAX_DEPTH, &mut rows, &mut columns)?;
        let mut count = BTreeMap::new();
        let occurrences: Vec<u16> = rows
            .iter()
            .map(|literal| {
                let seen: &mut u16 = count.entry(literal).or_default();
                *seen += 1; // at most MAX_ROWS
                *seen
            })
            .collect();
        let most_occurrences = occurrences.iter().copied().max().unwrap_or(0);
        Ok(Self {
            root,
            rows,
            columns,
            occurrences,
            most_occurrences,
        })
    }

    /// The literal of every row, in leaf order. A literal that stands at several leaves has as
    /// many rows.
    #[must_use]
    pub fn rows(&self) -> &[Literal] {
        &self.rows
    }

    /// For every row how many rows up to it, itself included, carry its literal; and the largest
    /// of these numbers.
    #[must_use]
    pub fn occurrences(&self) -> (&[u16], u16) {
        (&self.occurrences, self.most_occurrences)
    }

    /// How many fresh scalars sharing a secret takes: the columns behind the first.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Whether the literals for which `held` is true satisfy the formula.
    #[must_use]
    pub fn is_satisfied(&self, held: &dyn Fn(&Literal) -> bool) -> bool {
        self.node_is_satisfied(&self.root, held)
    }

    fn node_is_satisfied(&self, node: &Node, held: &dyn Fn(&Literal) -> bool) -> bool {
        let satisfied = |child: &Node| self.node_is_satisfied(child, held);
        match node {
            Node::Leaf(row) => self.rows.get(*row).is_some_and(held),
            Node::And(children) => children.iter().all(satisfied),
            Node::Or(children) => children.iter().any(satisfied),
            Node::Threshold(needed, children) => {
                let count = children.iter().filter(|child| satisfied(child)).count();
                count >= usize::from(*needed)
            }
        }
    }
}

/// Checks one node and what is below it, at most `depth` levels; appends its literals to `rows`
/// and counts its fresh scalars.
fn check(shape: Shape, depth: usize, rows: &mut Vec<Literal>, columns: &mut usize) -> Result<Node> {
    let below = depth
        .checked_sub(1)
        .ok_or(Error::PolicyLimit(0, "72 levels after encoding"))?;
    let mut gate = |children: Vec<Shape>, fresh: usize| -> Result<Vec<Node>> {
        if children.len() < 2 {
            return Err(Error::PolicyMeaning(
                0,
                "a gate with fewer than two children",
            ));
        }
        *columns += fresh;
        children
            .into_iter()
            .map(|child| check(child, below, rows, columns))
            .collect()
    };
    match shape {
        Shape::And(children) => {
            let fresh = children.len().saturating_sub(1);
            gate(children, fresh).map(Node::And)
        }
        Shape::Or(children) => gate(children, 0).map(Node::Or),
        Shape::Threshold(needed, children) => {
            let fresh = usize::from(needed).checked_sub(1);
            match fresh.filter(|_| usize::from(needed) <= children.len()) {
                Some(fresh) => Ok(Node::Threshold(needed, gate(children, fresh)?)),
                None => Err(Error::PolicyMeaning(0, "a threshold that is not 1 to all")),
            }
        }
        Shape::Leaf(literal) => {
            if rows.len() >= MAX_ROWS {
                return Err(Error::PolicyLimit(0, "1,024 rows after encoding"));
            }
            rows.push(literal);
            Ok(Node::Leaf(rows.len() - 1))
        }
    }
}
