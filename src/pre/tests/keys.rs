//! Key files, profiles and what they prove.

use super::*;
use crate::keys::file;
use crate::symmetric::sha256;
use crate::tags;

/// A key file with a changed body and a checksum that fits again.
pub(super) fn resummed(bytes: &[u8], change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = bytes[..bytes.len() - 32].to_vec();
    change(&mut bytes);
    let checksum = sha256(&[&bytes]);
    bytes.extend_from_slice(&checksum);
    bytes
}

#[test]
fn keys_keep_their_bytes() {
    let world = World::new(1, 1);
    let bytes = world.patient.to_bytes();
    let again = PatientKey::from_bytes(bytes.expose()).unwrap();
    assert_eq!(again.to_bytes().expose(), bytes.expose());
    let profile = world.patient.profile();
    let again = PatientProfile::from_bytes(&profile.to_bytes()).unwrap();
    assert_eq!(again.to_bytes(), profile.to_bytes());
    assert_eq!(again.trustees(), None);
    assert_eq!(again.fingerprint(), profile.fingerprint());

    let bytes = world.recipient.to_bytes();
    let again = RecipientKey::from_bytes(bytes.expose()).unwrap();
    assert_eq!(again.to_bytes().expose(), bytes.expose());
    assert_eq!(again.public(), world.recipient.public());
    let public = RecipientPublic::from_bytes(&world.recipient.public().to_bytes()).unwrap();
    assert_eq!(public.name(), "study 12");
    // A relay's key is no recipient's.
    let relay = world.relays[0].to_bytes();
    assert_eq!(
        RecipientKey::from_bytes(relay.expose()).err(),
        Some(Error::Kind(28))
    );
    for bytes in [bytes, world.patient.to_bytes(), relay] {
        let text = file::armour(bytes.expose()).unwrap();
        let back = file::unarmour(text.expose().as_bytes()).unwrap();
        assert_eq!(back.expose(), bytes.expose());
    }
}

#[test]
fn the_seed_gives_all_keys_but_the_recovery_keys() {
    let one = PatientKey::generate(&mut rng(1)).unwrap();
    let two = PatientKey::generate(&mut rng(2)).unwrap();
    assert!(one.profile().id() != two.profile().id());
    let recovery = one.profile().recovery().unwrap();
    assert!(recovery.signing_key() != one.profile().signing_key());
    assert!(Some(recovery) != two.profile().recovery());
}

#[test]
fn a_profile_with_anything_changed_is_refused() {
    let profile = PatientKey::generate(&mut rng(3))
        .unwrap()
        .profile()
        .to_bytes();
    for place in 8..profile.len() - 32 {
        for bit in [0, 3, 7] {
            let changed = resummed(&profile, |bytes| bytes[place] ^= 1 << bit);
            let refused = PatientProfile::from_bytes(&changed);
            assert!(refused.is_err(), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn a_profile_for_somebody_elses_key_cannot_be_proved() {
    // P of a victim, everything else of the attacker.
    let victim = PatientKey::generate(&mut rng(4)).unwrap();
    let attacker = PatientKey::generate(&mut rng(5)).unwrap();
    let body = victim.profile().to_bytes();
    let own = attacker.profile().to_bytes();
    let p = 8..8 + 96;
    let mixed = resummed(&own, |bytes| bytes[p.clone()].copy_from_slice(&body[p]));
    assert_eq!(
        PatientProfile::from_bytes(&mixed).err(),
        Some(Error::Verify)
    );
    // And the attacker's signature over it: only the proof of possession is in the way.
    let resigned = resummed(&mixed, |bytes| {
        let at = bytes.len() - 64;
        let message = [tags::PROFILE_SIGNATURE, &bytes[8..at]];
        let signature = attacker.signing().sign(&message);
        bytes[at..].copy_from_slice(&signature);
    });
    assert_eq!(
        PatientProfile::from_bytes(&resigned).err(),
        Some(Error::Verify)
    );
}

#[test]
fn a_public_file_with_anything_changed_is_refused() {
    let world = World::new(1, 1);
    let recipient = world.recipient.public().to_bytes();
    let relay = world.relays[0].public().to_bytes();
    for place in 8..recipient.len() - 32 {
        let changed = resummed(&recipient, |bytes| bytes[place] ^= 1);
        assert!(RecipientPublic::from_bytes(&changed).is_err(), "{place}");
    }
    for place in 8..relay.len() - 32 {
        let changed = resummed(&relay, |bytes| bytes[place] ^= 1);
        assert!(RelayPublic::from_bytes(&changed).is_err(), "{place}");
    }
}

#[test]
fn a_patient_key_with_another_profile_is_refused() {
    let one = PatientKey::generate(&mut rng(6)).unwrap().to_bytes();
    let two = PatientKey::generate(&mut rng(7)).unwrap().to_bytes();
    for part in [8..40, 41..73, 73..one.expose().len() - 32] {
        let mixed = resummed(one.expose(), |bytes| {
            bytes[part.clone()].copy_from_slice(&two.expose()[part.clone()]);
        });
        assert_eq!(
            PatientKey::from_bytes(&mixed).err(),
            Some(Error::Verify),
            "{part:?}"
        );
    }
}

#[test]
fn names_of_parties_are_bounded_and_clean() {
    let rng = &mut rng(8);
    assert!(RelayKey::generate(&"n".repeat(64), rng).is_ok());
    assert_eq!(
        RelayKey::generate(&"n".repeat(65), rng).err(),
        Some(Error::TooLarge("name of a recipient or relay"))
    );
    assert!(RelayKey::generate("a\nb", rng).is_err());
}

#[test]
fn every_byte_of_a_public_file_is_signed() {
    let public = World::new(1, 1).relays[0].public().to_bytes();
    for place in 8..public.len() - 32 {
        let changed = resummed(&public, |bytes| bytes[place] ^= 1);
        assert!(RelayPublic::from_bytes(&changed).is_err(), "byte {place}");
    }
}

/// Records are sealed to one of the two and grants signed with the other: both are the seed's.
#[test]
fn a_profile_of_which_half_is_the_seeds_is_refused() {
    use crate::pre::profile::Said;
    let (one, other) = (World::new(1, 0).patient, World::new(2, 0).patient);
    let take = |alpha: &PatientKey, signing: &PatientKey| {
        let said = Said {
            recovery: None,
            ..one.profile().next().unwrap()
        };
        let profile =
            PatientProfile::sign(alpha.alpha(), signing.signing(), said, &mut rng(3)).unwrap();
        PatientKey::assemble(crate::pre::split::copy(one.seed()), None, profile).err()
    };
    assert_eq!(take(&one, &one), None);
    assert_eq!(take(&one, &other), Some(Error::Verify));
    assert_eq!(take(&other, &one), Some(Error::Verify));
}

#[test]
fn an_x25519_key_has_one_encoding() {
    let bytes = World::new(1, 1).relays[0].to_bytes();
    for (place, bit) in [(40, 1), (40, 4), (71, 0x80), (71, 0x40)] {
        let changed = resummed(bytes.expose(), |all| all[place] ^= bit);
        assert_eq!(
            RelayKey::from_bytes(&changed).err(),
            Some(Error::NotCanonical("X25519 key"))
        );
    }
}

#[test]
fn trustees_are_none_or_enough() {
    let profile = World::new(1, 0).patient.profile().to_bytes();
    let at = 8 + 194;
    assert_eq!(profile[at..at + 2], [0, 0]);
    for trustees in [[1, 0], [0, 1], [3, 2]] {
        let changed = resummed(&profile, |all| all[at..at + 2].copy_from_slice(&trustees));
        assert_eq!(
            PatientProfile::from_bytes(&changed).err(),
            Some(Error::Field("trustees"))
        );
    }
}

/// With a challenge that does not cover R, any z would prove anybody's P.
#[test]
fn a_proof_of_possession_that_ignores_its_nonce_is_refused() {
    use crate::transcript::{Transcript, Xof};
    let attacker = PatientKey::generate(&mut rng(5)).unwrap();
    let victim = PatientKey::generate(&mut rng(4)).unwrap();
    let mut bytes = attacker.profile().to_bytes();
    let body = bytes.len() - 32;
    bytes[8..104].copy_from_slice(&victim.profile().to_bytes()[8..104]);
    let (statement, proved) = (8..8 + 204, 8 + 204);
    let prk = Transcript::new(crate::tags::PROFILE_POSSESSION)
        .item(&bytes[statement])
        .finish();
    let mut stream = Xof::new(Secret::new(prk), crate::tags::PROFILE_POSSESSION);
    let e = stream.scalar().unwrap().expose().to_bytes();
    bytes[proved..proved + 32].copy_from_slice(&e);
    bytes[proved + 32..proved + 64].fill(1);
    let signed = bytes[8..proved + 64].to_vec();
    let signature = attacker
        .signing()
        .sign(&[crate::tags::PROFILE_SIGNATURE, &signed]);
    bytes[proved + 64..body].copy_from_slice(&signature);
    let bytes = resummed(&bytes, |_| {});
    assert_eq!(
        PatientProfile::from_bytes(&bytes).err(),
        Some(Error::Verify)
    );
}

#[test]
fn profiles_differ_in_their_digests() {
    let (one, other) = (World::new(1, 1).patient, World::new(2, 1).patient);
    let digest = one.profile().digest();
    assert_eq!(World::new(1, 1).patient.profile().digest(), digest);
    assert_ne!(other.profile().digest(), digest);
    let later = one.with_carers(Vec::new(), &mut rng(3)).unwrap();
    assert_ne!(later.profile().digest(), digest);
}

#[test]
fn what_hangs_on_a_patients_seed_differs_by_patient_and_use() {
    let of = |seed| {
        let patient = World::new(seed, 1).patient;
        let all = [
            patient.grant_secret(),
            patient.weight_secret(),
            patient.consent_seed(),
        ];
        all.map(|secret| *secret.expose())
    };
    let mut all = [of(1), of(2)].concat();
    assert_eq!(of(1), of(1));
    all.sort();
    assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
}
