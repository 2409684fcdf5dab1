//! Consents: compiled, explained, decided, signed, verified; and whatever is refused.

mod deciding;
mod signing;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::support::{PATIENT, Place, Ran};

const HOW: &str = "--reading pcf-1.1 --base https://example.org/fhir";
const ADA: &str = "https://example.org/fhir/Patient/ada";

/// What examples of IHE PCF read like.
const EXPLAINED: [(&str, &str); 4] = [
    (
        "Consent-ex-consent-advanced-normal-focused-psy.json",
        include_str!("explained/advanced-normal-focused-psy.txt"),
    ),
    (
        "Consent-ex-consent-basic-reject.json",
        include_str!("explained/basic-reject.txt"),
    ),
    (
        "Consent-ex-consent-intermediate-encounter.json",
        include_str!("explained/intermediate-encounter.txt"),
    ),
    (
        "Consent-ex-consent-intermediate-timeframe.json",
        include_str!("explained/intermediate-timeframe.txt"),
    ),
];

fn coding(system: &str, code: &str) -> Value {
    json!({"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code})
}

/// Treatment by one practitioner, nothing above N, for the year 2026.
fn consent() -> Value {
    json!({
        "resourceType": "Consent",
        "id": "c1",
        "status": "active",
        "scope": {"coding": [coding("consentscope", "patient-privacy")]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/ada"},
        "dateTime": "2026-01-01",
        "performer": [{"reference": "Patient/ada"}],
        "policy": [{"uri": "https://example.org/policy"}],
        "provision": {
            "type": "permit",
            "period": {"start": "2026-01-01", "end": "2026-12-31"},
            "actor": [{
                "role": {"coding": [coding("v3-ParticipationType", "IRCP")]},
                "reference": {"reference": "Practitioner/7"}
            }],
            "purpose": [coding("v3-ActReason", "TREAT")],
            "provision": [{"type": "deny", "securityLabel": [coding("v3-ActCode", "PSY")]}]
        }
    })
}

fn request() -> Value {
    json!({
        "patient": ADA,
        "time": "2026-11-25T12:00:00Z",
        "recipient": {"prac": ["https://example.org/fhir/Practitioner/7"]},
        "purposes": ["TREAT"],
        "record": {"type": "Observation", "labels": ["conf=N", "sens.none=hv1"]}
    })
}

fn put(place: &Place, name: &str, value: &Value) {
    place.write(name, value.to_string().as_bytes());
}

fn change(mut value: Value, pointer: &str, to: Value) -> Value {
    *value.pointer_mut(pointer).unwrap() = to;
    value
}

/// A consent that can be read, a request, and Terms of it.
fn desk() -> Place {
    let place = Place::new();
    put(&place, "consent.json", &consent());
    put(&place, "request.json", &request());
    place
        .run(&format!(
            "consent compile {HOW} -q -o terms.hct consent.json"
        ))
        .ok();
    place
}

/// Exit code 1 with lines that each begin with a number; the numbers.
#[track_caller]
fn refusals(ran: &Ran) -> Vec<String> {
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(!ran.err.contains(PATIENT), "{}", ran.err);
    let lines: Vec<String> = ran.err.lines().map(str::to_owned).collect();
    for line in &lines {
        assert!(line.starts_with("error 6"), "{line}");
    }
    lines
}

#[test]
fn a_consent_compiles_to_terms_that_are_shown() {
    let place = desk();
    let ran = place
        .run(&format!("consent compile {HOW} --zone +01:00 consent.json"))
        .ok();
    let text = ran.text();
    for line in [
        "reading     pcf-1.1, purposes any-of",
        "subject     https://example.org/fhir/Patient/ada",
        "given by    https://example.org/fhir/Patient/ada",
        "valid       from 2025-12-31T23:00:00Z until before 2026-12-31T23:00:00Z",
        "rule 1      permit",
        "purpose         TREAT",
        "rule 2      forbid",
        "sensitivity     PSY",
        "obligations -",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(
        ran.err
            .contains("without effect on any decision: Consent.id"),
        "{}",
        ran.err
    );
    let quiet = place
        .run(&format!("consent compile {HOW} --quiet consent.json"))
        .ok();
    assert!(quiet.out.is_empty() && quiet.err.is_empty());
}

#[test]
fn compiled_terms_as_json_name_every_part() {
    let place = desk();
    let ran = place
        .run(&format!(
            "consent compile {HOW} --purpose-mode all-of --json consent.json"
        ))
        .ok();
    let json = ran.json();
    let terms = &json["terms"];
    assert_eq!(terms["reading"], "pcf-1.1");
    assert_eq!(terms["purpose_mode"], "all-of");
    assert_eq!(terms["subject"], ADA);
    assert_eq!(terms["valid"]["from"]["time"], "2026-01-01T00:00:00Z");
    assert_eq!(terms["valid"]["until"]["seconds"], 1_798_761_600_i64);
    assert_eq!(terms["rules"][1]["criteria"], {
        let mut criteria = terms["rules"][0]["criteria"].clone();
        criteria["sensitivity"] = json!(["PSY"]);
        criteria
    });
    assert_eq!(json["noted"][0], "Consent.id");
    assert!(json["warnings"].is_array());
    for name in ["digest", "salt", "vocabulary", "source"] {
        assert_eq!(terms[name].as_str().unwrap().len(), 64, "{name}");
    }
    let again = place
        .run(&format!("consent compile {HOW} --json consent.json"))
        .ok()
        .json();
    assert_ne!(again["terms"]["salt"], terms["salt"], "the salt is random");
    assert_eq!(again["terms"]["source"], terms["source"]);
}

#[test]
fn terms_are_written_whole_private_and_once() {
    let place = desk();
    #[cfg(unix)]
    assert_eq!(place.mode("terms.hct"), 0o600);
    place.refuses(
        502,
        &format!("consent compile {HOW} -o terms.hct consent.json"),
    );
    let before = place.read("terms.hct");
    place
        .run(&format!(
            "consent compile {HOW} --force -o terms.hct consent.json"
        ))
        .ok();
    assert_ne!(place.read("terms.hct"), before);
    let piped = place
        .run(&format!("consent compile {HOW} -o - consent.json"))
        .ok();
    assert!(piped.out.starts_with(b"HIPPO"), "{:?}", piped.out);
    let input = consent().to_string();
    let ran = place.pipe(&format!("consent compile {HOW} -"), input.as_bytes());
    assert!(ran.ok().text().starts_with("digest"));
    place.refuses(
        1,
        &format!("consent compile {HOW} --json -o - consent.json"),
    );
}

#[test]
fn the_residual_is_one_array_of_rules_about_data() {
    let place = desk();
    let ran = place
        .run(&format!("consent compile {HOW} --residual consent.json"))
        .ok();
    assert_eq!(
        ran.json(),
        json!([{"type": "forbid", "securityLabel": [coding("v3-ActCode", "PSY")]}])
    );
}

#[test]
fn refused_consents_name_every_reason_with_its_place() {
    let place = desk();
    let twice = change(consent(), "/provision/provision/0/type", json!("permit"));
    put(&place, "bad.json", &twice);
    let ran =
        place.run("consent compile --reading r4-typed --base https://example.org/fhir bad.json");
    let lines = refusals(&ran);
    assert!(
        lines[0].starts_with("error 607 E07: Consent.provision.provision[0].type: "),
        "{lines:?}"
    );

    let mut worse = change(consent(), "/status", json!("draft"));
    worse["surprise"] = json!(1);
    worse["provision"]["purpose"][0]["code"] = json!("TRAET");
    put(&place, "bad.json", &worse);
    for command in [
        format!("consent compile {HOW} bad.json"),
        format!("consent explain {HOW} bad.json"),
        format!("consent decide {HOW} --request request.json bad.json"),
    ] {
        let ran = place.run(&command);
        assert!(ran.out.is_empty());
        let lines = refusals(&ran);
        let starts = [
            "error 601 E01: Consent.surprise: ",
            "error 602 E02: Consent.status: ",
            "error 610 E10: Consent.provision.purpose[0]",
        ];
        assert_eq!(lines.len(), starts.len(), "{lines:?}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{line}");
        }
        let json = place.run(&format!("{command} --json"));
        assert_eq!(refusals(&json), lines);
        let json = json.json();
        assert_eq!(json["error"], 601);
        assert_eq!(json["refusals"][1]["code"], "E02");
        assert_eq!(json["refusals"][1]["number"], 602);
        assert_eq!(json["refusals"][1]["path"], "Consent.status");
        assert_eq!(json["omitted"], 0);
    }
    assert!(!place.names().contains(&"x.hct".to_owned()));
    let ran = place.run(&format!("consent compile {HOW} -o x.hct bad.json"));
    refusals(&ran);
    assert!(!place.names().contains(&"x.hct".to_owned()));
}

#[test]
fn how_a_consent_is_read_must_be_said() {
    let place = desk();
    for command in ["compile", "explain", "decide --request request.json"] {
        let error = place.refuses(7, &format!("consent {command} consent.json"));
        assert!(error.contains("--reading"), "{error}");
        for reading in ["native", "pcf", "R4-typed", "''"] {
            place.refuses(
                1,
                &format!("consent {command} --reading {reading} consent.json"),
            );
        }
    }
    for wrong in [
        "--base example.org",
        "--base ''",
        "--zone 1",
        "--zone +15:00",
        "--purpose-mode some",
        "--vocabulary consent.json",
    ] {
        let line = format!("consent compile --reading pcf-1.1 {wrong} consent.json");
        assert!(
            [1, 106, 112, 120].contains(&place.refuses_any(&line)),
            "{wrong}"
        );
    }
    // What has been read before is not read again otherwise.
    for command in ["explain", "decide --request request.json"] {
        place.refuses(1, &format!("consent {command} --reading pcf-1.1 terms.hct"));
    }
    for line in [
        "consent",
        "consent compile",
        "consent compile --zone +01:00 consent.json",
        "consent compile --context . consent.json",
        "consent compile --reading pcf-1.1 --residual --json consent.json",
        "consent compile --reading pcf-1.1 --residual -o x consent.json",
        "consent compile --reading pcf-1.1 consent.json more.json",
        "consent explain",
        "consent decide consent.json",
        "consent decide --request request.json",
        "consent sign -o x terms.hct",
        "consent sign --patient-key a --carer-key b --patient c -o x terms.hct",
        "consent sign --carer-key b -o x terms.hct",
        "consent sign --patient-key a terms.hct",
        "consent verify signed.hc",
        "consent verify --patient a --force signed.hc",
    ] {
        place.misused(line);
    }
}

#[test]
fn the_words_are_for_whoever_reads_them() {
    let place = desk();
    let text = |line: &str| place.run(line).ok().text().to_owned();
    let patient = text(&format!("consent explain {HOW} --zone -05:00 consent.json"));
    for words in [
        "What this consent says about your records",
        "It is valid from 1 January 2026 until and including 31 December 2026 (UTC-05:00).",
        "Who asks is the practitioner https://example.org/fhir/Practitioner/7.",
        "Every purpose of the request is treatment (TREAT), or belongs to it.",
        "There is an exception. Your records stay closed if all of this is true:",
        "A record that nobody has labelled stays closed under this rule.",
        "What was already opened stays with whoever opened it.",
        "(reading pcf-1.1)",
    ] {
        assert!(patient.contains(words), "{words}: {patient}");
    }
    let carer = text("consent explain --for carer terms.hct");
    assert!(
        carer.contains("The person you care for gave this consent."),
        "{carer}"
    );
    assert_eq!(
        text("consent explain --for patient terms.hct"),
        text("consent explain terms.hct")
    );
    place.refuses(1, "consent explain --for nurse terms.hct");

    let json = place.run("consent explain --json terms.hct").ok().json();
    assert_eq!(json["audience"], "patient");
    assert_eq!(json["language"], "en");
    let names: Vec<&str> = json["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["consent", "enforced", "limits", "reading", "words"]);
    let rule = &json["sections"][1]["lines"][3];
    assert_eq!(
        (&rule["rule"], &rule["effect"]),
        (&json!(2), &json!("forbid"))
    );
}

#[test]
fn another_language_is_a_table() {
    let place = desk();
    let english = include_str!("../../src/consent/explain/english.txt");
    let german = english
        .replace("phrases 1 en", "phrases 1 de")
        .replace("{day} {month} {year}", "{day}. {month} {year}")
        .replace("month.1 January", "month.1 Januar")
        .replace("You gave this consent.", "Sie haben eingewilligt.");
    place.write("de.txt", german.as_bytes());
    let ran = place.run("consent explain --phrases de.txt terms.hct").ok();
    assert!(
        ran.text().contains("Sie haben eingewilligt."),
        "{}",
        ran.text()
    );
    assert!(ran.text().contains("from 1. Januar 2026"), "{}", ran.text());
    let json = place
        .run("consent explain --json --phrases de.txt terms.hct")
        .ok();
    assert_eq!(json.json()["language"], "de");
    place.write("de.txt", german.replace("zone.utc UTC\n", "").as_bytes());
    place.refuses(626, "consent explain --phrases de.txt terms.hct");
    place.write("de.txt", b"\xff");
    place.refuses(112, "consent explain --phrases de.txt terms.hct");
}

#[test]
fn the_context_is_the_files_of_a_directory_and_a_bad_one_is_named_by_its_place() {
    let place = desk();
    let group = change(
        consent(),
        "/provision/actor/0/reference/reference",
        json!("Group/ward"),
    );
    put(&place, "group.json", &group);
    let compile = format!("consent compile {HOW} --json group.json");
    let lines = refusals(&place.run(&compile));
    assert!(
        lines[0].starts_with("error 612 E12: Consent.provision.actor[0]"),
        "{lines:?}"
    );

    let directory = place.path("context");
    fs::create_dir(&directory).unwrap();
    fs::create_dir(directory.join("folder.json")).unwrap();
    fs::write(directory.join("notes.txt"), "not JSON").unwrap();
    let members = json!({
        "resourceType": "Group", "id": "ward", "type": "practitioner", "actual": true,
        "member": [{"entity": {"reference": "Practitioner/7"}}, {"entity": {"reference": "Practitioner/8"}}]
    });
    fs::write(directory.join("b.json"), members.to_string()).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(place.path("consent.json"), directory.join("a.json")).unwrap();
    let compile = format!("{compile} --context context");
    let json = place.run(&compile).ok().json();
    assert_eq!(
        json["terms"]["rules"][0]["criteria"]["recipient"],
        json!([
            ["prac=https://example.org/fhir/Practitioner/7"],
            ["prac=https://example.org/fhir/Practitioner/8"]
        ])
    );

    fs::write(directory.join(format!("c-{PATIENT}.json")), "{").unwrap();
    let ran = place.run(&compile);
    assert_eq!(ran.refused(), 119, "{}", ran.err);
    assert!(ran.err.contains("--context, file 2 by name"), "{}", ran.err);
    fs::write(directory.join(format!("c-{PATIENT}.json")), "[]").unwrap();
    assert_eq!(place.run(&compile).refused(), 1);
    fs::write(
        directory.join(format!("c-{PATIENT}.json")),
        vec![b' '; 5 << 20],
    )
    .unwrap();
    assert_eq!(place.run(&compile).refused(), 2);
    fs::remove_file(directory.join(format!("c-{PATIENT}.json"))).unwrap();
    for number in 0..1024 {
        let one = json!({"resourceType": "Patient", "id": number.to_string()});
        fs::write(directory.join(format!("p{number}.json")), one.to_string()).unwrap();
    }
    let ran = place.run(&compile);
    assert_eq!(ran.refused(), 2);
    assert!(ran.err.contains("1024 files"), "{}", ran.err);
    place.refuses(
        501,
        &format!("consent compile {HOW} --context none group.json"),
    );
}

/// The examples of IHE PCF, where they are at hand: the residuals that the guide prints come out,
/// and every one can be said in words.
#[test]
fn the_examples_of_ihe_pcf() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/consents/ihe-pcf-r4");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: no ../shared");
        return;
    };
    let place = Place::new();
    let residuals: Value =
        serde_json::from_slice(&fs::read(folder.join("residuals.json")).unwrap()).unwrap();
    let how = format!(
        "--reading pcf-1.1 --base http://example.org/fhir --context '{}'",
        folder.join("context").display()
    );
    let mut compared = 0;
    let mut words = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("Consent-") {
            continue;
        }
        let file = format!("'{}'", path.display());
        let ran = place.run(&format!("consent compile {how} --residual {file}"));
        if ran.code != Some(0) {
            refusals(&ran);
            continue;
        }
        if let Some(residual) = residuals.get(&name) {
            assert_eq!(ran.json(), *residual, "{name}");
            compared += 1;
        }
        let text = place.run(&format!("consent explain {how} {file}")).ok();
        let text = text.text();
        assert!(
            text.contains("(reading pcf-1.1)") && !text.contains('{'),
            "{text}"
        );
        if let Some((_, expected)) = EXPLAINED.iter().find(|(own, _)| *own == name) {
            assert_eq!(text, *expected, "{name}");
            words += 1;
        }
    }
    assert!(compared > 0);
    assert_eq!(words, EXPLAINED.len());
}
