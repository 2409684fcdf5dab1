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
/// the tables take about 0.4 MiB and pay for themselves after some ten operations. A cache with
/// tables makes tables of the literals it meets again and again, too: 40 KB each, at most 128.
pub struct Cache {
    base: G1,
    hashes: BTreeMap<Literal, Hashed>,
    tables: Option<Box<Tables>>,
}

/// A literal as a point, and how often more than the point was wanted of it.
struct Hashed {
    point: G1,
    wanted: u32,
    table: Option<Box<G1Table>>,
}

struct Tables {
    generator: G2Table,
    base: G1Table,
    public: Option<(AuthorityId, GtTable)>,
    /// How many literals have a table.
    literals: usize,
}

/// More literals than a hospital has; a bound all the same.
const HASHES: usize = 65_536;
/// Most literals with a table of their own: 5 MiB.
const LITERAL_TABLES: usize = 128;
/// A table takes as long to make as eight multiplications by it save.
const WORTH_A_TABLE: u32 = 8;

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
            literals: 0,
        };
        Self {
            base,
            hashes: BTreeMap::new(),
            tables: Some(Box::new(tables)),
        }
    }

    /// H(x): the literal as a point of G1.
    pub(super) fn hash(&mut self, literal: &Literal) -> G1 {
        if let Some(hashed) = self.hashes.get(literal) {
            return hashed.point;
        }
        let point = G1::hash(tags::ATTRIBUTE_TO_G1, literal.as_bytes());
        if self.hashes.len() < HASHES {
            let hashed = Hashed {
                point,
                wanted: 0,
                table: None,
            };
            self.hashes.insert(literal.clone(), hashed);
        }
        point
    }

    /// H(x) to a secret power, in constant time.
    pub(super) fn hash_power(&mut self, literal: &Literal, exponent: &Scalar) -> G1 {
        let point = self.hash(literal);
        match self.table_of(literal) {
            Some(table) => table.mul(exponent),
            None => point * exponent,
        }
    }

    /// Whether powers of a literal are cheap: by a table, which is made when it has been asked for
    /// often enough. Hangs on public literals only.
    pub(super) fn has_table(&mut self, literal: &Literal) -> bool {
        self.hash(literal);
        self.table_of(literal).is_some()
    }

    /// The table of a literal whose hash is there.
    fn table_of(&mut self, literal: &Literal) -> Option<&G1Table> {
        let tables = self.tables.as_mut()?;
        let hashed = self.hashes.get_mut(literal)?;
        hashed.wanted = hashed.wanted.saturating_add(1);
        if hashed.table.is_none()
            && hashed.wanted > WORTH_A_TABLE
            && tables.literals < LITERAL_TABLES
        {
            hashed.table = Some(Box::new(G1Table::new(&hashed.point)));
            tables.literals += 1;
        }
        hashed.table.as_deref()
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
