//! Choices for people: several sensitivities under one name.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::{CodeSet, Vocabulary};

#[derive(Clone)]
pub(super) struct Choice {
    pub(super) display: String,
    pub(super) codes: Vec<String>,
}

/// A choice that a person can make by one name, such as `mental-health`.
///
/// What it stands for is shown before it is used: [`Preset::codes`].
#[derive(Clone, Copy, Debug)]
pub struct Preset<'a> {
    vocabulary: &'a Vocabulary,
    name: &'a str,
    choice: &'a Choice,
}

impl core::fmt::Debug for Choice {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.debug_list().entries(&self.codes).finish()
    }
}

impl<'a> Preset<'a> {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// What people call it.
    #[must_use]
    pub fn display(&self) -> &'a str {
        &self.choice.display
    }

    /// The sensitivities that the vocabulary names for it, without those below them.
    pub fn named(&self) -> impl Iterator<Item = &'a str> {
        self.choice.codes.iter().map(String::as_str)
    }

    /// All sensitivities that it stands for, those below the named ones included, by code.
    pub fn codes(&self) -> impl Iterator<Item = &'a str> {
        let all: BTreeSet<&str> = self
            .named()
            .flat_map(|code| self.vocabulary.sensitivities_within(code))
            .collect();
        all.into_iter()
    }
}

impl Vocabulary {
    /// The choice of this name.
    #[must_use]
    pub fn preset(&self, name: &str) -> Option<Preset<'_>> {
        self.presets().find(|preset| preset.name == name)
    }

    /// All choices, by name.
    pub fn presets(&self) -> impl ExactSizeIterator<Item = Preset<'_>> {
        self.choices.iter().map(|(name, choice)| Preset {
            vocabulary: self,
            name,
            choice,
        })
    }

    /// Whether all codes of a choice were there by this block.
    pub(super) fn knows_sensitivities(&self, choice: &Choice, block: u8) -> bool {
        choice.codes.iter().all(|code| {
            let concept = self.concept(CodeSet::Sensitivity, code);
            concept.is_some_and(|it| it.entry.block <= block)
        })
    }
}
