//! What repeated work can keep: hashes of labels and tables of fixed bases.

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};

use super::context::PatientId;
use super::sealing_key::SealingKey;
use crate::curve::{G1, G1Table, G2, G2Table, Gt, GtTable, Right, Scalar, pairing_product};
use crate::tags;

/// Public values worth computing once: hashed labels and, with [`Cache::with_tables`], powers of
/// the fixed bases.
///
/// It belongs to the caller, holds nothing secret, and never changes a result. A hash takes about
/// 250 bytes, at most 65,536 are kept; the tables take about 0.4 MiB and pay for themselves after
/// some ten operations for one patient.
#[derive(Default)]
pub struct Cache {
    hashes: BTreeMap<Vec<u8>, G1>,
    tables: Option<Box<Tables>>,
}

struct Tables {
    first: G1Table,
    second: G2Table,
    /// Powers of Y = e(g1, P) of the first patient sealed to.
    patient: Option<(PatientId, GtTable)>,
}

/// More labels than a hospital has; a bound all the same.
const HASHES: usize = 65_536;

impl Cache {
    /// An empty cache: right for a single operation.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A cache with tables of the fixed bases: right for many operations, with one patient at a
    /// time (the first one sealed to gets the table of Y).
    #[must_use]
    pub fn with_tables() -> Self {
        Self {
            hashes: BTreeMap::new(),
            tables: Some(Box::new(Tables {
                first: G1Table::new(&G1::generator()),
                second: G2Table::new(&G2::generator()),
                patient: None,
            })),
        }
    }

    /// H(x): the label as a point of G1.
    pub(super) fn hash(&mut self, label: &[u8]) -> G1 {
        if let Some(point) = self.hashes.get(label) {
            return *point;
        }
        let point = G1::hash(tags::LABEL_TO_G1, label);
        if self.hashes.len() < HASHES {
            self.hashes.insert(label.to_vec(), point);
        }
        point
    }

    /// g1 to a secret power, in constant time.
    pub(super) fn first_power(&self, exponent: &Scalar) -> G1 {
        match &self.tables {
            Some(tables) => tables.first.mul(exponent),
            None => G1::generator() * exponent,
        }
    }

    /// g2 to a secret power, in constant time.
    pub(super) fn second_power(&self, exponent: &Scalar) -> G2 {
        match &self.tables {
            Some(tables) => tables.second.mul(exponent),
            None => G2::generator() * exponent,
        }
    }

    /// Y to a secret power, in constant time; Y is always computed here and never taken from
    /// outside. It is not one, since P is not the identity.
    pub(super) fn shared_power(&mut self, key: &SealingKey, exponent: &Scalar) -> Gt {
        match &mut self.tables {
            Some(tables) => tables.shared_power(key, exponent),
            None => shared(G1::generator() * exponent, key),
        }
    }
}

/// Without a table e(g1^s, P) costs less than a power in Gt; g1^s is wiped with the terms.
fn shared(point: G1, key: &SealingKey) -> Gt {
    let term = crate::secret::Secret::new(point);
    pairing_product(&[(*term.expose(), Right::Point(key.point()))])
}

impl Tables {
    /// As [`Cache::shared_power`]. Its own function: small devices have no room on the stack for
    /// the tables that they do not use.
    #[inline(never)]
    fn shared_power(&mut self, key: &SealingKey, exponent: &Scalar) -> Gt {
        let Self { first, patient, .. } = self;
        let (owner, table) = patient.get_or_insert_with(|| {
            let right = Right::Point(key.point());
            let base = pairing_product(&[(G1::generator(), right)]);
            (*key.id(), GtTable::new(&base))
        });
        if owner == key.id() {
            table.pow(exponent)
        } else {
            shared(first.mul(exponent), key)
        }
    }
}
