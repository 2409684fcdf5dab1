//! The count at the end of `make test` is right: skipped is not passed, and nothing run is a failure.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::io::Write as _;
use std::process::{Command, Stdio};

/// What the summary prints for the output of a test run, and whether it calls that a success.
fn summary(output: &str) -> (String, bool) {
    let mut awk = Command::new("awk")
        .args([
            "-f",
            concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/summary.awk"),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("awk");
    awk.stdin
        .take()
        .unwrap()
        .write_all(output.as_bytes())
        .unwrap();
    let done = awk.wait_with_output().unwrap();
    (
        String::from_utf8(done.stdout).unwrap(),
        done.status.success(),
    )
}

/// The output of one test binary.
fn run(successes: &str, failures: &str, result: &str) -> String {
    let mut text = "\nrunning 3 tests\ntest a ... ok\n".to_owned();
    if !successes.is_empty() {
        text += &format!("\nsuccesses:\n\n{successes}\n\nsuccesses:\n    a\n");
    }
    if !failures.is_empty() {
        text += &format!("\nfailures:\n\n{failures}\n\nfailures:\n    b\n");
    }
    text + "\n" + result + " 0 measured; 0 filtered out; finished in 0.00s\n"
}

#[test]
fn results_are_added_up() {
    let two = run("", "", "test result: ok. 2 passed; 0 failed; 1 ignored;")
        + &run("", "", "test result: ok. 3 passed; 0 failed; 0 ignored;");
    assert_eq!(
        summary(&two),
        ("5 passed, 0 failed, 1 skipped\n".into(), true)
    );
}

#[test]
fn a_test_that_skipped_itself_counts_once_and_not_as_passed() {
    let twice = "---- a stdout ----\nreading\nskipped: no ../shared\nskipped: no ../shared\n";
    let other = "---- c stdout ----\nskipped: no ../shared\n---- d stdout ----\nall is well\n";
    let text = run(
        &[twice, other].concat(),
        "",
        "test result: ok. 3 passed; 0 failed; 0 ignored;",
    );
    assert_eq!(
        summary(&text),
        ("1 passed, 0 failed, 2 skipped\n".into(), true)
    );
}

#[test]
fn a_failed_test_is_not_skipped_whatever_it_printed() {
    let failed = "---- b stdout ----\nskipped: no ../shared\nthread panicked\n";
    let text = run(
        "---- a stdout ----\nhello\n",
        failed,
        "test result: FAILED. 1 passed; 1 failed; 0 ignored;",
    );
    assert_eq!(
        summary(&text),
        ("1 passed, 1 failed, 0 skipped\n".into(), false)
    );
}

#[test]
fn one_failed_binary_among_good_ones_is_a_failure() {
    let good = run("", "", "test result: ok. 9 passed; 0 failed; 0 ignored;");
    let bad = run(
        "",
        "---- b stdout ----\nno\n",
        "test result: FAILED. 0 passed; 1 failed; 0 ignored;",
    );
    assert_eq!(
        summary(&(bad + &good)),
        ("9 passed, 1 failed, 0 skipped\n".into(), false)
    );
}

#[test]
fn nothing_run_is_a_failure() {
    assert_eq!(
        summary(""),
        ("0 passed, 0 failed, 0 skipped\n".into(), false)
    );
    let skipped = run(
        "---- a stdout ----\nskipped: no ../shared\n",
        "",
        "test result: ok. 1 passed; 0 failed; 0 ignored;",
    );
    assert_eq!(
        summary(&skipped),
        ("0 passed, 0 failed, 1 skipped\n".into(), false)
    );
}
