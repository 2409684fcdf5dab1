//! What belongs to grants, as it is read: keys of patients, recipients and relays, and the objects
//! that travel between them.

use std::ffi::{OsStr, OsString};

use hippocrypt::abe::UserKey;
use hippocrypt::keys::{disk, file};
use hippocrypt::policy::LabelKey;
use hippocrypt::pre::{
    Answer, Credential, Grant, GrantShare, Objection, PatientKey, PatientProfile, REQUESTS_BYTES,
    RecipientKey, RecipientPublic, RefreshStatement, RelayKey, RelayPublic, ReleasedShare,
    Requests, RevocationList, SeedBackup, SharingEnd, SharingShare, StandingSharing, Succession,
    TrusteeShare, Unverified, Verified,
};
use hippocrypt::{Error, Result, Secret};

use crate::failure::{Outcome, Role};
use crate::files;

/// The longest answer of a relay, in bytes.
const ANSWER_BYTES: usize = 2 << 20;
/// The longest list of revocations or proof against a relay, in bytes, in binary or armoured.
const LIST_BYTES: usize = 16 << 20;
/// What armoured text begins with.
const ARMOUR: &[u8] = b"-----BEGIN ";

/// A patient's secret key.
pub fn patient_key(path: &OsStr, pass: Option<&OsString>) -> Outcome<PatientKey> {
    PatientKey::from_bytes(files::secret(path, "--key", pass)?.expose()).role("--key")
}

/// A patient's secret key, and the passphrase that it lies under, to write it so again.
pub fn patient_key_locked(
    path: &OsStr,
    pass: Option<&OsString>,
) -> Outcome<(PatientKey, Option<Secret<String>>)> {
    let (bytes, passphrase) = files::unlocked(path, "--key", pass)?;
    let key = PatientKey::from_bytes(bytes.expose()).role("--key")?;
    Ok((key, passphrase))
}

/// A recipient's secret key.
pub fn recipient_key(path: &OsStr, pass: Option<&OsString>) -> Outcome<RecipientKey> {
    RecipientKey::from_bytes(files::secret(path, "--key", pass)?.expose()).role("--key")
}

/// A relay's secret key.
pub fn relay_key(path: &OsStr, pass: Option<&OsString>) -> Outcome<RelayKey> {
    RelayKey::from_bytes(files::secret(path, "--key", pass)?.expose()).role("--key")
}

/// A key that blinds labels.
pub fn label_key(path: &OsStr, pass: Option<&OsString>) -> Outcome<LabelKey> {
    LabelKey::from_bytes(files::secret(path, "--label-key", pass)?.expose()).role("--label-key")
}

/// A key that opens records, of whichever kind.
pub enum ReaderKey {
    /// An authority issued it.
    User(Box<UserKey>),
    /// The patient's own.
    Patient(Box<PatientKey>),
    /// Of somebody whom a patient granted access to.
    Recipient(Box<RecipientKey>),
}

impl ReaderKey {
    /// Reads the file that `--key` names.
    pub fn read(path: &OsStr, pass: Option<&OsString>) -> Outcome<Self> {
        Self::from_bytes(&files::secret(path, "--key", pass)?).role("--key")
    }

    fn from_bytes(object: &Secret<Vec<u8>>) -> Result<Self> {
        // The kind stands in the file: what is none of these is refused as of another kind.
        match UserKey::from_bytes(object.expose()) {
            Err(Error::Kind(_)) => {}
            read => return read.map(|key| Self::User(key.into())),
        }
        match PatientKey::from_bytes(object.expose()) {
            Err(Error::Kind(_)) => {
                RecipientKey::from_bytes(object.expose()).map(|key| Self::Recipient(key.into()))
            }
            read => read.map(|key| Self::Patient(key.into())),
        }
    }
}

/// A patient's profile.
pub fn profile(path: &OsStr, role: &'static str) -> Outcome<PatientProfile> {
    PatientProfile::from_bytes(&files::public(path, role)?).role(role)
}

/// A recipient's public keys.
pub fn recipient(path: &OsStr, role: &'static str) -> Outcome<RecipientPublic> {
    RecipientPublic::from_bytes(&files::public(path, role)?).role(role)
}

/// A relay's public keys.
pub fn relay(path: &OsStr, role: &'static str) -> Outcome<RelayPublic> {
    RelayPublic::from_bytes(&files::public(path, role)?).role(role)
}

/// A grant, its signature checked.
pub fn grant(path: &OsStr, role: &'static str) -> Outcome<Grant<Verified>> {
    let bytes = files::public(path, role)?;
    let grant = Grant::<Unverified>::from_bytes(&bytes).role(role)?;
    grant.verify().role(role)
}

/// A relay's share of a grant, still sealed.
pub fn share(path: &OsStr) -> Outcome<GrantShare> {
    GrantShare::from_bytes(&files::public(path, "--share")?).role("--share")
}

/// A standing sharing, its signature checked.
pub fn sharing(path: &OsStr, role: &'static str) -> Outcome<StandingSharing> {
    StandingSharing::from_bytes(&files::public(path, role)?).role(role)
}

/// A relay's share of a standing sharing, still sealed.
pub fn sharing_share(path: &OsStr) -> Outcome<SharingShare> {
    SharingShare::from_bytes(&files::public(path, "--share")?).role("--share")
}

/// The end of a standing sharing, its signature checked.
pub fn sharing_end(path: &OsStr) -> Outcome<SharingEnd> {
    SharingEnd::from_bytes(&files::public(path, "--end")?).role("--end")
}

/// What refreshed shares commit to; its signatures are checked against the grant.
pub fn refreshed(path: &OsStr) -> Outcome<RefreshStatement> {
    RefreshStatement::from_bytes(&files::public(path, "--refreshed")?).role("--refreshed")
}

/// A credential, its issuer's signature checked.
pub fn credential(path: &OsStr, role: &'static str) -> Outcome<Credential> {
    Credential::from_bytes(&files::public(path, role)?).role(role)
}

/// What a trustee keeps, still sealed.
pub fn trustee_share(path: &OsStr) -> Outcome<TrusteeShare> {
    TrusteeShare::from_bytes(&files::public(path, "--share")?).role("--share")
}

/// What a trustee has released, still sealed.
pub fn released_share(path: &OsStr) -> Outcome<ReleasedShare> {
    ReleasedShare::from_bytes(&files::public(path, "--part")?).role("--part")
}

/// The seed of a rotated key, sealed.
pub fn seed_backup(path: &OsStr) -> Outcome<SeedBackup> {
    SeedBackup::from_bytes(&files::public(path, "--backup")?).role("--backup")
}

/// A later profile, not yet held against an earlier one.
pub fn succession(path: &OsStr) -> Outcome<Succession<Unverified>> {
    Succession::from_bytes(&files::public(path, "--succession")?).role("--succession")
}

/// What a device says against a recovery.
pub fn objection(path: &OsStr) -> Outcome<Objection> {
    Objection::from_bytes(&files::public(path, "--objection")?).role("--objection")
}

/// The requests of a recipient.
pub fn requests(path: &OsStr) -> Outcome<Requests> {
    let bytes = disk::read_file(path, REQUESTS_BYTES).role("--request")?;
    Requests::from_bytes(&bytes).role("--request")
}

/// A relay's answer, its signature not checked yet.
pub fn answer(path: &OsStr) -> Outcome<Answer> {
    let bytes = disk::read_file(path, ANSWER_BYTES).role("--part")?;
    Answer::from_bytes(&bytes).role("--part")
}

/// A list of revocations, its signatures checked.
pub fn revocations(path: &OsStr, role: &'static str) -> Outcome<RevocationList> {
    RevocationList::from_bytes(&either(path, role)?).role(role)
}

/// A long object in binary, which the file holds so or armoured.
pub fn either(path: &OsStr, role: &'static str) -> Outcome<Vec<u8>> {
    let bytes = disk::read_file(path, LIST_BYTES).role(role)?;
    if !bytes.starts_with(ARMOUR) {
        return Ok(bytes);
    }
    let mut object = file::unarmour(&bytes).role(role)?;
    Ok(std::mem::take(object.expose_mut()))
}

/// An object as it goes to disk: armoured, or in binary where that would be too long.
pub fn text(object: Vec<u8>) -> Result<Vec<u8>> {
    match file::armour(&object) {
        Ok(text) => Ok(text.expose().as_bytes().to_vec()),
        Err(Error::TooLarge(_)) => Ok(object),
        Err(error) => Err(error),
    }
}
