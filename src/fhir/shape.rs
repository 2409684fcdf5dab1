//! Whether a document has the shape of a Consent: every element known, each as FHIR says.

use super::definition::{Definition, Element, Kind};
use super::extension::{Extension, known};
use super::path::Path;
use super::primitive::Primitive;
use super::refusal::{Code, Found};
use crate::consent::Reading;
use crate::wire::Json;

/// Checks a resource against the definition of its type, and adds E11 and E01 for what is wrong.
pub(super) fn check_resource(
    json: &Json,
    definition: &'static Definition,
    reading: Reading,
    found: &mut Found,
) {
    let mut shape = Shape { reading, found };
    let root = Path::Root(definition.name);
    shape.complex(json, definition, &root, true);
}

struct Shape<'a> {
    reading: Reading,
    found: &'a mut Found,
}

impl Shape<'_> {
    fn refuse(&mut self, code: Code, path: &Path<'_>, sentence: &'static str) {
        self.found.refuse(code, path.text(), sentence);
    }

    /// An element's value, an array if it may be given several times.
    fn element(&mut self, json: &Json, element: &Element, path: &Path<'_>) {
        match json {
            Json::Array(values) if element.many => {
                if values.is_empty() {
                    self.refuse(Code::E11, path, "is an empty array");
                }
                for (place, value) in values.iter().enumerate() {
                    self.value(value, element.kind, &path.element(place));
                }
            }
            Json::Array(_) => self.refuse(Code::E11, path, "is an array; FHIR says one value"),
            _ if element.many => self.refuse(Code::E11, path, "is no array; FHIR says a list"),
            value => self.value(value, element.kind, path),
        }
    }

    fn value(&mut self, json: &Json, kind: Kind, path: &Path<'_>) {
        match kind {
            Kind::Primitive(primitive) => {
                if let Some(fault) = primitive.fault(json) {
                    self.refuse(Code::E11, path, fault);
                }
            }
            Kind::Complex(definition) => self.complex(json, definition, path, false),
        }
    }

    fn complex(&mut self, json: &Json, definition: &Definition, path: &Path<'_>, resource: bool) {
        let Json::Object(members) = json else {
            return self.refuse(Code::E11, path, "is no object");
        };
        if members.is_empty() {
            return self.refuse(Code::E11, path, "is an empty object");
        }
        for (name, value) in members {
            let at = path.member(name);
            if let Some(element) = definition.element(name) {
                self.element(value, element, &at);
                continue;
            }
            match &**name {
                // Whoever calls has looked at it.
                "resourceType" if resource => {}
                "id" if resource => self.value(value, Kind::Primitive(Primitive::Id), &at),
                "id" => self.value(value, Kind::Primitive(Primitive::ElementId), &at),
                "extension" => self.extensions(value, &at),
                name => self.unknown(name, json, value, definition, &at),
            }
        }
        for element in definition.elements.iter().filter(|it| it.required) {
            if json.get(element.name).is_none() {
                self.refuse(
                    Code::E11,
                    &path.member(element.name),
                    "is missing; FHIR says it must be there",
                );
            }
        }
    }

    /// A member that is no element: the extensions of a primitive one, or refused.
    fn unknown(
        &mut self,
        name: &str,
        parent: &Json,
        value: &Json,
        definition: &Definition,
        path: &Path<'_>,
    ) {
        let owner = name
            .strip_prefix('_')
            .and_then(|name| definition.element(name));
        match owner {
            Some(Element {
                name,
                kind: Kind::Primitive(_),
                many: false,
                ..
            }) => return self.primitive_extensions(parent.get(name), value, path),
            Some(_) => {}
            None => {
                let nested = definition.name == "Consent.provision";
                if name == "type" && nested && self.reading == Reading::R5Negate {
                    return self.refuse(Code::E06, path, "FHIR R5 has no type; the level decides");
                }
            }
        }
        let sentence = match name {
            "modifierExtension" => "may change the meaning of everything around it",
            "implicitRules" => "names rules that may change the meaning of everything",
            "contained" => "holds resources inside the consent; they are given beside it",
            "resourceType" => "is no element here",
            _ if owner.is_some() => "holds extensions of values",
            _ => "is not an element that this reading knows",
        };
        self.refuse(Code::E01, path, sentence);
    }

    /// `_name` beside `name`: an id, and extensions that change nothing.
    fn primitive_extensions(&mut self, own: Option<&Json>, value: &Json, path: &Path<'_>) {
        let Json::Object(members) = value else {
            return self.refuse(Code::E11, path, "is no object");
        };
        if members.is_empty() {
            return self.refuse(Code::E11, path, "is an empty object");
        }
        for (name, value) in members {
            let at = path.member(name);
            match &**name {
                "id" => self.value(value, Kind::Primitive(Primitive::ElementId), &at),
                "extension" => self.extensions(value, &at),
                _ => self.refuse(Code::E01, &at, "is not an element of a primitive value"),
            }
        }
        if own.is_none() {
            self.refuse(Code::E11, path, "extends a value that is not there");
        }
    }

    fn extensions(&mut self, json: &Json, path: &Path<'_>) {
        let reading = self.reading;
        self.each_extension(json, path, |url| known(reading, url));
    }

    fn each_extension(
        &mut self,
        json: &Json,
        path: &Path<'_>,
        find: impl Fn(&str) -> Option<&'static Extension>,
    ) {
        let Json::Array(all) = json else {
            return self.refuse(Code::E11, path, "is no array; FHIR says a list");
        };
        if all.is_empty() {
            self.refuse(Code::E11, path, "is an empty array");
        }
        for (place, json) in all.iter().enumerate() {
            let at = path.element(place);
            match (json, json.get("url")) {
                (Json::Object(_), Some(Json::String(url))) => match find(url) {
                    Some(extension) => self.extension(json, extension, &at),
                    None => self.refuse(
                        Code::E01,
                        &at,
                        "is an extension that this reading does not know",
                    ),
                },
                (Json::Object(_), _) => {
                    self.refuse(Code::E11, &at.member("url"), "is missing or no string")
                }
                _ => self.refuse(Code::E11, &at, "is no object"),
            }
        }
    }

    fn extension(&mut self, json: &Json, extension: &'static Extension, path: &Path<'_>) {
        let mut values = 0;
        for (name, value) in json.members() {
            let at = path.member(name);
            let kind = extension.values.iter().find(|(own, _)| *own == &**name);
            match (&**name, kind) {
                ("url", _) => {}
                (_, Some((_, kind))) => {
                    values += 1;
                    self.value(value, *kind, &at);
                }
                ("id", _) => self.value(value, Kind::Primitive(Primitive::ElementId), &at),
                ("extension", _) if !extension.inner.is_empty() => {
                    let inner = extension.inner;
                    self.each_extension(value, &at, |url| inner.iter().find(|it| it.url == url));
                }
                _ => self.refuse(Code::E01, &at, "is not known in this extension"),
            }
        }
        let nested = json.get("extension").is_some();
        let simple = extension.inner.is_empty();
        if values != usize::from(simple) || !(simple || nested) {
            self.refuse(
                Code::E11,
                path,
                "has another number of values than it must have",
            );
        }
    }
}
