//! Where resources of each type say when they are from, by whom, about what.

/// The declared paths of a type, of FHIR R4 and R5 together: no member is of two kinds. Arrays
/// are passed through.
pub(super) struct Paths {
    /// When: the first that is there counts.
    pub(super) time: &'static [&'static str],
    /// Who made it.
    pub(super) author: &'static [&'static str],
    /// What it is about.
    pub(super) code: &'static [&'static str],
    /// What it is linked to, where that is an encounter, a plan or an episode of care.
    pub(super) link: &'static [&'static str],
    /// What kinds of documents it has.
    pub(super) media: &'static [&'static str],
}

type Row = (&'static str, Paths);

/// Short for the table below.
const fn row(
    kind: &'static str,
    time: &'static [&'static str],
    author: &'static [&'static str],
    code: &'static [&'static str],
    link: &'static [&'static str],
) -> Row {
    let media: &[&str] = &[];
    (
        kind,
        Paths {
            time,
            author,
            code,
            link,
            media,
        },
    )
}

const fn with_media(row: Row, media: &'static [&'static str]) -> Row {
    let (kind, paths) = row;
    (kind, Paths { media, ..paths })
}

const EFFECTIVE: &[&str] = &[
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "effectiveTiming",
    "issued",
];
const OCCURRENCE: &[&str] = &[
    "occurrenceDateTime",
    "occurrencePeriod",
    "occurrenceTiming",
    "authoredOn",
    "recorded",
];
const MEDICATION: &[&str] = &["medicationCodeableConcept", "medication"];
const CLAIM: &[&str] = &[
    "type",
    "diagnosis.diagnosisCodeableConcept",
    "procedure.procedureCodeableConcept",
    "item.productOrService",
];
const DONE: &[&str] = &["encounter", "basedOn"];

/// Types that are not listed have none of these labels.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    row("AdverseEvent", &["occurrenceDateTime", "occurrencePeriod", "occurrenceTiming", "date", "recordedDate"], &["recorder"], &["event", "code"], &["encounter"]),
    row("AllergyIntolerance", &["onsetDateTime", "onsetPeriod", "recordedDate"], &["recorder", "asserter", "participant.actor"], &["code"], &["encounter"]),
    row("Appointment", &["start"], &[], &["serviceType"], &["basedOn"]),
    row("CarePlan", &["period", "created"], &["author", "custodian"], &["category"], DONE),
    row("CareTeam", &["period"], &[], &["category"], &["encounter"]),
    row("Claim", &["billablePeriod", "created"], &["enterer", "provider"], CLAIM, &["item.encounter", "encounter"]),
    row("ClinicalImpression", &["effectiveDateTime", "effectivePeriod", "date"], &["assessor", "performer"], &["code"], &["encounter"]),
    row("Communication", &["sent", "received"], &["sender"], &["category"], DONE),
    row("Composition", &["date"], &["author"], &["type"], &["encounter"]),
    row("Condition", &["onsetDateTime", "onsetPeriod", "recordedDate"], &["recorder", "asserter", "participant.actor"], &["code"], &["encounter"]),
    row("Consent", &["dateTime", "date"], &["performer", "grantor"], &["category"], &[]),
    row("Coverage", &["period"], &[], &["type"], &[]),
    row("Device", &[], &[], &["type"], &[]),
    row("DeviceRequest", OCCURRENCE, &["requester"], &["codeCodeableConcept", "code"], DONE),
    row("DiagnosticReport", EFFECTIVE, &["performer", "resultsInterpreter"], &["code"], DONE),
    with_media(row("DocumentReference", &["context.period", "period", "date"], &["author"], &["type"], &["context.encounter", "context"]), &["content.attachment.contentType"]),
    row("Encounter", &["period", "actualPeriod", "plannedStartDate"], &["participant.individual", "participant.actor", "serviceProvider"], &["type", "reasonCode"], &["episodeOfCare", "basedOn"]),
    row("EpisodeOfCare", &["period"], &["careManager", "managingOrganization"], &["type"], &[]),
    row("ExplanationOfBenefit", &["billablePeriod", "created"], &["enterer", "provider"], CLAIM, &["item.encounter", "encounter"]),
    row("FamilyMemberHistory", &["date"], &["participant.actor"], &["condition.code"], &[]),
    row("Goal", &["startDate", "statusDate"], &["expressedBy", "source"], &["description"], &[]),
    row("ImagingStudy", &["started"], &["interpreter", "referrer"], &["modality", "procedureCode", "procedure"], DONE),
    row("Immunization", &["occurrenceDateTime", "recorded"], &["performer.actor"], &["vaccineCode"], &["encounter", "basedOn"]),
    row("List", &["date"], &["source"], &["code"], &["encounter"]),
    with_media(row("Media", &["createdDateTime", "createdPeriod", "issued"], &["operator"], &["type", "modality", "view"], DONE), &["content.contentType"]),
    row("Medication", &[], &[], &["code"], &[]),
    row("MedicationAdministration", &["effectiveDateTime", "effectivePeriod", "occurenceDateTime", "occurencePeriod", "occurenceTiming", "recorded"], &["performer.actor"], MEDICATION, &["context", "encounter", "basedOn"]),
    row("MedicationDispense", &["whenHandedOver", "whenPrepared", "recorded"], &["performer.actor"], MEDICATION, &["context", "encounter", "basedOn"]),
    row("MedicationRequest", &["authoredOn"], &["requester", "recorder"], MEDICATION, DONE),
    row("MedicationStatement", &["effectiveDateTime", "effectivePeriod", "effectiveTiming", "dateAsserted"], &["informationSource"], MEDICATION, &["context", "encounter", "basedOn"]),
    row("NutritionOrder", &["dateTime"], &["orderer"], &[], DONE),
    row("Observation", EFFECTIVE, &["performer"], &["code", "valueCodeableConcept", "component.code", "component.valueCodeableConcept"], DONE),
    row("Procedure", &["performedDateTime", "performedPeriod", "occurrenceDateTime", "occurrencePeriod", "occurrenceTiming", "recorded"], &["performer.actor", "recorder", "asserter"], &["code"], DONE),
    row("Provenance", &["occurredDateTime", "occurredPeriod", "recorded"], &["agent.who"], &["activity"], DONE),
    row("QuestionnaireResponse", &["authored"], &["author", "source"], &[], DONE),
    row("RiskAssessment", OCCURRENCE, &["performer"], &["code"], DONE),
    row("ServiceRequest", OCCURRENCE, &["requester"], &["codeCodeableConcept", "code"], DONE),
    row("Specimen", &["collection.collectedDateTime", "collection.collectedPeriod", "receivedTime"], &["collection.collector"], &["type"], &[]),
    row("Task", &["executionPeriod", "authoredOn"], &["requester"], &["code"], DONE),
    row("VisionPrescription", &["dateWritten", "created"], &["prescriber"], &[], &["encounter"]),
];

/// The paths of a type.
pub(super) fn of(kind: &str) -> Option<&'static Paths> {
    let place = TABLE.binary_search_by(|(own, _)| (*own).cmp(kind)).ok()?;
    TABLE.get(place).map(|(_, paths)| paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::Vocabulary;

    #[test]
    fn types_ascend_and_are_types() {
        let vocabulary = Vocabulary::hv1().unwrap();
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(
            TABLE
                .iter()
                .all(|(kind, _)| vocabulary.is_resource_type(kind))
        );
    }
}
