//! A device with coupons: minted for it, kept by it, used once whatever happens to it.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use super::support::{Dice, Place};

const MINT: &str = "coupon mint --for device.pub --patient patient.pub --label type=ECG \
     --label ym=2026-11 --sign phone.key";
const ADD: &str = "coupon add --key device.key --from phone.pub --store store pack";
const SEAL: &str = "seal --patient patient.pub --coupons store --label type=ECG --label ym=2026-11";

/// Everybody's keys, and a frame to seal.
fn people() -> Place {
    let place = Place::new();
    place.write("frame", b"10 seconds");
    for line in [
        "patient new -o patient.key",
        "recipient new --name monitor -o device.key",
        "signer new --name phone -o phone.key",
    ] {
        place.run(line).ok();
    }
    place
}

/// With a store of so many coupons.
fn stocked(count: usize) -> Place {
    let place = people();
    place.run(&format!("{MINT} --count {count} -o pack")).ok();
    place.run(ADD).ok();
    place
}

fn left(place: &Place) -> u64 {
    let listed = place.run("coupon list --store store --json").ok().json();
    listed["left"].as_u64().unwrap()
}

/// d of a record's capsule.
fn capsule(place: &Place, record: &str) -> String {
    let shown = place.run(&format!("inspect --json {record}")).ok().json();
    shown["stanzas"][0]["capsule"].as_str().unwrap().to_owned()
}

#[test]
fn a_device_seals_with_coupons_until_none_is_left() {
    let place = people();
    let minted = place.run(&format!("{MINT} --count 2 -o pack --json")).ok();
    let added = place.run(&format!("{ADD} --json")).ok().json();
    assert_eq!(added["added"], 2);
    assert_eq!(added["pack"], minted.json()["pack"]);
    assert_eq!(place.run(&format!("{ADD} --json")).ok().json()["added"], 0);
    let other = SEAL.replace("ym=2026-11", "ym=2026-12");
    place.refuses(8, &format!("{other} --record r -o x.hippo frame"));
    for number in 1..=2 {
        let line = format!("{SEAL} --record r{number} -o r{number}.hippo frame");
        place.run(&line).ok();
        place
            .run(&format!(
                "open --key patient.key -o c{number} r{number}.hippo"
            ))
            .ok();
        assert_eq!(place.read(&format!("c{number}")), b"10 seconds");
    }
    assert_ne!(capsule(&place, "r1.hippo"), capsule(&place, "r2.hippo"));
    place
        .run(&format!("{SEAL} --record r3 -o r3.hippo frame"))
        .refused();
    place.refuses(505, &format!("{SEAL} --record r3 -o r3.hippo frame"));
    assert_eq!(place.run(&format!("{ADD} --json")).ok().json()["added"], 0);
    let text = place.run("coupon list --store store").ok();
    assert!(
        text.text()
            .starts_with("0 of 2 left  type=ECG, y=2026, ym=2026-11")
    );
}

#[test]
fn packs_are_for_one_device_and_by_one_minter() {
    let place = people();
    place.run("recipient new -o other.key").ok();
    place.run("signer new -o thief.key").ok();
    place.run(&format!("{MINT} --count 1 -o pack")).ok();
    place.refuses(303, &ADD.replace("device.key", "other.key"));
    place.refuses(302, &ADD.replace("phone.pub", "thief.pub"));
    let unsigned = MINT.replace(" --sign phone.key", "");
    let told = place.run(&format!("{unsigned} --count 1 -o bare")).ok();
    assert!(told.err.contains("unsigned"));
    place.refuses(302, &ADD.replace(" pack", " bare"));
    let anybody = ADD
        .replace("--from phone.pub ", "")
        .replace(" pack", " bare");
    assert!(place.run(&anybody).ok().err.contains("warning"));
}

#[test]
fn without_a_clock_and_blinded() {
    let place = people();
    place.run("label-key new -o labels.key").ok();
    let mint = "coupon mint --for device.pub --patient patient.pub --label type=ECG \
         --label ym=unknown --label-key labels.key --count 1 -o pack";
    place.run(mint).ok();
    place.run(&ADD.replace("--from phone.pub ", "")).ok();
    let seal = "seal --patient patient.pub --coupons store --label type=ECG --label ym=unknown \
         --created 0 --record r -o r.hippo frame";
    place.refuses(8, seal);
    place
        .run(&seal.replace("--record", "--label-key labels.key --record"))
        .ok();
    place.run("open --key patient.key -o copy r.hippo").ok();
    let shown = place.run("inspect --json r.hippo").ok().json();
    assert!(shown["created"].is_null());
}

#[test]
fn misuse_and_wrong_values() {
    let place = stocked(1);
    place.misused("coupon mint --for device.pub --patient patient.pub --count 1 -o p");
    place.misused("seal --coupons store --label type=ECG --record r -o r.hippo frame");
    for count in ["0", "4097", "-1", "x"] {
        place.refuses_any(&format!("{MINT} --count {count} -o p"));
    }
    place.refuses(502, &format!("{MINT} --count 1 -o pack"));
    let nowhere = SEAL.replace("--coupons store", "--coupons nowhere");
    place.refuses(501, &format!("{nowhere} --record r -o r.hippo frame"));
    place.refuses(501, "coupon list --store nowhere");
    place.refuses(102, &ADD.replace(" pack", " frame"));
}

#[test]
fn many_at_once_take_different_coupons() {
    let place = stocked(5);
    let running: Vec<_> = (0..6)
        .map(|at| {
            let line = format!("{SEAL} --record r -o r{at}.hippo frame");
            place.command(&line).spawn().unwrap()
        })
        .collect();
    let codes = running
        .into_iter()
        .map(|child| child.wait_with_output().unwrap().status.code());
    assert_eq!(codes.filter(|code| *code == Some(0)).count(), 5);
    let sealed: Vec<_> = (0..6)
        .map(|at| format!("r{at}.hippo"))
        .filter(|name| place.path(name).exists())
        .collect();
    let different: BTreeSet<_> = sealed.iter().map(|it| capsule(&place, it)).collect();
    assert_eq!((sealed.len(), different.len()), (5, 5));
}

/// How long the command takes when nobody kills it.
fn time(place: &Place, line: &str) -> Duration {
    let begin = Instant::now();
    place.run(line).ok();
    begin.elapsed()
}

/// Runs the command and kills it at some moment of that time; false if it had ended already.
fn kill(place: &Place, line: &str, time: Duration, dice: &mut Dice) -> bool {
    let mut child = place.command(line).spawn().unwrap();
    std::thread::sleep(time.mul_f64(dice.below(1000) as f64 / 900.0));
    let _ = child.kill();
    // What a signal ended has no code.
    child.wait().unwrap().code().is_none()
}

#[test]
fn killed_at_any_moment_it_uses_no_coupon_twice() {
    const ROUNDS: usize = 40;
    let place = stocked(ROUNDS + 4);
    let mut dice = Dice::new(3);
    let time = time(
        &place,
        &format!("{SEAL} --record first -o first.hippo frame"),
    );
    let killed = (0..ROUNDS).filter(|round| {
        let line = format!("{SEAL} --record r -o r{round}.hippo frame");
        kill(&place, &line, time, &mut dice)
    });
    assert!(killed.count() > 0, "none was killed");
    let left = left(&place);
    for number in 0..left {
        let line = format!("{SEAL} --record r -o rest{number}.hippo frame");
        place.run(&line).ok();
    }
    place.refuses(505, &format!("{SEAL} --record r -o end.hippo frame"));
    let records: Vec<_> = fs::read_dir(place.path("."))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".hippo"))
        .collect();
    let different: BTreeSet<_> = records.iter().map(|it| capsule(&place, it)).collect();
    assert_eq!(
        different.len(),
        records.len(),
        "a coupon sealed two records"
    );
    // Each killed one cost a coupon at most.
    assert!(left >= 3 && records.len() as u64 > left);
}

#[test]
fn killed_while_it_adds_a_pack_adds_all_of_it_or_nothing() {
    let place = people();
    place.run(&format!("{MINT} --count 200 -o pack")).ok();
    let mut dice = Dice::new(4);
    let time = time(&place, &ADD.replace("--store store", "--store first"));
    let mut killed = 0;
    for round in 0..15 {
        let add = ADD.replace("--store store", &format!("--store s{round}"));
        killed += usize::from(kill(&place, &add, time, &mut dice));
        let added = place.run(&format!("{add} --json")).ok().json();
        assert!(added["added"] == 0 || added["added"] == 200);
        let list = format!("coupon list --store s{round} --json");
        let listed = place.run(&list).ok().json();
        assert_eq!(listed["left"], 200);
        let files = fs::read_dir(place.path(&format!("s{round}"))).unwrap();
        assert_eq!(files.count(), 2, "the lock and the pack");
    }
    assert!(killed > 0, "none was killed");
}
