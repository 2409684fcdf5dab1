//! Calls the command-line tool and reads its answer.

use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
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

/// A call that goes on.
pub struct Running {
    child: Child,
    input: Option<ChildStdin>,
}

impl Running {
    /// Gives it bytes on standard input.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), String> {
        let input = self.input.as_mut().ok_or("no standard input")?;
        input.write_all(bytes).map_err(|error| error.to_string())
    }

    /// Ends it as a power failure does.
    pub fn kill(mut self) -> Result<(), String> {
        let killed = self.child.kill().and_then(|()| self.child.wait());
        killed.map(drop).map_err(|error| error.to_string())
    }
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
        self.pipe(arguments, &[])
    }

    /// As [`Tool::call`], with these bytes on standard input.
    pub fn pipe(&self, arguments: &[&OsStr], input: &[u8]) -> Result<Answer, String> {
        let start = Instant::now();
        let mut running = self.start(arguments)?;
        let done = thread::scope(|scope| {
            let stdin = running.input.take();
            // A program that refuses early leaves its input unread.
            scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
            running.child.wait_with_output()
        });
        let done = done.map_err(|error| error.to_string())?;
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

    /// Starts the program, to be fed.
    pub fn start(&self, arguments: &[&OsStr]) -> Result<Running, String> {
        let mut child = Command::new(&self.path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", self.path.display()))?;
        Ok(Running {
            input: child.stdin.take(),
            child,
        })
    }

    /// Calls the program for something that has to succeed; answers how long it took.
    pub fn must(&self, arguments: &[&OsStr]) -> Result<Duration, String> {
        Ok(self.done(arguments)?.time)
    }

    /// As [`Tool::must`], with `--json`: how long it took, and a field of the object that it prints.
    pub fn told(&self, arguments: &[&OsStr], field: &str) -> Result<(Duration, Value), String> {
        let answer = self.done(&[arguments, arguments!["--json"]].concat())?;
        let value: Value = serde_json::from_str(&answer.out).map_err(|error| error.to_string())?;
        let value = value.get(field).cloned();
        let value = value.ok_or_else(|| format!("the tool does not tell {field}"))?;
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

/// The number in `error NNN: …`, or in `error NNN ENN: …` of a consent that is refused.
fn number(text: &str) -> Option<u16> {
    text.lines().find_map(|line| {
        let (numbers, _) = line.strip_prefix("error ")?.split_once(':')?;
        numbers.split(' ').next()?.parse().ok()
    })
}
