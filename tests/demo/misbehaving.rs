//! The demo's own checks: a tool that opens in some wrong way is found out.

use super::demo::report::Report;
use super::{ours, report, run};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;

/// The demo's report on one resource, with `tool.sh` under the name of a behaviour.
fn run_with(behaviour: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    // A link and not a copy: a program that was just written may still be "busy" when it starts.
    let tool = folder.path().join(behaviour);
    symlink(ours("tests/demo/tool.sh"), &tool).unwrap();
    let data = folder.path().join("patient.json");
    fs::write(&data, r#"{"resourceType": "Patient", "id": "x"}"#).unwrap();
    run(&tool, &data).unwrap()
}

fn with_tool(behaviour: &str) -> Value {
    run_with(behaviour).value()
}

#[track_caller]
fn found_out(behaviour: &str, reason: &str) {
    let report = with_tool(behaviour);
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 4, "one for each person: {problems:?}");
    assert!(
        problems
            .iter()
            .all(|problem| problem.as_str().unwrap().contains(reason)),
        "{problems:?}"
    );
}

#[test]
fn a_tool_that_does_what_it_should() {
    let report = with_tool("honest");
    assert_eq!(report["problems"], json!([]));
    assert_eq!(
        report["types"][0]["opened"],
        json!({"cardiologist": 1, "dentist": 0, "auditor": 1, "elsewhere": 1})
    );
    assert_eq!(report["refusals"]["dentist"], json!({"204": 1}));
}

#[test]
fn wrong_plaintext() {
    found_out("wrong-plaintext", "opened bytes that differ");
}

#[test]
fn success_without_a_file() {
    found_out("success-without-file", "there is no file");
}

#[test]
fn a_refusal_that_leaves_part_of_the_output() {
    found_out(
        "refusal-leaves-part",
        "has a file that was not opened: Patient-1",
    );
}

#[test]
fn a_temporary_file_that_stays() {
    found_out(
        "temporary-file-stays",
        "has a file that was not opened: Patient-1.part",
    );
}

#[test]
fn a_refusal_without_its_number() {
    found_out("refusal-without-number", "unexpected answer");
}

#[test]
fn a_crash() {
    found_out("crash", "unexpected answer (Some(101))");
}

#[test]
fn a_tool_that_cannot_set_up() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("patient.json");
    fs::write(&data, r#"{"resourceType": "Patient"}"#).unwrap();
    let error = report(&ours("no/such/tool"), &data).unwrap_err();
    assert!(error.contains("does not start"), "{error}");
    let error = report("false".as_ref(), &data).unwrap_err();
    assert!(
        error.contains("`authority new` ended with Some(1)"),
        "{error}"
    );
}

#[test]
fn the_table_says_the_same() {
    let honest = run_with("honest").table();
    let row = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let patient = honest
        .lines()
        .find(|line| line.starts_with("  Patient"))
        .unwrap();
    assert_eq!(
        row(patient),
        [
            "Patient",
            "unlabelled",
            "1",
            "1",
            "1",
            "-",
            "1",
            "1",
            "38",
            "38"
        ]
    );
    assert!(honest.ends_with(
        "Every opened record is the original byte for byte, and every refusal left no file.\n"
    ));

    let wrong = run_with("wrong-plaintext").table();
    assert!(
        wrong.contains("4 PROBLEMS:\n  batch-1: cardiologist opened bytes that differ"),
        "{wrong}"
    );
    assert!(!wrong.contains("byte for byte"));
}
