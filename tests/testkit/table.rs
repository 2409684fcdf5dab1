//! The committed files are the ones that are made here, and give what the table says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::calls::{DECODERS, OPENERS, call};
use super::kit::Kit;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/testkit"))
}

/// Builds without FHIR or proofs have fewer decoders.
fn offered(name: &str) -> bool {
    OPENERS.contains(&name) || DECODERS.iter().any(|(known, _)| *known == name)
}

#[cfg(feature = "cli")]
#[test]
fn all_that_the_table_calls_is_offered() {
    for it in Kit::new().entries {
        assert!(offered(it.call), "{}", it.call);
    }
}

/// `TESTKIT_WRITE=1 cargo test --features cli,hazmat --test testkit` writes them.
#[test]
fn the_files_are_made_as_they_are() {
    let kit = Kit::new();
    let files = folder().join("files");
    if std::env::var_os("TESTKIT_WRITE").is_some() {
        let _ = fs::remove_dir_all(&files);
        fs::create_dir(&files).unwrap();
        for (name, bytes) in &kit.files {
            fs::write(files.join(name), bytes).unwrap();
        }
        fs::write(folder().join("table.txt"), kit.table()).unwrap();
    }
    let there = fs::read_dir(&files).unwrap();
    let there: BTreeSet<_> = there
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, kit.files.keys().cloned().collect());
    for (name, bytes) in &kit.files {
        assert!(fs::read(files.join(name)).unwrap() == *bytes, "{name}");
    }
    let table = fs::read_to_string(folder().join("table.txt")).unwrap();
    assert!(table == kit.table());
}

#[test]
fn every_file_gives_what_the_table_says() {
    let table = fs::read_to_string(folder().join("table.txt")).unwrap();
    let read = |name: &str| fs::read(folder().join("files").join(name)).unwrap();
    let (mut bad, mut wrong) = (0, Vec::new());
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [file, name, keys, code] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let keys = keys.split(',').filter(|key| *key != "-").map(read);
        let code: u16 = code.parse().unwrap();
        if !offered(name) {
            continue;
        }
        let given = call(name, &read(file), &keys.collect::<Vec<_>>());
        let given = given.map_or_else(|error| error.code(), |()| 0);
        bad += usize::from(code != 0);
        if given != code {
            wrong.push(format!("{file}: {given} instead of {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(bad >= 150, "{bad} bad files");
}
