//! Texts and files of other standards: vocabularies, FHIR, labels, DICOM, requests.

use serde_json::{Value, json};

use super::kit::Kit;

const VOCABULARY: &str = "\
hippocrypt vocabulary 1 small -
section alias
loinc http://loinc.org
sct http://snomed.info/sct
section purpose
source http://a.example/purpose 1 CC0-1.0 Purposes
A - abstract all
B A - some
C A,B - few
section conf
source http://a.example/conf 1 CC0-1.0 Levels
L U - low
M L - moderate
N M - normal
R N - restricted
U - - unrestricted
V R - very restricted
section sens
source http://a.example/sens 1 CC0-1.0 Sensitivities
HIV - pinned HIV
";

pub fn add(kit: &mut Kit) {
    let mut text = |name: &str, call, code, text: &str| {
        kit.add(name, call, code, text.as_bytes());
    };
    text("vocabulary_good.txt", "vocabulary", 0, VOCABULARY);
    let bad = VOCABULARY.replace("M L - moderate", "M X - moderate");
    text("vocabulary_parent_unknown.txt", "vocabulary", 120, &bad);
    let bad = VOCABULARY.replace("section conf", "section conf ");
    text(
        "vocabulary_blank_behind_a_section.txt",
        "vocabulary",
        120,
        &bad,
    );
    text(
        "vocabulary_without_end.txt",
        "vocabulary",
        120,
        VOCABULARY.trim_end(),
    );

    let consent = include_str!("../../examples/data/consent.json");
    text("fhir_consent_good.txt", "fhir-document", 0, consent);
    let bad = consent.replacen("\"id\"", "\"id\": \"a\", \"id\"", 1);
    text("fhir_consent_member_twice.txt", "fhir-document", 119, &bad);
    text(
        "fhir_consent_cut.txt",
        "fhir-document",
        119,
        &consent[..300],
    );
    numbers_and_escapes(&mut text);

    let patient = json!({"resource": {"resourceType": "Patient", "id": "ada"}});
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [patient]});
    text(
        "fhir_bundle_good.txt",
        "fhir-bundle",
        0,
        &bundle.to_string(),
    );
    let bad = bundle.to_string().replace("Bundle", "Basket");
    text("fhir_bundle_of_another_type.txt", "fhir-bundle", 611, &bad);

    let labels = label_file();
    text("label_file_good.txt", "label-file", 0, &labels.to_string());
    let bad = labels.to_string().replace("labels/1", "labels/9");
    text("label_file_of_another_schema.txt", "label-file", 632, &bad);
    let bad = labels.to_string().replace("Observation/1", "Observation");
    text("label_file_name_without_an_id.txt", "label-file", 632, &bad);

    let request = request();
    text("request_good.txt", "request", 0, &request.to_string());
    let bad = request.to_string().replace("\"purposes\"", "\"purpose\"");
    text("request_member_unknown.txt", "request", 627, &bad);

    let request = proof_request();
    text(
        "proof_request_good.txt",
        "proof-request",
        0,
        &request.to_string(),
    );
    let bad = request.to_string().replace("\"nonce\"", "\"nonse\"");
    text(
        "proof_request_member_unknown.txt",
        "proof-request",
        627,
        &bad,
    );
    let bad = request.to_string().replace("3333", "333");
    text(
        "proof_request_nonce_too_short.txt",
        "proof-request",
        627,
        &bad,
    );

    let policy = "type=ECG and (ymd in 2026-11-01..2026-11-30 or ym=2026-10 or y=2025)";
    text("label_policy_text_good.txt", "label-policy-text", 0, policy);
    let bad = policy.replace("2026-10", "2026-13");
    text(
        "label_policy_text_month_13.txt",
        "label-policy-text",
        201,
        &bad,
    );
    pictures(kit);
}

/// What strict JSON has, and what is no JSON.
fn numbers_and_escapes(text: &mut impl FnMut(&str, &'static str, u16, &str)) {
    let good = r#"{"resourceType": "Consent", "a": [0, -1, 2.50, 1e3, true, false, null, "\u00e9\n\"\\", {}, []]}"#;
    text("json_all_values_good.txt", "fhir-document", 0, good);
    for (name, from, to) in [
        ("json_leading_zero", "-1", "-01"),
        ("json_lone_surrogate", "u00e9", "ud800"),
        ("json_trailing_comma", "[]]", "[],]"),
        ("json_single_quotes", "\"a\"", "'a'"),
        ("json_word_unknown", "null", "nil"),
        ("json_control_character", "\\n", "\u{1}"),
    ] {
        let bad = good.replace(from, to);
        text(&format!("{name}.txt"), "fhir-document", 119, &bad);
    }
}

fn label_file() -> Value {
    json!({
        "schema": "hippocrypt-labels/1",
        "assertions": [
            {"by": "records department", "on": "2026-09-14", "conf": "N", "resources": ["Observation/1"]},
            {"by": "records department", "on": "2026-09-14", "conf": "R", "resources": ["Observation/2"]},
        ],
    })
}

fn request() -> Value {
    json!({
        "patient": "https://example.org/Patient/ada",
        "time": "2026-11-25T12:00:00+01:00",
        "recipient": {"org": ["npi:1234567893"]},
        "purposes": ["TREAT"],
        "record": {"type": "Observation", "authors": {"prac": ["x"]}, "labels": ["conf=N", "sens.none=hv1"]},
    })
}

fn proof_request() -> Value {
    json!({
        // The first key of RFC 8032.
        "verifier": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "study": "study 12",
        "log": "",
        "nonce": "33".repeat(32),
        "purposes": ["HRESCH"],
        "action": "access",
        "buckets": [["type=Observation", "conf=N"]],
    })
}

/// DICOM: two groups of elements behind a preamble.
fn pictures(kit: &mut Kit) {
    let element = |group: u16, number: u16, kind: &[u8], value: &[u8]| {
        let tag = [group.to_le_bytes(), number.to_le_bytes()].concat();
        let length = (value.len() as u16).to_le_bytes();
        [&tag[..], kind, &length, value].concat()
    };
    let elements = [
        element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1\0"),
        element(8, 0x20, b"DA", b"20261124"),
        element(8, 0x60, b"CS", b"CT"),
        element(0x10, 0x20, b"LO", b"4711"),
    ];
    let good = [&[0; 128][..], b"DICM", &elements.concat()].concat();
    kit.add("dicom_good.dcm", "dicom", 0, &good);
    let mut bad = good.clone();
    bad[128] = b'd';
    kit.add("dicom_prefix_wrong.dcm", "dicom", 633, &bad);
    let none = [&[0; 128][..], b"DICM", &elements[1..].concat()].concat();
    kit.add("dicom_without_its_encoding.dcm", "dicom", 633, &none);
    let big = [
        &[0; 128][..],
        b"DICM",
        &element(2, 0x10, b"UI", b"1.2.840.10008.1.2.2\0"),
    ]
    .concat();
    kit.add("dicom_big_endian.dcm", "dicom", 633, &big);
}
