//! The parts of a vocabulary's text.

use super::CodeSet;

/// First words of a block's first line, format version included.
pub(super) const HEAD: &str = "hippocrypt vocabulary 1 ";

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Alias,
    Spelling,
    Preset,
    Codes(CodeSet),
}

impl Section {
    /// All sections, in the order of the text.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let codes = CodeSet::ALL.into_iter().flat_map(|set| {
            let behind = (set == CodeSet::Sensitivity).then_some(Self::Preset);
            [Self::Codes(set)].into_iter().chain(behind)
        });
        [Self::Alias, Self::Spelling].into_iter().chain(codes)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::Spelling => "spelling",
            Self::Preset => "preset",
            Self::Codes(set) => set.name(),
        }
    }
}
