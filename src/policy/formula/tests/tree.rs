//! Formulas as plain trees that a test can enumerate, draw at random and evaluate by itself.

use std::string::ToString;
use std::vec;
use std::vec::Vec;

use super::leaf;
use crate::policy::formula::{Formula, Shape};

#[derive(Clone, Debug)]
pub(super) enum Tree {
    /// The number of the label.
    Leaf(usize),
    Gate(Gate, Vec<Tree>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Gate {
    And,
    Or,
    AtLeast(u16),
}

impl Tree {
    pub(super) fn formula(&self) -> Formula {
        Formula::new(self.shape()).unwrap()
    }

    pub(super) fn shape(&self) -> Shape {
        let shapes = |children: &[Self]| children.iter().map(Self::shape).collect();
        match self {
            Self::Leaf(label) => leaf(&label.to_string()),
            Self::Gate(Gate::And, children) => Shape::And(shapes(children)),
            Self::Gate(Gate::Or, children) => Shape::Or(shapes(children)),
            Self::Gate(Gate::AtLeast(needed), children) => {
                Shape::Threshold(*needed, shapes(children))
            }
        }
    }

    /// Whether the labels whose bits are set satisfy the tree.
    pub(super) fn holds(&self, labels: u32) -> bool {
        match self {
            Self::Leaf(label) => labels >> label & 1 == 1,
            Self::Gate(gate, children) => {
                let true_children = children.iter().filter(|child| child.holds(labels)).count();
                let needed = match gate {
                    Gate::And => children.len(),
                    Gate::Or => 1,
                    Gate::AtLeast(needed) => usize::from(*needed),
                };
                true_children >= needed
            }
        }
    }

    /// The labels in leaf order.
    pub(super) fn labels(&self) -> Vec<usize> {
        match self {
            Self::Leaf(label) => vec![*label],
            Self::Gate(_, children) => children.iter().flat_map(Self::labels).collect(),
        }
    }

    /// The same tree with other labels, given in leaf order.
    pub(super) fn relabelled(&self, labels: &mut impl Iterator<Item = usize>) -> Self {
        match self {
            Self::Leaf(_) => Self::Leaf(labels.next().unwrap()),
            Self::Gate(gate, children) => {
                let children = children.iter().map(|child| child.relabelled(labels));
                Self::Gate(*gate, children.collect())
            }
        }
    }
}

/// Every tree with this many leaves, labelled 0, 1, ... in leaf order: all shapes, all gates, all
/// thresholds.
pub(super) fn all_trees(leaves: usize) -> Vec<Tree> {
    unlabelled(leaves)
        .iter()
        .map(|tree| tree.relabelled(&mut (0..)))
        .collect()
}

fn unlabelled(leaves: usize) -> Vec<Tree> {
    if leaves == 1 {
        return vec![Tree::Leaf(0)];
    }
    let mut trees = Vec::new();
    for children in forests(leaves)
        .into_iter()
        .filter(|children| children.len() >= 2)
    {
        let thresholds = (1..=children.len() as u16).map(Gate::AtLeast);
        for gate in [Gate::And, Gate::Or].into_iter().chain(thresholds) {
            trees.push(Tree::Gate(gate, children.clone()));
        }
    }
    trees
}

/// Every sequence of two or more trees (or none) with this many leaves together.
fn forests(leaves: usize) -> Vec<Vec<Tree>> {
    if leaves == 0 {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for first in 1..=leaves {
        // A forest of one tree is that tree: only a leaf may stand for itself here.
        let heads = if first == leaves && leaves > 1 {
            vec![]
        } else {
            unlabelled(first)
        };
        let tails = tails(leaves - first);
        for head in heads {
            for tail in &tails {
                all.push([vec![head.clone()], tail.clone()].concat());
            }
        }
    }
    all
}

/// Every sequence of trees with this many leaves together, a single tree included.
fn tails(leaves: usize) -> Vec<Vec<Tree>> {
    let mut all = forests(leaves);
    if leaves > 1 {
        all.extend(unlabelled(leaves).into_iter().map(|tree| vec![tree]));
    }
    all
}

/// Every way to label this many leaves, up to renaming: 0 first, each next at most one new.
pub(super) fn all_labellings(leaves: usize) -> Vec<Vec<usize>> {
    (0..leaves).fold(vec![vec![]], |shorter, _| {
        shorter
            .iter()
            .flat_map(|labels: &Vec<usize>| {
                let fresh = labels.iter().max().map_or(0, |most| most + 1);
                (0..=fresh).map(move |label| [&labels[..], &[label]].concat())
            })
            .collect()
    })
}

#[test]
fn the_enumeration_is_complete() {
    let counts: Vec<_> = (1..=5).map(|leaves| all_trees(leaves).len()).collect();
    assert_eq!(counts, [1, 4, 37, 426, 5490]);
    // Bell numbers.
    let counts: Vec<_> = (1..=5).map(|leaves| all_labellings(leaves).len()).collect();
    assert_eq!(counts, [1, 2, 5, 15, 52]);
}
