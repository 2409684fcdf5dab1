//! What relays refuse, and why it matters.

use super::capsules::strangers;
use super::*;
use crate::asymmetric::hpke;
use crate::curve::{G2, Scalar};

const TEXT: &str = "type=Observation and conf=N";
const LABELS: [&str; 2] = ["type=Observation", "conf=N"];

/// A request of one capsule with its signed bytes changed and signed again by the recipient.
fn forged(world: &World, granted: &Granted, change: impl FnOnce(&mut Vec<u8>)) -> Requests {
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(granted, &[&capsule], Sight::Blind);
    requests.forged(1, &world.recipient, change)
}

fn refuses(world: &World, granted: &Granted, requests: &Requests) -> Option<Error> {
    world.serve(granted, requests, 1).err()
}

#[test]
fn open_and_blind_requests_give_the_same_answer() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let answer = |sight| {
        let requests = world.ask(&granted, &[&capsule], sight);
        let read = Requests::from_bytes(&requests.to_bytes().unwrap()).unwrap();
        let request = read.for_relay(1).unwrap();
        assert_eq!(request.records().next(), Some((capsule.digest(), &H)));
        world.serve(&granted, &read, 1).unwrap().to_bytes()
    };
    assert_eq!(answer(Sight::Open), answer(Sight::Blind));
}

#[test]
fn only_the_recipient_is_served_and_only_by_the_relay_asked() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let stranger = RecipientKey::generate("", &mut rng(50)).unwrap();
    let requests = granted
        .held
        .request(
            &stranger,
            &[(&capsule, &H)],
            Sight::Open,
            &Claims::none(),
            NOW,
            &mut rng(4),
        )
        .unwrap();
    assert_eq!(refuses(&world, &granted, &requests), Some(Error::Verify));
    // A request to relay 2, served by relay 1.
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let wrong = granted.installed[0].transform(
        requests.for_relay(2).unwrap(),
        &world.relays[0],
        &circumstances(NOW, None),
        &mut MemoryRelayState::default(),
    );
    assert_eq!(wrong.err(), Some(Error::NoStanza));
    // Under another grant.
    let (other, shares) = world.deal(TEXT, 2, |_| {}, 7);
    let other = world.install(other, shares);
    assert_eq!(refuses(&world, &other, &requests), Some(Error::NoStanza));
}

#[test]
fn open_requests_are_held_against_the_policy() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    // The recipient of a wider grant asks under this one: its own check is out of the way.
    let (wide, shares) = world.deal("conf=N", 1, |_| {}, 7);
    let wide = world.install(wide, shares);
    let (capsule, _) = world.seal(&["type=Condition", "conf=N"], 2);
    for (sight, expected) in [
        (Sight::Open, Some(Error::NotSatisfied)),
        (Sight::Blind, None),
    ] {
        let requests = world.ask(&wide, &[&capsule], sight);
        let digest = *granted.grant.digest();
        let requests = requests.forged(1, &world.recipient, |bytes| {
            bytes[..32].copy_from_slice(&digest);
        });
        assert_eq!(refuses(&world, &granted, &requests), expected);
    }
}

/// The labels of an open request are the capsule's: the proof covers d, and d covers them, T and
/// the masked message.
#[test]
fn a_capsule_is_not_relabelled_in_an_open_request() {
    let world = World::new(1, 1);
    let granted = world.grant("conf=N", 1);
    let (capsule, _) = world.seal(&["conf=R"], 2);
    // The recipient of a grant that allows it has its request.
    let (wide, shares) = world.deal("conf=R", 1, |_| {}, 7);
    let wide = world.install(wide, shares);
    let requests = world.ask(&wide, &[&capsule], Sight::Open);
    let digest = *granted.grant.digest();
    let forged = |change: &dyn Fn(&mut Vec<u8>)| {
        requests.forged(1, &world.recipient, |bytes| {
            bytes[..32].copy_from_slice(&digest);
            let label = bytes.len() - 64 - 1;
            assert_eq!(bytes[label], b'R');
            bytes[label] = b'N';
            change(bytes);
        })
    };
    let relabelled = forged(&|_| {});
    assert_eq!(
        refuses(&world, &granted, &relabelled),
        Some(Error::BadCapsule)
    );
    // In its own grant, with another TH or another masked message.
    for place in [64, 33, 32, 1] {
        let changed = requests.forged(1, &world.recipient, |bytes| {
            let at = bytes.len() - place;
            bytes[at] ^= 1;
        });
        assert_eq!(refuses(&world, &wide, &changed), Some(Error::BadCapsule));
    }
}

/// Without the proof of knowledge a relay would raise any point of the group to its share: that
/// of another's capsule relabelled, or the patient's own P.
#[test]
fn a_point_nobody_proves_to_know_is_not_transformed() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let other = world.seal(&["type=Condition"], 9).0;
    let foreign = *other.first_bytes().unwrap();
    let p = world.patient.profile().encryption_key().to_bytes();
    // h stands before U, which stands 182 bytes before the end of a blind item.
    for u in [foreign, p, G2::generator().to_bytes()] {
        let requests = forged(&world, &granted, |bytes| {
            let at = bytes.len() - 32 - 64 - 96;
            bytes[at..at + 96].copy_from_slice(&u);
        });
        assert_eq!(
            refuses(&world, &granted, &requests),
            Some(Error::BadCapsule)
        );
    }
    // Another d for the same U: a capsule can't be relabelled.
    let requests = forged(&world, &granted, |bytes| {
        let at = bytes.len() - 32;
        bytes[at] ^= 1;
    });
    assert_eq!(
        refuses(&world, &granted, &requests),
        Some(Error::BadCapsule)
    );
}

/// A challenge that does not cover R proves nothing: any z would do.
#[test]
fn a_proof_that_ignores_its_nonce_is_refused() {
    use crate::transcript::{Transcript, Xof};
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let prk = Transcript::new(crate::tags::KP_PROOF)
        .item(capsule.digest())
        .item(capsule.first_bytes().unwrap())
        .finish();
    let e = Xof::new(Secret::new(prk), crate::tags::KP_PROOF)
        .scalar()
        .unwrap();
    let e = e.expose().to_bytes();
    for z in [Scalar::ZERO, Scalar::ONE, Scalar::from_u64(99)] {
        let requests = forged(&world, &granted, |bytes| {
            let at = bytes.len() - 32 - 64;
            bytes[at..at + 32].copy_from_slice(&e);
            bytes[at + 32..at + 64].copy_from_slice(&z.to_bytes());
        });
        assert_eq!(
            refuses(&world, &granted, &requests),
            Some(Error::BadCapsule)
        );
    }
}

/// Without the subgroup check U^x would tell x modulo 13 and 23.
#[test]
fn points_of_small_order_are_refused_before_the_share_is_used() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    for (u, error) in strangers() {
        let requests = forged(&world, &granted, |bytes| {
            let at = bytes.len() - 32 - 64 - 96;
            bytes[at..at + 96].copy_from_slice(&u);
        });
        assert_eq!(refuses(&world, &granted, &requests), Some(error));
    }
}

#[test]
fn one_bad_capsule_spoils_the_request_and_not_the_others_secrecy() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let capsules: Vec<_> = (0..5)
        .map(|seed| world.seal(&LABELS, 20 + seed).0)
        .collect();
    let all: Vec<&Capsule> = capsules.iter().collect();
    let requests = world.ask(&granted, &all, Sight::Blind);
    let answer = world.serve(&granted, &requests, 1).unwrap();
    assert_eq!(answer.digests().count(), 5);
    let spoiled = requests.forged(1, &world.recipient, |bytes| {
        let at = bytes.len() - 32;
        bytes[at] ^= 1;
    });
    assert_eq!(refuses(&world, &granted, &spoiled), Some(Error::BadCapsule));
}

#[test]
fn grants_that_ended_or_have_not_begun_serve_nobody() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let header = granted.grant.header();
    for (now, served) in [
        (header.not_before() - 1, false),
        (header.not_before(), true),
        (header.not_after() - 1, true),
        (header.not_after(), false),
        (u64::MAX, false),
        (0, false),
    ] {
        let requests = granted
            .held
            .request(
                &world.recipient,
                &[(&capsule, &H)],
                Sight::Open,
                &Claims::none(),
                now,
                &mut rng(4),
            )
            .unwrap();
        let answer = granted.installed[0].transform(
            requests.for_relay(1).unwrap(),
            &world.relays[0],
            &circumstances(now, None),
            &mut MemoryRelayState::default(),
        );
        assert_eq!(
            answer.err(),
            (!served).then_some(Error::NotValidNow),
            "{now}"
        );
    }
    // A grant that has ended is not installed either.
    let late = RelayShare::install(
        granted.grant.clone(),
        &granted.shares[0],
        &world.relays[0],
        header.not_after(),
        &MemoryRelayState::default(),
    );
    assert_eq!(late.err(), Some(Error::NotValidNow));
}

#[test]
fn conditions_bind_what_requests_claim() {
    let world = World::new(1, 1);
    let conditions = Conditions::any()
        .purposes(["HRESCH", "TREAT"])
        .and_then(|it| it.actions(["access"]))
        .and_then(|it| it.roles(["researcher"]))
        .unwrap();
    let (grant, shares) = world.deal(TEXT, 1, |terms| terms.conditions = conditions, 3);
    let granted = world.install(grant, shares);
    let (capsule, _) = world.seal(&LABELS, 2);
    let serve = |claims: Claims| {
        let requests = granted
            .held
            .request(
                &world.recipient,
                &[(&capsule, &H)],
                Sight::Open,
                &claims,
                NOW,
                &mut rng(4),
            )
            .unwrap();
        let read = Requests::from_bytes(&requests.to_bytes().unwrap()).unwrap();
        world.serve(&granted, &read, 1).err()
    };
    let good = || {
        Claims::none()
            .purpose("HRESCH")
            .and_then(|it| it.action("access"))
            .and_then(|it| it.role("researcher"))
            .unwrap()
    };
    assert_eq!(serve(good()), None);
    assert_eq!(serve(Claims::none()), Some(Error::Condition("purpose")));
    let wrong = good().purpose("HMARKT").unwrap();
    assert_eq!(serve(wrong), Some(Error::Condition("purpose")));
    let wrong = good().action("disclose").unwrap();
    assert_eq!(serve(wrong), Some(Error::Condition("action")));
    let wrong = good().role("nurse").unwrap();
    assert_eq!(serve(wrong), Some(Error::Condition("role")));
    let wrong = good().break_glass();
    assert_eq!(serve(wrong), Some(Error::Condition("break-glass")));

    let allowing = Conditions::any().allow_break_glass();
    let (grant, shares) = world.deal(TEXT, 1, |terms| terms.conditions = allowing, 4);
    let granted = world.install(grant, shares);
    let requests = granted
        .held
        .request(
            &world.recipient,
            &[(&capsule, &H)],
            Sight::Open,
            &Claims::none().break_glass(),
            NOW,
            &mut rng(4),
        )
        .unwrap();
    assert!(world.serve(&granted, &requests, 1).is_ok());
}

#[test]
fn a_request_is_served_once_and_in_its_time() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let mut state = MemoryRelayState::started_at(NOW - 10);
    let mut serve = |now: u64, requests: &Requests| {
        granted.installed[0]
            .transform(
                requests.for_relay(1).unwrap(),
                &world.relays[0],
                &circumstances(now, None),
                &mut state,
            )
            .err()
    };
    assert_eq!(serve(NOW, &requests), None);
    assert_eq!(
        serve(NOW, &requests),
        Some(Error::Replayed("served before"))
    );
    assert_eq!(
        serve(NOW + 3_600, &requests),
        Some(Error::Replayed("served before"))
    );
    let late = NOW + REQUEST_AGE + 1;
    assert_eq!(serve(late, &requests), Some(Error::Replayed("too old")));
    let at = |time| {
        granted
            .held
            .request(
                &world.recipient,
                &[(&capsule, &H)],
                Sight::Open,
                &Claims::none(),
                time,
                &mut rng(time),
            )
            .unwrap()
    };
    assert_eq!(serve(NOW, &at(NOW + 300)), None);
    let ahead = serve(NOW, &at(NOW + 301));
    assert_eq!(ahead, Some(Error::Replayed("made in the future")));
    let before = serve(NOW, &at(NOW - 11));
    assert_eq!(
        before,
        Some(Error::Replayed("made before the relay's memory begins"))
    );
    assert_eq!(serve(NOW, &at(NOW - 10)), None);
    let last = granted.installed[0].transform(
        at(NOW).for_relay(1).unwrap(),
        &world.relays[0],
        &circumstances(NOW + REQUEST_AGE, None),
        &mut MemoryRelayState::started_at(NOW),
    );
    assert!(last.is_ok(), "at the end of its time");
}

#[test]
fn nonces_are_forgotten_only_when_their_time_is_refused() {
    let requester = *World::new(1, 0).recipient.public().verifying_key();
    let mut state = MemoryRelayState::default();
    let mut keep = |nonce: u8, time, oldest| {
        state
            .keep_nonce(&requester, &[nonce; 16], time, oldest)
            .unwrap()
    };
    assert!(keep(1, 100, 50));
    assert!(!keep(1, 100, 50));
    assert!(keep(2, 100, 50));
    assert!(keep(3, 160, 100));
    assert!(!keep(1, 100, 100));
    // At 101 requests of 100 are too old to be served, and are forgotten.
    assert!(keep(4, 161, 101));
    assert!(keep(1, 100, 101));
}

#[test]
fn relays_hold_one_scalar_and_read_nothing() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let sealed = &granted.shares[0].sealed;
    let info = super::super::issue::relay_info(granted.grant.digest(), 1);
    let share = hpke::open(world.relays[0].hpke(), &info, &[], sealed).unwrap();
    assert_eq!(share.expose().len(), 32);
    // What was sealed to one relay does not open for another, nor under another index.
    assert!(hpke::open(world.relays[1].hpke(), &info, &[], sealed).is_err());
    let info = super::super::issue::relay_info(granted.grant.digest(), 2);
    assert!(hpke::open(world.relays[0].hpke(), &info, &[], sealed).is_err());
}
