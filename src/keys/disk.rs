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

use std::fs::{self, File, Metadata};
use std::io::{Read, Write};
use std::path::Path;
use std::vec;
use std::vec::Vec;

use super::atomic::{AtomicFile, directory_of, sync_directory};
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

/// Writes the entries of the directory that this lies in to the disk.
pub(crate) fn sync_directory_of(path: &Path) -> Result<()> {
    sync_directory(directory_of(path))
}

/// The same for every directory that it lies in, at any depth: a directory that was just made is
/// there for good afterwards.
pub(crate) fn sync_ancestors(directory: &Path) -> Result<()> {
    for path in fs::canonicalize(directory)?.ancestors().skip(1) {
        // Whoever may not look at one did not make anything in it.
        if cfg!(unix)
            && let Ok(directory) = File::open(path)
        {
            directory.sync_all()?;
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_within_the_limit_only() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        for length in [0, 1, 31, 32, 33, 100_000] {
            let bytes = vec![7; length];
            write_secret_file(&path, &bytes, true).unwrap();
            assert_eq!(read_file(&path, length).unwrap(), bytes);
            assert_eq!(*read_secret_file(&path, length).unwrap().expose(), bytes);
            if length > 0 {
                assert_eq!(read_file(&path, length - 1), Err(Error::TooLarge("file")));
                let secret = read_secret_file(&path, length - 1);
                assert_eq!(secret.err(), Some(Error::TooLarge("file")));
            }
        }
    }

    #[test]
    fn what_is_not_there_or_no_file_is_an_error() {
        let place = tempfile::tempdir().unwrap();
        let missing = place.path().join("a");
        assert_eq!(read_file(&missing, 9), Err(Error::Io("not found")));
        assert_eq!(
            read_secret_file(&missing, 9).err(),
            Some(Error::Io("not found"))
        );
        assert!(read_file(place.path(), 9).is_err());
        let directory = read_secret_file(place.path(), 9).err();
        assert_eq!(directory, Some(Error::Io("not a regular file")));
    }

    #[cfg(unix)]
    #[test]
    fn secret_files_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let (secret, public) = (place.path().join("secret"), place.path().join("public"));
        write_secret_file(&secret, b"x", false).unwrap();
        write_public_file(&public, b"x", false).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&secret), 0o600);
        assert_eq!(mode(&public) & 0o600, 0o600);
        assert_eq!(mode(&public) & !PUBLIC_MODE, 0);
        // A looser file that is replaced does not pass its mode on.
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o666)).unwrap();
        write_secret_file(&secret, b"y", true).unwrap();
        assert_eq!(mode(&secret), 0o600);
        for loose in [0o601, 0o602, 0o604, 0o610, 0o620, 0o640, 0o644, 0o666] {
            fs::set_permissions(&secret, fs::Permissions::from_mode(loose)).unwrap();
            let read = read_secret_file(&secret, 9);
            assert_eq!(read.err(), Some(Error::Permissions), "{loose:o}");
        }
        for tight in [0o400, 0o600, 0o700] {
            fs::set_permissions(&secret, fs::Permissions::from_mode(tight)).unwrap();
            assert!(read_secret_file(&secret, 9).is_ok(), "{tight:o}");
        }
    }

    #[test]
    fn existing_files_stay() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        write_public_file(&path, b"first", false).unwrap();
        assert_eq!(
            write_public_file(&path, b"second", false),
            Err(Error::Exists)
        );
        assert_eq!(
            write_secret_file(&path, b"second", false),
            Err(Error::Exists)
        );
        assert_eq!(read_file(&path, 9).unwrap(), b"first");
    }
}
