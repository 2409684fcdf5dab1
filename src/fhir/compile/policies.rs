//! Policies beside the provisions: IHE's own may decide, all others only stand there.

use alloc::string::String;
use alloc::vec::Vec;

use super::Compiler;
use super::base::base_of;
use super::criteria::Criteria;
use crate::consent::vocabulary::CodeSet;
use crate::consent::{Base, Criterion, Effect, Reading, Rule};
use crate::error::Result;
use crate::fhir::consent::{Concept, Node, Reference};
use crate::fhir::refusal::Code;
use crate::fhir::warning::Concern;

/// A policy that IHE PCF publishes.
struct Policy {
    uri: &'static str,
    effect: Effect,
    /// The only purpose that it permits, if it is one.
    purpose: Option<&'static str>,
}

static POLICIES: [Policy; 4] = [
    Policy {
        uri: "https://profiles.ihe.net/ITI/PCF/Policy-all-normal",
        effect: Effect::Permit,
        purpose: None,
    },
    Policy {
        uri: "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal",
        effect: Effect::Permit,
        purpose: Some("TREAT"),
    },
    Policy {
        uri: "https://profiles.ihe.net/ITI/PCF/Policy-break-glass-only",
        effect: Effect::Permit,
        purpose: Some("BTG"),
    },
    Policy {
        uri: "https://profiles.ihe.net/ITI/PCF/Policy-deny",
        effect: Effect::Forbid,
        purpose: None,
    },
];

/// Where the provisions inside the root start from.
pub(super) struct Start {
    pub(super) base: Base,
    pub(super) effect: Effect,
    pub(super) criteria: Criteria,
}

impl Compiler<'_> {
    /// Policies that stand beside a rule of the consent's own.
    pub(super) fn unapplied(&mut self, consent: &Node<'_>) {
        for policy in consent.list("policy") {
            if let Some(uri) = policy.child("uri") {
                self.warn(&uri.path, Concern::PolicyNotApplied);
            }
        }
    }

    /// Neither `policyRule` nor a type: IHE's own policies decide, under IHE's reading.
    pub(super) fn by_policy(
        &mut self,
        consent: &Node<'_>,
        stated: bool,
        rules: &mut Vec<Rule>,
    ) -> Result<Start> {
        let nothing = Start {
            base: Base::Silent,
            effect: Effect::Forbid,
            criteria: Criteria::default(),
        };
        if stated {
            // A type that is none has been refused.
            return Ok(nothing);
        }
        let policies = match self.options.reading {
            Reading::Pcf11 => consent.list("policy"),
            _ => Vec::new(),
        };
        let mut found: Option<(&Policy, String)> = None;
        let mut refused = false;
        for policy in &policies {
            let uri = policy.text("uri");
            let path = policy.path_of("uri");
            let known = POLICIES.iter().find(|known| Some(known.uri) == uri);
            let Some(known) = known else {
                self.refuse(Code::E16, &path, "decides everything here and is not known");
                refused = true;
                continue;
            };
            let (first, _) = found.get_or_insert((known, path.clone()));
            if first.uri != known.uri {
                self.refuse(Code::E04, &path, "is another policy than the first one");
            }
        }
        let Some((
            Policy {
                effect, purpose, ..
            },
            path,
        )) = found
        else {
            if !refused {
                self.refuse(
                    Code::E03,
                    &consent.path,
                    "has no policyRule that opts in or out, and no provision with a type",
                );
            }
            return Ok(nothing);
        };
        let mut criteria = Criteria::default();
        if let Some(purpose) = purpose {
            self.warn(&path, Concern::UserAuthorisation);
            let purpose = Criterion::purpose([*purpose])?;
            criteria.set(purpose.clone());
            rules.push(Rule::permit([purpose])?);
        }
        Ok(Start {
            base: match purpose {
                None => base_of(*effect),
                Some(_) => Base::Forbid,
            },
            effect: *effect,
            criteria,
        })
    }

    /// Refuses what reads as a directive and is none that is known: another spelling of its
    /// system, or its code in another case or system. Left out, an opt-out would be forgotten.
    pub(super) fn misnamed(&mut self, concept: &Concept<'_>) {
        let known = |code: &str| {
            concept
                .codings
                .iter()
                .any(|it| self.coding(CodeSet::Directive, it) == Ok(code))
        };
        let mut misnamed = Vec::new();
        for coding in &concept.codings {
            let Err(fault) = self.coding(CodeSet::Directive, coding) else {
                continue;
            };
            let code = coding.code.unwrap_or_default();
            let mut directives = self.vocabulary.concepts(CodeSet::Directive);
            let meant = directives.find(|it| it.code().eq_ignore_ascii_case(code));
            if meant.is_some_and(|it| !known(it.code())) {
                misnamed.push((fault, coding.path.clone()));
            }
        }
        for (fault, path) in misnamed {
            self.refuse(
                fault,
                &path,
                "reads as a directive and is none that is known",
            );
        }
    }

    /// Rules may be moved into Permission resources, where they are not read.
    pub(super) fn permission_resources(&mut self, consent: &Node<'_>) {
        let basis = consent.child("policyBasis");
        let basis = basis.and_then(|basis| basis.child("reference"));
        let texts = consent.list("policyText");
        let sources = consent.list("sourceReference");
        for node in basis.into_iter().chain(texts).chain(sources) {
            let reference = Reference::from(node);
            let named = reference
                .reference
                .is_some_and(|it| it.starts_with("Permission/") || it.contains("/Permission/"));
            if named || reference.kind == Some("Permission") {
                self.refuse(
                    Code::E15,
                    &reference.path,
                    "refers to a Permission, which is not read",
                );
            }
        }
    }

    /// R5 has no policyRule; its codes are then found among the legal bases.
    pub(super) fn contrary_basis(&mut self, consent: &Node<'_>, effect: Effect) {
        for basis in consent.list("regulatoryBasis") {
            let basis = Concept::from(basis);
            self.misnamed(&basis);
            let contrary =
                basis
                    .codings
                    .iter()
                    .any(|coding| match self.coding(CodeSet::Directive, coding) {
                        Ok("OPTIN" | "OPTINR") => effect == Effect::Forbid,
                        Ok("OPTOUT" | "OPTOUTE" | "NOCONSENT") => effect == Effect::Permit,
                        _ => false,
                    });
            if contrary {
                self.refuse(Code::E04, &basis.path, "is the contrary of the decision");
            }
        }
    }
}
