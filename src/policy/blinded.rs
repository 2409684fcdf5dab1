//! Policies over blinded labels: the formula alone, as nobody can read what its leaves say.

use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::policy::bytes::BLINDED;
use crate::policy::formula::MAX_DEPTH;
use crate::policy::limits::MAX_LABEL_ROWS;
use crate::policy::{LabelKey, Literal, Shape};
use crate::wire::{Reader, Writer};

const LEAF: u8 = 1;
const AND: u8 = 0x80;
const OR: u8 = 0x81;
const THRESHOLD: u8 = 0x82;

/// The bytes of a formula whose leaves are blinded.
pub(super) fn encode(shape: &Shape, key: &LabelKey) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(BLINDED);
    write(shape, key, &mut out);
    out.into_vec()
}

/// The recursion is as deep as the formula, and no gate has more children than rows.
fn write(shape: &Shape, key: &LabelKey, out: &mut Writer) {
    let children = match shape {
        Shape::Leaf(literal) => {
            out.u8(LEAF).array(&key.blind(literal.as_bytes()));
            return;
        }
        Shape::And(children) => {
            out.u8(AND);
            children
        }
        Shape::Or(children) => {
            out.u8(OR);
            children
        }
        Shape::Threshold(needed, children) => {
            out.u8(THRESHOLD).u16(*needed);
            children
        }
    };
    out.u16(children.len() as u16);
    for child in children {
        write(child, key, out);
    }
}

/// Reads the bytes; whether gates and thresholds make sense, the formula checks.
pub(super) fn decode(bytes: &[u8]) -> Result<Shape> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != BLINDED {
        return Err(Error::PolicyBytes("unknown encoding"));
    }
    let shape = read(&mut reader, MAX_DEPTH, &mut 0)?;
    reader.finish()?;
    Ok(shape)
}

fn read(reader: &mut Reader<'_>, depth: usize, rows: &mut usize) -> Result<Shape> {
    let below = depth
        .checked_sub(1)
        .ok_or(Error::PolicyBytes("72 levels after encoding"))?;
    let kind = reader.u8()?;
    let needed = match kind {
        LEAF => {
            *rows += 1;
            if *rows > MAX_LABEL_ROWS {
                return Err(Error::PolicyBytes("more than 256 rows over labels"));
            }
            return Ok(Shape::Leaf(Literal::label(
                reader.array_ref::<{ LabelKey::BLINDED }>()?,
            )));
        }
        AND | OR => 0,
        THRESHOLD => reader.u16()?,
        _ => return Err(Error::PolicyBytes("unknown kind of node")),
    };
    let count = usize::from(reader.u16()?);
    if !(2..=MAX_LABEL_ROWS).contains(&count) {
        return Err(Error::PolicyBytes("a gate of fewer than two or too many"));
    }
    let children = (0..count)
        .map(|_| read(reader, below, rows))
        .collect::<Result<Vec<_>>>()?;
    Ok(match kind {
        AND => Shape::And(children),
        OR => Shape::Or(children),
        _ => Shape::Threshold(needed, children),
    })
}
