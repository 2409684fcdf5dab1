//! Source texts that break a rule, each caught; and texts that only look as if they did.

use super::{File, breaches};

fn check(place: &[&str], text: &str) -> Vec<String> {
    check_beside("", place, text)
}

fn check_beside(lib: &str, place: &[&str], text: &str) -> Vec<String> {
    let file = |name: &str, place: &[&str], text: &str| File {
        name: name.to_owned(),
        place: place.iter().map(ToString::to_string).collect(),
        text: text.to_owned(),
    };
    breaches(&[file("lib.rs", &[], lib), file("it.rs", place, text)], &[])
}

#[track_caller]
fn refused(place: &[&str], text: &str, reason: &str) {
    let wrong = check(place, text);
    assert_eq!(wrong.len(), 1, "{text}: {wrong:?}");
    assert!(wrong[0].contains(reason), "{text}: {wrong:?}");
}

#[track_caller]
fn allowed(place: &[&str], text: &str) {
    assert_eq!(check(place, text), Vec::<String>::new(), "{text}");
}

#[test]
fn an_import_from_a_higher_floor() {
    refused(
        &["wire"],
        "use crate::policy::Policy;",
        "`wire` (floor 2) imports `policy` (floor 4)",
    );
    refused(
        &["wire"],
        "pub(crate) use crate::abe::Key;",
        "imports `abe`",
    );
    refused(
        &["wire"],
        "fn f() { let x = crate::envelope::seal(1); }",
        "imports `envelope`",
    );
    refused(
        &["curve"],
        "fn f(x: &[crate::wire::Reader<'_>]) {}",
        "imports `wire`",
    );
}

#[test]
fn an_import_from_a_neighbour() {
    refused(
        &["curve"],
        "use crate::symmetric::sha256;",
        "`curve` (floor 1) imports `symmetric` (floor 1)",
    );
    refused(
        &["abe", "key"],
        "use crate::pre::Grant;",
        "imports `pre` (floor 5)",
    );
}

#[test]
fn grouped_imports() {
    refused(
        &["wire"],
        "use crate::{error::Error, kem};",
        "imports `kem`",
    );
    refused(
        &["wire"],
        "use crate::{error::{Error, Result}, policy::{Policy, Labels}};",
        "imports `policy`",
    );
    refused(
        &["wire"],
        "use {crate::abe::Key, core::fmt};",
        "imports `abe`",
    );
    assert_eq!(
        check(&["wire"], "use crate::{abe, zk::{self, a}, error};").len(),
        2
    );
}

#[test]
fn paths_through_super() {
    refused(&["wire"], "use super::policy::Policy;", "imports `policy`");
    refused(
        &["wire", "reader"],
        "use super::super::policy;",
        "imports `policy`",
    );
    refused(
        &["wire", "reader"],
        "use super::{super::policy, text};",
        "imports `policy`",
    );
    refused(
        &["wire"],
        "mod tests { use super::super::abe; }",
        "imports `abe`",
    );
    refused(&["wire"], "use self::super::abe::Key;", "imports `abe`");
    allowed(&["wire", "reader"], "use super::policy;");
    allowed(&["wire"], "mod tests { use super::*; }");
}

#[test]
fn the_root_as_a_whole() {
    for text in [
        "use crate::*;",
        "use crate as all;",
        "use crate::{self as all};",
        "use super::*;",
        "extern crate self as hippocrypt;",
    ] {
        refused(&["wire"], text, "crate root as a whole");
    }
}

#[test]
fn macro_bodies_count() {
    refused(
        &["wire"],
        "macro_rules! m { () => { $crate::abe::Key }; }",
        "imports `abe`",
    );
    refused(
        &["wire"],
        "fn f() { println!(\"{}\", crate::abe::N); }",
        "imports `abe`",
    );
}

#[test]
fn test_code_keeps_to_the_floors_too() {
    refused(
        &["wire"],
        "#[cfg(test)] mod tests { use crate::envelope::open; }",
        "imports `envelope`",
    );
}

#[test]
fn modules_without_a_floor() {
    refused(&["helpers"], "", "module `helpers` has no floor");
    refused(
        &["wire"],
        "use crate::helpers::x;",
        "`helpers` has no floor",
    );
    let wrong = check_beside("mod helpers { }", &["wire"], "");
    assert_eq!(wrong, ["module `helpers` has no floor"]);
}

#[test]
fn names_that_the_root_exports() {
    let lib =
        "pub use error::{Error, Result as Answer}; pub use policy::Policy; pub use rand_core;";
    let beside = |text| check_beside(lib, &["wire"], text);
    assert!(beside("use crate::{Error, Answer, rand_core};").is_empty());
    assert!(beside("use crate::Policy;")[0].contains("imports `policy`"));
    assert!(beside("use crate::Result;")[0].contains("`Result` has no floor"));
}

#[test]
fn downward_imports_comments_and_strings() {
    allowed(
        &["envelope"],
        "use crate::{abe, wire::Reader, error::Error}; pub(crate) fn f() {}",
    );
    allowed(
        &["wire", "text"],
        "use crate::wire::Reader; pub(in crate::wire) struct A;",
    );
    allowed(
        &["wire"],
        "// use crate::abe;\n/* crate::abe */ /// crate::abe::Key\nconst A: &str = \"crate::abe\";",
    );
}

#[test]
fn source_that_does_not_tokenise() {
    refused(&["wire"], "fn f() { (", "does not tokenise");
}

#[test]
fn exceptions_between_neighbours() {
    let file = File {
        name: "secret.rs".into(),
        place: vec!["secret".into()],
        text: "use crate::error::Error;".into(),
    };
    assert!(breaches(&[file], &[("secret", "error", "why")]).is_empty());
    let stale = breaches(&[], &[("secret", "error", "why")]);
    assert_eq!(
        stale,
        ["the exception `secret` -> `error` is not used any more"]
    );
}
