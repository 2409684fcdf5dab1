//! Standing sharings, their refresh and their end, and grants to a role.

use std::fs;

use super::grants::{RELAYS, UNTIL, none, people, seal};
use super::support::Place;

const LIST: &str = "--revocations list";

/// People, a standing sharing of two in three in `S`, and every relay's share in its state.
fn standing() -> Place {
    let place = people();
    share(&place, "", "S");
    none(&place);
    place
}

fn share(place: &Place, more: &str, to: &str) {
    let line = format!("sharing new --key patient.key {RELAYS} {more} -o {to}");
    let told = place.run(&line).ok();
    assert!(told.err.contains("keeping the revocation"), "{}", told.err);
    for relay in 1..=3 {
        add(place, to, relay);
    }
}

fn add(place: &Place, sharing: &str, relay: u8) {
    place
        .run(&format!(
            "relay add --key r{relay}.key --sharing {sharing}/sharing.hsh --share {sharing}/share-{relay}.hs"
        ))
        .ok();
}

fn grant(place: &Place, sharing: &str, policy: &str, to: &str) {
    let line =
        format!("grant new --key patient.key --to study.pub --sharing {sharing}/sharing.hsh");
    place
        .run(&format!("{line} --policy '{policy}' {UNTIL} -o {to}"))
        .ok();
}

/// Asks under a grant, and has these relays answer; their answers go to `part-N`.
fn serve(place: &Place, grant: &str, relays: &[u8], record: &str) {
    ask(place, grant, record);
    for relay in relays {
        place
            .run(&format!("{} --force", transform(grant, *relay, LIST)))
            .ok();
    }
}

fn ask(place: &Place, grant: &str, record: &str) {
    place
        .run(&format!(
            "request new --key study.key --grant {grant}/grant.hg -o request --force {record}.hippo"
        ))
        .ok();
}

fn transform(grant: &str, relay: u8, list: &str) -> String {
    format!(
        "transform --key r{relay}.key --grant {grant}/grant.hg --request request {list} -o part-{relay}"
    )
}

fn open(grant: &str, relays: &[u8], more: &str) -> String {
    let parts: String = relays
        .iter()
        .map(|at| format!(" --part part-{at}"))
        .collect();
    format!("open --key study.key --grant {grant}/grant.hg{parts} {more} --force -o OUT obs.hippo")
}

/// One step of a refresh at one relay.
fn step(relay: u8, step: &str, given: &str, to: &str) -> String {
    format!(
        "relay refresh {step} --key r{relay}.key --sharing S/sharing.hsh {given} --force -o {to}-{relay}"
    )
}

fn all(flag: &str, name: &str) -> String {
    (1..=3)
        .map(|relay| format!("--{flag} {name}-{relay} "))
        .collect()
}

/// What each relay runs, in order.
fn steps() -> [(&'static str, String, &'static str); 4] {
    [
        ("begin", String::new(), "invitation"),
        ("deal", all("invitation", "invitation"), "dealing"),
        ("accept", all("dealing", "dealing"), "statement"),
        ("finish", all("statement", "statement"), "refreshed"),
    ]
}

/// The one file of a relay's sharings.
fn kept(place: &Place, relay: u8) -> std::path::PathBuf {
    let folder = place.path(&format!("r{relay}.state/sharings"));
    let mut files = fs::read_dir(folder).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}

#[test]
fn grants_under_a_sharing_need_no_contact_with_relays() {
    let place = standing();
    grant(&place, "S", "type=Observation and conf=N", "G");
    assert!(!place.path("G/share-1.hs").exists());
    serve(&place, "G", &[1, 3], "obs");
    place.run(&open("G", &[1, 3], "")).ok();
    assert_eq!(place.read("OUT"), b"{\"hr\":72}\n");
    place.refuses(308, &open("G", &[1], ""));
    // The relays' shares do for another grant.
    grant(&place, "S", "conf=N", "H");
    serve(&place, "H", &[2, 3], "obs");
    place.run(&open("H", &[2, 3], "")).ok();
    let shown = place.run("grant show --json G/grant.hg").ok().json();
    assert_eq!(shown["epoch"], 1);
    let sharing = place.run("sharing show --json S/sharing.hsh").ok().json();
    assert_eq!(sharing["relays"], shown["relays"]);
    // The log says which.
    let log = String::from_utf8(place.read("r3.state/log")).unwrap();
    assert_eq!(log.matches("\"epoch\":1").count(), 2);
}

#[test]
fn a_revoked_recipient_is_refused_and_others_are_served() {
    let place = standing();
    grant(&place, "S", "type=Observation and conf=N", "G");
    grant(&place, "S", "conf=N", "H");
    place
        .run("grant revoke --key patient.key --grant G/grant.hg -o list --force")
        .ok();
    ask(&place, "G", "obs");
    place.refuses(402, &transform("G", 1, LIST));
    // For ever, also without a list.
    place.refuses(402, &transform("G", 1, "--no-revocations"));
    serve(&place, "H", &[1, 2], "obs");
    place.run(&open("H", &[1, 2], "")).ok();
}

#[test]
fn what_does_not_fit_a_standing_sharing_is_refused() {
    let place = standing();
    grant(&place, "S", "conf=N", "G");
    place.refuses(
        326,
        "request new --key study.key --grant G/grant.hg --blind -o request obs.hippo",
    );
    let new = "grant new --key patient.key --to study.pub --policy conf=N --until 2060-12-31 -o X";
    place.misused(&format!("{new} --sharing S/sharing.hsh --blind"));
    place.misused(&format!(
        "{new} --sharing S/sharing.hsh --relay r1.pub --threshold 1"
    ));
    place.misused(new);
    place.misused(&format!("{new} --relay r1.pub"));
    // Another patient, another relay's share, a share twice.
    place.run("patient new -o anna.key").ok();
    let other = format!("{new} --sharing S/sharing.hsh").replace("patient.key", "anna.key");
    place.refuses(326, &other);
    let add = "relay add --sharing S/sharing.hsh --share S/share-2.hs --key";
    assert_eq!(
        place.run(&format!("{add} r1.key --state other")).refused(),
        303
    );
    place.refuses(502, &format!("{add} r2.key"));
    // A relay without a share; a share for a grant that has none of its own.
    ask(&place, "G", "obs");
    let line = transform("G", 1, LIST);
    assert_eq!(place.run(&format!("{line} --state other")).refused(), 326);
    place.refuses(105, &format!("{line} --share S/share-1.hs"));
    let own =
        format!("grant new --key patient.key --to study.pub {RELAYS} --policy conf=N {UNTIL} -o O");
    place.run(&own).ok();
    place
        .run("request new --key study.key --grant O/grant.hg -o request --force obs.hippo")
        .ok();
    place.refuses(7, &transform("O", 1, LIST));
    place.refuses(326, &format!("{line} --share O/share-1.hs"));
}

#[test]
fn relays_refresh_and_what_was_before_is_of_no_use() {
    let place = standing();
    grant(&place, "S", "conf=N", "G");
    serve(&place, "G", &[1], "obs");
    fs::copy(place.path("part-1"), place.path("part-9")).unwrap();
    let backup = kept(&place, 1);
    let before = fs::read(&backup).unwrap();
    fs::hard_link(&backup, place.path("inode")).unwrap();
    for (name, given, to) in steps() {
        for relay in 1..=3 {
            let told = place.run(&format!("{} --json", step(relay, name, &given, to)));
            let told = told.ok().json();
            assert_eq!(told["refresh"], 1);
            assert_eq!(told["in_use"], u32::from(name == "finish"));
        }
        // A relay serves with its old share until it finishes.
        if name == "accept" {
            serve(&place, "G", &[1, 2], "obs");
            place.run(&open("G", &[1, 2], "")).ok();
        }
    }
    assert!(place.read("inode").iter().all(|byte| *byte == 0));
    assert_ne!(fs::read(&backup).unwrap(), before);
    let first = place.read("refreshed-1");
    assert_eq!(first, place.read("refreshed-3"));
    serve(&place, "G", &[2, 3], "obs");
    place
        .run(&open("G", &[2, 3], "--refreshed refreshed-1"))
        .ok();
    place.refuses(329, &open("G", &[2, 3], "--refreshed statement-1"));
    // Answers of before do not fit those of after.
    serve(&place, "G", &[1, 2, 3], "obs");
    let mixed = open("G", &[2], "--part part-9");
    assert!([327, 308].contains(&place.run(&mixed).refused()));
    // A file copied back is recognised.
    fs::write(&backup, &before).unwrap();
    place.refuses(326, &transform("G", 1, LIST).replace("part-1", "part-x"));
    // And so is the share as it was dealt.
    fs::remove_file(&backup).unwrap();
    let add = "relay add --key r1.key --sharing S/sharing.hsh --share S/share-1.hs";
    place.refuses(326, add);
}

#[test]
fn a_refresh_names_who_is_missing_and_goes_in_order() {
    let place = standing();
    for relay in 1..=3 {
        place.run(&step(relay, "begin", "", "invitation")).ok();
    }
    let two = "--invitation invitation-1 --invitation invitation-3";
    let refused = place.run(&step(1, "deal", two, "dealing"));
    assert!(refused.err.contains("relay 2"), "{}", refused.err);
    assert_eq!(refused.refused(), 329);
    let of_another_kind = all("invitation", "invitation").replace("invitation-1", "S/sharing.hsh");
    place.refuses(105, &step(1, "deal", &of_another_kind, "dealing"));
    let invitations = all("invitation", "invitation");
    for relay in 1..=3 {
        place
            .run(&step(relay, "deal", &invitations, "dealing"))
            .ok();
    }
    // Given up by one: the others see it, and follow once they have its invitation.
    let dealings = all("dealing", "dealing");
    place.run(&step(1, "accept", &dealings, "statement")).ok();
    place.refuses(330, &step(1, "begin", "", "invitation"));
    place.refuses(330, &step(1, "begin", "--again", "invitation"));
    place.run(&step(2, "begin", "--again", "invitation")).ok();
    place.refuses(329, &step(2, "accept", &dealings, "statement"));
    let again = "--again --invitation invitation-2";
    for relay in [1, 3] {
        place.run(&step(relay, "begin", again, "invitation")).ok();
    }
    for (name, given, to) in steps().into_iter().skip(1) {
        for relay in 1..=3 {
            let told = place.run(&format!("{} --json", step(relay, name, &given, to)));
            assert_eq!(told.ok().json()["refresh"], 2);
        }
    }
}

#[test]
fn an_ended_epoch_is_erased_and_the_next_committee_goes_on() {
    let place = standing();
    grant(&place, "S", "conf=N", "G");
    for relay in 4..=6 {
        place.run(&format!("relay new -o r{relay}.key")).ok();
    }
    place
        .run(
            "sharing new --key patient.key --after S/sharing.hsh --relay r4.pub --relay r5.pub \
             --relay r6.pub --threshold 3 -o T",
        )
        .ok();
    for relay in 4..=6 {
        let share = relay - 3;
        place
            .run(&format!(
                "relay add --key r{relay}.key --sharing T/sharing.hsh --share T/share-{share}.hs"
            ))
            .ok();
    }
    // Both serve until the one before is ended; each its own grants.
    grant(&place, "T", "conf=N", "H");
    serve(&place, "G", &[1, 2], "obs");
    place.run(&open("G", &[1, 2], "")).ok();
    ask(&place, "G", "obs");
    assert!(place.run(&transform("G", 4, LIST)).refused() > 0);
    let told = place
        .run("sharing end --key patient.key --sharing S/sharing.hsh -o end --json")
        .ok()
        .json();
    assert_eq!(told["epoch"], 1);
    let file = kept(&place, 1);
    fs::hard_link(&file, place.path("inode")).unwrap();
    let end = |relay: u8| {
        let line = format!("relay end --key r{relay}.key --end end --json");
        place.run(&line).ok().json()["erased"].clone()
    };
    assert_eq!(end(1), true);
    assert!(!file.exists());
    assert!(place.read("inode").iter().all(|byte| *byte == 0));
    assert_eq!(end(1), false);
    let line = transform("G", 1, "--no-revocations").replace("part-1", "part-x");
    place.refuses(406, &line);
    let add = "relay add --key r1.key --sharing S/sharing.hsh --share S/share-1.hs";
    place.refuses(406, add);
    // Those who do not know serve still; the end is in effect when too few are left.
    let line = transform("G", 2, LIST).replace("part-2", "part-y");
    place.run(&line).ok();
    serve(&place, "H", &[4, 5, 6], "obs");
    place.run(&open("H", &[4, 5, 6], "")).ok();
    // Nobody else ends it.
    place.run("patient new -o anna.key").ok();
    place.refuses(
        326,
        "sharing end --key anna.key --sharing T/sharing.hsh -o end2",
    );
    // What was refused stands in the log.
    let log = String::from_utf8(place.read("r1.state/log")).unwrap();
    assert!(log.lines().last().unwrap().contains("\"refused\":406"));
}

#[test]
fn a_relay_that_is_killed_at_any_step_goes_on() {
    let place = standing();
    grant(&place, "S", "conf=N", "G");
    for round in 0..2u64 {
        for (at, (name, given, to)) in steps().into_iter().enumerate() {
            for relay in 1..=3 {
                let line = step(relay, name, &given, to);
                let mut child = place.command(&line).spawn().unwrap();
                let wait = (round * 12 + at as u64 * 3 + u64::from(relay)) * 2;
                std::thread::sleep(std::time::Duration::from_millis(wait));
                // It may have ended before.
                let _ = child.kill();
                child.wait().unwrap();
                place.run(&line).ok();
            }
        }
    }
    serve(&place, "G", &[1, 3], "obs");
    place
        .run(&open("G", &[1, 3], "--refreshed refreshed-2"))
        .ok();
    let shown = place
        .run(&format!("{} --json", step(1, "begin", "", "again")))
        .ok();
    assert_eq!(shown.json()["in_use"], 2);
}

/// A ward: an authority with two doctors, each with a key and a credential of their own.
fn ward() -> Place {
    let place = people();
    place
        .run("authority new --name 'St. Elsewhere' -o hospital.key")
        .ok();
    for (doctor, role) in [("anna", "cardiologist"), ("ben", "nurse")] {
        place
            .run(&format!("recipient new --name {doctor} -o {doctor}.key"))
            .ok();
        place
            .run(&format!(
                "authority issue --key hospital.key --attr role={role} {UNTIL} -o {doctor}.attr"
            ))
            .ok();
        credential(&place, doctor, role, "--until 2060-12-31", doctor);
    }
    place
        .run(&format!(
            "grant new --key patient.key --to-role role=cardiologist --authority hospital.pub \
             {RELAYS} --policy conf=N {UNTIL} -o G"
        ))
        .ok();
    none(&place);
    place
}

fn credential(place: &Place, doctor: &str, role: &str, times: &str, to: &str) {
    place
        .run(&format!(
            "credential issue --key hospital.key --to {doctor}.pub --attr role={role} {times} -o {to}.hc"
        ))
        .ok();
}

fn ask_in_role(doctor: &str, credential: &str, opener: &str) -> String {
    format!(
        "request new --key {doctor}.key --credential {credential}.hc --role-key {opener}.attr \
         --grant G/grant.hg -o request --force obs.hippo"
    )
}

#[test]
fn a_grant_to_a_role_serves_each_with_a_key_of_their_own() {
    let place = ward();
    place.run(&ask_in_role("anna", "anna", "anna")).ok();
    for relay in [1, 2] {
        let line = format!(
            "transform --key r{relay}.key --grant G/grant.hg --share G/share-{relay}.hs --request request {LIST} -o part-{relay} --json"
        );
        let told = place.run(&line).ok().json();
        assert_eq!(told["attributes"], "role=cardiologist");
        let shown = place.run("fingerprint --json anna.pub").ok().json();
        assert_eq!(told["recipient"], shown["files"][0]["fingerprint"]);
    }
    let open = "open --grant G/grant.hg --part part-1 --part part-2 -o OUT --force obs.hippo";
    place.run(&format!("{open} --key anna.attr")).ok();
    assert_eq!(place.read("OUT"), b"{\"hr\":72}\n");
    // A key outside the role, and one that is none.
    place.refuses(204, &format!("{open} --key ben.attr"));
    place.refuses(303, &format!("{open} --key anna.key"));
    let log = String::from_utf8(place.read("r1.state/log")).unwrap();
    assert!(
        log.contains("\"attributes\":\"role=cardiologist\""),
        "{log}"
    );
    let shown = place.run("grant show --json G/grant.hg").ok().json();
    assert_eq!(shown["role"]["policy"], "role=cardiologist");
    assert!(shown["recipient"].is_null());
}

#[test]
fn who_is_not_in_the_role_does_not_get_as_far_as_a_relay() {
    let place = ward();
    place.refuses(204, &ask_in_role("ben", "ben", "ben"));
    place.refuses(331, &ask_in_role("ben", "ben", "anna"));
    place.refuses(331, &ask_in_role("ben", "anna", "anna"));
    credential(
        &place,
        "anna",
        "cardiologist",
        "--from 2020-01-01 --until 2020-12-31",
        "ended",
    );
    place.refuses(407, &ask_in_role("anna", "ended", "anna"));
    place.run("authority new --name other -o other.key").ok();
    place
        .run("credential issue --key other.key --to anna.pub --attr role=cardiologist --until 2060-12-31 -o foreign.hc")
        .ok();
    place.refuses(331, &ask_in_role("anna", "foreign", "anna"));
    let shown = place.run("credential show --json anna.hc").ok().json();
    assert_eq!(shown["attributes"][0], "role=cardiologist");
    place.misused(
        "request new --key anna.key --credential anna.hc --grant G/grant.hg -o q obs.hippo",
    );
    place.refuses(
        303,
        "request new --key anna.key --grant G/grant.hg -o q obs.hippo",
    );
    let new = "grant new --key patient.key --policy conf=N --until 2060-12-31 --relay r1.pub --threshold 1 -o X";
    place.misused(&format!("{new} --to-role role=a"));
    place.misused(&format!(
        "{new} --to study.pub --to-role role=a --authority hospital.pub"
    ));
    // Another issuer than the authority, who has no keys to issue.
    place.run("signer new --name registry -o registry.key").ok();
    place
        .run(&format!("{new} --to-role role=cardiologist --authority hospital.pub --issuer registry.pub --force").replace("-o X", "-o G"))
        .ok();
    place.refuses(331, &ask_in_role("anna", "anna", "anna"));
    place
        .run("credential issue --key registry.key --to anna.pub --attr role=cardiologist --until 2060-12-31 -o registry.hc")
        .ok();
    place.run(&ask_in_role("anna", "registry", "anna")).ok();
}

#[test]
fn a_role_under_a_standing_sharing() {
    let place = ward();
    share(&place, "", "S");
    place
        .run(&format!(
            "grant new --key patient.key --to-role role=cardiologist --authority hospital.pub \
             --sharing S/sharing.hsh --policy conf=N {UNTIL} -o G --force"
        ))
        .ok();
    seal(&place, "more", "--label conf=N");
    place.run(&ask_in_role("anna", "anna", "anna")).ok();
    for relay in [2, 3] {
        place.run(&transform("G", relay, LIST)).ok();
    }
    place
        .run("open --key anna.attr --grant G/grant.hg --part part-2 --part part-3 -o OUT obs.hippo")
        .ok();
}
