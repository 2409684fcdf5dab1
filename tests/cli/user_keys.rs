//! Keys looked at, and keys made from keys.

use super::support::Place;

const RESTRICT: &str = "key restrict --key big.key";

/// A key with attributes of every kind.
fn place() -> Place {
    let place = Place::hospital();
    let attributes = "--attr role=nurse --attr dept=icu --attr dept=er --attr level=3 \
                      --attr icd10:code=E11.9 --issued";
    place
        .run(&format!(
            "authority issue --key hospital.key {attributes} --until 2060-12-31 -o big.key"
        ))
        .ok();
    for (name, policy) in [
        ("nurse", "role=nurse"),
        ("icu", "dept=icu"),
        ("er", "dept=er"),
        ("level", "level>=2"),
        ("code", "icd10:code=E11*"),
        ("issued", "issued:date>=2026-01-01"),
    ] {
        place
            .run(&format!(
                "seal --authority hospital.pub --policy '{policy}' --record r -o {name}.hippo obs.json"
            ))
            .ok();
    }
    place
}

#[test]
fn a_restricted_key_opens_what_is_left_to_it() {
    let place = place();
    for (keep, opens) in [
        ("--keep dept", ["icu", "er"].as_slice()),
        ("--keep dept=icu", &["icu"]),
        ("--keep level", &["level"]),
        ("--keep level=3 --keep icd10", &["level", "code"]),
        ("--keep icd10:code=E11.9 --keep role", &["code", "nurse"]),
        ("--keep issued --keep dept=er", &["issued", "er"]),
        ("--keep expires --keep role=nurse", &["nurse"]),
    ] {
        place
            .run(&format!("{RESTRICT} {keep} --force -o small.key"))
            .ok();
        #[cfg(unix)]
        assert_eq!(place.mode("small.key"), 0o600);
        for record in ["nurse", "icu", "er", "level", "code", "issued"] {
            place
                .run(&format!("open --key big.key -o - {record}.hippo"))
                .ok();
            let open = format!("open --key small.key -o - {record}.hippo");
            if opens.contains(&record) {
                place.run(&open).ok();
            } else {
                place.refuses(204, &open);
            }
        }
    }
}

#[test]
fn a_restricted_key_ends_as_its_parent_and_shows_nothing_of_it() {
    let place = place();
    let told = place
        .run(&format!("{RESTRICT} --keep dept --json -o small.key"))
        .ok()
        .json();
    let parent = place.run("key show --json big.key").ok().json();
    let child = place.run("key show --json small.key").ok().json();
    assert_eq!(child["until"], "2060-12-31");
    assert_eq!(child["authority"], parent["authority"]);
    assert_eq!(child["key_id"], told["key_id"]);
    assert_ne!(child["key_id"], parent["key_id"]);
    let expected = ["dept=er", "dept=icu", "expires:date=2060-12-31"];
    assert_eq!(child["attributes"], serde_json::json!(expected));
    assert_eq!(parent["attributes"].as_array().unwrap().len(), 7);
    // Again: another key for the same.
    place
        .run(&format!("{RESTRICT} --keep dept -o again.key"))
        .ok();
    assert_ne!(place.read("again.key"), place.read("small.key"));
    // A child can be restricted further, and gets nothing back.
    place
        .run("key restrict --key small.key --keep dept=er -o smaller.key")
        .ok();
    place.refuses(204, "open --key smaller.key -o - icu.hippo");
    place.refuses(4, "key restrict --key smaller.key --keep role -o x.key");
}

#[test]
fn what_is_refused_when_restricting() {
    let place = place();
    for (number, keep) in [
        (4, "--keep roles"),
        (4, "--keep role=doctor"),
        (4, "--keep dept --keep level=4"),
        (4, "--keep level:u16=3"),
        (4, "--keep expires"),
        (4, "--keep ''"),
        (4, "--keep role="),
        (6, "--keep expires=2070-01-01"),
    ] {
        place.refuses(number, &format!("{RESTRICT} {keep} -o x.key"));
    }
    place.write("small.key", b"mine");
    place.refuses(502, &format!("{RESTRICT} --keep dept -o small.key"));
    place.refuses(105, "key restrict --key hospital.key --keep dept -o x.key");
    place.refuses(1, &format!("{RESTRICT} --keep dept --json -o -"));
    place.misused(&format!("{RESTRICT} -o x.key"));
    place.misused("key restrict --keep dept -o x.key");
    place.misused("key");

    // Under a passphrase of its own.
    place.write_private("pass", b"correct horse\n");
    place
        .run(&format!(
            "{RESTRICT} --keep dept --new-passphrase-file pass -o locked.key"
        ))
        .ok();
    place.refuses(304, "open --key locked.key -o - icu.hippo");
    place
        .run("open --key locked.key --passphrase-file pass -o - icu.hippo")
        .ok();
}

#[test]
fn a_key_is_shown() {
    let place = place();
    place.run("authority new -o other.key").ok();
    let page = place
        .run("key show --authority other.pub --authority hospital.pub big.key")
        .ok();
    let shown = place.run("fingerprint --json hospital.pub").ok().json();
    let words = shown["files"][0]["words"].as_str().unwrap();
    assert!(page.text().contains(words), "{}", page.text());
    assert!(
        page.text().contains("attribute   level:u8=3\n"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("the end of 31 December 2060 (UTC)"));
    let value = place
        .run("key show --json --authority other.pub big.key")
        .ok()
        .json();
    assert!(value["known_as"].is_null());
    assert_eq!(value["authority"], shown["files"][0]["authority"]);
    assert!(value["issued_at"].as_u64().unwrap() > 1_790_000_000);
    place.refuses(105, "key show hospital.key");
    place.chmod("big.key", 0o644);
    #[cfg(unix)]
    place.refuses(504, "key show big.key");
}
