//! Schemas: read from JSON, shown, and asked about policies and attributes.

mod json;

use std::ffi::OsStr;

use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::policy::{Attributes, Policy, Schema};
use serde_json::Value;

use crate::failure::{Outcome, Role};
use crate::values;

/// What is said where an authority has no schema.
pub const WARNING: &str = "warning: no schema: attribute names and values are not checked";
/// Longest schema as JSON: more than the largest one needs.
const LIMIT: usize = 1 << 20;

/// The schema in a JSON file.
pub fn read(path: &OsStr) -> Outcome<Schema> {
    const ROLE: &str = "--schema";
    let text = crate::json::read(path, LIMIT, ROLE)?;
    json::parse(&text).role(ROLE)
}

/// Refuses attributes that the schema does not know: the error's number is that of the flag.
pub fn check_attributes(schema: &Schema, texts: &[&str]) -> Outcome<()> {
    for (number, text) in (1..).zip(texts) {
        let attribute = Attributes::parse([*text]).role("--attr")?;
        schema
            .check_attributes(&attribute)
            .map_err(|error| match error {
                Error::UnknownName(_) => Error::UnknownName(number),
                Error::UnknownValue(_) => Error::UnknownValue(number),
                other => other,
            })
            .role("--attr")?;
    }
    Ok(())
}

/// Refuses a policy that the authority's schema does not know, before anything is written.
pub fn check_policy(
    authority: &AuthorityPublic,
    policy: &Policy,
    allow_unknown: bool,
    role: &'static str,
) -> Outcome<()> {
    match authority.schema().filter(|_| !allow_unknown) {
        Some(schema) => schema.check_policy(policy).role(role),
        None => Ok(()),
    }
}

/// What is said after sealing unless the schema knew the policy.
pub fn warning(authority: &AuthorityPublic, allow_unknown: bool) -> Option<&'static str> {
    match authority.schema() {
        None => Some(WARNING),
        Some(_) if allow_unknown => {
            Some("warning: --allow-unknown: attribute names and values were not checked")
        }
        Some(_) => None,
    }
}

/// The schema for people, in one line.
pub fn summary(schema: &Schema) -> String {
    format!(
        "{}: {schema}",
        values::counted(schema.iter().len() as u64, "name")
    )
}

/// The schema for programs: one text for each entry.
pub fn value(schema: &Schema) -> Value {
    schema.iter().map(ToString::to_string).collect()
}
