//! What the pairing equation gives to sets of rows that do not satisfy the policy.

use super::super::FO;
use super::*;
use crate::curve::PublicScalar;
use crate::kem::Message;

/// Every way to weigh every subset of rows that the key can compute with, for small weights.
fn attempts(rows: usize) -> Vec<Vec<(usize, PublicScalar)>> {
    let weights = [0i64, 1, -1, 2];
    let mut all = Vec::new();
    for number in 0..weights.len().pow(rows as u32) {
        let mut rest = number;
        let mut attempt = Vec::new();
        for row in 0..rows {
            let weight = weights[rest % weights.len()];
            rest /= weights.len();
            if weight != 0 {
                attempt.push((row, PublicScalar::from_i64(weight)));
            }
        }
        all.push(attempt);
    }
    all
}

#[test]
fn no_weighing_of_an_unsatisfying_set_opens() {
    let authority = authority();
    for (policy, attributes) in [
        ("a=x and b=x", vec!["a=x"]),
        ("a=x and b=x", vec!["b=x"]),
        ("a=x and b=x and c=x", vec!["a=x", "c=x"]),
        ("2 of (a=x, b=x, c=x)", vec!["c=x"]),
        ("(a=x or b=x) and c=x", vec!["a=x", "b=x"]),
        ("(b=x or c=x) and c=x", vec!["b=x"]),
        ("(a=x and b=x) or (c=x and d=x)", vec!["a=x", "c=x"]),
    ] {
        let sealed = seal(&authority, policy);
        let held = key(&authority, &attributes);
        assert_eq!(
            held.decapsulate(&sealed.0, &BINDING, &mut Cache::new())
                .err(),
            Some(Error::NotSatisfied)
        );
        let formula = sealed.0.formula();
        let mut tried = 0;
        for attempt in attempts(formula.rows().len()) {
            let computable = attempt
                .iter()
                .all(|(row, _)| held.component(&formula.rows()[*row]).is_some());
            if !computable {
                continue;
            }
            let opened = held
                .decapsulate_rows(&sealed.0, &attempt, &BINDING, &mut Cache::new())
                .unwrap();
            assert!(
                !opened.matches(sealed.1.expose()),
                "{policy} {attributes:?}"
            );
            tried += 1;
        }
        assert!(tried > 1, "{policy}: the bypass must have run");
    }
}

#[test]
fn the_bypass_opens_what_it_should() {
    // The same path on a satisfying set opens: so the test above tests something.
    let authority = authority();
    let sealed = seal(&authority, "a=x and b=x");
    let held = key(&authority, &["a=x", "b=x"]);
    let rows = [
        (0, PublicScalar::from_i64(1)),
        (1, PublicScalar::from_i64(1)),
    ];
    let opened = held
        .decapsulate_rows(&sealed.0, &rows, &BINDING, &mut Cache::new())
        .unwrap();
    assert!(opened.matches(sealed.1.expose()));
}

#[test]
fn two_keys_cannot_be_combined() {
    let authority = authority();
    let sealed = seal(&authority, "a=x and b=x");
    let attributes = |name: &str| Attributes::parse([name]).unwrap();
    let first = authority
        .issue(&attributes("a=x"), until(), &mut rng(21))
        .unwrap();
    let second = authority
        .issue(&attributes("b=x"), until(), &mut rng(22))
        .unwrap();
    // The first key's parts, with the second key's component for b=x put in.
    let mut both = key(&authority, &["a=x", "b=x"]);
    let components: Vec<_> = both
        .literals
        .iter()
        .map(|literal| {
            first
                .component(literal)
                .or(second.component(literal))
                .unwrap()
        })
        .collect();
    both.components.first = Secret::new(components);
    both.components.second = Secret::new(first.second());
    both.components.third = first.third();
    assert!(!opens(&both, &sealed));
    both.components.third = second.third();
    assert!(!opens(&both, &sealed));
}

/// The attack on one randomness for all occurrences, as a holder of `b=x` plays it against
/// `(b=x or c=x) and c=x`: in `ct3[0]^2 ct3[2] / ct3[1]` the powers of b add up to s1 and, if
/// both occurrences of `c=x` share s', those of H(c) cancel.
fn attack(held: &UserKey, ciphertext: &Ciphertext) -> Secret<[u8; 32]> {
    use crate::curve::{Right, pairing_product};
    let points = ciphertext.points();
    let own = held.component(&ciphertext.formula().rows()[0]).unwrap();
    let rows = points.rows[0] + points.rows[0] - points.rows[1] + points.rows[2];
    let third = held.third();
    let shared = pairing_product(&[
        (held.second(), Right::Point(&points.first)),
        (own + own, Right::Point(&points.occurrence[0])),
        (-rows, Right::Point(&third)),
    ]);
    let context = held.authority().as_bytes();
    let (header, shared) = (points.as_bytes(), shared.to_bytes());
    let message = Message::unmask(&FO, context, header, &shared, ciphertext.masked());
    let coins = message
        .coins(&FO, context, &ciphertext.policy().to_bytes())
        .unwrap();
    coins.into_key(&FO, &ciphertext.digest(), &BINDING)
}

#[test]
fn each_occurrence_of_an_attribute_has_its_own_randomness() {
    let authority = authority();
    let sealed = seal(&authority, "(b=x or c=x) and c=x");
    assert_eq!(sealed.0.formula().occurrences(), (&[1, 1, 2][..], 2));
    let points = sealed.0.points();
    assert!(points.occurrence[0] != points.occurrence[1]);
    let held = key(&authority, &["b=x"]);
    assert!(!attack(&held, &sealed.0).matches(sealed.1.expose()));
}

#[test]
fn the_attack_works_where_the_randomness_is_shared() {
    // The same computation opens a ciphertext made the wrong way: the test above is not green
    // by accident.
    use super::super::ciphertext::Points;
    use crate::curve::{G1, G2, Scalar};
    use crate::policy::Literal;
    let authority = authority();
    let held = key(&authority, &["b=x"]);
    let policy = Policy::parse("(b=x or c=x) and c=x").unwrap();
    let message = Message::random(&mut rng(9)).unwrap();
    let context = held.authority().as_bytes();
    let mut coins = message.coins(&FO, context, &policy.to_bytes()).unwrap();
    let mut scalar = || *coins.scalars.scalar().unwrap().expose();
    let (secret, fresh, shared) = (scalar(), scalar(), scalar());
    let row = |share: Scalar, name: &str| {
        let literal = Literal::text(name, "x");
        let hash = G1::hash(crate::tags::ATTRIBUTE_TO_G1, literal.as_bytes());
        Cache::new().base() * &share + hash * &shared
    };
    let points = Points::new(
        G2::generator() * &secret,
        vec![G2::generator() * &shared; 2],
        vec![
            row(secret + fresh, "b"),
            row(secret + fresh, "c"),
            row(-fresh, "c"),
        ],
    );
    let element = authority.public().parameter().pow(&secret).to_bytes();
    let masked = message.mask(&FO, context, points.as_bytes(), &element);
    let formula = policy.formula().unwrap();
    let broken = Ciphertext::new(*held.authority(), policy, formula, points, masked);
    let key = coins.into_key(&FO, &broken.digest(), &BINDING);
    assert!(attack(&held, &broken).matches(key.expose()));
}
