//! The frame of key files and their armour.
//!
//! `magic (5) || version || suite = 1 || kind || body || SHA-256 of all that (32)`. The checksum
//! finds accidents, not attacks: what an object must withstand, its own signature or tag covers.
//!
//! ```
//! use hippocrypt::{Error, keys::{SignerKey, file}};
//! let key = SignerKey::generate("", &mut getrandom::SysRng)?;
//! let mut bytes = key.to_bytes();
//! bytes.expose_mut()[20] ^= 1; // the disk forgot a bit
//! assert_eq!(SignerKey::from_bytes(bytes.expose()).err(), Some(Error::Checksum));
//! # Ok::<(), Error>(())
//! ```

use alloc::{string::String, vec::Vec};

use subtle::ConstantTimeEq;

use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::symmetric::{HASH, sha256};
use crate::tags::Kind;
use crate::wire::{HEADER, Reader, Writer, armour, peek_kind, read_header, write_header};

/// The suite byte of every key file of this version.
const SUITE: u8 = 1;
/// The longest key file, in bytes, in binary or armoured.
pub const LIMIT: usize = armour::LIMIT;

/// What can stand in a key file: its kind, its armour label, and whether it is secret.
const KINDS: [(Kind, &str, bool); 33] = [
    (Kind::AuthorityKey, "HIPPOCRYPT AUTHORITY KEY", true),
    (
        Kind::AuthorityPublic,
        "HIPPOCRYPT AUTHORITY PUBLIC KEY",
        false,
    ),
    (Kind::AuthorityShare, "HIPPOCRYPT AUTHORITY SHARE", true),
    (Kind::UserKey, "HIPPOCRYPT USER KEY", true),
    (Kind::SignerKey, "HIPPOCRYPT SIGNER KEY", true),
    (Kind::SignerPublic, "HIPPOCRYPT SIGNER PUBLIC KEY", false),
    (Kind::LabelKey, "HIPPOCRYPT LABEL KEY", true),
    (Kind::LinkageKey, "HIPPOCRYPT LINKAGE KEY", true),
    (Kind::PatientKey, "HIPPOCRYPT PATIENT KEY", true),
    (Kind::PatientPublic, "HIPPOCRYPT PATIENT PROFILE", false),
    (Kind::RecipientKey, "HIPPOCRYPT RECIPIENT KEY", true),
    (
        Kind::RecipientPublic,
        "HIPPOCRYPT RECIPIENT PUBLIC KEY",
        false,
    ),
    (Kind::RelayKey, "HIPPOCRYPT RELAY KEY", true),
    (Kind::RelayPublic, "HIPPOCRYPT RELAY PUBLIC KEY", false),
    (Kind::Grant, "HIPPOCRYPT GRANT", false),
    (Kind::GrantShare, "HIPPOCRYPT GRANT SHARE", false),
    (Kind::RevocationList, "HIPPOCRYPT REVOCATION LIST", false),
    (Kind::Blame, "HIPPOCRYPT PROOF AGAINST A RELAY", false),
    (Kind::TrusteeShare, "HIPPOCRYPT TRUSTEE SHARE", false),
    (Kind::ReleasedShare, "HIPPOCRYPT RELEASED SHARE", false),
    (Kind::Succession, "HIPPOCRYPT SUCCESSION", false),
    (Kind::SeedBackup, "HIPPOCRYPT SEED BACKUP", false),
    (Kind::Sharing, "HIPPOCRYPT STANDING SHARING", false),
    (Kind::SharingShare, "HIPPOCRYPT SHARING SHARE", false),
    (
        Kind::RefreshInvitation,
        "HIPPOCRYPT REFRESH INVITATION",
        false,
    ),
    (Kind::RefreshDealing, "HIPPOCRYPT REFRESH DEALING", false),
    (
        Kind::RefreshStatement,
        "HIPPOCRYPT REFRESH STATEMENT",
        false,
    ),
    (Kind::SharingEnd, "HIPPOCRYPT END OF SHARING", false),
    (Kind::Credential, "HIPPOCRYPT CREDENTIAL", false),
    (Kind::SignedConsent, "HIPPOCRYPT SIGNED CONSENT", false),
    (Kind::SignedLabels, "HIPPOCRYPT SIGNED LABELS", false),
    (Kind::Objection, "HIPPOCRYPT OBJECTION", false),
    (Kind::Locked, "HIPPOCRYPT LOCKED KEY", true),
];

/// Begins a key file: a writer that holds the header. Write the body, then [`finish`].
pub(crate) fn begin(kind: Kind) -> Writer {
    let mut writer = Writer::with_capacity(256);
    write_header(&mut writer, SUITE, kind);
    writer
}

/// Appends the checksum to what [`begin`] began.
pub(crate) fn finish(mut writer: Writer) -> Writer {
    let checksum = sha256(&[writer.as_slice()]);
    writer.array(&checksum);
    writer
}

/// Reads a key file of `kind`. `body` reads the body, which must say itself where it ends.
///
/// `body` may be called on bytes whose checksum is wrong, only to name the fault better.
///
/// # Errors
/// [`Error::Magic`], [`Error::Version`], [`Error::Kind`], [`Error::Suite`];
/// [`Error::PassphraseNeeded`] for a locked file where a secret was expected;
/// [`Error::Truncated`], [`Error::TrailingBytes`], [`Error::Checksum`]; and those of `body`.
pub(crate) fn decode<'a, T>(
    kind: Kind,
    bytes: &'a [u8],
    body: impl Fn(&mut Reader<'a>) -> Result<T>,
) -> Result<T> {
    let mut reader = Reader::new(bytes);
    match read_header(&mut reader, kind) {
        Ok(SUITE) => {}
        Ok(found) => return Err(Error::Suite(found)),
        Err(Error::Kind(found)) if found == Kind::Locked as u8 && is_secret(kind as u8) => {
            return Err(Error::PassphraseNeeded);
        }
        Err(error) => return Err(error),
    }
    if !checksum_matches(bytes)? {
        return Err(fault(bytes, reader, body));
    }
    let body_length = reader.remaining().saturating_sub(HASH);
    let mut reader = Reader::new(reader.bytes(body_length)?);
    let value = body(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// Whether the last 32 bytes are the SHA-256 of all before.
fn checksum_matches(bytes: &[u8]) -> Result<bool> {
    let (content, checksum) = bytes.split_last_chunk::<HASH>().ok_or(Error::Truncated)?;
    if content.len() < HEADER {
        return Err(Error::Truncated);
    }
    Ok(sha256(&[content]).ct_eq(checksum).into())
}

/// Why a checksum does not match: a file cut short, one with bytes after its end, or damage.
///
/// `reader` stands behind the header of `bytes`.
fn fault<'a, T>(
    bytes: &[u8],
    mut reader: Reader<'a>,
    body: impl Fn(&mut Reader<'a>) -> Result<T>,
) -> Error {
    match body(&mut reader) {
        Err(Error::Truncated) => return Error::Truncated,
        Err(_) => return Error::Checksum,
        Ok(_) => {}
    }
    let end = reader.position();
    match reader.array::<HASH>() {
        Err(_) => Error::Truncated,
        Ok(checksum)
            if bytes
                .get(..end)
                .is_some_and(|all| sha256(&[all]) == checksum) =>
        {
            Error::TrailingBytes
        }
        Ok(_) => Error::Checksum,
    }
}

/// Whether the kind byte stands for a secret object.
pub(crate) fn is_secret(kind: u8) -> bool {
    KINDS
        .iter()
        .any(|(known, _, secret)| *known as u8 == kind && *secret)
}

/// Checks the frame of a key file of any kind; returns its kind byte.
///
/// # Errors
/// [`Error::Magic`], [`Error::Version`], [`Error::Suite`], [`Error::Truncated`],
/// [`Error::Checksum`]; [`Error::Kind`] for what is no key file, as a sealed record.
pub fn check(bytes: &[u8]) -> Result<u8> {
    let kind = peek_kind(bytes)?;
    let (known, _, _) = of_kind(kind)?;
    let suite = read_header(&mut Reader::new(bytes), *known)?;
    if suite != SUITE {
        return Err(Error::Suite(suite));
    }
    if checksum_matches(bytes)? {
        Ok(kind)
    } else {
        Err(Error::Checksum)
    }
}

/// Armours a key file under the label of its kind.
///
/// # Errors
/// Those of [`check`]; [`Error::TooLarge`] if the text would exceed [`LIMIT`].
pub fn armour(bytes: &[u8]) -> Result<Secret<String>> {
    let (_, label, _) = of_kind(check(bytes)?)?;
    armour::encode_secret(label, bytes)
}

/// Takes the armour off a key file.
///
/// # Errors
/// [`Error::Armour`] for malformed armour, an unknown label, or one that is not the contents'
/// own; [`Error::TooLarge`]; those of [`check`].
pub fn unarmour(text: &[u8]) -> Result<Secret<Vec<u8>>> {
    let label = armour::peek_label(text)?;
    let (kind, label, _) = KINDS
        .iter()
        .find(|(_, known, _)| *known == label)
        .ok_or(Error::Armour("unknown label"))?;
    let bytes = armour::decode_secret(label, text)?;
    if check(bytes.expose())? == *kind as u8 {
        Ok(bytes)
    } else {
        Err(Error::Armour("the label is not the contents' own"))
    }
}

/// The binary form of a key file given in either form.
///
/// # Errors
/// Those of [`unarmour`] or [`check`].
pub fn read(either: &[u8]) -> Result<Secret<Vec<u8>>> {
    if armour::is_armour(either) {
        return unarmour(either);
    }
    if either.len() > LIMIT {
        return Err(Error::TooLarge("key file"));
    }
    check(either)?;
    Ok(Secret::new(either.to_vec()))
}

fn of_kind(kind: u8) -> Result<&'static (Kind, &'static str, bool)> {
    KINDS
        .iter()
        .find(|(known, _, _)| *known as u8 == kind)
        .ok_or(Error::Kind(kind))
}

#[cfg(test)]
mod tests;
