//! What a command answers when it did not do what was asked.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

use hippocrypt::Error;

use crate::values;

/// An error of the library, and which flag, file or authority it is about.
///
/// Neither holds anything of the user's: no path, no value.
#[derive(Debug)]
pub struct Failure {
    role: Option<Cow<'static, str>>,
    error: Error,
    /// All that is to be said, where that is more than the one line.
    lines: Vec<String>,
}

/// What commands return.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// An error about a flag or file.
    pub const fn new(role: &'static str, error: Error) -> Self {
        Self {
            role: Some(Cow::Borrowed(role)),
            error,
            lines: Vec::new(),
        }
    }

    /// An error about one of several files, or about a place in one.
    pub fn about(role: String, error: Error) -> Self {
        Self {
            role: Some(role.into()),
            error,
            lines: Vec::new(),
        }
    }

    /// That a consent is refused, in lines that begin with the error's number.
    pub const fn refused(error: Error, lines: Vec<String>) -> Self {
        Self {
            role: None,
            error,
            lines,
        }
    }

    /// The library's error.
    pub fn into_error(self) -> Error {
        self.error
    }

    /// That no key is of an authority which the record is sealed under: those with these ids.
    pub fn other_authority(ids: &[[u8; 32]]) -> Self {
        let ids: Vec<String> = ids.iter().map(|id| values::hex(id)).collect();
        Self {
            role: Some(format!("sealed under authority {}", ids.join(" and ")).into()),
            error: Error::NoStanza,
            lines: Vec::new(),
        }
    }

    /// As [`Failure::new`], of a file of this length: where it was cut short, if that is the error.
    pub fn of_file(role: &'static str, length: Option<u64>, error: Error) -> Self {
        match length {
            Some(length) if error == Error::Truncated => Self {
                role: Some(format!("{role}, which ends at byte {length}").into()),
                error,
                lines: Vec::new(),
            },
            _ => Self::new(role, error),
        }
    }

    /// The library's error.
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// The error's number.
    pub const fn code(&self) -> u16 {
        self.error.code()
    }

    /// Prints the one line on standard error that says why.
    ///
    /// A closed pipe says nothing: whoever read it has gone and knows.
    pub fn print(&self) {
        if self.error == Error::from(io::Error::from(ErrorKind::BrokenPipe)) {
            return;
        }
        if !self.lines.is_empty() {
            // There is nobody left to tell when this fails.
            let _ = writeln!(io::stderr(), "{}", self.lines.join("\n"));
            return;
        }
        let code = self.error.code();
        let error = &self.error;
        // There is nobody left to tell when this fails.
        let _ = match &self.role {
            Some(role) => writeln!(io::stderr(), "error {code}: {role}: {error}"),
            None => writeln!(io::stderr(), "error {code}: {error}"),
        };
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            role: None,
            error,
            lines: Vec::new(),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Error::from(error).into()
    }
}

/// Says which flag or file an error is about.
pub trait Role<T> {
    /// Adds the flag's or file's name.
    fn role(self, role: &'static str) -> Outcome<T>;
}

impl<T, E: Into<Error>> Role<T> for Result<T, E> {
    fn role(self, role: &'static str) -> Outcome<T> {
        self.map_err(|error| Failure::new(role, error.into()))
    }
}
