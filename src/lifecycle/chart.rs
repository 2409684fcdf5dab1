//! The resources of one patient, put together by their labels.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::patient::Patient;
use crate::envelope::RecordId;
use crate::error::{Error, Result};
use crate::fhir::{Bundle, Resource};
use crate::policy::Labels;
use crate::symmetric::sha256;

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
    /// resource that names another patient, or its patient in a way that cannot be compared, is
    /// refused: one consent is never another's.
    ///
    /// # Errors
    /// [`Error::OtherPatient`] with the resource's place in the bundle; those of `label`.
    pub fn new(
        bundle: &'a Bundle<'a>,
        subject: Option<&str>,
        base: Option<&str>,
        mut label: impl FnMut(&Resource<'a>) -> Result<Labels>,
    ) -> Result<Self> {
        let own = subject.map(|subject| Patient::of(bundle, subject, base));
        let mut groups: BTreeMap<Vec<u8>, Group<'a>> = BTreeMap::new();
        for (place, resource) in bundle.resources().iter().enumerate() {
            if let Some(own) = &own
                && !own.is_subject_of(resource)
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
