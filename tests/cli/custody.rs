//! What must not happen to a patient's key and to what stands beside it.

use std::fs::{self, File};
use std::io::Read;
use std::time::Duration;

use super::support::Place;

pub const SPLIT: &str = "patient split --key patient.key --trustee t1.pub --trustee t2.pub \
     --trustee t3.pub --threshold 2";
const ANNA: &str = "patient carer --key patient.key --signer anna.pub";

pub fn people() -> Place {
    let place = Place::new();
    place.run("patient new -o patient.key").ok();
    for key in ["t1", "t2", "t3", "newphone"] {
        place.run(&format!("recipient new -o {key}.key")).ok();
    }
    place.run("signer new --name anna -o anna.key").ok();
    place
}

/// Shares of these trustees, released; they are in `DIRECTORY/release-N`.
pub fn release(place: &Place, directory: &str, trustees: &[u8]) -> String {
    let release = |trustee: &u8| {
        let to = format!("{directory}/release-{trustee}");
        let line = format!(
            "patient release --key t{trustee}.key --share {directory}/trustee-{trustee}.ht \
             --to newphone.pub -o {to} --force"
        );
        place.run(&line).ok();
        format!(" --part {to}")
    };
    trustees.iter().map(release).collect()
}

pub fn recover(parts: &str, more: &str, output: &str) -> String {
    format!("patient recover --key newphone.key{parts} {more} -o {output}")
}

fn copy(place: &Place, from: &str, to: &str) {
    fs::copy(place.path(from), place.path(to)).unwrap();
}

/// Records open with the old key until they are rewrapped: nothing takes its place, however its
/// name is spelled.
#[test]
fn rotating_never_replaces_the_old_key() {
    let place = people();
    fs::create_dir(place.path("other")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("patient.key", place.path("link.key")).unwrap();
    for output in [
        "patient.key",
        "./patient.key",
        "other/../patient.key",
        #[cfg(unix)]
        "link.key",
        // Its public file and state are the old key's.
        "patient.new",
        "./patient",
    ] {
        let line = format!("patient rotate --key patient.key --force -o {output}");
        let refused = place.refuses(1, &line);
        assert!(refused.contains("-o"), "{refused}");
    }
    let rotate = "patient rotate --key patient.key -o other/patient.key";
    let ran = place.run(rotate).ok();
    assert!(!ran.err.contains("rotated before"), "{}", ran.err);
    // A second successor of the same key would be the equal of the first.
    let ran = place.run("patient rotate --key patient.key -o again.key");
    assert!(ran.ok().err.contains("rotated before"));
}

/// Two splits side by side would look like the shares of one.
#[test]
fn shares_of_two_splits_never_stand_side_by_side() {
    let place = people();
    fs::create_dir(place.path("D")).unwrap();
    place.write("D/notes.txt", b"for Ada");
    place.run(&format!("{SPLIT} -o D")).ok();
    place.misused(&format!("{SPLIT} --new-recovery --force -o D"));
    let before = place.read("D/trustee-1.ht");
    place.refuses(1, &format!("{SPLIT} --new-recovery -o D"));
    for trustee in 1..=2 {
        fs::remove_file(place.path(&format!("D/trustee-{trustee}.ht"))).unwrap();
    }
    place.refuses(1, &format!("{SPLIT} --new-recovery -o D"));
    fs::remove_file(place.path("D/trustee-3.ht")).unwrap();
    place.run(&format!("{SPLIT} --new-recovery -o D")).ok();
    assert_ne!(place.read("D/trustee-1.ht"), before);
}

#[test]
fn the_public_file_of_another_or_a_later_one_stays() {
    let place = people();
    let carer = format!("{ANNA} --kind helper --until 2060-12-31");
    copy(&place, "patient.key", "old.key");
    copy(&place, "patient.pub", "first.pub");
    place.run(&carer).ok();
    copy(&place, "patient.key", "now.key");
    copy(&place, "patient.pub", "now.pub");
    // An old copy of the key.
    copy(&place, "old.key", "patient.key");
    let refused = place.refuses(1, &format!("{SPLIT} -o D"));
    assert!(refused.contains("old copy"), "{refused}");
    place.refuses(1, &format!("{ANNA} --remove"));
    place.refuses(1, "patient rotate --key patient.key -o new.key");
    // Another patient's file, and what is none.
    copy(&place, "now.key", "patient.key");
    place.run("patient new -o other.key").ok();
    for (name, error) in [("other.pub", 1), ("t1.pub", 105)] {
        copy(&place, name, "patient.pub");
        place.refuses(error, &format!("{SPLIT} -o D"));
        place.refuses(error, &carer);
    }
    // One that is older than the key is replaced, and can be written again.
    copy(&place, "first.pub", "patient.pub");
    let profile = "patient profile --key patient.key -o patient.pub";
    place.refuses(502, profile);
    place.run(&format!("{profile} --force")).ok();
    assert_eq!(place.read("patient.pub"), place.read("now.pub"));
    copy(&place, "first.pub", "patient.pub");
    place.run(&format!("{SPLIT} -o D")).ok();
    fs::remove_file(place.path("patient.pub")).unwrap();
    place.run(profile).ok();
    let shown = place.run("fingerprint --json patient.pub").ok().json();
    assert_eq!(shown["files"][0]["carers"].as_array().unwrap().len(), 1);
}

/// The latest profile tells whose the shares are, and who is no carer any more.
#[test]
fn recovering_takes_the_latest_profile_over() {
    let place = people();
    place
        .run(&format!("{ANNA} --kind helper --until 2060-12-31"))
        .ok();
    place.run(&format!("{SPLIT} -o D")).ok();
    place.run(&format!("{ANNA} --remove")).ok();
    let parts = release(&place, "D", &[1, 3]);
    let ran = place.run(&recover(&parts, "", "split.key")).ok();
    for words in ["compare the fingerprint", "helper", "no passphrase"] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    let line = recover(&parts, "--patient patient.pub", "found.key");
    let ran = place.run(&line).ok();
    assert!(!ran.err.contains("helper"), "{}", ran.err);
    assert_eq!(place.read("found.pub"), place.read("patient.pub"));
    assert_ne!(place.read("found.pub"), place.read("split.pub"));
    // An earlier profile is no reason to go back.
    let line = recover(&parts, "--patient split.pub", "again.key");
    place.run(&line).ok();
    assert_eq!(place.read("again.pub"), place.read("split.pub"));

    // A trustee sends shares of a patient that they made up.
    place.run("patient new -o made-up.key").ok();
    let made_up = SPLIT.replace("patient.key", "made-up.key");
    place.run(&format!("{made_up} -o M")).ok();
    let false_parts = release(&place, "M", &[1, 2]);
    place
        .run(&recover(&false_parts, "", "not-the-patient.key"))
        .ok();
    let line = recover(&false_parts, "--patient patient.pub", "x.key");
    let refused = place.refuses(323, &line);
    assert!(refused.contains("trustee 1"), "{refused}");
    // A rotation whose backup is missing is pointed at.
    place
        .run("patient rotate --key patient.key -o two.key")
        .ok();
    let line = recover(&parts, "--patient two.pub", "early.key");
    let ran = place.run(&line).ok();
    assert!(ran.err.contains("--backup"), "{}", ran.err);
}

/// What was in the file before the split does not stay on the disk, as far as the tool can tell; a
/// copy that somebody keeps by another name does.
#[cfg(unix)]
#[test]
fn the_file_with_the_recovery_secret_is_overwritten() {
    let read = |file: &mut File| {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    };
    let place = people();
    let mut before = File::open(place.path("patient.key")).unwrap();
    let length = place.read("patient.key").len();
    place.run(&format!("{SPLIT} -o D")).ok();
    assert_eq!(read(&mut before), vec![0; length]);
    // Another name.
    place.run("patient new -o other.key").ok();
    let bytes = place.read("other.key");
    fs::hard_link(place.path("other.key"), place.path("kept")).unwrap();
    let line = SPLIT.replace("patient.key", "other.key");
    place.run(&format!("{line} -o E")).ok();
    assert_eq!(place.read("kept"), bytes);
}

/// A process that waited for the key looks again which file it is: the one before it may have put
/// another in its place, which a third holds.
#[cfg(unix)]
#[test]
fn a_key_that_was_replaced_meanwhile_is_locked_again() {
    let place = people();
    let first = File::open(place.path("patient.key")).unwrap();
    first.lock().unwrap();
    let line = format!("{ANNA} --kind helper --until 2060-12-31");
    let mut waiting = place.command(&line).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    copy(&place, "patient.key", "second");
    let second = File::open(place.path("second")).unwrap();
    second.lock().unwrap();
    fs::rename(place.path("second"), place.path("patient.key")).unwrap();
    drop(first);
    std::thread::sleep(Duration::from_millis(300));
    assert!(waiting.try_wait().unwrap().is_none(), "did not wait");
    drop(second);
    assert!(waiting.wait_with_output().unwrap().status.success());
}
