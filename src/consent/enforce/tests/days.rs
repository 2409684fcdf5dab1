//! What planned grants ask of a record's day.

use super::plans::{during, kind, left, permit, plans};
use super::*;

fn dated(from: Option<&str>, until: Option<&str>) -> Criterion {
    Criterion::Dated(Interval::new(from.map(second), until.map(second)).unwrap())
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
    let left = |from, until| left(dated(from, until));
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

/// Labels have days up to 2079-06-06.
#[test]
fn a_window_may_end_behind_the_last_day_that_labels_have() {
    let mut window = window(0);
    window.until = second("9999") as u64;
    for (from, text) in [
        ("2026-03-01", "ymd>=2026-03-01"),
        ("2079-06-06", "ymd>=2079-06-06"),
    ] {
        let terms = terms(vec![permit([dated(Some(from), None)])]);
        let grants = plan_grants(&terms, hv1(), &window).unwrap();
        assert_eq!(
            (&*grants[0].text, grants[0].not_after),
            (text, window.until)
        );
    }
}

#[test]
fn a_calendar_that_begins_behind_its_end_is_an_error() {
    let terms = terms(vec![permit([dated(None, None)])]);
    for first_year in [2026, 2027, 1899] {
        let mut window = window(0);
        window.first_year = first_year;
        let planned = plan_grants(&terms, hv1(), &window);
        assert_eq!(planned.is_ok(), first_year == 2026, "{first_year}");
        assert!(matches!(planned, Ok(_) | Err(Error::Time(_))));
    }
}

/// What is dated behind a grant's own end, but not behind the window's: neither is more opened of it
/// than a rule says, nor is it an error.
#[test]
fn grants_one_behind_the_other_have_the_same_calendar() {
    let (new_year, middle) = (Some("2026-01-01"), second("2026-10-15") as u64);
    let early = || during(FROM, Some(middle));
    let mut window = window(0);
    window.until = second("2026-12-31") as u64;
    let plans = |rules: Vec<Rule>| {
        let planned = plan_grants(&terms(rules), hv1(), &window).unwrap();
        let plan = |it: PlannedGrant| (it.text, it.not_before, it.not_after);
        planned.into_iter().map(plan).collect::<Vec<_>>()
    };
    let (ended, open) = ("ymd in 2026-01-01..2026-10-31", "ymd>=2026-01-01");
    assert_eq!(
        plans(vec![
            permit([dated(new_year, Some("2026-11-01")), early()]),
            permit([dated(new_year, None), during(middle, None)]),
        ]),
        [
            (ended.into(), FROM, middle),
            (open.into(), middle, window.until)
        ]
    );
    // Both say the same of all days that the window has.
    assert_eq!(
        plans(vec![
            permit([dated(new_year, Some("2027-06-01")), early()]),
            permit([dated(new_year, None), during(middle, None)]),
        ]),
        [(open.into(), FROM, window.until)]
    );
    assert_eq!(
        plans(vec![permit([dated(Some("2026-11-01"), None), early()])]),
        [("ymd>=2026-11-01".into(), FROM, middle)]
    );
}
