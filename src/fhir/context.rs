//! A resolver over resources at hand: those around a consent, for example in a folder.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::document::Document;
use super::reference::{is_http, plain};
use super::resolver::Resolver;
use crate::consent::Meaning;
use crate::error::{Error, Result};
use crate::wire::Json;

const NPI: &str = "http://hl7.org/fhir/sid/us-npi";
const ROLE_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

/// Relations in which somebody consents for a patient: parents, guardians and holders of a power
/// of attorney. Being a spouse, friend or contact gives no such right by itself.
const REPRESENTATIVES: [&str; 17] = [
    "ADOPTF", "ADOPTM", "ADOPTP", "DPOWATT", "FTH", "FTHFOST", "GUARD", "HPOWATT", "MTH",
    "MTHFOST", "NFTH", "NMTH", "POWATT", "PRN", "PRNFOST", "RESPRSN", "SPOWATT",
];

/// Types whose related resources are those that refer to them, as IHE PCF says.
const OCCASIONS: [&str; 3] = ["CarePlan", "Encounter", "EpisodeOfCare"];

/// Resources that answer what a consent points at.
///
/// Groups and care teams count only if they list their members and say nothing about them that
/// may change with time; a member of a group that is a group itself is not followed.
#[derive(Clone, Default)]
pub struct Context {
    base: Option<String>,
    resources: BTreeMap<String, Json>,
}

impl Context {
    /// No resources yet; relative references lie below `base`, as in
    /// [`Options::base`](super::Options::base).
    ///
    /// # Errors
    /// [`Error::Argument`] if the base is no http address.
    pub fn new(base: Option<&str>) -> Result<Self> {
        let base = base.map(|base| base.strip_suffix('/').unwrap_or(base));
        if base.is_some_and(|base| !is_http(base) || plain(base).is_err()) {
            return Err(Error::Argument("a base is an http or https address"));
        }
        Ok(Self {
            base: base.map(Into::into),
            resources: BTreeMap::new(),
        })
    }

    /// Adds a resource, or all resources of a Bundle.
    ///
    /// # Errors
    /// [`Error::Argument`] for what is no resource with a type and an id; [`Error::Duplicate`] if
    /// another resource has the same reference.
    pub fn add(&mut self, document: &Document) -> Result<()> {
        let json = document.json();
        if json.get("resourceType").and_then(Json::as_str) != Some("Bundle") {
            return self.insert(None, json);
        }
        for entry in json.get("entry").map_or(&[][..], Json::elements) {
            if let Some(resource) = entry.get("resource") {
                self.insert(entry.get("fullUrl").and_then(Json::as_str), resource)?;
            }
        }
        Ok(())
    }

    fn insert(&mut self, url: Option<&str>, json: &Json) -> Result<()> {
        let text = |name| json.get(name).and_then(Json::as_str);
        let kind = text("resourceType").ok_or(Error::Argument("no FHIR resource"))?;
        let named = text("id").and_then(|id| self.absolute(&format!("{kind}/{id}")));
        let all: Vec<String> = url.map(String::from).into_iter().chain(named).collect();
        if all.is_empty() {
            return Err(Error::Argument("a FHIR resource without an id"));
        }
        for reference in all {
            match self.resources.get(&reference) {
                Some(other) if other != json => {
                    return Err(Error::Duplicate("resource of the context"));
                }
                Some(_) => {}
                None => {
                    self.resources.insert(reference, json.clone());
                }
            }
        }
        Ok(())
    }

    fn absolute(&self, reference: &str) -> Option<String> {
        if reference.starts_with('#') || reference.contains("/_history/") {
            return None;
        }
        let is_absolute = is_http(reference) || reference.starts_with("urn:");
        Some(match &self.base {
            Some(base) if !is_absolute => format!("{base}/{reference}"),
            _ => reference.into(),
        })
    }

    /// The absolute reference in a member of that name.
    fn reference(&self, json: &Json, name: &str) -> Option<String> {
        let reference = json.get(name)?.get("reference")?.as_str()?;
        self.absolute(reference)
    }

    /// All that a resource refers to; none if that cannot be said.
    fn references(&self, json: &Json) -> Option<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let mut open = vec![json];
        while let Some(json) = open.pop() {
            open.extend(json.elements());
            open.extend(json.members().iter().map(|(_, value)| value));
            if let Some(text) = json.get("reference").and_then(Json::as_str) {
                found.insert(self.absolute(text)?);
            }
        }
        Some(found)
    }

    /// A person, organisation, device or role by its own reference, and by a provider number
    /// where it has one.
    fn single(&self, reference: &str) -> Option<Vec<Vec<String>>> {
        let json = self.resources.get(reference);
        let shown = reference.rsplit('/').nth(1);
        let kind = json
            .and_then(|json| json.get("resourceType"))
            .and_then(Json::as_str)
            .or(shown)?;
        let key = match kind {
            "Device" => "dev",
            "Organization" => "org",
            "Patient" => "pat",
            "Practitioner" => "prac",
            "PractitionerRole" => "pracrole",
            "RelatedPerson" => "kin",
            _ => return None,
        };
        let mut all = vec![vec![format!("{key}={reference}")]];
        let Some(json) = json else { return Some(all) };
        if kind == "PractitionerRole" {
            let practitioner = self.reference(json, "practitioner");
            let organisation = self.reference(json, "organization");
            if let (Some(practitioner), Some(organisation)) = (practitioner, organisation) {
                all.push(vec![
                    format!("prac={practitioner}"),
                    format!("org={organisation}"),
                ]);
            }
        }
        if matches!(key, "org" | "prac") {
            for identifier in json.get("identifier").map_or(&[][..], Json::elements) {
                let text = |name| identifier.get(name).and_then(Json::as_str);
                let value = text("value").filter(|value| {
                    value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_digit())
                });
                if let (Some(NPI), Some(value)) = (text("system"), value)
                    && text("use") != Some("old")
                {
                    all.push(vec![format!("{key}=npi:{value}")]);
                }
            }
        }
        Some(all)
    }

    /// The members of a group or care team, if its list is all there is to know.
    fn group(&self, json: &Json, list: &str, member: &str) -> Option<Vec<Vec<String>>> {
        let open = ["characteristic", "modifierExtension", "implicitRules"];
        if open.iter().any(|name| json.get(name).is_some()) {
            return None;
        }
        let mut all = Vec::new();
        for entry in json.get(list).map_or(&[][..], Json::elements) {
            // Who is a member for a time only is none for all time.
            if [
                "period",
                "coveragePeriod",
                "coverageTiming",
                "modifierExtension",
            ]
            .iter()
            .any(|name| entry.get(name).is_some())
            {
                return None;
            }
            if entry.get("inactive").and_then(Json::as_bool) == Some(true) {
                continue;
            }
            all.extend(self.single(&self.reference(entry, member)?)?);
        }
        Some(all)
    }
}

impl Resolver for Context {
    fn recipients(&self, reference: &str) -> Option<Vec<Vec<String>>> {
        let json = self.resources.get(reference)?;
        let text = |name: &str| json.get(name).and_then(Json::as_str);
        let flag = |name: &str| json.get(name).and_then(Json::as_bool);
        match text("resourceType")? {
            "Group" => {
                // R4 says `actual`, R5 `membership`.
                let listed = match text("membership") {
                    Some(membership) => membership == "enumerated",
                    None => flag("actual") == Some(true),
                };
                let usable = listed && flag("active") != Some(false);
                usable.then(|| self.group(json, "member", "entity"))?
            }
            "CareTeam" => (text("status") == Some("active"))
                .then(|| self.group(json, "participant", "member"))?,
            _ => self.single(reference),
        }
    }

    /// For encounters, care plans and episodes of care the links of records tell. Of any other
    /// resource those are related that it refers to, and those are dependents that refer to it.
    fn members(&self, meaning: Meaning, reference: &str) -> Option<Vec<String>> {
        let json = self.resources.get(reference)?;
        let kind = json.get("resourceType").and_then(Json::as_str)?;
        if OCCASIONS.contains(&kind) {
            return Some(Vec::new());
        }
        let found: BTreeSet<String> = match meaning {
            Meaning::Dependents => {
                let all = self.resources.iter();
                let refers = |json| {
                    self.references(json)
                        .is_some_and(|all| all.contains(reference))
                };
                all.filter(|(_, json)| refers(json))
                    .map(|(own, _)| own.clone())
                    .collect()
            }
            _ => self.references(json)?,
        };
        // Without members the links of records would tell, which say something else.
        (!found.is_empty()).then(|| found.into_iter().collect())
    }

    fn may_consent(&self, who: &str, patient: &str) -> bool {
        let Some(json) = self.resources.get(who) else {
            return false;
        };
        let related = json.get("resourceType").and_then(Json::as_str) == Some("RelatedPerson")
            && json.get("active").and_then(Json::as_bool) != Some(false)
            && json.get("modifierExtension").is_none()
            && self.reference(json, "patient").as_deref() == Some(patient);
        let relations = json.get("relationship").map_or(&[][..], Json::elements);
        let mut codings = relations
            .iter()
            .filter_map(|relation| relation.get("coding"))
            .flat_map(Json::elements);
        related
            && codings.any(|coding| {
                let text = |name| coding.get(name).and_then(Json::as_str);
                text("system") == Some(ROLE_CODE)
                    && text("code").is_some_and(|code| REPRESENTATIVES.contains(&code))
            })
    }
}
