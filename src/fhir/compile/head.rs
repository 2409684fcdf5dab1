//! What stands above the provisions: whether the consent is in force, and what it is about.

use alloc::string::String;

use super::Compiler;
use crate::consent::vocabulary::{CodeSet, CodingFault};
use crate::consent::{Base, Criterion, Effect, Interval, Reading, Rule};
use crate::fhir::consent::{Coding, Concept, Node, Period, Provision};
use crate::fhir::extension::XACML;
use crate::fhir::refusal::Code;
use crate::fhir::time::{Moment, interval};
use crate::fhir::warning::Concern;

/// LOINC's documents that are consents to share data.
const LOINC: &str = "http://loinc.org";
const LOINC_CATEGORIES: [&str; 4] = ["57016-8", "57017-6", "59284-0", "64292-6"];
/// The vocabulary's sets that hold categories.
const CATEGORIES: [CodeSet; 4] = [
    CodeSet::Category,
    CodeSet::ConsentType,
    CodeSet::Directive,
    CodeSet::Law,
];
/// The categories of the German consent profiles.
const MII_CATEGORIES: &str = "https://www.medizininformatik-initiative.de/fhir/modul-consent/CodeSystem/mii-cs-consent-consent_category";

/// Purposes that the whole consent is limited to, with the element that says so.
#[derive(Default)]
pub(super) struct Limits {
    research: Option<String>,
    emergency: Option<String>,
}

/// What a category adds.
enum Category {
    Plain,
    Directive,
    Emergency,
    Research,
    Deidentified,
}

impl Compiler<'_> {
    pub(super) fn head(&mut self, consent: &Node<'_>) -> Limits {
        if consent.text("status") != Some("active") {
            self.refuse(Code::E02, &consent.path_of("status"), "is not active");
        }
        let mut limits = Limits::default();
        if self.options.reading != Reading::R5Negate {
            self.scope(consent, &mut limits);
        }
        for category in consent.list("category") {
            self.category(&category.into(), &mut limits);
        }
        let rules = consent.child("policyRule").into_iter();
        for rule in rules
            .chain(consent.list("regulatoryBasis"))
            .map(Concept::from)
        {
            let directives = rule.codings.iter();
            let mut directives = directives.map(|it| self.coding(CodeSet::Directive, it));
            if directives.any(|code| code == Ok("EMRGONLY")) {
                limits.emergency = Some(rule.path);
            }
        }
        for verification in consent.list("verification") {
            if verification
                .json
                .get("verified")
                .and_then(|it| it.as_bool())
                == Some(false)
            {
                self.warn(&verification.path, Concern::NotVerified);
            }
        }
        self.marks(consent);
        let rule = consent.child("policyRule");
        let extensions = rule
            .iter()
            .chain([consent])
            .flat_map(|it| it.list("extension"));
        for extension in extensions.filter(|it| it.text("url") == Some(XACML)) {
            self.warn(&extension.path, Concern::NotRead);
        }
        limits
    }

    /// Test data says so in its own labels.
    fn marks(&mut self, consent: &Node<'_>) {
        let Some(meta) = consent.child("meta") else {
            return;
        };
        for mark in meta.list("security").into_iter().chain(meta.list("tag")) {
            if mark.text("code") == Some("HTEST") {
                self.warn(&mark.path, Concern::TestData);
            }
        }
    }

    fn scope(&mut self, consent: &Node<'_>, limits: &mut Limits) {
        // A missing scope has been refused.
        let Some(scope) = consent.child("scope").map(Concept::from) else {
            return;
        };
        let mut known = false;
        let mut research = false;
        for coding in &scope.codings {
            match self.coding(CodeSet::Scope, coding) {
                Ok("patient-privacy") => known = true,
                Ok("research") => (known, research) = (true, true),
                Ok(_) => return self.refuse(Code::E02, &scope.path, "is not about sharing data"),
                Err(_) => {}
            }
        }
        if !known {
            let fault = self.fault(&[CodeSet::Scope], &scope);
            self.refuse(fault, &scope.path, "has no code of consentscope");
        }
        match (self.options.reading, research) {
            (Reading::Mii2025, false) => {
                self.refuse(
                    Code::E02,
                    &scope.path,
                    "is not research, which this reading is for",
                );
            }
            (_, true) => limits.research = Some(scope.path),
            _ => {}
        }
    }

    fn category(&mut self, category: &Concept<'_>, limits: &mut Limits) {
        let mut known = false;
        for coding in &category.codings {
            let Some(meaning) = self.category_of(coding) else {
                continue;
            };
            known = true;
            let path = || Some(category.path.clone());
            match meaning {
                Category::Plain => {}
                Category::Directive => {
                    self.refuse(
                        Code::E02,
                        &category.path,
                        "is a directive about care, not about sharing data",
                    );
                }
                Category::Emergency => limits.emergency = path(),
                Category::Research => limits.research = path(),
                Category::Deidentified => {
                    limits.research = path();
                    self.obligations.insert("DEID".into());
                }
            }
        }
        if !known {
            let fault = self.fault(&CATEGORIES, category);
            self.refuse(
                fault,
                &category.path,
                "is no category of consents that is known",
            );
        }
    }

    fn category_of(&self, coding: &Coding<'_>) -> Option<Category> {
        let mii = self.options.reading == Reading::Mii2025 && coding.system == Some(MII_CATEGORIES);
        let loinc = coding.system == Some(LOINC)
            && coding
                .code
                .is_some_and(|code| LOINC_CATEGORIES.contains(&code));
        if mii || loinc {
            return Some(Category::Plain);
        }
        let code = CATEGORIES
            .into_iter()
            .find_map(|set| self.coding(set, coding).ok())?;
        Some(match code {
            "acd" | "dnr" | "hcd" | "polst" => Category::Directive,
            "emrgonly" | "EMRGONLY" => Category::Emergency,
            "research" | "rsreid" | "RESEARCH" | "RSREID" => Category::Research,
            "rsdid" | "RSDID" => Category::Deidentified,
            _ => Category::Plain,
        })
    }

    /// The code, if the vocabulary's set has it.
    pub(super) fn coding<'c>(&self, set: CodeSet, coding: &Coding<'c>) -> Result<&'c str, Code> {
        let system = coding.system.ok_or(Code::E09)?;
        let code = coding.code.ok_or(Code::E10)?;
        match self.vocabulary.coding(set, system, code) {
            Ok(_) => Ok(code),
            Err(fault) => Err(code_of(fault)),
        }
    }

    /// Why none of a concept's codings is known: E10 if one is of a system that is.
    fn fault(&self, sets: &[CodeSet], concept: &Concept<'_>) -> Code {
        let known = concept.codings.iter().any(|coding| {
            let found = |set: &CodeSet| self.coding(*set, coding) == Err(Code::E10);
            sets.iter().any(found) || coding.system == Some(LOINC)
        });
        if known { Code::E10 } else { Code::E09 }
    }

    pub(super) fn decided(&self, consent: &Node<'_>) -> Option<i64> {
        let name = match self.options.reading {
            Reading::R5Negate => "date",
            _ => "dateTime",
        };
        let moment = consent.text(name).and_then(Moment::date_time)?;
        Some(moment.start(self.options.zone))
    }

    /// R4: the period of the root; R5: that of the consent.
    pub(super) fn validity(
        &mut self,
        consent: &Node<'_>,
        provisions: &[Provision<'_>],
    ) -> Interval {
        let own = consent.child("period").map(Period::from);
        let period = match self.options.reading {
            Reading::R5Negate => own.as_ref(),
            _ => provisions.first().and_then(|root| root.period.as_ref()),
        };
        period
            .and_then(|period| self.interval(period))
            .unwrap_or(Interval::ALWAYS)
    }

    pub(super) fn interval(&mut self, period: &Period) -> Option<Interval> {
        if period.start.is_none() && period.end.is_none() {
            self.refuse(Code::E11, &period.path, "says no time");
            return None;
        }
        let read = interval(period.start, period.end, self.options.zone);
        if read.is_none() {
            self.refuse(Code::E11, &period.path, "ends before it begins");
        }
        read
    }

    /// A consent about research or emergencies permits for those only, and must say so.
    pub(super) fn within(&mut self, limits: Limits, base: Base, rules: &[Rule]) {
        for (path, purpose) in [(limits.research, "HRESCH"), (limits.emergency, "ETREAT")] {
            let Some(path) = path else { continue };
            let inside = |rule: &Rule| {
                rule.effect() == Effect::Forbid
                    || rule.criteria().iter().any(|criterion| match criterion {
                        Criterion::Purpose(codes) => codes
                            .iter()
                            .all(|code| self.vocabulary.purpose_is_within(code, purpose)),
                        _ => false,
                    })
            };
            if base == Base::Permit || !rules.iter().all(inside) {
                let (code, sentence) = match purpose {
                    "HRESCH" => (
                        Code::E02,
                        "is about research, but other purposes are permitted",
                    ),
                    _ => (
                        Code::E04,
                        "is about emergencies, but other purposes are permitted",
                    ),
                };
                self.refuse(code, &path, sentence);
            }
        }
    }
}

/// E09 or E10.
pub(super) const fn code_of(fault: CodingFault) -> Code {
    if fault.is_of_system() {
        Code::E09
    } else {
        Code::E10
    }
}
