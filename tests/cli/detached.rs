//! Headers in files of their own.

use super::support::{Dice, Place};

const SEAL: &str =
    "seal --authority hospital.pub --policy role=cardiologist --sign ward.key --chunk-size 1024";

/// Two records, each as header and payload, and one whole.
fn place() -> Place {
    let place = Place::hospital();
    place.write("big", &Dice::new(5).bytes(5000));
    for name in ["one", "two"] {
        place
            .run(&format!(
                "{SEAL} --record {name} --detached {name}.header -o {name}.payload big"
            ))
            .ok();
    }
    place
        .run(&format!("{SEAL} --record whole -o whole.hippo big"))
        .ok();
    place
}

#[test]
fn header_and_payload_open_together() {
    let place = place();
    let open = "open --key icu.key --from ward.pub --header one.header";
    place.run(&format!("{open} -o out one.payload")).ok();
    assert!(place.read("out") == place.read("big"));
    let ran = place.pipe(&format!("{open} -o - -"), &place.read("one.payload"));
    assert!(ran.ok().out == place.read("big"));
    let range = "open --key icu.key --header one.header --range 1020..3000 -o - one.payload";
    assert!(place.run(range).ok().out == place.read("big")[1020..3000]);

    // The payload of another record, a whole record in either place, a part alone.
    place.refuses(310, &format!("{open} -o no two.payload"));
    place.refuses(105, &format!("{open} -o no whole.hippo"));
    place.refuses(102, &format!("{open} -o no big"));
    place.refuses(105, &format!("{open} -o no one.header"));
    let open = "open --key icu.key -o no";
    place.refuses(101, &format!("{open} --header whole.hippo one.payload"));
    place.refuses(101, &format!("{open} --header whole.hippo whole.hippo"));
    place.refuses(105, &format!("{open} --header one.payload one.payload"));
    place.refuses(105, &format!("{open} one.payload"));
    assert!(place.refuses_any(&format!("{open} one.header")) >= 100);
    place.refuses(
        204,
        "open --key dentist.key --header one.header -o no one.payload",
    );
    let good = place.read("one.payload");
    for length in [0, 23, 24, 60, good.len() - 1] {
        place.write("cut", &good[..length]);
        place.refuses_any(&format!("{open} --header one.header cut"));
    }
    // A payload that was renamed for another's header.
    let mut renamed = place.read("two.payload");
    renamed[8..24].copy_from_slice(&good[8..24]);
    place.write("renamed", &renamed);
    place.refuses(300, &format!("{open} --header one.header renamed"));
}

#[test]
fn both_files_appear_or_neither() {
    let place = place();
    let seal = |header: &str, output: &str| {
        format!("{SEAL} --record r --detached {header} -o {output} big")
    };
    place.refuses(502, &seal("one.header", "new"));
    place.refuses(502, &seal("new", "one.payload"));
    place.refuses(1, &seal("new", "new"));
    place.refuses(501, &seal("nowhere/new", "new"));
    place.refuses(501, &seal("new", "nowhere/new"));
    place
        .run(&format!("{} --force", seal("one.header", "one.payload")))
        .ok();
    place
        .run("open --key icu.key --header one.header -o out one.payload")
        .ok();
    // The payload can go down a pipe: the header appears behind it.
    let payload = place.run(&seal("piped.header", "-")).ok().out;
    place.write("piped", &payload);
    place
        .run("open --key icu.key --header piped.header -o - piped")
        .ok();
    let told = place
        .run(&format!("{} --json", seal("j.header", "j.payload")))
        .ok()
        .json();
    let header = place.read("j.header").len();
    assert_eq!(told["header_apart_bytes"], header);
    assert_eq!(told["sealed_bytes"], header + place.read("j.payload").len());
}

#[test]
fn they_are_looked_at_and_rewrapped_apart() {
    let place = place();
    let whole = place.run("inspect --json whole.hippo").ok().json();
    assert_eq!(whole["header_apart"], false);
    for (file, payload) in [("one.payload", true), ("", false)] {
        let line = format!("--header one.header {file}");
        let value = place.run(&format!("inspect --json {line}")).ok().json();
        assert_eq!(value["record"], "one");
        assert_eq!(value["header_apart"], true);
        assert_eq!(value["content_bytes"].as_u64(), payload.then_some(5000));
        assert_eq!(value["payload_bytes"] == whole["payload_bytes"], payload);
        let page = place.run(&format!("inspect {line}")).ok();
        assert!(page.text().contains("apart from the payload"));
        assert_eq!(page.text().contains("5,000 bytes of content"), payload);
        place.run(&format!("doctor --key icu.key {line}")).ok();
        let ran = place.run(&format!("doctor --key dentist.key {line}"));
        assert_eq!(ran.refused(), 204);
    }
    place.refuses(310, "inspect --header one.header two.payload");
    place.refuses(105, "doctor --key icu.key --header one.header whole.hippo");
    place.refuses(101, "inspect --header whole.hippo");
    place.misused("inspect");
    place.misused("doctor --key icu.key");
    let good = place.read("one.payload");
    place.write("cut", &good[..24 + 1041 + 64]);
    let ran = place.run("doctor --key icu.key --header one.header cut");
    assert_eq!(ran.refused(), 300);

    let rewrap = "rewrap --key icu.key --authority hospital.pub --policy role=dentist --replace";
    place.refuses(101, &format!("{rewrap} --header whole.hippo"));
    let told = place
        .run(&format!(
            "{rewrap} --json --header one.header --header two.header whole.hippo"
        ))
        .ok()
        .json();
    assert_eq!(told["rewrapped"], 3);
    assert!(place.read("one.payload") == good);
    place
        .run("open --key dentist.key --from ward.pub --header one.header -o out one.payload")
        .ok();
    place.refuses(
        204,
        "open --key icu.key --header one.header -o no one.payload",
    );
    place.misused(rewrap);
}

/// A batch shows what it is.
#[test]
fn batches_are_looked_at_too() {
    let place = place();
    place
        .run("batch seal --authority hospital.pub --policy role=cardiologist --record b -o b.hippo big obs.json")
        .ok();
    let value = place.run("inspect --json b.hippo").ok().json();
    assert_eq!(value["kind"], "batch");
    assert_eq!(value["members"], 2);
    assert_eq!(value["content_bytes"], 5010);
    let page = place.run("inspect b.hippo").ok();
    assert!(
        page.text().contains("2 records, 5,010 bytes of content"),
        "{}",
        page.text()
    );
    place.run("doctor --key icu.key b.hippo").ok();
    let good = place.read("b.hippo");
    place.write("cut", &good[..good.len() - 1]);
    assert_eq!(place.run("doctor --key icu.key cut").refused(), 300);
    let value = place.run("inspect --json cut").ok().json();
    assert!(value["members"].is_null() && value["content_bytes"].is_null());
    // Its header alone is no header of a payload.
    let header = value["header_bytes"].as_u64().unwrap() as usize;
    place.write("b.header", &good[..header]);
    place.refuses(
        105,
        "open --key icu.key --header b.header -o no one.payload",
    );
}
