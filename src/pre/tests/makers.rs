//! Capsules of makers who follow the format but for one thing, their proof always good: what
//! relays cannot see, whoever opens must.

use super::*;
use crate::curve::{G1, G2, Right, Scalar, pairing_product};
use crate::kem::Message;
use crate::pre::capsule::{Parts, label_digest};
use crate::pre::proof::Proof;

const TEXT: &str = "type=Observation and conf=N";
const LABELS: [&str; 3] = ["type=Observation", "conf=N", "code=8867-4"];

/// Encapsulation as SPEC.md has it, written once more: `own` makes the exponent of U out of s,
/// `rows` changes T.
fn mint(
    world: &World,
    own: impl Fn(Scalar) -> Scalar,
    rows: impl Fn(&mut [G1], Scalar),
) -> (Capsule, Secret<[u8; 32]>) {
    let rng = &mut rng(2);
    let set = labels(&LABELS);
    let profile = world.patient.profile();
    let id = *profile.id().as_bytes();
    let message = Message::random(rng).unwrap();
    let mut coins = message.coins(&FO, &id, &label_digest(&set)).unwrap();
    let s = *coins.scalars.scalar().unwrap().expose();
    let exponent = Secret::new(own(s));
    let first = (G2::generator() * exponent.expose()).to_bytes();
    let mut cache = Cache::new();
    let mut all: Vec<G1> = set.iter().map(|label| cache.hash(label) * &s).collect();
    rows(&mut all, s);
    let mut points = first.to_vec();
    all.iter()
        .for_each(|it| points.extend_from_slice(&it.to_bytes()));
    let parts = Parts::of(&set, &points).unwrap();
    let generator = G1::generator() * exponent.expose();
    let shared = pairing_product(&[(generator, Right::Point(profile.encryption_key()))]);
    let masked = message.mask(&FO, &id, &parts.header(), &shared.to_bytes());
    let digest = parts.digest(profile.id(), &masked);
    let power = |k: &Scalar| G2::generator() * k;
    let proof = Proof::new(&exponent, &digest, &first, power, rng).unwrap();
    let key = coins.into_key(&FO, &digest, &H);
    let capsule = Capsule::new(*profile.id(), set, points, masked, digest, proof);
    (capsule, key)
}

/// What the patient makes of a capsule, and the recipient with answers of honest relays, none of
/// whom can be accused of it.
fn opened(world: &World, capsule: &Capsule) -> [Result<Secret<[u8; 32]>>; 2] {
    let granted = world.grant(TEXT, 2);
    let answers = world.answers(&granted, capsule, &[1, 2]);
    for answer in &answers {
        assert!(Blame::new(&granted.grant, answer, capsule, &mut Cache::new()).is_err());
    }
    [
        world.patient.open(capsule, &H, &mut Cache::new()),
        world.open(&granted, capsule, &answers),
    ]
}

fn refused(world: &World, capsule: &Capsule, expected: Error) {
    for opened in opened(world, capsule) {
        assert_eq!(opened.err(), Some(expected.clone()));
    }
}

#[test]
fn the_format_written_twice_gives_the_same_capsule() {
    let world = World::new(1, 2);
    let (capsule, key) = mint(&world, |s| s, |_, _| {});
    let (own, same) = world.seal(&LABELS, 2);
    // The source gives message and nonce in the same order, so all bytes are the same.
    assert_eq!(capsule.to_bytes(), own.to_bytes());
    assert!(key.matches(same.expose()));
    for opened in opened(&world, &capsule) {
        assert!(opened.unwrap().matches(key.expose()));
    }
}

#[test]
fn every_wrong_row_is_the_makers_fault() {
    let world = World::new(1, 2);
    for row in 0..LABELS.len() {
        let wrong = |all: &mut [G1], _| all[row] = all[row] + G1::generator();
        refused(&world, &mint(&world, |s| s, wrong).0, Error::BadCapsule);
    }
}

#[test]
fn rows_that_are_wrong_together_are_found_too() {
    let world = World::new(1, 2);
    // The product of all T stays, so a check without weights would not see it.
    let opposite = |all: &mut [G1], _| {
        all[1] = all[1] + G1::generator();
        all[2] = all[2] - G1::generator();
    };
    refused(&world, &mint(&world, |s| s, opposite).0, Error::BadCapsule);
    let swapped = |all: &mut [G1], _| all.swap(0, 1);
    refused(&world, &mint(&world, |s| s, swapped).0, Error::BadCapsule);
    // T of a label that the record does not have.
    let foreign = |all: &mut [G1], s| all[0] = Cache::new().hash(b"type=Condition") * &s;
    refused(&world, &mint(&world, |s| s, foreign).0, Error::BadCapsule);
}

#[test]
fn a_first_point_of_another_exponent_is_refused() {
    let world = World::new(1, 2);
    // T belongs to the message, U does not.
    let other = |s| s + Scalar::ONE;
    refused(&world, &mint(&world, other, |_, _| {}).0, Error::BadCapsule);
    // Both belong together but not to the message: nobody can be named from public data.
    let rows = |all: &mut [G1], _| {
        for (point, label) in all.iter_mut().zip(labels(&LABELS).iter()) {
            *point = *point + Cache::new().hash(label);
        }
    };
    refused(&world, &mint(&world, other, rows).0, Error::Open);
}

#[test]
fn a_capsule_under_another_patients_name_opens_for_neither() {
    let world = World::new(1, 2);
    let other = PatientKey::generate(&mut rng(9)).unwrap();
    let (capsule, _) = world.seal(&LABELS, 2);
    let mut bytes = capsule.to_bytes();
    bytes[..32].copy_from_slice(other.profile().id().as_bytes());
    let renamed = Capsule::from_bytes(&bytes, capsule.labels()).unwrap();
    let mut cache = Cache::new();
    let refused = other.open(&renamed, &H, &mut cache).err();
    assert_eq!(refused, Some(Error::BadCapsule));
    let refused = world.patient.open(&renamed, &H, &mut cache).err();
    assert_eq!(refused, Some(Error::NoStanza));
}
