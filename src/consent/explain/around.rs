//! What stands around the rules: whose consent it is, what it can't do, how it was read.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::vocabulary::{CodeSet, Confidentiality, Property};
use super::super::{Criterion, Interval, PurposeMode, Reading};
use super::Line;
use super::phrase::Phrase;
use super::rules::is_about_labels;
use super::speaker::Speaker;

/// The action that opening is.
const ACCESS: &str = "access";

impl Speaker<'_> {
    fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.terms.rules.iter().flat_map(|rule| rule.criteria())
    }

    fn any(&self, about: fn(&Criterion) -> bool) -> bool {
        self.criteria().any(about)
    }

    /// Whose consent it is, and when it holds.
    pub(super) fn head(&self) -> Vec<Line> {
        let terms = self.terms;
        let mut lines = Vec::from([self.line(Phrase::Covers {
            reference: &terms.subject,
        })]);
        let others = terms.grantors.iter().filter(|it| **it != terms.subject);
        let who = &self.all_of(others.cloned());
        let own = terms.grantors.has(terms.subject.as_str());
        lines.push(self.line(match (own, who.is_empty()) {
            (true, true) => Phrase::GivenBySubject,
            (true, false) => Phrase::GivenTogether { who },
            (false, false) => Phrase::GivenByOthers { who },
            (false, true) => Phrase::GivenUnknown,
        }));
        lines.push(match terms.decided {
            Some(second) => self.line(Phrase::GivenWhen {
                moment: &self.moment_with_zone(second),
            }),
            None => self.line(Phrase::GivenWhenUnknown),
        });
        lines.push(if terms.valid == Interval::ALWAYS {
            self.line(Phrase::ValidAlways)
        } else {
            self.line(Phrase::ValidSpan {
                span: &self.span(&terms.valid),
            })
        });
        if terms.supersedes.is_some() {
            lines.push(self.line(Phrase::Replaces));
        }
        lines
    }

    /// What nobody can enforce.
    pub(super) fn limits(&self) -> Vec<Line> {
        let mut lines = Vec::from([self.line(Phrase::LimitOpened), self.line(Phrase::LimitUse)]);
        let mut actions = BTreeSet::new();
        for criterion in self.criteria() {
            if let Criterion::Action(all) = criterion {
                actions.extend(all.iter().filter(|it| *it != ACCESS));
            }
        }
        if !actions.is_empty() {
            let actions = actions.iter().map(|it| self.code(CodeSet::Action, it));
            lines.push(self.line(Phrase::LimitActions {
                actions: &self.all_of(actions),
            }));
        }
        if self.any(|it| matches!(it, Criterion::Purpose(_) | Criterion::Permission(_))) {
            lines.push(self.line(Phrase::LimitPurpose));
        }
        if self.any(is_about_labels) {
            lines.push(self.line(Phrase::LimitLabels));
        }
        if !self.terms.obligations.is_empty() {
            let all = self.terms.obligations.iter().map(|it| self.obligation(it));
            lines.push(self.line(Phrase::LimitObligations {
                obligations: &self.all_of(all),
            }));
        }
        lines
    }

    /// The reading, and what it decided.
    pub(super) fn reading(&self) -> Vec<Line> {
        let mut lines = Vec::from([self.line(match self.terms.reading {
            Reading::Native => Phrase::ReadNative,
            Reading::R4Typed => Phrase::ReadR4Typed,
            Reading::Pcf11 => Phrase::ReadPcf11,
            Reading::R5Negate => Phrase::ReadR5Negate,
            Reading::Mii2025 => Phrase::ReadMii2025,
        })]);
        if self.any(|it| matches!(it, Criterion::Purpose(_))) {
            lines.push(self.line(match self.terms.purpose_mode {
                PurposeMode::AnyOf => Phrase::ReadAnyOf,
                PurposeMode::AllOf => Phrase::ReadAllOf,
            }));
        }
        lines.push(self.line(Phrase::ReadZone { zone: &self.zone() }));
        lines.push(self.line(Phrase::ReadVocabulary {
            id: self.vocabulary.id(),
        }));
        lines
    }

    /// What lies below the codes that the rules name.
    pub(super) fn words(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if self.any(|it| matches!(it, Criterion::Confidentiality(_))) {
            let levels = Confidentiality::ALL.into_iter().map(|it| self.level(it));
            lines.push(self.line(Phrase::WordLevels {
                levels: &self.list_of(levels),
            }));
        }
        let mut named: BTreeSet<(CodeSet, &str)> = BTreeSet::new();
        for criterion in self.criteria() {
            let (set, all) = match criterion {
                Criterion::Purpose(all) => (CodeSet::Purpose, all),
                Criterion::Sensitivity(all) => (CodeSet::Sensitivity, all),
                _ => continue,
            };
            named.extend(all.iter().map(|code| (set, code.as_str())));
        }
        for (set, code) in named {
            let below: Vec<String> = self
                .vocabulary
                .concepts(set)
                .filter(|it| !it.has(Property::Abstract) && it.code() != code)
                .filter(|it| self.vocabulary.is_within(set, it.code(), code))
                .map(|it| self.code(set, it.code()))
                .collect();
            if !below.is_empty() {
                lines.push(self.line(Phrase::WordCovers {
                    word: &self.code(set, code),
                    others: &self.all_of(below),
                }));
            }
        }
        lines
    }
}
