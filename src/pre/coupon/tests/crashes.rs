//! The power fails at every single write and erasure of a device's life, and once more while the
//! device starts again: nothing is handed out twice, and nothing else is lost.

use std::collections::BTreeSet;

use super::simulated::{Erased, Shared, SimulatedFlash};
use super::*;

const GEOMETRY: FlashGeometry = FlashGeometry {
    word: 16,
    page: 1024,
    pages: 5,
};
const LAYOUT: FlashLayout = FlashLayout {
    registry_pages: 1,
    coupon_bytes: 320,
};

/// What was done, as the world outside knows it.
#[derive(Default)]
struct Life {
    /// d of every coupon that was handed out.
    handed: BTreeSet<[u8; 32]>,
    /// Packs that were added.
    added: BTreeSet<usize>,
    /// Coupons that may be lost: one for every time that taking failed.
    failures: usize,
}

type Store = FlashCouponStore<Shared>;

enum Step {
    Add(usize),
    Take(&'static str),
}

/// Packs of different labels, one that is used up and one that takes its pages.
const STEPS: [Step; 11] = [
    Step::Add(0),
    Step::Take("a=1"),
    Step::Add(1),
    Step::Take("a=2"),
    Step::Take("a=1"),
    Step::Take("a=1"),
    Step::Add(0),
    Step::Add(2),
    Step::Take("a=3"),
    Step::Take("a=2"),
    Step::Take("a=3"),
];

impl Life {
    /// Does all of it, or what comes before the power fails.
    fn live(&mut self, world: &World, store: &mut Store) -> Result<()> {
        for step in &STEPS {
            match step {
                Step::Add(pack) => {
                    store.add(world.open(*pack))?;
                    self.added.insert(*pack);
                }
                Step::Take(label) => self.take(world, store, label)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, world: &World, store: &mut Store, label: &str) -> Result<()> {
        match world.take(store, label) {
            Ok(d) => {
                assert!(self.handed.insert(d), "handed out twice");
                Ok(())
            }
            Err(error) => {
                if matches!(error, Error::Io(_)) {
                    self.failures += 1;
                }
                Err(error)
            }
        }
    }

    /// Adds every pack again, and takes all there is.
    fn end(&mut self, world: &World, store: &mut Store) {
        for pack in 0..world.packs.len() {
            let new = store.add(world.open(pack)).unwrap();
            assert!(new == 0 || !self.added.contains(&pack), "added twice");
            self.added.insert(pack);
            for label in ["a=1", "a=2", "a=3"] {
                while self.take(world, store, label).is_ok() {}
            }
        }
        let all: usize = (0..world.packs.len())
            .map(|it| world.digests(it).len())
            .sum();
        let lost = all - self.handed.len();
        assert!(
            lost <= self.failures,
            "{lost} lost, {} were being taken",
            self.failures
        );
    }
}

fn world() -> World {
    World::new(&[("a=1", 3), ("a=2", 3), ("a=3", 2)])
}

/// A store that was just begun.
fn begun(seed: u64) -> Shared {
    let flash = Shared::new(SimulatedFlash::new(GEOMETRY, seed));
    Store::format(flash.clone(), LAYOUT).unwrap();
    flash.get().steps = 0;
    flash
}

/// How many writes and erasures a life has.
fn steps(world: &World) -> usize {
    let flash = begun(0);
    let mut store = Store::open(flash.clone()).unwrap();
    Life::default().live(world, &mut store).unwrap();
    let steps = flash.get().steps;
    assert!(steps > 150, "{steps}");
    steps
}

#[test]
fn the_power_fails_at_every_write() {
    let world = world();
    for at in 0..steps(&world) {
        for seed in 0..4 {
            let mut life = Life::default();
            let flash = begun(seed * 1000 + at as u64);
            flash.get().fail_after(at);
            let mut store = Store::open(flash.clone()).unwrap();
            let _ = life.live(&world, &mut store);
            assert!(!flash.get().is_powered());
            flash.get().restart();
            life.end(&world, &mut Store::open(flash).unwrap());
        }
    }
}

#[test]
fn the_power_fails_again_while_it_starts() {
    let world = world();
    for at in 0..steps(&world) {
        for again in 0..4 {
            let mut life = Life::default();
            let flash = begun((at * 10 + again) as u64);
            flash.get().fail_after(at);
            let mut store = Store::open(flash.clone()).unwrap();
            let _ = life.live(&world, &mut store);
            flash.get().restart();
            flash.get().fail_after(again);
            if let Ok(mut store) = Store::open(flash.clone()) {
                let _ = life.live(&world, &mut store);
            }
            flash.get().restart();
            life.end(&world, &mut Store::open(flash).unwrap());
        }
    }
}

#[test]
fn the_power_fails_while_a_store_is_begun() {
    for at in 0..GEOMETRY.pages + 2 {
        let flash = Shared::new(SimulatedFlash::new(GEOMETRY, at as u64));
        flash.get().fail_after(at);
        assert!(Store::format(flash.clone(), LAYOUT).is_err());
        flash.get().restart();
        let mut store = Store::format(flash, LAYOUT).unwrap();
        keeps_the_rules(&World::new(&[("a=1", 3), ("a=2", 2)]), &mut store);
    }
}

#[test]
fn an_erasure_cut_anywhere_brings_nothing_back() {
    let world = world();
    let words = GEOMETRY.page / GEOMETRY.word;
    let cuts = [Erased::Before, Erased::From, Erased::Only];
    for erased in (0..words).flat_map(|word| cuts.map(|cut| cut(word))) {
        let flash = begun(1);
        let mut store = Store::open(flash.clone()).unwrap();
        store.add(world.open(2)).unwrap();
        world.take(&mut store, "a=3").unwrap();
        flash.get().fail_erasing(erased);
        world.take(&mut store, "a=3").unwrap();
        assert!(!flash.get().is_powered());
        flash.get().restart();
        let mut store = Store::open(flash.clone()).unwrap();
        let again = world.take(&mut store, "a=3").err();
        assert_eq!(again, Some(Error::NoCoupon), "{erased:?}");
        assert_eq!(store.add(world.open(2)), Ok(0));
        // And the page serves again.
        assert_eq!(store.add(world.open(0)), Ok(3));
        world.take(&mut store, "a=1").unwrap();
    }
}
