//! Sessions that grow, while they are opened, stopped and killed.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin};
use std::time::{Duration, Instant};

use super::super::support::{Dice, Place};
use super::{END, OPEN, SEAL, frames, outline, people, recorded};

/// A sealing that waits for more.
struct Monitor {
    child: Child,
    input: ChildStdin,
}

impl Monitor {
    fn start(place: &Place, line: &str) -> Self {
        let mut child = place.command(line).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        Self { child, input }
    }

    /// Gives it bytes, and waits until everybody can see so many segments.
    fn record(&mut self, place: &Place, bytes: &[u8], segments: usize) {
        self.input.write_all(bytes).unwrap();
        let begin = Instant::now();
        let seen = || place.run("inspect --json night.hippo");
        loop {
            let seen = seen();
            if seen.code == Some(0) && seen.json()["session"]["segments"] == segments {
                return;
            }
            assert!(
                begin.elapsed() < Duration::from_secs(120),
                "it does not come"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn it_is_opened_while_it_grows() {
    let place = people();
    let mut monitor = Monitor::start(&place, &format!("{SEAL} -o night.hippo -"));
    monitor.record(&place, &frames(0..1), 1);
    let follow = format!("{OPEN} --follow -o - night.hippo");
    let mut follower = place.command(&follow).spawn().unwrap();
    let mut out = follower.stdout.take().unwrap();
    let mut frame = vec![0; 1000];
    out.read_exact(&mut frame).unwrap();
    assert_eq!(frame, frames(0..1));
    for number in 1..4 {
        monitor.record(&place, &frames(number..number + 1), number + 1);
        out.read_exact(&mut frame).unwrap();
        assert_eq!(frame, frames(number..number + 1));
        // Whoever comes now gets what there is.
        let ran = place.run(&format!("{OPEN} -o so-far --force --quiet night.hippo"));
        assert_eq!(ran.refused(), 336);
        assert_eq!(place.read("so-far"), frames(0..number + 1));
    }
    // Rewrapping would take the file away from under whoever writes it.
    let rewrap = "rewrap --key patient.key --patient other.pub --keep night.hippo";
    place.run("patient new -o other.key").ok();
    place.refuses(506, &format!("{rewrap} --quiet"));
    // Those beside it are done all the same.
    place.pipe(&format!("{SEAL} -o before.hippo -"), b"x").ok();
    let both = format!("{rewrap} before.hippo --json");
    let ran = place.run(&both);
    assert_eq!(
        (ran.json()["rewrapped"].as_u64(), ran.refused()),
        (Some(1), 506)
    );
    assert_eq!(place.run(&both).json()["passed_over"], 1);
    drop(monitor.input);
    assert!(monitor.child.wait().unwrap().success());
    let mut rest = Vec::new();
    out.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
    assert!(follower.wait().unwrap().success());
    place.run(rewrap).ok();
    place.run(&format!("{OPEN} -o all night.hippo")).ok();
    assert_eq!(place.read("all"), frames(0..4));
}

#[test]
fn following_ends_when_nothing_comes() {
    let (place, _) = recorded();
    let whole = place.read("night.hippo");
    place.write("cut.hippo", &whole[..whole.len() - END]);
    let follow = format!("{OPEN} --follow --idle 0 -o copy cut.hippo");
    assert_eq!(place.run(&format!("{follow} --quiet")).refused(), 336);
    assert_eq!(place.read("copy").len(), 4100);
    place
        .run(&format!("{OPEN} --follow -o all night.hippo"))
        .ok();
}

#[test]
fn a_segment_ends_after_its_time() {
    let place = people();
    let line = format!("{SEAL} --segment-seconds 1 -o night.hippo -");
    let mut monitor = Monitor::start(&place, &line);
    monitor.record(&place, b"beat", 1);
    monitor.record(&place, b"beat", 2);
    drop(monitor.input);
    assert!(monitor.child.wait().unwrap().success());
    let opened = place.run(&format!("{OPEN} -o - night.hippo")).ok();
    assert_eq!(opened.out, b"beatbeat");
}

/// Whoever stops a recording ends it.
#[cfg(unix)]
#[test]
fn a_signal_ends_the_session() {
    let place = people();
    let signal = |child: &Child, name: &str| {
        let kill = std::process::Command::new("sh")
            .args(["-c", &format!("kill -{name} {}", child.id())])
            .status();
        assert!(kill.unwrap().success());
    };
    for name in ["INT", "TERM"] {
        let line = format!("{SEAL} --force -o night.hippo -");
        let mut monitor = Monitor::start(&place, &line);
        monitor.record(&place, &frames(0..2), 2);
        // It follows once the first frames came out.
        let follow = format!("{OPEN} --follow -o - night.hippo");
        let mut follower = place.command(&follow).spawn().unwrap();
        let mut out = vec![0; 2000];
        let stdout = follower.stdout.as_mut().unwrap();
        stdout.read_exact(&mut out).unwrap();
        assert_eq!(out, frames(0..2));
        signal(&follower, name);
        let ran = follower.wait_with_output().unwrap();
        assert_eq!(ran.status.code(), Some(1));
        assert!(
            String::from_utf8(ran.stderr)
                .unwrap()
                .contains("error 336: ")
        );
        monitor.record(&place, &frames(2..3), 3);
        signal(&monitor.child, name);
        assert!(monitor.child.wait().unwrap().success());
        place
            .run(&format!("{OPEN} --force -o copy night.hippo"))
            .ok();
        assert_eq!(place.read("copy"), frames(0..3));
    }
}

#[test]
fn what_was_seen_survives_a_kill() {
    let place = people();
    for segments in 0..4 {
        let mut monitor = Monitor::start(&place, &format!("{SEAL} --force -o night.hippo -"));
        monitor.record(&place, &frames(0..segments), segments);
        // Half a segment that it waits for the rest of.
        monitor.input.write_all(&[1; 500]).unwrap();
        monitor.child.kill().unwrap();
        assert_eq!(monitor.child.wait().unwrap().code(), None, "not killed");
        let ran = place.run(&format!("{OPEN} -o copy --force --quiet night.hippo"));
        assert_eq!(ran.refused(), 336);
        assert_eq!(place.read("copy"), frames(0..segments));
        assert_eq!(
            place
                .names()
                .iter()
                .filter(|it| it.ends_with(".tmp"))
                .count(),
            0
        );
    }
}

#[test]
fn killed_at_any_moment_it_opens_to_its_last_whole_segment() {
    const ROUNDS: usize = 25;
    let place = people();
    place.run("recipient new -o device.key").ok();
    let mint = "coupon mint --for device.pub --patient patient.pub --label type=ECG -o pack";
    place.run(&format!("{mint} --count {}", 2 * ROUNDS)).ok();
    place
        .run("coupon add --key device.key --store store pack")
        .ok();
    let content = frames(0..100);
    let line = |name: &str| format!("{SEAL} --coupons store -o {name} -");
    let begin = Instant::now();
    place.pipe(&line("whole.hippo"), &content).ok();
    let time = begin.elapsed();
    let mut dice = Dice::new(5);
    let (mut killed, mut appeared, mut capsules) = (0, 0, BTreeSet::new());
    for round in 0..ROUNDS {
        let name = format!("r{round}.hippo");
        let Monitor {
            mut child,
            mut input,
        } = Monitor::start(&place, &line(&name));
        let content = content.clone();
        let feeding = std::thread::spawn(move || {
            // Whoever is killed leaves it unread.
            let _ = input.write_all(&content);
        });
        std::thread::sleep(time.mul_f64(dice.below(1000) as f64 / 900.0));
        let _ = child.kill();
        killed += usize::from(child.wait().unwrap().code().is_none());
        feeding.join().unwrap();
        if !place.path(&name).exists() {
            continue;
        }
        appeared += 1;
        let ran = place.run(&format!("{OPEN} -o copy --force --quiet {name}"));
        let copy = place.read("copy");
        assert!(frames(0..100).starts_with(&copy), "wrong data");
        assert_eq!(copy.len() % 1000, 0, "half a segment");
        let seen = outline(&place, &name);
        assert_eq!(seen["segments"], copy.len() / 1000);
        match ran.code {
            Some(0) => assert_eq!(copy.len(), 100_000),
            _ => assert_eq!(ran.refused(), 336),
        }
        let shown = place.run(&format!("inspect --json {name}")).ok().json();
        let capsule = shown["stanzas"][0]["capsule"].as_str().unwrap().to_owned();
        assert!(capsules.insert(capsule), "a coupon sealed two sessions");
    }
    assert!(killed > 0, "none was killed");
    assert!(appeared > 0);
    let left = place.run("coupon list --store store --json").ok().json();
    let left = left["left"].as_u64().unwrap() as usize;
    // Each took one at most.
    assert!((ROUNDS - 1..=2 * ROUNDS - 1 - appeared).contains(&left));
}
