//! Key files: of signers, of an authority with a schema, its parts, restricted, locked; carers.

use hippocrypt::Secret;
use hippocrypt::abe::{self, AuthorityKey};
use hippocrypt::asymmetric::{Signer, SigningKey};
use hippocrypt::keys::{Fingerprint, LinkageKey, LockCost, SignerKey, lock, unlock};
use hippocrypt::policy::{Attributes, Date, LabelFrame, LabelPolicy, Schema, SchemaEntry, Width};
use hippocrypt::pre::{Carer, CarerKind, PatientKey, RecipientKey};
use hippocrypt::rand_core::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};

use crate::vectors::{NOW, Recorder, hex};

pub fn keys() -> Value {
    json!({
        "signer": signer(),
        "schema": schema(),
        "backup": backup(),
        "restricted": restricted(),
        "locked": locked(),
        "carers": carers(),
        "fingerprints": fingerprints(),
        "linkage": linkage(),
    })
}

fn named(name: &str, seed: u8) -> SignerKey {
    SignerKey::new(SigningKey::from_seed(&Secret::new([seed; 32])), name).unwrap()
}

fn signer() -> Value {
    let ward = named("Station 3, Süd", 50);
    json!({
        "key": hex(ward.to_bytes().expose()),
        "public": hex(ward.public().to_bytes()),
    })
}

fn linkage() -> Value {
    let source = &mut Recorder::new(62);
    let key = LinkageKey::generate(source).unwrap();
    let (domain, identifier) = ("study 12", "Zimmer 5, Bett 2, Süd");
    json!({
        "drawn": source.drawn(),
        "key": hex(key.to_bytes().expose()),
        "domain": hex(domain),
        "identifier": hex(identifier),
        "pseudonym": hex(key.pseudonym(domain, identifier).unwrap()),
    })
}

fn schema() -> Value {
    let entry = |name: &str| SchemaEntry::text(name).unwrap();
    let schema = Schema::new([
        entry("role").one_of(["rn", "md"]).unwrap(),
        SchemaEntry::number("level", Width::U8)
            .and_then(|it| it.within(0, 9))
            .unwrap(),
        SchemaEntry::code("icd10").unwrap(),
    ])
    .unwrap();
    let source = &mut Recorder::new(51);
    let hospital = AuthorityKey::generate("Hospital", source).unwrap();
    let bytes = hex(schema.as_bytes());
    let hospital = hospital.with_schema(Some(schema)).unwrap();
    json!({
        "drawn": source.drawn(),
        "name": hex("Hospital"),
        "schema": bytes,
        "authority_key": hex(hospital.to_bytes().expose()),
        "authority": hex(hospital.public().to_bytes()),
    })
}

fn backup() -> Value {
    let hospital = AuthorityKey::generate("Hospital", &mut Recorder::new(52)).unwrap();
    let source = &mut Recorder::new(53);
    let parts = hospital.split(2, 3, source).unwrap();
    assert!(AuthorityKey::recover(&parts[1..]).is_ok());
    json!({
        "authority_key": hex(hospital.to_bytes().expose()),
        "drawn": source.drawn(),
        "parts": parts.iter().map(|it| hex(it.to_bytes().expose())).collect::<Vec<_>>(),
    })
}

fn restricted() -> Value {
    let source = &mut Recorder::new(54);
    let hospital = AuthorityKey::generate("Hospital", source).unwrap();
    let attributes = Attributes::parse(["role=md", "dept=icu", "level:u8=2"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let user = hospital.issue(&attributes, until, source).unwrap();
    let source = &mut Recorder::new(55);
    let cache = &mut abe::Cache::new();
    let child = user
        .restrict(&mut |it| it.name() == "role", cache, source)
        .unwrap();
    json!({
        "user_key": hex(user.to_bytes().expose()),
        "drawn": source.drawn(),
        "attributes": hex(child.attributes().to_bytes()),
        "restricted": hex(child.to_bytes().expose()),
    })
}

/// As cheap as readers accept it.
fn locked() -> Value {
    let object = named("", 56).to_bytes();
    let passphrase = "größer als zehn";
    let rng = &mut ChaCha20Rng::seed_from_u64(57);
    let locked = lock(&object, passphrase, LockCost::LEAST, rng).unwrap();
    assert!(unlock(&locked, Some(passphrase)).is_ok());
    json!({
        "passphrase": hex(passphrase),
        "object": hex(object.expose()),
        "locked": hex(locked),
    })
}

fn carers() -> Value {
    let patient = PatientKey::generate(&mut Recorder::new(58)).unwrap();
    let source = &mut Recorder::new(59);
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let scope = LabelPolicy::parse("type=Observation", &frame).unwrap();
    let carers = [
        (CarerKind::Helper, named("", 60), Some(scope)),
        (CarerKind::Guardian, named("", 61), None),
    ]
    .map(|(kind, key, scope)| Carer::new(kind, key.verifying_key(), NOW, scope).unwrap());
    let described = carers.iter().map(|it| {
        json!({
            "kind": it.kind() as u8,
            "key": hex(it.key().to_bytes()),
            "until": it.until(),
            "scope": it.scope().map_or(String::new(), |it| hex(it.as_bytes())),
        })
    });
    let described: Vec<Value> = described.collect();
    let later = patient.with_carers(carers.into(), source).unwrap();
    json!({
        "patient_key": hex(patient.to_bytes().expose()),
        "carers": described,
        "drawn": source.drawn(),
        "later_key": hex(later.to_bytes().expose()),
    })
}

fn fingerprints() -> Value {
    let source = &mut Recorder::new(62);
    let hospital = AuthorityKey::generate("Hospital", source).unwrap();
    let patient = PatientKey::generate(source).unwrap();
    let study = RecipientKey::generate("study 12", source).unwrap();
    let ward = named("Ward 3", 63);
    let of = |public: Vec<u8>, fingerprint: Fingerprint| {
        json!({
            "public": hex(public),
            "fingerprint": hex(fingerprint.to_bytes()),
            "qr": hex(fingerprint.to_qr_text()),
        })
    };
    let profile = patient.profile();
    json!({
        "of": [
            of(hospital.public().to_bytes(), hospital.public().fingerprint()),
            of(profile.to_bytes(), profile.fingerprint()),
            of(study.public().to_bytes(), study.public().fingerprint()),
            of(ward.public().to_bytes(), ward.public().fingerprint()),
        ],
    })
}
