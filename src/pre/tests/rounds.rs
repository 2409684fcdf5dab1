//! The steps of a refresh: their order, who is missing, and giving up.

use super::refresh::{first_of, secret};
use super::standing::Standing;
use super::*;

#[test]
fn whoever_takes_no_part_is_named() {
    let mut it = Standing::new(1, 3, 2);
    let invitations = it.invitations(10);
    let keys = &it.world.relays;
    let missing = |relay| Some(Error::RefreshPart(relay, "is missing"));
    let refused = it.held[0].deal_refresh(&invitations[..2], &keys[0], &mut rng(1));
    assert_eq!(refused.err(), missing(3));
    let dealings = it.dealings(&invitations, 100);
    let part = [dealings[0].clone(), dealings[2].clone()];
    assert_eq!(it.held[0].accept_refresh(&part, &keys[0]).err(), missing(2));
    let twice = [&part[..], &dealings].concat();
    let refused = it.held[0].accept_refresh(&twice, &keys[0]);
    assert_eq!(refused.err(), Some(Error::RefreshPart(1, "is given twice")));
    let statements = it.statements(&dealings);
    let refused = it.held[0].finish_refresh(&statements[..2]);
    assert_eq!(
        refused.err(),
        Some(Error::RefreshPart(3, "has not signed it"))
    );
    assert_eq!(it.held[0].number(), 0);
    // What comes twice, or again, does no harm.
    let twice = [&statements[..], &statements].concat();
    let whole = it.held[0].finish_refresh(&twice).unwrap();
    assert_eq!(it.held[0].finish_refresh(&[]), Ok(whole));
    assert_eq!(it.held[0].number(), 1);
}

/// Two dealings of one relay: whoever got another one has signed another statement.
#[test]
fn a_relay_that_deals_twice_finishes_nothing() {
    let mut it = Standing::new(1, 3, 2);
    let invitations = it.invitations(10);
    let dealings = it.dealings(&invitations, 100);
    let mut others = dealings.clone();
    let key = &it.world.relays[1];
    others[1] = it.held[1]
        .deal_refresh(&invitations, key, &mut rng(999))
        .unwrap();
    let relays = it.held.iter_mut().zip(&it.world.relays).enumerate();
    let statements: Vec<_> = relays
        .map(|(at, (held, key))| {
            let got = if at == 0 { &others } else { &dealings };
            held.accept_refresh(got, key).unwrap()
        })
        .collect();
    let refused = it.held[0].finish_refresh(&statements).err();
    assert_eq!(
        refused,
        Some(Error::RefreshPart(2, "has signed something else"))
    );
    let refused = it.held[2].finish_refresh(&statements).err();
    assert_eq!(
        refused,
        Some(Error::RefreshPart(1, "has signed something else"))
    );
    // All have signed number 1, so nobody gives it up.
    let state = MemoryRelayState::default();
    let key = &it.world.relays[0];
    for begin in [Begin::GoOn, Begin::Again] {
        let refused = it.held[0].begin_refresh(key, (begin, &[]), &state, &mut rng(5));
        assert!(matches!(refused.err(), Some(Error::Refresh(_))));
    }
}

/// A refresh that some have accepted is given up only when another shows that it never will be.
#[test]
fn what_was_accepted_is_given_up_once_it_is_dead() {
    let mut it = Standing::new(1, 3, 2);
    let invitations = it.invitations(10);
    let dealings = it.dealings(&invitations, 100);
    let state = MemoryRelayState::default();
    let keys: Vec<_> = it
        .world
        .relays
        .iter()
        .map(|key| RelayKey::from_bytes(key.to_bytes().expose()).unwrap())
        .collect();
    // Relays 1 and 2 accept, 3 does not.
    for at in [0, 1] {
        it.held[at].accept_refresh(&dealings, &keys[at]).unwrap();
    }
    let again = |held: &mut Vec<HeldSharing>, at: usize, others: &[RefreshInvitation]| {
        held[at].begin_refresh(&keys[at], (Begin::Again, others), &state, &mut rng(50))
    };
    let refused = again(&mut it.held, 0, &[]).err();
    assert!(matches!(refused, Some(Error::Refresh(_))));
    // The invitation of the round itself shows nothing, nor does this relay's own.
    let refused = again(&mut it.held, 0, &invitations).err();
    assert!(matches!(refused, Some(Error::Refresh(_))));
    let third = again(&mut it.held, 2, &[]).unwrap();
    assert_eq!((third.number(), third.signed), (2, 0));
    // Which can't accept the first any more: its key is gone.
    let refused = it.held[2].accept_refresh(&dealings, &keys[2]).err();
    assert_eq!(
        refused,
        Some(Error::RefreshPart(1, "takes part in another refresh"))
    );
    // Nor is one given up that nobody asked to give up.
    let going_on = (Begin::GoOn, std::slice::from_ref(&third));
    let refused = it.held[0].begin_refresh(&keys[0], going_on, &state, &mut rng(50));
    assert!(matches!(refused.err(), Some(Error::Refresh(_))));
    let first = again(&mut it.held, 0, std::slice::from_ref(&third)).unwrap();
    assert_eq!((first.number(), first.signed), (2, 1));
    // One who has signed the first, and gave it up, shows nothing to the next.
    let refused = again(&mut it.held, 1, std::slice::from_ref(&first)).err();
    assert!(matches!(refused, Some(Error::Refresh(_))));
    let forged =
        RefreshInvitation::from_bytes(&super::keys::resummed(&first.to_bytes(), |bytes| {
            let at = bytes.len() - 64 - 4;
            bytes[at..at + 4].fill(0);
        }));
    let refused = again(&mut it.held, 1, &[forged.unwrap()]).err();
    assert_eq!(refused, Some(Error::Verify));
    let second = again(&mut it.held, 1, std::slice::from_ref(&third)).unwrap();
    assert_eq!(second.number(), 2);
    it.held[0] = it.copy(0);
    let statement = it.refresh(30);
    assert_eq!(statement.number(), 2);
    assert!(secret(2, &[&it.held[0], &it.held[2]]) == first_of(&it.sharing));
}

#[test]
fn steps_come_in_their_order() {
    let mut it = Standing::new(1, 2, 2);
    let key = RelayKey::from_bytes(it.world.relays[0].to_bytes().expose()).unwrap();
    let refused = |error| matches!(error, Some(Error::Refresh(_)));
    assert!(refused(
        it.held[0].deal_refresh(&[], &key, &mut rng(1)).err()
    ));
    assert!(refused(it.held[0].accept_refresh(&[], &key).err()));
    assert!(refused(it.held[0].finish_refresh(&[]).err()));
    // Asked twice, the invitation is the same; others are joined at their number.
    let state = MemoryRelayState::default();
    let mut begin = |at: usize, begin, others: &[RefreshInvitation]| {
        let key = &it.world.relays[at];
        it.held[at].begin_refresh(key, (begin, others), &state, &mut rng(3))
    };
    let one = begin(0, Begin::GoOn, &[]).unwrap();
    assert_eq!(
        begin(0, Begin::GoOn, &[]).unwrap().to_bytes(),
        one.to_bytes()
    );
    assert_eq!(begin(0, Begin::Again, &[]).unwrap().number(), 2);
    let three = begin(0, Begin::Again, &[]).unwrap();
    assert_eq!(three.number(), 3);
    let other = begin(1, Begin::GoOn, &[]).unwrap();
    assert_eq!(other.number(), 1);
    let key = &it.world.relays[0];
    let refused = it.held[0].deal_refresh(&[three.clone(), other], key, &mut rng(1));
    assert_eq!(
        refused.err(),
        Some(Error::RefreshPart(2, "takes part in another refresh"))
    );
    let key = &it.world.relays[1];
    let joined = it.held[1]
        .begin_refresh(
            key,
            (Begin::Again, std::slice::from_ref(&three)),
            &state,
            &mut rng(4),
        )
        .unwrap();
    assert_eq!(joined.number(), 3);
    // Not too far ahead: numbers are not used up by one.
    let mut ahead = |attempted: u32| {
        it.held[0].attempted = attempted;
        let (first, second) = (&it.world.relays[0], &it.world.relays[1]);
        let begin = (Begin::Again, &[][..]);
        let ahead = it.held[0].begin_refresh(first, begin, &state, &mut rng(3));
        let begin = (Begin::Again, &[ahead.unwrap()][..]);
        it.held[1].begin_refresh(second, begin, &state, &mut rng(4))
    };
    assert_eq!(
        ahead(3 + 1_024).err(),
        Some(Error::RefreshPart(1, "is too far ahead"))
    );
    assert_eq!(ahead(3 + 1_023).unwrap().number(), 3 + 1_024);
    // With a threshold of 1 every share is x.
    let mut single = Standing::new(2, 2, 1);
    let refused = single.held[0].begin_refresh(
        &single.world.relays[0],
        (Begin::GoOn, &[]),
        &state,
        &mut rng(3),
    );
    assert!(matches!(refused.err(), Some(Error::Argument(_))));
}
