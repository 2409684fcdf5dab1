//! Calls the command-line tool and reads its answer.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// `arguments![a, b]` lets texts and paths stand side by side.
macro_rules! arguments {
    ($($argument:expr),* $(,)?) => { &[$(::std::ffi::OsStr::new($argument)),*] };
}
pub(crate) use arguments;

/// The program `hippocrypt`.
pub struct Tool {
    path: PathBuf,
}

/// How a call ended.
pub struct Answer {
    /// Exit status; `None` if a signal ended the program.
    pub status: Option<i32>,
    /// The number of the line `error NNN: …`, where the program printed one.
    pub error: Option<u16>,
    /// Everything on standard output.
    pub out: String,
    /// Everything on standard error.
    pub text: String,
    /// Wall clock from start to end of the process.
    pub time: Duration,
}

impl Tool {
    /// The program at `path`.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// Calls the program.
    pub fn call(&self, arguments: &[&OsStr]) -> Result<Answer, String> {
        let start = Instant::now();
        let done = Command::new(&self.path)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{} does not start: {error}", self.path.display()))?;
        let time = start.elapsed();
        let text = String::from_utf8_lossy(&done.stderr).into_owned();
        Ok(Answer {
            status: done.status.code(),
            error: number(&text),
            out: String::from_utf8_lossy(&done.stdout).into_owned(),
            text,
            time,
        })
    }

    /// Calls the program for something that has to succeed; answers how long it took.
    pub fn must(&self, arguments: &[&OsStr]) -> Result<Duration, String> {
        Ok(self.done(arguments)?.time)
    }

    /// As [`Tool::must`], with `--json`: how long it took, and the object that it prints.
    pub fn told(&self, arguments: &[&OsStr]) -> Result<(Duration, Value), String> {
        let answer = self.done(&[arguments, arguments!["--json"]].concat())?;
        let value = serde_json::from_str(&answer.out).map_err(|error| error.to_string())?;
        Ok((answer.time, value))
    }

    fn done(&self, arguments: &[&OsStr]) -> Result<Answer, String> {
        let answer = self.call(arguments)?;
        if answer.status == Some(0) {
            return Ok(answer);
        }
        let words = arguments
            .iter()
            .take(2)
            .map(|word| word.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ");
        Err(format!(
            "`{words}` ended with {:?}: {}",
            answer.status,
            answer.text.trim()
        ))
    }
}

/// The number in `error NNN: …`.
fn number(text: &str) -> Option<u16> {
    text.lines()
        .find_map(|line| line.strip_prefix("error ")?.split_once(':')?.0.parse().ok())
}
