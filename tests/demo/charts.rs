//! The first act on patients of ../shared: with a made-up side file it goes as on the carried bundle,
//! without one everything stays closed, and it is said why.

use super::consent::{NONE, row, story};
use super::{TOOL, ours, shared};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A bundle of ../shared, a consent of its patient, and a side file if there is to be one.
fn patient(file: &str, labelled: bool) -> Option<(tempfile::TempDir, usize)> {
    let bundle = shared("data/patients")?.join(file);
    let text = fs::read_to_string(bundle).unwrap();
    let parsed: Value = serde_json::from_str(&text).unwrap();
    let entries = parsed["entry"].as_array().unwrap();
    let named = |it: &Value| {
        let [kind, id] = ["resourceType", "id"].map(|name| it["resource"][name].as_str().unwrap());
        format!("{kind}/{id}")
    };
    let names: Vec<String> = entries.iter().map(named).collect();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("bundle.json", &text);
    let own = names.iter().find(|it| it.starts_with("Patient/")).unwrap();
    let consent = fs::read_to_string(ours("examples/data/consent.json")).unwrap();
    write("consent.json", &consent.replace("Patient/nadia-rehn", own));
    if labelled {
        // Made up: the first ten observations are psychiatric, the last five resources nobody labelled.
        let (normal, _) = names.split_at(names.len() - 5);
        let observation = |it: &&String| it.starts_with("Observation/");
        let psychiatric: Vec<_> = normal.iter().filter(observation).take(10).collect();
        let normal: Vec<_> = normal
            .iter()
            .filter(|it| !psychiatric.contains(it))
            .collect();
        let said = |conf: &str, resources: &[&String]| json!({"by": "Ward 3", "on": "2026-11-25", "conf": conf, "resources": resources});
        let found =
            json!({"by": "Ward 3", "on": "2026-11-25", "codes": ["PSY"], "resources": psychiatric});
        let labels = json!({
            "schema": "hippocrypt-labels/1",
            "vocabulary": {"id": "demo-1", "codes": ["HIV", "PSY"]},
            "assertions": [said("N", &normal), said("R", &psychiatric)],
            "sensitivities": [found],
        });
        write("labels.json", &labels.to_string());
    }
    Some((folder, names.len()))
}

#[test]
fn a_real_chart_with_a_side_file_goes_the_same_way() {
    let file = "Theo_Abshire_139c7815-7842-419a-9f97-f406a66c06df.json";
    let Some((folder, count)) = patient(file, true) else {
        return;
    };
    let story = story(Path::new(TOOL), &folder.path().join("bundle.json")).unwrap();
    assert_eq!(story.problems(), NONE);
    let normal = count as u64 - 15;
    let rows = [
        row("normal", [normal; 5]),
        row("psychiatric", [10, 0, 10, 10, 10]),
        row("unlabelled", [5, 0, 0, 5, 0]),
    ];
    assert_eq!(story.value()["rows"], json!(rows));
}

#[test]
fn a_real_chart_without_a_side_file_stays_closed_and_it_is_said_why() {
    for file in [
        "Theo_Abshire_139c7815-7842-419a-9f97-f406a66c06df.json",
        "Milan_Beatty_e78d0ed2-1b54-4c30-90ae-f7405af1e402.json",
        "Neomi684_Hand679_ec865d34-e498-5dec-6108-4aa409bfa55f.json",
    ] {
        let Some((folder, count)) = patient(file, false) else {
            return;
        };
        let story = story(Path::new(TOOL), &folder.path().join("bundle.json")).unwrap();
        assert_eq!(story.problems(), NONE);
        let count = count as u64;
        let told = story.value();
        assert_eq!(
            told["rows"],
            json!([row("unlabelled", [count, 0, 0, count, 0])])
        );
        assert_eq!(told["break_glass"]["batches_asked"], 0);
        let table = story.table();
        assert!(
            table.contains("Nobody has labelled anything in this bundle"),
            "{table}"
        );
    }
}
