//! Keys of those who take part, from files of different kinds.

use std::ffi::{OsStr, OsString};

use hippocrypt::Error;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::keys::SignerPublic;
use hippocrypt::pre::PatientProfile;

use crate::failure::{Outcome, Role};
use crate::files;

/// The Ed25519 key of a patient's or signer's public file.
pub fn revoker(path: &OsStr) -> Outcome<VerifyingKey> {
    const ROLE: &str = "--revoker";
    let bytes = files::public(path, ROLE)?;
    match PatientProfile::from_bytes(&bytes) {
        Err(Error::Kind(_)) => SignerPublic::from_bytes(&bytes)
            .map(|it| it.verifying_key())
            .role(ROLE),
        read => read.map(|it| *it.signing_key()).role(ROLE),
    }
}

/// The Ed25519 keys of signers.
pub fn signers(paths: &[OsString], role: &'static str) -> Outcome<Vec<VerifyingKey>> {
    let keys = paths.iter();
    keys.map(|path| files::signer(path, role).map(|it| it.verifying_key()))
        .collect()
}
