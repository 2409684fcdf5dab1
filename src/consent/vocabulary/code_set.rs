//! The closed sets of codes that a vocabulary holds.

use super::Property;

/// One closed set of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CodeSet {
    /// Purposes of use: v3-ActReason below `PurposeOfUse`.
    Purpose,
    /// Levels of confidentiality: v3-Confidentiality.
    Confidentiality,
    /// Sensitivities: v3-ActCode below `_InformationSensitivityPolicy`.
    Sensitivity,
    /// Obligations: v3-ActCode below `ObligationPolicy`.
    Obligation,
    /// What a receiver must refrain from: v3-ActCode below `RefrainPolicy`.
    Refrain,
    /// What a consent does as a whole (opt-in, opt-out): v3-ActCode below `_ActConsentDirective`.
    Directive,
    /// What is consented to (information access): v3-ActCode below `_ActConsentType`.
    ConsentType,
    /// Privacy laws: v3-ActCode below `_ActPrivacyLaw`.
    Law,
    /// What may be done with data: consentaction.
    Action,
    /// Scopes of consents: consentscope.
    Scope,
    /// Categories of consents: consentcategorycodes.
    Category,
    /// Policies of the German Medizininformatik-Initiative.
    Mii,
    /// Terms of the Data Use Ontology.
    DataUse,
    /// What somebody is to a consent: v3-ParticipationType.
    Role,
    /// What somebody is to the patient: v3-RoleCode, relatives and representatives.
    Kin,
    /// FHIR resource types of R4, R4B and R5.
    ResourceType,
}

impl CodeSet {
    /// All sets, in the order in which a text has their sections.
    pub const ALL: [Self; 16] = [
        Self::Purpose,
        Self::Confidentiality,
        Self::Sensitivity,
        Self::Obligation,
        Self::Refrain,
        Self::Directive,
        Self::ConsentType,
        Self::Law,
        Self::Action,
        Self::Scope,
        Self::Category,
        Self::Mii,
        Self::DataUse,
        Self::Role,
        Self::Kin,
        Self::ResourceType,
    ];

    /// The name of the set's section.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Purpose => "purpose",
            Self::Confidentiality => "conf",
            Self::Sensitivity => "sens",
            Self::Obligation => "obligation",
            Self::Refrain => "refrain",
            Self::Directive => "directive",
            Self::ConsentType => "consent-type",
            Self::Law => "law",
            Self::Action => "act",
            Self::Scope => "scope",
            Self::Category => "category",
            Self::Mii => "mii",
            Self::DataUse => "duo",
            Self::Role => "role",
            Self::Kin => "kin",
            Self::ResourceType => "type",
        }
    }

    /// Whether concepts of this set can have the property.
    pub(super) const fn allows(self, property: Property) -> bool {
        match property {
            Property::Abstract | Property::Deprecated => !matches!(self, Self::Confidentiality),
            Property::Pinned => matches!(self, Self::Sensitivity),
            Property::Recipient | Property::Author | Property::Custodian => {
                matches!(self, Self::Role)
            }
            Property::Permission | Property::Modifier => matches!(self, Self::DataUse),
        }
    }
}
