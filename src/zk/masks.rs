//! What a consent permits and a request asks for, as masks.

use super::field;
use crate::curve::Scalar;
use crate::error::{Error, Result};

/// Categories, purposes and actions, one bit each; none of the three is empty, and the bit of
/// unknown categories is not set (SPEC.md, section 16.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masks {
    categories: u64,
    purposes: u64,
    actions: u16,
}

impl Masks {
    /// The bit of categories that no consent and no provable request has.
    pub const UNKNOWN: u64 = 1 << 63;

    /// Takes masks that say something.
    ///
    /// # Errors
    /// [`Error::Masks`] for an empty one, and for the bit of unknown categories.
    pub const fn new(categories: u64, purposes: u64, actions: u16) -> Result<Self> {
        if categories == 0 || purposes == 0 || actions == 0 {
            return Err(Error::Masks(
                "an empty part, which every consent would cover",
            ));
        }
        if categories & Self::UNKNOWN != 0 {
            return Err(Error::Masks("unknown or unlabelled content"));
        }
        Ok(Self {
            categories,
            purposes,
            actions,
        })
    }

    /// One bit for each category.
    #[must_use]
    pub const fn categories(&self) -> u64 {
        self.categories
    }

    /// One bit for each purpose.
    #[must_use]
    pub const fn purposes(&self) -> u64 {
        self.purposes
    }

    /// One bit for each action.
    #[must_use]
    pub const fn actions(&self) -> u16 {
        self.actions
    }

    /// Whether every bit of `request` is here.
    #[must_use]
    pub const fn cover(&self, request: &Self) -> bool {
        request.categories & !self.categories == 0
            && request.purposes & !self.purposes == 0
            && request.actions & !self.actions == 0
    }

    /// categories + 2^64 purposes + 2^128 actions.
    #[must_use]
    pub fn packed(&self) -> Scalar {
        field::packed(self.categories, self.purposes, u32::from(self.actions))
    }

    /// The masks that [`Masks::packed`] gives.
    ///
    /// # Errors
    /// [`Error::Masks`] as [`Masks::new`], and for an element that is none of them.
    pub fn from_packed(element: &Scalar) -> Result<Self> {
        let range = Error::Masks("beyond their bits");
        let (categories, purposes, actions) = field::unpacked(element).ok_or(range.clone())?;
        Self::new(
            categories,
            purposes,
            u16::try_from(actions).map_err(|_| range)?,
        )
    }
}
