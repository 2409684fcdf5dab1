//! What is enforced: the base and the rules, in order.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::vocabulary::CodeSet;
use super::super::{Base, Criterion, Effect, PurposeMode, Rule, Set};
use super::phrase::Phrase;
use super::speaker::Speaker;
use super::{Line, RuleText, Sentence};

/// How a rule stands to what holds before it.
#[derive(Clone, Copy)]
enum Turn {
    /// Nothing holds before it.
    First,
    /// It does the same as the rule before.
    Also,
    /// It does the contrary.
    But,
    /// It does the contrary for a part of what the one before it covers.
    Except,
}

impl Speaker<'_> {
    /// The base, the rules, and how they are read.
    pub(super) fn enforced(&self) -> Vec<Line> {
        let rules = &self.terms.rules;
        let base = match self.terms.base {
            Base::Silent => Phrase::BaseSilent,
            Base::Permit => Phrase::BasePermit,
            Base::Forbid => Phrase::BaseForbid,
        };
        let mut lines = Vec::new();
        if !rules.is_empty() {
            lines.push(self.line(Phrase::Order));
        }
        lines.push(self.line(base));
        for (place, rule) in rules.iter().enumerate() {
            let before = place.checked_sub(1).and_then(|place| rules.get(place));
            lines.push(Line::Rule(self.rule(place, rule, before)));
        }
        if rules.iter().any(|rule| !rule.criteria().is_empty()) {
            lines.push(self.line(Phrase::NotKnown));
        }
        lines
    }

    pub(super) fn line(&self, phrase: Phrase<'_>) -> Line {
        Line::Sentence(self.sentence(phrase))
    }

    pub(super) fn sentence(&self, phrase: Phrase<'_>) -> Sentence {
        Sentence {
            key: phrase.name(),
            text: self.say(phrase),
        }
    }

    fn rule(&self, place: usize, rule: &Rule, before: Option<&Rule>) -> RuleText {
        let turn = turn(rule, before, self.terms.base);
        let everything = rule.criteria().is_empty();
        let lead = match (rule.effect(), turn) {
            (Effect::Permit, _) if everything => Phrase::PermitAll,
            (Effect::Permit, Turn::First) => Phrase::Permit,
            (Effect::Permit, Turn::Also) => Phrase::PermitAlso,
            (Effect::Permit, Turn::But) => Phrase::PermitBut,
            (Effect::Permit, Turn::Except) => Phrase::PermitExcept,
            (Effect::Forbid, _) if everything => Phrase::ForbidAll,
            (Effect::Forbid, Turn::First) => Phrase::Forbid,
            (Effect::Forbid, Turn::Also) => Phrase::ForbidAlso,
            (Effect::Forbid, Turn::But) => Phrase::ForbidBut,
            (Effect::Forbid, Turn::Except) => Phrase::ForbidExcept,
        };
        RuleText {
            number: place.saturating_add(1),
            effect: rule.effect(),
            lead: self.sentence(lead),
            conditions: rule
                .criteria()
                .iter()
                .map(|it| self.condition(it, rule.effect()))
                .collect(),
            notes: self.notes(rule),
        }
    }

    /// What becomes of records that say too little about themselves.
    fn notes(&self, rule: &Rule) -> Vec<Sentence> {
        let has = |about: fn(&Criterion) -> bool| rule.criteria().iter().any(about);
        let mut notes = Vec::new();
        if has(is_about_labels) {
            notes.push(self.sentence(match rule.effect() {
                Effect::Permit => Phrase::UnlabelledClosed,
                Effect::Forbid => Phrase::UnlabelledForbidden,
            }));
        }
        if has(|it| matches!(it, Criterion::Dated(_))) {
            notes.push(self.sentence(match rule.effect() {
                Effect::Permit => Phrase::UndatedClosed,
                Effect::Forbid => Phrase::UndatedForbidden,
            }));
        }
        notes
    }

    fn condition(&self, criterion: &Criterion, effect: Effect) -> Sentence {
        let permits = effect == Effect::Permit;
        let (text, make): (String, fn(&str) -> Phrase<'_>) = match criterion {
            Criterion::Recipient(all) => {
                (self.any_of(all.iter().map(|it| self.party(it))), |who| {
                    Phrase::IfRecipient { who }
                })
            }
            Criterion::Purpose(all) => return self.purposes(all, permits),
            Criterion::Action(all) => (self.codes(CodeSet::Action, all), |actions| {
                Phrase::IfAction { actions }
            }),
            Criterion::Permission(all) => {
                let all = all.iter().map(|it| self.coded(CodeSet::Mii, it));
                (
                    self.any_of(all),
                    if permits {
                        |permissions| Phrase::IfPermission { permissions }
                    } else {
                        |permissions| Phrase::IfPermissionOne { permissions }
                    },
                )
            }
            Criterion::During(span) => (self.span(span), |span| Phrase::IfDuring { span }),
            Criterion::Confidentiality(level) => (
                self.level(*level),
                if permits {
                    |level| Phrase::IfAtMost { level }
                } else {
                    |level| Phrase::IfAtLeast { level }
                },
            ),
            Criterion::Sensitivity(all) => (self.codes(CodeSet::Sensitivity, all), |codes| {
                Phrase::IfSensitivity { codes }
            }),
            Criterion::Type(all) => (
                self.any_of(all.iter().map(|it| self.resource_type(it))),
                |types| Phrase::IfType { types },
            ),
            Criterion::Document(all) => (self.any_of(all.iter().cloned()), |documents| {
                Phrase::IfDocument { documents }
            }),
            Criterion::Code(all) => (self.any_of(all.iter().cloned()), |codes| Phrase::IfCode {
                codes,
            }),
            Criterion::Dated(span) => (self.span(span), |span| Phrase::IfDated { span }),
            Criterion::Author(all) => (
                self.any_of(all.iter().map(|it| self.attribute(it))),
                |who| Phrase::IfAuthor { who },
            ),
            Criterion::Record(all) => (
                self.any_of(all.iter().map(|it| self.record(it))),
                |records| Phrase::IfRecord { records },
            ),
        };
        self.sentence(make(&text))
    }

    fn codes(&self, set: CodeSet, all: &Set<String>) -> String {
        self.any_of(all.iter().map(|code| self.code(set, code)))
    }

    fn purposes(&self, all: &Set<String>, permits: bool) -> Sentence {
        let together = permits && all.len() > 1 && self.terms.purpose_mode == PurposeMode::AllOf;
        if together {
            let all = all.iter().map(|code| self.code(CodeSet::Purpose, code));
            let purposes = &self.all_of(all);
            return self.sentence(Phrase::IfPurposeAll { purposes });
        }
        let purposes = &self.codes(CodeSet::Purpose, all);
        self.sentence(if permits {
            Phrase::IfPurpose { purposes }
        } else {
            Phrase::IfPurposeOne { purposes }
        })
    }
}

pub(super) fn is_about_labels(criterion: &Criterion) -> bool {
    matches!(
        criterion,
        Criterion::Confidentiality(_) | Criterion::Sensitivity(_)
    )
}

fn turn(rule: &Rule, before: Option<&Rule>, base: Base) -> Turn {
    let Some(before) = before else {
        return match (base, rule.effect()) {
            (Base::Silent, _) => Turn::First,
            (Base::Permit, Effect::Permit) | (Base::Forbid, Effect::Forbid) => Turn::Also,
            _ => Turn::Except,
        };
    };
    if before.effect() == rule.effect() {
        return Turn::Also;
    }
    let within = before
        .criteria()
        .iter()
        .all(|criterion| rule.criteria().contains(criterion));
    if within { Turn::Except } else { Turn::But }
}
