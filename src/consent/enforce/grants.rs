//! Terms as grants to one recipient.

use alloc::string::String;
use alloc::vec::Vec;

use super::context;
use super::data::{self, Calendar};
use super::expression::Expression;
use crate::consent::vocabulary::Vocabulary;
use crate::consent::{Attributes, Criterion, Interval, Request, Rule, Set, Terms};
use crate::error::{Error, Result};
use crate::policy::{Date, LabelFrame, LabelPolicy};

/// Most purposes among a grant's conditions.
const PURPOSES: usize = 32;
/// The purpose of whoever breaks glass.
const BREAK_GLASS: &str = "BTG";

/// What one grant is to say: its policy, its conditions and when it is valid.
#[derive(Clone, Debug)]
pub struct PlannedGrant {
    /// Which records.
    pub policy: LabelPolicy,
    /// The policy as text.
    pub text: String,
    /// For which purposes, exactly as requests state them; none stands for any.
    pub purposes: Vec<String>,
    /// Whether one of them is to break glass.
    pub break_glass: bool,
    /// The first second of its validity.
    pub not_before: u64,
    /// The first second behind it.
    pub not_after: u64,
    /// What the recipient owes.
    pub obligations: Set<String>,
}

/// Whom and when the planned grants are for.
#[derive(Clone, Debug)]
pub struct GrantWindow {
    /// The recipient. Keys that are not named are open: a prohibition of somebody who might be
    /// this recipient counts.
    pub recipient: Attributes,
    /// The permissions of a consent code system that the recipient will exercise, where the
    /// consent is written in such.
    pub permissions: Option<Set<String>>,
    /// The first second at which the grants may be used.
    pub from: u64,
    /// The first second at which they may not.
    pub until: u64,
    /// The first year of the calendar that records are dated by. Where days are asked for, what
    /// is dated before it or behind the window's last day does not open, whatever the Terms
    /// permit: a year costs a row, so take that of the oldest record.
    pub first_year: u16,
}

/// The grants that give a recipient what the Terms permit, and nothing else: one for each group
/// of purposes and span of time with its own policy. None if nothing is permitted.
///
/// Records must be labelled: where a consent names no data at all, the policy asks for a level of
/// confidentiality, whichever it is.
///
/// # Errors
/// [`Error::Argument`] for another vocabulary than the Terms'; [`Error::NotEnforceable`] for a
/// prohibition of types, documents, codes, authors or single records, which labels cannot show
/// the lack of, and of sensitivities that the vocabulary does not have; [`Error::Time`] for a
/// window that ends before it begins or before its first year; [`Error::TooLarge`] beyond 1,024
/// conditions; [`Error::PolicyLimit`] beyond 256 rows.
pub fn plan_grants(
    terms: &Terms,
    vocabulary: &Vocabulary,
    window: &GrantWindow,
) -> Result<Vec<PlannedGrant>> {
    if terms.vocabulary != *vocabulary.hash() {
        return Err(Error::Argument("the vocabulary of the Terms"));
    }
    let second = |time: u64| i64::try_from(time).map_err(|_| Error::Time("out of range"));
    let asked = Interval::new(Some(second(window.from)?), Some(second(window.until)?))?;
    let Some(valid) = asked.shared(&terms.valid) else {
        return Ok(Vec::new());
    };
    // One calendar for all: spans are joined where they ask the same, which must mean the same.
    // No label has a day behind the last that can be written, so a window may end there or later.
    let last_day = Date::from_unix(window.until.saturating_sub(1)).unwrap_or(Date::MAX);
    let frame = vocabulary.frame(window.first_year, last_day)?;
    let calendar = Calendar::new(window.first_year, last_day)?;
    let mut all = Vec::new();
    for slice in context::slices(terms, &valid) {
        for (purposes, expression) in groups(terms, vocabulary, window, &calendar, &slice)? {
            all.push((purposes, expression, slice));
        }
    }
    merge(&mut all);
    all.iter()
        .map(|(purposes, expression, slice)| planned(terms, &frame, purposes, expression, slice))
        .collect()
}

type Group = (Vec<String>, Expression);

/// The purposes of use, put together where they open the same.
fn groups(
    terms: &Terms,
    vocabulary: &Vocabulary,
    window: &GrantWindow,
    calendar: &Calendar,
    slice: &Interval,
) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    let purposes = context::purposes(vocabulary)?;
    let settled = |it: &Criterion| !it.is_about_data();
    for purpose in purposes {
        let code = String::from(purpose.code());
        let mut request = Request::new(terms.vocabulary, &terms.subject, 0);
        request.time = slice.from().unwrap_or_default();
        request.recipient = window.recipient.clone();
        request.permissions = window.permissions.clone();
        request.purposes = alloc::vec![purpose];
        let expression = context::fold(terms, &request, &settled, |rule| {
            data::of_rule(rule, vocabulary, calendar)
        })?;
        if expression == Expression::Never {
            continue;
        }
        match groups.iter_mut().find(|(_, own)| *own == expression) {
            Some((codes, _)) => codes.push(code),
            None => groups.push((alloc::vec![code], expression)),
        }
    }
    // Where no rule looks at purposes all open the same: any purpose, then, also one that a later
    // vocabulary adds.
    let looks_at_purposes = terms
        .rules
        .iter()
        .flat_map(Rule::criteria)
        .any(|it| matches!(it, Criterion::Purpose(_)));
    if let [(codes, _)] = groups.as_mut_slice()
        && !looks_at_purposes
    {
        codes.clear();
    }
    Ok(groups
        .into_iter()
        .flat_map(|(codes, expression)| {
            let parts: Vec<Vec<String>> = match codes.len() {
                0 => alloc::vec![Vec::new()],
                _ => codes.chunks(PURPOSES).map(<[_]>::to_vec).collect(),
            };
            parts
                .into_iter()
                .map(move |codes| (codes, expression.clone()))
        })
        .collect())
}

/// Joins spans that follow each other and say the same.
fn merge(all: &mut Vec<(Vec<String>, Expression, Interval)>) {
    let mut merged: Vec<(Vec<String>, Expression, Interval)> = Vec::new();
    for (purposes, expression, slice) in all.drain(..) {
        let before = merged.iter_mut().find(|(own, same, span)| {
            *own == purposes && *same == expression && span.until() == slice.from()
        });
        match before {
            Some((_, _, span)) => {
                if let Ok(joined) = Interval::new(span.from(), slice.until()) {
                    *span = joined;
                }
            }
            None => merged.push((purposes, expression, slice)),
        }
    }
    *all = merged;
}

fn planned(
    terms: &Terms,
    frame: &LabelFrame,
    purposes: &[String],
    expression: &Expression,
    slice: &Interval,
) -> Result<PlannedGrant> {
    let (not_before, not_after) = (bound(slice.from())?, bound(slice.until())?);
    let text = match expression.text() {
        Some(text) => text,
        None => data::levels(|_| true).text().unwrap_or_default(),
    };
    Ok(PlannedGrant {
        policy: LabelPolicy::parse(&text, frame)?,
        text,
        break_glass: purposes.iter().any(|it| it == BREAK_GLASS),
        purposes: purposes.to_vec(),
        not_before,
        not_after,
        obligations: terms.obligations.clone(),
    })
}

fn bound(second: Option<i64>) -> Result<u64> {
    let second = second.ok_or(Error::Time("a grant has an end"))?;
    u64::try_from(second).map_err(|_| Error::Time("before 1970-01-01"))
}
