//! Why a consent is not compiled: every reason at once, each with its place.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Error;

/// Refusals of one code beyond this are counted, not listed: a document can have very many.
const LISTED: usize = 64;

macro_rules! codes {
    ($($code:ident $error:ident $rank:literal,)+) => {
        /// A reason of SPEC.md, section 16.3: E01 to E24, errors 601 to 624.
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($code,)+
        }

        impl Code {
            /// The library's error of that code.
            #[must_use]
            pub const fn error(self) -> Error {
                match self {
                    $(Self::$code => Error::$error,)+
                }
            }

            /// Structure comes before meaning, and what decides before details.
            const fn rank(self) -> u8 {
                match self {
                    $(Self::$code => $rank,)+
                }
            }
        }
    };
}

codes! {
    E01 UnknownElement 1,
    E02 NotInForce 2,
    E03 NoDecision 3,
    E04 Contradiction 4,
    E05 RootWithoutType 5,
    E06 NestedType 6,
    E07 SameType 7,
    E08 Alternation 8,
    E09 UnknownSystem 9,
    E10 UnknownCode 9,
    E11 Shape 0,
    E12 Actor 9,
    E13 RelatedData 9,
    E14 Expression 9,
    E15 PermissionResource 9,
    E16 UnknownPolicy 9,
    E17 DataPeriod 9,
    E18 InlineLabels 9,
    E19 DeniedRecipient 9,
    E20 ConsentConflict 9,
    E21 NoAuthority 9,
    E22 NotSigned 9,
    E23 Unlabelled 9,
    E24 ConditionOfUse 9,
}

impl Code {
    /// The error's number: 601 to 624.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.error().code()
    }
}

impl fmt::Display for Code {
    /// `E07`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self:?}")
    }
}

/// One reason, at one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which reason.
    pub code: Code,
    /// The element at fault as FHIRPath; where one is missing, the element that lacks it.
    pub path: String,
    /// What is wrong with it: a fixed text, never of the document.
    pub sentence: &'static str,
}

impl fmt::Display for Refusal {
    /// `E07: Consent.provision.provision[0].type: …`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}: {}", self.code, self.path, self.sentence)
    }
}

/// All reasons against one consent, at least one: those of its structure first (E11, E01, then
/// E02 to E08), the others in the order of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusals {
    first: Refusal,
    others: Vec<Refusal>,
    omitted: usize,
}

impl Refusals {
    pub(super) fn one(code: Code, path: &str, sentence: &'static str) -> Self {
        Self {
            first: Refusal {
                code,
                path: path.into(),
                sentence,
            },
            others: Vec::new(),
            omitted: 0,
        }
    }

    /// The reason that counts as the error.
    #[must_use]
    pub const fn first(&self) -> &Refusal {
        &self.first
    }

    /// All that are listed, in order: of each code at most 64.
    pub fn iter(&self) -> impl Iterator<Item = &Refusal> {
        core::iter::once(&self.first).chain(&self.others)
    }

    /// How many more there are of codes that are listed.
    #[must_use]
    pub const fn omitted(&self) -> usize {
        self.omitted
    }

    /// The library's error of the first.
    #[must_use]
    pub const fn error(&self) -> Error {
        self.first.code.error()
    }
}

impl fmt::Display for Refusals {
    /// The first.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(out)
    }
}

impl core::error::Error for Refusals {}

/// Refusals while they are found.
#[derive(Default)]
pub(super) struct Found {
    list: Vec<Refusal>,
    omitted: usize,
}

impl Found {
    /// Adds one. What follows only from a wrong shape at the same place is not added.
    pub(super) fn refuse(&mut self, code: Code, path: impl Into<String>, sentence: &'static str) {
        let path = path.into();
        let mut same = 0;
        for other in &self.list {
            if other.path == path && (other.code == Code::E11 || other.code == code) {
                return;
            }
            same += usize::from(other.code == code);
        }
        if same < LISTED {
            self.list.push(Refusal {
                code,
                path,
                sentence,
            });
        } else {
            self.omitted += 1;
        }
    }

    /// Nothing, if nothing was found.
    pub(super) fn finish(mut self) -> Result<(), Refusals> {
        self.list.sort_by_key(|refusal| refusal.code.rank());
        let mut list = self.list.into_iter();
        let Some(first) = list.next() else {
            return Ok(());
        };
        Err(Refusals {
            first,
            others: list.collect(),
            omitted: self.omitted,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn numbers_and_names_are_those_of_the_list() {
        assert_eq!((Code::E01.number(), Code::E24.number()), (601, 624));
        assert_eq!(Code::E07.to_string(), "E07");
        assert_eq!(Code::E07.error(), Error::SameType);
    }

    #[test]
    fn structure_comes_first_and_one_fault_is_told_once() {
        let mut found = Found::default();
        for (code, path) in [
            (Code::E12, "a"),
            (Code::E09, "b"),
            (Code::E05, "c"),
            (Code::E01, "d"),
            (Code::E11, "e"),
            (Code::E09, "e"),
            (Code::E01, "d"),
        ] {
            found.refuse(code, path, "");
        }
        let refusals = found.finish().unwrap_err();
        let order: Vec<_> = refusals.iter().map(|it| it.code).collect();
        assert_eq!(
            order,
            [Code::E11, Code::E01, Code::E05, Code::E12, Code::E09]
        );
        assert_eq!(refusals.error(), Error::Shape);
        assert!(Found::default().finish().is_ok());
    }

    #[test]
    fn very_many_are_counted() {
        let mut found = Found::default();
        for number in 0..1000 {
            found.refuse(Code::E01, number.to_string(), "");
        }
        found.refuse(Code::E11, "x", "");
        let refusals = found.finish().unwrap_err();
        assert_eq!(refusals.first().code, Code::E11);
        assert_eq!((refusals.iter().count(), refusals.omitted()), (65, 936));
    }
}
