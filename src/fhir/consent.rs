//! A Consent as its parts, R4 and R5 in one shape, each part with its place.
//!
//! What has another shape than FHIR says is read as if it were not there: its refusal stands
//! already, so nothing comes of the rest.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::time::Moment;
use crate::wire::Json;

/// A value of the document with its place in it.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) json: &'a Json,
    pub(super) path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(json: &'a Json) -> Self {
        Self {
            json,
            path: String::from("Consent"),
        }
    }

    pub(super) fn child(&self, name: &str) -> Option<Self> {
        let json = self.json.get(name)?;
        Some(Self {
            json,
            path: self.path_of(name),
        })
    }

    /// The elements of the list of that name.
    pub(super) fn list(&self, name: &str) -> Vec<Self> {
        let elements = self.json.get(name).map_or(&[][..], Json::elements);
        let node = |(place, json)| Self {
            json,
            path: format!("{}.{name}[{place}]", self.path),
        };
        elements.iter().enumerate().map(node).collect()
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.json.get(name).and_then(Json::as_str)
    }

    pub(super) fn path_of(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    fn moment(&self, name: &str) -> Option<Moment> {
        self.text(name).and_then(Moment::date_time)
    }
}

/// A code of a system.
pub(super) struct Coding<'a> {
    pub(super) path: String,
    pub(super) system: Option<&'a str>,
    pub(super) code: Option<&'a str>,
}

impl<'a> From<Node<'a>> for Coding<'a> {
    fn from(node: Node<'a>) -> Self {
        Self {
            system: node.text("system"),
            code: node.text("code"),
            path: node.path,
        }
    }
}

/// Codes that say the same.
pub(super) struct Concept<'a> {
    pub(super) path: String,
    pub(super) codings: Vec<Coding<'a>>,
}

impl<'a> From<Node<'a>> for Concept<'a> {
    fn from(node: Node<'a>) -> Self {
        Self {
            codings: node.list("coding").into_iter().map(Into::into).collect(),
            path: node.path,
        }
    }
}

/// A business identifier.
pub(super) struct Identifier<'a> {
    pub(super) usage: Option<&'a str>,
    pub(super) system: Option<&'a str>,
    pub(super) value: Option<&'a str>,
}

/// A reference to another resource.
pub(super) struct Reference<'a> {
    pub(super) path: String,
    pub(super) reference: Option<&'a str>,
    pub(super) kind: Option<&'a str>,
    pub(super) identifier: Option<Identifier<'a>>,
}

impl<'a> From<Node<'a>> for Reference<'a> {
    fn from(node: Node<'a>) -> Self {
        let identifier = node.child("identifier").map(|it| Identifier {
            usage: it.text("use"),
            system: it.text("system"),
            value: it.text("value"),
        });
        Self {
            reference: node.text("reference"),
            kind: node.text("type"),
            identifier,
            path: node.path,
        }
    }
}

/// A span of dates or times, as written.
pub(super) struct Period {
    pub(super) path: String,
    pub(super) start: Option<Moment>,
    pub(super) end: Option<Moment>,
}

impl From<Node<'_>> for Period {
    fn from(node: Node<'_>) -> Self {
        Self {
            start: node.moment("start"),
            end: node.moment("end"),
            path: node.path,
        }
    }
}

/// Who does something with data.
pub(super) struct Actor<'a> {
    pub(super) path: String,
    pub(super) role: Option<Concept<'a>>,
    pub(super) reference: Option<Reference<'a>>,
}

/// Data named by reference.
pub(super) struct Data<'a> {
    pub(super) path: String,
    pub(super) meaning: Option<&'a str>,
    pub(super) reference: Option<Reference<'a>>,
}

/// A provision with those inside it.
pub(super) struct Provision<'a> {
    pub(super) path: String,
    /// R4: `permit` or `deny`.
    pub(super) decision: Option<&'a str>,
    pub(super) period: Option<Period>,
    pub(super) actors: Vec<Actor<'a>>,
    pub(super) actions: Vec<Concept<'a>>,
    pub(super) labels: Vec<Coding<'a>>,
    pub(super) purposes: Vec<Coding<'a>>,
    /// R4 `class`: resource types and documents, any of both.
    pub(super) classes: Vec<Coding<'a>>,
    /// R5.
    pub(super) documents: Vec<Coding<'a>>,
    /// R5.
    pub(super) types: Vec<Coding<'a>>,
    pub(super) codes: Vec<Concept<'a>>,
    pub(super) data_period: Option<Period>,
    pub(super) data: Vec<Data<'a>>,
    /// R5: where an expression stands.
    pub(super) expression: Option<String>,
    pub(super) nested: Vec<Provision<'a>>,
}

impl<'a> From<Node<'a>> for Provision<'a> {
    fn from(node: Node<'a>) -> Self {
        fn all<'a, T: From<Node<'a>>>(node: &Node<'a>, name: &str) -> Vec<T> {
            node.list(name).into_iter().map(T::from).collect()
        }
        let actor = |node: Node<'a>| Actor {
            role: node.child("role").map(Into::into),
            reference: node.child("reference").map(Into::into),
            path: node.path,
        };
        let data = |node: Node<'a>| Data {
            meaning: node.text("meaning"),
            reference: node.child("reference").map(Into::into),
            path: node.path,
        };
        Self {
            decision: node.text("type"),
            period: node.child("period").map(Into::into),
            actors: node.list("actor").into_iter().map(actor).collect(),
            actions: all(&node, "action"),
            labels: all(&node, "securityLabel"),
            purposes: all(&node, "purpose"),
            classes: all(&node, "class"),
            documents: all(&node, "documentType"),
            types: all(&node, "resourceType"),
            codes: all(&node, "code"),
            data_period: node.child("dataPeriod").map(Into::into),
            data: node.list("data").into_iter().map(data).collect(),
            expression: node.child("expression").map(|it| it.path),
            nested: all(&node, "provision"),
            path: node.path,
        }
    }
}

impl Provision<'_> {
    /// Whether anything but a period and provisions inside stands in it.
    pub(super) fn has_criteria(&self) -> bool {
        !(self.actors.is_empty()
            && self.actions.is_empty()
            && self.labels.is_empty()
            && self.purposes.is_empty()
            && self.classes.is_empty()
            && self.documents.is_empty()
            && self.types.is_empty()
            && self.codes.is_empty()
            && self.data_period.is_none()
            && self.data.is_empty()
            && self.expression.is_none())
    }
}
