//! The order of confidentiality.

/// A level of confidentiality, in HL7's order: `U < L < M < N < R < V`.
///
/// A consent to a level is one to it and everything below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Confidentiality {
    /// `U`.
    Unrestricted = 0,
    /// `L`.
    Low = 1,
    /// `M`.
    Moderate = 2,
    /// `N`.
    Normal = 3,
    /// `R`.
    Restricted = 4,
    /// `V`.
    VeryRestricted = 5,
}

impl Confidentiality {
    /// All levels, ascending.
    pub const ALL: [Self; 6] = [
        Self::Unrestricted,
        Self::Low,
        Self::Moderate,
        Self::Normal,
        Self::Restricted,
        Self::VeryRestricted,
    ];

    /// The level's code in v3-Confidentiality.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unrestricted => "U",
            Self::Low => "L",
            Self::Moderate => "M",
            Self::Normal => "N",
            Self::Restricted => "R",
            Self::VeryRestricted => "V",
        }
    }

    /// The level of a code; none for any other text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }

    /// This level and those below it, ascending.
    pub fn and_below(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |level| *level <= self)
    }
}
