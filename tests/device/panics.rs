//! What of panics is left in the firmware: the functions that stop it, by name, and no others.

use super::emulator::firmware;

/// Whatever stops a program of Rust has one of these in its name.
const WORDS: &[&str] = &[
    "panic",
    "unwrap_failed",
    "expect_failed",
    "handle_error",
    "capacity_overflow",
    "alloc_error",
    "index_fail",
    "mismatch_fail",
    "assert_failed",
];

/// Those that examples/device/panics.txt explains; # begins a comment.
const KNOWN: &str = include_str!("../../examples/device/panics.txt");

/// The names of all functions of a 32-bit ELF file.
fn functions(elf: &[u8]) -> Vec<String> {
    let half = |at: usize| usize::from(u16::from_le_bytes(elf[at..at + 2].try_into().unwrap()));
    let word = |at: usize| u32::from_le_bytes(elf[at..at + 4].try_into().unwrap()) as usize;
    let (sections, size, count) = (word(32), half(46), half(48));
    let section = |number: usize| sections + number * size;
    // Type 2 is the table of symbols; its link is the section with their names.
    let table = (0..count)
        .map(section)
        .find(|at| word(at + 4) == 2)
        .expect("symbols");
    let names = word(section(word(table + 24)) + 16);
    let symbols = (word(table + 16)..word(table + 16) + word(table + 20)).step_by(16);
    let functions = symbols.filter(|at| elf[at + 12] & 15 == 2);
    let text = |at: usize| {
        let name = &elf[names + word(at)..];
        let end = name.iter().position(|byte| *byte == 0).unwrap();
        String::from_utf8(name[..end].to_vec()).unwrap()
    };
    functions.map(text).collect()
}

#[test]
fn what_can_stop_the_firmware_is_known() {
    let Some(folder) = firmware() else { return };
    let all = functions(&std::fs::read(folder.join("coupons")).unwrap());
    assert!(all.len() > 50);
    let known: Vec<_> = KNOWN
        .lines()
        .map(|line| line.split('#').next().unwrap().trim())
        .filter(|word| !word.is_empty())
        .collect();
    let stops = all
        .iter()
        .filter(|name| WORDS.iter().any(|word| name.contains(word)));
    let unknown: Vec<_> = stops
        .filter(|name| !known.iter().any(|word| name.contains(word)))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}
