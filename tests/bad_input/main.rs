//! Malformed keys, public keys, records, batches, policies and parts of keys: always a typed error; never a panic, a wrong
//! plaintext, a leftover file, or memory out of proportion.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod consents;
mod counting;
mod coupons;
mod grants;
mod grants_tool;
mod library;
mod members;
mod parts;
mod proofs;
mod recovery;
mod sessions;
mod standing;
#[path = "../support/mod.rs"]
mod support;
mod terms;
mod tool;
mod trials;
mod vocabularies;

use support::Dice;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

/// One way to damage bytes.
pub type Damage = fn(&[u8], &mut Dice) -> Vec<u8>;

/// The five ways of the issue, each never giving back what it was given.
pub const DAMAGES: [(&str, Damage); 5] = [
    ("one flipped byte", flipped_byte),
    ("flips in the first 256 bytes", early_flips),
    ("truncation", truncated),
    ("random bytes", random),
    ("one trailing byte", trailing),
];

fn flipped_byte(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bad = good.to_vec();
    bad[dice.below(good.len())] ^= 1 + dice.below(255) as u8;
    bad
}

fn early_flips(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bad = good.to_vec();
    while bad == good {
        for _ in 0..1 + dice.below(8) {
            bad[dice.below(good.len().min(256))] ^= 1 << dice.below(8);
        }
    }
    bad
}

fn truncated(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    good[..dice.below(good.len())].to_vec()
}

fn random(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let length = dice.below(good.len() + 1);
    let mut bad = dice.bytes(length);
    // Half of them begin as the object does, to get past the first look.
    if dice.below(2) == 0 {
        let kept = dice.below(33).min(length);
        bad[..kept].copy_from_slice(&good[..kept]);
    }
    bad
}

fn trailing(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bad = good.to_vec();
    bad.push(dice.roll() as u8);
    bad
}

#[test]
fn every_way_does_damage() {
    let good: Vec<u8> = (0..=255).collect();
    let mut dice = Dice::new(0);
    for (name, damage) in DAMAGES {
        let all: Vec<_> = (0..50).map(|_| damage(&good, &mut dice)).collect();
        assert!(all.iter().all(|bad| *bad != good), "{name}");
        assert!(all.iter().any(|bad| *bad != all[0]), "{name}");
    }
}
