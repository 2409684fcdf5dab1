//! Nested provisions become rules in the order of the document, each level before the one inside.

use alloc::format;
use alloc::vec::Vec;

use super::Compiler;
use super::criteria::Criteria;
use crate::consent::{Criterion, Effect, Reading, Rule};
use crate::error::Result;
use crate::fhir::consent::Provision;
use crate::fhir::refusal::Code;

/// What provisions inside another one start from.
pub(super) struct Around<'a> {
    /// The type of that provision, as written.
    pub(super) decision: Option<&'a str>,
    pub(super) effect: Effect,
    pub(super) criteria: &'a Criteria,
    /// R4: 1 inside the root. R5: 0 at the root, 1 inside its provisions.
    pub(super) depth: usize,
}

impl Compiler<'_> {
    /// `permit` or `deny`; none where there is no type, or none that is known.
    pub(super) fn decision(&mut self, provision: &Provision<'_>) -> Option<Effect> {
        match provision.decision? {
            "permit" => Some(Effect::Permit),
            "deny" => Some(Effect::Forbid),
            _ => {
                let path = format!("{}.type", provision.path);
                self.refuse(Code::E10, &path, "is neither permit nor deny");
                None
            }
        }
    }

    /// The provisions inside `around`: its rules follow those around it.
    ///
    /// A denial without exceptions comes after those with exceptions, whatever the order of the
    /// document: an exception to one denial must not open what another one covers. So do the
    /// exceptions to permissions come after all permissions beside each other.
    pub(super) fn level(
        &mut self,
        children: &[Provision<'_>],
        around: &Around<'_>,
        rules: &mut Vec<Rule>,
    ) -> Result<()> {
        let mut permits = Vec::new();
        let mut branches: Vec<(bool, Vec<Rule>)> = Vec::new();
        // IHE's list is in order; it has no exceptions to denials.
        let in_order = self.options.reading == Reading::Pcf11;
        for child in children {
            let effect = self.effect(child, around);
            let criteria = self.inside(child, effect, around)?;
            let mut branch = Vec::new();
            let permit = effect == Effect::Permit && !in_order;
            let own = if permit { &mut permits } else { &mut branch };
            self.rules(child, effect, &criteria, own)?;
            let inner = Around {
                decision: child.decision,
                effect,
                criteria: &criteria,
                depth: around.depth + 1,
            };
            self.level(&child.nested, &inner, &mut branch)?;
            // Whether it has exceptions to a denial.
            let open = match effect {
                Effect::Forbid => !child.nested.is_empty(),
                Effect::Permit => child.nested.iter().any(|it| !it.nested.is_empty()),
            };
            if open && branches.iter().any(|(other, _)| *other) {
                self.refuse(
                    Code::E01,
                    &child.path,
                    "has exceptions, as another denial beside it: what both cover no rule can say",
                );
            }
            branches.push((open, branch));
        }
        if !in_order {
            branches.sort_by_key(|(open, _)| !open);
        }
        rules.append(&mut permits);
        rules.extend(branches.into_iter().flat_map(|(_, branch)| branch));
        Ok(())
    }

    /// The criteria of a provision, with those around it.
    fn inside(
        &mut self,
        provision: &Provision<'_>,
        effect: Effect,
        around: &Around<'_>,
    ) -> Result<Criteria> {
        let mut criteria = self.criteria(provision, effect, true)?;
        let permits = effect == Effect::Permit && around.effect == Effect::Permit;
        let reading = self.options.reading;
        if reading == Reading::Pcf11 && permits && !criteria.replaces_part_of(around.criteria) {
            let path = format!("{}.type", provision.path);
            self.refuse(
                Code::E07,
                &path,
                "is a permit inside one that permits the same already: nobody can tell what it adds",
            );
        }
        criteria.inherit(around.criteria);
        if reading == Reading::Mii2025 {
            self.research(provision, &mut criteria)?;
        }
        Ok(criteria)
    }

    /// What the reading makes of a provision.
    fn effect(&mut self, provision: &Provision<'_>, around: &Around<'_>) -> Effect {
        let (reading, above) = (self.options.reading, around.effect);
        if reading == Reading::R5Negate {
            if around.depth > 0 && !self.options.accept_alternation {
                self.refuse(
                    Code::E08,
                    &provision.path,
                    "would reverse the level above it once more, which the narratives contradict",
                );
            }
            return !above;
        }
        let path = format!("{}.type", provision.path);
        if provision.decision.is_none() {
            let sentence = "has no type, which a nested provision must have";
            self.refuse(Code::E06, &provision.path, sentence);
            return !above;
        }
        let Some(own) = self.decision(provision) else {
            return !above;
        };
        let adds = reading == Reading::Pcf11 && own == Effect::Permit;
        // Where the type around it is none, there is nothing to compare with.
        let comparable = around
            .decision
            .is_none_or(|it| matches!(it, "permit" | "deny"));
        let deep = around.depth > 1 && matches!(reading, Reading::Pcf11 | Reading::Mii2025);
        if own == above && !adds && comparable {
            let sentence = "is the same as that of the provision around it";
            self.refuse(Code::E07, &path, sentence);
        } else if deep {
            let sentence = "is inside a nested provision, which this reading does not have";
            self.refuse(Code::E01, &provision.path, sentence);
        }
        own
    }

    /// A permit of the German research consent: one of its policies, for research.
    fn research(&mut self, provision: &Provision<'_>, criteria: &mut Criteria) -> Result<()> {
        if provision.codes.is_empty() {
            let path = format!("{}.code", provision.path);
            self.refuse(
                Code::E11,
                &path,
                "is missing; this reading permits by code only",
            );
        }
        if provision.purposes.is_empty() {
            criteria.set(Criterion::purpose(["HRESCH"])?);
        }
        Ok(())
    }

    /// Adds the rules of one provision: one, or several where its criteria are alternatives.
    pub(super) fn rules(
        &mut self,
        provision: &Provision<'_>,
        effect: Effect,
        criteria: &Criteria,
        rules: &mut Vec<Rule>,
    ) -> Result<()> {
        let Some(alternatives) = criteria.alternatives(effect) else {
            self.refuse(
                Code::E01,
                &provision.path,
                "permits within a denial of a confidentiality and higher, which no rule can say",
            );
            return Ok(());
        };
        for criteria in alternatives {
            rules.push(Rule::new(effect, criteria)?);
        }
        Ok(())
    }
}
