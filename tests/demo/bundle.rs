//! Who opens what of the carried bundle, and of real resources.

use super::{TOOL, ours, report, shared};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Type, number of records, and how many of them cardiologist, dentist and auditor open.
const EXPECTED: &[(&str, [u64; 4])] = &[
    ("AllergyIntolerance", [2, 2, 2, 0]),
    ("Appointment", [1, 0, 0, 0]),
    ("CarePlan", [1, 1, 0, 0]),
    ("Claim", [4, 0, 0, 4]),
    ("Communication", [1, 0, 0, 0]),
    ("Condition", [5, 5, 0, 0]),
    ("Coverage", [1, 0, 0, 1]),
    ("Device", [1, 1, 0, 0]),
    ("DiagnosticReport", [3, 3, 0, 0]),
    ("DocumentReference", [3, 3, 0, 0]),
    ("Encounter", [7, 7, 0, 0]),
    ("ExplanationOfBenefit", [4, 0, 0, 4]),
    ("FamilyMemberHistory", [1, 1, 0, 0]),
    ("ImagingStudy", [2, 2, 0, 0]),
    ("Immunization", [3, 3, 3, 0]),
    ("MedicationRequest", [5, 5, 5, 0]),
    ("Observation", [20, 20, 0, 0]),
    ("Organization", [4, 4, 4, 4]),
    ("Patient", [1, 1, 1, 0]),
    ("Practitioner", [6, 6, 6, 6]),
    ("Procedure", [6, 6, 0, 0]),
    ("Provenance", [1, 0, 0, 0]),
    ("QuestionnaireResponse", [1, 1, 0, 0]),
];

#[test]
fn everybody_opens_what_the_policies_say_and_nothing_else() {
    let report = report(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap();
    // A record that opened to other bytes, or a refusal that left a file, would be a problem.
    assert_eq!(report["problems"], json!([]));
    assert_eq!(report["schema"], "hippocrypt-demo/1");
    assert_eq!(report["records"], 83);
    assert_eq!(report["skipped"], json!([]));

    let types = report["types"].as_array().unwrap();
    assert_eq!(types.len(), EXPECTED.len());
    for (found, (kind, [records, cardiologist, dentist, auditor])) in types.iter().zip(EXPECTED) {
        let opened = json!({"cardiologist": cardiologist, "dentist": dentist, "auditor": auditor, "elsewhere": 0});
        assert_eq!(
            (&found["type"], &found["records"], &found["opened"]),
            (&json!(kind), &json!(records), &opened)
        );
        assert!(
            found["bytes_after"].as_u64() > found["bytes_before"].as_u64(),
            "{kind}"
        );
    }
    for (person, opened) in ["cardiologist", "dentist", "auditor", "elsewhere"]
        .iter()
        .zip([71, 21, 19, 0])
    {
        let found = report["people"]
            .as_array()
            .unwrap()
            .iter()
            .find(|found| found["name"] == *person)
            .unwrap();
        assert_eq!(
            (found["opened"].as_u64(), found["refused"].as_u64()),
            (Some(opened), Some(83 - opened)),
            "{person}"
        );
    }
}

#[test]
fn refusals_say_why_and_no_more() {
    let report = report(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap();
    // The policy is public, so an honest key's holder may know; another authority's key has no stanza.
    let expected = json!({
        "cardiologist": {"204": 12}, "dentist": {"204": 62}, "auditor": {"204": 64}, "elsewhere": {"303": 83},
    });
    assert_eq!(report["refusals"], expected);
}

#[test]
fn real_resources_of_every_kind() {
    let Some(folder) = shared("data/patients/hl7-r4-core") else {
        return;
    };
    let report = report(Path::new(TOOL), &folder).unwrap();
    assert_eq!(report["problems"], json!([]));
    assert_eq!(
        (&report["records"], &report["skipped"]),
        (&json!(20), &json!([]))
    );
    let opened = |person: &str| {
        report["people"]
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["name"] == person)
            .unwrap()["opened"]
            .clone()
    };
    assert_eq!(opened("elsewhere"), 0);
    assert!(opened("cardiologist").as_u64() > opened("dentist").as_u64());
}

#[test]
fn references_of_the_carried_bundle_resolve() {
    let text = std::fs::read_to_string(ours("examples/data/bundle.json")).unwrap();
    let bundle: Value = serde_json::from_str(&text).unwrap();
    let mut known = BTreeSet::new();
    for entry in bundle["entry"].as_array().unwrap() {
        let resource = &entry["resource"];
        let name = format!(
            "{}/{}",
            resource["resourceType"].as_str().unwrap(),
            resource["id"].as_str().unwrap()
        );
        assert!(entry["fullUrl"].as_str().unwrap().ends_with(&name));
        assert!(known.insert(name), "an id is used twice");
    }
    let mut used = BTreeSet::new();
    references(&bundle, &mut used);
    assert!(used.len() > 20);
    assert_eq!(
        used.difference(&known).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(
                fields
                    .get("reference")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}
