//! Charts sealed and opened.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::string::{String, ToString};
use std::vec::Vec;

use super::*;
use crate::abe::{AuthorityKey, UserKey};
use crate::consent::vocabulary::Vocabulary;
use crate::consent::*;
use crate::envelope::{Header, Opener};
use crate::error::{Error, Result};
use crate::fhir::{Bundle, Resource};
use crate::policy::{Attributes as Held, Date, Labels};
use crate::pre::PatientKey;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const BASE: &str = "https://example.org/fhir";
const ADA: &str = "https://example.org/fhir/Patient/ada";
const NOW: u64 = 1_795_478_400;

const BUNDLE: &str = r#"{"resourceType":"Bundle","type":"collection","entry":[
 {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"ada"}},
 {"resource":{"resourceType":"Observation","id":"pulse","subject":{"reference":"urn:uuid:1"}}},
 {"resource":{"resourceType":"Observation","id":"mood","subject":{"reference":"Patient/ada"}}},
 {"resource":{"resourceType":"Observation","id":"letter","subject":{"reference":"https://example.org/fhir/Patient/ada"}}}
]}"#;

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn label(resource: &Resource<'_>) -> Result<Labels> {
    let kind = std::format!("type={}", resource.resource_type());
    let mut all = Vec::from([kind.as_str()]);
    match resource.id() {
        Some("mood") => all.extend(["conf=R", "sens=PSY"]),
        Some("letter") => {}
        _ => all.extend(["conf=N", "sens.none=hv1"]),
    }
    Labels::parse(all)
}

fn treat() -> Criterion {
    Criterion::purpose(["TREAT"]).unwrap()
}

/// Everybody's doctors see what is normal, the psychiatrist what is psychiatric.
fn consent(ada: &PatientKey) -> VerifiedConsent {
    let vocabulary = Vocabulary::hv1().unwrap();
    let mut draft = TermsDraft::new([1; 32], *vocabulary.hash(), ADA);
    let people = [["prac=dentist"], ["prac=psychiatrist"]];
    draft.rules = Vec::from([
        Rule::permit([
            Criterion::recipients(people).unwrap(),
            treat(),
            Criterion::Confidentiality(Confidentiality::Normal),
        ])
        .unwrap(),
        Rule::permit([
            Criterion::recipients([["prac=psychiatrist"]]).unwrap(),
            treat(),
            Criterion::sensitivity(["PSY"]).unwrap(),
        ])
        .unwrap(),
    ]);
    let signed = SignedConsent::by_patient(Terms::check(draft).unwrap(), ada, NOW).unwrap();
    signed.verify(ada.profile(), NOW).unwrap()
}

fn key(authority: &AuthorityKey, who: &str, why: &str) -> UserKey {
    let until = Date::parse("2027-12-31").unwrap();
    let attributes = [std::format!("prac={who}"), std::format!("pou={why}")];
    let attributes = Held::parse(attributes.iter().map(String::as_str)).unwrap();
    authority.issue(&attributes, until, &mut rng(7)).unwrap()
}

fn opened(batches: &[Vec<u8>], opener: impl Fn() -> Opener<'static>) -> Vec<String> {
    let mut all = Vec::new();
    for bytes in batches {
        let Ok(batch) = opener().open_batch(bytes) else {
            continue;
        };
        for at in 0..batch.ids().len() {
            let (content, _) = batch.open(at).unwrap();
            let text = String::from_utf8(content.expose().clone()).unwrap();
            let resource = Resource::parse(&text).unwrap();
            all.push(resource.id().unwrap().to_string());
        }
    }
    all.sort();
    all
}

#[test]
fn each_opens_what_the_consent_permits_and_the_patient_everything() {
    let ada: &'static PatientKey = std::boxed::Box::leak(std::boxed::Box::new(
        PatientKey::generate(&mut rng(1)).unwrap(),
    ));
    let authority = AuthorityKey::generate("Lakeside", &mut rng(2)).unwrap();
    let vocabulary = Vocabulary::hv1().unwrap();
    let consent = consent(ada);
    let bundle = Bundle::parse(BUNDLE.as_bytes()).unwrap();
    let chart = Chart::new(&bundle, Some(ADA), Some(BASE), label).unwrap();
    assert_eq!(chart.groups().len(), 4);
    let sealer = ChartSealer::new(&consent, &vocabulary, "treatment only", NOW)
        .and_then(|it| it.patient(ada.profile()))
        .unwrap()
        .authority(authority.public(), None);
    let batches: Vec<Vec<u8>> = chart
        .groups()
        .iter()
        .map(|group| sealer.seal(group, &mut rng(3)).unwrap().0)
        .collect();
    let digest = consent.terms().digest().unwrap();
    for bytes in &batches {
        let header = Header::from_bytes(bytes).unwrap().0;
        assert!(header.is_under(&digest));
        let carried = header.access().consent().unwrap();
        assert_eq!(carried.scope(), b"treatment only");
        assert_eq!(header.fixed().vocabulary(), Some(vocabulary.hash()));
    }
    let by = |who, why| {
        let key: &'static UserKey =
            std::boxed::Box::leak(std::boxed::Box::new(key(&authority, who, why)));
        opened(&batches, move || Opener::new().key(key))
    };
    assert_eq!(by("dentist", "TREAT"), ["ada", "pulse"]);
    assert_eq!(by("psychiatrist", "ETREAT"), ["ada", "mood", "pulse"]);
    assert_eq!(by("psychiatrist", "HMARKT"), [""; 0]);
    assert_eq!(by("surgeon", "TREAT"), [""; 0]);
    let own = opened(&batches, || Opener::new().patient(ada));
    assert_eq!(own, ["ada", "letter", "mood", "pulse"]);
}

#[test]
fn labels_are_kept_that_a_rule_asks_for() {
    let labels = [
        "type=Observation",
        "conf=N",
        "ym=2026-11",
        "code=loinc:8480-6",
        "author=prac:a",
    ];
    let labels = Labels::parse(labels).unwrap();
    let ada = PatientKey::generate(&mut rng(1)).unwrap();
    let kept = relevant(&labels, consent(&ada).terms()).unwrap();
    let texts: Vec<&str> = kept.texts().collect();
    assert_eq!(
        texts,
        ["conf=N", "type=Observation", "y=2026", "ym=2026-11"]
    );
    let mut draft = TermsDraft::new([1; 32], [0; 32], ADA);
    let code = Criterion::code(["loinc:1-1"]).unwrap();
    draft.rules = Vec::from([Rule::forbid([code]).unwrap()]);
    let kept = relevant(&labels, &Terms::check(draft).unwrap()).unwrap();
    assert_eq!(kept.len(), 5);
}

#[test]
fn what_nobody_could_open_is_an_error() {
    let ada = PatientKey::generate(&mut rng(1)).unwrap();
    let authority = AuthorityKey::generate("Lakeside", &mut rng(2)).unwrap();
    let (vocabulary, consent) = (Vocabulary::hv1().unwrap(), consent(&ada));
    let sealer = ChartSealer::new(&consent, &vocabulary, "", NOW)
        .unwrap()
        .authority(authority.public(), None);
    let unlabelled = Labels::parse(["type=Observation"]).unwrap();
    assert!(matches!(
        sealer.readers(&unlabelled),
        Err(Error::Missing(_))
    ));
    let eve = PatientKey::generate(&mut rng(5)).unwrap();
    let sealer = ChartSealer::new(&consent, &vocabulary, "", NOW).unwrap();
    assert_eq!(sealer.patient(eve.profile()).err(), Some(Error::Verify));
}

#[test]
fn a_resource_about_another_patient_is_refused() {
    for (entry, own) in [
        (r#"{"resourceType":"Patient","id":"eve"}"#, false),
        (
            r#"{"resourceType":"Observation","subject":{"reference":"Patient/eve"}}"#,
            false,
        ),
        (
            r#"{"resourceType":"Observation","subject":{"reference":"urn:uuid:2"}}"#,
            false,
        ),
        (
            r#"{"resourceType":"Claim","patient":{"reference":"https://b.example/Patient/ada"}}"#,
            false,
        ),
        (
            r#"{"resourceType":"Observation","subject":{"reference":"Group/7"}}"#,
            true,
        ),
        (
            r#"{"resourceType":"Claim","patient":{"reference":"Patient/ada"}}"#,
            true,
        ),
    ] {
        let text = std::format!(
            r#"{{"resourceType":"Bundle","entry":[{{"fullUrl":"urn:uuid:1","resource":{{"resourceType":"Patient","id":"ada"}}}},{{"resource":{entry}}}]}}"#
        );
        let bundle = Bundle::parse(text.as_bytes()).unwrap();
        let chart = Chart::new(&bundle, Some(ADA), Some(BASE), label).map(drop);
        let expected = if own {
            Ok(())
        } else {
            Err(Error::OtherPatient(1))
        };
        assert_eq!(chart, expected, "{entry}");
    }
}

/// What names another patient in a way that is easily overlooked.
#[test]
fn another_patient_hides_nowhere() {
    for (entry, own) in [
        (
            r#"{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/eve/_history/2"}}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/ada/_history/2"}}}"#,
            true,
        ),
        (
            r#"{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/eve/"}}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Observation","subject":{"reference":"patient/eve"}}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Observation","subject":{"reference":"Patient?identifier=7"}}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Observation","subject":{"identifier":{"value":"7"}}}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Account","subject":[{"reference":"Patient/ada"},{"reference":"Patient/eve"}]}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Coverage","beneficiary":{"reference":"Patient/eve"}}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Task","for":{"reference":"Patient/eve"}}}"#,
            false,
        ),
        (
            r##"{"resource":{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"}}}"##,
            false,
        ),
        (
            r##"{"resource":{"resourceType":"Observation","contained":[{"resourceType":"Group","id":"p"}],"subject":{"reference":"#p"}}}"##,
            true,
        ),
        (
            r#"{"resource":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"eve"}}]}}"#,
            false,
        ),
        (
            r#"{"resource":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"ada"}}]}}"#,
            true,
        ),
        (
            r#"{"resource":{"resourceType":"Parameters","parameter":[{"part":[{"resource":{"resourceType":"Flag","subject":{"reference":"Patient/eve"}}}]}]}}"#,
            false,
        ),
        // Another server's patient of the same id.
        (
            r#"{"fullUrl":"https://b.example/Observation/1","resource":{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/ada"}}}"#,
            false,
        ),
    ] {
        let text = std::format!(
            r#"{{"resourceType":"Bundle","entry":[{{"fullUrl":"urn:uuid:1","resource":{{"resourceType":"Patient","id":"ada"}}}},{entry}]}}"#
        );
        let bundle = Bundle::parse(text.as_bytes()).unwrap();
        let chart = Chart::new(&bundle, Some(ADA), Some(BASE), label).map(drop);
        let expected = if own {
            Ok(())
        } else {
            Err(Error::OtherPatient(1))
        };
        assert_eq!(chart, expected, "{entry}");
    }
    let other = r#"{"resourceType":"Bundle","entry":[{"fullUrl":"https://b.example/Patient/ada","resource":{"resourceType":"Patient","id":"ada"}}]}"#;
    let bundle = Bundle::parse(other.as_bytes()).unwrap();
    let chart = Chart::new(&bundle, Some(ADA), Some(BASE), label).map(drop);
    assert_eq!(chart, Err(Error::OtherPatient(0)));
}
