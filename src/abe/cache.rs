//! What repeated work can keep: hashes of literals and tables of fixed bases.

use alloc::{boxed::Box, collections::BTreeMap};

use super::public::{AuthorityId, AuthorityPublic};
use crate::curve::{G1, G1Table, G2, G2Table, Gt, GtTable, Scalar};
use crate::policy::Literal;
use crate::tags;

/// Public values worth computing once: hashed literals and, with [`Cache::with_tables`], powers
/// of the fixed bases.
///
/// It belongs to the caller, holds nothing secret, and never changes a result: any call gives
/// the same with an empty one. Literal hashes take about 250 bytes each, at most 65,536 are kept;
/// the tables take about 0.4 MiB and pay for themselves after some ten operations.
pub struct Cache {
    base: G1,
    hashes: BTreeMap<Literal, G1>,
    tables: Option<Box<Tables>>,
}

struct Tables {
    generator: G2Table,
    base: G1Table,
    public: Option<(AuthorityId, GtTable)>,
}

/// More literals than a hospital has; a bound all the same.
const HASHES: usize = 65_536;

impl Default for Cache {
    fn default() -> Self {
        Self::new()
    }
}

impl Cache {
    /// An empty cache: right for a single operation.
    #[must_use]
    pub fn new() -> Self {
        Self {
            base: base(),
            hashes: BTreeMap::new(),
            tables: None,
        }
    }

    /// A cache with tables of the fixed bases: right for many operations, with one authority at
    /// a time (the first one used gets the table of its public parameter).
    #[must_use]
    pub fn with_tables() -> Self {
        let base = base();
        let tables = Tables {
            generator: G2Table::new(&G2::generator()),
            base: G1Table::new(&base),
            public: None,
        };
        Self {
            base,
            hashes: BTreeMap::new(),
            tables: Some(Box::new(tables)),
        }
    }

    /// H(x): the literal as a point of G1.
    pub(super) fn hash(&mut self, literal: &Literal) -> G1 {
        if let Some(point) = self.hashes.get(literal) {
            return *point;
        }
        let point = G1::hash(tags::ATTRIBUTE_TO_G1, literal.as_bytes());
        if self.hashes.len() < HASHES {
            self.hashes.insert(literal.clone(), point);
        }
        point
    }

    /// b itself.
    pub(super) fn base(&self) -> G1 {
        self.base
    }

    /// b to a secret power, in constant time.
    pub(super) fn base_power(&self, exponent: &Scalar) -> G1 {
        match &self.tables {
            Some(tables) => tables.base.mul(exponent),
            None => self.base * exponent,
        }
    }

    /// g2 to a secret power, in constant time.
    pub(super) fn generator_power(&self, exponent: &Scalar) -> G2 {
        match &self.tables {
            Some(tables) => tables.generator.mul(exponent),
            None => G2::generator() * exponent,
        }
    }

    /// E to a secret power, in constant time.
    pub(super) fn public_power(&mut self, public: &AuthorityPublic, exponent: &Scalar) -> Gt {
        let Some(tables) = &mut self.tables else {
            return public.parameter().pow(exponent);
        };
        let (owner, table) = tables
            .public
            .get_or_insert_with(|| (*public.id(), GtTable::new(public.parameter())));
        if owner == public.id() {
            table.pow(exponent)
        } else {
            public.parameter().pow(exponent)
        }
    }
}

/// FABEO's second base b: nobody knows its logarithm.
fn base() -> G1 {
    G1::hash(tags::BASE_TO_G1, b"")
}
