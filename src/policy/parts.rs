//! Looking at a policy piece by piece, to explain it.

use alloc::vec::Vec;

use crate::error::Result;
use crate::policy::Policy;
use crate::policy::calendar::Asked;
use crate::policy::tree::{Node, Test};

impl Policy {
    /// The conditions that must all be met: the children of the AND at the root, or the whole
    /// policy. Each is a policy of its own, so a key's attributes can be held against it.
    ///
    /// ```
    /// use hippocrypt::policy::Policy;
    /// let policy = Policy::parse("role=nurse and (dept=icu or dept=er)")?;
    /// let clauses: Vec<_> = policy.clauses()?.iter().map(ToString::to_string).collect();
    /// assert_eq!(clauses, ["role=nurse", "dept=icu or dept=er"]);
    /// # Ok::<(), hippocrypt::Error>(())
    /// ```
    ///
    /// # Errors
    /// None that a policy, which is checked, should give.
    pub fn clauses(&self) -> Result<Vec<Self>> {
        match &self.root {
            Node::And(children) => children.iter().map(|it| Self::of(it.clone())).collect(),
            whole => Ok([Self::of(whole.clone())?].into()),
        }
    }

    /// How many leaves it has as typed: comparisons count once, every value of a set is one.
    #[must_use]
    pub fn leaves(&self) -> usize {
        leaves(&self.root)
    }
}

/// The recursion is as deep as the tree, which parser and decoder bound.
fn leaves(node: &Node) -> usize {
    match node {
        Node::Leaf(leaf) => match &leaf.test {
            Test::TextSet(values) => values.len(),
            Test::CodeSet(values) => values.len(),
            Test::NumberSet(_, values) => values.len(),
            Test::Calendar(_, Asked::OneOf(values)) => values.len(),
            _ => 1,
        },
        Node::Not(child) => leaves(child),
        Node::And(children) | Node::Or(children) | Node::Threshold(_, children) => {
            children.iter().map(leaves).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_counted_as_the_limit_counts_them() {
        for (text, count) in [
            ("role=nurse", 1),
            ("level>=3", 1),
            ("dept in {icu, er, cardiology}", 3),
            ("2 of (a=b, not level in {1, 2}, c=d and e=f)", 5),
            ("icd10:code in {E10*, E11, E12}", 3),
        ] {
            assert_eq!(Policy::parse(text).unwrap().leaves(), count, "{text}");
        }
    }

    #[test]
    fn clauses_are_the_policy_when_joined_again() {
        for text in ["a=b", "a=b or c=d", "a=b and (c=d or e=f) and not level<2"] {
            let policy = Policy::parse(text).unwrap();
            let clauses = policy.clauses().unwrap();
            let joined: Vec<_> = clauses
                .iter()
                .map(|clause| alloc::format!("({clause})"))
                .collect();
            assert_eq!(
                Policy::parse(&joined.join(" and ")).unwrap(),
                policy,
                "{text}"
            );
        }
    }
}
