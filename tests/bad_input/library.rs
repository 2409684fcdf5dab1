//! Keys, public keys and records, on the way that the tool takes.

use std::io::Read;

use hippocrypt::Result;
use hippocrypt::abe::{AuthorityKey, AuthorityPublic, UserKey};
use hippocrypt::envelope::{Header, Opener};
use hippocrypt::keys::{LockCost, SignerKey, SignerPublic, file, lock, unlock};

use super::counting::peak;
use super::trials::{all_refused, bounded, each_damage, objects, with_checksum};

fn user_key(bytes: &[u8]) -> Result<UserKey> {
    UserKey::from_bytes(file::read(bytes)?.expose())
}

fn authority_public(bytes: &[u8]) -> Result<AuthorityPublic> {
    AuthorityPublic::from_bytes(file::read(bytes)?.expose())
}

fn signer_public(bytes: &[u8]) -> Result<SignerPublic> {
    SignerPublic::from_bytes(file::read(bytes)?.expose())
}

#[test]
fn key_files() {
    let it = objects();
    let secret = it.key.to_bytes();
    all_refused(1, secret.expose(), user_key);
    all_refused(
        2,
        file::armour(secret.expose()).unwrap().expose().as_bytes(),
        user_key,
    );
    let authority = it.authority.to_bytes();
    all_refused(
        3,
        file::armour(authority.expose())
            .unwrap()
            .expose()
            .as_bytes(),
        |bytes| AuthorityKey::from_bytes(file::read(bytes)?.expose()),
    );
    let signer = it.signer.to_bytes();
    all_refused(
        4,
        file::armour(signer.expose()).unwrap().expose().as_bytes(),
        |bytes| SignerKey::from_bytes(file::read(bytes)?.expose()),
    );
}

#[test]
fn locked_key_files() {
    let it = objects();
    let rng = &mut getrandom::SysRng;
    let locked = lock(&it.key.to_bytes(), "correct horse", LockCost::LEAST, rng).unwrap();
    let text = file::armour(&locked).unwrap();
    each_damage(5, text.expose().as_bytes(), |name, bad| {
        let open = |bytes: &[u8]| unlock(file::read(bytes)?.expose(), Some("correct horse"));
        let (answer, memory) = peak(|| open(bad).map(drop));
        assert!(answer.is_err(), "{name}");
        // The checksum is wrong, so the passphrase is never stretched: its 8 MiB are not used.
        bounded(name, memory, bad.len());
    });
}

#[test]
fn public_key_files() {
    let it = objects();
    let authority = it.authority.public().to_bytes();
    all_refused(6, &authority, authority_public);
    all_refused(
        7,
        file::armour(&authority).unwrap().expose().as_bytes(),
        authority_public,
    );
    let signer = it.signer.public().to_bytes();
    all_refused(8, &signer, signer_public);
    all_refused(
        9,
        file::armour(&signer).unwrap().expose().as_bytes(),
        signer_public,
    );
}

#[test]
fn records() {
    let it = objects();
    all_refused(10, &it.record, |bytes| {
        let opened = Opener::new().key(&it.key).open(bytes)?;
        assert_eq!(*opened.plaintext.expose(), it.content);
        Ok(())
    });
    // As a stream, what came out before the error is a beginning of the content.
    all_refused(11, &it.record, |bytes| {
        let mut reader = Opener::new().key(&it.key).open_from(bytes)?;
        let mut plain = Vec::new();
        let read = reader.read_to_end(&mut plain);
        assert!(it.content.starts_with(&plain));
        read?;
        reader.finish()?;
        assert_eq!(plain, it.content);
        Ok(())
    });
}

/// A header alone, as `inspect` reads it, may be accepted damaged; it must not fail otherwise.
#[test]
fn headers() {
    let it = objects();
    each_damage(12, &it.record, |name, bad| {
        let (_, memory) = peak(|| Header::from_bytes(bad).map(drop));
        bounded(name, memory, bad.len());
    });
}

/// Damage behind the right checksum reaches the decoders of everything inside. A key that is
/// accepted all the same opens to the right content or to nothing.
#[test]
fn damage_behind_the_right_checksum() {
    let it = objects();
    let mut accepted = 0;
    each_damage(13, it.key.to_bytes().expose(), |name, bad| {
        let bad = with_checksum(bad);
        let (key, memory) = peak(|| user_key(&bad));
        bounded(name, memory, bad.len());
        let Ok(key) = key else { return };
        accepted += 1;
        match Opener::new().key(&key).open(&it.record) {
            Ok(opened) => assert_eq!(*opened.plaintext.expose(), it.content, "{name}"),
            Err(error) => assert!(matches!(error.code(), 204 | 300 | 303), "{name}: {error}"),
        }
    });
    assert!(
        accepted > 0,
        "the key's id is bound to nothing, so some damage is not seen"
    );

    each_damage(14, &it.authority.public().to_bytes(), |name, bad| {
        let bad = with_checksum(bad);
        if bad != it.authority.public().to_bytes() {
            assert!(authority_public(&bad).is_err(), "{name}");
        }
    });
    each_damage(15, &it.signer.public().to_bytes(), |name, bad| {
        let bad = with_checksum(bad);
        if bad != it.signer.public().to_bytes() {
            assert!(signer_public(&bad).is_err(), "{name}");
        }
    });
}
