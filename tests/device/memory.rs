//! What a session takes of the memory: the monitor asks before it spends a coupon, and what it asks for is enough.

use hippocrypt::pre::FlashLayout;

use super::emulator::{bench, boot, firmware};
use super::monitor::session_memory;
use super::world::{COUPONS, World};

/// Few and many labels, short and long ones.
const LABELS: [(usize, usize); 5] = [(1, 1), (1, 180), (2, 180), (12, 5), (16, 40)];

/// Some units of memory decide whether a session is begun: with the least that begins one it goes to its end, with less
/// it is refused, and no coupon is spent.
#[test]
fn a_session_that_has_the_memory_asked_for_goes_to_its_end() {
    let Some(folder) = firmware() else { return };
    for (count, width) in LABELS {
        let labels: Vec<String> = (0..count).map(|at| format!("code={at:0width$}")).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let own = 1 + count * (2 + 5 + width);
        let layout = FlashLayout {
            registry_pages: 1,
            coupon_bytes: own + 256 + 48 * count,
        };
        let world = World::labelled(61, &labels, layout);
        let place = bench(&world);
        std::fs::write(place.path().join("long.bin"), "x").unwrap();
        let flash = place.path().join("flash.bin");
        let run = |heap: u32| {
            std::fs::write(place.path().join("heap.bin"), heap.to_le_bytes()).unwrap();
            std::fs::write(&flash, &world.flash).unwrap();
            let ran = boot(&folder.join("coupons"), place.path(), 62, 0);
            let left = world.left(&std::fs::read(&flash).unwrap());
            (ran.code, ran.numbers.get("error").cloned(), left)
        };
        let need = session_memory(layout.coupon_bytes) as u32;
        let (whole, refused) = ((0, None, COUPONS - 1), (1, Some(vec![2]), COUPONS));
        // Key, monitor and store take up to 2 KiB beside.
        let (mut less, mut enough) = (need, need + 2048);
        assert_eq!(run(less), refused, "{count} labels of {width}");
        assert_eq!(run(enough), whole, "{count} labels of {width}");
        while enough - less > 16 {
            let middle = less + (enough - less) / 32 * 16;
            let ran = run(middle);
            assert!(ran == whole || ran == refused, "{middle} bytes: {ran:?}");
            match ran == whole {
                true => enough = middle,
                false => less = middle,
            }
        }
    }
}
