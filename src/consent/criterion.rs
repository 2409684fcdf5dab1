//! What a rule stands under.

use alloc::string::String;
use alloc::vec::Vec;

use super::interval::Interval;
use super::set::{Set, check_attribute, check_value};
use super::vocabulary::Confidentiality;
use crate::error::{Error, Result};

/// A recipient: attributes `key=value` that somebody must have all of, such as
/// `prac=https://example.org/Practitioner/7` and `org=npi:1234567893`.
///
/// Keys: `prac` a person who practises, `org` an organisation, `role`, `group`, `team`, `dev` a
/// device, `kin` a relative or legal representative, `pat` a patient.
pub type Recipient = Set<String>;

/// How far a reference to a resource reaches: the codes of consent-data-meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Meaning {
    /// The resource itself.
    Instance = 1,
    /// The resource and those related to it.
    Related = 2,
    /// The resource and those that refer to it.
    Dependents = 3,
    /// The resources whose author it is.
    AuthoredBy = 4,
}

impl Meaning {
    /// The code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Related => "related",
            Self::Dependents => "dependents",
            Self::AuthoredBy => "authoredby",
        }
    }

    /// The meaning of a code; none for any other text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Instance,
            Self::Related,
            Self::Dependents,
            Self::AuthoredBy,
        ]
        .into_iter()
        .find(|it| it.code() == code)
    }
}

/// Records named one by one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordReference {
    /// How far the reference reaches.
    pub meaning: Meaning,
    /// The absolute reference.
    pub reference: String,
    /// Which others it reaches, where that was looked up when the Terms were made: absolute
    /// references. Where it is empty, a record's own links tell.
    pub members: Set<String>,
}

impl RecordReference {
    /// A reference without members.
    ///
    /// # Errors
    /// [`Error::Argument`] if the text is no value.
    pub fn new(meaning: Meaning, reference: &str) -> Result<Self> {
        check_value(reference)?;
        Ok(Self {
            meaning,
            reference: String::from(reference),
            members: Set::default(),
        })
    }
}

/// One criterion of a rule; a rule applies where all of its criteria do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Criterion {
    /// Number 1: the requester is one of these.
    Recipient(Set<Recipient>),
    /// Number 2: the purposes of use, codes of v3-ActReason, each with all below it.
    Purpose(Set<String>),
    /// Number 3: the action is one of these codes of consentaction.
    Action(Set<String>),
    /// Number 4: the request says that it exercises one of these permissions, codes
    /// `alias:code` of a consent code system.
    Permission(Set<String>),
    /// Number 5: the time of the request.
    During(Interval),
    /// Number 6: of a permission, records of this confidentiality or lower; of a prohibition,
    /// of this or higher.
    Confidentiality(Confidentiality),
    /// Number 7: records with one of these sensitivities or one below them.
    Sensitivity(Set<String>),
    /// Number 8: the type of the FHIR resource is one of these.
    Type(Set<String>),
    /// Number 9: the document is one of these: `mime:application/hl7-cda+xml`, `profile:URL`.
    Document(Set<String>),
    /// Number 10: the record carries one of these codes, `alias:code`.
    Code(Set<String>),
    /// Number 11: the record is dated in this span.
    Dated(Interval),
    /// Number 12: one of the record's authors has one of these attributes.
    Author(Set<String>),
    /// Number 13: the record is one of these.
    Record(Set<RecordReference>),
}

impl Criterion {
    /// The number: the order in which a rule holds its criteria, each at most once.
    #[must_use]
    pub const fn number(&self) -> u8 {
        match self {
            Self::Recipient(_) => 1,
            Self::Purpose(_) => 2,
            Self::Action(_) => 3,
            Self::Permission(_) => 4,
            Self::During(_) => 5,
            Self::Confidentiality(_) => 6,
            Self::Sensitivity(_) => 7,
            Self::Type(_) => 8,
            Self::Document(_) => 9,
            Self::Code(_) => 10,
            Self::Dated(_) => 11,
            Self::Author(_) => 12,
            Self::Record(_) => 13,
        }
    }

    /// A word for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Recipient(_) => "recipient",
            Self::Purpose(_) => "purpose",
            Self::Action(_) => "action",
            Self::Permission(_) => "permission",
            Self::During(_) => "during",
            Self::Confidentiality(_) => "confidentiality",
            Self::Sensitivity(_) => "sensitivity",
            Self::Type(_) => "type",
            Self::Document(_) => "document",
            Self::Code(_) => "code",
            Self::Dated(_) => "dated",
            Self::Author(_) => "author",
            Self::Record(_) => "record",
        }
    }

    /// Whether it is about the record, and not about who asks, why and when.
    #[must_use]
    pub const fn is_about_data(&self) -> bool {
        self.number() >= 6
    }

    /// Recipients, each given as the attributes that it must have together.
    ///
    /// # Errors
    /// [`Error::Argument`] for what is no attribute, [`Error::TooLarge`].
    pub fn recipients<'a, R>(all: impl IntoIterator<Item = R>) -> Result<Self>
    where
        R: IntoIterator<Item = &'a str>,
    {
        let all: Vec<Recipient> = all.into_iter().map(Set::values).collect::<Result<_>>()?;
        Set::of(all).map(Self::Recipient)?.checked()
    }

    /// Purposes of use.
    ///
    /// # Errors
    /// [`Error::Argument`] for what is no code or for none, [`Error::TooLarge`].
    pub fn purpose<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Purpose(Set::values(codes)?).checked()
    }

    /// Actions.
    ///
    /// # Errors
    /// As [`Criterion::purpose`].
    pub fn action<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Action(Set::values(codes)?).checked()
    }

    /// Permissions of a consent code system.
    ///
    /// # Errors
    /// As [`Criterion::purpose`].
    pub fn permission<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Permission(Set::values(codes)?).checked()
    }

    /// Sensitivities.
    ///
    /// # Errors
    /// As [`Criterion::purpose`].
    pub fn sensitivity<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Sensitivity(Set::values(codes)?).checked()
    }

    /// Types of FHIR resources.
    ///
    /// # Errors
    /// As [`Criterion::purpose`].
    pub fn resource_type<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Type(Set::values(names)?).checked()
    }

    /// Documents.
    ///
    /// # Errors
    /// As [`Criterion::purpose`].
    pub fn document<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Document(Set::values(names)?).checked()
    }

    /// Codes that the record carries.
    ///
    /// # Errors
    /// As [`Criterion::purpose`].
    pub fn code<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Code(Set::values(codes)?).checked()
    }

    /// Authors, each an attribute.
    ///
    /// # Errors
    /// As [`Criterion::purpose`].
    pub fn author<'a>(attributes: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        Self::Author(Set::values(attributes)?).checked()
    }

    /// Records named one by one.
    ///
    /// # Errors
    /// [`Error::Argument`] for none or for what is no reference, [`Error::TooLarge`].
    pub fn records(all: impl IntoIterator<Item = RecordReference>) -> Result<Self> {
        Set::of(all).map(Self::Record)?.checked()
    }

    /// The criterion, if its values are what its kind wants.
    pub(super) fn checked(self) -> Result<Self> {
        let count = match &self {
            Self::Recipient(all) => {
                for recipient in all.iter() {
                    if recipient.is_empty() {
                        return Err(NONE);
                    }
                    recipient
                        .iter()
                        .try_for_each(|it| check_attribute(it).map(|_| ()))?;
                }
                all.len()
            }
            Self::Author(all) => {
                all.iter()
                    .try_for_each(|it| check_attribute(it).map(|_| ()))?;
                all.len()
            }
            Self::Record(all) => {
                all.iter().try_for_each(|it| check_value(&it.reference))?;
                all.len()
            }
            Self::Purpose(all)
            | Self::Action(all)
            | Self::Permission(all)
            | Self::Sensitivity(all)
            | Self::Type(all)
            | Self::Document(all)
            | Self::Code(all) => {
                all.iter().try_for_each(|it| check_value(it))?;
                all.len()
            }
            Self::During(_) | Self::Dated(_) | Self::Confidentiality(_) => 1,
        };
        if count == 0 {
            return Err(NONE);
        }
        Ok(self)
    }
}

const NONE: Error = Error::Argument("a criterion names at least one value");
