//! In which order relays refuse, limits before group operations, and what naming needs.

use super::capsules::{ORDER_13, infinity, point};
use super::keys::resummed;
use super::standing::Standing;
use super::*;
use crate::curve::{G2, Scalar};
use crate::pre::capsule::Parts;
use crate::pre::proof::Proof;
use crate::tags;

const TEXT: &str = "type=Observation and conf=N";
const LABELS: [&str; 2] = ["type=Observation", "conf=N"];

/// A request that is wrong in every way: each refusal hides those behind it.
#[test]
fn relays_refuse_in_the_order_of_the_scheme() {
    let world = World::new(1, 1);
    let conditions = Conditions::any().purposes(["TREAT"]).unwrap();
    let (grant, shares) = world.deal(TEXT, 1, |terms| terms.conditions = conditions, 3);
    let granted = world.install(grant, shares);
    let (capsule, _) = world.seal(&LABELS, 2);
    let make = |key: &RecipientKey, time: u64, purpose: &str, good: bool| {
        let claims = Claims::none().purpose(purpose).unwrap();
        let requests = granted
            .held
            .request(
                key,
                &[(&capsule, &H)],
                Sight::Blind,
                &claims,
                time,
                &mut rng(4),
            )
            .unwrap();
        requests.forged(1, key, |bytes| {
            if !good {
                let at = bytes.len() - 32 - 64 - 96;
                bytes[at..at + 96].copy_from_slice(&point(ORDER_13));
            }
        })
    };
    let mut state = MemoryRelayState::default();
    let mut serve = |requests: &Requests, now: u64, revoked: bool| {
        if revoked {
            let id = *granted.grant.header().grant_id();
            state
                .keep(&world.patient.revoke(Revoked::Grant(id), 1, NOW))
                .unwrap();
        }
        let answer = granted.installed[0].transform(
            requests.for_relay(1).unwrap(),
            &world.relays[0],
            &circumstances(now, None),
            &mut state,
        );
        answer.err()
    };
    let late = granted.grant.header().not_after();
    let stranger = RecipientKey::generate("", &mut rng(50)).unwrap();
    let own = &world.recipient;
    let old = NOW - 2 * REQUEST_AGE;
    // Not revoked yet: the point is the last thing looked at, and then all is good.
    let bad_point = serve(&make(own, NOW + 1, "TREAT", false), NOW, false);
    assert_eq!(bad_point, Some(Error::NotInSubgroup));
    assert_eq!(serve(&make(own, NOW, "TREAT", true), NOW, false), None);
    let replayed = serve(&make(own, old, "TREAT", false), NOW, false);
    assert_eq!(replayed, Some(Error::Replayed("too old")));
    let revoked = serve(&make(own, old, "TREAT", false), NOW, true);
    assert_eq!(revoked, Some(Error::Revoked));
    let condition = serve(&make(own, old, "HMARKT", false), NOW, true);
    assert_eq!(condition, Some(Error::Condition("purpose")));
    let expired = serve(&make(own, old, "HMARKT", false), late, true);
    assert_eq!(expired, Some(Error::NotValidNow));
    let unknown = serve(&make(&stranger, old, "HMARKT", false), late, true);
    assert_eq!(unknown, Some(Error::Verify));
}

#[test]
fn a_share_answers_only_with_the_key_of_its_relay() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let wrong = granted.installed[0].transform(
        requests.for_relay(1).unwrap(),
        &world.relays[1],
        &circumstances(NOW, None),
        &mut MemoryRelayState::default(),
    );
    assert_eq!(wrong.err(), Some(Error::NoStanza));
}

/// A capsule without labels, its proof good, under a policy that the relay does not see.
#[test]
fn a_request_without_labels_is_refused() {
    let world = World::new(1, 1);
    let (grant, shares) = world.deal(TEXT, 1, |terms| terms.hide_policy = true, 3);
    let granted = world.install(grant, shares);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let s = Secret::new(Scalar::from_u64(31_337));
    let first = (G2::generator() * s.expose()).to_bytes();
    let none = labels(&[]);
    let parts = Parts::of(&none, &first).unwrap();
    let digest = parts.digest(world.patient.profile().id(), &[5; 32]);
    let power = |k: &Scalar| G2::generator() * k;
    let proof = Proof::new(&s, &digest, &first, power, &mut rng(5)).unwrap();
    let item = 32 + 96 + 64 + capsule.labels().to_bytes().len() + 64;
    let forged = requests.forged(1, &world.recipient, |bytes| {
        bytes.truncate(bytes.len() - item + 32);
        bytes.extend_from_slice(&first);
        let mut writer = crate::wire::Writer::new();
        proof.write(&mut writer);
        writer.bytes(&none.to_bytes()).array(&parts.rows);
        writer.array(&[5; 32]);
        bytes.extend_from_slice(writer.as_slice());
    });
    let record = forged.for_relay(1).unwrap().records().next();
    assert_eq!(record, Some((&digest, &H)));
    let refused = world.serve(&granted, &forged, 1).err();
    assert_eq!(refused, Some(Error::BadCapsule));
}

/// The points are garbage throughout: a limit is refused before the first is looked at.
#[test]
fn counts_are_refused_before_points() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let bytes = world
        .ask(&granted, &[&capsule], Sight::Open)
        .to_bytes()
        .unwrap();
    // One request: patient, count, length; grant, relay, sight, four bytes of claims, time,
    // nonce, count of capsules; h, U, proof, labels.
    let request = 8 + 32 + 1 + 4;
    let capsules = request + 32 + 1 + 1 + 4 + 8 + 16;
    assert_eq!(bytes[capsules..capsules + 2], [0, 1]);
    for count in [[0, 0], [0x10, 0x01], [0xff, 0xff]] {
        let changed = resummed(&bytes, |all| {
            all[capsules..capsules + 2].copy_from_slice(&count);
            all[capsules + 34..capsules + 130].fill(0xff);
        });
        assert_eq!(
            Requests::from_bytes(&changed).err(),
            Some(Error::Length("capsules of a request"))
        );
    }
    let count = capsules + 2 + 32 + 96 + 64;
    assert_eq!(bytes[count], 2);
    let changed = resummed(&bytes, |all| {
        all[count] = 65;
        all[capsules + 34..capsules + 130].fill(0xff);
    });
    assert_eq!(
        Requests::from_bytes(&changed).err(),
        Some(Error::Length("labels"))
    );
    let bytes = world
        .serve(&granted, &world.ask(&granted, &[&capsule], Sight::Open), 1)
        .unwrap()
        .to_bytes();
    let count = 8 + 32 + 1 + 4;
    for changed in [[0, 0], [0x10, 0x01]] {
        let changed = resummed(&bytes, |all| {
            all[count..count + 2].copy_from_slice(&changed);
            all[count + 34..count + 130].fill(0xff);
        });
        assert_eq!(
            Answer::from_bytes(&changed).err(),
            Some(Error::Length("capsules of an answer"))
        );
    }
    // 257 rows are no policy, in clear or blinded, and so no grant.
    let many: Vec<_> = (0..257).map(|at| std::format!("code=a{at}")).collect();
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    assert!(LabelPolicy::parse(&many[..256].join(" or "), &frame).is_ok());
    assert!(LabelPolicy::parse(&many.join(" or "), &frame).is_err());
    let rows = |count: u16| {
        let mut bytes = std::vec![3, 0x81];
        bytes.extend_from_slice(&count.to_be_bytes());
        for at in 0..count {
            bytes.push(1);
            bytes.extend_from_slice(&[[0; 30].as_slice(), &at.to_be_bytes()].concat());
        }
        LabelPolicy::from_bytes(&bytes)
    };
    assert!(rows(256).is_ok());
    assert!(matches!(rows(257).err(), Some(Error::PolicyBytes(_))));
}

fn resigned(world: &World, mut answer: Answer) -> Answer {
    let key = &world.relays[usize::from(answer.relay()) - 1];
    answer.signature = key
        .signing()
        .sign(&[tags::ANSWER_SIGNATURE, &answer.signed_digest()]);
    answer
}

/// The grant commits to the shares that were dealt. An honest relay that has refreshed its share
/// must not be named by what it was before.
#[test]
fn nobody_is_named_for_a_refreshed_share() {
    let it = Standing::new(1, 2, 2);
    let (world, granted) = (&it.world, it.grant(TEXT, 3));
    let (capsule, key) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let answer = |relay, change: &dyn Fn(&mut Answer)| {
        let mut answer = world.serve(&granted, &requests, relay).unwrap();
        answer.refresh = 1;
        change(&mut answer);
        resigned(world, answer).verify(&granted.grant).unwrap()
    };
    // A refresh by a sharing of zero: x_1 + d and x_2 + 2d.
    let u = G2::from_bytes(capsule.first_bytes().unwrap()).unwrap();
    let refreshed = |relay: u8| {
        answer(relay, &|answer: &mut Answer| {
            let power = G2::from_bytes(&answer.items[0].point).unwrap();
            let change = u * &Scalar::from_u64(77 * u64::from(relay));
            answer.items[0].point = (power + change).to_bytes();
        })
    };
    let answers = [refreshed(1), refreshed(2)];
    let opened = world.open(&granted, &capsule, &answers).unwrap();
    assert!(opened.matches(key.expose()));
    let mut cache = Cache::new();
    for answer in &answers {
        let blamed = Blame::new(&granted.grant, answer, &capsule, &mut cache);
        assert_eq!(blamed.err(), Some(Error::Verify));
        let checked = granted.held.check_answer(answer, &[&capsule], &mut cache);
        assert!(matches!(checked, Err(Error::Refresh(_))));
    }
    // One of them wrong: the answers do not open, and nobody is named.
    let stale = answer(2, &|_| {});
    let refused = world.open(&granted, &capsule, &[refreshed(1), stale]).err();
    assert_eq!(refused, Some(Error::Open));
}

#[test]
fn powers_that_are_no_points_of_the_group_are_the_relays_fault() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    for point in [point(ORDER_13), infinity()] {
        let mut answer = world.serve(&granted, &requests, 1).unwrap();
        answer.items[0].point = point;
        let answer = resigned(&world, answer).verify(&granted.grant).unwrap();
        let answers = [answer];
        let refused = world.open(&granted, &capsule, &answers).err();
        assert_eq!(refused, Some(Error::BadShare(1)));
        let mut cache = Cache::new();
        let blame = Blame::new(&granted.grant, &answers[0], &capsule, &mut cache).unwrap();
        assert_eq!(blame.check(&mut cache), Ok(1));
    }
}

/// Many records take several requests, and so several answers of each relay.
#[test]
fn answers_to_other_requests_are_passed_over() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (one, key) = world.seal(&LABELS, 2);
    let (two, other) = world.seal(&LABELS, 3);
    let mut all = world.answers(&granted, &two, &[1, 2]);
    all.extend(world.answers(&granted, &one, &[1, 2]));
    let opened = world.open(&granted, &one, &all).unwrap();
    assert!(opened.matches(key.expose()));
    let opened = world.open(&granted, &two, &all).unwrap();
    assert!(opened.matches(other.expose()));
}

/// A clock that goes back, or an age that an operator raises, brings no request back.
#[test]
fn what_was_forgotten_is_refused() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let mut state = MemoryRelayState::default();
    let mut serve = |requests: &Requests, now: u64| {
        let request = requests.for_relay(1).unwrap();
        let circumstances = circumstances(now, None);
        granted.installed[0]
            .transform(request, &world.relays[0], &circumstances, &mut state)
            .err()
    };
    assert_eq!(serve(&requests, NOW), None);
    // A day later another request makes the relay forget the nonce of the first.
    let later = NOW + REQUEST_AGE + 10;
    let second = granted
        .held
        .request(
            &world.recipient,
            &[(&capsule, &H)],
            Sight::Open,
            &Claims::none(),
            later,
            &mut rng(5),
        )
        .unwrap();
    assert_eq!(serve(&second, later), None);
    assert_eq!(
        serve(&requests, NOW),
        Some(Error::Replayed("made before the relay's memory begins"))
    );
}
