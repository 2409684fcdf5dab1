//! Interrupted runs leave nothing behind either.

use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Temporary files that exist now.
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
/// Whether the command comes to an end by itself when it is asked to, and whether it was.
static GENTLE: AtomicBool = AtomicBool::new(false);
static STOPPED: AtomicBool = AtomicBool::new(false);

/// From now on the first request to end only shows in [`stopped`]: for recordings, which end
/// when somebody ends them.
pub fn gently() {
    GENTLE.store(true, Ordering::Relaxed);
}

/// Whether the process was asked to end.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Removes unfinished files and ends when the user or the system asks the process to end.
pub fn install() {
    // Without the handler the process ends as well, only less tidily.
    let _ = ctrlc::set_handler(|| {
        if GENTLE.load(Ordering::Relaxed) && !STOPPED.swap(true, Ordering::Relaxed) {
            return;
        }
        // The lock is kept: nothing new is begun any more.
        let unfinished = lock();
        for path in unfinished.iter() {
            let _ = fs::remove_file(path);
        }
        process::exit(130);
    });
}

/// Notes a temporary file until the answer is dropped.
pub fn guard(path: PathBuf) -> Guard {
    lock().push(path.clone());
    Guard(path)
}

/// A temporary file that is noted.
pub struct Guard(PathBuf);

impl Drop for Guard {
    fn drop(&mut self) {
        lock().retain(|path| *path != self.0);
    }
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}
