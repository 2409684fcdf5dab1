//! Whatever is added to a consent that compiles, anywhere and at any depth: nothing is skipped.

use hippocrypt::consent::Reading::{self, Mii2025, Pcf11, R4Typed, R5Negate};
use hippocrypt::fhir::{Context, NoResolver, Resolver};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::wild::{mii, r4, r5};
use super::{compiled, context, files, options, outcome, refusals, shared};

/// Consents that compile: three of our own, and those of ../shared where they are.
pub fn consents() -> Vec<(Reading, Value, Context)> {
    let none = || Context::new(None).unwrap();
    let mut all = vec![
        (R4Typed, r4(), none()),
        (R5Negate, r5(), none()),
        (Mii2025, mii(), none()),
    ];
    for (folder, reading) in [
        ("ihe-pcf-r4", Pcf11),
        ("mii-de-r4", Mii2025),
        ("hl7-r4-core", R4Typed),
        ("hl7-r5", R5Negate),
    ] {
        let Some(folder) = shared(folder) else { break };
        let beside = folder.join("context");
        for file in files(&folder) {
            let bytes = std::fs::read(file).unwrap();
            let context = if beside.is_dir() {
                context(&beside)
            } else {
                none()
            };
            if compiled(&bytes, &options(reading), &context).is_ok() {
                all.push((reading, serde_json::from_slice(&bytes).unwrap(), context));
            }
        }
    }
    all
}

/// Pointers to every value, the document itself first.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                places(value, &format!("{at}/{}", name.replace('/', "~1")), found);
            }
        }
        Value::Array(elements) => {
            for (place, value) in elements.iter().enumerate() {
                places(value, &format!("{at}/{place}"), found);
            }
        }
        _ => {}
    }
}

fn all_places(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    places(value, "", &mut found);
    found
}

fn try_it(reading: Reading, value: &Value, resolver: &dyn Resolver) -> (String, Vec<String>) {
    let answer = compiled(value.to_string().as_bytes(), &options(reading), resolver);
    (outcome(&answer), refusals(&answer))
}

/// Adds a member to an object; an extension to the list that may be there.
fn add(object: &mut Map<String, Value>, name: &str, extension: &Value) {
    match object.get_mut(name) {
        Some(Value::Array(all)) => all.push(extension.clone()),
        _ => drop(object.insert(name.to_owned(), json!([extension]))),
    }
}

/// Every object of every consent gets every addition: no sampling where all can be done.
#[test]
fn unknown_elements_and_extensions_are_refused_everywhere() {
    let foreign = json!({"url": "https://x.example/extension", "valueBoolean": true});
    let mut tried = 0;
    for (reading, consent, context) in consents() {
        for place in all_places(&consent) {
            let object = consent.pointer(&place).unwrap();
            if !object.is_object() {
                continue;
            }
            for name in [
                "unknown",
                "Status",
                "exception",
                "extension",
                "modifierExtension",
                "_unknown",
            ] {
                let mut changed = consent.clone();
                let target = changed
                    .pointer_mut(&place)
                    .unwrap()
                    .as_object_mut()
                    .unwrap();
                match name {
                    "extension" | "modifierExtension" => add(target, name, &foreign),
                    _ => drop(target.insert(name.to_owned(), json!("x"))),
                }
                let (first, _) = try_it(reading, &changed, &context);
                assert!(first.starts_with("E01 "), "{name} at {place}: {first}");
                tried += 1;
            }
        }
        // Every value gets an extension of its own.
        for place in all_places(&consent) {
            let (parent, name) = place.rsplit_once('/').unwrap_or_default();
            let value = consent.pointer(&place).unwrap();
            if value.is_object() || value.is_array() || name.parse::<usize>().is_ok() {
                continue;
            }
            let mut changed = consent.clone();
            let target = changed
                .pointer_mut(parent)
                .unwrap()
                .as_object_mut()
                .unwrap();
            if target.contains_key(&format!("_{name}")) {
                continue;
            }
            target.insert(format!("_{name}"), json!({"extension": [foreign]}));
            let (first, _) = try_it(reading, &changed, &context);
            assert!(first.starts_with("E01 "), "_{name} at {place}: {first}");
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn a_value_of_another_type_is_refused_everywhere() {
    for (reading, consent, context) in consents() {
        for place in all_places(&consent) {
            let own = consent.pointer(&place).unwrap();
            for other in [
                json!(null),
                json!(7),
                json!("x"),
                json!(["x"]),
                json!({"reference": "Patient/1"}),
            ] {
                if std::mem::discriminant(own) == std::mem::discriminant(&other) {
                    continue;
                }
                let mut changed = consent.clone();
                *changed.pointer_mut(&place).unwrap() = other.clone();
                let (first, _) = try_it(reading, &changed, &context);
                let refused = first.starts_with("E11 ") || first.starts_with("E01 ");
                assert!(refused, "{other} at {place}: {first}");
            }
        }
    }
}

/// What is named twice in a list counts once.
#[test]
fn repetition_changes_no_rule() {
    for (reading, consent, context) in consents() {
        let original =
            compiled(consent.to_string().as_bytes(), &options(reading), &context).unwrap();
        for place in all_places(&consent) {
            let Some(Value::Array(elements)) = consent.pointer(&place) else {
                continue;
            };
            // Provisions are rules, one each.
            if place.ends_with("/provision") {
                continue;
            }
            let mut changed = consent.clone();
            let again = elements[0].clone();
            changed
                .pointer_mut(&place)
                .unwrap()
                .as_array_mut()
                .unwrap()
                .push(again);
            match compiled(changed.to_string().as_bytes(), &options(reading), &context) {
                Ok(answer) => {
                    assert_eq!(answer.terms.rules, original.terms.rules, "{place}");
                    assert_eq!(answer.terms.base, original.terms.base, "{place}");
                    assert_eq!(answer.terms.valid, original.terms.valid, "{place}");
                }
                Err(failure) => panic!("{place}: {failure}"),
            }
        }
    }
}

/// A consent that lost a part is refused or compiles to Terms of its own; it never compiles to
/// the same Terms as before while the part is not listed as without effect.
#[test]
fn every_element_is_compiled_listed_or_refused() {
    for (reading, consent, context) in consents() {
        let original =
            compiled(consent.to_string().as_bytes(), &options(reading), &context).unwrap();
        for place in all_places(&consent) {
            let (parent, name) = place.rsplit_once('/').unwrap_or_default();
            let mut changed = consent.clone();
            let Some(Value::Object(members)) = changed.pointer_mut(parent) else {
                continue;
            };
            if members.remove(name).is_none() {
                continue;
            }
            let Ok(answer) = compiled(changed.to_string().as_bytes(), &options(reading), &context)
            else {
                continue;
            };
            let said = |it: &hippocrypt::fhir::Compiled| {
                let terms = &it.terms;
                (
                    terms.base,
                    terms.rules.clone(),
                    terms.valid,
                    terms.decided,
                    terms.grantors.clone(),
                    terms.obligations.clone(),
                )
            };
            if said(&answer) == said(&original) {
                let path = fhirpath(&place);
                let listed = original.noted.iter().any(|it| {
                    path == *it
                        || path
                            .strip_prefix(it.as_str())
                            .is_some_and(|rest| rest.starts_with(['.', '[']))
                });
                let codes = path.contains(".scope.coding")
                    || path.contains(".category")
                    || path.contains(".policyRule.coding");
                // A type beside a reference that shows it, checked to be the same.
                let confirmed = path.ends_with(".type") && reading != R5Negate;
                assert!(
                    listed || codes || confirmed,
                    "{path} has no effect and is not listed"
                );
            }
        }
    }
}

fn fhirpath(pointer: &str) -> String {
    let mut path = String::from("Consent");
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(place) => path += &format!("[{place}]"),
            Err(_) => path += &format!(".{step}"),
        }
    }
    path
}

proptest! {
    /// Several changes at once, of any kind: never a panic, and the same answer twice.
    #[test]
    fn compiling_is_a_function(seeds in prop::collection::vec((any::<usize>(), 0..6u8), 1..5)) {
        for (reading, consent) in [(R4Typed, r4()), (R5Negate, r5()), (Mii2025, mii())] {
            let mut changed = consent;
            for (seed, kind) in &seeds {
                let places = all_places(&changed);
                let place = places[seed % places.len()].clone();
                let value = changed.pointer_mut(&place).unwrap();
                match (kind, value) {
                    (0, value) => *value = json!("permit"),
                    (1, value) => *value = json!([]),
                    (2, Value::Array(all)) if !all.is_empty() => drop(all.remove(seed % all.len())),
                    (3, Value::Array(all)) if !all.is_empty() => all.push(all[0].clone()),
                    (4, Value::Object(members)) => {
                        let name = members.keys().nth(seed % members.len().max(1)).cloned();
                        drop(name.and_then(|name| members.remove(&name)));
                    }
                    (_, Value::Object(members)) => drop(members.insert("type".into(), json!("deny"))),
                    _ => {}
                }
            }
            let text = changed.to_string();
            let first = compiled(text.as_bytes(), &options(reading), &NoResolver);
            let second = compiled(text.as_bytes(), &options(reading), &NoResolver);
            prop_assert_eq!(outcome(&first), outcome(&second));
            prop_assert_eq!(refusals(&first), refusals(&second));
            if let (Ok(first), Ok(second)) = (first, second) {
                prop_assert_eq!(first.terms.to_bytes(), second.terms.to_bytes());
            }
        }
    }
}
