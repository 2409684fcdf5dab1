//! The elements without effect: told, so that nobody takes them for enforced.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::consent::Node;
use crate::wire::Json;

/// Elements of the root that Terms are made of.
const COMPILED: [&str; 12] = [
    "category",
    "date",
    "dateTime",
    "decision",
    "grantor",
    "patient",
    "performer",
    "period",
    "policyRule",
    "provision",
    "scope",
    "subject",
];

/// Elements without effect wherever they stand.
const NOWHERE: [&str; 8] = [
    "assigner",
    "display",
    "extension",
    "id",
    "text",
    "use",
    "userSelected",
    "version",
];

/// Every element of a consent that compiles and that no decision depends on, as FHIRPath in the
/// order of the document.
///
/// `rule` says whether `policyRule` opts in or out.
pub(super) fn noted(consent: &Node<'_>, rule: bool) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, value) in consent.json.members() {
        let path = format!("{}.{name}", consent.path);
        match &**name {
            "resourceType" | "status" => {}
            "policyRule" if !rule => paths.push(path),
            name if COMPILED.contains(&name) => below(value, &path, &mut paths),
            _ => paths.push(path),
        }
    }
    paths
}

fn below(json: &Json, path: &str, paths: &mut Vec<String>) {
    for (place, element) in json.elements().iter().enumerate() {
        below(element, &format!("{path}[{place}]"), paths);
    }
    let literal = json
        .get("reference")
        .is_some_and(|it| it.as_str().is_some());
    for (name, value) in json.members() {
        let path = format!("{path}.{name}");
        let unused = literal && &**name == "identifier";
        if unused || name.starts_with('_') || NOWHERE.contains(&&**name) {
            paths.push(path);
        } else {
            below(value, &path, paths);
        }
    }
}
