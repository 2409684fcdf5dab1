//! Grants: what they hold, what their parts are checked against.

use std::string::String;

use super::keys::resummed;
use super::*;
use crate::curve::{G1, G2};

const TEXT: &str = "type=Observation and (conf=N or 2 of (code=a, code=b, code=c))";

#[test]
fn grants_and_shares_keep_their_bytes() {
    let world = World::new(1, 3);
    let (grant, shares) = world.deal(TEXT, 2, |terms| terms.consent = Some([6; 32]), 1);
    let bytes = grant.to_bytes();
    // To one recipient, with a sharing of its own: what the first version can say.
    assert_eq!(bytes[8 + 4], 1);
    let again = Grant::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.digest(), grant.digest());
    let again = again.verify().unwrap();
    assert_eq!(again.sharing(), None);
    let header = again.header();
    assert_eq!(header.consent(), Some(&[6; 32]));
    let (without, _) = world.deal(TEXT, 2, |_| {}, 1);
    assert_eq!(without.header().consent(), None);
    assert_eq!(header.sequence(), 5);
    assert_eq!(header.threshold(), 2);
    assert_eq!(header.policy(), Some(&policy(TEXT)));
    assert_eq!(
        header.recipient(),
        Some(world.recipient.public().fingerprint())
    );
    assert_eq!(header.publisher(), world.patient.profile().signing_key());
    let relays: Vec<_> = header.relays().collect();
    assert_eq!(relays[2], world.relays[2].public().fingerprint());
    for (share, index) in shares.iter().zip(1..) {
        let bytes = share.to_bytes();
        let again = GrantShare::from_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!((again.grant(), again.index()), (grant.digest(), index));
    }
    for (installed, index) in world.install(grant, shares).installed.iter().zip(1..) {
        assert_eq!(installed.index(), index);
    }
}

#[test]
fn every_byte_of_a_grant_is_covered() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal("type=a or type=b", 2, |_| {}, 1);
    let bytes = grant.to_bytes();
    for place in 8..bytes.len() - 32 {
        let changed = resummed(&bytes, |bytes| bytes[place] ^= 1);
        let installed = Grant::from_bytes(&changed)
            .and_then(Grant::verify)
            .and_then(|it| RecipientGrant::install(it, &world.recipient, &mut Cache::new()));
        assert!(installed.is_err(), "byte {place}");
    }
}

#[test]
fn a_share_for_another_relay_or_grant_is_refused() {
    let world = World::new(1, 3);
    let (grant, shares) = world.deal(TEXT, 2, |_| {}, 1);
    let (other, others) = world.deal(TEXT, 2, |_| {}, 2);
    let state = MemoryRelayState::default();
    let install = |grant: &Grant<Verified>, share: &GrantShare, relay: usize| {
        RelayShare::install(grant.clone(), share, &world.relays[relay], NOW, &state).err()
    };
    assert_eq!(install(&grant, &shares[0], 0), None);
    assert_eq!(install(&grant, &shares[0], 1), Some(Error::NoStanza));
    assert_eq!(install(&grant, &others[0], 0), Some(Error::NoStanza));
    assert_eq!(install(&other, &shares[0], 0), Some(Error::NoStanza));
    // Under another's name it does not open, however it is labelled.
    for (index, relay) in [(0, 0), (2, 0), (2, 1), (4, 0), (255, 2)] {
        let mut share = shares[0].clone();
        share.index = index;
        let refused = install(&grant, &share, relay);
        assert!(
            matches!(refused, Some(Error::NoStanza | Error::Open)),
            "{index}"
        );
    }
    // Nor under another grant of the same relays.
    let mut share = others[0].clone();
    share.grant = *grant.digest();
    assert_eq!(install(&grant, &share, 0), Some(Error::Open));
    for place in [0, 31, 32, 60, 79] {
        let mut share = shares[0].clone();
        share.sealed[place] ^= 1;
        assert_eq!(install(&grant, &share, 0), Some(Error::Open));
    }
}

#[test]
fn a_share_that_was_not_committed_to_is_refused() {
    use crate::asymmetric::hpke;
    use crate::curve::Scalar;
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |_| {}, 1);
    let state = MemoryRelayState::default();
    let dealt = |value: [u8; 32]| {
        let info = super::super::issue::relay_info(grant.digest(), 1);
        let key = &world.relays[0].public().keys().hpke;
        let sealed = hpke::seal(key, &info, &[], &value, &mut rng(3)).unwrap();
        let share = GrantShare {
            grant: *grant.digest(),
            index: 1,
            sealed: sealed.try_into().unwrap(),
        };
        RelayShare::install(grant.clone(), &share, &world.relays[0], NOW, &state).err()
    };
    assert_eq!(dealt(Scalar::from_u64(12).to_bytes()), Some(Error::Verify));
    assert_eq!(dealt([0; 32]), Some(Error::ScalarRange));
    assert_eq!(dealt([0xff; 32]), Some(Error::ScalarRange));
}

#[test]
fn the_check_finds_every_single_wrong_row() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let rows = granted.held.first().len();
    assert_eq!(rows, 5);
    for row in 0..rows {
        let mut held = world
            .install(granted.grant.clone(), granted.shares.clone())
            .held;
        held.first_mut()[row] = held.first()[row] + G1::generator();
        assert_eq!(held.check(&mut Cache::new()), Err(Error::Verify), "D {row}");
        let mut held = world
            .install(granted.grant.clone(), granted.shares.clone())
            .held;
        held.second_mut()[row] = held.second()[row] + G2::generator();
        assert_eq!(held.check(&mut Cache::new()), Err(Error::Verify), "R {row}");
    }
    assert_eq!(granted.held.check(&mut Cache::new()), Ok(()));
}

/// One randomness for two rows is a break: the same label twice, and every R of its own.
#[test]
fn every_row_has_its_own_randomness() {
    let world = World::new(1, 2);
    let held = world
        .grant("(type=a and conf=N) or (type=a and conf=R)", 1)
        .held;
    let mut points: Vec<_> = held.second().iter().map(G2::to_bytes).collect();
    points.extend(
        world
            .grant("type=a or type=b", 1)
            .held
            .second()
            .iter()
            .map(G2::to_bytes),
    );
    assert_eq!(points.len(), 6);
    points.sort();
    points.dedup();
    assert_eq!(points.len(), 6);
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    let world = World::new(1, 3);
    let policy = policy(TEXT);
    let relays = world.publics();
    let twice = [relays[0].clone(), relays[1].clone(), relays[0].clone()];
    let many: Vec<RelayPublic> = (0..65)
        .map(|at| {
            RelayKey::generate("", &mut rng(100 + at))
                .unwrap()
                .public()
                .clone()
        })
        .collect();
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(world.recipient.public()),
        policy: &policy,
        hide_policy: false,
        through: Through::Relays {
            relays: &relays,
            threshold: 2,
        },
        sequence: 1,
        not_before: 10,
        not_after: 20,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let refused = |terms: &GrantTerms<'_>| {
        world
            .patient
            .grant(terms, &mut Cache::new(), &mut rng(1))
            .err()
    };
    assert_eq!(refused(&terms), None);
    for threshold in [0, 4, 255] {
        let error = refused(&GrantTerms {
            through: Through::Relays {
                relays: &relays,
                threshold,
            },
            ..terms.clone()
        });
        assert!(matches!(error, Some(Error::Argument(_))), "{threshold}");
    }
    for (not_before, not_after) in [(20, 20), (21, 20)] {
        let error = refused(&GrantTerms {
            not_before,
            not_after,
            ..terms.clone()
        });
        assert!(matches!(error, Some(Error::Time(_))));
    }
    let error = refused(&GrantTerms {
        through: Through::Relays {
            relays: &twice,
            threshold: 2,
        },
        ..terms.clone()
    });
    assert_eq!(error, Some(Error::Duplicate("relay")));
    for relays in [&many[..], &[]] {
        let error = refused(&GrantTerms {
            through: Through::Relays {
                relays,
                threshold: 2,
            },
            ..terms.clone()
        });
        assert!(matches!(error, Some(Error::Argument(_))));
    }
}

/// The RNG repeats itself: two policies must not get the same shares and blindings, or the
/// difference of their rows would open the empty label set.
#[test]
fn under_a_repeating_source_two_policies_share_nothing() {
    let world = World::new(1, 2);
    for hide_policy in [false, true] {
        let deal = |text: &str| {
            let (grant, shares) = world.deal(text, 2, |terms| terms.hide_policy = hide_policy, 42);
            world.install(grant, shares).held
        };
        let (one, two) = (deal("type=a and type=b"), deal("type=a and type=c"));
        assert!(one.grant().header().grant_id() == two.grant().header().grant_id());
        let points = |held: &RecipientGrant| -> Vec<Vec<u8>> {
            let first = held.first().iter().map(|it| it.to_bytes().to_vec());
            let second = held.second().iter().map(|it| it.to_bytes().to_vec());
            let base = held
                .commitment(0)
                .unwrap()
                .secret_in_g2()
                .to_bytes()
                .to_vec();
            first.chain(second).chain([base]).collect()
        };
        for (at, (left, right)) in points(&one).iter().zip(points(&two)).enumerate() {
            assert!(*left != right, "{at}");
        }
        // The same grant again is the same grant.
        assert!(points(&one) == points(&deal("type=a and type=b")));
    }
}

/// Whoever foresees the source would open what is sealed with ephemeral keys from it.
#[test]
fn ephemeral_keys_do_not_hang_on_the_source_alone() {
    let relays = World::new(1, 1);
    let sealed = |seed: u64| {
        let patient = PatientKey::generate(&mut rng(seed)).unwrap();
        let relays = World {
            patient,
            recipient: RecipientKey::from_bytes(relays.recipient.to_bytes().expose()).unwrap(),
            relays: [RelayKey::from_bytes(relays.relays[0].to_bytes().expose()).unwrap()].into(),
        };
        let (grant, shares) = relays.deal(TEXT, 1, |_| {}, 42);
        let encapsulated = [&grant.sealed()[..32], &shares[0].sealed[..32]].concat();
        (*grant.header().grant_id(), encapsulated)
    };
    let (one, two) = (sealed(5), sealed(6));
    assert_eq!(one.0, two.0, "the source is the same");
    assert!(one.1[..32] != two.1[..32] && one.1[32..] != two.1[32..]);
}

#[test]
fn a_hidden_policy_is_for_the_recipient_alone() {
    let world = World::new(1, 2);
    let (grant, shares) = world.deal(TEXT, 2, |terms| terms.hide_policy = true, 1);
    assert_eq!(grant.header().policy(), None);
    let text = std::string::String::from_utf8_lossy(&grant.to_bytes()).into_owned();
    assert!(!text.contains("Observation"));
    let granted = world.install(grant, shares);
    assert_eq!(granted.held.policy(), &policy(TEXT));
    let (capsule, key) = world.seal(&["type=Observation", "conf=N"], 2);
    let answers = world.answers(&granted, &capsule, &[1, 2]);
    let opened = world.open(&granted, &capsule, &answers).unwrap();
    assert!(opened.matches(key.expose()));
    // Two hidden grants of one policy show different digests.
    let (other, _) = world.deal(TEXT, 2, |terms| terms.hide_policy = true, 2);
    assert!(other.header().policy != granted.grant.header().policy);
}

#[test]
fn a_grant_for_somebody_else_is_not_installed() {
    let world = World::new(1, 2);
    let (grant, _) = world.deal(TEXT, 2, |_| {}, 1);
    let other = RecipientKey::generate("other", &mut rng(9)).unwrap();
    let refused = RecipientGrant::install(grant, &other, &mut Cache::new());
    assert_eq!(refused.err(), Some(Error::NoStanza));
}

#[test]
fn lengths_come_before_group_operations() {
    // 257 rows do not make a policy, 65 relays no header, 65 labels no capsule.
    let world = World::new(1, 1);
    let (grant, _) = world.deal("type=a", 1, |_| {}, 1);
    let bytes = grant.to_bytes();
    // The count of relays stands before their keys: 64 bytes each, then 96 and 32.
    let sealed = 4 + 48 + 48 + 96;
    let count = bytes.len() - 32 - sealed - 64 - 32 - 96 - 64 - 1;
    assert_eq!(bytes[count], 1);
    let changed = resummed(&bytes, |bytes| bytes[count] = 65);
    assert_eq!(
        Grant::from_bytes(&changed).err(),
        Some(Error::Length("relays"))
    );
}

#[test]
fn a_grant_has_1_to_64_relays() {
    use super::super::committee::check_relays;
    use super::super::party::PartyKeys;
    let relay = World::new(1, 1).publics().remove(0).keys().clone();
    let count = Err(Error::Argument("a grant has 1 to 64 relays"));
    for many in [0, 65, 66] {
        assert_eq!(check_relays(&std::vec![relay.clone(); many], 1), count);
    }
    let most = check_relays(&std::vec![relay.clone(); 64], 64);
    assert_ne!(most, count, "only that they are the same is wrong");
    assert!(most.is_err());
    assert_eq!(check_relays(std::slice::from_ref(&relay), 1), Ok(()));
    for threshold in [0, 2] {
        assert!(check_relays(std::slice::from_ref(&relay), threshold).is_err());
    }
    // Neither key may be another relay's.
    let other = World::new(2, 1).publics().remove(0).keys().clone();
    let with = |change: fn(&mut PartyKeys, PartyKeys)| {
        let mut second = other.clone();
        change(&mut second, relay.clone());
        check_relays(&[relay.clone(), second], 1)
    };
    assert_eq!(with(|_, _| ()), Ok(()));
    let twice = Err(Error::Duplicate("relay"));
    assert_eq!(with(|second, first| second.hpke = first.hpke), twice);
    assert_eq!(with(|second, first| second.signing = first.signing), twice);
}

#[test]
fn conditions_are_read_in_their_order_alone() {
    use crate::wire::{Reader, Writer};
    let conditions = Conditions::any().purposes(["TREAT", "HPAYMT"]).unwrap();
    let mut writer = Writer::new();
    conditions.write(&mut writer).unwrap();
    let bytes = writer.into_vec();
    let read = |bytes: &[u8]| Conditions::read(&mut Reader::new(bytes));
    assert!(read(&bytes).is_ok_and(|read| read == conditions));
    assert_eq!(bytes[..14], *b"\x02\x06HPAYMT\x05TREAT");
    let swapped = [b"\x02\x05TREAT\x06HPAYMT", &bytes[14..]].concat();
    assert_eq!(
        read(&swapped).err(),
        Some(Error::NotCanonical("order of codes"))
    );
    let twice = [b"\x02\x05TREAT\x05TREAT", &bytes[14..]].concat();
    assert_eq!(
        read(&twice).err(),
        Some(Error::NotCanonical("order of codes"))
    );
    let many: Vec<String> = (0..33).map(|n| std::format!("{n:02}")).collect();
    let of = |count: usize| Conditions::any().purposes(many[..count].iter().map(String::as_str));
    let mut writer = Writer::new();
    of(32).unwrap().write(&mut writer).unwrap();
    let bytes = writer.into_vec();
    assert!(read(&bytes).is_ok());
    assert!(of(33).is_err());
    let more = [&[33], &bytes[1..97], b"\x0232", &bytes[97..]].concat();
    assert_eq!(read(&more).err(), Some(Error::Length("codes")));
}

#[test]
fn weights_of_checks_hang_on_the_grant() {
    let world = World::new(1, 2);
    let secret = |granted: &Granted| *granted.held.weight_secret().expose();
    let (one, other) = (world.grant(TEXT, 1), world.grant("type=Observation", 1));
    assert_ne!(secret(&one), secret(&other));
}

#[test]
fn a_code_of_a_condition_has_1_to_64_bytes() {
    let long = "c".repeat(65);
    for (length, fits) in [(0, false), (1, true), (64, true), (65, false)] {
        let code = &long[..length];
        assert_eq!(Conditions::any().purposes([code]).is_ok(), fits, "{length}");
        assert_eq!(Claims::none().purpose(code).is_ok(), fits, "{length}");
    }
    let claims = Claims::none()
        .purpose("TREAT")
        .and_then(|it| it.action("access"))
        .and_then(|it| it.role("nurse"))
        .unwrap();
    assert_eq!(claims.claimed_purpose(), "TREAT");
    assert_eq!(claims.claimed_action(), "access");
    assert_eq!(claims.claimed_role(), "nurse");
    assert!(!claims.claims_break_glass() && claims.break_glass().claims_break_glass());
    assert!(!Conditions::any().allows_break_glass());
    assert!(Conditions::any().allow_break_glass().allows_break_glass());
}
