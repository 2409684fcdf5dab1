//! One code of a vocabulary, and what is said of it.

use core::fmt;

use super::CodeSet;
use super::hierarchy::{Entry, Hierarchy};

/// What a vocabulary says of a code beside its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Property {
    /// Groups other codes and is not used itself.
    Abstract,
    /// A role: the author of data.
    Author,
    /// A role: the custodian of data.
    Custodian,
    /// Still understood, not to be used in what is new.
    Deprecated,
    /// A term of data use that restricts a permission.
    Modifier,
    /// A term of data use that permits.
    Permission,
    /// A sensitivity whose lack `sens.none` asserts.
    Pinned,
    /// A role: who may receive data.
    Recipient,
}

impl Property {
    /// All properties, by name.
    pub const ALL: [Self; 8] = [
        Self::Abstract,
        Self::Author,
        Self::Custodian,
        Self::Deprecated,
        Self::Modifier,
        Self::Permission,
        Self::Pinned,
        Self::Recipient,
    ];

    /// How the text writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Abstract => "abstract",
            Self::Author => "author",
            Self::Custodian => "custodian",
            Self::Deprecated => "deprecated",
            Self::Modifier => "modifier",
            Self::Permission => "permission",
            Self::Pinned => "pinned",
            Self::Recipient => "recipient",
        }
    }

    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A code of a vocabulary.
#[derive(Clone, Copy)]
pub struct Concept<'a> {
    pub(super) set: CodeSet,
    pub(super) hierarchy: &'a Hierarchy,
    pub(super) entry: &'a Entry,
}

impl<'a> Concept<'a> {
    /// The set that it belongs to.
    #[must_use]
    pub const fn set(&self) -> CodeSet {
        self.set
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &'a str {
        &self.entry.code
    }

    /// What people call it, as its code system has it.
    #[must_use]
    pub fn display(&self) -> &'a str {
        &self.entry.display
    }

    /// The codes directly above it: none, one or several. For confidentiality the level below.
    pub fn parents(&self) -> impl Iterator<Item = &'a str> {
        self.hierarchy.codes(&self.entry.parents)
    }

    /// All codes above it, itself not included, by code.
    pub fn ancestors(&self) -> impl Iterator<Item = &'a str> {
        self.hierarchy.codes(&self.entry.above)
    }

    /// Whether the vocabulary says this of it.
    #[must_use]
    pub const fn has(&self, property: Property) -> bool {
        self.entry.properties & property.bit() != 0
    }
}

impl fmt::Debug for Concept<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.set.name(), self.code())
    }
}

impl PartialEq for Concept<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.set == other.set && self.entry == other.entry
    }
}

impl Eq for Concept<'_> {}
