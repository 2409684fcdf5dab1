//! Tests of Terms and decisions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod conflicts;
mod deciding;
mod encoding;
mod guessing;
mod signing;

use super::*;

pub(super) const HASH: [u8; 32] = [7; 32];
pub(super) const ADA: &str = "https://example.org/Patient/ada";
pub(super) const NOW: i64 = 1_790_000_000;

pub(super) fn draft(rules: Vec<Rule>) -> TermsDraft {
    let mut draft = TermsDraft::new([1; 32], HASH, ADA);
    draft.rules = rules;
    draft
}

pub(super) fn terms(rules: Vec<Rule>) -> Terms {
    Terms::check(draft(rules)).unwrap()
}

pub(super) fn request() -> Request {
    Request::new(HASH, ADA, NOW)
}

pub(super) fn purpose(code: &str) -> Purpose {
    let above: &[&str] = match code {
        "BTG" => &["ETREAT", "TREAT"],
        "ETREAT" => &["TREAT"],
        _ => &[],
    };
    Purpose::with_ancestors(code, above.iter().copied()).unwrap()
}

pub(super) fn permit(criteria: Vec<Criterion>) -> Rule {
    Rule::permit(criteria).unwrap()
}

pub(super) fn forbid(criteria: Vec<Criterion>) -> Rule {
    Rule::forbid(criteria).unwrap()
}

/// One of every criterion.
pub(super) fn everything() -> Vec<Criterion> {
    let span = Interval::new(Some(-5), Some(NOW)).unwrap();
    let mut related = RecordReference::new(Meaning::Related, "Encounter/1").unwrap();
    related.members = Set::values(["Observation/2", "Observation/1"]).unwrap();
    vec![
        Criterion::records([
            related,
            RecordReference::new(Meaning::Instance, "Observation/9").unwrap(),
        ])
        .unwrap(),
        Criterion::recipients([["prac=Practitioner/7", "org=npi:1234567893"]]).unwrap(),
        Criterion::purpose(["TREAT", "HPAYMT"]).unwrap(),
        Criterion::action(["access"]).unwrap(),
        Criterion::permission(["mii:2.16.840.1.113883.3.1937.777.24.5.3.8"]).unwrap(),
        Criterion::During(span),
        Criterion::Confidentiality(Confidentiality::Normal),
        Criterion::sensitivity(["PSY", "HIV"]).unwrap(),
        Criterion::resource_type(["Observation"]).unwrap(),
        Criterion::document(["mime:application/hl7-cda+xml"]).unwrap(),
        Criterion::code(["loinc:34133-9"]).unwrap(),
        Criterion::Dated(span),
        Criterion::author(["prac=Practitioner/3"]).unwrap(),
    ]
}
