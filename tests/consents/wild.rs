//! Consents as other systems write them: what real records hold beside the published examples.

use hippocrypt::Error;
use hippocrypt::consent::Reading::{self, Mii2025, Pcf11, R4Typed, R5Negate};
use hippocrypt::consent::{Base, Criterion, Interval};
use hippocrypt::fhir::{Concern, Failure, NoResolver};
use serde_json::{Value, json};

use super::{compiled, options, outcome, refusals};

const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
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

#[test]
fn a_consent_with_everything_compiles_and_says_what_is_without_effect() {
    let answer = compiled(r4().to_string().as_bytes(), &options(R4Typed), &NoResolver).unwrap();
    let terms = &answer.terms;
    assert_eq!(terms.subject, "http://example.org/fhir/Patient/ada");
    assert_eq!(terms.grantors[..], ["http://example.org/fhir/Patient/ada"]);
    assert_eq!(terms.decided, Some(1_772_353_800));
    assert_eq!(terms.base, Base::Silent);
    let days = Interval::new(Some(1_772_323_200), Some(1_803_859_200)).unwrap();
    assert_eq!(terms.valid, days);
    // Everything else is closed, this is open, and in it two kinds are closed.
    let [closed, open, kinds] = &terms.rules[..] else {
        panic!("{:?}", terms.rules)
    };
    assert_eq!(closed.criteria().len(), 3);
    assert_eq!(open.criteria().len(), 8);
    assert!(
        open.criteria().contains(
            &Criterion::recipients([
                ["prac=http://example.org/fhir/Practitioner/7"],
                ["org=npi:1234567893"]
            ])
            .unwrap()
        )
    );
    assert!(
        open.criteria()
            .contains(&Criterion::code(["loinc:8480-6", "sct:271649006"]).unwrap())
    );
    // The ceiling of the permit is gone, so that the denial reaches what lies below it too.
    assert!(
        kinds
            .criteria()
            .contains(&Criterion::sensitivity(["HIV", "PSY"]).unwrap())
    );
    assert!(
        !kinds
            .criteria()
            .iter()
            .any(|it| matches!(it, Criterion::Confidentiality(_)))
    );
    for path in [
        "Consent.id",
        "Consent.meta",
        "Consent.language",
        "Consent.text",
        "Consent.identifier",
        "Consent.scope.text",
        "Consent.category[1].text",
        "Consent.patient.display",
        "Consent.organization",
        "Consent.sourceAttachment",
        "Consent.policy",
        "Consent.verification",
        "Consent.provision.id",
        "Consent.provision.actor[1].reference.display",
        "Consent.provision.code[0].coding[0].version",
        "Consent.provision.code[0].coding[0].display",
        "Consent.provision.code[0].coding[0]._display",
        "Consent.provision.code[0].text",
    ] {
        assert!(
            answer.noted.iter().any(|it| it == path),
            "{path}: {:?}",
            answer.noted
        );
    }
    let concerns: Vec<Concern> = answer.warnings.iter().map(|it| it.concern).collect();
    assert_eq!(
        concerns,
        [
            Concern::PolicyNotApplied,
            Concern::NarrowSensitivity,
            Concern::NarrowSensitivity
        ]
    );
}

#[test]
fn r5_keeps_two_kinds_of_data_apart_that_r4_has_in_one_list() {
    let answer = compiled(r5().to_string().as_bytes(), &options(R5Negate), &NoResolver).unwrap();
    assert_eq!(answer.terms.base, Base::Forbid);
    let [rule] = &answer.terms.rules[..] else {
        panic!("{:?}", answer.terms.rules)
    };
    // Confidentiality and sensitivity, type and document: all must fit.
    let numbers: Vec<u8> = rule.criteria().iter().map(Criterion::number).collect();
    assert_eq!(numbers, [1, 2, 5, 6, 7, 8, 9]);
    let denial = with(r5(), &[("/decision", json!("permit"))]);
    let answer = compiled(
        denial.to_string().as_bytes(),
        &options(R5Negate),
        &NoResolver,
    )
    .unwrap();
    // Either label is enough for a denial.
    assert_eq!(answer.terms.rules.len(), 2);
    let class = json!([
        coding("http://hl7.org/fhir/resource-types", "Observation"),
        coding("urn:ietf:bcp:13", "application/hl7-cda+xml"),
        coding(
            "urn:ietf:rfc:3986",
            "http://example.org/StructureDefinition/note"
        )
    ]);
    let list = with(r4(), &[("/provision/class", class)]);
    let answer = compiled(list.to_string().as_bytes(), &options(R4Typed), &NoResolver).unwrap();
    // Everything, the types, the documents, and in each of the two the denial.
    assert_eq!(answer.terms.rules.len(), 5);
}

#[test]
fn structure_is_checked_to_the_last_member() {
    let unknown = json!([{"url": "https://hospital.example/extension", "valueBoolean": true}]);
    for (change, expected, reason) in [
        (
            (
                "/contained",
                json!([{"resourceType": "Patient", "id": "p"}]),
            ),
            "E01 Consent.contained",
            "resources inside are not read",
        ),
        (
            ("/implicitRules", json!("https://hospital.example/rules")),
            "E01 Consent.implicitRules",
            "may change everything",
        ),
        (
            ("/modifierExtension", unknown.clone()),
            "E01 Consent.modifierExtension",
            "may change everything",
        ),
        (
            ("/provision/actor/0/modifierExtension", unknown.clone()),
            "E01 Consent.provision.actor[0].modifierExtension",
            "at any depth",
        ),
        (
            ("/extension", unknown.clone()),
            "E01 Consent.extension[0]",
            "unknown extensions may change the meaning in practice",
        ),
        (
            ("/meta/extension", unknown.clone()),
            "E01 Consent.meta.extension[0]",
            "also where nothing depends on it",
        ),
        (
            ("/_status", json!({"extension": unknown})),
            "E01 Consent._status.extension[0]",
            "an extension of a value",
        ),
        (
            ("/_status", json!({"id": "s"})),
            "compiles",
            "an id of a value",
        ),
        (
            ("/_patient", json!({"id": "s"})),
            "E01 Consent._patient",
            "only values have such a member",
        ),
        (
            ("/_language", Value::String("x".into())),
            "E11 Consent._language",
            "an object is wanted",
        ),
        (
            ("/meta/_profile", json!([null])),
            "E01 Consent.meta._profile",
            "extensions in lists of values are not read",
        ),
        (
            ("/provision/code", concept("http://loinc.org", "8480-6")),
            "E11 Consent.provision.code",
            "an object where FHIR has a list",
        ),
        (
            ("/provision/period", json!([{"start": "2026"}])),
            "E11 Consent.provision.period",
            "a list where FHIR has an object",
        ),
        (
            ("/provision", json!([{"type": "permit"}])),
            "E11 Consent.provision",
            "R4 has one root provision",
        ),
        (
            ("/organization", json!([])),
            "E11 Consent.organization",
            "empty lists are no FHIR",
        ),
        (
            ("/organization/0", json!({})),
            "E11 Consent.organization[0]",
            "empty objects are no FHIR",
        ),
        (
            ("/organization/0/display", json!("")),
            "E11 Consent.organization[0].display",
            "empty strings are no FHIR",
        ),
        (
            ("/organization/0/display", json!(7)),
            "E11 Consent.organization[0].display",
            "a number where FHIR has text",
        ),
        (
            ("/verification/0/verified", json!("true")),
            "E11 Consent.verification[0].verified",
            "text where FHIR has a truth value",
        ),
        (
            ("/dateTime", json!("2026-02-30")),
            "E11 Consent.dateTime",
            "no such day",
        ),
        (
            ("/dateTime", json!("2026-02-03T10:00:00")),
            "E11 Consent.dateTime",
            "a time without its zone",
        ),
        (
            ("/meta/lastUpdated", json!("2026-02-03")),
            "E11 Consent.meta.lastUpdated",
            "an instant is exact",
        ),
        (("/id", json!("a b")), "E11 Consent.id", "no id"),
        (
            ("/provision/purpose/0/system", json!(" http://x")),
            "E11 Consent.provision.purpose[0].system",
            "no address",
        ),
        (
            ("/sourceAttachment/data", json!("%%%")),
            "E11 Consent.sourceAttachment.data",
            "no base64",
        ),
        (
            ("/sourceAttachment/size", json!("8")),
            "E11 Consent.sourceAttachment.size",
            "R4 has a number here",
        ),
        (
            ("/provision/data/0/meaning", json!("nearby")),
            "E10 Consent.provision.data[0].meaning",
            "no such meaning",
        ),
        (
            ("/decision", json!("permit")),
            "E01 Consent.decision",
            "an element of R5",
        ),
        (
            ("/subject", json!({"reference": "Patient/ada"})),
            "E01 Consent.subject",
            "an element of R5",
        ),
        (
            ("/provision/expression", json!({"expression": "true"})),
            "E01 Consent.provision.expression",
            "an element of R5",
        ),
        (
            ("/text/div", json!("Hello")),
            "E11 Consent.text.div",
            "no XHTML",
        ),
        (
            ("/text/extra", json!(1)),
            "E01 Consent.text.extra",
            "no element of a narrative",
        ),
        (
            ("/a b\n", json!(1)),
            "E01 Consent.`a b\\u{a}`",
            "whatever it is called",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
    for name in ["status", "scope", "category", "patient"] {
        let path = format!("E11 Consent.{name}");
        becomes(
            R4Typed,
            &with(r4(), &[(&format!("/{name}"), Value::Null)]),
            &path,
            "must be there",
        );
    }
    let text = r4()
        .to_string()
        .replace("\"language\":\"en\",\"meta\"", "\"language\":null,\"meta\"");
    let answer = compiled(text.as_bytes(), &options(R4Typed), &NoResolver);
    assert_eq!(outcome(&answer), "E11 Consent.language", "null is no value");
}

#[test]
fn whether_it_is_in_force_and_what_it_is_about() {
    let scope = "http://terminology.hl7.org/CodeSystem/consentscope";
    let categories = "http://terminology.hl7.org/CodeSystem/consentcategorycodes";
    for (change, expected, reason) in [
        (
            ("/status", json!("inactive")),
            "E02 Consent.status",
            "withdrawn",
        ),
        (
            ("/status", json!("proposed")),
            "E02 Consent.status",
            "nobody agreed yet",
        ),
        (
            ("/status", json!("rejected")),
            "E02 Consent.status",
            "refused by the patient",
        ),
        (
            ("/scope", concept(scope, "adr")),
            "E02 Consent.scope",
            "an advance directive",
        ),
        (
            ("/scope", concept(scope, "treatment")),
            "E02 Consent.scope",
            "a consent to treatment",
        ),
        (
            ("/scope", concept(scope, "privacy")),
            "E10 Consent.scope",
            "no such code",
        ),
        (
            (
                "/scope",
                concept("http://hl7.org/fhir/consentscope", "patient-privacy"),
            ),
            "E09 Consent.scope",
            "an earlier address of the system",
        ),
        (
            ("/scope", json!({"text": "Privacy"})),
            "E09 Consent.scope",
            "no code at all",
        ),
        (
            ("/scope", concept(scope, "research")),
            "E02 Consent.scope",
            "about research, but permits treatment",
        ),
        (
            ("/category/0", concept(categories, "dnr")),
            "E02 Consent.category[0]",
            "about resuscitation",
        ),
        (
            ("/category/0", concept(categories, "polst")),
            "E02 Consent.category[0]",
            "about care",
        ),
        (
            ("/category/0", concept(ACT_CODE, "EMRGONLY")),
            "E04 Consent.category[0]",
            "about emergencies, but permits treatment",
        ),
        (
            ("/category/0", concept(ACT_CODE, "RSREID")),
            "E02 Consent.category[0]",
            "about research, but permits treatment",
        ),
        (
            ("/category/0", concept("http://loinc.org", "64293-4")),
            "E09 Consent.category[0]",
            "a consent to a procedure",
        ),
        (
            ("/category/0", json!({"text": "Privacy"})),
            "E09 Consent.category[0]",
            "no code at all",
        ),
        (
            ("/verification/0/verified", json!(false)),
            "compiles",
            "only a warning",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
    let research = with(
        r4(),
        &[
            ("/scope", concept(scope, "research")),
            ("/provision/purpose/0", coding(ACT_REASON, "CLINTRCH")),
        ],
    );
    becomes(R4Typed, &research, "compiles", "a kind of research");
    let emergency = with(
        r4(),
        &[
            ("/category/0", concept(ACT_CODE, "EMRGONLY")),
            ("/provision/purpose/0", coding(ACT_REASON, "BTG")),
        ],
    );
    becomes(R4Typed, &emergency, "compiles", "a kind of emergency");
    let deidentified = with(research, &[("/category/0", concept(categories, "rsdid"))]);
    let answer = compiled(
        deidentified.to_string().as_bytes(),
        &options(R4Typed),
        &NoResolver,
    );
    assert_eq!(answer.unwrap().terms.obligations[..], ["DEID"]);
}

#[test]
fn what_the_whole_decides() {
    let rule = |code: &str| ("/policyRule", concept(ACT_CODE, code));
    let typeless = ("/provision/type", Value::Null);
    let empty = ("/provision", json!({"period": {"start": "2026"}}));
    for (changes, expected, reason) in [
        (vec![rule("OPTIN")], "compiles", "opts in and permits"),
        (
            vec![rule("OPTOUT")],
            "E04 Consent.provision.type",
            "opts out and permits",
        ),
        (
            vec![rule("NOCONSENT")],
            "E04 Consent.provision.type",
            "no consent, and permits",
        ),
        (
            vec![rule("IMPLIED")],
            "compiles",
            "implied, and the provision says what",
        ),
        (vec![typeless.clone()], "E03 Consent", "nothing decides"),
        (
            vec![typeless.clone(), rule("OPTIN")],
            "E05 Consent.provision",
            "scope or exception",
        ),
        (
            vec![("/provision/type", json!("Permit"))],
            "E10 Consent.provision.type",
            "no such type",
        ),
        (
            vec![empty.clone(), rule("OPTIN")],
            "compiles",
            "all is permitted from then on",
        ),
        (
            vec![empty.clone(), rule("OPTINR")],
            "E16 Consent.policyRule",
            "restrictions, and nobody says which",
        ),
        (
            vec![empty.clone(), rule("OPTOUTE")],
            "E16 Consent.policyRule",
            "exceptions, and nobody says which",
        ),
        (
            vec![empty.clone(), rule("GRANTORCHOICE")],
            "E03 Consent",
            "neither in nor out",
        ),
        (
            vec![
                empty.clone(),
                ("/policyRule", json!({"text": "as discussed"})),
            ],
            "E03 Consent",
            "words only",
        ),
        (
            vec![
                empty,
                (
                    "/policyRule",
                    json!({"coding": [coding(ACT_CODE, "OPTIN"), coding(ACT_CODE, "OPTOUT")]}),
                ),
            ],
            "E04 Consent.policyRule",
            "both at once",
        ),
        (
            vec![("/provision", Value::Null), rule("OPTOUT")],
            "compiles",
            "all is denied",
        ),
        (
            vec![("/provision/provision/0/type", Value::Null)],
            "E06 Consent.provision.provision[0]",
            "a nested provision needs a type",
        ),
        (
            vec![("/provision/provision/0/type", json!("permit"))],
            "E07 Consent.provision.provision[0].type",
            "a permit in a permit",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &changes), expected, reason);
    }
    for (change, expected, reason) in [
        (
            ("/decision", Value::Null),
            "E03 Consent.decision",
            "no decision",
        ),
        (
            ("/decision", json!("perhaps")),
            "E10 Consent.decision",
            "no such decision",
        ),
        (
            ("/regulatoryBasis/0", concept(ACT_CODE, "OPTIN")),
            "E04 Consent.regulatoryBasis[0]",
            "opts in and denies",
        ),
        (
            ("/provision/0/type", json!("deny")),
            "E06 Consent.provision[0].type",
            "R5 has no types",
        ),
        (
            ("/provision/0/class", json!([])),
            "E01 Consent.provision[0].class",
            "an element of R4",
        ),
        (
            ("/scope", json!({"text": "x"})),
            "E01 Consent.scope",
            "an element of R4",
        ),
        (
            ("/dateTime", json!("2026")),
            "E01 Consent.dateTime",
            "an element of R4",
        ),
        (
            ("/provision/0/expression", json!({"expression": "true"})),
            "E14 Consent.provision[0].expression",
            "not evaluated",
        ),
        (
            (
                "/policyBasis",
                json!({"reference": {"reference": "Permission/1"}}),
            ),
            "E15 Consent.policyBasis.reference",
            "rules elsewhere",
        ),
        (
            ("/policyBasis", json!({"url": "https://hhs.example/policy"})),
            "compiles",
            "a basis in law, and the consent decides itself",
        ),
        (
            (
                "/provision/0/provision",
                json!([{"purpose": [coding(ACT_REASON, "ETREAT")]}]),
            ),
            "E08 Consent.provision[0].provision[0]",
            "a second level",
        ),
        (
            ("/sourceAttachment", json!({"title": "x"})),
            "E11 Consent.sourceAttachment",
            "R5 has a list here",
        ),
    ] {
        becomes(R5Negate, &with(r5(), &[change]), expected, reason);
    }
}

#[test]
fn alternation_is_read_once_it_is_accepted() {
    let nested = json!([{"purpose": [coding(ACT_REASON, "HMARKT")]}]);
    let value = with(
        r5(),
        &[
            ("/provision/0/provision", nested),
            ("/provision/0/purpose", Value::Null),
        ],
    );
    let mut options = options(R5Negate);
    options.accept_alternation = true;
    let answer = compiled(value.to_string().as_bytes(), &options, &NoResolver).unwrap();
    let effects: Vec<_> = answer.terms.rules.iter().map(|it| it.effect()).collect();
    use hippocrypt::consent::Effect::{Forbid, Permit};
    assert_eq!(effects, [Permit, Forbid]);
    // A permit inside a denial of "restricted and higher" has no way to say "and higher".
    let nested = json!([{"actor": [recipient("Practitioner/8")]}]);
    let value = with(
        r5(),
        &[
            ("/provision/0/provision", nested),
            ("/decision", json!("permit")),
        ],
    );
    let answer = compiled(value.to_string().as_bytes(), &options, &NoResolver);
    assert_eq!(outcome(&answer), "E01 Consent.provision[0].provision[0]");
}

#[test]
fn codes_are_those_of_the_vocabulary() {
    let label = |system, code| ("/provision/securityLabel/0", coding(system, code));
    let code = |value| ("/provision/code/0", value);
    for (change, expected, reason) in [
        (
            label(
                "http://terminology.hl7.org/ValueSet/v3-InformationSensitivityPolicy",
                "PSY",
            ),
            "E09 Consent.provision.securityLabel[0]",
            "the address of a value set",
        ),
        (
            label("http://hl7.org/fhir/v3/ActCode", "PSY"),
            "E09 Consent.provision.securityLabel[0]",
            "an earlier address",
        ),
        (
            label(ACT_CODE, "SICKLE"),
            "E10 Consent.provision.securityLabel[0]",
            "retired",
        ),
        (
            label(ACT_CODE, "psy"),
            "E10 Consent.provision.securityLabel[0]",
            "letter case counts",
        ),
        (
            label(CONFIDENTIALITY, "HIGH"),
            "E10 Consent.provision.securityLabel[0]",
            "no level",
        ),
        (
            label(ACT_REASON, "TREAT"),
            "E10 Consent.provision.securityLabel[0]",
            "a purpose is no label",
        ),
        (
            ("/provision/securityLabel/0", json!({"code": "N"})),
            "E09 Consent.provision.securityLabel[0]",
            "no system",
        ),
        (
            (
                "/provision/securityLabel/0",
                json!({"system": CONFIDENTIALITY}),
            ),
            "E09 Consent.provision.securityLabel[0]",
            "no code",
        ),
        (
            ("/provision/purpose/0", coding(ACT_REASON, "TREATMENT")),
            "E10 Consent.provision.purpose[0]",
            "a typing error",
        ),
        (
            (
                "/provision/purpose/0",
                coding("https://payer.example/purposes", "FooBar"),
            ),
            "E09 Consent.provision.purpose[0]",
            "a system of somebody's own",
        ),
        (
            ("/provision/action/0", json!({"text": "read"})),
            "E09 Consent.provision.action[0]",
            "no code",
        ),
        (
            (
                "/provision/action/0",
                concept(
                    "http://terminology.hl7.org/CodeSystem/consentaction",
                    "read",
                ),
            ),
            "E10 Consent.provision.action[0].coding[0]",
            "no such action",
        ),
        (
            (
                "/provision/class/0",
                coding("http://hl7.org/fhir/resource-types", "Observaton"),
            ),
            "E10 Consent.provision.class[0]",
            "a typing error denies nothing",
        ),
        (
            (
                "/provision/class/0",
                coding("http://hl7.org/fhir/consentcontentclass", "x"),
            ),
            "E09 Consent.provision.class[0]",
            "neither a type nor a document",
        ),
        (
            code(concept("http://loinc.org/", "8480-6")),
            "E09 Consent.provision.code[0].coding[0]",
            "a slash too many",
        ),
        (
            code(concept("LOINC", "8480-6")),
            "E09 Consent.provision.code[0].coding[0]",
            "no address",
        ),
        (
            code(json!({"text": "blood pressure"})),
            "E09 Consent.provision.code[0]",
            "words only",
        ),
        (
            code(concept(MII, "2.16.840.1.113883.3.1937.777.24.5.3.8")),
            "E09 Consent.provision.code[0].coding[0]",
            "a permission is no kind of data",
        ),
        (
            code(concept(
                "http://purl.obolibrary.org/obo/duo.owl",
                "DUO:0000018",
            )),
            "E24 Consent.provision.code[0].coding[0]",
            "not for profit: nobody can encrypt that",
        ),
        (
            code(
                json!({"coding": [coding("http://loinc.org", "8480-6"), coding("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "I10")]}),
            ),
            "compiles",
            "another country's codes, compared letter by letter",
        ),
        (
            code(json!({"coding": [coding("http://loinc.org", "8480-6"), {"display": "x"}]})),
            "E09 Consent.provision.code[0].coding[1]",
            "one of them has no code",
        ),
    ] {
        becomes(R4Typed, &with(r4(), &[change]), expected, reason);
    }
    let owed = with(
        r4(),
        &[("/provision/securityLabel/-", coding(ACT_CODE, "NORDSCLCD"))],
    );
    let answer = compiled(owed.to_string().as_bytes(), &options(R4Typed), &NoResolver).unwrap();
    assert_eq!(answer.terms.obligations[..], ["NORDSCLCD"]);
    let denied = with(
        r4(),
        &[(
            "/provision/provision/0/securityLabel/-",
            coding(ACT_CODE, "NORDSCLCD"),
        )],
    );
    becomes(
        R4Typed,
        &denied,
        "E10 Consent.provision.provision[0].securityLabel[2]",
        "nobody owes anything for what they do not get",
    );
}

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

#[test]
fn a_german_research_consent_permits_what_it_names_and_nothing_else() {
    let nested = "/provision/provision/0";
    becomes(Mii2025, &mii(), "compiles", "one policy");
    for (change, expected, reason) in [
        (
            (
                "/scope",
                concept(
                    "http://terminology.hl7.org/CodeSystem/consentscope",
                    "patient-privacy",
                ),
            ),
            "E02 Consent.scope",
            "not about research",
        ),
        (
            ("/provision/type", json!("permit")),
            "E04 Consent.provision.type",
            "starts from a denial",
        ),
        (
            ("/provision/type", Value::Null),
            "E03 Consent.provision.type",
            "says nothing",
        ),
        (
            ("/provision", Value::Null),
            "E03 Consent.provision",
            "says nothing",
        ),
        (
            ("/policyRule", concept(ACT_CODE, "OPTIN")),
            "E04 Consent.policyRule",
            "starts from a denial",
        ),
        (
            ("/provision/purpose", json!([coding(ACT_REASON, "HRESCH")])),
            "E01 Consent.provision",
            "criteria belong into the permits",
        ),
        (
            ("/provision/provision/0/type", json!("deny")),
            "E07 Consent.provision.provision[0].type",
            "denied already",
        ),
        (
            ("/provision/provision/0/type", Value::Null),
            "E06 Consent.provision.provision[0]",
            "says nothing",
        ),
        (
            ("/provision/provision/0/code", Value::Null),
            "E11 Consent.provision.provision[0].code",
            "permits which policy?",
        ),
        (
            (
                "/provision/provision/0/code/0",
                concept("http://loinc.org", "8480-6"),
            ),
            "E09 Consent.provision.provision[0].code[0].coding[0]",
            "no policy",
        ),
        (
            (
                "/provision/provision/0/code/0",
                concept(MII, "2.16.840.1.113883.3.1937.777.24.5.3.9999"),
            ),
            "E10 Consent.provision.provision[0].code[0].coding[0]",
            "no such policy",
        ),
        (
            (
                "/provision/provision/0/purpose",
                json!([coding(ACT_REASON, "HMARKT")]),
            ),
            "E02 Consent.scope",
            "not for research",
        ),
        (
            ("/extension/0/extension/0/valueReference/extra", json!(1)),
            "E01 Consent.extension[0].extension[0].valueReference.extra",
            "inside a known extension too",
        ),
        (
            (
                "/extension/0/extension/-",
                json!({"url": "until", "valueDate": "2030"}),
            ),
            "E01 Consent.extension[0].extension[2]",
            "inside a known extension too",
        ),
        (
            ("/extension/0/valueString", json!("x")),
            "E01 Consent.extension[0].valueString",
            "inside a known extension too",
        ),
    ] {
        becomes(Mii2025, &with(mii(), &[change]), expected, reason);
    }
    let inside =
        json!([{"type": "deny", "code": [concept(MII, "2.16.840.1.113883.3.1937.777.24.5.3.8")]}]);
    becomes(
        Mii2025,
        &with(mii(), &[(&format!("{nested}/provision"), inside)]),
        "E01 Consent.provision.provision[0].provision[0]",
        "no exceptions to permits",
    );
}

#[test]
fn without_a_base_references_stay_relative_and_a_warning_says_so() {
    let mut options = options(R4Typed);
    options.base = None;
    let answer = compiled(r4().to_string().as_bytes(), &options, &NoResolver).unwrap();
    assert_eq!(answer.terms.subject, "Patient/ada");
    let relative = answer
        .warnings
        .iter()
        .filter(|it| it.concern == Concern::Relative);
    let paths: Vec<&str> = relative.map(|it| it.path.as_str()).collect();
    assert!(paths.contains(&"Consent.patient"), "{paths:?}");
    for base in [
        "example.org",
        "ftp://example.org",
        "http://example.org/a b",
        "http://a?b",
    ] {
        options.base = Some(base.into());
        let answer = compiled(r4().to_string().as_bytes(), &options, &NoResolver);
        assert_eq!(outcome(&answer), "error 1", "{base}");
    }
}

#[test]
fn days_are_read_in_the_zone_that_is_given() {
    let mut options = options(R4Typed);
    options.zone = 60;
    let answer = compiled(r4().to_string().as_bytes(), &options, &NoResolver).unwrap();
    let hour_earlier = Interval::new(Some(1_772_319_600), Some(1_803_855_600)).unwrap();
    assert_eq!(answer.terms.valid, hour_earlier);
    assert_eq!(answer.terms.zone, 60);
    options.zone = 900;
    let answer = compiled(r4().to_string().as_bytes(), &options, &NoResolver);
    assert_eq!(outcome(&answer), "error 1");
}

#[test]
fn limits_are_errors_and_names_given_twice_no_json() {
    let codes: Vec<Value> = (0..257)
        .map(|it| concept("http://loinc.org", &format!("{it}-1")))
        .collect();
    let value = with(r4(), &[("/provision/code", json!(codes))]);
    becomes(R4Typed, &value, "error 2", "257 codes");
    let many = vec![json!({"type": "deny", "purpose": [coding(ACT_REASON, "HMARKT")]}); 256];
    let value = with(r4(), &[("/provision/provision", json!(many))]);
    becomes(R4Typed, &value, "error 2", "257 provisions");
    let text = r4()
        .to_string()
        .replacen("\"status\":", "\"status\":\"draft\",\"status\":", 1);
    let answer = compiled(text.as_bytes(), &options(R4Typed), &NoResolver);
    assert!(matches!(
        answer,
        Err(Failure::Error(Error::Json(_, "name given twice")))
    ));
    becomes(Reading::Native, &r4(), "error 1", "no reading of FHIR");
    becomes(
        Pcf11,
        &json!({"resourceType": "Patient", "id": "a"}),
        "E11 resourceType",
        "no Consent",
    );
    becomes(Pcf11, &json!([]), "E11 resourceType", "no resource");
}

#[test]
fn all_refusals_come_at_once_structure_first() {
    let value = with(
        r4(),
        &[
            ("/provision/purpose/0", coding(ACT_REASON, "TREATMENT")),
            ("/provision/type", Value::Null),
            ("/policyRule", concept(ACT_CODE, "OPTIN")),
            ("/status", json!("inactive")),
            ("/note", json!("x")),
            ("/language", json!(7)),
        ],
    );
    let answer = compiled(value.to_string().as_bytes(), &options(R4Typed), &NoResolver);
    assert_eq!(
        refusals(&answer),
        [
            "E11 Consent.language",
            "E01 Consent.note",
            "E02 Consent.status",
            "E05 Consent.provision",
            "E10 Consent.provision.purpose[0]",
        ]
    );
    let Err(failure) = answer else { panic!() };
    assert_eq!(failure.error().code(), 611);
    assert_eq!(
        failure.to_string(),
        "E11: Consent.language: is not a string"
    );
}
