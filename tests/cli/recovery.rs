//! A patient's key for life: trustees, recovery, drills, rotation.

use super::grants;
use super::support::Place;

/// A patient with a sealed record, three trustees, and a new phone.
fn people() -> Place {
    let place = Place::new();
    place.run("patient new -o patient.key").ok();
    for key in ["t1", "t2", "t3", "newphone"] {
        place
            .run(&format!("recipient new --name 'it is {key}' -o {key}.key"))
            .ok();
    }
    place.write("obs.json", b"{\"hr\":72}\n");
    grants::seal(&place, "obs", "--label type=Observation --label conf=N");
    place
}

const SPLIT: &str = "patient split --key patient.key --trustee t1.pub --trustee t2.pub \
     --trustee t3.pub --threshold 2";

/// The same, split.
fn split() -> Place {
    let place = people();
    place.run(&format!("{SPLIT} -o D")).ok();
    place
}

fn release(place: &Place, trustee: u8, directory: &str) {
    place
        .run(&format!(
            "patient release --key t{trustee}.key --share {directory}/trustee-{trustee}.ht \
             --to newphone.pub -o release-{trustee} --force"
        ))
        .ok();
}

fn recover(parts: &[&str], more: &str, output: &str) -> String {
    let parts: String = parts.iter().map(|at| format!(" --part {at}")).collect();
    format!("patient recover --key newphone.key{parts} {more} -o {output}")
}

#[test]
fn two_of_three_trustees_give_a_lost_key_back() {
    let place = split();
    let profile = place.read("patient.pub");
    std::fs::remove_file(place.path("patient.key")).unwrap();
    for trustee in [3, 1] {
        release(&place, trustee, "D");
    }
    let line = recover(&["release-1", "release-3"], "", "found.key");
    let ran = place.run(&line).ok();
    assert!(ran.err.contains("`patient rotate` now"), "{}", ran.err);
    assert_eq!(place.read("found.pub"), profile);
    assert_eq!(place.mode("found.key"), 0o600);
    assert_eq!(place.mode("found.state"), 0o600);
    place.run("open --key found.key -o own obs.hippo").ok();
    assert_eq!(place.read("own"), b"{\"hr\":72}\n");
    place
        .run("grant revoke --key found.key --none -o list")
        .ok();
}

#[test]
fn the_choice_is_explained_where_it_is_made() {
    let place = people();
    let before = place.read("patient.key");
    let ran = place.run(&format!("{SPLIT} -o D")).ok();
    for words in [
        "any 2 of them together ARE the patient",
        "fewer learn nothing",
        "destroy older copies",
        "what a thief could copy stays readable",
        "\"it is t2\"",
    ] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    assert_ne!(place.read("patient.key"), before);
    assert_eq!(place.mode("patient.key"), 0o600);
    let value = place.run("fingerprint --json patient.pub").ok().json();
    let drill = "patient recover --check --key t2.key --share D/trustee-2.ht";
    let ran = place.run(&format!("{drill} --json")).ok();
    let told = ran.json();
    assert_eq!(told["trustee"], 2);
    assert_eq!(told["threshold"], 2);
    assert_eq!(told["trustees"], 3);
    assert_eq!(told["sequence"], 1);
    assert_eq!(told["patient"]["words"], value["files"][0]["words"]);
    let ran = place
        .run("patient release --key t1.key --share D/trustee-1.ht --to newphone.pub -o release-1")
        .ok();
    let phone = place.run("fingerprint --json newphone.pub").ok().json();
    for value in [&value, &phone] {
        let words = value["files"][0]["words"].as_str().unwrap();
        assert!(ran.err.contains(words), "{}", ran.err);
    }
}

#[test]
fn a_drill_reveals_and_changes_nothing() {
    let place = split();
    let before = place.listing();
    let drill = "patient recover --check --key t2.key --share D/trustee-2.ht";
    place.run(&format!("{drill} --patient patient.pub")).ok();
    assert_eq!(place.listing(), before);
    place.refuses(303, &drill.replace("t2.key", "t1.key"));
    place.refuses(105, &drill.replace("t2.key", "patient.key"));
    place.run(&format!("{SPLIT} --new-recovery -o E")).ok();
    place.run(drill).ok();
    let stale = place.refuses(322, &format!("{drill} --patient patient.pub"));
    assert!(stale.contains("trustee 2"), "{stale}");
    let fresh = drill.replace("D/", "E/");
    place.run(&format!("{fresh} --patient patient.pub")).ok();
}

#[test]
fn wrong_mixed_stale_and_too_few_shares_are_named() {
    let place = split();
    place.run("patient new -o other.key").ok();
    let other = SPLIT.replace("patient.key", "other.key");
    place.run(&format!("{other} -o O")).ok();
    for trustee in [1, 2] {
        release(&place, trustee, "D");
    }
    release(&place, 3, "O");
    place.run(&format!("{SPLIT} --new-recovery -o E")).ok();
    place
        .run("patient release --key t2.key --share E/trustee-2.ht --to newphone.pub -o late-2")
        .ok();
    let refuses = |number, parts: &[&str]| place.refuses(number, &recover(parts, "", "x.key"));
    let few = refuses(320, &["release-1"]);
    assert!(few.contains("shares of 2 trustees"), "{few}");
    let twice = refuses(324, &["release-1", "release-1"]);
    assert!(twice.contains("trustee 1"), "{twice}");
    let stale = refuses(322, &["late-2", "release-1"]);
    assert!(stale.contains("trustee 1"), "{stale}");
    let mixed = refuses(323, &["release-1", "release-3"]);
    assert!(mixed.contains("trustee 3"), "{mixed}");
    refuses(105, &["release-1", "D/trustee-2.ht"]);
    // Another device's key.
    let line = recover(&["release-1", "release-2"], "", "x.key");
    place.refuses(303, &line.replace("newphone.key", "t3.key"));
    // Existing files stay.
    place.refuses(
        502,
        &recover(&["release-1", "release-2"], "", "patient.key"),
    );
    place.refuses(1, &format!("{SPLIT} --new-recovery -o E"));
    place.refuses(1, &format!("{SPLIT} -o F"));
    place.refuses(
        1,
        &SPLIT.replace("--threshold 2", "--new-recovery --threshold 4 -o F"),
    );
    place.refuses(
        1,
        &SPLIT.replace("--threshold 2", "--new-recovery --threshold 1 -o F"),
    );
    place.refuses(
        5,
        &SPLIT.replace(
            "t3.pub --threshold 2",
            "t1.pub --new-recovery --threshold 2 -o F",
        ),
    );
    // The old shares are good for what they were made of.
    place
        .run(&recover(&["release-1", "release-2"], "", "x.key"))
        .ok();
}

#[test]
fn flags_of_recovery() {
    let place = Place::new();
    for line in [
        "patient split --key patient.key --trustee t1.pub --threshold 2",
        "patient split --key patient.key --threshold 2 -o D",
        "patient release --key t1.key --share s -o release-1",
        "patient recover --key newphone.key -o x.key",
        "patient recover --key newphone.key --part p",
        "patient recover --check --key t1.key",
        "patient recover --check --key t1.key --share s -o x.key",
        "patient recover --check --key t1.key --share s --part p",
        "patient recover --key t1.key --share s",
        "patient rotate --key patient.key",
        "patient follow --patient patient.pub -o now.pub",
    ] {
        place.misused(line);
    }
    for command in [
        "new", "profile", "split", "release", "recover", "rotate", "follow", "object", "carer",
    ] {
        let help = place.run(&format!("patient {command} --help")).ok();
        assert!(help.text().contains("Example"), "{command}");
    }
}

#[test]
fn passphrases_stay_with_the_keys() {
    let place = people();
    place.write_private("pass", b"correct horse\n");
    place
        .run("patient new --passphrase-file pass -o shut.key")
        .ok();
    let line = SPLIT.replace("patient.key", "shut.key");
    place.refuses(304, &format!("{line} -o D"));
    place
        .run(&format!("{line} --passphrase-file pass -o D"))
        .ok();
    place.refuses(304, "patient rotate --key shut.key -o new.key");
    place
        .run("patient rotate --key shut.key --passphrase-file pass -o new.key")
        .ok();
    place.refuses(304, "grant revoke --key new.key --none -o list");
    for trustee in [1, 2] {
        release(&place, trustee, "D");
    }
    let parts = ["release-1", "release-2"];
    let more = "--new-passphrase-file pass --backup new.hb";
    place.run(&recover(&parts, more, "found.key")).ok();
    place.refuses(304, "grant revoke --key found.key --none -o list");
    assert_eq!(place.read("found.pub"), place.read("new.pub"));
}

/// The phone is stolen and the thief rotates; the patient recovers and outranks the thief.
#[test]
fn a_recovered_patient_outranks_a_thief() {
    let place = split();
    for name in ["patient.key", "patient.state"] {
        place.write_private(&name.replace("patient", "thief"), &place.read(name));
    }
    place
        .run("patient rotate --key thief.key -o thief2.key")
        .ok();
    for trustee in [2, 3] {
        release(&place, trustee, "D");
    }
    let line = recover(&["release-2", "release-3"], "", "found.key");
    place.run(&line).ok();
    let ran = place.run("patient rotate --key found.key -o new.key").ok();
    assert!(
        ran.err.contains("signed by the recovery key"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("`patient split` the new key"),
        "{}",
        ran.err
    );
    assert!(!place.path("new.hb").exists());
    let follow = |known: &str, successions: &[&str], output: &str| {
        let all: String = successions
            .iter()
            .map(|it| format!(" --succession {it}"))
            .collect();
        format!("patient follow --patient {known}{all} -o {output}")
    };
    let both = follow("patient.pub", &["thief2.hsc", "new.hsc"], "now.pub");
    let ran = place.run(&format!("{both} --json")).ok();
    assert_eq!(ran.json()["signed_by"], "recovery");
    assert_eq!(place.read("now.pub"), place.read("new.pub"));
    // Who has followed the thief comes back.
    place
        .run(&follow("patient.pub", &["thief2.hsc"], "led.pub"))
        .ok();
    place.run(&follow("led.pub", &["new.hsc"], "back.pub")).ok();
    assert_eq!(place.read("back.pub"), place.read("new.pub"));
    place.refuses(325, &follow("back.pub", &["thief2.hsc"], "x.pub"));
    // Two that are alike decide nothing.
    place
        .run("patient rotate --key thief.key -o thief3.key")
        .ok();
    let alike = ["thief2.hsc", "thief3.hsc"];
    place.refuses(325, &follow("patient.pub", &alike, "x.pub"));
    place.run("patient new -o other.key").ok();
    place
        .run("patient rotate --key other.key -o other2.key")
        .ok();
    place.refuses(301, &follow("patient.pub", &["other2.hsc"], "x.pub"));
}

#[test]
fn backups_of_rotations_lead_to_the_latest_key() {
    let place = split();
    place
        .run("patient rotate --key patient.key -o two.key")
        .ok();
    place.run("patient rotate --key two.key -o three.key").ok();
    for trustee in [1, 2] {
        release(&place, trustee, "D");
    }
    let parts = ["release-1", "release-2"];
    let both = "--backup two.hb --backup three.hb";
    place.run(&recover(&parts, both, "last.key")).ok();
    assert_eq!(place.read("last.pub"), place.read("three.pub"));
    place.run(&recover(&parts, "", "first.key")).ok();
    assert_eq!(place.read("first.pub"), place.read("patient.pub"));
    place.refuses(325, &recover(&parts, "--backup three.hb", "x.key"));
    place.refuses(105, &recover(&parts, "--backup three.hsc", "x.key"));
    place.run("open --key first.key -o own obs.hippo").ok();
    place
        .run("patient recover --check --key t1.key --share D/trustee-1.ht --patient three.pub")
        .ok();
}

#[test]
fn rotating_ends_grants_and_lists_what_to_grant_again() {
    let place = grants::granted();
    grants::ask(&place, "obs.hippo").ok();
    grants::none(&place);
    place.run(&grants::transform(1, "--revocations list")).ok();
    let rotate = "patient rotate --key patient.key --grant G -o new.key";
    let ran = place.run(&format!("{rotate} --json")).ok().json();
    assert_eq!(ran["signed_by"], "recovery");
    assert_eq!(ran["grant_again"].as_array().unwrap().len(), 1);
    assert_eq!(ran["grant_again"][0]["until"], "2060-12-31");
    // The relays learn it, and the old key grants nothing more.
    place.refuses(402, &grants::transform(2, "--revocations new.hrl"));
    let policy = "--policy type=Observation --until 2060-12-31";
    let line = format!(
        "grant new --key patient.key --to study.pub --relay r1.pub --threshold 1 {policy} -o H"
    );
    place.refuses(2, &line);
    place.run(&line.replace("patient.key", "new.key")).ok();
    grants::none(&place);
    // Nothing is overwritten, and the old key stays.
    place.refuses(502, rotate);
    place.refuses(1, &rotate.replace("new.key", "patient.key"));
    place.refuses(1, &rotate.replace("new.key", "new.hrl"));
    place.run("patient new -o other.key").ok();
    place.refuses(1, "patient rotate --key other.key --grant G -o x.key");
    // Without its state a key can't end its grants by number.
    std::fs::remove_file(place.path("other.state")).unwrap();
    place.refuses(7, "patient rotate --key other.key -o x.key");
    place
        .run("patient rotate --key other.key --new-state -o x.key")
        .ok();
}

/// Rewrapping goes on where it was interrupted, until it has nothing to do.
#[test]
fn records_move_to_the_new_key_and_rewrapping_resumes() {
    let place = people();
    std::fs::create_dir(place.path("records")).unwrap();
    for record in ["a", "b", "c"] {
        grants::seal(&place, record, "--label conf=N");
        let to = place.path(&format!("records/{record}.hippo"));
        std::fs::rename(place.path(&format!("{record}.hippo")), to).unwrap();
    }
    place
        .run("patient rotate --key patient.key -o new.key")
        .ok();
    let rewrap = "rewrap --key patient.key --patient new.pub --replace --json";
    // Interrupted after the first, and then by a record that is damaged.
    let ran = place.run(&format!("{rewrap} records/a.hippo")).ok().json();
    assert_eq!(ran["rewrapped"], 1);
    let whole = place.read("records/c.hippo");
    place.write("records/c.hippo", &whole[..40]);
    assert_eq!(place.run(&format!("{rewrap} records")).code, Some(1));
    place.write("records/c.hippo", &whole);
    let ran = place.run(&format!("{rewrap} records")).ok().json();
    assert_eq!(
        (&ran["rewrapped"], &ran["passed_over"]),
        (&1.into(), &2.into())
    );
    let ran = place.run(&format!("{rewrap} records")).ok().json();
    assert_eq!(
        (&ran["rewrapped"], &ran["passed_over"]),
        (&0.into(), &3.into())
    );
    for record in ["a", "b", "c"] {
        let line = format!("open --key new.key -o {record}.json records/{record}.hippo");
        place.run(&line).ok();
        assert_eq!(place.read(&format!("{record}.json")), b"{\"hr\":72}\n");
        place.refuses(
            303,
            &format!("open --key patient.key -o x records/{record}.hippo"),
        );
    }
}

/// Trustees of a key that was recovered through the earlier ones.
#[test]
fn recovered_keys_depose_the_earlier_trustees() {
    let place = split();
    for trustee in [1, 2] {
        release(&place, trustee, "D");
    }
    let line = recover(&["release-1", "release-2"], "", "found.key");
    place.run(&line).ok();
    place.run("recipient new -o t4.key").ok();
    let ran = place
        .run("patient split --key found.key --trustee t3.pub --trustee t4.pub --threshold 2 --new-recovery --json -o E")
        .ok();
    assert_eq!(ran.json()["succession"], true);
    place
        .run("patient follow --patient patient.pub --succession E/succession.hsc -o now.pub")
        .ok();
    assert_eq!(place.read("now.pub"), place.read("found.pub"));
}

#[test]
fn carers_stand_in_the_profile() {
    let place = people();
    for name in ["anna", "ben"] {
        let line = format!("signer new --name {name} -o {name}.key");
        place.run(&line).ok();
    }
    let carer = "patient carer --key patient.key --signer";
    let anna = format!("{carer} anna.pub --kind guardian --until 2060-12-31");
    place.run(&anna).ok();
    let ben =
        format!("{carer} ben.pub --kind helper --until 2060-06-30 --scope 'type=Observation'");
    let ran = place.run(&ben).ok();
    for words in [
        "guardian",
        "helper",
        "for everything",
        "for type=Observation",
        "30 June 2060",
    ] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    let carers = || {
        let shown = place.run("fingerprint --json patient.pub").ok().json();
        shown["files"][0]["carers"].as_array().unwrap().clone()
    };
    assert_eq!(carers().len(), 2);
    // Splitting keeps them; the records of before open, and new ones are sealed.
    place.run(&format!("{SPLIT} -o D")).ok();
    assert_eq!(carers().len(), 2);
    place.run("open --key patient.key -o own obs.hippo").ok();
    grants::seal(&place, "later", "--label conf=N");
    place.run(&format!("{carer} anna.pub --remove")).ok();
    assert_eq!(carers().len(), 1);
    assert_eq!(carers()[0]["kind"], "helper");
    assert_eq!(carers()[0]["until"], "2060-06-30");
    place.refuses(7, &format!("{carer} anna.pub --remove"));
    place.refuses(1, &anna.replace("guardian", "friend"));
    place.refuses(401, &anna.replace("2060-12-31", "soon"));
    place.refuses(200, &format!("{anna} --scope 'and'"));
    place.misused(&format!("{carer} anna.pub --kind guardian"));
    place.misused(&format!(
        "{carer} anna.pub --kind guardian --until 2060-12-31 --remove"
    ));
    // The trustees' shares are of use all the same.
    place
        .run("patient recover --check --key t1.key --share D/trustee-1.ht --patient patient.pub")
        .ok();
}
