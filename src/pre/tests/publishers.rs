//! What a publisher of revocations keeps.

use super::*;
use crate::asymmetric::SigningKey;

fn patient() -> (PatientKey, PublisherState) {
    let key = PatientKey::generate(&mut rng(1)).unwrap();
    let state = PublisherState::new(*key.profile().signing_key());
    (key, state)
}

fn read(state: &PublisherState, key: &PatientKey) -> Result<PublisherState> {
    PublisherState::from_bytes(&state.to_bytes().unwrap(), key.profile().signing_key())
}

#[test]
fn numbers_only_rise() {
    let (key, mut state) = patient();
    let mut last = 0;
    // A clock that stands still, and one that goes back.
    for now in [NOW, NOW, NOW, NOW - 1_000, NOW - 1_000] {
        let list = state.publish_as(&key, now).unwrap();
        assert!(list.sequence() > last && list.sequence() >= now);
        assert_eq!(list.issued_at(), now);
        last = list.sequence();
        state = read(&state, &key).unwrap();
    }
    // The state is lost: the next one begins above, as time has passed.
    let mut lost = PublisherState::new(*key.profile().signing_key());
    assert!(lost.publish_as(&key, NOW + 60).unwrap().sequence() > last);
    let grant = state.next_grant(NOW).unwrap();
    assert_eq!(state.next_grant(NOW), Ok(grant + 1));
    assert!(lost.next_grant(NOW + 60).unwrap() > grant + 1);
    // At the end there is no number left, and none comes twice.
    let mut full = patient().1;
    assert_eq!(full.next_grant(u64::MAX), Ok(u64::MAX));
    assert_eq!(full.next_grant(0), Err(Error::TooLarge("the number")));
}

#[test]
fn lists_hold_everything_before() {
    let (key, mut state) = patient();
    assert!(state.publish_as(&key, NOW).unwrap().entries().is_empty());
    state.revoke(&key, &[1; 16], NOW).unwrap();
    state.revoke(&key, &[2; 16], NOW).unwrap();
    state.revoke(&key, &[1; 16], NOW + 5).unwrap();
    let list = state.publish_as(&key, NOW + 9).unwrap();
    assert_eq!(list.entries().len(), 2);
    // Lists are as strict as relays want them.
    assert!(RevocationList::from_bytes(&list.to_bytes()).is_ok());
    let state = read(&state, &key).unwrap();
    assert_eq!(state.entries(), list.entries());
}

#[test]
fn a_floor_ends_what_was_numbered_and_nothing_later() {
    let world = World::new(3, 2);
    let mut state = PublisherState::new(*world.patient.profile().signing_key());
    let number = state.next_grant(NOW).unwrap();
    let (old, _) = world.deal("a=b", 1, |terms| terms.sequence = number, 1);
    let floor = state.revoke_all(&world.patient, NOW).unwrap();
    let next = state.next_grant(NOW).unwrap();
    assert!(number <= floor && floor < next);
    let (new, _) = world.deal("a=b", 1, |terms| terms.sequence = next, 1);
    let [entry] = state.entries() else { panic!() };
    assert!(entry.ends(old.header()) && !entry.ends(new.header()));
    // Another state's grants end too: their numbers are not above the time.
    let mut lost = PublisherState::new(*world.patient.profile().signing_key());
    assert!(lost.revoke_all(&world.patient, NOW + 1).unwrap() >= number);
}

#[test]
fn earlier_lists_bring_entries_and_numbers() {
    let (key, mut state) = patient();
    state.revoke(&key, &[1; 16], NOW).unwrap();
    state.revoke_all(&key, NOW + 100).unwrap();
    let earlier = state.publish_as(&key, NOW + 200).unwrap();

    let mut begun = PublisherState::new(*key.profile().signing_key());
    begun.take(&earlier).unwrap();
    begun.take(&earlier).unwrap();
    assert_eq!(begun.entries(), earlier.entries());
    assert!(begun.next_grant(NOW).unwrap() > NOW + 100);
    assert!(begun.publish_as(&key, NOW).unwrap().sequence() > earlier.sequence());

    // A publisher takes the entries of many, and keeps numbers of its own.
    let clinic = SigningKey::generate(&mut rng(7)).unwrap();
    let mut kept = PublisherState::new(clinic.verifying_key());
    kept.take(&earlier).unwrap();
    let list = kept.publish(&clinic, NOW - 500).unwrap();
    assert_eq!(list.sequence(), NOW - 500);
    assert_eq!(list.entries(), earlier.entries());
    assert_eq!(list.publisher(), &clinic.verifying_key());
    let other = SigningKey::generate(&mut rng(8)).unwrap();
    assert!(kept.publish(&other, NOW).is_err());
    assert!(kept.publish_as(&key, NOW).is_err());
}

/// Anybody can sign an entry in the patient's name, and a publisher passes it on: it must not stand
/// in the way of the patient's own.
#[test]
fn entries_in_the_patients_name_revoke_nothing_and_prevent_nothing() {
    let world = World::new(3, 2);
    let (grant, _) = world.deal("a=b", 1, |_| {}, 1);
    let (header, stranger) = (grant.header(), SigningKey::generate(&mut rng(7)).unwrap());
    let entry = world
        .patient
        .revoke(Revoked::Grant(*header.grant_id()), 1, NOW);
    let forged = entry.signed_by(&stranger);
    let list = RevocationList::publish(&stranger, [forged].into(), 1, NOW).unwrap();

    let mut state = PublisherState::new(*world.patient.profile().signing_key());
    state.take(&list).unwrap();
    let ends = |state: &PublisherState| state.entries().iter().any(|entry| entry.ends(header));
    assert!(!ends(&state));
    state
        .revoke(&world.patient, header.grant_id(), NOW)
        .unwrap();
    assert!(ends(&state));
    // Once is enough.
    state
        .revoke(&world.patient, header.grant_id(), NOW)
        .unwrap();
    assert_eq!(state.entries().len(), 2);
}

#[test]
fn the_state_is_read_strictly() {
    let (key, mut state) = patient();
    state.revoke(&key, &[2; 16], NOW).unwrap();
    state.revoke(&key, &[1; 16], NOW).unwrap();
    let hidden = policy("type=Observation and not sens=HIV");
    state.keep_policy(&[9; 16], &hidden).unwrap();
    state.keep_policy(&[3; 16], &hidden).unwrap();
    assert!(state.keep_policy(&[3; 16], &hidden).is_err());
    let bytes = state.to_bytes().unwrap();
    let again = read(&state, &key).unwrap();
    assert_eq!(again.to_bytes().unwrap(), bytes);
    let shown =
        |state: &PublisherState, id| state.policy(&[id; 16]).map(|it| it.as_bytes().to_vec());
    assert_eq!(shown(&again, 3), Some(hidden.as_bytes().to_vec()));
    assert_eq!(shown(&again, 4), None);

    let owner = key.profile().signing_key();
    let other = PatientKey::generate(&mut rng(2)).unwrap();
    let foreign = PublisherState::from_bytes(&bytes, other.profile().signing_key());
    assert!(matches!(foreign, Err(Error::Argument(_))));
    for length in 0..bytes.len() {
        assert!(
            PublisherState::from_bytes(&bytes[..length], owner).is_err(),
            "{length}"
        );
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(PublisherState::from_bytes(&changed, owner).is_err(), "{at}");
        // Also when whoever changed it knew about the checksum.
        if at + 32 < bytes.len() && (96..96 + 2 * 161).contains(&(at + 28)) {
            let body = changed.len() - 32;
            let sum = crate::symmetric::sha256(&[&changed[..body]]);
            changed[body..].copy_from_slice(&sum);
            assert!(PublisherState::from_bytes(&changed, owner).is_err(), "{at}");
        }
    }
}
