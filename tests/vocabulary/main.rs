//! The carried vocabulary against the code systems that it is built from, and against real
//! consents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod consents;

use std::path::{Path, PathBuf};
use std::process::Command;

use hippocrypt::consent::vocabulary::{CodeSet, Property, Vocabulary};
use serde_json::Value;

/// A folder of the data that is read in place.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no ../shared");
    None
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The sections role, kin and type come from packages that are not at hand here: generate.py says
/// how to build those too.
#[test]
fn the_file_is_what_its_sources_give() {
    let Some(labels) = shared("labels") else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let carried = root.join("src/consent/vocabulary/hv1.txt");
    let made = Command::new("python3")
        .arg(root.join("tests/vocabulary/generate.py"))
        .arg(labels)
        .arg("--carried")
        .arg(&carried)
        .output();
    let Ok(made) = made else {
        println!("skipped: no Python");
        return;
    };
    let errors = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{errors}");
    assert_eq!(
        String::from_utf8(made.stdout).unwrap(),
        Vocabulary::hv1().unwrap().as_str()
    );
    assert_eq!(
        std::fs::read_to_string(carried).unwrap(),
        Vocabulary::hv1().unwrap().as_str()
    );
}

#[test]
fn the_hash_in_spec_is_the_file_s() {
    let hv1 = Vocabulary::hv1().unwrap();
    let hash: String = hv1
        .hash()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let spec = include_str!("../../SPEC.md");
    assert!(spec.contains(&hash), "{hash}");
    let length = hv1.as_str().len();
    let length = format!("{},{:03} bytes", length / 1000, length % 1000);
    assert!(spec.contains(&length), "{length}");
}

/// Counted in another way than generate.py does.
#[test]
fn no_active_code_of_the_sources_is_missing() {
    let Some(labels) = shared("labels") else {
        return;
    };
    let hv1 = Vocabulary::hv1().unwrap();
    let code = |name: &str| json(&labels.join(format!("CodeSystem-{name}.json")));
    for (name, root, set) in [
        ("v3-ActReason", "PurposeOfUse", CodeSet::Purpose),
        (
            "v3-ActCode",
            "_InformationSensitivityPolicy",
            CodeSet::Sensitivity,
        ),
        ("v3-ActCode", "ObligationPolicy", CodeSet::Obligation),
        ("v3-ActCode", "RefrainPolicy", CodeSet::Refrain),
    ] {
        let system = code(name);
        let concepts = system["concept"].as_array().unwrap();
        let parents = |concept: &Value| -> Vec<String> {
            let properties = concept["property"].as_array().unwrap().iter();
            let parents = properties.filter(|it| it["code"] == "subsumedBy");
            parents
                .map(|it| it["valueCode"].as_str().unwrap().to_owned())
                .collect()
        };
        // Up from each code, instead of down from the root.
        let is_below = |concept: &Value| {
            let mut pending = vec![concept["code"].as_str().unwrap().to_owned()];
            while let Some(code) = pending.pop() {
                if code == root {
                    return true;
                }
                let found = concepts.iter().find(|it| it["code"] == *code);
                pending.extend(found.map(parents).unwrap_or_default());
            }
            false
        };
        let mut active = 0;
        for concept in concepts.iter().filter(|it| is_below(it)) {
            let retired = concept["property"]
                .as_array()
                .unwrap()
                .iter()
                .any(|it| it["code"] == "status" && it["valueCode"] == "retired");
            let code = concept["code"].as_str().unwrap();
            let found = hv1.concept(set, code);
            assert_eq!(found.is_none(), retired, "{code}");
            if let Some(found) = found {
                active += 1;
                assert_eq!(found.display(), concept["display"].as_str().unwrap());
                if code != root {
                    let mut parents = parents(concept);
                    parents.retain(|it| hv1.concept(set, it).is_some());
                    parents.sort();
                    assert!(found.parents().eq(parents.iter()), "{code}");
                }
            }
        }
        assert_eq!(hv1.concepts(set).count(), active, "{root}");
    }
}

/// What the IHE profile on privacy consents uses is known.
#[test]
fn the_value_sets_of_a_profile_are_within() {
    let Some(labels) = shared("labels") else {
        return;
    };
    let hv1 = Vocabulary::hv1().unwrap();
    let mut codes = Vec::new();
    for name in ["AdvancedSecurityTagVS", "BasicPurposeVS"] {
        let set = json(&labels.join(format!("ValueSet-{name}.json")));
        for include in set["compose"]["include"].as_array().unwrap() {
            let system = include["system"].as_str().unwrap();
            for concept in include["concept"].as_array().unwrap() {
                let code = concept["code"].as_str().unwrap();
                let concept = hv1.classify(system, code).unwrap();
                assert!(!concept.has(Property::Deprecated));
                codes.push(code.to_owned());
            }
        }
    }
    codes.sort();
    assert_eq!(
        codes.join(" "),
        "ETH ETHUD HIV HOPERAT HPAYMT N OPIOIDUD PSY R SDV TREAT"
    );
}
