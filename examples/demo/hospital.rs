//! Sets the scene: an authority, a ward that signs, and everybody's keys.

use super::policies::PEOPLE;
use super::tool::{Tool, arguments};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where everything lies; all of it is gone when the demo ends.
pub struct Hospital {
    /// The authority's public file.
    pub authority: PathBuf,
    /// The ward's signing key.
    pub signer: PathBuf,
    /// Its public half.
    pub sender: PathBuf,
    /// One key for each of [`PEOPLE`], in that order.
    pub keys: Vec<PathBuf>,
    /// Folder of the resources as found.
    pub originals: PathBuf,
    /// Folder of the envelopes.
    pub sealed: PathBuf,
    /// Each person's folder of opened files.
    pub opened: Vec<PathBuf>,
}

/// Founds the hospital in an empty folder.
pub fn found(tool: &Tool, folder: &Path) -> Result<Hospital, String> {
    let make = |name: &str| -> Result<PathBuf, String> {
        let path = folder.join(name);
        fs::create_dir(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    };
    let (hospital, other) = (
        folder.join("hospital.key"),
        folder.join("other-hospital.key"),
    );
    for authority in [&hospital, &other] {
        tool.must(arguments!["authority", "new", "-o", authority])?;
    }
    let signer = folder.join("ward.key");
    tool.must(arguments!["signer", "new", "-o", &signer])?;

    let until = end_of_next_year()?;
    let (mut keys, mut opened) = (Vec::new(), Vec::new());
    for person in PEOPLE {
        let key = folder.join(format!("{}.key", person.name));
        let authority = if person.stranger { &other } else { &hospital };
        let mut words: Vec<&OsStr> = arguments!["authority", "issue", "--key", authority].to_vec();
        for attribute in person.attributes {
            words.extend(arguments!["--attr", attribute]);
        }
        words.extend(arguments!["--until", &until, "-o", &key]);
        tool.must(&words)?;
        keys.push(key);
        opened.push(make(person.name)?);
    }
    Ok(Hospital {
        authority: folder.join("hospital.pub"),
        sender: folder.join("ward.pub"),
        signer,
        keys,
        originals: make("originals")?,
        sealed: make("sealed")?,
        opened,
    })
}

/// Keys end on a day, and what is sealed after it does not open with them: so a day to come.
pub fn end_of_next_year() -> Result<String, String> {
    Ok(format!("{}-12-31", this_year()? + 1))
}

/// The year that it is.
pub fn this_year() -> Result<u64, String> {
    const YEAR: u64 = 31_556_952; // 365.2425 days
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    Ok(1970 + now.as_secs() / YEAR)
}

/// The day so many days from now, in UTC: `2026-11-25`.
pub fn day(from_now: u64) -> Result<String, String> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    Ok(written(now.as_secs() / 86_400 + from_now))
}

/// A day counted from 1 January 1970. Years begin in March here, so that leap days come last.
pub fn written(day: u64) -> String {
    let days = day + 719_468; // since 1 March of the year 0
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}
