//! A patient's key in the hands of trustees.

use super::keys::resummed;
use super::*;
use crate::asymmetric::hpke;
use crate::curve::Scalar;
use crate::share::Share;
use crate::tags;

/// A patient with three trustees, two of whom are enough, and the device that will recover.
struct Trusted {
    before: PatientKey,
    split: Splitting,
    trustees: Vec<RecipientKey>,
    device: RecipientKey,
}

fn people(names: &[&str], seed: u64) -> Vec<RecipientKey> {
    let rng = &mut rng(seed);
    let key = |name: &&str| RecipientKey::generate(name, rng).unwrap();
    names.iter().map(key).collect()
}

fn publics(keys: &[RecipientKey]) -> Vec<RecipientPublic> {
    keys.iter().map(|key| key.public().clone()).collect()
}

fn trusted(seed: u64) -> Trusted {
    let before = PatientKey::generate(&mut rng(seed)).unwrap();
    let trustees = people(&["Ada", "Ben", "Cy"], seed + 100);
    let split = before.split(&publics(&trustees), 2, &mut rng(seed + 200));
    Trusted {
        before,
        split: split.unwrap(),
        trustees,
        device: people(&["new phone"], seed + 300).remove(0),
    }
}

impl Trusted {
    fn release(&self, at: usize) -> ReleasedShare {
        let rng = &mut rng(400 + at as u64);
        self.split.shares[at]
            .release(&self.trustees[at], self.device.public(), rng)
            .unwrap()
    }

    fn recover(&self, parts: &[ReleasedShare]) -> Result<PatientKey> {
        PatientKey::recover(parts, &self.device, &[])
    }

    /// A released share of this split with another value in it.
    fn forged(&self, index: u8) -> ReleasedShare {
        let share = self.release(usize::from(index) - 1);
        let value = Secret::new(Scalar::from_u64(7));
        let wrong = Share::new(index, value).unwrap();
        ReleasedShare::seal(
            &share.split,
            &wrong,
            self.device.public().keys(),
            &mut rng(1),
        )
        .unwrap()
    }
}

#[test]
fn any_two_of_three_trustees_give_the_key_back() {
    let it = trusted(1);
    assert_eq!(it.split.shares.len(), 3);
    for pair in [[0, 1], [2, 0], [1, 2]] {
        let parts = pair.map(|at| it.release(at));
        let key = it.recover(&parts).unwrap();
        // The seed, the profile of the split, and the recovery secret that was erased.
        assert_eq!(key.profile().to_bytes(), it.split.key.profile().to_bytes());
        assert!(key.seed().matches(it.before.seed().expose()));
        let secret = it.before.recovery_secret().unwrap();
        assert!(key.recovery_secret().unwrap().matches(secret.expose()));
    }
    let parts = [0, 1, 2].map(|at| it.release(at));
    assert!(it.recover(&parts).is_ok());
}

#[test]
fn a_recovered_key_opens_what_was_sealed_before() {
    let it = trusted(2);
    let minted = it
        .before
        .profile()
        .mint(&labels(&["conf=N"]), &mut Cache::new(), &mut rng(2));
    let (capsule, key) = minted.unwrap().seal(&H);
    let recovered = it.recover(&[it.release(0), it.release(2)]).unwrap();
    let opened = recovered.open(&capsule, &H, &mut Cache::new()).unwrap();
    assert!(opened.matches(key.expose()));
}

#[test]
fn splitting_erases_the_recovery_secret_and_names_the_trustees() {
    let it = trusted(3);
    let (before, after) = (&it.before, &it.split.key);
    assert!(before.holds_recovery() && !after.holds_recovery());
    assert_eq!(after.profile().trustees(), Some((2, 3)));
    assert_eq!(after.profile().sequence(), before.profile().sequence() + 1);
    assert_eq!(after.profile().id(), before.profile().id());
    assert_eq!(after.profile().recovery(), before.profile().recovery());
    assert!(it.split.succession.is_none());
    let bytes = after.to_bytes();
    let secret = before.recovery_secret().unwrap().expose();
    assert!(!bytes.expose().windows(32).any(|part| part == secret));
    let again = PatientKey::from_bytes(bytes.expose()).unwrap();
    assert_eq!(again.to_bytes().expose(), bytes.expose());
}

#[test]
fn too_few_repeated_and_wrong_shares_are_named() {
    let it = trusted(4);
    let refused = |parts: &[ReleasedShare]| it.recover(parts).err();
    assert_eq!(refused(&[]), Some(Error::TooFewShares(2)));
    assert_eq!(refused(&[it.release(1)]), Some(Error::TooFewShares(2)));
    assert_eq!(
        refused(&[it.release(1), it.release(1)]),
        Some(Error::RepeatedShare(2))
    );
    // The trustee sends something else: it is the checksum that tells.
    for index in [1, 3] {
        let parts = [it.forged(index), it.release(1)];
        assert_eq!(refused(&parts), Some(Error::WrongShare(index)));
    }
    // Released to another device.
    let other = people(&["somebody's phone"], 9).remove(0);
    let parts = [it.release(0), it.release(1)];
    let taken = PatientKey::recover(&parts, &other, &[]);
    assert_eq!(taken.err(), Some(Error::NoStanza));
}

#[test]
fn shares_of_other_splits_are_named() {
    let it = trusted(5);
    let again = it
        .split
        .key
        .split_again(&publics(&it.trustees), 2, &mut rng(6))
        .unwrap();
    let later = Trusted {
        before: PatientKey::generate(&mut rng(5)).unwrap(),
        split: again,
        trustees: people(&["Ada", "Ben", "Cy"], 105),
        device: people(&["new phone"], 305).remove(0),
    };
    for (parts, index) in [
        ([it.release(0), later.release(1)], 1),
        ([later.release(0), it.release(1)], 2),
    ] {
        assert_eq!(it.recover(&parts).err(), Some(Error::StaleShare(index)));
    }
    let stranger = trusted(7);
    let parts = [it.release(0), stranger.release(2)];
    assert_eq!(it.recover(&parts).err(), Some(Error::OtherShare(3)));
    // Two splits of one key under one number, as after a power failure.
    let twice = it.before.split(&publics(&it.trustees), 2, &mut rng(8));
    let twice = twice.unwrap().shares.remove(1);
    let twice = twice.release(&it.trustees[1], it.device.public(), &mut rng(9));
    let parts = [it.release(0), twice.unwrap()];
    assert_eq!(it.recover(&parts).err(), Some(Error::OtherShare(2)));
    // The later ones alone are good, and the earlier ones of what they were.
    assert!(later.recover(&[later.release(0), later.release(1)]).is_ok());
    assert!(it.recover(&[it.release(0), it.release(1)]).is_ok());
}

#[test]
fn a_drill_tells_whose_share_it_is_and_whether_it_is_of_use() {
    let it = trusted(8);
    let share = &it.split.shares[1];
    assert_eq!(share.check(&it.trustees[1]), Ok(()));
    assert_eq!(share.check(&it.trustees[0]), Err(Error::NoStanza));
    assert_eq!(share.is_current(it.split.key.profile()), Ok(()));
    assert_eq!(share.is_current(it.before.profile()), Ok(()));
    let again = it
        .split
        .key
        .split_again(&publics(&it.trustees), 2, &mut rng(6))
        .unwrap();
    let now = again.key.profile();
    assert_eq!(share.is_current(now), Err(Error::StaleShare(2)));
    // Of two splits again under one number neither is the later one.
    let twice = it
        .split
        .key
        .split_again(&publics(&it.trustees), 2, &mut rng(9))
        .unwrap();
    let other = twice.shares[1].is_current(now);
    assert_eq!(other, Err(Error::OtherShare(2)));
    let early = again.shares[1].is_current(it.split.key.profile());
    assert_eq!(early, Err(Error::OtherShare(2)));
    let stranger = again
        .key
        .split_again(&publics(&it.trustees), 2, &mut rng(7));
    let stranger = stranger.unwrap().key.rotate(&mut rng(60)).unwrap().key;
    let other = share.is_current(stranger.profile());
    assert_eq!(other, Err(Error::OtherShare(2)));
    // Rotation keeps the trustees.
    let rotated = it.split.key.rotate(&mut rng(7)).unwrap();
    assert_eq!(share.is_current(rotated.key.profile()), Ok(()));
}

/// A share is sealed for its place in its split, as SPEC.md says: to another place it can't be
/// moved, not even where no checksum is looked at.
#[test]
fn a_share_is_bound_to_its_split_and_index() {
    let it = trusted(9);
    let share = &it.split.shares[1];
    let info = |tag: &[u8], place: [u8; 3]| [tag, &share.backup_id(), &place].concat();
    let opened = |key: &RecipientKey, info: &[u8], sealed: &[u8]| {
        hpke::open(key.hpke(), info, &[], sealed).map(drop)
    };
    let (kept, sent) = (tags::RECOVERY_TO_TRUSTEE, tags::RECOVERY_TO_DEVICE);
    let key = &it.trustees[1];
    assert_eq!(opened(key, &info(kept, [2, 2, 3]), &share.sealed), Ok(()));
    for place in [[1, 2, 3], [2, 3, 3], [2, 2, 4]] {
        assert!(opened(key, &info(kept, place), &share.sealed).is_err());
    }
    assert!(opened(key, &info(sent, [2, 2, 3]), &share.sealed).is_err());
    let released = it.release(1).sealed;
    assert_eq!(
        opened(&it.device, &info(sent, [2, 2, 3]), &released),
        Ok(())
    );
    // The bytes say so too.
    let bytes = share.to_bytes();
    let at = bytes.len() - 32 - 80 - 64 - 1;
    assert_eq!(bytes[at], 2);
    let moved = resummed(&bytes, |all| all[at] = 1);
    let moved = TrusteeShare::from_bytes(&moved).unwrap();
    assert_eq!(moved.check(key), Err(Error::WrongShare(1)));
    for index in [0, 4] {
        let none = resummed(&bytes, |all| all[at] = index);
        let read = TrusteeShare::from_bytes(&none);
        assert_eq!(read.err(), Some(Error::Field("index of a share")));
    }
}

#[test]
fn what_all_shares_have_alike_is_signed() {
    let it = trusted(10);
    let bytes = it.split.shares[0].to_bytes();
    let own = bytes.len() - 32 - 80 - 64 - 1;
    for place in (8..own).step_by(3) {
        let changed = resummed(&bytes, |all| all[place] ^= 1);
        assert!(TrusteeShare::from_bytes(&changed).is_err(), "byte {place}");
    }
    let again = TrusteeShare::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.backup_id(), it.split.shares[2].backup_id());
    assert_eq!((again.trustees(), again.index()), ((2, 3), 1));
    let last = TrusteeShare::from_bytes(&it.split.shares[2].to_bytes()).unwrap();
    assert_eq!(last.index(), 3);
    assert_eq!(again.holder(), it.trustees[0].public().fingerprint());
    let released = it.release(0).to_bytes();
    let read = ReleasedShare::from_bytes(&released).unwrap();
    assert_eq!(read.to_bytes(), released);
    assert!(ReleasedShare::from_bytes(&bytes).is_err());
}

#[test]
fn thresholds_and_trustees_are_bounded() {
    let key = PatientKey::generate(&mut rng(11)).unwrap();
    let people = people(&["x"; 33], 12);
    let many = publics(&people);
    let split = |trustees: &[RecipientPublic], threshold| {
        key.split(trustees, threshold, &mut rng(13))
            .map(|it| it.shares.len())
    };
    assert_eq!(split(&many[..2], 2), Ok(2));
    assert_eq!(split(&many[..32], 32), Ok(32));
    let bounds = Err(Error::Argument(
        "threshold: from 2 to the number of trustees, of whom there are at most 32",
    ));
    for (count, threshold) in [(0, 0), (1, 1), (3, 0), (3, 1), (3, 4), (33, 2)] {
        let refused = split(&many[..count], threshold);
        assert_eq!(refused, bounds, "{count}");
    }
    let twice = [many[0].clone(), many[1].clone(), many[0].clone()];
    assert_eq!(split(&twice, 2), Err(Error::Duplicate("trustee")));
    // Nor with one key of two: who has it reads both shares, or signs for both.
    let [first, second] = [0, 1].map(|at| people[at].to_bytes().expose().clone());
    for own in [8..40, 40..72] {
        let mixed = resummed(&second, |bytes| {
            bytes[own.clone()].copy_from_slice(&first[own.clone()]);
        });
        let mixed = RecipientKey::from_bytes(&mixed).unwrap();
        let twice = [many[0].clone(), mixed.public().clone()];
        assert_ne!(twice[0], twice[1]);
        assert_eq!(split(&twice, 2), Err(Error::Duplicate("trustee")));
    }
    let done = key.split(&many[..2], 2, &mut rng(13)).unwrap().key;
    let again = done.split(&many[..2], 2, &mut rng(13)).err();
    assert!(matches!(again, Some(Error::Argument(_))));
}

/// What the trustees of before can still do, and for whom.
#[test]
fn splitting_again_makes_earlier_shares_worthless_to_whoever_knows() {
    let it = trusted(14);
    let new = people(&["Dot", "Eve"], 15);
    // The device alone: fresh keys, and nothing that deposes the earlier ones.
    let alone = it.split.key.split_again(&publics(&new), 2, &mut rng(16));
    let alone = alone.unwrap();
    assert!(alone.succession.is_none());
    assert!(alone.key.profile().recovery() != it.split.key.profile().recovery());
    // After a recovery the earlier recovery key signs for the fresh ones.
    let recovered = it.recover(&[it.release(0), it.release(1)]).unwrap();
    let again = recovered.split_again(&publics(&new), 2, &mut rng(17));
    let again = again.unwrap();
    let succession = again.succession.unwrap();
    assert_eq!(succession.rank(), Rank::Recovery);
    let read = Succession::from_bytes(&succession.to_bytes()).unwrap();
    let now = read.verify(it.before.profile()).unwrap();
    assert_eq!(now.later().recovery(), again.key.profile().recovery());
    assert_eq!(now.later().id(), it.before.profile().id());
    // The earlier trustees still have the earlier recovery key: it says nothing to who knows.
    let stolen = recovered.rotate(&mut rng(18)).unwrap().succession;
    let late = Succession::from_bytes(&stolen.to_bytes()).unwrap();
    assert_eq!(late.verify(now.later()).err(), Some(Error::Verify));
}
