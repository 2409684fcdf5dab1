//! The inside of blst's field elements: read from tables without a branch, and wiped.

use ::blst::{blst_fp, blst_fp2, blst_fp12};
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

/// A field element, as far as reading tables and wiping memory need its inside.
pub(super) trait Field {
    /// As [`Entry::assign_if`](super::Entry::assign_if).
    fn assign_if(&mut self, other: &Self, choice: Choice);
    /// As [`Entry::wipe`](super::Entry::wipe), leaving zero.
    fn wipe(&mut self);
}

impl Field for blst_fp {
    fn assign_if(&mut self, other: &Self, choice: Choice) {
        for (limb, other) in self.l.iter_mut().zip(&other.l) {
            limb.conditional_assign(other, choice);
        }
    }

    fn wipe(&mut self) {
        self.l.zeroize();
    }
}

impl Field for blst_fp2 {
    fn assign_if(&mut self, other: &Self, choice: Choice) {
        for (part, other) in self.fp.iter_mut().zip(&other.fp) {
            part.assign_if(other, choice);
        }
    }

    fn wipe(&mut self) {
        self.fp.iter_mut().for_each(Field::wipe);
    }
}

impl Field for blst_fp12 {
    fn assign_if(&mut self, other: &Self, choice: Choice) {
        for (half, other) in self.fp6.iter_mut().zip(&other.fp6) {
            for (part, other) in half.fp2.iter_mut().zip(&other.fp2) {
                part.assign_if(other, choice);
            }
        }
    }

    fn wipe(&mut self) {
        let parts = self.fp6.iter_mut().flat_map(|half| &mut half.fp2);
        parts.for_each(Field::wipe);
    }
}
