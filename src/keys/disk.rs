//! Key files on disk: read with a limit, written whole or not at all, secrets for their owner only.
//!
//! ```
//! use hippocrypt::{Error, keys::disk};
//! let directory = tempfile::tempdir()?;
//! let path = directory.path().join("ward-3.key");
//! disk::write_secret_file(&path, b"a secret", false)?; // mode 0600
//! assert_eq!(disk::read_secret_file(&path, 100)?.expose(), b"a secret");
//! assert_eq!(disk::read_file(&path, 7), Err(Error::TooLarge("file")));
//! assert_eq!(disk::write_secret_file(&path, b"another", false), Err(Error::Exists));
//! # Ok::<(), Error>(())
//! ```

use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::path::Path;
use std::vec;
use std::vec::Vec;

use super::atomic::AtomicFile;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Permission bits of secret files.
pub const SECRET_MODE: u32 = 0o600;
/// Permission bits of public files.
pub const PUBLIC_MODE: u32 = 0o644;

/// Writes a file that only its owner can read (mode 0600).
///
/// # Errors
/// [`Error::Exists`] unless `overwrite`; [`Error::Io`].
pub fn write_secret_file(path: impl AsRef<Path>, bytes: &[u8], overwrite: bool) -> Result<()> {
    write(path.as_ref(), bytes, overwrite, SECRET_MODE)
}

/// Writes a file that everybody may read (mode 0644, less the umask).
///
/// # Errors
/// [`Error::Exists`] unless `overwrite`; [`Error::Io`].
pub fn write_public_file(path: impl AsRef<Path>, bytes: &[u8], overwrite: bool) -> Result<()> {
    write(path.as_ref(), bytes, overwrite, PUBLIC_MODE)
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// [`Error::TooLarge`] over the limit; [`Error::Io`].
pub fn read_file(path: impl AsRef<Path>, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        Err(Error::TooLarge("file"))
    } else {
        Ok(bytes)
    }
}

/// Reads a whole secret file of at most `limit` bytes, into memory that is wiped.
///
/// # Errors
/// [`Error::Permissions`] if others than its owner have any access to it (on Unix);
/// [`Error::TooLarge`] over the limit; [`Error::Io`], also for what is not a regular file.
pub fn read_secret_file(path: impl AsRef<Path>, limit: usize) -> Result<Secret<Vec<u8>>> {
    let mut file = File::open(path)?;
    // Asked of the open file, not of its name, which could come to mean another in between.
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(Error::Io("not a regular file"));
    }
    check_private(&metadata)?;
    let length = usize::try_from(metadata.len()).map_err(|_| Error::TooLarge("file"))?;
    if length > limit {
        return Err(Error::TooLarge("file"));
    }
    // Read where it stays: a buffer that grew would leave pieces of the secret behind. The one
    // byte more shows a file that grew since.
    let mut bytes = Secret::new(vec![0; length.saturating_add(1)]);
    let mut filled = 0;
    while let Some(room) = bytes
        .expose_mut()
        .get_mut(filled..)
        .filter(|room| !room.is_empty())
    {
        match file.read(room) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    if filled != length {
        return Err(Error::Io("the file changed while it was read"));
    }
    bytes.expose_mut().truncate(length);
    Ok(bytes)
}

/// Refuses what anybody but the owner has access to.
#[cfg(unix)]
pub(super) fn check_private(metadata: &Metadata) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(Error::Permissions)
    }
}

#[cfg(not(unix))]
pub(super) const fn check_private(_: &Metadata) -> Result<()> {
    Ok(())
}

fn write(path: &Path, bytes: &[u8], overwrite: bool, mode: u32) -> Result<()> {
    let mut file = AtomicFile::create(path, overwrite, mode)?;
    file.write_all(bytes)?;
    file.commit()
}
