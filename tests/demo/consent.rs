//! The first act: who opens what of the carried bundle and of others under a patient's consent, and
//! what a tool that does otherwise is told.

use super::demo::consent::Story;
use super::demo::hospital::written;
use super::demo::records::Rest;
use super::{TOOL, demo, options, ours, shared};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

const NONE: &[String] = &[];

fn story(tool: &Path, data: &Path) -> Result<Story, String> {
    demo::run_consent(&options(tool, data, Rest::default()))
}

pub fn carried() -> &'static Story {
    static STORY: OnceLock<Story> = OnceLock::new();
    STORY.get_or_init(|| story(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap())
}

fn row(kind: &str, [resources, dentist, psychiatrist, patient, emergency]: [u64; 5]) -> Value {
    json!({"kind": kind, "resources": resources, "dentist": dentist, "psychiatrist": psychiatrist,
        "patient": patient, "emergency": emergency})
}

#[test]
fn each_opens_what_the_consent_permits() {
    assert_eq!(carried().problems(), NONE);
    let told = carried().value();
    let rows = [
        row("normal", [72, 72, 72, 72, 72]),
        row("psychiatric", [11, 0, 11, 11, 11]),
        row("other", [2, 0, 0, 2, 2]),
        row("unlabelled", [1, 0, 0, 1, 0]),
    ];
    assert_eq!(told["rows"], json!(rows));
    assert_eq!(told["skipped"], Value::Null);
    assert_eq!(told["dentist"], "Practitioner/raman");
    assert_eq!(told["psychiatrist"], "Practitioner/feld");
    let explained = told["explained"].as_array().unwrap();
    assert!(explained.len() > 10, "{explained:?}");
    assert_eq!(told["ambiguous"]["error"], 607);
    let senders = [
        json!({"signer": null, "from_ward": 302, "status": "unsigned"}),
        json!({"signer": "stranger", "from_ward": 302, "status": "signed"}),
    ];
    assert_eq!(told["senders"], json!(senders));
    let decisions = told["decisions"].as_array().unwrap().iter();
    let decisions: Vec<_> = decisions
        .map(|it| {
            (
                it["who"].as_str().unwrap(),
                it["decision"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("psychiatrist", "PERMIT"),
        ("dentist", "DENY"),
        ("colleague", "NO_CONSENT"),
    ];
    assert_eq!(decisions, expected);
}

#[test]
fn a_broken_glass_is_logged_and_ends() {
    let told = &carried().value()["break_glass"];
    assert_eq!(told["without_claim"], 403);
    assert_eq!(told["one_relay"], 303);
    let log = &told["log"];
    assert_eq!(log["break_glass"], true);
    assert_eq!(log["purpose"], "BTG");
    assert_eq!(log["refused"], Value::Null);
    let asked = told["batches_asked"].as_u64().unwrap();
    assert_eq!(log["records"].as_array().unwrap().len() as u64, asked);
    let event = &told["audit_event"];
    assert_eq!(event["resourceType"], "AuditEvent");
    assert_eq!(event["subtype"][0]["code"], "110127");
    assert_eq!(event["recorded"], log["time"]);
    let facts = event["extension"][0]["extension"].as_array().unwrap();
    let grant = facts.iter().find(|it| it["url"] == "grant").unwrap();
    assert_eq!(grant["valueString"], log["grant"]);
    let reason = event["outcomeDesc"].as_str().unwrap();
    assert!(
        reason.starts_with("NO_CONSENT") && reason.contains("emergency"),
        "{reason}"
    );
    let after = json!({"relays": [402, 402], "late_relay_alone": 303, "earlier_opens": true});
    assert_eq!(told["after_revocation"], after);
}

#[test]
fn it_is_told_in_plain_words_and_narrow_lines() {
    let table = carried().table();
    for line in table.lines() {
        assert!(line.chars().count() <= 110, "{line}");
    }
    let row = |begin: &str| {
        let line = table.lines().find(|line| line.starts_with(begin)).unwrap();
        let cells = line.split_whitespace().rev().take(5).map(str::to_owned);
        cells.collect::<Vec<_>>()
    };
    assert_eq!(
        row("labelled as psychiatric"),
        ["11", "11", "11", "-", "11"]
    );
    assert_eq!(row("all "), ["85", "86", "83", "72", "86"]);
    for said in [
        "Your records stay closed if all of this is true:",
        "error 607 E07: Consent.provision.provision[0].type",
        "break_glass true",
        "nobody can call that back",
        "All went as the consent says",
    ] {
        assert!(table.contains(said), "{said}: {table}");
    }
}

#[test]
fn days_are_written_as_calendars_have_them() {
    for (day, text) in [
        (0, "1970-01-01"),
        (59, "1970-03-01"),
        (789, "1972-02-29"),
        (11_016, "2000-02-29"),
        (20_453, "2025-12-31"),
        (20_782, "2026-11-25"),
        (47_540, "2100-02-28"),
        (47_541, "2100-03-01"),
    ] {
        assert_eq!(written(day), text);
    }
}

#[test]
fn without_a_consent_there_is_no_first_act() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bundle.json");
    fs::copy(ours("examples/data/bundle.json"), &data).unwrap();
    let story = story(Path::new("no/such/tool"), &data).unwrap();
    let why = story.value()["skipped"].as_str().unwrap().to_owned();
    assert!(why.contains("no consent"), "{why}");
    assert!(story.problems().is_empty() && story.table().contains(&why));
}

#[test]
fn a_consent_of_another_shape_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bundle.json");
    fs::copy(ours("examples/data/bundle.json"), &data).unwrap();
    let text = fs::read_to_string(ours("examples/data/consent.json")).unwrap();
    let consent: Value = serde_json::from_str(&text).unwrap();
    for (pointer, value) in [
        ("/provision/provision", json!([])),
        (
            "/provision/actor/0/reference/reference",
            json!("Practitioner/feld"),
        ),
        ("/provision/actor/0/reference/reference", json!("Device/7")),
        ("/provision/securityLabel", json!([])),
        ("/patient", json!({})),
        ("/id", json!(7)),
    ] {
        let mut other = consent.clone();
        *other.pointer_mut(pointer).unwrap() = value;
        fs::write(folder.path().join("consent.json"), other.to_string()).unwrap();
        let error = story(Path::new(TOOL), &data).err().unwrap();
        assert!(error.contains("not of the shape"), "{pointer}: {error}");
    }
}

/// A bundle of ../shared, a consent of its patient, and a side file if there is to be one.
fn patient(file: &str, labelled: bool) -> Option<(tempfile::TempDir, usize)> {
    let bundle = shared("data/patients")?.join(file);
    let text = fs::read_to_string(bundle).unwrap();
    let parsed: Value = serde_json::from_str(&text).unwrap();
    let entries = parsed["entry"].as_array().unwrap();
    let named = |it: &Value| {
        let [kind, id] = ["resourceType", "id"].map(|name| it["resource"][name].as_str().unwrap());
        format!("{kind}/{id}")
    };
    let names: Vec<String> = entries.iter().map(named).collect();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("bundle.json", &text);
    let own = names.iter().find(|it| it.starts_with("Patient/")).unwrap();
    let consent = fs::read_to_string(ours("examples/data/consent.json")).unwrap();
    write("consent.json", &consent.replace("Patient/nadia-rehn", own));
    if labelled {
        // Made up: the first ten observations are psychiatric, the last five resources nobody labelled.
        let (normal, _) = names.split_at(names.len() - 5);
        let observation = |it: &&String| it.starts_with("Observation/");
        let psychiatric: Vec<_> = normal.iter().filter(observation).take(10).collect();
        let normal: Vec<_> = normal
            .iter()
            .filter(|it| !psychiatric.contains(it))
            .collect();
        let said = |conf: &str, resources: &[&String]| json!({"by": "Ward 3", "on": "2026-11-25", "conf": conf, "resources": resources});
        let found =
            json!({"by": "Ward 3", "on": "2026-11-25", "codes": ["PSY"], "resources": psychiatric});
        let labels = json!({
            "schema": "hippocrypt-labels/1",
            "vocabulary": {"id": "demo-1", "codes": ["HIV", "PSY"]},
            "assertions": [said("N", &normal), said("R", &psychiatric)],
            "sensitivities": [found],
        });
        write("labels.json", &labels.to_string());
    }
    Some((folder, names.len()))
}

#[test]
fn a_real_chart_with_a_side_file_goes_the_same_way() {
    let file = "Theo_Abshire_139c7815-7842-419a-9f97-f406a66c06df.json";
    let Some((folder, count)) = patient(file, true) else {
        return;
    };
    let story = story(Path::new(TOOL), &folder.path().join("bundle.json")).unwrap();
    assert_eq!(story.problems(), NONE);
    let normal = count as u64 - 15;
    let rows = [
        row("normal", [normal; 5]),
        row("psychiatric", [10, 0, 10, 10, 10]),
        row("unlabelled", [5, 0, 0, 5, 0]),
    ];
    assert_eq!(story.value()["rows"], json!(rows));
}

#[test]
fn a_real_chart_without_a_side_file_stays_closed_and_it_is_said_why() {
    for file in [
        "Theo_Abshire_139c7815-7842-419a-9f97-f406a66c06df.json",
        "Milan_Beatty_e78d0ed2-1b54-4c30-90ae-f7405af1e402.json",
        "Neomi684_Hand679_ec865d34-e498-5dec-6108-4aa409bfa55f.json",
    ] {
        let Some((folder, count)) = patient(file, false) else {
            return;
        };
        let story = story(Path::new(TOOL), &folder.path().join("bundle.json")).unwrap();
        assert_eq!(story.problems(), NONE);
        let count = count as u64;
        let told = story.value();
        assert_eq!(
            told["rows"],
            json!([row("unlabelled", [count, 0, 0, count, 0])])
        );
        assert_eq!(told["break_glass"]["batches_asked"], 0);
        let table = story.table();
        assert!(
            table.contains("Nobody has labelled anything in this bundle"),
            "{table}"
        );
    }
}

/// The built tool, changed by `consent.sh` in the way that its name says.
#[cfg(unix)]
#[track_caller]
fn found_out(behaviour: &str, reason: &str) {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let tool = folder.path().join(behaviour);
    symlink(ours("tests/demo/consent.sh"), &tool).unwrap();
    symlink(TOOL, folder.path().join("real")).unwrap();
    let data = folder.path().join("bundle.json");
    let entry = |text: &str| format!(r#"{{"resource": {text}}}"#);
    let entries = [
        entry(r#"{"resourceType": "Patient", "id": "nadia-rehn"}"#),
        entry(r#"{"resourceType": "Observation", "id": "mood"}"#),
        entry(r#"{"resourceType": "Observation", "id": "letter"}"#),
    ];
    let entries = entries.join(",");
    let bundle =
        format!(r#"{{"resourceType": "Bundle", "type": "collection", "entry": [{entries}]}}"#);
    fs::write(&data, bundle).unwrap();
    let labels = r#"{"schema": "hippocrypt-labels/1", "vocabulary": {"id": "v1", "codes": ["PSY"]}, "assertions": [
        {"by": "Ward 3", "on": "2026-01-02", "conf": "N", "resources": ["Patient/nadia-rehn"]},
        {"by": "Ward 3", "on": "2026-01-02", "conf": "R", "resources": ["Observation/mood"]}], "sensitivities": [
        {"by": "Ward 3", "on": "2026-01-02", "codes": ["PSY"], "resources": ["Observation/mood"]}]}"#;
    fs::write(folder.path().join("labels.json"), labels).unwrap();
    let consent = folder.path().join("consent.json");
    fs::copy(ours("examples/data/consent.json"), consent).unwrap();
    let story = story(&tool, &data).unwrap();
    let problems = story.problems();
    if reason.is_empty() {
        assert_eq!(problems, NONE);
        return;
    }
    let said = problems.iter().any(|it| it.contains(reason));
    assert!(said, "{behaviour}: {problems:?}");
    let table = story.table();
    assert!(table.contains(" PROBLEMS:\n  "), "{table}");
    assert!(!table.contains("All went as the consent says"), "{table}");
    assert_ne!(story.value()["problems"], json!([]));
}

#[cfg(unix)]
#[test]
fn a_tool_that_does_otherwise_is_found_out() {
    found_out("honest", "");
    found_out("says-nothing", "the plain words do not say");
    found_out(
        "guesses",
        "the ambiguous reading of the consent was not refused",
    );
    found_out(
        "labels-the-unlabelled",
        "0 unlabelled instead of 1 were sealed",
    );
    found_out(
        "opens-all-for-the-dentist",
        "the dentist opened 3 resources that are not the 1",
    );
    found_out(
        "adds-to-resources",
        "the patient opened 3 resources that are not the 3",
    );
    found_out("forgets-signatures", "the psychiatrist got");
    found_out(
        "takes-strangers",
        "what stranger signed was taken for the ward's",
    );
    found_out(
        "permits-everything",
        "the dentist: Some(\"PERMIT\") instead of DENY",
    );
    found_out(
        "needs-no-claim",
        "a request without the claim of an emergency was not refused",
    );
    found_out("needs-one-relay", "one relay was enough for the doctor");
    found_out("logs-nothing", "the relay's log has another break_glass");
    found_out("forgets-the-time", "no audit event");
    found_out(
        "serves-after-revocation",
        "relay 1 did not refuse after the revocation",
    );
    found_out(
        "calls-back",
        "what was opened before the revocation does not stay open",
    );
}
