//! What a file is that is no sealed record, so that it can be said which command shows it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;

use hippocrypt::Error;

use crate::failure::{Failure, Outcome};

/// Long enough for the longest label.
const BEGINNING: u64 = 64;
const MAGIC: &[u8] = b"HIPPO";
const ARMOUR: &str = "-----BEGIN HIPPOCRYPT ";

/// Kind, label of the armour, and what is said of it.
const OTHERS: [(u8, &str, &str); 31] = [
    (16, "AUTHORITY KEY", SECRET),
    (17, "AUTHORITY PUBLIC KEY", PUBLIC),
    (18, "USER KEY", "FILE, a user's key, which `key show` shows"),
    (19, "SIGNER KEY", SECRET),
    (20, "SIGNER PUBLIC KEY", PUBLIC),
    (21, "AUTHORITY SHARE", SECRET),
    (22, "LABEL KEY", SECRET),
    (24, "PATIENT KEY", SECRET),
    (25, "PATIENT PROFILE", PUBLIC),
    (26, "RECIPIENT KEY", SECRET),
    (27, "RECIPIENT PUBLIC KEY", PUBLIC),
    (28, "RELAY KEY", SECRET),
    (29, "RELAY PUBLIC KEY", PUBLIC),
    (32, "LOCKED KEY", SECRET),
    (40, "GRANT", "FILE, a grant, which `grant show` shows"),
    (41, "GRANT SHARE", "FILE, a relay's share of a grant"),
    (44, "REVOCATION LIST", "FILE, a list of revocations"),
    (
        45,
        "PROOF AGAINST A RELAY",
        "FILE, a proof, which `blame check` checks",
    ),
    (
        48,
        "TRUSTEE SHARE",
        "FILE, a trustee's share, which `patient recover --check` checks",
    ),
    (
        50,
        "SUCCESSION",
        "FILE, a succession, which `fingerprint` and `patient follow` show",
    ),
    (51, "SEED BACKUP", "FILE, the backup of a rotated key"),
    (
        58,
        "STANDING SHARING",
        "FILE, a standing sharing, which `sharing show` shows",
    ),
    (
        59,
        "SHARING SHARE",
        "FILE, a relay's share of a standing sharing",
    ),
    (61, "REFRESH INVITATION", REFRESH),
    (62, "REFRESH DEALING", REFRESH),
    (63, "REFRESH STATEMENT", REFRESH),
    (
        64,
        "END OF SHARING",
        "FILE, the end of a standing sharing, for `relay end`",
    ),
    (
        65,
        "CREDENTIAL",
        "FILE, a credential, which `credential show` shows",
    ),
    (
        68,
        "OBJECTION",
        "FILE, an objection to a recovery, for `patient follow`",
    ),
    (
        73,
        "SIGNED CONSENT",
        "FILE, a signed consent, which `consent verify` checks",
    ),
    (
        76,
        "SIGNED LABELS",
        "FILE, signed labels, for `seal --fhir`",
    ),
];
const SECRET: &str = "FILE, a secret key";
const REFRESH: &str = "FILE, a part of a refresh, for `relay refresh`";
const PUBLIC: &str = "FILE, a public file, which `fingerprint` shows";

/// Refuses a file that is something else of this library.
pub fn refuse(path: &OsStr) -> Outcome<()> {
    // Nothing of a pipe is taken, and what can't be read is refused where it is read.
    let regular = std::fs::metadata(path).is_ok_and(|found| found.is_file());
    let Some(mut file) = regular.then(|| File::open(path).ok()).flatten() else {
        return Ok(());
    };
    let mut beginning = Vec::new();
    if file
        .by_ref()
        .take(BEGINNING)
        .read_to_end(&mut beginning)
        .is_err()
    {
        return Ok(());
    }
    let kind = beginning
        .strip_prefix(MAGIC)
        .and_then(|rest| rest.get(2).copied());
    let text = String::from_utf8_lossy(&beginning);
    let label = text
        .strip_prefix(ARMOUR)
        .and_then(|rest| rest.split_once("-----"))
        .map(|(label, _)| label);
    let found = OTHERS
        .iter()
        .find(|(number, name, _)| Some(*number) == kind || Some(*name) == label);
    match found {
        Some((number, _, role)) => Err(Failure::new(role, Error::Kind(*number))),
        None => Ok(()),
    }
}
