//! Refreshing shares: what fits, what does not, and who is named.

use super::standing::{LABELS, Standing, TEXT};
use super::*;
use crate::curve::{G2, Scalar};
use crate::share::{Share, recover};

impl Standing {
    fn invitations(&mut self, seed: u64) -> Vec<RefreshInvitation> {
        let state = MemoryRelayState::default();
        let relays = self.held.iter_mut().zip(&self.world.relays);
        relays
            .map(|(held, key)| {
                let mut rng = rng(seed + u64::from(held.index()));
                held.begin_refresh(key, (Begin::GoOn, &[]), &state, &mut rng)
                    .unwrap()
            })
            .collect()
    }

    fn dealings(&self, invitations: &[RefreshInvitation], seed: u64) -> Vec<RefreshDealing> {
        let relays = self.held.iter().zip(&self.world.relays);
        relays
            .map(|(held, key)| {
                let mut rng = rng(seed + u64::from(held.index()));
                held.deal_refresh(invitations, key, &mut rng).unwrap()
            })
            .collect()
    }

    fn statements(&mut self, dealings: &[RefreshDealing]) -> Vec<RefreshStatement> {
        let relays = self.held.iter_mut().zip(&self.world.relays);
        relays
            .map(|(held, key)| held.accept_refresh(dealings, key).unwrap())
            .collect()
    }

    pub(super) fn refresh(&mut self, seed: u64) -> RefreshStatement {
        let invitations = self.invitations(seed);
        let dealings = self.dealings(&invitations, seed + 100);
        let statements = self.statements(&dealings);
        let held = self.held.iter_mut();
        let whole: Vec<_> = held
            .map(|it| it.finish_refresh(&statements).unwrap())
            .collect();
        assert!(whole.iter().all(|it| *it == whole[0]));
        whole[0].clone()
    }

    /// The object as it comes back from a disk.
    fn copy(&self, at: usize) -> HeldSharing {
        let key = &self.world.relays[at];
        let bytes = self.held[at].to_bytes(key, &mut rng(77)).unwrap();
        HeldSharing::from_bytes(bytes.expose(), key).unwrap()
    }
}

fn secret(threshold: u8, held: &[&HeldSharing]) -> G2 {
    let shares: Vec<Share> = held
        .iter()
        .map(|it| Share::new(it.index(), Secret::new(*it.share().expose())).unwrap())
        .collect();
    let shares: Vec<_> = shares.iter().collect();
    G2::generator() * recover(threshold, &shares).unwrap().expose()
}

fn first_of(sharing: &StandingSharing) -> G2 {
    sharing.commitment().unwrap().secret_in_g2()
}

#[test]
fn refreshed_shares_serve_the_grants_of_before() {
    let mut it = Standing::new(1, 3, 2);
    let granted = it.grant(TEXT, 3);
    let (capsule, key) = it.world.seal(&LABELS, 2);
    let before: Vec<Scalar> = it.held.iter().map(|it| *it.share().expose()).collect();
    for number in 1..=2 {
        let statement = it.refresh(u64::from(number) * 1000);
        assert_eq!((statement.number(), statement.signatures()), (number, 3));
        let again = RefreshStatement::from_bytes(&statement.to_bytes()).unwrap();
        assert_eq!(again, statement);
        let now = it.admit(granted.grant.clone());
        for relays in [[1, 2], [3, 1]] {
            let answers = it.world.answers(&now, &capsule, &relays);
            assert_eq!(answers[0].answer().refresh(), number);
            let opened = it.world.open(&granted, &capsule, &answers).unwrap();
            assert!(opened.matches(key.expose()), "{relays:?}");
        }
    }
    for (held, before) in it.held.iter().zip(before) {
        assert!(*held.share().expose() != before);
    }
}

#[test]
fn answers_of_different_numbers_are_not_combined() {
    let mut it = Standing::new(1, 3, 2);
    let granted = it.grant(TEXT, 3);
    let (capsule, _) = it.world.seal(&LABELS, 2);
    let old = it.world.answers(&granted, &capsule, &[1]);
    it.refresh(10);
    let now = it.admit(granted.grant.clone());
    let new = it.world.answers(&now, &capsule, &[2]);
    let mixed = [old, new].concat();
    assert_eq!(
        it.world.open(&granted, &capsule, &mixed).err(),
        Some(Error::MixedRefresh)
    );
}

/// t - 1 shares of before and t - 1 of after are as good as none.
#[test]
fn old_and_new_shares_together_are_shares_of_nothing() {
    let mut it = Standing::new(1, 4, 3);
    let old: Vec<_> = (0..2).map(|at| it.copy(at)).collect();
    it.refresh(10);
    let new: Vec<_> = it.held.iter().collect();
    assert!(secret(3, &[new[0], new[1], new[3]]) == first_of(&it.sharing));
    for mixed in [
        [&old[0], &old[1], new[2]],
        [&old[0], &old[1], new[3]],
        [&old[0], new[2], new[3]],
        [&old[1], new[0], new[2]],
    ] {
        assert!(secret(3, &mixed) != first_of(&it.sharing));
    }
}

#[test]
fn a_share_of_before_is_recognised() {
    let mut it = Standing::new(1, 3, 2);
    let granted = it.grant(TEXT, 3);
    let backup = it.copy(0);
    let statement = it.refresh(10);
    let mut state = MemoryRelayState::default();
    state
        .raise_sharing(it.sharing.digest(), statement.number())
        .unwrap();
    let set_back = Some(Error::Sharing(
        "the share is older than the last refresh: it was set back",
    ));
    let refused = backup.admit(granted.grant.clone(), NOW, &state);
    assert_eq!(refused.err(), set_back);
    assert!(it.held[0].admit(granted.grant, NOW, &state).is_ok());
    // Nor is the share that was dealt installed again.
    let key = &it.world.relays[0];
    let again = HeldSharing::install(it.sharing.clone(), &it.shares[0], key, &state);
    assert_eq!(again.err(), set_back);
    // Where the whole state was set back, the others name the relay in the next refresh.
    it.held[0] = backup;
    let invitations = it.invitations(20);
    let refused = it.held[1].deal_refresh(&invitations, &it.world.relays[1], &mut rng(1));
    assert_eq!(
        refused.err(),
        Some(Error::RefreshPart(1, "has a share of another number"))
    );
}

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

/// What a cheat does to commitments and parts before signing.
type Change<'a> = &'a dyn Fn(&mut Vec<[u8; 96]>, &mut Vec<[u8; 80]>);

#[test]
fn a_relay_that_deals_wrongly_is_named_and_nothing_changes() {
    let mut it = Standing::new(1, 3, 2);
    let invitations = it.invitations(10);
    let dealings = it.dealings(&invitations, 100);
    let other = it.dealings(&invitations, 200);
    let cheat = &it.world.relays[1];
    let bad = |change: Change<'_>| {
        let mut dealings = dealings.clone();
        dealings[1] = dealings[1].clone().forged(cheat, change);
        dealings
    };
    let parts = other[1].to_bytes();
    let sealed_at = parts.len() - 32 - 64 - 3 * 80;
    let foreign: [u8; 80] = parts[sealed_at..sealed_at + 80].try_into().unwrap();
    let wrong = [
        // For relay 1 a part of another polynomial, another relay's part, or none.
        bad(&|_, sealed| sealed[0] = foreign),
        bad(&|_, sealed| sealed.swap(0, 2)),
        bad(&|_, sealed| sealed[0] = [7; 80]),
        bad(&|points, _| points[0] = G2::generator().to_bytes()),
        bad(&|points, _| points[0] = [0; 96]),
        // Too few coefficients would bring the threshold down, too many up.
        bad(&|points, _| points.push(G2::generator().to_bytes())),
        bad(&|_, sealed| sealed.truncate(2)),
    ];
    let held = &mut it.held[0];
    for (place, dealings) in wrong.iter().enumerate() {
        let refused = held.accept_refresh(dealings, &it.world.relays[0]);
        assert_eq!(refused.err(), Some(Error::BadDealing(2)), "{place}");
        assert_eq!((held.number(), held.pending()), (0, Some(1)));
    }
    // What the dealer did not sign.
    let mut bytes = dealings[1].to_bytes();
    let at = bytes.len() - 32 - 70;
    bytes[at] ^= 1;
    let changed = RefreshDealing::from_bytes(&super::keys::resummed(&bytes, |_| ())).unwrap();
    let dealings_changed = [dealings[0].clone(), changed, dealings[2].clone()];
    let refused = held.accept_refresh(&dealings_changed, &it.world.relays[0]);
    assert_eq!(refused.err(), Some(Error::Verify));
    // The round can still end well.
    it.statements(&dealings);
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
    it.held[0].attempted = 1_027;
    let key = &it.world.relays[0];
    let ahead = it.held[0]
        .begin_refresh(key, (Begin::Again, &[]), &state, &mut rng(3))
        .unwrap();
    let key = &it.world.relays[1];
    let refused = it.held[1].begin_refresh(key, (Begin::Again, &[ahead]), &state, &mut rng(4));
    assert_eq!(
        refused.err(),
        Some(Error::RefreshPart(1, "is too far ahead"))
    );
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

#[test]
fn a_refresh_survives_the_relays_disk_at_every_step() {
    let mut it = Standing::new(1, 3, 2);
    let reload = |it: &mut Standing| {
        for at in 0..3 {
            it.held[at] = it.copy(at);
        }
    };
    let invitations = it.invitations(10);
    reload(&mut it);
    assert_eq!(it.held[0].pending(), Some(1));
    let dealings = it.dealings(&invitations, 100);
    let statements = it.statements(&dealings);
    reload(&mut it);
    assert_eq!(it.statements(&[]), statements);
    for held in &mut it.held {
        held.finish_refresh(&statements).unwrap();
    }
    reload(&mut it);
    assert_eq!((it.held[2].number(), it.held[2].pending()), (1, None));
    assert!(secret(2, &[&it.held[1], &it.held[2]]) == first_of(&it.sharing));
    // Another relay's key does not open it.
    let bytes = it.held[0]
        .to_bytes(&it.world.relays[0], &mut rng(1))
        .unwrap();
    let refused = HeldSharing::from_bytes(bytes.expose(), &it.world.relays[1]);
    assert_eq!(refused.err(), Some(Error::NoStanza));
}

/// Whoever steals a relay's key and its backup of before, and has all that travelled, can't follow.
#[test]
fn what_travelled_does_not_open_with_the_relays_own_key() {
    let mut it = Standing::new(1, 2, 2);
    let invitations = it.invitations(10);
    let dealings = it.dealings(&invitations, 100);
    let own = it.world.relays[0].hpke();
    for dealing in &dealings {
        assert!(dealing.open(1, own).is_err());
    }
    // With the round's key they do; it is gone once the relay has accepted.
    it.statements(&dealings);
    let refused = it.held[0].deal_refresh(&invitations, &it.world.relays[0], &mut rng(1));
    assert!(matches!(refused.err(), Some(Error::Refresh(_))));
}
