//! The resources of one patient, put together by their labels.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::envelope::RecordId;
use crate::error::{Error, Result};
use crate::fhir::{Bundle, Resource};
use crate::policy::Labels;
use crate::symmetric::sha256;

/// Elements by which resources name the patient whom they are about.
const SUBJECTS: [&str; 2] = ["subject", "patient"];

/// Resources that have the same labels and are sealed as one batch.
#[derive(Debug)]
pub struct Group<'a> {
    name: String,
    labels: Labels,
    members: Vec<(RecordId, &'a Resource<'a>)>,
}

impl<'a> Group<'a> {
    /// The batch's name: `group-` and 16 hexadecimal digits that follow from the labels.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The labels that all of them have.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The resources with their record ids: `e` and five digits, the place in the bundle. So no id
    /// of the bundle is shown, and the order can be restored.
    #[must_use]
    pub fn members(&self) -> &[(RecordId, &'a Resource<'a>)] {
        &self.members
    }
}

/// One patient's bundle, put together by labels.
#[derive(Debug)]
pub struct Chart<'a> {
    groups: Vec<Group<'a>>,
}

impl<'a> Chart<'a> {
    /// Groups the resources of a bundle; `label` gives a resource's labels.
    ///
    /// `subject` is the patient as consents name them, an absolute reference below `base`. A
    /// resource that names another patient is refused: one consent is never another's.
    ///
    /// # Errors
    /// [`Error::OtherPatient`] with the resource's place in the bundle; those of `label`.
    pub fn new(
        bundle: &'a Bundle<'a>,
        subject: Option<&str>,
        base: Option<&str>,
        mut label: impl FnMut(&Resource<'a>) -> Result<Labels>,
    ) -> Result<Self> {
        let own = subject.map(|subject| names_of(bundle, subject, base));
        let mut groups: BTreeMap<Vec<u8>, Group<'a>> = BTreeMap::new();
        for (place, resource) in bundle.resources().iter().enumerate() {
            if let Some(own) = &own
                && !is_about(resource, own)
            {
                return Err(Error::OtherPatient(place));
            }
            let labels = label(resource)?;
            let bytes = labels.to_bytes();
            let id = RecordId::new(&format!("e{place:05}"))?;
            let group = groups.entry(bytes).or_insert_with_key(|bytes| Group {
                name: name(bytes),
                labels,
                members: Vec::new(),
            });
            group.members.push((id, resource));
        }
        Ok(Self {
            groups: groups.into_values().collect(),
        })
    }

    /// The groups, by their labels.
    #[must_use]
    pub fn groups(&self) -> &[Group<'a>] {
        &self.groups
    }
}

fn name(labels: &[u8]) -> String {
    let digest = sha256(&[labels]);
    let digits = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
    format!("group-{}", digits.collect::<String>())
}

/// Everything in this bundle that stands for the patient.
fn names_of(bundle: &Bundle<'_>, subject: &str, base: Option<&str>) -> BTreeSet<String> {
    let mut own = BTreeSet::from([String::from(subject)]);
    let base = base.map(|base| base.trim_end_matches('/'));
    for resource in bundle.resources() {
        let Some(id) = resource.id() else { continue };
        if resource.resource_type() != "Patient" {
            continue;
        }
        let relative = format!("Patient/{id}");
        let absolute = base.map(|base| format!("{base}/{relative}"));
        let address = resource.address().map(String::from);
        let known = [Some(&relative), absolute.as_ref(), address.as_ref()];
        if known.into_iter().flatten().any(|it| it == subject) {
            own.insert(relative);
            own.extend(absolute);
            own.extend(address);
        }
    }
    // A relative reference is below the base, whether or not the patient's resource is here.
    if let Some(rest) = base.and_then(|base| subject.strip_prefix(base)) {
        own.insert(String::from(rest.trim_start_matches('/')));
    }
    own
}

fn is_about(resource: &Resource<'_>, own: &BTreeSet<String>) -> bool {
    let named = SUBJECTS.iter().filter_map(|name| {
        let reference = resource.json().get(name)?.get("reference")?;
        reference.as_str()
    });
    let patient = |reference: &&str| {
        let kind = reference.rsplit('/').nth(1);
        kind == Some("Patient") || reference.starts_with("urn:")
    };
    let mut named = named.filter(patient);
    let itself = match (resource.resource_type(), resource.id()) {
        ("Patient", Some(id)) => {
            let relative = format!("Patient/{id}");
            own.contains(&relative) || resource.address().is_some_and(|it| own.contains(it))
        }
        ("Patient", None) => resource.address().is_some_and(|it| own.contains(it)),
        _ => true,
    };
    itself && named.all(|reference| own.contains(reference))
}
