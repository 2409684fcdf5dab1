//! The tree to the shape of shares: `not` pushed down, comparisons as ORs of literals.

use alloc::vec::Vec;

use crate::policy::over::{Over, label_leaf};
use crate::policy::tree::{CALENDAR, Code, Leaf, Node, Sense, Test};
use crate::policy::value::Fault;
use crate::policy::{Comparison, Literal, Shape, Triviality, Width, comparison, range};

/// Why a text or code cannot be negated: a key can always lack it, or hold others beside it.
const OPEN_UNIVERSE: Fault =
    "text and codes cannot be negated: a key never shows what it does not hold";

/// The shape of a whole tree, every `not` pushed to the comparisons by De Morgan's rules.
///
/// The recursion is as deep as the tree, which parser and decoder bound.
pub(super) fn tree(node: &Node, negated: bool, over: Over<'_>) -> Result<Shape, Fault> {
    let all = |children: &[Node]| {
        children
            .iter()
            .map(|child| tree(child, negated, over))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match node {
        Node::Leaf(condition) => leaf(condition, negated, over)?,
        Node::Not(child) => tree(child, !negated, over)?,
        Node::And(children) if negated => Shape::Or(all(children)?),
        Node::Or(children) if negated => Shape::And(all(children)?),
        Node::And(children) => Shape::And(all(children)?),
        Node::Or(children) => Shape::Or(all(children)?),
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
pub(super) fn leaf(leaf: &Leaf, negated: bool, over: Over<'_>) -> Result<Shape, Fault> {
    match over {
        Over::Attributes => attribute_leaf(leaf, negated),
        Over::Labels(frame) => label_leaf(leaf, negated, frame),
    }
}

fn attribute_leaf(leaf: &Leaf, negated: bool) -> Result<Shape, Fault> {
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
            Ok(Shape::any(
                values
                    .iter()
                    .map(|value| Literal::text(name, value))
                    .collect(),
            ))
        }
        Test::Code(sense, value) => {
            open(*sense)?;
            Ok(Shape::Leaf(code(name, value)))
        }
        Test::CodeSet(values) => {
            open(Sense::Is)?;
            Ok(Shape::any(
                values.iter().map(|value| code(name, value)).collect(),
            ))
        }
        Test::Number(width, op, value) => {
            let op = if negated { op.negated() } else { *op };
            comparison(name, *width, op, *value)
                .map(Shape::any)
                .map_err(trivial)
        }
        Test::Calendar(..) => Err(CALENDAR),
        Test::NumberSet(width, values) => number_set(name, *width, values, negated),
        Test::Range(width, low, high) => {
            let inside = range(name, *width, *low, *high).map_err(trivial)?;
            if !negated {
                return Ok(Shape::any(inside));
            }
            // One of the halves can be empty, at an end of the type; both are not, as the range
            // is not everything.
            let below = comparison(name, *width, Comparison::Less, *low);
            let above = comparison(name, *width, Comparison::Greater, *high);
            Ok(Shape::any(
                [below, above].into_iter().flatten().flatten().collect(),
            ))
        }
    }
}

fn number_set(name: &str, width: Width, values: &[u32], negated: bool) -> Result<Shape, Fault> {
    // The values differ, so as many as the type has are all of them.
    if values.len() as u64 > u64::from(width.max()) {
        return Err(trivial(Triviality::AlwaysTrue));
    }
    let op = if negated {
        Comparison::NotEqual
    } else {
        Comparison::Equal
    };
    let each = values
        .iter()
        .map(|value| {
            comparison(name, width, op, *value)
                .map(Shape::any)
                .map_err(trivial)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(if negated {
        Shape::And(each)
    } else {
        Shape::Or(each)
    })
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

/// How many rows the shape has.
pub(super) fn rows(shape: &Shape) -> usize {
    match shape {
        Shape::Leaf(_) => 1,
        Shape::And(children) | Shape::Or(children) | Shape::Threshold(_, children) => {
            children.iter().map(rows).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::*;
    use crate::policy::parser::parse;

    /// A shape in short: its gates, and its leaves by their number.
    fn drawn(shape: &Shape, leaves: &mut Vec<Literal>) -> String {
        let (sign, children) = match shape {
            Shape::Leaf(literal) => {
                leaves.push(literal.clone());
                return std::format!("{}", leaves.len());
            }
            Shape::And(children) => (String::from("and"), children),
            Shape::Or(children) => (String::from("or"), children),
            Shape::Threshold(needed, children) => (std::format!("{needed}"), children),
        };
        let children: Vec<_> = children.iter().map(|child| drawn(child, leaves)).collect();
        std::format!("{sign}({})", children.join(" "))
    }

    #[test]
    fn gates_leaves_and_their_order_are_frozen() {
        for (text, shape) in [
            ("a=x", "1"),
            ("a=x and b=x or c=x", "or(and(1 2) 3)"),
            ("a in {x, y, z}", "or(1 2 3)"),
            ("a=x or a in {x, y}", "or(1 or(2 3))"),
            ("c:code in {E*, I10}", "or(1 2)"),
            ("level=3", "1"),
            ("level>=3", "or(1 2 3 4)"),
            ("level!=0", "or(1 2 3 4)"),
            ("level in {3, 5}", "or(1 2)"),
            ("level in 4..7", "1"),
            ("level in 3..8", "or(1 2 3)"),
            ("not level in {0, 255}", "and(or(1 2 3 4) or(5 6 7 8))"),
            ("not level in 0..127", "1"),
            (
                "not 2 of (level<1, level=9, not a=x)",
                "2(or(1 2 3 4) or(5 6 7 8 9 10) 11)",
            ),
            (
                "not (level<1 and not not level<1)",
                "or(or(1 2 3 4) or(5 6 7 8))",
            ),
        ] {
            let mut leaves = Vec::new();
            let root = tree(
                &parse(text, Over::Attributes).unwrap(),
                false,
                Over::Attributes,
            )
            .unwrap();
            assert_eq!(drawn(&root, &mut leaves), shape, "{text}");
            assert_eq!(rows(&root), leaves.len());
        }
    }

    #[test]
    fn leaves_stand_for_what_was_typed() {
        let mut leaves = Vec::new();
        let text = "b=2026-117 and c:code in {E11*, E11} and a in {\"3\", y}";
        drawn(
            &tree(
                &parse(text, Over::Attributes).unwrap(),
                false,
                Over::Attributes,
            )
            .unwrap(),
            &mut leaves,
        );
        assert_eq!(
            leaves,
            [
                Literal::text("b", "2026-117"),
                Literal::code_prefix("c", "E11"),
                Literal::exact_code("c", "E11"),
                Literal::text("a", "3"),
                Literal::text("a", "y"),
            ]
        );
    }
}
