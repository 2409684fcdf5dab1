//! Secrets are marked as undefined for valgrind's memcheck, which then reports every branch and every
//! address that hangs on one. Outside of valgrind the marks do nothing.
//!
//! What computes on curves runs in builds for release alone (`make constant-time`): the libraries below check their
//! limbs and choices in builds for tests, and a branch of a check is a branch.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[cfg(not(debug_assertions))]
mod curves;
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

/// Branches that libraries below take on secrets, and what each asks: what is so for all secrets but one in 2^250,
/// or for all. Whoever sees which way they go has learnt nothing.
#[cfg(not(debug_assertions))]
const ALWAYS_THE_SAME: &[(&str, &str)] = &[
    ("Scalar::random", "a fresh scalar is not zero"),
    ("blst_p1_mult", "the scalar is below the group's order"),
    ("blst_p2_mult", "the scalar is below the group's order"),
    ("POINTonE1_to_affine", "the product has a denominator"),
    ("POINTonE2_to_affine", "the product has a denominator"),
    ("reciprocal_fp", "an inverse times the number is one"),
    ("blst_p1_affine_compress", "the product is not the identity"),
    ("blst_p2_affine_compress", "the product is not the identity"),
    // The pure backend's: points that are encoded, and the final exponentiation of pairings.
    ("unwrap<bls12_381_plus::fp", "what is inverted is not zero"),
    ("multi_scalar<", "a part of the key is not the identity"),
    ("new (pairing.rs", "a part of the key is not the identity"),
    (
        "find<(hippocrypt::curve::points::G1, hippocrypt::curve::pairing::Right)",
        "a part of the key is not the identity",
    ),
    (
        "hippocrypt::pre::patient::alpha",
        "the patient's exponent is not zero",
    ),
    (
        "hippocrypt::pre::check::open",
        "whether the capsule opens, which is the answer",
    ),
];

/// Where sums with weights are computed: a reader's random weights of one ciphertext's check, in time that hangs on
/// them (SPEC.md, sections 7.4 and 14.4). Nobody has foreseen them, and those of the next ciphertext are others.
#[cfg(not(debug_assertions))]
const WEIGHTED: &[&str] = &["Exponents::explain", "encapsulate::explain", "check::open"];

/// The functions in which valgrind saw something hang on a secret, those of the list left out.
#[cfg(not(debug_assertions))]
fn beyond_the_list(printed: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut lines = printed.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(place) = line.split_once("   at 0x").and_then(|(_, it)| function(it)) else {
            continue;
        };
        let mut callers = Vec::new();
        while let Some((_, caller)) = lines.peek().and_then(|it| it.split_once("   by 0x")) {
            callers.extend(function(caller));
            lines.next();
        }
        if !is_listed(place) && !weighs(&callers) {
            found.push(place);
        }
    }
    found
}

#[cfg(not(debug_assertions))]
fn function(frame: &str) -> Option<&str> {
    frame.split_once(": ").map(|(_, function)| function)
}

#[cfg(not(debug_assertions))]
fn is_listed(function: &str) -> bool {
    ALWAYS_THE_SAME
        .iter()
        .any(|(known, _)| is_called(function, known))
}

/// A whole name; the beginning of one with its generics or file; or, where the compiler put a function into its caller,
/// the name alone, of the file that its path says.
#[cfg(not(debug_assertions))]
fn is_called(function: &str, known: &str) -> bool {
    let name = function.split(" (").next().unwrap_or_default();
    let within = known.rsplit_once("::").is_some_and(|(path, name)| {
        let file = path.rsplit("::").next().unwrap_or_default().to_lowercase();
        function.starts_with(&format!("{name} ({file}.rs:"))
    });
    name == known
        || name.ends_with(&format!("::{known}"))
        || (known.contains(['<', '(']) && function.starts_with(known))
        || within
}

#[cfg(not(debug_assertions))]
fn weighs(callers: &[&str]) -> bool {
    callers.windows(2).any(|pair| {
        pair[0].contains("multi_scalar_g1")
            && WEIGHTED
                .iter()
                .any(|it| pair[1].contains(it) || is_called(pair[1], it))
    })
}

#[cfg(not(debug_assertions))]
#[test]
fn nothing_hangs_on_secret_scalars_and_signing_keys() {
    for test in [
        "arithmetic_of_scalars",
        "multiplication_of_points",
        "multiplication_by_tables",
        "powers_in_the_target_group",
        "signing",
        "issuing",
        "decapsulation",
        "opening_a_capsule",
    ] {
        if let Some(Err(printed)) = under_valgrind(&format!("curves::{test}")) {
            let found = beyond_the_list(&printed);
            assert!(found.is_empty(), "{test}: {found:?}\n{printed}");
        }
    }
}

#[cfg(not(debug_assertions))]
#[test]
fn what_is_not_on_the_list_is_seen() {
    if let Some(found) = under_valgrind("curves::a_square_and_multiply_that_leaks") {
        let printed = found.err().unwrap();
        assert!(!beyond_the_list(&printed).is_empty(), "{printed}");
    }
}
