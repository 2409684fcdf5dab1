//! Revocations, lists, and what a relay remembers.

use super::keys::resummed;
use super::*;
use crate::asymmetric::SigningKey;
use crate::symmetric::hkdf;
use crate::tags;

const TEXT: &str = "type=Observation and conf=N";
const LABELS: [&str; 2] = ["type=Observation", "conf=N"];

struct Relayed {
    world: World,
    granted: Granted,
    capsule: Capsule,
    state: MemoryRelayState,
    requests: u64,
}

impl Relayed {
    fn new() -> Self {
        let world = World::new(1, 1);
        let granted = world.grant(TEXT, 1);
        let capsule = world.seal(&LABELS, 2).0;
        Self {
            world,
            granted,
            capsule,
            state: MemoryRelayState::default(),
            requests: 0,
        }
    }

    fn accept(&mut self, list: RevocationList, now: u64) -> Result<Current> {
        Current::accept(list, &mut self.state, now, LIST_AGE)
    }

    fn serve(&mut self, now: u64, current: Option<&Current>) -> Option<Error> {
        self.requests += 1;
        let requests = self
            .granted
            .held
            .request(
                &self.world.recipient,
                &[(&self.capsule, &H)],
                Sight::Open,
                &Claims::none(),
                now,
                &mut rng(self.requests),
            )
            .unwrap();
        self.granted.installed[0]
            .transform(
                requests.for_relay(1).unwrap(),
                &self.world.relays[0],
                &circumstances(now, current),
                &mut self.state,
            )
            .err()
    }

    fn list(&self, entries: Vec<Revocation>, sequence: u64, issued_at: u64) -> RevocationList {
        self.world
            .patient
            .publish(entries, sequence, issued_at)
            .unwrap()
    }

    fn own(&self, sequence: u64) -> Revocation {
        let id = *self.granted.grant.header().grant_id();
        self.world.patient.revoke(Revoked::Grant(id), sequence, NOW)
    }
}

#[test]
fn after_revocation_nothing_is_served() {
    let mut it = Relayed::new();
    let none = it.list(Vec::new(), 1, NOW);
    let none = it.accept(none, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&none)), None);
    let revoked = it.list([it.own(1)].into(), 2, NOW);
    let revoked = it.accept(revoked, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&revoked)), Some(Error::Revoked));
    // Not under the older list either, nor without one, nor under a later list that lacks it.
    assert_eq!(it.serve(NOW, Some(&none)), Some(Error::Revoked));
    assert_eq!(it.serve(NOW, None), Some(Error::Revoked));
    let emptied = it.list(Vec::new(), 3, NOW);
    let emptied = it.accept(emptied, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&emptied)), Some(Error::Revoked));
    // And the share is not installed again from a backup.
    let again = RelayShare::install(
        it.granted.grant.clone(),
        &it.granted.shares[0],
        &it.world.relays[0],
        NOW,
        &it.state,
    );
    assert_eq!(again.err(), Some(Error::Revoked));
}

/// A caller who mixes up states does not serve what the list at hand revokes.
#[test]
fn a_list_counts_whichever_state_it_was_accepted_into() {
    let mut it = Relayed::new();
    let revoked = it.list([it.own(1)].into(), 1, NOW);
    let revoked = it.accept(revoked, NOW).unwrap();
    it.state = MemoryRelayState::default();
    assert_eq!(it.serve(NOW, Some(&revoked)), Some(Error::Revoked));
    assert_eq!(it.serve(NOW, None), None);
}

#[test]
fn a_floor_ends_all_grants_up_to_its_number() {
    for (floor, ended) in [(4, false), (5, true), (6, true)] {
        let mut it = Relayed::new();
        assert_eq!(it.granted.grant.header().sequence(), 5);
        let entry = it.world.patient.revoke(Revoked::Floor(floor), 1, NOW);
        let list = it.list([entry].into(), 1, NOW);
        let current = it.accept(list, NOW).unwrap();
        let expected = ended.then_some(Error::Revoked);
        assert_eq!(it.serve(NOW, Some(&current)), expected, "{floor}");
        let again = RelayShare::install(
            it.granted.grant.clone(),
            &it.granted.shares[0],
            &it.world.relays[0],
            NOW,
            &it.state,
        );
        assert_eq!(again.err(), ended.then_some(Error::Revoked));
    }
}

#[test]
fn somebody_elses_revocation_ends_nothing() {
    let mut it = Relayed::new();
    let id = *it.granted.grant.header().grant_id();
    let other = PatientKey::generate(&mut rng(60)).unwrap();
    let entry = other.revoke(Revoked::Grant(id), 1, NOW);
    // Signed rightly, but for another patient; and a floor of another patient.
    let floor = other.revoke(Revoked::Floor(u64::MAX), 2, NOW);
    let list = it.list([entry, floor].into(), 1, NOW);
    let current = it.accept(list, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&current)), None);
    // This patient's name over another's signature is refused where it is read.
    let mut bytes = entry.to_bytes();
    bytes[..32].copy_from_slice(it.world.patient.profile().id().as_bytes());
    assert_eq!(Revocation::from_bytes(&bytes).err(), Some(Error::Verify));
}

/// The list is the publisher's, the entry in it nobody's.
#[test]
fn a_publisher_cannot_invent_a_revocation() {
    let it = Relayed::new();
    let operator = SigningKey::from_seed(&Secret::build(|seed| seed.fill(9)));
    let list = RevocationList::publish(&operator, [it.own(1)].into(), 1, NOW).unwrap();
    let bytes = list.to_bytes();
    let entry = 8 + 32 + 8 + 8 + 4;
    for place in [entry + 33, entry + 49, entry + 161 - 1] {
        let mut signed = bytes[..bytes.len() - 32 - 64].to_vec();
        signed[place] ^= 1;
        let signature = operator.sign(&[crate::tags::REVOCATION_LIST, &signed]);
        let changed = resummed(&bytes, |all| {
            let end = signed.len();
            all[..end].copy_from_slice(&signed);
            all[end..].copy_from_slice(&signature);
        });
        let refused = RevocationList::from_bytes(&changed).err();
        assert_eq!(refused, Some(Error::Verify));
    }
    assert!(RevocationList::from_bytes(&bytes).is_ok());
}

#[test]
fn a_key_that_may_not_speak_for_the_patient_revokes_nothing() {
    // The entry names the patient and is signed by a key it names itself, a stranger's.
    let mut it = Relayed::new();
    let stranger = PatientKey::generate(&mut rng(61)).unwrap();
    let entry = it.own(1).signed_by(stranger.signing());
    let read = Revocation::from_bytes(&entry.to_bytes()).unwrap();
    let list = it.list([read].into(), 1, NOW);
    let current = it.accept(list, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&current)), None);
}

#[test]
fn the_recovery_key_revokes_as_the_device_does() {
    let mut it = Relayed::new();
    // The recovery secret stands behind the seed and a flag in the key file.
    let file = it.world.patient.to_bytes();
    let secret = Secret::<[u8; 32]>::build(|own| own.copy_from_slice(&file.expose()[41..73]));
    let seed = hkdf(&[], secret.expose(), &[tags::RECOVERY_SIGNING]);
    let recovery = SigningKey::from_seed(&seed);
    let named = it.world.patient.profile().recovery().unwrap();
    assert!(*named.signing_key() == recovery.verifying_key());
    let entry = it.own(1).signed_by(&recovery);
    let list = it.list([entry].into(), 1, NOW);
    let current = it.accept(list, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&current)), Some(Error::Revoked));
}

#[test]
fn lists_are_current_and_never_go_back() {
    let mut it = Relayed::new();
    let at = |it: &Relayed, sequence, issued_at| it.list(Vec::new(), sequence, issued_at);
    let stale = |what| Some(Error::StaleList(what));
    let list = at(&it, 5, NOW + 301);
    assert_eq!(it.accept(list, NOW).err(), stale("issued in the future"));
    let list = at(&it, 5, NOW - LIST_AGE - 1);
    assert_eq!(it.accept(list, NOW).err(), stale("too old"));
    let list = at(&it, 5, NOW - LIST_AGE);
    assert!(it.accept(list, NOW).is_ok());
    let list = at(&it, 4, NOW);
    assert_eq!(
        it.accept(list, NOW).err(),
        stale("a later one was seen before")
    );
    let list = at(&it, 5, NOW + 300);
    let current = it.accept(list, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&current)), None);
    // It grows old while the relay runs.
    let later = NOW + 300 + LIST_AGE;
    assert_eq!(it.serve(later, Some(&current)), None);
    assert_eq!(it.serve(later + 1, Some(&current)), stale("too old"));
}

#[test]
fn a_stale_list_still_brings_its_revocations() {
    let mut it = Relayed::new();
    let old = it.list([it.own(1)].into(), 1, NOW - 2 * LIST_AGE);
    assert!(it.accept(old, NOW).is_err());
    assert_eq!(it.serve(NOW, None), Some(Error::Revoked));
}

#[test]
fn only_the_publisher_of_the_grant_keeps_it_alive() {
    let mut it = Relayed::new();
    let operator = SigningKey::from_seed(&Secret::build(|seed| seed.fill(9)));
    let list = RevocationList::publish(&operator, Vec::new(), 1, NOW).unwrap();
    let current = it.accept(list, NOW).unwrap();
    let refused = it.serve(NOW, Some(&current));
    assert_eq!(
        refused,
        Some(Error::StaleList("not by the publisher of the grant"))
    );
    // A grant that names the operator, and the patient's revocation in the operator's list.
    let publisher = Some(*RevocationList::publisher(current.list()));
    let (grant, shares) = it
        .world
        .deal(TEXT, 1, |terms| terms.publisher = publisher, 8);
    it.granted = it.world.install(grant, shares);
    assert_eq!(it.serve(NOW, Some(&current)), None);
    let list = RevocationList::publish(&operator, [it.own(1)].into(), 2, NOW).unwrap();
    let current = it.accept(list, NOW).unwrap();
    assert_eq!(it.serve(NOW, Some(&current)), Some(Error::Revoked));
    // Also accepted at once from the patient, whose lists prove nothing of others.
    let mut it = Relayed::new();
    let (grant, shares) = it
        .world
        .deal(TEXT, 1, |terms| terms.publisher = publisher, 8);
    it.granted = it.world.install(grant, shares);
    let own = it.own(1);
    it.state.keep(&own).unwrap();
    assert_eq!(it.serve(NOW, None), Some(Error::Revoked));
}

#[test]
fn lists_keep_their_bytes_and_every_byte_is_signed() {
    let it = Relayed::new();
    let floor = it.world.patient.revoke(Revoked::Floor(3), 2, NOW);
    let list = it.list([it.own(1), floor].into(), 7, NOW);
    let bytes = list.to_bytes();
    let again = RevocationList::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.entries().len(), 2);
    assert_eq!((again.sequence(), again.issued_at()), (7, NOW));
    let read = again.entries().iter().find(|entry| **entry == floor);
    let read = read.unwrap();
    assert_eq!(read.revoked(), &Revoked::Floor(3));
    assert_eq!((read.sequence(), read.time()), (2, NOW));
    for place in 8..bytes.len() - 32 {
        let changed = resummed(&bytes, |bytes| bytes[place] ^= 1);
        assert!(
            RevocationList::from_bytes(&changed).is_err(),
            "byte {place}"
        );
    }
    let twice = it
        .world
        .patient
        .publish([it.own(1), it.own(1)].into(), 1, NOW);
    assert_eq!(twice.err(), Some(Error::Duplicate("revocation")));
    let publish = |count| {
        it.world
            .patient
            .publish(std::vec![it.own(1); count], 1, NOW)
    };
    let many = publish(65_537).err();
    assert_eq!(many, Some(Error::TooLarge("65,536 revocations")));
    assert_eq!(publish(65_536).err(), Some(Error::Duplicate("revocation")));
    // A count beyond the limit, before anything is read.
    let count = 8 + 32 + 8 + 8;
    let changed = resummed(&bytes, |bytes| bytes[count] = 1);
    assert_eq!(
        RevocationList::from_bytes(&changed).err(),
        Some(Error::Length("revocations"))
    );
}
