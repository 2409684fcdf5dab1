//! Vocabularies of deployments.

use std::string::String;
use std::vec::Vec;

use super::*;
use crate::error::Error;
use crate::policy::{Date, LabelFrame, LabelPolicy, LabelSet, Labels};

const SITE: &str = "\
section sens
HEPC STD pinned hepatitis C
GANG VIO - gang violence
source http://clinic.example/codes 2 CC0-1.0 Clinic
";

fn site() -> Vocabulary {
    hv1().extend("hv1+site", SITE).unwrap()
}

fn last_day() -> Date {
    Date::parse("2027-12-31").unwrap()
}

/// Whether a policy compiled under the vocabulary opens a record with these labels.
fn opens(vocabulary: &Vocabulary, policy: &str, labels: &[&str]) -> bool {
    let frame = vocabulary.frame(2000, last_day()).unwrap();
    let policy = LabelPolicy::parse(policy, &frame).unwrap();
    let labels = Labels::parse(labels.iter().copied()).unwrap();
    let labels = LabelSet::from(&labels);
    let formula = policy.formula().unwrap();
    formula.is_satisfied(&|row| labels.iter().any(|label| label == row.as_bytes()))
}

#[test]
fn old_records_are_not_opened_by_a_policy_on_a_code_that_was_added() {
    let (old, new) = (hv1(), site());
    assert_eq!(new.id(), "hv1+site");
    assert_ne!(new.hash(), old.hash());

    // Nobody looked for hepatitis C when the old record was marked.
    let policy = "type=Observation and not sens=HEPC";
    assert!(!opens(&new, policy, &["type=Observation", "sens.none=hv1"]));
    assert!(opens(
        &new,
        policy,
        &["type=Observation", "sens.none=hv1+site"]
    ));
    assert!(opens(&new, policy, &["type=Observation", "sens.not=HEPC"]));
    assert!(!opens(&new, policy, &["type=Observation"]));

    // What was looked for then still opens.
    let policy = "not sens=HIV";
    for none in ["sens.none=hv1", "sens.none=hv1+site"] {
        assert!(opens(&new, policy, &[none]), "{none}");
    }
    assert!(opens(&old, policy, &["sens.none=hv1"]));
    assert!(!opens(&old, policy, &["sens.none=hv1+site"]));
    assert!(!opens(&new, policy, &["sens.none=hv2"]));

    // Whoever does not pin the code can't ask for its lack.
    for (vocabulary, policy) in [(&old, "not sens=HEPC"), (&new, "not sens=GANG")] {
        let frame = vocabulary.frame(2000, last_day()).unwrap();
        let refused = LabelPolicy::parse(policy, &frame);
        assert!(
            matches!(refused, Err(Error::PolicyMeaning(4, _))),
            "{policy}"
        );
    }
}

#[test]
fn a_frame_pins_every_ancestor_with_its_own_codes() {
    let third = site()
        .extend("hv1+site2", "section sens\nsource http://clinic.example/codes 3 CC0-1.0 Clinic\nZIKA STD pinned Zika\n")
        .unwrap();
    let ids: Vec<_> = third.lineage().map(|(id, _)| id).collect();
    assert_eq!(ids, ["hv1", "hv1+site", "hv1+site2"]);
    let frame = third.frame(2000, last_day()).unwrap();
    assert_eq!(frame.pinning("HIV").collect::<Vec<_>>(), ids);
    assert_eq!(frame.pinning("HEPC").collect::<Vec<_>>(), ids[1..]);
    assert_eq!(frame.pinning("ZIKA").collect::<Vec<_>>(), ids[2..]);
    assert_eq!(frame.pinning("GANG").count(), 0);
    assert_eq!(*third.lineage().next().unwrap().1, *hv1().hash());
    assert_eq!(third.pinned().count(), 46);
    // Each block is whole without those behind it.
    let text = third.as_str();
    let heads = text.match_indices("hippocrypt vocabulary ").skip(1);
    let ends = heads.map(|(at, _)| at).chain([text.len()]);
    for (end, (id, hash)) in ends.zip(third.lineage()) {
        let base = Vocabulary::read(&text.as_bytes()[..end]).unwrap();
        assert_eq!((base.id(), base.hash()), (id, hash));
    }
    // Two that share an id can't be in one frame.
    let twice = hv1().pin(third.frame(2000, last_day()).unwrap());
    assert_eq!(twice, Err(Error::Duplicate("vocabulary")));
    let empty = LabelFrame::new(2000, last_day()).unwrap();
    assert_eq!(third.pin(empty).unwrap(), frame);
}

#[test]
fn what_is_added_belongs_to_its_source() {
    let ours = site();
    let clinic = "http://clinic.example/codes";
    let hl7 = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    let coding = |system, code| {
        ours.coding(CodeSet::Sensitivity, system, code)
            .map(|it| it.code())
    };
    assert_eq!(coding(clinic, "HEPC"), Ok("HEPC"));
    assert_eq!(coding(hl7, "HEPC"), Err(CodingFault::Code));
    assert_eq!(coding(clinic, "HIV"), Err(CodingFault::Code));
    assert_eq!(coding(hl7, "HIV"), Ok("HIV"));
    assert_eq!(
        ours.sensitivities_within("STD").collect::<Vec<_>>(),
        ["HEPC", "STD"]
    );
    let choice = ours.preset("sexual-health").unwrap();
    assert_eq!(
        choice.codes().collect::<Vec<_>>(),
        ["HEPC", "HIV", "PREGNANT", "SEX", "STD"]
    );
}

#[test]
fn categories_of_loinc_leave_loinc_open() {
    let ours = hv1()
        .extend("hv1+loinc", "section category\nsource http://loinc.org 2.80 LOINC LOINC\n59284-0 - - consent document\nsection alias\ncvx http://hl7.org/fhir/sid/cvx\n")
        .unwrap();
    assert_eq!(
        ours.code_value("http://loinc.org", "8480-6").as_deref(),
        Ok("loinc:8480-6")
    );
    assert_eq!(
        ours.code_value("http://hl7.org/fhir/sid/cvx", "207")
            .as_deref(),
        Ok("cvx:207")
    );
    assert!(
        ours.coding(CodeSet::Category, "http://loinc.org", "59284-0")
            .is_ok()
    );
    assert!(
        ours.coding(CodeSet::Category, "http://loinc.org", "npp")
            .is_err()
    );
}

#[test]
fn additions_that_are_refused() {
    let source = "source http://clinic.example/codes 2 CC0-1.0 Clinic";
    let sens = |line: &str| std::format!("section sens\n{source}\n{line}\n");
    for (additions, line) in [
        (String::new(), 0),
        ("section sens\n".into(), 0),
        ("HEPC STD pinned hepatitis C\n".into(), 1),
        ("section sensitivities\n".into(), 1),
        (sens("HIV STD pinned HIV"), 3),
        (sens("HEPC NONE pinned hepatitis C"), 3),
        (sens("HEPC STD recipient hepatitis C"), 3),
        (sens("HEPC HEPC pinned hepatitis C"), 3),
        (sens("HEPC STD pinned hepatitis C\r"), 3),
        (sens("HEPC STD pinned  hepatitis C"), 3),
        (sens("HEPC  pinned hepatitis C"), 3),
        (sens("HEPC STD abstract,pinned hepatitis C"), 3),
        (sens("HEPC STD pinned e\u{301}"), 3),
        (sens(""), 3),
        (sens("HEPC STD pinned hepatitis C\nsection sens"), 4),
        ("section sens\nHEPC STD pinned hepatitis C\n".into(), 2),
        (
            std::format!("section conf\n{source}\nX V - top secret\n"),
            1,
        ),
        ("section alias\nloinc http://a.example\n".into(), 2),
        ("section alias\nlo http://loinc.org\n".into(), 2),
        ("section alias\nsys http://a.example\n".into(), 2),
        (
            "section spelling\nhttp://loinc.org http://snomed.info/sct\n".into(),
            2,
        ),
        (
            "section spelling\nhttp://a.example http://b.example\n".into(),
            2,
        ),
        ("section preset\nours NEWCODE - ours\n".into(), 2),
        ("section preset\nviolence VIO - violence\n".into(), 2),
        ("section preset\nours - - ours\n".into(), 2),
    ] {
        match hv1().extend("hv1+site", &additions) {
            Err(Error::Vocabulary(at, _)) => assert_eq!(at, line, "{additions}"),
            other => panic!("{additions}: {other:?}"),
        }
    }
    for id in ["hv1", "", "a b", "-", &"a".repeat(65), "a\nb", "ü"] {
        let made = hv1().extend(id, SITE);
        assert!(matches!(made, Err(Error::Vocabulary(0, _))), "{id}");
    }
    assert_eq!(
        hv1().extend("x", &"a".repeat(1 << 20)),
        Err(Error::Vocabulary(1, "a section"))
    );
    let long = std::format!("section alias\n{}", "a".repeat(1 << 20));
    assert_eq!(hv1().extend("x", &long), Err(Error::Length("vocabulary")));
}
