//! What labels decide, and what becomes of resources of any shape.

use crate::labels::{json, plain};
use hippocrypt::consent::{
    Base, Criterion, Outcome, Record, Request, Rule, Terms, TermsDraft, Vocabulary, decide,
};
use hippocrypt::fhir::Json;
use hippocrypt::fhir::labels::{Assertions, LabelOptions, Labeller};

/// What is left out stays open: a prohibition then applies, and a permission does not.
#[test]
fn what_is_left_out_closes_the_record() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let outcome = |resource: &str, rule: Rule, base: Base| {
        let labels = plain(resource).unwrap().labels;
        let mut terms = TermsDraft::new([0; 32], *vocabulary.hash(), "Patient/ada");
        terms.base = base;
        terms.rules = vec![rule];
        let mut request = Request::new(*vocabulary.hash(), "Patient/ada", 0);
        request.record = Record::of_labels(&labels, &vocabulary).unwrap();
        decide(&Terms::check(terms).unwrap(), &request).outcome
    };
    let coded = |text: &str| format!(r#"{{"resourceType": "Observation", "code": {{{text}}}}}"#);
    let loinc = |code: &str| format!(r#"{{"system": "http://loinc.org", "code": "{code}"}}"#);
    let one = coded(&format!(r#""coding": [{}]"#, loinc("1-1")));
    let other = coded(&format!(r#""coding": [{}]"#, loinc("2-2")));
    // The second coding cannot be a label; it may be the very code that is forbidden elsewhere.
    let half = coded(&format!(
        r#""coding": [{}, {{"display": "?"}}]"#,
        loinc("2-2")
    ));
    let words = coded(r#""text": "one""#);
    let forbid = || Rule::forbid([Criterion::code(["loinc:1-1"]).unwrap()]).unwrap();
    let permit = || Rule::permit([Criterion::code(["loinc:1-1"]).unwrap()]).unwrap();
    for (resource, under_forbid, under_permit) in [
        (&one, Outcome::Deny, Outcome::Permit),
        (&other, Outcome::Permit, Outcome::Deny),
        (&half, Outcome::Deny, Outcome::Deny),
        (&words, Outcome::Deny, Outcome::Deny),
    ] {
        assert_eq!(
            outcome(resource, forbid(), Base::Permit),
            under_forbid,
            "{resource}"
        );
        assert_eq!(
            outcome(resource, permit(), Base::Forbid),
            under_permit,
            "{resource}"
        );
    }
}

/// Every value of a resource replaced by every other kind of value: refused or labelled.
#[test]
fn resources_of_any_shape_are_answered() {
    let vocabulary = Vocabulary::hv1().unwrap();
    let none = Assertions::default();
    let labeller = Labeller::new(&vocabulary, &none, LabelOptions::default()).unwrap();
    let bundle = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/bundle.json");
    let bundle = Json::parse(&std::fs::read(bundle).unwrap()).unwrap();
    let odd = [
        "null", "true", "7", "\"\"", "\"x\"", "[]", "[7]", "{}", "[[]]", "[{}]",
    ]
    .map(json);
    let (mut labelled, mut refused) = (0, 0);
    for entry in bundle.get("entry").unwrap().elements().iter().step_by(7) {
        let resource = entry.get("resource").unwrap();
        for place in 0..places(resource) {
            for value in &odd {
                let other = replaced(resource, &mut { place }, value);
                match labeller.label(&other, None) {
                    Ok(_) => labelled += 1,
                    Err(_) => refused += 1,
                }
            }
        }
    }
    assert!(labelled > 1000 && refused > 100, "{labelled} {refused}");
}

/// How many values stand in a value.
fn places(value: &Json) -> usize {
    let inner = value.members().iter().map(|(_, it)| it);
    inner.chain(value.elements()).map(|it| 1 + places(it)).sum()
}

/// The value with another in one place, counted from 0 in the order of the text.
fn replaced(value: &Json, place: &mut usize, other: &Json) -> Json {
    let mut step = |inner: &Json| {
        let here = *place == 0;
        *place = place.wrapping_sub(1);
        if here {
            other.clone()
        } else {
            replaced(inner, place, other)
        }
    };
    match value {
        Json::Object(members) => {
            let members = members.iter().map(|(name, it)| (name.clone(), step(it)));
            Json::Object(members.collect())
        }
        Json::Array(elements) => Json::Array(elements.iter().map(step).collect()),
        one => one.clone(),
    }
}
