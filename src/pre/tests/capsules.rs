//! Capsules: what they are made of, and what a change makes of them.

use super::*;
use crate::curve::G2;
use crate::symmetric::sha256;

/// On the curve, outside the subgroup, of the order named: also in the tests of the curve.
pub(super) const ORDER_13: &str = "a32762e5199990da7d4ebc6409c2fdae09b25206fa89dded0a23c05406588284278c22ea15e6d03cee69a68b7d4704a4043ff79d06a80add8340a1a548d700c5ffeef5b14a3e246834d320e323d9fcc76bae16f9f2763ab556905843518bc0c2";
pub(super) const ORDER_23: &str = "81c8529db7e45f16111c0c95106d37fb89a90afb348c9082db6d49fc34ee0077501c7ac278ed112708313a28768cc52c0503fbc16c24192886d4bb5c5f791e3c3448dc4e19f0ca8d0bcd6cf6cbe9ccd602478cafaf1d7847458df499807d8ae2";

/// The 96 bytes of a compressed point, from hexadecimal.
pub(super) fn point(text: &str) -> [u8; 96] {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

/// The identity, as it would travel.
pub(super) fn infinity() -> [u8; 96] {
    let mut bytes = [0; 96];
    bytes[0] = 0xc0;
    bytes
}

/// Points that no honest party sends, and what is said of each.
pub(super) fn strangers() -> [([u8; 96], Error); 3] {
    [
        (point(ORDER_13), Error::NotInSubgroup),
        (point(ORDER_23), Error::NotInSubgroup),
        (infinity(), Error::IdentityPoint),
    ]
}

const LABELS: [&str; 3] = ["type=Observation", "conf=N", "code=8867-4"];

/// A capsule with changed bytes under the same labels, and what the patient makes of it.
fn changed(world: &World, capsule: &Capsule, change: impl FnOnce(&mut [u8])) -> Option<Error> {
    let mut bytes = capsule.to_bytes();
    change(&mut bytes);
    match Capsule::from_bytes(&bytes, capsule.labels()) {
        Ok(capsule) => world.patient.open(&capsule, &H, &mut Cache::new()).err(),
        Err(error) => Some(error),
    }
}

#[test]
fn sizes_and_bytes() {
    let world = World::new(1, 1);
    let (capsule, _) = world.seal(&LABELS, 2);
    let bytes = capsule.to_bytes();
    assert_eq!(bytes.len(), 32 + 192 + 48 * 3);
    assert_eq!(bytes.len(), Capsule::length(3));
    let again = Capsule::from_bytes(&bytes, capsule.labels()).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.digest(), capsule.digest());
    for cut in [0, 1, 31, 100, bytes.len() - 1] {
        let cut = Capsule::from_bytes(&bytes[..cut], capsule.labels());
        assert_eq!(cut.err(), Some(Error::Truncated));
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    let longer = Capsule::from_bytes(&longer, capsule.labels());
    assert_eq!(longer.err(), Some(Error::TrailingBytes));
}

/// Frozen: what this seed gives under this format.
#[test]
fn frozen_capsule() {
    let world = World::new(1, 0);
    let (capsule, key) = world.seal(&LABELS, 2);
    let hex = |bytes: &[u8]| -> std::string::String {
        bytes
            .iter()
            .take(8)
            .map(|it| std::format!("{it:02x}"))
            .collect()
    };
    assert_eq!(
        [
            hex(&sha256(&[&capsule.to_bytes()])),
            hex(capsule.digest()),
            hex(key.expose())
        ],
        ["6144ec5a0cda487b", "ef7eefba87fc62d8", "2daa239b3b698a77"]
    );
}

#[test]
fn the_caches_change_nothing() {
    let world = World::new(1, 0);
    let mut cache = Cache::with_tables();
    let other = PatientKey::generate(&mut rng(77)).unwrap();
    for (patient, seed) in [(&world.patient, 1), (&other, 2), (&world.patient, 3)] {
        let labels = labels(&LABELS);
        let mint = |cache: &mut Cache| {
            let coupon = patient
                .profile()
                .mint(&labels, cache, &mut rng(seed))
                .unwrap();
            coupon.seal(&H)
        };
        let (one, key) = mint(&mut cache);
        let (two, same) = mint(&mut Cache::new());
        assert_eq!(one.to_bytes(), two.to_bytes());
        assert!(key.matches(same.expose()));
        let opened = patient.open(&one, &H, &mut cache).unwrap();
        assert!(opened.matches(key.expose()));
    }
}

#[test]
fn capsules_share_no_randomness() {
    let world = World::new(1, 0);
    let rng = &mut rng(5);
    let mut seen = std::collections::HashSet::new();
    for _ in 0..8 {
        let labels = labels(&LABELS);
        let (capsule, key) = world
            .patient
            .profile()
            .mint(&labels, &mut Cache::new(), rng)
            .unwrap()
            .seal(&H);
        let bytes = capsule.to_bytes();
        assert!(seen.insert(bytes[32..128].to_vec()), "U");
        assert!(seen.insert(bytes[128..176].to_vec()), "T");
        assert!(seen.insert(bytes[272..304].to_vec()), "c");
        assert!(seen.insert(bytes[304..].to_vec()), "proof");
        assert!(seen.insert(key.expose().to_vec()), "key");
    }
}

#[test]
fn a_capsule_needs_labels_and_takes_sixty_four() {
    let world = World::new(1, 0);
    let none = world
        .patient
        .profile()
        .mint(&labels(&[]), &mut Cache::new(), &mut rng(1));
    assert!(matches!(none.err(), Some(Error::Label(_))));
    assert!(matches!(
        Capsule::from_bytes(&[0; 224], &labels(&[])).err(),
        Some(Error::Label(_))
    ));
    let many: Vec<_> = (0..64).map(|at| std::format!("code=a{at}")).collect();
    let many: Vec<&str> = many.iter().map(|it| it.as_str()).collect();
    let (capsule, key) = world.seal(&many, 1);
    let opened = world.patient.open(&capsule, &H, &mut Cache::new()).unwrap();
    assert!(opened.matches(key.expose()));
}

#[test]
fn every_change_is_noticed() {
    let world = World::new(1, 0);
    let (capsule, _) = world.seal(&LABELS, 2);
    let length = capsule.to_bytes().len();
    for place in (0..length).step_by(3) {
        let error = changed(&world, &capsule, |bytes| bytes[place] ^= 1);
        match place {
            0..32 => assert_eq!(error, Some(Error::NoStanza), "{place}"),
            // U, T and the masked message: no point, or not what the message gives.
            32..304 => assert!(error.is_some(), "{place}"),
            // The proof is for relays; the patient opens without it.
            _ => assert!(
                error.is_none() || error == Some(Error::ScalarRange),
                "{place}"
            ),
        }
    }
}

#[test]
fn swapped_dropped_and_foreign_rows_are_the_makers_fault() {
    let world = World::new(1, 0);
    let (capsule, _) = world.seal(&LABELS, 2);
    let (other, _) = world.seal(&LABELS, 3);
    let foreign = other.to_bytes();
    let swap = |bytes: &mut [u8]| {
        let (left, right) = bytes.split_at_mut(176);
        left[128..].swap_with_slice(&mut right[..48]);
    };
    let double = |bytes: &mut [u8]| bytes.copy_within(128..176, 176);
    let other_rows = |bytes: &mut [u8]| bytes[128..272].copy_from_slice(&foreign[128..272]);
    let other_first = |bytes: &mut [u8]| bytes[32..128].copy_from_slice(&foreign[32..128]);
    let other_mask = |bytes: &mut [u8]| bytes[272..304].copy_from_slice(&foreign[272..304]);
    for (what, change) in [
        ("swap", &swap as &dyn Fn(&mut [u8])),
        ("double", &double),
        ("other T", &other_rows),
        ("other U", &other_first),
        ("other c", &other_mask),
    ] {
        // d changes with all of them, so the proof fails, which is the maker's.
        assert_eq!(
            changed(&world, &capsule, |bytes| change(bytes)),
            Some(Error::BadCapsule),
            "{what}"
        );
    }
    // One label less, or another one.
    let bytes = capsule.to_bytes();
    for texts in [&LABELS[..2], &["type=Observation", "conf=R", "code=8867-4"]] {
        let opened = Capsule::from_bytes(&bytes, &labels(texts))
            .and_then(|it| world.patient.open(&it, &H, &mut Cache::new()));
        assert!(matches!(
            opened.err(),
            // The third T stands where message and proof are looked for.
            Some(Error::TrailingBytes | Error::BadCapsule | Error::ScalarRange)
        ));
    }
}

#[test]
fn points_outside_the_subgroup_and_the_identity_are_refused() {
    let world = World::new(1, 0);
    let (capsule, _) = world.seal(&LABELS, 2);
    let other = ([0xff; 96], Error::NotCanonical("point"));
    for (bytes, error) in strangers().into_iter().chain([other]) {
        let found = changed(&world, &capsule, |all| all[32..128].copy_from_slice(&bytes));
        match error {
            Error::NotCanonical(_) => assert!(found.is_some()),
            _ => assert_eq!(found, Some(error)),
        }
    }
    let mut infinity = [0; 48];
    infinity[0] = 0xc0;
    let found = changed(&world, &capsule, |all| {
        all[128..176].copy_from_slice(&infinity)
    });
    assert_eq!(found, Some(Error::IdentityPoint));
    assert!(G2::from_bytes(&point(ORDER_13)).is_err());
}

#[test]
fn a_sealing_key_is_p_and_nothing_else() {
    let world = World::new(1, 0);
    let (profile, labels) = (world.patient.profile(), labels(&LABELS));
    let bytes = profile.sealing_key().to_bytes();
    let key = SealingKey::from_bytes(&bytes).unwrap();
    assert_eq!(key.id(), profile.id());
    let mint = |coupon: Result<Coupon>| coupon.unwrap().into_bytes().expose().to_vec();
    assert_eq!(
        mint(key.mint(&labels, &mut Cache::new(), &mut rng(5))),
        mint(profile.mint(&labels, &mut Cache::new(), &mut rng(5)))
    );
    for (bytes, error) in strangers() {
        assert_eq!(SealingKey::from_bytes(&bytes).err(), Some(error));
    }
    for bytes in [[0xff; 96], [0; 96]] {
        assert!(SealingKey::from_bytes(&bytes).is_err());
    }
}

#[test]
fn a_capsule_for_another_patient_is_another_door() {
    let world = World::new(1, 0);
    let other = PatientKey::generate(&mut rng(9)).unwrap();
    let (capsule, _) = world.seal(&LABELS, 2);
    let refused = other.open(&capsule, &H, &mut Cache::new());
    assert_eq!(refused.err(), Some(Error::NoStanza));
    // Whoever changes the name on it changes d.
    let renamed = changed(&world, &capsule, |bytes| {
        bytes[..32].copy_from_slice(other.profile().id().as_bytes());
    });
    assert_eq!(renamed, Some(Error::NoStanza));
}

#[test]
fn a_failing_source_of_randomness_is_an_error() {
    struct Failing(usize);
    impl crate::random::Randomness for Failing {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
            bytes.fill(3);
            self.0 = self.0.checked_sub(1).ok_or(Error::Randomness)?;
            Ok(())
        }
    }
    let world = World::new(1, 0);
    let labels = labels(&LABELS);
    let mint = |calls| {
        let source = &mut Failing(calls);
        world
            .patient
            .profile()
            .mint(&labels, &mut Cache::new(), source)
    };
    assert_eq!(mint(0).err(), Some(Error::Randomness));
    assert_eq!(mint(1).err(), Some(Error::Randomness));
    assert!(mint(2).is_ok());
    for calls in 0..3 {
        let failed = PatientKey::generate(&mut Failing(calls));
        assert_eq!(failed.err(), Some(Error::Randomness));
        let failed = RelayKey::generate("", &mut Failing(calls.min(1)));
        assert_eq!(failed.err(), Some(Error::Randomness));
    }
}
