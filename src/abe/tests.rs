//! Tests that go below the policy check: they run the pairing equation itself.

mod equation;
mod lifecycle;
mod schema;
mod span;
mod tampering;

use alloc::vec::Vec;

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::{AuthorityKey, Cache, Ciphertext, UserKey};
use crate::error::Error;
use crate::policy::{Attributes, Date, Policy};
use crate::secret::Secret;

const BINDING: [u8; 32] = [7; 32];

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn until() -> Date {
    Date::parse("2027-12-31").unwrap()
}

fn authority() -> AuthorityKey {
    AuthorityKey::generate("test", &mut rng(1)).unwrap()
}

fn key(authority: &AuthorityKey, attributes: &[&str]) -> UserKey {
    let attributes = Attributes::parse(attributes.iter().copied()).unwrap();
    authority
        .issue(&attributes, until(), &mut rng(attributes.len() as u64 + 77))
        .unwrap()
}

fn seal(authority: &AuthorityKey, policy: &str) -> (Ciphertext, Secret<[u8; 32]>) {
    let policy = Policy::parse(policy).unwrap();
    authority
        .public()
        .encapsulate(&policy, &BINDING, &mut Cache::new(), &mut rng(3))
        .unwrap()
}

fn opens(key: &UserKey, sealed: &(Ciphertext, Secret<[u8; 32]>)) -> bool {
    let opened = key.decapsulate(&sealed.0, &BINDING, &mut Cache::new());
    opened.is_ok_and(|opened| opened.matches(sealed.1.expose()))
}

#[test]
fn keys_open_what_their_attributes_satisfy_and_nothing_else() {
    let authority = authority();
    let held = key(
        &authority,
        &[
            "role=cardiologist",
            "dept=icu",
            "level=3",
            "icd10:code=E11.9",
        ],
    );
    for (policy, expected) in [
        ("role=cardiologist", true),
        ("role=dentist", false),
        ("role=cardiologist and dept=icu", true),
        ("role=cardiologist and dept=er", false),
        ("role=dentist or dept=icu", true),
        ("2 of (role=cardiologist, dept=er, level=3)", true),
        ("2 of (role=dentist, dept=er, level=3)", false),
        ("(dept=er or dept=icu) and (dept=icu or role=x)", true),
        (
            "level=3 and (dept=er or dept=icu) and (dept=icu or role=x)",
            true,
        ),
        ("level>=3 and level<4", true),
        ("level>3", false),
        ("icd10:code=E11* and not level<2", true),
        ("expires>=2027-12-31", true),
        ("expires>=2028-01-01", false),
    ] {
        let sealed = seal(&authority, policy);
        assert_eq!(opens(&held, &sealed), expected, "{policy}");
        let refused = held
            .decapsulate(&sealed.0, &BINDING, &mut Cache::new())
            .err();
        assert_eq!(
            refused,
            (!expected).then_some(Error::NotSatisfied),
            "{policy}"
        );
    }
}

#[test]
fn the_caches_change_nothing() {
    let authority = authority();
    let held = key(&authority, &["a=1x", "b=2x"]);
    let policy = Policy::parse("(a=1x or c=3x) and (b=2x or a=1x)").unwrap();
    let mut caches = [Cache::new(), Cache::with_tables()];
    let mut all: Vec<(Vec<u8>, [u8; 32])> = Vec::new();
    for cache in &mut caches {
        for _ in 0..2 {
            let (ciphertext, sealed) = authority
                .public()
                .encapsulate(&policy, &BINDING, cache, &mut rng(3))
                .unwrap();
            let opened = held.decapsulate(&ciphertext, &BINDING, cache).unwrap();
            assert!(opened.matches(sealed.expose()));
            all.push((ciphertext.to_bytes(), *sealed.expose()));
        }
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_cache_with_tables_serves_a_second_authority() {
    let mut cache = Cache::with_tables();
    let policy = Policy::parse("a=b").unwrap();
    for seed in 0..2 {
        let authority = AuthorityKey::generate("x", &mut rng(seed)).unwrap();
        let held = key(&authority, &["a=b"]);
        let (ciphertext, sealed) = authority
            .public()
            .encapsulate(&policy, &BINDING, &mut cache, &mut rng(3))
            .unwrap();
        let opened = held.decapsulate(&ciphertext, &BINDING, &mut cache).unwrap();
        assert!(opened.matches(sealed.expose()));
    }
}

#[test]
fn another_authority_is_another_door() {
    let other = AuthorityKey::generate("other", &mut rng(2)).unwrap();
    let sealed = seal(&authority(), "a=b");
    let refused = key(&other, &["a=b"]).decapsulate(&sealed.0, &BINDING, &mut Cache::new());
    assert_eq!(refused.err(), Some(Error::NoStanza));
}

#[test]
fn encapsulations_share_no_randomness() {
    let authority = authority();
    let policy = Policy::parse("a=b").unwrap();
    let mut rng = rng(4);
    let mut make = || {
        let cache = &mut Cache::new();
        authority
            .public()
            .encapsulate(&policy, &BINDING, cache, &mut rng)
            .unwrap()
            .0
            .to_bytes()
    };
    assert_ne!(make(), make());
}

#[test]
fn a_failing_source_of_randomness_is_an_error_everywhere() {
    struct Broken(usize);
    impl crate::random::Randomness for Broken {
        fn fill(&mut self, bytes: &mut [u8]) -> crate::error::Result<()> {
            bytes.fill(1);
            self.0 = self.0.checked_sub(1).ok_or(Error::Randomness)?;
            Ok(())
        }
    }
    let authority = authority();
    let attributes = Attributes::parse(["a=b"]).unwrap();
    for calls in 0..2 {
        let failed = AuthorityKey::generate("x", &mut Broken(calls)).err();
        assert_eq!(failed, Some(Error::Randomness));
        let failed = authority
            .issue(&attributes, until(), &mut Broken(calls))
            .err();
        assert_eq!(failed, Some(Error::Randomness));
    }
    let policy = Policy::parse("a=b").unwrap();
    let cache = &mut Cache::new();
    let failed = authority
        .public()
        .encapsulate(&policy, &BINDING, cache, &mut Broken(0))
        .err();
    assert_eq!(failed, Some(Error::Randomness));
}

#[test]
fn the_self_check_finds_every_wrong_part() {
    use crate::curve::{G1, G2};
    let authority = authority();
    let good = || key(&authority, &["a=b", "c=d"]);
    let check = |key: &UserKey| key.check(authority.public(), &mut Cache::new(), &mut rng(5));
    assert_eq!(check(&good()), Ok(()));
    let mut wrong = good();
    *wrong.components.second.expose_mut() = wrong.second() + G1::generator();
    assert_eq!(check(&wrong), Err(Error::Verify));
    let mut wrong = good();
    wrong.components.third = wrong.third() + G2::generator();
    assert_eq!(check(&wrong), Err(Error::Verify));
    for at in 0..good().literals.len() {
        let mut wrong = good();
        let part = &mut wrong.components.first.expose_mut()[at];
        *part = *part + G1::generator();
        assert_eq!(check(&wrong), Err(Error::Verify), "literal {at}");
    }
    // Two wrong parts that cancel in a plain sum.
    let mut wrong = good();
    let parts = wrong.components.first.expose_mut();
    parts[0] = parts[0] + G1::generator();
    parts[1] = parts[1] - G1::generator();
    assert_eq!(check(&wrong), Err(Error::Verify));
    let other = AuthorityKey::generate("other", &mut rng(2)).unwrap();
    let foreign = good().check(other.public(), &mut Cache::new(), &mut rng(5));
    assert_eq!(foreign, Err(Error::NoStanza));
}

#[test]
fn objects_keep_their_bytes() {
    let authority = authority();
    let again = AuthorityKey::from_bytes(authority.to_bytes().expose()).unwrap();
    assert_eq!(again.to_bytes().expose(), authority.to_bytes().expose());
    let public = super::AuthorityPublic::from_bytes(&authority.public().to_bytes()).unwrap();
    assert_eq!(public.to_bytes(), authority.public().to_bytes());
    let held = key(&authority, &["a=b"]);
    let again = UserKey::from_bytes(held.to_bytes().expose()).unwrap();
    assert_eq!(again.to_bytes().expose(), held.to_bytes().expose());
    assert_eq!(again.key_id(), held.key_id());
    assert_ne!(key(&authority, &["a=b", "c=d"]).key_id(), held.key_id());
    let (ciphertext, sealed) = seal(&authority, "a=b");
    let ciphertext = Ciphertext::from_bytes(&ciphertext.to_bytes()).unwrap();
    assert!(opens(&again, &(ciphertext, sealed)));
}

/// The object with its body changed and its checksum made right again.
fn resummed(bytes: &[u8], change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let content = bytes.len() - 32;
    change(&mut bytes[..content]);
    let sum = crate::symmetric::sha256(&[&bytes[..content]]);
    bytes[content..].copy_from_slice(&sum);
    bytes
}

#[test]
fn objects_that_nobody_honest_wrote_are_refused() {
    let authority = authority();
    // alpha = 0 would give E = 1, which everybody can open.
    let zero = resummed(authority.to_bytes().expose(), |bytes| bytes[8..40].fill(0));
    assert_eq!(
        AuthorityKey::from_bytes(&zero).err(),
        Some(Error::ScalarRange)
    );
    let public = authority.public().to_bytes();
    let length = public.len();
    for at in [8 + 576, length - 33] {
        let forged = resummed(&public, |bytes| bytes[at] ^= 1);
        let refused = super::AuthorityPublic::from_bytes(&forged).err();
        assert!(refused.is_some(), "byte {at}");
    }
    let renamed = resummed(&public, |bytes| bytes[8 + 576 + 32 + 1] ^= 1);
    let refused = super::AuthorityPublic::from_bytes(&renamed).err();
    assert_eq!(refused, Some(Error::Verify), "the name is signed");
}

#[test]
fn a_key_without_an_end_or_with_too_many_attributes_is_refused() {
    let authority = authority();
    let long: Vec<_> = (0..140)
        .map(|at| alloc::format!("a{at}={}", "x".repeat(240)))
        .collect();
    let attributes = Attributes::parse(long.iter().map(|text| text.as_str())).unwrap();
    let refused = authority.issue(&attributes, until(), &mut rng(1)).err();
    assert!(matches!(refused, Some(Error::TooLarge(_))));
    // Exactly 32 KiB with the day on which the key ends, and one byte more.
    let attributes = |last: usize| {
        let all = long.iter().take(133).cloned();
        let all: Vec<_> = all
            .chain([alloc::format!("z={}", "x".repeat(last))])
            .collect();
        Attributes::parse(all.iter().map(|text| text.as_str())).unwrap()
    };
    let ended = attributes(1).with_validity(None, Some(until())).unwrap();
    let last = 1 + 32 * 1024 - ended.to_bytes().len();
    let largest = authority.issue(&attributes(last), until(), &mut rng(1));
    let largest = largest.unwrap();
    assert_eq!(largest.attributes().to_bytes().len(), 32 * 1024);
    assert!(UserKey::from_bytes(largest.to_bytes().expose()).is_ok());
    let refused = authority.issue(&attributes(last + 1), until(), &mut rng(1));
    assert!(matches!(refused.err(), Some(Error::TooLarge(_))));

    let held = key(&authority, &["a=b"]);
    let components = super::user_key::Components {
        first: Secret::new(vec![held.second()]),
        second: Secret::new(held.second()),
        third: held.third(),
    };
    let attributes = Attributes::parse(["a=b"]).unwrap();
    let endless = UserKey::assemble(*held.authority(), [0; 16], 0, attributes, components);
    let refused = UserKey::from_bytes(endless.to_bytes().expose()).err();
    assert_eq!(refused, Some(Error::Field("a key without an end")));
}

#[test]
fn a_key_that_ends_before_it_begins_is_refused() {
    let authority = authority();
    let attributes = Attributes::parse(["a=b"]).unwrap();
    let issued = |day: &str| {
        let issued = super::Issued {
            at: 1_795_478_400,
            attribute: Some(Date::parse(day).unwrap()),
        };
        let (cache, rng) = (&mut Cache::new(), &mut rng(3));
        let key = authority.issue_with(&attributes, until(), issued, cache, rng);
        key.unwrap().to_bytes()
    };
    // On one day, the last.
    let same = issued("2027-12-31");
    let same = UserKey::from_bytes(same.expose()).unwrap();
    assert_eq!(same.issued_at(), 1_795_478_400);
    // Behind each name stands the day, two bytes.
    let bytes = issued("2027-01-01");
    let find = |name: &[u8]| {
        let place = bytes.expose().windows(name.len()).position(|it| it == name);
        place.unwrap() + name.len()
    };
    let (end, begin) = (find(b"expires"), find(b"issued"));
    let swapped = resummed(bytes.expose(), |bytes| {
        for at in 0..2 {
            bytes.swap(end + at, begin + at);
        }
    });
    let refused = UserKey::from_bytes(&swapped).err();
    assert_eq!(
        refused,
        Some(Error::Field("a key that ends before it begins"))
    );
}

#[test]
fn a_user_key_costs_48_bytes_a_literal_its_text_and_at_most_320() {
    for attributes in [
        vec!["role=cardiologist"],
        vec!["a=b", "level:u32=7", "x:code=E11"],
    ] {
        let held = key(&authority(), &attributes);
        let text: usize = held.attributes().to_bytes().len();
        let size = held.to_bytes().expose().len();
        assert!(size <= 48 * held.literals.len() + text + 320, "{size}");
    }
}

static_assertions::assert_not_impl_any!(UserKey: Clone, core::fmt::Debug);
static_assertions::assert_not_impl_any!(AuthorityKey: Clone, core::fmt::Debug);
static_assertions::assert_impl_all!(UserKey: Send, Sync);
static_assertions::assert_impl_all!(AuthorityKey: Send, Sync);
static_assertions::assert_impl_all!(Cache: Send, Sync);
