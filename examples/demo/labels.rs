//! The side file that says how confidential each resource is, and who said so.
//!
//! ```json
//! {"schema": "hippocrypt-labels/1", "assertions": [
//!   {"by": "Records department", "on": "2026-09-14", "conf": "N", "resources": ["Patient/nadia-rehn"]}]}
//! ```
//!
//! It can also say what sensitive matters are in them (`sensitivities.rs`).
//!
//! Nothing is inferred: not from a resource's type, nor from what stands in it. What no assertion
//! names is unlabelled, and what two name differently is an error.

use super::sensitivities::Sensitivities;
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
    /// Which sensitive matters were found in them.
    pub sensitivities: Sensitivities,
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
        let mut asserted = Self {
            sensitivities: Sensitivities::read(&file).map_err(|error| wrong(&error))?,
            ..Self::default()
        };
        let assertions = file.get("assertions").and_then(Value::as_array);
        for assertion in assertions.ok_or_else(|| wrong("no assertions"))? {
            asserted.take(assertion).map_err(|error| wrong(&error))?;
        }
        Ok(asserted)
    }

    fn take(&mut self, assertion: &Value) -> Result<(), String> {
        let (by, on) = (field(assertion, "by")?, field(assertion, "on")?);
        let code = field(assertion, "conf")?;
        if !CODES.contains(&code) {
            return Err("a confidentiality that is none of U, L, M, N, R, V".into());
        }
        let names = resources(assertion)?;
        for name in &names {
            let before = self.codes.insert((*name).into(), code.into());
            if before.is_some() {
                return Err(format!("{name} is labelled twice"));
            }
        }
        self.assertions
            .push((by.into(), on.into(), code.into(), names.len()));
        Ok(())
    }

    /// What somebody asserted of this resource: `Patient/nadia-rehn`.
    pub fn of(&self, resource: &str) -> Option<&str> {
        self.codes.get(resource).map(String::as_str)
    }
}

/// A text of an assertion, which has to be there.
pub fn field<'a>(assertion: &'a Value, name: &str) -> Result<&'a str, String> {
    let text = assertion[name].as_str().filter(|text| !text.is_empty());
    text.ok_or_else(|| format!("an assertion without `{name}`"))
}

/// What an assertion is about.
pub fn resources<'a>(assertion: &'a Value) -> Result<Vec<&'a str>, String> {
    let names = assertion.get("resources").and_then(Value::as_array);
    let names = names.ok_or("an assertion without `resources`")?;
    let name = |name: &'a Value| name.as_str().ok_or("a resource without a name".to_owned());
    names.iter().map(name).collect()
}
