//! The house: every module of `src/` stands on a floor and imports from lower floors only, never
//! from a neighbour. This test reads the sources, so a wrong import is red before anyone reviews.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod negative;
mod paths;

use paths::Target;
use std::fs;
use std::path::{Path, PathBuf};

/// The house table: a module that is not listed does not belong to the crate.
const FLOORS: &[(&str, u8)] = &[
    ("error", 0),
    ("random", 0),
    ("secret", 0),
    ("tags", 0),
    ("curve", 1),
    ("symmetric", 1),
    ("asymmetric", 1),
    ("wire", 2),
    ("transcript", 3),
    ("share", 3),
    ("keys", 3),
    ("policy", 4),
    ("kem", 4),
    ("abe", 5),
    ("pre", 5),
    ("zk", 5),
    ("consent", 6),
    ("envelope", 6),
    ("audit", 7),
    ("proof", 7),
    ("ledger", 8),
    ("fhir", 8),
    ("lifecycle", 9),
    ("hazmat", 10),
    ("guides", 10),
    ("lib", 10),
];

/// Imports between neighbours, each with its reason; one that is no longer used is a failure.
const NEIGHBOURS: &[(&str, &str, &str)] = &[
    (
        "secret",
        "error",
        "the error type lies below everything; a failed random source is an error",
    ),
    (
        "random",
        "error",
        "the error type lies below everything; a failed random source is an error",
    ),
    (
        "random",
        "secret",
        "fresh secret bytes are born in their wiped box",
    ),
];

/// One source file as the rules see it.
struct File {
    name: String,
    place: Vec<String>,
    text: String,
}

fn floor(module: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .map(|(_, floor)| *floor)
}

/// Applies the rules to a set of files; answers the breaches, and which neighbour rules were used.
fn breaches(files: &[File], neighbours: &[(&str, &str, &str)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut used = vec![false; neighbours.len()];
    let lib = files
        .iter()
        .find(|file| file.place.is_empty())
        .map_or("", |file| &file.text);
    let facade = paths::facade(lib).unwrap_or_default();
    for module in paths::modules(lib).unwrap_or_default() {
        if floor(&module).is_none() {
            wrong.push(format!("module `{module}` has no floor"));
        }
    }
    for file in files {
        let owner = file.place.first().map_or("lib", String::as_str);
        let Some(own_floor) = floor(owner) else {
            wrong.push(format!("{}: module `{owner}` has no floor", file.name));
            continue;
        };
        let mentions = match paths::mentions(&file.text, &file.place) {
            Ok(mentions) => mentions,
            Err(reason) => {
                wrong.push(format!("{}: {reason}", file.name));
                continue;
            }
        };
        for mention in mentions {
            let place = format!("{}:{}", file.name, mention.line);
            let Target::Name(name) = mention.target else {
                wrong.push(format!(
                    "{place}: names the crate root as a whole; name the module"
                ));
                continue;
            };
            // `crate::Error` stands for `crate::error::Error`.
            let source = facade
                .iter()
                .find(|(exported, _)| floor(&name).is_none() && *exported == name);
            let module = source.map_or(name.as_str(), |(_, from)| from.as_str());
            if module == owner {
                continue;
            }
            if let Some(rule) = neighbours
                .iter()
                .position(|(user, of, _)| *user == owner && *of == module)
            {
                used[rule] = true;
                continue;
            }
            match floor(module) {
                Some(other) if other < own_floor => {}
                Some(other) => wrong.push(format!(
                    "{place}: `{owner}` (floor {own_floor}) imports `{module}` (floor {other})"
                )),
                // A re-exported crate, as `crate::rand_core`: not ours, so on no floor.
                None if source.is_some() => {}
                None => wrong.push(format!("{place}: `{module}` has no floor")),
            }
        }
    }
    for ((user, of, _), used) in neighbours.iter().zip(used) {
        if !used {
            wrong.push(format!(
                "the exception `{user}` -> `{of}` is not used any more"
            ));
        }
    }
    wrong
}

/// Every Rust file of the library. `src/bin` is left out: those are crates of their own, which see
/// only what the library makes public.
fn library() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut pending = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        if path == root.join("bin") {
            continue;
        }
        if path.is_dir() {
            pending.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(&root).unwrap();
            files.push(File {
                name: relative.display().to_string(),
                place: place(relative),
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
    files
}

/// The module path of a file: `a/b.rs` is `[a, b]`, `a/mod.rs` is `[a]`, `lib.rs` is `[]`.
fn place(relative: &Path) -> Vec<String> {
    let parts: PathBuf = relative.with_extension("");
    let mut parts: Vec<String> = parts
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if parts == ["lib"] || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

#[test]
fn imports_only_go_down() {
    let files = library();
    assert!(
        files.iter().any(|file| file.name == "lib.rs"),
        "lib.rs was not read"
    );
    let wrong = breaches(&files, NEIGHBOURS);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_pulled_in_from_elsewhere() {
    // `#[path]` and `include!` of Rust text would hide imports from the test above.
    for file in library() {
        let squeezed: String = file.text.split_whitespace().collect();
        assert!(!squeezed.contains("#[path="), "{}", file.name);
        assert!(!squeezed.contains("include!("), "{}", file.name);
    }
}

#[test]
fn places_of_files() {
    assert_eq!(place(Path::new("lib.rs")), Vec::<String>::new());
    assert_eq!(place(Path::new("error.rs")), ["error"]);
    assert_eq!(place(Path::new("wire/mod.rs")), ["wire"]);
    assert_eq!(
        place(Path::new("curve/backend/blst.rs")),
        ["curve", "backend", "blst"]
    );
}
