//! What grants say, how they are numbered, and the keys behind them.

use super::grants::{RELAYS, UNTIL, grant, people};
use super::support::{Place, Ran};

#[test]
fn what_grants_say_and_where_they_go() {
    let place = people();
    let policy = format!("--policy type=Observation {UNTIL}");
    let told = grant(&place, &policy, "deep/G").ok().err;
    let shown = place
        .run("fingerprint --json patient.pub study.pub r1.pub r2.pub r3.pub")
        .ok();
    let files = shown.json()["files"].clone();
    for at in 0..5 {
        let words = files[at]["words"].as_str().unwrap();
        assert!(told.contains(words), "{at}: {told}");
    }
    let kinds: Vec<_> = (0..3).map(|at| files[at]["kind"].clone()).collect();
    assert_eq!(kinds, ["patient", "recipient", "relay"]);
    let sealed = place
        .run("seal --patient patient.pub --label a=b --record x -o x.hippo obs.json")
        .ok();
    let words = files[0]["words"].as_str().unwrap();
    assert!(
        sealed.err.contains(words) && sealed.err.contains("a=b"),
        "{}",
        sealed.err
    );

    let line = format!("grant new --key patient.key --to study.pub {policy}");
    place.refuses(502, &format!("{line} {RELAYS} -o deep/G"));
    place
        .run(&format!("{line} {RELAYS} -o deep/G --force"))
        .ok();
    for (code, bad) in [
        (1, "--relay r1.pub --threshold 2"),
        (1, "--relay r1.pub --threshold 0"),
        (2, "--relay r1.pub --threshold 256"),
        (1, "--relay r1.pub --threshold two"),
        (5, "--relay r1.pub --relay r1.pub --threshold 1"),
        (105, "--relay study.pub --threshold 1"),
        (105, "--relay patient.key --threshold 1"),
    ] {
        place.refuses(code, &format!("{line} {bad} -o new"));
        assert!(!place.path("new").exists(), "{bad}");
    }
    place.misused(&format!("{line} -o new"));
    place.refuses(
        105,
        &format!("grant new --key study.key --to study.pub {policy} {RELAYS} -o new"),
    );
    place.refuses(1, &format!("{line} {RELAYS} --consent 00 -o new"));
    let digest = "ab".repeat(32);
    place
        .run(&format!("{line} {RELAYS} --consent {digest} -o consented"))
        .ok();
    let shown = place
        .run("grant show --json consented/grant.hg")
        .ok()
        .json();
    assert_eq!(shown["consent"], digest);
    assert!(shown["publisher"]["is_patient"].as_bool().unwrap());

    // A grant that was changed is none.
    let text = String::from_utf8(place.read("consented/grant.hg")).unwrap();
    let changed = text.replacen('A', "B", 1);
    assert_ne!(changed, text);
    place.write("changed.hg", changed.as_bytes());
    place.refuses_any("grant show changed.hg");
}

#[test]
fn numbers_of_grants_rise_and_a_lost_state_is_said() {
    let place = people();
    let policy = format!("--policy type=Observation {UNTIL}");
    let number = |directory: &str| {
        let shown = place
            .run(&format!("grant show --json {directory}/grant.hg"))
            .ok();
        shown.json()["sequence"].as_u64().unwrap()
    };
    grant(&place, &policy, "A").ok();
    grant(&place, &policy, "B").ok();
    assert!(number("B") > number("A"));
    place
        .run("grant revoke --key patient.key --grant A/grant.hg -o list")
        .ok();
    // Three grants and lists in a second are ahead of the clock, which a lost state begins with.
    std::thread::sleep(std::time::Duration::from_millis(3100));
    std::fs::remove_file(place.path("patient.state")).unwrap();
    let line = format!("grant new --key patient.key --to study.pub {RELAYS} {policy} -o C");
    place.refuses(7, &line);
    place.refuses(7, "grant revoke --key patient.key --none -o again");
    place.refuses(7, "grant list --key patient.key A");
    let told = place
        .run("grant revoke --key patient.key --none --new-state --earlier list -o again --json")
        .ok()
        .json();
    assert_eq!(told["entries"].as_array().unwrap().len(), 1);
    let listed = place
        .run("grant list --key patient.key --json A B")
        .ok()
        .json();
    assert_eq!(listed["grants"][0]["status"], "revoked");
    assert_eq!(listed["grants"][1]["status"], "live");
    place.run(&line).ok();
    assert!(number("C") > number("B"));
    place.refuses(
        1,
        "grant revoke --key patient.key --none --new-state -o third",
    );
    // Another key's state is not taken.
    place.run("patient new -o anna.key").ok();
    std::fs::copy(place.path("anna.state"), place.path("patient.state")).unwrap();
    place.refuses(1, "grant revoke --key patient.key --none -o third");
    place.refuses(1, "grant list --key anna.key A");
}

/// Of many at once each has a number of its own.
#[test]
fn lists_made_at_once_have_different_numbers() {
    let place = people();
    let running: Vec<_> = (0..5)
        .map(|at| {
            let line = format!("grant revoke --key patient.key --none --json -o list-{at}");
            place.command(&line).spawn().unwrap()
        })
        .collect();
    let numbers: std::collections::BTreeSet<u64> = running
        .into_iter()
        .map(|child| Ran::from(child.wait_with_output().unwrap()).ok().json())
        .map(|told| told["list"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers.len(), 5);
}

/// Keys are as those of others: passphrases, modes, nothing overwritten.
#[test]
fn keys_of_patients_recipients_and_relays() {
    let place = Place::new();
    place.write_private("pass", b"correct horse\n");
    for (what, name) in [("patient", "p"), ("recipient", "s"), ("relay", "r")] {
        let line = format!("{what} new --passphrase-file pass -o {name}.key");
        let told = place.run(&format!("{line} --json")).ok().json();
        assert_eq!(told["protected"], true);
        assert_eq!(place.mode(&format!("{name}.key")), 0o600);
        let shown = place
            .run(&format!("fingerprint --json {name}.pub"))
            .ok()
            .json();
        assert_eq!(shown["files"][0]["kind"], what);
        assert_eq!(shown["files"][0]["words"], told["words"]);
        place.refuses(502, &line);
        place.refuses(1, &format!("{what} new -o name.pub"));
        if what != "recipient" {
            place.refuses(1, &format!("{what} new -o name.state"));
            assert!(!place.path("name.pub").exists());
        }
    }
    assert_eq!(place.mode("p.state"), 0o600);
    assert_eq!(place.mode("r.state"), 0o700);
    place.run("patient new --force -o p.key").ok();
    let told = place.run("patient new -o q.key").ok().err;
    assert!(
        told.contains("no trustees") && told.contains("no passphrase"),
        "{told}"
    );
    let place = people();
    place.write_private("pass", b"correct horse\n");
    place
        .run("patient new --force --passphrase-file pass -o patient.key")
        .ok();
    let line =
        format!("grant new --key patient.key --to study.pub {RELAYS} --policy a=b {UNTIL} -o G");
    place.refuses(304, &line);
    place.run(&format!("{line} --passphrase-file pass")).ok();
}
