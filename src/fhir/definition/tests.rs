use std::collections::BTreeSet;
use std::path::Path;
use std::println;
use std::string::{String, ToString};
use std::vec::Vec;

use super::*;

/// Name, type, whether many and whether required.
type Row = (String, String, bool, bool);

fn ours(definition: &Definition) -> BTreeSet<Row> {
    let row = |element: &Element| {
        let kind = match element.kind {
            Kind::Complex(definition) if definition.name.contains('.') => "BackboneElement".into(),
            Kind::Complex(definition) => definition.name.to_string(),
            Kind::Primitive(primitive) => std::format!("{primitive:?}"),
        };
        (
            element.name.to_string(),
            kind,
            element.many,
            element.required,
        )
    };
    definition.elements.iter().map(row).collect()
}

/// What HL7's definition says of the elements directly below `path`.
fn theirs(snapshot: &serde_json::Value, path: &str) -> BTreeSet<Row> {
    let mut rows = BTreeSet::new();
    for element in snapshot.as_array().unwrap() {
        let own = element["path"].as_str().unwrap();
        let Some(name) = own.strip_prefix(path).and_then(|it| it.strip_prefix('.')) else {
            continue;
        };
        let left_out = [
            "id",
            "extension",
            "modifierExtension",
            "contained",
            "implicitRules",
        ];
        if name.contains('.') || left_out.contains(&name) {
            continue;
        }
        let many = element["max"] == "*";
        let required = element["min"] == 1;
        let types: Vec<&str> = match element["type"].as_array() {
            Some(types) => types
                .iter()
                .map(|it| it["code"].as_str().unwrap())
                .collect(),
            // A reference to the content of another element.
            None => Vec::from(["BackboneElement"]),
        };
        for kind in types {
            let name = match name.strip_suffix("[x]") {
                Some(stem) => std::format!("{stem}{kind}"),
                None => name.to_string(),
            };
            let kind = match kind {
                "string" => "Text",
                "url" | "canonical" => "Uri",
                "base64Binary" => "Base64",
                other => other,
            };
            let mut letters = kind.chars();
            let first = letters.next().unwrap().to_ascii_uppercase();
            rows.insert((name, first.to_string() + letters.as_str(), many, required));
        }
    }
    rows
}

#[test]
fn the_tables_are_those_that_hl7_publishes() {
    let mut compared = 0;
    for version in ["r4", "r4b", "r5"] {
        for definition in ALL {
            let other = if version == "r5" { "R4" } else { "R5" };
            if version_of(definition) == other {
                continue;
            }
            let name = definition.name.split('.').next().unwrap();
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("target/examples")
                .join(version)
                .join(std::format!("StructureDefinition-{name}.json"));
            let Ok(bytes) = std::fs::read(file) else {
                println!("skipped: no npm package with the definitions of FHIR");
                return;
            };
            let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let theirs = theirs(&json["snapshot"]["element"], definition.name);
            assert!(!theirs.is_empty(), "{version} {}", definition.name);
            assert_eq!(ours(definition), theirs, "{version} {}", definition.name);
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared}");
}

/// The version that a table is of, if it is of one only.
fn version_of(definition: &'static Definition) -> &'static str {
    let is = |table: &'static Definition| core::ptr::eq(table, definition);
    let r4 = [
        &R4_CONSENT,
        &R4_POLICY,
        &R4_VERIFICATION,
        &R4_PROVISION,
        &R4_ACTOR,
        &R4_ATTACHMENT,
    ];
    let r5 = [
        &R5_CONSENT,
        &R5_POLICY_BASIS,
        &R5_VERIFICATION,
        &R5_PROVISION,
        &R5_ACTOR,
        &R5_EXPRESSION,
        &R5_ATTACHMENT,
    ];
    if r4.into_iter().any(is) {
        "R4"
    } else if r5.into_iter().any(is) {
        "R5"
    } else {
        "both"
    }
}
