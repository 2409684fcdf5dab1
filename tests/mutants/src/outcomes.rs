//! What became of the changes: kept in a file, so that a run can go on where one was stopped.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::Failure;
use crate::attempt::Outcome;
use crate::build::Built;
use crate::list::{self, Mutant, Sources};

/// Kind and test of each change that was tried.
type Found = HashMap<usize, (String, String)>;

/// The outcomes of one part.
pub struct Outcomes<'a> {
    folder: PathBuf,
    mutants: &'a [Mutant],
    sources: &'a Sources,
    program: &'a str,
    file: Mutex<File>,
    found: Mutex<Found>,
}

/// Names a test program by its bytes.
pub fn of_program(path: &Path) -> Result<String, Failure> {
    Ok(list::stamp([fs::read(path)?]))
}

/// Lasting names of the changes that no test has to notice, from `explained.txt`.
pub fn explained(root: &Path) -> Result<HashSet<String>, Failure> {
    let text = fs::read_to_string(root.join("tests/mutants/explained.txt"))?;
    let names = text.lines().filter_map(|line| line.split_once(" # "));
    Ok(names.map(|(name, _)| name.trim().to_owned()).collect())
}

impl<'a> Outcomes<'a> {
    /// Reads what stands in `folder`. What was caught holds as long as the changed file is the same, what was missed
    /// as long as the test program is.
    pub fn read(
        folder: &Path,
        mutants: &'a [Mutant],
        sources: &'a Sources,
        program: &'a str,
    ) -> Result<Self, Failure> {
        fs::create_dir_all(folder)?;
        let path = folder.join("outcomes.txt");
        let numbers: HashMap<&str, usize> = mutants
            .iter()
            .enumerate()
            .map(|(number, mutant)| (mutant.name.as_str(), number))
            .collect();
        let mut found = Found::new();
        for line in fs::read_to_string(&path).unwrap_or_default().lines() {
            let [kind, source, of, name, by] = line.split('\t').collect::<Vec<_>>()[..] else {
                continue;
            };
            let Some(&number) = numbers.get(name) else {
                continue;
            };
            let same = source == list::stamp([&sources[&mutants[number].file]]);
            if same && (kind != "missed" || of == program) {
                found.insert(number, (kind.to_owned(), by.to_owned()));
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            mutants,
            sources,
            program,
            file: Mutex::new(File::options().append(true).create(true).open(path)?),
            found: Mutex::new(found),
        })
    }

    pub fn has(&self, number: usize) -> bool {
        self.found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(&number)
    }

    pub fn add(&self, number: usize, outcome: Outcome) -> Result<(), Failure> {
        let mutant = &self.mutants[number];
        let source = list::stamp([&self.sources[&mutant.file]]);
        let Outcome { kind, by } = outcome;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(
            file,
            "{kind}\t{source}\t{}\t{}\t{by}",
            self.program, mutant.name
        )?;
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(number, (kind.to_owned(), by));
        Ok(())
    }

    /// Writes a list for each kind and prints how many there are; true if nothing is left to explain.
    pub fn report(
        &self,
        part: &str,
        numbers: &[usize],
        built: &Built,
        explained: &HashSet<String>,
    ) -> Result<bool, Failure> {
        let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for kind in [
            "caught",
            "explained",
            "left_out",
            "missed",
            "timeout",
            "unviable",
        ] {
            kinds.insert(kind, Vec::new());
        }
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for number in numbers {
            let mutant = &self.mutants[*number];
            let (kind, by) = match (found.get(number), built.left_out.get(number)) {
                (_, Some(reason)) => ("left_out", *reason),
                _ if built.unviable.contains(number) => ("unviable", ""),
                (Some((kind, by)), _) if kind == "missed" => {
                    let known = explained.contains(&mutant.lasting_name());
                    (if known { "explained" } else { "missed" }, by.as_str())
                }
                (Some((kind, by)), _) => (kind.as_str(), by.as_str()),
                (None, _) => continue,
            };
            let line = if by.is_empty() {
                mutant.name.clone()
            } else {
                format!("{} # {by}", mutant.name)
            };
            if kind == "missed" {
                println!("missed: {line}");
            }
            kinds.entry(kind).or_default().push(line);
        }
        let mut counts = Vec::new();
        for (kind, lines) in &kinds {
            let end = if lines.is_empty() { "" } else { "\n" };
            fs::write(
                self.folder.join(format!("{kind}.txt")),
                lines.join("\n") + end,
            )?;
            counts.push(format!("{} {kind}", lines.len()));
        }
        println!("{part}: {} listed, {}", numbers.len(), counts.join(", "));
        Ok(kinds["missed"].is_empty())
    }
}
