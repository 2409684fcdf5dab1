//! The first act: who opens what of the carried bundle under its patient's consent.

use super::demo::consent::Story;
use super::demo::hospital::written;
use super::demo::records::Rest;
use super::{TOOL, demo, options, ours};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

pub const NONE: &[String] = &[];

pub fn story(tool: &Path, data: &Path) -> Result<Story, String> {
    demo::run_consent(&options(tool, data, Rest::default()))
}

pub fn carried() -> &'static Story {
    static STORY: OnceLock<Story> = OnceLock::new();
    STORY.get_or_init(|| story(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap())
}

pub fn row(kind: &str, [resources, dentist, psychiatrist, patient, emergency]: [u64; 5]) -> Value {
    json!({"kind": kind, "resources": resources, "dentist": dentist, "psychiatrist": psychiatrist,
        "patient": patient, "emergency": emergency})
}

#[test]
fn each_opens_what_the_consent_permits() {
    assert_eq!(carried().problems(), NONE);
    let told = carried().value();
    let rows = [
        row("normal", [72, 72, 72, 72, 72]),
        row("psychiatric", [11, 0, 11, 11, 11]),
        row("other", [2, 0, 0, 2, 2]),
        row("unlabelled", [1, 0, 0, 1, 0]),
    ];
    assert_eq!(told["rows"], json!(rows));
    assert_eq!(told["skipped"], Value::Null);
    assert_eq!(told["dentist"], "Practitioner/raman");
    assert_eq!(told["psychiatrist"], "Practitioner/feld");
    let explained = told["explained"].as_array().unwrap();
    assert!(explained.len() > 10, "{explained:?}");
    // The references lie where the bundle has its patient.
    let dentist = "https://lakeside.example/fhir/Practitioner/raman";
    let said = |line: &Value| line.as_str().unwrap().contains(dentist);
    assert!(explained.iter().any(said), "{explained:?}");
    assert_eq!(told["ambiguous"]["error"], 607);
    let senders = [
        json!({"signer": null, "from_ward": 302, "status": "unsigned"}),
        json!({"signer": "stranger", "from_ward": 302, "status": "signed"}),
    ];
    assert_eq!(told["senders"], json!(senders));
    let decisions = told["decisions"].as_array().unwrap().iter();
    let decisions: Vec<_> = decisions
        .map(|it| {
            (
                it["who"].as_str().unwrap(),
                it["decision"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("psychiatrist", "PERMIT"),
        ("dentist", "DENY"),
        ("colleague", "NO_CONSENT"),
    ];
    assert_eq!(decisions, expected);
}

#[test]
fn a_broken_glass_is_logged_and_ends() {
    let told = &carried().value()["break_glass"];
    assert_eq!(told["without_claim"], 403);
    assert_eq!(told["one_relay"], 308);
    let log = &told["log"];
    assert_eq!(log["break_glass"], true);
    assert_eq!(log["purpose"], "BTG");
    assert_eq!(log["refused"], Value::Null);
    let asked = told["batches_asked"].as_u64().unwrap();
    assert_eq!(log["records"].as_array().unwrap().len() as u64, asked);
    let event = &told["audit_event"];
    assert_eq!(event["resourceType"], "AuditEvent");
    assert_eq!(event["subtype"][0]["code"], "110127");
    assert_eq!(event["recorded"], log["time"]);
    let facts = event["extension"][0]["extension"].as_array().unwrap();
    let grant = facts.iter().find(|it| it["url"] == "grant").unwrap();
    assert_eq!(grant["valueString"], log["grant"]);
    let reason = event["outcomeDesc"].as_str().unwrap();
    assert!(
        reason.starts_with("NO_CONSENT") && reason.contains("emergency"),
        "{reason}"
    );
    let after = json!({"relays": [402, 402], "late_relay_alone": 308, "earlier_opens": true});
    assert_eq!(told["after_revocation"], after);
}

#[test]
fn it_is_told_in_plain_words_and_narrow_lines() {
    let table = carried().table();
    for line in table.lines() {
        assert!(line.chars().count() <= 110, "{line}");
    }
    let row = |begin: &str| {
        let line = table.lines().find(|line| line.starts_with(begin)).unwrap();
        let cells = line.split_whitespace().rev().take(5).map(str::to_owned);
        cells.collect::<Vec<_>>()
    };
    assert_eq!(
        row("labelled as psychiatric"),
        ["11", "11", "11", "-", "11"]
    );
    assert_eq!(row("all "), ["85", "86", "83", "72", "86"]);
    for said in [
        "Your records stay closed if all of this is true:",
        "error 607 E07: Consent.provision.provision[0].type",
        "break_glass true",
        "nobody can call that back",
        "All went as the consent says",
    ] {
        assert!(table.contains(said), "{said}: {table}");
    }
}

#[test]
fn days_are_written_as_calendars_have_them() {
    for (day, text) in [
        (0, "1970-01-01"),
        (59, "1970-03-01"),
        (789, "1972-02-29"),
        (11_016, "2000-02-29"),
        (20_453, "2025-12-31"),
        (20_782, "2026-11-25"),
        (47_540, "2100-02-28"),
        (47_541, "2100-03-01"),
    ] {
        assert_eq!(written(day), text);
    }
}

#[test]
fn without_a_consent_there_is_no_first_act() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bundle.json");
    fs::copy(ours("examples/data/bundle.json"), &data).unwrap();
    let story = story(Path::new("no/such/tool"), &data).unwrap();
    let why = story.value()["skipped"].as_str().unwrap().to_owned();
    assert!(why.contains("no consent"), "{why}");
    assert!(story.problems().is_empty() && story.table().contains(&why));
}

#[test]
fn a_consent_of_another_shape_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bundle.json");
    fs::copy(ours("examples/data/bundle.json"), &data).unwrap();
    let text = fs::read_to_string(ours("examples/data/consent.json")).unwrap();
    let consent: Value = serde_json::from_str(&text).unwrap();
    for (pointer, value) in [
        ("/provision/provision", json!([])),
        (
            "/provision/actor/0/reference/reference",
            json!("Practitioner/feld"),
        ),
        ("/provision/actor/0/reference/reference", json!("Device/7")),
        ("/provision/securityLabel", json!([])),
        ("/patient", json!({})),
        ("/id", json!(7)),
    ] {
        let mut other = consent.clone();
        *other.pointer_mut(pointer).unwrap() = value;
        fs::write(folder.path().join("consent.json"), other.to_string()).unwrap();
        let error = story(Path::new(TOOL), &data).err().unwrap();
        assert!(error.contains("not of the shape"), "{pointer}: {error}");
    }
}
