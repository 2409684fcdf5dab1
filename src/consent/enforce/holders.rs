//! Terms as the policy that one record is sealed under for the holders of keys.

use alloc::string::String;
use alloc::vec::Vec;

use super::context;
use super::expression::Expression;
use crate::consent::vocabulary::Vocabulary;
use crate::consent::{
    Attributes, Criterion, Effect, Outcome, Recipient, Record, Request, Rule, Set, Terms, decide,
};
use crate::error::{Error, Result};
use crate::policy::Policy;

/// Name of the attribute that says for which purpose a key was issued.
const PURPOSE: &str = "pou";

/// What a record is sealed under.
#[derive(Clone, Debug)]
pub struct HolderPolicy {
    /// Who can open it.
    pub policy: Policy,
    /// The policy as text.
    pub text: String,
    /// The second from which on the Terms say something else: the policy does not know clocks,
    /// so the record is rewrapped then. None if that never happens.
    pub until: Option<i64>,
}

/// The policy over attributes under which a record with these facts is sealed at `time`, in Unix
/// seconds; none if nobody may open it.
///
/// Keys carry who their holder is (`prac`, `org`, `role` and so on, as the Terms name recipients)
/// and exactly one purpose of use, `pou`, for which they were issued: what lies below a permitted
/// purpose is named in the policy, so that a prohibition of one kind of it can be left out.
///
/// `everyone` is the closed list of recipients of a deployment, with all their attributes. It is
/// needed where the Terms forbid somebody, because a policy cannot say who must not have an
/// attribute, and where they permit everybody.
///
/// # Errors
/// [`Error::Argument`] for another vocabulary than the Terms'; [`Error::DeniedRecipient`] (E19)
/// where the closed list is needed and missing, or names somebody who may without any attribute; the errors of [`Policy::parse`].
pub fn holder_policy(
    terms: &Terms,
    vocabulary: &Vocabulary,
    record: &Record,
    permissions: Option<&Set<String>>,
    everyone: Option<&[Attributes]>,
    time: i64,
) -> Result<Option<HolderPolicy>> {
    if terms.vocabulary != *vocabulary.hash() {
        return Err(Error::Argument("the vocabulary of the Terms"));
    }
    if !terms.valid.has(time) {
        return Ok(None);
    }
    let mut groups: Vec<(Vec<String>, Expression)> = Vec::new();
    for purpose in context::purposes(vocabulary)? {
        let code = String::from(purpose.code());
        let mut request = Request::new(terms.vocabulary, &terms.subject, time);
        request.record = record.clone();
        request.permissions = permissions.cloned();
        request.purposes = alloc::vec![purpose];
        let expression = who(terms, &request, everyone)?;
        if expression == Expression::Never {
            continue;
        }
        match groups.iter_mut().find(|(_, own)| *own == expression) {
            Some((codes, _)) => codes.push(code),
            None => groups.push((alloc::vec![code], expression)),
        }
    }
    let expression = Expression::any(groups.into_iter().map(|(codes, expression)| {
        let purposes = codes.iter().map(|code| Expression::equals(PURPOSE, code));
        Expression::any(purposes).and(expression)
    }));
    let Some(text) = expression.text() else {
        return Ok(None);
    };
    let later = context::slices(terms, &terms.valid);
    let until = later.iter().find(|slice| slice.has(time));
    Ok(Some(HolderPolicy {
        policy: Policy::parse(&text)?,
        text,
        until: until.and_then(crate::consent::Interval::until),
    }))
}

/// Who may, for the one purpose that the request states.
fn who(terms: &Terms, request: &Request, everyone: Option<&[Attributes]>) -> Result<Expression> {
    let forbids_somebody = |rule: &Rule| {
        rule.effect() == Effect::Forbid
            && rule
                .criteria()
                .iter()
                .any(|it| matches!(it, Criterion::Recipient(_)))
    };
    let mut needs_list = false;
    let settled = |it: &Criterion| !matches!(it, Criterion::Recipient(_));
    let expression = context::fold(terms, request, &settled, |rule| {
        needs_list |= forbids_somebody(rule);
        Ok(match (rule.effect(), recipients(rule)) {
            (Effect::Permit, Some(all)) => Expression::any(all.iter().map(attributes)),
            (Effect::Permit, None) => Expression::Always,
            (Effect::Forbid, _) => Expression::Never,
        })
    })?;
    if !needs_list && expression != Expression::Always {
        return Ok(expression);
    }
    let everyone = everyone.ok_or(Error::DeniedRecipient)?;
    let (permitted, others): (Vec<&Attributes>, Vec<&Attributes>) =
        everyone.iter().partition(|somebody| {
            let mut request = request.clone();
            request.recipient = (*somebody).clone();
            decide(terms, &request).outcome == Outcome::Permit
        });
    // Whoever has all attributes of somebody who may, and more, opens what that one opens.
    let opens = |other: &Attributes| {
        let mut may = permitted.iter();
        may.any(|one| one.iter().all(|it| other.iter().any(|own| own == it)))
    };
    // Somebody of whom nothing is known cannot be told from those who are not on the list.
    let unknown = permitted.iter().any(|one| one.iter().next().is_none());
    if unknown || others.into_iter().any(opens) {
        return Err(Error::DeniedRecipient);
    }
    let permitted = permitted.into_iter();
    Ok(Expression::any(permitted.map(|somebody| {
        Expression::all(somebody.iter().map(attribute))
    })))
}

fn recipients(rule: &Rule) -> Option<&Set<Recipient>> {
    rule.criteria()
        .iter()
        .find_map(|criterion| match criterion {
            Criterion::Recipient(all) => Some(all),
            _ => None,
        })
}

fn attributes(recipient: &Recipient) -> Expression {
    Expression::all(recipient.iter().map(|it| attribute(it)))
}

fn attribute(attribute: &str) -> Expression {
    let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
    Expression::equals(name, value)
}
