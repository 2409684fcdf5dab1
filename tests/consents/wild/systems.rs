//! The ways in which known systems write consents, by their own documentation and tests.

use super::*;

const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const ACTION: &str = "http://terminology.hl7.org/CodeSystem/consentaction";
const NPI: &str = "http://hl7.org/fhir/sid/us-npi";

fn plain(category: Value, more: &[(&str, Value)]) -> Value {
    let consent = json!({
        "resourceType": "Consent", "status": "active", "scope": concept(SCOPE, "patient-privacy"),
        "category": [category], "patient": {"reference": "Patient/ada"}, "dateTime": "2026-03-01T10:00:00Z"
    });
    with(consent, more)
}

fn loinc(code: &str) -> Value {
    concept("http://loinc.org", code)
}

/// LEAP's connectathon: one scenario reads a nested type as what it says, another as a change.
#[test]
fn of_two_ways_to_read_nested_types_neither_is_guessed() {
    for (rule, kind) in [("OPTIN", "permit"), ("OPTOUT", "deny")] {
        let nested =
            json!({"provision": [{"type": kind, "actor": [recipient("Practitioner/bob")]}]});
        let value = plain(
            loinc("59284-0"),
            &[
                ("/policyRule", concept(ACT_CODE, rule)),
                ("/provision", nested),
            ],
        );
        let expected = "E07 Consent.provision.provision[0].type";
        becomes(R4Typed, &value, expected, rule);
        becomes(Pcf11, &value, expected, rule);
    }
    for (rule, kind) in [("OPTIN", "deny"), ("OPTOUT", "permit")] {
        let nested =
            json!({"provision": [{"type": kind, "actor": [recipient("Practitioner/bob")]}]});
        let value = plain(
            loinc("59284-0"),
            &[
                ("/policyRule", concept(ACT_CODE, rule)),
                ("/provision", nested),
            ],
        );
        becomes(R4Typed, &value, "compiles", rule);
    }
}

/// Da Vinci's payers: provider numbers, an action that is not access, no performer.
#[test]
fn payers_exchange_by_number() {
    let payer = |number: &str| {
        json!({
            "role": concept(PARTICIPATION, "IRCP"),
            "reference": {"identifier": {"system": NPI, "value": number}, "display": "New Payer"}
        })
    };
    let value = plain(
        concept(ACT_CODE, "IDSCL"),
        &[
            (
                "/sourceReference",
                json!({"reference": "http://example.org/DocumentReference/7"}),
            ),
            (
                "/policy",
                json!([{"uri": "http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#regular"}]),
            ),
            (
                "/provision",
                json!({
                    "type": "permit", "period": {"start": "2026-01-01", "end": "2026-01-31"},
                    "actor": [payer("0123456789")], "action": [concept(ACTION, "disclose")]
                }),
            ),
        ],
    );
    let text = value.to_string();
    let answer = compiled(text.as_bytes(), &options(R4Typed), &NoResolver).unwrap();
    let [rule] = &answer.terms.rules[..] else {
        panic!()
    };
    let either = Criterion::recipients([["org=npi:0123456789"], ["prac=npi:0123456789"]]);
    assert_eq!(
        rule.criteria(),
        [either.unwrap(), Criterion::action(["disclose"]).unwrap()]
    );
    let concerns: Vec<Concern> = answer.warnings.iter().map(|it| it.concern).collect();
    assert_eq!(
        concerns,
        [
            Concern::NoGrantor,
            Concern::PolicyNotApplied,
            Concern::OtherAction
        ]
    );
}

/// Access control by role of signer, the flags of a national service, a consent store by class.
#[test]
fn other_shapes() {
    let app = json!({
        "role": {"coding": [coding("http://terminology.hl7.org/CodeSystem/contractsignertypecodes", "EVTWIT")], "text": "Event Witness"},
        "reference": {"reference": "Organization/pillbox"}
    });
    let hipaa = concept(
        "http://terminology.hl7.org/CodeSystem/consentpolicycodes",
        "hipaa-auth",
    );
    let flags = json!([{
        "url": "https://fhir.nhs.uk/England/StructureDefinition/Extension-ConsentCreateSummary",
        "valueAnnotation": {"text": "why"}
    }]);
    let classes = json!([
        coding("http://hl7.org/fhir/resource-types", "MedicationRequest"),
        coding("http://hl7.org/fhir/resource-types", "Observation")
    ]);
    for (value, expected, reason) in [
        (
            plain(
                concept(ACT_CODE, "IDSCL"),
                &[
                    ("/policyRule", hipaa.clone()),
                    ("/provision", json!({"type": "permit", "actor": [app]})),
                ],
            ),
            "E12 Consent.provision.actor[0].role",
            "the witness of a contract receives nothing",
        ),
        (
            plain(
                concept(ACT_CODE, "IDSCL"),
                &[
                    ("/policyRule", hipaa.clone()),
                    (
                        "/provision",
                        json!({"type": "permit", "actor": [recipient("Organization/pillbox")]}),
                    ),
                ],
            ),
            "compiles",
            "the law that it is given under decides nothing: the type does",
        ),
        (
            plain(concept(ACT_CODE, "IDSCL"), &[("/policyRule", hipaa)]),
            "E03 Consent",
            "the law alone decides nothing",
        ),
        (
            plain(
                concept("https://fhir.nhs.uk/CodeSystem/flag", "NRAF"),
                &[
                    ("/extension", flags),
                    (
                        "/contained",
                        json!([{"resourceType": "Provenance", "id": "p"}]),
                    ),
                    (
                        "/provision",
                        json!({"purpose": [coding("http://snomed.info/sct", "370856009")]}),
                    ),
                ],
            ),
            "E01 Consent.contained",
            "a flag with its history inside",
        ),
        (
            plain(
                loinc("64292-6"),
                &[(
                    "/provision",
                    json!({
                        "type": "permit", "period": {"start": "2026-03-01T10:00:00+01:00"},
                        "actor": [recipient("Organization/1")],
                        "provision": [{"type": "permit", "action": [concept(ACTION, "access")], "class": classes}]
                    }),
                )],
            ),
            "E07 Consent.provision.provision[0].type",
            "classes inside a permit that has all of them already",
        ),
        (
            plain(
                loinc("64292-6"),
                &[(
                    "/provision",
                    json!({
                        "type": "permit", "actor": [recipient("Organization/1")], "class": classes,
                        "provision": [{"type": "deny", "dataPeriod": {"end": "2019-12-31T23:59:59Z"}}]
                    }),
                )],
            ),
            "compiles",
            "classes at the root, and what is older is denied",
        ),
    ] {
        becomes(R4Typed, &value, expected, reason);
    }
}
