//! What a resource says about its own confidentiality and sensitivity.

use alloc::string::String;
use alloc::vec::Vec;

use super::find::{at, codings};
use crate::consent::vocabulary::CodeSet;
use crate::consent::{Confidentiality, Vocabulary};
use crate::error::{Error, Result};
use crate::fhir::Json;

/// DS4P's extension for labels of single elements.
const INLINE: &str =
    "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label";

/// The system of confidentialities that are written as a code alone.
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// The security labels of a resource.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Security {
    pub(super) confidentiality: Option<Confidentiality>,
    /// Ascending, each once.
    pub(super) sensitivities: Vec<String>,
    /// Codes of handling, purpose and so on, in their order: known, and no labels.
    pub(super) handling: Vec<String>,
}

/// From `meta.security`, of a DocumentReference also from `securityLabel`, of a Composition from
/// `confidentiality`.
///
/// # Errors
/// [`Error::UnknownSystem`] and [`Error::UnknownCode`] for a label that the vocabulary does not
/// have, as nobody can say what must be kept from whom; [`Error::LabelConflict`] for two
/// confidentialities; [`Error::InlineLabels`]; [`Error::Shape`].
pub(super) fn of(resource: &Json, kind: &str, vocabulary: &Vocabulary) -> Result<Security> {
    if has_inline(resource) || labels_inside(resource, true) {
        return Err(Error::InlineLabels);
    }
    let mut all = at(resource, "meta.security");
    if kind == "DocumentReference" {
        all.extend(at(resource, "securityLabel"));
    }
    let mut found = Security::default();
    // R4 has a code there, of one system.
    if kind == "Composition" {
        for level in at(resource, "confidentiality") {
            found.take(
                CONFIDENTIALITY,
                level.as_str().ok_or(Error::Shape)?,
                vocabulary,
            )?;
        }
    }
    for label in all {
        // In words only, or without a system, a label is one that nobody can apply.
        for (system, code) in codings(label)?.ok_or(Error::UnknownCode)? {
            found.take(system, code, vocabulary)?;
        }
    }
    found.sensitivities.sort();
    found.sensitivities.dedup();
    Ok(found)
}

impl Security {
    fn take(&mut self, system: &str, code: &str, vocabulary: &Vocabulary) -> Result<()> {
        let concept = vocabulary.classify(system, code).map_err(|fault| {
            if fault.is_of_system() {
                Error::UnknownSystem
            } else {
                Error::UnknownCode
            }
        })?;
        match concept.set() {
            CodeSet::Confidentiality => {
                let level = Confidentiality::from_code(code);
                if self.confidentiality.is_some() && self.confidentiality != level {
                    return Err(Error::LabelConflict("two confidentialities"));
                }
                self.confidentiality = level;
            }
            CodeSet::Sensitivity => self.sensitivities.push(code.into()),
            _ => self.handling.push(code.into()),
        }
        Ok(())
    }
}

/// Whether an extension labels a part of the resource. The reader bounds how deep it nests.
fn has_inline(value: &Json) -> bool {
    value.get("url").and_then(Json::as_str) == Some(INLINE)
        || value.elements().iter().any(has_inline)
        || value.members().iter().any(|(_, inner)| has_inline(inner))
}

/// Whether a resource inside this one, contained or of a bundle, has labels of its own.
fn labels_inside(value: &Json, outermost: bool) -> bool {
    let labelled = |meta: &Json| meta.get("security").is_some();
    let own = !outermost
        && value.get("resourceType").is_some()
        && (value.get("meta").is_some_and(labelled) || value.get("confidentiality").is_some());
    own || value.elements().iter().any(|it| labels_inside(it, false))
        || value
            .members()
            .iter()
            .any(|(_, it)| labels_inside(it, false))
}
