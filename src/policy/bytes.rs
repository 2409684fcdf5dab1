//! Canonical bytes of a policy.
//!
//! The decoder accepts exactly the trees that the parser makes: it checks every rule of the
//! language again, with the parser's own functions, and so `to_bytes` of what it accepts gives
//! back its input. Table and example stand in the [module's documentation](super).

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::limits::{self, MAX_DEPTH, MAX_LEAVES, MAX_ROWS};
use crate::policy::tree::{Above, Code, Leaf, Node, Sense, Test, first_duplicate};
use crate::policy::value::{NAME_MAX, VALUE_MAX, check_name, check_text};
use crate::policy::{Comparison, Width, display, expand};
use crate::wire::{Reader, Writer};

/// First byte of a policy over attributes, in its first encoding.
const ENCODING: u8 = 1;

/// What a node is. Below these, 1 to 127 is the length of the name of a leaf `name=text`.
const AND: u8 = 0x80;
const OR: u8 = 0x81;
const THRESHOLD: u8 = 0x82;
const NOT: u8 = 0x83;
const TEXT_IS_NOT: u8 = 0x84;
const TEXT_SET: u8 = 0x85;
const CODE: u8 = 0x86;
const CODE_SET: u8 = 0x87;
const NUMBER: u8 = 0x88;
const NUMBER_SET: u8 = 0x89;
const RANGE: u8 = 0x8a;

/// Operators in the order of their bytes, the first of which is 1.
const OPERATORS: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::AtMost,
    Comparison::Greater,
    Comparison::AtLeast,
];

/// The canonical bytes of a tree.
pub(super) fn encode(root: &Node) -> Result<Vec<u8>> {
    let mut out = Writer::new();
    out.u8(ENCODING);
    write_node(&mut out, root)?;
    Ok(out.into_vec())
}

fn write_node(out: &mut Writer, node: &Node) -> Result<()> {
    let children = match node {
        Node::Leaf(leaf) => return write_leaf(out, leaf),
        Node::Not(child) => {
            out.u8(NOT);
            return write_node(out, child);
        }
        Node::And(children) => {
            out.u8(AND);
            children
        }
        Node::Or(children) => {
            out.u8(OR);
            children
        }
        Node::Threshold(needed, children) => {
            out.u8(THRESHOLD).u16(*needed);
            children
        }
    };
    write_count(out, children.len())?;
    children.iter().try_for_each(|child| write_node(out, child))
}

fn write_leaf(out: &mut Writer, leaf: &Leaf) -> Result<()> {
    let name = leaf.name.as_bytes();
    match &leaf.test {
        Test::Text(Sense::Is, value) => {
            // The length of the name, at most 127, says what the node is.
            out.lp8(name)?.lp8(value.as_bytes())?;
        }
        Test::Text(Sense::IsNot, value) => {
            out.u8(TEXT_IS_NOT).lp8(name)?.lp8(value.as_bytes())?;
        }
        Test::TextSet(values) => {
            out.u8(TEXT_SET).lp8(name)?;
            write_count(out, values.len())?;
            for value in values {
                out.lp8(value.as_bytes())?;
            }
        }
        Test::Code(sense, code) => {
            out.u8(CODE).lp8(name)?;
            out.u8(operator_byte(match sense {
                Sense::Is => Comparison::Equal,
                Sense::IsNot => Comparison::NotEqual,
            }));
            write_code(out, code)?;
        }
        Test::CodeSet(codes) => {
            out.u8(CODE_SET).lp8(name)?;
            write_count(out, codes.len())?;
            codes.iter().try_for_each(|code| write_code(out, code))?;
        }
        Test::Number(width, op, value) => {
            out.u8(NUMBER).lp8(name)?;
            out.u8(*width as u8).u8(operator_byte(*op));
            write_number(out, *width, *value);
        }
        Test::NumberSet(width, values) => {
            out.u8(NUMBER_SET).lp8(name)?.u8(*width as u8);
            write_count(out, values.len())?;
            values
                .iter()
                .for_each(|value| write_number(out, *width, *value));
        }
        Test::Range(width, low, high) => {
            out.u8(RANGE).lp8(name)?.u8(*width as u8);
            write_number(out, *width, *low);
            write_number(out, *width, *high);
        }
    }
    Ok(())
}

fn write_count(out: &mut Writer, count: usize) -> Result<()> {
    let count = u16::try_from(count).map_err(|_| Error::TooLarge("policy"))?;
    out.u16(count);
    Ok(())
}

fn write_code(out: &mut Writer, code: &Code) -> Result<()> {
    out.flag(code.prefix).lp8(code.text.as_bytes())?;
    Ok(())
}

/// The low bytes of the value, as many as the width has.
pub(super) fn write_number(out: &mut Writer, width: Width, value: u32) {
    match width.bits() {
        8 => out.u8(value as u8),
        16 => out.u16(value as u16),
        _ => out.u32(value),
    };
}

/// The value of a number of that width.
pub(super) fn read_number(reader: &mut Reader<'_>, width: Width) -> Result<u32> {
    Ok(match width.bits() {
        8 => u32::from(reader.u8()?),
        16 => u32::from(reader.u16()?),
        _ => reader.u32()?,
    })
}

fn operator_byte(op: Comparison) -> u8 {
    let place = OPERATORS.iter().position(|known| *known == op);
    place.map_or(0, |place| place as u8 + 1)
}

/// Reads canonical bytes; the answer encodes to them again.
pub(super) fn decode(bytes: &[u8]) -> Result<Node> {
    let mut decoder = Decoder {
        reader: Reader::new(bytes),
        leaves: 0,
        rows: 0,
        too_deep: false,
    };
    if decoder.reader.u8()? != ENCODING {
        return refuse("unknown encoding");
    }
    let root = decoder.node(Above::Open, 0, false)?;
    if decoder.leaves > limits::leaves(&root) {
        return refuse("more than 256 leaves");
    }
    if decoder.too_deep && !limits::is_expiring_or(&root) {
        return refuse("more than 32 levels of nesting");
    }
    decoder.reader.finish()?;
    if display::length(&root) > limits::text(&root) {
        return refuse("more than 65536 bytes of text");
    }
    Ok(root)
}

fn refuse<T>(reason: &'static str) -> Result<T> {
    Err(Error::PolicyBytes(reason))
}

struct Decoder<'a> {
    reader: Reader<'a>,
    leaves: usize,
    rows: usize,
    /// Whether nesting went beyond the limit, by one level at most.
    too_deep: bool,
}

impl Decoder<'_> {
    /// A node below a gate. `depth` is the nesting of its printed text: every level of it is at
    /// most an OR and an AND, so the recursion is bounded with it.
    fn node(&mut self, above: Above, depth: usize, negated: bool) -> Result<Node> {
        let kind = self.reader.u8()?;
        let own = match (kind, above) {
            (AND, Above::And) | (OR, Above::Or) => return refuse("a gate inside its like"),
            (OR, Above::And) | (AND | OR, Above::Not) | (THRESHOLD | NOT, _) => 1,
            _ => 0,
        };
        let depth = self.deeper(depth, own)?;
        match kind {
            AND => self.gate(Above::And, depth, negated).map(Node::And),
            OR => self.gate(Above::Or, depth, negated).map(Node::Or),
            THRESHOLD => {
                let needed = self.reader.u16()?;
                let children = self.gate(Above::Open, depth, negated)?;
                if needed == 0 || usize::from(needed) > children.len() {
                    return refuse("a threshold that is not 1 to all");
                }
                Ok(Node::Threshold(needed, children))
            }
            NOT => {
                let child = self.node(Above::Not, depth, !negated)?;
                Ok(Node::Not(Box::new(child)))
            }
            _ => self.leaf(kind, negated).map(Node::Leaf),
        }
    }

    fn deeper(&mut self, depth: usize, own: usize) -> Result<usize> {
        let depth = depth + own;
        self.too_deep |= depth > MAX_DEPTH;
        if depth > MAX_DEPTH + 1 {
            return refuse("more than 32 levels of nesting");
        }
        Ok(depth)
    }

    fn gate(&mut self, gate: Above, depth: usize, negated: bool) -> Result<Vec<Node>> {
        let count = self.reader.u16()?;
        if count < 2 {
            return refuse("a gate of fewer than two");
        }
        // Every child has a leaf, and these are limited.
        let children = (0..count)
            .map(|_| self.node(gate, depth, negated))
            .collect::<Result<Vec<_>>>()?;
        match first_duplicate(&children) {
            Some(_) => refuse("the same condition twice in one gate"),
            None => Ok(children),
        }
    }

    fn leaf(&mut self, kind: u8, negated: bool) -> Result<Leaf> {
        let length = match kind {
            1..=0x7f => usize::from(kind),
            TEXT_IS_NOT..=RANGE => usize::from(self.reader.u8()?),
            _ => return refuse("unknown kind of node"),
        };
        let name = self.name(length)?;
        let test = match kind {
            TEXT_IS_NOT => Test::Text(Sense::IsNot, self.text()?),
            TEXT_SET => Test::TextSet(self.set(Self::text)?),
            CODE => Test::Code(self.sense()?, self.code()?),
            CODE_SET => Test::CodeSet(self.set(Self::code)?),
            NUMBER => {
                let width = self.width()?;
                let op = self.operator()?;
                Test::Number(width, op, read_number(&mut self.reader, width)?)
            }
            NUMBER_SET => {
                let width = self.width()?;
                let values = self.set(|decoder| read_number(&mut decoder.reader, width))?;
                Test::NumberSet(width, values)
            }
            RANGE => {
                let width = self.width()?;
                let low = read_number(&mut self.reader, width)?;
                Test::Range(width, low, read_number(&mut self.reader, width)?)
            }
            _ => Test::Text(Sense::Is, self.text()?),
        };
        let leaf = Leaf { name, test };
        leaf.check_reserved().map_err(Error::PolicyBytes)?;
        let shape = expand::leaf(&leaf, negated).map_err(Error::PolicyBytes)?;
        self.rows += expand::rows(&shape);
        if self.rows > MAX_ROWS {
            return refuse("more than 1024 rows");
        }
        // Sets have counted their values.
        if !matches!(kind, TEXT_SET | CODE_SET | NUMBER_SET) {
            self.count_leaf()?;
        }
        Ok(leaf)
    }

    fn count_leaf(&mut self) -> Result<()> {
        self.leaves += 1;
        if self.leaves > MAX_LEAVES + 1 {
            return refuse("more than 256 leaves");
        }
        Ok(())
    }

    /// The values of a set: two or more, no two the same.
    fn set<T: PartialEq>(&mut self, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.reader.u16()?;
        if count < 2 {
            return refuse("a set of fewer than two");
        }
        let values = (0..count)
            .map(|_| self.count_leaf().and_then(|()| read(self)))
            .collect::<Result<Vec<_>>>()?;
        match first_duplicate(&values) {
            Some(_) => refuse("the same value twice in one set"),
            None => Ok(values),
        }
    }

    fn name(&mut self, length: usize) -> Result<String> {
        if length > NAME_MAX {
            return refuse("a name of more than 127 bytes");
        }
        let name = core::str::from_utf8(self.reader.bytes(length)?)
            .map_err(|_| Error::PolicyBytes("a name outside ASCII"))?;
        check_name(name).map_err(Error::PolicyBytes)?;
        Ok(String::from(name))
    }

    fn text(&mut self) -> Result<String> {
        let text = core::str::from_utf8(self.reader.lp8(VALUE_MAX)?)
            .map_err(|_| Error::PolicyBytes("a value that is not UTF-8"))?;
        check_text(text).map_err(Error::PolicyBytes)?;
        Ok(String::from(text))
    }

    fn code(&mut self) -> Result<Code> {
        let prefix = self.reader.flag()?;
        let text = self.text()?;
        Ok(Code { text, prefix })
    }

    fn width(&mut self) -> Result<Width> {
        Width::from_byte(self.reader.u8()?).ok_or(Error::PolicyBytes("unknown type of number"))
    }

    fn operator(&mut self) -> Result<Comparison> {
        let place = usize::from(self.reader.u8()?).checked_sub(1);
        place
            .and_then(|place| OPERATORS.get(place))
            .copied()
            .ok_or(Error::PolicyBytes("unknown operator"))
    }

    fn sense(&mut self) -> Result<Sense> {
        match self.operator()? {
            Comparison::Equal => Ok(Sense::Is),
            Comparison::NotEqual => Ok(Sense::IsNot),
            _ => refuse("text and codes have no order"),
        }
    }
}
