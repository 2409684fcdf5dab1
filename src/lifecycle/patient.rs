//! Whether a resource is about one patient.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;

use crate::fhir::{Bundle, Json, Resource};

/// Elements by which resources name the patient whom they are about.
const SUBJECTS: [&str; 6] = [
    "subject",
    "patient",
    "beneficiary",
    "candidate",
    "for",
    "individual",
];

/// All names of one patient in a bundle.
pub(super) struct Patient {
    names: BTreeSet<String>,
    base: Option<String>,
}

impl Patient {
    /// The patient whom consents call `subject`. An address of a bundle goes before the base: two
    /// servers may have patients of the same id.
    pub(super) fn of(bundle: &Bundle<'_>, subject: &str, base: Option<&str>) -> Self {
        let base = base.map(|base| String::from(base.trim_end_matches('/')));
        let mut names = BTreeSet::from([String::from(subject)]);
        for resource in bundle.resources() {
            let Some(relative) = name(resource.json()) else {
                continue;
            };
            if resource.resource_type() != "Patient" {
                continue;
            }
            let address = resource.address();
            let root = root(address, &relative).or(base.as_deref());
            let whole = absolute(&relative, root);
            if whole == subject || address == Some(subject) {
                names.extend(address.map(String::from));
                names.extend([whole, relative]);
            }
        }
        Self { names, base }
    }

    /// Whether nothing in the resource names another patient, or somebody who cannot be told.
    pub(super) fn is_subject_of(&self, resource: &Resource<'_>) -> bool {
        self.has(resource.json(), resource.address(), false)
    }

    /// The same of a resource, inside another one as `contained` if so, and of those inside it.
    fn has(&self, json: &Json, address: Option<&str>, contained: bool) -> bool {
        let own = name(json);
        let root = own
            .as_deref()
            .and_then(|own| root(address, own))
            .or(self.base.as_deref());
        let kind = json.get("resourceType").and_then(Json::as_str);
        if kind == Some("Patient") && !contained {
            let named = own.is_some_and(|own| self.names.contains(&absolute(&own, root)));
            if !(named || address.is_some_and(|it| self.names.contains(it))) {
                return false;
            }
        }
        let subjects = SUBJECTS.iter().filter_map(|it| json.get(it));
        let mut all = subjects.flat_map(each);
        all.all(|it| self.is_named(it, json, root))
            && json.members().iter().all(|(name, inner)| {
                let contained = &**name == "contained";
                each(inner).all(|it| self.inner(it, contained))
            })
    }

    /// Looks for resources at any depth: of a bundle in the bundle, say.
    fn inner(&self, json: &Json, contained: bool) -> bool {
        if json.get("resourceType").is_some() {
            return self.has(json, None, contained);
        }
        let address = json.get("fullUrl").and_then(Json::as_str);
        json.members()
            .iter()
            .all(|(name, inner)| match (&**name, inner) {
                ("resource", Json::Object(_)) if inner.get("resourceType").is_some() => {
                    self.has(inner, address, false)
                }
                _ => each(inner).all(|it| self.inner(it, false)),
            })
    }

    /// Whether a reference names the patient, or for certain no patient.
    fn is_named(&self, reference: &Json, resource: &Json, root: Option<&str>) -> bool {
        let Some(text) = reference.get("reference").and_then(Json::as_str) else {
            return false;
        };
        if let Some(id) = text.strip_prefix('#') {
            let inside = resource.get("contained").map_or(&[][..], Json::elements);
            let found = inside
                .iter()
                .find(|it| it.get("id").and_then(Json::as_str) == Some(id));
            let kind = found.and_then(|it| it.get("resourceType")?.as_str());
            return kind.is_some_and(|kind| kind != "Patient");
        }
        let text = text.split_once("/_history/").map_or(text, |(text, _)| text);
        if self.names.contains(&absolute(text, root)) {
            return true;
        }
        let mut parts = text.rsplit('/');
        let (id, kind) = (parts.next(), parts.next());
        let word = |text: &str, legal: fn(&u8) -> bool| {
            !text.is_empty() && text.bytes().all(|byte| legal(&byte))
        };
        id.is_some_and(|id| word(id, |it| it.is_ascii_alphanumeric() || b"-.".contains(it)))
            && kind.is_some_and(|kind| {
                kind != "Patient"
                    && kind.starts_with(|it: char| it.is_ascii_uppercase())
                    && word(kind, u8::is_ascii_alphabetic)
            })
    }
}

/// `Type/id`.
fn name(json: &Json) -> Option<String> {
    let text = |name| json.get(name).and_then(Json::as_str);
    Some(format!("{}/{}", text("resourceType")?, text("id")?))
}

/// What a resource's address shows that its relative references lie below.
fn root<'a>(address: Option<&'a str>, name: &str) -> Option<&'a str> {
    let root = address?.strip_suffix(name)?.strip_suffix('/')?;
    is_http(root).then_some(root)
}

fn absolute(reference: &str, root: Option<&str>) -> String {
    match root {
        Some(root) if !is_http(reference) && !reference.starts_with("urn:") => {
            format!("{root}/{reference}")
        }
        _ => reference.into(),
    }
}

fn is_http(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The elements of an array; anything else by itself.
fn each(value: &Json) -> impl Iterator<Item = &Json> {
    match value {
        Json::Array(elements) => elements.iter(),
        one => core::slice::from_ref(one).iter(),
    }
}
