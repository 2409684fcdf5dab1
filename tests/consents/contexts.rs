//! Resources around a consent: groups, representatives, related records.

use hippocrypt::Error;
use hippocrypt::consent::Reading::R4Typed;
use hippocrypt::consent::{Criterion, Meaning, Set};
use hippocrypt::fhir::{Concern, Context, Document, NoResolver, Resolver};
use serde_json::{Value, json};

use super::wild::{r4, with};
use super::{BASE, compiled, options, outcome};

fn around(resources: &[Value]) -> Context {
    let mut context = Context::new(Some(BASE)).unwrap();
    for resource in resources {
        context
            .add(&Document::parse(resource.to_string().as_bytes()).unwrap())
            .unwrap();
    }
    context
}

fn group() -> Value {
    json!({
        "resourceType": "Group", "id": "1", "active": true, "type": "practitioner", "actual": true,
        "member": [
            {"entity": {"reference": "Practitioner/7"}},
            {"entity": {"reference": "Practitioner/8"}, "inactive": true},
            {"entity": {"reference": "Practitioner/9"}, "inactive": false}
        ]
    })
}

fn for_the_group() -> Value {
    with(
        r4(),
        &[(
            "/provision/actor",
            json!([{
                "role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
                "reference": {"reference": "Group/1"}
            }]),
        )],
    )
}

#[test]
fn a_group_is_its_members_of_today() {
    let numbered = json!({
        "resourceType": "Practitioner", "id": "9",
        "identifier": [
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"},
            {"system": "http://hl7.org/fhir/sid/us-npi", "value": "9999999999", "use": "old"}
        ]
    });
    let context = around(&[group(), numbered]);
    let value = for_the_group().to_string();
    let terms = compiled(value.as_bytes(), &options(R4Typed), &context)
        .unwrap()
        .terms;
    let members = Criterion::recipients([
        ["prac=http://example.org/fhir/Practitioner/7"],
        ["prac=http://example.org/fhir/Practitioner/9"],
        ["prac=npi:1234567893"],
    ]);
    assert!(terms.rules[1].criteria().contains(&members.unwrap()));
}

#[test]
fn a_group_that_may_be_another_tomorrow_is_refused() {
    for change in [
        ("/actual", json!(false)),
        ("/active", json!(false)),
        ("/characteristic", json!([{"code": {"text": "nurse"}}])),
        ("/modifierExtension", json!([{"url": "https://x.example"}])),
        ("/member/0/period", json!({"end": "2026"})),
        ("/member/0/entity", json!({"reference": "Group/2"})),
        ("/member/0/entity", json!({"display": "Dr Bob"})),
        ("/member", json!([])),
    ] {
        let context = around(&[with(group(), std::slice::from_ref(&change))]);
        let answer = compiled(
            for_the_group().to_string().as_bytes(),
            &options(R4Typed),
            &context,
        );
        assert_eq!(
            outcome(&answer),
            "E12 Consent.provision.actor[0].reference",
            "{change:?}"
        );
    }
}

#[test]
fn a_role_is_the_person_in_the_organisation() {
    let context = around(&[json!({
        "resourceType": "PractitionerRole", "id": "r",
        "practitioner": {"reference": "Practitioner/7"}, "organization": {"reference": "Organization/1"}
    })]);
    let found = context
        .recipients(&format!("{BASE}PractitionerRole/r"))
        .unwrap();
    assert_eq!(
        found,
        [
            vec![format!("pracrole={BASE}PractitionerRole/r")],
            vec![
                format!("prac={BASE}Practitioner/7"),
                format!("org={BASE}Organization/1")
            ],
        ]
    );
}

#[test]
fn a_representative_is_a_relative_with_a_right() {
    let relative = json!({
        "resourceType": "RelatedPerson", "id": "m", "active": true, "patient": {"reference": "Patient/ada"},
        "relationship": [{"coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}
        ]}]
    });
    let value = with(
        r4(),
        &[("/performer/0", json!({"reference": "RelatedPerson/m"}))],
    )
    .to_string();
    let context = around(std::slice::from_ref(&relative));
    let answer = compiled(value.as_bytes(), &options(R4Typed), &context).unwrap();
    assert!(
        answer
            .warnings
            .iter()
            .any(|it| it.concern == Concern::OnBehalf)
    );
    assert_eq!(
        answer.terms.grantors[..],
        ["http://example.org/fhir/RelatedPerson/m"]
    );
    let code = "/relationship/0/coding/0/code";
    for change in [
        ("/patient", json!({"reference": "Patient/bob"})),
        ("/active", json!(false)),
        (code, json!("FRND")),
        (code, json!("SPS")),
        (
            "/relationship/0/coding/0/system",
            json!("https://x.example"),
        ),
        ("/relationship", Value::Null),
        ("/resourceType", json!("Person")),
    ] {
        let context = around(&[with(relative.clone(), std::slice::from_ref(&change))]);
        let answer = compiled(value.as_bytes(), &options(R4Typed), &context);
        assert_eq!(outcome(&answer), "E21 Consent.performer[0]", "{change:?}");
    }
}

#[test]
fn related_records_are_those_that_the_reading_means() {
    let context = around(&[
        json!({"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/ada"}}),
        json!({"resourceType": "MedicationRequest", "id": "m", "requester": {"reference": "Practitioner/7"}}),
        json!({"resourceType": "Task", "id": "t"}),
        json!({"resourceType": "MedicationDispense", "id": "d",
               "authorizingPrescription": [{"reference": "MedicationRequest/m"}]}),
    ]);
    let members =
        |meaning, reference: &str| context.members(meaning, &format!("{BASE}{reference}"));
    assert_eq!(members(Meaning::Related, "Encounter/e"), Some(vec![]));
    assert_eq!(
        members(Meaning::Related, "MedicationRequest/m"),
        Some(vec![format!("{BASE}Practitioner/7")])
    );
    assert_eq!(
        members(Meaning::Dependents, "MedicationRequest/m"),
        Some(vec![format!("{BASE}MedicationDispense/d")])
    );
    // Nothing found would be read as: what a record's own links say.
    assert_eq!(members(Meaning::Related, "Task/t"), None);
    assert_eq!(members(Meaning::Dependents, "Task/t"), None);
    assert_eq!(members(Meaning::Related, "Task/elsewhere"), None);
    let value = with(
        r4(),
        &[(
            "/provision/data",
            json!([
                {"meaning": "dependents", "reference": {"reference": "MedicationRequest/m"}}
            ]),
        )],
    );
    let terms = compiled(value.to_string().as_bytes(), &options(R4Typed), &context)
        .unwrap()
        .terms;
    let pinned = Set::values(["http://example.org/fhir/MedicationDispense/d"]).unwrap();
    assert!(
        terms.rules[1]
            .criteria()
            .iter()
            .any(|it| matches!(it, Criterion::Record(all) if all[0].members == pinned))
    );
}

#[test]
fn resources_come_alone_or_in_bundles_each_once() {
    let mut context = Context::new(Some(BASE)).unwrap();
    let mut add =
        |value: Value| context.add(&Document::parse(value.to_string().as_bytes()).unwrap());
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:6e1c4a2e-0b5b-4f0e-9d0c-1d5a3c0c8f11",
         "resource": {"resourceType": "Practitioner", "id": "7"}},
        {"fullUrl": "http://example.org/fhir/Group/1", "resource": group()}
    ]});
    assert_eq!(add(bundle.clone()), Ok(()));
    assert_eq!(add(bundle), Ok(()), "the same once more");
    assert_eq!(add(group()), Ok(()));
    let other = with(group(), &[("/actual", json!(false))]);
    assert_eq!(add(other), Err(Error::Duplicate("resource of the context")));
    assert!(matches!(add(json!({"id": "7"})), Err(Error::Argument(_))));
    assert!(matches!(
        add(json!({"resourceType": "Group"})),
        Err(Error::Argument(_))
    ));
    assert!(matches!(add(json!([])), Err(Error::Argument(_))));
    let found = context
        .recipients("urn:uuid:6e1c4a2e-0b5b-4f0e-9d0c-1d5a3c0c8f11")
        .unwrap();
    assert_eq!(
        found,
        [["prac=urn:uuid:6e1c4a2e-0b5b-4f0e-9d0c-1d5a3c0c8f11"]]
    );
}

#[test]
fn a_period_alone_is_when_requests_are_made_and_a_warning_says_so() {
    let warned = |value: &Value| {
        let answer = compiled(value.to_string().as_bytes(), &options(R4Typed), &NoResolver);
        let warnings = answer.unwrap().warnings;
        warnings.iter().any(|it| it.concern == Concern::OnlyPeriod)
    };
    let period = json!({"period": {"start": "2015-01-01", "end": "2015-02-01"}});
    let mut alone = with(r4(), &[("/provision", period)]);
    alone["policyRule"] = json!({"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"
    }]});
    assert!(warned(&alone));
    let mut typed = alone.clone();
    typed["provision"]["type"] = "permit".into();
    assert!(warned(&typed));
    typed["provision"]["purpose"] = json!([{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"
    }]);
    assert!(!warned(&typed));
}
