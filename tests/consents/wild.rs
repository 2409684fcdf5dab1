//! Consents as other systems write them: what real records hold beside the published examples.

mod codes;
mod german;
mod meaning;
mod people;
mod structure;
mod systems;
mod whole;

use hippocrypt::Error;
use hippocrypt::consent::Reading::{self, Mii2025, Pcf11, R4Typed, R5Negate};
use hippocrypt::consent::{Base, Criterion, Effect, Interval};
use hippocrypt::fhir::{Concern, Failure, NoResolver};
use serde_json::{Value, json};

use super::{compiled, options, outcome, refusals};

pub const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
const MII: &str = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3";

pub fn coding(system: &str, code: &str) -> Value {
    json!({"system": system, "code": code})
}

fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [coding(system, code)]})
}

fn recipient(reference: &str) -> Value {
    json!({"role": concept(PARTICIPATION, "IRCP"), "reference": {"reference": reference}})
}

/// A consent of a hospital in R4 with nearly everything that may stand in one.
pub fn r4() -> Value {
    json!({
        "resourceType": "Consent",
        "id": "c-1",
        "meta": {
            "versionId": "3", "lastUpdated": "2026-03-01T09:30:00.123+01:00",
            "source": "urn:uuid:6e1c4a2e-0b5b-4f0e-9d0c-1d5a3c0c8f11",
            "profile": ["http://hl7.org/fhir/us/consent-management/StructureDefinition/FASTConsent"],
            "tag": [{"system": "https://hospital.example/tags", "code": "portal", "display": "Portal"}]
        },
        "language": "en",
        "text": {"status": "additional", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">My choices</div>"},
        "identifier": [{
            "use": "official", "type": {"text": "Consent number"}, "system": "https://hospital.example/consents",
            "value": "12-7", "period": {"start": "2026"}, "assigner": {"display": "Registration"}
        }],
        "status": "active",
        "scope": {
            "coding": [
                coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
                coding("https://hospital.example/scopes", "PRIV")
            ],
            "text": "Privacy"
        },
        "category": [
            concept("http://loinc.org", "59284-0"),
            {"coding": [coding(ACT_CODE, "IDSCL")], "text": "Disclosure"}
        ],
        "patient": {"reference": "Patient/ada", "type": "Patient", "display": "Ada"},
        "dateTime": "2026-03-01T09:30:00+01:00",
        "performer": [{"reference": "Patient/ada"}],
        "organization": [{"reference": "Organization/1", "display": "Clinic"}, {"display": "Elsewhere"}],
        "sourceAttachment": {
            "contentType": "application/pdf", "language": "en", "data": "JVBERi0xLjQ=", "size": 8,
            "hash": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "title": "Signed form", "creation": "2026-03-01"
        },
        "policy": [{"authority": "https://hhs.example", "uri": "https://hhs.example/policy#1"}],
        "verification": [{
            "verified": true, "verifiedWith": {"reference": "Patient/ada"}, "verificationDate": "2026-03-01"
        }],
        "provision": {
            "id": "root",
            "type": "permit",
            "period": {"start": "2026-03-01", "end": "2027-02-28"},
            "actor": [
                recipient("Practitioner/7"),
                {
                    "role": concept(PARTICIPATION, "PRCP"),
                    "reference": {
                        "type": "Organization",
                        "identifier": coding_as_identifier("http://hl7.org/fhir/sid/us-npi", "1234567893"),
                        "display": "Health plan"
                    }
                }
            ],
            "action": [concept("http://terminology.hl7.org/CodeSystem/consentaction", "access")],
            "securityLabel": [coding(CONFIDENTIALITY, "N")],
            "purpose": [coding(ACT_REASON, "TREAT")],
            "class": [coding("http://hl7.org/fhir/resource-types", "Observation")],
            "code": [{
                "coding": [
                    {"system": "http://loinc.org", "version": "2.77", "code": "8480-6",
                     "display": "Systolic blood pressure", "userSelected": true,
                     "_display": {"extension": [{
                        "url": "http://hl7.org/fhir/StructureDefinition/translation",
                        "extension": [
                            {"url": "lang", "valueCode": "de"},
                            {"url": "content", "valueString": "Systolischer Blutdruck"}
                        ]
                     }]}},
                    {"system": "http://snomed.info/sct", "code": "271649006"}
                ],
                "text": "Blood pressure"
            }],
            "dataPeriod": {"start": "2025-01"},
            "data": [{"meaning": "instance", "reference": {"reference": "Observation/1"}},
                     {"meaning": "instance", "reference": {"reference": "https://other.example/fhir/Observation/2"}}],
            "provision": [{
                "type": "deny",
                "securityLabel": [coding(ACT_CODE, "HIV"), coding(ACT_CODE, "PSY")]
            }]
        }
    })
}

fn coding_as_identifier(system: &str, value: &str) -> Value {
    json!({"system": system, "value": value})
}

/// A consent in R5.
pub fn r5() -> Value {
    json!({
        "resourceType": "Consent",
        "id": "c-2",
        "status": "active",
        "category": [concept("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "npp")],
        "subject": {"reference": "Patient/ada"},
        "date": "2026-03-01",
        "period": {"start": "2026-03-01"},
        "grantor": [{"reference": "Patient/ada"}],
        "grantee": [{"reference": "Organization/1"}],
        "manager": [{"reference": "Organization/1"}],
        "controller": [{"reference": "Organization/1"}],
        "sourceAttachment": [{"contentType": "application/pdf", "size": "8", "pages": 2}],
        "sourceReference": [{"reference": "DocumentReference/1"}],
        "regulatoryBasis": [concept(ACT_CODE, "INFA")],
        "policyText": [{"reference": "DocumentReference/2"}],
        "verification": [{
            "verified": false, "verificationType": {"text": "phone"}, "verificationDate": ["2026-03-01", "2026-03-02"]
        }],
        "decision": "deny",
        "provision": [{
            "period": {"start": "2026-03-01T08:00:00Z", "end": "2026-03-31T20:00:00Z"},
            "actor": [recipient("Practitioner/7")],
            "purpose": [coding(ACT_REASON, "TREAT")],
            "resourceType": [coding("http://hl7.org/fhir/resource-types", "Observation")],
            "documentType": [coding("urn:ietf:bcp:13", "application/hl7-cda+xml")],
            "securityLabel": [coding(CONFIDENTIALITY, "R"), coding(ACT_CODE, "PSY")]
        }]
    })
}

/// A German research consent.
pub fn mii() -> Value {
    json!({
        "resourceType": "Consent",
        "extension": [{
            "url": "http://fhir.de/ConsentManagement/StructureDefinition/DomainReference",
            "extension": [
                {"url": "domain", "valueReference": {"reference": "ResearchStudy/1"}},
                {"url": "status", "valueCoding": coding("http://hl7.org/fhir/publication-status", "active")}
            ]
        }],
        "status": "active",
        "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "research"),
        "category": [concept("http://loinc.org", "57016-8")],
        "patient": {"reference": "Patient/ada"},
        "dateTime": "2026-03-01",
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {
            "type": "deny",
            "period": {"start": "2026-03-01", "end": "2056-02-28"},
            "provision": [{
                "type": "permit",
                "period": {"start": "2026-03-01", "end": "2031-02-28"},
                "code": [concept(MII, "2.16.840.1.113883.3.1937.777.24.5.3.8")]
            }]
        }
    })
}

/// Replaces the value at a JSON pointer, or adds the member that it ends in; null removes.
pub fn with(mut value: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, new) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = value
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("{pointer}"));
        match parent {
            Value::Array(elements) if name == "-" => elements.push(new.clone()),
            Value::Array(elements) => elements[name.parse::<usize>().unwrap()] = new.clone(),
            Value::Object(members) if new.is_null() => drop(members.remove(name).expect(pointer)),
            Value::Object(members) => drop(members.insert(name.into(), new.clone())),
            _ => panic!("{pointer}"),
        }
    }
    value
}

#[track_caller]
fn becomes(reading: Reading, value: &Value, expected: &str, reason: &str) {
    let answer = compiled(value.to_string().as_bytes(), &options(reading), &NoResolver);
    let all = refusals(&answer);
    assert_eq!(outcome(&answer), expected, "{reason}: {all:?}");
}
