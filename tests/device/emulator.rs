//! The firmware under an emulator of a Cortex-M4.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use hippocrypt::Secret;
use hippocrypt::envelope::SessionStatus;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::bench::Bench;
use super::monitor::Monitor;
use super::world::{COUPONS, FRAME, Received, World};

/// What the firmware exits with when the power failed.
const POWER_LOST: i32 = 42;

/// How a run ended, and the numbers it printed.
pub struct Ran {
    pub code: i32,
    pub sent: Vec<u8>,
    pub numbers: BTreeMap<String, Vec<u64>>,
}

/// The folder with the firmware, if it was built for this run.
pub fn firmware() -> Option<PathBuf> {
    let folder = std::env::var_os("HIPPOCRYPT_FIRMWARE").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: no firmware; scripts/test-edge.sh builds it and runs this");
    }
    folder
}

/// Boots the firmware in `place`; the power fails in this step, 0 for never.
pub fn boot(firmware: &Path, place: &Path, random: u64, fails_at: usize) -> Ran {
    let mut dice = vec![0; 4096];
    ChaCha20Rng::seed_from_u64(random).fill_bytes(&mut dice);
    std::fs::write(place.join("random.bin"), dice).unwrap();
    let semihosting = format!("enable=on,target=native,arg=monitor,arg={fails_at}");
    let ran = Command::new("timeout")
        .args(["60", "qemu-system-arm", "-M", "mps2-an386", "-nographic"])
        .args(["-monitor", "none", "-serial", "none"])
        .args(["-icount", "shift=0,align=off,sleep=off"])
        .args(["-semihosting-config", &semihosting, "-kernel"])
        .arg(firmware)
        .current_dir(place)
        .output()
        .unwrap();
    let printed = [ran.stdout, ran.stderr].concat();
    let mut numbers = BTreeMap::<String, Vec<u64>>::new();
    for line in String::from_utf8_lossy(&printed).lines() {
        if let Some((name, number)) = line.split_once(' ')
            && let Ok(number) = number.parse()
        {
            numbers.entry(name.to_owned()).or_default().push(number);
        }
    }
    Ran {
        code: ran.status.code().unwrap(),
        sent: std::fs::read(place.join("uplink.bin")).unwrap(),
        numbers,
    }
}

/// A folder with the flash and the seed of this world.
pub fn bench(world: &World) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("flash.bin"), &world.flash).unwrap();
    std::fs::write(place.path().join("seed.bin"), world.seed).unwrap();
    let patient = world.patient.profile().sealing_key().to_bytes();
    std::fs::write(place.path().join("patient.pub"), patient).unwrap();
    std::fs::write(place.path().join("labels.bin"), world.labels.to_bytes()).unwrap();
    place
}

#[test]
fn the_host_opens_what_the_firmware_sealed_whenever_the_power_fails() {
    let Some(folder) = firmware() else { return };
    let world = World::new(11);
    // Before the mark, between mark and header, within the header, in each part of a frame, at
    // the end: mark, header, then 17 steps a frame and 1 for the end.
    for fails_at in [1, 2, 3, 4, 10, 18, 19, 20, 37, 53, 54] {
        let place = bench(&world);
        let coupons = folder.join("coupons");
        let broken = boot(&coupons, place.path(), 12, fails_at);
        assert_eq!(broken.code, POWER_LOST, "step {fails_at}");
        let before = world.receive(&broken.sent);
        if let Some(before) = &before {
            assert_eq!(before.status, SessionStatus::Interrupted);
            assert_eq!(before.frames.len(), (fails_at - 3) / 17, "step {fails_at}");
        }
        let whole = boot(&coupons, place.path(), 13, 0);
        assert_eq!(whole.code, 0, "{:?}", whole.numbers);
        let received = world.receive(&whole.sent).unwrap();
        assert_eq!(received.status, SessionStatus::Ended);
        assert_eq!(received.frames.len(), 3);
        assert!(received.frames.iter().all(|frame| frame.len() == FRAME));
        if let Some(before) = before {
            assert_ne!(before.capsule, received.capsule);
            let same = before.frames.iter().zip(&received.frames);
            assert!(same.into_iter().all(|(one, other)| one == other));
        }
        let flash = std::fs::read(place.path().join("flash.bin")).unwrap();
        assert_eq!(world.left(&flash), COUPONS - 2);
    }
}

/// The emulator counts the same instructions whatever the keys are: the device's key, the coupons'
/// keys, and all that is drawn.
#[test]
fn the_count_of_instructions_does_not_hang_on_secrets() {
    let Some(folder) = firmware() else { return };
    let counted: Vec<_> = (20..24)
        .map(|number| {
            let place = bench(&World::new(number));
            let ran = boot(&folder.join("coupons"), place.path(), number, 0);
            assert_eq!(ran.code, 0);
            ["frame_instructions", "samples_instructions"].map(|name| ran.numbers[name].clone())
        })
        .collect();
    // The timer counts in steps of 40.
    for (name, frame) in [(0, 0), (0, 1), (1, 0)] {
        let all: Vec<_> = counted.iter().map(|it| it[name][frame]).collect();
        let spread = all.iter().max().unwrap() - all.iter().min().unwrap();
        assert!(spread <= 80, "{all:?}");
    }
}

/// What the firmware's clock says.
const TIME: u64 = 1_795_600_000;

/// What a monitor in this process sends of these frames.
fn sent_here(world: &World, random: u64, received: &Received) -> Vec<u8> {
    let board = Bench::new(world.flash.clone(), random, usize::MAX).at(TIME);
    let mut monitor = Monitor::start(board, &Secret::new(world.seed)).unwrap();
    monitor.open().unwrap();
    monitor.begin("ecg").unwrap();
    for frame in &received.frames {
        monitor.frame(frame.len()).unwrap();
        monitor.write(frame).unwrap();
        monitor.end_frame().unwrap();
    }
    monitor.end().unwrap();
    board.get().sent.clone()
}

/// 32 bits make the bytes that 64 bits make: headers, signatures, key derivation and ciphers.
#[test]
fn thirty_two_bits_make_the_same_bytes() {
    let Some(folder) = firmware() else { return };
    let world = World::new(41);
    let ran = boot(&folder.join("coupons"), bench(&world).path(), 42, 0);
    assert_eq!(ran.code, 0, "{:?}", ran.numbers);
    let received = world.receive(&ran.sent).unwrap();
    assert!(!received.frames.is_empty());
    assert!(ran.sent == sent_here(&world, 42, &received));
}
