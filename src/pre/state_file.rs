//! A relay's state on a disk.

use std::boxed::Box;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use std::vec::Vec;

use super::context::PatientId;
use super::journal::{self, Beginning, Chain, Entry};
use super::revocation::Revocation;
use super::state::{MemoryRelayState, RelayState};
use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::keys::{AtomicFile, disk};

/// The longest journal, in bytes.
const JOURNAL_BYTES: usize = 1 << 30;
/// Nonces that may be forgotten before the journal is written anew.
const FORGETTABLE: usize = 4096;

/// A relay's state in a directory: `sharings`, with a file for each standing sharing, `journal`, which only grows but for what may be forgotten, and
/// `lock`, held as long as this value lives, so that of two processes one waits for the other.
///
/// Every entry is on the disk before a call returns. A journal that was copied back from a backup
/// lacks nonces; where the file system tells when a file was made it is recognised, and all
/// requests from before are refused. Where it does not, and for whole disks set back, the operator
/// says it with [`FileRelayState::refuse_before`]. Bytes: SPEC.md, section 15.2.
pub struct FileRelayState {
    /// Unlocked when it is dropped.
    _lock: File,
    journal: Journal,
    memory: MemoryRelayState,
}

/// The file, open at its end.
struct Journal {
    path: PathBuf,
    file: File,
    chain: Chain,
}

impl FileRelayState {
    /// Opens the state in `directory`, or begins one there at `now`, in Unix seconds: what lies
    /// before is not known, so requests made before are refused.
    ///
    /// Waits for whoever has it open.
    ///
    /// # Errors
    /// [`Error::Checksum`] for a damaged journal; the decoding errors; [`Error::TooLarge`];
    /// [`Error::Io`], also for a directory that others can write to (on Unix).
    pub fn open(directory: impl AsRef<Path>, now: u64) -> Result<Self> {
        let directory = directory.as_ref();
        make_directory(directory)?;
        let lock = private().open(directory.join("lock"))?;
        lock.lock()?;
        let path = directory.join("journal");
        let (journal, memory) = if fs::exists(&path)? {
            Journal::open(path, now)?
        } else {
            let memory = MemoryRelayState::started_at(now);
            (Journal::write(path, &memory, &[])?, memory)
        };
        Ok(Self {
            _lock: lock,
            journal,
            memory,
        })
    }

    /// Refuses all requests made before this time from now on: after the state was restored.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn refuse_before(&mut self, time: u64) -> Result<()> {
        self.memory.refuse_before(time);
        self.write_anew()
    }

    /// Where it all stands.
    pub(super) fn directory(&self) -> &Path {
        self.journal.path.parent().unwrap_or(Path::new("."))
    }

    /// A journal with what is in memory, in place of the old one.
    fn write_anew(&mut self) -> Result<()> {
        self.journal = Journal::write(self.journal.path.clone(), &self.memory, &[])?;
        Ok(())
    }

    fn append(&mut self, entry: Entry) -> Result<()> {
        self.journal.append(&entry)?;
        self.memory.take(entry);
        Ok(())
    }
}

impl Journal {
    /// Reads a journal and what it holds.
    fn open(path: PathBuf, now: u64) -> Result<(Self, MemoryRelayState)> {
        let bytes = disk::read_file(&path, JOURNAL_BYTES)?;
        let read = journal::read(&bytes)?;
        let mut memory = MemoryRelayState::started_at(read.beginning.since);
        for entry in read.entries {
            memory.take(entry);
        }
        if read.beginning.born != born(&path)? {
            memory.refuse_before(now);
            return Ok((Self::write(path, &memory, &[])?, memory));
        }
        let file = OpenOptions::new().append(true).open(&path)?;
        if read.length < bytes.len() {
            file.set_len(read.length as u64)?;
            file.sync_all()?;
        }
        let chain = read.chain;
        Ok((Self { path, file, chain }, memory))
    }

    /// Writes a journal with what is in memory, and with `new` revocations, whole or not at all.
    fn write(path: PathBuf, memory: &MemoryRelayState, new: &[Revocation]) -> Result<Self> {
        let mut file = AtomicFile::create(&path, true, disk::SECRET_MODE)?;
        let beginning = Beginning {
            born: born(file.temporary_path())?,
            since: memory.since(),
        };
        let (mut bytes, mut chain) = beginning.to_bytes();
        let new = new.iter().map(revoked);
        for entry in memory.entries().chain(new) {
            let (more, after) = entry.to_bytes(chain);
            bytes.extend_from_slice(&more);
            chain = after;
        }
        file.write_all(&bytes)?;
        file.commit()?;
        let file = OpenOptions::new().append(true).open(&path)?;
        Ok(Self { path, file, chain })
    }

    /// Writes one entry behind the others. Several at once could be torn in their middle.
    fn append(&mut self, entry: &Entry) -> Result<()> {
        let (bytes, chain) = entry.to_bytes(self.chain);
        let length = self.file.metadata()?.len();
        let written = self.file.write_all(&bytes);
        if let Err(error) = written.and_then(|()| self.file.sync_all()) {
            // What was written before the failure must not stand before the next entry.
            self.file.set_len(length)?;
            return Err(error.into());
        }
        self.chain = chain;
        Ok(())
    }
}

impl RelayState for FileRelayState {
    fn revocations(&self, patient: &PatientId) -> Result<Vec<Revocation>> {
        self.memory.revocations(patient)
    }

    fn keep(&mut self, entry: &Revocation) -> Result<()> {
        self.keep_all(core::slice::from_ref(entry))
    }

    fn keep_all(&mut self, entries: &[Revocation]) -> Result<()> {
        let new: Vec<Revocation> = entries
            .iter()
            .filter(|entry| !self.memory.holds(entry))
            .copied()
            .collect();
        match new.as_slice() {
            [] => Ok(()),
            [entry] => self.append(revoked(entry)),
            all => {
                // On the disk first: what only memory holds would count as kept when asked again.
                self.journal = Journal::write(self.journal.path.clone(), &self.memory, all)?;
                for entry in all {
                    self.memory.take(revoked(entry));
                }
                Ok(())
            }
        }
    }

    fn last_list(&self, publisher: &VerifyingKey) -> Result<u64> {
        self.memory.last_list(publisher)
    }

    fn keep_list(&mut self, publisher: &VerifyingKey, sequence: u64) -> Result<()> {
        if sequence <= self.memory.last_list(publisher)? {
            return Ok(());
        }
        self.append(Entry::List(publisher.to_bytes(), sequence))
    }

    fn keep_nonce(
        &mut self,
        requester: &VerifyingKey,
        nonce: &[u8; 16],
        time: u64,
        oldest: u64,
    ) -> Result<bool> {
        if self.memory.has_nonce(requester, nonce, time) {
            return Ok(false);
        }
        let (old, all) = self.memory.count_nonces(oldest);
        if old >= FORGETTABLE && old >= all / 2 {
            self.memory.forget_before(oldest);
            self.write_anew()?;
        }
        self.append(Entry::Nonce(requester.to_bytes(), *nonce, time))?;
        Ok(true)
    }

    fn sharing_floor(&self, sharing: &[u8; 32]) -> Result<u32> {
        self.memory.sharing_floor(sharing)
    }

    fn raise_sharing(&mut self, sharing: &[u8; 32], number: u32) -> Result<()> {
        if number <= self.memory.sharing_floor(sharing)? {
            return Ok(());
        }
        self.append(Entry::Sharing(*sharing, number))
    }

    fn since(&self) -> u64 {
        self.memory.since()
    }
}

fn revoked(entry: &Revocation) -> Entry {
    Entry::Revocation(Box::new(*entry))
}

/// Makes the directory if it is not there, for its owner only; whoever else could write to it could
/// put an older journal in the place of this one.
pub(super) fn make_directory(directory: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        builder.mode(0o700).create(directory)?;
        if fs::metadata(directory)?.permissions().mode() & 0o022 != 0 {
            return Err(Error::Io("others can write to the directory of the state"));
        }
        Ok(())
    }
    #[cfg(not(unix))]
    Ok(builder.create(directory)?)
}

/// How files are opened that only their owner reads.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(disk::SECRET_MODE);
    }
    options
}

/// When a file was made, in nanoseconds since 1970; 0 where the file system does not say.
pub(super) fn born(path: &Path) -> Result<u64> {
    let made = match fs::metadata(path)?.created() {
        Ok(made) => made.duration_since(UNIX_EPOCH).unwrap_or_default(),
        Err(_) => return Ok(0),
    };
    u64::try_from(made.as_nanos()).map_err(|_| Error::Time("of a file"))
}

#[cfg(test)]
impl FileRelayState {
    /// Keeps a nonce in memory alone.
    pub(super) fn take_unwritten(&mut self, requester: &VerifyingKey, nonce: &[u8; 16], time: u64) {
        let entry = Entry::Nonce(requester.to_bytes(), *nonce, time);
        self.memory.take(entry);
    }
}
