//! What a provision stands under, dimension by dimension.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::consent::{Confidentiality, Criterion, Effect};

/// Labels of data, as a provision of this effect stated them.
#[derive(Clone)]
pub(super) struct Labels {
    pub(super) stated: Effect,
    pub(super) confidentiality: Option<Confidentiality>,
    pub(super) sensitivities: BTreeSet<String>,
}

/// The criteria of a provision: its own, and on the other dimensions those of the provision
/// around it.
#[derive(Clone, Default)]
pub(super) struct Criteria {
    /// By number.
    plain: BTreeMap<u8, Criterion>,
    pub(super) labels: Option<Labels>,
    /// Types and documents of R4's `class`: any of them.
    pub(super) classes: Vec<Criterion>,
}

impl Criteria {
    pub(super) fn set(&mut self, criterion: Criterion) {
        self.plain.insert(criterion.number(), criterion);
    }

    /// Takes what it does not state itself from the criteria around it.
    pub(super) fn inherit(&mut self, around: &Self) {
        for (number, criterion) in &around.plain {
            self.plain
                .entry(*number)
                .or_insert_with(|| criterion.clone());
        }
        if self.labels.is_none() {
            self.labels.clone_from(&around.labels);
        }
        if self.classes.is_empty() {
            self.classes.clone_from(&around.classes);
        }
    }

    /// Whether it has a dimension of its own on which the criteria around it are limited: only
    /// then can a permission inside a permission add anything.
    pub(super) fn replaces_part_of(&self, around: &Self) -> bool {
        (self.labels.is_some() && around.labels.is_some())
            || (!self.classes.is_empty() && !around.classes.is_empty())
            || self
                .plain
                .keys()
                .any(|number| around.plain.contains_key(number))
    }

    pub(super) fn is_about_data(&self) -> bool {
        self.labels.is_some()
            || !self.classes.is_empty()
            || self.plain.values().any(Criterion::is_about_data)
    }

    pub(super) fn without_data(&self) -> Self {
        let plain = self.plain.iter();
        Self {
            plain: plain
                .filter(|(_, criterion)| !criterion.is_about_data())
                .map(|(number, criterion)| (*number, criterion.clone()))
                .collect(),
            ..Self::default()
        }
    }

    /// The lists of criteria of which one is to hold; none if no list can say it.
    pub(super) fn alternatives(&self, effect: Effect) -> Option<Vec<Vec<Criterion>>> {
        let labels = self
            .labels
            .as_ref()
            .map_or(Some(vec![vec![]]), |it| it.of(effect))?;
        let classes = match &*self.classes {
            [] => vec![vec![]],
            classes => classes.iter().map(|it| vec![it.clone()]).collect(),
        };
        let mut all = Vec::new();
        for labels in &labels {
            for classes in &classes {
                let plain = self.plain.values();
                all.push(plain.chain(labels).chain(classes).cloned().collect());
            }
        }
        Some(all)
    }
}

impl Labels {
    /// A permission wants all of its labels to fit, a prohibition is met by one.
    ///
    /// A level of confidentiality is a ceiling in a permission and a floor in a prohibition, so it
    /// cannot pass from one to the other. A denial inside a permission is made wider, to all
    /// levels: above the ceiling nothing was permitted. A permission inside a denial would be made
    /// wider too, so there is none.
    fn of(&self, effect: Effect) -> Option<Vec<Vec<Criterion>>> {
        let confidentiality = match (self.confidentiality, self.stated, effect) {
            (None, ..) | (Some(_), Effect::Permit, Effect::Forbid) => None,
            (Some(_), Effect::Forbid, Effect::Permit) => return None,
            (Some(level), ..) => Some(Criterion::Confidentiality(level)),
        };
        let sensitivities = self.sensitivities.iter().map(String::as_str);
        let sensitivities = match self.sensitivities.is_empty() {
            true => None,
            // Checked codes of the vocabulary: fewer than a set may have.
            false => Some(Criterion::sensitivity(sensitivities).ok()?),
        };
        let all: Vec<Criterion> = confidentiality.into_iter().chain(sensitivities).collect();
        Some(match (effect, all.len()) {
            (Effect::Forbid, 2) => all.into_iter().map(|it| vec![it]).collect(),
            _ => vec![all],
        })
    }
}
