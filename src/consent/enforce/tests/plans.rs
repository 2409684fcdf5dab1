//! What planned grants say: their texts, purposes and spans.

use super::*;

/// Text, first second, first second behind.
type Plan = (String, u64, u64);

fn planned(rules: Vec<Rule>) -> Vec<PlannedGrant> {
    plan_grants(&terms(rules), hv1(), &window(0)).unwrap()
}

fn plans(rules: Vec<Rule>) -> Vec<Plan> {
    let all = planned(rules).into_iter();
    all.map(|it| (it.text, it.not_before, it.not_after))
        .collect()
}

fn during(from: u64, until: Option<u64>) -> Criterion {
    let until = until.map(|it| it as i64);
    Criterion::During(Interval::new(Some(from as i64), until).unwrap())
}

fn purpose(code: &str) -> Criterion {
    Criterion::purpose([code]).unwrap()
}

fn kind(name: &str) -> Criterion {
    Criterion::resource_type([name]).unwrap()
}

fn dated(from: Option<&str>, until: Option<&str>) -> Criterion {
    Criterion::Dated(Interval::new(from.map(second), until.map(second)).unwrap())
}

fn permit<const N: usize>(criteria: [Criterion; N]) -> Rule {
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

/// The calendar of these grants goes from 2024-01-01 to 2026-09-21.
#[test]
fn days_are_asked_for_by_one_condition_within_the_calendar() {
    let (new_year, march) = (Some("2026-01-01"), Some("2026-03-01"));
    for (from, until, text) in [
        (new_year, march, "ymd in 2026-01-01..2026-02-28"),
        (new_year, Some("2026-01-02"), "ymd=2026-01-01"),
        (new_year, None, "ymd>=2026-01-01"),
        (None, march, "ymd<=2026-02-28"),
        (None, None, "ymd>=2024-01-01"),
        // An end that the calendar has already is none.
        (Some("2024-01-01"), march, "ymd<=2026-02-28"),
        (Some("1850"), march, "ymd<=2026-02-28"),
        (new_year, Some("2026-09-22"), "ymd>=2026-01-01"),
        (new_year, Some("9999"), "ymd>=2026-01-01"),
        (Some("1850"), Some("9999"), "ymd>=2024-01-01"),
        (
            Some("2024-01-02"),
            Some("2026-09-21"),
            "ymd in 2024-01-02..2026-09-20",
        ),
        // Its first day and its last.
        (None, Some("2024-01-02"), "ymd<=2024-01-01"),
        (Some("2026-09-21"), None, "ymd>=2026-09-21"),
    ] {
        let expected = [(text.to_string(), FROM, UNTIL)];
        assert_eq!(plans(vec![permit([dated(from, until)])]), expected);
    }
    // Nothing is dated so, and another permission stands.
    for (from, until) in [
        (None, Some("1850")),
        (None, Some("2024-01-01")),
        (Some("2010"), Some("2012")),
        (Some("2026-09-22"), None),
        (Some("9999"), None),
    ] {
        assert_eq!(plans(vec![permit([dated(from, until)])]), []);
        let rules = vec![permit([dated(from, until)]), permit([kind("Media")])];
        assert_eq!(plans(rules), [("type=\"Media\"".into(), FROM, UNTIL)]);
    }
    // A span that holds no whole day holds no record, and what it cuts lies on neither side.
    let cut = Interval::new(Some(second("2026-01-01") + 1), Some(second("2026-01-02"))).unwrap();
    assert_eq!(plans(vec![permit([Criterion::Dated(cut)])]), []);
    let rules = vec![everything(), Rule::forbid([Criterion::Dated(cut)]).unwrap()];
    let text = "ymd<=2025-12-31 or ymd>=2026-01-02";
    assert_eq!(plans(rules), [(text.into(), FROM, UNTIL)]);
}

#[test]
fn a_prohibition_of_days_leaves_those_of_the_calendar_around_them() {
    let left = |from, until| {
        plans(vec![
            everything(),
            Rule::forbid([dated(from, until)]).unwrap(),
        ])
        .into_iter()
        .map(|(text, _, _)| text)
        .collect::<Vec<_>>()
    };
    let (new_year, march) = (Some("2026-01-01"), Some("2026-03-01"));
    assert_eq!(
        left(new_year, march),
        ["ymd<=2025-12-31 or ymd>=2026-03-01"]
    );
    assert_eq!(left(new_year, None), ["ymd<=2025-12-31"]);
    assert_eq!(left(None, march), ["ymd>=2026-03-01"]);
    assert_eq!(left(Some("1850"), march), ["ymd>=2026-03-01"]);
    assert_eq!(left(new_year, Some("9999")), ["ymd<=2025-12-31"]);
    // What has no date might lie there, so a date is asked for even then.
    for (from, until) in [("2010", "2012"), ("2031", "9999")] {
        assert_eq!(left(Some(from), Some(until)), ["ymd>=2024-01-01"]);
    }
    for (from, until) in [(None, None), (None, Some("9999")), (Some("1850"), None)] {
        assert!(left(from, until).is_empty(), "{from:?} {until:?}");
    }
}

/// A year costs a row, a month costs one, and so does each day around them.
#[test]
fn spans_that_come_to_more_rows_than_a_policy_has_are_refused() {
    let rows_around = |spans: u32| {
        let spans = (1..=spans).map(|month| {
            let day = |day| format!("2025-{month:02}-{day}");
            Rule::forbid([dated(Some(&day(10)), Some(&day(20)))]).unwrap()
        });
        let rules = core::iter::once(everything()).chain(spans).collect();
        let grants = plan_grants(&terms(rules), hv1(), &window(0))?;
        Ok::<_, Error>(grants[0].policy.formula()?.rows().len())
    };
    // Before: 2024, the months until then, 9 days. Behind: the month's last days, its months until
    // 2025-12, 8 months and 21 days of 2026.
    let one = |month: usize, days: usize| 1 + (month - 1) + 9 + days + (12 - month) + 8 + 21;
    let mut sum = 0;
    for (month, days) in [(1, 12), (2, 9), (3, 12), (4, 11)] {
        sum += one(month, days);
        assert_eq!(rows_around(month as u32), Ok(sum));
    }
    let refused = rows_around(5);
    assert!(matches!(
        refused,
        Err(Error::PolicyLimit(_, "256 rows over labels"))
    ));
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
