//! What holds where no provision says otherwise.

use alloc::vec::Vec;

use super::Compiler;
use super::criteria::Criteria;
use super::policies::Start;
use super::tree::Around;
use crate::consent::vocabulary::CodeSet;
use crate::consent::{Base, Effect, Rule};
use crate::error::Result;
use crate::fhir::consent::{Concept, Node, Provision};
use crate::fhir::refusal::Code;
use crate::fhir::warning::Concern;

impl Compiler<'_> {
    /// `r4-typed` and `pcf-1.1`.
    pub(super) fn r4(
        &mut self,
        consent: &Node<'_>,
        root: Option<&Provision<'_>>,
    ) -> Result<(Base, Vec<Rule>)> {
        let directive = self.directive(consent, root);
        let typed = root.and_then(|root| self.decision(root));
        let stated = root.is_some_and(|root| root.decision.is_some());
        if let (Some(directive), Some(typed), Some(root)) = (directive, typed, root)
            && directive != typed
        {
            let path = alloc::format!("{}.type", root.path);
            self.refuse(Code::E04, &path, "is the contrary of policyRule");
        }
        if let Some(root) = root
            && !stated
            && root.has_criteria()
        {
            self.refuse(
                Code::E05,
                &root.path,
                "has criteria and no type: nobody can tell a scope from an exception",
            );
        }
        let mut rules = Vec::new();
        let start = match (typed, directive) {
            (Some(effect), _) => {
                self.unapplied(consent);
                Start {
                    base: match directive {
                        Some(Effect::Forbid) => Base::Forbid,
                        _ => Base::Silent,
                    },
                    effect,
                    criteria: Criteria::default(),
                }
            }
            (None, Some(effect)) => Start {
                base: base_of(effect),
                effect,
                criteria: Criteria::default(),
            },
            (None, None) => self.by_policy(consent, stated, &mut rules)?,
        };
        let has_rule = consent.json.get("policyRule").is_some();
        if !has_rule && consent.json.get("policy").is_none() {
            self.warn(&consent.path, Concern::NoPolicy);
        }
        let Some(root) = root else {
            return Ok((start.base, rules));
        };
        let mut criteria = self.criteria(root, start.effect, false)?;
        criteria.inherit(&start.criteria);
        if typed.is_some() {
            self.root_rules(root, start.effect, &criteria, &mut rules)?;
        }
        let inside = Around {
            decision: root.decision,
            effect: start.effect,
            criteria: &criteria,
            depth: 1,
        };
        self.level(&root.nested, &inside, &mut rules)?;
        Ok((start.base, rules))
    }

    /// A permission for some data forbids all other data to whom it is about; a prohibition
    /// leaves everything else as it is.
    fn root_rules(
        &mut self,
        root: &Provision<'_>,
        effect: Effect,
        criteria: &Criteria,
        rules: &mut Vec<Rule>,
    ) -> Result<()> {
        if effect == Effect::Permit && criteria.is_about_data() {
            self.rules(root, Effect::Forbid, &criteria.without_data(), rules)?;
        }
        self.rules(root, effect, criteria, rules)
    }

    /// What `policyRule` decides, if it does.
    fn directive(&mut self, consent: &Node<'_>, root: Option<&Provision<'_>>) -> Option<Effect> {
        let rule: Concept<'_> = consent.child("policyRule")?.into();
        self.misnamed(&rule);
        let codes = rule.codings.iter();
        let codes: Vec<&str> = codes
            .filter_map(|it| self.coding(CodeSet::Directive, it).ok())
            .collect();
        let permits = codes.iter().any(|code| matches!(*code, "OPTIN" | "OPTINR"));
        let forbids = codes
            .iter()
            .any(|code| matches!(*code, "OPTOUT" | "OPTOUTE" | "NOCONSENT"));
        let qualified = codes
            .iter()
            .any(|code| matches!(*code, "OPTINR" | "OPTOUTE"));
        let open = root.is_none_or(|root| root.decision.is_none() && root.nested.is_empty());
        if qualified && open {
            self.refuse(
                Code::E16,
                &rule.path,
                "says that there are exceptions, and no provision says which",
            );
        }
        self.rule = permits || forbids;
        match (permits, forbids) {
            (true, true) => {
                self.refuse(Code::E04, &rule.path, "opts in and out at once");
                Some(Effect::Forbid)
            }
            (true, false) => Some(Effect::Permit),
            (false, true) => Some(Effect::Forbid),
            (false, false) => None,
        }
    }

    /// `r5-negate`.
    pub(super) fn r5(
        &mut self,
        consent: &Node<'_>,
        provisions: &[Provision<'_>],
    ) -> Result<(Base, Vec<Rule>)> {
        let path = consent.path_of("decision");
        let decision = consent.text("decision");
        let effect = match decision {
            Some("permit") => Effect::Permit,
            Some("deny") => Effect::Forbid,
            Some(_) => {
                self.refuse(Code::E10, &path, "is neither permit nor deny");
                Effect::Forbid
            }
            None => {
                self.refuse(Code::E03, &path, "is missing");
                Effect::Forbid
            }
        };
        self.permission_resources(consent);
        self.contrary_basis(consent, effect);
        if let Some(basis) = consent.child("policyBasis") {
            self.warn(&basis.path, Concern::PolicyNotApplied);
        }
        let mut rules = Vec::new();
        let inside = Around {
            decision: None,
            effect,
            criteria: &Criteria::default(),
            depth: 0,
        };
        self.level(provisions, &inside, &mut rules)?;
        Ok((base_of(effect), rules))
    }

    /// `mii-2025`: everything is denied but what single permits name, for research.
    pub(super) fn mii(
        &mut self,
        consent: &Node<'_>,
        root: Option<&Provision<'_>>,
    ) -> Result<(Base, Vec<Rule>)> {
        let mut rules = Vec::new();
        if self.directive(consent, root) == Some(Effect::Permit) {
            let path = consent.path_of("policyRule");
            self.refuse(
                Code::E04,
                &path,
                "opts in; this reading denies what is not named",
            );
        }
        let Some(root) = root else {
            let path = consent.path_of("provision");
            self.refuse(Code::E03, &path, "is missing");
            return Ok((Base::Forbid, rules));
        };
        let path = alloc::format!("{}.type", root.path);
        match root.decision {
            None => self.refuse(Code::E03, &path, "is missing"),
            Some("deny") => {}
            Some(_) => self.refuse(
                Code::E04,
                &path,
                "is not deny, which this reading starts from",
            ),
        }
        if root.has_criteria() {
            self.refuse(
                Code::E01,
                &root.path,
                "has criteria, which this reading has in its permits only",
            );
        }
        let inside = Around {
            decision: root.decision,
            effect: Effect::Forbid,
            criteria: &Criteria::default(),
            depth: 1,
        };
        self.level(&root.nested, &inside, &mut rules)?;
        self.warn(&root.path, Concern::EarlierData);
        Ok((Base::Forbid, rules))
    }
}

pub(super) const fn base_of(effect: Effect) -> Base {
    match effect {
        Effect::Permit => Base::Permit,
        Effect::Forbid => Base::Forbid,
    }
}
