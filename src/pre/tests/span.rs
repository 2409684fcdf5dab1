//! The algebra of grants, symbolically: what an attacker can form in Gt is the span of all
//! products of what they have in G1 and G2. A capsule is broken if g^(alpha s) lies in it.
//!
//! Exponents are Laurent polynomials in fresh variables over a prime of 61 bits. This finds breaks
//! and is no proof. The rows come from the library's own formulas.

use std::collections::BTreeMap;
use std::vec::Vec;

use crate::curve::Scalar;
use crate::policy::{Formula, Literal, Shape};

const P: u64 = (1 << 61) - 1;
const LABELS: u64 = 5;

/// Variables with their exponents, ascending.
type Monomial = Vec<(u32, i8)>;
type Polynomial = BTreeMap<Monomial, u64>;

fn mulmod(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

fn inverse(a: u64) -> u64 {
    let (mut base, mut power, mut left) = (a, 1, P - 2);
    while left > 0 {
        if left & 1 == 1 {
            power = mulmod(power, base);
        }
        base = mulmod(base, base);
        left >>= 1;
    }
    power
}

fn constant(value: u64) -> Polynomial {
    [(Vec::new(), value % P)].into()
}

fn variable(name: u32, exponent: i8) -> Polynomial {
    [(Vec::from([(name, exponent)]), 1)].into()
}

fn add(a: &Polynomial, b: &Polynomial, factor: u64) -> Polynomial {
    let mut sum = a.clone();
    for (monomial, value) in b {
        let slot = sum.entry(monomial.clone()).or_default();
        *slot = (*slot + mulmod(*value, factor)) % P;
    }
    sum.retain(|_, value| *value != 0);
    sum
}

fn multiply(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let mut product = Polynomial::new();
    for (left, x) in a {
        for (right, y) in b {
            let mut both: BTreeMap<u32, i8> = left.iter().copied().collect();
            for (name, exponent) in right {
                *both.entry(*name).or_default() += exponent;
            }
            let monomial = both.into_iter().filter(|(_, it)| *it != 0).collect();
            let slot = product.entry(monomial).or_default();
            *slot = (*slot + mulmod(*x, *y)) % P;
        }
    }
    product.retain(|_, value| *value != 0);
    product
}

/// Whether `target` is a combination of `vectors`: Gaussian elimination.
fn in_span(vectors: impl Iterator<Item = Polynomial>, target: &Polynomial) -> bool {
    let mut pivots: BTreeMap<Monomial, Polynomial> = BTreeMap::new();
    let reduce = |vector: &Polynomial, pivots: &BTreeMap<Monomial, Polynomial>| {
        let mut rest = vector.clone();
        while let Some((leading, value)) = rest.last_key_value() {
            let Some(pivot) = pivots.get(leading) else {
                break;
            };
            let factor = P - *value;
            rest = add(&rest, pivot, factor);
        }
        rest
    };
    for vector in vectors {
        let rest = reduce(&vector, &pivots);
        if let Some((leading, value)) = rest.last_key_value() {
            let scaled = add(&Polynomial::new(), &rest, inverse(*value));
            pivots.insert(leading.clone(), scaled);
        }
    }
    reduce(target, &pivots).is_empty()
}

/// A small deterministic source.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn literal(label: u64) -> Literal {
    Literal::text("l", &std::format!("{label}"))
}

fn shape(dice: &mut Dice, leaves: u64) -> Shape {
    if leaves == 1 {
        return Shape::Leaf(literal(dice.roll(LABELS)));
    }
    let first = 1 + dice.roll(leaves - 1);
    let mut children = Vec::from([shape(dice, first), shape(dice, leaves - first)]);
    if dice.roll(2) == 0 {
        children.push(shape(dice, 1));
    }
    match dice.roll(3) {
        0 => Shape::And(children),
        1 => Shape::Or(children),
        _ => Shape::Threshold(1 + dice.roll(children.len() as u64) as u16, children),
    }
}

/// The matrix of a formula, by sharing unit vectors.
fn matrix(formula: &Formula) -> Vec<Vec<u64>> {
    let columns = formula.columns();
    let mut rows = std::vec![Vec::new(); formula.rows().len()];
    for unit in 0..=columns {
        let of = |at: usize| Scalar::from_u64(u64::from(at == unit));
        let fresh: Vec<Scalar> = (1..=columns).map(of).collect();
        let shares = formula.share(of(0), &fresh).unwrap();
        for (row, place) in rows.iter_mut().zip(&shares.of_row) {
            row.push(small(shares.values[usize::from(*place)]));
        }
    }
    rows
}

/// An entry of the matrix, a small integer of either sign, modulo P.
fn small(value: Scalar) -> u64 {
    let low = |value: Scalar| {
        let bytes = value.to_bytes();
        bytes[..24]
            .iter()
            .all(|byte| *byte == 0)
            .then(|| u64::from_be_bytes(bytes[24..].try_into().unwrap()))
    };
    low(value).unwrap_or_else(|| P - low(-value).unwrap())
}

#[derive(Default)]
struct World {
    first: Vec<Polynomial>,
    second: Vec<Polynomial>,
    names: u32,
}

/// The variables of alpha and of the labels' hashes.
const ALPHA: u32 = 0;
const HASH: u32 = 1;

impl World {
    fn new() -> Self {
        let mut world = Self {
            names: HASH + LABELS as u32,
            ..Self::default()
        };
        world.first.push(constant(1));
        world.second.push(constant(1));
        // P, and every label's hash.
        world.second.push(variable(ALPHA, 1));
        for label in 0..LABELS {
            world.first.push(variable(HASH + label as u32, 1));
        }
        world
    }

    fn fresh(&mut self) -> u32 {
        self.names += 1;
        self.names
    }

    /// U and T; the variable of its s.
    fn capsule(&mut self, labels: u64) -> Polynomial {
        let s = variable(self.fresh(), 1);
        self.second.push(s.clone());
        for label in (0..LABELS).filter(|label| labels >> label & 1 == 1) {
            self.first
                .push(multiply(&variable(HASH + label as u32, 1), &s));
        }
        s
    }

    /// D, R and the commitment of a grant whose recipient is corrupt. x is known to attackers
    /// that have enough relays: a constant, without loss of generality. `one_rho` is the fault.
    /// The values of f at 1 and 2, which relays answer with.
    fn grant(&mut self, formula: &Formula, relays_corrupt: bool, one_rho: bool) -> [Polynomial; 2] {
        let (x, inverse) = if relays_corrupt {
            (constant(1), constant(1))
        } else {
            let name = self.fresh();
            (variable(name, 1), variable(name, -1))
        };
        // t = 2 of 2 or more; f(i) = x + i f_1.
        let slope = if relays_corrupt {
            constant(12_345)
        } else {
            variable(self.fresh(), 1)
        };
        self.second.extend([x.clone(), slope.clone()]);
        let secret = multiply(&variable(ALPHA, 1), &inverse);
        let fresh: Vec<Polynomial> = (0..formula.columns())
            .map(|_| variable(self.fresh(), 1))
            .collect();
        let common = self.fresh();
        for (row, literal_of) in matrix(formula).iter().zip(formula.rows()) {
            let label = (0..LABELS).find(|it| literal(*it) == *literal_of).unwrap();
            let rho = if one_rho { common } else { self.fresh() };
            let mut share = add(&Polynomial::new(), &secret, row[0]);
            for (column, value) in fresh.iter().zip(&row[1..]) {
                share = add(&share, column, *value);
            }
            let blinded = multiply(&variable(HASH + label as u32, 1), &variable(rho, 1));
            self.first.push(add(&share, &blinded, 1));
            self.second.push(multiply(&variable(rho, 1), &x));
        }
        [add(&x, &slope, 1), add(&x, &slope, 2)]
    }

    fn breaks(&self, s: &Polynomial) -> bool {
        let products = self
            .first
            .iter()
            .flat_map(|left| self.second.iter().map(|right| multiply(left, right)));
        in_span(products, &multiply(&variable(ALPHA, 1), s))
    }
}

/// One random world of grants and capsules; whether its target is broken, and whether a grant
/// that can be used allows it.
fn world(dice: &mut Dice, one_rho: bool) -> (bool, bool) {
    let mut world = World::new();
    let grants = 1 + dice.roll(2);
    let mut powers = Vec::new();
    let mut formulas = Vec::new();
    for _ in 0..grants {
        let leaves = 1 + dice.roll(4);
        let formula = Formula::new(shape(dice, leaves)).unwrap();
        let corrupt = dice.roll(2) == 0;
        powers.push((world.grant(&formula, corrupt, one_rho), corrupt));
        formulas.push(formula);
    }
    let mut targets = Vec::new();
    for _ in 0..=dice.roll(2) {
        let labels = 1 + dice.roll((1 << LABELS) - 1);
        let s = world.capsule(labels);
        let mut allowed = false;
        for ((values, corrupt), formula) in powers.iter().zip(&formulas) {
            // Relays that see no labels answer for every capsule: both, one or none of them.
            let answers = dice.roll(3) as usize;
            for value in &values[..answers] {
                world.second.push(multiply(value, &s));
            }
            let satisfied = formula.is_satisfied(&|row| {
                (0..LABELS).any(|it| labels >> it & 1 == 1 && literal(it) == *row)
            });
            allowed |= satisfied && (*corrupt || answers == 2);
        }
        targets.push((s, allowed));
    }
    let (s, allowed) = targets.swap_remove(dice.roll(targets.len() as u64) as usize);
    (world.breaks(&s), allowed)
}

#[test]
fn a_capsule_opens_exactly_for_a_policy_it_satisfies_with_enough_answers() {
    let mut dice = Dice(2026);
    let mut opened = 0;
    for case in 0..2_000 {
        let (broken, allowed) = world(&mut dice, false);
        assert_eq!(broken, allowed, "case {case}");
        opened += u32::from(broken);
    }
    assert!((200..1_800).contains(&opened), "{opened} of 2,000 opened");
}

#[test]
fn one_randomness_for_all_rows_is_a_break() {
    let mut dice = Dice(2027);
    let breaks = (0..2_000)
        .filter(|_| {
            let (broken, allowed) = world(&mut dice, true);
            assert!(broken || !allowed);
            broken && !allowed
        })
        .count();
    assert!(breaks > 0);
}
