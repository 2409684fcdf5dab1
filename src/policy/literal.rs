//! The smallest thing a policy asks for and a key holds.

use alloc::vec::Vec;
use core::fmt;

use crate::policy::number::Width;

/// Kind bytes: no literal of one kind can imitate another.
const STRING: u8 = 1;
const NUMBER: u8 = 2;
const EXACT_CODE: u8 = 3;
const CODE_PREFIX: u8 = 4;

/// log2 of the radix in which numbers are compared: 4 in this version.
pub(crate) const RADIX_BITS: u8 = 2;

/// A literal: the bytes that are hashed to the curve for one row of a policy or one part of a key.
///
/// A policy row is satisfied by a key that holds the same bytes; there is no other relation
/// between literals. The encoding (SPEC.md, Literals) starts with a kind byte and the label with
/// its length, so two literals are equal only if kind, label, type and value are:
///
/// | kind | behind `kind \|\| u16 length \|\| label` |
/// |---|---|
/// | 1 string | u16 length, value |
/// | 2 number | u8 type, u8 log2 radix, u8 relation, u8 place, u32 prefix, u8 bound |
/// | 3 exact code | u16 length, code |
/// | 4 code prefix | u16 length, prefix |
///
/// Literals are public: a policy names them and a key file lists what they stem from.
///
/// Names and values come from a parsed [`Policy`](crate::policy) or parsed attributes, which
/// bound them to 255 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal(Vec<u8>);

/// How a number literal relates to the values that hold it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The digit at `place` is at least `bound`, the digits before it are `prefix`.
    AtLeast = 1,
    /// The digit at `place` is at most `bound`, the digits before it are `prefix`.
    AtMost = 2,
    /// The first `place` bits are `prefix`; `bound` is 0.
    Node = 3,
}

impl Literal {
    /// A name with a text value, as in `role=cardiologist`.
    pub(crate) fn text(label: &str, value: &str) -> Self {
        Self::of_two(STRING, label, value)
    }

    /// A label of records, as it is stored there: `type=Observation`, or 32 blinded bytes. Labels
    /// have a hash of their own to the curve, so they need no kind byte.
    pub(crate) fn label(label: impl AsRef<[u8]>) -> Self {
        Self(label.as_ref().to_vec())
    }

    /// A code and nothing below it, as in `icd10:code=E11`.
    pub(crate) fn exact_code(label: &str, code: &str) -> Self {
        Self::of_two(EXACT_CODE, label, code)
    }

    /// A code and everything that begins with it, as in `icd10:code=E11*` (without the star).
    pub(crate) fn code_prefix(label: &str, prefix: &str) -> Self {
        Self::of_two(CODE_PREFIX, label, prefix)
    }

    /// One condition on the digits or leading bits of a number.
    pub(crate) fn number(
        label: &str,
        width: Width,
        relation: Relation,
        place: u8,
        prefix: u32,
        bound: u8,
    ) -> Self {
        let label = field(label);
        let mut bytes = Vec::with_capacity(1 + 2 + label.len() + 9);
        bytes.push(NUMBER);
        push_field(&mut bytes, label);
        bytes.extend_from_slice(&[width as u8, RADIX_BITS, relation as u8, place]);
        bytes.extend_from_slice(&prefix.to_be_bytes());
        bytes.push(bound);
        Self(bytes)
    }

    fn of_two(kind: u8, label: &str, value: &str) -> Self {
        let (label, value) = (field(label), field(value));
        let mut bytes = Vec::with_capacity(1 + 2 + label.len() + 2 + value.len());
        bytes.push(kind);
        push_field(&mut bytes, label);
        push_field(&mut bytes, value);
        Self(bytes)
    }

    /// The encoding: what is hashed to the curve.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Literal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Literal({})", self.0.escape_ascii())
    }
}

/// What a key with this code holds: every prefix of 1 to all characters, then the exact code.
pub(crate) fn code_key_literals(label: &str, code: &str) -> Vec<Literal> {
    code.char_indices()
        .filter_map(|(start, character)| code.get(..start + character.len_utf8()))
        .map(|prefix| Literal::code_prefix(label, prefix))
        .chain([Literal::exact_code(label, code)])
        .collect()
}

/// The bytes of a field, never more than its length prefix can say.
fn field(text: &str) -> &[u8] {
    let bytes = text.as_bytes();
    bytes.get(..usize::from(u16::MAX)).unwrap_or(bytes)
}

fn push_field(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend_from_slice(&(field.len() as u16).to_be_bytes());
    bytes.extend_from_slice(field);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::vec;

    use super::*;

    #[test]
    fn frozen_bytes() {
        assert_eq!(
            Literal::text("role", "er").as_bytes(),
            b"\x01\x00\x04role\x00\x02er"
        );
        assert_eq!(
            Literal::exact_code("icd10", "E11").as_bytes(),
            b"\x03\x00\x05icd10\x00\x03E11"
        );
        assert_eq!(
            Literal::code_prefix("icd10", "E11").as_bytes(),
            b"\x04\x00\x05icd10\x00\x03E11"
        );
        assert_eq!(
            Literal::number("age", Width::U32, Relation::AtMost, 15, 0x3fff_fff1, 2).as_bytes(),
            b"\x02\x00\x03age\x03\x02\x02\x0f\x3f\xff\xff\xf1\x02"
        );
    }

    #[test]
    fn one_allocation_each() {
        for literal in [
            Literal::text("role", "er"),
            Literal::number("age", Width::U8, Relation::Node, 1, 1, 0),
        ] {
            assert_eq!(literal.0.len(), literal.0.capacity());
        }
    }

    #[test]
    fn moving_a_byte_between_fields_changes_the_literal() {
        let literals = [
            Literal::text("ab", "c"),
            Literal::text("a", "bc"),
            Literal::text("", "abc"),
            Literal::text("abc", ""),
            Literal::exact_code("ab", "c"),
            Literal::code_prefix("ab", "c"),
        ];
        let distinct: HashSet<_> = literals.iter().collect();
        assert_eq!(distinct.len(), literals.len());
    }

    #[test]
    fn no_text_imitates_a_number() {
        let number = Literal::number("age", Width::U8, Relation::Node, 8, 21, 0);
        // A text literal whose value is the number literal's tail.
        let tail = core::str::from_utf8(&number.as_bytes()[6..]).unwrap();
        assert_ne!(Literal::text("age", tail).as_bytes(), number.as_bytes());
        assert_ne!(Literal::text("age", "21"), number);
    }

    #[test]
    fn a_code_key_holds_its_prefixes_and_itself() {
        let held = code_key_literals("icd10", "E11.9");
        assert_eq!(
            held,
            vec![
                Literal::code_prefix("icd10", "E"),
                Literal::code_prefix("icd10", "E1"),
                Literal::code_prefix("icd10", "E11"),
                Literal::code_prefix("icd10", "E11."),
                Literal::code_prefix("icd10", "E11.9"),
                Literal::exact_code("icd10", "E11.9"),
            ]
        );
        assert!(!held.contains(&Literal::exact_code("icd10", "E11")));
        assert!(!held.contains(&Literal::code_prefix("icd10", "E12")));
    }

    #[test]
    fn a_code_outside_ascii_is_cut_between_characters() {
        let held = code_key_literals("kod", "Ł1");
        assert_eq!(
            held,
            vec![
                Literal::code_prefix("kod", "Ł"),
                Literal::code_prefix("kod", "Ł1"),
                Literal::exact_code("kod", "Ł1"),
            ]
        );
    }

    #[test]
    fn an_impossible_length_does_not_wrap() {
        let long = "x".repeat(65_536 + 3);
        assert_ne!(Literal::text(&long, "v"), Literal::text("xxx", "v"));
        assert_eq!(Literal::text(&long, "v").as_bytes()[1..3], [0xff, 0xff]);
    }
}
