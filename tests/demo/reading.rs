//! Which resources the demo finds in files and folders, and which bytes of them.

use super::demo::options::{Wish, parse};
use super::demo::records::{Found, load};
use std::collections::BTreeMap;
use std::fs;

/// What is found in a folder of these files.
fn found(files: &[(&str, &[u8])]) -> Found {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    load(folder.path(), None).unwrap()
}

fn records(found: &Found) -> Vec<(&str, &str)> {
    found
        .records
        .iter()
        .map(|record| {
            (
                record.id.as_str(),
                std::str::from_utf8(&record.bytes).unwrap(),
            )
        })
        .collect()
}

#[test]
fn resources_are_taken_as_they_were_written() {
    let bundle = br#"{"type": "collection", "entry": [
        {"resource": {"value" : 1.10,  "resourceType": "Observation"}},
        {"fullUrl": "x", "resource": {"resourceType":"Patient","id":"a\u00e9"}},
        {"resource": {"resourceType":"Observation","z":1,"a":2}}
    ], "resourceType": "Bundle"}"#;
    let found = found(&[("bundle.json", bundle)]);
    let expected = [
        (
            "Observation-1",
            r#"{"value" : 1.10,  "resourceType": "Observation"}"#,
        ),
        ("Patient-1", r#"{"resourceType":"Patient","id":"a\u00e9"}"#),
        (
            "Observation-2",
            r#"{"resourceType":"Observation","z":1,"a":2}"#,
        ),
    ];
    assert_eq!(records(&found), expected);
    assert!(found.skipped.is_empty());
}

#[test]
fn folders_are_read_through_in_order() {
    let found = found(&[
        ("b/two.json", br#"{"resourceType":"Patient","n":2}"#),
        ("a/deep/one.json", br#"{"resourceType":"Patient","n":1}"#),
        ("c.json", br#"{"resourceType":"Claim"}"#),
    ]);
    let expected = [
        ("Patient-1", r#"{"resourceType":"Patient","n":1}"#),
        ("Patient-2", r#"{"resourceType":"Patient","n":2}"#),
        ("Claim-1", r#"{"resourceType":"Claim"}"#),
    ];
    assert_eq!(records(&found), expected);
}

#[test]
fn what_is_left_out_is_counted_with_its_reason() {
    let found = found(&[
        ("a.txt", b"hello"),
        ("b.json", b"{"),
        ("c.json", b"[1]"),
        ("d.json", br#"{"resourceType":"../../etc"}"#),
        ("e.json", br#"{"resourceType":""}"#),
        ("f.json", b"{\"resourceType\":\"Patient\xff\"}"),
        ("g.json", br#"{"resourceType":"Bundle","entry":[{"request":{}},{"resource":{"id":"x"}},{"resource":{"resourceType":"Goal"}}]}"#),
        ("h.json", br#"{"resourceType":"Bundle","entry":7}"#),
        ("i.json", br#"{"resourceType":"Bundle"}"#),
    ]);
    assert_eq!(records(&found), [("Goal-1", r#"{"resourceType":"Goal"}"#)]);
    let expected = [
        ("not a .json file", 1),
        ("not JSON", 1),
        ("JSON without a resource type", 3),
        ("not UTF-8", 1),
        ("bundle entry without a resource", 2),
        ("bundle whose entries are no list of objects", 1),
    ];
    assert_eq!(found.skipped, BTreeMap::from(expected));
}

#[test]
fn paths_that_do_not_exist_are_errors() {
    assert!(load("no/such/file.json".as_ref(), None).is_err());
}

#[test]
fn arguments_are_read_strictly() {
    let read = |words: &[&str]| parse(words.iter().map(|word| (*word).into()));
    let Ok(Wish::Run(options)) = read(&["--json", "--jobs", "3", "--tool", "t", "x.json"]) else {
        panic!("refused")
    };
    assert!(options.json && options.jobs == 3);
    assert_eq!((options.tool, options.data), ("t".into(), "x.json".into()));
    let words = ["--tool", "t", "--consent", "c", "x"];
    let Ok(Wish::Run(options)) = read(&words) else {
        panic!("refused")
    };
    assert_eq!((options.consent, options.labels), (Some("c".into()), None));
    let words = ["--tool", "t", "--labels", "l", "--assert-conf", "N", "x"];
    let Ok(Wish::Run(options)) = read(&words) else {
        panic!("refused")
    };
    assert_eq!(
        (options.labels, options.rest.conf, options.rest.sens),
        (Some("l".into()), Some("N".into()), None)
    );
    for (codes, found) in [
        ("none", &[][..]),
        ("HIV,PSY", &["HIV".into(), "PSY".into()]),
    ] {
        let Ok(Wish::Run(options)) = read(&["--tool", "t", "--assert-sens", codes, "x"]) else {
            panic!("refused")
        };
        assert_eq!(options.rest.sens.as_deref(), Some(found), "{codes}");
    }
    assert!(matches!(read(&["--help"]), Ok(Wish::Help)));
    for wrong in [
        &["--tool", "t"][..],
        &["--tool"],
        &["--tool", "t", "a", "b"],
        &["--jobs", "0", "a"],
        &["--jobs", "x", "a"],
        &["--yaml", "a"],
        &["--assert-conf", "X", "a"],
        &["--labels"],
        &["--consent"],
        &["--assert-sens"],
    ] {
        assert!(read(wrong).is_err(), "{wrong:?}");
    }
}
