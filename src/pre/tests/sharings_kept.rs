//! Standing sharings on a relay's disk.

use std::fs;
use std::path::PathBuf;

use super::standing::{Standing, TEXT};
use super::*;

fn kept(place: &std::path::Path) -> Vec<PathBuf> {
    let folder = fs::read_dir(place.join("sharings")).unwrap();
    folder.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_share_is_there_again_and_the_one_before_is_overwritten() {
    let place = tempfile::tempdir().unwrap();
    let mut it = Standing::new(1, 2, 2);
    let digest = *it.sharing.digest();
    let mut state = FileRelayState::open(place.path(), NOW).unwrap();
    let key = &it.world.relays[0];
    let missing = state.sharing(&digest, key).err();
    assert!(matches!(missing, Some(Error::Sharing(_))));
    state.keep_sharing(&it.held[0], key, &mut rng(1)).unwrap();
    let held = state.sharing(&digest, key).unwrap();
    assert!(*held.share().expose() == *it.held[0].share().expose());
    let [file] = kept(place.path()).try_into().unwrap();
    fs::hard_link(&file, place.path().join("inode")).unwrap();
    // What an interrupted process left.
    let left = place.path().join("sharings/.hippocrypt-left.tmp");
    fs::copy(&file, &left).unwrap();
    fs::hard_link(&left, place.path().join("left")).unwrap();

    let statement = it.refresh(10);
    let key = &it.world.relays[0];
    state.keep_sharing(&it.held[0], key, &mut rng(2)).unwrap();
    for gone in ["inode", "left"] {
        let bytes = fs::read(place.path().join(gone)).unwrap();
        assert!(
            !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0),
            "{gone}"
        );
    }
    assert_eq!(kept(place.path()), [file]);
    drop(state);
    let state = FileRelayState::open(place.path(), NOW).unwrap();
    assert_eq!(state.sharing(&digest, key).unwrap().number(), 1);
    assert_eq!(state.sharing_floor(&digest), Ok(statement.number()));
}

#[test]
fn a_file_of_before_or_of_another_sharing_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let mut it = Standing::new(1, 2, 2);
    let digest = *it.sharing.digest();
    let mut state = FileRelayState::open(place.path(), NOW).unwrap();
    let key = RelayKey::from_bytes(it.world.relays[0].to_bytes().expose()).unwrap();
    state.keep_sharing(&it.held[0], &key, &mut rng(1)).unwrap();
    let [file] = kept(place.path()).try_into().unwrap();
    let backup = fs::read(&file).unwrap();
    it.refresh(10);
    state.keep_sharing(&it.held[0], &key, &mut rng(2)).unwrap();
    fs::write(&file, &backup).unwrap();
    let refused = state.sharing(&digest, &key).err();
    assert!(matches!(refused, Some(Error::Sharing(_))));
    // Under another name.
    let other = state.path_of(&[9; 32]);
    state.keep_sharing(&it.held[0], &key, &mut rng(3)).unwrap();
    fs::copy(&file, other).unwrap();
    let refused = state.sharing(&[9; 32], &key).err();
    assert_eq!(refused, Some(Error::Checksum));
}

#[test]
fn an_ended_sharing_is_gone_whatever_is_copied_back() {
    let place = tempfile::tempdir().unwrap();
    let it = Standing::new(1, 2, 2);
    let granted = it.grant(TEXT, 3);
    let digest = *it.sharing.digest();
    let mut state = FileRelayState::open(place.path(), NOW).unwrap();
    let key = &it.world.relays[0];
    let end = it.world.patient;
    let end = end
        .end_sharing(&it.sharing, NOW, &mut Cache::new())
        .unwrap();
    state.keep_sharing(&it.held[0], key, &mut rng(1)).unwrap();
    let [file] = kept(place.path()).try_into().unwrap();
    let backup = fs::read(&file).unwrap();
    assert_eq!(state.end_sharing(&end), Ok(true));
    assert!(kept(place.path()).is_empty());
    assert_eq!(state.end_sharing(&end), Ok(false));
    assert_eq!(state.sharing(&digest, key).err(), Some(Error::EpochEnded));
    fs::write(&file, &backup).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    drop(state);
    let mut state = FileRelayState::open(place.path(), NOW).unwrap();
    assert_eq!(state.sharing(&digest, key).err(), Some(Error::EpochEnded));
    let refused = it.held[0].admit(granted.grant, NOW, &state).err();
    assert_eq!(refused, Some(Error::EpochEnded));
    // It goes with the same statement.
    assert_eq!(state.end_sharing(&end), Ok(true));
    // One that never had a share keeps the end all the same.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = FileRelayState::open(elsewhere.path(), NOW).unwrap();
    assert_eq!(other.end_sharing(&end), Ok(false));
    assert_eq!(other.sharing(&digest, key).err(), Some(Error::EpochEnded));
}
