//! What is known about a requester and a record; what is not known stays open.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::{BitAnd, BitOr};

use super::interval::Interval;
use super::set::{Set, check_attribute, check_value};
use super::vocabulary::Confidentiality;
use crate::error::{Error, Result};

/// Most keys of one party, and most sensitivities of one record.
const MAX: usize = 1024;

/// Yes, no, or nobody said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Yes,
    No,
    Open,
}

impl From<bool> for Known {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl BitAnd for Known {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Open,
        }
    }
}

impl BitOr for Known {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Open,
        }
    }
}

/// Attributes of a party, by key. A key that is named is named with all of its values; what is
/// not named is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, Set<String>)>);

impl Attributes {
    /// From attributes `key=value`.
    ///
    /// # Errors
    /// [`Error::Argument`] for what is none, [`Error::TooLarge`].
    pub fn of<'a>(attributes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        for attribute in attributes {
            let (key, _) = check_attribute(attribute)?;
            let full = all.len() >= MAX;
            match all.iter_mut().find(|(own, _)| own == key) {
                Some((_, values)) => values.push(String::from(attribute)),
                None if full => return Err(Error::TooLarge("keys of a party")),
                None => all.push((String::from(key), alloc::vec![String::from(attribute)])),
            }
        }
        all.into_iter()
            .map(|(key, values)| Ok((key, Set::of(values)?)))
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Says that the party has no value of `key`: an organisation that is no person has no
    /// `prac`. Has no effect on a key that is named already.
    ///
    /// # Errors
    /// [`Error::Argument`] for what is no key.
    pub fn without(mut self, key: &str) -> Result<Self> {
        check_attribute(&alloc::format!("{key}=-"))?;
        if !self.0.iter().any(|(own, _)| own == key) {
            self.0.push((String::from(key), Set::default()));
        }
        Ok(self)
    }

    /// Every attribute.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .flat_map(|(_, values)| values.iter().map(String::as_str))
    }

    pub(super) fn has(&self, attribute: &str) -> Known {
        let key = attribute.split_once('=').map_or(attribute, |(key, _)| key);
        match self.0.iter().find(|(own, _)| own == key) {
            Some((_, values)) => values.has(attribute).into(),
            None => Known::Open,
        }
    }

    pub(super) fn names_value(&self, wanted: &str) -> Known {
        let found = self
            .iter()
            .any(|it| it.split_once('=').is_some_and(|(_, value)| value == wanted));
        if found {
            Known::Yes
        } else if self.0.is_empty() {
            Known::Open
        } else {
            Known::No
        }
    }
}

/// What a record's labels say about its sensitivity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sensitivities {
    present: Vec<String>,
    absent: Vec<String>,
}

impl Sensitivities {
    /// The record carries these codes: each with the codes above it in the vocabulary's tree.
    ///
    /// # Errors
    /// [`Error::Argument`] for what is no code, [`Error::TooLarge`] beyond 1,024.
    pub fn present<'a>(&mut self, codes: impl IntoIterator<Item = &'a str>) -> Result<()> {
        add(&mut self.present, codes)
    }

    /// The record carries neither these codes nor any below them.
    ///
    /// # Errors
    /// As [`Sensitivities::present`].
    pub fn absent<'a>(&mut self, codes: impl IntoIterator<Item = &'a str>) -> Result<()> {
        add(&mut self.absent, codes)
    }

    /// Labels that contradict each other leave the question open.
    pub(super) fn has(&self, code: &str) -> Known {
        let among = |codes: &[String]| codes.binary_search_by(|own| own.as_str().cmp(code)).is_ok();
        match (among(&self.present), among(&self.absent)) {
            (true, false) => Known::Yes,
            (false, true) => Known::No,
            _ => Known::Open,
        }
    }
}

fn add<'a>(all: &mut Vec<String>, codes: impl IntoIterator<Item = &'a str>) -> Result<()> {
    for code in codes {
        check_value(code)?;
        if let Err(place) = all.binary_search_by(|own| own.as_str().cmp(code)) {
            if all.len() >= MAX {
                return Err(Error::TooLarge("sensitivities of a record"));
            }
            all.insert(place, String::from(code));
        }
    }
    Ok(())
}

/// What is known about the record that is asked for. `None` means that nobody said, an empty
/// set that there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Its absolute reference.
    pub reference: Option<String>,
    /// The absolute references that it carries to its encounter, plan and episode of care.
    pub links: Option<Set<String>>,
    /// The type of the FHIR resource.
    pub resource_type: Option<String>,
    /// `mime:…` and `profile:…` of a document.
    pub documents: Option<Set<String>>,
    /// Its codes, `alias:code`.
    pub codes: Option<Set<String>>,
    /// When it is dated: a day, a month or a moment, as exactly as it says itself.
    pub dated: Option<Interval>,
    /// Who made it.
    pub authors: Attributes,
    /// How confidential it is.
    pub confidentiality: Option<Confidentiality>,
    /// How sensitive it is.
    pub sensitivities: Sensitivities,
}
