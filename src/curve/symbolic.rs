//! Exponents as symbols, for tests of what a scheme's algebra gives away: Laurent polynomials over a
//! prime of 61 bits, and whether one is a combination of others.

use std::collections::HashMap;
use std::vec::Vec;

const P: u64 = (1 << 61) - 1;

/// Variables with their exponents, ascending.
type Monomial = Vec<(u32, i8)>;

/// Coefficients by the number of their monomial, ascending, none of them zero.
pub(crate) type Polynomial = Vec<(u32, u64)>;

pub(crate) fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

pub(crate) fn negative(a: u64) -> u64 {
    (P - a % P) % P
}

pub(crate) fn inverse(a: u64) -> u64 {
    let (mut base, mut power, mut left) = (a % P, 1, P - 2);
    while left > 0 {
        if left & 1 == 1 {
            power = times(power, base);
        }
        base = times(base, base);
        left >>= 1;
    }
    power
}

/// `a + factor b`.
pub(crate) fn add(a: &[(u32, u64)], b: &[(u32, u64)], factor: u64) -> Polynomial {
    let mut sum = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(left), Some(right)) if left.0 == right.0 => {
                let value = (left.1 + times(right.1, factor)) % P;
                let name = left.0;
                a.next();
                b.next();
                (name, value)
            }
            (Some(left), right) if right.is_none_or(|right| left.0 < right.0) => {
                let next = *left;
                a.next();
                next
            }
            (_, Some(right)) => {
                let next = (right.0, times(right.1, factor));
                b.next();
                next
            }
            _ => return sum,
        };
        if next.1 != 0 {
            sum.push(next);
        }
    }
}

/// The monomials of one world, numbered as they come.
#[derive(Default)]
pub(crate) struct Monomials {
    numbers: HashMap<Monomial, u32>,
    all: Vec<Monomial>,
    products: HashMap<(u32, u32), u32>,
}

impl Monomials {
    fn number(&mut self, monomial: Monomial) -> u32 {
        let next = self.all.len() as u32;
        *self.numbers.entry(monomial).or_insert_with_key(|it| {
            self.all.push(it.clone());
            next
        })
    }

    pub(crate) fn constant(&mut self, value: u64) -> Polynomial {
        let one = self.number(Vec::new());
        Vec::from([(one, value % P)])
    }

    pub(crate) fn variable(&mut self, name: u32, exponent: i8) -> Polynomial {
        let number = self.number(Vec::from([(name, exponent)]));
        Vec::from([(number, 1)])
    }

    pub(crate) fn multiply(&mut self, a: &[(u32, u64)], b: &[(u32, u64)]) -> Polynomial {
        let mut product = Vec::with_capacity(a.len() * b.len());
        for &(left, x) in a {
            for &(right, y) in b {
                product.push((self.product(left, right), times(x, y)));
            }
        }
        product.sort_unstable();
        product.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = (kept.1 + next.1) % P;
            }
            same
        });
        product.retain(|(_, value)| *value != 0);
        product
    }

    fn product(&mut self, left: u32, right: u32) -> u32 {
        let key = (left.min(right), left.max(right));
        if let Some(&number) = self.products.get(&key) {
            return number;
        }
        let mut both = self.all[left as usize].clone();
        for &(name, exponent) in &self.all[right as usize] {
            match both.binary_search_by_key(&name, |it| it.0) {
                Ok(at) => both[at].1 += exponent,
                Err(at) => both.insert(at, (name, exponent)),
            }
        }
        both.retain(|it| it.1 != 0);
        let number = self.number(both);
        self.products.insert(key, number);
        number
    }
}

/// Whether `target` is a combination of `vectors`: Gaussian elimination.
pub(crate) fn in_span(
    vectors: impl IntoIterator<Item = Polynomial>,
    target: &[(u32, u64)],
) -> bool {
    let mut pivots: HashMap<u32, Polynomial> = HashMap::new();
    let reduce = |mut rest: Polynomial, pivots: &HashMap<u32, Polynomial>| {
        while let Some((leading, value)) = rest.last() {
            let Some(pivot) = pivots.get(leading) else {
                break;
            };
            rest = add(&rest, pivot, negative(*value));
        }
        rest
    };
    for vector in vectors {
        let rest = reduce(vector, &pivots);
        if let Some(&(leading, value)) = rest.last() {
            pivots.insert(leading, add(&[], &rest, inverse(value)));
        }
    }
    reduce(target.to_vec(), &pivots).is_empty()
}

/// Whether an attacker can form g^target in Gt: everything linear in the products of what they have
/// in G1 with what they have in G2, and in what they have in Gt.
pub(crate) fn forms(
    all: &mut Monomials,
    (first, second, third): (&[Polynomial], &[Polynomial], &[Polynomial]),
    target: &[(u32, u64)],
) -> bool {
    let mut products = third.to_vec();
    for left in first {
        products.extend(second.iter().map(|right| all.multiply(left, right)));
    }
    in_span(products, target)
}

#[test]
fn polynomials_and_spans() {
    let all = &mut Monomials::default();
    let (x, y) = (all.variable(1, 1), all.variable(2, 1));
    let back = all.variable(1, -1);
    let one = all.constant(1);
    assert_eq!(all.multiply(&x, &back), one);
    let (sum, difference) = (add(&x, &y, 1), add(&x, &y, negative(1)));
    let (xx, yy) = (all.multiply(&x, &x), all.multiply(&y, &y));
    assert_eq!(all.multiply(&sum, &difference), add(&xx, &yy, negative(1)));
    assert_eq!(add(&x, &x, negative(1)), []);
    assert_eq!(times(inverse(12_345), 12_345), 1);
    assert!(in_span([sum.clone(), difference.clone()], &x));
    assert!(!in_span([sum], &x));
    assert!(!in_span([], &x));
}
