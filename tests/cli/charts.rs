//! A FHIR bundle sealed under a consent as a folder of batches, and the folder opened again.

use std::fs;

use serde_json::{Value, json};

use super::support::{Place, Ran};

const BUNDLE: &str = r#"{"resourceType":"Bundle","type":"collection","entry":[
 {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"ada", "multipleBirthInteger": 10}},
 {"resource":{"resourceType":"Observation","id":"pulse","status":"final","subject":{"reference":"urn:uuid:1"},"effectiveDateTime":"2026-11-03","valueQuantity":{"value":72.50}}},
 {"resource":{"resourceType":"Observation","id":"mood","status":"final","subject":{"reference":"Patient/ada"},"effectiveDateTime":"2026-11-04"}},
 {"resource":{"resourceType":"Observation","id":"letter","status":"final","subject":{"reference":"Patient/ada"}}}
]}"#;

const LABELS: &str = r#"{"schema":"hippocrypt-labels/1","vocabulary":{"id":"hv1"},
 "assertions":[
  {"by":"Records","on":"2026-11-05","conf":"N","resources":["Patient/ada","Observation/pulse"]},
  {"by":"Records","on":"2026-11-05","conf":"R","resources":["Observation/mood"]}],
 "sensitivities":[
  {"by":"Dr. Feld","on":"2026-11-05","codes":["PSY"],"resources":["Observation/mood"]}]}"#;

const BASE: &str = "--base https://ehr.example/fhir";
const SEAL: &str = "seal --fhir bundle.json --labels labels.json --consent signed.hc \
                    --patient patient.pub --authority hospital.pub --sign ward.key \
                    --base https://ehr.example/fhir -o chart";

trait Fails {
    fn fails(self, code: u16);
}

impl Fails for Ran {
    #[track_caller]
    fn fails(self, code: u16) {
        assert_eq!(self.refused(), code, "{}", self.err);
    }
}

fn actor(id: &str) -> Value {
    json!({
        "role": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"
        }]},
        "reference": {"reference": format!("Practitioner/{id}")},
    })
}

/// Dentist and psychiatrist see what is normal, the psychiatrist what is psychiatric too.
fn consent() -> Value {
    json!({
        "resourceType": "Consent", "status": "active",
        "scope": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"
        }]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/ada"}, "dateTime": "2026-11-01",
        "performer": [{"reference": "Patient/ada"}],
        "policy": [{"uri": "http://example.org/policies/base"}],
        "provision": {
            "type": "permit",
            "actor": [actor("dentist"), actor("feld")],
            "purpose": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"
            }],
            "securityLabel": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"
            }],
            "provision": [{
                "type": "permit", "actor": [actor("feld")],
                "securityLabel": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"
                }],
            }],
        },
    })
}

/// Everybody and everything, the consent signed.
fn place() -> Place {
    let place = Place::hospital();
    place.run("patient new -o patient.key").ok();
    place.write("bundle.json", BUNDLE.as_bytes());
    place.write("labels.json", LABELS.as_bytes());
    place.write("consent.json", consent().to_string().as_bytes());
    for who in ["dentist", "feld"] {
        let person = format!("prac=\"https://ehr.example/fhir/Practitioner/{who}\"");
        place
            .run(&format!(
                "authority issue --key hospital.key --attr '{person}' --attr pou=TREAT \
                 --until 2060-12-31 --force -o {who}.key"
            ))
            .ok();
    }
    sign(&place, "patient.key", "consent.json", "signed.hc");
    place
}

fn sign(place: &Place, key: &str, consent: &str, output: &str) {
    place
        .run(&format!(
            "consent sign --patient-key {key} --reading pcf-1.1 {BASE} -o {output} {consent}"
        ))
        .ok();
}

/// The ids of the resources that a key opens.
fn opened(place: &Place, key: &str) -> Vec<String> {
    let line = format!("open --key {key} --from ward.pub -o - -q chart");
    let ran = place.run(&line).ok();
    let bundle: Value = serde_json::from_slice(&ran.out).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    entries
        .iter()
        .map(|it| it["resource"]["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn each_opens_what_the_consent_permits() {
    let place = place();
    let told = place.run(&format!("{SEAL} --json")).ok();
    let told: Value = serde_json::from_slice(&told.out).unwrap();
    assert_eq!(told["resources"], 4);
    assert_eq!(told["unlabelled"], 1);
    assert_eq!(opened(&place, "dentist.key"), ["ada", "pulse"]);
    assert_eq!(opened(&place, "feld.key"), ["ada", "pulse", "mood"]);
    assert_eq!(
        opened(&place, "patient.key"),
        ["ada", "pulse", "mood", "letter"]
    );
    place
        .run("open --key icu.key -o none.json chart")
        .fails(303);
    assert!(!place.path("none.json").exists());
}

#[test]
fn resources_come_back_byte_for_byte() {
    let place = place();
    place.run(SEAL).ok();
    let all = place.run("open --key patient.key -o - -q chart").ok().out;
    let all = String::from_utf8(all).unwrap();
    for resource in BUNDLE.lines().filter(|it| it.contains("\"id\"")) {
        let begin = resource.find("{\"resourceType").unwrap();
        let end = resource.trim_end_matches(',').len() - 1;
        assert!(all.contains(&resource[begin..end]), "{resource}");
    }
}

#[test]
fn it_goes_on_where_it_was_interrupted() {
    let place = place();
    place.run(SEAL).ok();
    place.run(SEAL).fails(502);
    let mut batches: Vec<_> = fs::read_dir(place.path("chart"))
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    batches.sort();
    let kept = fs::read(&batches[0]).unwrap();
    fs::remove_file(&batches[1]).unwrap();
    let told = place.run(&format!("{SEAL} --resume --json")).ok();
    let told: Value = serde_json::from_slice(&told.out).unwrap();
    assert_eq!(told["batches_there"], batches.len() - 1);
    assert_eq!(fs::read(&batches[0]).unwrap(), kept);
    assert_eq!(opened(&place, "patient.key").len(), 4);
}

#[test]
fn consents_that_do_not_count_are_refused() {
    let place = place();
    // Another patient's, by the same name.
    place.run("patient new -o eve.key").ok();
    sign(&place, "eve.key", "consent.json", "eve.hc");
    place.run(&SEAL.replace("signed.hc", "eve.hc")).fails(301);
    // One that nobody signed.
    place
        .run(&format!(
            "consent compile --reading pcf-1.1 {BASE} -o terms.hct consent.json"
        ))
        .ok();
    place
        .run(&SEAL.replace("signed.hc", "terms.hct"))
        .fails(105);
    // One that was changed after it was signed.
    let signed = String::from_utf8(place.read("signed.hc")).unwrap();
    let at = signed.len() / 2;
    let other = if signed.as_bytes()[at] == b'A' {
        "B"
    } else {
        "A"
    };
    let mut changed = signed;
    changed.replace_range(at..=at, other);
    place.write("changed.hc", changed.as_bytes());
    place
        .run(&SEAL.replace("signed.hc", "changed.hc"))
        .fails(114);
    // About a patient who is not in the bundle.
    let bob = consent().to_string().replace("Patient/ada", "Patient/bob");
    place.write("bob.json", bob.as_bytes());
    sign(&place, "patient.key", "bob.json", "bob.hc");
    place.run(&SEAL.replace("signed.hc", "bob.hc")).fails(640);
    assert!(!place.path("chart").exists());
}

#[test]
fn labels_are_asserted_or_missing_never_guessed() {
    let place = place();
    for (bad, code) in [
        ("{}", 632),
        (&LABELS.replace("\"by\":\"Records\",", ""), 632),
        (&LABELS.replace("\"conf\":\"N\"", "\"conf\":\"Q\""), 632),
        (&LABELS.replace("\"PSY\"", "\"SICKLE\""), 632),
        (&LABELS.replace("Patient/ada", "Observation/mood"), 632),
        ("{\"schema\":1,\"schema\":1}", 119),
    ] {
        place.write("labels.json", bad.as_bytes());
        place.run(SEAL).fails(code);
        assert!(!place.path("chart").exists());
    }
    // Without the file nobody but the patient opens anything: rules about labels see none.
    place.run(&SEAL.replace("--labels labels.json", "")).ok();
    place.run("open --key feld.key -o f.json chart").fails(303);
    assert_eq!(opened(&place, "patient.key").len(), 4);
}

#[test]
fn forged_labels_are_refused_where_signers_are_named() {
    let place = place();
    place.run("signer new --name records -o records.key").ok();
    place.run("signer new --name stranger -o stranger.key").ok();
    place
        .run("labels sign --key records.key -o labels.hl labels.json")
        .ok();
    let seal = SEAL.replace("labels.json", "labels.hl --labels-from records.pub");
    let told = place.run(&format!("{seal} --json")).ok();
    let told: Value = serde_json::from_slice(&told.out).unwrap();
    assert_eq!(told["labels_signed"], true);
    assert_eq!(opened(&place, "feld.key"), ["ada", "pulse", "mood"]);
    // Somebody says that the mood is nothing special.
    place.write("forged.json", LABELS.replace("\"R\"", "\"N\"").as_bytes());
    place
        .run("labels sign --key stranger.key -o forged.hl forged.json")
        .ok();
    place
        .run(&seal.replace("labels.hl", "forged.hl"))
        .fails(302);
    place
        .run(&seal.replace("labels.hl", "forged.json"))
        .fails(1);
    let told = place.run(&format!("{SEAL} --force --json")).ok();
    let told: Value = serde_json::from_slice(&told.out).unwrap();
    assert_eq!(told["labels_signed"], false);
    place.write("bad.json", b"{}");
    place
        .run("labels sign --key records.key -o bad.hl bad.json")
        .fails(632);
    assert!(!place.path("bad.hl").exists());
}

#[test]
fn what_strangers_sealed_is_told_apart() {
    let place = place();
    place.run("signer new --name stranger -o stranger.key").ok();
    place.run(&SEAL.replace("ward.key", "stranger.key")).ok();
    place
        .run("open --key patient.key --from ward.pub -o a.json chart")
        .fails(302);
    place
        .run(&format!("{} --force", SEAL.replace("--sign ward.key", "")))
        .ok();
    place
        .run("open --key patient.key --from ward.pub -o a.json chart")
        .fails(302);
    let told = place
        .run("open --key patient.key -o a.json --json chart")
        .ok();
    let told: Value = serde_json::from_slice(&told.out).unwrap();
    assert_eq!(told["senders"][0]["status"], "unsigned");
}

#[test]
fn a_denied_recipient_needs_the_closed_list() {
    let place = place();
    let mut all_but = consent();
    let provision = &mut all_but["provision"];
    provision.as_object_mut().unwrap().remove("actor");
    provision["provision"][0]["type"] = "deny".into();
    place.write("all.json", all_but.to_string().as_bytes());
    sign(&place, "patient.key", "all.json", "all.hc");
    let seal = SEAL.replace("signed.hc", "all.hc");
    place.run(&seal).fails(619);
    let person =
        |who: &str| json!({"prac": [format!("https://ehr.example/fhir/Practitioner/{who}")]});
    let list = json!([person("dentist"), person("feld")]);
    place.write("everyone.json", list.to_string().as_bytes());
    place
        .run(&format!("{seal} --recipients everyone.json"))
        .ok();
    assert_eq!(opened(&place, "dentist.key"), ["ada", "pulse"]);
    for bad in ["[]", "{}", "[{\"prac\": [1]}]", "[{\"Prac\": [\"a\"]}]"] {
        place.write("everyone.json", bad.as_bytes());
        let ran = place.run(&format!("{seal} --recipients everyone.json --force"));
        assert_eq!(ran.code, Some(1), "{bad}");
    }
}

#[test]
fn damage_in_a_folder_gives_no_bundle() {
    let place = place();
    place.run(SEAL).ok();
    let batch = fs::read_dir(place.path("chart")).unwrap().next().unwrap();
    let batch = batch.unwrap().path();
    let mut bytes = fs::read(&batch).unwrap();
    let at = bytes.len() - 200;
    bytes[at] ^= 1;
    fs::write(&batch, &bytes).unwrap();
    let ran = place.run("open --key patient.key -o all.json chart");
    assert_eq!(ran.code, Some(1));
    assert!(!place.path("all.json").exists());
    for flags in [
        "--range 0..4",
        "--follow",
        "--incomplete",
        "--meta-output m",
    ] {
        let line = format!("open --key patient.key {flags} -o all.json chart");
        place.run(&line).fails(1);
    }
}

#[test]
fn flags_that_do_not_fit_together() {
    let place = place();
    for line in [
        format!("{SEAL} --policy role=nurse"),
        format!("{SEAL} --record r1"),
        format!("{SEAL} obs.json"),
        SEAL.replace("--consent signed.hc", ""),
        SEAL.replace("--patient patient.pub", ""),
        "seal --authority hospital.pub --record r -o a obs.json".to_owned(),
        "seal --policy a=b --authority hospital.pub -o a obs.json".to_owned(),
    ] {
        assert_eq!(place.run(&line).code, Some(2), "{line}");
    }
}
