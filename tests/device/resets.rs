//! The power fails at every single step.

use hippocrypt::envelope::SessionStatus;
use hippocrypt::{Error, Result, Secret};

use super::bench::Bench;
use super::monitor::Monitor;
use super::world::{COUPONS, FRAME, World};

const FRAMES: usize = 2;

fn frame(number: usize) -> Vec<u8> {
    (0..FRAME).map(|at| (at / 7 + number * 3) as u8).collect()
}

fn record(board: Bench, seed: [u8; 32]) -> Result<()> {
    let mut monitor = Monitor::start(board, &Secret::new(seed))?;
    monitor.open()?;
    monitor.begin("ecg")?;
    for number in 0..FRAMES {
        monitor.frame(FRAME)?;
        for piece in frame(number).chunks(1000) {
            monitor.write(piece)?;
        }
        monitor.end_frame()?;
    }
    monitor.end()
}

#[test]
fn the_power_fails_at_every_step() {
    let world = World::new(1);
    let calm = Bench::new(world.flash.clone(), 2, usize::MAX);
    record(calm, world.seed).unwrap();
    let steps = calm.get().steps;
    // A mark, a header, two frames with a start, 15 chunks and a signature, and the end.
    assert_eq!(steps, 1 + 1 + FRAMES * 17 + 1);
    let mut cut_within = [0; FRAMES + 1];
    for fails_at in 1..=steps {
        let broken = Bench::new(world.flash.clone(), 3, fails_at);
        assert!(record(broken, world.seed).is_err(), "step {fails_at}");
        let flash = broken.get().flash.clone();
        let before = world.receive(&broken.get().sent);
        if let Some(before) = &before {
            assert_eq!(before.status, SessionStatus::Interrupted);
            let whole = before.frames.len();
            assert!(
                before
                    .frames
                    .iter()
                    .enumerate()
                    .all(|(at, it)| *it == frame(at))
            );
            assert_eq!(whole, (fails_at - 3) / 17, "step {fails_at}");
            cut_within[whole] += 1;
        }
        assert_eq!(world.left(&flash), COUPONS - 1);

        let after = Bench::new(flash, 4, usize::MAX);
        record(after, world.seed).unwrap();
        let received = world.receive(&after.get().sent).unwrap();
        assert_eq!(received.status, SessionStatus::Ended);
        assert_eq!(received.frames, [frame(0), frame(1)]);
        if let Some(before) = before {
            assert_ne!(before.capsule, received.capsule, "step {fails_at}");
        }
        assert_eq!(world.left(&after.get().flash), COUPONS - 2);
    }
    assert!(cut_within.iter().all(|times| *times > 0), "{cut_within:?}");
}

/// A name that can't be one costs no coupon.
#[test]
fn a_refused_name_spends_nothing() {
    let world = World::new(9);
    let board = Bench::new(world.flash.clone(), 10, usize::MAX);
    let mut monitor = Monitor::start(board, &Secret::new(world.seed)).unwrap();
    monitor.open().unwrap();
    for name in ["", "\u{e9}", &"n".repeat(129)] {
        assert!(monitor.begin(name).is_err(), "{name}");
    }
    assert_eq!(monitor.coupons(), Ok(COUPONS));
    assert!(board.get().sent.is_empty());
}

/// What is done in the wrong order is refused, and nothing is sealed under a session that failed.
#[test]
fn calls_have_their_order() {
    let world = World::new(5);
    let board = Bench::new(world.flash.clone(), 6, usize::MAX);
    let mut monitor = Monitor::start(board, &Secret::new(world.seed)).unwrap();
    assert!(monitor.begin("ecg").is_err());
    monitor.open().unwrap();
    for refused in [
        monitor.frame(10),
        monitor.write(b"x"),
        monitor.end_frame(),
        monitor.end(),
    ] {
        assert!(matches!(refused, Err(Error::Missing(_))));
    }
    monitor.begin("ecg").unwrap();
    monitor.frame(3).unwrap();
    monitor.write(b"ab").unwrap();
    assert!(monitor.end_frame().is_err());
    assert!(matches!(monitor.frame(3), Err(Error::Missing(_))));
    monitor.begin("ecg").unwrap();
    monitor.frame(3).unwrap();
    assert_eq!(monitor.write(b"abcd"), Err(Error::TooLarge("frame")));
    assert!(monitor.end().is_err());
    monitor.begin("ecg").unwrap();
    monitor.frame(3).unwrap();
    assert_eq!(monitor.frame(3), Err(Error::StreamEnded));
    assert!(monitor.end().is_err());
    // A frame without content is a frame.
    monitor.begin("ecg").unwrap();
    monitor.frame(0).unwrap();
    monitor.end_frame().unwrap();
    monitor.end().unwrap();
    assert_eq!(monitor.coupons(), Ok(0));
    assert_eq!(monitor.begin("ecg"), Err(Error::NoCoupon));
}

/// A device that has the patient's sealing key mints for itself.
#[test]
fn without_coupons_it_mints() {
    let world = World::new(7);
    let board = Bench::new(Vec::new(), 8, usize::MAX);
    let mut monitor = Monitor::start(board, &Secret::new(world.seed)).unwrap();
    let patient = world.patient.profile().sealing_key().to_bytes();
    let labels = world.labels.to_bytes();
    monitor.begin_minting("ecg", &patient, &labels).unwrap();
    monitor.frame(5).unwrap();
    monitor.write(b"72/mi").unwrap();
    monitor.end_frame().unwrap();
    monitor.end().unwrap();
    let received = world.receive(&board.get().sent).unwrap();
    assert_eq!(received.frames, [b"72/mi"]);
}
