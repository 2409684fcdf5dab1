//! From a Consent to Terms.

mod base;
mod criteria;
mod head;
mod labels;
mod people;
mod policies;
mod records;
mod tree;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::consent::{Node, Provision};
use super::definition::{R4_CONSENT, R5_CONSENT};
use super::document::Document;
use super::noted::noted;
use super::reference::{Target, is_http, plain, target};
use super::refusal::{Code, Found, Refusals};
use super::resolver::Resolver;
use super::shape::check_resource;
use super::warning::{Concern, Warning};
use crate::consent::vocabulary::Vocabulary;
use crate::consent::{PurposeMode, Reading, Set, Terms, TermsDraft};
use crate::error::Error;
use crate::wire::Json;

/// Provisions of one consent, and so rules.
const PROVISIONS: usize = 256;

/// How to read a consent: what its document does not say.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which of the published meanings nested provisions have. FHIR itself does not say.
    pub reading: Reading,
    /// What relative references lie below, as `https://example.org/fhir`. Without it they stay
    /// relative, and a warning says so.
    pub base: Option<String>,
    /// The zone in which days begin and end, in minutes east of UTC.
    pub zone: i16,
    /// Whether one of several purposes is enough.
    pub purpose_mode: PurposeMode,
    /// FHIR R5: each level of provisions reverses the one above it, also from the second on.
    pub accept_alternation: bool,
}

impl Options {
    /// A reading, in UTC, with purposes as alternatives, and nothing else.
    #[must_use]
    pub const fn new(reading: Reading) -> Self {
        Self {
            reading,
            base: None,
            zone: 0,
            purpose_mode: PurposeMode::AnyOf,
            accept_alternation: false,
        }
    }
}

/// A consent that could be compiled.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Exactly what will be enforced.
    pub terms: Terms,
    /// What should be looked at, by place.
    pub warnings: Vec<Warning>,
    /// Elements that have no effect on a decision, as FHIRPath. With the rules, all there is.
    pub noted: Vec<String>,
}

/// Why nothing was compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The consent says what cannot be enforced or has no agreed meaning.
    Refused(Refusals),
    /// An option is wrong, or a limit of Terms is passed.
    Error(Error),
}

impl Failure {
    /// The library's error: the first refusal's number, 601 to 624, or the error itself.
    #[must_use]
    pub fn error(&self) -> Error {
        match self {
            Self::Refused(refusals) => refusals.error(),
            Self::Error(error) => error.clone(),
        }
    }
}

impl From<Refusals> for Failure {
    fn from(refusals: Refusals) -> Self {
        Self::Refused(refusals)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusals) => refusals.fmt(out),
            Self::Error(error) => error.fmt(out),
        }
    }
}

impl core::error::Error for Failure {}

/// Compiles a FHIR Consent: every element becomes part of the Terms, is listed as without effect,
/// or is a reason to refuse (SPEC.md, section 16.3). The version of FHIR follows from the reading.
///
/// `salt` is 32 fresh random bytes, which keep the Terms' digest from being guessed.
///
/// # Errors
/// [`Failure::Refused`] with all reasons. [`Failure::Error`]: [`Error::Argument`] for a base that
/// is no http address, for a zone beyond 14 hours or the native reading; [`Error::TooLarge`] for
/// more than 256 provisions or rules, or more than 256 values of one criterion.
pub fn compile(
    document: &Document,
    options: &Options,
    vocabulary: &Vocabulary,
    resolver: &dyn Resolver,
    salt: [u8; 32],
) -> Result<Compiled, Failure> {
    let base = options.base.as_deref();
    let base = base.map(|base| base.strip_suffix('/').unwrap_or(base));
    if base.is_some_and(|base| !is_http(base) || plain(base).is_err()) {
        return Err(Error::Argument("a base is an http or https address").into());
    }
    let definition = match options.reading {
        Reading::R4Typed | Reading::Pcf11 | Reading::Mii2025 => &R4_CONSENT,
        Reading::R5Negate => &R5_CONSENT,
        Reading::Native => return Err(Error::Argument("a reading of FHIR").into()),
    };
    let json = document.json();
    let mut found = Found::default();
    if let Some((code, path, sentence)) = other_resource(json) {
        return Err(Failure::Refused(Refusals::one(code, path, sentence)));
    }
    check_resource(json, definition, options.reading, &mut found);

    let consent = Node::root(json);
    if count(json) > PROVISIONS {
        return Err(Error::TooLarge("256 provisions of one consent").into());
    }
    // R5 has a list, R4 has one.
    let provisions: Vec<Provision<'_>> = match options.reading {
        Reading::R5Negate => consent
            .list("provision")
            .into_iter()
            .map(Into::into)
            .collect(),
        _ => consent
            .child("provision")
            .map(Into::into)
            .into_iter()
            .collect(),
    };
    let compiler = Compiler {
        options,
        base,
        vocabulary,
        resolver,
        found,
        warnings: BTreeSet::new(),
        obligations: BTreeSet::new(),
        rule: false,
    };
    compiler.finish(document, &consent, &provisions, salt)
}

/// How many provisions stand in a consent or provision, at any depth.
fn count(json: &Json) -> usize {
    let Some(value) = json.get("provision") else {
        return 0;
    };
    let all = match value {
        Json::Array(elements) => elements,
        one => core::slice::from_ref(one),
    };
    all.iter().map(|json| 1 + count(json)).sum()
}

/// What is wrong with the resource as a whole.
fn other_resource(json: &Json) -> Option<(Code, &'static str, &'static str)> {
    match json.get("resourceType").map(|it| it.as_str()) {
        Some(Some("Consent")) => None,
        Some(Some("Permission")) => Some((
            Code::E15,
            "Permission",
            "is a Permission, which is not read in place of a Consent",
        )),
        Some(Some(_)) => Some((Code::E11, "resourceType", "is not Consent")),
        _ => Some((
            Code::E11,
            "resourceType",
            "is missing or no string: not a resource",
        )),
    }
}

struct Compiler<'a> {
    options: &'a Options,
    base: Option<&'a str>,
    vocabulary: &'a Vocabulary,
    resolver: &'a dyn Resolver,
    found: Found,
    warnings: BTreeSet<Warning>,
    obligations: BTreeSet<String>,
    /// Whether `policyRule` decides something.
    rule: bool,
}

impl Compiler<'_> {
    fn refuse(&mut self, code: Code, path: &str, sentence: &'static str) {
        self.found.refuse(code, path, sentence);
    }

    fn warn(&mut self, path: &str, concern: Concern) {
        let path = String::from(path);
        self.warnings.insert(Warning { path, concern });
    }

    /// The resource that a reference names; a warning if it stays relative.
    fn target(&mut self, reference: &str, path: &str) -> Result<Target, &'static str> {
        let target = target(reference, self.base, self.vocabulary)?;
        if target.relative {
            self.warn(path, Concern::Relative);
        }
        Ok(target)
    }

    fn finish(
        mut self,
        document: &Document,
        consent: &Node<'_>,
        provisions: &[Provision<'_>],
        salt: [u8; 32],
    ) -> Result<Compiled, Failure> {
        let limits = self.head(consent);
        let subject = self.subject(consent);
        let grantors = self.grantors(consent, &subject);
        let decided = self.decided(consent);
        let valid = self.validity(consent, provisions);
        let (base, rules) = match self.options.reading {
            Reading::R5Negate => self.r5(consent, provisions)?,
            Reading::Mii2025 => self.mii(consent, provisions.first())?,
            _ => self.r4(consent, provisions.first())?,
        };
        self.within(limits, base, &rules);
        self.found.finish()?;

        let mut draft = TermsDraft::new(salt, *self.vocabulary.hash(), &subject);
        draft.reading = self.options.reading;
        draft.purpose_mode = self.options.purpose_mode;
        draft.grantors = Set::of(grantors)?;
        draft.source = *document.digest();
        draft.decided = decided;
        draft.zone = self.options.zone;
        draft.valid = valid;
        draft.base = base;
        draft.rules = rules;
        draft.obligations = Set::of(self.obligations)?;
        Ok(Compiled {
            terms: Terms::check(draft)?,
            warnings: self.warnings.into_iter().collect(),
            noted: noted(consent, self.rule),
        })
    }
}
