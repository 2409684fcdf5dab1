//! From a resource to its labels (SPEC.md, section 17.1).
//!
//! Facts that a resource states at declared paths become labels: its type, date, codes, authors,
//! and what it belongs to. How confidential and sensitive it is comes from people only: from
//! `meta.security` or a side file ([`Assertions`]). Nothing is inferred; a resource that nobody
//! labelled stays so, and then opens under no rule about labels.
//!
//! Prohibitions rely on labels being complete, so a kind of labels is given whole or not at all:
//! what is left out stays open, and what is open no permission covers.
//!
//! ```
//! use hippocrypt::consent::Vocabulary;
//! use hippocrypt::fhir::Json;
//! use hippocrypt::fhir::labels::{Assertions, LabelOptions, Labeller};
//!
//! let vocabulary = Vocabulary::hv1()?;
//! let side_file = br#"{"schema": "hippocrypt-labels/1",
//!   "assertions": [
//!     {"by": "Records", "on": "2026-09-14", "conf": "N", "resources": ["Observation/bp"]}],
//!   "vocabulary": {"id": "hv1"},
//!   "sensitivities": [
//!     {"by": "Records", "on": "2026-09-14", "codes": [], "resources": ["Observation/bp"]}]}"#;
//! let assertions = Assertions::read(side_file, &vocabulary)?;
//! let labeller = Labeller::new(&vocabulary, &assertions, LabelOptions::default())?;
//!
//! let resource = Json::parse(br#"{"resourceType": "Observation", "id": "bp",
//!   "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
//!   "effectiveDateTime": "2026-11-22T08:00:00+01:00",
//!   "performer": [{"display": "a nurse"}]}"#)?;
//! let labelled = labeller.label(&resource, None)?;
//! assert_eq!(labelled.labels.to_string(),
//!     "code=loinc:85354-9, conf=N, sens.none=hv1, type=Observation, y=2026, ym=2026-11");
//! // Who the nurse is nobody can tell from a name.
//! assert_eq!(labelled.omitted[0].fact.code(), "author");
//! # Ok::<(), hippocrypt::Error>(())
//! ```

mod assertions;
mod dated;
mod dicom;
mod facts;
mod find;
mod gather;
mod options;
mod paths;
mod reference;
mod security;
mod sensitivity;
mod signed;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub use assertions::{Assertion, Assertions};
pub use dicom::DicomHeader;
pub use options::LabelOptions;
pub use signed::SignedLabels;

use crate::consent::{Fact, Vocabulary};
use crate::error::{Error, Result};
use crate::fhir::Json;
use crate::fhir::primitive::is_id;
use crate::fhir::reference::is_http;
use crate::policy::Labels;
use gather::{Gathered, Kind};
use reference::Places;

/// Why a kind of labels is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The resource says it in a way that a label cannot: in words, by a search, with a code
    /// system that is none, as a time without an end.
    Inexpressible,
    /// The record would have more labels than wished for.
    Room,
}

/// A kind of labels that is not given, though the resource says something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Omitted {
    /// What.
    pub fact: Fact,
    /// Why.
    pub reason: Reason,
}

/// A resource's labels, and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// `Type/id`, where the resource has an id.
    pub name: Option<String>,
    /// The labels.
    pub labels: Labels,
    /// Who asserted them in the side file: the confidentiality, the sensitivities.
    pub assertions: Vec<Assertion>,
    /// What is left out.
    pub omitted: Vec<Omitted>,
    /// Codes of `meta.security` that are no labels: of handling, purpose and so on.
    pub handling: Vec<String>,
}

impl Labelled {
    /// Whether somebody said how confidential the record is.
    #[must_use]
    pub fn has_confidentiality(&self) -> bool {
        self.labels.texts().any(|it| it.starts_with("conf="))
    }

    /// Whether somebody looked for sensitive matters, or found one.
    #[must_use]
    pub fn has_sensitivity(&self) -> bool {
        self.labels.texts().any(|it| it.starts_with("sens"))
    }
}

/// Labels resources by one vocabulary, one side file and one choice of what to say.
pub struct Labeller<'a> {
    vocabulary: &'a Vocabulary,
    assertions: &'a Assertions,
    options: LabelOptions,
    known: BTreeMap<String, (String, String)>,
}

impl<'a> Labeller<'a> {
    /// Labels by these.
    ///
    /// # Errors
    /// [`Error::Argument`] for options that are none.
    pub fn new(
        vocabulary: &'a Vocabulary,
        assertions: &'a Assertions,
        options: LabelOptions,
    ) -> Result<Self> {
        Ok(Self {
            options: options.check(vocabulary)?,
            vocabulary,
            assertions,
            known: BTreeMap::new(),
        })
    }

    /// Learns from a Bundle which resource each `fullUrl` stands for, so that references like
    /// `urn:uuid:…` can be followed.
    ///
    /// # Errors
    /// [`Error::Shape`] for what is no Bundle; [`Error::Duplicate`] if one address stands for two
    /// resources.
    pub fn know(&mut self, bundle: &Json) -> Result<()> {
        if bundle.get("resourceType").and_then(Json::as_str) != Some("Bundle") {
            return Err(Error::Shape);
        }
        for entry in bundle.get("entry").map_or(&[][..], Json::elements) {
            let url = entry.get("fullUrl").and_then(Json::as_str);
            let (Some(url), Some(resource)) = (url, entry.get("resource")) else {
                continue;
            };
            self.know_one(url, resource)?;
        }
        Ok(())
    }

    /// Learns which resource an address stands for, as [`Labeller::know`] does from a Bundle.
    ///
    /// # Errors
    /// As [`Labeller::know`].
    pub fn know_one(&mut self, address: &str, resource: &Json) -> Result<()> {
        let (kind, id) = self.identity(resource)?;
        let Some(id) = id else { return Ok(()) };
        let own = (String::from(kind), String::from(id));
        let before = self.known.insert(address.into(), own.clone());
        if before.is_some_and(|before| before != own) {
            return Err(Error::Duplicate("address of a resource"));
        }
        Ok(())
    }

    /// The labels of a resource; `full_url` is its address, which a Bundle gives.
    ///
    /// # Errors
    /// [`Error::Shape`] for what is no resource or has another shape than FHIR says at a declared
    /// path; [`Error::UnknownSystem`], [`Error::UnknownCode`] for a security label that the
    /// vocabulary does not have; [`Error::InlineLabels`]; [`Error::LabelConflict`] if what people
    /// said contradicts itself; [`Error::TooLarge`].
    pub fn label(&self, resource: &Json, full_url: Option<&str>) -> Result<Labelled> {
        let (kind, id) = self.identity(resource)?;
        let name = id.map(|id| format!("{kind}/{id}"));
        let root = full_url.zip(name.as_deref()).and_then(|(url, name)| {
            let root = url.strip_suffix(name)?.strip_suffix('/')?;
            is_http(root).then_some(root)
        });
        let places = Places {
            vocabulary: self.vocabulary,
            base: root.or(self.options.base.as_deref()),
            known: &self.known,
        };
        let security = security::of(resource, kind, self.vocabulary)?;
        let mut gathered = Gathered::new(self.options.most);
        gathered.fixed.push(format!("type={kind}"));
        self.asserted(name.as_deref(), &security, &mut gathered)?;
        gathered.facts(resource, kind, &places, &self.options)?;
        if self.options.instance {
            let own = full_url.or(name.as_deref());
            let label = |own| {
                Some(alloc::vec![format!(
                    "inst={}",
                    places.named(own)?.reference
                )])
            };
            gathered.offer(Kind::Instance, own.map(label));
        }
        gathered.finish(name, security.handling)
    }

    /// The labels of a DICOM file; `name` is what the side file calls it: `ImagingStudy/7`, say.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that is no `Type/id`; [`Error::TooLarge`].
    pub fn label_dicom(&self, header: &DicomHeader, name: &str) -> Result<Labelled> {
        let lawful = name
            .split_once('/')
            .is_some_and(|(kind, id)| self.vocabulary.is_resource_type(kind) && is_id(id));
        if !lawful {
            return Err(Error::Argument("a resource is named Type/id"));
        }
        let mut gathered = Gathered::new(self.options.most);
        self.asserted(Some(name), &security::Security::default(), &mut gathered)?;
        gathered.dicom(header, self.vocabulary, &self.options);
        gathered.finish(Some(name.into()), Vec::new())
    }

    /// Type and id of a resource.
    fn identity<'b>(&self, resource: &'b Json) -> Result<(&'b str, Option<&'b str>)> {
        let kind = resource.get("resourceType").and_then(Json::as_str);
        let kind = kind.filter(|it| self.vocabulary.is_resource_type(it));
        let id = match resource.get("id") {
            None => None,
            Some(id) => Some(id.as_str().filter(|it| is_id(it)).ok_or(Error::Shape)?),
        };
        Ok((kind.ok_or(Error::Shape)?, id))
    }
}
