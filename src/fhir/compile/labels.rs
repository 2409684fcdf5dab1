//! Security labels: kinds of data, and what recipients owe.

use alloc::collections::BTreeSet;
use alloc::string::String;

use super::Compiler;
use super::criteria::{Criteria, Labels};
use super::head::code_of;
use crate::consent::vocabulary::CodeSet;
use crate::consent::{Confidentiality, Effect};
use crate::fhir::consent::Coding;
use crate::fhir::refusal::Code;
use crate::fhir::warning::Concern;

impl Compiler<'_> {
    /// Labels of data, and on permits what the recipient owes.
    pub(super) fn labels(
        &mut self,
        labels: &[Coding<'_>],
        effect: Effect,
        criteria: &mut Criteria,
    ) {
        let mut levels: BTreeSet<Confidentiality> = BTreeSet::new();
        let mut sensitivities: BTreeSet<String> = BTreeSet::new();
        for label in labels {
            let (Some(system), Some(code)) = (label.system, label.code) else {
                self.refuse(Code::E09, &label.path, "lacks its system or code");
                continue;
            };
            let set = self.vocabulary.classify(system, code).map(|it| it.set());
            match (set, effect) {
                (Ok(CodeSet::Confidentiality), _) => {
                    levels.extend(Confidentiality::from_code(code))
                }
                (Ok(CodeSet::Sensitivity), _) => {
                    self.narrow(code, labels, &label.path);
                    sensitivities.insert(code.into());
                }
                (Ok(CodeSet::Obligation | CodeSet::Refrain), Effect::Permit) => {
                    self.obligations.insert(code.into());
                }
                (Ok(CodeSet::Obligation | CodeSet::Refrain), Effect::Forbid) => {
                    self.refuse(
                        Code::E10,
                        &label.path,
                        "is what a recipient owes, under a denial",
                    );
                }
                (Ok(_), _) => self.refuse(Code::E10, &label.path, "is no label of data"),
                (Err(fault), _) => {
                    self.refuse(code_of(fault), &label.path, "is no label that is known");
                }
            }
        }
        // The highest ceiling of a permission, the lowest floor of a prohibition.
        let confidentiality = match effect {
            Effect::Permit => levels.last(),
            Effect::Forbid => levels.first(),
        };
        if confidentiality.is_some() || !sensitivities.is_empty() {
            criteria.labels = Some(Labels {
                stated: effect,
                confidentiality: confidentiality.copied(),
                sensitivities,
            });
        }
    }

    /// Whether somebody who says this code may have meant its relatives too.
    fn narrow(&mut self, code: &str, labels: &[Coding<'_>], path: &str) {
        let named = |wanted: &str| {
            labels.iter().any(|label| {
                label
                    .code
                    .is_some_and(|own| self.vocabulary.sensitivity_is_within(wanted, own))
            })
        };
        let part = self
            .vocabulary
            .presets()
            .any(|preset| preset.codes().any(|own| own == code) && !preset.named().all(named));
        if part {
            self.warn(path, Concern::NarrowSensitivity);
        }
    }
}
