//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A file being written: it appears under its name when committed, and is gone if dropped before.
///
/// It is written under a temporary name in the same directory, flushed to the disk, renamed, and
/// then the directory is flushed: after a power failure there is the old file or the new one,
/// never a part. Readers never see it half-written.
///
/// ```
/// use std::io::Write;
/// use hippocrypt::{Error, keys::AtomicFile};
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("record.json");
/// let mut file = AtomicFile::create(&path, false, 0o600)?;
/// file.write_all(b"{}")?;
/// assert!(!path.exists());
/// file.commit()?;
/// assert_eq!(std::fs::read(&path)?, b"{}");
/// assert_eq!(AtomicFile::create(&path, false, 0o600).err(), Some(Error::Exists));
/// # Ok::<(), Error>(())
/// ```
pub struct AtomicFile {
    temporary: NamedTempFile,
    path: PathBuf,
    overwrite: bool,
}

impl AtomicFile {
    /// Begins a file that will appear at `path`, with the permission bits `mode` (where the
    /// system has them; the process's umask applies).
    ///
    /// With `overwrite` a regular file at `path` will be replaced, and a symbolic link to one is
    /// followed; devices, pipes and directories are refused.
    ///
    /// # Errors
    /// [`Error::Exists`] if there is a file and `overwrite` is not set; [`Error::Io`].
    pub fn create(path: impl AsRef<Path>, overwrite: bool, mode: u32) -> Result<Self> {
        let mut path = path.as_ref().to_path_buf();
        match fs::metadata(&path) {
            Ok(_) if !overwrite => return Err(Error::Exists),
            Ok(found) if !found.is_file() => return Err(Error::Io("not a regular file")),
            Ok(_) => path = fs::canonicalize(&path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".hippocrypt-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = mode;
        let temporary = builder.tempfile_in(directory_of(&path))?;
        Ok(Self {
            temporary,
            path,
            overwrite,
        })
    }

    /// Where the bytes are until [`AtomicFile::commit`]: for programs that remove it when a signal
    /// ends them, which runs no destructor.
    #[must_use]
    pub fn temporary_path(&self) -> &Path {
        self.temporary.path()
    }

    /// Makes the file appear under its name.
    ///
    /// # Errors
    /// [`Error::Exists`] if a file has appeared there meanwhile and overwriting was not asked
    /// for: that file stays as it is. [`Error::Io`]. The temporary file is removed either way.
    pub fn commit(self) -> Result<()> {
        self.persist().map(drop)
    }

    /// As [`AtomicFile::commit`], for a file that goes on growing under its name: it comes back
    /// open behind what was written and, on Unix and where the file system knows locks, locked
    /// exclusively since before it appeared.
    ///
    /// # Errors
    /// As [`AtomicFile::commit`].
    pub fn commit_growing(self) -> Result<File> {
        // Elsewhere a lock keeps readers out.
        if cfg!(unix) {
            match self.temporary.as_file().lock() {
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
                locked => locked?,
            }
        }
        self.persist()
    }

    fn persist(self) -> Result<File> {
        self.temporary.as_file().sync_all()?;
        let persisted = if self.overwrite {
            self.temporary.persist(&self.path)
        } else {
            self.temporary.persist_noclobber(&self.path)
        };
        let file = persisted.map_err(|failed| Error::from(failed.error))?;
        sync_directory(directory_of(&self.path))?;
        Ok(file)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temporary.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.as_file_mut().flush()
    }
}

/// The directory a file lies in.
pub(super) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a directory's entries to the disk, where the system can.
pub(super) fn sync_directory(directory: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn write(path: &Path, overwrite: bool, bytes: &[u8]) -> Result<()> {
        let mut file = AtomicFile::create(path, overwrite, 0o600)?;
        file.write_all(bytes)?;
        file.flush()?;
        file.commit()
    }

    /// Names of everything in a directory: a temporary file left behind shows here.
    fn entries(directory: &Path) -> Vec<std::ffi::OsString> {
        let mut names: Vec<_> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn appears_when_committed_and_leaves_nothing_when_dropped() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        let mut file = AtomicFile::create(&path, false, 0o600).unwrap();
        file.write_all(b"half").unwrap();
        assert!(!path.exists());
        assert_eq!(entries(place.path()).len(), 1);
        drop(file);
        assert_eq!(entries(place.path()).len(), 0);
        write(&path, false, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(entries(place.path()), ["a"]);
    }

    #[test]
    fn it_can_grow_under_its_name() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        let mut file = AtomicFile::create(&path, false, 0o600).unwrap();
        file.write_all(b"header").unwrap();
        let mut file = file.commit_growing().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"header");
        file.write_all(b", segment").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"header, segment");
        let locked = File::open(&path).unwrap().try_lock_shared().is_err();
        assert_eq!(locked, cfg!(unix));
        drop(file);
        assert!(File::open(&path).unwrap().try_lock_shared().is_ok());
    }

    #[test]
    fn nothing_is_overwritten_unasked() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        write(&path, true, b"first").unwrap();
        assert_eq!(write(&path, false, b"second"), Err(Error::Exists));
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write(&path, true, b"third").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(entries(place.path()), ["a"]);
    }

    /// Somebody else makes the file between our look and our commit.
    #[test]
    fn a_race_is_lost_without_harm() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        let mut file = AtomicFile::create(&path, false, 0o600).unwrap();
        file.write_all(b"ours").unwrap();
        fs::write(&path, b"theirs").unwrap();
        assert_eq!(file.commit(), Err(Error::Exists));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(entries(place.path()), ["a"]);
    }

    #[test]
    fn of_many_racing_writers_one_wins() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        let winners: Vec<u8> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8_u8)
                .map(|id| {
                    let path = &path;
                    scope.spawn(move || write(path, false, &[id]).is_ok().then_some(id))
                })
                .collect();
            threads
                .into_iter()
                .filter_map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(winners.len(), 1);
        assert_eq!(fs::read(&path).unwrap(), winners);
        assert_eq!(entries(place.path()), ["a"]);
    }

    #[test]
    fn a_failed_commit_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        let file = AtomicFile::create(&path, true, 0o600).unwrap();
        fs::create_dir(&path).unwrap(); // a rename cannot replace a directory
        assert!(file.commit().is_err());
        assert!(path.is_dir());
        assert_eq!(entries(place.path()), ["a"]);
    }

    #[test]
    fn a_missing_directory_is_an_error() {
        let place = tempfile::tempdir().unwrap();
        let made = AtomicFile::create(place.path().join("no/a"), false, 0o600);
        assert_eq!(made.err(), Some(Error::Io("not found")));
        assert_eq!(directory_of(Path::new("a")), Path::new("."));
    }

    #[test]
    fn only_regular_files_are_replaced() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(
            write(place.path(), true, b""),
            Err(Error::Io("not a regular file"))
        );
        if cfg!(unix) {
            let device = Path::new("/dev/null");
            assert_eq!(
                write(device, true, b""),
                Err(Error::Io("not a regular file"))
            );
            assert_eq!(write(device, false, b""), Err(Error::Exists));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_to_replace() {
        let place = tempfile::tempdir().unwrap();
        let (target, link) = (place.path().join("target"), place.path().join("link"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(write(&link, false, b"x"), Err(Error::Exists)); // a link to nothing is there
        assert!(!target.exists());
        fs::write(&target, b"old").unwrap();
        write(&link, true, b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
