//! What consents read like.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod samples;
mod tables;

use alloc::string::{String, ToString};

use super::*;
use crate::consent::{Base, Criterion, Interval, PurposeMode, Rule, TermsDraft};

fn read(terms: &Terms, audience: Audience) -> String {
    let vocabulary = Vocabulary::hv1().unwrap();
    let phrases = Phrases::english().unwrap();
    explain(terms, &vocabulary, audience, &phrases)
        .unwrap()
        .to_string()
}

#[test]
fn consents_read_as_they_were_reviewed() {
    for (name, terms, text) in [
        (
            "treatment",
            samples::treatment(),
            include_str!("tests/treatment.txt"),
        ),
        (
            "everything",
            samples::everything(),
            include_str!("tests/everything.txt"),
        ),
        (
            "research",
            samples::research(),
            include_str!("tests/research.txt"),
        ),
    ] {
        let read = read(&terms, Audience::Patient);
        assert_eq!(read, text, "{name} reads:\n{read}");
    }
    let read = read(&samples::treatment(), Audience::Carer);
    assert_eq!(read, include_str!("tests/treatment-carer.txt"), "{read}");
}

#[test]
fn a_carer_is_never_spoken_to_as_the_patient() {
    for terms in samples::all() {
        let text = read(&terms, Audience::Carer).to_lowercase();
        let mut words = text.split(|letter: char| !letter.is_alphabetic());
        assert!(!words.any(|word| word == "your"), "{text}");
        assert!(
            !text.replace("the person you care for", "").contains("you "),
            "{text}"
        );
    }
}

#[test]
fn another_vocabulary_is_refused() {
    let mut draft = TermsDraft::new([0; 32], [7; 32], "Patient/1");
    draft.base = Base::Permit;
    let refused = explain(
        &Terms::check(draft).unwrap(),
        &Vocabulary::hv1().unwrap(),
        Audience::Patient,
        &Phrases::english().unwrap(),
    );
    assert_eq!(refused.unwrap_err().code(), 1);
}

/// What stands beside the base: a rule that says the same adds to it, another is an exception.
#[test]
fn the_first_rule_is_told_as_it_stands_to_the_base() {
    for (base, effect, lead) in [
        (Base::Permit, Effect::Permit, "Your records may also be"),
        (Base::Permit, Effect::Forbid, "There is an exception."),
        (Base::Forbid, Effect::Forbid, "Your records also stay"),
        (Base::Forbid, Effect::Permit, "There is an exception."),
        (Base::Silent, Effect::Permit, "Your records may be"),
        (Base::Silent, Effect::Forbid, "Your records stay"),
    ] {
        let mut draft = samples::draft();
        draft.base = base;
        draft.rules = [Rule::new(effect, [Criterion::purpose(["TREAT"]).unwrap()]).unwrap()].into();
        let read = read(&Terms::check(draft).unwrap(), Audience::Patient);
        assert!(read.contains(&alloc::format!("1. {lead}")), "{read}");
    }
}

#[test]
fn one_purpose_is_told_alike_where_all_are_needed() {
    let rule = |mode| {
        let mut draft = samples::draft();
        draft.purpose_mode = mode;
        draft.rules = [Rule::permit([Criterion::purpose(["TREAT"]).unwrap()]).unwrap()].into();
        let read = read(&Terms::check(draft).unwrap(), Audience::Patient);
        let line = read.lines().find(|it| it.contains("TREAT")).unwrap();
        line.to_string()
    };
    assert_eq!(rule(PurposeMode::AllOf), rule(PurposeMode::AnyOf));
    assert!(rule(PurposeMode::AllOf).contains("or belongs to it"));
}

#[test]
fn a_consent_given_at_midnight_was_given_on_a_day() {
    for (decided, text) in [
        (1_767_225_600, "1 January 2026 (UTC)"),
        (1_767_225_601, "1 January 2026, 00:00:01 (UTC)"),
    ] {
        let mut draft = samples::draft();
        draft.decided = Some(decided);
        let read = read(&Terms::check(draft).unwrap(), Audience::Patient);
        assert!(read.contains(text), "{read}");
    }
}

#[test]
fn a_type_with_words_of_its_own_is_told_in_them() {
    let more =
        "section type\nsource http://a.example/types 1 CC0-1.0 Clinic\nChart - - whole chart\n";
    let vocabulary = Vocabulary::hv1().unwrap().extend("clinic", more).unwrap();
    let mut draft = samples::draft();
    draft.vocabulary = *vocabulary.hash();
    let types = Criterion::resource_type(["Chart", "Media"]).unwrap();
    draft.rules = [Rule::permit([types]).unwrap()].into();
    let terms = Terms::check(draft).unwrap();
    let phrases = Phrases::english().unwrap();
    let read = explain(&terms, &vocabulary, Audience::Patient, &phrases).unwrap();
    let text = read.to_string();
    assert!(
        text.contains("of the type whole chart (Chart) or Media."),
        "{text}"
    );
}

#[test]
fn rules_are_found_by_their_place() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let phrases = Phrases::english().unwrap();
    let terms = samples::treatment();
    let words = explain(&terms, &vocabulary, Audience::Patient, &phrases).unwrap();
    for (place, rule) in terms.rules.iter().enumerate() {
        let text = words.rule(place).unwrap();
        assert_eq!((text.number, text.effect), (place + 1, rule.effect()));
        assert_eq!(text.conditions.len(), rule.criteria().len());
    }
    assert_eq!(words.rule(terms.rules.len()), None);
}

#[test]
fn days_are_inclusive_in_the_consents_own_zone() {
    // 2026-01-01 to 2026-12-31 in UTC+01:00.
    let (from, until) = (1_767_222_000, 1_798_758_000);
    for (from, until, zone, text) in [
        (
            Some(from),
            Some(until),
            60,
            "from 1 January 2026 until and including 31 December 2026 (UTC+01:00)",
        ),
        (
            Some(from),
            Some(until),
            0,
            "from 31 December 2025, 23:00:00 until and including 31 December 2026, 22:59:59 (UTC)",
        ),
        (
            Some(from),
            None,
            60,
            "from 1 January 2026 on, without an end (UTC+01:00)",
        ),
        (
            None,
            Some(until),
            -90,
            "until and including 31 December 2026, 21:29:59, however long ago it began (UTC-01:30)",
        ),
    ] {
        let mut draft = samples::draft();
        draft.zone = zone;
        draft.valid = Interval::new(from, until).unwrap();
        let read = read(&Terms::check(draft).unwrap(), Audience::Patient);
        assert!(
            read.contains(&alloc::format!("It is valid {text}.")),
            "{read}"
        );
    }
}
