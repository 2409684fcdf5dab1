//! Terms for people who check them: every part, one line each, with its codes.

use hippocrypt::consent::{Json, Terms, Vocabulary};
use hippocrypt::{Error, Result};
use serde_json::Value;

use crate::values;

/// Every part of Terms, one line each.
pub fn terms(terms: &Terms, vocabulary: &Vocabulary) -> Result<String> {
    let json = terms.to_json()?;
    let part = |name| json.get(name).unwrap_or(&Json::Null);
    let mut text = String::new();
    let mut line = |name: &str, words: &str| text += &format!("{name:<12}{words}\n");
    line("digest", &values::hex(&terms.digest()?));
    line("vocabulary", &named(terms, vocabulary));
    let mode = terms.purpose_mode.name();
    line(
        "reading",
        &format!("{}, purposes {mode}", terms.reading.name()),
    );
    line("subject", &terms.subject);
    line("given by", &list(&terms.grantors));
    line("given", moment(part("decided")).as_deref().unwrap_or("-"));
    line("valid", &span(part("valid")));
    line("base", terms.base.name());
    for (number, rule) in (1..).zip(part("rules").elements()) {
        line(&format!("rule {number}"), string(rule, "effect"));
        let criteria = rule.get("criteria").map_or(&[][..], Json::members);
        for (name, value) in criteria {
            line("", &format!("{name:<16}{}", criterion(value)));
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

fn criterion(value: &Json) -> String {
    match value {
        Json::String(text) => text.to_string(),
        Json::Array(all) => {
            let all: Vec<String> = all.iter().map(alternative).collect();
            all.join(" or ")
        }
        _ => span(value),
    }
}

/// A code, the attributes of one recipient, or a record.
fn alternative(value: &Json) -> String {
    match value {
        Json::String(text) => text.to_string(),
        Json::Array(all) => {
            let all: Vec<&str> = all.iter().filter_map(Json::as_str).collect();
            all.join(" with ")
        }
        _ => {
            let members = value.get("members").map_or(&[][..], Json::elements);
            let members = match members.len() {
                0 => String::new(),
                count => format!(" ({})", values::counted(count as u64, "member")),
            };
            let meaning = string(value, "meaning");
            format!("{meaning} {}{members}", string(value, "reference"))
        }
    }
}

fn string<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn span(value: &Json) -> String {
    let end = |name| value.get(name).and_then(moment);
    match (end("from"), end("until")) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(until)) => format!("until before {until}"),
        (Some(from), Some(until)) => format!("from {from} until before {until}"),
    }
}

/// A time, or the Unix second where the year has no four digits.
fn moment(value: &Json) -> Option<String> {
    let second = value.get("seconds")?;
    let time = value.get("time").and_then(Json::as_str);
    Some(time.map_or_else(|| format!("second {second} since 1970"), str::to_owned))
}

fn list(all: &[String]) -> String {
    if all.is_empty() {
        return "-".to_owned();
    }
    all.join(", ")
}
