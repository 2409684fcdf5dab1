//! What the firmware takes, against the budgets in examples/device/budgets.txt.

use std::collections::BTreeMap;

use hippocrypt::envelope::SessionStatus;

use super::elf::Elf;
use super::emulator::{bench, boot, firmware};
use super::world::{FRAME, GEOMETRY, World};

/// Under coupons: as it is, for little flash, for few instructions, in C; and with pairings, on both
/// curve backends. Each with the firmware that is built like it and does all of it but the library.
const ALL: [(&str, &str); 6] = [
    ("coupons", "empty"),
    ("coupons-small", "empty-small"),
    ("coupons-fast", "empty-fast"),
    ("coupons-c", "empty-c"),
    ("pairings", "empty-small"),
    ("pairings-blst", "empty-small"),
];

const BUDGETS: &str = include_str!("../../examples/device/budgets.txt");

/// Lines `firmware what most`; # begins a comment.
fn budgets() -> Vec<(&'static str, &'static str, u64)> {
    let lines = BUDGETS.lines().map(|line| line.split('#').next().unwrap());
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            (words[0], words[1], words[2].parse().unwrap())
        })
        .collect()
}

/// What sizes are compared with does what the tests' firmware does around the library.
#[test]
fn the_firmware_without_the_library_records_and_sends() {
    let Some(folder) = firmware() else { return };
    let world = World::new(33);
    for (_, name) in ALL {
        if !folder.join(name).exists() {
            continue;
        }
        let place = bench(&world);
        let ran = boot(&folder.join(name), place.path(), 34, 0);
        assert_eq!(ran.code, 0, "{name}: {:?}", ran.numbers);
        assert!(ran.sent.len() >= 3 * FRAME, "{name}");
        assert_eq!(ran.numbers["heap_bytes"], [0], "{name}");
        assert!(ran.numbers.contains_key("frame_instructions"), "{name}");
        // It erases the last page and programs what the first begins with.
        let flash = std::fs::read(place.path().join("flash.bin")).unwrap();
        let last = &flash[flash.len() - GEOMETRY.page..];
        assert_eq!(last[..32], flash[..32], "{name}");
        assert!(last[64..].iter().all(|byte| *byte == 0xff), "{name}");
    }
}

#[test]
fn the_firmware_keeps_its_budgets() {
    let Some(folder) = firmware() else { return };
    let world = World::new(31);
    let size = |name: &str| Some(Elf(std::fs::read(folder.join(name)).ok()?).flash());
    let mut measured = BTreeMap::new();
    for (name, empty) in ALL {
        let Some(flash) = size(name) else { continue };
        let empty = size(empty).expect("firmware without the library");
        let ran = boot(&folder.join(name), bench(&world).path(), 32, 0);
        assert_eq!(ran.code, 0, "{name}: {:?}", ran.numbers);
        let received = world.receive(&ran.sent).unwrap();
        assert_eq!(received.status, SessionStatus::Ended, "{name}");
        let most = |what: &str| *ran.numbers[what].iter().max().unwrap();
        let (heap, stack) = (most("heap_bytes"), most("stack_bytes"));
        let values = [
            ("flash", flash - empty),
            ("heap", heap),
            ("stack", stack),
            ("ram", heap + stack),
            ("frame", most("frame_instructions")),
            ("begin", most("begin_instructions")),
        ];
        for (what, value) in values {
            println!("{name} {what} {value}");
            measured.insert((name, what), value);
        }
    }
    let mut compared = Vec::new();
    for (name, what, most) in budgets() {
        if let Some(value) = measured.get(&(name, what)) {
            assert!(*value <= most, "{name} {what}: {value} of {most}");
            compared.push((name, what));
        }
    }
    for what in ["ram", "flash", "frame"] {
        assert!(compared.contains(&("coupons", what)), "{what}");
    }
}
