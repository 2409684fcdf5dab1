//! What is settled before a record is looked at: who, why, when.

use alloc::vec::Vec;

use crate::consent::decide::holds;
use crate::consent::facts::Known;
use crate::consent::vocabulary::{CodeSet, Property, Vocabulary};
use crate::consent::{Base, Criterion, Effect, Interval, Purpose, Request, Rule, Terms};
use crate::error::{Error, Result};

use super::expression::Expression;

/// Most conditions on the way to a policy, which has room for 256: large Terms would else take
/// hours.
const CONDITIONS: usize = 1024;

/// Every purpose that a request can state.
pub(super) fn purposes(vocabulary: &Vocabulary) -> Result<Vec<Purpose>> {
    vocabulary
        .concepts(CodeSet::Purpose)
        .filter(|it| !it.has(Property::Abstract))
        .map(|it| Purpose::of(vocabulary, it.code()))
        .collect()
}

/// The spans of `window` in which no rule begins or ceases to apply.
pub(super) fn slices(terms: &Terms, window: &Interval) -> Vec<Interval> {
    let mut bounds: Vec<i64> = terms
        .rules
        .iter()
        .flat_map(Rule::criteria)
        .filter_map(|criterion| match criterion {
            Criterion::During(span) => Some([span.from(), span.until()]),
            _ => None,
        })
        .flatten()
        .flatten()
        .filter(|bound| window.has(*bound) && window.from() != Some(*bound))
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let mut slices = Vec::new();
    let mut from = window.from();
    for bound in bounds {
        slices.extend(Interval::new(from, Some(bound)));
        from = Some(bound);
    }
    slices.extend(Interval::new(from, window.until()));
    slices
}

/// The rules in order, folded to what is permitted: `of` gives a rule's expression, for a
/// prohibition that which escapes it. Of a rule the criteria that `settled` names are held against
/// the request; where they do not apply the rule says nothing.
pub(super) fn fold(
    terms: &Terms,
    request: &Request,
    settled: &dyn Fn(&Criterion) -> bool,
    mut of: impl FnMut(&Rule) -> Result<Expression>,
) -> Result<Expression> {
    let mut permitted = match terms.base {
        Base::Permit => Expression::Always,
        Base::Silent | Base::Forbid => Expression::Never,
    };
    for rule in &terms.rules {
        let mut found = rule
            .criteria()
            .iter()
            .filter(|it| settled(it))
            .map(|it| holds(it, rule.effect(), terms.purpose_mode, request));
        let applies = match rule.effect() {
            Effect::Permit => found.all(|it| it == Known::Yes),
            Effect::Forbid => found.all(|it| it != Known::No),
        };
        if !applies {
            continue;
        }
        // What is forbidden entirely needs no expression for what escaped before.
        permitted = match rule.effect() {
            Effect::Permit => permitted.or(of(rule)?),
            Effect::Forbid if permitted == Expression::Never => permitted,
            Effect::Forbid => permitted.and(of(rule)?),
        };
        if permitted.size() > CONDITIONS {
            return Err(Error::TooLarge("1,024 conditions that rules come to"));
        }
    }
    Ok(permitted)
}
