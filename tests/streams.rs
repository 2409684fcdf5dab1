//! Streams take constant memory: what they hold at their peak does not hang on the payload.
//!
//! Alone in its binary, because it counts every allocation of the process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unsafe_code,
    missing_docs
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use hippocrypt::abe::AuthorityKey;
use hippocrypt::envelope::{Expiry, Opener, Record, Sealer, Suite};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Attributes, Date, Policy};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), SeqCst) + layout.size();
        PEAK.fetch_max(live, SeqCst);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), SeqCst);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes allocated at once during `work`, beyond those before it.
fn peak(work: impl FnOnce()) -> usize {
    let before = LIVE.load(SeqCst);
    PEAK.store(before, SeqCst);
    work();
    PEAK.load(SeqCst) - before
}

#[test]
fn memory_does_not_grow_with_the_payload() {
    // The counter itself. One test in this binary: another would be counted too.
    let held = peak(|| drop(vec![1u8; 1 << 20]));
    assert!(held >= 1 << 20);

    let rng = &mut getrandom::SysRng;
    let authority = AuthorityKey::generate("a", rng).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let key = authority
        .issue(&Attributes::parse(["a=x"]).unwrap(), until, rng)
        .unwrap();
    let policy = Policy::parse("a=x").unwrap();
    let signer = SignerKey::generate("", rng).unwrap();

    // With `parallel` the threads are made when they are first wanted: not in what is counted.
    let mut first = Sealer::new().policy(authority.public(), policy.clone(), Expiry::Never);
    first
        .seal(&Record::new("r").unwrap(), &[0; 1 << 20], rng)
        .unwrap();

    for (suite, chunk) in [
        (Suite::ChaCha20Poly1305, 64 * 1024),
        (Suite::ChaCha20Poly1305, 256 * 1024),
        (Suite::Aes256Gcm, 1024 * 1024),
    ] {
        let mut peaks = Vec::new();
        for length in [3 << 20, 12 << 20] {
            let mut sealer = Sealer::new()
                .policy(authority.public(), policy.clone(), Expiry::Never)
                .sender(&signer);
            let record = Record::new("r").unwrap().suite(suite);
            let record = record.chunk_size(chunk).unwrap();
            let mut seal = |out: &mut dyn Write| {
                let mut writer = sealer
                    .seal_to(&record, out, &mut getrandom::SysRng)
                    .unwrap();
                io::copy(&mut io::repeat(7).take(length), &mut writer).unwrap();
                writer.finish().unwrap();
            };
            let sealing = peak(|| seal(&mut io::sink()));
            let mut sealed = Vec::new();
            seal(&mut sealed);

            let mut opener = Opener::new().key(&key);
            // In small pieces through the reader's own buffer, and in whole chunks past it.
            for piece in [1000, chunk as usize] {
                let mut buffer = vec![0; piece];
                let opening = peak(|| {
                    let mut reader = opener.open_from(sealed.as_slice()).unwrap();
                    let mut total = 0;
                    while let count @ 1.. = reader.read(&mut buffer).unwrap() {
                        assert!(buffer[..count].iter().all(|byte| *byte == 7));
                        total += count as u64;
                    }
                    assert_eq!(total, length);
                    reader.finish().unwrap();
                });
                peaks.push((sealing, opening));
            }
        }
        let [small, small_direct, large, large_direct] = peaks[..] else {
            panic!("four runs");
        };
        // Where several threads work, what they note down for it varies a little.
        let slack = if cfg!(feature = "parallel") {
            64 * 1024
        } else {
            0
        };
        for (one, other) in [(small, large), (small_direct, large_direct)] {
            assert!(
                one.0.abs_diff(other.0) <= slack,
                "{suite:?} {one:?} {other:?}"
            );
            assert!(
                one.1.abs_diff(other.1) <= slack,
                "{suite:?} {one:?} {other:?}"
            );
        }
        let groups = if cfg!(feature = "parallel") {
            2 * 640 * 1024
        } else {
            0
        };
        for (sealing, opening) in [small, small_direct, large, large_direct] {
            let most = groups.max(chunk as usize) + 256 * 1024;
            assert!(sealing <= most && opening <= most, "{sealing} {opening}");
        }
    }
}
