//! What FHIR says an element looks like: the StructureDefinitions of Consent and of the types in
//! it, as tables. A test compares them with the published ones.

#[cfg(test)]
mod tests;

use super::primitive::Primitive;

/// What an element holds.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Primitive(Primitive),
    Complex(&'static Definition),
}

/// An element by its name.
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// An array in JSON.
    pub(super) many: bool,
    pub(super) required: bool,
}

/// A type, or a part of a resource. Besides its elements each has `id` and `extension`.
pub(super) struct Definition {
    pub(super) name: &'static str,
    pub(super) elements: &'static [Element],
}

impl Definition {
    pub(super) fn element(&self, name: &str) -> Option<&'static Element> {
        self.elements.iter().find(|element| element.name == name)
    }
}

macro_rules! definitions {
    ($($(#[$doc:meta])* $table:ident $name:literal { $($element:ident $kind:ident $count:literal,)* })+) => {
        $($(#[$doc])* pub(super) static $table: Definition = Definition {
            name: $name,
            elements: &[$(Element {
                // `r#type` and the like are spelled with a trailing underscore.
                name: plain(stringify!($element)),
                kind: definitions!(@kind $kind),
                many: many($count),
                required: required($count),
            },)*],
        };)+

        /// Every table, for the comparison with what HL7 publishes.
        #[cfg(test)]
        pub(super) static ALL: &[&Definition] = &[$(&$table),+];
    };
    (@kind base64Binary) => { Kind::Primitive(Primitive::Base64) };
    (@kind boolean) => { Kind::Primitive(Primitive::Boolean) };
    (@kind code) => { Kind::Primitive(Primitive::Code) };
    (@kind date) => { Kind::Primitive(Primitive::Date) };
    (@kind dateTime) => { Kind::Primitive(Primitive::DateTime) };
    (@kind decimal) => { Kind::Primitive(Primitive::Decimal) };
    (@kind id) => { Kind::Primitive(Primitive::Id) };
    (@kind instant) => { Kind::Primitive(Primitive::Instant) };
    (@kind integer64) => { Kind::Primitive(Primitive::Integer64) };
    (@kind positiveInt) => { Kind::Primitive(Primitive::PositiveInt) };
    (@kind string) => { Kind::Primitive(Primitive::Text) };
    (@kind unsignedInt) => { Kind::Primitive(Primitive::UnsignedInt) };
    (@kind uri) => { Kind::Primitive(Primitive::Uri) };
    (@kind xhtml) => { Kind::Primitive(Primitive::Xhtml) };
    (@kind $complex:ident) => { Kind::Complex(&$complex) };
}

/// The element's name: Rust's keywords stand in the tables as `r#type`.
const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => match name.split_at_checked(2) {
            Some((_, rest)) => rest,
            None => name,
        },
        _ => name,
    }
}

const fn many(count: &str) -> bool {
    matches!(count.as_bytes(), [_, b'.', b'.', b'*'])
}

const fn required(count: &str) -> bool {
    matches!(count.as_bytes(), [b'1', ..])
}

definitions! {
    /// R4 and R4B. Left out, and so refused: `implicitRules`, `contained`.
    R4_CONSENT "Consent" {
        meta META "0..1",
        language code "0..1",
        text NARRATIVE "0..1",
        identifier IDENTIFIER "0..*",
        status code "1..1",
        scope CODEABLE_CONCEPT "1..1",
        category CODEABLE_CONCEPT "1..*",
        patient REFERENCE "0..1",
        dateTime dateTime "0..1",
        performer REFERENCE "0..*",
        organization REFERENCE "0..*",
        sourceAttachment R4_ATTACHMENT "0..1",
        sourceReference REFERENCE "0..1",
        policy R4_POLICY "0..*",
        policyRule CODEABLE_CONCEPT "0..1",
        verification R4_VERIFICATION "0..*",
        provision R4_PROVISION "0..1",
    }
    R4_POLICY "Consent.policy" {
        authority uri "0..1",
        uri uri "0..1",
    }
    R4_VERIFICATION "Consent.verification" {
        verified boolean "1..1",
        verifiedWith REFERENCE "0..1",
        verificationDate dateTime "0..1",
    }
    R4_PROVISION "Consent.provision" {
        r#type code "0..1",
        period PERIOD "0..1",
        actor R4_ACTOR "0..*",
        action CODEABLE_CONCEPT "0..*",
        securityLabel CODING "0..*",
        purpose CODING "0..*",
        class CODING "0..*",
        code CODEABLE_CONCEPT "0..*",
        dataPeriod PERIOD "0..1",
        data DATA "0..*",
        provision R4_PROVISION "0..*",
    }
    R4_ACTOR "Consent.provision.actor" {
        role CODEABLE_CONCEPT "1..1",
        reference REFERENCE "1..1",
    }
    DATA "Consent.provision.data" {
        meaning code "1..1",
        reference REFERENCE "1..1",
    }
    /// R5. Left out, and so refused: `implicitRules`, `contained`.
    R5_CONSENT "Consent" {
        meta META "0..1",
        language code "0..1",
        text NARRATIVE "0..1",
        identifier IDENTIFIER "0..*",
        status code "1..1",
        category CODEABLE_CONCEPT "0..*",
        subject REFERENCE "0..1",
        date date "0..1",
        period PERIOD "0..1",
        grantor REFERENCE "0..*",
        grantee REFERENCE "0..*",
        manager REFERENCE "0..*",
        controller REFERENCE "0..*",
        sourceAttachment R5_ATTACHMENT "0..*",
        sourceReference REFERENCE "0..*",
        regulatoryBasis CODEABLE_CONCEPT "0..*",
        policyBasis R5_POLICY_BASIS "0..1",
        policyText REFERENCE "0..*",
        verification R5_VERIFICATION "0..*",
        decision code "0..1",
        provision R5_PROVISION "0..*",
    }
    R5_POLICY_BASIS "Consent.policyBasis" {
        reference REFERENCE "0..1",
        url uri "0..1",
    }
    R5_VERIFICATION "Consent.verification" {
        verified boolean "1..1",
        verificationType CODEABLE_CONCEPT "0..1",
        verifiedBy REFERENCE "0..1",
        verifiedWith REFERENCE "0..1",
        verificationDate dateTime "0..*",
    }
    R5_PROVISION "Consent.provision" {
        period PERIOD "0..1",
        actor R5_ACTOR "0..*",
        action CODEABLE_CONCEPT "0..*",
        securityLabel CODING "0..*",
        purpose CODING "0..*",
        documentType CODING "0..*",
        resourceType CODING "0..*",
        code CODEABLE_CONCEPT "0..*",
        dataPeriod PERIOD "0..1",
        data DATA "0..*",
        expression R5_EXPRESSION "0..1",
        provision R5_PROVISION "0..*",
    }
    R5_ACTOR "Consent.provision.actor" {
        role CODEABLE_CONCEPT "0..1",
        reference REFERENCE "0..1",
    }
    R5_EXPRESSION "Expression" {
        description string "0..1",
        name code "0..1",
        language code "0..1",
        expression string "0..1",
        reference uri "0..1",
    }
    R4_ATTACHMENT "Attachment" {
        contentType code "0..1",
        language code "0..1",
        data base64Binary "0..1",
        url uri "0..1",
        size unsignedInt "0..1",
        hash base64Binary "0..1",
        title string "0..1",
        creation dateTime "0..1",
    }
    R5_ATTACHMENT "Attachment" {
        contentType code "0..1",
        language code "0..1",
        data base64Binary "0..1",
        url uri "0..1",
        size integer64 "0..1",
        hash base64Binary "0..1",
        title string "0..1",
        creation dateTime "0..1",
        height positiveInt "0..1",
        width positiveInt "0..1",
        frames positiveInt "0..1",
        duration decimal "0..1",
        pages positiveInt "0..1",
    }
    META "Meta" {
        versionId id "0..1",
        lastUpdated instant "0..1",
        source uri "0..1",
        profile uri "0..*",
        security CODING "0..*",
        tag CODING "0..*",
    }
    NARRATIVE "Narrative" {
        status code "1..1",
        div xhtml "1..1",
    }
    CODING "Coding" {
        system uri "0..1",
        version string "0..1",
        code code "0..1",
        display string "0..1",
        userSelected boolean "0..1",
    }
    CODEABLE_CONCEPT "CodeableConcept" {
        coding CODING "0..*",
        text string "0..1",
    }
    REFERENCE "Reference" {
        reference string "0..1",
        r#type uri "0..1",
        identifier IDENTIFIER "0..1",
        display string "0..1",
    }
    IDENTIFIER "Identifier" {
        r#use code "0..1",
        r#type CODEABLE_CONCEPT "0..1",
        system uri "0..1",
        value string "0..1",
        period PERIOD "0..1",
        assigner REFERENCE "0..1",
    }
    PERIOD "Period" {
        start dateTime "0..1",
        end dateTime "0..1",
    }
}
