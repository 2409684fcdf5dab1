//! Grants to carers, and what carers revoke.

use super::*;
use crate::asymmetric::SigningKey;

const END: u64 = NOW + 500;

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::new([seed; 32]))
}

fn carer(kind: CarerKind, key: &SigningKey, scope: Option<&str>) -> Carer {
    Carer::new(kind, key.verifying_key(), END, scope.map(policy)).unwrap()
}

/// A world whose recipient is a carer.
fn world(kind: CarerKind, scope: Option<&str>) -> World {
    let mut world = World::new(1, 2);
    let own = carer(kind, world.recipient.signing(), scope);
    let cared = world.patient.with_carers([own].into(), &mut rng(2));
    world.patient = cared.unwrap();
    world
}

/// What a grant with these terms is refused with.
fn refused(world: &World, text: &str, change: impl FnOnce(&mut GrantTerms<'_>)) -> Option<Error> {
    let granted = world.try_deal(
        text,
        1,
        |it| {
            it.not_after = END;
            change(it);
        },
        9,
    );
    granted.err()
}

const BEYOND: Option<Error> = Some(Error::Carer("the grant goes beyond their scope"));
const LONGER: Option<Error> = Some(Error::Carer("the grant outlasts their time"));

#[test]
fn a_grant_to_a_carer_stays_within_their_time_and_scope() {
    let mut world = world(CarerKind::Helper, Some("type=Observation"));
    let inside = "type=Observation and conf=N";
    assert_eq!(refused(&world, inside, |_| ()), None);
    assert_eq!(refused(&world, "conf=N", |_| ()), BEYOND);
    let wider = "type=Observation or conf=N";
    assert_eq!(refused(&world, wider, |_| ()), BEYOND);
    // Relays don't see it then, so it is held against the scope where it is made.
    assert_eq!(refused(&world, wider, |it| it.hide_policy = true), BEYOND);
    assert_eq!(refused(&world, inside, |it| it.hide_policy = true), None);
    assert_eq!(refused(&world, inside, |it| it.not_after += 1), LONGER);
    // Somebody else's grant is free of it.
    world.recipient = RecipientKey::generate("other", &mut rng(3)).unwrap();
    assert_eq!(refused(&world, "conf=N", |it| it.not_after += 1), None);
    let (grant, _) = world.deal("conf=N", 1, |_| (), 4);
    assert!(grant.header().carer().is_none());
}

/// Relays and everybody who reads a grant hold it to the profile inside.
#[test]
fn whoever_reads_a_carers_grant_checks_it() {
    let world = world(CarerKind::Guardian, Some("conf=N"));
    let (grant, _) = world.deal("conf=N and a=b", 1, |it| it.not_after = END, 3);
    let header = grant.header();
    assert_eq!(header.carer().unwrap().kind(), CarerKind::Guardian);
    let changed = |change: fn(&mut GrantHeader)| {
        let mut header = header.clone();
        change(&mut header);
        header.check().err()
    };
    assert_eq!(changed(|_| ()), None);
    assert_eq!(changed(|it| it.not_after += 1), LONGER);
    let wider = |it: &mut GrantHeader| {
        it.policy = crate::pre::header::ShownPolicy::Open(policy("a=b"));
    };
    assert_eq!(changed(wider), BEYOND);
}

/// Under a standing sharing the same holds, where the grant is made and where it is read.
#[test]
fn a_standing_sharing_frees_no_carer_from_their_scope() {
    let mut it = standing::Standing::new(1, 2, 2);
    let own = carer(
        CarerKind::Helper,
        it.world.recipient.signing(),
        Some("conf=N"),
    );
    // The sharing of before the profile named anybody goes on.
    let cared = it.world.patient.with_carers([own].into(), &mut rng(2));
    it.world.patient = cared.unwrap();
    let through = standing::under(&it.sharing);
    let refused = |text, more: u64| {
        refused(&it.world, text, |terms| {
            terms.through = through;
            terms.not_after += more;
        })
    };
    assert_eq!(refused("conf=N", 0), None);
    assert_eq!(refused("a=b", 0), BEYOND);
    assert_eq!(refused("conf=N", 1), LONGER);
    let (grant, _) = it.world.deal(
        "conf=N",
        0,
        |terms| {
            terms.through = through;
            terms.not_after = END;
        },
        3,
    );
    let granted = it.admit(grant);
    let header = granted.grant.header();
    assert_eq!(header.carer().unwrap().kind(), CarerKind::Helper);
    let mut longer = header.clone();
    longer.not_after += 1;
    assert_eq!(longer.check().err(), LONGER);
    let (capsule, key) = it.world.seal(&["conf=N"], 4);
    let answers = it.world.answers(&granted, &capsule, &[1, 2]);
    let opened = it.world.open(&granted, &capsule, &answers).unwrap();
    assert!(opened.matches(key.expose()));
}

#[test]
fn a_grant_to_a_role_is_to_no_carer() {
    let world = world(CarerKind::Helper, Some("conf=N"));
    let (grant, _) = world.deal("conf=N", 1, |it| it.not_after = END, 3);
    let mut header = grant.header().clone();
    header.not_after += 1;
    assert_eq!(header.check().err(), LONGER);
    // Not even where the issuer's key is a carer's.
    let issuer = world.recipient.signing().verifying_key();
    let role = crate::policy::Policy::parse("role=nurse").unwrap();
    let role = GrantRole::new(issuer, [7; 32], role).unwrap();
    header.grantee = crate::pre::header::Grantee::Role(role);
    assert!(header.carer().is_none());
    assert_eq!(header.check(), Ok(()));
    let without = world.patient.with_carers(Vec::new(), &mut rng(4)).unwrap();
    assert_eq!(header.check_carer(without.profile()), Ok(()));
}

#[test]
fn a_later_profile_ends_what_it_no_longer_allows() {
    let world = world(CarerKind::Attorney, Some("conf in {N, L}"));
    let (grant, _) = world.deal("conf in {N, L}", 1, |it| it.not_after = END, 3);
    let header = grant.header();
    let now = |carers: Vec<Carer>| {
        let key = world.patient.with_carers(carers, &mut rng(4)).unwrap();
        header.check_carer(key.profile()).err()
    };
    let own = |scope| carer(CarerKind::Helper, world.recipient.signing(), scope);
    assert_eq!(header.check_carer(world.patient.profile()), Ok(()));
    assert_eq!(now([own(None)].into()), None);
    assert_eq!(now([own(Some("conf=N"))].into()), BEYOND);
    let sooner = world.recipient.public().verifying_key();
    let sooner = Carer::new(CarerKind::Attorney, *sooner, END - 1, None).unwrap();
    assert_eq!(now([sooner].into()), LONGER);
    let removed = Some(Error::Carer("the patient has removed them"));
    assert_eq!(now(Vec::new()), removed);
    // An earlier profile, in which nobody is named yet, says nothing; nor does another's.
    let late = Some(Error::Succession("not a later profile of the patient"));
    let before = World::new(1, 2).patient;
    assert_eq!(header.check_carer(before.profile()).err(), late);
    let other = World::new(8, 2).patient;
    assert_eq!(header.check_carer(other.profile()).err(), late);
}

fn by(key: &SigningKey, grant: &Grant<Verified>, time: u64) -> Result<Revocation> {
    Revocation::by_carer(key, grant.header(), 1, time)
}

#[test]
fn guardians_and_attorneys_revoke_and_helpers_do_not() {
    let keys = [1, 2, 3].map(signer);
    let kinds = [CarerKind::Guardian, CarerKind::Attorney, CarerKind::Helper];
    let carers = kinds.iter().zip(&keys);
    let carers = carers.map(|(kind, key)| carer(*kind, key, None)).collect();
    let mut world = World::new(1, 2);
    world.patient = world.patient.with_carers(carers, &mut rng(2)).unwrap();
    let (grant, shares) = world.deal("conf=N", 1, |_| {}, 3);
    let (other, _) = world.deal("conf=N", 1, |_| {}, 4);
    for key in &keys[..2] {
        let entry = by(key, &grant, NOW).unwrap();
        assert!(entry.ends(grant.header()) && !entry.ends(other.header()));
        let again = Revocation::from_bytes(&entry.to_bytes()).unwrap();
        assert!(again == entry && again.is_by(world.patient.profile()));
        // Relays serve nothing more.
        let granted = world.install(grant.clone(), shares.clone());
        let (capsule, _) = world.seal(&["conf=N"], 5);
        let requests = world.ask(&granted, &[&capsule], Sight::Open);
        let mut state = MemoryRelayState::default();
        state.keep(&entry).unwrap();
        let served = granted.installed[0].transform(
            requests.for_relay(1).unwrap(),
            &world.relays[0],
            &circumstances(NOW, None),
            &mut state,
        );
        assert_eq!(served.err(), Some(Error::Revoked));
    }
    let helper = Some(Error::Carer("a helper does not revoke"));
    assert_eq!(by(&keys[2], &grant, NOW).err(), helper);
    let entry = by(&keys[0], &grant, NOW).unwrap();
    assert!(!entry.signed_by(&keys[2]).ends(grant.header()));
    let nobody = Some(Error::Carer("the profile in the grant does not name them"));
    assert_eq!(by(&signer(4), &grant, NOW).err(), nobody);
    assert!(!entry.signed_by(&signer(4)).ends(grant.header()));
    // Their time.
    let ended = Some(Error::Carer("their time has ended"));
    assert_eq!(by(&keys[0], &grant, END).err(), ended);
    assert!(by(&keys[0], &grant, END - 1).is_ok());
    let late = world
        .patient
        .revoke(Revoked::Grant(*grant.header().grant_id()), 1, END);
    assert!(late.ends(grant.header()) && !late.signed_by(&keys[0]).ends(grant.header()));
    // Not a floor: they don't speak for grants that they have not seen.
    let floor = world.patient.revoke(Revoked::Floor(u64::MAX), 1, NOW);
    let floor = floor.signed_by(&keys[0]);
    assert!(!floor.ends(grant.header()) && !floor.is_by(world.patient.profile()));
}

#[test]
fn carers_revoke_within_their_scope() {
    let key = signer(1);
    let mut world = World::new(1, 2);
    let scoped = carer(CarerKind::Guardian, &key, Some("conf=N"));
    world.patient = world
        .patient
        .with_carers([scoped].into(), &mut rng(2))
        .unwrap();
    let (inside, _) = world.deal("conf=N and a=b", 1, |_| {}, 3);
    let (outside, _) = world.deal("a=b", 1, |_| {}, 4);
    let (hidden, _) = world.deal("conf=N", 1, |it| it.hide_policy = true, 5);
    assert!(by(&key, &inside, NOW).unwrap().ends(inside.header()));
    let beyond = Some(Error::Carer("the grant goes beyond their scope"));
    for grant in [&outside, &hidden] {
        assert_eq!(by(&key, grant, NOW).err(), beyond);
        let id = Revoked::Grant(*grant.header().grant_id());
        let forged = world.patient.revoke(id, 1, NOW).signed_by(&key);
        assert!(!forged.ends(grant.header()));
    }
    // A later profile's carers do not reach grants of before, nor those of before later ones.
    let none = world.patient.with_carers(Vec::new(), &mut rng(6)).unwrap();
    world.patient = none;
    let (later, _) = world.deal("conf=N", 1, |_| {}, 7);
    assert!(by(&key, &later, NOW).is_err());
    assert!(by(&key, &inside, NOW).is_ok());
}

#[test]
fn a_carers_state_keeps_what_they_revoked() {
    let key = signer(1);
    let mut world = World::new(1, 2);
    let guardian = carer(CarerKind::Guardian, &key, None);
    world.patient = world
        .patient
        .with_carers([guardian].into(), &mut rng(2))
        .unwrap();
    let (grant, _) = world.deal("conf=N", 1, |_| {}, 3);
    let mut state = PublisherState::new(key.verifying_key());
    for _ in 0..2 {
        state.revoke_as_carer(&key, grant.header(), NOW).unwrap();
    }
    let list = state.publish(&key, NOW).unwrap();
    assert_eq!(list.entries().len(), 1);
    let read = RevocationList::from_bytes(&list.to_bytes()).unwrap();
    assert!(read.entries()[0].ends(grant.header()));
    let refused = state.revoke_as_carer(&signer(2), grant.header(), NOW);
    assert!(matches!(refused, Err(Error::Carer(_))));
}

/// A thief of the device has rotated and grants under a key of their own.
#[test]
fn a_recovered_key_revokes_for_every_key_that_names_it() {
    // Before the first split, as after a recovery, the recovery secret is in the key.
    let mut world = World::new(1, 2);
    let patient = PatientKey::from_bytes(world.patient.to_bytes().expose()).unwrap();
    let thief = {
        let mut said = patient.profile().next().unwrap();
        said.sequence = u64::MAX;
        let seed = Secret::build(|seed: &mut [u8; 32]| seed.fill(6));
        PatientKey::say(seed, None, said, &mut rng(2)).unwrap()
    };
    world.patient = thief;
    let (grant, _) = world.deal("conf=N", 1, |it| it.sequence = u64::MAX, 3);
    let header = grant.header();
    let mut state = PublisherState::new(*patient.profile().signing_key());
    let all = Revoked::Floor(u64::MAX);
    for _ in 0..2 {
        state
            .revoke_by_recovery(&patient, header.patient(), all, NOW)
            .unwrap();
    }
    assert_eq!(state.entries().len(), 1);
    assert!(state.entries()[0].ends(header));
    let one = Revoked::Grant(*header.grant_id());
    let one = patient.revoke_by_recovery(header.patient(), one, 1, NOW);
    assert!(one.unwrap().ends(header));
    // Neither without the secret, nor for a profile that names another key.
    let trustees = [50, 51].map(|seed| {
        let key = RecipientKey::generate("trustee", &mut rng(seed)).unwrap();
        key.public().clone()
    });
    let split = patient.split(&trustees, 2, &mut rng(4)).unwrap().key;
    let without = split.revoke_by_recovery(header.patient(), all, 1, NOW);
    assert_eq!(without.err(), Some(Error::Missing("the recovery secret")));
    let other = World::new(9, 1).patient;
    let refused = patient.revoke_by_recovery(other.profile(), all, 1, NOW);
    assert!(matches!(refused.err(), Some(Error::Argument(_))));
}
