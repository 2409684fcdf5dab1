//! Who is who, and which policy each type of resource is sealed under.
//!
//! A type is a coarse thing to go by: it cannot tell a tooth from a heart, nor a psychiatrist's
//! letter from a surgeon's; the confidentiality can tell the latter. Whatever is not listed, and
//! whatever nobody labelled, is sealed for the records office, where nobody of this demo holds a
//! key: it must not be open to somebody by accident.

/// Somebody with a key.
pub struct Person {
    /// What to call them.
    pub name: &'static str,
    /// What their key says about them.
    pub attributes: &'static [&'static str],
    /// Whether the key comes from another hospital's authority.
    pub stranger: bool,
}

/// Everybody who tries to open every record.
pub const PEOPLE: &[Person] = &[
    Person {
        name: "cardiologist",
        attributes: &["role=cardiologist", "dept=cardiology", "board=yes"],
        stranger: false,
    },
    Person {
        name: "dentist",
        attributes: &["role=dentist", "dept=dental"],
        stranger: false,
    },
    Person {
        name: "auditor",
        attributes: &["role=auditor", "org=common-ground"],
        stranger: false,
    },
    // The same words from another authority open nothing.
    Person {
        name: "elsewhere",
        attributes: &["role=cardiologist", "dept=cardiology", "board=yes"],
        stranger: true,
    },
];

const ALL_STAFF: &str = "role in {cardiologist, dentist, auditor}";
const TREATMENT: &str = "role=cardiologist or role=dentist";
const CARDIOLOGY: &str = "role=cardiologist and dept=cardiology";
const DOCUMENTS: &str = "role=cardiologist and 2 of (dept=cardiology, board=yes, oncall=yes)";
const BILLING: &str = "role=auditor and org=common-ground";
const RESTRICTED: &str = "role=psychiatrist";
const RECORDS_OFFICE: &str = "role=records-office";

/// Policy and the types it is for.
const TABLE: &[(&str, &[&str])] = &[
    (
        ALL_STAFF,
        &[
            "Practitioner",
            "PractitionerRole",
            "Organization",
            "Location",
        ],
    ),
    (
        TREATMENT,
        &[
            "Patient",
            "AllergyIntolerance",
            "Medication",
            "MedicationRequest",
            "MedicationStatement",
            "MedicationAdministration",
            "Immunization",
        ],
    ),
    (
        CARDIOLOGY,
        &[
            "CarePlan",
            "CareTeam",
            "Condition",
            "Device",
            "DiagnosticReport",
            "Encounter",
            "FamilyMemberHistory",
            "Goal",
            "ImagingStudy",
            "Observation",
            "Procedure",
            "ServiceRequest",
        ],
    ),
    (
        DOCUMENTS,
        &["DocumentReference", "Media", "QuestionnaireResponse"],
    ),
    (
        BILLING,
        &[
            "Claim",
            "ClaimResponse",
            "Coverage",
            "ExplanationOfBenefit",
            "SupplyDelivery",
        ],
    ),
];

/// Every policy, in the order of the table.
pub fn policies() -> impl Iterator<Item = &'static str> {
    TABLE
        .iter()
        .map(|(policy, _)| *policy)
        .chain([RESTRICTED, RECORDS_OFFICE])
}

/// The policy for a resource type and a confidentiality, if somebody asserted one.
pub fn policy(kind: &str, conf: Option<&str>) -> &'static str {
    match conf {
        Some("U" | "L" | "M" | "N") => {}
        Some("R") => return RESTRICTED,
        _ => return RECORDS_OFFICE,
    }
    TABLE
        .iter()
        .find(|(_, kinds)| kinds.contains(&kind))
        .map_or(RECORDS_OFFICE, |(policy, _)| policy)
}
