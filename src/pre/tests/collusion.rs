//! What a recipient and all relays together can open: exactly what the policy allows.

use super::opening::guesses;
use super::*;
use crate::curve::{G1, G2, Gt, PublicScalar, Right, Scalar, multi_scalar_g1, pairing_product};
use crate::pre::check;
use crate::share::lagrange_at_zero;

/// x itself, from all relays' shares.
fn pooled(granted: &Granted) -> Scalar {
    let indices: Vec<u16> = (1..=granted.installed.len() as u16).collect();
    let weights = lagrange_at_zero(&indices).unwrap();
    granted
        .installed
        .iter()
        .zip(weights)
        .fold(Scalar::ZERO, |sum, (share, weight)| {
            sum + *share.share().expose() * Scalar::from(weight)
        })
}

/// The pairing equation on rows of any choice, with T of any label of the capsule.
fn equation(
    granted: &Granted,
    x: &Scalar,
    capsule: &Capsule,
    rows: &[(usize, PublicScalar)],
    row_of: impl Fn(usize) -> Option<usize>,
) -> Gt {
    let points = capsule.decode_points().unwrap();
    let transformed = points.first * x;
    let own: Vec<G1> = rows
        .iter()
        .map(|(row, _)| granted.held.first()[*row])
        .collect();
    let weights: Vec<PublicScalar> = rows.iter().map(|(_, weight)| *weight).collect();
    let sum = multi_scalar_g1(&own, &weights);
    let mut terms = std::vec![(sum, Right::Point(&transformed))];
    for (row, weight) in rows {
        if let Some(at) = row_of(*row) {
            let point = -multi_scalar_g1(&[points.rows[at]], &[*weight]);
            terms.push((point, Right::Point(&granted.held.second()[*row])));
        }
    }
    pairing_product(&terms)
}

fn opens(granted: &Granted, capsule: &Capsule, shared: Gt, key: &Secret<[u8; 32]>) -> bool {
    let points = capsule.decode_points().unwrap();
    let secret = granted.held.weight_secret();
    check::open(capsule, &points, shared, secret, &H, &mut Cache::new())
        .is_ok_and(|opened| opened.matches(key.expose()))
}

#[test]
fn all_shares_together_open_exactly_the_policy() {
    let world = World::new(1, 3);
    let granted = world.grant("type=Observation and (conf=N or code=a and code=b)", 2);
    let x = pooled(&granted);
    let at = |capsule: &Capsule, row: usize| {
        let rows = granted.held.formula().rows();
        capsule
            .labels()
            .iter()
            .position(|it| it == rows[row].as_bytes())
    };
    for (texts, allowed) in [
        (&["type=Observation", "conf=N"][..], true),
        (&["type=Observation", "code=a", "code=b"], true),
        (&["type=Observation", "conf=R"], false),
        (&["type=Observation", "code=a"], false),
        (&["type=Condition", "conf=N"], false),
        (&["conf=N", "code=a", "code=b"], false),
        (&["ym=2026-11"], false),
    ] {
        let (capsule, key) = world.seal(texts, 3);
        assert_eq!(granted.held.satisfies(capsule.labels()), allowed);
        if let Some(rows) = granted.held.solve(capsule.labels()) {
            let shared = equation(&granted, &x, &capsule, &rows, |row| at(&capsule, row));
            assert!(opens(&granted, &capsule, shared, &key), "{texts:?}");
            continue;
        }
        // Not by the rows there are, nor by leaving T out, nor with T of other labels.
        for rows in guesses(granted.held.first().len()) {
            for bypass in 0..3 {
                let shared = equation(&granted, &x, &capsule, &rows, |row| match bypass {
                    0 => at(&capsule, row),
                    1 => None,
                    _ => Some(row % capsule.labels().len()),
                });
                assert!(
                    !opens(&granted, &capsule, shared, &key),
                    "{texts:?} {bypass}"
                );
            }
        }
    }
}

#[test]
fn the_patients_secret_stays_the_patients() {
    // From D, R and x: everything of the shape e(D^a, g2^b) that could be e(g1, P).
    let world = World::new(1, 2);
    let granted = world.grant("type=a and type=b", 2);
    let x = pooled(&granted);
    let profile = world.patient.profile();
    let target = pairing_product(&[(G1::generator(), Right::Point(profile.encryption_key()))]);
    let base = G2::generator() * &x;
    for rows in guesses(2) {
        let own: Vec<G1> = rows
            .iter()
            .map(|(row, _)| granted.held.first()[*row])
            .collect();
        let weights: Vec<PublicScalar> = rows.iter().map(|(_, weight)| *weight).collect();
        let sum = multi_scalar_g1(&own, &weights);
        assert!(pairing_product(&[(sum, Right::Point(&base))]) != target);
    }
}

#[test]
fn two_grants_do_not_combine() {
    let world = World::new(1, 2);
    let install = |text: &str, seed| {
        let (grant, shares) = world.deal(text, 1, |_| {}, seed);
        world.install(grant, shares)
    };
    // Each lacks what the other has; together they have both conditions.
    let one = install("type=Observation and conf=N", 10);
    let two = install("type=Condition and conf=R", 11);
    let (capsule, key) = world.seal(&["type=Observation", "conf=R"], 3);
    let points = capsule.decode_points().unwrap();
    let (x, y) = (pooled(&one), pooled(&two));
    for (first, second) in [(0, 1), (0, 0), (1, 1), (1, 0)] {
        for scale in [&x, &y] {
            let transformed = points.first * scale;
            let sum = one.held.first()[first] + two.held.first()[second];
            for (left, right) in [(0, 1), (1, 0)] {
                let shared = pairing_product(&[
                    (sum, Right::Point(&transformed)),
                    (-points.rows[left], Right::Point(&one.held.second()[first])),
                    (
                        -points.rows[right],
                        Right::Point(&two.held.second()[second]),
                    ),
                ]);
                assert!(!opens(&one, &capsule, shared, &key));
            }
        }
    }
    // And answers under one do not serve the other.
    let allowed = world.seal(&["type=Observation", "conf=N"], 4).0;
    let answers = world.answers(&one, &allowed, &[1]);
    assert_eq!(
        world.open(&two, &allowed, &answers).err(),
        Some(Error::NotSatisfied)
    );
}
