//! The tree to the shape of shares: `not` pushed down, comparisons as ORs of literals.

use alloc::vec::Vec;

use crate::policy::tree::{Code, Leaf, Node, Sense, Test};
use crate::policy::value::Fault;
use crate::policy::{Comparison, Literal, Shape, Triviality, Width, comparison, range};

/// Why a text or code cannot be negated: a key can always lack it, or hold others beside it.
const OPEN_UNIVERSE: Fault =
    "text and codes cannot be negated: a key never shows what it does not hold";

/// The shape of a whole tree, every `not` pushed to the comparisons by De Morgan's rules.
///
/// The recursion is as deep as the tree, which parser and decoder bound.
pub(super) fn tree(node: &Node, negated: bool) -> Result<Shape, Fault> {
    let all = |children: &[Node]| {
        children
            .iter()
            .map(|child| tree(child, negated))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match node {
        Node::Leaf(condition) => leaf(condition, negated)?,
        Node::Not(child) => tree(child, !negated)?,
        Node::And(children) => gate(all(children)?, !negated),
        Node::Or(children) => gate(all(children)?, negated),
        Node::Threshold(needed, children) => {
            let needed = usize::from(*needed);
            // Fewer than k hold exactly where n-k+1 do not.
            let needed = if negated {
                children.len() + 1 - needed
            } else {
                needed
            };
            Shape::Threshold(needed as u16, all(children)?)
        }
    })
}

/// The shape of one condition; also the check that it is one: neither trivial nor a negation
/// that no key could show.
pub(super) fn leaf(leaf: &Leaf, negated: bool) -> Result<Shape, Fault> {
    let name = leaf.name.as_str();
    let open = |sense: Sense| {
        if (sense == Sense::IsNot) == negated {
            Ok(())
        } else {
            Err(OPEN_UNIVERSE)
        }
    };
    match &leaf.test {
        Test::Text(sense, value) => {
            open(*sense)?;
            Ok(Shape::Leaf(Literal::text(name, value)))
        }
        Test::TextSet(values) => {
            open(Sense::Is)?;
            any(values.iter().map(|value| Literal::text(name, value)))
        }
        Test::Code(sense, value) => {
            open(*sense)?;
            Ok(Shape::Leaf(code(name, value)))
        }
        Test::CodeSet(values) => {
            open(Sense::Is)?;
            any(values.iter().map(|value| code(name, value)))
        }
        Test::Number(width, op, value) => {
            let op = if negated { op.negated() } else { *op };
            any(comparison(name, *width, op, *value).map_err(trivial)?)
        }
        Test::NumberSet(width, values) => number_set(name, *width, values, negated),
        Test::Range(width, low, high) => {
            let inside = range(name, *width, *low, *high).map_err(trivial)?;
            if !negated {
                return any(inside);
            }
            // One of the halves can be empty, at an end of the type; both are not, as the range
            // is not everything.
            let below = comparison(name, *width, Comparison::Less, *low);
            let above = comparison(name, *width, Comparison::Greater, *high);
            any([below, above].into_iter().flatten().flatten())
        }
    }
}

fn number_set(name: &str, width: Width, values: &[u32], negated: bool) -> Result<Shape, Fault> {
    // The values differ, so as many as the type has are all of them.
    if values.len() as u64 > u64::from(width.max()) {
        return Err(trivial(Triviality::AlwaysTrue));
    }
    let compare = |op| {
        values
            .iter()
            .map(move |value| comparison(name, width, op, *value).map_err(trivial))
    };
    if negated {
        let all = compare(Comparison::NotEqual).map(|rows| any(rows?));
        return Ok(gate(all.collect::<Result<_, _>>()?, true));
    }
    let rows = compare(Comparison::Equal).collect::<Result<Vec<_>, _>>()?;
    any(rows.into_iter().flatten())
}

fn code(name: &str, code: &Code) -> Literal {
    if code.prefix {
        Literal::code_prefix(name, &code.text)
    } else {
        Literal::exact_code(name, &code.text)
    }
}

const fn trivial(triviality: Triviality) -> Fault {
    match triviality {
        Triviality::AlwaysTrue => "the comparison is always true",
        Triviality::NeverTrue => "the comparison is never true",
    }
}

/// One OR of literals; a single one stands alone.
fn any(literals: impl IntoIterator<Item = Literal>) -> Result<Shape, Fault> {
    let leaves: Vec<_> = literals.into_iter().map(Shape::Leaf).collect();
    if leaves.is_empty() {
        return Err(trivial(Triviality::NeverTrue));
    }
    Ok(gate(leaves, false))
}

/// An AND or OR; of a single child, that child.
fn gate(mut children: Vec<Shape>, and: bool) -> Shape {
    match (children.len(), children.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            children.extend(last);
            if and {
                Shape::And(children)
            } else {
                Shape::Or(children)
            }
        }
    }
}

/// How many rows the shape has.
pub(super) fn rows(shape: &Shape) -> usize {
    match shape {
        Shape::Leaf(_) => 1,
        Shape::And(children) | Shape::Or(children) | Shape::Threshold(_, children) => {
            children.iter().map(rows).sum()
        }
    }
}
