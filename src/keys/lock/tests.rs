//! Tests of the passphrase lock.

use super::*;
use crate::asymmetric::SigningKey;
use crate::keys::testing::{Counting, reseal, unhex};
use crate::keys::{SignerKey, SignerPublic};

const PASSPHRASE: &str = "pässword";

fn key() -> SignerKey {
    SignerKey::new(SigningKey::from_seed(&Secret::new([7; 32])), "Wärd 3").unwrap()
}

fn locked() -> Vec<u8> {
    let mut rng = Counting { next: 0, left: 16 };
    lock(&key().to_bytes(), PASSPHRASE, LockCost::LEAST, &mut rng).unwrap()
}

/// Computed apart from this library: the reference C code of Argon2, another ChaCha20.
#[test]
fn the_bytes_are_frozen() {
    let frozen = unhex(concat!(
        "484950504f010120",
        "01000020000101000102030405060708090a0b0c0d0e0f00000050",
        "0bdcca2980d4ac1f133b14029a802d9438892bb7ddb8d6ba53322883007df7fd",
        "6afe42d0efeb30d6b4a7fedbb29a6025f044e410f753cc5818e263626dc7c515",
        "b1e44691c310f3547e7db5aecf8b062b",
        "9aae6879871c2f95595fe3ca93b8ea1d",
        "d2e0fc5339a397bc80cfec8888ed2ff581b88af46b534d2642250d458a6bcbea",
    ));
    assert_eq!(locked(), frozen);
    assert_eq!(
        unlock(&frozen, Some(PASSPHRASE)).unwrap().expose(),
        key().to_bytes().expose()
    );
    assert!(is_locked(&frozen) && !is_locked(key().to_bytes().expose()));
}

#[test]
fn the_passphrase_must_be_there_and_right() {
    assert_eq!(unlock(&locked(), None).err(), Some(Error::PassphraseNeeded));
    assert_eq!(
        SignerKey::from_bytes(&locked()).err(),
        Some(Error::PassphraseNeeded)
    );
    assert_eq!(
        SignerPublic::from_bytes(&locked()).err(),
        Some(Error::Kind(32))
    );
    for wrong in ["password", "pässword ", "Pässword", "x"] {
        assert_eq!(
            unlock(&locked(), Some(wrong)).err(),
            Some(Error::Open),
            "{wrong}"
        );
    }
}

#[test]
fn a_passphrase_is_text_in_one_spelling() {
    let mut rng = Counting {
        next: 0,
        left: 1000,
    };
    let mut attempt = |passphrase: &str| {
        let locking = lock(&key().to_bytes(), passphrase, LockCost::LEAST, &mut rng).err();
        assert_eq!(unlock(&locked(), Some(passphrase)).err(), locking);
        locking
    };
    assert_eq!(
        attempt(""),
        Some(Error::Argument("the passphrase is empty"))
    );
    assert!(matches!(attempt("pa\u{308}ssword"), Some(Error::Text(_))));
    assert!(matches!(attempt("a\tb"), Some(Error::Text(_))));
}

#[test]
fn costs_are_bounded_when_chosen_and_when_read() {
    for (memory, passes, lanes) in [
        (8191, 1, 1),
        ((1 << 20) + 1, 1, 1),
        (u32::MAX, 1, 1),
        (8192, 0, 1),
        (8192, 17, 1),
        (8192, 1, 0),
        (8192, 1, 5),
    ] {
        assert!(matches!(
            LockCost::new(memory, passes, lanes),
            Err(Error::Field(_))
        ));
        let mut bytes = locked();
        bytes[9..13].copy_from_slice(&memory.to_be_bytes());
        bytes[13..15].copy_from_slice(&[passes, lanes]);
        let read = unlock(&reseal(bytes), Some(PASSPHRASE)).err();
        assert!(
            matches!(read, Some(Error::Field(_))),
            "{memory} {passes} {lanes}"
        );
    }
    for (memory, passes, lanes) in [(8192, 1, 1), (1 << 20, 16, 4)] {
        assert!(LockCost::new(memory, passes, lanes).is_ok());
    }
    assert_eq!(LockCost::new(64 << 10, 3, 1), Ok(LockCost::DEFAULT));
    assert_eq!(LockCost::new(8192, 1, 1), Ok(LockCost::LEAST));
}

#[test]
fn other_costs_open_again() {
    let cost = LockCost::new(9000, 2, 3).unwrap();
    let mut rng = Counting { next: 9, left: 16 };
    let bytes = lock(&key().to_bytes(), "x", cost, &mut rng).unwrap();
    assert_eq!(
        unlock(&bytes, Some("x")).unwrap().expose(),
        key().to_bytes().expose()
    );
}

#[test]
fn damage_is_found_at_every_byte_and_length() {
    let bytes = locked();
    for i in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[i] ^= 1;
        assert!(unlock(&changed, Some(PASSPHRASE)).is_err(), "{i}");
        assert_eq!(
            unlock(&bytes[..i], Some(PASSPHRASE)).err(),
            Some(Error::Truncated),
            "{i}"
        );
    }
    let trailing = [bytes.as_slice(), &[0]].concat();
    assert_eq!(
        unlock(&trailing, Some(PASSPHRASE)).err(),
        Some(Error::TrailingBytes)
    );
    let mut inside = bytes;
    inside.push(0);
    assert_eq!(
        unlock(&reseal(inside), Some(PASSPHRASE)).err(),
        Some(Error::TrailingBytes)
    );
}

#[test]
fn the_length_is_limited_before_it_is_used() {
    let mut bytes = locked();
    bytes[31..35].copy_from_slice(&(CONTENTS_LIMIT as u32 + 1).to_be_bytes());
    let read = unlock(&reseal(bytes), Some(PASSPHRASE)).err();
    assert_eq!(read, Some(Error::Length("byte string")));
}

/// Against whoever changes the file and mends its checksum.
#[test]
fn every_byte_behind_the_header_is_authenticated() {
    let bytes = locked();
    for i in HEADER..bytes.len() - 32 {
        let mut changed = bytes.clone();
        // Bit 1 keeps the parameters within their bounds where it can.
        changed[i] ^= 2;
        match unlock(&reseal(changed), Some(PASSPHRASE)).err().unwrap() {
            Error::Open => assert!(i > 8),
            Error::Field(_) => assert!((8..15).contains(&i), "{i}"),
            Error::Truncated | Error::TrailingBytes | Error::Length(_) => {
                assert!((31..35).contains(&i), "{i}");
            }
            other => panic!("{i}: {other}"),
        }
    }
    // The cost itself is bound: more memory, and everything else as it was.
    let mut dearer = bytes;
    dearer[11] = 0x21;
    assert_eq!(
        unlock(&reseal(dearer), Some(PASSPHRASE)).err(),
        Some(Error::Open)
    );
}

#[test]
fn only_secret_key_files_are_locked() {
    let mut rng = Counting {
        next: 0,
        left: 1000,
    };
    let mut attempt =
        |bytes: Vec<u8>| lock(&Secret::new(bytes), PASSPHRASE, LockCost::LEAST, &mut rng).err();
    assert_eq!(attempt(key().public().to_bytes()), Some(Error::Kind(20)));
    assert_eq!(attempt(locked()), Some(Error::Kind(32)));
    assert_eq!(
        attempt(b"HIPPO\x01\x01\x01 a record".to_vec()),
        Some(Error::Kind(1))
    );
    assert_eq!(attempt(b"-----BEGIN".to_vec()), Some(Error::Magic));
    let mut damaged = key().to_bytes();
    damaged.expose_mut()[20] ^= 1;
    assert_eq!(attempt(damaged.expose().clone()), Some(Error::Checksum));
    let mut large = file::begin(Kind::UserKey);
    large.bytes(&std::vec![0; CONTENTS_LIMIT]);
    let large = file::finish(large).into_vec();
    assert_eq!(
        attempt(large),
        Some(Error::TooLarge("contents of a locked file"))
    );
}

/// A file made by someone who knows the passphrase, with something else inside.
#[test]
fn what_is_inside_is_checked() {
    let inside = |contents: &[u8]| {
        let salt = [3; SALT];
        let cost = LockCost::LEAST;
        let mut writer = file::begin(Kind::Locked);
        writer
            .u8(ARGON2ID)
            .u32(cost.memory_kib)
            .u8(cost.passes)
            .u8(cost.lanes);
        writer.array(&salt).u32(contents.len() as u32);
        let key = cost.key(PASSPHRASE, &salt).unwrap();
        let aead = Aead::new(Suite::ChaCha20Poly1305, &key);
        let mut buffer = contents.to_vec();
        let tag = aead
            .seal_in_place(&[0; NONCE], writer.as_slice(), &mut buffer)
            .unwrap();
        writer.bytes(&buffer).array(&tag);
        unlock(file::finish(writer).as_slice(), Some(PASSPHRASE)).err()
    };
    assert_eq!(inside(key().to_bytes().expose()), None);
    assert_eq!(inside(&key().public().to_bytes()), Some(Error::Open));
    assert_eq!(inside(&locked()), Some(Error::Open));
    assert_eq!(inside(b"garbage"), Some(Error::Open));
    assert_eq!(inside(b""), Some(Error::Open));
}

#[test]
fn the_salt_is_fresh_and_failing_randomness_locks_nothing() {
    let mut rng = Counting { next: 0, left: 40 };
    let first = lock(&key().to_bytes(), PASSPHRASE, LockCost::LEAST, &mut rng).unwrap();
    let second = lock(&key().to_bytes(), PASSPHRASE, LockCost::LEAST, &mut rng).unwrap();
    assert_ne!(first[15..31], second[15..31]);
    assert_ne!(first[35..], second[35..]);
    let third = lock(&key().to_bytes(), PASSPHRASE, LockCost::LEAST, &mut rng);
    assert_eq!(third, Err(Error::Randomness));
}
