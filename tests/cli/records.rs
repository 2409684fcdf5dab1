//! Sealing and opening.

use super::support::{Dice, Place};

const SEAL: &str = "seal --authority hospital.pub --policy 'role=cardiologist and dept=icu'";

/// The issue's own words, in order.
#[test]
fn the_first_record() {
    let place = Place::new();
    place.write("FILE", b"{\"resourceType\":\"Observation\"}");
    place.run("authority new -o hospital.key").ok();
    place
        .run("authority issue --key hospital.key --attr role=cardiologist --attr dept=icu --until 2060-12-31 -o icu.key")
        .ok();
    place.run("signer new -o ward.key").ok();
    place
        .run(&format!(
            "{SEAL} --label type=Observation --record obs-1 --sign ward.key -o obs.hippo FILE"
        ))
        .ok();
    place
        .run("open --key icu.key --from ward.pub -o OUT obs.hippo")
        .ok();
    place.run("inspect obs.hippo").ok();
    place.run("inspect --json obs.hippo").ok();
    assert_eq!(place.read("OUT"), place.read("FILE"));
    let names = [
        "FILE",
        "OUT",
        "hospital.key",
        "hospital.pub",
        "icu.key",
        "obs.hippo",
        "ward.key",
        "ward.pub",
    ];
    assert_eq!(place.names(), names);
}

#[test]
fn keys_that_do_not_fit_open_nothing() {
    let place = Place::hospital();
    place.run("authority new -o other.key").ok();
    place.run("authority issue --key other.key --attr role=cardiologist --attr dept=icu --until 2060-12-31 -o stranger.key").ok();
    place
        .run(&format!("{SEAL} --record obs-1 -o obs.hippo obs.json"))
        .ok();
    place.refuses(204, "open --key dentist.key -o OUT obs.hippo");
    place.refuses(303, "open --key stranger.key -o OUT obs.hippo");
    // With several keys, the refusal that says more; and one that fits is enough.
    place.refuses(
        204,
        "open --key stranger.key --key dentist.key -o OUT obs.hippo",
    );
    place
        .run("open --key stranger.key --key dentist.key --key icu.key -o OUT obs.hippo")
        .ok();
}

/// The two can open nothing together that neither opens alone.
#[test]
fn keys_are_not_combined() {
    let place = Place::hospital();
    for (attribute, file) in [("role=cardiologist", "one"), ("dept=icu", "two")] {
        place.run(&format!("authority issue --key hospital.key --attr {attribute} --until 2060-12-31 -o {file}.key")).ok();
    }
    place
        .run(&format!("{SEAL} --record obs-1 -o obs.hippo obs.json"))
        .ok();
    place.refuses(204, "open --key one.key --key two.key -o OUT obs.hippo");
}

#[test]
fn ended_keys_open_what_was_sealed_before() {
    let place = Place::hospital();
    let issue = "authority issue --key hospital.key --attr role=cardiologist --attr dept=icu";
    let ran = place
        .run(&format!("{issue} --until 2020-06-30 -o old.key"))
        .ok();
    assert!(ran.err.contains("that day has passed"), "{}", ran.err);
    assert!(ran.err.contains("30 June 2020"), "{}", ran.err);

    let seal = |how: &str, name: &str| {
        place
            .run(&format!("{SEAL} --record r {how} -o {name}.hippo obs.json"))
            .ok()
    };
    seal("", "today");
    // What is said of the record's age opens it for nobody: the clause is of the day of sealing.
    seal("--created 1593561599", "backdated"); // 2020-06-30T23:59:59Z
    seal("--created 0", "undated");
    seal("--expiry-day 2020-06-30", "day");
    seal("--expiry-day 2020-07-01", "day-late");
    let ran = seal("--no-expiry", "always");
    assert!(ran.err.contains("--no-expiry"), "{}", ran.err);

    for closed in ["today", "backdated", "undated", "day-late"] {
        place.refuses(204, &format!("open --key old.key -o OUT {closed}.hippo"));
        place
            .run(&format!("open --key icu.key -o - {closed}.hippo"))
            .ok();
    }
    for open in ["day", "always"] {
        place
            .run(&format!("open --key old.key -o - {open}.hippo"))
            .ok();
    }
}

#[test]
fn the_day_of_issue_is_an_attribute_when_asked_for() {
    let place = Place::hospital();
    let issue = "authority issue --key hospital.key --attr role=x --until 2060-12-31";
    place.run(&format!("{issue} --issued -o with.key")).ok();
    place.run(&format!("{issue} -o without.key")).ok();
    let check = |key: &str| {
        place.run(&format!(
            "policy check 'issued>=2020-01-01' --key {key}.key"
        ))
    };
    check("with").ok();
    assert_eq!(check("without").refused(), 204);
}

#[test]
fn contents_of_every_length_come_back() {
    let place = Place::hospital();
    let mut dice = Dice::new(1);
    for suite in ["1", "2", "chacha20-poly1305", "aes-256-gcm"] {
        for (length, chunk) in [
            (0, 65_536),
            (1, 65_536),
            (65_536, 65_536),
            (65_537, 65_536),
            (1024, 1024),
            (1025, 1024),
            (2048, 1024),
            (3 << 20, 1 << 20),
            (3 << 20, 65_536),
        ] {
            let content = dice.bytes(length);
            place.write("in", &content);
            for sign in ["", "--sign ward.key"] {
                let options = format!("--suite {suite} --chunk-size {chunk} {sign} --force");
                place
                    .run(&format!("{SEAL} --record r {options} -o r.hippo in"))
                    .ok();
                place.run("open --key icu.key --force -o out r.hippo").ok();
                assert!(
                    place.read("out") == content,
                    "{length} in {chunk}, suite {suite}"
                );
                let value = place.run("inspect --json r.hippo").ok().json();
                assert_eq!(value["content_bytes"], length, "{length} in {chunk}");
                let number = if matches!(suite, "1" | "chacha20-poly1305") {
                    1
                } else {
                    2
                };
                assert_eq!(value["suite"]["id"], number);
                assert_eq!(value["chunk_size"], chunk);
            }
        }
    }
}

#[test]
fn pipes_on_both_sides() {
    let place = Place::hospital();
    let content = Dice::new(2).bytes(300_000);
    let sealed = place
        .pipe(
            &format!("{SEAL} --record r --sign ward.key -o - -"),
            &content,
        )
        .ok()
        .out;
    let opened = place
        .pipe("open --key icu.key --from ward.pub -o - -", &sealed)
        .ok();
    assert!(opened.out == content);
    assert!(
        opened.err.contains("signed by \"ward 3\""),
        "{}",
        opened.err
    );
    let value = place.pipe("inspect --json -", &sealed).ok().json();
    assert_eq!(value["content_bytes"], 300_000);
    place.pipe("doctor --key icu.key -", &sealed).ok();
}

/// What `-o -` warns of: a beginning goes out, and the exit code says that it is only that.
#[test]
fn a_pipe_gets_verified_chunks_only_and_then_the_truth() {
    let place = Place::hospital();
    let content = Dice::new(3).bytes(300_000);
    let mut sealed = place
        .pipe(&format!("{SEAL} --record r -o - -"), &content)
        .ok()
        .out;
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    let ran = place.pipe("open --key icu.key -o - -", &sealed);
    assert_eq!(ran.refused(), 300);
    assert!(ran.out.len() < content.len() && content.starts_with(&ran.out));
}

#[test]
fn ranges() {
    let place = Place::hospital();
    let content = Dice::new(4).bytes(10_000);
    place.write("in", &content);
    place
        .run(&format!(
            "{SEAL} --record r --chunk-size 1024 --sign ward.key -o r.hippo in"
        ))
        .ok();
    let open = "open --key icu.key -o -";
    for (from, to) in [
        (0, 0),
        (0, 1),
        (1023, 1025),
        (0, 10_000),
        (9_999, 10_000),
        (10_000, 10_000),
    ] {
        let ran = place
            .run(&format!("{open} --range {from}..{to} r.hippo"))
            .ok();
        assert!(ran.out == content[from..to], "{from}..{to}");
        // Part of a record never shows who signed the whole.
        assert!(ran.err.contains("header signed by"), "{}", ran.err);
    }
    for range in [
        "0..10001",
        "10001..10001",
        "5..4",
        "5",
        "a..b",
        "..5",
        "5..",
        "+1..5",
    ] {
        place.refuses(
            1,
            &format!("open --key icu.key -o OUT --range {range} r.hippo"),
        );
    }
    place.refuses(
        2,
        "open --key icu.key -o OUT --range 0..18446744073709551616 r.hippo",
    );
    place.refuses_input(
        1,
        "open --key icu.key -o OUT --range 0..1 -",
        &place.read("r.hippo"),
    );
    place.misused("open --key icu.key --from ward.pub --range 0..1 -o OUT r.hippo");
}

#[test]
fn metadata_clear_and_encrypted() {
    let place = Place::hospital();
    place.write("secret-meta", b"from the ICU");
    place
        .run(&format!(
            "{SEAL} --record r --meta shown --sealed-meta @secret-meta -o r.hippo obs.json"
        ))
        .ok();
    let value = place.run("inspect --json r.hippo").ok().json();
    assert_eq!(value["clear_metadata"]["text"], "shown");
    assert_eq!(value["clear_metadata"]["bytes"], 5);
    assert_eq!(value["encrypted_metadata_bytes"], 12);
    assert!(!place.read("r.hippo").windows(8).any(|at| at == b"from the"));

    place
        .run("open --key icu.key --meta-output meta -o OUT r.hippo")
        .ok();
    assert_eq!(place.read("meta"), b"from the ICU");
    // Both outputs or none.
    std::fs::remove_file(place.path("OUT")).unwrap();
    place.refuses(502, "open --key icu.key --meta-output meta -o OUT r.hippo");
    place.refuses(1, "open --key icu.key --meta-output OUT -o OUT r.hippo");
    place
        .run(&format!("{SEAL} --record r -o bare.hippo obs.json"))
        .ok();
    place.refuses(7, "open --key icu.key --meta-output m -o OUT bare.hippo");

    place.write("long", &[b'x'; 16_385]);
    place.refuses(
        2,
        &format!("{SEAL} --record r --meta @long -o x.hippo obs.json"),
    );
    place.refuses(
        2,
        &format!("{SEAL} --record r --sealed-meta @long -o x.hippo obs.json"),
    );
    place.refuses(
        501,
        &format!("{SEAL} --record r --meta @nowhere -o x.hippo obs.json"),
    );
}

/// What the sealer is told stays readable is what a stranger reads.
#[test]
fn sealing_names_what_stays_readable() {
    let place = Place::hospital();
    let options = "--label type=Observation --label ymd=2026-11-22 --record obs-7 --sign ward.key --created 1790000000 --expiry-day 2026-09-21";
    let told = place
        .run(&format!("{SEAL} {options} -o r.hippo obs.json"))
        .ok()
        .err;
    let seen = place.run("inspect r.hippo").ok();
    for shown in [
        "obs-7",
        "type=Observation, y=2026, ym=2026-11, ymd=2026-11-22",
        "role=cardiologist and dept=icu and expires:date>=2026-09-21",
        "2026-09-21T14:13:20Z",
    ] {
        assert!(told.contains(shown), "{shown} in {told}");
        assert!(seen.text().contains(shown), "{shown} in {}", seen.text());
    }
    assert!(told.contains("no schema"), "{told}");
    let quiet = place
        .run(&format!("{SEAL} {options} --quiet -o q.hippo obs.json"))
        .ok();
    assert!(quiet.err.is_empty() && quiet.out.is_empty());
    let json = place
        .run(&format!("{SEAL} {options} --json -o j.hippo obs.json"))
        .ok();
    assert_eq!(json.json()["content_bytes"], 10);
    assert_eq!(json.json()["sealed_bytes"], place.read("j.hippo").len());
    assert!(json.err.is_empty());
}

/// The six lines of the README, as a newcomer types them.
#[test]
fn the_lines_of_the_readme() {
    let readme = include_str!("../../README.md");
    let (_, lines) = readme.split_once("## Six lines\n```console\n").unwrap();
    let (lines, _) = lines.split_once("```").unwrap();
    let place = Place::new();
    place.write("ecg.json", b"{\"resourceType\":\"Observation\"}");
    let lines: Vec<&str> = lines
        .lines()
        .map(|line| {
            line.strip_prefix("$ ")
                .unwrap()
                .split(" #")
                .next()
                .unwrap()
                .trim()
        })
        .collect();
    assert_eq!(lines.len(), 6);
    // So that it holds whatever day this runs on.
    let run = |line: &str| {
        let line = line.replace("2027-12-31", "2060-12-31");
        place.run(line.strip_prefix("hippocrypt ").unwrap())
    };
    let (install, first) = lines[0].split_once(" && ").unwrap();
    assert_eq!(install, "cargo install --path . --features cli");
    run(first).ok();
    lines[1..5].iter().for_each(|line| {
        run(line).ok();
    });
    assert_eq!(place.read("again.json"), place.read("ecg.json"));
    assert_eq!(run(lines[5]).refused(), 204);
}
