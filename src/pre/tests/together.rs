use std::vec::Vec;

use super::*;
use crate::curve::G2;
use crate::secret::Secret;
use crate::tags;

/// Capsules of several label sets, most of which share a label.
fn chart(world: &World) -> Vec<Capsule> {
    [
        &["type=Observation", "conf=N", "ym=2026-10"][..],
        &["type=Observation", "conf=N", "ym=2026-11"],
        &["type=Observation", "conf=N", "code=8867-4"],
        &["type=Observation", "conf=N", "author=ward 3", "ym=2026-11"],
    ]
    .iter()
    .zip(10..)
    .map(|(texts, seed)| world.seal(texts, seed).0)
    .collect()
}

fn resigned(world: &World, answer: &Answer, change: impl FnOnce(&mut Answer)) -> Answer {
    let mut answer = answer.clone();
    change(&mut answer);
    let key = &world.relays[usize::from(answer.relay) - 1];
    answer.signature = key
        .signing()
        .sign(&[tags::ANSWER_SIGNATURE, &answer.signed_digest()]);
    answer
}

#[test]
fn one_wrong_power_among_many_is_found_and_its_relay_named() {
    let world = World::new(1, 2);
    let granted = world.grant("type=Observation", 2);
    let capsules = chart(&world);
    let all: Vec<&Capsule> = capsules.iter().collect();
    let requests = world.ask(&granted, &all, Sight::Open);
    let answer = world.serve(&granted, &requests, 2).unwrap();
    let check = |answer: Answer, capsules: &[&Capsule]| {
        let answer = answer.verify(&granted.grant).unwrap();
        granted
            .held
            .check_answer(&answer, capsules, &mut Cache::new())
    };
    assert_eq!(check(answer.clone(), &all), Ok(()));
    assert_eq!(check(answer.clone(), &all[1..3]), Ok(()));
    for at in 0..all.len() {
        let bad = resigned(&world, &answer, |it| {
            it.items[at].point = G2::generator().to_bytes();
        });
        assert_eq!(check(bad, &all), Err(Error::BadShare(2)), "{at}");
    }
    // Two powers exchanged cancel in a sum without weights.
    let swapped = resigned(&world, &answer, |it| {
        let first = it.items[0].point;
        it.items[0].point = it.items[1].point;
        it.items[1].point = first;
    });
    assert_eq!(check(swapped, &all), Err(Error::BadShare(2)));
    // All powers of the other sign.
    let negated = resigned(&world, &answer, |it| {
        for item in &mut it.items {
            item.point = (-G2::from_bytes(&item.point).unwrap()).to_bytes();
        }
    });
    assert_eq!(check(negated, &all), Err(Error::BadShare(2)));
    let (foreign, _) = world.seal(&["type=Observation"], 77);
    let lacking = check(answer.clone(), &[&foreign]);
    assert!(matches!(lacking, Err(Error::Argument(_))));
    assert!(matches!(check(answer, &[]), Err(Error::Argument(_))));
}

/// The rows of a dishonest maker do not fit an honest relay's power.
#[test]
fn a_malformed_capsule_among_many_is_its_makers_fault() {
    let world = World::new(1, 1);
    let granted = world.grant("type=Observation", 1);
    let mut capsules = chart(&world);
    capsules.push(dishonest(&world));
    let all: Vec<&Capsule> = capsules.iter().collect();
    let requests = world.ask(&granted, &all, Sight::Open);
    let answer = world.serve(&granted, &requests, 1).unwrap();
    let answer = answer.verify(&granted.grant).unwrap();
    let mut cache = Cache::new();
    assert_eq!(
        granted.held.check_answer(&answer, &all, &mut cache),
        Err(Error::BadCapsule)
    );
    assert_eq!(
        granted.held.check_answer(&answer, &all[..4], &mut cache),
        Ok(())
    );
}

/// A capsule whose only row belongs to another exponent, with a proof that holds for its U.
fn dishonest(world: &World) -> Capsule {
    let set = labels(&["type=Observation"]);
    let (lawful, _) = world.seal(&["type=Observation"], 5);
    let s = Secret::new(crate::curve::Scalar::from_u64(4_711));
    let first = (G2::generator() * s.expose()).to_bytes();
    let mut bytes = lawful.to_bytes();
    bytes[32..128].copy_from_slice(&first);
    // d depends on U, so it is asked for before the proof is made.
    let digest = *Capsule::from_bytes(&bytes, &set).unwrap().digest();
    let power = |k: &crate::curve::Scalar| G2::generator() * k;
    let proof = proof::Proof::new(&s, &digest, &first, power, &mut rng(6)).unwrap();
    let mut writer = crate::wire::Writer::new();
    proof.write(&mut writer);
    let at = bytes.len() - 64;
    bytes[at..].copy_from_slice(&writer.into_vec());
    Capsule::from_bytes(&bytes, &set).unwrap()
}
