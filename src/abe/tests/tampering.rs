//! What a changed ciphertext, binding or key gives.

use super::super::FO;
use super::super::ciphertext::Points;
use super::super::encapsulate::Exponents;
use super::*;
use crate::curve::{G1, G2};
use crate::kem;
use crate::wire::Reader;

/// Whether `held` gives the key of implicit rejection for `ciphertext`.
fn rejects(held: &UserKey, ciphertext: &Ciphertext, binding: &[u8; 32]) -> bool {
    let opened = held
        .decapsulate(ciphertext, binding, &mut Cache::new())
        .unwrap();
    let rejected = kem::rejection_key(
        crate::tags::CP_REJECT,
        held.rejection(),
        &ciphertext.digest(),
        binding,
    );
    opened.matches(rejected.expose())
}

fn changed(ciphertext: &Ciphertext, change: impl FnOnce(&mut Points, &mut [u8; 32])) -> Ciphertext {
    let points = ciphertext.points();
    let mut points = Points::new(points.first, points.occurrence.clone(), points.rows.clone());
    let mut masked = *ciphertext.masked();
    change(&mut points, &mut masked);
    // The bytes of the changed points: only the comparison can tell.
    let points = Points::new(points.first, points.occurrence, points.rows);
    let policy = ciphertext.policy().clone();
    let formula = policy.formula().unwrap();
    Ciphertext::new(*ciphertext.authority(), policy, formula, points, masked)
}

#[test]
fn every_changed_part_is_rejected_even_one_that_decryption_does_not_use() {
    let authority = authority();
    // The holder of a=x never touches the rows of b and c, nor c's second occurrence.
    let held = key(&authority, &["a=x"]);
    let (good, _) = seal(&authority, "a=x or (b=x and c=x) or (c=x and d=x)");
    assert!(!rejects(&held, &good, &BINDING));
    assert!(rejects(
        &held,
        &changed(&good, |points, _| points.first =
            points.first + G2::generator()),
        &BINDING
    ));
    for at in 0..good.points().occurrence.len() {
        let wrong = changed(&good, |points, _| {
            points.occurrence[at] = points.occurrence[at] + G2::generator();
        });
        assert!(rejects(&held, &wrong, &BINDING), "occurrence {at}");
    }
    for at in 0..good.points().rows.len() {
        let wrong = changed(&good, |points, _| {
            points.rows[at] = points.rows[at] + G1::generator()
        });
        assert!(rejects(&held, &wrong, &BINDING), "row {at}");
    }
    for at in [0, 31] {
        let wrong = changed(&good, |_, masked| masked[at] ^= 1);
        assert!(rejects(&held, &wrong, &BINDING), "mask byte {at}");
    }
}

/// A ciphertext whose maker knows the message and so masks it rightly, whatever `change` does to
/// the points: an honest change of bytes never comes this far, for the mask covers the points.
fn dishonest(
    authority: &AuthorityKey,
    policy: &str,
    change: impl FnOnce(&mut Vec<G2>, &mut Vec<G1>),
) -> (Ciphertext, Secret<[u8; 32]>) {
    let policy = Policy::parse(policy).unwrap();
    let formula = policy.formula().unwrap();
    let context = authority.public().id().as_bytes();
    let message = kem::Message::random(&mut rng(80)).unwrap();
    let mut coins = message.coins(&FO, context, &policy.to_bytes()).unwrap();
    let exponents = Exponents::derive(&formula, &mut coins).unwrap();
    let honest = exponents.points(&formula, &mut Cache::new()).unwrap();
    let (mut occurrence, mut rows) = (honest.occurrence.clone(), honest.rows.clone());
    change(&mut occurrence, &mut rows);
    let points = Points::new(honest.first, occurrence, rows);
    let shared = authority
        .public()
        .parameter()
        .pow(exponents.secret.expose());
    let masked = message.mask(&FO, context, points.as_bytes(), &shared.to_bytes());
    let ciphertext = Ciphertext::new(*authority.public().id(), policy, formula, points, masked);
    let key = coins.into_key(&FO, &ciphertext.digest(), &BINDING);
    (ciphertext, key)
}

/// The holder of a=x uses row 0 and the first occurrence only.
const UNUSED: &str = "a=x or (b=x and c=x) or (c=x and d=x)";

#[test]
fn the_dishonest_makers_tools_work() {
    let authority = authority();
    let made = dishonest(&authority, UNUSED, |_, _| ());
    assert!(opens(&key(&authority, &["a=x"]), &made));
}

#[test]
fn a_dishonest_maker_cannot_change_a_row_that_the_reader_does_not_use() {
    let authority = authority();
    let held = key(&authority, &["a=x"]);
    for row in 1..5 {
        let (wrong, _) = dishonest(&authority, UNUSED, |_, rows| {
            rows[row] = rows[row] + G1::generator();
        });
        assert!(rejects(&held, &wrong, &BINDING), "row {row}");
    }
}

#[test]
fn a_dishonest_maker_cannot_change_an_occurrence_that_the_reader_does_not_use() {
    let authority = authority();
    let held = key(&authority, &["a=x"]);
    let (wrong, _) = dishonest(&authority, UNUSED, |occurrence, _| {
        occurrence[1] = occurrence[1] + G2::generator();
    });
    assert!(rejects(&held, &wrong, &BINDING));
}

#[test]
fn changes_that_cancel_in_a_plain_sum_of_rows_are_rejected() {
    // Without weights of its own for each row the combined check would accept these.
    let authority = authority();
    let held = key(&authority, &["a=x"]);
    for (one, other) in [(1, 2), (1, 4), (2, 3), (3, 4)] {
        let (wrong, _) = dishonest(&authority, UNUSED, |_, rows| {
            rows[one] = rows[one] + G1::generator();
            rows[other] = rows[other] - G1::generator();
        });
        assert!(rejects(&held, &wrong, &BINDING), "rows {one} and {other}");
    }
}

#[test]
fn the_policy_cannot_be_swapped() {
    let authority = authority();
    let held = key(&authority, &["a=x", "b=x"]);
    let (good, _) = seal(&authority, "a=x or b=x");
    // Another text for the same rows, shares and coefficients: nothing but the binding tells.
    let policy = Policy::parse("1 of (a=x, b=x)").unwrap();
    let formula = policy.formula().unwrap();
    let points = changed(&good, |_, _| ());
    let bytes = points.points().as_bytes().to_vec();
    let mut forged = good.authority().as_bytes().to_vec();
    forged.extend_from_slice(&(policy.to_bytes().len() as u32).to_be_bytes());
    forged.extend_from_slice(&policy.to_bytes());
    forged.extend_from_slice(&bytes);
    forged.extend_from_slice(good.masked());
    let forged = Ciphertext::from_bytes(&forged).unwrap();
    assert_eq!(formula.rows(), forged.formula().rows());
    assert!(rejects(&held, &forged, &BINDING));
}

#[test]
fn another_binding_gives_an_unrelated_key() {
    let authority = authority();
    let held = key(&authority, &["a=x"]);
    let (ciphertext, sealed) = seal(&authority, "a=x");
    let other = held
        .decapsulate(&ciphertext, &[8; 32], &mut Cache::new())
        .unwrap();
    assert!(!other.matches(sealed.expose()));
}

#[test]
fn rejection_is_constant_for_a_key_and_different_for_another() {
    let authority = authority();
    let (good, _) = seal(&authority, "a=x");
    let wrong = changed(&good, |_, masked| masked[0] ^= 1);
    let reject = |held: &UserKey| {
        held.decapsulate(&wrong, &BINDING, &mut Cache::new())
            .unwrap()
    };
    let one = key(&authority, &["a=x"]);
    let attributes = Attributes::parse(["a=x"]).unwrap();
    let two = authority.issue(&attributes, until(), &mut rng(40)).unwrap();
    assert!(reject(&one).matches(reject(&one).expose()));
    assert!(!reject(&one).matches(reject(&two).expose()));
}

#[test]
fn malformed_ciphertexts_are_refused_by_type() {
    let authority = authority();
    let good = seal(&authority, "a=x").0.to_bytes();
    for length in 0..good.len() {
        assert!(
            Ciphertext::from_bytes(&good[..length]).is_err(),
            "{length} bytes"
        );
    }
    let mut long = good.clone();
    long.push(0);
    assert_eq!(
        Ciphertext::from_bytes(&long).err(),
        Some(Error::TrailingBytes)
    );
    // 32 authority, 4 length, policy, then ct1.
    let policy = Policy::parse("a=x").unwrap().to_bytes().len();
    let mut identity = good.clone();
    identity[36 + policy..36 + policy + 96].fill(0);
    identity[36 + policy] = 0xc0;
    assert_eq!(
        Ciphertext::from_bytes(&identity).err(),
        Some(Error::IdentityPoint)
    );
    let mut huge = good;
    huge[32..36].fill(0xff);
    assert!(matches!(
        Ciphertext::from_bytes(&huge).err(),
        Some(Error::Length(_))
    ));
}

/// Reads and opens for one key with a cache that has tables, as records are.
fn opened_for(held: &UserKey, bytes: &[u8], cache: &mut Cache) -> (Ciphertext, Secret<[u8; 32]>) {
    let found = Ciphertext::read_for(&mut Reader::new(bytes), held, cache).unwrap();
    let opened = held.decapsulate_chosen(&found, &BINDING, cache).unwrap();
    (found.0, opened)
}

#[test]
fn rows_that_are_not_decoded_are_compared_as_bytes() {
    let authority = authority();
    let held = key(&authority, &["a=x", "b=1"]);
    let policy = "a=x and (b=1 or c=2 or d=3 or b=1 and e=5)";
    let (good, sealed) = seal(&authority, policy);
    let (bytes, mut cache) = (good.to_bytes(), Cache::with_tables());
    let (first, opened) = opened_for(&held, &bytes, &mut cache);
    assert!(opened.matches(sealed.expose()));
    assert!((0..6).all(|row| first.points().unread(row).is_none()));
    for _ in 0..8 {
        opened_for(&held, &bytes, &mut cache);
    }
    let (last, opened) = opened_for(&held, &bytes, &mut cache);
    assert!(opened.matches(sealed.expose()));
    let unread: Vec<_> = (0..6)
        .filter(|row| last.points().unread(*row).is_some())
        .collect();
    assert_eq!(unread, [2, 3, 4, 5], "all but the two that the key uses");
    assert_eq!(last.to_bytes(), bytes);

    for row in 2..6 {
        // A point of the group that is another than it should be, under a right mask.
        let (wrong, sealed) = dishonest(&authority, policy, |_, rows| {
            rows[row] = rows[row] + G1::generator();
        });
        let (_, opened) = opened_for(&held, &wrong.to_bytes(), &mut cache);
        assert!(!opened.matches(sealed.expose()), "row {row}");
        let strict = held
            .decapsulate(&wrong, &BINDING, &mut Cache::new())
            .unwrap();
        assert!(opened.matches(strict.expose()), "the same rejection");
        // No point at all.
        let mut wrong = bytes.clone();
        let at = bytes.len() - 32 - 48 * (6 - row);
        wrong[at..at + 48].fill(0xff);
        assert!(Ciphertext::from_bytes(&wrong).is_err());
        let (_, opened) = opened_for(&held, &wrong, &mut cache);
        assert!(!opened.matches(sealed.expose()), "row {row}");
        let (_, again) = opened_for(&held, &wrong, &mut Cache::new());
        assert!(again.matches(opened.expose()), "with any cache");
    }
    // A row that the key uses must be a point.
    let mut wrong = bytes.clone();
    let at = bytes.len() - 32 - 48 * 6;
    wrong[at..at + 48].fill(0xff);
    let refused = Ciphertext::read_for(&mut Reader::new(&wrong), &held, &mut cache);
    assert!(refused.is_err());
}
