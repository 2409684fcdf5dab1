//! Labels that whoever stores records cannot read.

use super::grants::{ask, grant, none, open, people, transform};

const LABELS: &str = "--label type=Observation --label conf=N --label ymd=2026-11-22";

#[test]
fn blinded_records_are_granted_and_opened_and_say_nothing() {
    let place = people();
    place.run("label-key new -o labels.key").ok();
    place.run("label-key new -o other.key").ok();
    for (name, more) in [
        ("blind", "--label-key labels.key"),
        ("other", "--label-key other.key"),
        ("clear", ""),
    ] {
        let line = format!("seal --patient patient.pub {LABELS} {more} --record {name}");
        let told = place
            .run(&format!("{line} --json -o {name}.hippo obs.json"))
            .ok();
        let bytes = place.read(&format!("{name}.hippo"));
        let shown = bytes.windows(11).any(|part| part == b"Observation");
        assert_eq!(shown, more.is_empty(), "{name}: {}", told.text());
    }
    let seen = place.run("inspect --json blind.hippo").ok().json();
    assert_eq!(seen["labels"].as_array().unwrap().len(), 5);
    assert!(seen["labels_blinded_by"].is_string());
    let again = place.run("inspect --json other.hippo").ok().json();
    assert_ne!(seen["labels"], again["labels"]);
    assert_ne!(seen["labels_blinded_by"], again["labels_blinded_by"]);

    let policy = "--policy 'type=Observation and ym>=2026-10' --until 2060-12-31";
    let told = grant(&place, &format!("{policy} --label-key labels.key"), "G").ok();
    assert!(
        !told.text().contains("blinded"),
        "the patient reads what was granted"
    );
    let shown = place.run("grant show G/grant.hg").ok();
    assert!(shown.text().contains("blinded"), "{}", shown.text());
    let listed = place.run("grant list --key patient.key G").ok();
    assert!(
        listed.text().contains("type=Observation"),
        "{}",
        listed.text()
    );

    // Relays check the policy without knowing a label.
    ask(&place, "blind.hippo").ok();
    none(&place);
    for relay in [1, 3] {
        place.run(&transform(relay, "--revocations list")).ok();
    }
    place.run(&open(&[1, 3], "blind")).ok();
    assert_eq!(place.read("OUT"), place.read("obs.json"));
    for record in ["other", "clear"] {
        assert_eq!(ask(&place, &format!("{record}.hippo")).refused(), 204);
    }
    place
        .run("open --key patient.key --force -o OUT other.hippo")
        .ok();
}

#[test]
fn what_a_label_key_needs() {
    let place = people();
    place.run("label-key new -o labels.key").ok();
    place.refuses(502, "label-key new -o labels.key");
    let seal = "seal --patient patient.pub --record r -o r.hippo";
    place.refuses(
        105,
        &format!("{seal} --label a=b --label-key patient.key obs.json"),
    );
    // A key that blinds nothing.
    place.misused(&format!("{seal} --label-key labels.key obs.json"));
    assert!(!place.names().contains(&"r.hippo".to_owned()));
}
