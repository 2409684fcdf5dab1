//! Requests that are read, and refused.
#![allow(clippy::unwrap_used, clippy::panic)]

use alloc::string::{String, ToString};
use alloc::vec;

use super::*;

fn read(text: &str) -> Read<Request> {
    read_request(text.as_bytes(), &Vocabulary::hv1().unwrap(), 60)
}

/// A request with these further members.
fn with(members: &str) -> String {
    format!(r#"{{"patient":"Patient/1","time":"2026-11-25T12:00:00.5+01:00"{members}}}"#)
}

fn record(members: &str) -> Read<Record> {
    read(&with(&format!(r#","record":{{{members}}}"#))).map(|it| it.record)
}

#[test]
fn everything_that_a_request_can_say() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let hash: String = vocabulary
        .hash()
        .iter()
        .map(|it| format!("{it:02x}"))
        .collect();
    let text = with(&format!(
        r#","vocabulary":{{"id":"hv1","sha256":"{hash}"}},
        "recipient":{{"prac":["npi:1245319599"],"org":[]}},
        "purposes":["BTG"],"action":"use","permissions":["mii:1.2"],
        "record":{{"reference":"Observation/1","links":["Encounter/1"],"type":"Observation",
        "documents":["mime:text/xml"],"codes":["loinc:8480-6"],"date":"2026-03",
        "authors":{{"org":["Organization/1"]}},"labels":["conf=R","sens=HIV"]}}"#
    ));
    let found = read(&text).unwrap();

    let mut expected = Request::new(*vocabulary.hash(), "Patient/1", 1_795_604_400);
    let prac = Attributes::of(["prac=npi:1245319599"]).unwrap();
    expected.recipient = prac.without("org").unwrap();
    expected.purposes = vec![Purpose::of(&vocabulary, "BTG").unwrap()];
    expected.action = "use".to_string();
    expected.permissions = Some(Set::values(["mii:1.2"]).unwrap());
    let own = &mut expected.record;
    own.reference = Some("Observation/1".to_string());
    own.links = Some(Set::values(["Encounter/1"]).unwrap());
    own.resource_type = Some("Observation".to_string());
    own.documents = Some(Set::values(["mime:text/xml"]).unwrap());
    own.codes = Some(Set::values(["loinc:8480-6"]).unwrap());
    // March in UTC+01:00.
    own.dated = Some(Interval::new(Some(1_772_319_600), Some(1_774_998_000)).unwrap());
    own.authors = Attributes::of(["org=Organization/1"]).unwrap();
    own.confidentiality = Some(Confidentiality::Restricted);
    own.sensitivities.present(["HIV"]).unwrap();
    let above: Vec<&str> = vocabulary.sensitivity("HIV").unwrap().ancestors().collect();
    own.sensitivities.present(above).unwrap();
    assert_eq!(found, expected);
}

#[test]
fn what_is_not_said_stays_open_and_none_is_said() {
    let request = read(&with("")).unwrap();
    assert_eq!(request.permissions, None);
    assert_eq!(request.record, Record::default());
    assert_eq!(request.action, "access");
    let none = record(r#""codes":[],"links":[],"authors":{"prac":[]}"#).unwrap();
    assert_eq!(none.codes, Some(Set::default()));
    assert_eq!(none.links, Some(Set::default()));
    assert_eq!(none.authors, Attributes::default().without("prac").unwrap());
}

#[test]
fn dates_are_as_exact_as_they_say() {
    let span = |date: &str| {
        let dated = record(&format!(r#""date":"{date}""#))
            .unwrap()
            .dated
            .unwrap();
        (dated.from().unwrap(), dated.until().unwrap())
    };
    assert_eq!(span("1970"), (-3_600, 31_532_400));
    assert_eq!(span("1970-01-02"), (82_800, 169_200));
    assert_eq!(span("1970-01-01T00:00:07Z"), (7, 8));
    assert_eq!(span("1970-01-01T00:00:07.25Z"), (7, 8));
}

#[test]
fn labels_say_the_same_as_members_and_never_both() {
    let label = record(r#""labels":["type=Observation","ymd=2026-03-01","code=loinc:1-2"]"#);
    let label = label.unwrap();
    assert_eq!(label.resource_type.as_deref(), Some("Observation"));
    assert!(label.dated.is_some() && label.codes.is_some());
    let twice = record(r#""type":"Observation","labels":["type=Observation"]"#).unwrap_err();
    assert_eq!(twice.path, "Request.record.type");
    assert_eq!(twice.error, Error::RequestMember(TWICE));
}

#[test]
fn what_is_wrong_is_named_by_its_place() {
    for (text, path) in [
        ("[]", "Request"),
        ("{", "Request"),
        (r#"{"patient":"Patient/1"}"#, "Request"),
        (r#"{"time":"2026-11-25T12:00:00Z"}"#, "Request"),
        (
            r#"{"patient":"Patient/1","time":"2026-11-25"}"#,
            "Request.time",
        ),
        (
            r#"{"patient":"Patient/1","time":"2026-11-25T12:00:00"}"#,
            "Request.time",
        ),
        (r#"{"patient":"Patient/1","time":1}"#, "Request.time"),
        (
            r#"{"patient":"a b","time":"2026-11-25T12:00:00Z"}"#,
            "Request.patient",
        ),
        (&with(r#","purpose":["TREAT"]"#), "Request.purpose"),
        (&with(r#","a b":1"#), "Request.`a b`"),
        (&with(r#","purposes":"TREAT""#), "Request.purposes"),
        (
            &with(r#","purposes":["TREAT","treat"]"#),
            "Request.purposes[1]",
        ),
        (
            &with(r#","purposes":["PurposeOfUse"]"#),
            "Request.purposes[0]",
        ),
        (&with(r#","action":"read""#), "Request.action"),
        (&with(r#","permissions":null"#), "Request.permissions"),
        (&with(r#","permissions":["a","a"]"#), "Request.permissions"),
        (&with(r#","recipient":["prac=1"]"#), "Request.recipient"),
        (
            &with(r#","recipient":{"prac":"1"}"#),
            "Request.recipient.prac",
        ),
        (
            &with(r#","recipient":{"Prac":[]}"#),
            "Request.recipient.Prac",
        ),
        (
            &with(r#","recipient":{"prac":["1"," "]}"#),
            "Request.recipient.prac[1]",
        ),
        (&with(r#","vocabulary":{"id":"hv1"}"#), "Request.vocabulary"),
        (
            &with(r#","vocabulary":{"id":"hv2","sha256":""}"#),
            "Request.vocabulary.id",
        ),
        (
            &with(r#","vocabulary":{"id":"hv1","sha256":""}"#),
            "Request.vocabulary.sha256",
        ),
        (
            &with(r#","record":{"confidentiality":"N"}"#),
            "Request.record.confidentiality",
        ),
        (
            &with(r#","record":{"type":"Patients"}"#),
            "Request.record.type",
        ),
        (
            &with(r#","record":{"date":"2026-13"}"#),
            "Request.record.date",
        ),
        (
            &with(r#","record":{"date":"yesterday"}"#),
            "Request.record.date",
        ),
        (
            &with(r#","record":{"labels":["conf"]}"#),
            "Request.record.labels[0]",
        ),
        (
            &with(r#","record":{"labels":["conf=N","conf=X"]}"#),
            "Request.record.labels[1]",
        ),
        (
            &with(r#","record":{"labels":["sens=HVI"]}"#),
            "Request.record.labels[0]",
        ),
        (
            &with(r#","record":{"labels":["sens.none=hv2"]}"#),
            "Request.record.labels[0]",
        ),
        (
            &with(r#","record":{"labels":["ward=3"]}"#),
            "Request.record.labels[0]",
        ),
        (
            &with(r#","record":{"labels":[{}]}"#),
            "Request.record.labels[0]",
        ),
    ] {
        let refused = read(text).expect_err(text);
        assert_eq!(refused.path, path, "{text}");
        assert!(matches!(refused.error.code(), 119 | 627), "{text}");
    }
}
