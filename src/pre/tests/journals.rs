//! What a relay keeps on its disk.

use std::fs;
use std::path::Path;

use super::*;
use crate::asymmetric::{SigningKey, VerifyingKey};

fn key(seed: u64) -> VerifyingKey {
    SigningKey::generate(&mut rng(seed))
        .unwrap()
        .verifying_key()
}

fn revocation(patient: &PatientKey, id: u8) -> Revocation {
    patient.revoke(Revoked::Grant([id; 16]), u64::from(id), NOW)
}

fn journal(place: &Path) -> std::path::PathBuf {
    place.join("journal")
}

/// A revocation, a list's number, a sharing's and a nonce, and where each entry ends.
fn written(place: &Path, patient: &PatientKey) -> Vec<usize> {
    let mut state = FileRelayState::open(place, NOW - 100).unwrap();
    let mut ends = Vec::new();
    let mut end = || ends.push(fs::metadata(journal(place)).unwrap().len() as usize);
    end();
    state.keep(&revocation(patient, 1)).unwrap();
    end();
    state.keep_list(&key(1), 7).unwrap();
    end();
    state.raise_sharing(&[3; 32], 4).unwrap();
    end();
    assert!(state.keep_nonce(&key(2), &[5; 16], NOW, NOW - 50).unwrap());
    end();
    ends
}

#[test]
fn everything_is_there_again() {
    let place = tempfile::tempdir().unwrap();
    let patient = PatientKey::generate(&mut rng(1)).unwrap();
    written(place.path(), &patient);
    let bytes = fs::read(journal(place.path())).unwrap();
    let mut state = FileRelayState::open(place.path(), NOW).unwrap();
    assert_eq!(state.since(), NOW - 100);
    let kept = state.revocations(patient.profile().id()).unwrap();
    assert_eq!(kept, [revocation(&patient, 1)]);
    assert_eq!(state.last_list(&key(1)), Ok(7));
    assert_eq!(state.last_list(&key(2)), Ok(0));
    assert_eq!(state.sharing_floor(&[3; 32]), Ok(4));
    assert_eq!(state.sharing_floor(&[4; 32]), Ok(0));
    assert_eq!(state.keep_nonce(&key(2), &[5; 16], NOW, 0), Ok(false));
    assert_eq!(state.keep_nonce(&key(3), &[5; 16], NOW, 0), Ok(true));
    // What is known writes nothing, and a lower number lowers nothing.
    let length = fs::metadata(journal(place.path())).unwrap().len();
    state.keep(&revocation(&patient, 1)).unwrap();
    state.keep_list(&key(1), 6).unwrap();
    state.raise_sharing(&[3; 32], 3).unwrap();
    assert_eq!(state.last_list(&key(1)), Ok(7));
    assert_eq!(state.sharing_floor(&[3; 32]), Ok(4));
    assert_eq!(fs::metadata(journal(place.path())).unwrap().len(), length);
    assert!(fs::read(journal(place.path())).unwrap().starts_with(&bytes));
}

#[cfg(unix)]
#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    for (mode, refused) in [(0o770, true), (0o702, true), (0o755, false), (0o700, false)] {
        fs::set_permissions(place.path(), fs::Permissions::from_mode(mode)).unwrap();
        let opened = FileRelayState::open(place.path(), NOW);
        assert_eq!(matches!(opened, Err(Error::Io(_))), refused, "{mode:o}");
    }
}

/// A disk that fails is asked again: only what it then has counts as kept.
#[test]
fn what_could_not_be_written_is_not_kept() {
    let place = tempfile::tempdir().unwrap();
    let (here, away) = (place.path().join("state"), place.path().join("away"));
    let patient = PatientKey::generate(&mut rng(1)).unwrap();
    let both = [revocation(&patient, 1), revocation(&patient, 2)];
    let mut state = FileRelayState::open(&here, NOW).unwrap();
    // No file can be made in a directory that is not there.
    fs::rename(&here, &away).unwrap();
    assert!(state.keep_all(&both).is_err());
    fs::rename(&away, &here).unwrap();
    state.keep_all(&both).unwrap();
    drop(state);
    let state = FileRelayState::open(&here, NOW).unwrap();
    let kept = state.revocations(patient.profile().id()).unwrap();
    assert_eq!(kept, both);
}

#[test]
fn an_entry_that_was_not_finished_is_passed_over_and_no_other() {
    let place = tempfile::tempdir().unwrap();
    let patient = PatientKey::generate(&mut rng(1)).unwrap();
    let ends = written(place.path(), &patient);
    let whole = fs::read(journal(place.path())).unwrap();
    let open = |bytes: &[u8]| {
        // The same file, so that it is not taken for one copied back.
        fs::write(journal(place.path()), bytes).unwrap();
        FileRelayState::open(place.path(), NOW)
    };
    let known = |state: &FileRelayState| {
        let lists = usize::from(state.last_list(&key(1)).unwrap() == 7);
        let sharings = usize::from(state.sharing_floor(&[3; 32]).unwrap() == 4);
        state.revocations(patient.profile().id()).unwrap().len() + lists + sharings
    };
    for length in 0..whole.len() {
        let entries = ends.iter().filter(|end| **end <= length).count();
        let opened = open(&whole[..length]);
        let Some(entries) = entries.checked_sub(1) else {
            assert!(opened.is_err(), "{length}");
            continue;
        };
        let mut state = opened.unwrap();
        assert_eq!(known(&state), entries, "{length}");
        // Nothing of it stands before what is written next.
        assert!(state.keep_nonce(&key(9), &[9; 16], NOW, 0).unwrap());
        drop(state);
        let mut again = FileRelayState::open(place.path(), NOW).unwrap();
        assert_eq!(again.keep_nonce(&key(9), &[9; 16], NOW, 0), Ok(false));
    }
    // The end or the beginning of the last one did not reach the disk.
    let last = ends[3];
    for zeros in [last..last + 20, last..whole.len(), last + 30..whole.len()] {
        let mut torn = whole.clone();
        torn[zeros].fill(0);
        assert_eq!(known(&open(&torn).unwrap()), 3);
    }
    // Nor did any of an entry but its length: the longest is a revocation, of 1 + 161 + 16 bytes.
    for (length, of_zeros) in [
        (1, true),
        (52, true),
        (177, true),
        (178, true),
        (179, false),
    ] {
        let unfinished = [&whole[..], &std::vec![0; length]].concat();
        assert_eq!(open(&unfinished).is_ok(), of_zeros, "{length}");
    }
    for length in [30, 60, 100, 179] {
        let mut other = whole.clone();
        other.resize(whole.len() + length, 0);
        other[whole.len() + 20] = 7;
        assert!(open(&other).is_err(), "{length}");
    }
    // Anywhere else it is damage.
    for zeros in [
        ends[0]..ends[0] + 20,
        ends[1] - 8..ends[1],
        ends[1]..ends[2],
    ] {
        let mut damaged = whole.clone();
        damaged[zeros].fill(0);
        assert!(open(&damaged).is_err());
    }
}

#[test]
fn damage_is_an_error() {
    let place = tempfile::tempdir().unwrap();
    let patient = PatientKey::generate(&mut rng(1)).unwrap();
    written(place.path(), &patient);
    let whole = fs::read(journal(place.path())).unwrap();
    assert_ne!(whole.last(), Some(&0));
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << bit;
            if at + 1 == whole.len() && damaged[at] == 0 {
                continue;
            }
            fs::write(journal(place.path()), &damaged).unwrap();
            let opened = FileRelayState::open(place.path(), NOW);
            assert!(opened.is_err(), "byte {at}, bit {bit}");
        }
    }
    // Entries in another order, or left out.
    let ends = written(tempfile::tempdir().unwrap().path(), &patient);
    let without = [&whole[..ends[1]], &whole[ends[2]..]].concat();
    fs::write(journal(place.path()), without).unwrap();
    assert!(FileRelayState::open(place.path(), NOW).is_err());
}

#[test]
fn a_state_that_was_copied_back_refuses_what_it_may_have_served() {
    let place = tempfile::tempdir().unwrap();
    let patient = PatientKey::generate(&mut rng(1)).unwrap();
    written(place.path(), &patient);
    let backup = place.path().join("backup");
    fs::copy(journal(place.path()), &backup).unwrap();
    assert!(fs::metadata(&backup).unwrap().created().is_ok());
    fs::rename(&backup, journal(place.path())).unwrap();

    let state = FileRelayState::open(place.path(), NOW + 9).unwrap();
    assert_eq!(state.since(), NOW + 9);
    assert_eq!(state.last_list(&key(1)), Ok(7));
    assert_eq!(state.revocations(patient.profile().id()).unwrap().len(), 1);
    drop(state);
    // Once; and when the operator says so.
    let mut state = FileRelayState::open(place.path(), NOW + 99).unwrap();
    assert_eq!(state.since(), NOW + 9);
    state.refuse_before(NOW + 50).unwrap();
    drop(state);
    let state = FileRelayState::open(place.path(), NOW + 99).unwrap();
    assert_eq!(state.since(), NOW + 50);
}

#[test]
fn a_new_state_knows_nothing_of_before() {
    let place = tempfile::tempdir().unwrap();
    let state = FileRelayState::open(place.path().join("a/b"), NOW).unwrap();
    assert_eq!(state.since(), NOW);
}

#[test]
fn many_old_nonces_make_room_and_are_not_taken_again() {
    let place = tempfile::tempdir().unwrap();
    let patient = PatientKey::generate(&mut rng(1)).unwrap();
    // 4,096 of them, without as many writes.
    let mut state = FileRelayState::open(place.path(), 5).unwrap();
    for at in 0..4096u64 {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&at.to_be_bytes());
        state.take_unwritten(&key(1), &nonce, 10);
    }
    state
        .keep_all(&[revocation(&patient, 1), revocation(&patient, 2)])
        .unwrap();
    let before = fs::metadata(journal(place.path())).unwrap().len();
    assert!(state.keep_nonce(&key(2), &[1; 16], 12, 12).unwrap());
    assert!(fs::metadata(journal(place.path())).unwrap().len() < before / 100);
    drop(state);
    let mut state = FileRelayState::open(place.path(), 5).unwrap();
    assert_eq!(state.since(), 12);
    assert_eq!(state.revocations(patient.profile().id()).unwrap().len(), 2);
    assert_eq!(state.keep_nonce(&key(2), &[1; 16], 12, 12), Ok(false));
}

/// Written anew for each of them, a long journal would cost a relay under load its time.
#[test]
fn a_journal_is_not_written_anew_for_less_than_half_of_its_nonces() {
    let place = tempfile::tempdir().unwrap();
    let mut state = FileRelayState::open(place.path(), 5).unwrap();
    for at in 0..2 * 4096 + 2u64 {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&at.to_be_bytes());
        let time = if at < 4096 { 10 } else { 20 };
        state.take_unwritten(&key(1), &nonce, time);
    }
    let length = || fs::metadata(journal(place.path())).unwrap().len();
    let before = length();
    assert!(state.keep_nonce(&key(2), &[1; 16], 20, 12).unwrap());
    assert_eq!(length() - before, 1 + 32 + 16 + 8 + 16);
}

/// A relay that takes older requests again does not serve what it has forgotten.
#[test]
fn what_memory_forgets_it_refuses() {
    let mut state = MemoryRelayState::default();
    assert_eq!(state.keep_nonce(&key(1), &[1; 16], 10, 0), Ok(true));
    assert_eq!(state.since(), 0);
    assert_eq!(state.keep_nonce(&key(1), &[2; 16], 20, 15), Ok(true));
    assert_eq!(state.since(), 15);
}

/// Of two that open it one waits for the other.
#[test]
fn it_is_locked_while_it_is_open() {
    let place = tempfile::tempdir().unwrap();
    let mut first = FileRelayState::open(place.path(), NOW).unwrap();
    let path = place.path().to_path_buf();
    let second = std::thread::spawn(move || {
        let mut state = FileRelayState::open(path, NOW).unwrap();
        state.keep_nonce(&key(1), &[1; 16], NOW, 0)
    });
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(first.keep_nonce(&key(1), &[1; 16], NOW, 0), Ok(true));
    drop(first);
    assert_eq!(second.join().unwrap(), Ok(false));
}
