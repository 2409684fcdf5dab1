//! The third act's own checks: a tool that grants in some wrong way is found out.

use super::demo::grant::story::Story;
use super::demo::records::Rest;
use super::{ours, run_grant};
use serde_json::json;
use std::fs;
use std::os::unix::fs::symlink;

const LABELS: &str = r#"{"schema": "hippocrypt-labels/1", "assertions": [],
    "vocabulary": {"id": "v1", "codes": ["HIV"]}, "sensitivities": [
    {"by": "Ward 3", "on": "2026-01-02", "codes": [], "resources": ["Observation/a", "Patient/p"]},
    {"by": "Ward 3", "on": "2026-01-02", "codes": ["HIV"], "resources": ["Observation/b"]}]}"#;

/// The third act on a few records, with `relays.sh` under the name of a behaviour.
fn story_with(behaviour: &str) -> Story {
    let folder = tempfile::tempdir().unwrap();
    let tool = folder.path().join(behaviour);
    symlink(ours("tests/demo/relays.sh"), &tool).unwrap();
    let entry = |kind: &str, id: &str| {
        format!(
            r#"{{"resource": {{"resourceType": "{kind}", "id": "{id}", "effectiveDateTime": "2026-01-02"}}}}"#
        )
    };
    let entries = [
        entry("Observation", "a"),
        entry("Observation", "b"),
        entry("Observation", "c"),
        entry("Patient", "p"),
    ];
    let bundle = format!(
        r#"{{"resourceType": "Bundle", "entry": [{}]}}"#,
        entries.join(",")
    );
    let data = folder.path().join("bundle.json");
    fs::write(&data, bundle).unwrap();
    fs::write(folder.path().join("labels.json"), LABELS).unwrap();
    run_grant(&tool, &data, Rest::default()).unwrap()
}

#[track_caller]
fn found_out(behaviour: &str, reason: &str) {
    let story = story_with(behaviour);
    let problems = story.problems();
    assert!(
        problems.iter().any(|it| it.contains(reason)),
        "{problems:?}"
    );
    let table = story.table();
    assert!(table.contains(" PROBLEMS:\n  "), "{table}");
    assert!(!table.contains("All went as the policy says"), "{table}");
}

#[test]
fn a_tool_that_does_what_it_should() {
    let story = story_with("honest");
    assert_eq!(story.problems(), &[] as &[String]);
    let value = story.value();
    assert_eq!(
        (&value["patient_opened"], &value["researcher_opened"]),
        (&json!(4), &json!(1))
    );
    let after = json!({"relays": [402, 402, 402], "new_record": 308, "earlier_opens": true});
    assert_eq!(value["after_revocation"], after);
    assert!(story.table().contains("All went as the policy says"));
}

#[test]
fn what_the_policy_does_not_open() {
    found_out("opens-everything", "opened what the policy does not");
}

#[test]
fn what_the_policy_opens_and_the_tool_does_not() {
    found_out(
        "refuses-everything",
        "batch-2: the researcher got error 204",
    );
}

#[test]
fn one_relay() {
    found_out("one-relay-is-enough", "one relay was enough");
}

#[test]
fn a_patient_who_is_locked_out() {
    found_out("refuses-the-patient", "the patient got error 303");
}

#[test]
fn relays_after_the_revocation() {
    for behaviour in [
        "serves-after-revocation",
        "refuses-and-answers",
        "refuses-without-number",
    ] {
        found_out(behaviour, "relay 3 did not refuse after the revocation");
    }
}

#[test]
fn new_records_after_the_revocation() {
    found_out(
        "opens-new-records",
        "a record of after the revocation opened",
    );
}

#[test]
fn earlier_records_after_the_revocation() {
    found_out("forgets", "what was opened before does not open again");
}

#[test]
fn wrong_plaintext() {
    found_out("wrong-plaintext", "the researcher opened bytes that differ");
    found_out("wrong-plaintext", "the patient opened bytes that differ");
}

#[test]
fn a_refusal_that_leaves_part_of_the_output() {
    found_out(
        "refusal-leaves-part",
        "the researcher has a file that was not opened: part",
    );
}
