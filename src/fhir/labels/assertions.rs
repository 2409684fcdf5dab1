//! The side file in which people say how confidential and sensitive resources are.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::consent::vocabulary::Property;
use crate::consent::{Confidentiality, Vocabulary};
use crate::error::{Error, Result};
use crate::fhir::Json;
use crate::fhir::primitive::is_id;
use crate::policy::Date;
use crate::wire::text;

/// The name of the format.
const SCHEMA: &str = "hippocrypt-labels/1";
/// Longest name of who asserts.
const NAME: usize = 200;

/// Who asserts something, and on which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// Of how many resources.
    pub resources: usize,
}

/// What somebody found who looked through a resource for sensitive matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Ascending, each once.
    pub(super) codes: Vec<String>,
    pub(super) by: usize,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All that the vocabulary of this id pins.
    Vocabulary(String),
    /// These, in the order of the file.
    Codes(Vec<String>),
}

/// What people assert of resources, by `Type/id` (SPEC.md, section 17.1).
///
/// ```json
/// {"schema": "hippocrypt-labels/1",
///  "assertions": [
///    {"by": "Records department", "on": "2026-09-14", "conf": "N", "resources": ["Patient/ada"]}],
///  "vocabulary": {"id": "hv1"},
///  "sensitivities": [
///    {"by": "Dr. Feld", "on": "2026-09-15", "codes": ["PSY"], "resources": ["Patient/ada"]}]}
/// ```
///
/// Who asserts sensitivities has looked for all codes of `vocabulary`, or only for those that it
/// lists as `codes`; the ones not named were not found. The file is taken as it is: whether its
/// author may say so, whoever loads it has to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assertions {
    assertions: Vec<Assertion>,
    levels: BTreeMap<String, (Confidentiality, usize)>,
    found: BTreeMap<String, Found>,
    scope: Option<Scope>,
}

impl Assertions {
    /// Reads a side file, strictly.
    ///
    /// # Errors
    /// [`Error::Json`]; [`Error::LabelFile`] for another schema, unknown members, codes that the
    /// vocabulary does not have, names that are no `Type/id`, and a resource that is labelled or
    /// looked through twice.
    pub fn read(bytes: &[u8], vocabulary: &Vocabulary) -> Result<Self> {
        let file = Json::parse(bytes)?;
        let all = [
            "schema",
            "note",
            "assertions",
            "vocabulary",
            "sensitivities",
        ];
        members(&file, &all)?;
        if file.get("schema").and_then(Json::as_str) != Some(SCHEMA) {
            return Err(Error::LabelFile("of another schema"));
        }
        let mut read = Self::default();
        for assertion in list(&file, "assertions")? {
            members(assertion, &["by", "on", "conf", "resources", "note"])?;
            let level = Confidentiality::from_code(string(assertion, "conf")?);
            let level = level.ok_or(Error::LabelFile("a confidentiality that is none"))?;
            let by = read.assertions.len();
            for name in read.assertion(assertion, vocabulary)? {
                if read.levels.insert(name, (level, by)).is_some() {
                    return Err(Error::LabelFile("a resource is labelled twice"));
                }
            }
        }
        match (file.get("vocabulary"), file.get("sensitivities")) {
            (None, None) => {}
            (Some(scope), Some(_)) => {
                read.scope = Some(Scope::read(scope, vocabulary)?);
                read.sensitivities(&file, vocabulary)?;
            }
            _ => return Err(Error::LabelFile("vocabulary and sensitivities go together")),
        }
        Ok(read)
    }

    fn sensitivities(&mut self, file: &Json, vocabulary: &Vocabulary) -> Result<()> {
        for assertion in list(file, "sensitivities")? {
            members(assertion, &["by", "on", "codes", "resources", "note"])?;
            let mut codes = codes(assertion, vocabulary)?;
            let looked_for = |code: &String| match &self.scope {
                Some(Scope::Codes(all)) => all.contains(code),
                Some(Scope::Vocabulary(id)) => vocabulary.pinned_in(id).any(|it| it == code),
                None => false,
            };
            if !codes.iter().all(looked_for) {
                return Err(Error::LabelFile("a code was found that nobody looked for"));
            }
            codes.sort();
            let by = self.assertions.len();
            for name in self.assertion(assertion, vocabulary)? {
                let codes = codes.clone();
                if self.found.insert(name, Found { codes, by }).is_some() {
                    return Err(Error::LabelFile("a resource is looked through twice"));
                }
            }
        }
        Ok(())
    }

    /// Notes who asserts, and answers of what.
    fn assertion(&mut self, assertion: &Json, vocabulary: &Vocabulary) -> Result<Vec<String>> {
        let by = string(assertion, "by")?;
        if by.is_empty() || by.len() > NAME || text::check(by).is_err() {
            return Err(Error::LabelFile("nobody has such a name"));
        }
        let on = Date::parse(string(assertion, "on")?);
        let names = list(assertion, "resources")?.iter().map(|name| {
            let name = name.as_str().filter(|it| is_name(it, vocabulary));
            let name = name.ok_or(Error::LabelFile("a resource that is no Type/id"))?;
            Ok(String::from(name))
        });
        let names: Vec<String> = names.collect::<Result<_>>()?;
        self.assertions.push(Assertion {
            by: by.into(),
            on: on.map_err(|_| Error::LabelFile("a day that is none"))?,
            resources: names.len(),
        });
        Ok(names)
    }

    /// Who asserts, in the order of the file: confidentialities first, then sensitivities.
    #[must_use]
    pub fn assertions(&self) -> &[Assertion] {
        &self.assertions
    }

    /// The resources that somebody said something about, ascending.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut all: Vec<&str> = self.levels.keys().map(String::as_str).collect();
        all.extend(self.found.keys().map(String::as_str));
        all.sort_unstable();
        all.dedup();
        all.into_iter()
    }

    pub(super) fn level(&self, name: &str) -> Option<(Confidentiality, &Assertion)> {
        let (level, by) = self.levels.get(name)?;
        Some((*level, self.assertions.get(*by)?))
    }

    pub(super) fn found(&self, name: &str) -> Option<(&Found, &Scope, &Assertion)> {
        let found = self.found.get(name)?;
        Some((found, self.scope.as_ref()?, self.assertions.get(found.by)?))
    }
}

impl Scope {
    fn read(json: &Json, vocabulary: &Vocabulary) -> Result<Self> {
        members(json, &["id", "codes"])?;
        let id = string(json, "id")?;
        if json.get("codes").is_some() {
            return Ok(Self::Codes(codes(json, vocabulary)?));
        }
        if vocabulary.pinned_in(id).next().is_none() {
            return Err(Error::LabelFile("of a vocabulary that is not known"));
        }
        Ok(Self::Vocabulary(id.into()))
    }
}

/// Sensitivities that a record can carry, in their order, each once.
fn codes(json: &Json, vocabulary: &Vocabulary) -> Result<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for code in list(json, "codes")? {
        let code = code.as_str().filter(|code| {
            let concept = vocabulary.sensitivity(code);
            concept.is_some_and(|it| !it.has(Property::Abstract))
        });
        let code = code.ok_or(Error::LabelFile("a sensitivity that is none"))?;
        if all.iter().any(|own| own == code) {
            return Err(Error::LabelFile("a code twice"));
        }
        all.push(code.into());
    }
    Ok(all)
}

fn is_name(name: &str, vocabulary: &Vocabulary) -> bool {
    name.split_once('/')
        .is_some_and(|(kind, id)| vocabulary.is_resource_type(kind) && is_id(id))
}

fn members(json: &Json, known: &[&str]) -> Result<()> {
    match json {
        Json::Object(members) if members.iter().all(|(name, _)| known.contains(&&**name)) => Ok(()),
        Json::Object(_) => Err(Error::LabelFile("an unknown member")),
        _ => Err(Error::LabelFile("not an object where one is wanted")),
    }
}

fn list<'a>(json: &'a Json, name: &str) -> Result<&'a [Json]> {
    match json.get(name) {
        Some(Json::Array(elements)) => Ok(elements),
        _ => Err(Error::LabelFile("a list is missing")),
    }
}

fn string<'a>(json: &'a Json, name: &str) -> Result<&'a str> {
    let text = json.get(name).and_then(Json::as_str);
    text.ok_or(Error::LabelFile("a text is missing"))
}
