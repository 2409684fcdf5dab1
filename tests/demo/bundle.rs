//! Who opens what of the carried bundle, and of real resources.

use super::{TOOL, ours, report, run_asserting, shared};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Type, confidentiality (none: nobody labelled it), number of records, and how many of them
/// cardiologist, dentist and auditor open.
const EXPECTED: &[(&str, &str, [u64; 4])] = &[
    ("AllergyIntolerance", "N", [2, 2, 2, 0]),
    ("Appointment", "N", [1, 0, 0, 0]),
    ("CarePlan", "N", [1, 1, 0, 0]),
    ("Claim", "N", [3, 0, 0, 3]),
    ("Claim", "R", [1, 0, 0, 0]),
    ("Communication", "R", [1, 0, 0, 0]),
    ("Condition", "N", [5, 5, 0, 0]),
    ("Condition", "R", [1, 0, 0, 0]),
    ("Coverage", "N", [1, 0, 0, 1]),
    ("Device", "N", [1, 1, 0, 0]),
    ("DiagnosticReport", "N", [3, 3, 0, 0]),
    ("DiagnosticReport", "R", [1, 0, 0, 0]),
    ("DocumentReference", "", [1, 0, 0, 0]),
    ("DocumentReference", "N", [1, 1, 0, 0]),
    ("DocumentReference", "R", [1, 0, 0, 0]),
    ("Encounter", "N", [6, 6, 0, 0]),
    ("Encounter", "R", [1, 0, 0, 0]),
    ("ExplanationOfBenefit", "N", [3, 0, 0, 3]),
    ("ExplanationOfBenefit", "R", [1, 0, 0, 0]),
    ("FamilyMemberHistory", "N", [1, 1, 0, 0]),
    ("ImagingStudy", "N", [2, 2, 0, 0]),
    ("Immunization", "N", [3, 3, 3, 0]),
    ("MedicationRequest", "N", [4, 4, 4, 0]),
    ("MedicationRequest", "R", [1, 0, 0, 0]),
    ("Observation", "N", [18, 18, 0, 0]),
    ("Observation", "R", [3, 0, 0, 0]),
    ("Organization", "N", [4, 4, 4, 4]),
    ("Patient", "N", [1, 1, 1, 0]),
    ("Practitioner", "N", [6, 6, 6, 6]),
    ("Procedure", "N", [5, 5, 0, 0]),
    ("Procedure", "R", [1, 0, 0, 0]),
    ("Provenance", "N", [1, 0, 0, 0]),
    ("QuestionnaireResponse", "R", [1, 0, 0, 0]),
];

#[test]
fn everybody_opens_what_the_policies_say_and_nothing_else() {
    let report = report(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap();
    // A record that opened to other bytes, or a refusal that left a file, would be a problem.
    assert_eq!(report["problems"], json!([]));
    assert_eq!(report["schema"], "hippocrypt-demo/2");
    assert_eq!(report["records"], 86);
    assert_eq!(report["skipped"], json!([]));
    assert_eq!(report["unlabelled"], 1);
    let by: Vec<_> = report["assertions"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&by[0]["conf"], &by[0]["resources"]),
        (&json!("N"), &json!(72))
    );
    assert_eq!(
        (&by[1]["conf"], &by[1]["resources"]),
        (&json!("R"), &json!(11))
    );
    let batches = report["batches"].as_u64().unwrap();
    assert!((33..86).contains(&batches), "{batches}");

    let types = report["types"].as_array().unwrap();
    assert_eq!(types.len(), EXPECTED.len());
    for (found, (kind, conf, [records, cardiologist, dentist, auditor])) in
        types.iter().zip(EXPECTED)
    {
        let opened = json!({"cardiologist": cardiologist, "dentist": dentist, "auditor": auditor, "elsewhere": 0});
        let conf = Some(*conf).filter(|conf| !conf.is_empty());
        assert_eq!(
            (
                &found["type"],
                &found["conf"],
                &found["records"],
                &found["opened"]
            ),
            (&json!(kind), &json!(conf), &json!(records), &opened)
        );
        assert!(
            found["bytes_after"].as_u64() > found["bytes_before"].as_u64(),
            "{kind}"
        );
    }
    for (person, opened) in ["cardiologist", "dentist", "auditor", "elsewhere"]
        .iter()
        .zip([63, 20, 17, 0])
    {
        let found = report["people"]
            .as_array()
            .unwrap()
            .iter()
            .find(|found| found["name"] == *person)
            .unwrap();
        assert_eq!(
            (found["opened"].as_u64(), found["refused"].as_u64()),
            (Some(opened), Some(86 - opened)),
            "{person}"
        );
    }
}

#[test]
fn refusals_say_why_and_no_more() {
    let report = report(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap();
    // The policy is public, so an honest key's holder may know; another authority's key has no stanza.
    for (person, reason) in [
        ("cardiologist", "204"),
        ("dentist", "204"),
        ("auditor", "204"),
        ("elsewhere", "303"),
    ] {
        let refusals = report["refusals"][person].as_object().unwrap();
        assert_eq!(refusals.keys().collect::<Vec<_>>(), [reason], "{person}");
    }
    assert_eq!(report["refusals"]["elsewhere"]["303"], report["batches"]);
}

#[test]
fn real_resources_of_every_kind() {
    let Some(folder) = shared("data/patients/hl7-r4-core") else {
        return;
    };
    // Nobody labelled these: they open for nobody, each alone.
    let alone = report(Path::new(TOOL), &folder).unwrap();
    assert_eq!(alone["problems"], json!([]));
    assert_eq!(
        (&alone["records"], &alone["batches"], &alone["unlabelled"]),
        (&json!(20), &json!(20), &json!(20))
    );
    for person in alone["people"].as_array().unwrap() {
        assert_eq!(
            (&person["opened"], &person["refused"]),
            (&json!(0), &json!(20))
        );
    }
    let report = run_asserting(Path::new(TOOL), &folder, Some("N")).unwrap();
    let report = report.value();
    assert_eq!(report["problems"], json!([]));
    assert_eq!(report["unlabelled"], 0);
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
