//! Files: what appears, with which permissions, and what never does.

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::support::{Dice, Place};

const SEAL: &str = "seal --authority hospital.pub --policy role=cardiologist --record r";

#[cfg(unix)]
#[test]
fn secrets_are_for_their_owner() {
    let place = Place::hospital();
    place.run(&format!("{SEAL} -o r.hippo obs.json")).ok();
    place.run("open --key icu.key -o OUT r.hippo").ok();
    for secret in ["hospital.key", "ward.key", "icu.key", "OUT"] {
        assert_eq!(place.mode(secret), 0o600, "{secret}");
    }
    // A file that others could read may have been read: it is not used.
    for (file, line) in [
        (
            "hospital.key",
            "authority issue --key hospital.key --attr a=b --until 2060-01-01 -o x.key",
        ),
        ("icu.key", "open --key icu.key -o x r.hippo"),
        ("icu.key", "doctor --key icu.key r.hippo"),
        ("icu.key", "policy check a=b --key icu.key"),
        (
            "ward.key",
            "seal --authority hospital.pub --policy a=b --record r --sign ward.key -o x obs.json",
        ),
    ] {
        for mode in [0o640, 0o604, 0o620, 0o601] {
            place.chmod(file, mode);
            place.refuses(504, line);
        }
        place.chmod(file, 0o600);
    }
}

/// Every command that writes: an existing output is refused and kept, or with --force replaced.
#[test]
fn outputs_are_not_overwritten_without_force() {
    let place = Place::hospital();
    place.run(&format!("{SEAL} -o r.hippo obs.json")).ok();
    for (line, outputs) in [
        ("authority new -o x.key", &["x.key", "x.pub"][..]),
        ("signer new -o x.key", &["x.key", "x.pub"]),
        (
            "authority issue --key hospital.key --attr a=b --until 2060-01-01 -o x.key",
            &["x.key"],
        ),
        (
            "seal --authority hospital.pub --policy a=b --record r -o x.hippo obs.json",
            &["x.hippo"],
        ),
        ("open --key icu.key -o x.json r.hippo", &["x.json"]),
    ] {
        // Each output alone stands in the way, and then the other does not appear.
        for output in outputs {
            place.write(output, b"mine");
            place.refuses(502, line);
            place.run(&format!("{line} --force")).ok();
            for replaced in outputs {
                assert_ne!(place.read(replaced), b"mine", "{line}");
                fs::remove_file(place.path(replaced)).unwrap();
            }
        }
    }
}

#[test]
fn names_that_cannot_be_written() {
    let place = Place::hospital();
    fs::create_dir(place.path("folder")).unwrap();
    fs::create_dir(place.path("y.pub")).unwrap();
    for line in ["authority new", "signer new"] {
        for force in ["", "--force"] {
            assert!(place.refuses_any(&format!("{line} {force} -o y.key")) >= 501);
            assert!(place.refuses_any(&format!("{line} {force} -o nowhere/x.key")) == 501);
        }
        place.refuses(1, &format!("{line} -o hospital.pub"));
        place.refuses(1, &format!("{line} -o -"));
        place.refuses(1, &format!("{line} -o ''"));
    }
    place.refuses(501, &format!("{SEAL} --force -o folder obs.json"));
    place.refuses(501, &format!("{SEAL} -o nowhere/x obs.json"));
    place.refuses(501, &format!("{SEAL} -o '' obs.json"));
    place.refuses(501, &format!("{SEAL} -o x nowhere"));
    place.refuses(501, &format!("{SEAL} -o x folder"));
    place.refuses(501, &format!("{SEAL} -o x ''"));
    place.refuses(501, "inspect nowhere");
    place.refuses(501, "fingerprint ''");
}

#[test]
fn input_and_output_can_be_the_same_file() {
    let place = Place::hospital();
    let content = Dice::new(5).bytes(200_000);
    place.write("x", &content);
    place.refuses(502, &format!("{SEAL} -o x x"));
    place.run(&format!("{SEAL} --force -o x x")).ok();
    assert!(place.read("x") != content);
    place.refuses(204, "open --key dentist.key --force -o x x");
    place.run("open --key icu.key --force -o x x").ok();
    assert!(place.read("x") == content);
}

/// Damage anywhere, the end included: nothing appears, and an existing file stays.
#[test]
fn failures_in_the_middle_leave_nothing() {
    let place = Place::hospital();
    place.write("big", &Dice::new(6).bytes(1_000_000));
    place
        .run(&format!("{SEAL} --sign ward.key -o r.hippo big"))
        .ok();
    let good = place.read("r.hippo");
    place.write("OLD", b"mine");
    for at in [good.len() / 2, good.len() - 65, good.len() - 1] {
        let mut changed = good.clone();
        changed[at] ^= 0x10;
        place.write("x.hippo", &changed);
        let number = if at == good.len() - 1 { 301 } else { 300 };
        place.refuses(number, "open --key icu.key -o OUT x.hippo");
        place.refuses(number, "open --key icu.key --force -o OLD x.hippo");
        place.write("x.hippo", &good[..at]);
        place.refuses_any("open --key icu.key -o OUT x.hippo");
        place.refuses_any("open --key icu.key --force -o OLD x.hippo");
    }
    place.write("x.hippo", &[&good[..], b"x"].concat());
    place.refuses_any("open --key icu.key -o OUT x.hippo");
}

#[cfg(unix)]
#[test]
fn links_are_followed_when_replaced_and_devices_are_written_to() {
    let place = Place::hospital();
    place.run(&format!("{SEAL} -o r.hippo obs.json")).ok();
    place.write("target", b"mine");
    std::os::unix::fs::symlink("target", place.path("link")).unwrap();
    place.refuses(502, "open --key icu.key -o link r.hippo");
    place.run("open --key icu.key --force -o link r.hippo").ok();
    assert_eq!(place.read("target"), place.read("obs.json"));
    assert!(
        fs::symlink_metadata(place.path("link"))
            .unwrap()
            .is_symlink()
    );

    place.run("open --key icu.key -o /dev/null r.hippo").ok();
    use std::os::unix::fs::FileTypeExt;
    assert!(
        fs::metadata("/dev/null")
            .unwrap()
            .file_type()
            .is_char_device()
    );
    place.refuses(501, "open --key icu.key -o /dev/full r.hippo");
}

/// The reader of a pipe goes away: no panic, no message, exit code 1.
#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let place = Place::hospital();
    place.write("big", &vec![7; 3 << 20]);
    place.run(&format!("{SEAL} -o r.hippo big")).ok();
    for line in [
        "open --key icu.key -o - r.hippo",
        &format!("{SEAL} -o - big"),
    ] {
        let mut child = place.command(line).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 100]).unwrap();
        drop(out);
        let ran = child.wait_with_output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{line}");
        assert_eq!(String::from_utf8(ran.stderr).unwrap(), "", "{line}");
    }
}

/// A signal in the middle of the work removes the unfinished file too.
#[cfg(unix)]
#[test]
fn a_signal_leaves_nothing() {
    let place = Place::hospital();
    let before = place.names();
    for signal in ["INT", "TERM"] {
        let mut child = place
            .command(&format!("{SEAL} -o r.hippo -"))
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&[7; 100_000]).unwrap();
        // The input stays open: the tool waits for more with its file begun.
        let begun = Instant::now();
        while place.names() == before {
            assert!(begun.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(100));
        let kill = std::process::Command::new("sh")
            .args(["-c", &format!("kill -{signal} {}", child.id())])
            .status()
            .unwrap();
        assert!(kill.success());
        let ran = child.wait_with_output().unwrap();
        drop(stdin);
        assert_eq!(ran.status.code(), Some(130));
        assert_eq!(place.names(), before, "{signal}");
    }
}

/// Keys in the place of others, and records in the place of keys, are told apart by kind.
#[test]
fn files_of_the_wrong_kind() {
    let place = Place::hospital();
    place.run(&format!("{SEAL} -o r.hippo obs.json")).ok();
    place.write("note", b"neither key nor record");
    place.chmod("r.hippo", 0o600);
    place.chmod("hospital.pub", 0o600);
    for (number, line) in [
        (
            105,
            "seal --authority ward.pub --policy a=b --record r -o x obs.json",
        ),
        (
            105,
            "seal --authority hospital.key --policy a=b --record r -o x obs.json",
        ),
        (
            105,
            "seal --authority hospital.pub --policy a=b --record r --sign icu.key -o x obs.json",
        ),
        (
            105,
            "seal --authority r.hippo --policy a=b --record r -o x obs.json",
        ),
        (
            102,
            "seal --authority obs.json --policy a=b --record r -o x obs.json",
        ),
        (
            105,
            "authority issue --key hospital.pub --attr a=b --until 2060-01-01 -o x",
        ),
        (
            105,
            "authority issue --key icu.key --attr a=b --until 2060-01-01 -o x",
        ),
        (105, "open --key hospital.key -o x r.hippo"),
        (105, "open --key ward.key -o x r.hippo"),
        (105, "open --key r.hippo -o x r.hippo"),
        (105, "open --key icu.key --from hospital.pub -o x r.hippo"),
        (102, "open --key icu.key -o x icu.key"),
        (102, "open --key icu.key -o x note"),
        (105, "inspect hospital.pub"),
        (105, "fingerprint icu.key"),
    ] {
        place.refuses(number, line);
    }
}
