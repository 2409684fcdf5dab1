//! Opening with answers: how many, whose, and who is at fault.

use super::standing::Standing;
use super::*;
use crate::curve::{G2, PublicScalar, Scalar};
use crate::pre::check;

const TEXT: &str = "type=Observation and (conf=N or 2 of (code=a, code=b, code=c))";
const LABELS: [&str; 3] = ["type=Observation", "conf=N", "ym=2026-11"];

#[test]
fn fewer_answers_than_the_threshold_open_nothing() {
    let world = World::new(1, 4);
    let granted = world.grant(TEXT, 3);
    let (capsule, key) = world.seal(&LABELS, 2);
    let answers = world.answers(&granted, &capsule, &[1, 2, 4]);
    for few in [&answers[..0], &answers[..1], &answers[..2]] {
        let refused = world.open(&granted, &capsule, few).err();
        assert_eq!(refused, Some(Error::TooFewAnswers(3)));
    }
    // Two shares, used as if they were enough, give another element.
    let rows = granted.held.solve(capsule.labels()).unwrap();
    let points = capsule.decode_points().unwrap();
    let used: Vec<_> = answers[..2]
        .iter()
        .map(|it| {
            (
                it.answer().relay(),
                it.answer().find(capsule.digest()).unwrap(),
            )
        })
        .collect();
    let powers: Vec<G2> = used
        .iter()
        .map(|(_, item)| G2::from_bytes(&item.point).unwrap())
        .collect();
    let shared = granted
        .held
        .shared_element(&capsule, &points, &rows, &used, &powers)
        .unwrap();
    let secret = granted.held.weight_secret();
    let opened = check::open(&capsule, &points, shared, secret, &H, &mut Cache::new());
    assert_eq!(opened.err(), Some(Error::Open));
    let opened = world.open(&granted, &capsule, &answers).unwrap();
    assert!(opened.matches(key.expose()));
}

#[test]
fn the_same_relay_twice_is_refused() {
    let world = World::new(1, 3);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let answers = world.answers(&granted, &capsule, &[2, 2]);
    let refused = world.open(&granted, &capsule, &answers).err();
    assert_eq!(refused, Some(Error::Duplicate("answer of a relay")));
}

#[test]
fn answers_beyond_the_threshold_are_not_used() {
    let world = World::new(1, 3);
    let granted = world.grant(TEXT, 2);
    let (capsule, key) = world.seal(&LABELS, 2);
    let mut answers = world.answers(&granted, &capsule, &[1, 2]);
    let mut wrong = world.answers(&granted, &capsule, &[3])[0].answer().clone();
    wrong.items[0].point = G2::generator().to_bytes();
    answers.push(resigned(&world, wrong).verify(&granted.grant).unwrap());
    let opened = world.open(&granted, &capsule, &answers).unwrap();
    assert!(opened.matches(key.expose()));
}

#[test]
fn an_index_that_no_relay_has_is_refused() {
    let world = World::new(1, 3);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    for index in [0, 4, 255] {
        let mut answer = world.serve(&granted, &requests, 1).unwrap();
        answer.relay = index;
        let refused = answer.verify(&granted.grant).err();
        assert!(matches!(refused, Some(Error::Argument(_))), "{index}");
    }
    // Another relay's index is not what was signed.
    let mut answer = world.serve(&granted, &requests, 1).unwrap();
    answer.relay = 2;
    assert_eq!(answer.verify(&granted.grant).err(), Some(Error::Verify));
}

#[test]
fn answers_under_another_grant_or_refresh_number_do_not_count() {
    let it = Standing::new(1, 3, 2);
    let (world, granted, other) = (&it.world, it.grant(TEXT, 99), it.grant(TEXT, 100));
    let (capsule, _) = world.seal(&LABELS, 2);
    let one = world.answers(&granted, &capsule, &[1]);
    let two = world.answers(&other, &capsule, &[2]);
    let mixed = [one[0].clone(), two[0].clone()];
    assert_eq!(
        world.open(&granted, &capsule, &mixed).err(),
        Some(Error::NoStanza)
    );
    // Signed anew by the relay under another refresh number.
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let mut answer = world.serve(&granted, &requests, 2).unwrap();
    answer.refresh = 1;
    let answer = resigned(world, answer).verify(&granted.grant).unwrap();
    let refused = world
        .open(&granted, &capsule, &[one[0].clone(), answer])
        .err();
    assert_eq!(refused, Some(Error::MixedRefresh));
}

/// The answer with a signature of its relay over whatever it says now.
fn resigned(world: &World, mut answer: Answer) -> Answer {
    let key = &world.relays[usize::from(answer.relay()) - 1];
    answer.signature = key
        .signing()
        .sign(&[crate::tags::ANSWER_SIGNATURE, &answer.signed_digest()]);
    answer
}

#[test]
fn a_relay_that_answers_wrongly_is_named_and_the_proof_convinces_others() {
    let world = World::new(1, 3);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Blind);
    let honest = world.answers(&granted, &capsule, &[1, 2, 3]);
    let identity_like = G2::generator().to_bytes();
    let no_point = [0xff; 96];
    for (culprit, point) in [
        (1, identity_like),
        (3, no_point),
        (3, honest[0].answer().items[0].point),
    ] {
        let mut answer = world.serve(&granted, &requests, culprit).unwrap();
        answer.items[0].point = point;
        let bad = resigned(&world, answer).verify(&granted.grant).unwrap();
        let other = honest[1].clone();
        let refused = world
            .open(&granted, &capsule, &[other.clone(), bad.clone()])
            .err();
        assert_eq!(refused, Some(Error::BadShare(culprit)));

        let mut cache = Cache::new();
        let blame = Blame::new(&granted.grant, &bad, &capsule, &mut cache).unwrap();
        let read = Blame::from_bytes(&blame.to_bytes().unwrap(), &mut cache).unwrap();
        assert_eq!(read.check(&mut cache), Ok(culprit));
        // Nobody can accuse a relay that answered rightly, or of what it did not sign.
        let false_blame = Blame::new(&granted.grant, &other, &capsule, &mut cache);
        assert_eq!(false_blame.err(), Some(Error::Verify));
        let (elsewhere, _) = world.seal(&LABELS, 3);
        assert!(bad.is_for(&capsule) && !bad.is_for(&elsewhere));
        let false_blame = Blame::new(&granted.grant, &bad, &elsewhere, &mut cache);
        assert_eq!(false_blame.err(), Some(Error::Verify));
    }
}

/// Anybody could write an accusation; only what the relay signed is one.
#[test]
fn a_relay_is_not_accused_of_what_it_did_not_sign() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let mut answer = world.serve(&granted, &requests, 1).unwrap();
    let honest = answer.clone().verify(&granted.grant).unwrap();
    answer.items[0].point = G2::generator().to_bytes();
    let bytes = |answer: &Answer| {
        let mut writer = crate::keys::file::begin(crate::tags::Kind::Blame);
        writer.lp32(&granted.grant.to_bytes()).unwrap();
        writer.lp32(&answer.to_bytes()).unwrap();
        writer.bytes(&capsule.labels().to_bytes());
        writer.lp16(&capsule.to_bytes()).unwrap();
        crate::keys::file::finish(writer).into_vec()
    };
    let mut cache = Cache::new();
    let refused = Blame::from_bytes(&bytes(&answer), &mut cache).err();
    assert_eq!(refused, Some(Error::Verify));
    let read = Blame::from_bytes(&bytes(&resigned(&world, answer)), &mut cache);
    assert_eq!(read.unwrap().check(&mut cache), Ok(1));
    // An honest answer, held against the sharing of another grant.
    let (other, _) = world.deal(TEXT, 1, |_| {}, 100);
    let refused = Blame::new(&other, &honest, &capsule, &mut cache).err();
    assert_eq!(refused, Some(Error::Verify));
}

/// A requester asks blindly for its own U under somebody's d, to accuse the relay of the answer.
#[test]
fn a_relay_cannot_be_framed_with_another_point() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    // The framer knows s of its own U, so the proof under the victim's d holds.
    let s = Secret::new(Scalar::from_u64(31_337));
    let own = G2::generator() * s.expose();
    let power = |k: &Scalar| G2::generator() * k;
    let proof =
        proof::Proof::new(&s, capsule.digest(), &own.to_bytes(), power, &mut rng(5)).unwrap();
    let mut bytes = capsule.to_bytes();
    bytes[32..128].copy_from_slice(&own.to_bytes());
    let forged = {
        let read = Capsule::from_bytes(&bytes, capsule.labels()).unwrap();
        Capsule::new(
            *capsule.patient(),
            capsule.labels().clone(),
            read.point_bytes().to_vec(),
            *capsule.masked(),
            *capsule.digest(),
            proof,
        )
    };
    let requests = world.ask(&granted, &[&forged], Sight::Blind);
    let answer = world.serve(&granted, &requests, 1).unwrap();
    let answer = answer.verify(&granted.grant).unwrap();
    let mut cache = Cache::new();
    let framed = Blame::new(&granted.grant, &answer, &capsule, &mut cache);
    assert_eq!(framed.err(), Some(Error::Verify));
    // In an open request d is the relay's own computation, and the proof fails.
    let requests = world.ask(&granted, &[&forged], Sight::Open);
    let again = Requests::from_bytes(&requests.to_bytes().unwrap()).unwrap();
    let refused = world.serve(&granted, &again, 1);
    assert_eq!(refused.err(), Some(Error::BadCapsule));
}

/// The power is right under another U: the relay that is wrong is named, not this one.
#[test]
fn the_relay_whose_power_is_wrong_is_named() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let mut odd = world.serve(&granted, &requests, 1).unwrap();
    odd.items[0].first = G2::generator().to_bytes();
    let mut bad = world.serve(&granted, &requests, 2).unwrap();
    bad.items[0].point = G2::generator().to_bytes();
    let answers = [odd, bad].map(|it| resigned(&world, it).verify(&granted.grant).unwrap());
    let refused = world.open(&granted, &capsule, &answers).err();
    assert_eq!(refused, Some(Error::BadShare(2)));
}

#[test]
fn a_malformed_capsule_is_its_makers_fault_and_no_relays() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let (other, _) = world.seal(&LABELS, 3);
    let answers = world.answers(&granted, &capsule, &[1, 2]);
    // T of another capsule behind an honest d.
    let mut points = capsule.point_bytes().to_vec();
    points[96..].copy_from_slice(&other.point_bytes()[96..]);
    let broken = Capsule::new(
        *capsule.patient(),
        capsule.labels().clone(),
        points,
        *capsule.masked(),
        *capsule.digest(),
        *capsule.proof(),
    );
    let refused = world.open(&granted, &broken, &answers).err();
    assert_eq!(refused, Some(Error::BadCapsule));
    let refused = Blame::new(&granted.grant, &answers[0], &broken, &mut Cache::new());
    assert_eq!(refused.err(), Some(Error::BadCapsule));
    // Another masked message: well formed in the group, so nobody can be named.
    let broken = Capsule::new(
        *capsule.patient(),
        capsule.labels().clone(),
        capsule.point_bytes().to_vec(),
        *other.masked(),
        *capsule.digest(),
        *capsule.proof(),
    );
    let refused = world.open(&granted, &broken, &answers).err();
    assert_eq!(refused, Some(Error::Open));
}

#[test]
fn the_key_enforces_the_policy_also_when_relays_see_nothing() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    for texts in [
        &["type=Observation"][..],
        &["conf=N", "code=a", "code=b"],
        &["type=Observation", "code=a"],
        &["type=Condition", "conf=N"],
    ] {
        let (capsule, _) = world.seal(texts, 2);
        assert!(!granted.held.satisfies(capsule.labels()));
        // The request is refused before it is made; a relay refuses it when it sees labels.
        let asked = granted.held.request(
            &world.recipient,
            &[(&capsule, &H)],
            Sight::Blind,
            &Claims::none(),
            NOW,
            &mut rng(4),
        );
        assert_eq!(asked.err(), Some(Error::NotSatisfied));
        let answers: Vec<VerifiedAnswer> = Vec::new();
        assert_eq!(
            world.open(&granted, &capsule, &answers).err(),
            Some(Error::NotSatisfied)
        );
    }
}

/// Weights with which an attacker could combine rows that do not satisfy the policy.
pub(super) fn guesses(rows: usize) -> Vec<Vec<(usize, PublicScalar)>> {
    let one = PublicScalar::ONE;
    let all = |weight: PublicScalar| (0..rows).map(|row| (row, weight)).collect::<Vec<_>>();
    let mut guesses = std::vec![all(one), all(PublicScalar::minus_one())];
    guesses.extend((0..rows).map(|row| std::vec![(row, one)]));
    guesses.extend((1..rows).map(|row| std::vec![(row - 1, one), (row, one)]));
    guesses
}
