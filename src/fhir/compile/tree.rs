//! Nested provisions become rules in the order of the document, each level before the one inside.

use alloc::vec::Vec;

use super::Compiler;
use super::criteria::Criteria;
use crate::consent::{Criterion, Effect, Reading, Rule};
use crate::error::Result;
use crate::fhir::consent::Provision;
use crate::fhir::refusal::Code;
use crate::fhir::warning::Concern;

impl Compiler<'_> {
    /// `permit` or `deny`; none where there is no type, or none that is known.
    pub(super) fn decision(&mut self, provision: &Provision<'_>) -> Option<Effect> {
        match provision.decision? {
            "permit" => Some(Effect::Permit),
            "deny" => Some(Effect::Forbid),
            _ => {
                let path = alloc::format!("{}.type", provision.path);
                self.refuse(Code::E10, &path, "is neither permit nor deny");
                None
            }
        }
    }

    /// The provisions inside one with this effect and these criteria; `depth` is 1 inside the
    /// root of R4 and inside the first level of R5.
    pub(super) fn nested(
        &mut self,
        parent: &Provision<'_>,
        effect: Effect,
        criteria: &Criteria,
        depth: usize,
        rules: &mut Vec<Rule>,
    ) -> Result<()> {
        let mut denials = 0;
        for child in &parent.nested {
            let own = self.effect(child, parent, effect, depth);
            let mut stated = self.criteria(child, own, true)?;
            let adding = self.options.reading == Reading::Pcf11 && own == effect;
            if adding && own == Effect::Permit && !stated.replaces_part_of(criteria) {
                let path = alloc::format!("{}.type", child.path);
                self.refuse(
                    Code::E07,
                    &path,
                    "is a permit inside one that permits the same already: nobody can tell what it adds",
                );
            }
            stated.inherit(criteria);
            if self.options.reading == Reading::Mii2025 {
                self.research(child, &mut stated)?;
            }
            self.rules(child, own, &stated, rules)?;
            self.nested(child, own, &stated, depth + 1, rules)?;
            if own == Effect::Forbid {
                if denials > 0 && !child.nested.is_empty() {
                    self.warn(&child.path, Concern::CrossingExceptions);
                }
                denials += 1;
            }
        }
        Ok(())
    }

    /// What the reading makes of a provision inside one with the effect `above`.
    fn effect(
        &mut self,
        provision: &Provision<'_>,
        parent: &Provision<'_>,
        above: Effect,
        depth: usize,
    ) -> Effect {
        let reading = self.options.reading;
        if reading == Reading::R5Negate {
            if !self.options.accept_alternation {
                self.refuse(
                    Code::E08,
                    &provision.path,
                    "would reverse the level above it once more, which the narratives contradict",
                );
            }
            return !above;
        }
        let path = alloc::format!("{}.type", provision.path);
        if provision.decision.is_none() {
            self.refuse(
                Code::E06,
                &provision.path,
                "has no type, which a nested provision must have",
            );
            return !above;
        }
        let Some(own) = self.decision(provision) else {
            return !above;
        };
        let adds = reading == Reading::Pcf11 && own == Effect::Permit;
        // Where the type around it is none, there is nothing to compare with.
        let comparable = parent
            .decision
            .is_none_or(|it| matches!(it, "permit" | "deny"));
        if own == above && !adds && comparable {
            self.refuse(
                Code::E07,
                &path,
                "is the same as that of the provision around it",
            );
        } else if reading == Reading::Mii2025 && depth > 1 {
            self.refuse(
                Code::E01,
                &provision.path,
                "is an exception to a permit, which this reading does not have",
            );
        }
        own
    }

    /// A permit of the German research consent: one of its policies, for research.
    fn research(&mut self, provision: &Provision<'_>, criteria: &mut Criteria) -> Result<()> {
        if provision.codes.is_empty() {
            let path = alloc::format!("{}.code", provision.path);
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
