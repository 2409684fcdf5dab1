//! Several consents of one patient together.

use alloc::string::String;
use alloc::vec::Vec;

use super::decide::{Decision, Outcome, decide};
use super::request::Request;
use super::set::Set;
use super::terms::Terms;
use crate::error::{Error, Result};

/// What holds where consents contradict each other. Whoever decides declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConflictRule {
    /// One that forbids is enough.
    DenyOverrides,
    /// The one that was given last; two of one moment that contradict each other, or one whose
    /// moment nobody knows, are an error.
    NewestWins,
    /// A contradiction is an error.
    Refuse,
}

impl ConflictRule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DenyOverrides, Self::NewestWins, Self::Refuse];

    /// Its name, as the tool takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DenyOverrides => "deny-overrides",
            Self::NewestWins => "newest-wins",
            Self::Refuse => "refuse",
        }
    }

    /// The rule of a name; none for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Holds consents against a request: the decision, and the place of the consent that made it.
///
/// A consent that another of them replaces (`supersedes`, of the same patient, given by the same
/// grantors, of whom there must be some) has no say once the later one's validity has begun, even
/// when that one says nothing.
/// Consents that say nothing have no say either. Without any that does, the answer is
/// [`Outcome::NoConsent`] and no place. Permissions together bring all their obligations.
///
/// # Errors
/// [`Error::ConsentConflict`] for a contradiction that the rule does not resolve.
pub fn decide_together(
    consents: &[Terms],
    request: &Request,
    rule: ConflictRule,
) -> Result<(Decision, Option<usize>)> {
    let replaced = replaced(consents, request.time)?;
    let mut silent = None;
    let mut voices: Vec<(usize, &Terms, Decision)> = Vec::new();
    for (place, terms) in consents.iter().enumerate() {
        if replaced.contains(&place) {
            continue;
        }
        let decision = decide(terms, request);
        if decision.outcome == Outcome::NoConsent {
            silent.get_or_insert(decision);
        } else {
            voices.push((place, terms, decision));
        }
    }
    if rule == ConflictRule::NewestWins && voices.len() > 1 {
        if voices.iter().any(|(_, terms, _)| terms.decided.is_none()) {
            return Err(Error::ConsentConflict);
        }
        let newest = voices
            .iter()
            .filter_map(|(_, terms, _)| terms.decided)
            .max();
        voices.retain(|(_, terms, _)| terms.decided == newest);
    }
    let denies = |it: &(usize, &Terms, Decision)| it.2.outcome == Outcome::Deny;
    let contradictory = voices.iter().any(denies) && !voices.iter().all(denies);
    if contradictory && rule != ConflictRule::DenyOverrides {
        return Err(Error::ConsentConflict);
    }
    let owed = Set::of(
        voices
            .iter()
            .flat_map(|(_, _, it)| it.obligations.iter().cloned()),
    )?;
    let chosen = voices.iter().position(denies).unwrap_or(0);
    if chosen < voices.len() {
        let (place, _, mut decision) = voices.swap_remove(chosen);
        decision.obligations = if decision.outcome == Outcome::Permit {
            owed
        } else {
            Set::<String>::default()
        };
        return Ok((decision, Some(place)));
    }
    Ok((silent.unwrap_or_else(nothing_said), None))
}

/// The places of consents that another one replaces.
fn replaced(consents: &[Terms], now: i64) -> Result<Vec<usize>> {
    let mut all = Vec::new();
    if consents.iter().all(|it| it.supersedes.is_none()) {
        return Ok(all);
    }
    for (place, earlier) in consents.iter().enumerate() {
        let digest = earlier.digest()?;
        let is_replaced = consents.iter().any(|later| {
            later.supersedes == Some(digest)
                && later.subject == earlier.subject
                && later.valid.from().is_none_or(|from| from <= now)
                && !later.grantors.is_empty()
                && later.grantors == earlier.grantors
        });
        if is_replaced {
            all.push(place);
        }
    }
    Ok(all)
}

fn nothing_said() -> Decision {
    Decision {
        outcome: Outcome::NoConsent,
        by: super::decide::By::Base,
        missing: Vec::new(),
        obligations: Set::default(),
    }
}
