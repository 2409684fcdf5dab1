//! The normal form of a consent.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Deref;

use super::interval::Interval;
use super::rule::Rule;
use super::set::{Set, check_value};
use crate::error::{Error, Result};
use crate::tags;
use crate::transcript::Transcript;

/// Most rules of one consent.
pub(super) const RULES: usize = 256;
/// The farthest zone from UTC, in minutes.
pub(super) const ZONE: i16 = 14 * 60;

/// How the document that the Terms come from was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reading {
    /// Written as Terms in the first place.
    Native = 0,
    /// FHIR R4: the root's rule from `policyRule` or its type, every provision with a type of
    /// its own that is contrary to the one above it.
    R4Typed = 1,
    /// FHIR R4 under IHE PCF 1.1: a permission below a permission adds to it.
    Pcf11 = 2,
    /// FHIR R5: each level is the contrary of the one above it.
    R5Negate = 3,
    /// FHIR R4 under the German MII consent of 2025: nothing but what is named.
    Mii2025 = 4,
}

impl Reading {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Native,
        Self::R4Typed,
        Self::Pcf11,
        Self::R5Negate,
        Self::Mii2025,
    ];

    /// Its name, as the tool takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::R4Typed => "r4-typed",
            Self::Pcf11 => "pcf-1.1",
            Self::R5Negate => "r5-negate",
            Self::Mii2025 => "mii-2025",
        }
    }

    /// The reading of a name; none for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Whether one purpose of a rule is enough or all of them are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PurposeMode {
    /// A rule's purposes are alternatives.
    AnyOf = 1,
    /// A permission applies only to requests with all of the rule's purposes.
    AllOf = 2,
}

impl PurposeMode {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AnyOf, Self::AllOf];

    /// Its name, as the tool takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnyOf => "any-of",
            Self::AllOf => "all-of",
        }
    }

    /// The mode of a name; none for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// What holds where no rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Base {
    /// The consent says nothing.
    Silent = 0,
    /// It permits.
    Permit = 1,
    /// It forbids.
    Forbid = 2,
}

impl Base {
    /// A word for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Permit => "permit",
            Self::Forbid => "forbid",
        }
    }
}

/// What Terms hold, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsDraft {
    /// 32 random bytes, so that nobody can guess the Terms from their digest or link two of them.
    pub salt: [u8; 32],
    /// SHA-256 of the vocabulary that the codes are taken from.
    pub vocabulary: [u8; 32],
    /// How the source was read.
    pub reading: Reading,
    /// Whether purposes are alternatives.
    pub purpose_mode: PurposeMode,
    /// The patient: an absolute reference.
    pub subject: String,
    /// Who consented: absolute references; none if the source does not say.
    pub grantors: Set<String>,
    /// SHA-256 of the source document; zeros for Terms that were written as such.
    pub source: [u8; 32],
    /// When the consent was given, in Unix seconds, where the source says so.
    pub decided: Option<i64>,
    /// The zone in which days were read, in minutes east of UTC.
    pub zone: i16,
    /// When the consent is valid.
    pub valid: Interval,
    /// What holds where no rule applies.
    pub base: Base,
    /// The rules, in order: of those that apply, the last one decides.
    pub rules: Vec<Rule>,
    /// Codes of what the recipient owes: carried and signed, not enforced.
    pub obligations: Set<String>,
    /// The digest of the Terms that these replace.
    pub supersedes: Option<[u8; 32]>,
}

impl TermsDraft {
    /// Terms of one patient that say nothing yet, always valid, read in UTC.
    #[must_use]
    pub fn new(salt: [u8; 32], vocabulary: [u8; 32], subject: &str) -> Self {
        Self {
            salt,
            vocabulary,
            reading: Reading::Native,
            purpose_mode: PurposeMode::AnyOf,
            subject: String::from(subject),
            grantors: Set::default(),
            source: [0; 32],
            decided: None,
            zone: 0,
            valid: Interval::ALWAYS,
            base: Base::Silent,
            rules: Vec::new(),
            obligations: Set::default(),
            supersedes: None,
        }
    }
}

/// A consent in its normal form: checked, unchangeable, with one encoding.
///
/// It reads as its [`TermsDraft`]. What it holds is personal; its [`Terms::digest`] is not, as it
/// covers 32 random bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(TermsDraft);

impl Deref for Terms {
    type Target = TermsDraft;

    fn deref(&self) -> &TermsDraft {
        &self.0
    }
}

impl Terms {
    /// Checks a draft.
    ///
    /// # Errors
    /// [`Error::Argument`] for a reference or code that is none, for a zone of more than 14 hours
    /// and for Terms that say nothing at all; [`Error::TooLarge`] beyond 256 rules.
    pub fn check(draft: TermsDraft) -> Result<Self> {
        check_value(&draft.subject)?;
        for value in draft.grantors.iter().chain(draft.obligations.iter()) {
            check_value(value)?;
        }
        if !(-ZONE..=ZONE).contains(&draft.zone) {
            return Err(Error::Argument("a zone is within 14 hours of UTC"));
        }
        if draft.rules.len() > RULES {
            return Err(Error::TooLarge("256 rules of one consent"));
        }
        if draft.base == Base::Silent && draft.rules.is_empty() {
            return Err(Error::Argument("a consent says something"));
        }
        Ok(Self(draft))
    }

    /// The digest that signatures, grants, envelopes and audit events name: SHA-256 over a tag
    /// and the encoding, each behind its length.
    ///
    /// # Errors
    /// None for Terms that were built or read; the encoder's are passed on.
    pub fn digest(&self) -> Result<[u8; 32]> {
        let bytes = self.to_bytes()?;
        Ok(Transcript::new(tags::TERMS).item(&bytes).finish())
    }
}
