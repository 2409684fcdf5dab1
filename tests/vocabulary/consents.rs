//! The codings of real consents, each at its place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hippocrypt::consent::vocabulary::{CodeSet, CodingFault, Vocabulary};
use serde_json::Value;

/// Codings that the vocabulary refuses, each with its reason.
const REFUSED: &[(&str, &str, CodingFault)] = &[
    // Categories say what a document is; those of other systems are not among the carried ones.
    ("category", "http://loinc.org|57016-8", CodingFault::System),
    ("category", "http://loinc.org|59284-0", CodingFault::System),
    (
        "category",
        "https://www.medizininformatik-initiative.de/fhir/modul-consent/CodeSystem/\
         mii-cs-consent-consent_category|2.16.840.1.113883.3.1937.777.24.2.184",
        CodingFault::System,
    ),
    (
        "purpose",
        "http://example.org/policies/purposeOfUse|FooBar",
        CodingFault::System,
    ),
    (
        "role",
        "http://terminology.hl7.org/CodeSystem/provenance-participant-type|performer",
        CodingFault::System,
    ),
];

type Found = BTreeSet<(String, String, String)>;

/// A coding at a place, named by the element that holds it.
fn look(
    hv1: &Vocabulary,
    place: &str,
    system: &str,
    code: &str,
) -> Option<Result<(), CodingFault>> {
    let set = match place {
        "scope" => CodeSet::Scope,
        "purpose" => CodeSet::Purpose,
        "action" => CodeSet::Action,
        "role" => CodeSet::Role,
        "resourceType" => CodeSet::ResourceType,
        "class" | "documentType" => {
            let known = hv1.coding(CodeSet::ResourceType, system, code);
            return Some(match known {
                Err(CodingFault::System) => hv1.code_value(system, code).map(|_| ()),
                known => known.map(|_| ()),
            });
        }
        "code" => return Some(hv1.code_value(system, code).map(|_| ())),
        "policyRule" | "regulatoryBasis" | "securityLabel" | "security" | "category" => {
            return Some(hv1.classify(system, code).map(|_| ()));
        }
        _ => return None,
    };
    Some(hv1.coding(set, system, code).map(|_| ()))
}

fn walk(hv1: &Vocabulary, value: &Value, place: &str, found: &mut Found, count: &mut usize) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|it| walk(hv1, it, place, found, count)),
        Value::Object(fields) => {
            if let (Some(system), Some(code)) = (fields.get("system"), fields.get("code")) {
                let (system, code) = (system.as_str().unwrap(), code.as_str().unwrap());
                if let Some(answer) = look(hv1, place, system, code) {
                    *count += 1;
                    if let Err(fault) = answer {
                        let coding = format!("{system}|{code}");
                        found.insert((place.to_owned(), coding, format!("{fault:?}")));
                    }
                    return;
                }
            }
            for (name, field) in fields {
                let place = if name == "coding" { place } else { name };
                walk(hv1, field, place, found, count);
            }
        }
        _ => {}
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|it| it == "json") {
            all.push(path);
        }
    }
    all
}

#[test]
fn real_consents_are_known_but_for_these() {
    let Some(folder) = super::shared("consents") else {
        return;
    };
    let hv1 = Vocabulary::hv1().unwrap();
    let (mut found, mut count) = (Found::new(), 0);
    for path in files(&folder) {
        let value = super::json(&path);
        if value["resourceType"] == "Consent" {
            walk(&hv1, &value, "", &mut found, &mut count);
        }
    }
    let listed = REFUSED.iter().map(|(place, coding, fault)| {
        (
            (*place).to_owned(),
            (*coding).to_owned(),
            format!("{fault:?}"),
        )
    });
    assert_eq!(found, listed.collect::<Found>());
    assert!(count > 200, "{count}");
}
