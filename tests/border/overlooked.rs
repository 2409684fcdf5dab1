//! What a resource says of itself where labels are easily overlooked.

use hippocrypt::consent::Vocabulary;
use hippocrypt::fhir::Json;
use hippocrypt::fhir::labels::{Assertions, LabelOptions, Labelled, Labeller, Reason};
use hippocrypt::{Error, Result};

fn labelled(resource: &str, address: Option<&str>, options: LabelOptions) -> Result<Labelled> {
    let vocabulary = Vocabulary::hv1().unwrap();
    let assertions = Assertions::default();
    let json = Json::parse(resource.as_bytes()).unwrap();
    Labeller::new(&vocabulary, &assertions, options)?.label(&json, address)
}

fn plain(resource: &str) -> Result<Labelled> {
    labelled(resource, None, LabelOptions::default())
}

#[test]
fn a_composition_says_how_confidential_it_is_in_a_code_of_its_own() {
    let composition = |security: &str| {
        plain(&format!(
            r#"{{"resourceType": "Composition", "id": "1", "meta": {{"security": [{security}]}}, "confidentiality": "V"}}"#
        ))
    };
    let normal =
        r#"{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}"#;
    let labels = composition("").unwrap().labels.to_string();
    assert_eq!(labels, "conf=V, type=Composition");
    assert!(matches!(composition(normal), Err(Error::LabelConflict(_))));
}

#[test]
fn labels_of_a_resource_inside_another_are_not_left_out() {
    let secret = r#"{"resourceType": "Condition", "id": "c", "meta": {"security": [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}}"#;
    for outer in [
        format!(r#"{{"resourceType": "Bundle", "entry": [{{"resource": {secret}}}]}}"#),
        format!(r#"{{"resourceType": "Observation", "contained": [{secret}]}}"#),
        r#"{"resourceType": "Bundle", "entry": [{"resource":
            {"resourceType": "Composition", "confidentiality": "R"}}]}"#
            .into(),
    ] {
        assert_eq!(plain(&outer).err(), Some(Error::InlineLabels), "{outer}");
    }
}

#[test]
fn no_later_date_stands_for_one_that_is_not_told() {
    let absent = r#"{"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}"#;
    for resource in [
        format!(
            r#"{{"resourceType": "Observation", "_effectiveDateTime": {absent}, "issued": "2026-11-22T08:00:00Z"}}"#
        ),
        format!(
            r#"{{"resourceType": "Specimen", "collection": {{"_collectedDateTime": {absent}}}, "receivedTime": "2026-11-22"}}"#
        ),
    ] {
        let found = plain(&resource).unwrap();
        assert!(!found.labels.to_string().contains("y="), "{resource}");
        assert!(
            found
                .omitted
                .iter()
                .any(|it| it.reason == Reason::Inexpressible)
        );
    }
}

#[test]
fn a_record_is_named_in_one_spelling() {
    let observation = r#"{"resourceType": "Observation", "id": "1"}"#;
    let options = |base: Option<&str>| LabelOptions {
        base: base.map(String::from),
        instance: true,
        ..LabelOptions::default()
    };
    for base in [
        "https://a.example/fhir//",
        "https://a.example/x/../fhir",
        "https://",
    ] {
        let found = labelled(observation, None, options(Some(base)));
        assert!(matches!(found, Err(Error::Argument(_))), "{base}");
    }
    for address in [
        "https://a.example/fhir//Observation/1",
        "https://a.example/fhir/./Observation/1",
        "https://a.example/fhir/Observation/1/_history/2",
    ] {
        let found = labelled(observation, Some(address), options(None)).unwrap();
        assert_eq!(found.labels.to_string(), "type=Observation", "{address}");
    }
}
