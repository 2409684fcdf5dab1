//! Policies: who may open a record, and how that becomes shares of a secret (SPEC.md, Policies).
//!
//! A [`Policy`] is text, a tree and canonical bytes at once; [`Policy::formula`] makes of it a
//! [`Formula`] over [`Literal`]s, from which a secret is shared. [`Attributes`] are what a key is
//! issued for, [`Labels`] what a record is marked with. All three are checked where they are
//! made, so that nothing above asks again.
//!
//! ```
//! use hippocrypt::policy::{Attributes, Date, Policy};
//!
//! let policy = Policy::parse(
//!     "role=cardiologist and (dept=icu or dept in {er, cardiology}) and level>=3 \
//!      and licensed>=2026-01-01 and not level<2 and icd10:code=E11*",
//! )?;
//! // Printing writes every type; what it prints parses to the same bytes.
//! assert_eq!(Policy::parse(&policy.to_string())?, policy);
//! assert_eq!(Policy::from_bytes(policy.as_bytes())?, policy);
//!
//! let key = Attributes::parse([
//!     "role=cardiologist", "dept=er", "level=3", "licensed=2026-01-01", "icd10:code=E11.9",
//! ])?;
//! let held = key.literals();
//! assert!(policy.formula()?.is_satisfied(&|literal| held.contains(literal)));
//!
//! // What sealing adds by default: only keys that are still valid that day.
//! let sealed = Policy::parse("a=b or c=d")?.with_expiry(Date::parse("2026-11-22")?)?;
//! assert_eq!(sealed.to_string(), "(a=b or c=d) and expires:date>=2026-11-22");
//! # Ok::<(), hippocrypt::Error>(())
//! ```
//!
//! A mistake is never ignored, and its place is named:
//!
//! ```
//! use hippocrypt::{Error, policy::Policy};
//!
//! for (text, position) in [
//!     ("role=nurse dept=icu", 11),      // text behind a complete policy
//!     ("role=nurse AND dept=icu", 11),  // keywords are lower case
//!     ("role=nurse and level>=0", 15),  // always true
//!     ("not role=nurse", 4),            // a key can't show what it does not hold
//!     ("level=007", 6),                 // a number or text? quotes say so
//! ] {
//!     match Policy::parse(text) {
//!         Err(Error::PolicySyntax(at, _) | Error::PolicyMeaning(at, _)) => {
//!             assert_eq!(at, position, "{text}");
//!         }
//!         _ => panic!("{text}"),
//!     }
//! }
//! ```
//!
//! # Grammar
//!
//! ```text
//! policy    = or ;                                  (* then the end of the text *)
//! or        = and , { "or" , and } ;
//! and       = operand , { "and" , operand } ;
//! operand   = "not" , operand
//!           | "(" , or , ")"
//!           | integer , "of" , "(" , or , "," , or , { "," , or } , ")"
//!           | leaf ;
//! leaf      = name , [ ":" , type ] , test ;        (* no blank around the colon *)
//! type      = "u8" | "u16" | "u32" | "date" | "code" ;
//! test      = ( "=" | "!=" ) , constant
//!           | ( "<" | "<=" | ">" | ">=" ) , number
//!           | "in" , "{" , constant , "," , constant , { "," , constant } , "}"
//!           | "in" , number , ".." , number ;       (* both ends included *)
//! constant  = number | value | value , "*" ;        (* no blank before the star *)
//! number    = integer | date ;
//! integer   = "0" | nonzero , { digit } ;
//! date      = 4 * digit , "-" , 2 * digit , "-" , 2 * digit ;
//! value     = word | quoted ;
//! name      = letter , { letter | digit | "." | "_" | "-" } ;
//! word      = ( letter | digit ) , { letter | digit | "." | "_" | "-" | "+" | "@" | "/" | ":" } ;
//! quoted    = '"' , { any character but '"' and "\" | '\"' | "\\" } , '"' ;
//! ```
//!
//! Letters and digits are ASCII; so is everything outside quotes. Tokens are as long as they can
//! be; between them stand any number of spaces, tabs, line feeds and carriage returns. Neither a
//! name nor a word holds two full stops in a row (`1..5` is a range). `not` binds tighter than
//! `and`, `and` tighter than `or`. Everything is case-sensitive, nothing is trimmed.
//!
//! - **Names** have 1 to 127 bytes. `and or not in of` are no names, in any letter case.
//! - **Values** have 1 to 255 bytes of UTF-8 in normalisation form C, without control characters,
//!   line separators and bidirectional controls; `\"` and `\\` are the only escapes. The
//!   lower-case keywords are values in quotes only (`dept=OR` needs none, `dept="or"` does).
//! - **A bare value is what it looks like.** Digits alone are a number, without leading zeros; a
//!   word of the shape `dddd-dd-dd` is a date and must be one; every other word is text
//!   (`irb=2026-117`, `month=2026-11`). In quotes it is always text. A name without a type is
//!   `:u8` with a number, `:date` with a date. Behind `:code` every word is a code, digits too.
//! - **Widths**: `u8` to 255, `u16` to 65535, `u32` to 4294967295, `date` from 1900-01-01 to
//!   2079-06-06. A value beyond its width is an error, and so is a comparison, range or set that
//!   every value or none satisfies. The same name with another type is another attribute.
//! - **Codes** are equal or, with a star, begin so. No other type has a star.
//! - **Sets** have two values or more, of one type, no two the same.
//! - **Gates**: `k of` needs two members or more and 1 <= k <= all. Two equal children of one gate
//!   are an error; elsewhere an attribute may stand again.
//! - **Negation** is pushed to the comparisons: `not` turns `and` into `or`, k of n into n-k+1 of
//!   n, `<` into `>=`, and cancels `not`. Where it (or `!=`) would remain on text or a code it is
//!   an error: a key can lack a text it doesn't want to show. A name that the key does not have
//!   satisfies neither a comparison nor its negation.
//! - **Reserved names**: `issued` and `expires` are dates, and only the authority sets them; `y`,
//!   `ym` and `ymd` are labels of records, and errors here.
//!
//! # Limits
//!
//! | what | at most |
//! |---|---|
//! | leaves as typed, every value of a set being one | 256 |
//! | rows, after comparisons and sets are expanded and `not` is pushed down | 1,024 |
//! | levels: every `(`, `not` and `k of (` that a leaf stands in is one | 32 |
//! | bytes of text, as typed and as printed | 65,536 |
//!
//! A leaf `expires:date>=DAY` as the last child of an AND at the root is the form that
//! [`Policy::with_expiry`] gives. It counts towards the rows only, and such a policy may have 31
//! bytes of text more. If the rest of the root is one OR, the parentheses that the AND brings to
//! it are no level; in text, the leaf must then stand at the end without parentheses of its own.
//!
//! # Canonical bytes
//!
//! The tree as typed, in preorder: `not` where it stands, children in their order, comparisons
//! and sets unexpanded; a gate directly inside its like is merged into it, and parentheses leave
//! no trace. Integers are big-endian. The first byte is the encoding: 1, a policy over
//! attributes. Then comes the root:
//!
//! | first byte of a node | meaning | what follows |
//! |---|---|---|
//! | 0x01..0x7f | `name=text` | name (this byte is its length), u8 length and value |
//! | 0x80 | `and` | u16 n >= 2, n nodes, none of them 0x80 |
//! | 0x81 | `or` | u16 n >= 2, n nodes, none of them 0x81 |
//! | 0x82 | `k of` | u16 k, u16 n >= 2, n nodes |
//! | 0x83 | `not` | one node |
//! | 0x84 | `name!=text` | NAME, u8 length and value |
//! | 0x85 | `name in {text, …}` | NAME, u16 n >= 2, n times u8 length and value |
//! | 0x86 | `name:code=…`, `!=` | NAME, u8 OP (1 or 2), CODE |
//! | 0x87 | `name:code in {…}` | NAME, u16 n >= 2, n times CODE |
//! | 0x88 | comparison of a number | NAME, u8 TYPE, u8 OP, NUMBER |
//! | 0x89 | set of numbers | NAME, u8 TYPE, u16 n >= 2, n times NUMBER |
//! | 0x8a | range of numbers | NAME, u8 TYPE, NUMBER low, NUMBER high >= low |
//!
//! NAME is a u8 length (1..127) and the name; CODE is u8 1 with a star or 0 without, u8 length
//! and the code; TYPE is 1 `u8`, 2 `u16`, 3 `u32`, 4 `date`; NUMBER has 1, 2, 4 or 2 bytes, a date
//! being the days since 1900-01-01; OP is 1 `=`, 2 `!=`, 3 `<`, 4 `<=`, 5 `>`, 6 `>=`.
//!
//! A decoder accepts exactly what some text parses to: it checks names, values, reserved names,
//! duplicates, trivial comparisons, negations and all limits as the parser does. The number of
//! levels is then that of the printed text, which has parentheses around an OR inside an AND and
//! around an AND or OR inside a `not`, and nowhere else. The bytes can be more than 65,535.
//!
//! # Attributes and labels
//!
//! Attributes are written `name=value` or `name:type=value`, with the names, types and values of
//! policies and no blanks outside quotes. At most 256; sorted by name, then text, codes, numbers,
//! then value, by their bytes; none twice; a name has at most one number or date, of any width.
//! Their canonical bytes are a u16 count and for each:
//!
//! | first byte | meaning | what follows |
//! |---|---|---|
//! | 0x01..0x7f | text | name (this byte is its length), u8 length and value |
//! | 0x80 | code | NAME, u8 length and code |
//! | 0x80 + TYPE | number or date | NAME, NUMBER |
//!
//! A key holds, in this order and every literal once: for text, its literal; for a code, every
//! prefix of it from one character to all, then the exact code; for a number, what
//! [`Width`]'s digits and leading bits satisfy (SPEC.md, Comparisons).
//!
//! Labels are `name=value` with a name as above and everything behind the first `=` as the value:
//! no types, no quotes, no blank at either end, 255 bytes in all. At most 64, ascending by bytes,
//! none twice: u8 count, then u16 length and bytes of each. `ymd` is a day, `ym` a month, `y` a
//! year of the calendar from 1900-01-01 to 2079-06-06 (`unknown` is allowed in the latter two),
//! each at most once; `ymd` brings `ym` and `y`, `ym` brings `y`, and `ym=unknown` brings
//! `y=unknown` if no year is given.

mod attribute;
mod attributes;
mod blinded;
mod bytes;
mod calendar;
mod calendar_condition;
mod condition;
mod date;
mod display;
mod expand;
mod formula;
mod frame;
mod label_key;
mod label_policy;
mod label_set;
mod labels;
mod lexer;
mod limits;
mod literal;
mod number;
mod over;
mod parser;
mod parts;
mod schema;
#[cfg(test)]
pub(crate) mod symbolic;
#[cfg(test)]
mod tests;
mod tree;
mod value;
mod within;

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::error::{Error, Result};
use over::Over;
use tree::Node;

pub(crate) use formula::{Shape, Shares};
pub(crate) use literal::code_key_literals;
pub(crate) use number::{comparison, key_literals, range};
pub(crate) use schema::SCHEMA_BYTES;

pub use attribute::Attribute;
pub use attributes::Attributes;
pub use date::Date;
pub use formula::Formula;
pub use frame::LabelFrame;
pub use label_key::LabelKey;
pub use label_policy::LabelPolicy;
pub use label_set::LabelSet;
pub use labels::Labels;
pub use literal::Literal;
pub use number::{Comparison, Triviality, Width};
pub use schema::{Schema, SchemaEntry};

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
        Self::of(parser::parse(text, Over::Attributes)?)
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
        let bytes = bytes::encode(&root, Over::Attributes)?;
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
    /// None that a policy, which is checked, should give; [`Error::PolicyLimit`] or
    /// [`Error::PolicyMeaning`] at position 0 otherwise.
    pub fn formula(&self) -> Result<Formula> {
        Formula::new(expand::tree(&self.root, false, Over::Attributes).map_err(Error::PolicyBytes)?)
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
        match Self::from_bytes(&bytes::encode(&root, Over::Attributes)?) {
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
