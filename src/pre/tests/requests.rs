//! Requests and answers as bytes.

use super::keys::resummed;
use super::*;

const TEXT: &str = "type=Observation and conf=N";
const LABELS: [&str; 2] = ["type=Observation", "conf=N"];

#[test]
fn requests_keep_their_bytes_and_have_a_nonce_each() {
    let world = World::new(1, 3);
    let granted = world.grant(TEXT, 2);
    let capsules: Vec<_> = (0..4).map(|seed| world.seal(&LABELS, seed).0).collect();
    let all: Vec<&Capsule> = capsules.iter().collect();
    for sight in [Sight::Open, Sight::Blind] {
        let requests = world.ask(&granted, &all, sight);
        let bytes = requests.to_bytes().unwrap();
        let again = Requests::from_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes().unwrap(), bytes);
        let nonces: std::collections::HashSet<_> = again.iter().map(|it| it.nonce).collect();
        assert_eq!(nonces.len(), 3);
        for (request, relay) in again.iter().zip(1..) {
            assert_eq!((request.relay(), request.len()), (relay, 4));
            assert!(!request.is_empty());
            assert_eq!(request.grant(), granted.grant.digest());
            assert_eq!((request.time(), request.sight()), (NOW, sight));
        }
    }
}

#[test]
fn a_blind_item_has_224_bytes_and_shows_no_labels() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let capsules: Vec<_> = (0..2).map(|seed| world.seal(&LABELS, seed).0).collect();
    let length = |count: usize, sight| {
        let all: Vec<&Capsule> = capsules.iter().take(count).collect();
        let bytes = world.ask(&granted, &all, sight).to_bytes().unwrap();
        if sight == Sight::Blind {
            let text = std::string::String::from_utf8_lossy(&bytes).into_owned();
            assert!(!text.contains("Observation"));
        }
        bytes.len()
    };
    // d, U, e, z of the scheme are 192 bytes; h is 32.
    assert_eq!(length(2, Sight::Blind) - length(1, Sight::Blind), 192 + 32);
    let open = length(2, Sight::Open) - length(1, Sight::Open);
    assert_eq!(open, 32 + 96 + 64 + 1 + 2 * 2 + 16 + 6 + 64);
}

#[test]
fn limits_and_order_of_requests() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let ask = |count: usize| {
        let all = std::vec![(&capsule, &H); count];
        granted.held.request(
            &world.recipient,
            &all,
            Sight::Blind,
            &Claims::none(),
            NOW,
            &mut rng(4),
        )
    };
    assert!(matches!(ask(0).err(), Some(Error::Argument(_))));
    assert!(matches!(ask(4_097).err(), Some(Error::Argument(_))));
    let most = ask(4_096).unwrap();
    assert!(most.iter().all(|request| request.len() == 4_096));
    let bytes = ask(1).unwrap().to_bytes().unwrap();
    let refused = |length: usize| Requests::from_bytes(&std::vec![0; length]).err();
    assert_eq!(
        refused(REQUESTS_BYTES + 1),
        Some(Error::TooLarge("requests"))
    );
    assert_eq!(refused(REQUESTS_BYTES), Some(Error::Magic));
    // The file has one request for each of two relays.
    let count = 8 + 32;
    assert_eq!(bytes[count], 2);
    let of = |count_of: u8| {
        let changed = resummed(&bytes, |bytes| bytes[count] = count_of);
        Requests::from_bytes(&changed).err()
    };
    assert_eq!(of(65), Some(Error::Length("requests")));
    assert_eq!(of(64), Some(Error::Truncated));
    // Behind it the length of the first request: a credential, and 4,096 items of 64 labels.
    let longest = 16_602 + 4_096 * 16_960u32;
    let long = |length: u32| {
        let changed = resummed(&bytes, |bytes| {
            bytes[count + 1..count + 5].copy_from_slice(&length.to_be_bytes());
        });
        Requests::from_bytes(&changed).err()
    };
    assert_eq!(long(longest), Some(Error::Truncated));
    assert_eq!(long(longest + 1), Some(Error::Length("byte string")));
    // The relays' numbers ascend.
    let relay = 8 + 32 + 1 + 4 + 32;
    assert_eq!(bytes[relay], 1);
    let changed = resummed(&bytes, |bytes| bytes[relay] = 2);
    assert_eq!(
        Requests::from_bytes(&changed).err(),
        Some(Error::NotCanonical("order of requests"))
    );
}

#[test]
fn every_byte_of_a_request_is_signed() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    for sight in [Sight::Open, Sight::Blind] {
        let bytes = world.ask(&granted, &[&capsule], sight).to_bytes().unwrap();
        for place in 8..bytes.len() - 32 {
            let changed = resummed(&bytes, |bytes| bytes[place] ^= 1);
            let served = Requests::from_bytes(&changed).and_then(|requests| {
                let request = requests.for_relay(1).ok_or(Error::NoStanza)?;
                let key = &world.relays[0];
                let state = &mut MemoryRelayState::default();
                granted.installed[0].transform(request, key, &circumstances(NOW, None), state)
            });
            assert!(served.is_err(), "byte {place} {sight:?}");
        }
    }
}

#[test]
fn answers_keep_their_bytes_and_every_byte_is_signed() {
    let world = World::new(1, 1);
    let granted = world.grant(TEXT, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let requests = world.ask(&granted, &[&capsule], Sight::Open);
    let bytes = world.serve(&granted, &requests, 1).unwrap().to_bytes();
    let again = Answer::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!((again.grant(), again.relay()), (granted.grant.digest(), 1));
    assert_eq!(again.digests().next(), Some(capsule.digest()));
    for place in 8..bytes.len() - 32 {
        let changed = resummed(&bytes, |bytes| bytes[place] ^= 1);
        let verified = Answer::from_bytes(&changed).and_then(|it| it.verify(&granted.grant));
        assert!(verified.is_err(), "byte {place}");
    }
}
