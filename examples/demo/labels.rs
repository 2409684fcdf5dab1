//! The side file that says how confidential each resource is, and who said so.
//!
//! ```json
//! {"schema": "hippocrypt-labels/1", "assertions": [
//!   {"by": "Records department", "on": "2026-09-14", "conf": "N", "resources": ["Patient/nadia-rehn"]}]}
//! ```
//!
//! Nothing is inferred: not from a resource's type, nor from what stands in it. What no assertion
//! names is unlabelled, and what two name differently is an error.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The codes of HL7's v3-Confidentiality.
pub const CODES: [&str; 6] = ["U", "L", "M", "N", "R", "V"];

/// Who asserts confidentialities, and which.
#[derive(Default)]
pub struct Asserted {
    codes: BTreeMap<String, String>,
    /// By whom, on which day, which code, and of how many resources.
    pub assertions: Vec<(String, String, String, usize)>,
}

impl Asserted {
    /// Reads a side file, strictly.
    pub fn read(path: &Path) -> Result<Self, String> {
        let wrong = |what: &str| format!("{}: {what}", path.display());
        let text = fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
        let file: Value = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
        if file.get("schema").and_then(Value::as_str) != Some("hippocrypt-labels/1") {
            return Err(wrong("not a file of labels (schema hippocrypt-labels/1)"));
        }
        let mut asserted = Self::default();
        let assertions = file.get("assertions").and_then(Value::as_array);
        for assertion in assertions.ok_or_else(|| wrong("no assertions"))? {
            let field = |name: &str| {
                let text = assertion
                    .get(name)
                    .and_then(Value::as_str)
                    .filter(|text| !text.is_empty());
                text.ok_or_else(|| wrong(&format!("an assertion without `{name}`")))
            };
            let (by, on, code) = (field("by")?, field("on")?, field("conf")?);
            if !CODES.contains(&code) {
                return Err(wrong("a confidentiality that is none of U, L, M, N, R, V"));
            }
            let resources = assertion.get("resources").and_then(Value::as_array);
            let resources = resources.ok_or_else(|| wrong("an assertion without `resources`"))?;
            for resource in resources {
                let name = resource
                    .as_str()
                    .ok_or_else(|| wrong("a resource without a name"))?;
                let before = asserted.codes.insert(name.into(), code.into());
                if before.is_some() {
                    return Err(wrong(&format!("{name} is labelled twice")));
                }
            }
            asserted
                .assertions
                .push((by.into(), on.into(), code.into(), resources.len()));
        }
        Ok(asserted)
    }

    /// What somebody asserted of this resource: `Patient/nadia-rehn`.
    pub fn of(&self, resource: &str) -> Option<&str> {
        self.codes.get(resource).map(String::as_str)
    }
}
