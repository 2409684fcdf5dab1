//! What somebody asks for.

use alloc::string::String;
use alloc::vec::Vec;

use super::facts::{Attributes, Record};
use super::set::{Set, check_value};
use crate::error::Result;

/// A purpose of use that a request states, with the codes above it in the vocabulary's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    code: String,
    above: Set<String>,
}

impl Purpose {
    /// A code and all codes above it: who breaks glass (`BTG`) also treats in an emergency
    /// (`ETREAT`) and treats (`TREAT`).
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for what is no code.
    pub fn with_ancestors<'a>(
        code: &str,
        ancestors: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        check_value(code)?;
        Ok(Self {
            code: String::from(code),
            above: Set::values(ancestors)?,
        })
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    pub(super) fn is_within(&self, allowed: &Set<String>) -> bool {
        allowed.has(self.code.as_str()) || self.above.iter().any(|code| allowed.has(code.as_str()))
    }

    pub(super) fn is_or_is_below(&self, code: &str) -> bool {
        self.code == code || self.above.has(code)
    }
}

/// What somebody asks for: who, why, when, for which record. What it leaves open no permission
/// is read into, and no prohibition is escaped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// SHA-256 of the vocabulary that its codes are taken from.
    pub vocabulary: [u8; 32],
    /// The patient: an absolute reference.
    pub subject: String,
    /// When, in Unix seconds.
    pub time: i64,
    /// Who asks.
    pub recipient: Attributes,
    /// Why; all that is stated must be permitted. None leaves it open.
    pub purposes: Vec<Purpose>,
    /// What is to be done with the record: a code of consentaction.
    pub action: String,
    /// The permissions of a consent code system that the request says it exercises, one or more.
    /// `None` leaves it open.
    pub permissions: Option<Set<String>>,
    /// The record.
    pub record: Record,
}

impl Request {
    /// A request to `access` some record of a patient, about which nothing is known yet.
    #[must_use]
    pub fn new(vocabulary: [u8; 32], subject: &str, time: i64) -> Self {
        Self {
            vocabulary,
            subject: String::from(subject),
            time,
            recipient: Attributes::default(),
            purposes: Vec::new(),
            action: String::from("access"),
            permissions: None,
            record: Record::default(),
        }
    }
}
