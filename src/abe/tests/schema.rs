//! Authorities with a schema.

use super::*;
use crate::abe::AuthorityPublic;
use crate::policy::{Schema, SchemaEntry};
use crate::symmetric::sha256;

fn schema() -> Schema {
    let role = SchemaEntry::text("role").unwrap();
    Schema::new([role.one_of(["dentist", "nurse"]).unwrap()]).unwrap()
}

fn with_schema() -> AuthorityKey {
    authority().with_schema(Some(schema())).unwrap()
}

#[test]
fn a_schema_changes_neither_the_authority_nor_its_keys() {
    let (plain, knowing) = (authority(), with_schema());
    assert_eq!(plain.public().schema(), None);
    assert_eq!(knowing.public().schema(), Some(&schema()));
    assert_eq!(plain.public().id(), knowing.public().id());
    assert!(plain.public().fingerprint() == knowing.public().fingerprint());
    let sealed = seal(&knowing, "role=nurse");
    assert!(opens(&key(&plain, &["role=nurse"]), &sealed));
    assert!(opens(
        &key(&knowing, &["role=nurse"]),
        &seal(&plain, "role=nurse")
    ));
    let again = knowing.with_schema(None).unwrap();
    assert!(again.to_bytes().expose() == plain.to_bytes().expose());
    assert_eq!(again.public().to_bytes(), plain.public().to_bytes());
}

#[test]
fn it_travels_with_key_and_public_file() {
    let knowing = with_schema();
    let secret = knowing.to_bytes();
    let read = AuthorityKey::from_bytes(secret.expose()).unwrap();
    assert!(read.to_bytes().expose() == secret.expose());
    assert_eq!(read.public().schema(), Some(&schema()));
    let bytes = read.public().to_bytes();
    let public = AuthorityPublic::from_bytes(&bytes).unwrap();
    assert_eq!(public.schema(), Some(&schema()));
    assert_eq!(public.to_bytes(), bytes);
    let size = 4 + schema().as_bytes().len();
    assert_eq!(bytes.len(), authority().public().to_bytes().len() + size);
}

#[test]
fn keys_are_issued_for_what_it_knows() {
    let knowing = with_schema();
    let issue = |items: &[&str]| {
        let attributes = Attributes::parse(items.iter().copied()).unwrap();
        knowing.issue(&attributes, until(), &mut rng(5)).err()
    };
    assert_eq!(issue(&["role=dentist", "role=nurse"]), None);
    assert_eq!(
        issue(&["role=dentist", "role=nurze"]),
        Some(Error::UnknownValue(2))
    );
    assert_eq!(issue(&["rolle=nurse"]), Some(Error::UnknownName(1)));
}

/// Every byte of the schema is under the signature: with the checksum made good again, a change
/// that is still a schema fails there, every other one before.
#[test]
fn a_changed_schema_is_refused() {
    let good = with_schema().public().to_bytes();
    let schema = schema();
    let length = schema.as_bytes().len();
    let start = good.len() - 32 - 64 - length;
    assert_eq!(&good[start..start + length], schema.as_bytes());
    let mut unsigned = 0;
    // The flag, the length, the schema.
    for at in start - 5..start + length {
        for change in [1u8, 2, 0x20, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= change;
            let body = bad.len() - 32;
            let checksum = sha256(&[&bad[..body]]);
            bad[body..].copy_from_slice(&checksum);
            match AuthorityPublic::from_bytes(&bad).err() {
                Some(Error::Verify) => unsigned += 1,
                Some(error) => assert!((4..=7).contains(&error.code()) || error.code() / 100 == 1),
                None => panic!("{at} ^ {change}"),
            }
        }
    }
    assert!(unsigned >= length / 2, "{unsigned}");
}

#[test]
fn an_authority_with_the_largest_schema_comes_back_from_its_parts() {
    let names = (0..256u32).map(|n| {
        let value = "v".repeat(if n == 255 { 238 } else { 241 });
        let entry = SchemaEntry::text(&std::format!("n{n:04}")).unwrap();
        entry.one_of([value.as_str()]).unwrap()
    });
    let largest = Schema::new(names).unwrap();
    assert_eq!(largest.as_bytes().len(), crate::policy::SCHEMA_BYTES);
    let name = "n".repeat(128);
    let key = AuthorityKey::generate(&name, &mut rng(1))
        .unwrap()
        .with_schema(Some(largest))
        .unwrap();
    let parts: Vec<_> = key
        .split(2, 3, &mut rng(2))
        .unwrap()
        .iter()
        .map(|part| crate::abe::AuthorityShare::from_bytes(part.to_bytes().expose()).unwrap())
        .collect();
    let again = AuthorityKey::recover(&parts).unwrap();
    assert!(again.to_bytes().expose() == key.to_bytes().expose());
}
