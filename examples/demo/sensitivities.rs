//! Which resources somebody has looked through for sensitive matters, and what they found.
//!
//! ```json
//! "vocabulary": {"id": "demo-1", "codes": ["ETH", "HIV", "PSY", "SDV"]},
//! "sensitivities": [
//!   {"by": "Records department", "on": "2026-09-16", "codes": [], "resources": ["Patient/nadia-rehn"]}]
//! ```
//!
//! Whoever asserts it has looked for every code of the vocabulary: those that are not listed were
//! not found. A resource that no assertion names nobody has looked through.

use super::labels::{field, resources};
use serde_json::Value;
use std::collections::BTreeMap;

/// The sensitivities that somebody looks for, under a name that is never used for other codes.
pub struct Vocabulary {
    /// Its name.
    pub id: String,
    /// What is looked for.
    pub codes: Vec<String>,
}

impl Default for Vocabulary {
    /// Four codes of HL7's v3-ActCode.
    fn default() -> Self {
        Self {
            id: "demo-1".into(),
            codes: ["ETH", "HIV", "PSY", "SDV"].map(str::to_owned).to_vec(),
        }
    }
}

impl Vocabulary {
    /// Refuses codes that nobody looks for.
    pub fn check(&self, codes: &[String]) -> Result<(), String> {
        match codes.iter().find(|code| !self.codes.contains(code)) {
            Some(code) => Err(format!("{code} is no code of the vocabulary {}", self.id)),
            None => Ok(()),
        }
    }

    /// As `grant new --vocabulary` takes it: `demo-1=ETH,HIV`.
    pub fn argument(&self) -> String {
        format!("{}={}", self.id, self.codes.join(","))
    }

    /// The labels of what was looked through, with what was found.
    pub fn labels(&self, found: &[String]) -> Vec<String> {
        if found.is_empty() {
            return vec![format!("sens.none={}", self.id)];
        }
        let label = |code: &String| {
            let found = found.contains(code);
            format!("{}={code}", if found { "sens" } else { "sens.not" })
        };
        self.codes.iter().map(label).collect()
    }
}

/// Who found what.
#[derive(Default)]
pub struct Sensitivities {
    /// What they looked for.
    pub vocabulary: Vocabulary,
    found: BTreeMap<String, Vec<String>>,
    /// By whom, on which day, which codes, and in how many resources.
    pub assertions: Vec<(String, String, Vec<String>, usize)>,
}

impl Sensitivities {
    /// Takes them from a side file, strictly; it need not have any.
    pub fn read(file: &Value) -> Result<Self, String> {
        let mut read = Self::default();
        let Some(assertions) = file.get("sensitivities") else {
            return Ok(read);
        };
        read.vocabulary = Vocabulary {
            id: word(&file["vocabulary"]["id"])?,
            codes: words(&file["vocabulary"]["codes"])?,
        };
        let assertions = assertions.as_array();
        for assertion in assertions.ok_or("`sensitivities` is no list")? {
            let (by, on) = (field(assertion, "by")?, field(assertion, "on")?);
            let codes = words(&assertion["codes"])?;
            read.vocabulary.check(&codes)?;
            let names = resources(assertion)?;
            for name in &names {
                let before = read.found.insert((*name).into(), codes.clone());
                if before.is_some() {
                    return Err(format!("{name} is looked through twice"));
                }
            }
            read.assertions
                .push((by.into(), on.into(), codes, names.len()));
        }
        Ok(read)
    }

    /// What was found in this resource; `None` if nobody has looked.
    pub fn of(&self, resource: &str) -> Option<&[String]> {
        self.found.get(resource).map(Vec::as_slice)
    }
}

fn words(list: &Value) -> Result<Vec<String>, String> {
    let list = list.as_array().ok_or("codes are a list")?;
    list.iter().map(word).collect()
}

/// What can stand in a label and between commas.
fn word(value: &Value) -> Result<String, String> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let text = value.as_str().unwrap_or_default();
    if (1..=32).contains(&text.len()) && text.bytes().all(legal) {
        Ok(text.into())
    } else {
        Err("a vocabulary's id and codes are words of letters, digits and hyphens".into())
    }
}
