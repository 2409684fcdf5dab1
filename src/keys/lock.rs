//! Secret files under a passphrase (kind 32).
//!
//! Body: u8 1 (Argon2id, version 0x13) || u32 memory in KiB || u8 passes || u8 lanes ||
//! salt (16) || u32 length || ciphertext || tag (16). The key is Argon2id's output through HKDF
//! under a tag of its own; the nonce is zero, as a fresh salt makes the key serve once. The
//! associated data is everything before the ciphertext, header included. What is inside is a
//! whole key file, so the outside does not tell its kind.

use alloc::vec::Vec;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::TryCryptoRng;
use zeroize::Zeroize;

use super::file;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::{Aead, NONCE, Suite, TAG, hkdf};
use crate::tags::{self, Kind};
use crate::wire::{HEADER, Reader, peek_kind, text};

/// The one key derivation of this version.
const ARGON2ID: u8 = 1;
const SALT: usize = 16;
/// The associated data: header || derivation || memory || passes || lanes || salt || length.
const ASSOCIATED: usize = HEADER + 1 + 4 + 1 + 1 + SALT + 4;
/// The longest file that can be locked, in bytes.
const CONTENTS_LIMIT: usize = 1 << 20;

/// What one guess of the passphrase costs: Argon2id's parameters.
///
/// Bounded also when read, so that a file from elsewhere can neither be made cheap to guess nor
/// exhaust the machine that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockCost {
    memory_kib: u32,
    passes: u8,
    lanes: u8,
}

impl LockCost {
    /// 64 MiB, 3 passes, 1 lane: the second recommendation of RFC 9106 with one lane.
    pub const DEFAULT: Self = Self {
        memory_kib: 64 << 10,
        passes: 3,
        lanes: 1,
    };
    /// The least that is accepted: 8 MiB, 1 pass, 1 lane. For tests and small devices.
    pub const LEAST: Self = Self {
        memory_kib: 8 << 10,
        passes: 1,
        lanes: 1,
    };

    /// Other parameters: memory 8,192..=1,048,576 KiB, passes 1..=16, lanes 1..=4.
    ///
    /// # Errors
    /// [`Error::Field`] outside these bounds.
    pub fn new(memory_kib: u32, passes: u8, lanes: u8) -> Result<Self> {
        if !(8 << 10..=1 << 20).contains(&memory_kib) {
            return Err(Error::Field("memory of the passphrase lock"));
        }
        if !(1..=16).contains(&passes) {
            return Err(Error::Field("passes of the passphrase lock"));
        }
        if !(1..=4).contains(&lanes) {
            return Err(Error::Field("lanes of the passphrase lock"));
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Derives the key that locks.
    fn key(self, passphrase: &str, salt: &[u8; SALT]) -> Result<Secret<[u8; 32]>> {
        text::check(passphrase)?;
        if passphrase.is_empty() {
            return Err(Error::Argument("the passphrase is empty"));
        }
        let refused = |_| Error::Argument("parameters of the passphrase lock");
        let params = Params::new(self.memory_kib, self.passes.into(), self.lanes.into(), None)
            .map_err(refused)?;
        let blocks = params.block_count();
        // A gigabyte may not be there: an error, not an abort.
        let mut memory = Secret::new(Vec::<Block>::new());
        memory
            .expose_mut()
            .try_reserve_exact(blocks)
            .map_err(|_| Error::TooLarge("memory of the passphrase lock"))?;
        memory.expose_mut().resize(blocks, Block::default());
        let mut stretched = Secret::<[u8; 32]>::try_build(|out| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into_with_memory(
                    passphrase.as_bytes(),
                    salt,
                    out,
                    memory.expose_mut().as_mut_slice(),
                )
                .map_err(refused)
        })?;
        let key = hkdf(&[], stretched.expose(), &[tags::LOCK]);
        stretched.expose_mut().zeroize();
        Ok(key)
    }
}

/// Whether `bytes` begin as a locked key file.
#[must_use]
pub fn is_locked(bytes: &[u8]) -> bool {
    peek_kind(bytes) == Ok(Kind::Locked as u8)
}

/// Locks a secret key file under a passphrase.
///
/// The passphrase is text in normalisation form C, so that it can be typed again on another
/// keyboard. The result is no secret in itself, but whoever has it can try passphrases.
///
/// # Errors
/// Those of [`file::check`] for `object`; [`Error::Kind`] if it is public or locked already;
/// [`Error::Text`] or [`Error::Argument`] for the passphrase; [`Error::TooLarge`] for an object
/// over 1 MiB or a machine without the memory; [`Error::Randomness`].
///
/// ```
/// use hippocrypt::{Error, keys::{LockCost, SignerKey, lock, unlock}};
/// let mut rng = getrandom::SysRng;
/// let key = SignerKey::generate("", &mut rng)?;
/// // LEAST keeps this example fast; LockCost::DEFAULT is meant for keys.
/// let locked = lock(&key.to_bytes(), "correct horse", LockCost::LEAST, &mut rng)?;
/// assert_eq!(SignerKey::from_bytes(&locked).err(), Some(Error::PassphraseNeeded));
/// assert_eq!(unlock(&locked, Some("battery staple")).err(), Some(Error::Open));
/// assert_eq!(unlock(&locked, Some("correct horse"))?.expose(), key.to_bytes().expose());
/// # Ok::<(), Error>(())
/// ```
pub fn lock<R: TryCryptoRng + ?Sized>(
    object: &Secret<Vec<u8>>,
    passphrase: &str,
    cost: LockCost,
    rng: &mut R,
) -> Result<Vec<u8>> {
    let kind = file::check(object.expose())?;
    if kind == Kind::Locked as u8 || !file::is_secret(kind) {
        return Err(Error::Kind(kind));
    }
    let length = u32::try_from(object.expose().len())
        .ok()
        .filter(|_| object.expose().len() <= CONTENTS_LIMIT)
        .ok_or(Error::TooLarge("contents of a locked file"))?;
    let salt = Secret::<[u8; SALT]>::random(rng)?;
    let aead = Aead::new(
        Suite::ChaCha20Poly1305,
        &cost.key(passphrase, salt.expose())?,
    );
    let mut writer = file::begin(Kind::Locked);
    writer
        .u8(ARGON2ID)
        .u32(cost.memory_kib)
        .u8(cost.passes)
        .u8(cost.lanes);
    writer.array(salt.expose()).u32(length);
    let mut contents = Secret::new(object.expose().clone());
    let tag = aead.seal_in_place(&[0; NONCE], writer.as_slice(), contents.expose_mut())?;
    writer.bytes(contents.expose()).array(&tag);
    Ok(file::finish(writer).into_vec())
}

/// Opens a locked key file; returns the key file inside.
///
/// # Errors
/// The decoding errors, [`Error::Field`] for parameters out of bounds among them;
/// [`Error::PassphraseNeeded`] without a passphrase; [`Error::Text`] or [`Error::Argument`] for
/// one that could never have been set; [`Error::TooLarge`] on a machine without the memory;
/// [`Error::Open`] if the passphrase is wrong or the file was changed.
pub fn unlock(bytes: &[u8], passphrase: Option<&str>) -> Result<Secret<Vec<u8>>> {
    let locked = file::decode(Kind::Locked, bytes, Locked::read)?;
    let passphrase = passphrase.ok_or(Error::PassphraseNeeded)?;
    let key = locked.cost.key(passphrase, locked.salt)?;
    let mut contents = Secret::new(locked.ciphertext.to_vec());
    let associated = bytes.get(..ASSOCIATED).ok_or(Error::Truncated)?;
    Aead::new(Suite::ChaCha20Poly1305, &key).open_in_place(
        &[0; NONCE],
        associated,
        contents.expose_mut(),
        locked.tag,
    )?;
    match file::check(contents.expose()) {
        Ok(kind) if kind != Kind::Locked as u8 && file::is_secret(kind) => Ok(contents),
        _ => Err(Error::Open),
    }
}

/// The body of a locked file.
struct Locked<'a> {
    cost: LockCost,
    salt: &'a [u8; SALT],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG],
}

impl<'a> Locked<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self> {
        if reader.u8()? != ARGON2ID {
            return Err(Error::Field("derivation of the passphrase lock"));
        }
        let cost = LockCost::new(reader.u32()?, reader.u8()?, reader.u8()?)?;
        let salt = reader.array_ref()?;
        let ciphertext = reader.lp32(CONTENTS_LIMIT)?;
        let tag = reader.array_ref()?;
        Ok(Self {
            cost,
            salt,
            ciphertext,
            tag,
        })
    }
}

#[cfg(test)]
mod tests;
