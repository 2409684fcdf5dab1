//! Schemas: what an authority knows, and what is refused without it.

use serde_json::json;

use super::support::{PATIENT, Place};

const SCHEMA: &str = r#"{
  "role": {"type": "text", "values": ["cardiologist", "dentist"]},
  "level": {"type": "u8", "range": [0, 9]},
  "icd10": {"type": "code"}
}"#;
const SEAL: &str = "seal --authority clinic.pub --record r";
const ISSUE: &str = "authority issue --key clinic.key --until 2060-12-31";

/// An authority with a schema, a key of it, and something to seal.
fn clinic() -> Place {
    let place = Place::new();
    place.write("schema.json", SCHEMA.as_bytes());
    place
        .run("authority new --name Clinic --schema schema.json -o clinic.key")
        .ok();
    place
        .run(&format!(
            "{ISSUE} --attr role=dentist --attr level=3 -o d.key"
        ))
        .ok();
    place.write("obs.json", b"{\"hr\":72}\n");
    place
}

#[test]
fn a_typo_is_refused() {
    let place = clinic();
    place
        .run(&format!("{SEAL} --policy role=dentist -o r.hippo obs.json"))
        .ok();
    place.run("open --key d.key -o copy r.hippo").ok();
    for (number, policy) in [
        (205, "roles=dentist"),
        (205, "level:u16=3"),
        (206, "role=dentits"),
        (206, "role=dentist and level>9"),
        (206, "level=10"),
    ] {
        let seal = format!("{SEAL} --policy '{policy}' -o x.hippo obs.json");
        let error = place.refuses(number, &seal);
        assert!(error.contains("--policy"), "{error}");
        place.run(&format!("{seal} --allow-unknown --force")).ok();
        let rewrap =
            format!("rewrap --key d.key --authority clinic.pub --policy '{policy}' --keep r.hippo");
        place.refuses(number, &rewrap);
        place.run(&format!("{rewrap} --allow-unknown")).ok();
        std::fs::remove_file(place.path("x.hippo")).unwrap();
    }
    place.run("open --key d.key --force -o copy r.hippo").ok();
}

#[test]
fn keys_are_issued_for_what_is_known() {
    let place = clinic();
    for (number, attributes) in [
        // The number says which flag, whatever the canonical order.
        (205, "--attr role=dentist --attr dept=icu"),
        (205, "--attr role=dentist --attr level:u16=3"),
        (206, "--attr role=dentist --attr level=10"),
        (206, "--attr icd10:code=E11 --attr role=nurse"),
        (206, &format!("--attr level=3 --attr role={PATIENT}")),
    ] {
        let error = place.refuses(number, &format!("{ISSUE} {attributes} -o x.key"));
        assert!(
            error.contains("--attr") && error.contains("number 2"),
            "{error}"
        );
    }
}

/// Without a schema there is a warning, with one there is none but where it was not asked.
#[test]
fn warnings() {
    let place = clinic();
    let issued = place
        .run(&format!("{ISSUE} --attr icd10:code=E11.9 -o i.key"))
        .ok();
    let seal = format!("{SEAL} --policy icd10:code=E11* --force -o r.hippo obs.json");
    let sealed = place.run(&seal).ok();
    for told in [issued.err, sealed.err] {
        assert!(
            !told.contains("schema") && !told.contains("unknown"),
            "{told}"
        );
    }
    let told = place.run(&format!("{seal} --allow-unknown")).ok().err;
    assert!(told.contains("warning: --allow-unknown"), "{told}");

    // Programs are told as well.
    let warnings = |line: &str| place.run(line).ok().json()["warnings"].clone();
    assert_eq!(warnings(&format!("{seal} --json")), json!([]));
    let told = warnings(&format!("{seal} --json --allow-unknown"));
    assert!(told[0].as_str().unwrap().starts_with("--allow-unknown"));

    place.run("authority new -o plain.key").ok();
    let plain = "seal --authority plain.pub --policy a=b --record r -o p.hippo --json obs.json";
    let told = warnings(plain);
    assert!(told[0].as_str().unwrap().starts_with("no schema"));
    let rewrap = "rewrap --key i.key --keep --policy a=b r.hippo --authority";
    let told = place.run(&format!("{rewrap} plain.pub")).ok().err;
    assert!(told.contains("warning: no schema"), "{told}");
    let told = place.run("policy check --authority plain.pub a=b").ok();
    assert!(told.text().contains("no schema"), "{}", told.text());
}

#[test]
fn it_is_shown() {
    let place = clinic();
    let line = "icd10:code, level:u8 in 0..9, role in {cardiologist, dentist}";
    let told = place.run("fingerprint clinic.pub").ok();
    assert!(told.text().contains(&format!("schema: 3 names: {line}")));
    let told = place.run("fingerprint --json clinic.pub").ok().json();
    assert_eq!(told["files"][0]["schema"][1], "level:u8 in 0..9");
    let told = place
        .run("authority new --schema schema.json -o other.key")
        .ok();
    assert!(told.err.contains(line), "{}", told.err);

    let check = "policy check --authority clinic.pub";
    let told = place.run(&format!("{check} level>3")).ok();
    assert!(told.text().contains("schema     knows"), "{}", told.text());
    let told = place.run(&format!("{check} level>9"));
    assert_eq!(told.refused(), 206);
    assert!(told.text().contains("schema     does not know"));
    let told = place.run(&format!("{check} --json levl>9"));
    assert_eq!(told.refused(), 205);
    assert_eq!(told.json()["schema_knows"], false);
    let told = place.run(&format!("{check} --json role=dentist")).ok();
    assert_eq!(told.json()["schema_knows"], true);
    let told = place.run("policy check --json role=dentist").ok();
    assert!(told.json()["schema_knows"].is_null());
}

#[test]
fn it_stays_with_the_authority() {
    let place = clinic();
    place
        .run("authority split --key clinic.key --threshold 2 --parts 2 -o parts")
        .ok();
    let parts = "--part parts/part-1.key --part parts/part-2.key";
    place
        .run(&format!("authority recover {parts} -o again.key"))
        .ok();
    assert_eq!(place.read("again.pub"), place.read("clinic.pub"));
}

#[test]
fn files_that_are_no_schema() {
    let place = Place::new();
    let new = "authority new -o x.key --schema";
    place.refuses(501, &format!("{new} nowhere"));
    for (number, text) in [
        (1, &b"{"[..]),
        (1, b"{}"),
        (5, br#"{"a": {"type": "text"}, "a": {"type": "u8"}}"#),
        (6, br#"{"expires": {"type": "date"}}"#),
        (112, b"{\"\xff\": 1}"),
    ] {
        place.write("s.json", text);
        place.refuses(number, &format!("{new} s.json"));
    }
    place.write("s.json", &[b' '; (1 << 20) + 1]);
    assert_eq!(place.refuses_any(&format!("{new} s.json")), 2);
}

/// An authority learns a new word: its records and keys stay.
#[test]
fn an_authority_can_change_its_schema() {
    let place = clinic();
    let seal = |policy: &str| format!("{SEAL} --policy '{policy}' --force -o x.hippo obs.json");
    place
        .run(&format!("{SEAL} --policy role=dentist -o r.hippo obs.json"))
        .ok();
    let shown = || place.run("fingerprint --json clinic.pub").ok().json();
    let before = shown();
    place.refuses(206, &seal("role=nurse"));
    place.refuses(206, &format!("{ISSUE} --attr role=nurse -o n.key"));

    let wider = SCHEMA.replace("\"dentist\"", "\"dentist\", \"nurse\"");
    place.write("wider.json", wider.as_bytes());
    let told = place
        .run("authority schema --key clinic.key --schema wider.json --json")
        .ok()
        .json();
    assert_eq!(told["protected"], false);
    let after = shown();
    for same in ["words", "fingerprint", "authority", "claimed_name"] {
        assert_eq!(before["files"][0][same], after["files"][0][same]);
    }
    assert_ne!(before["files"][0]["schema"], after["files"][0]["schema"]);
    assert_eq!(after["files"][0]["schema"], told["schema"]);
    #[cfg(unix)]
    assert_eq!(place.mode("clinic.key"), 0o600);
    place.run(&seal("role=nurse")).ok();
    place
        .run(&format!("{ISSUE} --attr role=nurse -o n.key"))
        .ok();
    place.run("open --key n.key -o - x.hippo").ok();
    place.run("open --key d.key -o - r.hippo").ok();
    place.refuses(206, &seal("role=porter"));

    place
        .run("authority schema --key clinic.key --no-schema")
        .ok();
    let told = place.run(&seal("role=porter")).ok();
    assert!(told.err.contains("no schema"), "{}", told.err);
}

#[test]
fn a_schema_is_changed_under_the_same_passphrase() {
    let place = clinic();
    place.write_private("pass", b"correct horse\n");
    place
        .run("authority new --passphrase-file pass -o locked.key")
        .ok();
    let change = "authority schema --key locked.key --schema schema.json";
    place.refuses(304, change);
    let told = place
        .run(&format!("{change} --passphrase-file pass --json"))
        .ok()
        .json();
    assert_eq!(told["protected"], true);
    let issue = "authority issue --key locked.key --attr role=dentist --until 2060-12-31 -o l.key";
    place.refuses(304, issue);
    place.run(&format!("{issue} --passphrase-file pass")).ok();
}

#[test]
fn schemas_that_are_not_changed() {
    let place = clinic();
    place.run("authority new -o other.key").ok();
    place.write("bad.json", b"{}");
    let change = "authority schema --key clinic.key";
    place.refuses(1, &format!("{change} --schema bad.json"));
    place.refuses(501, &format!("{change} --schema nowhere"));
    place.refuses(105, "authority schema --key d.key --no-schema");
    // The public file beside the key is another authority's: whose would be lost.
    place.write("clinic.pub", &place.read("other.pub"));
    place.refuses(1, &format!("{change} --no-schema"));
    std::fs::remove_file(place.path("clinic.pub")).unwrap();
    place.run(&format!("{change} --no-schema")).ok();
    place.run("fingerprint clinic.pub").ok();
    place.misused(change);
    place.misused(&format!("{change} --schema schema.json --no-schema"));
}
