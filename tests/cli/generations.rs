//! An old and a new authority of one hospital, side by side.

use super::support::Place;

/// A chart sealed under the old authority in part, in part under the new one; a key of each.
fn place() -> Place {
    let place = Place::new();
    place.write("obs.json", b"{\"hr\":72}\n");
    place.run("signer new -o ward.key").ok();
    std::fs::create_dir(place.path("chart")).unwrap();
    for name in ["old", "new", "foreign"] {
        place
            .run(&format!(
                "authority new --name 'St. Elsewhere' -o {name}-hospital.key"
            ))
            .ok();
        let issue = "--attr role=nurse --until 2060-12-31";
        place
            .run(&format!(
                "authority issue --key {name}-hospital.key {issue} -o {name}.key"
            ))
            .ok();
        let seal = "--policy role=nurse --sign ward.key --record r";
        place
            .run(&format!(
                "seal --authority {name}-hospital.pub {seal} -o {name}.hippo obs.json"
            ))
            .ok();
    }
    for name in ["old", "new"] {
        let to = place.path(&format!("chart/{name}.hippo"));
        std::fs::copy(place.path(&format!("{name}.hippo")), to).unwrap();
    }
    place
}

/// The authority's id and the words of its fingerprint.
fn authority(place: &Place, name: &str) -> (String, String) {
    let shown = place
        .run(&format!("fingerprint --json {name}-hospital.pub"))
        .ok()
        .json();
    let text = |key: &str| shown["files"][0][key].as_str().unwrap().to_owned();
    (text("authority"), text("words"))
}

#[test]
fn records_of_both_open_with_the_right_key() {
    let place = place();
    for (keys, records) in [
        ("--key old.key", ["old"].as_slice()),
        ("--key new.key", &["new"]),
        ("--key old.key --key new.key", &["old", "new"]),
        (
            "--key new.key --key foreign.key --key old.key",
            &["old", "new", "foreign"],
        ),
    ] {
        for record in ["old", "new", "foreign"] {
            let open = format!("open {keys} --from ward.pub -o");
            if records.contains(&record) {
                place.run(&format!("{open} - {record}.hippo")).ok();
            } else {
                // The error names the authority that a key is missing of.
                let told = place.refuses(303, &format!("{open} no {record}.hippo"));
                let (id, _) = authority(&place, record);
                assert!(told.contains(&id), "{told}");
            }
        }
    }
}

#[test]
fn each_is_named() {
    let place = place();
    let (old, old_words) = authority(&place, "old");
    let (new, new_words) = authority(&place, "new");
    assert_ne!(old, new);
    let known = "--authority old-hospital.pub --authority new-hospital.pub";
    let seen = place
        .run(&format!("inspect --json {known} new.hippo"))
        .ok()
        .json();
    assert_eq!(seen["stanzas"][0]["authority"], new);
    assert_eq!(seen["stanzas"][0]["known_as"]["words"], new_words);
    assert_eq!(
        seen["stanzas"][0]["known_as"]["claimed_name"],
        "St. Elsewhere"
    );
    let seen = place.run(&format!("inspect {known} new.hippo")).ok();
    assert!(seen.text().contains(&new_words) && !seen.text().contains(&old_words));
    let seen = place
        .run("inspect --json --authority old-hospital.pub new.hippo")
        .ok();
    assert!(seen.json()["stanzas"][0]["known_as"].is_null());
    let shown = place.run("fingerprint old-hospital.pub").ok();
    assert!(shown.text().contains(&old));

    let ran = place.run(&format!("doctor {known} --key old.key new.hippo"));
    assert_eq!(ran.refused(), 303);
    let expected = format!(
        "sealed under authority {new} (\"St. Elsewhere\", {new_words}); the key was issued by \
         authority {old} (\"St. Elsewhere\", {old_words})\n"
    );
    assert_eq!(ran.text(), expected);
    let ran = place
        .run("doctor --key old.key --key new.key new.hippo")
        .ok();
    let lines: Vec<&str> = ran.text().lines().collect();
    assert!(
        lines[0].starts_with("key 1: sealed under authority "),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("key 2: authority and policy fit"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn records_move_to_the_new_one() {
    let place = place();
    let rewrap = "rewrap --key old.key --key new.key --authority new-hospital.pub --policy role=nurse --replace";
    place.write(
        "moved.json",
        br#"{"require": ["policy:new-hospital.pub"], "sender": true}"#,
    );
    place.run("open --key old.key -o - chart/old.hippo").ok();
    let told = place.run(&format!("{rewrap} --json chart")).ok().json();
    // The one that is sealed under the new authority is as asked for already.
    assert_eq!(
        (told["rewrapped"].as_u64(), told["passed_over"].as_u64()),
        (Some(1), Some(1))
    );
    for record in ["chart/old.hippo", "chart/new.hippo"] {
        place
            .run(&format!(
                "open --key new.key --from ward.pub --profile moved.json -o - {record}"
            ))
            .ok();
        place.refuses(303, &format!("open --key old.key -o no {record}"));
    }
    place.refuses(
        309,
        "open --key old.key --profile moved.json -o no old.hippo",
    );
    // Whoever has a key of neither moves nothing.
    let told = place.refuses(303, &format!("{rewrap} foreign.hippo"));
    assert!(told.contains(&authority(&place, "foreign").0), "{told}");
    // For a time both: each generation opens what was rewrapped with --keep.
    let keep = rewrap.replace("--replace", "--keep");
    place.run(&format!("{keep} old.hippo")).ok();
    for key in ["old", "new"] {
        place
            .run(&format!("open --key {key}.key -o - old.hippo"))
            .ok();
    }
    let told = place.refuses(303, "open --key foreign.key -o no old.hippo");
    for name in ["old", "new"] {
        assert!(told.contains(&authority(&place, name).0), "{told}");
    }
}
