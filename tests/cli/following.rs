//! Those who know a profile: later ones, and recoveries that wait.

use sha2::{Digest, Sha256};

use super::custody::{SPLIT, people, recover, release};
use super::support::Place;

/// A patient who has recovered and rotated; `device.key` is a copy of the device's key.
fn recovered() -> Place {
    let place = people();
    place.run(&format!("{SPLIT} -o D")).ok();
    place.write_private("device.key", &place.read("patient.key"));
    place.write_private("device.state", &place.read("patient.state"));
    let parts = release(&place, "D", &[1, 2]);
    place
        .run(&recover(&parts, "--patient patient.pub", "found.key"))
        .ok();
    let ran = place.run("patient rotate --key found.key -o new.key").ok();
    assert!(ran.err.contains("publish it soon"), "{}", ran.err);
    assert!(
        ran.err.contains(&fingerprint(&place, "new.hsc")),
        "{}",
        ran.err
    );
    place
}

const FOLLOW: &str = "patient follow --patient patient.pub --succession new.hsc";
const WAIT: &str = "--wait 14 --seen seen";

fn fingerprint(place: &Place, file: &str) -> String {
    let shown = place.run(&format!("fingerprint --json {file}")).ok().json();
    shown["files"][0]["words"].as_str().unwrap().to_owned()
}

/// What was seen was seen so many days earlier.
fn earlier(place: &Place, days: u64) {
    let mut seen = place.read("seen");
    seen.truncate(seen.len() - 32);
    let at = seen.len() - 8;
    let time = u64::from_be_bytes(seen[at..].try_into().unwrap()) - days * 86_400;
    seen[at..].copy_from_slice(&time.to_be_bytes());
    let sum = Sha256::digest(&seen);
    seen.extend_from_slice(&sum);
    place.write_private("seen", &seen);
}

#[test]
fn a_recovery_counts_when_it_has_waited() {
    let place = recovered();
    let line = format!("{FOLLOW} {WAIT} -o now.pub");
    assert_eq!(place.run(&line).refused(), 340);
    assert_eq!(place.mode("seen"), 0o600);
    // Asking again is not seeing it anew.
    earlier(&place, 13);
    place.refuses(340, &line);
    earlier(&place, 1);
    place.run(&line).ok();
    assert_eq!(place.read("now.pub"), place.read("new.pub"));
    // What the device signs waits for nothing.
    place.run("patient rotate --key device.key -o two.key").ok();
    let device = line
        .replace("new.hsc", "two.hsc")
        .replace("now.pub", "led.pub");
    place.run(&device).ok();
    // Nobody waits who does not say so.
    place.run(&format!("{FOLLOW} -o at-once.pub")).ok();
}

/// The device objects: a thief of it can't stop a recovery, the patient gets time to be asked.
#[test]
fn an_objection_gives_time_and_decides_nothing() {
    let place = recovered();
    let object = "patient object --key device.key --succession new.hsc -o objection";
    let ran = place.run(object).ok();
    assert!(ran.err.contains("decides nothing"), "{}", ran.err);
    let line = format!("{FOLLOW} {WAIT} --objection objection -o now.pub");
    assert_eq!(place.run(&line).refused(), 340);
    earlier(&place, 41);
    place.refuses(340, &line);
    // Without it the time is over; what is no objection to this does not count.
    place.run(&format!("{FOLLOW} {WAIT} -o plain.pub")).ok();
    place.write("junk", b"no objection");
    place.run("patient new -o other.key").ok();
    place.refuses(301, &object.replace("device.key", "other.key"));
    let junk = line.replace("objection -o now.pub", "junk -o junk.pub");
    place.run(&junk).ok();
    // Many are as one.
    earlier(&place, 1);
    place
        .run(&line.replace("-o now", "--objection objection -o now"))
        .ok();
    assert_eq!(place.read("now.pub"), place.read("new.pub"));
    // The device's own rotation is nothing to object to.
    place.run("patient rotate --key device.key -o two.key").ok();
    place.refuses(
        1,
        &object
            .replace("new.hsc", "two.hsc")
            .replace("-o objection", "-o x"),
    );
}

#[test]
fn who_has_compared_the_fingerprint_need_not_wait() {
    let place = recovered();
    let confirmed = |words: &str| format!("{FOLLOW} {WAIT} --confirmed '{words}' -o now.pub");
    assert_eq!(place.run(&format!("{FOLLOW} {WAIT} -o x")).refused(), 340);
    // That of P is not enough: a succession can keep it.
    place.refuses(1, &confirmed(&fingerprint(&place, "new.pub")));
    place.refuses(1, &confirmed("twelve words"));
    place.run(&confirmed(&fingerprint(&place, "new.hsc"))).ok();
    assert_eq!(place.read("now.pub"), place.read("new.pub"));
    for flags in [
        "--wait 14",
        "--seen seen",
        "--objection o",
        "--confirmed w",
        "--wait 14 --seen seen --profile new.pub",
    ] {
        place.misused(&format!("{FOLLOW} {flags} -o x"));
    }
    place.misused("patient follow --patient patient.pub -o x");
    place.refuses_any(&format!("{FOLLOW} --wait soon --seen seen -o x"));
    place.write_private("seen", b"damaged");
    place.refuses_any(&format!("{FOLLOW} {WAIT} -o x"));
}

/// Carers and trustees change in profiles of the same key; recovery keys don't.
#[test]
fn a_later_profile_of_the_same_key_is_taken_over() {
    let place = people();
    place.run(&format!("{SPLIT} -o D")).ok();
    std::fs::copy(place.path("patient.pub"), place.path("known.pub")).unwrap();
    let carer =
        "patient carer --key patient.key --signer anna.pub --kind helper --until 2060-12-31";
    place.run(carer).ok();
    let follow = "patient follow --patient known.pub --profile";
    place.run(&format!("{follow} patient.pub -o now.pub")).ok();
    assert_eq!(place.read("now.pub"), place.read("patient.pub"));
    let back = "patient follow --patient now.pub --profile known.pub -o x";
    place.refuses(325, back);
    place.run("patient new -o other.key").ok();
    place.refuses(325, &format!("{follow} other.pub -o x"));
    // A thief of the device names trustees of their own, under the same fingerprint.
    place.run(&format!("{SPLIT} --new-recovery -o T")).ok();
    assert_eq!(
        fingerprint(&place, "patient.pub"),
        fingerprint(&place, "known.pub")
    );
    let refused = place.refuses(325, &format!("{follow} patient.pub -o x"));
    assert!(refused.contains("recovery keys"), "{refused}");
}
