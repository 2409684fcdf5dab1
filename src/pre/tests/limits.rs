//! What is read and made up to its limit, and not beyond.

use std::string::String;

use super::keys::resummed;
use super::standing::Standing;
use super::*;
use crate::asymmetric::SigningKey;
use crate::policy::Attributes;

/// What reading gives with another count in two or four bytes of the file.
fn counted<T>(
    bytes: &[u8],
    count: (core::ops::Range<usize>, u32),
    read: impl Fn(&[u8]) -> Result<T>,
) -> Option<Error> {
    let changed = resummed(bytes, |bytes| {
        let (place, count) = count;
        let count = count.to_be_bytes();
        bytes[place.clone()].copy_from_slice(&count[4 - place.len()..]);
    });
    read(&changed).err()
}

/// The limit is what is named before what is missing.
#[test]
fn counts_are_read_up_to_their_limit() {
    let it = Standing::new(1, 2, 2);
    let granted = it.grant("a=b", 3);
    let (capsule, _) = it.world.seal(&["a=b"], 2);
    let answer = it.world.answers(&granted, &capsule, &[1])[0]
        .answer()
        .to_bytes();
    let of = |count| counted(&answer, (45..47, count), Answer::from_bytes);
    let refused = Some(Error::Length("capsules of an answer"));
    assert_eq!((of(0), of(4_097)), (refused.clone(), refused));
    assert_eq!(of(4_096), Some(Error::Truncated));

    let requests = it.world.ask(&granted, &[&capsule], Sight::Open);
    let requests = requests.to_bytes().unwrap();
    // Behind header, patient, count and length: grant, relay, sight, no claims, time and nonce.
    let at = 8 + 32 + 1 + 4 + 32 + 2 + 4 + 8 + 16;
    let of = |count| counted(&requests, (at..at + 2, count), Requests::from_bytes);
    let refused = Some(Error::Length("capsules of a request"));
    assert_eq!((of(0), of(4_097)), (refused.clone(), refused));
    assert_eq!(of(4_096), Some(Error::Truncated));

    let list = it.world.patient.publish(Vec::new(), 1, NOW).unwrap();
    let list = list.to_bytes();
    let of = |count| counted(&list, (56..60, count), RevocationList::from_bytes);
    assert_eq!(of(65_536), Some(Error::Truncated));
    assert_eq!(of(65_537), Some(Error::Length("revocations")));

    let owner = it.world.patient.profile().signing_key();
    let state = PublisherState::new(*owner).to_bytes().unwrap();
    let read = |bytes: &[u8]| PublisherState::from_bytes(bytes, owner);
    let of = |count| counted(&state, (64..68, count), read);
    assert_eq!(of(65_536), Some(Error::Truncated));
    assert_eq!(of(65_537), Some(Error::Length("revocations")));
    let of = |count| counted(&state, (68..70, count), read);
    assert_eq!(of(4_096), Some(Error::Truncated));
    assert_eq!(of(4_097), Some(Error::Length("policies")));
    assert_eq!(of(5_000), Some(Error::Length("policies")));
}

#[test]
fn a_statement_has_at_most_64_signatures() {
    let mut it = Standing::new(1, 2, 2);
    let statement = it.refresh(10).to_bytes();
    // Behind sharing, numbers, length and C_1.
    let at = 8 + 32 + 4 + 4 + 2 + 96;
    assert_eq!(statement[at], 2);
    let of = |count| {
        counted(
            &statement,
            (at..at + 1, count),
            RefreshStatement::from_bytes,
        )
    };
    assert_eq!(of(64), Some(Error::Truncated));
    for count in [65, 66, 255] {
        assert_eq!(of(count), Some(Error::Length("signatures")));
    }
}

#[test]
fn a_credential_has_up_to_16_kib_of_attributes() {
    let issuer = SigningKey::from_seed(&Secret::build(|seed| seed.fill(1)));
    let holder = World::new(1, 0).recipient;
    let issue = |last: usize| {
        // A count of two bytes; name and value of each, and a byte for the length of each.
        let text = |at: usize| {
            let length = if at == 63 { last } else { 256 };
            std::format!("a{at:02}={}", "x".repeat(length - 5))
        };
        let texts: Vec<_> = (0..64).map(text).collect();
        let attributes = Attributes::parse(texts.iter().map(String::as_str)).unwrap();
        assert_eq!(attributes.to_bytes().len(), 2 + 63 * 256 + last);
        Credential::issue(&issuer, holder.public(), attributes, NOW, NOW + 1)
    };
    let longest = issue(254).unwrap().to_bytes().unwrap();
    assert!(Credential::from_bytes(&longest).is_ok());
    let too_much = Some(Error::TooLarge("attributes of a credential"));
    assert_eq!(issue(255).err(), too_much);
    assert_eq!(issue(256).err(), too_much);
}

/// What pinned codes there are can make a policy long, which has at most 256 rows.
#[test]
fn a_policy_of_a_grant_has_up_to_128_kib() {
    let world = World::new(1, 1);
    let relays = world.publics();
    let grant = |last: usize| {
        let text = |at: usize| {
            let length = if at == 1_023 { last } else { 127 };
            std::format!("{at:04}{}", "x".repeat(length - 4))
        };
        let codes: Vec<_> = (0..1_024).map(text).collect();
        let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap())
            .and_then(|frame| frame.vocabulary("v", codes.iter().map(String::as_str)))
            .unwrap();
        let policy = LabelPolicy::parse("a=b", &frame).unwrap();
        let terms = GrantTerms {
            recipient: GrantTo::Recipient(world.recipient.public()),
            policy: &policy,
            hide_policy: false,
            through: Through::Relays {
                relays: &relays,
                threshold: 1,
            },
            sequence: 1,
            not_before: NOW,
            not_after: NOW + 1,
            conditions: Conditions::any(),
            publisher: None,
            consent: None,
        };
        let granted = world.patient.grant(&terms, &mut Cache::new(), &mut rng(1));
        (policy.as_bytes().len(), granted.map(|it| it.0))
    };
    // 14 bytes are not of the codes, and each of these has its length before it.
    let (length, longest) = grant(113);
    assert_eq!(length, 128 * 1024);
    let again = Grant::from_bytes(&longest.unwrap().to_bytes());
    assert!(again.and_then(Grant::verify).is_ok());
    let (length, more) = grant(114);
    assert_eq!(length, 128 * 1024 + 1);
    assert_eq!(more.err(), Some(Error::TooLarge("policy of a grant")));
}

/// One more is refused, and none of those that are there is lost.
#[test]
fn a_publisher_keeps_65536_revocations() {
    let key = PatientKey::generate(&mut rng(1)).unwrap();
    let first = key.revoke(Revoked::Floor(1), 0, NOW);
    let list = |numbers: core::ops::Range<u64>| {
        let entries = numbers.map(|number| first.numbered(number)).collect();
        key.publish(entries, 1, NOW).unwrap()
    };
    let mut state = PublisherState::new(*key.profile().signing_key());
    state.take(&list(0..65_536)).unwrap();
    let full = Err(Error::TooLarge("65,536 revocations"));
    assert_eq!(state.take(&list(65_536..65_537)), full);
    assert_eq!(state.entries().len(), 65_536);
}
