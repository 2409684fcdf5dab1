//! Who says how confidential a resource is, and what is sealed together.

use super::demo::batches::group;
use super::demo::labels::Asserted;
use super::demo::records::{Rest, load};
use super::ours;
use std::collections::BTreeSet;
use std::fs;

fn read(text: &str) -> Result<Asserted, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.json");
    fs::write(&path, text).unwrap();
    Asserted::read(&path)
}

#[test]
fn the_side_file_is_read_strictly() {
    let file = |assertions: &str| {
        read(&format!(
            r#"{{"schema":"hippocrypt-labels/1","assertions":[{assertions}]}}"#
        ))
    };
    let good = r#"{"by":"Ward 3","on":"2026-09-14","conf":"R","resources":["Patient/x"]}"#;
    let asserted = file(good).unwrap();
    assert_eq!(asserted.of("Patient/x"), Some("R"));
    assert_eq!(asserted.of("Patient/y"), None);
    assert_eq!(asserted.assertions.len(), 1);
    assert!(read("{").is_err());
    assert!(read(r#"{"schema":"hippocrypt-labels/2","assertions":[]}"#).is_err());
    assert!(read(r#"{"schema":"hippocrypt-labels/1"}"#).is_err());
    for (from, to) in [
        (r#""by":"Ward 3""#, r#""by":"""#),
        (r#""on":"2026-09-14","#, ""),
        (r#""conf":"R""#, r#""conf":"secret""#),
        (r#"["Patient/x"]"#, r#"["Patient/x","Patient/x"]"#),
        (r#"["Patient/x"]"#, r#"[7]"#),
        (r#""resources""#, r#""resource""#),
    ] {
        assert!(file(&good.replace(from, to)).is_err(), "{to}");
    }
    let other = good.replace(r#""R""#, r#""N""#);
    let both = file(&format!("{good},{other}")).err().unwrap();
    assert!(both.contains("Patient/x is labelled twice"), "{both}");
}

#[test]
fn the_carried_side_file_names_resources_of_the_bundle_and_leaves_one_out() {
    let asserted = Asserted::read(&ours("examples/data/labels.json")).unwrap();
    let mut found = load(&ours("examples/data/bundle.json"), None).unwrap();
    found.label(&asserted, &Rest::default());
    let unlabelled = found.records.iter().filter(|it| it.conf.is_none());
    let unlabelled: Vec<_> = unlabelled.map(|it| it.name.as_str()).collect();
    assert_eq!(unlabelled, ["DocumentReference/dental-letter-2023"]);
    let named = asserted.assertions.iter().map(|(_, _, _, count)| count);
    assert_eq!(
        named.sum::<usize>(),
        found.records.len() - 1,
        "nothing that is not there"
    );
}

#[test]
fn sensitivities_are_read_strictly() {
    let file = |more: &str| {
        read(&format!(
            r#"{{"schema":"hippocrypt-labels/1","assertions":[]{more}}}"#
        ))
    };
    // A side file need not say anything of them.
    assert_eq!(file("").unwrap().sensitivities.of("Patient/x"), None);
    let good = r#","vocabulary":{"id":"v1","codes":["HIV","PSY"]},"sensitivities":[
        {"by":"Ward 3","on":"2026-09-14","codes":["PSY"],"resources":["Patient/x"]},
        {"by":"Ward 3","on":"2026-09-14","codes":[],"resources":["Patient/y"]}]"#;
    let found = file(good).unwrap().sensitivities;
    let labels = |name: &str| found.of(name).map(|codes| found.vocabulary.labels(codes));
    let psychiatry = ["sens.not=HIV", "sens=PSY"].map(str::to_owned).to_vec();
    assert_eq!(labels("Patient/x"), Some(psychiatry));
    assert_eq!(labels("Patient/y"), Some(vec!["sens.none=v1".to_owned()]));
    assert_eq!(labels("Patient/z"), None);
    assert_eq!(found.vocabulary.argument(), "v1=HIV,PSY");
    for (from, to) in [
        (r#""by":"Ward 3""#, r#""by":"""#),
        (r#""on":"2026-09-14","#, ""),
        (r#""codes":["PSY"]"#, r#""codes":["ETH"]"#),
        (r#""codes":["PSY"]"#, r#""code":["PSY"]"#),
        (r#""codes":["PSY"]"#, r#""codes":"PSY""#),
        (r#"["Patient/y"]"#, r#"["Patient/x"]"#),
        (r#"["Patient/y"]"#, r#"[7]"#),
        (r#""id":"v1""#, r#""id":"v=1""#),
        (r#""id":"v1","#, ""),
        (r#""HIV","PSY""#, r#""HIV,PSY""#),
        (r#""vocabulary""#, r#""vocabularies""#),
        (r#""sensitivities":["#, r#""sensitivities":7,"x":["#),
    ] {
        assert!(file(&good.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn batches_are_of_one_label_set_and_one_document_and_the_unlabelled_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let one = |day: &str| format!(r#"{{"resourceType":"Claim","created":"{day}"}}"#);
    let entry = |day: &str| format!(r#"{{"resource":{}}}"#, one(day));
    let bundle = ["2026-01-02", "2026-01-30", "2026-02-01", "x"].map(entry);
    let bundle = format!(
        r#"{{"resourceType":"Bundle","entry":[{}]}}"#,
        bundle.join(",")
    );
    fs::write(folder.path().join("a.json"), bundle).unwrap();
    fs::write(folder.path().join("b.json"), one("2026-01-05")).unwrap();
    fs::write(folder.path().join("labels.json"), "{}").unwrap();
    let labels = folder.path().join("labels.json");
    let mut found = load(folder.path(), Some(&labels)).unwrap();
    assert!(found.skipped.is_empty(), "the side file is no resource");

    let rest = Rest {
        conf: Some("N".into()),
        sens: None,
    };
    found.label(&Asserted::default(), &rest);
    let batches = group(&found.records);
    let sets = batches
        .iter()
        .map(|it| (it.labels[2].as_str(), it.members.as_slice()));
    let expected: [(&str, &[usize]); 4] = [
        ("ym=2026-01", &[0, 1]),
        ("ym=2026-02", &[2]),
        ("ym=unknown", &[3]),
        ("ym=2026-01", &[4]),
    ];
    assert!(sets.eq(expected));
    let billing = "role=auditor and org=common-ground";
    assert!(batches.iter().all(|it| it.policy == billing));

    found.label(&Asserted::default(), &Rest::default());
    let alone = group(&found.records);
    assert_eq!(alone.len(), 5);
    for batch in &alone {
        assert_eq!(
            (batch.policy, batch.members.len()),
            ("role=records-office", 1)
        );
        assert_eq!(batch.labels[1], "conf=unlabelled");
    }
    let ids: BTreeSet<_> = alone.iter().map(|batch| &batch.id).collect();
    assert_eq!(ids.len(), 5);
}
