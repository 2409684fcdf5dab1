//! Canonical bytes to the tree.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::{
    AND, ATTRIBUTES, CALENDAR, CALENDAR_RANGE, CALENDAR_SET, CODE, CODE_SET, LABELS, NOT, NUMBER,
    NUMBER_SET, OPERATORS, OR, RANGE, TEXT_IS_NOT, TEXT_SET, THRESHOLD, read_number,
};
use crate::error::{Error, Result};
use crate::policy::calendar::{Asked, Unit};
use crate::policy::limits::{self, MAX_DEPTH, MAX_LEAVES};
use crate::policy::over::Over;
use crate::policy::tree::{Above, Code, Leaf, Node, Sense, Test, first_duplicate};
use crate::policy::value::{NAME_MAX, VALUE_MAX, check_name, check_text};
use crate::policy::{Comparison, LabelFrame, Width, display, expand};
use crate::wire::Reader;

/// Reads canonical bytes; the answer encodes to them again.
pub(in crate::policy) fn decode(bytes: &[u8]) -> Result<Node> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != ATTRIBUTES {
        return refuse("unknown encoding");
    }
    root(reader, Over::Attributes)
}

/// Reads canonical bytes of a policy over labels, with its frame.
pub(in crate::policy) fn decode_labels(bytes: &[u8]) -> Result<(Node, LabelFrame)> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != LABELS {
        return refuse("unknown encoding");
    }
    let frame = LabelFrame::read(&mut reader)?;
    Ok((root(reader, Over::Labels(&frame))?, frame))
}

fn root(reader: Reader<'_>, over: Over<'_>) -> Result<Node> {
    let mut decoder = Decoder {
        reader,
        over,
        leaves: 0,
        rows: 0,
        too_deep: false,
    };
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
    over: Over<'a>,
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
        if let (CALENDAR..=CALENDAR_RANGE, Over::Labels(_)) = (kind, self.over) {
            let (name, test) = self.calendar(kind)?;
            return self.checked(Leaf { name, test }, kind == CALENDAR_SET, negated);
        }
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
        let set = matches!(kind, TEXT_SET | CODE_SET | NUMBER_SET);
        self.checked(Leaf { name, test }, set, negated)
    }

    /// A leaf that means something, counted; sets have counted their values.
    fn checked(&mut self, leaf: Leaf, set: bool, negated: bool) -> Result<Leaf> {
        self.over
            .check_reserved(&leaf)
            .map_err(Error::PolicyBytes)?;
        let shape = expand::leaf(&leaf, negated, self.over).map_err(Error::PolicyBytes)?;
        self.rows += expand::rows(&shape);
        if self.rows > self.over.rows() {
            return refuse(match self.over {
                Over::Attributes => "more than 1024 rows",
                Over::Labels(_) => "more than 256 rows over labels",
            });
        }
        if !set {
            self.count_leaf()?;
        }
        Ok(leaf)
    }

    /// What is asked of a day, month or year; the unit stands for the name.
    fn calendar(&mut self, kind: u8) -> Result<(String, Test)> {
        let unit = Unit::from_byte(self.reader.u8()?)
            .ok_or(Error::PolicyBytes("unknown unit of the calendar"))?;
        let value = |decoder: &mut Self| {
            let value = decoder.reader.u16()?;
            if unit.is_value(value) {
                Ok(value)
            } else {
                refuse("no day, month or year of the calendar")
            }
        };
        let asked = match kind {
            CALENDAR => Asked::Compared(self.operator()?, value(self)?),
            CALENDAR_SET => Asked::OneOf(self.set(value)?),
            _ => Asked::Between(value(self)?, value(self)?),
        };
        Ok((String::from(unit.name()), Test::Calendar(unit, asked)))
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
