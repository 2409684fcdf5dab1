//! Interrupted runs leave nothing behind either.

use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Temporary files that exist now.
static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes unfinished files and ends when the user or the system asks the process to end.
pub fn install() {
    // Without the handler the process ends as well, only less tidily.
    let _ = ctrlc::set_handler(|| {
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
