//! Labels of resources: every kind, and what is refused.

use hippocrypt::consent::Vocabulary;
use hippocrypt::fhir::Json;
use hippocrypt::fhir::labels::{Assertions, DicomHeader, LabelOptions, Labelled, Labeller, Reason};
use hippocrypt::policy::Date;
use hippocrypt::{Error, Result};

pub fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).unwrap()
}

/// A side file of one assertion each about `Observation/1`.
fn side_file(conf: Option<&str>, scope: &str, sens: Option<&str>) -> String {
    let about = r#""by": "Records", "on": "2026-09-14", "resources": ["Observation/1"]"#;
    let conf = conf.map(|it| format!("{{{about}, \"conf\": \"{it}\"}}"));
    let sens = sens.map(|it| {
        format!(", \"vocabulary\": {scope}, \"sensitivities\": [{{{about}, \"codes\": {it}}}]")
    });
    format!(
        "{{\"schema\": \"hippocrypt-labels/1\", \"assertions\": [{}]{}}}",
        conf.unwrap_or_default(),
        sens.unwrap_or_default()
    )
}

fn labelled(resource: &str, side_file: &str, options: LabelOptions) -> Result<Labelled> {
    let vocabulary = Vocabulary::hv1().unwrap();
    let assertions = Assertions::read(side_file.as_bytes(), &vocabulary).unwrap();
    Labeller::new(&vocabulary, &assertions, options)?.label(&json(resource), None)
}

pub fn plain(resource: &str) -> Result<Labelled> {
    labelled(
        resource,
        &side_file(None, "", None),
        LabelOptions::default(),
    )
}

fn text(labelled: Result<Labelled>) -> String {
    labelled.unwrap().labels.to_string()
}

fn marked(security: &str) -> String {
    format!(r#"{{"resourceType": "Observation", "id": "1", "meta": {{"security": [{security}]}}}}"#)
}

fn coding(system: &str, code: &str) -> String {
    format!(r#"{{"system": "http://terminology.hl7.org/CodeSystem/{system}", "code": "{code}"}}"#)
}

fn omitted(labelled: &Labelled) -> Vec<(&str, Reason)> {
    let all = labelled.omitted.iter();
    all.map(|it| (it.fact.code(), it.reason)).collect()
}

#[test]
fn all_kinds_of_labels_of_one_resource() {
    let resource = r#"{"resourceType": "Observation", "id": "1",
        "meta": {"profile": ["http://example.org/bp"]},
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"},
                            {"system": "http://example.org/codes", "code": "bp"}]},
        "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}}],
        "subject": {"reference": "Patient/ada"},
        "encounter": {"reference": "Encounter/7"},
        "basedOn": [{"reference": "CarePlan/3"}, {"reference": "ServiceRequest/3"}],
        "effectivePeriod": {"start": "2026-11-22T08:00:00Z", "end": "2026-11-22T09:00:00Z"},
        "performer": [{"reference": "Practitioner/9"},
            {"type": "Organization", "identifier":
                {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}}]}"#;
    let options = LabelOptions {
        base: Some("https://example.org/fhir/".into()),
        day: true,
        instance: true,
        most: 64,
        ..LabelOptions::default()
    };
    let side_file = side_file(Some("R"), r#"{"id": "hv1"}"#, Some(r#"["PSY"]"#));
    let found = labelled(resource, &side_file, options).unwrap();
    let expected = [
        "author=org:npi:1234567893",
        "author=prac:https://example.org/fhir/Practitioner/9",
        "code=loinc:8480-6",
        "code=loinc:85354-9",
        "code=sys:http%3A%2F%2Fexample.org%2Fcodes#bp",
        "conf=R",
        "cplan=https://example.org/fhir/CarePlan/3",
        "enc=https://example.org/fhir/Encounter/7",
        "inst=https://example.org/fhir/Observation/1",
        "profile=http://example.org/bp",
        "sens.not=ETH",
        "sens.not=ETHUD",
        "sens.not=HIV",
        "sens.not=OPIOIDUD",
        "sens.not=SDV",
        "sens=PSY",
        "type=Observation",
        "y=2026",
        "ym=2026-11",
        "ymd=2026-11-22",
    ];
    assert_eq!(found.labels.texts().collect::<Vec<_>>(), expected);
    assert_eq!(found.omitted, []);
    assert_eq!(found.name.as_deref(), Some("Observation/1"));
    assert_eq!(found.assertions.len(), 2);
    assert!(found.has_confidentiality() && found.has_sensitivity());
}

#[test]
fn nothing_is_inferred() {
    let found = plain(
        r#"{"resourceType": "Condition", "id": "1",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "86406008",
            "display": "HIV infection"}]}}"#,
    )
    .unwrap();
    assert_eq!(
        found.labels.to_string(),
        "code=sct:86406008, type=Condition"
    );
    assert!(!found.has_confidentiality() && !found.has_sensitivity());
}

#[test]
fn a_kind_is_given_whole_or_not_at_all() {
    for (member, fact) in [
        (r#""code": {"text": "blood pressure"}"#, "code"),
        (r#""code": {"coding": [{"code": "85354-9"}]}"#, "code"),
        (
            r#""code": {"coding": [{"system": "http://loinc.org/", "code": "85354-9"}]}"#,
            "code",
        ),
        (
            r#""code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
               "component": [{"code": {"text": "systolic"}}]"#,
            "code",
        ),
        (
            r#""performer": [{"reference": "Practitioner/1"}, {"display": "a nurse"}]"#,
            "author",
        ),
        (
            r#""performer": [{"reference": "Practitioner?identifier=npi|1"}]"#,
            "author",
        ),
        (r##""performer": [{"reference": "#nurse"}]"##, "author"),
        (
            r#""performer": [{"reference": "Practitioner/1/_history/2"}]"#,
            "author",
        ),
        (
            r#""performer": [{"reference": "Practitioner/1", "type": "Device"}]"#,
            "author",
        ),
        (r#""performer": [{"reference": "CareTeam/1"}]"#, "author"),
        (
            r#""performer": [{"reference": "urn:uuid:8adf7251-257f-4b45-8ef5-0a6b3b9fe0ef"}]"#,
            "author",
        ),
        (
            r#""basedOn": [{"reference": "urn:uuid:8adf7251-257f-4b45-8ef5-0a6b3b9fe0ef"}]"#,
            "record",
        ),
        (r#""encounter": {"display": "yesterday's"}"#, "record"),
        (r#""effectivePeriod": {"start": "2026-11-22"}"#, "date"),
        (
            r#""meta": {"profile": ["http://example.org/a|1"]}"#,
            "document",
        ),
    ] {
        let resource = format!(r#"{{"resourceType": "Observation", {member}}}"#);
        let found = plain(&resource).unwrap();
        assert_eq!(found.labels.to_string(), "type=Observation", "{member}");
        assert_eq!(omitted(&found), [(fact, Reason::Inexpressible)], "{member}");
    }
}

#[test]
fn room_goes_to_the_most_wanted_kinds() {
    let resource = r#"{"resourceType": "Observation", "id": "1", "effectiveDateTime": "2026-11",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1-1"},
                            {"system": "http://loinc.org", "code": "2-2"}]},
        "encounter": {"reference": "Encounter/7"}}"#;
    let of = |most, sens| {
        let options = LabelOptions {
            most,
            ..LabelOptions::default()
        };
        let side_file = side_file(Some("N"), r#"{"id": "hv1"}"#, Some(sens));
        labelled(resource, &side_file, options).unwrap()
    };
    let found = of(6, "[]");
    assert_eq!(
        found.labels.to_string(),
        "conf=N, enc=Encounter/7, sens.none=hv1, type=Observation, y=2026, ym=2026-11"
    );
    assert_eq!(omitted(&found), [("code", Reason::Room)]);
    let found = of(6, r#"["PSY"]"#);
    assert_eq!(
        found.labels.to_string(),
        "conf=N, sens.not=ETH, sens=PSY, type=Observation, y=2026, ym=2026-11"
    );
    let left = [
        ("sensitivity", Reason::Room),
        ("code", Reason::Room),
        ("record", Reason::Room),
    ];
    assert_eq!(omitted(&found), left);
    // What people asserted is never left out.
    let found = of(1, "[]");
    assert_eq!(
        found.labels.to_string(),
        "conf=N, sens.none=hv1, type=Observation"
    );
}

#[test]
fn what_a_resource_says_of_itself_counts() {
    let label = [
        coding("v3-Confidentiality", "R"),
        coding("v3-ActCode", "HIV"),
        coding("v3-ActCode", "REDACT"),
    ];
    let found = plain(&marked(&label.join(","))).unwrap();
    assert_eq!(
        found.labels.to_string(),
        "conf=R, sens=HIV, type=Observation"
    );
    assert_eq!(found.handling, ["REDACT"]);
    let document = format!(
        r#"{{"resourceType": "DocumentReference", "securityLabel": [{{"coding": [{}]}}],
            "content": [{{"attachment": {{"contentType": "text/plain; charset=utf-8"}}}}],
            "context": {{"encounter": [{{"reference": "Encounter/1"}}]}}}}"#,
        coding("v3-Confidentiality", "V")
    );
    assert_eq!(
        text(plain(&document)),
        "conf=V, enc=Encounter/1, mime=text/plain, type=DocumentReference"
    );
}

#[test]
fn people_who_contradict_each_other_are_not_both_believed() {
    let restricted = marked(&coding("v3-Confidentiality", "R"));
    let hiv = marked(&coding("v3-ActCode", "HIV"));
    let sud = marked(&coding("v3-ActCode", "SUD"));
    let of =
        |resource: &str, side_file: String| labelled(resource, &side_file, LabelOptions::default());
    let all = r#"{"id": "hv1"}"#;
    let listed = r#"{"id": "ours", "codes": ["HIV", "PSY"]}"#;
    let conflict = |result: Result<Labelled>| {
        assert!(matches!(result, Err(Error::LabelConflict(_))), "{result:?}");
    };
    conflict(of(&restricted, side_file(Some("N"), "", None)));
    conflict(of(&hiv, side_file(None, all, Some("[]"))));
    conflict(of(&hiv, side_file(None, listed, Some(r#"["PSY"]"#))));
    let two = [
        coding("v3-Confidentiality", "R"),
        coding("v3-Confidentiality", "N"),
    ];
    conflict(plain(&marked(&two.join(","))));
    // Nobody looked for it, or what was found explains it.
    let found = of(&sud, side_file(None, listed, Some("[]")));
    assert_eq!(
        text(found),
        "sens.not=HIV, sens.not=PSY, sens=SUD, type=Observation"
    );
    let found = of(&sud, side_file(None, all, Some(r#"["ETHUD"]"#)));
    assert_eq!(
        text(found),
        "sens.not=ETH, sens.not=HIV, sens.not=PSY, sens.not=SDV, sens=ETHUD, sens=SUD, type=Observation"
    );
}

#[test]
fn labels_that_nobody_can_apply_are_refused() {
    let of = |security: &str| plain(&marked(security)).err();
    assert_eq!(
        of(r#"{"system": "http://example.org/labels", "code": "SECRET"}"#),
        Some(Error::UnknownSystem)
    );
    assert_eq!(
        of(&coding("v3-ActCode", "SICKLE")),
        Some(Error::UnknownCode)
    );
    assert_eq!(of(r#"{"display": "secret"}"#), Some(Error::UnknownCode));
    assert_eq!(of("7"), Some(Error::Shape));
    let inline = r#"{"resourceType": "Patient", "name": [{"extension": [{"url":
        "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label"}]}]}"#;
    assert_eq!(plain(inline).err(), Some(Error::InlineLabels));
}

#[test]
fn what_is_no_resource_is_refused() {
    for resource in [
        "7",
        "{}",
        r#"{"resourceType": "Observatory"}"#,
        r#"{"resourceType": "Observation", "id": "a b"}"#,
        r#"{"resourceType": "Observation", "id": 7}"#,
        r#"{"resourceType": "Observation", "effectiveDateTime": "today"}"#,
        r#"{"resourceType": "Observation", "code": "85354-9"}"#,
        r#"{"resourceType": "Observation", "performer": ["Practitioner/1"]}"#,
        r#"{"resourceType": "Observation", "encounter": {"reference": 7}}"#,
        r#"{"resourceType": "Observation", "meta": {"profile": [7]}}"#,
    ] {
        assert_eq!(plain(resource).err(), Some(Error::Shape), "{resource}");
    }
}

#[test]
fn a_bundle_says_where_references_lead() {
    let bundle = json(
        r#"{"resourceType": "Bundle", "entry": [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Practitioner", "id": "a"}},
        {"fullUrl": "https://example.org/r4/Observation/o", "resource": {
            "resourceType": "Observation", "id": "o",
            "performer": [{"reference": "urn:uuid:1"}, {"reference": "Device/d"}]}}]}"#,
    );
    let vocabulary = Vocabulary::hv1().unwrap();
    let none = Assertions::default();
    let mut labeller = Labeller::new(&vocabulary, &none, LabelOptions::default()).unwrap();
    labeller.know(&bundle).unwrap();
    let entry = &bundle.get("entry").unwrap().elements()[1];
    let url = entry.get("fullUrl").and_then(Json::as_str);
    let found = labeller.label(entry.get("resource").unwrap(), url).unwrap();
    assert_eq!(
        found.labels.to_string(),
        "author=dev:https://example.org/r4/Device/d, \
         author=prac:https://example.org/r4/Practitioner/a, type=Observation"
    );
    let twice = json(
        r#"{"resourceType": "Bundle", "entry": [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Practitioner", "id": "b"}}]}"#,
    );
    assert_eq!(
        labeller.know(&twice),
        Err(Error::Duplicate("address of a resource"))
    );
}

#[test]
fn options_that_are_none_are_refused() {
    let refused = |options| {
        let vocabulary = Vocabulary::hv1().unwrap();
        let none = Assertions::default();
        Labeller::new(&vocabulary, &none, options).is_err()
    };
    let options = LabelOptions::default;
    assert!(refused(LabelOptions {
        most: 0,
        ..options()
    }));
    assert!(refused(LabelOptions {
        most: 65,
        ..options()
    }));
    assert!(refused(LabelOptions {
        base: Some("fhir".into()),
        ..options()
    }));
    assert!(refused(LabelOptions {
        beside: vec!["_ActInformationSensitivityPolicy".into()],
        ..options()
    }));
    assert!(refused(LabelOptions {
        beside: vec!["SICKLE".into()],
        ..options()
    }));
    assert!(!refused(options()));
}

#[test]
fn side_files_are_read_strictly() {
    let about = r#""by": "Records", "on": "2026-09-14", "resources": ["Observation/1"]"#;
    let with = |assertions: String, more: &str| {
        format!("{{\"schema\": \"hippocrypt-labels/1\", \"assertions\": [{assertions}]{more}}}")
    };
    let one = |fields: &str| with(format!("{{{fields}}}"), "");
    let found = |scope: &str, fields: &str| {
        with(
            String::new(),
            &format!(", \"vocabulary\": {scope}, \"sensitivities\": [{{{fields}}}]"),
        )
    };
    let vocabulary = Vocabulary::hv1().unwrap();
    for text in [
        "7".to_string(),
        r#"{"assertions": []}"#.to_string(),
        r#"{"schema": "hippocrypt-labels/2", "assertions": []}"#.to_string(),
        r#"{"schema": "hippocrypt-labels/1"}"#.to_string(),
        with(String::new(), ", \"labels\": []"),
        with(String::new(), ", \"vocabulary\": {\"id\": \"hv1\"}"),
        with(String::new(), ", \"sensitivities\": []"),
        one(about),
        one(&format!("{about}, \"conf\": \"X\"")),
        one(&format!(
            "{about}, \"conf\": \"N\", \"until\": \"2027-01-01\""
        )),
        one(&format!("{about}, \"conf\": \"N\"")).replace("2026-09-14", "2026-09-31"),
        one(&format!("{about}, \"conf\": \"N\"")).replace("Records", ""),
        one(&format!("{about}, \"conf\": \"N\"")).replace("Records", "two\\nlines"),
        one(&format!("{about}, \"conf\": \"N\"")).replace("Observation/1", "1"),
        one(&format!("{about}, \"conf\": \"N\"")).replace("Observation/1", "Observatory/1"),
        one(&format!(
            "{about}, \"conf\": \"N\"}}, {{{about}, \"conf\": \"N\""
        )),
        found(r#"{"id": "hv0"}"#, &format!("{about}, \"codes\": []")),
        found(
            r#"{"id": "ours", "codes": ["SICKLE"]}"#,
            &format!("{about}, \"codes\": []"),
        ),
        found(
            r#"{"id": "ours", "codes": ["HIV", "HIV"]}"#,
            &format!("{about}, \"codes\": []"),
        ),
        found(
            r#"{"id": "ours", "codes": ["HIV"]}"#,
            &format!("{about}, \"codes\": [\"PSY\"]"),
        ),
        found(r#"{"id": "hv1"}"#, about),
        found(
            r#"{"id": "hv1"}"#,
            &format!("{about}, \"codes\": []}}, {{{about}, \"codes\": []"),
        ),
    ] {
        let read = Assertions::read(text.as_bytes(), &vocabulary);
        assert!(matches!(read, Err(Error::LabelFile(_))), "{text}: {read:?}");
    }
    let lawful = found(
        r#"{"id": "hv1"}"#,
        &format!("{about}, \"codes\": [\"PSY\"]"),
    );
    let read = Assertions::read(lawful.as_bytes(), &vocabulary).unwrap();
    assert_eq!(read.names().collect::<Vec<_>>(), ["Observation/1"]);
    assert_eq!(read.assertions().len(), 1);
}

#[test]
fn the_header_of_a_picture_becomes_labels() {
    let header = DicomHeader {
        sop_class: Some("1.2.840.10008.5.1.4.1.1.2".into()),
        study_date: Date::parse("2004-01-19").ok(),
        modality: Some("CT".into()),
    };
    let vocabulary = Vocabulary::hv1().unwrap();
    let file = side_file(Some("N"), "", None).replace("Observation/1", "ImagingStudy/7");
    let assertions = Assertions::read(file.as_bytes(), &vocabulary).unwrap();
    let labeller = Labeller::new(&vocabulary, &assertions, LabelOptions::default()).unwrap();
    assert_eq!(
        text(labeller.label_dicom(&header, "ImagingStudy/7")),
        "code=dcm:CT, code=sys:urn%3Aietf%3Arfc%3A3986#urn:oid:1.2.840.10008.5.1.4.1.1.2, conf=N, \
         mime=application/dicom, mod=CT, y=2004, ym=2004-01"
    );
    assert_eq!(
        text(labeller.label_dicom(&DicomHeader::default(), "Media/1")),
        "mime=application/dicom"
    );
    assert!(labeller.label_dicom(&header, "a picture").is_err());
}
