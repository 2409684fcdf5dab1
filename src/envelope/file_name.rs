//! Record ids as names of files: ids come from whoever sealed, who may be hostile.

use super::RecordId;
use crate::error::{Error, Result};

impl RecordId {
    /// The id, if it names a file in a directory, and that one alone, on every common system.
    ///
    /// Refused are: a full stop at the beginning or the end, or a blank at the end; `/`, `\`, `:`,
    /// `*`, `?`, `"`, `<`, `>` and `|`; the names of devices on Windows (`nul`, `com1` and so on,
    /// whatever follows a full stop). Control characters are in no record id. Two ids that differ
    /// in upper and lower case alone name one file on some systems: that is for the caller.
    ///
    /// # Errors
    /// [`Error::FileName`].
    pub fn file_name(&self) -> Result<&str> {
        let name = self.as_str();
        if name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) {
            return Err(Error::FileName(
                "a character that separates or stands for others",
            ));
        }
        if name.starts_with('.') || name.ends_with(['.', ' ']) {
            return Err(Error::FileName("a full stop or blank at an end"));
        }
        let stem = name.split('.').next().unwrap_or_default().trim_end();
        if is_device(stem) {
            return Err(Error::FileName("the name of a device"));
        }
        Ok(name)
    }
}

/// The names that Windows gives to devices in every directory.
fn is_device(stem: &str) -> bool {
    let lower = stem.to_ascii_lowercase();
    if ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"].contains(&lower.as_str()) {
        return true;
    }
    let number = lower
        .strip_prefix("com")
        .or_else(|| lower.strip_prefix("lpt"));
    number.is_some_and(|number| {
        let mut letters = number.chars();
        letters
            .next()
            .is_some_and(|it| "0123456789¹²³".contains(it))
            && letters.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_names_of_files() {
        for name in [
            "obs-1", "a", "obs 1", "obs.1", "x..y", "Müller", "con-1", "com", "com12", "lpt", "-",
            "~", "nul0", "$",
        ] {
            assert_eq!(RecordId::new(name).unwrap().file_name(), Ok(name));
        }
    }

    #[test]
    fn ids_that_lead_elsewhere() {
        for name in [
            ".", "..", "../x", "x/..", "/x", "/", "x/y", "\\", "..\\x", "c:x", "x:y", ".x", "x.",
            "x ", ". ", "...", "*", "a?", "\"", "<", ">", "|", "nul", "NUL", "Con", "aux.txt",
            "com1", "COM9.x", "lpt0", "com¹", "prn .x", "conin$",
        ] {
            let refused = RecordId::new(name).unwrap();
            let refused = refused.file_name();
            assert!(matches!(refused, Err(Error::FileName(_))), "{name}");
        }
        for name in ["", "x\0", "x\n", "\u{202e}x"] {
            assert!(RecordId::new(name).is_err(), "{name:?}");
        }
    }
}
