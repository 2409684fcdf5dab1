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
pub(super) fn of_rule(
    rule: &Rule,
    vocabulary: &Vocabulary,
    calendar: &Calendar,
) -> Result<Expression> {
    let data = rule.criteria().iter().filter(|it| it.is_about_data());
    match rule.effect() {
        Effect::Permit => Ok(Expression::all(
            data.map(|it| holds(it, vocabulary, calendar)),
        )),
        Effect::Forbid => {
            let lacking: Result<alloc::vec::Vec<_>> =
                data.map(|it| lacks(it, vocabulary, calendar)).collect();
            // Without any criterion nothing escapes the prohibition.
            lacking.map(Expression::any)
        }
    }
}

fn holds(criterion: &Criterion, vocabulary: &Vocabulary, calendar: &Calendar) -> Expression {
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
        Criterion::Dated(span) => calendar.within(span),
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
fn lacks(
    criterion: &Criterion,
    vocabulary: &Vocabulary,
    calendar: &Calendar,
) -> Result<Expression> {
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
        Criterion::Dated(span) => Ok(calendar.outside(span)),
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

/// The days that the grants' frame spans, as days since 1900-01-01: what is dated otherwise lies
/// outside of every comparison.
pub(super) struct Calendar {
    first: i64,
    last: i64,
}

impl Calendar {
    /// From the first day of a year to a day, both included.
    pub(super) fn new(first_year: u16, last: Date) -> Result<Self> {
        Ok(Self {
            first: i64::from(Date::new(first_year, 1, 1)?.days()),
            last: i64::from(last.days()),
        })
    }

    /// Records whose day lies wholly in the span.
    fn within(&self, span: &Interval) -> Expression {
        self.days(span.from().map(ceiling), span.until().map(floor))
    }

    /// Records whose day lies wholly outside the span.
    fn outside(&self, span: &Interval) -> Expression {
        let before = span.from().map(|it| self.days(None, Some(floor(it))));
        let behind = span.until().map(|it| self.days(Some(ceiling(it)), None));
        Expression::any(before.into_iter().chain(behind))
    }

    /// Both ends in one condition, and none that the calendar has already: alone each would come
    /// to rows for all the time before or behind it, and a day outside is an error of the policy.
    fn days(&self, from: Option<i64>, behind: Option<i64>) -> Expression {
        let from = from.map_or(self.first, |it| it.max(self.first));
        let last = behind.map_or(self.last, |it| it.saturating_sub(1).min(self.last));
        let date = |day: i64| u16::try_from(day).map(Date::from_days);
        let (Ok(first), Ok(end)) = (date(from), date(last)) else {
            return Expression::Never;
        };
        if first > end {
            return Expression::Never;
        }
        Expression::Condition(match (from == self.first, last == self.last) {
            (_, true) => format!("ymd>={first}"),
            (true, false) => format!("ymd<={end}"),
            (false, false) if first == end => format!("ymd={first}"),
            (false, false) => format!("ymd in {first}..{end}"),
        })
    }
}

/// The first day that begins at or after the second.
fn ceiling(second: i64) -> i64 {
    floor(second) + i64::from(second.rem_euclid(DAY) != 0)
}

/// The day in which the second lies, as days since 1900-01-01.
fn floor(second: i64) -> i64 {
    second.div_euclid(DAY) + i64::from(Date::UNIX_EPOCH.days())
}
