//! What makers and patients who leave the scheme can put together, and who notices.

use super::*;
use crate::asymmetric::hpke;
use crate::curve::{G1, G2, Scalar};
use crate::kem::Message;
use crate::pre::capsule::{Parts, label_digest};
use crate::pre::header::Dealt;
use crate::pre::issue::component_digest;
use crate::pre::proof::Proof;
use crate::tags;

const TEXT: &str = "type=Observation and (conf=N or code=a)";
const LABELS: [&str; 3] = ["code=a", "conf=N", "type=Observation"];

/// A capsule whose maker follows the scheme but for U, an exponent of which `first` gives, and T,
/// which `rows` changes: mask, digest and proof fit what they made.
fn forged(
    world: &World,
    first: impl FnOnce(Scalar) -> Scalar,
    rows: impl FnOnce(&mut [G1]),
) -> Capsule {
    let profile = world.patient.profile();
    let (context, labels) = (profile.id().as_bytes(), labels(&LABELS));
    let cache = &mut Cache::new();
    let message = Message::random(&mut rng(8)).unwrap();
    let mut coins = message.coins(&FO, context, &label_digest(&labels)).unwrap();
    let s = coins.scalars.scalar().unwrap();
    let other = Secret::new(first(*s.expose()));
    let mut all: Vec<G1> = labels
        .iter()
        .map(|label| cache.hash(label) * s.expose())
        .collect();
    rows(&mut all);
    let point = cache.second_power(other.expose()).to_bytes();
    let points = [&point, G1::batch_to_bytes(&all).as_flattened()].concat();
    let parts = Parts::of(&labels, &points).unwrap();
    let shared = cache
        .shared_power(&profile.sealing_key(), other.expose())
        .to_bytes();
    let masked = message.mask(&FO, context, &parts.header(), &shared);
    let digest = parts.digest(profile.id(), &masked);
    let power = |k: &Scalar| G2::generator() * k;
    let proof = Proof::new(&other, &digest, &point, power, &mut rng(9)).unwrap();
    Capsule::new(*profile.id(), labels, points, masked, digest, proof)
}

#[test]
fn a_capsule_with_any_point_that_its_message_does_not_give_opens_for_nobody() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let more = |s: Scalar| s + Scalar::ONE;
    let same = |s: Scalar| s;
    let generator = G1::generator();
    let bad = Some(Error::BadCapsule);
    for (what, capsule, error) in [
        ("nothing", forged(&world, same, |_| ()), None),
        (
            "a T",
            forged(&world, same, |rows| rows[0] = rows[0] + generator),
            bad.clone(),
        ),
        (
            "a T that the recipient does not need",
            forged(&world, same, |rows| rows[1] = rows[1] + generator),
            bad.clone(),
        ),
        (
            "two T, with the same sum",
            forged(&world, same, |rows| {
                rows[0] = rows[0] + generator;
                rows[1] = rows[1] - generator;
            }),
            bad.clone(),
        ),
        (
            "two T swapped",
            forged(&world, same, |rows| rows.swap(0, 1)),
            bad.clone(),
        ),
        ("U", forged(&world, more, |_| ()), bad),
        // Well formed in the group: only the message tells.
        (
            "U and all T",
            forged(&world, more, |rows| {
                for (row, label) in rows.iter_mut().zip(LABELS) {
                    *row = *row + Cache::new().hash(label.as_bytes());
                }
            }),
            Some(Error::Open),
        ),
    ] {
        let own = world.patient.open(&capsule, &H, &mut Cache::new()).err();
        assert_eq!(own, error, "{what}");
        let answers = world.answers(&granted, &capsule, &[1]);
        let opened = world.open(&granted, &capsule, &answers).err();
        assert_eq!(opened, error, "{what}");
        let public = capsule.check(&mut Cache::new()).err();
        assert_eq!(public, error.filter(|it| *it != Error::Open), "{what}");
    }
}

/// The recipient's rows of a grant, and the grant with changed ones, sealed again.
fn with_rows(
    world: &World,
    grant: &Grant<Verified>,
    signed_again: bool,
    change: impl FnOnce(&mut [G1], &mut [G2]),
) -> Grant<Verified> {
    let info = |grant: &[u8; 32]| [tags::GRANT_TO_RECIPIENT, grant].concat();
    let key = world.recipient.hpke();
    let part = hpke::open(key, &info(grant.digest()), &[], grant.sealed()).unwrap();
    let count = part.expose().len() / 144;
    let (first, second) = part.expose().split_at(48 * count);
    let mut first: Vec<G1> = (first.as_chunks().0.iter())
        .map(|it| G1::from_bytes(it).unwrap())
        .collect();
    let mut second: Vec<G2> = (second.as_chunks().0.iter())
        .map(|it| G2::from_bytes(it).unwrap())
        .collect();
    change(&mut first, &mut second);
    let rows = [
        G1::batch_to_bytes(&first).as_flattened(),
        G2::batch_to_bytes(&second).as_flattened(),
    ]
    .concat();
    let mut dealt = grant.dealt.clone();
    if signed_again {
        let commitment = grant.commitment().unwrap();
        dealt = Dealt::new(dealt.header, &commitment, component_digest(&rows)).unwrap();
    }
    let digest = dealt.digest();
    let public = &world.recipient.public().keys().hpke;
    let sealed = hpke::seal(public, &info(&digest), &[], &rows, &mut rng(5)).unwrap();
    Grant::assemble(dealt, signature(world, &digest), sealed)
}

fn signature(world: &World, digest: &[u8; 32]) -> [u8; 64] {
    let key = world.patient.signing();
    key.sign(&[tags::GRANT_SIGNATURE, digest])
}

fn refused(world: &World, grant: Grant<Verified>) -> Option<Error> {
    RecipientGrant::install(grant, &world.recipient, &mut Cache::new()).err()
}

#[test]
fn a_grant_with_rows_that_do_not_work_is_not_installed() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal("type=a or type=b or type=c", 2, |_| {}, 1);
    let same = with_rows(&world, &grant, true, |_, _| ());
    assert_eq!(refused(&world, same), None);
    let (one, two) = (G1::generator(), G2::generator());
    for row in 0..3 {
        let bad = with_rows(&world, &grant, true, |rows, _| rows[row] = rows[row] + one);
        assert_eq!(refused(&world, bad), Some(Error::Verify), "D {row}");
        let bad = with_rows(&world, &grant, true, |_, rows| rows[row] = rows[row] + two);
        assert_eq!(refused(&world, bad), Some(Error::Verify), "R {row}");
    }
    // Errors that cancel under weights that can be foreseen.
    let bad = with_rows(&world, &grant, true, |rows, _| {
        rows[0] = rows[0] + one;
        rows[1] = rows[1] - one;
    });
    assert_eq!(refused(&world, bad), Some(Error::Verify));
}

/// HPKE says nothing about the sender: whoever reads a grant's header can seal other rows under it.
#[test]
fn rows_that_the_patient_did_not_sign_are_not_installed() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal("type=a and type=b", 2, |_| {}, 1);
    // They work: the same key with fresh randomness, which takes no secret.
    let base = grant.commitment().unwrap().secret_in_g2();
    let fresh = Scalar::from_u64(12_345);
    let change = |first: &mut [G1], second: &mut [G2]| {
        first[0] = first[0] + Cache::new().hash(b"type=a") * &fresh;
        second[0] = second[0] + base * &fresh;
    };
    let signed = with_rows(&world, &grant, true, change);
    assert_eq!(refused(&world, signed), None);
    let unsigned = with_rows(&world, &grant, false, change);
    assert_eq!(refused(&world, unsigned), Some(Error::Verify));
}

#[test]
fn a_hidden_policy_is_the_one_of_the_header() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |terms| terms.hide_policy = true, 1);
    let info = [tags::GRANT_TO_RECIPIENT, grant.digest()].concat();
    let part = hpke::open(world.recipient.hpke(), &info, &[], grant.sealed()).unwrap();
    let resealed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut part = part.expose().clone();
        change(&mut part);
        let public = &world.recipient.public().keys().hpke;
        let sealed = hpke::seal(public, &info, &[], &part, &mut rng(5)).unwrap();
        let signature = signature(&world, grant.digest());
        refused(
            &world,
            Grant::assemble(grant.dealt.clone(), signature, sealed),
        )
    };
    assert_eq!(resealed(&|_| ()), None);
    // Another salt; another policy with as many rows.
    assert_eq!(resealed(&|part| part[0] ^= 1), Some(Error::Verify));
    let other = |part: &mut Vec<u8>| {
        let text = b"conf";
        let at = part.windows(4).position(|it| it == text).unwrap();
        part[at..at + 4].copy_from_slice(b"mood");
    };
    assert_eq!(resealed(&other), Some(Error::Verify));
}

#[test]
fn a_commitment_to_nothing_or_of_small_order_verifies_for_nobody() {
    let world = World::new(1, 3);
    let (grant, _) = world.deal(TEXT, 2, |_| {}, 1);
    let mut identity = [0; 96];
    identity[0] = 0xc0;
    for (place, point, error) in [
        (0, identity, Error::IdentityPoint),
        (1, identity, Error::IdentityPoint),
        (0, capsules::point(capsules::ORDER_13), Error::NotInSubgroup),
        (1, capsules::point(capsules::ORDER_23), Error::NotInSubgroup),
    ] {
        let mut dealt = grant.dealt.clone();
        dealt.commitment[96 * place..96 * (place + 1)].copy_from_slice(&point);
        let tail = dealt.bytes.len() - 32 - 2 * 96;
        dealt.bytes[tail..tail + 192].copy_from_slice(&dealt.commitment);
        let signature = signature(&world, &dealt.digest());
        let bytes = Grant::assemble(dealt, signature, grant.sealed().to_vec()).to_bytes();
        let verified = Grant::from_bytes(&bytes).and_then(Grant::verify).err();
        assert_eq!(verified, Some(error), "C {place}");
    }
}

#[test]
fn no_two_rows_share_their_randomness() {
    let world = World::new(1, 1);
    // Also where a label stands twice: one rho for both would give their difference away.
    let granted = world.grant("type=a and (type=b or type=a) and (code=c or type=b)", 1);
    let all: std::collections::HashSet<_> =
        granted.held.second().iter().map(G2::to_bytes).collect();
    assert_eq!(all.len(), 5);
    let all: std::collections::HashSet<_> = granted.held.first().iter().map(G1::to_bytes).collect();
    assert_eq!(all.len(), 5);
}
