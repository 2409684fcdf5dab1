//! The tree as text that parses to the same tree.

use core::fmt::{self, Display, Write};

use crate::policy::calendar::Asked;
use crate::policy::tree::{Above, Code, Leaf, Node, Sense, Test};
use crate::policy::value::{Printed, PrintedNumber, Type};
use crate::policy::{LabelPolicy, Policy};

impl Display for Policy {
    /// Text that parses to the same bytes: parentheses where they are needed and nowhere else,
    /// the type behind every name that has one, quotes where a bare value would be another value.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(&self.root, Above::Open).fmt(out)
    }
}

impl Display for LabelPolicy {
    /// Text that parses to the same bytes under the same frame; of a blinded policy, how many rows
    /// it has.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.root() {
            Some(root) => Shown(root, Above::Open).fmt(out),
            None => write!(out, "(blinded, {} rows)", self.rows()),
        }
    }
}

/// Bytes of the printed tree.
pub(super) fn length(root: &Node) -> usize {
    struct Count(usize);
    impl Write for Count {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }
    let mut count = Count(0);
    // Counting does not fail.
    let _ = write!(count, "{}", Shown(root, Above::Open));
    count.0
}

/// A node below a gate.
struct Shown<'a>(&'a Node, Above);

impl Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(node, above) = self;
        if node.needs_parentheses(*above) {
            return write!(out, "({})", Shown(node, Above::Open));
        }
        match node {
            Node::Leaf(leaf) => leaf.fmt(out),
            Node::Not(child) => write!(out, "not {}", Shown(child, Above::Not)),
            Node::And(children) => joined(
                out,
                " and ",
                children.iter().map(|child| Shown(child, Above::And)),
            ),
            Node::Or(children) => joined(
                out,
                " or ",
                children.iter().map(|child| Shown(child, Above::Or)),
            ),
            Node::Threshold(needed, children) => {
                write!(out, "{needed} of (")?;
                joined(
                    out,
                    ", ",
                    children.iter().map(|child| Shown(child, Above::Open)),
                )?;
                out.write_str(")")
            }
        }
    }
}

impl Display for Leaf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        let text = |text| Printed { text, code: false };
        match &self.test {
            Test::Text(sense, value) => write!(out, "{name}{sense}{}", text(value)),
            Test::TextSet(values) => {
                write!(out, "{name} in {{")?;
                joined(out, ", ", values.iter().map(|value| text(value)))?;
                out.write_str("}")
            }
            Test::Code(sense, value) => write!(out, "{name}:{}{sense}{value}", Type::CODE),
            Test::CodeSet(values) => {
                write!(out, "{name}:{} in {{", Type::CODE)?;
                joined(out, ", ", values)?;
                out.write_str("}")
            }
            Test::Number(width, op, value) => {
                let value = PrintedNumber(*width, *value);
                write!(out, "{name}:{}{}{value}", width.suffix(), op.symbol())
            }
            Test::NumberSet(width, values) => {
                write!(out, "{name}:{} in {{", width.suffix())?;
                joined(
                    out,
                    ", ",
                    values.iter().map(|value| PrintedNumber(*width, *value)),
                )?;
                out.write_str("}")
            }
            Test::Range(width, low, high) => {
                let (low, high) = (PrintedNumber(*width, *low), PrintedNumber(*width, *high));
                write!(out, "{name}:{} in {low}..{high}", width.suffix())
            }
            Test::Calendar(unit, Asked::Compared(op, value)) => {
                write!(out, "{name}{}{}", op.symbol(), unit.print(*value))
            }
            Test::Calendar(unit, Asked::OneOf(values)) => {
                write!(out, "{name} in {{")?;
                joined(out, ", ", values.iter().map(|value| unit.print(*value)))?;
                out.write_str("}")
            }
            Test::Calendar(unit, Asked::Between(low, high)) => {
                write!(out, "{name} in {}..{}", unit.print(*low), unit.print(*high))
            }
        }
    }
}

impl Display for Sense {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Is => "=",
            Self::IsNot => "!=",
        })
    }
}

impl Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Printed {
            text: &self.text,
            code: true,
        };
        write!(out, "{text}{}", if self.prefix { "*" } else { "" })
    }
}

fn joined(
    out: &mut fmt::Formatter<'_>,
    between: &str,
    parts: impl IntoIterator<Item = impl Display>,
) -> fmt::Result {
    for (place, part) in parts.into_iter().enumerate() {
        if place > 0 {
            out.write_str(between)?;
        }
        part.fmt(out)?;
    }
    Ok(())
}
