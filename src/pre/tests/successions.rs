//! Rotation: later profiles, who may sign them, and recovering after it.

use super::keys::resummed;
use super::*;
use crate::asymmetric::SigningKey;
use crate::pre::profile::Said;
use crate::pre::split::seal_seed;

fn patient(seed: u64) -> PatientKey {
    PatientKey::generate(&mut rng(seed)).unwrap()
}

fn trustees() -> Vec<RecipientKey> {
    let rng = &mut rng(50);
    ["Ada", "Ben"]
        .map(|name| RecipientKey::generate(name, rng).unwrap())
        .into()
}

fn split(key: &PatientKey) -> Splitting {
    let publics: Vec<_> = trustees().iter().map(|it| it.public().clone()).collect();
    key.split(&publics, 2, &mut rng(51)).unwrap()
}

fn recovered(done: &Splitting, backups: &[SeedBackup]) -> Result<PatientKey> {
    let device = RecipientKey::generate("new phone", &mut rng(52)).unwrap();
    let released: Vec<_> = done
        .shares
        .iter()
        .zip(trustees())
        .map(|(share, key)| share.release(&key, device.public(), &mut rng(53)).unwrap())
        .collect();
    PatientKey::recover(&released, &device, backups)
}

fn read(succession: &Succession<Verified>) -> Succession<Unverified> {
    Succession::from_bytes(&succession.to_bytes()).unwrap()
}

fn refused(succession: &Succession<Verified>, known: &PatientProfile) -> Option<Error> {
    read(succession).verify(known).err()
}

/// A later profile that says what the caller wants, signed by what `key` has.
fn forged(key: &PatientKey, rank: Rank, change: impl FnOnce(&mut Said)) -> Succession<Verified> {
    let mut said = key.profile().next().unwrap();
    change(&mut said);
    let rng = &mut rng(54);
    let later = PatientKey::say(Secret::build(|seed| seed.fill(9)), None, said, rng).unwrap();
    Succession::sign(key, rank, later.profile().clone()).unwrap()
}

fn stranger() -> Option<Recovery> {
    patient(55).profile().recovery().cloned()
}

#[test]
fn a_device_rotates_and_keeps_recovery_keys_and_trustees() {
    let old = split(&patient(1)).key;
    let rotation = old.rotate(&mut rng(2)).unwrap();
    let (was, is) = (old.profile(), rotation.key.profile());
    assert!(was.id() != is.id() && was.signing_key() != is.signing_key());
    assert_eq!(was.recovery(), is.recovery());
    assert_eq!(was.trustees(), is.trustees());
    assert_eq!(is.sequence(), was.sequence() + 1);
    assert!(!rotation.key.holds_recovery());
    assert_eq!(rotation.succession.rank(), Rank::Device);
    let verified = read(&rotation.succession).verify(was).unwrap();
    assert_eq!(verified.later().to_bytes(), is.to_bytes());
    assert_eq!(verified.earlier(), was.id());
    // Whoever knows the profile from before the split can follow too.
    assert!(
        read(&rotation.succession)
            .verify(patient(1).profile())
            .is_ok()
    );
}

#[test]
fn a_key_with_the_recovery_secret_names_fresh_recovery_keys() {
    let old = patient(3);
    let rotation = old.rotate(&mut rng(4)).unwrap();
    assert!(rotation.backup.is_none());
    assert!(rotation.key.holds_recovery());
    assert_eq!(rotation.key.profile().trustees(), None);
    assert!(rotation.key.profile().recovery() != old.profile().recovery());
    assert_eq!(rotation.succession.rank(), Rank::Recovery);
    assert_eq!(refused(&rotation.succession, old.profile()), None);
    let bytes = rotation.key.to_bytes();
    assert!(PatientKey::from_bytes(bytes.expose()).is_ok());
}

#[test]
fn the_key_for_proofs_goes_with_its_seed() {
    let mut said = patient(5).profile().next().unwrap();
    said.recovery = None;
    let seed = Secret::build(|seed| seed.fill(5));
    let old = PatientKey::say(seed, None, said, &mut rng(5)).unwrap();
    let old = old.with_consent_key(&[6; 96], &mut rng(9)).unwrap();
    let read = PatientProfile::from_bytes(&old.profile().to_bytes()).unwrap();
    assert_eq!(read.consent_key(), Some(&[6; 96]));
    assert_eq!(read.sequence(), 2);
    let rotation = old.rotate(&mut rng(6)).unwrap();
    assert_eq!(rotation.key.profile().consent_key(), None);
    assert!(rotation.key.consent_seed().expose() != old.consent_seed().expose());
    // Without recovery keys there is nothing to seal the seed to, and nobody above the device.
    assert!(rotation.backup.is_none());
    assert_eq!(refused(&rotation.succession, old.profile()), None);
    let by_recovery = patient(7).rotate(&mut rng(8)).unwrap().succession;
    assert_eq!(
        refused(&by_recovery, old.profile()),
        Some(Error::Succession("the known profile has no recovery key"))
    );
}

#[test]
fn a_device_cannot_say_what_is_the_recovery_keys_to_say() {
    let old = split(&patient(9)).key;
    let known = old.profile();
    let device = |change: fn(&mut Said)| refused(&forged(&old, Rank::Device, change), known);
    assert_eq!(device(|_| ()), None);
    let keys = Some(Error::Succession("a device can't change recovery keys"));
    assert_eq!(device(|said| said.recovery = stranger()), keys);
    assert_eq!(device(|said| said.recovery = None), keys);
    let late = Some(Error::Succession("not later than the known profile"));
    assert_eq!(device(|said| said.sequence = 1), late);
    assert_eq!(device(|said| said.sequence = 0), late);
    let other = patient(10);
    assert_eq!(
        refused(&other.rotate(&mut rng(1)).unwrap().succession, known),
        Some(Error::Verify)
    );
    let of_other = forged(&split(&other).key, Rank::Device, |_| ());
    assert_eq!(
        refused(&of_other, known),
        Some(Error::Succession("of another patient"))
    );
}

#[test]
fn a_recovery_key_has_to_name_fresh_keys() {
    let old = patient(11);
    let known = old.profile();
    let by = |change: fn(&mut Said)| refused(&forged(&old, Rank::Recovery, change), known);
    let stale = Some(Error::Succession("the recovery keys are not fresh"));
    assert_eq!(by(|_| ()), stale);
    assert_eq!(by(|said| said.recovery = None), stale);
    assert_eq!(by(|said| said.recovery = stranger()), None);
    // One of the two is not enough.
    let half = forged(&old, Rank::Recovery, |said| {
        let own = said.recovery.take().unwrap();
        let fresh = stranger().unwrap();
        said.recovery = Some(Recovery {
            signing: fresh.signing,
            hpke: own.hpke,
        });
    });
    assert_eq!(refused(&half, known), stale);
    // The number is nothing to the recovery key.
    assert_eq!(
        by(|said| {
            said.recovery = stranger();
            said.sequence = 0;
        }),
        None
    );
}

/// The phone is stolen, the thief rotates again and again; two trustees end it.
#[test]
fn the_recovery_key_outranks_a_thief_whatever_the_numbers() {
    let done = split(&patient(12));
    let known = done.key.profile();
    let thief = forged(&done.key, Rank::Device, |said| said.sequence = u64::MAX);
    assert_eq!(refused(&thief, known), None);
    let patient = recovered(&done, &[]).unwrap();
    let rotation = patient.rotate(&mut rng(13)).unwrap();
    let by_thief = read(&thief).verify(known).unwrap();
    let by_patient = read(&rotation.succession).verify(known).unwrap();
    assert!(by_patient.outranks(&by_thief) && !by_thief.outranks(&by_patient));
    // Also with those whom the thief has led away.
    let led = by_thief.later();
    let back = read(&rotation.succession).verify(led).unwrap();
    assert_eq!(back.later().id(), rotation.key.profile().id());
    // And the thief has nothing to say to those who followed the patient.
    assert_eq!(
        refused(&thief, back.later()),
        Some(Error::Succession("of another patient"))
    );
    // Of two by the device the later one; of equals neither.
    let first = done.key.rotate(&mut rng(14)).unwrap().succession;
    assert!(by_thief.outranks(&first) && !first.outranks(&by_thief));
    let second = done.key.rotate(&mut rng(15)).unwrap().succession;
    assert!(!second.outranks(&first) && !first.outranks(&second));
}

#[test]
fn every_byte_of_a_succession_is_signed() {
    let old = split(&patient(16)).key;
    let bytes = old.rotate(&mut rng(17)).unwrap().succession.to_bytes();
    for place in 8..bytes.len() - 32 {
        let changed = resummed(&bytes, |all| all[place] ^= 1);
        let read = Succession::from_bytes(&changed);
        let read = read.and_then(|it| it.verify(old.profile()).map(drop));
        assert!(read.is_err(), "byte {place}");
    }
    // The rank is what the key is, not what the bytes say.
    let raised = resummed(&bytes, |all| all[8] = 2);
    let raised = Succession::from_bytes(&raised).unwrap();
    assert_eq!(raised.verify(old.profile()).err(), Some(Error::Verify));
}

#[test]
fn backups_lead_from_the_split_to_the_latest_key() {
    let done = split(&patient(18));
    let one = done.key.rotate(&mut rng(19)).unwrap();
    let two = one.key.rotate(&mut rng(20)).unwrap();
    let backups = [one.backup.unwrap(), two.backup.unwrap()];
    let bytes = backups[0].to_bytes();
    let again = SeedBackup::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    let of = |backups: &[SeedBackup]| recovered(&done, backups);
    let same = |key: PatientKey, other: &PatientKey| {
        key.holds_recovery() && key.profile().to_bytes() == other.profile().to_bytes()
    };
    assert!(same(of(&[]).unwrap(), &done.key));
    assert!(same(of(&backups[..1]).unwrap(), &one.key));
    assert!(same(of(&backups).unwrap(), &two.key));
    let [first, second] = backups;
    assert!(same(
        of(&[second.clone(), first.clone()]).unwrap(),
        &two.key
    ));
    let gap = Some(Error::Succession("of another patient"));
    assert_eq!(of(&[second]).err(), gap);
    assert_eq!(of(&[first.clone(), first]).err(), gap);
}

/// Anybody can seal a seed to a recovery key: only the chain of signatures says whose it is.
#[test]
fn a_backup_by_somebody_else_is_refused() {
    let done = split(&patient(21));
    let own = patient(22);
    let mut said = own.profile().next().unwrap();
    said.recovery = done.key.profile().recovery().cloned();
    let seed = || Secret::build(|seed| seed.fill(3));
    let planted = PatientKey::say(seed(), None, said, &mut rng(23)).unwrap();
    let to = &done.key.profile().recovery().unwrap().hpke;
    let sealed = seal_seed(&planted, to, &mut rng(24)).unwrap();
    let succession = Succession::sign(&own, Rank::Device, planted.profile().clone()).unwrap();
    let backup = SeedBackup::new(&succession, sealed);
    let gap = Some(Error::Succession("of another patient"));
    assert_eq!(recovered(&done, &[backup]).err(), gap);
    // A right succession with the seed of another key.
    let rotation = done.key.rotate(&mut rng(25)).unwrap();
    let swapped = SeedBackup::new(&rotation.succession, sealed);
    assert_eq!(recovered(&done, &[swapped]).err(), Some(Error::Open));
    // A recovery-signed one has no place in a backup.
    let raised = patient(26).rotate(&mut rng(27)).unwrap().succession;
    let raised = SeedBackup::new(&raised, sealed).to_bytes();
    assert_eq!(
        SeedBackup::from_bytes(&raised).err(),
        Some(Error::Field("rank of a succession"))
    );
}

#[test]
fn a_retired_key_grants_nothing_more() {
    let key = patient(28);
    let mut state = PublisherState::new(*key.profile().signing_key());
    state.next_grant(NOW).unwrap();
    state.retire(&key, NOW).unwrap();
    state.retire(&key, NOW + 1).unwrap();
    assert_eq!(state.entries().len(), 1);
    assert_eq!(*state.entries()[0].revoked(), Revoked::Floor(u64::MAX));
    assert_eq!(state.next_grant(NOW), Err(Error::TooLarge("the number")));
    let world = World::new(28, 1);
    let (grant, _) = world.deal("conf=N", 1, |it| it.sequence = u64::MAX, 29);
    assert!(state.entries()[0].ends(grant.header()));
    assert!(state.publish_as(&key, NOW).is_ok());
    // Another key's entry changes nothing.
    let other = state.entries()[0].signed_by(&SigningKey::from_seed(&Secret::new([1; 32])));
    assert!(!other.ends(grant.header()));
}
