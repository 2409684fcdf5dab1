//! Terms as the statements that zero-knowledge proofs are about.

use alloc::vec::Vec;

use crate::asymmetric::VerifyingKey;
use crate::consent::decide::holds;
use crate::consent::facts::Known;
use crate::consent::vocabulary::{CodeSet, Confidentiality, Property, Vocabulary};
use crate::consent::{
    Attributes, Base, Criterion, Effect, Interval, PurposeMode, Record, Request, Rule, Set, Terms,
};
use crate::error::{Error, Result};
#[cfg(feature = "zk")]
use crate::{
    random::Randomness,
    secret::Secret,
    zk::{Consent, ConsentKey, Masks, PlaceReceipt, ProvableConsent, Scalar},
};

/// The bit of what is unknown or unlabelled, which no consent sets.
const UNKNOWN: u32 = 63;
/// Types of resources with a bit of their own; all others share the next one.
const TYPES: [&str; 12] = [
    "AllergyIntolerance",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "ImagingStudy",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Patient",
    "Procedure",
];

/// One product of what a consent permits: everything whose categories, purposes and action are all
/// in the masks, to one grantee, within a span of time.
///
/// It has the fields that the patient signs for proofs (SPEC.md, section 16.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortConsent {
    /// SHA-256 of the vocabulary that the masks are of.
    pub vocabulary: [u8; 32],
    /// Digest of the Terms.
    pub terms: [u8; 32],
    /// One bit for each category of labels.
    pub categories: u64,
    /// One bit for each purpose of use, in the vocabulary's order.
    pub purposes: u64,
    /// One bit for each action, in the vocabulary's order.
    pub actions: u16,
    /// The key that the grantee signs requests with.
    pub grantee: VerifyingKey,
    /// The first second of its validity.
    pub not_before: u64,
    /// The first second behind it.
    pub expires: u64,
}

/// The products that the Terms are made of, for one grantee; none if they permit it nothing.
///
/// # Errors
/// [`Error::NotEnforceable`] where the Terms are no union of products: for a prohibition that
/// concerns the grantee, for sensitivities (a record with two of them has both categories), codes,
/// documents, dates, authors, single records and permissions, for types without a bit of their
/// own, and for purposes that must all be stated.
pub fn short_consents(
    terms: &Terms,
    vocabulary: &Vocabulary,
    grantee: &Attributes,
    key: &VerifyingKey,
) -> Result<Vec<ShortConsent>> {
    if terms.vocabulary != *vocabulary.hash() {
        return Err(Error::Argument("the vocabulary of the Terms"));
    }
    let digest = terms.digest()?;
    let short = |valid: Interval, categories, purposes, actions| -> Option<ShortConsent> {
        let second = |at: i64| u64::try_from(at.max(0)).unwrap_or_default();
        let expires = valid.until().map_or(u64::MAX, second);
        (expires > 0).then_some(ShortConsent {
            vocabulary: terms.vocabulary,
            terms: digest,
            categories,
            purposes,
            actions,
            grantee: *key,
            not_before: valid.from().map_or(0, second),
            expires,
        })
    };
    let bits = Bits::of(vocabulary)?;
    let mut all = Vec::new();
    if terms.base == Base::Permit {
        let everything = short(
            terms.valid,
            bits.every(),
            bits.purposes(None),
            bits.actions(None),
        );
        all.extend(everything);
    }
    for rule in &terms.rules {
        match (rule.effect(), concerns(rule, terms, grantee)) {
            (Effect::Permit, Known::Yes) => {}
            (Effect::Permit, _) | (Effect::Forbid, Known::No) => continue,
            (Effect::Forbid, _) if terms.base != Base::Permit && all.is_empty() => continue,
            (Effect::Forbid, _) => return Err(Error::NotEnforceable("a prohibition in a proof")),
        }
        let product = product(rule, terms, &bits)?;
        let Some(valid) = terms.valid.shared(&product.during) else {
            continue;
        };
        all.extend(short(
            valid,
            product.categories,
            product.purposes,
            product.actions,
        ));
    }
    Ok(all)
}

/// Whether the rule is about this grantee.
fn concerns(rule: &Rule, terms: &Terms, grantee: &Attributes) -> Known {
    let mut request = Request::new(terms.vocabulary, &terms.subject, 0);
    request.recipient = grantee.clone();
    let own = |it: &&Criterion| matches!(it, Criterion::Recipient(_));
    rule.criteria().iter().find(own).map_or(Known::Yes, |it| {
        holds(it, rule.effect(), terms.purpose_mode, &request)
    })
}

struct Product {
    categories: u64,
    purposes: u64,
    actions: u16,
    during: Interval,
}

fn product(rule: &Rule, terms: &Terms, bits: &Bits<'_>) -> Result<Product> {
    let no = |what| Err(Error::NotEnforceable(what));
    let mut found = Product {
        categories: bits.every(),
        purposes: bits.purposes(None),
        actions: bits.actions(None),
        during: Interval::ALWAYS,
    };
    for criterion in rule.criteria() {
        match criterion {
            Criterion::Recipient(_) => {}
            Criterion::Purpose(all)
                if terms.purpose_mode == PurposeMode::AllOf && all.len() > 1 =>
            {
                return no("purposes that must all be stated, in a proof");
            }
            Criterion::Purpose(all) => found.purposes = bits.purposes(Some(all)),
            Criterion::Action(all) => found.actions = bits.actions(Some(all)),
            Criterion::During(span) => found.during = *span,
            Criterion::Confidentiality(level) => found.categories &= bits.levels(*level),
            Criterion::Type(all) => found.categories &= bits.types(all)?,
            Criterion::Permission(_) => return no("a permission in a proof"),
            Criterion::Sensitivity(_) => return no("a permission by sensitivity in a proof"),
            Criterion::Document(_) => return no("a document in a proof"),
            Criterion::Code(_) => return no("a code in a proof"),
            Criterion::Dated(_) => return no("a date in a proof"),
            Criterion::Author(_) => return no("an author in a proof"),
            Criterion::Record(_) => return no("a single record in a proof"),
        }
    }
    Ok(found)
}

/// The meaning of the bits under a vocabulary: the six levels of confidentiality, the pinned
/// sensitivities in its order, the types with a bit of their own, the other types together.
struct Bits<'a> {
    vocabulary: &'a Vocabulary,
    pinned: Vec<&'a str>,
}

impl<'a> Bits<'a> {
    fn of(vocabulary: &'a Vocabulary) -> Result<Self> {
        let pinned: Vec<&str> = vocabulary.pinned().collect();
        if first_type(pinned.len()) + TYPES.len() as u32 >= UNKNOWN {
            return Err(Error::NotEnforceable("so many sensitivities, in a proof"));
        }
        Ok(Self { vocabulary, pinned })
    }

    fn first_type(&self) -> u32 {
        first_type(self.pinned.len())
    }

    fn others(&self) -> u32 {
        self.first_type() + TYPES.len() as u32
    }

    /// All that a consent can set.
    fn every(&self) -> u64 {
        (1 << (self.others() + 1)) - 1
    }

    fn levels(&self, ceiling: Confidentiality) -> u64 {
        let levels = ceiling.and_below().map(|it| 1_u64 << it as u32);
        let levels = levels.fold(0, |mask, bit| mask | bit);
        (self.every() & !0x3f) | levels
    }

    fn types(&self, all: &Set<alloc::string::String>) -> Result<u64> {
        let mut mask = self.every() & !(self.type_bits());
        for name in all.iter() {
            let place = TYPES.iter().position(|it| it == name);
            let place = place.ok_or(Error::NotEnforceable(
                "a type that shares its bit, in a proof",
            ))?;
            mask |= 1 << (self.first_type() + place as u32);
        }
        Ok(mask)
    }

    fn type_bits(&self) -> u64 {
        (0..=TYPES.len() as u32).fold(0, |mask, place| mask | 1 << (self.first_type() + place))
    }

    fn purposes(&self, allowed: Option<&Set<alloc::string::String>>) -> u64 {
        self.mask(CodeSet::Purpose, 64, |code| {
            allowed.is_none_or(|allowed| {
                let mut allowed = allowed.iter();
                allowed.any(|it| self.vocabulary.purpose_is_within(code, it))
            })
        })
    }

    fn actions(&self, allowed: Option<&Set<alloc::string::String>>) -> u16 {
        let mask = self.mask(CodeSet::Action, 16, |code| {
            allowed.is_none_or(|allowed| allowed.has(code))
        });
        // At most 16 bits were asked for.
        mask as u16
    }

    fn mask(&self, set: CodeSet, width: u32, kept: impl Fn(&str) -> bool) -> u64 {
        let usable = self.vocabulary.concepts(set);
        let usable = usable.filter(|it| !it.has(Property::Abstract));
        let kept = (0..width).zip(usable).filter(|(_, it)| kept(it.code()));
        kept.fold(0, |mask, (place, _)| mask | 1 << place)
    }
}

fn first_type(pinned: usize) -> u32 {
    6 + u32::try_from(pinned).unwrap_or(UNKNOWN)
}

#[cfg(feature = "zk")]
impl ShortConsent {
    /// The patient signs the consent for proofs: in the place that a registry gave for it alone,
    /// under a fresh seed.
    ///
    /// # Errors
    /// [`Error::Masks`] for a consent that permits nothing; [`Error::Randomness`].
    pub fn sign(
        &self,
        place: &PlaceReceipt,
        key: &ConsentKey,
        rng: &mut dyn Randomness,
    ) -> Result<ProvableConsent> {
        let consent = Consent {
            vocabulary: self.vocabulary,
            terms: self.terms,
            masks: Masks::new(self.categories, self.purposes, self.actions)?,
            grantee: self.grantee,
            not_before: self.not_before,
            expires: self.expires,
            index: place.index(),
            seed: Secret::new(Scalar::random(rng)?),
        };
        ProvableConsent::sign(consent, key, rng)
    }
}

impl ShortConsent {
    /// The categories of a record: a bit for its level, for each of its sensitivities and for its
    /// type; bit 63 for what is unknown or unlabelled.
    ///
    /// # Errors
    /// [`Error::NotEnforceable`] for a vocabulary with more sensitivities than there are bits.
    pub fn categories_of(record: &Record, vocabulary: &Vocabulary) -> Result<u64> {
        let bits = Bits::of(vocabulary)?;
        let mut mask = match record.confidentiality {
            Some(level) => 1 << level as u32,
            None => 1 << UNKNOWN,
        };
        mask |= match record.resource_type.as_deref() {
            Some(name) => match TYPES.iter().position(|it| *it == name) {
                Some(place) => 1 << (bits.first_type() + place as u32),
                None if vocabulary.is_resource_type(name) => 1 << bits.others(),
                None => 1 << UNKNOWN,
            },
            None => 1 << UNKNOWN,
        };
        for (place, code) in (6..).zip(&bits.pinned) {
            mask |= match record.sensitivities.has(code) {
                Known::Yes => 1 << place,
                Known::No => 0,
                Known::Open => 1 << UNKNOWN,
            };
        }
        Ok(mask)
    }

    /// The bit of a purpose; none for one that the vocabulary does not have.
    #[must_use]
    pub fn purpose_bit(code: &str, vocabulary: &Vocabulary) -> Option<u64> {
        let usable = vocabulary.concepts(CodeSet::Purpose);
        let mut usable = usable.filter(|it| !it.has(Property::Abstract));
        let place = usable.position(|it| it.code() == code)?;
        1_u64.checked_shl(u32::try_from(place).ok()?)
    }

    /// The bit of an action; none for one that the vocabulary does not have.
    #[must_use]
    pub fn action_bit(code: &str, vocabulary: &Vocabulary) -> Option<u16> {
        let usable = vocabulary.concepts(CodeSet::Action);
        let mut usable = usable.filter(|it| !it.has(Property::Abstract));
        let place = usable.position(|it| it.code() == code)?;
        1_u16.checked_shl(u32::try_from(place).ok()?)
    }

    /// Whether it covers a request with these masks at this time. A mask without a bit covers
    /// nothing.
    #[must_use]
    pub const fn covers(&self, categories: u64, purposes: u64, actions: u16, time: u64) -> bool {
        categories != 0
            && purposes != 0
            && actions != 0
            && categories & !self.categories == 0
            && purposes & !self.purposes == 0
            && actions & !self.actions == 0
            && self.not_before <= time
            && time < self.expires
    }
}
