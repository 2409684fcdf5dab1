//! Envelopes made, changed and forged from the inside.

mod batches;
mod capsules;
mod coupons;
#[cfg(feature = "std")]
mod flow;
mod forging;
mod handles;
mod lanes;
mod patients;
mod payloads;
mod profiles;
mod rewraps;
mod roles;
mod schemas;
mod senders;
#[cfg(feature = "std")]
mod session_files;
mod sessions;
mod stanzas;
mod subjects;

use alloc::{vec, vec::Vec};

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::*;
use crate::abe::{AuthorityKey, UserKey};
use crate::error::Error;
use crate::keys::SignerKey;
use crate::policy::{Attributes, Date, Labels, Policy};

const CREATED: u64 = 1_795_478_400; // 2026-11-24

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn authority() -> AuthorityKey {
    AuthorityKey::generate("test", &mut rng(1)).unwrap()
}

fn key(authority: &AuthorityKey, attribute: &str, until: &str) -> UserKey {
    let attributes = Attributes::parse([attribute]).unwrap();
    authority
        .issue(&attributes, Date::parse(until).unwrap(), &mut rng(2))
        .unwrap()
}

fn signer(seed: u64) -> SignerKey {
    SignerKey::generate("ward", &mut rng(seed)).unwrap()
}

fn policy(text: &str) -> Policy {
    Policy::parse(text).unwrap()
}

fn record() -> Record {
    Record::new("r")
        .unwrap()
        .created(CREATED)
        .chunk_size(1024)
        .unwrap()
}

/// Sealed under `a=x` without an expiry clause.
fn sealed(authority: &AuthorityKey, record: &Record, content: &[u8]) -> Vec<u8> {
    Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::Never)
        .seal(record, content, &mut rng(3))
        .unwrap()
}

#[test]
fn everything_that_was_sealed_comes_back() {
    let authority = authority();
    let (held, ward) = (key(&authority, "a=x", "2027-12-31"), signer(8));
    let labels = Labels::parse(["type=Observation", "conf=N"]).unwrap();
    for suite in [Suite::ChaCha20Poly1305, Suite::Aes256Gcm] {
        for length in [0, 1, 1023, 1024, 1025, 2048, 5000] {
            for signed in [false, true] {
                let content: Vec<u8> = (0..length).map(|at| at as u8).collect();
                let record = record()
                    .suite(suite)
                    .labels(labels.clone())
                    .clear_metadata(b"clear")
                    .unwrap()
                    .sealed_metadata(b"hidden")
                    .unwrap();
                let mut sealer =
                    Sealer::new().policy(authority.public(), policy("a=x"), Expiry::DayOfSealing);
                if signed {
                    sealer = sealer.sender(&ward);
                }
                let bytes = sealer.seal(&record, &content, &mut rng(3)).unwrap();
                let opened = Opener::new().key(&held).open(&bytes).unwrap();
                assert_eq!(opened.plaintext.expose(), &content);
                let expected = match signed {
                    true => Sender::Signed(ward.public().verifying_key()),
                    false => Sender::Unsigned,
                };
                assert_eq!(opened.sender, expected);
                let fixed = opened.header.fixed();
                assert_eq!(fixed.record_id().as_str(), "r");
                assert_eq!(fixed.created(), CREATED);
                assert_eq!(fixed.labels(), Some(&labels));
                assert_eq!(fixed.clear_metadata(), Some(&b"clear"[..]));
                let hidden = opened.header.metadata().unwrap().unwrap();
                assert_eq!(hidden.expose(), b"hidden");
                assert!(!bytes.windows(6).any(|window| window == b"hidden"));
            }
        }
    }
}

#[test]
fn a_key_that_ended_before_the_day_of_sealing_opens_nothing_sealed_that_day() {
    let authority = authority();
    let bytes = |expiry| {
        Sealer::new()
            .policy(authority.public(), policy("a=x"), expiry)
            .seal(&record(), b"content", &mut rng(3))
            .unwrap()
    };
    let (ended, last_day) = (
        key(&authority, "a=x", "2026-11-23"),
        key(&authority, "a=x", "2026-11-24"),
    );
    let open = |held: &UserKey, bytes: &[u8]| Opener::new().key(held).open(bytes).err();
    assert_eq!(
        open(&ended, &bytes(Expiry::DayOfSealing)),
        Some(Error::NotSatisfied)
    );
    assert_eq!(open(&last_day, &bytes(Expiry::DayOfSealing)), None);
    let day = Expiry::Day(Date::parse("2026-11-25").unwrap());
    assert_eq!(open(&last_day, &bytes(day)), Some(Error::NotSatisfied));
    assert_eq!(open(&ended, &bytes(Expiry::Never)), None);
}

#[test]
fn without_a_clock_the_clause_needs_a_day() {
    let authority = authority();
    let record = Record::new("r").unwrap();
    let refused = Sealer::new()
        .policy(authority.public(), policy("a=x"), Expiry::DayOfSealing)
        .seal(&record, b"", &mut rng(3));
    assert!(matches!(refused, Err(Error::Missing(_))));
}

#[test]
fn any_of_several_recipients_opens() {
    let (one, two) = (
        authority(),
        AuthorityKey::generate("two", &mut rng(5)).unwrap(),
    );
    let bytes = Sealer::new()
        .policy(one.public(), policy("a=x"), Expiry::Never)
        .policy(two.public(), policy("b=y"), Expiry::Never)
        .seal(&record(), b"content", &mut rng(3))
        .unwrap();
    for held in [
        key(&one, "a=x", "2027-01-01"),
        key(&two, "b=y", "2027-01-01"),
    ] {
        let opened = Opener::new().key(&held).open(&bytes).unwrap();
        assert_eq!(opened.plaintext.expose(), b"content");
    }
    // The refusal that says most wins, whatever the order of the keys.
    let (unfit, foreign) = (
        key(&one, "a=z", "2027-01-01"),
        key(
            &AuthorityKey::generate("three", &mut rng(6)).unwrap(),
            "a=x",
            "2027-01-01",
        ),
    );
    let refused = Opener::new().key(&foreign).open(&bytes).err();
    assert_eq!(refused, Some(Error::NoStanza));
    for keys in [[&unfit, &foreign], [&foreign, &unfit]] {
        let refused = Opener::new().key(keys[0]).key(keys[1]).open(&bytes).err();
        assert_eq!(refused, Some(Error::NotSatisfied));
    }
    assert_eq!(Opener::new().open(&bytes).err(), Some(Error::NoStanza));
    // A header that was changed is told of, also to whom another of its keys would not open.
    let fit = key(&two, "b=y", "2027-01-01");
    let mut changed = bytes.clone();
    changed[Header::from_bytes(&bytes).unwrap().0.length() - 1] ^= 1;
    for keys in [[&unfit, &fit], [&fit, &unfit]] {
        let refused = Opener::new().key(keys[0]).key(keys[1]).open(&changed).err();
        assert_eq!(refused, Some(Error::Open));
    }
}

#[test]
fn one_sealer_and_one_opener_serve_many_records() {
    let authority = authority();
    let held = key(&authority, "a=x", "2027-12-31");
    let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::DayOfSealing);
    let mut opener = Opener::new().key(&held);
    let mut rng = rng(3);
    let all: Vec<_> = (0..3u8)
        .map(|at| sealer.seal(&record(), &[at], &mut rng).unwrap())
        .collect();
    for (at, bytes) in all.iter().enumerate() {
        assert_eq!(opener.open(bytes).unwrap().plaintext.expose(), &[at as u8]);
    }
    let (one, other) = (
        Header::from_bytes(&all[0]).unwrap().0,
        Header::from_bytes(&all[1]).unwrap().0,
    );
    assert_ne!(one.fixed().envelope_id(), other.fixed().envelope_id());
    assert_ne!(one.fixed.salt, other.fixed.salt);
    assert_ne!(one.fixed.commitment, other.fixed.commitment);
}

#[test]
fn limits_are_refused_when_sealing() {
    let authority = authority();
    let nobody = Sealer::new().seal(&record(), b"", &mut rng(3));
    assert!(matches!(nobody, Err(Error::Argument(_))));
    let mut crowd = Sealer::new();
    for _ in 0..17 {
        crowd = crowd.policy(authority.public(), policy("a=x"), Expiry::Never);
    }
    assert!(matches!(
        crowd.seal(&record(), b"", &mut rng(3)),
        Err(Error::Argument(_))
    ));
    assert!(Record::new("").is_err() && Record::new(&"x".repeat(129)).is_err());
    assert!(Record::new(&"x".repeat(128)).is_ok() && Record::new("a\nb").is_err());
    assert!(record().chunk_size(1023).is_err() && record().chunk_size(1024 * 1024 + 1).is_err());
    assert!(record().clear_metadata(&[0; 16_385]).is_err());
    assert!(record().sealed_metadata(&[0; 16_369]).is_err());
    let full = record().clear_metadata(&[0; 16_384]).unwrap();
    let full = full.sealed_metadata(&[0; 16_368]).unwrap();
    assert!(Header::from_bytes(&sealed(&authority, &full, b"")).is_ok());
}

#[test]
fn a_failing_source_of_randomness_seals_nothing() {
    struct Broken(usize);
    impl crate::random::Randomness for Broken {
        fn fill(&mut self, bytes: &mut [u8]) -> crate::error::Result<()> {
            bytes.fill(1);
            self.0 = self.0.checked_sub(1).ok_or(Error::Randomness)?;
            Ok(())
        }
    }
    let authority = authority();
    let mut failures = 0;
    for calls in 0.. {
        let mut sealer = Sealer::new().policy(authority.public(), policy("a=x"), Expiry::Never);
        match sealer.seal(&record(), b"", &mut Broken(calls)) {
            Err(error) => assert_eq!(error, Error::Randomness),
            Ok(_) => break,
        }
        failures += 1;
    }
    assert_eq!(failures, 4, "data key, envelope id, salt, message");
}

static_assertions::assert_not_impl_any!(DataKey: Clone, core::fmt::Debug);
static_assertions::assert_impl_all!(Sealer<'static>: Send, Sync);
static_assertions::assert_impl_all!(Opener<'static>: Send, Sync);
static_assertions::assert_impl_all!(OpenedHeader<'static>: Send, Sync);
