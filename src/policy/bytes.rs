//! Canonical bytes of a policy.
//!
//! The decoder accepts exactly the trees that the parser makes: it checks every rule of the
//! language again, with the parser's own functions, and so `to_bytes` of what it accepts gives
//! back its input. Table and example stand in the [module's documentation](super).

mod decoder;

use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::calendar::Asked;
use crate::policy::over::Over;
use crate::policy::tree::{Code, Leaf, Node, Sense, Test};
use crate::policy::{Comparison, Width};
use crate::wire::{Reader, Writer};

pub(super) use decoder::{decode, decode_labels};

/// First byte of a policy over attributes, in its first encoding.
pub(super) const ATTRIBUTES: u8 = 1;
/// First byte of a policy over labels; its frame follows.
pub(super) const LABELS: u8 = 2;
/// First byte of a policy over blinded labels.
pub(super) const BLINDED: u8 = 3;

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
const CALENDAR: u8 = 0x8b;
const CALENDAR_SET: u8 = 0x8c;
const CALENDAR_RANGE: u8 = 0x8d;

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
pub(super) fn encode(root: &Node, over: Over<'_>) -> Result<Vec<u8>> {
    let mut out = Writer::new();
    match over {
        Over::Attributes => out.u8(ATTRIBUTES),
        Over::Labels(frame) => {
            frame.write(out.u8(LABELS))?;
            &mut out
        }
    };
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
        // The unit is the name.
        Test::Calendar(unit, Asked::Compared(op, value)) => {
            out.u8(CALENDAR).u8(*unit as u8);
            out.u8(operator_byte(*op)).u16(*value);
        }
        Test::Calendar(unit, Asked::OneOf(values)) => {
            out.u8(CALENDAR_SET).u8(*unit as u8);
            write_count(out, values.len())?;
            for value in values {
                out.u16(*value);
            }
        }
        Test::Calendar(unit, Asked::Between(low, high)) => {
            out.u8(CALENDAR_RANGE).u8(*unit as u8).u16(*low).u16(*high);
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
