//! Trustees and strangers who make up a patient of their own, or bring back an old profile.

use super::keys::resummed;
use super::*;
use crate::asymmetric::SigningKey;
use crate::tags;
use crate::transcript::Transcript;

fn people(names: &[&str], seed: u64) -> Vec<RecipientKey> {
    let rng = &mut rng(seed);
    let key = |name: &&str| RecipientKey::generate(name, rng).unwrap();
    names.iter().map(key).collect()
}

fn trustees() -> Vec<RecipientKey> {
    people(&["Ada", "Ben", "Cy"], 100)
}

fn split(key: &PatientKey) -> Splitting {
    let publics: Vec<_> = trustees().iter().map(|it| it.public().clone()).collect();
    key.split(&publics, 2, &mut rng(200)).unwrap()
}

fn device() -> RecipientKey {
    people(&["new phone"], 300).remove(0)
}

fn release(of: &Splitting, at: usize) -> ReleasedShare {
    of.shares[at]
        .release(&trustees()[at], device().public(), &mut rng(400))
        .unwrap()
}

/// A stranger's key whose profile names this patient's recovery keys, which are public.
fn made_up(patient: &PatientKey) -> PatientKey {
    let mut said = patient.profile().next().unwrap();
    said.sequence += 100;
    let seed = Secret::build(|seed: &mut [u8; 32]| seed.fill(66));
    PatientKey::say(seed, None, said, &mut rng(1)).unwrap()
}

/// A drill that passed for such a share would be of no use in earnest.
#[test]
fn a_share_of_a_made_up_patient_with_these_recovery_keys_is_refused() {
    let real = split(&PatientKey::generate(&mut rng(1)).unwrap());
    let stranger = made_up(&real.key);
    assert_eq!(stranger.profile().recovery(), real.key.profile().recovery());
    let bytes = real.shares[1].to_bytes();
    let (head, holder) = (8 + 2, 32 + 80 + 64 + 1);
    let body = stranger.profile().body();
    let signature = bytes.len() - holder - 64;
    let forged = |key: &dyn Fn(&[&[u8]]) -> [u8; 64]| {
        let forged = resummed(&bytes, |all| {
            all[head..head + body.len()].copy_from_slice(&body);
            let digest = Transcript::new(tags::RECOVERY_SPLIT)
                .item(&all[8..signature])
                .finish();
            let signed = key(&[tags::RECOVERY_SIGNATURE, &digest]);
            all[signature..signature + 64].copy_from_slice(&signed);
        });
        TrusteeShare::from_bytes(&forged).err()
    };
    // By the key of the profile inside, and by one that the stranger chose.
    let own = |message: &[&[u8]]| stranger.signing().sign(message);
    assert_eq!(forged(&own), Some(Error::Verify));
    let other = SigningKey::from_seed(&Secret::new([1; 32]));
    let other = |message: &[&[u8]]| other.sign(message);
    assert_eq!(forged(&other), Some(Error::Verify));
    // A patient's own: by the recovery key.
    let bytes = real.shares[1].to_bytes();
    let read = TrusteeShare::from_bytes(&bytes).unwrap();
    assert_eq!(read.is_current(real.key.profile()), Ok(()));
}

/// One trustee sends a share of a patient that they made up, under a higher number: the honest
/// ones are not blamed for it.
#[test]
fn a_trustee_with_another_patient_is_the_one_who_is_named() {
    let real = split(&PatientKey::generate(&mut rng(1)).unwrap());
    let mut other = PatientKey::generate(&mut rng(2)).unwrap();
    for _ in 0..5 {
        other = other.with_carers(Vec::new(), &mut rng(3)).unwrap();
    }
    let other = split(&other);
    assert!(other.key.profile().sequence() > real.key.profile().sequence());
    let parts = [release(&other, 2), release(&real, 0), release(&real, 1)];
    let refused = PatientKey::recover(&parts, &device(), &[]).err();
    assert_eq!(refused, Some(Error::OtherShare(3)));
    // Who knows the patient asks each part first, and so is not led to another's key.
    let known = real.key.profile();
    assert_eq!(parts[0].is_current(known), Err(Error::OtherShare(3)));
    assert_eq!(parts[1].is_current(known), Ok(()));
}

/// The profile of a split names who were carers then; what was said since is taken over.
#[test]
fn a_carer_who_was_removed_does_not_come_back_with_a_recovery() {
    let key = PatientKey::generate(&mut rng(1)).unwrap();
    let carer = SigningKey::from_seed(&Secret::new([1; 32])).verifying_key();
    let carer = Carer::new(CarerKind::Helper, carer, NOW, None).unwrap();
    let real = split(&key.with_carers([carer].into(), &mut rng(2)).unwrap());
    let since = real.key.with_carers(Vec::new(), &mut rng(3)).unwrap();
    let recover = || {
        let parts = [release(&real, 0), release(&real, 2)];
        PatientKey::recover(&parts, &device(), &[]).unwrap()
    };
    assert_eq!(recover().profile().carers().len(), 1);
    let now = recover().with_profile(since.profile()).unwrap();
    assert_eq!(now.profile().to_bytes(), since.profile().to_bytes());
    assert!(now.holds_recovery());
    assert_eq!(
        now.rotate(&mut rng(4))
            .unwrap()
            .key
            .profile()
            .carers()
            .len(),
        0
    );

    // Not an earlier one, nor another key's, nor one with other recovery keys.
    let refused = |profile: &PatientProfile| recover().with_profile(profile).err();
    let other = Some(Error::Succession("not a later profile of this key"));
    assert_eq!(refused(key.profile()), other);
    assert_eq!(refused(made_up(&real.key).profile()), other);
    let publics: Vec<_> = trustees().iter().map(|it| it.public().clone()).collect();
    let again = since.split_again(&publics, 2, &mut rng(5)).unwrap();
    assert_eq!(refused(again.key.profile()), other);
    assert_eq!(refused(real.key.profile()), None);
    // A thief of the device would use the numbers up.
    let numbered = |sequence: u64| {
        let mut said = real.key.profile().next().unwrap();
        said.sequence = sequence;
        let seed = crate::pre::split::copy(real.key.seed());
        PatientKey::say(seed, None, said, &mut rng(6)).unwrap()
    };
    let own = real.key.profile().sequence();
    let far = Some(Error::Succession("a number that no honest device reaches"));
    for sequence in [u64::MAX, own + (1 << 32) + 1] {
        assert_eq!(refused(numbered(sequence).profile()), far);
    }
    assert_eq!(refused(numbered(own + (1 << 32)).profile()), None);
}

/// An entry that a stranger signs in the patient's name must not stand in the way when the key
/// retires.
#[test]
fn a_forged_floor_does_not_keep_a_key_from_retiring() {
    let world = World::new(3, 1);
    let (grant, _) = world.deal("a=b", 1, |_| {}, 1);
    let stranger = SigningKey::from_seed(&Secret::new([1; 32]));
    let floor = world.patient.revoke(Revoked::Floor(u64::MAX), 1, NOW);
    let forged = RevocationList::publish(&stranger, [floor.signed_by(&stranger)].into(), 1, NOW);
    let mut state = PublisherState::new(*world.patient.profile().signing_key());
    state.take(&forged.unwrap()).unwrap();
    state.retire(&world.patient, NOW).unwrap();
    assert!(state.entries().iter().any(|it| it.ends(grant.header())));
}
