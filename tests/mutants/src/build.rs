//! Compiles the copy of the library with all changes in it, and finds those that no compiler takes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Failure;
use crate::list::{self, Mutant, Sources};
use crate::places::{self, Places};
use crate::splice::{self, Spliced};

/// The test programs, and what they do not hold.
pub struct Built {
    /// Each with its name; the unit tests have none.
    pub programs: Vec<(String, PathBuf)>,
    /// Changes that do not compile.
    pub unviable: HashSet<usize>,
    /// Changes that cannot be switched while running, with the reason.
    pub left_out: HashMap<usize, &'static str>,
}

/// More rounds than this mean that an error was blamed on the wrong change.
const ROUNDS: usize = 30;

/// Makes `home/tree`, a copy of the library with the changed files, and compiles its tests.
pub fn build(
    root: &Path,
    home: &Path,
    mutants: &[Mutant],
    sources: &Sources,
) -> Result<Built, Failure> {
    let tree = home.join("tree");
    let mut of_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, mutant) in mutants.iter().enumerate() {
        of_file.entry(&mutant.file).or_default().push(number);
    }
    let places = of_file
        .keys()
        .map(|file| Ok((*file, places::find(&sources[*file])?)))
        .collect::<Result<HashMap<&str, Places>, Failure>>()?;
    copy(root, &tree, sources)?;
    add_switch(root, &tree, mutants.len())?;

    // What a former run found not to compile, as long as its file is the same.
    let known = home.join("unviable.txt");
    let line = |number: usize| {
        let mutant = &mutants[number];
        format!("{} {}", list::stamp([&sources[&mutant.file]]), mutant.name)
    };
    let former = fs::read_to_string(&known).unwrap_or_default();
    let former: HashSet<&str> = former.lines().collect();
    let mut unviable: HashSet<usize> = (0..mutants.len())
        .filter(|number| former.contains(line(*number).as_str()))
        .collect();

    let names = home.join("const.txt");
    let former = fs::read_to_string(&names).unwrap_or_default();
    let mut needed_const: HashSet<String> = former.lines().map(str::to_owned).collect();

    for round in 1..=ROUNDS {
        let mut spliced: HashMap<String, Spliced> = HashMap::new();
        for (file, numbers) in &of_file {
            let result = splice::splice(
                &sources[*file],
                &places[file],
                mutants,
                numbers,
                &unviable,
                &needed_const,
            );
            write_if_other(&tree.join(file), result.text.as_bytes())?;
            spliced.insert((*file).to_owned(), result);
        }
        let (blamed, constant) = match compile(&tree, &spliced)? {
            Compiled::Programs(programs) => {
                let left_out = spliced
                    .into_values()
                    .flat_map(|file| file.left_out)
                    .collect();
                return Ok(Built {
                    programs,
                    unviable,
                    left_out,
                });
            }
            Compiled::Not { blamed, constant } => (blamed, constant),
        };
        println!(
            "round {round}: {} changes do not compile, {} functions are needed as const",
            blamed.len(),
            constant.len()
        );
        needed_const.extend(constant);
        let lines: Vec<&str> = needed_const.iter().map(String::as_str).collect();
        fs::write(&names, lines.join("\n") + "\n")?;
        unviable.extend(blamed);
        let mut lines: Vec<String> = unviable.iter().map(|&number| line(number)).collect();
        lines.sort();
        fs::write(&known, lines.join("\n") + "\n")?;
    }
    Err("the changed library does not compile".into())
}

/// Copies what git knows, as it is in the working tree, but for the files that are changed.
fn copy(root: &Path, tree: &Path, sources: &Sources) -> Result<(), Failure> {
    let list = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()?;
    for file in String::from_utf8(list.stdout)?.split_terminator('\0') {
        let (from, to) = (root.join(file), tree.join(file));
        let changed = sources.contains_key(file) || [LIBRARY, MANIFEST].contains(&file);
        if !changed && from.is_file() {
            write_if_other(&to, &fs::read(from)?)?;
        }
    }
    Ok(())
}

const LIBRARY: &str = "src/lib.rs";
const MANIFEST: &str = "Cargo.toml";

/// Adds the switch to the library, whose lints are not meant for it.
fn add_switch(root: &Path, tree: &Path, count: usize) -> Result<(), Failure> {
    let switch =
        include_str!("switch.rs").replace("COUNT: usize = 0", &format!("COUNT: usize = {count}"));
    write_if_other(&tree.join("src/mutant_switch.rs"), switch.as_bytes())?;
    let library = "#![allow(arithmetic_overflow, unconditional_panic)]\n".to_owned()
        + &fs::read_to_string(root.join(LIBRARY))?
        + "\n#[allow(missing_docs, warnings)]\npub mod mutant_switch;\n";
    write_if_other(&tree.join(LIBRARY), library.as_bytes())?;
    let manifest = fs::read_to_string(root.join(MANIFEST))?;
    let lints = |line: &&str| !line.ends_with(" = \"deny\"");
    let manifest: Vec<&str> = manifest.lines().filter(lints).collect();
    write_if_other(
        &tree.join(MANIFEST),
        (manifest.join("\n") + "\n").as_bytes(),
    )
}

/// Writes a file, but leaves it alone if it is so already: what did not change keeps its time.
fn write_if_other(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if fs::read(path).ok().as_deref() != Some(bytes) {
        fs::create_dir_all(path.parent().ok_or("a file without a folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// What came out of the compiler.
enum Compiled {
    Programs(Vec<(String, PathBuf)>),
    /// The changes that are to blame, and names of functions that have to be `const`.
    Not {
        blamed: HashSet<usize>,
        constant: HashSet<String>,
    },
}

fn compile(tree: &Path, spliced: &HashMap<String, Spliced>) -> Result<Compiled, Failure> {
    let features = std::env::var("FEATURES").unwrap_or_else(|_| "hazmat".to_owned());
    let tests = std::env::var("TESTS").unwrap_or_default();
    let tests: Vec<&str> = tests.split_whitespace().collect();
    let output = Command::new("cargo")
        .args([
            "test",
            "--no-run",
            "--package",
            "hippocrypt",
            "--features",
            &features,
        ])
        .args(["--message-format", "json", "--lib"])
        .args(tests.iter().flat_map(|test| ["--test", test]))
        .current_dir(tree)
        .stderr(Stdio::inherit())
        .output()?;
    let (mut blamed, mut constant) = (HashSet::new(), HashSet::new());
    let mut programs = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(entry) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let message = &entry["message"];
        if message["level"] == "error" {
            match called_when_compiling(message) {
                Some(name) => drop(constant.insert(name)),
                None => blamed.extend(blame(message, spliced)),
            }
        }
        let target = &entry["target"];
        let name = target["name"].as_str().unwrap_or_default();
        let unit = name == "hippocrypt";
        if let (Some(path), true) = (
            entry["executable"].as_str(),
            entry["profile"]["test"] == true,
        ) && (unit || tests.contains(&name))
        {
            let label = if unit { "" } else { name };
            programs.push((label.to_owned(), PathBuf::from(path)));
        }
    }
    if output.status.success() && !programs.is_empty() {
        programs.sort();
        return Ok(Compiled::Programs(programs));
    }
    if blamed.is_empty() && constant.is_empty() {
        return Err("the library does not compile, and no change is to blame".into());
    }
    Ok(Compiled::Not { blamed, constant })
}

/// The function that a constant calls and that is not `const`, if that is the error.
fn called_when_compiling(message: &Value) -> Option<String> {
    if message["code"]["code"] != "E0015" {
        return None;
    }
    let path = message["message"].as_str()?.split('`').nth(1)?;
    let name = path.split("::<").next()?.rsplit("::").next()?;
    (name != "on").then(|| name.to_owned())
}

fn blame(message: &Value, spliced: &HashMap<String, Spliced>) -> Vec<usize> {
    let spans = message["spans"].as_array().map_or(&[][..], Vec::as_slice);
    let mut found = Vec::new();
    for (file, text) in spliced {
        let here = |primary: bool| -> Vec<Range<usize>> {
            let bytes = |span: &Value, end: &str| span[end].as_u64().unwrap_or(0) as usize;
            spans
                .iter()
                .filter(|span| span["file_name"] == file.as_str() && span["is_primary"] == primary)
                .map(|span| bytes(span, "byte_start")..bytes(span, "byte_end"))
                .collect()
        };
        found.extend(text.blamed(&here(true), &here(false)));
    }
    if found.is_empty() && !spans.is_empty() {
        println!(
            "{}",
            message["rendered"]
                .as_str()
                .unwrap_or("an error without a text")
        );
    }
    found
}
