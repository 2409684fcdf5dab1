//! Every row of SECURITY.md's tables that claims something names what backs it, and what is named exists: a test
//! module, a file of tests, or a section of SPEC.md with the argument.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Titles of columns that hold evidence.
const COLUMNS: [&str; 2] = ["how we know", "evidence"];
const DOCUMENTS: [&str; 5] = [
    "SECURITY.md",
    "README.md",
    "SPEC.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
];

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).unwrap_or_else(|_| panic!("{path}"))
}

/// The cells of the columns of evidence, with the row they stand in.
fn evidence(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut column = None;
    for line in text.lines() {
        let Some(row) = line.strip_prefix('|') else {
            column = None;
            continue;
        };
        let cells: Vec<&str> = row
            .trim_end_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        match column {
            None => column = Some(cells.iter().position(|it| COLUMNS.contains(it))),
            Some(_) if cells.iter().all(|it| it.chars().all(|c| c == '-')) => {}
            Some(Some(place)) => found.push((line.to_owned(), cells[place].to_owned())),
            Some(None) => {}
        }
    }
    found
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Whether a module of the sources, or something defined in it, has this path.
fn in_sources(path: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let parts: Vec<&str> = path.split("::").collect();
    let file_of = |parts: &[&str]| {
        let base = parts.iter().fold(root.clone(), |at, part| at.join(part));
        [base.with_extension("rs"), base.join("mod.rs")]
            .into_iter()
            .find(|it| it.is_file())
    };
    if file_of(&parts).is_some() {
        return true;
    }
    let (name, module) = parts.split_last().unwrap();
    file_of(module).is_some_and(|file| {
        let text = fs::read_to_string(file).unwrap();
        ["fn ", "struct ", "enum ", "mod "]
            .iter()
            .any(|word| text.split(word).skip(1).any(|rest| begins_with(rest, name)))
    })
}

fn begins_with(text: &str, name: &str) -> bool {
    text.strip_prefix(name)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Whether something named in a document is evidence, and is there.
fn resolves(name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = name.split_whitespace().next().unwrap_or_default();
    if let Some(target) = name.strip_prefix("make ") {
        let target = target.split(' ').next().unwrap();
        return read("Makefile").contains(&format!("\n{target}:"));
    }
    root.join(path).exists() && path.contains('/') || in_sources(name)
}

/// The sections of SPEC.md.
fn sections() -> BTreeSet<String> {
    let spec = read("SPEC.md");
    let titles = spec
        .lines()
        .filter(|it| it.starts_with("## ") || it.starts_with("### "));
    titles
        .filter_map(|it| it.split(' ').nth(1).map(str::to_owned))
        .collect()
}

/// Sections that a text points to, as `SPEC.md 14.11` or `SPEC.md, section 14.11`.
fn pointed_to(text: &str) -> Vec<String> {
    let points = text.split("SPEC.md").skip(1).map(|rest| {
        let rest = rest.trim_start_matches(',').trim_start();
        let rest = rest
            .strip_prefix("sections")
            .or(rest.strip_prefix("section"))
            .unwrap_or(rest);
        let rest = rest.trim_start();
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        rest[..end].trim_end_matches('.').to_owned()
    });
    points.filter(|it| !it.is_empty()).collect()
}

#[test]
fn every_claim_names_what_backs_it() {
    let sections = sections();
    let mut rows = 0;
    for (row, cell) in evidence(&read("SECURITY.md")) {
        rows += 1;
        let backed = quoted(&cell).into_iter().any(resolves)
            || pointed_to(&cell).iter().any(|it| sections.contains(it));
        assert!(backed, "no evidence that exists in: {row}");
    }
    assert!(rows > 40, "only {rows} rows were found");
}

#[test]
fn what_documents_name_as_tests_exists() {
    for document in DOCUMENTS {
        for name in quoted(&read(document)) {
            if name.contains("::tests") || name.starts_with("tests/") && !name.contains('*') {
                assert!(resolves(name), "{document} names {name}");
            }
        }
    }
}

#[test]
fn sections_that_documents_point_to_exist() {
    let sections = sections();
    for document in DOCUMENTS {
        for section in pointed_to(&read(document)) {
            assert!(
                sections.contains(&section),
                "{document} points to SPEC.md {section}"
            );
        }
    }
}

/// Targets of links to files, in a document and as seen from its folder.
fn links(text: &str) -> Vec<&str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    targets
        .map(|it| it.split('#').next().unwrap())
        .filter(|it| !it.is_empty() && !it.contains("://") && !it.contains(' ') && it.contains('.'))
        .collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guides = fs::read_dir(root.join("docs")).unwrap();
    let guides = guides.map(|it| format!("docs/{}", it.unwrap().file_name().to_str().unwrap()));
    let guides = guides.filter(|it| it.ends_with(".md"));
    let mut found = 0;
    for document in DOCUMENTS.into_iter().map(str::to_owned).chain(guides) {
        let folder = root.join(&document).parent().unwrap().to_owned();
        for target in links(&read(&document)) {
            assert!(folder.join(target).exists(), "{document} links to {target}");
            found += 1;
        }
    }
    assert!(found > 20, "only {found} links were found");
}

#[test]
fn an_unbacked_claim_is_noticed() {
    let table =
        "| it | how we know |\n|---|---|\n| a | `pre::tests::no_such_thing` |\n| b | trust us |\n";
    let cells = evidence(table);
    assert_eq!(cells.len(), 2);
    for (_, cell) in cells {
        assert!(!quoted(&cell).into_iter().any(resolves) && pointed_to(&cell).is_empty());
    }
    assert!(
        resolves("pre::tests::collusion")
            && resolves("tests/cli/kills.rs")
            && resolves("make faults")
    );
    assert!(
        !resolves("tests/cli/no_such.rs") && !resolves("abe::no_such") && !resolves("make nothing")
    );
    assert_eq!(
        pointed_to("SPEC.md, section 14.11, and SPEC.md 7"),
        ["14.11", "7"]
    );
}
