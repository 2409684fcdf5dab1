//! Proofs of consent, from the patient's key to the verifier's answer.

use serde_json::{Value, json};

use super::grants;
use super::support::Place;

const AS: &str = "--as prac=https://example.org/fhir/Practitioner/7";
const BUCKET: &str = "--bucket type=Observation,conf=N,sens.none=hv1";
const LABELS: &str = "--label type=Observation --label conf=N --label sens.none=hv1";

fn coding(system: &str, code: &str) -> Value {
    json!({"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code})
}

/// Research by one practitioner, nothing above N.
fn consent(labels: &[Value]) -> Value {
    json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [coding("consentscope", "patient-privacy")]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/ada"},
        "dateTime": "2026-01-01",
        "performer": [{"reference": "Patient/ada"}],
        "policy": [{"uri": "https://example.org/policy"}],
        "provision": {
            "type": "permit",
            "actor": [{
                "role": {"coding": [coding("v3-ParticipationType", "IRCP")]},
                "reference": {"reference": "Practitioner/7"}
            }],
            "purpose": [coding("v3-ActReason", "HRESCH")],
            "securityLabel": labels,
        }
    })
}

/// Two enrolled patients, a grantee, a verifier, a custodian, and the first patient's consent.
fn people() -> Place {
    let place = Place::new();
    place.run("proof registry new --registry registry").ok();
    for who in ["ada", "bob"] {
        place.run(&format!("patient new -o {who}.key")).ok();
        let early = format!("proof enroll --registry registry {who}.pub");
        place.refuses(7, &early);
        place.run(&format!("proof key --key {who}.key")).ok();
        place.run(&early).ok();
        place.refuses(345, &early);
        let subject = format!("proof subject --about {who}.pub -o {who}.subject");
        place.run(&subject).ok();
    }
    for who in ["study", "board", "ward", "stranger"] {
        place
            .run(&format!("signer new --name {who} -o {who}.key"))
            .ok();
    }
    place.write("obs", b"hr 72");
    for who in ["ada", "bob"] {
        let line = format!(
            "seal --patient {who}.pub --record obs {LABELS} --subject {who}.subject \
             --sign ward.key -o {who}.hippo obs"
        );
        place.run(&line).ok();
    }
    let normal = consent(&[coding("v3-Confidentiality", "N")]);
    place.write("consent.json", normal.to_string().as_bytes());
    place
        .run("consent sign --reading pcf-1.1 --base https://example.org/fhir --patient-key ada.key -o signed consent.json")
        .ok();
    place
        .run("proof registry place --registry registry --revoker ada.pub -o place")
        .ok();
    let sign =
        format!("proof consent --key ada.key --place place --to study.pub {AS} -o ada.hc signed");
    place.run(&sign).ok();
    place
}

fn request(place: &Place, more: &str, output: &str) {
    let line =
        format!("proof request --verifier board.pub --study sleep {BUCKET} {more} -o {output}");
    place.run(&line).ok();
}

const PROVE: &str = "proof prove --key study.key --consent ada.hc --keys keys --registry registry";

#[test]
fn what_is_not_so_is_refused_before_any_key_is_read() {
    let place = people();
    request(&place, "--purpose HRESCH", "request.json");
    request(&place, "--purpose TREAT", "wider.json");
    let prove = |request: &str, subject: &str| {
        format!("{PROVE} --request {request} --subject {subject} -o p.zkp")
    };
    place.refuses(342, &prove("wider.json", "ada.subject"));
    place.refuses(342, &prove("request.json", "bob.subject"));
    let stranger = prove("request.json", "ada.subject").replace("study.key", "stranger.key");
    place.refuses(1, &stranger);
    // There are no keys yet: a true statement gets so far.
    place.refuses(501, &prove("request.json", "ada.subject"));

    place.refuses(1, "proof revoke --key bob.key --place place -o revocation");
    place
        .run("proof revoke --key ada.key --place place -o revocation")
        .ok();
    place.refuses(501, &prove("request.json", "ada.subject"));
    place
        .run("proof registry apply --registry registry revocation")
        .ok();
    place.refuses(342, &prove("request.json", "ada.subject"));
}

#[test]
fn subjects_come_out_of_records_again() {
    let place = people();
    place
        .run("proof subject --key ada.key -o again ada.hippo")
        .ok();
    assert_eq!(place.read("again"), place.read("ada.subject"));
    place.refuses(303, "proof subject --key bob.key -o other ada.hippo");
    let plain = format!("seal --patient ada.pub --record obs {LABELS} -o plain.hippo obs");
    place.run(&plain).ok();
    place.refuses(347, "proof subject --key ada.key -o other plain.hippo");
}

#[test]
fn subjects_come_out_of_granted_records_too() {
    let place = grants::people();
    place.run("proof key --key patient.key").ok();
    place
        .run("proof subject --about patient.pub -o subject")
        .ok();
    grants::seal(&place, "rec", &format!("{LABELS} --subject subject"));
    let policy = "--policy 'type=Observation and conf=N' --until 2060-12-31";
    grants::grant(&place, policy, "G").ok();
    grants::ask(&place, "rec.hippo").ok();
    grants::none(&place);
    for relay in [1, 3] {
        let transform = grants::transform(relay, "--revocations list");
        place.run(&transform).ok();
    }
    let line = "proof subject --key study.key --grant G/grant.hg --part part-1 -o again rec.hippo";
    place.refuses(308, line);
    let enough = line.replace("--part part-1", "--part part-1 --part part-3");
    place.run(&enough).ok();
    assert_eq!(place.read("again"), place.read("subject"));
    place.misused("proof subject --about patient.pub --grant G/grant.hg -o other");
}

#[test]
fn requests_are_read_strictly() {
    let place = people();
    request(&place, "--purpose HRESCH", "request.json");
    let text = String::from_utf8(place.read("request.json")).unwrap();
    let good: Value = serde_json::from_str(&text).unwrap();
    let changes: [(&str, Value, u16); 7] = [
        ("verifier", json!("00"), 627),
        ("nonce", json!(1), 627),
        ("purposes", json!("HRESCH"), 627),
        ("buckets", json!(["type=Observation"]), 627),
        ("buckets", json!([["type=Observation"]]), 341),
        ("purposes", json!(["NONE"]), 1),
        ("more", json!(1), 627),
    ];
    for (member, value, error) in changes {
        let mut changed = good.clone();
        changed[member] = value;
        place.write("changed.json", changed.to_string().as_bytes());
        let line = format!("{PROVE} --request changed.json --subject ada.subject -o p.zkp");
        place.refuses(error, &line);
    }
}

#[test]
fn a_proof_covers_its_patients_records_once() {
    let place = people();
    request(&place, "--purpose HRESCH", "request.json");
    let made = place.run("proof setup --development -o keys --json").ok();
    let made = made.json();
    let pin = made["proving"].as_str().unwrap();
    place.refuses(502, "proof setup --development -o keys");
    let prove = format!("{PROVE} --request request.json --subject ada.subject -o p.zkp");
    let zeros = "0".repeat(64);
    place.refuses(350, &format!("{prove} --pin {zeros}"));
    place.run(&format!("{prove} --pin {pin}")).ok();

    let verify = "proof verify --request request.json --keys keys --registry registry";
    let trusted = format!("{verify} --development --custodian ward.pub --verifier board.pub");
    let ada = format!("{trusted} --record ada.hippo p.zkp --json");
    let found = place.run(&ada).ok().json();
    assert_eq!(
        (found["covered"].as_u64(), &found["not_covered"]),
        (Some(1), &json!(0))
    );
    // Keys that one party made, by their digest.
    let digest = made["digest"].as_str().unwrap();
    place.refuses(343, &format!("{verify} --pin {digest} p.zkp"));
    // Another patient's record, and a custodian whom nobody knows.
    let bob = format!("{trusted} --record ada.hippo --record bob.hippo p.zkp --json");
    let ran = place.run(&bob);
    assert_eq!(ran.code, Some(1));
    let found = ran.json();
    assert_eq!(found["records"][0]["covered"], true);
    assert_eq!(
        found["records"][1]["reason"],
        "no proof is about its patient"
    );
    let stranger = ada.replace("ward.pub", "stranger.pub");
    assert_eq!(place.run(&stranger).json()["covered"], 0);
    place.refuses(348, &ada.replace("board.pub", "stranger.pub"));
    blinded_records_count_for_who_has_the_key(&place, &trusted);
    // Another request, with a nonce of its own.
    request(&place, "--purpose HRESCH", "next.json");
    let next = place.run(&ada.replace("request.json", "next.json"));
    assert_eq!(next.json()["proofs"][0]["error"], 348);
    // Once.
    let once = format!("{ada} --replay used");
    place.run(&once).ok();
    assert_eq!(place.run(&once).json()["proofs"][0]["error"], 404);
    // A log's receipt counts for the time it names.
    place
        .run("proof receive --key board.key -o receipt p.zkp")
        .ok();
    place
        .run(&format!("{ada} --received receipt --log-key board.pub"))
        .ok();
    let other_log = format!("{ada} --received receipt --log-key study.pub");
    place.refuses(348, &other_log);
    // The page for an ethics board names nobody and fetches nothing.
    let report = trusted.replace("proof verify", "proof report --html -o page.html");
    place
        .run(&format!(
            "{report} --record ada.hippo --record bob.hippo p.zkp"
        ))
        .ok();
    let page = String::from_utf8(place.read("page.html")).unwrap();
    assert!(page.contains("Of 2 records 1 are covered"), "{page}");
    for forbidden in ["<script", "src=", "href=", "Patient/ada", "obs"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    // Without a record somebody consented.
    let someone = format!("{verify} --development p.zkp --json");
    assert_eq!(
        place.run(&someone).ok().json()["shows"],
        "someone consented"
    );
}

/// Records of the first patient whose labels are blinded, with a proof in `p.zkp`.
fn blinded_records_count_for_who_has_the_key(place: &Place, trusted: &str) {
    place.run("label-key new -o labels.key").ok();
    place.run("label-key new -o other.key").ok();
    for (record, labels) in [
        ("dated", format!("{LABELS} --label ymd=2026-11-22")),
        ("beyond", LABELS.replace("conf=N", "conf=R")),
        ("unknown", format!("{LABELS} --label enc=1")),
    ] {
        let line = format!(
            "seal --patient ada.pub --record {record} {labels} --subject ada.subject \
             --label-key labels.key --sign ward.key -o {record}.hippo obs"
        );
        place.run(&line).ok();
    }
    let records = "--record dated.hippo --record beyond.hippo --record unknown.hippo p.zkp --json";
    let count = |key: &str| {
        let ran = place.run(&format!("{trusted} {key} {records}"));
        assert_eq!(ran.code, Some(1));
        let rows = ran.json()["records"].as_array().unwrap().clone();
        let covered = rows.iter().map(|it| it["covered"] == true);
        covered.collect::<Vec<_>>()
    };
    assert_eq!(count("--label-key labels.key"), [true, false, false]);
    assert_eq!(count("--label-key other.key"), [false; 3]);
    assert_eq!(count(""), [false; 3]);
    place.misused(&format!("{trusted} --label-key labels.key p.zkp"));
}

#[test]
fn a_consent_that_is_no_product_is_refused() {
    let place = people();
    let psychiatric = consent(&[coding("v3-ActCode", "PSY")]);
    place.write("psy.json", psychiatric.to_string().as_bytes());
    place
        .run("consent sign --reading pcf-1.1 --base https://example.org/fhir --patient-key ada.key -o psy psy.json")
        .ok();
    let sign =
        format!("proof consent --key ada.key --place place --to study.pub {AS} -o psy.hc psy");
    place.refuses(630, &sign);
    let nobody = "proof consent --key ada.key --place place --to study.pub --as prac=https://example.org/fhir/Practitioner/8 -o no.hc signed";
    place.refuses(628, nobody);
    place.refuses(
        301,
        &sign
            .replace("ada.key", "bob.key")
            .replace("psy.hc psy", "no.hc signed"),
    );
}
