//! Consents: Terms and their digests, what they decide, signatures, and signed labels.

use hippocrypt::Secret;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::consent::vocabulary::Vocabulary;
use hippocrypt::consent::{
    Base, Confidentiality, Criterion, Interval, Meaning, PurposeMode, Reading, RecordReference,
    Rule, Set, SignedConsent, Terms, TermsDraft, decide,
};
use hippocrypt::fhir::labels::SignedLabels;
use hippocrypt::fhir::{Document, Failure, NoResolver, Options, compile, read_request};
use hippocrypt::pre::{Carer, CarerKind, PatientKey};
use serde_json::{Value, json};

use crate::vectors::{NOW, Recorder, hex};

const ADA: &str = "https://example.org/Patient/ada";
const MARY: &str = "https://example.org/Practitioner/mary";

pub fn consents() -> Value {
    let vocabulary = Vocabulary::hv1().unwrap();
    json!({
        "terms": terms_vector(&everything(&vocabulary)),
        "decisions": decisions(&vocabulary),
        "signed_consent": signed(&everything(&vocabulary), None),
        "signed_consent_by_guardian": signed(&study(&vocabulary), Some(101)),
        "signed_labels": signed_labels(),
        "compiled": compiled(&vocabulary),
    })
}

fn json_of(text: String) -> Value {
    serde_json::from_str(&text).unwrap()
}

/// Strings of JSON inside a vector are hexadecimal like all others.
fn hexed(value: Value) -> Value {
    match value {
        Value::String(text) => hex(text).into(),
        Value::Array(all) => all.into_iter().map(hexed).collect(),
        Value::Object(all) => all
            .into_iter()
            .map(|(name, it)| (name, hexed(it)))
            .collect(),
        other => other,
    }
}

fn terms_vector(terms: &Terms) -> Value {
    json!({
        "json": hexed(json_of(terms.to_json().unwrap().to_string())),
        "bytes": hex(terms.to_bytes().unwrap()),
        "digest": hex(terms.digest().unwrap()),
    })
}

fn draft(vocabulary: &Vocabulary) -> TermsDraft {
    let mut draft = TermsDraft::new([0x5a; 32], *vocabulary.hash(), ADA);
    draft.grantors = Set::values([ADA]).unwrap();
    draft.decided = Some(NOW as i64);
    draft.valid = Interval::new(Some(NOW as i64), Some(NOW as i64 + 1_000_000)).unwrap();
    draft
}

/// Every criterion, in rules of both kinds.
fn everything(vocabulary: &Vocabulary) -> Terms {
    let record = |meaning, reference, members: &[&str]| {
        let mut record = RecordReference::new(meaning, reference).unwrap();
        record.members = Set::values(members.iter().copied()).unwrap();
        record
    };
    let mut draft = draft(vocabulary);
    draft.reading = Reading::R5Negate;
    draft.purpose_mode = PurposeMode::AllOf;
    draft.source = [0x33; 32];
    draft.zone = -330;
    draft.base = Base::Forbid;
    draft.obligations = Set::values(["DEID", "NOAUTH"]).unwrap();
    draft.supersedes = Some([0x44; 32]);
    draft.rules = vec![
        Rule::permit([
            Criterion::recipients([vec!["org=npi:1234567893", "role=md"], vec!["prac=x"]]).unwrap(),
            Criterion::purpose(["TREAT", "HRESCH"]).unwrap(),
            Criterion::action(["access"]).unwrap(),
            Criterion::permission(["mii:1.2.3"]).unwrap(),
            Criterion::During(Interval::new(None, Some(NOW as i64 + 5)).unwrap()),
            Criterion::Confidentiality(Confidentiality::Restricted),
            Criterion::Dated(Interval::new(Some(-86_400), None).unwrap()),
        ])
        .unwrap(),
        Rule::forbid([
            Criterion::sensitivity(["HIV", "PSY"]).unwrap(),
            Criterion::resource_type(["Observation"]).unwrap(),
            Criterion::document(["mime:application/pdf"]).unwrap(),
            Criterion::code(["loinc:1234-5"]).unwrap(),
            Criterion::author([&*format!("prac={MARY}")]).unwrap(),
            Criterion::records([
                record(Meaning::Instance, "https://example.org/Observation/1", &[]),
                record(
                    Meaning::Related,
                    "https://example.org/Encounter/2",
                    &["https://example.org/Observation/3"],
                ),
            ])
            .unwrap(),
        ])
        .unwrap(),
        Rule::forbid([]).unwrap(),
    ];
    Terms::check(draft).unwrap()
}

/// Treatment by an organisation, not what is about HIV, and for research what is old.
fn study(vocabulary: &Vocabulary) -> Terms {
    let mut draft = draft(vocabulary);
    draft.rules = vec![
        Rule::permit([
            Criterion::recipients([["org=npi:1234567893"]]).unwrap(),
            Criterion::purpose(["TREAT"]).unwrap(),
            Criterion::Confidentiality(Confidentiality::Normal),
        ])
        .unwrap(),
        Rule::permit([
            Criterion::purpose(["HRESCH"]).unwrap(),
            Criterion::Dated(Interval::new(None, Some(1_700_000_000)).unwrap()),
        ])
        .unwrap(),
        Rule::forbid([Criterion::sensitivity(["HIV"]).unwrap()]).unwrap(),
        Rule::forbid([
            Criterion::author([&*format!("prac={MARY}")]).unwrap(),
            Criterion::resource_type(["Observation", "Condition"]).unwrap(),
        ])
        .unwrap(),
    ];
    draft.obligations = Set::values(["DEID"]).unwrap();
    Terms::check(draft).unwrap()
}

/// What some requests come to: permitted, forbidden, open, outside.
fn decisions(vocabulary: &Vocabulary) -> Value {
    let terms = study(vocabulary);
    let request = |time: &str, who: &str, purposes: &str, record: &str| {
        format!(
            r#"{{"patient": "{ADA}", "time": "{time}", "recipient": {who},
                "purposes": {purposes}, "record": {record}}}"#
        )
    };
    let (day, org) = ("2026-11-25T12:00:00Z", r#"{"org": ["npi:1234567893"]}"#);
    let mary = format!(
        r#"{{"type": "Observation", "authors": {{"prac": ["{MARY}"]}}, "labels": ["conf=N", "sens.none=hv1"]}}"#
    );
    let plain = r#"{"type": "Observation", "authors": {"prac": []}, "labels": ["conf=N", "sens.none=hv1"]}"#;
    let old =
        r#"{"type": "Immunization", "date": "2021-03", "labels": ["conf=N", "sens.none=hv1"]}"#;
    let requests = [
        request(day, org, r#"["TREAT"]"#, plain),
        request(day, org, r#"["ETREAT"]"#, plain),
        request(day, org, r#"["TREAT", "HRESCH"]"#, plain),
        request(day, org, r#"["TREAT"]"#, &mary),
        request(day, r#"{"org": []}"#, r#"["TREAT"]"#, plain),
        request(day, "{}", r#"["TREAT"]"#, plain),
        request(day, "{}", r#"["HRESCH"]"#, old),
        request(
            day,
            "{}",
            r#"["HRESCH"]"#,
            r#"{"type": "Immunization", "labels": ["sens.not=HIV"]}"#,
        ),
        request(
            day,
            org,
            r#"["TREAT"]"#,
            r#"{"type": "Immunization", "labels": ["conf=N"]}"#,
        ),
        request(
            day,
            org,
            r#"["TREAT"]"#,
            r#"{"type": "Immunization", "labels": ["conf=R", "sens.not=HIV"]}"#,
        ),
        request(
            day,
            org,
            r#"["TREAT"]"#,
            r#"{"type": "Immunization", "labels": ["conf=N", "sens=HIV"]}"#,
        ),
        request("2026-01-01T00:00:00Z", org, r#"["TREAT"]"#, plain),
        request("2027-01-01T00:00:00Z", org, r#"["TREAT"]"#, plain),
        request(day, org, r#"["TREAT"]"#, plain).replace("ada", "bob"),
    ];
    let each: Vec<Value> = requests
        .iter()
        .map(|text| {
            let request = read_request(text.as_bytes(), vocabulary, 0)
                .unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
            let decision = decide(&terms, &request);
            json!({
                "request": hex(text),
                "outcome": hex(decision.outcome.code()),
                "decision": hexed(json_of(decision.to_json().to_string())),
            })
        })
        .collect();
    json!({"terms": hex(terms.to_bytes().unwrap()), "of": each})
}

/// By the patient, or by a guardian with this seed.
fn signed(terms: &Terms, guardian: Option<u8>) -> Value {
    let patient = PatientKey::generate(&mut Recorder::new(100)).unwrap();
    let key = guardian.map(|seed| SigningKey::from_seed(&Secret::new([seed; 32])));
    let (patient, signed) = match &key {
        None => {
            let signed = SignedConsent::by_patient(terms.clone(), &patient, NOW);
            (patient, signed.unwrap())
        }
        Some(key) => {
            let carer = Carer::new(CarerKind::Guardian, key.verifying_key(), NOW + 9_000, None);
            let carers = vec![carer.unwrap()];
            let patient = patient
                .with_carers(carers, &mut Recorder::new(102))
                .unwrap();
            let signed = SignedConsent::by_carer(terms.clone(), patient.profile(), key, NOW);
            (patient, signed.unwrap())
        }
    };
    assert!(signed.verify(patient.profile(), NOW).is_ok());
    json!({
        "terms": hex(terms.to_bytes().unwrap()),
        "patient_key": hex(patient.to_bytes().expose()),
        "guardian": guardian.map(|seed| hex([seed; 32])),
        "time": NOW,
        "consent": hex(signed.to_bytes().unwrap()),
    })
}

fn signed_labels() -> Value {
    let key = SigningKey::from_seed(&Secret::new([103; 32]));
    let side = br#"{"schema": "hippocrypt-labels/1", "assertions": [
        {"by": "Dr. Mary", "on": "2026-11-24", "conf": "N", "resources": ["Observation/1"]}]}"#;
    let signed = SignedLabels::sign(side, &key, NOW).unwrap();
    assert!(signed.verify(&[key.verifying_key()]).is_ok());
    json!({
        "seed": hex([103; 32]),
        "file": hex(side),
        "time": NOW,
        "signed": hex(signed.to_bytes().unwrap()),
    })
}

const R4: &str = r#"{
  "resourceType": "Consent", "status": "active", "dateTime": "2026-11-24T09:00:00Z",
  "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
  "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
  "patient": {"reference": "Patient/ada"}, "policy": [{"uri": "https://example.org/policy"}],
  "provision": {"type": "deny", "period": {"start": "2026-11-24"}, "provision": [{
    "type": "permit",
    "actor": [{"role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
               "reference": {"reference": "Practitioner/7"}}],
    "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}],
    "provision": [{"type": "deny", "securityLabel": [
      {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"},
      {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}]
  }]}}"#;

const R5: &str = r#"{
  "resourceType": "Consent", "status": "active", "date": "2026-11-24",
  "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
  "subject": {"reference": "Patient/ada"}, "grantor": [{"reference": "Patient/ada"}],
  "decision": "permit",
  "provision": [{"purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}]}]}"#;

/// Documents of both versions, read as declared, and two that are refused.
fn compiled(vocabulary: &Vocabulary) -> Value {
    let documents = [
        (R4.to_owned(), Reading::R4Typed),
        (R5.to_owned(), Reading::R5Negate),
        (
            R4.replace("\"deny\", \"sec", "\"permit\", \"sec"),
            Reading::R4Typed,
        ),
        (R4.replace("active", "entered-in-error"), Reading::R4Typed),
        (R5.replace("HRESCH", "HRESEARCH"), Reading::R5Negate),
    ];
    let of: Vec<Value> = documents
        .iter()
        .map(|(document, reading)| compile_one(document, *reading, vocabulary))
        .collect();
    json!({"of": of})
}

fn compile_one(document: &str, reading: Reading, vocabulary: &Vocabulary) -> Value {
    let mut options = Options::new(reading);
    options.base = Some("https://example.org/fhir".into());
    let parsed = Document::parse(document.as_bytes()).unwrap();
    let outcome = match compile(&parsed, &options, vocabulary, &NoResolver, [0x66; 32]) {
        Ok(done) => json!({
            "terms": hex(done.terms.to_bytes().unwrap()),
            "json": hexed(json_of(done.terms.to_json().unwrap().to_string())),
            "noted": done.noted.iter().map(hex).collect::<Vec<_>>(),
        }),
        Err(Failure::Refused(all)) => json!({
            "refused": all
                .iter()
                .map(|it| json!({"error": it.code.error().code(), "path": hex(&it.path)}))
                .collect::<Vec<_>>(),
        }),
        Err(other) => panic!("{other}"),
    };
    json!({"document": hex(document), "reading": hex(reading.name()), "outcome": outcome})
}
