//! Paths from a leaf to the root of a tree whose nodes have four children.

use alloc::vec::Vec;

use super::field::{self, Use};
use super::poseidon::hash4;
use crate::curve::Scalar;
use crate::error::{Error, Result};

/// Levels of the revocation tree above its bitmaps of 128 bits.
pub const REVOCATION_LEVELS: usize = 13;

/// How high an enrolment tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 10 levels: 2^20 patients.
    Ten,
    /// 16 levels: 2^32 patients.
    Sixteen,
}

impl Depth {
    /// How many levels.
    #[must_use]
    pub const fn levels(self) -> usize {
        match self {
            Self::Ten => 10,
            Self::Sixteen => 16,
        }
    }

    /// How many places.
    #[must_use]
    pub const fn places(self) -> u64 {
        1 << (2 * self.levels())
    }

    /// From the number of levels.
    ///
    /// # Errors
    /// [`Error::Field`].
    pub const fn from_levels(levels: u8) -> Result<Self> {
        match levels {
            10 => Ok(Self::Ten),
            16 => Ok(Self::Sixteen),
            _ => Err(Error::Field("levels of an enrolment tree")),
        }
    }
}

/// The digit of `place` on a level, the lowest level being 0: which child the path comes from.
fn digit(place: u32, level: usize) -> usize {
    (place >> (2 * level) & 3) as usize
}

/// The node above `below`, which is its child number `digit`, and the three others in order.
fn above(of: Use, below: Scalar, digit: usize, [a, b, c]: [Scalar; 3]) -> Scalar {
    let children = match digit {
        0 => [below, a, b, c],
        1 => [a, below, b, c],
        2 => [a, b, below, c],
        _ => [a, b, c, below],
    };
    hash4(of, children)
}

/// The way from an enrolled key's leaf to the root.
#[derive(Clone)]
pub struct EnrolmentPath {
    place: u32,
    siblings: Vec<[Scalar; 3]>,
}

impl EnrolmentPath {
    /// The place in the tree, and on each level, from the lowest, the three other children.
    ///
    /// # Errors
    /// [`Error::Length`] where there is no tree so high, [`Error::Field`] for a place outside it.
    pub fn new(place: u32, siblings: Vec<[Scalar; 3]>) -> Result<Self> {
        let levels = u8::try_from(siblings.len()).map_err(|_| Error::Length("path"))?;
        let depth = Depth::from_levels(levels).map_err(|_| Error::Length("path"))?;
        if u64::from(place) >= depth.places() {
            return Err(Error::Field("place in a tree"));
        }
        Ok(Self { place, siblings })
    }

    /// The place in the tree.
    #[must_use]
    pub fn place(&self) -> u32 {
        self.place
    }

    /// On each level, from the lowest: which child the path comes from, and the three others.
    pub fn levels(&self) -> impl Iterator<Item = (usize, &[Scalar; 3])> {
        let digits = (0..).map(|level| digit(self.place, level));
        digits.zip(&self.siblings)
    }

    /// The root over this leaf.
    #[must_use]
    pub fn root(&self, leaf: Scalar) -> Scalar {
        self.levels().fold(leaf, |below, (digit, others)| {
            above(Use::EnrolmentNode, below, digit, *others)
        })
    }
}

/// The way from a consent's bit to the root of the revocation tree.
#[derive(Clone)]
pub struct RevocationPath {
    index: u32,
    bitmap: u128,
    siblings: [[Scalar; 3]; REVOCATION_LEVELS],
}

impl RevocationPath {
    /// The consent's index, the 128 bits around it, and on each level the three other children.
    #[must_use]
    pub fn new(index: u32, bitmap: u128, siblings: [[Scalar; 3]; REVOCATION_LEVELS]) -> Self {
        Self {
            index,
            bitmap,
            siblings,
        }
    }

    /// The consent's index: the bitmap's place (25 bits) and the bit's (7 bits).
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The 128 bits around the consent's; bit i has the value 2^i.
    #[must_use]
    pub fn bitmap(&self) -> u128 {
        self.bitmap
    }

    /// On each level, from the lowest: which child the path comes from, and the three others.
    /// The highest one is 0 or 1, as an index has 32 bits.
    pub fn levels(&self) -> impl Iterator<Item = (usize, &[Scalar; 3])> {
        let digits = (0..).map(|level| digit(self.index >> 7, level));
        digits.zip(&self.siblings)
    }

    /// Whether the consent reads as revoked.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.bitmap >> (self.index & 127) & 1 == 1
    }

    /// The root over this bitmap.
    #[must_use]
    pub fn root(&self) -> Scalar {
        let lowest = field::of_u128(self.bitmap);
        self.levels().fold(lowest, |below, (digit, others)| {
            above(Use::RevocationNode, below, digit, *others)
        })
    }
}
