//! Whose data it is, who consented, and who may have it.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::Compiler;
use super::criteria::Criteria;
use crate::consent::vocabulary::{CodeSet, Property};
use crate::consent::{Criterion, Reading};
use crate::error::Result;
use crate::fhir::consent::{Actor, Concept, Identifier, Node, Reference};
use crate::fhir::refusal::Code;
use crate::fhir::warning::Concern;

/// A role that a consent can be about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Recipient,
    Author,
}

impl Compiler<'_> {
    /// The patient; empty after a refusal.
    pub(super) fn subject(&mut self, consent: &Node<'_>) -> String {
        let name = match self.options.reading {
            Reading::R5Negate => "subject",
            _ => "patient",
        };
        let Some(node) = consent.child(name) else {
            let path = consent.path_of(name);
            self.refuse(Code::E11, &path, "is missing: Terms are about one patient");
            return String::new();
        };
        let subject = Reference::from(node);
        match self.literal(&subject) {
            Ok((reference, kind)) if kind.as_deref() == Some("Patient") => reference,
            Ok(_) => {
                self.refuse(Code::E12, &subject.path, "is not known to be one patient");
                String::new()
            }
            Err(sentence) => {
                self.refuse(Code::E12, &subject.path, sentence);
                String::new()
            }
        }
    }

    pub(super) fn grantors(&mut self, consent: &Node<'_>, subject: &str) -> BTreeSet<String> {
        let name = match self.options.reading {
            Reading::R5Negate => "grantor",
            _ => "performer",
        };
        let mut grantors = BTreeSet::new();
        let all = consent.list(name);
        if all.is_empty() {
            self.warn(&consent.path, Concern::NoGrantor);
        }
        for node in all {
            let grantor = Reference::from(node);
            let Ok((reference, _)) = self.literal(&grantor) else {
                self.refuse(
                    Code::E21,
                    &grantor.path,
                    "is nobody whose authority can be looked up",
                );
                continue;
            };
            if reference != subject {
                if self.resolver.may_consent(&reference, subject) {
                    self.warn(&grantor.path, Concern::OnBehalf);
                } else {
                    self.refuse(
                        Code::E21,
                        &grantor.path,
                        "is not the patient and not shown to act for them",
                    );
                }
            }
            grantors.insert(reference);
        }
        grantors
    }

    /// The resource that a reference names, with its type where that is known.
    pub(super) fn literal(
        &mut self,
        reference: &Reference<'_>,
    ) -> core::result::Result<(String, Option<String>), &'static str> {
        let text = reference.reference.ok_or("has no reference")?;
        let target = self.target(text, &reference.path)?;
        let stated = reference.kind.map(type_name);
        match (&target.kind, stated) {
            (Some(shown), Some(stated)) if shown != stated => {
                Err("has another type than its reference shows")
            }
            (None, Some(stated)) => Ok((target.reference, Some(stated.into()))),
            _ => Ok((target.reference, target.kind)),
        }
    }

    pub(super) fn actors(&mut self, actors: &[Actor<'_>], criteria: &mut Criteria) -> Result<()> {
        let mut recipients: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut authors: BTreeSet<String> = BTreeSet::new();
        for actor in actors {
            let role = self.role(actor);
            let Some(reference) = &actor.reference else {
                let path = format!("{}.reference", actor.path);
                self.refuse(Code::E12, &path, "is missing");
                continue;
            };
            match self.named(reference) {
                Err(sentence) => self.refuse(Code::E12, &reference.path, sentence),
                Ok(found) if role == Some(Role::Author) => {
                    // An author is known by one attribute.
                    if found.iter().any(|it| it.len() != 1) {
                        self.refuse(Code::E12, &reference.path, "is no single author");
                    }
                    authors.extend(found.into_iter().flatten());
                }
                Ok(found) => recipients.extend(found),
            }
        }
        if !recipients.is_empty() {
            let recipients = recipients.iter();
            let recipients = recipients.map(|all| all.iter().map(String::as_str));
            criteria.set(Criterion::recipients(recipients)?);
        }
        if !authors.is_empty() {
            criteria.set(Criterion::author(authors.iter().map(String::as_str))?);
        }
        Ok(())
    }

    fn role(&mut self, actor: &Actor<'_>) -> Option<Role> {
        let path = format!("{}.role", actor.path);
        let Some(role) = &actor.role else {
            self.refuse(
                Code::E12,
                &path,
                "is missing: whether the actor receives data is not said",
            );
            return None;
        };
        match self.role_of(role) {
            Ok(role) => Some(role),
            Err(sentence) => {
                self.refuse(Code::E12, &path, sentence);
                None
            }
        }
    }

    fn role_of(&self, role: &Concept<'_>) -> core::result::Result<Role, &'static str> {
        let mut found = None;
        for coding in &role.codings {
            let Ok(code) = self.coding(CodeSet::Role, coding) else {
                continue;
            };
            let concept = self.vocabulary.concept(CodeSet::Role, code);
            let has = |property| concept.is_some_and(|it| it.has(property));
            let own = if has(Property::Recipient) {
                Role::Recipient
            } else if has(Property::Author) {
                Role::Author
            } else if has(Property::Custodian) {
                return Err("is the custodian, who keeps the data and does not receive it");
            } else {
                return Err("is neither a recipient nor an author");
            };
            if found.is_some_and(|other| other != own) {
                return Err("is a recipient and an author at once");
            }
            found = Some(own);
        }
        found.ok_or("is no role that is known to receive data")
    }

    /// Whom a reference names: recipients, each as the attributes it has together.
    fn named(
        &mut self,
        reference: &Reference<'_>,
    ) -> core::result::Result<Vec<Vec<String>>, &'static str> {
        if reference.reference.is_none() {
            let identifier = reference.identifier.as_ref();
            let identifier =
                identifier.ok_or("names nobody: neither a reference nor an identifier")?;
            return self.identified(identifier, reference.kind.map(type_name));
        }
        let (target, kind) = self.literal(reference)?;
        if let Some(found) = self.resolver.recipients(&target) {
            return if found.is_empty() {
                Err("is a group without members")
            } else {
                Ok(found)
            };
        }
        let kind = kind.ok_or("is of a type that is not known")?;
        match key(&kind) {
            Some(key) => Ok(vec![vec![format!("{key}={target}")]]),
            None if matches!(&*kind, "Group" | "CareTeam") => {
                Err("is a group whose members are not known")
            }
            None => Err("is of a type that does not receive data"),
        }
    }

    fn identified(
        &self,
        identifier: &Identifier<'_>,
        kind: Option<&str>,
    ) -> core::result::Result<Vec<Vec<String>>, &'static str> {
        if identifier.usage == Some("old") {
            return Err("is named by an identifier that is no longer valid");
        }
        let system = identifier
            .system
            .ok_or("is named by an identifier without a system")?;
        let value = identifier
            .value
            .ok_or("is named by an identifier without a value")?;
        let npi = self.vocabulary.alias_of(system) == Some("npi");
        if npi && (value.len() != 10 || !value.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err("is named by a provider number that is none: ten digits");
        }
        let coded = self.vocabulary.code_value(system, value);
        let coded = coded.map_err(|_| "is named by an identifier that cannot be an attribute")?;
        let keys = match (kind, npi) {
            (Some(kind), _) => vec![key(kind).ok_or("is of a type that does not receive data")?],
            (None, true) => vec!["org", "prac"],
            (None, false) => return Err("is named by an identifier, and its type is not said"),
        };
        let attribute = |key| vec![format!("{key}={coded}")];
        Ok(keys.into_iter().map(attribute).collect())
    }
}

/// The attribute that names a resource of this type.
fn key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Device" => "dev",
        "Organization" => "org",
        "Patient" => "pat",
        "Practitioner" => "prac",
        "PractitionerRole" => "pracrole",
        "RelatedPerson" => "kin",
        _ => return None,
    })
}

/// A type is written by its name or as its definition's address.
fn type_name(kind: &str) -> &str {
    kind.strip_prefix("http://hl7.org/fhir/StructureDefinition/")
        .unwrap_or(kind)
}
