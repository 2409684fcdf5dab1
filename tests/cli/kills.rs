//! The tool is killed between any two changes that it makes to the disk: there is the old state or
//! the new one, and what it was asked can be asked again.
//!
//! Where `strace` is at hand it kills at every system call that changes what is on the disk, one
//! after the other; elsewhere the kill comes at moments that are drawn.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::custody::{SPLIT, people, recover, release};
use super::support::{Dice, Place};

const CHANGES: &str = "mkdir,mkdirat,write,fsync,rename,renameat,renameat2,link,linkat,unlink,\
     unlinkat,rmdir";

fn strace() -> Command {
    let mut command = Command::new("strace");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn has_strace() -> bool {
    let inject = "inject=fsync:signal=SIGKILL:when=1";
    let tried = strace()
        .args(["-f", "-o", "/dev/null", "-e", inject, "true"])
        .status();
    tried.is_ok_and(|status| status.success())
}

/// A copy of everything in a place, which stays as it is.
fn copy(place: &Place) -> Place {
    fn all(from: &Path, to: &Path) {
        for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                fs::create_dir(&to).unwrap();
                all(&entry.path(), &to);
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    let copy = Place::new();
    all(&place.path(""), &copy.path(""));
    copy
}

/// Runs a command line in copies of a place, killed once in each, and looks at what is left.
fn at_every_step(place: &Place, line: &str, look: impl Fn(&Place, &str)) {
    if has_strace() {
        let mut kills = 0;
        // Most calls leave nothing new to look at.
        let mut seen = BTreeSet::new();
        for when in 1.. {
            let copy = copy(place);
            let tool = copy.command(line);
            let inject = format!("inject={CHANGES}:signal=SIGKILL:when={when}");
            let status = strace()
                .args(["-f", "-o", "/dev/null", "-e", &inject])
                .arg(tool.get_program())
                .args(tool.get_args())
                .current_dir(copy.path(""))
                .stdin(Stdio::null())
                .status()
                .unwrap();
            kills += 1;
            let names = tree(&copy.path(""));
            if seen.insert(names) || status.success() {
                look(&copy, &format!("{line}: killed at step {when}"));
            }
            if status.success() {
                break;
            }
        }
        assert!(kills > 5, "{kills}");
        return;
    }
    let whole = Instant::now();
    copy(place).run(line).ok();
    let time = whole.elapsed();
    let mut dice = Dice::new(7);
    for round in 0..30 {
        let copy = copy(place);
        let mut child = copy.command(line).spawn().unwrap();
        std::thread::sleep(time.mul_f64(dice.below(1000) as f64 / 900.0));
        let _ = child.kill();
        child.wait().unwrap();
        look(&copy, &format!("{line}: killed, round {round}"));
    }
}

/// What is where, temporary files apart, and how long it is.
fn tree(place: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            found.extend(
                tree(&entry.path())
                    .into_iter()
                    .map(|(inner, length)| (format!("{name}/{inner}"), length)),
            );
        }
        if !name.ends_with(".tmp") {
            // A file that another has replaced has another number.
            found.push((name, number(&entry.path())));
        }
    }
    found.sort();
    found
}

fn number(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).unwrap();
    found.mtime_nsec() as u64 ^ found.len()
}

fn patient(place: &Place, file: &str) -> String {
    let shown = place.run(&format!("fingerprint --json {file}")).ok().json();
    shown["files"][0]["words"].as_str().unwrap().to_owned()
}

/// The shares in a directory, each of which passes its trustee's drill.
fn shares(place: &Place, directory: &str) -> Vec<u8> {
    let there = |trustee: &u8| {
        place
            .path(&format!("{directory}/trustee-{trustee}.ht"))
            .exists()
    };
    let there: Vec<u8> = (1..=3).filter(there).collect();
    for trustee in &there {
        let share = format!("{directory}/trustee-{trustee}.ht");
        place
            .run(&format!(
                "patient recover --check --key t{trustee}.key --share {share}"
            ))
            .ok();
    }
    there
}

/// Recovers from the shares in a directory, held against the profile that the key has now.
fn recovers(place: &Place, directory: &str, step: &str) {
    let now = format!("patient profile --key patient.key -o {directory}/now.pub");
    place.run(&now).ok();
    let parts = release(place, directory, &[3, 1]);
    let more = format!("--patient {directory}/now.pub");
    let output = format!("{directory}/found.key");
    let ran = place.run(&recover(&parts, &more, &output));
    assert_eq!(ran.code, Some(0), "{step}: {}", ran.err);
    let found = patient(place, &format!("{directory}/found.pub"));
    assert_eq!(found, patient(place, "patient.pub"), "{step}");
}

#[test]
fn a_split_that_is_killed_loses_no_key_and_no_share() {
    let place = people();
    let (before, owner) = (place.read("patient.key"), patient(&place, "patient.pub"));
    at_every_step(&place, &format!("{SPLIT} -o D"), |place, step| {
        assert_eq!(patient(place, "patient.pub"), owner, "{step}");
        place.run("patient profile --key patient.key -o p.pub").ok();
        assert_eq!(patient(place, "p.pub"), owner, "{step}");
        let whole = place.path("D").exists() && shares(place, "D") == [1, 2, 3];
        // What looks whole gives the key back; the secret goes when it does, and not before.
        if whole {
            recovers(place, "D", step);
        }
        if place.read("patient.key") == before {
            place.run(&format!("{SPLIT} -o E")).ok();
            recovers(place, "E", step);
        } else {
            assert!(whole, "{step}");
        }
    });
}

#[test]
fn a_second_split_that_is_killed_leaves_the_first_or_the_second() {
    let place = people();
    place.run(&format!("{SPLIT} -o D")).ok();
    let before = place.read("patient.key");
    let line = format!("{SPLIT} --new-recovery -o E");
    at_every_step(&place, &line, |place, step| {
        assert_eq!(shares(place, "D"), [1, 2, 3], "{step}");
        if place.read("patient.key") == before {
            recovers(place, "D", step);
        } else {
            assert_eq!(shares(place, "E"), [1, 2, 3], "{step}");
            recovers(place, "E", step);
        }
    });
}

#[test]
fn a_rotation_that_is_killed_can_be_made_again() {
    let place = people();
    place.write("note", b"72/min");
    let seal = "seal --patient patient.pub --label conf=N --record r -o r.hippo note";
    place.run(seal).ok();
    place.run(&format!("{SPLIT} -o D")).ok();
    let (before, known) = (place.read("patient.key"), place.read("patient.pub"));
    let rotate = "patient rotate --key patient.key -o new.key";
    at_every_step(&place, rotate, |place, step| {
        assert_eq!(place.read("patient.key"), before, "{step}");
        assert_eq!(place.read("patient.pub"), known, "{step}");
        place.run("open --key patient.key -o own r.hippo").ok();
        let there = |name: &str| place.path(name).exists();
        // Nothing that leads to the new key is there without it.
        if there("new.pub") || there("new.hsc") || there("new.hb") {
            place.run("patient profile --key new.key -o n.pub").ok();
        }
        if there("new.pub") || there("new.hsc") {
            for name in ["new.hb", "new.hrl", "new.state"] {
                assert!(there(name), "{step}: {name}");
            }
        }
        // Asked again it goes on: numbers of lists are not used twice, and the trustees reach it.
        let first = there("new.hrl").then(|| place.read("new.hrl"));
        place.run(&format!("{rotate} --force")).ok();
        assert_ne!(first, Some(place.read("new.hrl")), "{step}");
        place
            .run("patient follow --patient patient.pub --succession new.hsc -o now.pub")
            .ok();
        assert_eq!(place.read("now.pub"), place.read("new.pub"), "{step}");
        let parts = release(place, "D", &[1, 2]);
        place
            .run(&recover(&parts, "--backup new.hb", "found.key"))
            .ok();
        assert_eq!(place.read("found.pub"), place.read("new.pub"), "{step}");
    });
}

#[test]
fn a_recovery_that_is_killed_can_be_made_again() {
    let place = people();
    place.run(&format!("{SPLIT} -o D")).ok();
    let parts = release(&place, "D", &[1, 2]);
    let line = recover(&parts, "--patient patient.pub", "found.key");
    at_every_step(&place, &line, |place, step| {
        if place.path("found.key").exists() {
            place.run("patient profile --key found.key -o f.pub").ok();
            assert_eq!(place.read("f.pub"), place.read("patient.pub"), "{step}");
        }
        place.run(&format!("{line} --force")).ok();
        place
            .run("grant revoke --key found.key --none -o list")
            .ok();
    });
}

#[test]
fn a_change_of_carers_that_is_killed_is_made_or_not() {
    let place = people();
    let (before, owner) = (place.read("patient.key"), patient(&place, "patient.pub"));
    let line = "patient carer --key patient.key --signer anna.pub --kind helper --until 2060-12-31";
    at_every_step(&place, line, |place, step| {
        let profile = "patient profile --key patient.key -o patient.pub --force --json";
        let told = place.run(profile).ok().json();
        let changed = u64::from(place.read("patient.key") != before);
        assert_eq!(told["sequence"], changed, "{step}");
        assert_eq!(patient(place, "patient.pub"), owner, "{step}");
        place.run(line).ok();
    });
}

/// The shares and the names of their directories are on the disk before the key without the secret
/// takes the place of the key with it.
#[test]
fn shares_are_synchronised_before_the_secret_goes() {
    if !has_strace() {
        println!("skipped: no strace");
        return;
    }
    let place = people();
    let tool = place.command(&format!("{SPLIT} -o out/D"));
    let calls = ["-f", "-y", "-o", "log", "-e", "trace=/^(fsync|rename.*)$"];
    let status = strace()
        .args(calls)
        .arg(tool.get_program())
        .args(tool.get_args())
        .current_dir(place.path(""))
        .status()
        .unwrap();
    assert!(status.success());
    let log = String::from_utf8(place.read("log")).unwrap();
    let find = |what: &dyn Fn(&str) -> bool| log.lines().position(what);
    let last = |what: &dyn Fn(&str) -> bool| {
        let found = log.lines().collect::<Vec<_>>();
        found.iter().rposition(|line| what(line))
    };
    let key = find(&|line| line.contains("rename") && line.contains("/patient.key\""));
    let share = last(&|line| line.contains("rename") && line.contains("trustee-"));
    let directory = last(&|line| line.contains("fsync") && line.contains("/out/D>"));
    let parent = last(&|line| line.contains("fsync") && line.contains("/out>"));
    let above = find(&|line| {
        let root = place.path("").canonicalize().unwrap();
        line.contains("fsync") && line.contains(&format!("{}>", root.display()))
    });
    assert!(share.unwrap() < directory.unwrap(), "{log}");
    assert!(directory < key && parent.unwrap() < key.unwrap(), "{log}");
    assert!(above.unwrap() < key.unwrap(), "{log}");
}
