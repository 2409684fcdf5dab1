//! What of panics is left in the firmware under coupons: what stops it, by name, and nothing else.

use super::elf::Elf;
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

/// What examples/device/panics.txt explains for a firmware; # begins a comment.
fn known(firmware: &str) -> Vec<Vec<&'static str>> {
    let all = include_str!("../../examples/device/panics.txt").lines();
    all.filter_map(|line| {
        let words = line.split('#').next()?.strip_prefix(firmware)?;
        words
            .starts_with(' ')
            .then(|| words.split_whitespace().collect())
    })
    .collect()
}

/// Whether the parts of a name occur in this order in what the compiler made of it.
fn names(parts: &[&str], mangled: &str) -> bool {
    let mut rest = mangled;
    parts.iter().all(|part| {
        let found = rest.find(part);
        rest = found.map_or("", |at| &rest[at + part.len()..]);
        found.is_some()
    })
}

/// The firmware of this name, if it was built for this run.
fn read(name: &str) -> Option<Elf> {
    let elf = std::fs::read(firmware()?.join(name)).ok();
    if elf.is_none() {
        println!("skipped: no {name}; scripts/test-edge.sh builds it");
    }
    elf.map(Elf)
}

/// With panics as Rust has them: the functions in which they end.
#[test]
fn what_can_stop_the_firmware_is_known() {
    let Some(elf) = read("coupons") else { return };
    let all = elf.symbols();
    let functions: Vec<_> = all.iter().filter(|symbol| symbol.is_function()).collect();
    assert!(functions.len() > 50);
    let known = known("coupons");
    let stops = functions
        .iter()
        .filter(|it| WORDS.iter().any(|word| it.name.contains(word)));
    let unknown: Vec<_> = stops
        .filter(|it| !known.iter().any(|parts| names(parts, &it.name)))
        .map(|it| &it.name)
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// With panics that abort at once: no function of a panic, nothing that formats, and undefined
/// instructions in known places only.
#[test]
fn where_the_firmware_can_stop_is_known() {
    for firmware in ["coupons-small", "coupons-fast"] {
        let Some(elf) = read(firmware) else { return };
        let symbols = elf.symbols();
        for symbol in symbols.iter().filter(|symbol| symbol.is_function()) {
            let name = &symbol.name;
            let left = WORDS.iter().chain(&["4core3fmt"]);
            let left: Vec<_> = left.filter(|word| name.contains(**word)).collect();
            assert!(left.is_empty(), "{firmware}: {name}");
        }
        let places = elf.undefined();
        println!("{firmware} undefined {}", places.len());
        // The one behind the program's end is in every firmware.
        assert!(!places.is_empty());
        let known = known(firmware);
        for place in places {
            let name = symbols
                .iter()
                .find(|symbol| symbol.has(place))
                .map_or("", |symbol| &symbol.name);
            assert!(
                known.iter().any(|parts| names(parts, name)),
                "{firmware}: {name} at {place:#x}"
            );
        }
    }
}
