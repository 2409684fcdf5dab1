//! Which proofs were used before.

use alloc::collections::BTreeSet;

use crate::curve::Scalar;
use crate::error::Result;
use crate::tags;
use crate::transcript::Transcript;

/// What counts once: a binding, or a consent in a context. 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReplayKey([u8; 32]);

impl ReplayKey {
    /// One proof for one request.
    #[must_use]
    pub fn binding(binding: &Scalar) -> Self {
        Self(
            Transcript::new(tags::ZK_REPLAY)
                .item(&binding.to_bytes())
                .finish(),
        )
    }

    /// One use of a consent in a context.
    #[must_use]
    pub fn one_use(nullifier: &Scalar, context: &Scalar) -> Self {
        Self(
            Transcript::new(tags::ZK_REPLAY)
                .item(&nullifier.to_bytes())
                .item(&context.to_bytes())
                .finish(),
        )
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What remembers which keys were taken. A store that forgets lets proofs be used again while
/// they are fresh.
pub trait ReplayStore {
    /// Takes a key: whether it was free. It is taken for good before this returns.
    ///
    /// # Errors
    /// Where it cannot be kept; nothing may be released then.
    fn take(&mut self, key: &ReplayKey) -> Result<bool>;
}

/// A store that lasts as long as the process.
#[derive(Default)]
pub struct MemoryReplayStore(BTreeSet<ReplayKey>);

impl MemoryReplayStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl ReplayStore for MemoryReplayStore {
    fn take(&mut self, key: &ReplayKey) -> Result<bool> {
        Ok(self.0.insert(*key))
    }
}

#[cfg(feature = "std")]
pub use durable::DirectoryReplayStore;

#[cfg(feature = "std")]
mod durable {
    use std::format;
    use std::fs::{self, File, OpenOptions};
    use std::io::ErrorKind;
    use std::path::{Path, PathBuf};
    use std::string::String;

    use super::{ReplayKey, ReplayStore};
    use crate::error::Result;
    use crate::keys::disk;

    /// A store in a directory: an empty file for each key, named by it in hexadecimal. Making it is
    /// what takes the key, so that of several processes one succeeds; file and directory are on
    /// the disk before it counts.
    pub struct DirectoryReplayStore {
        directory: PathBuf,
    }

    impl DirectoryReplayStore {
        /// Opens the store in a directory, or begins one there.
        ///
        /// # Errors
        /// [`Error::Io`](crate::Error::Io).
        pub fn open(directory: impl AsRef<Path>) -> Result<Self> {
            let directory = directory.as_ref().to_path_buf();
            fs::create_dir_all(&directory)?;
            // A directory that is gone after a fall of the power has forgotten every key.
            disk::sync_ancestors(&directory)?;
            Ok(Self { directory })
        }
    }

    impl ReplayStore for DirectoryReplayStore {
        fn take(&mut self, key: &ReplayKey) -> Result<bool> {
            let bytes = key.as_bytes().iter();
            let name: String = bytes.map(|byte| format!("{byte:02x}")).collect();
            let mut options = OpenOptions::new();
            let made = options
                .write(true)
                .create_new(true)
                .open(self.directory.join(name));
            match made {
                Ok(file) => {
                    file.sync_all()?;
                    #[cfg(unix)]
                    File::open(&self.directory)?.sync_all()?;
                    Ok(true)
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(error.into()),
            }
        }
    }
}
