//! The algebra of attribute-based encryption, symbolically: what holders of some keys can form in Gt
//! is the span of all products of what they have in G1 and in G2. A ciphertext is broken if
//! `g^(alpha s1)` lies in it.
//!
//! Exponents are Laurent polynomials in fresh variables over a prime of 61 bits. This finds breaks
//! and is no proof. Rows and occurrences come from the library's own formulas.

use std::vec::Vec;

use crate::curve::symbolic::{self, Monomials, Polynomial, add};
use crate::policy::symbolic::{
    Dice, LABELS, and, combined, formula, label_of, leaf, matrix, or, satisfied,
};
use crate::policy::{Formula, Shape};

/// The variables of alpha, b and the literals' hashes.
const ALPHA: u32 = 0;
const BASE: u32 = 1;
const HASH: u32 = 2;

/// How one part of the scheme is done; all but `Scheme` are known to be wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    Scheme,
    /// One randomness of a ciphertext for all occurrences of an attribute.
    OneRandomness,
    /// Hashes to the group whose logarithms everybody knows.
    KnownLogarithms,
}

/// What everybody knows, then keys and ciphertexts as they are added.
struct World {
    all: Monomials,
    first: Vec<Polynomial>,
    second: Vec<Polynomial>,
    third: Vec<Polynomial>,
    names: u32,
    variant: Variant,
}

impl World {
    /// The generators, b, every literal's hash, and E.
    fn new(variant: Variant) -> Self {
        let mut world = Self {
            all: Monomials::default(),
            first: Vec::new(),
            second: Vec::new(),
            third: Vec::new(),
            names: HASH + LABELS,
            variant,
        };
        let one = world.all.constant(1);
        let base = world.base();
        world.first.extend([one.clone(), base]);
        for label in 0..LABELS {
            let hash = world.hash(label);
            world.first.push(hash);
        }
        world.second.push(one);
        let alpha = world.alpha();
        world.third.push(alpha);
        world
    }

    fn fresh(&mut self) -> Polynomial {
        self.names += 1;
        self.all.variable(self.names, 1)
    }

    fn alpha(&mut self) -> Polynomial {
        self.all.variable(ALPHA, 1)
    }

    fn base(&mut self) -> Polynomial {
        self.all.variable(BASE, 1)
    }

    fn hash(&mut self, label: u32) -> Polynomial {
        match self.variant {
            Variant::KnownLogarithms => self.all.constant(77 + 5 * u64::from(label)),
            _ => self.all.variable(HASH + label, 1),
        }
    }

    /// A key for these attributes; its r.
    fn key(&mut self, attributes: u32) -> Polynomial {
        let r = self.fresh();
        self.key_with(attributes, &r);
        r
    }

    fn key_with(&mut self, attributes: u32, r: &[(u32, u64)]) {
        self.second.push(r.to_vec());
        let (alpha, base) = (self.alpha(), self.base());
        let blinding = self.all.multiply(&base, r);
        self.first.push(add(&alpha, &blinding, 1));
        for label in (0..LABELS).filter(|label| attributes >> label & 1 == 1) {
            let hash = self.hash(label);
            let own = self.all.multiply(&hash, r);
            self.first.push(own);
        }
    }

    /// A key restricted to these attributes: whoever has the key makes it, so nothing is learned,
    /// but somebody else may hold it alone.
    fn restricted(&mut self, r: &[(u32, u64)], attributes: u32) {
        let t = self.fresh();
        let sum = add(r, &t, 1);
        self.key_with(attributes, &sum);
    }

    /// A ciphertext; alpha s1, which it hides.
    fn ciphertext(&mut self, formula: &Formula) -> Polynomial {
        let secret = self.fresh();
        self.second.push(secret.clone());
        let columns: Vec<Polynomial> = (0..formula.columns()).map(|_| self.fresh()).collect();
        let (occurrences, most) = formula.occurrences();
        let each: Vec<Polynomial> = (0..most).map(|_| self.fresh()).collect();
        let one = self.variant == Variant::OneRandomness;
        self.second
            .extend(each.iter().take(if one { 1 } else { each.len() }).cloned());
        let base = self.base();
        for ((row, own), &number) in matrix(formula).iter().zip(formula.rows()).zip(occurrences) {
            let share = combined(row, &secret, &columns);
            let share = self.all.multiply(&base, &share);
            let hash = self.hash(label_of(own));
            let place = if one { 0 } else { usize::from(number) - 1 };
            let blinded = self.all.multiply(&hash, &each[place]);
            self.first.push(add(&share, &blinded, 1));
        }
        let alpha = self.alpha();
        self.all.multiply(&alpha, &secret)
    }

    fn forms(&mut self, target: &[(u32, u64)]) -> bool {
        let known = (&self.first[..], &self.second[..], &self.third[..]);
        symbolic::forms(&mut self.all, known, target)
    }
}

/// Up to three users who pool their keys, some of them restricted, and up to two ciphertexts:
/// whether the first is broken, and whether one of the users alone may open it.
fn random(dice: &mut Dice, variant: Variant) -> (bool, bool) {
    let mut world = World::new(variant);
    let policy = formula(dice, 5);
    let mut allowed = false;
    for _ in 0..1 + dice.roll(3) {
        let attributes = dice.labels();
        if dice.roll(4) == 0 {
            // The parent stays with somebody honest.
            let r = world.fresh();
            let kept = attributes & dice.labels();
            world.restricted(&r, kept);
            allowed |= satisfied(&policy, kept);
        } else {
            let r = world.key(attributes);
            if dice.roll(4) == 0 {
                world.restricted(&r, attributes & dice.labels());
            }
            allowed |= satisfied(&policy, attributes);
        }
    }
    let target = world.ciphertext(&policy);
    if dice.roll(2) == 0 {
        let other = formula(dice, 3);
        world.ciphertext(&other);
    }
    (world.forms(&target), allowed)
}

#[test]
fn a_ciphertext_opens_exactly_for_one_key_that_satisfies_it() {
    let mut dice = Dice(3031);
    let mut opened = 0;
    for case in 0..2_000 {
        let (broken, allowed) = random(&mut dice, Variant::Scheme);
        assert_eq!(broken, allowed, "case {case}");
        opened += u32::from(broken);
    }
    assert!((400..1_600).contains(&opened), "{opened} of 2,000 opened");
}

/// `(1 or 2) and 2`: with one randomness for both occurrences of 2, a key for 1 alone opens it.
fn repeated() -> Formula {
    let either = Shape::Or([leaf(1), leaf(2)].into());
    Formula::new(Shape::And([either, leaf(2)].into())).unwrap()
}

#[test]
fn one_randomness_for_repeated_attributes_is_a_break() {
    for (variant, opens) in [(Variant::Scheme, false), (Variant::OneRandomness, true)] {
        let mut world = World::new(variant);
        world.key(0b010);
        let target = world.ciphertext(&repeated());
        assert_eq!(world.forms(&target), opens);
    }
    // The engine finds such breaks by itself.
    let mut dice = Dice(3032);
    let mut breaks = 0;
    for _ in 0..400 {
        let (broken, allowed) = random(&mut dice, Variant::OneRandomness);
        assert!(broken || !allowed);
        breaks += u32::from(broken && !allowed);
    }
    assert!(breaks >= 5, "{breaks} of 400");
}

#[test]
fn hashes_of_known_logarithm_let_any_key_open_everything() {
    for (variant, opens) in [(Variant::Scheme, false), (Variant::KnownLogarithms, true)] {
        let mut world = World::new(variant);
        world.key(0b0001);
        let target = world.ciphertext(&and(&[2, 3]));
        assert_eq!(world.forms(&target), opens);
    }
}

/// An issuer whose source repeats itself: two keys with one r are one key for both sets.
#[test]
fn keys_with_one_randomness_join_their_attributes() {
    let mut world = World::new(Variant::Scheme);
    let target = world.ciphertext(&and(&[0, 1]));
    let r = world.key(0b01);
    world.key(0b10);
    assert!(!world.forms(&target));
    world.key_with(0b10, &r);
    assert!(world.forms(&target));
}

/// A restricted key cannot be grown again, nor joined with a sibling of the same parent.
#[test]
fn restricted_keys_of_one_parent_do_not_join() {
    let mut world = World::new(Variant::Scheme);
    let target = world.ciphertext(&and(&[0, 1]));
    let parent = world.fresh();
    world.restricted(&parent, 0b01);
    world.restricted(&parent, 0b10);
    assert!(!world.forms(&target));
    world.restricted(&parent, 0b11);
    assert!(world.forms(&target));
}

#[test]
fn what_must_stay_secret_opens_everything() {
    // g1^alpha, which has no encoding.
    let mut world = World::new(Variant::Scheme);
    let target = world.ciphertext(&or(&[0, 1]));
    assert!(!world.forms(&target));
    let alpha = world.alpha();
    world.first.push(alpha);
    assert!(world.forms(&target));
    // g1^s1, where alpha is known in G2 too.
    let mut world = World::new(Variant::Scheme);
    let target = world.ciphertext(&or(&[0, 1]));
    let alpha = world.alpha();
    world.second.push(alpha);
    assert!(!world.forms(&target));
    let secret = world.second[1].clone();
    world.first.push(secret);
    assert!(world.forms(&target));
}
