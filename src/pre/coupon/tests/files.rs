//! The store on a disk.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

fn pack_file(directory: &Path) -> PathBuf {
    let mut all = fs::read_dir(directory)
        .unwrap()
        .map(|it| it.unwrap().path());
    all.find(|it| it.extension().is_some()).unwrap()
}

#[test]
fn it_keeps_the_rules() {
    let place = tempfile::tempdir().unwrap();
    let world = World::new(&[("a=1", 3), ("a=2", 2)]);
    keeps_the_rules(
        &world,
        &mut FileCouponStore::open(place.path().join("new")).unwrap(),
    );
}

#[test]
fn two_at_once_hand_out_different_coupons() {
    let place = tempfile::tempdir().unwrap();
    let world = World::new(&[("a=1", 12)]);
    let open = || FileCouponStore::open(place.path()).unwrap();
    open().add(world.open(0)).unwrap();
    let take_all = || {
        let mut store = open();
        let mut taken = Vec::new();
        while let Ok(d) = world.take(&mut store, "a=1") {
            taken.push(d);
        }
        taken
    };
    let mut all = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..3).map(|_| scope.spawn(take_all)).collect();
        let taken = handles.into_iter().map(|it| it.join().unwrap());
        taken.collect::<Vec<_>>().concat()
    });
    all.sort_unstable();
    let mut expected = world.digests(0);
    expected.sort_unstable();
    assert_eq!(all, expected);
}

#[test]
fn the_key_is_gone_before_the_coupon_is_there() {
    let place = tempfile::tempdir().unwrap();
    let world = World::new(&[("a=1", 2)]);
    let key = |at: usize| *world.open(0).coupons[at].key.expose();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    store.add(world.open(0)).unwrap();
    let read = || fs::read(pack_file(place.path())).unwrap();
    let has = |key: [u8; 32]| read().windows(32).any(|it| it == key);
    assert!(has(key(0)) && has(key(1)));
    world.take(&mut store, "a=1").unwrap();
    assert!(!has(key(0)) && has(key(1)));
    world.take(&mut store, "a=1").unwrap();
    assert!(!has(key(1)));
    // What is left keeps the pack from coming again, and is short.
    assert_eq!(world.take(&mut store, "a=1").err(), Some(Error::NoCoupon));
    assert!(read().len() < 200);
    assert_eq!(store.add(world.open(0)), Ok(0));
}

#[test]
fn a_file_that_was_copied_hands_out_nothing() {
    let place = tempfile::tempdir().unwrap();
    let world = World::new(&[("a=1", 2)]);
    let mut store = FileCouponStore::open(place.path()).unwrap();
    store.add(world.open(0)).unwrap();
    let path = pack_file(place.path());
    if fs::metadata(&path).unwrap().created().is_err() {
        return;
    }
    let backup = place.path().join("backup");
    fs::copy(&path, &backup).unwrap();
    world.take(&mut store, "a=1").unwrap();
    fs::remove_file(pack_file(place.path())).unwrap();
    fs::copy(&backup, &path).unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    assert_eq!(world.take(&mut store, "a=1").err(), Some(Error::NoCoupon));
    assert_eq!(store.add(world.open(0)), Ok(0));
    assert_eq!(store.stock().unwrap()[0].left, 0);
}

/// `cp backup/* store/` writes into the files that are there, so that they seem to be the same.
#[test]
fn a_backup_copied_over_the_store_brings_nothing_back() {
    let place = tempfile::tempdir().unwrap();
    let world = World::new(&[("a=1", 4)]);
    let mut store = FileCouponStore::open(place.path()).unwrap();
    store.add(world.open(0)).unwrap();
    let mut taken = vec![world.take(&mut store, "a=1").unwrap()];
    let copies: Vec<_> = fs::read_dir(place.path())
        .unwrap()
        .map(|it| it.unwrap().path())
        .map(|path| (fs::read(&path).unwrap(), path))
        .collect();
    taken.push(world.take(&mut store, "a=1").unwrap());
    for (bytes, path) in copies {
        fs::write(&path, bytes).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    let mut store = FileCouponStore::open(place.path()).unwrap();
    while let Ok(d) = world.take(&mut store, "a=1") {
        assert!(!taken.contains(&d), "handed out twice");
        taken.push(d);
    }
    assert_eq!(taken.len(), 4);
    assert_eq!(store.add(world.open(0)), Ok(0));
    assert_eq!(store.stock().unwrap()[0].left, 0);
}

#[test]
fn every_state_of_a_write_that_was_cut_off_is_safe() {
    let world = World::new(&[("a=1", 2)]);
    let place = tempfile::tempdir().unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    store.add(world.open(0)).unwrap();
    let path = pack_file(place.path());
    let before = fs::read(&path).unwrap();
    let first = world.take(&mut store, "a=1").unwrap();
    let renamed = pack_file(place.path());
    let after = fs::read(&renamed).unwrap();
    let changed: Vec<_> = (0..before.len())
        .filter(|at| before[*at] != after[*at])
        .collect();
    assert!((32..=48).contains(&changed.len()));
    // The write was cut at each of its bytes, from the front or from the back, before the file
    // was renamed; or it was renamed and none of the write had reached the disk.
    let mut states = vec![(before.clone(), renamed.clone())];
    for cut in 1..changed.len() {
        for part in [&changed[..cut], &changed[cut..]] {
            let mut torn = before.clone();
            part.iter().for_each(|at| torn[*at] = after[*at]);
            states.push((torn, path.clone()));
        }
    }
    for (bytes, name) in states {
        // In place: the file stays the one that was made here.
        let there = pack_file(place.path());
        fs::write(&there, &bytes).unwrap();
        fs::rename(there, name).unwrap();
        let mut store = FileCouponStore::open(place.path()).unwrap();
        let second = world.take(&mut store, "a=1").unwrap();
        assert_ne!(first, second);
        let end = world.take(&mut store, "a=1").err();
        assert_eq!(end, Some(Error::NoCoupon));
    }
}

#[test]
fn damage_of_a_beginning_is_an_error() {
    let world = World::new(&[("a=1", 1)]);
    let place = tempfile::tempdir().unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    store.add(world.open(0)).unwrap();
    let path = pack_file(place.path());
    let good = fs::read(&path).unwrap();
    for at in 0..8 + 8 + 16 + 32 + 6 + 2 + 16 {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&path, &bad).unwrap();
        assert!(world.take(&mut store, "a=1").is_err(), "{at}");
    }
    fs::write(&path, &good).unwrap();
    assert!(world.take(&mut store, "a=1").is_ok());
}

#[test]
fn a_file_has_1_to_4096_coupons_of_one_label_or_more() {
    let world = World::new(&[("a=1", 1)]);
    let place = tempfile::tempdir().unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    store.add(world.open(0)).unwrap();
    let path = pack_file(place.path());
    let good = fs::read(&path).unwrap();
    // Behind header, time, ids and labels the count, and a checksum that anybody can make.
    let stock = |labels: &[u8], count: u16| {
        let front = [&good[..64], labels, &count.to_be_bytes()].concat();
        let behind = &good[64 + 6 + 2 + 16..];
        let bytes = [&front, &registry::checksum(&[&front])[..], behind].concat();
        fs::write(&path, bytes).unwrap();
        let stock = FileCouponStore::open(place.path()).unwrap().stock();
        stock.map(|stock| (stock[0].minted, stock[0].left))
    };
    let labels = &good[64..64 + 6];
    assert_eq!(stock(labels, 1), Ok((1, 1)));
    assert_eq!(stock(labels, 4_096), Ok((4_096, 1)));
    let refused = Err(Error::Length("coupons"));
    for (labels, count) in [(labels, 0), (labels, 4_097), (&[0][..], 1)] {
        assert_eq!(stock(labels, count), refused, "{count}");
    }
}

#[test]
fn what_an_interrupted_addition_left_is_removed() {
    let world = World::new(&[("a=1", 1)]);
    let place = tempfile::tempdir().unwrap();
    let mut store = FileCouponStore::open(place.path()).unwrap();
    let left = place.path().join(".hippocrypt-x.tmp");
    fs::write(&left, b"half a pack").unwrap();
    assert_eq!(store.add(world.open(0)), Ok(1));
    assert!(!left.exists());
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new(&[("a=1", 1)]);
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("store");
    let mut store = FileCouponStore::open(&directory).unwrap();
    store.add(world.open(0)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    let path = pack_file(&directory);
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(
        world.take(&mut store, "a=1").err(),
        Some(Error::Permissions)
    );
}
