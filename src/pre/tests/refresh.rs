//! Refreshing shares: what fits, what does not, and who is named.

use super::standing::{LABELS, Standing, TEXT};
use super::*;
use crate::curve::{G2, Scalar};
use crate::share::{Share, recover};

impl Standing {
    pub(super) fn invitations(&mut self, seed: u64) -> Vec<RefreshInvitation> {
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

    pub(super) fn dealings(
        &self,
        invitations: &[RefreshInvitation],
        seed: u64,
    ) -> Vec<RefreshDealing> {
        let relays = self.held.iter().zip(&self.world.relays);
        relays
            .map(|(held, key)| {
                let mut rng = rng(seed + u64::from(held.index()));
                held.deal_refresh(invitations, key, &mut rng).unwrap()
            })
            .collect()
    }

    pub(super) fn statements(&mut self, dealings: &[RefreshDealing]) -> Vec<RefreshStatement> {
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
    pub(super) fn copy(&self, at: usize) -> HeldSharing {
        let key = &self.world.relays[at];
        let bytes = self.held[at].to_bytes(key, &mut rng(77)).unwrap();
        HeldSharing::from_bytes(bytes.expose(), key).unwrap()
    }
}

pub(super) fn secret(threshold: u8, held: &[&HeldSharing]) -> G2 {
    let shares: Vec<Share> = held
        .iter()
        .map(|it| Share::new(it.index(), Secret::new(*it.share().expose())).unwrap())
        .collect();
    let shares: Vec<_> = shares.iter().collect();
    G2::generator() * recover(threshold, &shares).unwrap().expose()
}

pub(super) fn first_of(sharing: &StandingSharing) -> G2 {
    sharing.commitment().unwrap().secret_in_g2()
}

#[test]
fn refreshed_shares_serve_the_grants_of_before() {
    let mut it = Standing::new(1, 3, 2);
    let granted = it.grant(TEXT, 3);
    let (capsule, key) = it.world.seal(&LABELS, 2);
    assert_eq!(it.held[0].statement(), None);
    let before: Vec<Scalar> = it.held.iter().map(|it| *it.share().expose()).collect();
    for number in 1..=2 {
        let statement = it.refresh(u64::from(number) * 1000);
        assert_eq!((statement.number(), statement.signatures()), (number, 3));
        let again = RefreshStatement::from_bytes(&statement.to_bytes()).unwrap();
        assert_eq!(again, statement);
        for held in &it.held {
            assert_eq!(held.statement(), Some(&statement));
        }
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
    // Parts that fit their commitments, of polynomials that would change how many are needed.
    for threshold in [3, 2] {
        let mut dealings = dealings.clone();
        dealings[1] = dealings[1].with_threshold(threshold, &invitations, cheat, &mut rng(6));
        let mut held = HeldSharing::from_bytes(
            held.to_bytes(&it.world.relays[0], &mut rng(1))
                .unwrap()
                .expose(),
            &it.world.relays[0],
        )
        .unwrap();
        let refused = held.accept_refresh(&dealings, &it.world.relays[0]).err();
        assert_eq!(refused, (threshold != 2).then_some(Error::BadDealing(2)));
    }
    // Behind the header the round (40), its digest (32) and the relay's number.
    let whole = dealings[1].to_bytes();
    let (at, threshold) = (8 + 40 + 32 + 1, usize::from(whole[8 + 40 + 32 + 1]));
    let count = at + 1 + (threshold - 1) * crate::curve::G2::BYTES;
    let refused = |at: usize, value: usize| {
        let changed = super::keys::resummed(&whole, |bytes| bytes[at] = value as u8);
        RefreshDealing::from_bytes(&changed).err()
    };
    assert_eq!(refused(at, 1), Some(Error::Length("threshold")));
    assert_eq!(refused(at, 65), Some(Error::Length("threshold")));
    let parts = Some(Error::Length("parts of a dealing"));
    assert_eq!(
        (refused(count, threshold - 1), refused(count, 65)),
        (parts.clone(), parts.clone())
    );
    assert_eq!(refused(count, 64), Some(Error::Truncated));
    assert_ne!(refused(count, threshold), parts);
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

#[test]
fn a_wrong_answer_is_blamed_under_its_own_number() {
    let mut it = Standing::new(1, 2, 2);
    let granted = it.grant(TEXT, 3);
    let (capsule, _) = it.world.seal(&LABELS, 2);
    let statement = it.refresh(10);
    let other = {
        let mut other = Standing::new(5, 2, 2);
        other.refresh(10)
    };
    let mut now = it.admit(granted.grant.clone());
    let answers = it.world.answers(&now, &capsule, &[1, 2]);
    // Relay 2 signs U for U^x.
    let mut wrong = answers[1].answer().clone();
    wrong.items[0].point = wrong.items[0].first;
    wrong.signature = it.world.relays[1]
        .signing()
        .sign(&[crate::tags::ANSWER_SIGNATURE, &wrong.signed_digest()]);
    let wrong = wrong.verify(&granted.grant).unwrap();
    let bad = [answers[0].clone(), wrong.clone()];
    // Without the statement nobody can be named.
    let failed = it.world.open(&now, &capsule, &bad).err();
    assert_eq!(failed, Some(Error::Open));
    let cache = &mut Cache::new();
    let check = now.held.check_answer(&wrong, &[&capsule], cache);
    assert!(matches!(check, Err(Error::Refresh(_))));
    assert!(matches!(
        now.held.know_refresh(&other),
        Err(Error::Sharing(_))
    ));
    now.held.know_refresh(&statement).unwrap();
    let failed = it.world.open(&now, &capsule, &bad).err();
    assert_eq!(failed, Some(Error::BadShare(2)));
    assert_eq!(
        now.held.check_answer(&wrong, &[&capsule], cache),
        Err(Error::BadShare(2))
    );
    assert_eq!(
        now.held.check_answer(&answers[0], &[&capsule], cache),
        Ok(())
    );

    // The proof holds with the statement of that number only.
    let blame = |answer, statement| {
        Blame::after_refresh(
            &granted.grant,
            answer,
            &capsule,
            statement,
            &mut Cache::new(),
        )
    };
    let proof = blame(&wrong, Some(&statement)).unwrap();
    let bytes = proof.to_bytes().unwrap();
    let again = Blame::from_bytes(&bytes, cache).unwrap();
    assert_eq!(again.check(cache), Ok(2));
    assert_eq!(again.to_bytes().unwrap(), bytes);
    assert_eq!(blame(&wrong, None).err(), Some(Error::Verify));
    assert_eq!(
        blame(&answers[0], Some(&statement)).err(),
        Some(Error::Verify)
    );
    // Words that a relay did not sign are not held against it.
    let mut put = statement.clone();
    put.signatures[1].1 = put.signatures[0].1;
    assert_eq!(blame(&wrong, Some(&put)).err(), Some(Error::Verify));
    assert_eq!(now.held.know_refresh(&put), Err(Error::Verify));
    let mut unsigned = statement.clone();
    unsigned.signatures.pop();
    assert_eq!(
        blame(&wrong, Some(&unsigned)).err(),
        Some(Error::RefreshPart(2, "has not signed it"))
    );
    // Nor does an honest relay's answer of before become a wrong one under the new commitment.
    let old = it.held[0].index();
    let later = it.refresh(50);
    assert_eq!(blame(&answers[0], Some(&later)).err(), Some(Error::Verify));
    assert_eq!(old, 1);
}

#[test]
fn grants_with_a_sharing_of_their_own_know_no_refresh() {
    let world = World::new(1, 2);
    let granted = world.grant(TEXT, 2);
    let (capsule, _) = world.seal(&LABELS, 2);
    let mut answer = world.answers(&granted, &capsule, &[1])[0].answer().clone();
    answer.refresh = 1;
    answer.signature = world.relays[0]
        .signing()
        .sign(&[crate::tags::ANSWER_SIGNATURE, &answer.signed_digest()]);
    let refused = answer.verify(&granted.grant).err();
    assert!(matches!(refused, Some(Error::Refresh(_))));
}
