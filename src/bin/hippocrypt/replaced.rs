//! What a replaced file held.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
#[cfg(unix)]
use std::io::{self, Read};

/// A file whose place another takes, and whose bytes are not to stay.
pub struct Replaced(File);

impl Replaced {
    /// Opened before it is replaced; none where it can't be written to.
    pub fn open(path: &OsStr) -> Option<Self> {
        OpenOptions::new().write(true).open(path).ok().map(Self)
    }

    /// Overwrites what has no name any more. It is an aid: disks and file systems keep copies of
    /// their own, and a copy by another name stays as it is.
    pub fn overwrite(self) {
        // Nothing depends on it.
        let _ = self.zero();
    }

    #[cfg(unix)]
    fn zero(mut self) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt;
        let found = self.0.metadata()?;
        if found.nlink() == 0 {
            io::copy(&mut io::repeat(0).take(found.len()), &mut self.0)?;
            self.0.sync_all()?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn zero(self) -> std::io::Result<()> {
        drop(self.0);
        Ok(())
    }
}
