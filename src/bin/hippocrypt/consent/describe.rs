//! Terms for people who check them: every part, one line each, with its codes.

use hippocrypt::consent::{Json, Terms, Vocabulary};
use hippocrypt::{Error, Result};
use serde_json::Value;

use crate::values;

/// Every part of Terms, one line each.
pub fn terms(terms: &Terms, vocabulary: &Vocabulary) -> Result<String> {
    let json = value(&terms.to_json()?)?;
    let part = |name: &str| json.get(name).unwrap_or(&Value::Null);
    let mut text = String::new();
    let mut line = |name: &str, words: &str| text += &format!("{name:<12}{words}\n");
    line("digest", &values::hex(&terms.digest()?));
    line("vocabulary", &named(terms, vocabulary));
    line(
        "reading",
        &format!(
            "{}, purposes {}",
            terms.reading.name(),
            terms.purpose_mode.name()
        ),
    );
    line("subject", &terms.subject);
    line("given by", &list(&terms.grantors));
    let decided = moment(part("decided"));
    line("given", decided.as_deref().unwrap_or("-"));
    line("valid", &span(part("valid")));
    line("base", terms.base.name());
    if let Some(rules) = part("rules").as_array() {
        for (number, rule) in (1..).zip(rules) {
            let effect = rule["effect"].as_str().unwrap_or_default();
            line(&format!("rule {number}"), effect);
            let criteria = rule["criteria"].as_object();
            for (name, criterion) in criteria.into_iter().flatten() {
                line("", &format!("{name:<16}{}", criterion_text(criterion)));
            }
        }
    }
    line("obligations", &list(&terms.obligations));
    if let Some(digest) = &terms.supersedes {
        line("replaces", &values::hex(digest));
    }
    Ok(text)
}

/// The library's JSON as the tool prints it.
pub fn value(json: &Json) -> Result<Value> {
    serde_json::from_str(&json.to_string()).map_err(|_| Error::Argument("not JSON"))
}

fn named(terms: &Terms, vocabulary: &Vocabulary) -> String {
    let hash = values::hex(&terms.vocabulary);
    if terms.vocabulary == *vocabulary.hash() {
        format!("{} {hash}", vocabulary.id())
    } else {
        hash
    }
}

fn criterion_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(alternative).collect();
            all.join(" or ")
        }
        _ => span(value),
    }
}

/// A code, the attributes of one recipient, or a record.
fn alternative(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            all.join(" with ")
        }
        _ => {
            let text = |name: &str| value[name].as_str().unwrap_or_default();
            let members = value["members"].as_array().map_or(0, Vec::len);
            let members = match members {
                0 => String::new(),
                count => format!(" ({})", values::counted(count as u64, "member")),
            };
            format!("{} {}{members}", text("meaning"), text("reference"))
        }
    }
}

fn span(value: &Value) -> String {
    match (moment(&value["from"]), moment(&value["until"])) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(until)) => format!("until before {until}"),
        (Some(from), Some(until)) => format!("from {from} until before {until}"),
    }
}

/// A time, or the Unix second where the year has no four digits.
fn moment(value: &Value) -> Option<String> {
    let second = value["seconds"].as_i64()?;
    let time = value["time"].as_str();
    Some(time.map_or_else(|| format!("second {second} since 1970"), str::to_owned))
}

fn list(all: &[String]) -> String {
    if all.is_empty() {
        return "-".to_owned();
    }
    all.join(", ")
}
