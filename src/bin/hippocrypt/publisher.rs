//! What a publisher of revocations must not forget, in a file beside its key.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use hippocrypt::Error;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::keys::disk;
use hippocrypt::pre::{PUBLISHER_STATE_BYTES, PublisherState};

use crate::args::State;
use crate::failure::{Outcome, Role};
use crate::lock::Lock;
use crate::objects;

/// What errors are about.
const ROLE: &str = "the state beside --key";

/// The state, locked for other processes until it is dropped.
pub struct Kept {
    pub state: PublisherState,
    path: PathBuf,
    _lock: Lock,
}

impl Kept {
    /// Reads the state beside a key, or begins one if that was asked for.
    pub fn open(key: &OsStr, owner: &VerifyingKey, args: &State) -> Outcome<Self> {
        Self::open_locked(Lock::take(key)?, key, owner, args)
    }

    /// As [`Kept::open`], where the key was locked before it was read.
    pub fn open_locked(
        lock: Lock,
        key: &OsStr,
        owner: &VerifyingKey,
        args: &State,
    ) -> Outcome<Self> {
        let earlier = args
            .earlier
            .iter()
            .map(|path| objects::revocations(path, "--earlier"))
            .collect::<Outcome<Vec<_>>>()?;
        let path = beside(key);
        let there = fs::exists(&path).role(ROLE)?;
        if args.new_state && there {
            return Err(Error::Argument("the state is there already")).role("--new-state");
        }
        let mut state = if args.new_state {
            PublisherState::new(*owner)
        } else {
            read(&path, owner)?
        };
        for list in &earlier {
            state.take(list).role("--earlier")?;
        }
        Ok(Self {
            state,
            path,
            _lock: lock,
        })
    }

    /// Writes it to the disk: before anything that it numbers appears.
    pub fn save(&self) -> Outcome<()> {
        disk::write_secret_file(&self.path, &self.state.to_bytes()?, true).role(ROLE)
    }
}

/// Reads the state beside a key.
pub fn look(key: &OsStr, owner: &VerifyingKey) -> Outcome<PublisherState> {
    read(&beside(key), owner)
}

/// Where the state of a key stands.
pub fn beside(key: &OsStr) -> PathBuf {
    Path::new(key).with_extension("state")
}

/// As [`beside`], for a key that is made.
pub fn beside_new(key: &OsStr) -> Outcome<PathBuf> {
    let path = beside(key);
    if path.as_os_str() == key {
        return Err(Error::Argument("a file name that does not end in .state")).role("-o");
    }
    Ok(path)
}

fn read(path: &Path, owner: &VerifyingKey) -> Outcome<PublisherState> {
    if !fs::exists(path).role(ROLE)? {
        return Err(Error::Missing(
            "if it is lost or never was, begin it with --new-state, and give --earlier lists",
        ))
        .role(ROLE);
    }
    let bytes = disk::read_secret_file(path, PUBLISHER_STATE_BYTES).role(ROLE)?;
    PublisherState::from_bytes(bytes.expose(), owner).role(ROLE)
}
