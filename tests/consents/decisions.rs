//! What the best-known open engine answers wrongly for real consents (measured on its revision
//! 1659037b), answered from the compiled Terms.

use std::path::Path;

use hippocrypt::consent::Reading::{Mii2025, Pcf11};
use hippocrypt::consent::{
    Attributes, Confidentiality, Outcome, Purpose, Request, Set, Terms, decide,
};
use hippocrypt::fhir::NoResolver;

use super::{BASE, compiled, context, options, shared, vocabulary};

/// 2023-11-14, within all validities here.
const TIME: i64 = 1_700_000_000;

fn terms(folder: &Path, file: &str) -> Terms {
    let bytes = std::fs::read(folder.join(format!("Consent-ex-consent-{file}.json"))).unwrap();
    let context = context(&folder.join("context"));
    compiled(&bytes, &options(Pcf11), &context).unwrap().terms
}

/// A request of a practitioner for treatment, for a record of this level and sensitivity.
fn request(practitioner: &str, level: Confidentiality, sensitivity: Option<&str>) -> Request {
    let vocabulary = vocabulary();
    let mut request = Request::new(
        *vocabulary.hash(),
        &format!("{BASE}Patient/ex-patient"),
        TIME,
    );
    request.recipient =
        Attributes::of([&*format!("prac={BASE}Practitioner/{practitioner}")]).unwrap();
    request.purposes = vec![Purpose::with_ancestors("TREAT", []).unwrap()];
    request.record.confidentiality = Some(level);
    let present: Vec<&str> = sensitivity.into_iter().collect();
    let absent = vocabulary.pinned().filter(|code| !present.contains(code));
    request.record.sensitivities.absent(absent).unwrap();
    request.record.sensitivities.present(present).unwrap();
    request.record.reference = Some(format!("{BASE}Observation/1"));
    request.record.links = Some(Set::default());
    request
}

#[test]
fn only_the_named_practitioner_sees_psychiatry() {
    use Confidentiality::{Normal, Restricted};
    let Some(folder) = shared("ihe-pcf-r4") else {
        return;
    };
    let terms = terms(&folder, "advanced-normal-focused-psy");
    for (who, level, sensitivity, outcome) in [
        ("ex-practitioner", Restricted, Some("PSY"), Outcome::Permit),
        ("somebody", Restricted, Some("PSY"), Outcome::Deny),
        ("somebody", Normal, None, Outcome::Permit),
        ("somebody", Restricted, None, Outcome::Deny),
        ("ex-practitioner", Restricted, Some("HIV"), Outcome::Deny),
    ] {
        let request = request(who, level, sensitivity);
        assert_eq!(
            decide(&terms, &request).outcome,
            outcome,
            "{who} {level:?} {sensitivity:?}"
        );
    }
    // Without a label nobody sees anything.
    let mut unlabelled = request("ex-practitioner", Normal, None);
    unlabelled.record.confidentiality = None;
    assert_eq!(decide(&terms, &unlabelled).outcome, Outcome::Deny);
}

#[test]
fn a_permit_for_some_data_is_no_permit_for_all() {
    use Confidentiality::Normal;
    let Some(folder) = shared("ihe-pcf-r4") else {
        return;
    };
    let encounter = terms(&folder, "intermediate-encounter");
    let mut of_it = request("somebody", Normal, None);
    assert_eq!(decide(&encounter, &of_it).outcome, Outcome::Deny);
    let link = format!("{BASE}Encounter/ex-encounter");
    of_it.record.links = Some(Set::values([&*link]).unwrap());
    assert_eq!(decide(&encounter, &of_it).outcome, Outcome::Permit);

    let year = terms(&folder, "intermediate-timeframe");
    let mut dated = request("somebody", Normal, None);
    assert_eq!(decide(&year, &dated).outcome, Outcome::Deny, "no date");
    let day = |from: i64| hippocrypt::consent::Interval::new(Some(from), Some(from + 86_400)).ok();
    dated.record.dated = day(1_672_444_800); // the last day of 2022
    assert_eq!(decide(&year, &dated).outcome, Outcome::Permit);
    dated.record.dated = day(1_672_531_200);
    assert_eq!(decide(&year, &dated).outcome, Outcome::Deny);
}

#[test]
fn a_denial_of_one_record_is_no_denial_of_all() {
    use Confidentiality::Normal;
    let Some(folder) = shared("ihe-pcf-r4") else {
        return;
    };
    let terms = terms(&folder, "intermediate-not-data");
    let mut request = request("somebody", Normal, None);
    assert_eq!(decide(&terms, &request).outcome, Outcome::Permit);
    request.record.reference = Some(format!("{BASE}Observation/ex-alcoholUse"));
    assert_eq!(decide(&terms, &request).outcome, Outcome::Deny);
    request.purposes = vec![Purpose::with_ancestors("HMARKT", []).unwrap()];
    assert_eq!(decide(&terms, &request).outcome, Outcome::NoConsent);
}

#[test]
fn a_research_consent_is_for_research() {
    let Some(folder) = shared("mii-de-r4") else {
        return;
    };
    let bytes = std::fs::read(folder.join("Example_MII_Consent_Einwilligung.json")).unwrap();
    let terms = compiled(&bytes, &options(Mii2025), &NoResolver)
        .unwrap()
        .terms;
    let mut request = request("somebody", Confidentiality::Normal, None);
    request.subject.clone_from(&terms.subject);
    let permission = |code: &str| {
        let value = format!("mii:2.16.840.1.113883.3.1937.777.24.5.3.{code}");
        Set::values([&*value]).ok()
    };
    for (purpose, code, outcome) in [
        ("HRESCH", "8", Outcome::Permit),
        ("HRESCH", "6", Outcome::Permit),
        ("HRESCH", "45", Outcome::Deny),
        ("HMARKT", "8", Outcome::Deny),
        ("TREAT", "8", Outcome::Deny),
    ] {
        request.purposes = vec![Purpose::with_ancestors(purpose, []).unwrap()];
        request.permissions = permission(code);
        assert_eq!(
            decide(&terms, &request).outcome,
            outcome,
            "{purpose} {code}"
        );
    }
    // Collecting ended after five years, use goes on.
    request.purposes = vec![Purpose::with_ancestors("HRESCH", []).unwrap()];
    request.time = 1_800_000_000;
    for (code, outcome) in [("8", Outcome::Permit), ("6", Outcome::Deny)] {
        request.permissions = permission(code);
        assert_eq!(decide(&terms, &request).outcome, outcome, "{code}");
    }
}
