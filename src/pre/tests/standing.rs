//! Standing sharings: grants without contact with relays, epochs and their end.

use super::*;
use crate::curve::G2;
use crate::pre::state::ENDED;

pub(super) const TEXT: &str = "type=Observation and conf=N";
pub(super) const LABELS: [&str; 2] = ["type=Observation", "conf=N"];

/// A patient's standing sharing among relays.
pub(super) struct Standing {
    pub(super) world: World,
    pub(super) sharing: StandingSharing,
    pub(super) shares: Vec<SharingShare>,
    pub(super) held: Vec<HeldSharing>,
}

impl Standing {
    pub(super) fn new(seed: u64, relays: usize, threshold: u8) -> Self {
        let world = World::new(seed, relays);
        let (sharing, shares) = world
            .patient
            .new_sharing(
                &world.publics(),
                threshold,
                &mut Cache::new(),
                &mut rng(seed),
            )
            .unwrap();
        let held = install(&world, &sharing, &shares);
        Self {
            world,
            sharing,
            shares,
            held,
        }
    }

    /// A grant under the sharing.
    pub(super) fn grant(&self, text: &str, seed: u64) -> Granted {
        let through = under(&self.sharing);
        let change = |terms: &mut GrantTerms<'_>| terms.through = through;
        let (grant, shares) = self.world.deal(text, 0, change, seed);
        assert!(shares.is_empty(), "relays have theirs");
        self.admit(grant)
    }

    /// The grant in everybody's hands.
    pub(super) fn admit(&self, grant: Grant<Verified>) -> Granted {
        let state = MemoryRelayState::default();
        let installed = self
            .held
            .iter()
            .map(|held| held.admit(grant.clone(), NOW, &state).unwrap())
            .collect();
        let key = &self.world.recipient;
        let held = RecipientGrant::install(grant.clone(), key, &mut Cache::new()).unwrap();
        Granted {
            grant,
            shares: Vec::new(),
            held,
            installed,
        }
    }
}

/// Terms of tests outlive their sharing.
pub(super) fn under(sharing: &StandingSharing) -> Through<'static> {
    Through::Standing(std::boxed::Box::leak(std::boxed::Box::new(sharing.clone())))
}

pub(super) fn install(
    world: &World,
    sharing: &StandingSharing,
    shares: &[SharingShare],
) -> Vec<HeldSharing> {
    let state = MemoryRelayState::default();
    shares
        .iter()
        .zip(&world.relays)
        .map(|(share, key)| HeldSharing::install(sharing.clone(), share, key, &state).unwrap())
        .collect()
}

#[test]
fn many_grants_hang_on_one_sharing() {
    let it = Standing::new(1, 3, 2);
    let (capsule, key) = it.world.seal(&LABELS, 2);
    for seed in [3, 4] {
        let granted = it.grant(TEXT, seed);
        assert_eq!(granted.grant.header().epoch(), Some(1));
        assert_eq!(granted.grant.sharing(), Some(*it.sharing.digest()));
        let bytes = granted.grant.to_bytes();
        assert_eq!(bytes[8 + 4], 2, "version");
        let again = Grant::from_bytes(&bytes).unwrap();
        assert_eq!(again.digest(), granted.grant.digest());
        for relays in [[1, 2], [3, 1], [2, 3]] {
            let answers = it.world.answers(&granted, &capsule, &relays);
            assert_eq!(answers[0].answer().refresh(), 0);
            let opened = it.world.open(&granted, &capsule, &answers).unwrap();
            assert!(opened.matches(key.expose()), "{relays:?}");
        }
        let answers = it.world.answers(&granted, &capsule, &[1]);
        assert_eq!(
            it.world.open(&granted, &capsule, &answers).err(),
            Some(Error::TooFewAnswers(2))
        );
    }
}

#[test]
fn sharings_keep_their_bytes_and_the_patient_keeps_none() {
    let it = Standing::new(1, 3, 2);
    let bytes = it.sharing.to_bytes().unwrap();
    let again = StandingSharing::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes().unwrap(), bytes);
    assert_eq!(again.digest(), it.sharing.digest());
    assert_eq!(again.relays().count(), 3);
    assert_eq!((again.epoch(), again.threshold()), (1, 2));
    assert_eq!(again.id(), &it.sharing.id);
    for (share, index) in it.shares.iter().zip(1..) {
        let bytes = share.to_bytes();
        let again = SharingShare::from_bytes(&bytes).unwrap();
        assert_eq!((again.to_bytes(), again.index()), (bytes, index));
    }
    // From its bytes and the key alone another grant is made.
    let through = under(&again);
    let change = |terms: &mut GrantTerms<'_>| terms.through = through;
    let (grant, _) = it.world.deal(TEXT, 0, change, 9);
    it.admit(grant);
    // A sharing that another has signed over, or whose x is not this key's, is not the patient's.
    let own = |sharing: &StandingSharing| {
        let end = it
            .world
            .patient
            .end_sharing(sharing, NOW, &mut Cache::new());
        end.err()
    };
    let other = World::new(2, 3);
    let (mut taken, mut moved) = (again.clone(), again.clone());
    taken.patient = other.patient.profile().clone();
    moved.epoch = 7;
    let foreign = Some(Error::Sharing("of another patient or key"));
    assert_eq!((own(&taken), own(&moved)), (foreign.clone(), foreign));
    assert_eq!(own(&again), None);
    // Everything that x hangs on.
    let publics = it.world.publics();
    let cache = &mut Cache::new();
    let mut first = Vec::new();
    for (relays, threshold) in [(&publics[..], 2), (&publics[..], 3), (&publics[..2], 2)] {
        let dealt = it
            .world
            .patient
            .new_sharing(relays, threshold, cache, &mut rng(1));
        first.push(dealt.unwrap().0.commitment().unwrap().secret_in_g2());
    }
    let dealt = other.patient.new_sharing(&publics, 2, cache, &mut rng(1));
    first.push(dealt.unwrap().0.commitment().unwrap().secret_in_g2());
    let next = it
        .world
        .patient
        .next_sharing(&it.sharing, &publics, 2, cache, &mut rng(1));
    first.push(next.unwrap().0.commitment().unwrap().secret_in_g2());
    for (place, point) in first.iter().enumerate() {
        assert!(first.iter().take(place).all(|it| it != point), "{place}");
    }
}

#[test]
fn blind_requests_and_hidden_policies_are_refused() {
    let it = Standing::new(1, 2, 2);
    let granted = it.grant(TEXT, 3);
    let (capsule, _) = it.world.seal(&LABELS, 2);
    let refused = granted.held.request(
        &it.world.recipient,
        &[(&capsule, &H)],
        Sight::Blind,
        &Claims::none(),
        NOW,
        &mut rng(4),
    );
    let blind = Some(Error::Sharing("blind requests are refused under it"));
    assert_eq!(refused.err(), blind);
    // By a recipient whose program does not refuse: the bytes of another grant's blind request.
    let own = it.world.grant(TEXT, 2);
    let requests = it.world.ask(&own, &[&capsule], Sight::Blind);
    let forged = requests.forged(1, &it.world.recipient, |bytes| {
        bytes[..32].copy_from_slice(granted.grant.digest());
    });
    assert_eq!(it.world.serve(&granted, &forged, 1).err(), blind);

    let text = policy(TEXT);
    let terms = GrantTerms {
        recipient: GrantTo::Recipient(it.world.recipient.public()),
        policy: &text,
        hide_policy: true,
        through: Through::Standing(&it.sharing),
        sequence: 1,
        not_before: NOW,
        not_after: NOW + 10,
        conditions: Conditions::any(),
        publisher: None,
        consent: None,
    };
    let refused = it
        .world
        .patient
        .grant(&terms, &mut Cache::new(), &mut rng(1))
        .err();
    assert_eq!(
        refused,
        Some(Error::Sharing("its grants show their policy to relays"))
    );
    // Another patient can't grant under it.
    let other = World::new(2, 0);
    let terms = GrantTerms {
        hide_policy: false,
        ..terms
    };
    let refused = other
        .patient
        .grant(&terms, &mut Cache::new(), &mut rng(1))
        .err();
    assert_eq!(refused, Some(Error::Sharing("of another patient or key")));
}

/// Whom a live recipient could ask for: only what the live recipient's own policy allows.
#[test]
fn a_revoked_recipient_is_served_nothing_more() {
    let it = Standing::new(1, 2, 2);
    let revoked = it.grant("type=Observation", 3);
    let live = it.grant(TEXT, 4);
    let (restricted, _) = it.world.seal(&["type=Observation", "conf=R"], 2);
    let id = *revoked.grant.header().grant_id();
    let entry = it.world.patient.revoke(Revoked::Grant(id), 1, NOW);
    let list = it.world.patient.publish([entry].into(), 1, NOW).unwrap();
    let mut state = MemoryRelayState::default();
    let current = Current::accept(list, &mut state, NOW, LIST_AGE).unwrap();
    // At the relay's door, whatever travels with the request.
    let refused = it.held[0].admit(revoked.grant.clone(), NOW, &state);
    assert_eq!(refused.err(), Some(Error::Revoked));
    // And with what was admitted before.
    let requests = it.world.ask(&revoked, &[&restricted], Sight::Open);
    let refused = revoked.installed[0].transform(
        requests.for_relay(1).unwrap(),
        &it.world.relays[0],
        &circumstances(NOW, Some(&current)),
        &mut state,
    );
    assert_eq!(refused.err(), Some(Error::Revoked));
    // The live recipient can't ask for the revoked one's records.
    let forged = requests.forged(1, &it.world.recipient, |bytes| {
        bytes[..32].copy_from_slice(live.grant.digest());
    });
    assert_eq!(
        it.world.serve(&live, &forged, 1).err(),
        Some(Error::NotSatisfied)
    );
    // Their own are served as before.
    let (capsule, key) = it.world.seal(&LABELS, 5);
    let answers = it.world.answers(&live, &capsule, &[1, 2]);
    let opened = it.world.open(&live, &capsule, &answers).unwrap();
    assert!(opened.matches(key.expose()));
}

#[test]
fn a_floor_and_the_grants_own_times_hold_at_the_door() {
    let it = Standing::new(1, 2, 2);
    let granted = it.grant(TEXT, 3);
    let floor = it.world.patient.revoke(Revoked::Floor(5), 1, NOW);
    let mut state = MemoryRelayState::default();
    state.keep(&floor).unwrap();
    let refused = it.held[0].admit(granted.grant.clone(), NOW, &state);
    assert_eq!(refused.err(), Some(Error::Revoked));
    let state = MemoryRelayState::default();
    let late = it.held[0].admit(granted.grant.clone(), NOW + 1_000_000, &state);
    assert_eq!(late.err(), Some(Error::NotValidNow));
}

#[test]
fn grants_of_another_sharing_epoch_or_commitment_are_not_admitted() {
    let it = Standing::new(1, 3, 2);
    let state = MemoryRelayState::default();
    let other = Some(Error::Sharing("the grant hangs on another one"));
    // Of its own sharing.
    let own = it.world.grant(TEXT, 2);
    assert_eq!(it.held[0].admit(own.grant, NOW, &state).err(), other);
    // Of another patient's, of the next epoch, of another committee.
    let stranger = Standing::new(2, 3, 2).grant(TEXT, 3);
    assert_eq!(it.held[0].admit(stranger.grant, NOW, &state).err(), other);
    let publics = it.world.publics();
    let next =
        it.world
            .patient
            .next_sharing(&it.sharing, &publics, 2, &mut Cache::new(), &mut rng(8));
    let (next, shares) = next.unwrap();
    assert_eq!((next.id(), next.epoch()), (it.sharing.id(), 2));
    let through = under(&next);
    let change = |terms: &mut GrantTerms<'_>| terms.through = through;
    let (later, _) = it.world.deal(TEXT, 0, change, 3);
    assert_eq!(it.held[0].admit(later.clone(), NOW, &state).err(), other);
    let held = install(&it.world, &next, &shares);
    assert!(held[0].admit(later, NOW, &state).is_ok());
    // Commitments swapped, and signed by the patient all the same.
    let granted = it.grant(TEXT, 3);
    let mut dealt = granted.grant.dealt.clone();
    dealt.commitment.rotate_left(96);
    let header = dealt.header.before_dealing().unwrap().into_vec();
    dealt.bytes = [&header, dealt.commitment.as_slice(), &dealt.components].concat();
    let digest = dealt.digest();
    let signature = it
        .world
        .patient
        .signing()
        .sign(&[crate::tags::GRANT_SIGNATURE, &digest]);
    let swapped = Grant::assemble(dealt, signature, granted.grant.sealed().to_vec());
    assert_eq!(it.held[0].admit(swapped, NOW, &state).err(), other);
    // And a share of a grant's own can't be made for one under a standing sharing.
    let share = GrantShare {
        grant: *granted.grant.digest(),
        index: 1,
        sealed: it.shares[0].to_bytes()[41..121].try_into().unwrap(),
    };
    let refused = RelayShare::install(granted.grant, &share, &it.world.relays[0], NOW, &state);
    assert_eq!(refused.err(), Some(Error::NoStanza));
}

#[test]
fn shares_are_for_their_relay_and_as_committed() {
    let it = Standing::new(1, 3, 2);
    let state = MemoryRelayState::default();
    let install = |share: &SharingShare, key: &RelayKey| {
        HeldSharing::install(it.sharing.clone(), share, key, &state).err()
    };
    let relays = &it.world.relays;
    assert_eq!(install(&it.shares[0], &relays[1]), Some(Error::NoStanza));
    let other = Standing::new(2, 3, 2);
    assert_eq!(install(&other.shares[0], &relays[0]), Some(Error::NoStanza));
    // Another value, sealed rightly.
    let digest = it.sharing.digest();
    let info = [crate::tags::SHARING_TO_RELAY, digest, &[1]].concat();
    let value = crate::curve::Scalar::from_u64(7).to_bytes();
    let to = &relays[0].public().keys().hpke;
    let sealed = crate::asymmetric::hpke::seal(to, &info, &[], &value, &mut rng(1)).unwrap();
    let mut bytes = it.shares[0].to_bytes();
    bytes[41..121].copy_from_slice(&sealed);
    let share = SharingShare::from_bytes(&super::keys::resummed(&bytes, |_| ())).unwrap();
    assert_eq!(install(&share, &relays[0]), Some(Error::Verify));
}

/// As large as a sharing can be.
#[test]
fn a_committee_of_64_of_64_fits_every_limit() {
    let it = Standing::new(1, 64, 64);
    let bytes = it.sharing.to_bytes().unwrap();
    assert!(bytes.len() > 10_000);
    let key = &it.world.relays[63];
    let kept = it.held[63].to_bytes(key, &mut rng(1)).unwrap();
    let held = HeldSharing::from_bytes(kept.expose(), key).unwrap();
    assert_eq!(held.index(), 64);
    let end = it
        .world
        .patient
        .end_sharing(&it.sharing, NOW, &mut Cache::new())
        .unwrap();
    assert!(SharingEnd::from_bytes(&end.to_bytes().unwrap()).is_ok());
    let change = |terms: &mut GrantTerms<'_>| terms.through = under(&it.sharing);
    let (grant, _) = it.world.deal(TEXT, 0, change, 3);
    let state = MemoryRelayState::default();
    assert!(held.admit(grant, NOW, &state).is_ok());
}

#[test]
fn a_sharing_is_signed_by_its_patient() {
    let it = Standing::new(1, 2, 2);
    let bytes = it.sharing.to_bytes().unwrap();
    // Epoch, a relay's key, a signature of another patient.
    let profile = it.world.patient.profile().body().len();
    for place in [
        8 + 2 + profile + 23,
        8 + 2 + profile + 24 + 2 + 40,
        bytes.len() - 40,
    ] {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let refused = StandingSharing::from_bytes(&super::keys::resummed(&changed, |_| ()));
        assert!(refused.is_err(), "{place}");
    }
}

#[test]
fn an_ended_epoch_serves_nothing_and_the_next_goes_on() {
    let it = Standing::new(1, 3, 2);
    let granted = it.grant(TEXT, 3);
    let cache = &mut Cache::new();
    let end = it.world.patient.end_sharing(&it.sharing, NOW, cache);
    let end = SharingEnd::from_bytes(&end.unwrap().to_bytes().unwrap()).unwrap();
    assert_eq!(end.time(), NOW);
    let mut state = MemoryRelayState::default();
    end.keep(&mut state).unwrap();
    assert_eq!(state.sharing_floor(it.sharing.digest()), Ok(ENDED));
    // Held still, or installed again from the share that was dealt.
    let refused = it.held[0].admit(granted.grant, NOW, &state);
    assert_eq!(refused.err(), Some(Error::EpochEnded));
    let relay = &it.world.relays[0];
    let again = HeldSharing::install(it.sharing.clone(), &it.shares[0], relay, &state);
    assert_eq!(again.err(), Some(Error::EpochEnded));
    // Only the patient ends it.
    let other = World::new(2, 0);
    let refused = other.patient.end_sharing(&it.sharing, NOW, cache);
    assert_eq!(
        refused.err(),
        Some(Error::Sharing("of another patient or key"))
    );
    let mut forged = end.to_bytes().unwrap();
    let at = forged.len() - 32 - 64;
    forged[at..at + 64].copy_from_slice(&other.patient.signing().sign(&[b"an end"]));
    let refused = SharingEnd::from_bytes(&super::keys::resummed(&forged, |_| ()));
    assert_eq!(refused.err(), Some(Error::Verify));
    // The next epoch, with other relays, is not touched.
    let committee = World::new(7, 3);
    let (next, shares) = it
        .world
        .patient
        .next_sharing(&it.sharing, &committee.publics(), 2, cache, &mut rng(9))
        .unwrap();
    let held = HeldSharing::install(next, &shares[0], &committee.relays[0], &state);
    assert!(held.is_ok());
}

/// Answers of one epoch do not fit a grant of the other, though the relays are the same.
#[test]
fn two_epochs_do_not_mix() {
    let it = Standing::new(1, 2, 2);
    let first = it.grant(TEXT, 3);
    let publics = it.world.publics();
    let (next, shares) = it
        .world
        .patient
        .next_sharing(&it.sharing, &publics, 2, &mut Cache::new(), &mut rng(8))
        .unwrap();
    let held = install(&it.world, &next, &shares);
    let other = Standing {
        world: World::new(1, 2),
        sharing: next,
        shares,
        held,
    };
    let second = other.grant(TEXT, 4);
    let (capsule, _) = it.world.seal(&LABELS, 5);
    let mut answers = it.world.answers(&first, &capsule, &[1]);
    answers.extend(it.world.answers(&second, &capsule, &[2]));
    assert_eq!(
        it.world.open(&first, &capsule, &answers).err(),
        Some(Error::NoStanza)
    );
    // A share of one and a share of the other are shares of nothing.
    let x = |held: &[&HeldSharing]| {
        let shares: Vec<_> = held
            .iter()
            .map(|it| crate::share::Share::new(it.index(), Secret::new(*it.share().expose())))
            .collect::<Result<_>>()
            .unwrap();
        let shares: Vec<_> = shares.iter().collect();
        let x = crate::share::recover(2, &shares).unwrap();
        G2::generator() * x.expose()
    };
    let zero = |sharing: &StandingSharing| sharing.commitment().unwrap().secret_in_g2();
    assert!(x(&[&it.held[0], &it.held[1]]) == zero(&it.sharing));
    let mixed = x(&[&it.held[0], &other.held[1]]);
    assert!(mixed != zero(&it.sharing) && mixed != zero(&other.sharing));
}
