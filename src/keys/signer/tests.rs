//! Tests of signer keys and their public files.

use super::*;
use crate::keys::testing::{Counting, reseal, unhex};

static_assertions::assert_not_impl_any!(SignerKey: Clone, Copy, core::fmt::Debug, PartialEq);
static_assertions::assert_impl_all!(SignerKey: Send, Sync);
static_assertions::assert_impl_all!(SignerPublic: Send, Sync);

fn sample() -> SignerKey {
    SignerKey::new(SigningKey::from_seed(&Secret::new([7; 32])), "Wärd 3").unwrap()
}

/// Computed apart from this library, with another implementation of Ed25519.
#[test]
fn the_bytes_are_frozen() {
    let secret = unhex(concat!(
        "484950504f010113",
        "0707070707070707070707070707070707070707070707070707070707070707",
        "0757c3a472642033",
        "493f47930cf42f70d02956ca1fc56a2fb7c5cd4905a81d39b308315f8c1c7cdc",
    ));
    let public = unhex(concat!(
        "484950504f010114",
        "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c",
        "0757c3a472642033",
        "3d5db4d49dc3aa78a7c7e5d0ba76ac6483f69172dea541373f958fe9841e2631",
        "caf8e934469c0cc21e0c2e6e3a6117757efde7dd73eb23a3da96864ad007f006",
        "15ecdc934eea43d5aa298ae230e8d7d2a6206627a6b7c4d9cc601bd3423758fd",
    ));
    assert_eq!(sample().to_bytes().expose(), &secret);
    assert_eq!(sample().public().to_bytes(), public);
    let again = SignerKey::from_bytes(&secret).unwrap();
    assert_eq!(
        (again.name(), again.public()),
        ("Wärd 3", sample().public())
    );
    assert_eq!(
        SignerPublic::from_bytes(&public).unwrap(),
        sample().public()
    );
}

#[test]
fn signs_as_its_key() {
    let signer: &dyn Signer = &sample();
    let signature = signer.sign(b"message").unwrap();
    assert_eq!(signature, sample().signing_key().sign(&[b"message"]));
    assert_eq!(signer.verifying_key(), sample().public().verifying_key());
    assert_eq!(
        signer.verifying_key().verify(&[b"message"], &signature),
        Ok(())
    );
}

#[test]
fn names_are_short_text_in_one_spelling() {
    let named = |name: &str| SignerKey::new(SigningKey::from_seed(&Secret::new([7; 32])), name);
    for name in ["", "é", &"é".repeat(32), &"x".repeat(64)] {
        let key = named(name).unwrap();
        let read = SignerKey::from_bytes(key.to_bytes().expose()).unwrap();
        assert_eq!(read.name(), name);
        assert_eq!(
            SignerPublic::from_bytes(&key.public().to_bytes())
                .unwrap()
                .name(),
            name
        );
    }
    let long = Some(Error::TooLarge("name of a signer"));
    assert_eq!(named(&"x".repeat(65)).err(), long);
    assert_eq!(named(&"x".repeat(300)).err(), long);
    assert!(matches!(named("e\u{301}").err(), Some(Error::Text(_))));
    assert!(matches!(named("a\nb").err(), Some(Error::Text(_))));
}

#[test]
fn names_are_checked_when_read_too() {
    let with_name = |name: &[u8]| {
        let mut writer = file::begin(Kind::SignerKey);
        writer.array(&[7; 32]).lp8(name).unwrap();
        SignerKey::from_bytes(file::finish(writer).as_slice()).err()
    };
    assert_eq!(with_name(b"fine"), None);
    assert_eq!(with_name(&[b'x'; 65]), Some(Error::Length("byte string")));
    assert!(matches!(
        with_name("e\u{301}".as_bytes()),
        Some(Error::Text(_))
    ));
    assert!(matches!(with_name(b"\xff"), Some(Error::Text(_))));
}

#[test]
fn damage_is_found_at_every_byte_and_length() {
    let (secret, public) = (sample().to_bytes(), sample().public().to_bytes());
    for i in 0..secret.expose().len() {
        let mut bytes = secret.expose().clone();
        bytes[i] ^= 1;
        assert!(SignerKey::from_bytes(&bytes).is_err(), "{i}");
        let cut = SignerKey::from_bytes(&secret.expose()[..i]);
        assert_eq!(cut.err(), Some(Error::Truncated), "{i}");
    }
    for i in 0..public.len() {
        let mut bytes = public.clone();
        bytes[i] ^= 1;
        assert!(SignerPublic::from_bytes(&bytes).is_err(), "{i}");
        assert_eq!(
            SignerPublic::from_bytes(&public[..i]).err(),
            Some(Error::Truncated)
        );
    }
    for bytes in [
        [secret.expose().as_slice(), &[0]].concat(),
        [&public[..], &[0]].concat(),
    ] {
        let secret = SignerKey::from_bytes(&bytes).err();
        let public = SignerPublic::from_bytes(&bytes).err();
        assert!([secret, public].contains(&Some(Error::TrailingBytes)));
    }
}

/// Against whoever changes the file and mends its checksum.
#[test]
fn the_self_signature_covers_every_byte_before_it() {
    let public = sample().public().to_bytes();
    let fault = |i: usize| {
        let mut bytes = public.clone();
        bytes[i] ^= 1;
        SignerPublic::from_bytes(&reseal(bytes)).unwrap_err()
    };
    for i in 8..40 {
        // Another key: not a key at all, or not the one that signed.
        assert!(matches!(
            fault(i),
            Error::NotOnCurve | Error::NotInSubgroup | Error::Verify
        ));
    }
    for i in 41..48 {
        assert!(
            matches!(fault(i), Error::Verify | Error::Text("not UTF-8")),
            "{i}"
        );
    }
    for i in 48..112 {
        assert_eq!(fault(i), Error::Verify, "{i}");
    }
    let mut renamed = public.clone();
    renamed[47] = b'4'; // ward 4 now
    assert_eq!(
        SignerPublic::from_bytes(&reseal(renamed)),
        Err(Error::Verify)
    );
}

#[test]
fn the_secret_and_the_public_file_are_not_taken_for_each_other() {
    let (secret, public) = (sample().to_bytes(), sample().public().to_bytes());
    assert_eq!(SignerKey::from_bytes(&public).err(), Some(Error::Kind(20)));
    assert_eq!(
        SignerPublic::from_bytes(secret.expose()),
        Err(Error::Kind(19))
    );
}

#[test]
fn a_weak_public_key_is_refused() {
    let mut bytes = sample().public().to_bytes();
    bytes[8..40].fill(0); // y = 0 has order four
    assert_eq!(
        SignerPublic::from_bytes(&reseal(bytes)),
        Err(Error::NotInSubgroup)
    );
}

#[test]
fn failing_randomness_makes_no_key() {
    for left in 0..32 {
        let made = SignerKey::generate("", &mut Counting { next: 0, left });
        assert_eq!(made.err(), Some(Error::Randomness));
    }
    assert!(SignerKey::generate("", &mut Counting { next: 0, left: 32 }).is_ok());
}
