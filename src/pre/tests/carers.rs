//! Who may sign for a patient.

use super::keys::resummed;
use super::*;
use crate::asymmetric::{SigningKey, VerifyingKey};

fn key(seed: u8) -> VerifyingKey {
    SigningKey::from_seed(&Secret::new([seed; 32])).verifying_key()
}

fn patient() -> PatientKey {
    PatientKey::generate(&mut rng(1)).unwrap()
}

fn carer(kind: CarerKind, seed: u8, scope: Option<&str>) -> Carer {
    Carer::new(kind, key(seed), NOW + 100, scope.map(policy)).unwrap()
}

#[test]
fn a_carer_signs_within_scope_and_time() {
    let carers = std::vec![
        carer(CarerKind::Guardian, 1, None),
        carer(CarerKind::Helper, 2, Some("type=Observation")),
    ];
    let cared = patient().with_carers(carers, &mut rng(2)).unwrap();
    let profile = PatientProfile::from_bytes(&cared.profile().to_bytes()).unwrap();
    let (inside, outside) = (labels(&["type=Observation"]), labels(&["type=Condition"]));
    let signs = |seed, labels, time| profile.signs_for(&key(seed), labels, time);
    assert_eq!(signs(1, &inside, NOW), Some(CarerKind::Guardian));
    assert_eq!(signs(1, &outside, NOW + 99), Some(CarerKind::Guardian));
    assert_eq!(signs(1, &inside, NOW + 100), None);
    assert_eq!(signs(2, &inside, NOW), Some(CarerKind::Helper));
    assert_eq!(signs(2, &outside, NOW), None);
    assert_eq!(signs(2, &inside, NOW + 100), None);
    assert_eq!(signs(3, &inside, NOW), None);
    assert_eq!(profile.sequence(), 1);
    assert_eq!(profile.id(), patient().profile().id());
}

#[test]
fn carers_stay_until_they_are_replaced() {
    let one = std::vec![carer(CarerKind::Attorney, 1, Some("conf=N"))];
    let cared = patient().with_carers(one, &mut rng(2)).unwrap();
    let again = PatientKey::from_bytes(cared.to_bytes().expose()).unwrap();
    assert_eq!(again.to_bytes().expose(), cared.to_bytes().expose());
    let rotated = cared.rotate(&mut rng(3)).unwrap();
    assert_eq!(rotated.key.profile().carers().len(), 1);
    assert!(rotated.succession.later().carers()[0].scope().is_some());
    let none = cared.with_carers(Vec::new(), &mut rng(4)).unwrap();
    assert!(none.profile().carers().is_empty());
    // Without carers the bytes are those of before there were any.
    let bytes = |key: &PatientKey| key.profile().to_bytes().len();
    assert_eq!(bytes(&none), bytes(&patient()));
    // The most there can be still travel in grants, successions and keys.
    let long: std::string::String = (0..20)
        .map(|at| std::format!(" or code=aaaaaaaaaaaa{at}"))
        .collect();
    let long = std::format!("conf=N{long}");
    let most = (1..=8).map(|seed| carer(CarerKind::Helper, seed, Some(&long)));
    let most = patient().with_carers(most.collect(), &mut rng(5)).unwrap();
    let rotation = most.rotate(&mut rng(6)).unwrap();
    let bytes = rotation.succession.to_bytes();
    let read = Succession::from_bytes(&bytes).unwrap();
    assert!(read.verify(most.profile()).is_ok());
    assert!(PatientKey::from_bytes(most.to_bytes().expose()).is_ok());
}

#[test]
fn lists_of_carers_are_bounded_ordered_and_signed() {
    let nine = (1..=9).map(|seed| carer(CarerKind::Helper, seed, None));
    let refused = |carers: Vec<Carer>| patient().with_carers(carers, &mut rng(2)).err();
    assert_eq!(refused(nine.collect()), Some(Error::TooLarge("8 carers")));
    let twice = [1, 2, 1].map(|seed| carer(CarerKind::Helper, seed, None));
    assert_eq!(refused(twice.into()), Some(Error::Duplicate("carer")));
    let long: std::string::String = (0..60)
        .map(|at| std::format!(" or code=aaaaaaaaaaaa{at}"))
        .collect();
    let long = policy(&std::format!("conf=N{long}"));
    let refused = Carer::new(CarerKind::Helper, key(1), NOW, Some(long)).err();
    assert!(matches!(refused, Some(Error::TooLarge(_))));

    let two = [1, 2].map(|seed| carer(CarerKind::Helper, seed, None));
    let cared = patient().with_carers(two.into(), &mut rng(2)).unwrap();
    let bytes = cared.profile().to_bytes();
    for place in 8..bytes.len() - 32 {
        let changed = resummed(&bytes, |all| all[place] ^= 1);
        assert!(
            PatientProfile::from_bytes(&changed).is_err(),
            "byte {place}"
        );
    }
    let (at, each) = (8 + 194, 43);
    assert_eq!(bytes[at..at + 2], [255, 2]);
    let read = |change: fn(&mut [u8], usize)| {
        PatientProfile::from_bytes(&resummed(&bytes, |all| change(all, 8 + 194))).err()
    };
    let none = Some(Error::Field("carers"));
    assert_eq!(read(|all, at| all[at + 1] = 0), none);
    assert_eq!(read(|all, at| all[at + 1] = 9), none);
    let kind = Some(Error::Field("kind of a carer"));
    assert_eq!(read(|all, at| all[at + 2] = 0), kind);
    assert_eq!(read(|all, at| all[at + 2] = 4), kind);
    let swapped = resummed(&bytes, |all| {
        let (first, second) = all[at + 2..at + 2 + 2 * each].split_at_mut(each);
        first.swap_with_slice(second);
    });
    assert_eq!(
        PatientProfile::from_bytes(&swapped).err(),
        Some(Error::NotCanonical("order of carers"))
    );
}
