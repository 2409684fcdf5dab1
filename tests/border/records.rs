//! Labels of whole records: those carried along, and others that are read in place.

use hippocrypt::consent::Vocabulary;
use hippocrypt::fhir::Json;
use hippocrypt::fhir::labels::{Assertions, DicomHeader, LabelOptions, Labelled, Labeller};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Folder of the data beside the project, if it is there.
fn shared(folder: &str) -> Option<Vec<PathBuf>> {
    let folder = root().join("../shared/data").join(folder);
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("skipped: no ../shared");
        return None;
    };
    let mut files: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.is_file());
    files.sort();
    Some(files)
}

fn json(path: &Path) -> Json {
    Json::parse(&std::fs::read(path).unwrap()).unwrap()
}

/// The labels of all resources of a bundle.
fn label(bundle: &Json, assertions: &Assertions, options: LabelOptions) -> Vec<Labelled> {
    let vocabulary = Vocabulary::hv1().unwrap();
    let mut labeller = Labeller::new(&vocabulary, assertions, options).unwrap();
    labeller.know(bundle).unwrap();
    let entries = bundle.get("entry").unwrap().elements().iter();
    let labelled = entries.map(|entry| {
        let url = entry.get("fullUrl").and_then(Json::as_str);
        labeller.label(entry.get("resource").unwrap(), url).unwrap()
    });
    labelled.collect()
}

fn of<'a>(all: &'a [Labelled], name: &str) -> Vec<&'a str> {
    let found = all.iter().find(|it| it.name.as_deref() == Some(name));
    found.unwrap().labels.texts().collect()
}

#[test]
fn the_carried_record_is_labelled_as_its_side_file_says() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let side_file = std::fs::read(root().join("examples/data/labels.json")).unwrap();
    let assertions = Assertions::read(&side_file, &vocabulary).unwrap();
    let bundle = json(&root().join("examples/data/bundle.json"));
    let all = label(&bundle, &assertions, LabelOptions::default());
    assert_eq!(all.len(), bundle.get("entry").unwrap().elements().len());
    assert!(all.iter().all(|it| (1..=12).contains(&it.labels.len())));
    // Whatever the side file speaks of is there.
    for name in assertions.names() {
        assert!(!of(&all, name).is_empty());
    }
    assert_eq!(
        of(&all, "Observation/bp-2021"),
        [
            "author=prac:https://lakeside.example/fhir/Practitioner/adeyemi",
            "code=loinc:8462-4",
            "code=loinc:8480-6",
            "code=loinc:85354-9",
            "conf=N",
            "sens.not=ETH",
            "sens.not=HIV",
            "sens.not=PSY",
            "sens.not=SDV",
            "type=Observation",
            "y=2021",
            "ym=2021-03",
        ]
    );
    let hiv = of(&all, "Observation/hiv-2024");
    assert!(hiv.contains(&"sens=HIV") && hiv.contains(&"sens.not=PSY"));
    assert!(!hiv.contains(&"sens.not=HIV"));
    // Nobody has labelled the letter that came from outside, and nothing is inferred from it.
    let letter = "DocumentReference/dental-letter-2023";
    let found = all.iter().find(|it| it.name.as_deref() == Some(letter));
    let found = found.unwrap();
    assert!(found.assertions.is_empty());
    assert!(!found.has_confidentiality() && !found.has_sensitivity());
}

#[test]
fn records_that_nobody_labelled_stay_unlabelled() {
    let Some(files) = shared("patients") else {
        return;
    };
    let mut labelled = 0;
    for file in files {
        for one in label(
            &json(&file),
            &Assertions::default(),
            LabelOptions::default(),
        ) {
            assert!(!one.has_confidentiality() && !one.has_sensitivity());
            assert!(one.labels.len() <= 12);
            labelled += 1;
        }
    }
    assert!(labelled > 1000, "{labelled}");
}

#[test]
fn a_side_file_labels_a_record_of_references_by_number() {
    let Some(files) = shared("patients") else {
        return;
    };
    let file = files
        .iter()
        .find(|it| it.to_string_lossy().contains("Theo_"));
    let bundle = json(file.unwrap());
    let vocabulary = Vocabulary::hv1().unwrap();
    let entries = bundle.get("entry").unwrap().elements().iter();
    let names: Vec<String> = entries
        .map(|entry| {
            let text = |name| {
                entry
                    .get("resource")
                    .unwrap()
                    .get(name)
                    .unwrap()
                    .to_string()
            };
            format!("{}/{}", text("resourceType"), text("id")).replace('"', "")
        })
        .collect();
    let about = format!(r#""by": "Records", "on": "2026-11-20", "resources": {names:?}"#);
    let side_file = format!(
        r#"{{"schema": "hippocrypt-labels/1", "assertions": [{{{about}, "conf": "N"}}],
            "vocabulary": {{"id": "hv1"}}, "sensitivities": [{{{about}, "codes": []}}]}}"#
    );
    let assertions = Assertions::read(side_file.as_bytes(), &vocabulary).unwrap();
    let options = LabelOptions {
        base: Some("https://example.org/fhir".into()),
        ..LabelOptions::default()
    };
    let all = label(&bundle, &assertions, options);
    assert_eq!(all.len(), names.len());
    for one in &all {
        let labels: Vec<_> = one.labels.texts().collect();
        assert!(labels.contains(&"conf=N") && labels.contains(&"sens.none=hv1"));
        assert!(
            !one.labels.to_string().contains("urn:uuid"),
            "{}",
            one.labels
        );
    }
    let linked = all
        .iter()
        .filter(|it| it.labels.to_string().contains("enc=https://"));
    assert!(linked.count() > 50);
}

#[test]
fn headers_of_pictures_are_read() {
    let Some(files) = shared("dicom") else { return };
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|it| it.extension().is_some_and(|it| it == "dcm"))
    {
        let header = DicomHeader::read(&std::fs::read(file).unwrap()).unwrap();
        let date = header.study_date.map(|it| it.to_string());
        found.push(format!(
            "{} {} {}",
            header.modality.unwrap_or_default(),
            date.unwrap_or_default(),
            header.sop_class.unwrap_or_default()
        ));
    }
    assert_eq!(
        found,
        [
            "CT 2004-01-19 1.2.840.10008.5.1.4.1.1.2",
            "MR 2004-08-26 1.2.840.10008.5.1.4.1.1.4",
            "SR  1.2.840.10008.5.1.4.1.1.88.33",
            "ECG 2013-01-25 1.2.840.10008.5.1.4.1.1.9.1.1",
        ]
    );
}
