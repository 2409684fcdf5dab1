//! The extensions that change nothing: all others are refused.

use super::definition::{CODING, Kind, REFERENCE};
use super::primitive::Primitive;
use crate::consent::Reading;

/// An extension that is known, with the values and extensions it may hold.
pub(super) struct Extension {
    pub(super) url: &'static str,
    /// Members `value…` and their types; none if it has only extensions of its own.
    pub(super) values: &'static [(&'static str, Kind)],
    pub(super) inner: &'static [Extension],
}

const fn simple(url: &'static str, values: &'static [(&'static str, Kind)]) -> Extension {
    Extension {
        url,
        values,
        inner: &[],
    }
}

const TEXT: Kind = Kind::Primitive(Primitive::Text);
const CODE: Kind = Kind::Primitive(Primitive::Code);
const URI: Kind = Kind::Primitive(Primitive::Uri);
const BASE64: Kind = Kind::Primitive(Primitive::Base64);

/// How text is shown, in which language, and where it stands in the narrative.
static PRESENTATION: &[Extension] = &[
    Extension {
        url: "http://hl7.org/fhir/StructureDefinition/translation",
        values: &[],
        inner: &[
            simple("lang", &[("valueCode", CODE)]),
            simple("content", &[("valueString", TEXT), ("valueMarkdown", TEXT)]),
        ],
    },
    simple(
        "http://hl7.org/fhir/StructureDefinition/rendering-style",
        &[("valueString", TEXT)],
    ),
    simple(
        "http://hl7.org/fhir/StructureDefinition/rendering-markdown",
        &[("valueMarkdown", TEXT)],
    ),
    simple(
        "http://hl7.org/fhir/StructureDefinition/rendering-xhtml",
        &[("valueString", TEXT)],
    ),
    simple(
        "http://hl7.org/fhir/StructureDefinition/rendered-value",
        &[("valueString", TEXT)],
    ),
    simple(
        "http://hl7.org/fhir/StructureDefinition/narrativeLink",
        &[("valueUrl", URI), ("valueUri", URI)],
    ),
    simple(
        "http://hl7.org/fhir/StructureDefinition/originalText",
        &[("valueString", TEXT), ("valueUrl", URI)],
    ),
];

/// Who helped to make the record. `consent-location` is not among these: it restricts a provision.
static MAKING: &[Extension] = &[
    simple(
        "http://hl7.org/fhir/StructureDefinition/consent-Transcriber",
        &[("valueReference", Kind::Complex(&REFERENCE))],
    ),
    simple(
        "http://hl7.org/fhir/StructureDefinition/consent-Witness",
        &[("valueReference", Kind::Complex(&REFERENCE))],
    ),
];

/// Those of the German consent profiles: the study or project that a consent belongs to, and a
/// copy of it in XACML, which is not read.
static GERMAN: &[Extension] = &[
    Extension {
        url: "http://fhir.de/ConsentManagement/StructureDefinition/DomainReference",
        values: &[],
        inner: &[
            simple("domain", &[("valueReference", Kind::Complex(&REFERENCE))]),
            simple("status", &[("valueCoding", Kind::Complex(&CODING))]),
        ],
    },
    simple(XACML, &[("valueBase64Binary", BASE64)]),
];

/// The consent once more, in a language that is not read.
pub(super) const XACML: &str = "http://fhir.de/ConsentManagement/StructureDefinition/Xacml";

/// The extension of that address which this reading knows.
pub(super) fn known(reading: Reading, url: &str) -> Option<&'static Extension> {
    let german: &[Extension] = match reading {
        Reading::Mii2025 => GERMAN,
        _ => &[],
    };
    PRESENTATION
        .iter()
        .chain(MAKING)
        .chain(german)
        .find(|extension| extension.url == url)
}
