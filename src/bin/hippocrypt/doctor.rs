//! `doctor`.

use hippocrypt::abe::UserKey;
use hippocrypt::envelope::{self, Stanza, both_of, policy_of};
use hippocrypt::policy::{Attributes, Date, Policy};
use hippocrypt::pre::Capsule;
use hippocrypt::{Error, Result};
use serde_json::json;

use crate::args::Doctor;
use crate::failure::{Outcome, Role};
use crate::opening::Keyring;
use crate::policy::satisfies;
use crate::{inspect, report, values};

mod capsules;

/// What stands in the way of one stanza.
enum Finding {
    /// A stanza of another kind, authority or patient.
    NotForThisKey(String),
    /// Clauses that the key does not meet.
    Unmet(Vec<String>),
    /// What a grant, or its relays, leave open.
    Blocked(Error, Vec<String>),
    /// Nothing that public data shows.
    Fits(&'static str),
}

/// Explains why a key does not open a record.
pub fn run(args: &Doctor) -> Outcome<()> {
    let pass = args.unlock.passphrase_file.as_ref();
    let (header, payload) = inspect::read(args.input.as_ref(), args.header.as_ref(), pass)?;
    let keys = Keyring::read(&args.keys, pass)?;
    let mut capsules = envelope::capsules(&header).role("FILE")?.into_iter();
    let findings = header
        .access()
        .stanzas()
        .iter()
        .map(|stanza| examine(stanza, &mut capsules, &keys))
        .collect::<Result<Vec<_>>>()?;

    let payload = payload.map(|it| it.show(&header)).transpose()?;
    let whole = payload.is_none_or(|payload| payload.content.is_some());

    let mut lines: Vec<String> = findings.iter().flat_map(Finding::lines).collect();
    if !whole {
        lines.push("cut short or damaged: no payload is as this one".to_owned());
    }
    if args.json {
        let fits = whole && findings.iter().any(|it| matches!(it, Finding::Fits(_)));
        report::json(&json!({ "fits": fits, "findings": lines }))?;
    } else {
        report::print(
            &lines
                .iter()
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
        )?;
    }
    verdict(&findings)?;
    if whole {
        Ok(())
    } else {
        Err(Error::Open).role("FILE")
    }
}

/// The error that opening gives.
fn verdict(findings: &[Finding]) -> Result<()> {
    match findings.iter().max_by_key(|it| it.weight()) {
        Some(Finding::Fits(_)) => Ok(()),
        Some(Finding::Unmet(_)) => Err(Error::NotSatisfied),
        Some(Finding::Blocked(error, _)) => Err(error.clone()),
        Some(Finding::NotForThisKey(_)) | None => Err(Error::NoStanza),
    }
}

/// `capsules` gives the capsule of each stanza that has one, in order.
fn examine(
    stanza: &Stanza,
    capsules: &mut impl Iterator<Item = Capsule>,
    keys: &Keyring,
) -> Result<Finding> {
    match (stanza.kind(), capsule_of(stanza, capsules)) {
        (Stanza::POLICY, _) => policy(policy_of(stanza)?, keys.users()),
        (Stanza::CAPSULE, Some(capsule)) => Ok(capsules::examine(&capsule, keys)),
        (Stanza::BOTH, Some(capsule)) => {
            let (authority, asked, _) = both_of(stanza)?;
            let one = policy((authority, asked), keys.users())?;
            Ok(one.and(capsules::examine(&capsule, keys)))
        }
        (kind, _) => Ok(Finding::NotForThisKey(format!(
            "a stanza of type {kind}, which this release does not know"
        ))),
    }
}

fn capsule_of(stanza: &Stanza, capsules: &mut impl Iterator<Item = Capsule>) -> Option<Capsule> {
    match stanza.kind() {
        Stanza::CAPSULE | Stanza::BOTH => capsules.next(),
        _ => None,
    }
}

/// What keys of authorities do with a policy: the finding for the key that fits best.
fn policy((authority, policy): ([u8; 32], Policy), keys: &[UserKey]) -> Result<Finding> {
    let none = Finding::NotForThisKey(format!(
        "sealed under authority {}: a key that it has issued is needed",
        values::hex(&authority)
    ));
    let mut best = none;
    for (at, key) in keys.iter().enumerate() {
        let found = with_key(&authority, &policy, key)?;
        if at == 0 || found.weight() > best.weight() {
            best = found;
        }
    }
    Ok(best)
}

fn with_key(authority: &[u8; 32], policy: &Policy, key: &UserKey) -> Result<Finding> {
    if authority != key.authority().as_bytes() {
        return Ok(Finding::NotForThisKey(format!(
            "sealed under authority {}; the key was issued by {}",
            values::hex(authority),
            values::hex(key.authority().as_bytes())
        )));
    }
    if satisfies(key.attributes(), policy)? {
        return Ok(Finding::Fits(
            "authority and policy fit: if opening fails all the same, record or key was changed",
        ));
    }
    let renewed = renewed(key.attributes())?;
    let mut unmet = Vec::new();
    for clause in policy.clauses()? {
        if !satisfies(key.attributes(), &clause)? {
            unmet.push(explain(key.attributes(), &renewed, &clause)?);
        }
    }
    Ok(Finding::Unmet(unmet))
}

/// The same attributes in a key that does not end.
fn renewed(attributes: &Attributes) -> Result<Attributes> {
    let own: Vec<String> = attributes
        .iter()
        .filter(|attribute| !matches!(attribute.name(), "issued" | "expires"))
        .map(ToString::to_string)
        .collect();
    Attributes::parse(own.iter().map(String::as_str))?
        .with_validity(attributes.issued(), Some(Date::MAX))
}

fn explain(attributes: &Attributes, renewed: &Attributes, clause: &Policy) -> Result<String> {
    if satisfies(renewed, clause)?
        && let Some(end) = attributes.expires()
    {
        return Ok(format!(
            "the key ended with {}; the record asks for {clause}: a renewed key opens it",
            values::day(end)
        ));
    }
    Ok(format!("the key lacks: {clause}"))
}

impl Finding {
    fn lines(&self) -> Vec<String> {
        match self {
            Self::NotForThisKey(why) => vec![why.clone()],
            Self::Unmet(clauses) => clauses.clone(),
            Self::Blocked(_, why) => why.clone(),
            Self::Fits(why) => vec![(*why).to_owned()],
        }
    }

    /// How near it is to opening.
    const fn weight(&self) -> u8 {
        match self {
            Self::NotForThisKey(_) => 0,
            Self::Unmet(_) | Self::Blocked(..) => 1,
            Self::Fits(_) => 2,
        }
    }

    /// Of a stanza that asks for both: what stands in the way of either.
    fn and(self, other: Self) -> Self {
        let wrong = |it: &Self| match it {
            Self::Fits(_) => Vec::new(),
            it => it.lines(),
        };
        let (mut lines, more) = (wrong(&self), wrong(&other));
        match (self, other) {
            (Self::Fits(_), Self::Fits(why)) => Self::Fits(why),
            (Self::NotForThisKey(_), _) | (_, Self::NotForThisKey(_)) => {
                lines.extend(more);
                Self::NotForThisKey(format!("policy and patient together: {}", lines.join("; ")))
            }
            (Self::Fits(_), other) => other,
            (one, Self::Fits(_)) => one,
            (_, other) => {
                lines.extend(more);
                match other {
                    Self::Blocked(error, _) => Self::Blocked(error, lines),
                    _ => Self::Unmet(lines),
                }
            }
        }
    }
}
