//! A permission or prohibition.

use alloc::vec::Vec;
use core::ops::Not;

use super::criterion::Criterion;
use crate::error::{Error, Result};

/// What a rule does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Effect {
    /// It permits.
    Permit = 1,
    /// It forbids.
    Forbid = 2,
}

impl Effect {
    /// A word for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Forbid => "forbid",
        }
    }
}

impl Not for Effect {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Permit => Self::Forbid,
            Self::Forbid => Self::Permit,
        }
    }
}

/// One rule of a consent: an effect, and the criteria that must all hold for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    effect: Effect,
    criteria: Vec<Criterion>,
}

impl Rule {
    /// A rule; without criteria it applies to everything.
    ///
    /// # Errors
    /// [`Error::Duplicate`] for two criteria of one kind, and those of the criteria's own
    /// constructors.
    pub fn new(effect: Effect, criteria: impl IntoIterator<Item = Criterion>) -> Result<Self> {
        let mut all: Vec<Criterion> = criteria
            .into_iter()
            .map(Criterion::checked)
            .collect::<Result<_>>()?;
        all.sort_by_key(Criterion::number);
        if all
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.number() == b.number()))
        {
            return Err(Error::Duplicate("criterion of a rule"));
        }
        Ok(Self {
            effect,
            criteria: all,
        })
    }

    /// A permission.
    ///
    /// # Errors
    /// As [`Rule::new`].
    pub fn permit(criteria: impl IntoIterator<Item = Criterion>) -> Result<Self> {
        Self::new(Effect::Permit, criteria)
    }

    /// A prohibition.
    ///
    /// # Errors
    /// As [`Rule::new`].
    pub fn forbid(criteria: impl IntoIterator<Item = Criterion>) -> Result<Self> {
        Self::new(Effect::Forbid, criteria)
    }

    /// What it does where it applies.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Its criteria, ascending by number, each kind at most once.
    #[must_use]
    pub fn criteria(&self) -> &[Criterion] {
        &self.criteria
    }
}
