//! From Terms and a request to a decision.

use alloc::string::String;
use alloc::vec::Vec;

use super::criterion::{Criterion, Meaning, RecordReference};
use super::facts::Known;
use super::request::Request;
use super::rule::{Effect, Rule};
use super::set::Set;
use super::terms::{Base, PurposeMode, Terms};

/// What a decision comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The consent permits it.
    Permit,
    /// The consent forbids it, or what is known is too little to tell that it does not.
    Deny,
    /// The consent says nothing about it.
    NoConsent,
}

impl Outcome {
    /// `PERMIT`, `DENY` or `NO_CONSENT`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permit => "PERMIT",
            Self::Deny => "DENY",
            Self::NoConsent => "NO_CONSENT",
        }
    }
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// The consent is another patient's.
    Subject,
    /// The consent is not valid yet.
    NotYetValid,
    /// The consent is valid no longer.
    Expired,
    /// Consent and request take their codes from different vocabularies.
    Vocabulary,
    /// The rule with this place among the consent's rules, from 0.
    Rule(usize),
    /// No rule applies.
    Base,
}

impl By {
    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Subject => "other-subject",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::Vocabulary => "other-vocabulary",
            Self::Rule(_) => "rule",
            Self::Base => "base",
        }
    }
}

/// A fact that nobody stated and that would have mattered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fact {
    /// Who asks.
    Recipient,
    /// Why.
    Purpose,
    /// Which permission is exercised.
    Permission,
    /// How confidential the record is.
    Confidentiality,
    /// How sensitive the record is.
    Sensitivity,
    /// The type of the resource.
    Type,
    /// What document it is.
    Document,
    /// The record's codes.
    Code,
    /// The record's date.
    Date,
    /// The record's author.
    Author,
    /// Which record it is and what it is linked to.
    Record,
}

impl Fact {
    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Purpose => "purpose",
            Self::Permission => "permission",
            Self::Confidentiality => "confidentiality",
            Self::Sensitivity => "sensitivity",
            Self::Type => "type",
            Self::Document => "document",
            Self::Code => "code",
            Self::Date => "date",
            Self::Author => "author",
            Self::Record => "record",
        }
    }

    /// The refusal that the missing fact stands for, where there is one: E23 for an unlabelled
    /// record under a rule about labels, E17 for an undated one under a rule about dates.
    #[must_use]
    pub const fn refusal(self) -> Option<u16> {
        match self {
            Self::Confidentiality | Self::Sensitivity => Some(623),
            Self::Date => Some(617),
            _ => None,
        }
    }
}

/// A decision, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it comes to.
    pub outcome: Outcome,
    /// What decided.
    pub by: By,
    /// What was open and would have mattered, ascending.
    pub missing: Vec<Fact>,
    /// What the recipient owes, if the outcome is to permit.
    pub obligations: Set<String>,
}

/// Holds one consent against a request.
///
/// Another patient's consent and one outside its validity say nothing. Else the last rule that
/// applies decides, and the base if there is none. A permission applies if all its criteria are
/// known to hold; a prohibition unless one is known not to.
#[must_use]
pub fn decide(terms: &Terms, request: &Request) -> Decision {
    let answer = |outcome, by, missing: Vec<Fact>| Decision {
        outcome,
        by,
        missing,
        obligations: match outcome {
            Outcome::Permit => terms.obligations.clone(),
            _ => Set::default(),
        },
    };
    if terms.subject != request.subject {
        return answer(Outcome::NoConsent, By::Subject, Vec::new());
    }
    if terms.valid.from().is_some_and(|from| request.time < from) {
        return answer(Outcome::NoConsent, By::NotYetValid, Vec::new());
    }
    if !terms.valid.has(request.time) {
        return answer(Outcome::NoConsent, By::Expired, Vec::new());
    }
    if terms.vocabulary != request.vocabulary {
        // What this consent forbids cannot be told: to say nothing would let another permit it.
        return answer(Outcome::Deny, By::Vocabulary, Vec::new());
    }
    let mut missing = Vec::new();
    for (place, rule) in terms.rules.iter().enumerate().rev() {
        let (found, open) = apply(rule, terms.purpose_mode, request);
        if found == Known::Open {
            missing.extend(open);
            missing.sort();
            missing.dedup();
        }
        let outcome = match (rule.effect(), found) {
            (Effect::Permit, Known::Yes) => Outcome::Permit,
            (Effect::Forbid, Known::Yes | Known::Open) => Outcome::Deny,
            _ => continue,
        };
        return answer(outcome, By::Rule(place), missing);
    }
    let outcome = match terms.base {
        Base::Silent => Outcome::NoConsent,
        Base::Permit => Outcome::Permit,
        Base::Forbid => Outcome::Deny,
    };
    answer(outcome, By::Base, missing)
}

/// Whether the rule applies, and what is open in it.
fn apply(rule: &Rule, mode: PurposeMode, request: &Request) -> (Known, Vec<Fact>) {
    let mut all = Known::Yes;
    let mut open = Vec::new();
    for criterion in rule.criteria() {
        let found = holds(criterion, rule.effect(), mode, request);
        all = all & found;
        if all == Known::No {
            return (all, Vec::new());
        }
        if found == Known::Open {
            open.extend(fact(criterion));
        }
    }
    (all, open)
}

fn fact(criterion: &Criterion) -> Option<Fact> {
    Some(match criterion {
        Criterion::Recipient(_) => Fact::Recipient,
        Criterion::Purpose(_) => Fact::Purpose,
        Criterion::Permission(_) => Fact::Permission,
        Criterion::Confidentiality(_) => Fact::Confidentiality,
        Criterion::Sensitivity(_) => Fact::Sensitivity,
        Criterion::Type(_) => Fact::Type,
        Criterion::Document(_) => Fact::Document,
        Criterion::Code(_) => Fact::Code,
        Criterion::Dated(_) => Fact::Date,
        Criterion::Author(_) => Fact::Author,
        Criterion::Record(_) => Fact::Record,
        // Every request has an action and a time.
        Criterion::Action(_) | Criterion::During(_) => return None,
    })
}

pub(super) fn holds(
    criterion: &Criterion,
    effect: Effect,
    mode: PurposeMode,
    request: &Request,
) -> Known {
    let record = &request.record;
    match criterion {
        Criterion::Recipient(all) => any(all.iter(), |recipient| {
            recipient.iter().fold(Known::Yes, |found, attribute| {
                found & request.recipient.has(attribute)
            })
        }),
        Criterion::Purpose(all) => purposes(all, effect, mode, request),
        Criterion::Action(all) => all.has(request.action.as_str()).into(),
        Criterion::Permission(all) => permissions(all, effect, request),
        Criterion::During(span) => span.has(request.time).into(),
        Criterion::Confidentiality(level) => match (record.confidentiality, effect) {
            (Some(found), Effect::Permit) => (found <= *level).into(),
            (Some(found), Effect::Forbid) => (found >= *level).into(),
            (None, _) => Known::Open,
        },
        Criterion::Sensitivity(all) => any(all.iter(), |code| record.sensitivities.has(code)),
        Criterion::Type(all) => match &record.resource_type {
            Some(found) => all.has(found.as_str()).into(),
            None => Known::Open,
        },
        Criterion::Document(all) => common(all, record.documents.as_ref()),
        Criterion::Code(all) => common(all, record.codes.as_ref()),
        Criterion::Dated(span) => match &record.dated {
            Some(found) if span.covers(found) => Known::Yes,
            Some(found) if !span.meets(found) => Known::No,
            _ => Known::Open,
        },
        Criterion::Author(all) => any(all.iter(), |attribute| record.authors.has(attribute)),
        Criterion::Record(all) => any(all.iter(), |it| reaches(it, request)),
    }
}

fn any<'a, T: 'a>(all: impl Iterator<Item = &'a T>, holds: impl Fn(&T) -> Known) -> Known {
    all.fold(Known::No, |found, it| found | holds(it))
}

fn common(wanted: &Set<String>, found: Option<&Set<String>>) -> Known {
    found.map_or(Known::Open, |found| {
        found.iter().any(|it| wanted.has(it.as_str())).into()
    })
}

/// A permission must cover every purpose that is stated, or somebody could hide one behind
/// another; a prohibition applies to any of them.
fn purposes(all: &Set<String>, effect: Effect, mode: PurposeMode, request: &Request) -> Known {
    if request.purposes.is_empty() {
        return Known::Open;
    }
    let mut stated = request.purposes.iter();
    match effect {
        Effect::Forbid => stated.any(|it| it.is_within(all)).into(),
        Effect::Permit => {
            let complete = mode == PurposeMode::AnyOf
                || all
                    .iter()
                    .all(|code| request.purposes.iter().any(|it| it.is_or_is_below(code)));
            (complete && stated.all(|it| it.is_within(all))).into()
        }
    }
}

/// As with purposes: all that is exercised must be permitted.
fn permissions(all: &Set<String>, effect: Effect, request: &Request) -> Known {
    match (&request.permissions, effect) {
        (None, _) => Known::Open,
        (Some(found), Effect::Forbid) => found.iter().any(|it| all.has(it.as_str())).into(),
        (Some(found), Effect::Permit) => {
            (!found.is_empty() && found.iter().all(|it| all.has(it.as_str()))).into()
        }
    }
}

fn reaches(wanted: &RecordReference, request: &Request) -> Known {
    let record = &request.record;
    let reference = wanted.reference.as_str();
    let known = |yes: &dyn Fn(&str) -> bool| {
        record
            .reference
            .as_deref()
            .map_or(Known::Open, |own| yes(own).into())
    };
    match wanted.meaning {
        Meaning::Instance => known(&|own| own == reference),
        Meaning::AuthoredBy => record.authors.names_value(reference),
        Meaning::Related | Meaning::Dependents if wanted.members.is_empty() => {
            let linked = record.links.as_ref();
            known(&|own| own == reference)
                | linked.map_or(Known::Open, |links| links.has(reference).into())
        }
        Meaning::Related | Meaning::Dependents => {
            known(&|own| own == reference || wanted.members.has(own))
        }
    }
}
