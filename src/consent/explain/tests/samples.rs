//! Terms written by hand: together they say every phrase.

use alloc::vec;
use alloc::vec::Vec;

use crate::consent::vocabulary::Confidentiality;
use crate::consent::*;

const ADA: &str = "https://example.org/Patient/ada";
const BEN: &str = "https://example.org/RelatedPerson/ben";

pub(super) fn draft() -> TermsDraft {
    let hash = *Vocabulary::hv1().unwrap().hash();
    let mut draft = TermsDraft::new([1; 32], hash, ADA);
    draft.base = Base::Permit;
    draft
}

fn terms(change: impl FnOnce(&mut TermsDraft)) -> Terms {
    let mut draft = draft();
    change(&mut draft);
    Terms::check(draft).unwrap()
}

fn permit<const N: usize>(criteria: [Result<Criterion>; N]) -> Rule {
    Rule::permit(criteria.map(Result::unwrap)).unwrap()
}

fn forbid<const N: usize>(criteria: [Result<Criterion>; N]) -> Rule {
    Rule::forbid(criteria.map(Result::unwrap)).unwrap()
}

use crate::error::Result;

/// What most consents look like: treatment by one hospital, nothing psychiatric but for one
/// practitioner, for a year.
pub(super) fn treatment() -> Terms {
    let hospital = || Criterion::recipients([["org=https://example.org/Organization/mercy"]]);
    terms(|draft| {
        draft.base = Base::Silent;
        draft.grantors = Set::values([ADA]).unwrap();
        draft.decided = Some(1_767_261_600);
        draft.zone = 60;
        draft.valid = Interval::new(Some(1_767_222_000), Some(1_798_758_000)).unwrap();
        draft.reading = Reading::Pcf11;
        draft.rules = vec![
            permit([
                hospital(),
                Criterion::purpose(["TREAT"]),
                Ok(Criterion::Confidentiality(Confidentiality::Normal)),
            ]),
            forbid([hospital(), Criterion::sensitivity(["PSY", "SUD"])]),
            permit([
                Criterion::recipients([["prac=https://example.org/Practitioner/7"]]),
                Criterion::sensitivity(["PSY"]),
            ]),
        ];
    })
}

/// One of every criterion, permitted and forbidden.
pub(super) fn everything() -> Terms {
    let mut related =
        RecordReference::new(Meaning::Related, "https://example.org/Encounter/1").unwrap();
    let linked = related.clone();
    related.members = Set::values(["https://example.org/Observation/2"]).unwrap();
    let instance = RecordReference::new(Meaning::Instance, "https://example.org/Observation/9");
    let authored = RecordReference::new(Meaning::AuthoredBy, "https://example.org/Practitioner/7");
    let records = Criterion::records([related, linked, instance.unwrap(), authored.unwrap()]);
    let parties: &[&[&str]] = &[
        &["org=npi:1234567893", "prac=npi:1245319599"],
        &["role=AUT"],
        &["role=urn:oid:1.2.3"],
        &["group=https://example.org/Group/1"],
        &["team=https://example.org/CareTeam/1"],
        &["dev=https://example.org/Device/1"],
        &["kin=MTH"],
        &["pat=https://example.org/Patient/ada"],
        &["pat=https://example.org/Patient/eve"],
        &["pracrole=https://example.org/PractitionerRole/1"],
        &["floor=3"],
    ];
    let recipients = Criterion::recipients(parties.iter().map(|it| it.iter().copied()));
    let span = Interval::new(Some(-86_400), Some(1_790_000_000)).unwrap();
    let criteria = vec![
        recipients.unwrap(),
        Criterion::purpose(["TREAT", "HPAYMT", "HOPERAT"]).unwrap(),
        Criterion::action(["access", "disclose", "correct"]).unwrap(),
        Criterion::permission(["mii:2.16.840.1.113883.3.1937.777.24.5.3.8"]).unwrap(),
        Criterion::During(span),
        Criterion::Confidentiality(Confidentiality::Restricted),
        Criterion::sensitivity(["HIV", "STRANGE"]).unwrap(),
        Criterion::resource_type(["Observation", "Condition"]).unwrap(),
        Criterion::document(["mime:application/hl7-cda+xml"]).unwrap(),
        Criterion::code(["loinc:34133-9"]).unwrap(),
        Criterion::Dated(span),
        Criterion::author(["prac=npi:1245319599"]).unwrap(),
        records.unwrap(),
    ];
    terms(|draft| {
        draft.base = Base::Forbid;
        draft.purpose_mode = PurposeMode::AllOf;
        draft.grantors = Set::values([BEN]).unwrap();
        draft.reading = Reading::R4Typed;
        draft.obligations = Set::values(["DELAU", "NORDSCLCD", "act:NOAUTH", "STRANGE"]).unwrap();
        draft.supersedes = Some([9; 32]);
        draft.rules = vec![
            Rule::permit(criteria.clone()).unwrap(),
            Rule::forbid(criteria).unwrap(),
        ];
    })
}

/// As the German broad consent: nothing but what is named, for research.
pub(super) fn research() -> Terms {
    terms(|draft| {
        draft.base = Base::Forbid;
        draft.grantors = Set::values([ADA, BEN]).unwrap();
        draft.reading = Reading::Mii2025;
        draft.valid = Interval::new(Some(1_767_222_000), None).unwrap();
        draft.rules = vec![permit([
            Criterion::purpose(["HRESCH"]),
            Criterion::permission(["mii:2.16.840.1.113883.3.1937.777.24.5.3.8"]),
        ])];
    })
}

pub(super) fn all() -> Vec<Terms> {
    let psychiatry = || Criterion::sensitivity(["PSY"]);
    let hospital = || Criterion::recipients([["org=Organization/mercy"]]);
    let months = (1..=12).map(|month| {
        terms(|draft| {
            draft.decided = Some(1_767_261_600 + month * 29 * 86_400);
            draft.valid = Interval::new(None, draft.decided).unwrap();
        })
    });
    let mut all = vec![
        treatment(),
        everything(),
        research(),
        // Every way in which one rule follows another.
        terms(|draft| {
            draft.reading = Reading::R5Negate;
            draft.rules = vec![
                permit([]),
                permit([hospital()]),
                forbid([psychiatry()]),
                permit([hospital(), psychiatry()]),
                forbid([hospital(), psychiatry(), Criterion::purpose(["HMARKT"])]),
                permit([Criterion::purpose(["HMARKT"])]),
                permit([Criterion::action(["use"])]),
                forbid([Criterion::action(["use"])]),
                forbid([]),
                forbid([psychiatry()]),
            ];
        }),
        terms(|draft| draft.rules = vec![forbid([psychiatry()])]),
        terms(|draft| {
            draft.base = Base::Silent;
            draft.rules = vec![forbid([psychiatry()]), permit([hospital()])];
        }),
        terms(|draft| {
            draft.base = Base::Silent;
            draft.rules = vec![permit([Ok(Criterion::During(Interval::ALWAYS))])];
        }),
    ];
    all.extend(months);
    all
}
