//! 20 trials of each damage through the tool: exit code 1, one line, nothing left behind.

use super::DAMAGES;
use super::support::{Dice, Place};

const TRIALS: usize = 20;

/// Runs a command line on a damaged copy, `bad`, of a file.
pub fn trials(place: &Place, seed: u64, file: &str, line: &str) {
    let good = place.read(file);
    place.write_private("bad", &good);
    place.run(line).ok();
    for output in ["out", "out.key", "out.pub"] {
        let _ = std::fs::remove_file(place.path(output));
        let _ = std::fs::remove_dir_all(place.path(output));
    }
    for (number, (name, damage)) in (0..).zip(DAMAGES) {
        let mut dice = Dice::new(seed * 100 + number);
        for _ in 0..TRIALS {
            place.write_private("bad", &damage(&good, &mut dice));
            let number = place.refuses_any(line);
            assert!(number >= 100, "{name}: error {number}");
        }
    }
}

fn place() -> Place {
    let place = Place::hospital();
    let seal = "seal --authority hospital.pub --policy 'role=cardiologist and dept=icu' --record r";
    place.write("big", &Dice::new(8).bytes(5000));
    place
        .run(&format!(
            "{seal} --sign ward.key --chunk-size 1024 -o r.hippo big"
        ))
        .ok();
    place
}

#[test]
fn keys() {
    let place = place();
    trials(&place, 20, "icu.key", "open --key bad -o out r.hippo");
    let issue = "authority issue --key bad --attr a=b --until 2060-01-01 -o out";
    trials(&place, 21, "hospital.key", issue);
}

#[test]
fn public_keys() {
    let place = place();
    let seal = "seal --authority bad --policy a=b --record r -o out obs.json";
    trials(&place, 22, "hospital.pub", seal);
    trials(
        &place,
        23,
        "ward.pub",
        "open --key icu.key --from bad -o out r.hippo",
    );
}

#[test]
fn records() {
    let place = place();
    trials(&place, 24, "r.hippo", "open --key icu.key -o out bad");
}

#[test]
fn batches() {
    let place = place();
    let seal = "batch seal --authority hospital.pub --policy role=cardiologist --record b";
    place
        .run(&format!("{seal} --sign ward.key -o b.hippo big obs.json"))
        .ok();
    trials(&place, 25, "b.hippo", "batch open --key icu.key -o out bad");
}

/// What comes out of a damaged session are whole segments of it, in their order, and that it is not
/// all there is told.
#[test]
fn sessions() {
    let place = place();
    let seal = "seal --authority hospital.pub --policy role=cardiologist --record s --session";
    place
        .run(&format!(
            "{seal} --segment-bytes 1000 --sign ward.key -o s.hippo big"
        ))
        .ok();
    let (good, content) = (place.read("s.hippo"), place.read("big"));
    for (number, (name, damage)) in (0..).zip(DAMAGES) {
        let mut dice = Dice::new(2900 + number);
        for _ in 0..TRIALS {
            place.write("bad", &damage(&good, &mut dice));
            let ran = place.run("open --key icu.key --quiet -o out bad");
            let error = ran.refused();
            assert!(error >= 100, "{name}: error {error}");
            assert_eq!(place.path("out").exists(), matches!(error, 336 | 337));
            let ran = place.run("open --key icu.key --force --incomplete --json -o out bad");
            if ran.code == Some(0) {
                let mut rest = content.chunks(1000);
                let out = place.read("out");
                let whole = out.chunks(1000).all(|it| rest.any(|segment| segment == it));
                assert!(whole, "{name}: something else came out");
                let session = &ran.json()["session"];
                let all = session["status"] == "ended" && session["missing"][0].is_null();
                assert!(!all, "{name}: nothing is told");
                std::fs::remove_file(place.path("out")).unwrap();
            }
            for look in ["inspect", "doctor --key icu.key"] {
                assert!(matches!(
                    place.run(&format!("{look} bad")).code,
                    Some(0 | 1)
                ));
            }
        }
    }
}

#[test]
fn headers_apart() {
    let place = place();
    let seal = "seal --authority hospital.pub --policy role=cardiologist --record r";
    place
        .run(&format!(
            "{seal} --sign ward.key --detached header -o payload big"
        ))
        .ok();
    let open = "open --key icu.key -o out --header";
    trials(&place, 26, "header", &format!("{open} bad payload"));
    trials(&place, 27, "payload", &format!("{open} header bad"));
}

#[test]
fn parts() {
    let place = place();
    place
        .run("authority split --key hospital.key --threshold 2 --parts 2 -o parts")
        .ok();
    let recover = "authority recover --part bad --part parts/part-2.key -o out.key";
    trials(&place, 28, "parts/part-1.key", recover);
}

#[test]
fn profiles() {
    let place = place();
    place.write(
        "profile.json",
        br#"{"require": ["policy:hospital.pub"], "sender": true}"#,
    );
    let good = place.read("profile.json");
    place
        .run("open --key icu.key --profile profile.json -o - r.hippo")
        .ok();
    for (number, (name, damage)) in (0..).zip(DAMAGES) {
        let mut dice = Dice::new(2900 + number);
        for _ in 0..TRIALS {
            place.write("bad", &damage(&good, &mut dice));
            let ran = place.run("open --key icu.key --profile bad -o - r.hippo");
            // One blank for another, or a blank at the end, makes no other profile.
            if ran.code != Some(0) {
                assert!(ran.refused() > 0, "{name}");
                assert!(ran.out.is_empty(), "{name}");
            }
        }
    }
}
