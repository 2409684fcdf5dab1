//! What a deployment demands of every record.

use super::support::Place;

const SEAL: &str = "seal --policy role=cardiologist --record r";

/// A profile for each demand, a second authority, and records that meet some.
fn place() -> Place {
    let place = Place::hospital();
    place.run("authority new -o other.key").ok();
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/hospital.pub", &place.read("hospital.pub"));
    for (name, text) in [
        ("hospital", r#"{"require": ["policy:hospital.pub"]}"#),
        ("any", r#"{"require": ["policy"]}"#),
        ("signed", r#"{"sender": true}"#),
        (
            "all",
            r#"{"require": ["policy:hospital.pub", "policy"], "sender": true}"#,
        ),
        (
            "capsule",
            r#"{"require": ["policy", "capsule"], "sender": false}"#,
        ),
        ("both", r#"{"require": ["both"]}"#),
        ("seven", r#"{"require": ["type:7"]}"#),
    ] {
        place.write(&format!("rules/{name}.json"), text.as_bytes());
    }
    let authority = |name: &str| format!("{SEAL} --authority {name}.pub");
    place
        .run(&format!(
            "{} --sign ward.key -o full.hippo obs.json",
            authority("hospital")
        ))
        .ok();
    place
        .run(&format!(
            "{} -o unsigned.hippo obs.json",
            authority("hospital")
        ))
        .ok();
    place
        .run(&format!(
            "{} --sign ward.key -o other.hippo obs.json",
            authority("other")
        ))
        .ok();
    let batch = "batch seal --authority hospital.pub --policy role=cardiologist --record b";
    place.run(&format!("{batch} -o b.hippo obs.json")).ok();
    place
}

#[test]
fn nothing_is_sealed_that_lacks_what_is_demanded() {
    let place = place();
    for (profile, authority, sign, met) in [
        ("hospital", "hospital", "", true),
        ("hospital", "other", "", false),
        ("any", "other", "", true),
        ("signed", "other", "", false),
        ("signed", "other", "--sign ward.key", true),
        ("all", "hospital", "--sign ward.key", true),
        ("all", "hospital", "", false),
        ("all", "other", "--sign ward.key", false),
        ("capsule", "hospital", "--sign ward.key", false),
        ("both", "hospital", "", false),
        ("seven", "hospital", "", false),
    ] {
        let flags = format!("--authority {authority}.pub --profile rules/{profile}.json {sign}");
        for seal in [
            format!("{SEAL} {flags} -o x.hippo obs.json"),
            format!("{SEAL} {flags} --detached x.header -o x.hippo obs.json"),
            format!("batch {SEAL} {flags} -o x.hippo obs.json"),
        ] {
            if met {
                place.run(&seal).ok();
                std::fs::remove_file(place.path("x.hippo")).unwrap();
                let _ = std::fs::remove_file(place.path("x.header"));
            } else {
                place.refuses(309, &seal);
            }
        }
    }
}

#[test]
fn nothing_is_opened_that_lacks_what_is_demanded() {
    let place = place();
    for (record, met) in [
        ("full", ["hospital", "any", "signed", "all"].as_slice()),
        ("unsigned", &["hospital", "any"]),
    ] {
        for profile in [
            "hospital", "any", "signed", "all", "capsule", "both", "seven",
        ] {
            let profiled = format!("--profile rules/{profile}.json");
            for range in ["", "--range 0..3"] {
                let open = format!("open --key icu.key {profiled} {range} -o");
                if met.contains(&profile) {
                    place.run(&format!("{open} - {record}.hippo")).ok();
                } else {
                    place.refuses(309, &format!("{open} no {record}.hippo"));
                }
            }
        }
    }
    // What is missing comes before whether the key fits.
    place.refuses(
        309,
        "open --key icu.key --profile rules/hospital.json -o no other.hippo",
    );
    place.refuses(
        303,
        "open --key icu.key --profile rules/any.json -o no other.hippo",
    );
    let open = "batch open --key icu.key -o";
    place
        .run(&format!("{open} out --profile rules/any.json b.hippo"))
        .ok();
    place.refuses(
        309,
        &format!("{open} no --profile rules/signed.json b.hippo"),
    );
    place.refuses(
        309,
        &format!("{open} no --member obs --profile rules/both.json b.hippo"),
    );
}

#[test]
fn nothing_is_rewrapped_to_less_than_is_demanded() {
    let place = place();
    let before = place.read("full.hippo");
    let rewrap = |authority: &str, profile: &str, how: &str| {
        format!(
            "rewrap --key icu.key --authority {authority}.pub --policy role=dentist {how} \
             --profile rules/{profile}.json full.hippo unsigned.hippo"
        )
    };
    place.refuses(309, &rewrap("other", "hospital", "--replace"));
    place.refuses(309, &rewrap("hospital", "capsule", "--keep"));
    assert_eq!(place.read("full.hippo"), before);
    place.run(&rewrap("other", "hospital", "--keep")).ok();
    // What is so already, but lacks something, is not passed over.
    place.refuses(309, &rewrap("other", "capsule", "--keep"));
    // No rewrap signs a record: the second is refused.
    let told = place.refuses_any(&rewrap("other", "signed", "--keep"));
    assert_eq!(told, 309);
}

#[test]
fn files_that_are_no_profile() {
    let place = place();
    for (number, text) in [
        (1, ""),
        (1, "[]"),
        (1, "{}"),
        (1, r#"{"require": []}"#),
        (1, r#"{"require": [], "sender": false}"#),
        (1, r#"{"require": "policy"}"#),
        (1, r#"{"require": [1]}"#),
        (1, r#"{"require": ["Policy"]}"#),
        (1, r#"{"require": ["capsule:x"]}"#),
        (1, r#"{"require": ["type:x"]}"#),
        (1, r#"{"require": ["type:0"]}"#),
        (2, r#"{"require": ["type:256"]}"#),
        (1, r#"{"require": ["policy"], "sender": "yes"}"#),
        (1, r#"{"require": ["policy"], "senders": true}"#),
        (5, r#"{"require": ["policy"], "require": ["both"]}"#),
        (5, r#"{"require": ["policy", "type:1"]}"#),
        (501, r#"{"require": ["policy:nowhere.pub"]}"#),
        (501, r#"{"require": ["policy:"]}"#),
        (105, r#"{"require": ["policy:ward.pub"]}"#),
    ] {
        place.write("bad.json", text.as_bytes());
        place.refuses(
            number,
            "open --key icu.key --profile bad.json -o no full.hippo",
        );
        let seal = format!("{SEAL} --authority hospital.pub --profile bad.json -o no obs.json");
        place.refuses(number, &seal);
    }
    place.write("bad.json", b"\xff");
    place.refuses(
        112,
        "open --key icu.key --profile bad.json -o no full.hippo",
    );
    place.refuses(501, "open --key icu.key --profile nowhere -o no full.hippo");
    // An authority by its id, as inspect shows it.
    let seen = place.run("inspect --json full.hippo").ok().json();
    let id = seen["stanzas"][0]["authority"].as_str().unwrap();
    let text = format!(r#"{{"require": ["policy:{id}"]}}"#);
    place.write("id.json", text.as_bytes());
    place
        .run("open --key icu.key --profile id.json -o - full.hippo")
        .ok();
    place.refuses(
        309,
        "open --key icu.key --profile id.json -o no other.hippo",
    );
}
