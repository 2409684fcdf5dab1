//! What attackers see: the elements of G1, G2 and Gt, as polynomials in the fresh exponents.

use std::vec::Vec;

use crate::curve::symbolic::{self, Monomials, Polynomial, add, inverse, negative, times};
use crate::policy::Formula;
use crate::policy::symbolic::{LABELS, combined, label_of, matrix};

/// The variables of alpha and of the labels' hashes.
const ALPHA: u32 = 0;
const HASH: u32 = 1;

/// Which rows of a grant share their rho.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rho {
    /// None: the scheme.
    Fresh,
    /// All.
    One,
}

/// A sharing of x among relays, of which the first `corrupt` are the attacker's.
pub(super) struct Sharing {
    pub(super) x: Polynomial,
    inverse: Polynomial,
    /// Of relay 1, 2, ..
    pub(super) shares: Vec<Polynomial>,
    pub(super) threshold: usize,
    pub(super) corrupt: usize,
}

pub(super) struct World {
    pub(super) all: Monomials,
    pub(super) first: Vec<Polynomial>,
    pub(super) second: Vec<Polynomial>,
    pub(super) third: Vec<Polynomial>,
    names: u32,
}

impl World {
    /// The generators, P and every label's hash.
    pub(super) fn new() -> Self {
        let mut all = Monomials::default();
        let (one, alpha) = (all.constant(1), all.variable(ALPHA, 1));
        let mut first = Vec::from([one.clone()]);
        first.extend((0..LABELS).map(|label| all.variable(HASH + label, 1)));
        Self {
            all,
            first,
            second: Vec::from([one, alpha]),
            third: Vec::new(),
            names: HASH + LABELS,
        }
    }

    pub(super) fn fresh(&mut self) -> Polynomial {
        self.names += 1;
        self.all.variable(self.names, 1)
    }

    pub(super) fn alpha(&mut self) -> Polynomial {
        self.all.variable(ALPHA, 1)
    }

    pub(super) fn hash(&mut self, label: u32) -> Polynomial {
        self.all.variable(HASH + label, 1)
    }

    pub(super) fn multiply(&mut self, a: &[(u32, u64)], b: &[(u32, u64)]) -> Polynomial {
        self.all.multiply(a, b)
    }

    /// U and T; its s.
    pub(super) fn capsule(&mut self, labels: u32) -> Polynomial {
        let s = self.fresh();
        self.second.push(s.clone());
        self.rows(&s, labels);
        s
    }

    /// T of these labels for a given s.
    pub(super) fn rows(&mut self, s: &[(u32, u64)], labels: u32) {
        for label in (0..LABELS).filter(|label| labels >> label & 1 == 1) {
            let hash = self.hash(label);
            let row = self.multiply(&hash, s);
            self.first.push(row);
        }
    }

    /// g2^f(i) of all places, which the commitment gives. The shares of corrupt relays are known
    /// numbers; so is x, without loss of generality 1, if they are enough.
    pub(super) fn sharing(&mut self, threshold: usize, relays: usize, corrupt: usize) -> Sharing {
        let known = corrupt >= threshold;
        self.names += 1;
        let name = self.names;
        let (x, back) = match known {
            true => (self.all.constant(1), self.all.constant(1)),
            false => (self.all.variable(name, 1), self.all.variable(name, -1)),
        };
        // f by its values at 0, at the corrupt relays and, while these are too few, at the last.
        let mut values = Vec::from([(0, x.clone())]);
        for place in 1..threshold as u64 {
            let known = known || place <= corrupt as u64;
            let value = match known {
                true => self
                    .all
                    .constant(1_000 + 7 * place * place + u64::from(name)),
                false => self.fresh(),
            };
            values.push((place, value));
        }
        let shares: Vec<Polynomial> = (1..=relays as u64)
            .map(|place| interpolated(&values, place))
            .collect();
        self.second.extend(values.into_iter().map(|(_, it)| it));
        Sharing {
            x,
            inverse: back,
            shares,
            threshold,
            corrupt,
        }
    }

    /// The same x shared anew, of which the relays at these places are the attacker's now. What
    /// relays dealt to each other for it is between the commitments, in G2.
    pub(super) fn refreshed(&mut self, before: &Sharing, corrupt: &[u64]) -> Sharing {
        let relays = before.shares.len() as u64;
        let honest = (1..=relays).rev().filter(|it| !corrupt.contains(it));
        let mut values = Vec::from([(0, before.x.clone())]);
        let places = corrupt.iter().copied().chain(honest);
        for place in places.take(before.threshold - 1) {
            let value = match corrupt.contains(&place) {
                true => self.all.constant(2_000 + 7 * place),
                false => self.fresh(),
            };
            values.push((place, value));
        }
        let shares = (1..=relays)
            .map(|place| interpolated(&values, place))
            .collect();
        self.second.extend(values.into_iter().map(|(_, it)| it));
        Sharing {
            x: before.x.clone(),
            inverse: before.inverse.clone(),
            shares,
            threshold: before.threshold,
            corrupt: corrupt.len(),
        }
    }

    /// R of every row, and D if the recipient is the attacker's.
    pub(super) fn grant(&mut self, formula: &Formula, sharing: &Sharing, corrupt: bool, rho: Rho) {
        let columns: Vec<Polynomial> = (0..formula.columns()).map(|_| self.fresh()).collect();
        let rhos = self.rhos(formula, rho);
        self.grant_with(formula, sharing, corrupt, &columns, &rhos);
    }

    pub(super) fn rhos(&mut self, formula: &Formula, rho: Rho) -> Vec<Polynomial> {
        let common = self.fresh();
        formula
            .rows()
            .iter()
            .map(|_| match rho {
                Rho::Fresh => self.fresh(),
                Rho::One => common.clone(),
            })
            .collect()
    }

    pub(super) fn grant_with(
        &mut self,
        formula: &Formula,
        sharing: &Sharing,
        corrupt: bool,
        columns: &[Polynomial],
        rhos: &[Polynomial],
    ) {
        let alpha = self.alpha();
        let secret = self.multiply(&alpha, &sharing.inverse);
        for ((row, own), rho) in matrix(formula).iter().zip(formula.rows()).zip(rhos) {
            let label = label_of(own);
            if corrupt {
                let hash = self.hash(label);
                let blinded = self.multiply(&hash, rho);
                let share = combined(row, &secret, columns);
                self.first.push(add(&share, &blinded, 1));
            }
            let second = self.multiply(rho, &sharing.x);
            self.second.push(second);
        }
    }

    /// The answer of the relay at this place, the first being 0, for a U of this exponent.
    pub(super) fn answer(&mut self, sharing: &Sharing, relay: usize, s: &[(u32, u64)]) {
        let power = self.multiply(&sharing.shares[relay], s);
        self.second.push(power);
    }

    /// A FABEO ciphertext under another master, `users` keys for these labels as attributes, all
    /// with the labels' hashes; the target. One alpha on both sides, if `shared`.
    pub(super) fn ciphertext(
        &mut self,
        formula: &Formula,
        users: &[u32],
        shared: bool,
    ) -> Polynomial {
        let alpha = if shared { self.alpha() } else { self.fresh() };
        let base = self.fresh();
        self.first.push(base.clone());
        self.third.push(alpha.clone());
        for labels in users {
            let r = self.fresh();
            let second = self.multiply(&base, &r);
            self.first.push(add(&alpha, &second, 1));
            self.second.push(r.clone());
            self.rows(&r, *labels);
        }
        let secret = self.fresh();
        self.second.push(secret.clone());
        let columns: Vec<Polynomial> = (0..formula.columns()).map(|_| self.fresh()).collect();
        let (occurrences, most) = formula.occurrences();
        let each: Vec<Polynomial> = (0..most).map(|_| self.fresh()).collect();
        self.second.extend(each.iter().cloned());
        let rows = matrix(formula);
        for ((row, own), &number) in rows.iter().zip(formula.rows()).zip(occurrences) {
            let label = label_of(own);
            let share = combined(row, &secret, &columns);
            let share = self.multiply(&base, &share);
            let hash = self.hash(label);
            let blinded = self.multiply(&hash, &each[usize::from(number) - 1]);
            self.first.push(add(&share, &blinded, 1));
        }
        self.multiply(&alpha, &secret)
    }

    /// Whether g^(alpha s) can be formed.
    pub(super) fn breaks(&mut self, s: &[(u32, u64)]) -> bool {
        let alpha = self.alpha();
        let target = self.multiply(&alpha, s);
        self.forms(&target)
    }

    pub(super) fn forms(&mut self, target: &[(u32, u64)]) -> bool {
        let known = (&self.first[..], &self.second[..], &self.third[..]);
        symbolic::forms(&mut self.all, known, target)
    }
}

/// The value at `place` of the polynomial with these values.
fn interpolated(values: &[(u64, Polynomial)], place: u64) -> Polynomial {
    let mut sum = Vec::new();
    for (own, value) in values {
        let mut weight = 1;
        for (other, _) in values.iter().filter(|(other, _)| other != own) {
            weight = times(weight, place + negative(*other));
            weight = times(weight, inverse(own + negative(*other)));
        }
        sum = add(&sum, value, weight);
    }
    sum
}
