//! Whether a policy asks for what some key can have.

use super::entry::{CODE, TEXT};
use super::{Schema, SchemaEntry};
use crate::error::{Error, Result};
use crate::policy::tree::{Code, Leaf, Node, Test};
use crate::policy::value::{Reserved, reserved};
use crate::policy::{Comparison, Policy};

impl Schema {
    /// Whether the schema knows the name, type and values of every condition, and no comparison
    /// asks for a number beyond all that a key can have (`level>9` where levels end with 9).
    ///
    /// # Errors
    /// [`Error::UnknownName`] or [`Error::UnknownValue`] for the first condition that is not
    /// known, with its number from 1 in the order of the text; a set counts as one.
    pub fn check_policy(&self, policy: &Policy) -> Result<()> {
        self.check_node(&policy.root, false, &mut 0)
    }

    /// The recursion is as deep as the tree, which parser and decoder bound.
    fn check_node(&self, node: &Node, negated: bool, number: &mut usize) -> Result<()> {
        match node {
            // De Morgan's rules bring every `not` to the leaves below it.
            Node::Not(child) => self.check_node(child, !negated, number),
            Node::And(children) | Node::Or(children) | Node::Threshold(_, children) => children
                .iter()
                .try_for_each(|child| self.check_node(child, negated, number)),
            Node::Leaf(leaf) => {
                *number += 1;
                self.check_leaf(leaf, negated, *number)
            }
        }
    }

    fn check_leaf(&self, leaf: &Leaf, negated: bool, number: usize) -> Result<()> {
        if reserved(&leaf.name) == Some(Reserved::Validity) {
            return Ok(());
        }
        let kind = match &leaf.test {
            Test::Text(..) | Test::TextSet(_) => TEXT,
            Test::Code(..) | Test::CodeSet(_) => CODE,
            Test::Number(width, ..) | Test::NumberSet(width, _) | Test::Range(width, ..) => {
                *width as u8
            }
            // Not an attribute: no policy over attributes has it.
            Test::Calendar(..) => return Err(Error::UnknownName(number)),
        };
        let entry = self
            .find(&leaf.name, kind)
            .ok_or(Error::UnknownName(number))?;
        if entry.can_satisfy(&leaf.test, negated) {
            Ok(())
        } else {
            Err(Error::UnknownValue(number))
        }
    }
}

impl SchemaEntry {
    /// Whether all values in the test, which is of the entry's type, are known, and some value
    /// satisfies it. Text and codes are never negated in the end, so for them the first will do.
    fn can_satisfy(&self, test: &Test, negated: bool) -> bool {
        let code = |code: &Code| {
            if code.prefix {
                self.lists_prefix(&code.text)
            } else {
                self.lists(&code.text)
            }
        };
        let (low, high) = self.range().unwrap_or_default();
        let known = |number: &u32| (low..=high).contains(number);
        match test {
            Test::Text(_, text) => self.lists(text),
            Test::TextSet(texts) => texts.iter().all(|text| self.lists(text)),
            Test::Code(_, asked) => code(asked),
            Test::CodeSet(codes) => codes.iter().all(code),
            Test::Number(_, comparison, number) => {
                known(number)
                    && match (comparison, negated) {
                        // The number itself, or
                        (Comparison::Equal | Comparison::AtMost | Comparison::AtLeast, false)
                        | (Comparison::NotEqual | Comparison::Less | Comparison::Greater, true) => {
                            true
                        }
                        // another, or
                        (Comparison::Equal, true) | (Comparison::NotEqual, false) => low < high,
                        // a smaller, or
                        (Comparison::Less, false) | (Comparison::AtLeast, true) => low < *number,
                        // a greater one.
                        (Comparison::Greater, false) | (Comparison::AtMost, true) => *number < high,
                    }
            }
            Test::Calendar(..) => false,
            // No two of a set are the same, so one as long as the range leaves nothing.
            Test::NumberSet(_, numbers) => {
                numbers.iter().all(known)
                    && !(negated && numbers.len() as u64 == u64::from(high - low) + 1)
            }
            Test::Range(_, from, to) => {
                known(from) && known(to) && !(negated && (*from, *to) == (low, high))
            }
        }
    }
}
