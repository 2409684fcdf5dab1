//! Explanations for programs that show them.

use super::number;
use crate::consent::explain::{Explanation, Line, RuleText, Section, Sentence};
use crate::wire::Json;

impl Explanation {
    /// All that it says, part by part, each sentence with the key of its phrase.
    #[must_use]
    pub fn to_json(&self) -> Json {
        Json::object([
            ("language", Json::string(&self.language)),
            ("audience", Json::string(self.audience.name())),
            ("title", Json::string(&self.title)),
            ("sections", Json::array(self.sections.iter().map(section))),
        ])
    }
}

fn section(section: &Section) -> Json {
    let heading = section.heading.as_deref();
    Json::object([
        ("name", Json::string(section.name)),
        ("heading", heading.map_or(Json::Null, Json::string)),
        ("lines", Json::array(section.lines.iter().map(line))),
    ])
}

fn line(line: &Line) -> Json {
    match line {
        Line::Sentence(it) => sentence(it),
        Line::Rule(rule) => rule_text(rule),
    }
}

fn rule_text(rule: &RuleText) -> Json {
    Json::object([
        ("key", Json::string(rule.lead.key)),
        ("text", Json::string(&rule.lead.text)),
        ("rule", number(rule.number as i64)),
        ("effect", Json::string(rule.effect.name())),
        (
            "conditions",
            Json::array(rule.conditions.iter().map(sentence)),
        ),
        ("notes", Json::array(rule.notes.iter().map(sentence))),
    ])
}

fn sentence(sentence: &Sentence) -> Json {
    Json::object([
        ("key", Json::string(sentence.key)),
        ("text", Json::string(&sentence.text)),
    ])
}
