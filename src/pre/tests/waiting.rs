//! Recoveries that wait, objections, and later profiles of one key.

use super::keys::resummed;
use super::*;

const DAY: u64 = 86_400;

fn patient() -> PatientKey {
    PatientKey::generate(&mut rng(1)).unwrap()
}

/// A succession by the recovery key, which is in the key before the first split.
fn recovery(key: &PatientKey, seed: u64) -> Succession<Verified> {
    let succession = key.rotate(&mut rng(seed)).unwrap().succession;
    assert_eq!(succession.rank(), Rank::Recovery);
    succession
}

/// The same patient's device, as it is after a split.
fn device(key: &PatientKey) -> PatientKey {
    let trustees = [50, 51].map(|seed| {
        let key = RecipientKey::generate("trustee", &mut rng(seed)).unwrap();
        key.public().clone()
    });
    key.split(&trustees, 2, &mut rng(52)).unwrap().key
}

#[test]
fn a_recovery_waits_from_when_it_was_first_seen() {
    let key = patient();
    let by_recovery = recovery(&key, 2);
    assert_eq!(by_recovery.counts_from(NOW, DAY, false), NOW + DAY);
    assert_eq!(by_recovery.counts_from(NOW, 0, false), NOW);
    // What the device signs waits for nothing, and is outranked.
    let by_device = device(&key).rotate(&mut rng(3)).unwrap().succession;
    assert_eq!(by_device.counts_from(NOW, DAY, true), NOW);
    // An objection gives time, and no number of them gives more.
    assert_eq!(by_recovery.counts_from(NOW, DAY, true), NOW + 3 * DAY);
    assert_eq!(by_recovery.counts_from(NOW, u64::MAX, true), u64::MAX);

    let mut seen = SeenSuccessions::default();
    let other = recovery(&key, 4);
    assert_eq!(seen.first_seen(&by_recovery, NOW), Ok(NOW));
    assert_eq!(seen.first_seen(&by_recovery, NOW + 9), Ok(NOW));
    assert_eq!(seen.first_seen(&other, NOW + 9), Ok(NOW + 9));
    let mut again = SeenSuccessions::from_bytes(&seen.to_bytes()).unwrap();
    assert_eq!(again.to_bytes(), seen.to_bytes());
    assert_eq!(again.first_seen(&by_recovery, NOW + 99), Ok(NOW));
    assert_eq!(again.first_seen(&other, NOW + 99), Ok(NOW + 9));
}

#[test]
fn what_was_seen_is_read_strictly_and_bounded() {
    let key = patient();
    let mut seen = SeenSuccessions::default();
    for seed in 2..4 {
        seen.first_seen(&recovery(&key, seed), NOW).unwrap();
    }
    let bytes = seen.to_bytes();
    let read = |bytes: &[u8]| SeenSuccessions::from_bytes(bytes).err();
    let swapped = resummed(&bytes, |all| {
        let (first, second) = all[10..90].split_at_mut(40);
        first.swap_with_slice(second);
    });
    let order = Some(Error::NotCanonical("order of successions"));
    assert_eq!(read(&swapped), order);
    let twice = resummed(&bytes, |all| all.copy_within(10..50, 50));
    assert_eq!(read(&twice), order);
    let many = resummed(&bytes, |all| all[8..10].copy_from_slice(&[4, 1]));
    assert_eq!(read(&many), Some(Error::Length("successions")));
    // As many as there may be: what was seen is found, nothing more comes in.
    let mut full = bytes[..8].to_vec();
    full.extend_from_slice(&1024_u16.to_be_bytes());
    for number in 0..1024_u16 {
        full.extend_from_slice(&[&[0; 30][..], &number.to_be_bytes(), &[0; 8]].concat());
    }
    let full = resummed(&[&full[..], &[0; 32]].concat(), |_| ());
    let mut full = SeenSuccessions::from_bytes(&full).unwrap();
    let refused = full.first_seen(&recovery(&key, 2), NOW);
    assert_eq!(refused, Err(Error::TooLarge("1,024 successions")));
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_some(), "{length}");
    }
}

#[test]
fn the_device_objects_to_one_recovery() {
    let key = patient();
    let device = device(&key);
    let known = device.profile();
    let succession = recovery(&key, 2);
    let objection = device.object(&succession).unwrap();
    let read = Objection::from_bytes(&objection.to_bytes()).unwrap();
    assert_eq!(read.to_bytes(), objection.to_bytes());
    assert!(read.is_to(&succession, known));
    // Not to another, nor of another patient's device.
    assert!(!read.is_to(&recovery(&key, 3), known));
    let other = PatientKey::generate(&mut rng(9)).unwrap();
    assert!(!read.is_to(&succession, other.profile()));
    assert!(!other.object(&succession).unwrap().is_to(&succession, known));
    for place in 8..8 + 96 {
        let changed = resummed(&objection.to_bytes(), |all| all[place] ^= 1);
        let changed = Objection::from_bytes(&changed).unwrap();
        assert!(!changed.is_to(&succession, known), "byte {place}");
    }
    let by_device = device.rotate(&mut rng(3)).unwrap().succession;
    assert!(matches!(device.object(&by_device), Err(Error::Argument(_))));
}

/// Trustees who came together name recovery keys of their own beside the patient's P: only the
/// fingerprint of the succession tells.
#[test]
fn successions_to_one_p_have_different_fingerprints() {
    let key = patient();
    let trustees = [50, 51].map(|seed| {
        let key = RecipientKey::generate("trustee", &mut rng(seed)).unwrap();
        key.public().clone()
    });
    let again = |seed| {
        let done = key.split_again(&trustees, 2, &mut rng(seed)).unwrap();
        done.succession.unwrap()
    };
    let (one, other) = (again(2), again(3));
    let bytes = |it: &Succession<Verified>| it.fingerprint().to_bytes();
    assert_eq!(
        one.later().fingerprint().to_bytes(),
        other.later().fingerprint().to_bytes()
    );
    assert_ne!(bytes(&one), bytes(&other));
    let read = Succession::from_bytes(&one.to_bytes()).unwrap();
    assert_eq!(read.fingerprint().to_bytes(), bytes(&one));
}

/// A profile that somebody has replaces the known one only if it is later, and keeps what is the
/// recovery keys' to say.
#[test]
fn a_later_profile_of_the_same_key_changes_no_recovery_keys() {
    let key = device(&patient());
    let known = key.profile();
    let later = key.with_carers(Vec::new(), &mut rng(2)).unwrap();
    assert_eq!(later.profile().follows(known), Ok(()));
    let late = Some(Error::Succession("not later than the known profile"));
    assert_eq!(known.follows(known).err(), late);
    assert_eq!(known.follows(later.profile()).err(), late);
    // A thief of the device names trustees of their own.
    let trustees = [60, 61].map(|seed| {
        let key = RecipientKey::generate("thief", &mut rng(seed)).unwrap();
        key.public().clone()
    });
    let stolen = key.split_again(&trustees, 2, &mut rng(3)).unwrap().key;
    assert_eq!(stolen.profile().id(), known.id());
    assert_eq!(
        stolen.profile().follows(known).err(),
        Some(Error::Succession("a device can't change recovery keys"))
    );
    let other = PatientKey::generate(&mut rng(9)).unwrap();
    assert_eq!(
        other.profile().follows(known).err(),
        Some(Error::Succession("of another patient"))
    );
}
