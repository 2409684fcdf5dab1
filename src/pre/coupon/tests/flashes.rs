//! The store in flash while the power stays on.

use super::simulated::SimulatedFlash;
use super::*;

fn geometry(word: usize) -> FlashGeometry {
    FlashGeometry {
        word,
        page: 1024,
        pages: 6,
    }
}

const LAYOUT: FlashLayout = FlashLayout {
    registry_pages: 1,
    coupon_bytes: 320,
};

fn store(word: usize) -> FlashCouponStore<SimulatedFlash> {
    FlashCouponStore::format(SimulatedFlash::new(geometry(word), 1), LAYOUT).unwrap()
}

#[test]
fn it_keeps_the_rules_with_every_size_of_words() {
    let world = World::new(&[("a=1", 3), ("a=2", 2)]);
    for word in [1, 2, 4, 8, 16, 32] {
        keeps_the_rules(&world, &mut store(word));
    }
}

#[test]
fn it_is_the_same_after_opening() {
    let world = World::new(&[("a=1", 3), ("a=2", 2)]);
    let mut one = store(8);
    one.add(world.open(0)).unwrap();
    one.add(world.open(1)).unwrap();
    let first = world.take(&mut one, "a=1").unwrap();
    let stock = one.stock().unwrap();
    let left: Vec<_> = stock.iter().map(|it| (it.minted, it.left)).collect();
    assert_eq!(left, [(3, 2), (2, 2)]);
    let mut other = FlashCouponStore::open(one.into_flash()).unwrap();
    assert_eq!(other.layout(), LAYOUT);
    assert_eq!(other.stock().unwrap(), stock);
    assert_eq!(other.add(world.open(0)), Ok(0));
    let second = world.take(&mut other, "a=1").unwrap();
    assert_ne!(first, second);
}

#[test]
fn the_next_coupon_of_any_pack_is_handed_out_once_and_stays_spent() {
    let world = World::new(&[("a=1", 3), ("a=2", 2)]);
    let mut store = store(8);
    assert_eq!(store.take_next().err(), Some(Error::NoCoupon));
    store.add(world.open(0)).unwrap();
    store.add(world.open(1)).unwrap();
    let mut seen = Vec::new();
    for left in (0..5).rev() {
        assert_eq!(store.left(), left + 1);
        let coupon = store.take_next().unwrap();
        assert!(!seen.contains(coupon.digest()), "{left}");
        seen.push(*coupon.digest());
        // As after a reset.
        store = FlashCouponStore::open(store.into_flash()).unwrap();
        assert_eq!(store.left(), left);
    }
    assert_eq!(store.take_next().err(), Some(Error::NoCoupon));
    assert_eq!(store.add(world.open(0)), Ok(0));
    assert_eq!(store.left(), 0);
}

#[test]
fn pages_come_back_and_with_them_no_key() {
    // Five pages of two coupons: each round fills more than half of them.
    let world = World::new(&[("a=1", 6), ("a=2", 6), ("a=3", 6)]);
    let mut store = store(8);
    store.add(world.open(0)).unwrap();
    let full = store.add(world.open(1));
    assert_eq!(full, Err(Error::TooLarge("store of coupons")));
    for (pack, label) in [(0, "a=1"), (1, "a=2"), (2, "a=3")] {
        store.add(world.open(pack)).unwrap();
        for _ in 0..6 {
            world.take(&mut store, label).unwrap();
        }
        assert_eq!(store.stock(), Ok(Vec::new()));
    }
    let flash = store.into_flash();
    assert!(flash.bytes()[1024..].iter().all(|byte| *byte == 0xff));
    let mut store = FlashCouponStore::open(flash).unwrap();
    for pack in 0..3 {
        assert_eq!(store.add(world.open(pack)), Ok(0));
    }
}

#[test]
fn a_full_registry_is_an_error() {
    let world = World::new(&[("a=1", 1)]);
    let pack = |id: u8| Coupons {
        id: [id; 16],
        ..world.open(0)
    };
    // (1024 - 32) / (32 + 5 * 8) = 13 records, (2048 - 32) / 72 = 28.
    for (registry_pages, records) in [(1, 13), (2, 28)] {
        let layout = FlashLayout {
            registry_pages,
            ..LAYOUT
        };
        let flash = SimulatedFlash::new(geometry(8), 1);
        let mut store = FlashCouponStore::format(flash, layout).unwrap();
        for id in 0..records {
            assert_eq!(store.add(pack(id)), Ok(1));
            world.take(&mut store, "a=1").unwrap();
        }
        let full = store.add(pack(records));
        assert_eq!(full, Err(Error::TooLarge("packs of a store of coupons")));
    }
}

/// Whatever spoils a record, it does not lead the store out of its pages.
#[test]
fn a_record_of_pages_that_are_no_packs_counts_for_nothing() {
    let world = World::new(&[("a=1", 3)]);
    // Pack id, first page, pages, count, zeros, and half of a checksum that anybody can make.
    let adds = |first: u16, pages: u16, count: u16| {
        let numbers = [first, pages, count, 0].map(u16::to_be_bytes);
        let front = [&world.packs[0].id()[..], numbers.as_flattened()].concat();
        let record = [&front, &registry::checksum(&[&front])[..8], &[0; 8]].concat();
        let mut flash = store(8).into_flash();
        flash.program(32, &record).unwrap();
        let mut store = FlashCouponStore::open(flash).unwrap();
        store.add(world.open(0))
    };
    // There are pages 1 to 5, with room for two coupons each.
    assert_eq!(adds(1, 5, 10), Ok(0));
    for (first, pages, count) in [(0, 1, 2), (5, 2, 4), (6, 1, 2), (1, 5, 11), (5, 1, 3)] {
        assert_eq!(adds(first, pages, count), Ok(3), "{first} {pages} {count}");
    }
}

#[test]
fn damage_costs_one_coupon_and_hands_out_no_other() {
    let world = World::new(&[("a=1", 4)]);
    let mut store = store(8);
    store.add(world.open(0)).unwrap();
    let mut flash = store.into_flash();
    // Within the second coupon of the first page: slots are 8 + 344 bytes.
    flash.damage(1024 + 352 + 200);
    let mut store = FlashCouponStore::open(flash).unwrap();
    let taken: Vec<_> = (0..3)
        .map(|_| world.take(&mut store, "a=1").unwrap())
        .collect();
    let all = world.digests(0);
    assert_eq!(taken, [all[0], all[2], all[3]]);
    assert_eq!(world.take(&mut store, "a=1").err(), Some(Error::NoCoupon));
}

#[test]
fn a_damaged_last_coupon_is_none() {
    let world = World::new(&[("a=1", 2)]);
    let mut store = store(8);
    store.add(world.open(0)).unwrap();
    let mut flash = store.into_flash();
    flash.damage(1024 + 352 + 200);
    let mut store = FlashCouponStore::open(flash).unwrap();
    assert_eq!(world.take(&mut store, "a=1"), Ok(world.digests(0)[0]));
    assert_eq!(
        world.take(&mut store, "a=2").err(),
        Some(Error::CouponLabels)
    );
    // Passed over, and with it the whole pack.
    for label in ["a=1", "a=2"] {
        assert_eq!(world.take(&mut store, label).err(), Some(Error::NoCoupon));
    }
    assert_eq!(store.left(), 0);
}

#[test]
fn what_is_no_store_is_refused() {
    let open = |flash| FlashCouponStore::open(flash).err();
    let blank = SimulatedFlash::new(geometry(8), 1);
    assert_eq!(open(blank), Some(Error::Magic));
    let mut flash = store(8).into_flash();
    flash.damage(9);
    assert!(open(flash).is_some());
    let format =
        |geometry, layout| FlashCouponStore::format(SimulatedFlash::new(geometry, 1), layout).err();
    let wrong = Some(Error::Argument("layout of the flash"));
    assert_eq!(
        format(
            geometry(8),
            FlashLayout {
                registry_pages: 6,
                ..LAYOUT
            }
        ),
        wrong
    );
    assert_eq!(
        format(
            geometry(8),
            FlashLayout {
                registry_pages: 0,
                ..LAYOUT
            }
        ),
        wrong
    );
    assert_eq!(
        format(
            geometry(8),
            FlashLayout {
                coupon_bytes: 1100,
                ..LAYOUT
            }
        ),
        wrong
    );
    let wrong = Some(Error::Argument("geometry of the flash"));
    for bad in [
        FlashGeometry {
            word: 3,
            ..geometry(8)
        },
        FlashGeometry {
            page: 1000,
            ..geometry(8)
        },
        FlashGeometry {
            pages: 1,
            ..geometry(8)
        },
    ] {
        assert_eq!(format(bad, LAYOUT), wrong);
    }
    let world = World::new(&[("a=1", 1)]);
    // Labels of 1 + 2 + 3 bytes, 256, and 48 for one label.
    let too_much = Err(Error::TooLarge("coupon for its slot"));
    for (coupon_bytes, added) in [(300, &too_much), (309, &too_much), (310, &Ok(1))] {
        let small = FlashLayout {
            coupon_bytes,
            ..LAYOUT
        };
        let flash = SimulatedFlash::new(geometry(8), 1);
        let mut store = FlashCouponStore::format(flash, small).unwrap();
        assert_eq!(&store.add(world.open(0)), added, "{coupon_bytes}");
    }
}

#[test]
fn what_an_interrupted_addition_left_is_erased() {
    let mut flash = store(8).into_flash();
    for page in [1, 5] {
        flash.program(page * 1024, b"half of a coupon").unwrap();
    }
    let flash = FlashCouponStore::open(flash).unwrap().into_flash();
    assert!(flash.bytes()[1024..].iter().all(|byte| *byte == 0xff));
}
