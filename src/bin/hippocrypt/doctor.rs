//! `doctor`.

use hippocrypt::abe::UserKey;
use hippocrypt::envelope::{Header, Stanza, policy_of};
use hippocrypt::policy::{Attributes, Date, Policy};
use hippocrypt::{Error, Result};
use serde_json::json;

use crate::args::Doctor;
use crate::authorities::Authorities;
use crate::failure::{Outcome, Role};
use crate::opening::Keyring;
use crate::policy::satisfies;
use crate::{inspect, report, values};

/// What stands in the way of one stanza.
enum Finding {
    /// A stanza of another kind, or of another authority.
    NotForThisKey(String),
    /// Clauses that the key does not meet.
    Unmet(Vec<String>),
    /// Nothing that public data shows.
    Fits,
}

/// Explains why a key does not open a record.
pub fn run(args: &Doctor) -> Outcome<()> {
    let pass = args.unlock.passphrase_file.as_ref();
    let (header, payload) = inspect::read(args.input.as_ref(), args.header.as_ref(), pass)?;
    let keys = Keyring::read(&args.keys, pass)?;
    let authorities = Authorities::read(&args.authorities)?;
    let keys = keys.user_keys();
    let examined = keys
        .iter()
        .map(|key| examine_all(&header, key, &authorities))
        .collect::<Result<Vec<_>>>()?;
    let payload = payload.map(|it| it.show(&header)).transpose()?;
    let whole = payload.is_none_or(|payload| payload.content.is_some());

    let mut lines = Vec::new();
    for (number, findings) in (1..).zip(&examined) {
        let which = match keys {
            [_] => String::new(),
            _ => format!("key {number}: "),
        };
        let said = findings.iter().flat_map(Finding::lines);
        lines.extend(said.map(|line| format!("{which}{line}")));
    }
    let findings: Vec<Finding> = examined.into_iter().flatten().collect();
    if !whole {
        lines.push("cut short or damaged: no payload is as this one".to_owned());
    }
    if args.json {
        let fits = whole && findings.iter().any(|it| matches!(it, Finding::Fits));
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
    if findings.iter().any(|it| matches!(it, Finding::Fits)) {
        Ok(())
    } else if findings.iter().any(|it| matches!(it, Finding::Unmet(_))) {
        Err(Error::NotSatisfied)
    } else {
        Err(Error::NoStanza)
    }
}

fn examine_all(header: &Header, key: &UserKey, known: &Authorities) -> Result<Vec<Finding>> {
    let stanzas = header.access().stanzas().iter();
    stanzas.map(|stanza| examine(stanza, key, known)).collect()
}

fn examine(stanza: &Stanza, key: &UserKey, known: &Authorities) -> Result<Finding> {
    if stanza.kind() != Stanza::POLICY {
        let kind = stanza.kind();
        return Ok(Finding::NotForThisKey(format!(
            "a stanza of type {kind}, which this release does not know"
        )));
    }
    let (authority, policy) = policy_of(stanza)?;
    if authority != *key.authority().as_bytes() {
        return Ok(Finding::NotForThisKey(format!(
            "sealed under {}; the key was issued by {}",
            known.name(&authority),
            known.name(key.authority().as_bytes())
        )));
    }
    if satisfies(key.attributes(), &policy)? {
        return Ok(Finding::Fits);
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
            Self::Fits => vec![
                "authority and policy fit: if opening fails all the same, record or key was changed"
                    .to_owned(),
            ],
        }
    }
}
