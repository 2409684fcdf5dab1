//! Policies and patients on one record.

use super::grants::{ask, granted, open, transform};
use super::support::Place;

const LABELS: &str = "--label type=Observation --label conf=N";
const POLICY: &str = "--authority hospital.pub --policy role=cardiologist";

/// A grant, and a hospital with two of its people.
fn place() -> Place {
    let place = granted();
    place.run("authority new -o hospital.key").ok();
    for who in ["cardiologist", "dentist"] {
        let line = "authority issue --key hospital.key --until 2060-12-31";
        place
            .run(&format!("{line} --attr role={who} -o {who}.key"))
            .ok();
    }
    place
}

fn seal(place: &Place, record: &str, more: &str) -> String {
    let line = format!("seal --patient patient.pub {POLICY} {LABELS} {more} --record {record}");
    place
        .run(&format!("{line} -o {record}.hippo obs.json"))
        .ok()
        .err
}

#[test]
fn either_opens_a_record_with_two_stanzas() {
    let place = place();
    let told = seal(&place, "two", "");
    assert!(told.contains("the authority can open it"), "{told}");
    for key in ["cardiologist", "patient"] {
        place
            .run(&format!("open --key {key}.key -o - two.hippo"))
            .ok();
    }
    place.refuses(204, "open --key dentist.key -o OUT two.hippo");
    ask(&place, "two.hippo").ok();
    for relay in [1, 2] {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    place.run(&open(&[1, 2], "two")).ok();
    let shown = place.run("inspect --json two.hippo").ok().json();
    assert_eq!(shown["stanzas"][0]["name"], "policy");
    assert_eq!(shown["stanzas"][1]["name"], "patient");
    let patient = place.run("patient new --json -o anna.key").ok().json()["patient"].clone();
    assert_ne!(shown["stanzas"][1]["patient"], patient);
}

#[test]
fn both_are_needed_where_the_sealer_says_so() {
    let place = place();
    let told = seal(&place, "and", "--both");
    assert!(told.contains("warning: --both"), "{told}");
    for key in ["cardiologist", "patient"] {
        place.refuses(303, &format!("open --key {key}.key -o OUT and.hippo"));
    }
    place
        .run("open --key cardiologist.key --key patient.key -o - and.hippo")
        .ok();
    place.refuses(
        204,
        "open --key dentist.key --key patient.key -o OUT and.hippo",
    );
    ask(&place, "and.hippo").ok();
    for relay in [1, 2] {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    place.refuses(303, &open(&[1, 2], "and"));
    place
        .run(&format!("{} --key cardiologist.key", open(&[1, 2], "and")))
        .ok();
    place.refuses(
        308,
        &format!("{} --key cardiologist.key", open(&[1], "and")).replace("OUT", "OUT2"),
    );

    let shown = place.run("inspect --json and.hippo").ok().json();
    assert_eq!(shown["stanzas"].as_array().unwrap().len(), 1);
    assert_eq!(shown["stanzas"][0]["type"], 3);
    assert!(shown["stanzas"][0]["capsule"].is_string());
    assert!(
        shown["stanzas"][0]["policy"]
            .as_str()
            .unwrap()
            .contains("role=cardiologist")
    );

    let told = seal(&place, "beside", "--both --patient-alone");
    assert!(!told.contains("--both"), "{told}");
    place.run("open --key patient.key -o - beside.hippo").ok();
    place.refuses(303, "open --key cardiologist.key -o OUT2 beside.hippo");
}

#[test]
fn flags_that_do_not_go_together() {
    let place = place();
    let end = "--record x -o x.hippo obs.json";
    place.misused(&format!("seal {LABELS} {end}"));
    place.misused(&format!("seal --patient patient.pub --both {LABELS} {end}"));
    place.misused(&format!("seal {POLICY} --both {LABELS} {end}"));
    place.misused(&format!(
        "seal {POLICY} --patient patient.pub --patient-alone {LABELS} {end}"
    ));
    // A record without labels could never be granted.
    place.refuses(3, &format!("seal --patient patient.pub {end}"));
    place.refuses(105, &format!("seal --patient study.pub {LABELS} {end}"));
    place.refuses(105, &format!("seal --patient patient.key {LABELS} {end}"));
}

#[test]
fn doctor_says_what_is_missing() {
    let place = place();
    seal(&place, "and", "--both");
    let says = |line: &str, code: u16, words: &str| {
        let ran = place.run(&format!("doctor {line}"));
        if code == 0 {
            assert_eq!(ran.code, Some(0), "{line}: {}", ran.err);
        } else {
            assert_eq!(ran.refused(), code, "{line}: {}", ran.text());
        }
        assert!(ran.text().contains(words), "{line}: {}", ran.text());
    };
    let grant = "--key study.key --grant G/grant.hg";
    says("--key patient.key obs.hippo", 0, "patient's own key");
    says(
        "--key cardiologist.key obs.hippo",
        303,
        "the patient's key is needed",
    );
    says(&format!("{grant} obs.hippo"), 308, "0 of 2 answers");
    place.run("patient new -o anna.key").ok();
    says("--key anna.key obs.hippo", 303, "the key is of patient");
    place
        .run("seal --patient anna.pub --label a=b --record a -o anna.hippo obs.json")
        .ok();
    says(
        &format!("{grant} anna.hippo"),
        303,
        "the grant is of patient",
    );
    place
        .run("seal --patient patient.pub --label a=b --record a -o other.hippo obs.json")
        .ok();
    says(
        &format!("{grant} other.hippo"),
        204,
        "type=Observation and conf=N",
    );
    ask(&place, "obs.hippo and.hippo").ok();
    for relay in [1, 2] {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    let parts = "--part part-1 --part part-2";
    says(
        &format!("{grant} --part part-1 obs.hippo"),
        308,
        "1 of 2 answers",
    );
    says(&format!("{grant} {parts} obs.hippo"), 0, "fit");
    says(
        &format!("{grant} {parts} and.hippo"),
        303,
        "policy and patient together",
    );
    says(
        &format!("{grant} {parts} --key dentist.key and.hippo"),
        204,
        "role=cardiologist",
    );
    says(
        &format!("{grant} --key cardiologist.key and.hippo"),
        308,
        "0 of 2",
    );
    says(
        &format!("{grant} {parts} --key cardiologist.key and.hippo"),
        0,
        "fit",
    );
    says("--key cardiologist.key and.hippo", 303, "together");
    let value = place
        .run(&format!("doctor --json {grant} {parts} obs.hippo"))
        .ok()
        .json();
    assert_eq!(value["fits"], true);
}

#[test]
fn records_are_rewrapped_for_their_patient() {
    let place = place();
    let line = format!("seal {POLICY} {LABELS} --record old -o old.hippo obs.json");
    place.run(&line).ok();
    place.refuses(303, "open --key patient.key -o OUT old.hippo");
    let rewrap = "rewrap --key cardiologist.key --patient patient.pub --json";
    place.chmod("old.hippo", 0o600);
    let told = place.run(&format!("{rewrap} --keep old.hippo")).ok().json();
    assert_eq!(told["rewrapped"], 1);
    #[cfg(unix)]
    assert_eq!(place.mode("old.hippo"), 0o600);
    place.run("open --key patient.key -o - old.hippo").ok();
    place.run("open --key cardiologist.key -o - old.hippo").ok();
    let before = place.read("old.hippo");
    let told = place.run(&format!("{rewrap} --keep old.hippo")).ok().json();
    assert_eq!(told["passed_over"], 1);
    assert_eq!(place.read("old.hippo"), before);
    // The patient lets the hospital go.
    place
        .run("rewrap --key patient.key --patient patient.pub --replace old.hippo")
        .ok();
    place.refuses(303, "open --key cardiologist.key -o OUT old.hippo");
    place.run("open --key patient.key -o - old.hippo").ok();
}
