//! Tables for many multiplications of one element by secret scalars.
//!
//! Row j holds the multiples 1 to 16 of 2^(10 j) times the base. A scalar's odd digits are summed
//! first and shifted by one digit, then its even digits are added: half the memory of one row per
//! digit, for five doublings more.
//!
//! Sum and entry of one addition are never equal, unless both are the identity, so that the
//! faster addition that is wrong for equal points serves. For were they equal, then a sum of
//! digits times distinct powers of 32 would be zero modulo q, its digits at most 16 in magnitude
//! and the top one, of 32^50, at most 15: such a sum is below q in magnitude, hence zero as an
//! integer; its lowest digit is then a multiple of 32, hence zero, and so are all the others.

use alloc::vec::Vec;

use super::backend::{Backend, Entry, Group, Selected};
use super::count::tick;
use super::window::{DIGITS, Digits, ROW, WIDTH, look_up, row, shift};
use super::{G1, G2, Gt, Scalar};

/// One row for every two digits.
const ROWS: usize = DIGITS.div_ceil(2);

/// The rows of one base, in any group.
pub(super) struct Table<G: Group> {
    /// `ROWS` times `ROW` entries.
    entries: Vec<G::Compact>,
}

impl<G: Group> Table<G> {
    /// Computes the rows. Constant time, as the base may be secret.
    pub(super) fn new(base: &G) -> Self {
        let mut elements = Vec::with_capacity(ROWS * ROW);
        let mut base = *base;
        for _ in 0..ROWS {
            elements.extend(row(&base));
            base = (0..2 * WIDTH).fold(base, |shifted, _| shifted.double());
        }
        Self {
            entries: G::to_compact_batch(&elements),
        }
    }

    /// The multiple of the base, in constant time.
    pub(super) fn multiply(&self, scalar: &Scalar) -> G {
        let Digits { negative, digits } = Digits::new(scalar);
        let mut found = G::Compact::identity();
        let mut sum = G::identity();
        for first in [1, 0] {
            let digits = digits.iter().skip(first).step_by(2);
            for (row, digit) in self.entries.chunks_exact(ROW).zip(digits) {
                look_up(&mut found, row, *digit);
                sum = sum.add_distinct(&found);
            }
            if first == 1 {
                sum = shift(sum);
            }
        }
        found.wipe();
        let negated = sum.negate();
        sum.assign_if(&negated, negative);
        sum
    }
}

macro_rules! table {
    ($(#[$doc:meta])* $table:ident, $group:ident, $method:ident, $what:literal) => {
        $(#[$doc])*
        pub struct $table(Table<<Selected as Backend>::$group>);

        impl $table {
            /// Prepares a base for many multiplications: worth it from about five on.
            #[must_use]
            pub fn new(base: &$group) -> Self {
                tick();
                Self(Table::new(&base.0))
            }

            #[doc = $what]
            /// Constant time in the scalar: every look-up reads its whole row.
            #[must_use]
            pub fn $method(&self, scalar: &Scalar) -> $group {
                tick();
                $group(self.0.multiply(scalar))
            }
        }
    };
}

table! {
    /// Multiples of one G1 point, 40 KB.
    G1Table, G1, mul, "The point times the scalar."
}
table! {
    /// Multiples of one G2 point, 80 KB.
    G2Table, G2, mul, "The point times the scalar."
}
table! {
    /// Powers of one Gt element, 240 KB.
    GtTable, Gt, pow, "The element raised to the scalar."
}
