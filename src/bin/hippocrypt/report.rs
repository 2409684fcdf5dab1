//! What a command tells: lines for people on standard error, or one JSON object for programs.

use std::ffi::OsStr;
use std::io::{self, Write};

use hippocrypt::Error;
use serde_json::{Map, Value, json};

use crate::failure::{Outcome, Role};

/// What a line begins with that programs are told too.
const WARNING: &str = "warning: ";

/// Refuses a JSON report where the output itself goes to standard output.
pub fn check_json(json: bool, output: &OsStr) -> Outcome<()> {
    if json && output == "-" {
        return Err(Error::Argument("standard output is taken by -o -")).role("--json");
    }
    Ok(())
}

/// Prints a value on standard output, over several lines.
pub fn json(value: &Value) -> Outcome<()> {
    print(&format!("{value:#}\n"))
}

/// The entries of an object, to join with others.
pub fn entries(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(entries) => entries,
        _ => Map::new(),
    }
}

/// Prints text on standard output.
pub fn print(text: &str) -> Outcome<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Lines for people, printed only once everything has succeeded: a command that fails says one
/// line, the error.
#[derive(Default)]
pub struct Notes(Vec<String>);

impl Notes {
    /// Adds a line.
    pub fn say(&mut self, line: impl Into<String>) {
        self.0.push(line.into());
    }

    /// Prints the lines on standard error, or, if asked, `value` on standard output instead, with
    /// the `warnings` among them.
    pub fn finish(self, quiet: bool, json_asked: bool, value: &Value) -> Outcome<()> {
        if json_asked {
            let warnings: Vec<&str> = self
                .0
                .iter()
                .filter_map(|line| line.strip_prefix(WARNING))
                .collect();
            let mut value = entries(value.clone());
            value.insert("warnings".to_owned(), json!(warnings));
            return json(&value.into());
        }
        if !quiet {
            let mut err = io::stderr().lock();
            for line in self.0 {
                // The work is done: a closed standard error does not undo it.
                let _ = writeln!(err, "{line}");
            }
        }
        Ok(())
    }
}
