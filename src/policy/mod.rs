//! Policies: who may open a record, and how that becomes shares of a secret (SPEC.md, Policies).

mod attributes;
mod bytes;
mod condition;
mod date;
mod display;
mod expand;
mod formula;
mod labels;
mod lexer;
mod limits;
mod literal;
mod number;
mod parser;
mod parts;
#[cfg(test)]
mod tests;
mod tree;
mod value;

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::error::{Error, Result};
use tree::Node;

pub(crate) use formula::{Shape, Shares};
pub(crate) use literal::code_key_literals;
pub(crate) use number::{comparison, key_literals, range};

pub use attributes::{Attribute, Attributes};
pub use date::Date;
pub use formula::Formula;
pub use labels::Labels;
pub use literal::Literal;
pub use number::{Comparison, Triviality, Width};

/// A policy over the attributes of keys: checked, within its limits, with its one encoding.
///
/// Two policies are equal if their canonical bytes are: the tree as typed counts, not what it
/// means. Display gives text that parses to the same bytes.
#[derive(Clone)]
pub struct Policy {
    root: Node,
    bytes: Vec<u8>,
}

impl Policy {
    /// Reads policy text; the grammar stands in the [module's documentation](self).
    ///
    /// # Errors
    /// [`Error::PolicySyntax`] where the text leaves the grammar, with what was expected there;
    /// [`Error::PolicyMeaning`] where a condition can't be meant or enforced (always or never
    /// true, a negated text, a reserved name, the same condition twice in one gate);
    /// [`Error::PolicyLimit`] beyond 256 leaves, 1,024 rows, 32 levels or 65,536 bytes. All name
    /// the position as a byte offset into the text.
    pub fn parse(text: &str) -> Result<Self> {
        Self::of(parser::parse(text)?)
    }

    /// Reads canonical bytes: only those that [`Policy::to_bytes`] of a parsed policy can give.
    ///
    /// # Errors
    /// [`Error::PolicyBytes`] with the rule that is broken; [`Error::Truncated`],
    /// [`Error::TrailingBytes`], [`Error::Length`], [`Error::Field`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::of(bytes::decode(bytes)?)
    }

    fn of(root: Node) -> Result<Self> {
        let bytes = bytes::encode(&root)?;
        Ok(Self { root, bytes })
    }

    /// The canonical bytes. They can be longer than a u16 length can say, by a few hundred bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The canonical bytes, copied.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// The policy as a formula over literals, from which secrets are shared: `not` pushed to the
    /// comparisons by De Morgan's rules, every comparison and set an OR.
    ///
    /// # Errors
    /// None that a policy, which is checked, should give; those of [`Formula::new`] otherwise.
    pub fn formula(&self) -> Result<Formula> {
        Formula::new(expand::tree(&self.root, false).map_err(Error::PolicyBytes)?)
    }

    /// Adds `and expires>=DAY`, so that only keys valid on that day or later open the record.
    ///
    /// Nothing changes if the policy has such a clause, for that day or a later one, as a child
    /// of an AND at its root, or is one. The clause counts towards neither the leaf limit nor the
    /// depth limit, but its rows count.
    ///
    /// # Errors
    /// [`Error::TooLarge`] with the limit that the policy would exceed.
    pub fn with_expiry(self, not_before: Date) -> Result<Self> {
        let implied = |node: &Node| node.expiry().is_some_and(|day| day >= not_before);
        let clause = Node::of_expiry(not_before);
        let root = match self.root {
            Node::And(children) if children.iter().any(implied) => Node::And(children),
            Node::And(mut children) => {
                children.push(clause);
                Node::And(children)
            }
            node if implied(&node) => node,
            node => Node::And([node, clause].into()),
        };
        // The decoder checks all limits again.
        match Self::from_bytes(&bytes::encode(&root)?) {
            Err(Error::PolicyBytes(limit)) => Err(Error::TooLarge(limit)),
            checked => checked,
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Policy({self})")
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Policy {}

impl Hash for Policy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl AsRef<[u8]> for Policy {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl FromStr for Policy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl TryFrom<&[u8]> for Policy {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self> {
        Self::from_bytes(bytes)
    }
}
