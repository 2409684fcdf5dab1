//! References to other resources, as labels name them.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use crate::consent::Vocabulary;
use crate::error::{Error, Result};
use crate::fhir::Json;
use crate::fhir::reference::{is_http, plain, target};

/// A resource that a reference names: absolute where that can be told, and its type if known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) reference: String,
    pub(super) kind: Option<String>,
}

/// Where the references of a resource lead.
pub(super) struct Places<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    /// Below which relative references lie, without a slash at its end.
    pub(super) base: Option<&'a str>,
    /// Type and id of the resources whose addresses a bundle gives.
    pub(super) known: &'a BTreeMap<String, (String, String)>,
}

impl Places<'_> {
    /// What the text of a reference names; `None` where that is no single resource outside this
    /// one: a search, a version, a part of the resource itself.
    pub(super) fn named(&self, text: &str) -> Option<Named> {
        if let Some((kind, id)) = self.known.get(text) {
            let reference = match self.base {
                Some(base) if !is_http(text) => format!("{base}/{kind}/{id}"),
                _ => text.into(),
            };
            plain(&reference).ok()?;
            return Some(Named {
                reference,
                kind: Some(kind.clone()),
            });
        }
        // As consents name it: what a rule says and what a label says must be one text.
        let target = target(text, self.base, self.vocabulary).ok()?;
        Some(Named {
            reference: target.reference,
            kind: target.kind,
        })
    }

    /// What a Reference, or the reference of a CodeableReference, names.
    ///
    /// # Errors
    /// [`Error::Shape`] for what is neither.
    pub(super) fn literal(&self, value: &Json) -> Result<Option<Named>> {
        let Json::Object(_) = value else {
            return Err(Error::Shape);
        };
        match value.get("reference") {
            None => Ok(None),
            Some(inner @ Json::Object(_)) => self.literal(inner),
            Some(text) => {
                let text = text.as_str().ok_or(Error::Shape)?;
                let stated = value.get("type").and_then(Json::as_str).map(type_name);
                let Some(named) = self.named(text) else {
                    return Ok(None);
                };
                Ok(match (&named.kind, stated) {
                    (Some(shown), Some(stated)) if shown != stated => None,
                    (None, Some(stated)) => Some(Named {
                        kind: Some(stated.into()),
                        ..named
                    }),
                    _ => Some(named),
                })
            }
        }
    }
}

/// The key that names an author of this type.
pub(super) fn key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Device" => "dev",
        "Organization" => "org",
        "Patient" => "pat",
        "Practitioner" => "prac",
        "PractitionerRole" => "pracrole",
        "RelatedPerson" => "kin",
        _ => return None,
    })
}

/// A type is written by its name or as its definition's address.
pub(super) fn type_name(kind: &str) -> &str {
    kind.strip_prefix("http://hl7.org/fhir/StructureDefinition/")
        .unwrap_or(kind)
}
