//! `doctor`.

use hippocrypt::abe::{Unmet, UserKey};
use hippocrypt::envelope::{self, Stanza, both_of, policy_of};
use hippocrypt::policy::Policy;
use hippocrypt::pre::Capsule;
use hippocrypt::{Error, Result};
use serde_json::json;

use crate::args::Doctor;
use crate::authorities::Authorities;
use crate::failure::{Outcome, Role};
use crate::opening::Keyring;
use crate::{inspect, report, session, values};

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
    let known = Authorities::read(&args.authorities)?;
    let mut capsules = envelope::capsules(&header).role("FILE")?.into_iter();
    let mut said = Vec::new();
    for stanza in header.access().stanzas() {
        said.extend(examine(stanza, &mut capsules, (&keys, &known))?);
    }
    let payload = payload.map(|it| it.show(&header)).transpose()?;
    let whole = payload.as_ref().is_none_or(|it| it.content.is_some());
    let outline = payload.as_ref().and_then(|it| it.session.as_ref());
    let broken = payload.as_ref().filter(|_| !whole);

    let mut lines = Vec::new();
    for (which, finding) in &said {
        let of_it = finding.lines();
        lines.extend(of_it.iter().map(|line| format!("{which}{line}")));
    }
    let findings: Vec<Finding> = said.into_iter().map(|(_, finding)| finding).collect();
    if let Some(payload) = broken {
        let bytes = values::bytes(payload.bytes);
        lines.push(format!(
            "cut short or damaged: no payload is as this one of {bytes}"
        ));
    }
    lines.extend(outline.iter().flat_map(|it| session::told(it)));
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
    let shortfall = outline.and_then(|it| session::shortfall(it.status, it.missing.is_empty()));
    match shortfall {
        _ if !whole => Err(Error::Open).role("FILE"),
        Some(error) => Err(error).role("FILE"),
        None => Ok(()),
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

/// A finding, behind the name of the key that it is about where there are several.
type Said = (String, Finding);

/// What stands in the way of a stanza; `capsules` gives the capsule of each that has one, in order.
fn examine(
    stanza: &Stanza,
    capsules: &mut impl Iterator<Item = Capsule>,
    (keys, known): (&Keyring, &Authorities),
) -> Result<Vec<Said>> {
    let alone = |finding| vec![(String::new(), finding)];
    Ok(match (stanza.kind(), capsule_of(stanza, capsules)) {
        (Stanza::POLICY, _) => with_users(policy_of(stanza)?, keys.users(), known)?,
        (Stanza::CAPSULE, Some(capsule)) => alone(capsules::examine(&capsule, keys)),
        (Stanza::BOTH, Some(capsule)) => {
            let (authority, policy, _) = both_of(stanza)?;
            let said = with_users((authority, policy), keys.users(), known)?;
            let best = said.into_iter().map(|(_, finding)| finding);
            let capsule = capsules::examine(&capsule, keys);
            let best = best.max_by_key(Finding::weight);
            alone(match best {
                Some(best) => best.and(capsule),
                None => capsule,
            })
        }
        (kind, _) => alone(Finding::NotForThisKey(format!(
            "a stanza of type {kind}, which this release does not know"
        ))),
    })
}

fn capsule_of(stanza: &Stanza, capsules: &mut impl Iterator<Item = Capsule>) -> Option<Capsule> {
    match stanza.kind() {
        Stanza::CAPSULE | Stanza::BOTH => capsules.next(),
        _ => None,
    }
}

/// What each key of an authority does with a policy.
fn with_users(
    (authority, policy): ([u8; 32], Policy),
    users: &[UserKey],
    known: &Authorities,
) -> Result<Vec<Said>> {
    if users.is_empty() {
        let why = format!(
            "sealed under {}: a key that it has issued is needed",
            known.name(&authority)
        );
        return Ok(vec![(String::new(), Finding::NotForThisKey(why))]);
    }
    let which = |number| match users {
        [_] => String::new(),
        _ => format!("key {number}: "),
    };
    (1..)
        .zip(users)
        .map(|(number, key)| Ok((which(number), with_user(&authority, &policy, key, known)?)))
        .collect()
}

fn with_user(
    authority: &[u8; 32],
    policy: &Policy,
    key: &UserKey,
    known: &Authorities,
) -> Result<Finding> {
    if authority != key.authority().as_bytes() {
        return Ok(Finding::NotForThisKey(format!(
            "sealed under {}; the key was issued by {}",
            known.name(authority),
            known.name(key.authority().as_bytes())
        )));
    }
    let unmet = key.unmet(policy)?;
    Ok(match unmet.as_slice() {
        [] => Finding::Fits(
            "authority and policy fit: if opening fails all the same, record or key was changed",
        ),
        unmet => Finding::Unmet(unmet.iter().map(explain).collect()),
    })
}

fn explain(unmet: &Unmet) -> String {
    match unmet {
        Unmet::Ended(end, clause) => format!(
            "the key ended with {}; the record asks for {clause}: a renewed key opens it",
            values::day(*end)
        ),
        other => other.to_string(),
    }
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
