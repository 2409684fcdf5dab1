//! Several chunks at a time: on all cores with the feature `parallel`, else one after the other.
//!
//! The same chunks with the same numbers either way, so the bytes and the answers are the same.

/// Most bytes of plaintext in work at once. A stream holds two such groups, of which one is read or
/// written while the other is in work: 1.25 MiB.
#[cfg(feature = "parallel")]
const GROUP_BYTES: usize = 640 * 1024;
/// Least bytes that are worth handing to another core.
#[cfg(feature = "parallel")]
const RUN_BYTES: usize = 32 * 1024;

/// How many chunks of `size` bytes to take on together: one on a single core, and where a second
/// one would take too much memory.
pub(super) fn lanes(size: usize) -> usize {
    #[cfg(feature = "parallel")]
    if pool().is_some() {
        return (GROUP_BYTES / size.max(1)).max(1);
    }
    let _ = size;
    1
}

/// Does `work` on every item, each of about `size` bytes, and `meanwhile` beside it.
#[cfg(not(feature = "parallel"))]
pub(super) fn spread<T, M>(
    items: &mut [T],
    _size: usize,
    work: impl Fn(&mut T),
    meanwhile: impl FnOnce() -> M,
) -> M {
    items.iter_mut().for_each(work);
    meanwhile()
}

/// Does `work` on every item, each of about `size` bytes, and `meanwhile` beside it.
///
/// The calling thread does its part: whatever the others are doing, the work gets done.
#[cfg(feature = "parallel")]
pub(super) fn spread<T: Send, M>(
    items: &mut [T],
    size: usize,
    work: impl Fn(&mut T) + Sync,
    meanwhile: impl FnOnce() -> M,
) -> M {
    use core::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, PoisonError};

    let run = (RUN_BYTES / size.max(1)).max(1);
    let Some(pool) = pool().filter(|_| items.len() > run) else {
        items.iter_mut().for_each(work);
        return meanwhile();
    };
    let runs = items.len().div_ceil(run);
    let helpers = pool.current_num_threads().min(runs - 1);
    let left = AtomicUsize::new(runs);
    let queue = Mutex::new(items.chunks_mut(run));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let drain = || {
        while let Some(run) = next() {
            let _done = Done(&left);
            run.iter_mut().for_each(&work);
        }
    };
    pool.in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| drain());
        }
        let done = meanwhile();
        drain();
        // The last runs are nearly done: to sleep here and be woken would take longer.
        while left.load(Ordering::Acquire) > 0 {
            std::thread::yield_now();
        }
        done
    })
}

/// Counts a run down when it ends, in whichever way: nobody waits for ever for one that panicked.
#[cfg(feature = "parallel")]
struct Done<'a>(&'a core::sync::atomic::AtomicUsize);

#[cfg(feature = "parallel")]
impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, core::sync::atomic::Ordering::Release);
    }
}

/// The threads of this process beside the calling one, made when they are first wanted; none on a
/// single core, or where the system gives none.
#[cfg(feature = "parallel")]
fn pool() -> Option<&'static rayon::ThreadPool> {
    use std::sync::OnceLock;
    use std::thread::available_parallelism;

    static POOL: OnceLock<Option<rayon::ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| {
        let others = available_parallelism().ok()?.get() - 1;
        let threads = rayon::ThreadPoolBuilder::new().num_threads(others);
        threads.build().ok().filter(|_| others > 0)
    })
    .as_ref()
}

#[cfg(all(test, feature = "parallel"))]
mod tests {
    use super::*;

    /// A panic in the work comes out, on whichever thread it happens.
    #[test]
    fn a_panic_comes_out() {
        for at in [0, 7, 15] {
            let mut items: std::vec::Vec<usize> = (0..16).collect();
            let work = |item: &mut usize| assert!(*item != at, "as asked");
            let outcome = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
                spread(&mut items, RUN_BYTES, work, || ());
            }));
            assert!(outcome.is_err());
        }
    }
}
