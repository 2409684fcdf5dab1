//! Vectors from fixed bytes instead of randomness: frozen in tests/vectors, and computed again by an
//! independent program in Python, from what SPEC.md says. What that program makes, the library opens.
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
#[path = "../support/flash.rs"]
mod flash;
mod keys;
#[cfg(feature = "blst")]
mod made;
mod policies;
#[cfg(feature = "zk")]
mod proofs;
mod recovery;
mod revocations;
mod sharings;
mod stored;
mod streams;
mod vectors;

use std::path::{Path, PathBuf};
#[cfg(feature = "blst")]
use std::process::{Command, Output};

use serde_json::Value;

type Make = fn() -> Value;

/// Every file of tests/vectors and what makes it.
const FILES: &[(&str, Make)] = &[
    ("capsule.json", vectors::capsules),
    ("grant.json", vectors::grants),
    ("ciphertext.json", vectors::ciphertexts),
    ("envelope.json", envelopes::envelopes),
    ("stream.json", streams::streams),
    ("policy.json", policies::policies),
    ("key.json", keys::keys),
    ("recovery.json", recovery::recovery),
    ("sharing.json", sharings::sharings),
    ("revocation.json", revocations::revocations),
    ("stored.json", stored::stored),
    #[cfg(feature = "fhir")]
    ("consent.json", consents::consents),
    #[cfg(feature = "zk")]
    ("proof.json", proofs::proofs),
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

/// The interpreter with the packages of requirements.txt that `make test` prepares; none, said
/// aloud, where they cannot be had.
#[cfg(feature = "blst")]
fn python() -> Option<PathBuf> {
    let place = if cfg!(windows) { "Scripts" } else { "bin" };
    let python = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/reference")
        .join(place)
        .join("python");
    let packages = "import py_ecc.optimized_bls12_381, cryptography.hazmat.primitives.hpke";
    let usable = Command::new(&python).args(["-c", packages]).output();
    let usable = usable.is_ok_and(|it| it.status.success());
    if !usable {
        println!("skipped: no Python with the packages of tests/reference/requirements.txt");
    }
    usable.then_some(python)
}

#[cfg(feature = "blst")]
fn run(python: &Path, program: &str, files: &[PathBuf]) -> Output {
    let program = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reference")
        .join(program);
    Command::new(python)
        // No compiled modules beside the sources.
        .args(["-B".as_ref(), program.as_os_str()])
        .args(files)
        .output()
        .unwrap()
}

/// The other backend is held to the same frozen bytes.
#[cfg(feature = "blst")]
#[test]
fn an_independent_program_computes_the_same() {
    let Some(python) = python() else { return };
    let files = written("reference");
    let ran = run(&python, "oracle.py", &files);
    let said = String::from_utf8_lossy(&ran.stdout);
    let complaint = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}{complaint}");
    let all: usize = files.iter().map(|path| read(path).len()).sum();
    assert_eq!(said.lines().count(), all, "{said}");
    assert!(said.lines().all(|it| it.starts_with("agrees: ")), "{said}");
}

#[cfg(feature = "blst")]
fn read(path: &Path) -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// It is no yes-man: with one digit of what the library made changed, it disagrees.
#[cfg(feature = "blst")]
#[test]
fn the_independent_program_sees_one_digit_that_is_another() {
    let Some(python) = python() else { return };
    let changed = [
        ("capsule.json", "capsule", "key"),
        ("stream.json", "batch_unsigned", "batch"),
        ("envelope.json", "envelope_aes", "envelope"),
        ("stream.json", "session_interrupted", "session"),
        ("key.json", "signer", "public"),
        ("key.json", "restricted", "restricted"),
        ("policy.json", "labels", "blinded_policy"),
        ("recovery.json", "coupon", "coupon"),
        ("recovery.json", "rotation_by_device", "succession"),
        ("revocation.json", "revocations", "list"),
        ("sharing.json", "sharing", "sharing"),
    ];
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut all = serde_json::Map::new();
    for (file, name, field) in changed {
        let mut vector = read(&vectors.join(file)).remove(name).unwrap();
        let text = vector[field].as_str().unwrap();
        let (rest, last) = text.split_at(text.len() - 1);
        let other = if last == "0" { "1" } else { "0" };
        vector[field] = format!("{rest}{other}").into();
        all.insert(name.into(), vector);
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed.json");
    std::fs::write(&path, Value::Object(all).to_string()).unwrap();
    let ran = run(&python, "oracle.py", &[path]);
    assert!(!ran.status.success());
    let said = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(said.lines().count(), changed.len(), "{said}");
    assert!(
        said.lines().all(|it| it.starts_with("disagrees: ")),
        "{said}"
    );
}

#[cfg(feature = "blst")]
#[test]
fn the_library_opens_what_the_independent_program_made() {
    let Some(python) = python() else { return };
    let ran = run(&python, "make.py", &[]);
    let complaint = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{complaint}");
    made::open(&serde_json::from_slice(&ran.stdout).unwrap());
}
