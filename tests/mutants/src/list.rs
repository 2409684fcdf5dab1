//! What `cargo mutants --list --json` names: one change of the code each.

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::Path;

use serde_json::Value;

use crate::Failure;

/// The parts whose changes are compiled in, whichever are tried, so that a change keeps its number.
pub const PARTS: [&str; 5] = ["policy", "consent", "envelope", "abe", "pre"];

/// One change of the code.
pub struct Mutant {
    pub part: &'static str,
    /// Path below the root.
    pub file: String,
    pub genre: String,
    /// Bytes of the file that it replaces.
    pub range: Range<usize>,
    pub replacement: String,
    /// As cargo-mutants prints it: `file:line:column: what is changed`.
    pub name: String,
}

impl Mutant {
    /// The name without line and column, which move whenever somebody writes above.
    pub fn lasting_name(&self) -> String {
        match self.name.splitn(4, ':').collect::<Vec<_>>()[..] {
            [file, _, _, change] => format!("{file}:{change}"),
            _ => self.name.clone(),
        }
    }
}

/// The text of every file that has mutants, by its path below the root.
pub type Sources = HashMap<String, String>;

/// Reads the lists of all parts; a mutant's number is its place in the result.
pub fn read(root: &Path, home: &Path) -> Result<(Vec<Mutant>, Sources), Failure> {
    let mut sources = Sources::new();
    let mut mutants = Vec::new();
    for part in PARTS {
        let list = fs::read_to_string(home.join(format!("{part}.json")))?;
        let list: Vec<Value> = serde_json::from_str(&list)?;
        for entry in &list {
            let file = text(entry, "file")?;
            if !sources.contains_key(&file) {
                sources.insert(file.clone(), fs::read_to_string(root.join(&file))?);
            }
            let source = &sources[&file];
            let at = |end: &str| offset(source, &entry["span"][end]);
            mutants.push(Mutant {
                part,
                genre: text(entry, "genre")?,
                range: at("start")?..at("end")?,
                replacement: text(entry, "replacement")?,
                name: text(entry, "name")?,
                file,
            });
        }
    }
    Ok((mutants, sources))
}

fn text(entry: &Value, field: &str) -> Result<String, Failure> {
    let text = entry[field].as_str().ok_or("a mutant without a field")?;
    Ok(text.to_owned())
}

/// The byte at a line and column, both counted in characters from one.
fn offset(source: &str, place: &Value) -> Result<usize, Failure> {
    let number = |field: &str| place[field].as_u64().map(|number| number as usize);
    let (line, column) = number("line")
        .zip(number("column"))
        .ok_or("a mutant without a place")?;
    let before: usize = source
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let within: usize = source[before..]
        .chars()
        .take(column - 1)
        .map(char::len_utf8)
        .sum();
    Ok(before + within)
}

/// Names what a result was found for, so that results of another state are not taken for it.
pub fn stamp(parts: impl IntoIterator<Item = impl Hash>) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        part.hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}
