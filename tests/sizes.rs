//! The sizes that SPEC.md section 12 states and the design promises, of real objects.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use hippocrypt::abe::{AuthorityKey, Issued, UserKey};
use hippocrypt::envelope::{Expiry, Record, Sealer};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Attributes, Date, Policy};

const RECORD: &str = "12345678901234567890";

fn authority() -> AuthorityKey {
    AuthorityKey::generate("St. Elsewhere", &mut getrandom::SysRng).unwrap()
}

/// An AND of as many leaves, each of them `leaf` bytes of text.
fn policy(count: usize, leaf: usize) -> Policy {
    let leaves: Vec<_> = (0..count)
        .map(|at| {
            let text = format!("a{at:03}=");
            let value = "v".repeat(leaf - text.len());
            text + &value
        })
        .collect();
    Policy::parse(&leaves.join(" and ")).unwrap()
}

/// The whole of a sealed KiB under the smallest record id that is promised a size.
fn sealed(
    authority: &AuthorityKey,
    policy: &Policy,
    expiry: Expiry,
    signer: Option<&SignerKey>,
) -> usize {
    let mut sealer = Sealer::new().policy(authority.public(), policy.clone(), expiry);
    if let Some(signer) = signer {
        sealer = sealer.sender(signer);
    }
    let record = Record::new(RECORD).unwrap();
    sealer
        .seal(&record, &[7; 1024], &mut getrandom::SysRng)
        .unwrap()
        .len()
}

/// SPEC.md section 12: an envelope without labels, metadata and consent, with one policy stanza.
fn formula(policy: &Policy, plaintext: usize, chunk: usize) -> usize {
    let formula = policy.formula().unwrap();
    let (n, tau) = (formula.rows().len(), usize::from(formula.occurrences().1));
    let ciphertext = 68 + policy.as_bytes().len() + 96 * (1 + tau) + 48 * n;
    let stanza = 5 + ciphertext + 48;
    let chunks = plaintext.div_ceil(chunk).max(1);
    let fixed = 112 + RECORD.len();
    fixed + 4 + 3 + stanza + 32 + plaintext + 16 * chunks
}

#[test]
fn an_envelope_has_the_size_of_the_specification() {
    let authority = authority();
    let texts = [
        "role=cardiologist",
        "a=x and b=y",
        "2 of (a=x, b=y, c=z) or (a=x and level:u8>=3)",
        "icd10:code=E11* and licensed:date>=2026-01-01",
    ];
    for text in texts {
        let policy = Policy::parse(text).unwrap();
        let found = sealed(&authority, &policy, Expiry::Never, None);
        assert_eq!(found, formula(&policy, 1024, 65_536), "{text}");
    }
    // Several chunks, and an empty payload, which is one chunk too.
    let policy = Policy::parse("a=x").unwrap();
    for length in [0, 1023, 1024, 1025, 10_000] {
        let record = Record::new(RECORD).unwrap().chunk_size(1024).unwrap();
        let found = Sealer::new()
            .policy(authority.public(), policy.clone(), Expiry::Never)
            .seal(&record, &vec![7; length], &mut getrandom::SysRng)
            .unwrap();
        assert_eq!(found.len(), formula(&policy, length, 1024), "{length}");
    }
}

#[test]
fn promised_sizes_hold() {
    let authority = authority();
    let (one, hundred) = (policy(1, 17), policy(100, 12));
    let size = |policy| sealed(&authority, policy, Expiry::Never, None);
    assert!(size(&one) <= 1700, "{}", size(&one));
    assert!(size(&hundred) <= 7700, "{}", size(&hundred));
}

#[test]
fn promised_sizes_hold_with_the_expiry_clause_of_any_day() {
    // The number of rows depends on the day; the formula above is checked on real envelopes.
    let (one, hundred) = (policy(1, 17), policy(100, 12));
    let first = Date::parse("2026-01-01").unwrap().days();
    let mut largest = [(0, first); 2];
    for day in first..first + 2 * 366 {
        for (policy, largest) in [&one, &hundred].into_iter().zip(&mut largest) {
            let day = Date::from_days(day);
            let policy = policy.clone().with_expiry(day).unwrap();
            *largest = (*largest).max((formula(&policy, 1024, 65_536), day.days()));
        }
    }
    assert!(largest[0].0 <= 2300, "{largest:?}");
    assert!(largest[1].0 <= 8300, "{largest:?}");

    let authority = authority();
    for (policy, (size, day)) in [one, hundred].into_iter().zip(largest) {
        let expiry = Expiry::Day(Date::from_days(day));
        assert_eq!(sealed(&authority, &policy, expiry, None), size);
    }
}

#[test]
fn signing_adds_160_bytes() {
    let authority = authority();
    let signer = SignerKey::generate("", &mut getrandom::SysRng).unwrap();
    let policy = policy(1, 17);
    let unsigned = sealed(&authority, &policy, Expiry::Never, None);
    let signed = sealed(&authority, &policy, Expiry::Never, Some(&signer));
    assert_eq!(signed - unsigned, 160);
}

/// The text of attributes as typed.
fn typed(attributes: &[String]) -> usize {
    attributes.iter().map(String::len).sum()
}

fn issue(authority: &AuthorityKey, attributes: &[String], issued: Option<Date>) -> UserKey {
    let set = Attributes::parse(attributes.iter().map(String::as_str)).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let issued = Issued {
        at: 1,
        attribute: issued,
    };
    let mut cache = hippocrypt::abe::Cache::new();
    authority
        .issue_with(&set, until, issued, &mut cache, &mut getrandom::SysRng)
        .unwrap()
}

#[test]
fn a_user_key_has_the_size_of_the_specification() {
    let authority = authority();
    let names = |count: usize| (0..count).map(|at| format!("name{at:03}=value"));
    let mut sets: Vec<Vec<String>> = [0, 1, 20].map(|count| names(count).collect()).into();
    sets.push(vec!["level:u8=3".into(), "icd10:code=E11.9".into()]);
    for attributes in sets {
        for issued in [None, Some(Date::parse("2026-01-01").unwrap())] {
            let key = issue(&authority, &attributes, issued);
            let literals = key.attributes().literals().len();
            let bytes = key.to_bytes().expose().len();
            let body = key.attributes().to_bytes().len();
            assert_eq!(bytes, 242 + body + 48 * literals);
            let promised = 48 * literals + typed(&attributes) + 320;
            assert!(bytes <= promised, "{bytes} > {promised}: {attributes:?}");
        }
    }
}

#[test]
fn an_authority_has_the_size_of_the_specification() {
    let authority = authority();
    let name = authority.public().name().len();
    assert_eq!(authority.to_bytes().expose().len(), 106 + name);
    assert_eq!(authority.public().to_bytes().len(), 714 + name);
}
