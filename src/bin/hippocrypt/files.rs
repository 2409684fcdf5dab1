//! What is read: key files of every kind, and the records themselves.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};

use hippocrypt::abe::{AuthorityKey, AuthorityPublic, AuthorityShare, UserKey};
use hippocrypt::keys::{self, SignerKey, SignerPublic, disk, file};
use hippocrypt::{Error, Secret};

use crate::failure::{Outcome, Role};
use crate::passphrase;

/// An authority's secret key.
pub fn authority_key(
    path: &OsStr,
    role: &'static str,
    pass: Option<&OsString>,
) -> Outcome<AuthorityKey> {
    authority_key_locked(path, role, pass).map(|(key, _)| key)
}

/// An authority's secret key, and the passphrase that it lies under, to write it so again.
pub fn authority_key_locked(
    path: &OsStr,
    role: &'static str,
    pass: Option<&OsString>,
) -> Outcome<(AuthorityKey, Option<Secret<String>>)> {
    let (bytes, passphrase) = unlocked(path, role, pass)?;
    let key = AuthorityKey::from_bytes(bytes.expose()).role(role)?;
    Ok((key, passphrase))
}

/// One part of an authority's key.
pub fn authority_share(path: &OsStr, role: &'static str) -> Outcome<AuthorityShare> {
    AuthorityShare::from_bytes(secret(path, role, None)?.expose()).role(role)
}

/// A holder's key.
pub fn user_key(path: &OsStr, role: &'static str, pass: Option<&OsString>) -> Outcome<UserKey> {
    UserKey::from_bytes(secret(path, role, pass)?.expose()).role(role)
}

/// A sender's signing key.
pub fn signer_key(path: &OsStr, role: &'static str, pass: Option<&OsString>) -> Outcome<SignerKey> {
    SignerKey::from_bytes(secret(path, role, pass)?.expose()).role(role)
}

/// An authority's public file.
pub fn authority(path: &OsStr, role: &'static str) -> Outcome<AuthorityPublic> {
    AuthorityPublic::from_bytes(&public(path, role)?).role(role)
}

/// A sender's public file.
pub fn signer(path: &OsStr, role: &'static str) -> Outcome<SignerPublic> {
    SignerPublic::from_bytes(&public(path, role)?).role(role)
}

/// A public key file in binary.
pub fn public(path: &OsStr, role: &'static str) -> Outcome<Vec<u8>> {
    let text = disk::read_file(path, file::LIMIT).role(role)?;
    let mut bytes = file::read(&text).role(role)?;
    Ok(std::mem::take(bytes.expose_mut()))
}

/// A secret key file in binary, unlocked.
pub fn secret(
    path: &OsStr,
    role: &'static str,
    pass: Option<&OsString>,
) -> Outcome<Secret<Vec<u8>>> {
    unlocked(path, role, pass).map(|(bytes, _)| bytes)
}

/// A secret object, and the passphrase that it lies under.
pub type Unlocked = (Secret<Vec<u8>>, Option<Secret<String>>);

/// The same with its passphrase, if it has one.
pub fn unlocked(path: &OsStr, role: &'static str, pass: Option<&OsString>) -> Outcome<Unlocked> {
    let object = file::read(private(path, file::LIMIT, role)?.expose()).role(role)?;
    if !keys::is_locked(object.expose()) {
        return Ok((object, None));
    }
    let passphrase = passphrase::opening(pass, role)?;
    let bytes = keys::unlock(object.expose(), Some(passphrase.expose().as_str())).role(role)?;
    Ok((bytes, Some(passphrase)))
}

/// A file that only its owner can read.
pub fn private(path: &OsStr, limit: usize, role: &'static str) -> Outcome<Secret<Vec<u8>>> {
    disk::read_secret_file(path, limit).role(role)
}

/// The content of a file of at most `limit` bytes, read where it stays.
pub fn content(path: &OsStr, limit: usize, role: &'static str) -> Outcome<Secret<Vec<u8>>> {
    let file = File::open(path).role(role)?;
    let length = file.metadata().role(role)?.len();
    if length > limit as u64 {
        return Err(Error::TooLarge("file")).role(role);
    }
    let mut bytes = Secret::new(Vec::with_capacity(length as usize + 1));
    file.take(limit as u64 + 1)
        .read_to_end(bytes.expose_mut())
        .role(role)?;
    if bytes.expose().len() > limit {
        return Err(Error::TooLarge("file")).role(role);
    }
    Ok(bytes)
}

/// Everything that is left of an input.
pub fn rest(input: &mut Input, role: &'static str) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).role(role)?;
    Ok(bytes)
}

/// Everything that is left of an input, at most `limit` bytes.
pub fn at_most(input: &mut Input, limit: usize) -> hippocrypt::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(Error::TooLarge("file"));
    }
    Ok(bytes)
}

/// What is sealed, opened or looked at: a file, or standard input for `-`.
pub enum Input {
    /// A file, and its length if it has one.
    File(File, Option<u64>),
    /// Standard input.
    Pipe(io::StdinLock<'static>),
}

impl Input {
    /// What a command reads its bytes from; `pass` is where its passphrase comes from.
    pub fn open(path: &OsStr, pass: Option<&OsString>) -> Outcome<Self> {
        if path == "-" {
            if pass.is_some_and(|pass| pass == "-") {
                return Err(Error::Argument("standard input is taken by FILE"))
                    .role("--passphrase-file");
            }
            return Ok(Self::Pipe(io::stdin().lock()));
        }
        let file = File::open(path).role("FILE")?;
        let metadata = file.metadata().role("FILE")?;
        if metadata.is_dir() {
            return Err(Error::Io("is a directory")).role("FILE");
        }
        let length = metadata.is_file().then_some(metadata.len());
        Ok(Self::File(file, length))
    }

    /// What another thread can read it from.
    pub fn into_reader(self) -> Box<dyn Read + Send> {
        match self {
            Self::File(file, _) => Box::new(file),
            // Not locked any more: whoever reads locks it.
            Self::Pipe(_) => Box::new(io::stdin()),
        }
    }

    /// How long it is, where that is known before it is read.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::File(_, length) => *length,
            Self::Pipe(_) => None,
        }
    }
}

impl Read for Input {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.read(bytes),
            Self::Pipe(pipe) => pipe.read(bytes),
        }
    }
}
