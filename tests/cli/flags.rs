//! Exit codes: 2 for flags that are misused, 1 for everything else that goes wrong.

use super::support::{PATIENT, Place};

const SEAL: &str = "seal --authority hospital.pub --policy role=cardiologist --record r";
const ISSUE: &str = "authority issue --key hospital.key --attr a=b --until 2060-01-01";

#[test]
fn misused_flags() {
    let place = Place::hospital();
    for line in [
        "",
        "bless",
        "authority",
        "authority new",
        "authority new -o x.key y",
        "authority new -o x.key --colour",
        "authority new -o x.key -o y.key",
        "authority new -o x.key --passphrase --passphrase-file p",
        "authority new -o x.key --quiet --json",
        "authority issue --key hospital.key --until 2060-01-01 -o x",
        "authority issue --key hospital.key --attr a=b -o x",
        "authority issue --attr a=b --until 2060-01-01 -o x",
        ISSUE,
        &format!("{ISSUE} -o x --new-passphrase --new-passphrase-file p"),
        &format!("{SEAL} -o x"),
        &format!("{SEAL} obs.json"),
        &format!("{SEAL} -o x obs.json more"),
        &format!("{SEAL} -o x --no-expiry --expiry-day 2026-01-01 obs.json"),
        &format!("{SEAL} -o x --sign-access obs.json"),
        &format!("{SEAL} -o x --label"),
        "seal --authority hospital.pub --policy a=b -o x obs.json",
        "seal --authority hospital.pub --record r -o x obs.json",
        "seal --policy a=b --record r -o x obs.json",
        "open -o x r.hippo",
        "open --key icu.key r.hippo",
        "open --key icu.key -o x",
        "inspect",
        "inspect a b",
        "fingerprint",
        "fingerprint --qr --json hospital.pub",
        "policy check",
        "doctor obs.hippo",
    ] {
        place.misused(line);
    }
}

#[test]
fn values_that_do_not_parse() {
    let place = Place::hospital();
    place.run(&format!("{SEAL} -o r.hippo obs.json")).ok();
    let p = PATIENT;
    for (number, line) in [
        // Dates.
        (
            401,
            "authority issue --key hospital.key --attr a=b --until 2026-02-30 -o x".to_owned(),
        ),
        (
            401,
            "authority issue --key hospital.key --attr a=b --until tomorrow -o x".to_owned(),
        ),
        (
            401,
            "authority issue --key hospital.key --attr a=b --until '' -o x".to_owned(),
        ),
        (
            401,
            "authority issue --key hospital.key --attr a=b --until -5 -o x".to_owned(),
        ),
        (
            401,
            "authority issue --key hospital.key --attr a=b --until 2080-01-01 -o x".to_owned(),
        ),
        (401, format!("{SEAL} --expiry-day 26-1-1 -o x obs.json")),
        // Numbers.
        (1, format!("{SEAL} --chunk-size 1023 -o x obs.json")),
        (1, format!("{SEAL} --chunk-size 1048577 -o x obs.json")),
        (1, format!("{SEAL} --chunk-size -1 -o x obs.json")),
        (1, format!("{SEAL} --chunk-size 64k -o x obs.json")),
        (2, format!("{SEAL} --chunk-size 4294967296 -o x obs.json")),
        (1, format!("{SEAL} --created now -o x obs.json")),
        (1, format!("{SEAL} --created -1 -o x obs.json")),
        (
            2,
            format!("{SEAL} --created 18446744073709551616 -o x obs.json"),
        ),
        (
            401,
            format!("{SEAL} --created 18446744073709551615 -o x obs.json"),
        ),
        // Suites.
        (1, format!("{SEAL} --suite 3 -o x obs.json")),
        (1, format!("{SEAL} --suite {p} -o x obs.json")),
        // Attributes.
        (4, format!("{ISSUE} --attr {p} -o x")),
        (4, format!("{ISSUE} --attr {p}= -o x")),
        (4, format!("{ISSUE} --attr level:u8=256 -o x")),
        (4, format!("{ISSUE} --attr level=1 --attr level=2 -o x")),
        (5, format!("{ISSUE} --attr a=b -o x")),
        (6, format!("{ISSUE} --attr expires=2060-01-01 -o x")),
        (6, format!("{ISSUE} --attr ym=2026-11 -o x")),
        // Labels.
        (3, format!("{SEAL} --label {p} -o x obs.json")),
        (3, format!("{SEAL} --label ymd=2026-02-30 -o x obs.json")),
        (
            5,
            format!("{SEAL} --label type=A --label type=A -o x obs.json"),
        ),
        (6, format!("{SEAL} --label expires=never -o x obs.json")),
        // Record ids and names.
        (
            1,
            "seal --authority hospital.pub --policy a=b --record '' -o x obs.json".to_owned(),
        ),
        (
            1,
            format!(
                "seal --authority hospital.pub --policy a=b --record {} -o x obs.json",
                "r".repeat(129)
            ),
        ),
        (
            112,
            format!("seal --authority hospital.pub --policy a=b --record '{p}\n' -o x obs.json"),
        ),
        (
            112,
            format!(
                "seal --authority hospital.pub --policy a=b --record '{p}e\u{301}' -o x obs.json"
            ),
        ),
        (1, "authority new --name '' -o x.key".to_owned()),
        (1, format!("authority new --name {} -o x.key", p.repeat(15))),
        (2, format!("signer new --name {} -o x.key", p.repeat(8))),
        (112, format!("signer new --name '{p}\u{7}' -o x.key")),
        // Policies.
        (
            200,
            format!("seal --authority hospital.pub --policy '{p}' --record r -o x obs.json"),
        ),
        (
            200,
            "seal --authority hospital.pub --policy '' --record r -o x obs.json".to_owned(),
        ),
        (200, format!("policy check '{p}=a and'")),
        (201, "policy check 'level:u8>=0'".to_owned()),
        (201, format!("policy check 'not {p}=a'")),
        // Standard output taken twice.
        (1, format!("{SEAL} --json -o - obs.json")),
        (1, "open --key icu.key --json -o - r.hippo".to_owned()),
        (1, format!("{ISSUE} --json -o -")),
        (
            1,
            "open --key icu.key --passphrase-file - -o x -".to_owned(),
        ),
        (1, format!("{SEAL} --passphrase-file - -o x -")),
    ] {
        place.refuses(number, &line);
    }
}

/// A policy's error says where, in bytes.
#[test]
fn errors_in_policies_have_a_position() {
    let place = Place::new();
    let message = place.refuses(200, "policy check 'role=nurse and and dept=icu'");
    assert!(message.contains("at byte 15"), "{message}");
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let mut command = place.command("policy check");
    let ran = command
        .arg(OsStr::from_bytes(b"role=\xff"))
        .output()
        .unwrap();
    assert_eq!(super::support::Ran::from(ran).refused(), 112);
}

#[test]
fn every_help_has_an_example() {
    let place = Place::new();
    for command in [
        "",
        "authority new",
        "authority issue",
        "authority split",
        "authority recover",
        "authority schema",
        "key show",
        "key restrict",
        "signer new",
        "seal",
        "open",
        "rewrap",
        "batch seal",
        "batch open",
        "batch list",
        "inspect",
        "fingerprint",
        "policy check",
        "doctor",
        "consent compile",
        "consent explain",
        "consent decide",
        "consent sign",
        "consent verify",
        "proof setup",
        "proof registry new",
        "proof registry place",
        "proof registry apply",
        "proof registry checkpoint",
        "proof key",
        "proof enroll",
        "proof consent",
        "proof revoke",
        "proof request",
        "proof subject",
        "proof prove",
        "proof verify",
        "proof receive",
        "proof report",
    ] {
        let ran = place.run(&format!("{command} --help")).ok();
        assert!(ran.err.is_empty());
        let text = ran.text();
        assert!(text.contains("Example"), "{text}");
        assert!(text.contains(&format!("hippocrypt {command}")), "{text}");
    }
    assert!(
        place
            .run("--version")
            .ok()
            .text()
            .starts_with("hippocrypt ")
    );
}

/// The example that newcomers copy works as it stands.
#[test]
fn the_example_in_the_help_runs() {
    let place = Place::new();
    place.write("obs.json", b"{}");
    let help = place.run("--help").ok();
    let text = help.text().replace("\\\n", " ");
    let lines: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  hippocrypt "))
        .collect();
    assert_eq!(lines.len(), 4, "{text}");
    for line in lines {
        // The end of 2027 comes.
        place.run(&line.replace("2027-12-31", "2060-12-31")).ok();
    }
    assert_eq!(place.read("copy.json"), b"{}");
}

#[test]
fn the_conditions_in_the_help_are_policies() {
    let place = Place::new();
    let help = place.run("policy check --help").ok();
    let text = help.text().replace('\n', " ");
    let (_, rest) = text.split_once("Conditions: ").unwrap();
    let (conditions, _) = rest.split_once(" (codes that begin so)").unwrap();
    let policy = conditions
        .replace("{icu, er}", "{icu;er}")
        .replace(", ", " and ")
        .replace("{icu;er}", "{icu, er}");
    let value = place
        .run(&format!("policy check --json '{policy}'"))
        .ok()
        .json();
    assert_eq!(value["leaves"], 9, "{policy}");
}
