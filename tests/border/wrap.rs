//! Sealed records among FHIR resources.

use crate::models;
use hippocrypt::Error;
use hippocrypt::abe::AuthorityKey;
use hippocrypt::consent::Vocabulary;
use hippocrypt::envelope::{Expiry, Opener, Record, Sealer};
use hippocrypt::fhir::{Json, wrap::Stub};
use hippocrypt::policy::{Attributes, Date, Policy};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const RESOURCE: &str = r#"{"resourceType":"Observation","id":"bp","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]},"status":"final","code":{"text":"blood pressure"},"subject":{"reference":"Patient/ada"}}"#;

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

#[test]
fn a_resource_goes_through_a_server_and_comes_back() {
    let rng = &mut ChaCha20Rng::seed_from_u64(17);
    let hospital = AuthorityKey::generate("St. Elsewhere", rng).unwrap();
    let doctor = Attributes::parse(["role=cardiologist"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let key = hospital.issue(&doctor, until, rng).unwrap();
    let policy = Policy::parse("role=cardiologist").unwrap();
    let expiry = Expiry::Day(Date::parse("2026-11-24").unwrap());
    let record = Record::new("1").unwrap();
    let mut sealer = Sealer::new().policy(hospital.public(), policy, expiry);
    let sealed = sealer.seal(&record, RESOURCE.as_bytes(), rng).unwrap();

    let vocabulary = Vocabulary::hv1().unwrap();
    let stub = Stub::new("s-1", &json(RESOURCE), &sealed, &vocabulary).unwrap();
    let document = stub.to_json().unwrap();
    let text = document.to_string();
    for told in ["Patient/ada", "Observation/bp", "\"R\"", "MASKED"] {
        assert!(text.contains(told), "{told}");
    }
    for hidden in ["PSY", "pressure", "final"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    models::check(
        "stubs",
        &[("R4", document.clone()), ("R5", document.clone())],
    );

    // A server adds what it likes.
    let stored = text.replace("\"meta\":{", "\"meta\":{\"versionId\":\"7\",");
    let found = Stub::from_json(&json(&stored), &vocabulary)
        .unwrap()
        .unwrap();
    assert_eq!(found, stub);
    assert_eq!(found.subject(), Some("Patient/ada"));
    assert_eq!(found.name(), "Observation/bp");
    let opened = Opener::new().key(&key).open(found.envelope()).unwrap();
    let resource = found.resource(opened.plaintext.expose()).unwrap();
    assert_eq!(resource, json(RESOURCE));

    // Somebody has exchanged attachments or names.
    for (from, to) in [
        ("Observation/bp", "Observation/b2"),
        ("Observation/bp", "Condition/bp"),
    ] {
        let other = json(&text.replace(from, to));
        let other = Stub::from_json(&other, &vocabulary).unwrap().unwrap();
        let refused = other.resource(opened.plaintext.expose());
        assert_eq!(
            refused,
            Err(Error::Stub("another resource is sealed in it"))
        );
    }

    // What is no stub is let through, what is half one is not.
    assert_eq!(Stub::from_json(&json(RESOURCE), &vocabulary), Ok(None));
    let plain = text.replace("application/vnd.hippocrypt", "text/plain");
    assert_eq!(Stub::from_json(&json(&plain), &vocabulary), Ok(None));
    for (from, to) in [
        ("DocumentReference", "Observation"),
        ("\"id\":\"s-1\",", ""),
        ("Observation/bp", "bp"),
        ("\"data\":\"", "\"data\":\"A"),
        ("\"data\"", "\"url\""),
    ] {
        let other = json(&text.replace(from, to));
        let read = Stub::from_json(&other, &vocabulary);
        assert!(matches!(read, Err(Error::Stub(_))), "{from}: {read:?}");
    }
}

#[test]
fn only_envelopes_get_into_a_stub() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let of = |id, resource: &str, envelope: &[u8]| {
        Stub::new(id, &json(resource), envelope, &vocabulary).err()
    };
    assert!(matches!(
        of("1", RESOURCE, RESOURCE.as_bytes()),
        Some(Error::Stub(_))
    ));
    assert!(matches!(
        of("1", RESOURCE, &vec![0; 3_000_001]),
        Some(Error::TooLarge(_))
    ));
    assert!(matches!(of("a b", RESOURCE, b""), Some(Error::Argument(_))));
    assert_eq!(
        of("1", r#"{"resourceType": "Observation"}"#, b""),
        Some(Error::Shape)
    );
}
