//! What FHIR resources are written with.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::fhir::Json;

/// An object under construction: members in order, empty ones left out as FHIR wants it.
pub(super) struct Object(Vec<(Box<str>, Json)>);

impl Object {
    /// A resource of this type.
    pub(super) fn of(kind: &str) -> Self {
        Self::new().text("resourceType", kind)
    }

    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn with(mut self, name: &str, value: Json) -> Self {
        let empty = match &value {
            Json::Array(elements) => elements.is_empty(),
            Json::Object(members) => members.is_empty(),
            _ => false,
        };
        if !empty {
            self.0.push((name.into(), value));
        }
        self
    }

    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.with(name, Json::string(value))
    }

    pub(super) fn option(self, name: &str, value: Option<Json>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(super) fn finish(self) -> Json {
        Json::Object(self.0.into())
    }
}

pub(super) fn coding(system: &str, code: &str) -> Json {
    Object::new()
        .text("system", system)
        .text("code", code)
        .finish()
}

pub(super) fn codeable(system: &str, code: &str) -> Json {
    Object::new()
        .with("coding", Json::array([coding(system, code)]))
        .finish()
}

pub(super) fn reference(reference: &str) -> Json {
    Object::new().text("reference", reference).finish()
}
