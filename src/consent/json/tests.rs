//! The shape of the views.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use alloc::string::ToString;
use alloc::vec;

use crate::consent::tests::{ADA, HASH, NOW, draft, everything, forbid, permit, request};
use crate::consent::*;

#[test]
fn terms_show_all_that_they_hold() {
    let mut draft = draft(vec![permit(everything()), forbid(vec![])]);
    draft.reading = Reading::Mii2025;
    draft.grantors = Set::values([ADA]).unwrap();
    draft.source = [0xab; 32];
    draft.decided = Some(NOW);
    draft.zone = -90;
    draft.valid = Interval::new(Some(-1), None).unwrap();
    draft.obligations = Set::values(["DELAU"]).unwrap();
    draft.supersedes = Some([0xcd; 32]);
    let terms = Terms::check(draft).unwrap();
    let json = terms.to_json().unwrap();
    let digest = json.get("digest").unwrap().as_str().unwrap();
    assert_eq!(digest.len(), 64);
    let span = r#"{"from":{"time":"1969-12-31T23:59:55Z","seconds":-5},"until":{"time":"2026-09-21T14:13:20Z","seconds":1790000000}}"#;
    let expected = [
        r#"{"digest":""#,
        digest,
        r#"","salt":""#,
        &"01".repeat(32),
        r#"","vocabulary":""#,
        &"07".repeat(32),
        r#"","reading":"mii-2025","purpose_mode":"any-of","subject":"https://example.org/Patient/ada","grantors":["https://example.org/Patient/ada"],"source":""#,
        &"ab".repeat(32),
        r#"","decided":{"time":"2026-09-21T14:13:20Z","seconds":1790000000},"zone":"-01:30","valid":{"from":{"time":"1969-12-31T23:59:59Z","seconds":-1},"until":null},"base":"silent","rules":[{"effect":"permit","criteria":{"recipient":[["org=npi:1234567893","prac=Practitioner/7"]],"purpose":["HPAYMT","TREAT"],"action":["access"],"permission":["mii:2.16.840.1.113883.3.1937.777.24.5.3.8"],"during":"#,
        span,
        r#","confidentiality":"N","sensitivity":["HIV","PSY"],"type":["Observation"],"document":["mime:application/hl7-cda+xml"],"code":["loinc:34133-9"],"dated":"#,
        span,
        r#","author":["prac=Practitioner/3"],"record":[{"meaning":"instance","reference":"Observation/9","members":[]},{"meaning":"related","reference":"Encounter/1","members":["Observation/1","Observation/2"]}]}},{"effect":"forbid","criteria":{}}],"obligations":["DELAU"],"supersedes":""#,
        &"cd".repeat(32),
        r#""}"#,
    ];
    assert_eq!(json.to_string(), expected.concat());
}

#[test]
fn what_is_not_there_is_null_and_a_year_beyond_the_calendar_too() {
    let mut draft = draft(vec![permit(vec![])]);
    draft.valid = Interval::new(Some(i64::MIN + 1), Some(i64::MAX - 1)).unwrap();
    let json = Terms::check(draft).unwrap().to_json().unwrap();
    for name in ["source", "decided", "supersedes"] {
        assert_eq!(json.get(name), Some(&Json::Null), "{name}");
    }
    assert_eq!(
        json.get("valid").unwrap().to_string(),
        r#"{"from":{"time":null,"seconds":-9223372036854775807},"until":{"time":null,"seconds":9223372036854775806}}"#
    );
}

#[test]
fn a_decision_names_its_rule_as_people_count() {
    let mut draft = draft(vec![
        permit(vec![]),
        forbid(vec![Criterion::sensitivity(["PSY"]).unwrap()]),
    ]);
    draft.obligations = Set::values(["DELAU"]).unwrap();
    let terms = Terms::check(draft).unwrap();
    let mut request = request();
    assert_eq!(
        decide(&terms, &request).to_json().to_string(),
        r#"{"decision":"DENY","by":"rule","rule":2,"missing":[{"fact":"sensitivity","refusal":623}],"obligations":[]}"#
    );
    request.record.sensitivities.absent(["PSY"]).unwrap();
    assert_eq!(
        decide(&terms, &request).to_json().to_string(),
        r#"{"decision":"PERMIT","by":"rule","rule":1,"missing":[],"obligations":["DELAU"]}"#
    );
    let stranger = Request::new(HASH, "Patient/eve", NOW);
    assert_eq!(
        decide(&terms, &stranger).to_json().to_string(),
        r#"{"decision":"NO_CONSENT","by":"other-subject","rule":null,"missing":[],"obligations":[]}"#
    );
}

#[test]
fn explanations_keep_their_keys() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let mut draft = draft(vec![permit(vec![Criterion::sensitivity(["HIV"]).unwrap()])]);
    draft.vocabulary = *vocabulary.hash();
    let terms = Terms::check(draft).unwrap();
    let phrases = Phrases::english().unwrap();
    let words = explain(&terms, &vocabulary, Audience::Carer, &phrases).unwrap();
    let json = words.to_json();
    let text = |json: &Json, name| json.get(name).unwrap().as_str().unwrap().to_string();
    assert_eq!(text(&json, "audience"), "carer");
    assert_eq!(text(&json, "language"), "en");
    let sections = json.get("sections").unwrap().elements();
    assert_eq!(sections[0].get("heading"), Some(&Json::Null));
    assert_eq!(text(&sections[1], "name"), "enforced");
    let rule = &sections[1].get("lines").unwrap().elements()[2];
    assert_eq!(
        rule.to_string(),
        r#"{"key":"permit","text":"Their records may be opened if all of this is true:","rule":1,"effect":"permit","conditions":[{"key":"if.sensitivity","text":"The record is labelled HIV/AIDS information sensitivity (HIV), or as a kind of it."}],"notes":[{"key":"unlabelled.not-opened","text":"A record that nobody has labelled is not opened under this rule."}]}"#
    );
}
