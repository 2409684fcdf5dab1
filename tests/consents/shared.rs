//! The consents in ../shared.

use hippocrypt::consent::Reading::{Mii2025, Pcf11, R4Typed, R5Negate};
use hippocrypt::fhir::{Document, NoResolver, residual};
use serde_json::Value;

use super::published::{R4, R5};
use super::{Row, compiled, context, files, holds, options, row, shared, vocabulary};

const IHE: &[Row] = &[
    row(
        Pcf11,
        "Consent-ex-consent-advanced-normal.json",
        "compiles",
        "a permit with a ceiling of confidentiality",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-advanced-normal-focused-psy.json",
        "compiles",
        "the permit inside adds psychiatry for one practitioner, which IHE's reading allows",
    ),
    row(
        R4Typed,
        "Consent-ex-consent-advanced-normal-focused-psy.json",
        "E07 Consent.provision.provision[0].type",
        "a permit inside a permit has no meaning without IHE's reading",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-advanced-normal-not-restricted.json",
        "compiles",
        "a denial inside a permit",
    ),
    row(
        R4Typed,
        "Consent-ex-consent-advanced-normal-not-restricted.json",
        "compiles",
        "alternating types mean the same under both readings",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-basic-ink.json",
        "compiles",
        "what the signed paper says is beside the point: the provision has a type",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-basic-reject.json",
        "compiles",
        "a denial by purpose",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-basic-research.json",
        "compiles",
        "a permit for research",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-basic-treat.json",
        "compiles",
        "a permit by purpose",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-basic-treat-infant.json",
        "E21 Consent.performer[0]",
        "the mother is another Patient, and nothing shows that she may consent",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-intermediate-encounter.json",
        "compiles",
        "the encounter is among the resources around the consent",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-intermediate-not-data.json",
        "compiles",
        "a denial of one record",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-intermediate-purpose.json",
        "E09 Consent.provision.purpose[0]",
        "a purpose of a code system of somebody's own",
    ),
    row(
        Pcf11,
        "Consent-ex-consent-intermediate-timeframe.json",
        "compiles",
        "a permit for the data of one year",
    ),
    row(
        Pcf11,
        "residuals.json",
        "E11 resourceType",
        "no FHIR resource at all",
    ),
];

const GERMAN: &[Row] = &[
    row(
        Mii2025,
        "Example_MII_Consent_Einwilligung.json",
        "compiles",
        "one permit for each policy, for research",
    ),
    row(
        Mii2025,
        "Example_MII_Consent_Einwilligung_2.json",
        "compiles",
        "several policies in one permit are alternatives",
    ),
    row(
        R4Typed,
        "Example_MII_Consent_Einwilligung.json",
        "E01 Consent.extension[0]",
        "the study is in an extension that only the German reading knows",
    ),
    row(
        Pcf11,
        "Example_MII_Consent_Einwilligung_2.json",
        "E01 Consent.extension[0]",
        "the same: its codes are permissions, not kinds of data",
    ),
];

const OTHERS: &[Row] = &[row(
    R4Typed,
    "test-fhir-consent-example.json",
    "E12 Consent.provision.actor[0].role",
    "whoever performs a provenance receives nothing, and one provider number is none",
)];

const PERMISSIONS: &[Row] = &[
    row(
        R5Negate,
        "permission-example.json",
        "E15 Permission",
        "not a Consent: the rules are in a Permission",
    ),
    row(
        R5Negate,
        "permission-example-saner.json",
        "E15 Permission",
        "not a Consent: the rules are in a Permission",
    ),
    row(
        R5Negate,
        "permission-example-vhdir.json",
        "E15 Permission",
        "not a Consent: the rules are in a Permission",
    ),
];

#[test]
fn every_file_has_the_outcome_of_its_row() {
    let Some(all) = shared("") else { return };
    let ihe = all.join("ihe-pcf-r4");
    holds(&ihe, IHE, &context(&ihe.join("context")));
    holds(&all.join("mii-de-r4"), GERMAN, &NoResolver);
    holds(&all.join("blockchainconsent"), OTHERS, &NoResolver);
    holds(&all.join("hl7-r5-permission"), PERMISSIONS, &NoResolver);
    holds(&all.join("hl7-r4-core"), R4, &NoResolver);
    // Without the names that the npm package gives the files.
    let r5 = all.join("hl7-r5");
    for file in files(&r5) {
        let document = std::fs::read(&file).unwrap();
        let id: Value = serde_json::from_slice(&document).unwrap();
        let name = format!("Consent-{}.json", id["id"].as_str().unwrap());
        let row = R5.iter().find(|row| row.file == name).expect("a row");
        let answer = compiled(&document, &options(row.reading), &NoResolver);
        assert_eq!(super::outcome(&answer), row.outcome, "{name}");
    }
    assert_eq!(files(&r5).len(), R5.len());
}

#[test]
fn ten_of_the_twelve_examples_of_r4_are_refused_without_a_reading_that_helps() {
    let refused = R4
        .iter()
        .filter(|row| row.reading == R4Typed && row.outcome != "compiles");
    assert_eq!(refused.count(), 10);
    assert_eq!(R4.iter().filter(|row| row.reading == R4Typed).count(), 12);
}

/// The only answers that anybody has printed: IHE's own, for six of the examples here.
#[test]
fn the_residuals_are_those_that_ihe_prints() {
    let Some(folder) = shared("ihe-pcf-r4") else {
        return;
    };
    let context = context(&folder.join("context"));
    let printed = std::fs::read(folder.join("residuals.json")).unwrap();
    let printed: Value = serde_json::from_slice(&printed).unwrap();
    let vocabulary = vocabulary();
    for (file, expected) in printed.as_object().unwrap() {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let compiled = compiled(&bytes, &options(Pcf11), &context).unwrap();
        let ours = residual(&compiled.terms, vocabulary).to_string();
        let ours: Value = serde_json::from_str(&ours).unwrap();
        assert_eq!(ours, *expected, "{file}");
    }
    assert_eq!(printed.as_object().unwrap().len(), 6);
    // What has no criteria about data leaves nothing to the resource server.
    let bytes = std::fs::read(folder.join("Consent-ex-consent-basic-treat.json")).unwrap();
    let basic = compiled(&bytes, &options(Pcf11), &context).unwrap();
    assert_eq!(residual(&basic.terms, vocabulary).to_string(), "[]");
}

/// Its own digest, the vocabulary's and the reading are in the Terms, and nothing of the clock or
/// of a random source.
#[test]
fn the_same_document_gives_the_same_terms() {
    let Some(folder) = shared("mii-de-r4") else {
        return;
    };
    for file in files(&folder) {
        let bytes = std::fs::read(file).unwrap();
        let first = compiled(&bytes, &options(Mii2025), &NoResolver).unwrap();
        let second = compiled(&bytes, &options(Mii2025), &NoResolver).unwrap();
        assert_eq!(first.terms.to_bytes(), second.terms.to_bytes());
        assert_eq!(
            first.terms.source,
            *Document::parse(&bytes).unwrap().digest()
        );
        assert_eq!(first.terms.vocabulary, *vocabulary().hash());
        assert_eq!(first.terms.reading, Mii2025);
    }
}
