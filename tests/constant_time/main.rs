//! Secrets are marked as undefined for valgrind's memcheck, which then reports every branch and every
//! address that hangs on one. Outside of valgrind the marks do nothing.
//!
//! Not here: what computes on curves. The libraries below check their limbs and choices in builds for
//! tests, and a branch of a check is a branch. tests/device counts the instructions of signing instead.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod mark;
mod paths;

use std::process::Command;

/// What valgrind exits with when it found something.
const FOUND: i32 = 99;

/// Runs one test of this program under valgrind: what it printed, if it found anything.
fn under_valgrind(test: &str) -> Option<Result<(), String>> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: no valgrind");
        return None;
    }
    let ran = Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=99", "--num-callers=30"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads", "1"])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    match ran.status.code() {
        Some(0) => {
            assert!(printed.contains("1 passed"), "{printed}");
            Some(Ok(()))
        }
        Some(FOUND) => Some(Err(printed)),
        code => panic!("{test} ended with {code:?}: {printed}"),
    }
}

#[test]
fn a_branch_and_an_index_on_a_secret_are_seen() {
    for test in ["paths::leaks_by_a_branch", "paths::leaks_by_an_index"] {
        if let Some(found) = under_valgrind(test) {
            assert!(found.is_err(), "{test} was not seen");
        }
    }
}

#[test]
fn nothing_hangs_on_the_secrets_of_sealing_under_a_coupon() {
    assert_eq!(under_valgrind("paths::sealing").unwrap_or(Ok(())), Ok(()));
}

#[test]
fn nothing_hangs_on_the_inputs_of_key_derivation_and_ciphers() {
    assert_eq!(under_valgrind("paths::symmetric").unwrap_or(Ok(())), Ok(()));
}
