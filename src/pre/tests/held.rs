//! What a relay reads back of a standing sharing, and parts of a refresh that belong elsewhere.

use super::keys::resummed;
use super::standing::Standing;
use super::*;

/// What reading gives of relay 1's sharing with something changed and all sealed anew.
fn read(it: &Standing, change: impl FnOnce(&mut HeldSharing)) -> Option<Error> {
    let mut held = it.copy(0);
    change(&mut held);
    let key = &it.world.relays[0];
    let bytes = held.to_bytes(key, &mut rng(7)).unwrap();
    HeldSharing::from_bytes(bytes.expose(), key).err()
}

#[test]
fn numbers_of_a_refresh_fit_its_stage() {
    let mut it = Standing::new(1, 3, 2);
    let numbers = |it: &Standing, right: &[(u32, u32)], wrong: &[(u32, u32)]| {
        for (attempted, signed) in right.iter().chain(wrong).copied() {
            let refused = read(it, |held| {
                (held.attempted, held.signed) = (attempted, signed);
            });
            let expected = wrong
                .contains(&(attempted, signed))
                .then_some(Error::Field("number of a refresh"));
            assert_eq!(refused, expected, "{attempted} {signed}");
        }
    };
    it.refresh(10);
    numbers(&it, &[(1, 1)], &[(2, 1), (1, 0), (2, 2), (0, 0)]);
    let invitations = it.invitations(20);
    numbers(
        &it,
        &[(2, 1), (3, 1), (3, 2)],
        &[(1, 1), (2, 2), (2, 0), (1, 2)],
    );
    let dealings = it.dealings(&invitations, 30);
    assert!(dealings.iter().all(|dealing| dealing.number() == 2));
    it.statements(&dealings);
    numbers(&it, &[(2, 2)], &[(3, 3), (2, 1), (1, 1), (2, 3)]);
}

#[test]
fn a_kept_share_is_the_one_committed_to_in_a_statement_that_all_signed() {
    let mut it = Standing::new(1, 3, 2);
    it.refresh(10);
    let other = *it.held[1].share().expose();
    let refused = read(&it, |held| held.share = Secret::new(other));
    assert_eq!(refused, Some(Error::Verify));
    let signed = |change: &dyn Fn(&mut RefreshStatement)| {
        read(&it, |held| change(held.current.as_mut().unwrap()))
    };
    assert_eq!(signed(&|_| ()), None);
    let missing = Some(Error::RefreshPart(3, "has not signed it"));
    assert_eq!(signed(&|it| it.signatures.truncate(2)), missing);
    let more = Some(Error::NotCanonical("signatures of a statement"));
    assert_eq!(signed(&|it| it.signatures.push((4, [0; 64]))), more);
    assert_eq!(
        signed(&|it| it.signatures[1].1[0] ^= 1),
        Some(Error::Verify)
    );
}

/// What stands before the sealed secrets is sealed with them: bytes of another state of the same
/// relay, right in themselves, do not go with these.
#[test]
fn what_lies_beside_the_secrets_is_not_exchanged() {
    let mut it = Standing::new(1, 3, 2);
    it.invitations(10);
    let key = &it.world.relays[0];
    let mut held = it.copy(0);
    let first = held.to_bytes(key, &mut rng(7)).unwrap();
    held.attempted += 1;
    let second = held.to_bytes(key, &mut rng(7)).unwrap();
    assert_eq!(HeldSharing::from_bytes(second.expose(), key).err(), None);
    let pairs = first.expose().iter().zip(second.expose());
    let at = pairs.into_iter().position(|(a, b)| a != b).unwrap();
    let mixed = resummed(first.expose(), |bytes| bytes[at] = second.expose()[at]);
    let refused = HeldSharing::from_bytes(&mixed, key).err();
    assert_eq!(refused, Some(Error::Open));
}

/// Else a relay could deal what cancels another's part out, without knowing it.
#[test]
fn another_relays_dealing_is_refused_under_ones_own_name() {
    let mut it = Standing::new(1, 3, 2);
    let invitations = it.invitations(10);
    let mut dealings = it.dealings(&invitations, 100);
    let (mut points, mut parts) = (Vec::new(), Vec::new());
    let _ = dealings[2]
        .clone()
        .forged(&it.world.relays[2], |theirs, sealed| {
            (points, parts) = (theirs.clone(), sealed.clone());
        });
    dealings[1] = dealings[1]
        .clone()
        .forged(&it.world.relays[1], |own, sealed| {
            (*own, *sealed) = (points, parts);
        });
    let refused = it.held[0].accept_refresh(&dealings, &it.world.relays[0]);
    assert_eq!(refused.err(), Some(Error::BadDealing(2)));
}

#[test]
fn whoever_deals_to_other_keys_is_named() {
    let mut it = Standing::new(1, 3, 2);
    let mut twin = it.copy(2);
    let mut invitations = it.invitations(10);
    let mut dealings = it.dealings(&invitations, 100);
    let keys = &it.world.relays;
    let state = MemoryRelayState::default();
    invitations[2] = twin
        .begin_refresh(&keys[2], (Begin::GoOn, &[]), &state, &mut rng(99))
        .unwrap();
    dealings[1] = it.held[1]
        .deal_refresh(&invitations, &keys[1], &mut rng(5))
        .unwrap();
    let refused = it.held[0].accept_refresh(&dealings, &keys[0]).err();
    let named = Error::RefreshPart(2, "has dealt to other keys");
    assert_eq!(refused, Some(named));
}
