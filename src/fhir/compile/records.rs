//! The criteria of one provision, each code looked up.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Compiler;
use super::criteria::Criteria;
use super::head::code_of;
use crate::consent::vocabulary::{CodeSet, Property};
use crate::consent::{Criterion, Effect, Meaning, PurposeMode, Reading, RecordReference, Set};
use crate::error::Result;
use crate::fhir::consent::{Coding, Concept, Data, Provision};
use crate::fhir::reference::{is_http, plain};
use crate::fhir::refusal::Code;
use crate::fhir::warning::Concern;

/// The system of addresses; here those of profiles.
const URIS: &str = "urn:ietf:rfc:3986";

impl Compiler<'_> {
    /// What a provision states itself; its period counts unless it is the root's of R4.
    pub(super) fn criteria(
        &mut self,
        provision: &Provision<'_>,
        effect: Effect,
        period: bool,
    ) -> Result<Criteria> {
        let mut criteria = Criteria::default();
        if let Some(path) = &provision.expression {
            self.refuse(Code::E14, path, "is an expression, which is not evaluated");
        }
        if let Some(only) = &provision.period
            && !provision.has_criteria()
            && provision.nested.is_empty()
        {
            self.warn(&only.path, Concern::OnlyPeriod);
        }
        if period && let Some(span) = provision.period.as_ref().and_then(|it| self.interval(it)) {
            criteria.set(Criterion::During(span));
        }
        self.actors(&provision.actors, &mut criteria)?;
        self.actions(&provision.actions, &mut criteria)?;
        self.labels(&provision.labels, effect, &mut criteria);
        self.purposes(&provision.purposes, &provision.path, &mut criteria)?;
        self.classes(&provision.classes, &mut criteria)?;
        let types = self.types(&provision.types);
        if !types.is_empty() {
            criteria.set(Criterion::resource_type(types)?);
        }
        let documents = self.documents(&provision.documents);
        if !documents.is_empty() {
            criteria.set(Criterion::document(documents.iter().map(String::as_str))?);
        }
        self.codes(&provision.codes, &mut criteria)?;
        if let Some(span) = provision
            .data_period
            .as_ref()
            .and_then(|it| self.interval(it))
        {
            criteria.set(Criterion::Dated(span));
        }
        self.data(&provision.data, &mut criteria)?;
        Ok(criteria)
    }

    /// The code, or a refusal.
    fn looked_up<'c>(&mut self, set: CodeSet, coding: &Coding<'c>) -> Option<&'c str> {
        match self.coding(set, coding) {
            Ok(code) => Some(code),
            Err(code) => {
                let sentence = match code {
                    Code::E09 => "is of a system that is not known here",
                    _ => "is no code of its system that is known here",
                };
                self.refuse(code, &coding.path, sentence);
                None
            }
        }
    }

    /// The codings of a concept, which say the same; a refusal if there are none.
    fn codings<'c, 'd>(&mut self, concept: &'c Concept<'d>) -> &'c [Coding<'d>] {
        if concept.codings.is_empty() {
            self.refuse(Code::E09, &concept.path, "has no code");
        }
        &concept.codings
    }

    fn actions(&mut self, actions: &[Concept<'_>], criteria: &mut Criteria) -> Result<()> {
        let mut codes = BTreeSet::new();
        for action in actions {
            for coding in self.codings(action) {
                let code = self.looked_up(CodeSet::Action, coding);
                if code.is_some_and(|code| code != "access") {
                    self.warn(&action.path, Concern::OtherAction);
                }
                codes.extend(code);
            }
        }
        if !codes.is_empty() {
            criteria.set(Criterion::action(codes)?);
        }
        Ok(())
    }

    fn purposes(
        &mut self,
        purposes: &[Coding<'_>],
        path: &str,
        criteria: &mut Criteria,
    ) -> Result<()> {
        let mut codes = BTreeSet::new();
        for purpose in purposes {
            codes.extend(self.looked_up(CodeSet::Purpose, purpose));
        }
        if codes.len() > 1 && self.options.purpose_mode == PurposeMode::AnyOf {
            self.warn(&format!("{path}.purpose"), Concern::AnyPurpose);
        }
        if !codes.is_empty() {
            criteria.set(Criterion::purpose(codes)?);
        }
        Ok(())
    }

    /// R4: types and documents in one list, any of them.
    fn classes(&mut self, classes: &[Coding<'_>], criteria: &mut Criteria) -> Result<()> {
        let mut types = BTreeSet::new();
        let mut documents = BTreeSet::new();
        for class in classes {
            if self.coding(CodeSet::ResourceType, class) == Err(Code::E09) {
                documents.extend(self.document(class));
            } else {
                types.extend(self.looked_up(CodeSet::ResourceType, class));
            }
        }
        if !types.is_empty() {
            criteria.classes.push(Criterion::resource_type(types)?);
        }
        if !documents.is_empty() {
            let documents = documents.iter().map(String::as_str);
            criteria.classes.push(Criterion::document(documents)?);
        }
        Ok(())
    }

    fn types<'c>(&mut self, types: &[Coding<'c>]) -> BTreeSet<&'c str> {
        let types = types.iter();
        types
            .filter_map(|it| self.looked_up(CodeSet::ResourceType, it))
            .collect()
    }

    fn documents(&mut self, documents: &[Coding<'_>]) -> BTreeSet<String> {
        let documents = documents.iter();
        documents.filter_map(|it| self.document(it)).collect()
    }

    /// A document by its media type or profile.
    fn document(&mut self, coding: &Coding<'_>) -> Option<String> {
        let system = coding.system.unwrap_or_default();
        let code = coding.code.unwrap_or_default();
        if system == URIS && is_http(code) && plain(code).is_ok() {
            return Some(format!("profile:{code}"));
        }
        if self.vocabulary.alias_of(system) == Some("mime")
            && let Ok(value) = self.vocabulary.code_value(system, code)
        {
            return Some(value);
        }
        self.refuse(
            Code::E09,
            &coding.path,
            "is no resource type, media type or profile",
        );
        None
    }

    fn codes(&mut self, concepts: &[Concept<'_>], criteria: &mut Criteria) -> Result<()> {
        let permissions = self.options.reading == Reading::Mii2025;
        let mut codes: Vec<String> = Vec::new();
        for concept in concepts {
            for coding in self.codings(concept) {
                codes.extend(match permissions {
                    true => self.permission(coding),
                    false => self.code_of_data(coding),
                });
            }
        }
        if codes.is_empty() {
            return Ok(());
        }
        let codes = codes.iter().map(String::as_str);
        criteria.set(match permissions {
            true => Criterion::permission(codes)?,
            false => Criterion::code(codes)?,
        });
        Ok(())
    }

    fn permission(&mut self, coding: &Coding<'_>) -> Option<String> {
        let code = self.looked_up(CodeSet::Mii, coding)?;
        let value = self.vocabulary.code_value(coding.system?, code);
        value.ok()
    }

    fn code_of_data(&mut self, coding: &Coding<'_>) -> Option<String> {
        let (Some(system), Some(code)) = (coding.system, coding.code) else {
            self.refuse(Code::E09, &coding.path, "lacks its system or code");
            return None;
        };
        match self.vocabulary.alias_of(system) {
            Some("mii") => {
                self.refuse(
                    Code::E09,
                    &coding.path,
                    "is a permission, not a kind of data; see mii-2025",
                );
                return None;
            }
            Some("duo") if self.is_condition(code) => {
                self.refuse(
                    Code::E24,
                    &coding.path,
                    "is a condition of use, not a kind of data",
                );
                return None;
            }
            None => self.warn(&coding.path, Concern::ForeignSystem),
            Some(_) => {}
        }
        match self.vocabulary.code_value(system, code) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.refuse(
                    code_of(fault),
                    &coding.path,
                    "is no code that data can be known by",
                );
                None
            }
        }
    }

    fn is_condition(&self, code: &str) -> bool {
        let term = self.vocabulary.concept(CodeSet::DataUse, code);
        term.is_some_and(|term| term.has(Property::Modifier))
    }

    fn data(&mut self, data: &[Data<'_>], criteria: &mut Criteria) -> Result<()> {
        let mut records = Vec::new();
        for data in data {
            records.extend(self.record(data)?);
        }
        if !records.is_empty() {
            criteria.set(Criterion::records(records)?);
        }
        Ok(())
    }

    fn record(&mut self, data: &Data<'_>) -> Result<Option<RecordReference>> {
        // What is missing has been refused.
        let (Some(meaning), Some(reference)) = (data.meaning, &data.reference) else {
            return Ok(None);
        };
        let Some(meaning) = Meaning::from_code(meaning) else {
            self.refuse(
                Code::E10,
                &format!("{}.meaning", data.path),
                "is no meaning that is known",
            );
            return Ok(None);
        };
        let reference = match self.literal(reference) {
            Ok((reference, _)) => reference,
            Err(sentence) => {
                self.refuse(Code::E13, &reference.path, sentence);
                return Ok(None);
            }
        };
        let mut record = RecordReference::new(meaning, &reference)?;
        if matches!(meaning, Meaning::Related | Meaning::Dependents) {
            match self.resolver.members(meaning, &reference) {
                Some(members) => record.members = Set::values(members.iter().map(String::as_str))?,
                None => {
                    self.refuse(
                        Code::E13,
                        &data.path,
                        "reaches other records, and which is not known",
                    );
                }
            }
        }
        Ok(Some(record))
    }
}
