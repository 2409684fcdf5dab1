//! Who sent a record.

use super::support::Place;

const SEAL: &str = "seal --authority hospital.pub --policy role=cardiologist --record r";

fn place() -> Place {
    let place = Place::hospital();
    place.run("signer new --name 'ward 4' -o other.key").ok();
    place
        .run(&format!("{SEAL} --sign ward.key -o signed.hippo obs.json"))
        .ok();
    place
        .run(&format!(
            "{SEAL} --sign ward.key --sign-access -o access.hippo obs.json"
        ))
        .ok();
    place
        .run(&format!("{SEAL} -o unsigned.hippo obs.json"))
        .ok();
    place
}

#[test]
fn a_demanded_sender_must_have_signed() {
    let place = place();
    for signed in ["signed", "access"] {
        place
            .run(&format!(
                "open --key icu.key --from ward.pub -o - {signed}.hippo"
            ))
            .ok();
        place
            .run(&format!(
                "open --key icu.key --from other.pub --from ward.pub -o - {signed}.hippo"
            ))
            .ok();
        place.refuses(
            302,
            &format!("open --key icu.key --from other.pub -o OUT {signed}.hippo"),
        );
    }
    place.refuses(
        302,
        "open --key icu.key --from ward.pub -o OUT unsigned.hippo",
    );
}

#[test]
fn without_a_demand_the_reader_is_told() {
    let place = place();
    let words = fingerprint(&place, "ward.pub");
    let ran = place
        .run("open --key icu.key --from ward.pub -o - signed.hippo")
        .ok();
    assert!(
        ran.err.contains(&words) && ran.err.contains("ward 3"),
        "{}",
        ran.err
    );
    // The name comes from the file that was given, never from the record.
    let ran = place.run("open --key icu.key -o - signed.hippo").ok();
    assert!(
        ran.err.contains(&words) && !ran.err.contains("ward 3"),
        "{}",
        ran.err
    );
    let ran = place.run("open --key icu.key -o - unsigned.hippo").ok();
    assert!(ran.err.contains("unsigned"), "{}", ran.err);

    let sender = |record: &str, range: &str| {
        let _ = std::fs::remove_file(place.path("OUT"));
        place
            .run(&format!(
                "open --key icu.key --json {range} -o OUT {record}.hippo"
            ))
            .ok()
            .json()["sender"]
            .clone()
    };
    assert_eq!(sender("signed", "")["status"], "signed");
    assert_eq!(sender("signed", "")["words"], words);
    assert_eq!(sender("signed", "--range 0..1")["status"], "header_signed");
    assert_eq!(sender("unsigned", "")["status"], "unsigned");
    assert!(sender("unsigned", "")["fingerprint"].is_null());
}

/// A named sender with a bad signature is never taken for an unsigned record.
#[test]
fn a_broken_signature_is_refused_even_when_nobody_asks() {
    let place = place();
    let mut trailer = place.read("signed.hippo");
    let last = trailer.len() - 1;
    trailer[last] ^= 1;
    place.write("trailer.hippo", &trailer);
    place.refuses(301, "open --key icu.key -o OUT trailer.hippo");

    // The header's signature stands before the access part, which inspect gives the size of.
    let good = place.read("signed.hippo");
    let mut seen = 0;
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        place.write("x.hippo", &changed);
        if at % 16 == 0 {
            let ran = place.run("inspect x.hippo");
            seen += usize::from(ran.code == Some(1) && ran.refused() == 301);
        }
    }
    assert!(
        seen >= 4,
        "the 64 bytes of the signature, every 16th changed: {seen}"
    );
}

#[test]
fn the_access_part_is_signed_on_request() {
    let place = place();
    let value = |record: &str| {
        place
            .run(&format!("inspect --json {record}.hippo"))
            .ok()
            .json()
    };
    let words = fingerprint(&place, "ward.pub");
    assert_eq!(value("access")["access_signed_by"]["words"], words);
    assert!(value("signed")["access_signed_by"].is_null());
    assert_eq!(value("signed")["sender"]["words"], words);
    assert_eq!(value("signed")["header_signature"], "verified");
    assert!(value("unsigned")["sender"].is_null());
    assert!(value("unsigned")["header_signature"].is_null());
}

fn fingerprint(place: &Place, file: &str) -> String {
    let value = place.run(&format!("fingerprint --json {file}")).ok().json();
    value["files"][0]["words"].as_str().unwrap().to_owned()
}
