//! What the firmware takes, against the budgets in examples/device/budgets.txt.

use std::collections::BTreeMap;

use hippocrypt::envelope::SessionStatus;

use super::emulator::{bench, boot, firmware};
use super::world::World;

/// Under coupons: as it is, for little flash, for few instructions, in C. And with pairings, on both curve backends.
const ALL: [&str; 6] = [
    "coupons",
    "coupons-small",
    "coupons-fast",
    "coupons-c",
    "pairings",
    "pairings-blst",
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

/// Bytes that a 32-bit ELF file puts into flash: what its loadable segments have in the file.
fn flash(elf: &[u8]) -> u64 {
    let half = |at: usize| u16::from_le_bytes(elf[at..at + 2].try_into().unwrap()) as usize;
    let word = |at: usize| u32::from_le_bytes(elf[at..at + 4].try_into().unwrap());
    assert_eq!(&elf[..5], b"\x7fELF\x01");
    let (start, size, count) = (word(28) as usize, half(42), half(44));
    let headers = (0..count).map(|number| start + number * size);
    let loaded = headers.filter(|header| word(*header) == 1);
    loaded.map(|header| u64::from(word(header + 16))).sum()
}

#[test]
fn the_firmware_keeps_its_budgets() {
    let Some(folder) = firmware() else { return };
    let world = World::new(31);
    let size = |name: &str| std::fs::read(folder.join(name)).ok().map(|elf| flash(&elf));
    let empty = size("empty").expect("empty firmware");
    let mut measured = BTreeMap::new();
    for name in ALL {
        let Some(flash) = size(name) else { continue };
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
