//! Who consents, who receives, and which records are meant.

use super::*;

#[test]
fn people_must_be_named_so_that_they_can_be_told_apart() {
    let actor = |reference: Value| ("/provision/actor/0/reference", reference);
    let role = |system, code| ("/provision/actor/0/role", concept(system, code));
    let at = "E12 Consent.provision.actor[0].reference";
    let npi = "http://hl7.org/fhir/sid/us-npi";
    for (change, expected, reason) in [
        (actor(json!({"display": "Dr Bob"})), at, "a name is no key"),
        (
            actor(json!({"reference": "Group/1"})),
            at,
            "a group whose members are not known",
        ),
        (
            actor(json!({"reference": "CareTeam/1"})),
            at,
            "a team whose members are not known",
        ),
        (
            actor(json!({"reference": "Location/1"})),
            at,
            "a place receives nothing",
        ),
        (actor(json!({"reference": "#dr"})), at, "inside the consent"),
        (
            actor(json!({"reference": "Practitioner/1/_history/2"})),
            at,
            "one version of a person",
        ),
        (
            actor(json!({"reference": "Practitioner?identifier=1"})),
            at,
            "a search",
        ),
        (
            actor(json!({"reference": "fhir/Practitioner/1"})),
            at,
            "neither absolute nor relative",
        ),
        (
            actor(json!({"reference": "Doctor/1"})),
            at,
            "no type of FHIR",
        ),
        (
            actor(json!({"reference": "Practitioner/1", "type": "Organization"})),
            at,
            "two types",
        ),
        (
            actor(json!({"reference": "urn:uuid:6e1c4a2e-0b5b-4f0e-9d0c-1d5a3c0c8f11"})),
            at,
            "of which type?",
        ),
        (
            actor(
                json!({"reference": "urn:uuid:6e1c4a2e-0b5b-4f0e-9d0c-1d5a3c0c8f11", "type": "Practitioner"}),
            ),
            "compiles",
            "an address and a type",
        ),
        (
            actor(json!({"reference": "https://other.example/r4/Device/pump-1"})),
            "compiles",
            "on another server",
        ),
        (
            actor(json!({"identifier": coding_as_identifier(npi, "never_parsed")})),
            at,
            "no provider number",
        ),
        (
            actor(json!({"identifier": coding_as_identifier(npi, "1234567893")})),
            "compiles",
            "person or organisation: either",
        ),
        (
            actor(json!({"identifier": {"system": npi, "value": "1234567893", "use": "old"}})),
            at,
            "a number of the past",
        ),
        (
            actor(json!({"identifier": {"value": "1234567893"}})),
            at,
            "a number of whom?",
        ),
        (
            actor(
                json!({"identifier": coding_as_identifier("https://hospital.example/staff", "7")}),
            ),
            at,
            "of which type?",
        ),
        (
            actor(
                json!({"type": "Practitioner", "identifier": coding_as_identifier("https://hospital.example/staff", "7")}),
            ),
            "compiles",
            "a number, and a type",
        ),
        (
            actor(
                json!({"type": "http://hl7.org/fhir/StructureDefinition/Practitioner", "identifier": coding_as_identifier("https://hospital.example/staff", "7")}),
            ),
            "compiles",
            "the type by its address",
        ),
        (
            role(PARTICIPATION, "CST"),
            "E12 Consent.provision.actor[0].role",
            "a custodian receives nothing",
        ),
        (
            role(
                "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
                "datacollector",
            ),
            "E12 Consent.provision.actor[0].role",
            "no role that is known",
        ),
        (
            role(PARTICIPATION, "AUT"),
            "compiles",
            "an author: about the data",
        ),
        (
            ("/patient", json!({"reference": "Group/1"})),
            "E12 Consent.patient",
            "many patients",
        ),
        (
            (
                "/patient",
                json!({"identifier": coding_as_identifier("urn:oid:1.2", "7")}),
            ),
            "E12 Consent.patient",
            "no reference",
        ),
        (
            ("/performer/0", json!({"reference": "Patient/bob"})),
            "E21 Consent.performer[0]",
            "another patient",
        ),
        (
            ("/performer/0", json!({"reference": "Person/7"})),
            "E21 Consent.performer[0]",
            "nobody of whom the authority is known",
        ),
        (
            ("/performer/0", json!({"display": "Ada"})),
            "E21 Consent.performer[0]",
            "a name shows nothing",
        ),
        (
            ("/provision/data/0/meaning", json!("related")),
            "E13 Consent.provision.data[0]",
            "which others?",
        ),
        (
            ("/provision/data/0/meaning", json!("dependents")),
            "E13 Consent.provision.data[0]",
            "which others?",
        ),
        (
            ("/provision/data/0/meaning", json!("authoredby")),
            "compiles",
            "the records say who made them",
        ),
        (
            (
                "/provision/data/0/reference",
                json!({"reference": "Observation/1/_history/1"}),
            ),
            "E13 Consent.provision.data[0].reference",
            "a version of a record",
        ),
        (
            ("/provision/period", json!({"start": "2027", "end": "2026"})),
            "E11 Consent.provision.period",
            "ends before it begins",
        ),
        (
            ("/provision/dataPeriod", json!({"id": "x"})),
            "E11 Consent.provision.dataPeriod",
            "no time at all",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
}
