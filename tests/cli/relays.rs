//! What relays refuse, remember and are caught at.

use std::fs;

use hippocrypt::Secret;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::keys::file;
use sha2::{Digest, Sha256};

use super::grants::{ask, grant, granted, none, open, people, transform};
use super::support::Place;

const LIST: &str = "--revocations list";

/// A grant and a request for the record.
fn asked() -> Place {
    let place = granted();
    ask(&place, "obs.hippo").ok();
    place
}

#[test]
fn a_nonce_is_served_once_whichever_process_serves_it() {
    let place = asked();
    none(&place);
    place.run(&transform(1, LIST)).ok();
    place.refuses(404, &format!("{} --force", transform(1, LIST)));
    // Many at once.
    let running: Vec<_> = (0..6)
        .map(|at| {
            let line = transform(2, LIST).replace("-o part-2", &format!("-o answer-{at}"));
            place.command(&line).spawn().unwrap()
        })
        .collect();
    let done = running
        .into_iter()
        .map(|child| child.wait_with_output().unwrap().status.code());
    assert_eq!(done.filter(|code| *code == Some(0)).count(), 1);
    let answers = (0..6).filter(|at| place.path(&format!("answer-{at}")).exists());
    assert_eq!(answers.count(), 1);
    // A new request has a new nonce.
    ask(&place, "obs.hippo").ok();
    place.run(&format!("{} --force", transform(1, LIST))).ok();
}

#[test]
fn revoked_grants_are_not_served_and_lists_do_not_go_back() {
    let place = asked();
    none(&place);
    fs::copy(place.path("list"), place.path("old")).unwrap();
    let told = place
        .run("grant revoke --key patient.key --grant G/grant.hg -o revoked --json")
        .ok()
        .json();
    assert_eq!(told["entries"].as_array().unwrap().len(), 1);
    place.refuses(402, &transform(1, "--revocations revoked"));
    // It stays so, whatever comes after.
    place.refuses(405, &transform(1, "--revocations old"));
    place.refuses(402, &transform(1, "--no-revocations"));
    none(&place);
    place.refuses(402, &transform(1, LIST));
    // Whoever does not know of it serves: what is not there can't be known.
    place.run(&transform(2, "--revocations old")).ok();
    place.refuses(308, &open(&[2], "obs"));
    let listed = place
        .run("grant list --key patient.key --json G")
        .ok()
        .json();
    assert_eq!(listed["grants"][0]["status"], "revoked");
    assert!(listed["grants"][0]["revoked_at"].is_u64());
    let text = place.run("grant list --key patient.key G").ok();
    assert!(text.text().starts_with("G: revoked\n"), "{}", text.text());
}

#[test]
fn a_floor_revokes_all_grants_so_far() {
    let place = asked();
    let more = "--policy type=Observation --until 2060-12-31";
    grant(&place, more, "before").ok();
    place
        .run("grant revoke --key patient.key --all -o list")
        .ok();
    grant(&place, more, "after").ok();
    place.refuses(402, &transform(1, LIST));
    let listed = place
        .run("grant list --key patient.key --json G before after")
        .ok()
        .json();
    let status: Vec<_> = (0..3)
        .map(|at| listed["grants"][at]["status"].clone())
        .collect();
    assert_eq!(status, ["revoked", "revoked", "live"]);
    place
        .run("request new --key study.key --grant after/grant.hg -o q obs.hippo")
        .ok();
    place
        .run(&format!("transform --key r1.key --grant after/grant.hg --share after/share-1.hs --request q {LIST} -o part-1"))
        .ok();
}

#[test]
fn lists_are_cumulative_numbered_and_current() {
    let place = asked();
    let more = "--policy type=Observation --until 2060-12-31";
    grant(&place, more, "H").ok();
    let revoke = |what: &str, to: &str| {
        let line = format!("grant revoke --key patient.key {what} -o {to} --json");
        place.run(&line).ok().json()
    };
    let first = revoke("--grant H/grant.hg", "one");
    let second = revoke("--none", "two");
    let third = revoke("--grant G/grant.hg --grant H/grant.hg", "three");
    let count = |list: &serde_json::Value| list["entries"].as_array().unwrap().len();
    assert_eq!([count(&first), count(&second), count(&third)], [1, 1, 2]);
    assert!(first["list"].as_u64() < second["list"].as_u64());
    assert!(second["list"].as_u64() < third["list"].as_u64());
    place.refuses(502, "grant revoke --key patient.key --none -o three");
    place.misused("grant revoke --key patient.key -o four");
    place.misused("grant revoke --key patient.key --none --all -o four");
    place.misused("grant revoke --key patient.key --none --grant G/grant.hg -o four");

    // Too old for this relay; and one that nobody signed.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    place.refuses(405, &transform(1, "--revocations two --list-age 0"));
    let mut changed = place.read("two");
    let at = changed.len() / 2;
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    place.write("changed", &changed);
    place.refuses_any(&transform(1, "--revocations changed"));
    place.misused(&transform(1, ""));
    place.misused(&transform(1, "--no-revocations --revocations two"));
    // Another patient's grant can't be revoked.
    place.run("patient new -o anna.key").ok();
    place.refuses(1, "grant revoke --key anna.key --grant G/grant.hg -o four");
    // Another patient's list does not stand for this one's.
    place.run("grant revoke --key anna.key --none -o anna").ok();
    place.refuses(405, &transform(1, "--revocations anna"));
    place
        .run(&transform(1, "--revocations anna --revocations two"))
        .ok();
}

#[test]
fn other_peoples_lists_do_not_fill_the_relays_memory() {
    let place = asked();
    none(&place);
    let other = place.run("patient new --json -o other.key").ok().json();
    let id = other["patient"].as_str().unwrap();
    let id: Vec<u8> = (0..id.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap())
        .collect();
    place
        .run("grant revoke --key other.key --all -o foreign")
        .ok();
    let more = "--revocations list --revocations foreign";
    place.run(&transform(1, more)).ok();
    let journal = fs::read(place.path("r1.state/journal")).unwrap();
    assert!(journal.windows(32).all(|part| part != id));
}

#[test]
fn a_publisher_gathers_lists() {
    let place = people();
    place.run("signer new --name clinic -o clinic.key").ok();
    let more = "--policy type=Observation --until 2060-12-31 --publisher clinic.pub";
    let told = grant(&place, more, "G").ok();
    assert!(!told.err.contains("the patient's\n"), "{}", told.err);
    ask(&place, "obs.hippo").ok();
    none(&place);
    place.refuses(405, &transform(1, LIST));
    let publish = "grant publish --key clinic.key --entries list";
    place.refuses(7, &format!("{publish} -o today"));
    place.run(&format!("{publish} --new-state -o today")).ok();
    place.run(&transform(1, "--revocations today")).ok();
    // The patient's own list counts at once, beside the publisher's that does not have it yet.
    let told = place
        .run("grant revoke --key patient.key --grant G/grant.hg -o mine")
        .ok();
    assert!(told.err.contains("another publisher"), "{}", told.err);
    place.refuses(402, &transform(2, "--revocations today --revocations mine"));
    let published = place
        .run("grant publish --key clinic.key --entries mine --json -o tomorrow")
        .ok()
        .json();
    assert_eq!(published["entries"].as_array().unwrap().len(), 1);
    place.refuses(402, &transform(3, "--revocations tomorrow"));
    let again = place
        .run("grant publish --key clinic.key --json -o later")
        .ok()
        .json();
    assert_eq!(again["entries"], published["entries"]);
}

#[test]
fn a_state_that_is_new_or_was_set_back_refuses_what_was_before() {
    let place = asked();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let elsewhere = format!("{} --state new", transform(1, "--no-revocations"));
    assert_eq!(place.run(&elsewhere).refused(), 404);
    assert!(!place.path("part-1").exists());
    let restored = format!("{} --restored", transform(1, "--no-revocations"));
    place.refuses(404, &restored);
    place.refuses(404, &transform(1, "--no-revocations"));
    // Copied back: it is another file.
    fs::copy(place.path("r2.state/journal"), place.path("backup")).unwrap();
    fs::rename(place.path("backup"), place.path("r2.state/journal")).unwrap();
    place.refuses(404, &transform(2, "--no-revocations"));
    // Too old for this relay.
    place.refuses(404, &transform(3, "--no-revocations --request-age 0"));
    place.run(&transform(3, "--no-revocations")).ok();
    // A relay's key can have its state elsewhere from the beginning.
    place.run("relay new -o r9.key --state far/away").ok();
    assert!(place.path("far/away/journal").exists() && !place.path("r9.state").exists());
    place.write("r1.state/journal", b"HIPPO");
    place.refuses(100, &transform(1, "--no-revocations"));
}

#[test]
fn the_log_has_a_line_for_each() {
    let place = asked();
    none(&place);
    let told = place.run(&transform(1, "--no-revocations")).ok();
    assert!(told.err.contains("--no-revocations"), "{}", told.err);
    place.refuses(404, &transform(1, LIST).replace("part-1", "part-x"));
    let log = String::from_utf8(place.read("r1.state/log")).unwrap();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [served, refused] = lines.as_slice() else {
        panic!("{log}")
    };
    assert_eq!(served["no_revocations"], true);
    assert!(served["refused"].is_null() && served["list"].is_null());
    assert_eq!(refused["refused"], 404);
    assert!(refused["list"].is_u64());
    let shown = place.run("inspect --json obs.hippo").ok().json();
    assert_eq!(served["records"][0][0], shown["stanzas"][0]["capsule"]);
    assert_eq!(served["patient"], shown["stanzas"][0]["patient"]);
    assert_eq!(place.mode("r1.state/log"), 0o600);
    // A power failure cut the last line short.
    let short = &log.as_bytes()[..log.len() - 9];
    place.write("r1.state/log", short);
    place.refuses(404, &transform(1, LIST).replace("part-1", "part-x"));
    let after = place.read("r1.state/log");
    let line = after.strip_prefix(short).unwrap().strip_prefix(b"\n");
    let line: serde_json::Value = serde_json::from_slice(line.unwrap()).unwrap();
    assert_eq!(line["refused"], 404);
}

/// A relay that signs a wrong point is named; its signature convicts it before anybody.
#[test]
fn a_relay_that_answers_wrongly_is_named_and_convicted() {
    let place = asked();
    for relay in 1..=3 {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    let good = place.read("part-2");
    // Changed, and not signed again: nobody's answer.
    let mut changed = good.clone();
    let at = changed.len() - 32 - 64 - 96;
    changed[at + 5] ^= 1;
    place.write("part-2", &changed);
    place.refuses(114, &open(&[1, 2], "obs"));
    place.write("part-2", &sum(&changed));
    place.refuses(301, &open(&[1, 2], "obs"));

    place.write("part-2", &wrong(&good, &place.read("r2.key")));
    place.refuses(307, &open(&[1, 2], "obs"));
    let line = open(&[1, 2], "obs");
    let ran = place.run(&format!("{line} --blame proof"));
    assert_eq!(ran.refused(), 307);
    assert!(ran.err.contains("relay 2"), "{}", ran.err);
    assert!(!place.path("OUT").exists());
    let told = place.run("blame check --json proof").ok().json();
    assert_eq!(told["relay"], 2);
    let words = place.run("fingerprint --json r2.pub").ok().json()["files"][0]["words"].clone();
    assert_eq!(told["words"], words);
    let text = place.run("blame check proof").ok();
    assert!(
        text.text().contains(words.as_str().unwrap()),
        "{}",
        text.text()
    );

    // With one more answer it opens all the same, and the relay is named.
    let told = place
        .run(&format!("{} --json --blame again", open(&[1, 2, 3], "obs")))
        .ok()
        .json();
    assert_eq!(told["wrong_relays"][0]["relay"], 2);
    assert_eq!(place.read("OUT"), b"{\"hr\":72}\n");
    assert_eq!(place.read("again"), place.read("proof"));
    // Honest answers leave no proof, and none can be made of them.
    place.write("part-2", &good);
    place
        .run(&format!("{} --force --blame nothing", open(&[1, 2], "obs")))
        .ok();
    assert!(!place.path("nothing").exists());
    place.refuses(105, "blame check G/grant.hg");
    let proof = file::unarmour(&place.read("proof")).unwrap();
    let answer = wrong(&good, &place.read("r2.key"));
    let at = proof
        .expose()
        .windows(answer.len())
        .position(|part| part == answer)
        .unwrap();
    let mut innocent = proof.expose().clone();
    innocent[at..at + good.len()].copy_from_slice(&good);
    place.write("innocent", &sum(&innocent));
    place.refuses(301, "blame check innocent");
}

/// The object with the checksum of what it says now.
fn sum(object: &[u8]) -> Vec<u8> {
    let body = &object[..object.len() - 32];
    [body, Sha256::digest(body).as_slice()].concat()
}

/// The answer with U itself in the place of its power, signed by the relay that has this key.
fn wrong(answer: &[u8], key: &[u8]) -> Vec<u8> {
    const TAG: &[u8] = b"HIPPO-V01-RELAY-SIGNS-ANSWER";
    let key = file::unarmour(key).unwrap();
    let seed: [u8; 32] = key.expose()[8..40].try_into().unwrap();
    let key = SigningKey::from_seed(&Secret::new(seed));

    let mut object = answer.to_vec();
    let signature = object.len() - 32 - 64;
    let point = signature - 96;
    object.copy_within(point - 96..point, point);
    let body = &object[8..signature];
    let digest = Sha256::new()
        .chain_update(u16::try_from(TAG.len()).unwrap().to_be_bytes())
        .chain_update(TAG)
        .chain_update(u32::try_from(body.len()).unwrap().to_be_bytes())
        .chain_update(body)
        .finalize();
    let signed = key.sign(&[TAG, digest.as_slice()]);
    object[signature..signature + 64].copy_from_slice(&signed);
    sum(&object)
}
