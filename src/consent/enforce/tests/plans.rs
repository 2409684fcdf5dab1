//! What planned grants say: their texts, purposes and spans.

use super::*;

/// Text, first second, first second behind.
type Plan = (String, u64, u64);

fn planned(rules: Vec<Rule>) -> Vec<PlannedGrant> {
    plan_grants(&terms(rules), hv1(), &window(0)).unwrap()
}

pub(super) fn plans(rules: Vec<Rule>) -> Vec<Plan> {
    let all = planned(rules).into_iter();
    all.map(|it| (it.text, it.not_before, it.not_after))
        .collect()
}

pub(super) fn during(from: u64, until: Option<u64>) -> Criterion {
    let until = until.map(|it| it as i64);
    Criterion::During(Interval::new(Some(from as i64), until).unwrap())
}

fn purpose(code: &str) -> Criterion {
    Criterion::purpose([code]).unwrap()
}

pub(super) fn kind(name: &str) -> Criterion {
    Criterion::resource_type([name]).unwrap()
}

pub(super) fn permit<const N: usize>(criteria: [Criterion; N]) -> Rule {
    Rule::permit(criteria).unwrap()
}

#[test]
fn each_criterion_asks_for_the_label_that_shows_it() {
    let record = |meaning, members: &[&str]| {
        let mut wanted = RecordReference::new(meaning, "Encounter/1").unwrap();
        wanted.members = Set::values(members.iter().copied()).unwrap();
        Criterion::records([wanted]).unwrap()
    };
    for (criterion, text) in [
        (kind("Media"), "type=\"Media\""),
        (
            Criterion::document(["mime:application/dicom", "profile:urn:a"]).unwrap(),
            "mime=\"application/dicom\" or profile=\"urn:a\"",
        ),
        (
            Criterion::author(["org=y", "prac=x"]).unwrap(),
            "author=\"org:y\" or author=\"prac:x\"",
        ),
        (record(Meaning::Instance, &[]), "inst=\"Encounter/1\""),
        (
            record(Meaning::Related, &[]),
            "inst=\"Encounter/1\" or enc=\"Encounter/1\" or cplan=\"Encounter/1\" or eoc=\"Encounter/1\"",
        ),
        (
            record(Meaning::Dependents, &["Observation/2"]),
            "inst=\"Observation/2\" or inst=\"Encounter/1\"",
        ),
        (
            record(Meaning::AuthoredBy, &[]),
            "author=\"prac:Encounter/1\" or author=\"org:Encounter/1\" or author=\"dev:Encounter/1\" or author=\"pat:Encounter/1\" or author=\"kin:Encounter/1\"",
        ),
    ] {
        assert_eq!(
            plans(vec![permit([criterion])]),
            [(text.into(), FROM, UNTIL)]
        );
    }
}

#[test]
fn grants_stay_within_their_window_and_change_where_a_rule_does() {
    let all = |kind: &str, from, until| (format!("type=\"{kind}\""), from, until);
    let (before, middle, behind) = (FROM - 100, FROM + 500, UNTIL + 100);
    for (from, until) in [(before, Some(behind)), (FROM, Some(UNTIL)), (before, None)] {
        let rules = vec![permit([kind("Media"), during(from, until)])];
        assert_eq!(plans(rules), [all("Media", FROM, UNTIL)]);
    }
    assert_eq!(
        plans(vec![permit([kind("Media"), during(behind, None)])]),
        []
    );
    // One span behind the other says the same.
    let rules = vec![
        permit([kind("Media"), during(before, Some(middle))]),
        permit([kind("Media"), during(middle, None)]),
    ];
    assert_eq!(plans(rules), [all("Media", FROM, UNTIL)]);
    let rules = vec![
        permit([kind("Media"), during(before, Some(middle))]),
        permit([kind("Device"), during(middle, None)]),
    ];
    assert_eq!(
        plans(rules),
        [all("Media", FROM, middle), all("Device", middle, UNTIL)]
    );
}

#[test]
fn what_begins_for_one_purpose_divides_no_other() {
    let middle = FROM + 500;
    let grants = planned(vec![
        permit([kind("Media"), purpose("HRESCH")]),
        permit([kind("Device"), purpose("HMARKT")]),
        permit([kind("Observation"), purpose("HPAYMT"), during(middle, None)]),
    ]);
    for (code, name, from) in [
        ("HRESCH", "Media", FROM),
        ("HMARKT", "Device", FROM),
        ("HPAYMT", "Observation", middle),
    ] {
        let own = |it: &&PlannedGrant| it.purposes.iter().any(|it| it == code);
        let own: Vec<_> = grants.iter().filter(own).collect();
        assert_eq!(own.len(), 1, "{code}");
        assert_eq!(own[0].text, format!("type=\"{name}\""));
        assert_eq!((own[0].not_before, own[0].not_after), (from, UNTIL));
        assert!(!own[0].break_glass);
    }
}

#[test]
fn purposes_are_named_as_soon_as_a_rule_looks_at_them() {
    let any = planned(vec![permit([kind("Media")])]);
    assert!(any[0].purposes.is_empty());
    let every: Vec<String> = super::super::context::purposes(hv1())
        .unwrap()
        .iter()
        .map(|it| it.code().to_string())
        .collect();
    let named = Criterion::purpose(every.iter().map(String::as_str)).unwrap();
    let grants = planned(vec![permit([kind("Media"), named])]);
    let told: Vec<_> = grants.iter().flat_map(|it| &it.purposes).collect();
    assert_eq!(told, every.iter().collect::<Vec<_>>());
}

/// What a prohibition leaves of everything.
pub(super) fn left(criterion: Criterion) -> Vec<String> {
    let rules = vec![everything(), Rule::forbid([criterion]).unwrap()];
    plans(rules).into_iter().map(|(text, _, _)| text).collect()
}

#[test]
fn a_prohibition_of_levels_and_sensitivities_leaves_what_shows_others() {
    let level = |it| left(Criterion::Confidentiality(it));
    assert!(level(Confidentiality::Unrestricted).is_empty());
    assert_eq!(level(Confidentiality::Low), ["conf=\"U\""]);
    assert_eq!(
        level(Confidentiality::Restricted),
        ["conf=\"U\" or conf=\"L\" or conf=\"M\" or conf=\"N\""]
    );
    assert_eq!(
        left(Criterion::sensitivity(["ETHUD", "HIV"]).unwrap()),
        ["not sens=\"ETHUD\" and not sens=\"HIV\""]
    );
}

/// Of what nothing is permitted nothing can escape.
#[test]
fn a_prohibition_before_every_permission_needs_no_labels() {
    let forbid = || Rule::forbid([kind("Media")]).unwrap();
    assert_eq!(plans(vec![forbid()]), []);
    let media = |it: &str| (format!("type=\"{it}\""), FROM, UNTIL);
    assert_eq!(
        plans(vec![forbid(), permit([kind("Device")])]),
        [media("Device")]
    );
}

#[test]
fn a_thousand_and_twenty_four_conditions_and_no_more() {
    let refused = |beside: &[&str]| {
        let rules = (0..4).map(|rule| {
            let all: Vec<String> = (0..256).map(|at| format!("loinc:{rule}-{at}")).collect();
            permit([Criterion::code(all.iter().map(String::as_str)).unwrap()])
        });
        let more = beside.iter().map(|it| permit([kind(it)]));
        let terms = terms(rules.chain(more).collect());
        let beyond = Error::TooLarge("1,024 conditions that rules come to");
        plan_grants(&terms, hv1(), &window(0)).err() == Some(beyond)
    };
    assert!(!refused(&[]));
    assert!(refused(&["Media"]));
    assert!(refused(&["Media", "Device"]));
}
