//! The first act's own checks: a tool that does otherwise than the consent says is found out.

use super::consent::{NONE, story};
use super::{TOOL, ours};
use serde_json::json;
use std::fs;
use std::os::unix::fs::symlink;

/// The built tool, changed by `consent.sh` in the way that its name says.
#[track_caller]
fn found_out(behaviour: &str, reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let tool = folder.path().join(behaviour);
    symlink(ours("tests/demo/consent.sh"), &tool).unwrap();
    symlink(TOOL, folder.path().join("real")).unwrap();
    let data = folder.path().join("bundle.json");
    let entry = |text: &str| format!(r#"{{"resource": {text}}}"#);
    let entries = [
        entry(r#"{"resourceType": "Patient", "id": "nadia-rehn"}"#),
        entry(r#"{"resourceType": "Observation", "id": "mood"}"#),
        entry(r#"{"resourceType": "Observation", "id": "letter"}"#),
    ];
    let entries = entries.join(",");
    let bundle =
        format!(r#"{{"resourceType": "Bundle", "type": "collection", "entry": [{entries}]}}"#);
    fs::write(&data, bundle).unwrap();
    let labels = r#"{"schema": "hippocrypt-labels/1", "vocabulary": {"id": "v1", "codes": ["PSY"]}, "assertions": [
        {"by": "Ward 3", "on": "2026-01-02", "conf": "N", "resources": ["Patient/nadia-rehn"]},
        {"by": "Ward 3", "on": "2026-01-02", "conf": "R", "resources": ["Observation/mood"]}], "sensitivities": [
        {"by": "Ward 3", "on": "2026-01-02", "codes": ["PSY"], "resources": ["Observation/mood"]}]}"#;
    fs::write(folder.path().join("labels.json"), labels).unwrap();
    let consent = folder.path().join("consent.json");
    fs::copy(ours("examples/data/consent.json"), consent).unwrap();
    let story = story(&tool, &data).unwrap();
    let problems = story.problems();
    if reason.is_empty() {
        assert_eq!(problems, NONE);
        return;
    }
    let said = problems.iter().any(|it| it.contains(reason));
    assert!(said, "{behaviour}: {problems:?}");
    let table = story.table();
    assert!(table.contains(" PROBLEMS:\n  "), "{table}");
    assert!(!table.contains("All went as the consent says"), "{table}");
    assert_ne!(story.value()["problems"], json!([]));
}

#[test]
fn a_tool_that_does_otherwise_is_found_out() {
    found_out("honest", "");
    found_out("says-nothing", "the plain words do not say");
    found_out(
        "guesses",
        "the ambiguous reading of the consent was not refused",
    );
    found_out(
        "labels-the-unlabelled",
        "0 unlabelled instead of 1 were sealed",
    );
    found_out(
        "opens-all-for-the-dentist",
        "the dentist opened 3 resources that are not the 1",
    );
    found_out(
        "adds-to-resources",
        "the patient opened 3 resources that are not the 3",
    );
    found_out("forgets-signatures", "the psychiatrist got");
    found_out(
        "takes-strangers",
        "what stranger signed was taken for the ward's",
    );
    found_out(
        "permits-everything",
        "the dentist: Some(\"PERMIT\") instead of DENY",
    );
    found_out(
        "needs-no-claim",
        "a request without the claim of an emergency was not refused",
    );
    found_out("needs-one-relay", "one relay was enough for the doctor");
    found_out("logs-nothing", "the relay's log has another break_glass");
    found_out("forgets-the-time", "no audit event");
    found_out(
        "serves-after-revocation",
        "relay 1 did not refuse after the revocation",
    );
    found_out(
        "calls-back",
        "what was opened before the revocation does not stay open",
    );
}
