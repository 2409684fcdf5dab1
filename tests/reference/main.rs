//! Vectors from fixed bytes instead of randomness: frozen in tests/vectors, and computed again by an
//! independent program in Python, from what SPEC.md says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[cfg(feature = "fhir")]
mod consents;
mod envelopes;
mod keys;
mod policies;
mod recovery;
mod revocations;
mod sharings;
mod vectors;

use std::path::{Path, PathBuf};
#[cfg(feature = "blst")]
use std::process::Command;

use serde_json::Value;

type Make = fn() -> Value;

/// Every file of tests/vectors and what makes it.
const FILES: &[(&str, Make)] = &[
    ("capsule.json", vectors::capsules),
    ("grant.json", vectors::grants),
    ("ciphertext.json", vectors::ciphertexts),
    ("envelope.json", envelopes::envelopes),
    ("policy.json", policies::policies),
    ("key.json", keys::keys),
    ("recovery.json", recovery::recovery),
    ("sharing.json", sharings::sharings),
    ("revocation.json", revocations::revocations),
    #[cfg(feature = "fhir")]
    ("consent.json", consents::consents),
];

/// Writes all vectors to a directory of its own in the build's directory.
fn written(name: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).unwrap();
    FILES
        .iter()
        .map(|(name, make)| {
            let path = directory.join(name);
            let text = serde_json::to_string_pretty(&make()).unwrap() + "\n";
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect()
}

/// What was written with these bytes once is written again. A change of format is a new version
/// of the format, or, before the first release, a copy of what this test wrote, with the reason in
/// CHANGELOG.md.
#[test]
fn the_format_is_that_of_the_frozen_vectors() {
    for path in written("vectors") {
        let name = path.file_name().unwrap();
        let frozen = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/vectors")
            .join(name);
        let frozen: Value = serde_json::from_slice(&std::fs::read(frozen).unwrap()).unwrap();
        let now: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for (vector, fields) in now.as_object().unwrap() {
            for (field, value) in fields.as_object().unwrap() {
                assert!(
                    frozen[vector][field] == *value,
                    "{vector}: {field} is another in {}",
                    path.display()
                );
            }
        }
        assert!(frozen == now, "{}: a vector is missing", path.display());
    }
}

/// The interpreter with the packages of requirements.txt that `make test` prepares.
#[cfg(feature = "blst")]
fn python() -> PathBuf {
    let place = if cfg!(windows) { "Scripts" } else { "bin" };
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/reference")
        .join(place)
        .join("python")
}

/// The other backend is held to the same frozen bytes.
#[cfg(feature = "blst")]
#[test]
fn an_independent_program_computes_the_same() {
    let packages = "import py_ecc.optimized_bls12_381, cryptography.hazmat.primitives.hpke";
    let python = python();
    let usable = Command::new(&python).args(["-c", packages]).output();
    if !usable.is_ok_and(|it| it.status.success()) {
        println!("skipped: no Python with the packages of tests/reference/requirements.txt");
        return;
    }
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/oracle.py");
    let run = |files: &[PathBuf]| {
        Command::new(&python)
            // No compiled modules beside the sources.
            .args(["-B".as_ref(), oracle.as_os_str()])
            .args(files)
            .output()
            .unwrap()
    };
    let files = written("reference");
    let ran = run(&files);
    let said = String::from_utf8_lossy(&ran.stdout);
    let complaint = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}{complaint}");
    let vectors = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        file.as_object().unwrap().len()
    };
    let all: usize = files.iter().map(vectors).sum();
    assert_eq!(said.lines().count(), all, "{said}");

    // It is no yes-man: with one digit changed it disagrees.
    let text = std::fs::read_to_string(&files[0]).unwrap();
    let mut vector: Value = serde_json::from_str(&text).unwrap();
    let key = vector["capsule"]["key"].as_str().unwrap();
    let other = if key.starts_with('0') { "1" } else { "0" };
    vector["capsule"]["key"] = format!("{other}{}", &key[1..]).into();
    let changed = files[0].with_extension("changed");
    std::fs::write(&changed, vector.to_string()).unwrap();
    assert!(!run(&[changed]).status.success());
}
