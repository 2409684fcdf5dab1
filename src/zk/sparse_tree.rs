//! A tree of which most leaves are the empty one.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::field::Use;
use super::poseidon::hash4;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::wire::{Reader, Writer};

/// Most nodes that a stored tree has: those of a million consents.
const NODES: usize = 1 << 24;
/// Bytes of a stored node: u8 level, u32 place, the element.
const NODE_BYTES: usize = 1 + 4 + Scalar::BYTES;

/// A tree of nodes with four children, as its nodes that are not those of an empty tree.
///
/// Stored as plain bytes (SPEC.md, section 19.2): u32 count, and for each node, in ascending order
/// of level and place, u8 level || u32 place || element (32). Whoever gets a path from it compares
/// the root with a signed one, so a tree that was tampered with proves nothing.
#[derive(Clone)]
pub(super) struct SparseTree {
    of: Use,
    /// The nodes of an empty tree, one for each level; the last one is the root.
    empty: Vec<Scalar>,
    nodes: BTreeMap<(u8, u32), Scalar>,
}

impl SparseTree {
    pub(super) fn new(of: Use, levels: usize, leaf: Scalar) -> Self {
        let above = |below: &Scalar| Some(hash4(of, [*below; 4]));
        Self {
            of,
            empty: core::iter::successors(Some(leaf), above)
                .take(levels + 1)
                .collect(),
            nodes: BTreeMap::new(),
        }
    }

    fn levels(&self) -> u8 {
        // 16 at most.
        self.empty.len().saturating_sub(1) as u8
    }

    fn node(&self, level: u8, place: u32) -> Scalar {
        let empty = || self.empty.get(usize::from(level)).copied();
        let own = self.nodes.get(&(level, place)).copied();
        own.or_else(empty).unwrap_or(Scalar::ZERO)
    }

    pub(super) fn root(&self) -> Scalar {
        self.node(self.levels(), 0)
    }

    /// The other three of the four nodes that this one stands among, in their order.
    fn siblings(&self, level: u8, place: u32) -> [Scalar; 3] {
        let first = place & !3;
        let mut others = (first..=first | 3).filter(|other| *other != place);
        core::array::from_fn(|_| {
            others
                .next()
                .map_or(Scalar::ZERO, |it| self.node(level, it))
        })
    }

    /// The siblings on the way from a leaf to the root, the lowest first.
    pub(super) fn path(&self, place: u32) -> Vec<[Scalar; 3]> {
        let way = (0..self.levels()).map(|level| self.siblings(level, place_at(place, level)));
        way.collect()
    }

    /// Puts a leaf in its place and computes the nodes above it.
    pub(super) fn set(&mut self, place: u32, leaf: Scalar) {
        self.nodes.insert((0, place), leaf);
        for level in 1..=self.levels() {
            let own = place_at(place, level);
            let first = own << 2;
            let children = [0, 1, 2, 3].map(|child| self.node(level - 1, first | child));
            self.nodes.insert((level, own), hash4(self.of, children));
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) -> Result<()> {
        let count = self.nodes.len();
        if count > NODES {
            return Err(Error::TooLarge("tree"));
        }
        writer.u32(count as u32);
        for ((level, place), node) in &self.nodes {
            writer.u8(*level).u32(*place).array(&node.to_bytes());
        }
        Ok(())
    }

    /// Reads the nodes into an empty tree.
    pub(super) fn read(mut self, reader: &mut Reader<'_>) -> Result<Self> {
        let count = reader.u32()? as usize;
        if count > NODES || count.saturating_mul(NODE_BYTES) > reader.remaining() {
            return Err(Error::Length("tree"));
        }
        for _ in 0..count {
            let (level, place) = (reader.u8()?, reader.u32()?);
            let bits = u32::from(self.levels().saturating_sub(level)) * 2;
            let outside = level > self.levels() || u64::from(place) >> bits != 0;
            let last = self.nodes.last_key_value().map(|(last, _)| *last);
            if outside || last.is_some_and(|last| last >= (level, place)) {
                return Err(Error::NotCanonical("nodes of a tree"));
            }
            let node = Scalar::from_bytes(reader.array_ref()?)?;
            self.nodes.insert((level, place), node);
        }
        Ok(self)
    }
}

/// Where the node above a leaf stands on a level.
fn place_at(leaf: u32, level: u8) -> u32 {
    leaf.checked_shr(2 * u32::from(level)).unwrap_or(0)
}
