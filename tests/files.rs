//! Rules for the files themselves: small sources, and nothing of the machine they were written on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A file holds one noun in about 250 lines; at this length it holds two.
const LONGEST: usize = 500;

/// Longer files, each with the reason why it cannot be split; one that got short is a failure.
const LONG: &[(&str, &str)] = &[];

/// What tools make and the repository does not keep.
const MADE: &[&str] = &[
    ".git",
    "target",
    "build",
    ".venv",
    "node_modules",
    "__pycache__",
    "hippocrypt.wasm",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every kept file, by its path below the root, with its bytes.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut pending = vec![root().to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if MADE.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                pending.push(path);
            } else if path.is_file() {
                let relative = path.strip_prefix(root()).unwrap();
                files.push((
                    relative.to_string_lossy().into_owned(),
                    fs::read(&path).unwrap(),
                ));
            }
        }
    }
    files.sort();
    files
}

/// What is wrong with the lengths of these files (name and number of lines).
fn too_long(files: &[(String, usize)], exceptions: &[(&str, &str)]) -> Vec<String> {
    let listed = |name: &str| exceptions.iter().any(|(file, _)| *file == name);
    let long = |name: &str| {
        files
            .iter()
            .any(|(file, lines)| file == name && *lines > LONGEST)
    };
    let mut wrong: Vec<String> = files
        .iter()
        .filter(|(name, lines)| *lines > LONGEST && !listed(name))
        .map(|(name, lines)| format!("{name}: {lines} lines, more than {LONGEST}"))
        .collect();
    wrong.extend(
        exceptions
            .iter()
            .filter(|(name, _)| !long(name))
            .map(|(name, _)| format!("{name} is listed as long, and is not")),
    );
    wrong
}

/// Lines that hold one of `needles`.
fn lines_with(text: &str, needles: &[String]) -> Vec<usize> {
    let found = |line: &str| needles.iter().any(|needle| line.contains(needle.as_str()));
    text.lines()
        .enumerate()
        .filter(|(_, line)| found(line))
        .map(|(at, _)| at + 1)
        .collect()
}

/// Places that exist on one machine only: homes, what was put beside the system, where this very checkout lies.
fn machine_paths() -> Vec<String> {
    let mut needles = vec![root().to_string_lossy().into_owned()];
    for home in ["root", "home", "Users", "opt"] {
        needles.push(["/", home, "/"].concat());
    }
    needles.extend(
        std::env::var("HOME")
            .ok()
            .filter(|home| home.matches('/').count() > 1),
    );
    needles
}

#[test]
fn rust_files_are_short() {
    let files: Vec<(String, usize)> = files()
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap().lines().count()))
        .collect();
    assert!(files.iter().any(|(name, _)| name == "src/lib.rs"));
    let wrong = too_long(&files, LONG);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    let needles = machine_paths();
    let mut wrong = Vec::new();
    for (name, bytes) in files() {
        let text = String::from_utf8_lossy(&bytes);
        wrong.extend(
            lines_with(&text, &needles)
                .into_iter()
                .map(|line| format!("{name}:{line}")),
        );
    }
    assert!(wrong.is_empty(), "machine paths in:\n{}", wrong.join("\n"));
}

#[test]
fn text_files_end_in_one_newline_and_hold_no_carriage_return() {
    let text = ["rs", "md", "toml", "json", "sh", "awk", "yml", "yaml"];
    for (name, bytes) in files() {
        if text.contains(&name.rsplit('.').next().unwrap()) {
            assert!(
                bytes.ends_with(b"\n") && !bytes.ends_with(b"\n\n"),
                "{name}: does not end in one newline"
            );
            assert!(!bytes.contains(&b'\r'), "{name}: holds a carriage return");
        }
    }
}

#[test]
fn a_long_file_and_a_stale_exception_are_caught() {
    let files = [
        ("a.rs".to_owned(), LONGEST),
        ("b.rs".to_owned(), LONGEST + 1),
    ];
    assert_eq!(too_long(&files, &[]).len(), 1);
    assert!(too_long(&files, &[("b.rs", "why")]).is_empty());
    assert_eq!(too_long(&files[..1], &[("b.rs", "why")]).len(), 1);
}

#[test]
fn a_machine_path_is_caught() {
    let home = ["/", "home", "/someone/keys"].concat();
    let here = format!("see {}", root().display());
    let text = format!("fine\nkey in {home}\n{here}\n../shared/data\n");
    assert_eq!(lines_with(&text, &machine_paths()), [2, 3]);
}
