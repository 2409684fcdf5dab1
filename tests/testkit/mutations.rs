//! Fuzzing where no fuzzer is: every file of the kit, changed in ways that are the same in every run,
//! through every decoder. Nothing panics, and what is accepted has no second encoding.

use super::calls::{DECODERS, OPENERS, call, read};
use super::kit::{Kit, dice};
use rand_core::Rng;

/// One change, as fuzzers make them.
fn changed(bytes: &[u8], dice: &mut impl Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + dice.next_u32() % 3 {
        let at = dice.next_u32() as usize % (bytes.len() + 1);
        let length = dice.next_u32() as usize % 9;
        match dice.next_u32() % 6 {
            0 if at < bytes.len() => bytes[at] ^= 1 << (dice.next_u32() % 8),
            1 if at < bytes.len() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][length % 5],
            2 => bytes.truncate(at),
            3 => bytes
                .splice(at..at, (0..length).map(|_| dice.next_u32() as u8))
                .for_each(drop),
            4 => bytes
                .drain(at..(at + length).min(bytes.len()))
                .for_each(drop),
            _ => {
                let end = (at + length).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.extend_from_slice(&again);
            }
        }
    }
    bytes
}

#[test]
fn changed_files_are_accepted_or_refused_and_nothing_else() {
    let kit = Kit::new();
    // More rounds on demand: `make fuzz`.
    let rounds: u64 = std::env::var("HIPPOCRYPT_ROUNDS").map_or(2, |it| it.parse().unwrap());
    let (mut refused, mut accepted) = (0_u64, 0_u64);
    for round in 0..rounds {
        let dice = &mut dice(round);
        for it in &kit.entries {
            let input = changed(&kit.files[&it.file], dice);
            let keys: Vec<_> = it.keys.iter().map(|key| kit.files[key].clone()).collect();
            let mut calls = vec![it.call];
            calls.retain(|name| OPENERS.contains(name) || DECODERS.iter().any(|it| it.0 == *name));
            if !OPENERS.contains(&it.call) {
                // And one that it is not meant for.
                calls.push(DECODERS[dice.next_u32() as usize % DECODERS.len()].0);
            }
            for name in calls {
                match call(name, &input, &keys) {
                    Ok(()) => accepted += 1,
                    Err(error) => {
                        assert!(error.code() > 0);
                        refused += 1;
                    }
                }
            }
        }
    }
    println!("{accepted} accepted, {refused} refused");
    assert!(refused > accepted && accepted > 0);
}

/// Every file of the kit through the decoders of fuzzing, and what fuzzers found where HIPPOCRYPT_CORPUS says
/// (`scripts/coverage.sh`).
#[test]
fn files_are_read_as_fuzzers_read_them() {
    for bytes in Kit::new().files.values() {
        read(bytes);
    }
    let Some(corpus) = std::env::var_os("HIPPOCRYPT_CORPUS") else {
        return;
    };
    let mut inputs = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        read(&std::fs::read(file.unwrap().path()).unwrap());
        inputs += 1;
    }
    println!("{inputs} inputs of a fuzzer");
}
