//! Terms, decisions and explanations as JSON: views for programs, never what is signed or hashed
//! (SPEC.md, section 16.6).

mod explanation;
#[cfg(test)]
mod tests;

use alloc::format;
use alloc::string::{String, ToString};

use super::calendar::{offset, rfc3339};
use super::criterion::{Criterion, RecordReference};
use super::decide::{By, Decision, Fact};
use super::interval::Interval;
use super::rule::Rule;
use super::set::Set;
use super::terms::Terms;
use crate::error::Result;
use crate::wire::Json;

impl Terms {
    /// All that they hold, and their digest.
    ///
    /// # Errors
    /// Those of [`Terms::digest`].
    pub fn to_json(&self) -> Result<Json> {
        Ok(Json::object([
            ("digest", hex(&self.digest()?)),
            ("salt", hex(&self.salt)),
            ("vocabulary", hex(&self.vocabulary)),
            ("reading", Json::string(self.reading.name())),
            ("purpose_mode", Json::string(self.purpose_mode.name())),
            ("subject", Json::string(&self.subject)),
            ("grantors", strings(&self.grantors)),
            (
                "source",
                match self.source {
                    digest if digest == [0; 32] => Json::Null,
                    digest => hex(&digest),
                },
            ),
            ("decided", self.decided.map_or(Json::Null, moment)),
            ("zone", Json::string(&offset(self.zone))),
            ("valid", span(&self.valid)),
            ("base", Json::string(self.base.name())),
            ("rules", Json::array(self.rules.iter().map(rule))),
            ("obligations", strings(&self.obligations)),
            (
                "supersedes",
                self.supersedes.map_or(Json::Null, |digest| hex(&digest)),
            ),
        ]))
    }
}

impl Decision {
    /// What it comes to, and why.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let rule = match self.by {
            By::Rule(place) => number(place.saturating_add(1) as i64),
            _ => Json::Null,
        };
        Json::object([
            ("decision", Json::string(self.outcome.code())),
            ("by", Json::string(self.by.code())),
            ("rule", rule),
            (
                "missing",
                Json::array(self.missing.iter().copied().map(fact)),
            ),
            ("obligations", strings(&self.obligations)),
        ])
    }
}

fn fact(fact: Fact) -> Json {
    let refusal = fact.refusal();
    Json::object([
        ("fact", Json::string(fact.code())),
        (
            "refusal",
            refusal.map_or(Json::Null, |it| number(i64::from(it))),
        ),
    ])
}

fn rule(rule: &Rule) -> Json {
    let criteria = rule.criteria().iter();
    Json::object([
        ("effect", Json::string(rule.effect().name())),
        (
            "criteria",
            Json::object(criteria.map(|it| (it.name(), criterion(it)))),
        ),
    ])
}

fn criterion(criterion: &Criterion) -> Json {
    match criterion {
        Criterion::Recipient(all) => Json::array(all.iter().map(strings)),
        Criterion::Purpose(all)
        | Criterion::Action(all)
        | Criterion::Permission(all)
        | Criterion::Sensitivity(all)
        | Criterion::Type(all)
        | Criterion::Document(all)
        | Criterion::Code(all)
        | Criterion::Author(all) => strings(all),
        Criterion::During(own) | Criterion::Dated(own) => span(own),
        Criterion::Confidentiality(level) => Json::string(level.code()),
        Criterion::Record(all) => Json::array(all.iter().map(record)),
    }
}

fn record(record: &RecordReference) -> Json {
    Json::object([
        ("meaning", Json::string(record.meaning.code())),
        ("reference", Json::string(&record.reference)),
        ("members", strings(&record.members)),
    ])
}

/// `from` belongs to it, `until` does not; an open end is null.
fn span(span: &Interval) -> Json {
    Json::object([
        ("from", span.from().map_or(Json::Null, moment)),
        ("until", span.until().map_or(Json::Null, moment)),
    ])
}

/// RFC 3339 where it can say the year, and Unix seconds.
fn moment(second: i64) -> Json {
    let time = rfc3339(second);
    Json::object([
        ("time", time.map_or(Json::Null, |time| Json::string(&time))),
        ("seconds", number(second)),
    ])
}

fn strings(all: &Set<String>) -> Json {
    Json::array(all.iter().map(|it| Json::string(it)))
}

fn number(value: i64) -> Json {
    Json::Number(value.to_string().into())
}

fn hex(bytes: &[u8; 32]) -> Json {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Json::string(&digits)
}
