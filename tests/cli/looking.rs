//! Commands that only look: inspect, fingerprint, policy check, doctor.

use serde_json::{Value, json};

use super::support::Place;

const SEAL: &str =
    "seal --authority hospital.pub --policy 'role=cardiologist and dept=icu' --record obs-1";

/// The whole shape of the JSON: programs read it.
#[test]
fn inspect_as_json() {
    let place = Place::hospital();
    place
        .run(&format!(
            "{SEAL} --label type=Observation --created 1790000000 --expiry-day 2026-09-21 -o r.hippo obs.json"
        ))
        .ok();
    let mut value = place.run("inspect --json r.hippo").ok().json();
    let authority = value["stanzas"][0]["authority"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(authority.len(), 64);
    assert_eq!(value["envelope_id"].as_str().unwrap().len(), 32);
    value["envelope_id"] = Value::Null;
    let size = place.read("r.hippo").len() as u64;
    let header = value["header_bytes"].as_u64().unwrap();
    let expected = json!({
        "kind": "sealed record",
        "format_version": 1,
        "minimum_reader": "0.1.0",
        "suite": { "id": 1, "name": "ChaCha20-Poly1305" },
        "envelope_id": null,
        "record": "obs-1",
        "created": 1_790_000_000,
        "labels": ["type=Observation"],
        "labels_blinded_by": null,
        "vocabulary": null,
        "subject": null,
        "sender": null,
        "header_signature": null,
        "access_signed_by": null,
        "clear_metadata": null,
        "encrypted_metadata_bytes": null,
        "consent": null,
        "stanzas": [{
            "type": 1,
            "name": "policy",
            "bytes": value["stanzas"][0]["bytes"],
            "authority": authority,
            "known_as": null,
            "policy": "role=cardiologist and dept=icu and expires:date>=2026-09-21",
        }],
        "chunk_size": 65_536,
        "header_bytes": header,
        "header_apart": false,
        "payload_bytes": size - header,
        "content_bytes": 10,
        "members": null,
        "session": null,
    });
    assert_eq!(value, expected);

    place
        .run(&format!(
            "{SEAL} --created 0 --no-expiry --sign ward.key -o s.hippo obs.json"
        ))
        .ok();
    let value = place.run("inspect --json s.hippo").ok().json();
    assert!(value["created"].is_null());
    assert_eq!(
        value["stanzas"][0]["policy"],
        "role=cardiologist and dept=icu"
    );
    assert_eq!(value["payload_bytes"], 10 + 16 + 64);
    assert_eq!(value["content_bytes"], 10);
    // The same id, whichever record.
    assert_eq!(value["stanzas"][0]["authority"], authority);
}

#[test]
fn inspect_knows_lengths_that_no_payload_has() {
    let place = Place::hospital();
    place.write("in", &[7; 5000]);
    place
        .run(&format!("{SEAL} --chunk-size 1024 -o r.hippo in"))
        .ok();
    let good = place.read("r.hippo");
    let header = place.run("inspect --json r.hippo").ok().json()["header_bytes"]
        .as_u64()
        .unwrap();
    let content = |payload: usize| {
        place.write("x.hippo", &good[..header as usize + payload]);
        place.run("inspect --json x.hippo").ok().json()["content_bytes"].clone()
    };
    for (payload, expected) in [
        (0, None),
        (15, None),
        (16, Some(0)),
        (17, Some(1)),
        (1040, Some(1024)),
        (1041, None),
        (1056, None),
        (1057, Some(1025)),
        (5080, Some(5000)),
    ] {
        assert_eq!(content(payload), json!(expected), "{payload}");
    }
    // doctor says so, too.
    place.write("x.hippo", &good[..header as usize + 1041]);
    let ran = place.run("doctor --key icu.key x.hippo");
    assert_eq!(ran.refused(), 300);
    assert!(ran.text().contains("cut short"), "{}", ran.text());
    assert!(ran.text().contains("1,041 bytes"), "{}", ran.text());
    // A header that is cut short has no more to show than where.
    place.write("x.hippo", &good[..header as usize - 1]);
    let place_of_end = format!("ends at byte {}", header - 1);
    for line in [
        "inspect x.hippo",
        "doctor --key icu.key x.hippo",
        "inspect --header x.hippo",
    ] {
        let told = place.refuses(100, line);
        assert!(told.contains(&place_of_end), "{told}");
    }
}

#[test]
fn fingerprints() {
    let place = Place::hospital();
    let value = place
        .run("fingerprint --json hospital.pub ward.pub")
        .ok()
        .json();
    let files = value["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    for (file, kind, name) in [
        (&files[0], "authority", "Elsewhere"),
        (&files[1], "signer", "ward 3"),
    ] {
        assert_eq!(file["kind"], kind);
        assert_eq!(file["claimed_name"], name);
        assert_eq!(file["words"].as_str().unwrap().split(' ').count(), 12);
        assert_eq!(file["fingerprint"].as_str().unwrap().split('-').count(), 8);
    }
    assert_ne!(files[0]["words"], files[1]["words"]);
    let ran = place.run("fingerprint hospital.pub").ok();
    assert!(ran.text().contains(files[0]["words"].as_str().unwrap()));
    let drawn = place.run("fingerprint --qr hospital.pub").ok();
    assert!(drawn.text().starts_with(ran.text()) && drawn.text().contains('▀'));

    // It is shown when the file is made, and stays the same.
    let made = place.run("authority new --json -o x.key").ok().json();
    let shown = place.run("fingerprint --json x.pub").ok().json();
    assert_eq!(made["words"], shown["files"][0]["words"]);
    // All or nothing.
    let ran = place.run("fingerprint x.pub nowhere");
    assert_eq!(ran.refused(), 501);
    assert!(ran.out.is_empty());
}

/// The costs that are foretold are those of a record that is sealed.
#[test]
fn policies_cost_what_is_foretold() {
    let place = Place::hospital();
    for (policy, leaves, rows, tau) in [
        ("role=cardiologist", 1, 1, 1),
        ("role=cardiologist and dept=icu", 2, 2, 1),
        ("a=b and c=d or a=b and e=f", 4, 4, 2),
        ("2 of (a=b, c=d, dept in {icu, er})", 4, 4, 1),
    ] {
        let value = place
            .run(&format!("policy check --json '{policy}'"))
            .ok()
            .json();
        assert_eq!(value["policy"], policy);
        assert_eq!(value["leaves"], leaves, "{policy}");
        assert_eq!(value["rows"], rows, "{policy}");
        assert_eq!(value["tau"], tau, "{policy}");
        assert!(value["key_satisfies"].is_null() && value["key_of_authority"].is_null());
        place
            .run(&format!("seal --authority hospital.pub --policy '{policy}' --no-expiry --record r --force -o r.hippo obs.json"))
            .ok();
        let sealed = place.run("inspect --json r.hippo").ok().json();
        let body = sealed["stanzas"][0]["bytes"].as_u64().unwrap();
        assert_eq!(value["stanza_bytes"], body + 5, "{policy}"); // type and length
    }
}

#[test]
fn policies_and_keys() {
    let place = Place::hospital();
    place.run("authority new -o other.key").ok();
    let yes = "policy check 'role=cardiologist and dept=icu' --key icu.key";
    let no = "policy check 'role=cardiologist and dept=er' --key icu.key";
    place.run(yes).ok();
    place.run(&format!("{yes} --authority hospital.pub")).ok();
    assert_eq!(
        place.run(&format!("{yes} --authority other.pub")).refused(),
        303
    );
    let ran = place.run(no);
    assert_eq!(ran.refused(), 204);
    assert!(ran.text().contains("does not satisfy"), "{}", ran.text());
    let ran = place.run(&format!("{no} --json"));
    assert_eq!(ran.refused(), 204);
    assert_eq!(ran.json()["key_satisfies"], false);
    assert_eq!(
        place.run(&format!("{yes} --json")).ok().json()["key_satisfies"],
        true
    );
}

#[test]
fn the_doctor_explains() {
    let place = Place::hospital();
    place.run("authority new -o other.key").ok();
    let issue = "--attr role=cardiologist --attr dept=icu";
    place
        .run(&format!(
            "authority issue --key other.key {issue} --until 2060-12-31 -o stranger.key"
        ))
        .ok();
    place
        .run(&format!(
            "authority issue --key hospital.key {issue} --until 2020-06-30 -o old.key"
        ))
        .ok();
    place.run(&format!("{SEAL} -o r.hippo obs.json")).ok();

    let doctor = |key: &str| place.run(&format!("doctor --key {key}.key r.hippo"));
    assert!(doctor("icu").ok().text().contains("fit"));
    let ran = doctor("stranger");
    assert_eq!(ran.refused(), 303);
    assert!(ran.text().contains("authority"), "{}", ran.text());
    let ran = doctor("dentist");
    assert_eq!(ran.refused(), 204);
    assert_eq!(
        ran.text(),
        "the key lacks: role=cardiologist\nthe key lacks: dept=icu\n"
    );
    let ran = doctor("old");
    assert_eq!(ran.refused(), 204);
    assert!(
        ran.text().starts_with("the key ended with 30 June 2020"),
        "{}",
        ran.text()
    );
    assert_eq!(ran.text().lines().count(), 1);
    let ran = place.run("doctor --json --key dentist.key r.hippo");
    assert_eq!(ran.json()["fits"], false);
    assert_eq!(ran.json()["findings"].as_array().unwrap().len(), 2);
}

/// What is something else of this library is called so, with the command that shows it.
#[test]
fn inspect_says_what_else_a_file_is() {
    let place = super::grants::granted();
    place.run("patient new -o other.key").ok();
    place.run("patient rotate --key other.key -o two.key").ok();
    place
        .run("sharing new --key other.key --relay r1.pub --threshold 1 -o S")
        .ok();
    let binary = hippocrypt::keys::file::read(&place.read("G/grant.hg")).unwrap();
    place.write("grant.bin", binary.expose());
    for (file, words) in [
        ("G/grant.hg", "`grant show`"),
        ("grant.bin", "`grant show`"),
        ("G/share-1.hs", "a relay's share"),
        ("patient.pub", "`fingerprint`"),
        ("r1.pub", "`fingerprint`"),
        ("patient.key", "a secret key"),
        ("two.hsc", "`patient follow`"),
        ("two.hrl", "revocations"),
        ("S/sharing.hsh", "`sharing show`"),
        ("S/share-1.hs", "a standing sharing"),
    ] {
        let refused = place.refuses(105, &format!("inspect {file}"));
        assert!(refused.contains(words), "{refused}");
    }
    place.write("text", b"-----BEGIN SOMETHING ELSE-----");
    place.refuses(102, "inspect text");
    place.write("short", b"HIP");
    place.refuses_any("inspect short");
    place.run("inspect obs.hippo").ok();
}
