//! Whole consents, and what becomes of all their parts.

use super::*;

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
    // Its own labels stand in place of those around it.
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
