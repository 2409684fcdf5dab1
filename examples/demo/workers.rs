//! Several calls of the tool at a time: each is a process of its own.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `work` for every number below `count`, on `jobs` threads; results come in that order.
/// A person sees how many are `done`: "sealed".
pub fn each<T: Send>(
    (count, jobs): (usize, usize),
    done: &str,
    work: impl Fn(usize) -> Result<T, String> + Sync,
) -> Result<Vec<T>, String> {
    let (next, ready) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let worker = || {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return Ok(results);
            }
            results.push((index, work(index)?));
            progress(ready.fetch_add(1, Ordering::Relaxed) + 1, count, done);
        }
    };
    let parts: Vec<Result<Vec<(usize, T)>, String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended
            .map(|part| part.unwrap_or_else(|_| Err("a worker thread panicked".into())))
            .collect()
    });
    let mut results = Vec::with_capacity(count);
    for part in parts {
        results.extend(part?);
    }
    results.sort_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

fn progress(ready: usize, of: usize, done: &str) {
    let mut screen = std::io::stderr();
    if screen.is_terminal() {
        let end = if ready == of { "\r\x1b[K" } else { "" };
        let _ = write!(screen, "\r{ready} of {of} batches {done}{end}");
        let _ = screen.flush();
    }
}
