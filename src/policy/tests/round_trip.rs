//! Text to bytes and back, for random policies, random bytes and damaged bytes.

use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::sample::{Dice, policy};
use crate::error::Error;
use crate::policy::{Date, Policy};

/// A random policy; `None` if it happens to repeat itself in one gate.
fn random(seed: u64) -> Option<Policy> {
    let mut dice = Dice(seed);
    let levels = dice.below(5);
    let text = policy(&mut dice, levels, false).written(&mut dice);
    match Policy::parse(&text) {
        Ok(policy) => Some(policy),
        Err(Error::PolicyMeaning(_, "the same condition twice in one gate")) => None,
        Err(Error::PolicyLimit(..)) => None,
        Err(other) => panic!("{text}: {other}"),
    }
}

/// Whatever is accepted has this one encoding, and its text gives it again.
fn is_canonical(bytes: &[u8]) -> bool {
    let Ok(policy) = Policy::from_bytes(bytes) else {
        return false;
    };
    assert_eq!(policy.as_bytes(), bytes);
    let text = policy.to_string();
    match Policy::parse(&text) {
        Ok(again) => assert_eq!(again.as_bytes(), bytes, "{text}"),
        Err(error) => panic!("{text}: {error}"),
    }
    assert!(policy.formula().is_ok(), "{text}");
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn printing_and_parsing_gives_the_same_bytes(seed: u64, day: u16) {
        if let Some(policy) = random(seed) {
            prop_assert!(is_canonical(policy.as_bytes()));
            let sealed = policy.with_expiry(Date::from_days(day.max(1)));
            if let Ok(sealed) = sealed {
                prop_assert!(is_canonical(sealed.as_bytes()));
            }
        }
    }

    #[test]
    fn damaged_bytes_are_refused_or_canonical(
        seed: u64,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        if let Some(policy) = random(seed) {
            let mut bytes = policy.to_bytes();
            for (index, byte, kind) in damage {
                let at = index.index(bytes.len());
                match kind {
                    0 => bytes[at] = byte,
                    1 => bytes[at] = bytes[at].wrapping_add(1),
                    2 => bytes.insert(at, byte),
                    _ if bytes.len() > 1 => drop(bytes.remove(at)),
                    _ => {}
                }
            }
            is_canonical(&bytes);
        }
    }

    #[test]
    fn random_bytes_are_refused_or_canonical(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0..12_u8, 0x80..0x8b_u8, b'a'..=b'c'], 0..48),
    ) {
        let encoded: Vec<u8> = [1].into_iter().chain(bytes).collect();
        is_canonical(&encoded);
    }

    #[test]
    fn random_text_is_refused_or_canonical(
        words in prop::collection::vec(prop::sample::select(&WORDS[..]), 1..16),
    ) {
        if let Ok(policy) = Policy::parse(&words.concat()) {
            prop_assert!(is_canonical(policy.as_bytes()));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = Policy::parse(&text);
    }

    #[test]
    fn every_value_is_printed_so_that_it_reads_the_same(value in "\\PC{1,40}") {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        for text in [std::format!("role=\"{quoted}\""), std::format!("role:code=\"{quoted}\"*")] {
            // Text out of normal form is refused.
            if let Ok(policy) = Policy::parse(&text) {
                prop_assert!(is_canonical(policy.as_bytes()));
            }
        }
    }
}

const WORDS: [&str; 28] = [
    "a=b",
    " and ",
    " or ",
    "not ",
    "(",
    ")",
    "2 of ",
    ", ",
    "level",
    ">=",
    "<",
    "=",
    "!=",
    "3",
    "in ",
    "{",
    "}",
    "..",
    "c=\"d e\"",
    "icd:code",
    "E11",
    "*",
    "2026-01-01",
    "expires",
    "role",
    ":u16",
    " ",
    "\"x\"",
];

#[test]
fn a_policy_is_its_bytes() {
    let (one, other) = (Policy::parse("a=b").unwrap(), Policy::parse("a=c").unwrap());
    assert!(one == one.clone() && one != other);
    assert_eq!(AsRef::<[u8]>::as_ref(&one), b"\x01\x01a\x01b");
}

#[test]
fn most_random_policies_are_accepted() {
    let accepted = (0..500).filter(|seed| random(*seed).is_some()).count();
    assert!(accepted > 350, "{accepted}");
}
