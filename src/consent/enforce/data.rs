//! Criteria about records as conditions over labels.

use alloc::format;
use alloc::string::String;

use super::expression::Expression;
use crate::consent::vocabulary::{Confidentiality, Vocabulary};
use crate::consent::{Criterion, Effect, Interval, Meaning, RecordReference, Rule};
use crate::error::{Error, Result};
use crate::policy::Date;

const DAY: i64 = 86_400;

const UNKNOWN_SENSITIVITY: Error =
    Error::NotEnforceable("a prohibition of a sensitivity that the vocabulary does not have");
const NOT_BY_LABELS: Error =
    Error::NotEnforceable("labels cannot show that a record is none of these");

/// What a rule's criteria about data ask of labels: for a prohibition, that they do not hold.
pub(super) fn of_rule(rule: &Rule, vocabulary: &Vocabulary) -> Result<Expression> {
    let data = rule.criteria().iter().filter(|it| it.is_about_data());
    match rule.effect() {
        Effect::Permit => Ok(Expression::all(data.map(|it| holds(it, vocabulary)))),
        Effect::Forbid => {
            let lacking: Result<alloc::vec::Vec<_>> =
                data.map(|it| lacks(it, vocabulary)).collect();
            // Without any criterion nothing escapes the prohibition.
            lacking.map(Expression::any)
        }
    }
}

fn holds(criterion: &Criterion, vocabulary: &Vocabulary) -> Expression {
    let each = |name: &'static str, values: &[String]| {
        Expression::any(values.iter().map(|it| Expression::equals(name, it)))
    };
    match criterion {
        Criterion::Confidentiality(level) => levels(|it| it <= *level),
        Criterion::Sensitivity(codes) => Expression::any(codes.iter().flat_map(|code| {
            vocabulary
                .sensitivities_within(code)
                .map(|it| Expression::equals("sens", it))
        })),
        Criterion::Type(types) => each("type", types),
        Criterion::Code(codes) => each("code", codes),
        Criterion::Document(documents) => Expression::any(documents.iter().filter_map(|it| {
            let (name, value) = it.split_once(':')?;
            ["mime", "profile"]
                .contains(&name)
                .then(|| Expression::equals(name, value))
        })),
        Criterion::Dated(span) => within(span),
        Criterion::Author(authors) => Expression::any(
            authors
                .iter()
                .map(|it| Expression::equals("author", &it.replacen('=', ":", 1))),
        ),
        Criterion::Record(all) => Expression::any(all.iter().map(reference)),
        // Criteria that are not about data have been settled before.
        _ => Expression::Always,
    }
}

/// What shows that the criterion does not hold.
fn lacks(criterion: &Criterion, vocabulary: &Vocabulary) -> Result<Expression> {
    match criterion {
        Criterion::Confidentiality(level) => Ok(levels(|it| it < *level)),
        Criterion::Sensitivity(codes) => {
            // Nothing lies within a code that the vocabulary does not have: "none of it" would
            // be true of every record.
            if codes
                .iter()
                .any(|it| vocabulary.sensitivities_within(it).next().is_none())
            {
                return Err(UNKNOWN_SENSITIVITY);
            }
            let within = codes
                .iter()
                .flat_map(|code| vocabulary.sensitivities_within(code));
            Ok(Expression::all(within.map(|code| {
                Expression::Condition(format!("not sens=\"{code}\""))
            })))
        }
        Criterion::Dated(span) => Ok(outside(span)),
        _ => Err(NOT_BY_LABELS),
    }
}

/// One of the levels, exactly; an unlabelled record has none.
pub(super) fn levels(kept: impl Fn(Confidentiality) -> bool) -> Expression {
    let levels = Confidentiality::ALL.into_iter().filter(|it| kept(*it));
    Expression::any(levels.map(|it| Expression::equals("conf", it.code())))
}

fn reference(wanted: &RecordReference) -> Expression {
    let own = || Expression::equals("inst", &wanted.reference);
    let named = |names: &[&'static str], prefix: &str| {
        let value = |key: &&'static str| match prefix {
            "" => Expression::equals(key, &wanted.reference),
            label => Expression::equals(label, &format!("{key}:{}", wanted.reference)),
        };
        Expression::any(names.iter().map(value))
    };
    match wanted.meaning {
        Meaning::Instance => own(),
        Meaning::AuthoredBy => named(&["prac", "org", "dev", "pat", "kin"], "author"),
        Meaning::Related | Meaning::Dependents if wanted.members.is_empty() => {
            own().or(named(&["enc", "cplan", "eoc"], ""))
        }
        Meaning::Related | Meaning::Dependents => Expression::any(
            wanted
                .members
                .iter()
                .map(|it| Expression::equals("inst", it)),
        )
        .or(own()),
    }
}

/// Records whose day lies wholly in the span.
fn within(span: &Interval) -> Expression {
    let (Some(first), Some(behind)) = (ceiling(span.from()), floor(span.until())) else {
        return Expression::Never;
    };
    let from = first.map(|it| Expression::Condition(format!("ymd>={it}")));
    let until = behind.map(|it| Expression::Condition(format!("ymd<{it}")));
    match (from, until) {
        (None, None) => Expression::Condition("ymd>=1900-01-01".into()),
        (from, until) => Expression::all(from.into_iter().chain(until)),
    }
}

/// Records whose day lies wholly outside the span.
fn outside(span: &Interval) -> Expression {
    let before = match floor(span.from()) {
        Some(Some(day)) => Expression::Condition(format!("ymd<{day}")),
        _ => Expression::Never,
    };
    let behind = match ceiling(span.until()) {
        Some(Some(day)) => Expression::Condition(format!("ymd>={day}")),
        _ => Expression::Never,
    };
    before.or(behind)
}

/// The first day that begins at or after the second: `Some(None)` for an open end, none for a
/// second that no calendar of labels reaches.
fn ceiling(second: Option<i64>) -> Option<Option<Date>> {
    rounded(second, |second| {
        second.div_euclid(DAY) + i64::from(second.rem_euclid(DAY) != 0)
    })
}

/// The day in which the second lies.
fn floor(second: Option<i64>) -> Option<Option<Date>> {
    rounded(second, |second| second.div_euclid(DAY))
}

fn rounded(second: Option<i64>, day: impl Fn(i64) -> i64) -> Option<Option<Date>> {
    let Some(second) = second else {
        return Some(None);
    };
    let epoch = i64::from(Date::from_unix(0).ok()?.days());
    let days = u16::try_from(day(second).checked_add(epoch)?).ok()?;
    Some(Some(Date::from_days(days)))
}
