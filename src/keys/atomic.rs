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
        self.temporary.as_file().sync_all()?;
        if self.overwrite {
            self.temporary
                .persist(&self.path)
                .map_err(|failed| Error::from(failed.error))?;
        } else {
            self.temporary
                .persist_noclobber(&self.path)
                .map_err(|failed| Error::from(failed.error))?;
        }
        sync_directory(directory_of(&self.path))
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
fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes a directory's entries to the disk, where the system can.
fn sync_directory(directory: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}
