//! The three enforcements agree with the decision.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use proptest::prelude::*;

use super::*;
use crate::asymmetric::SigningKey;
use crate::consent::*;
use crate::error::Error;
use crate::policy::{Date, Labels};

mod days;
mod plans;
mod statements;

const ADA: &str = "https://example.org/Patient/ada";
const FROM: u64 = 1_790_000_000;
const UNTIL: u64 = FROM + 1000;
/// Where drawn windows end: 2026-12-30, so that rules begin and end on other days.
const LATER: u64 = FROM + 1000 * TENTH;
/// A tenth of a day.
const TENTH: u64 = 8640;
const PEOPLE: [&[&str]; 4] = [
    &["prac=a", "org=x"],
    &["prac=b", "org=x"],
    &["prac=c", "org=y"],
    &["prac=d", "org=y", "role=nurse"],
];
const PURPOSES: [&str; 5] = ["TREAT", "ETREAT", "BTG", "HRESCH", "HMARKT"];
const SENSITIVITIES: [&str; 4] = ["SUD", "ETHUD", "HIV", "PSY"];
const DAYS: [&str; 8] = [
    "2025-12-31",
    "2026-01-01",
    "2026-02",
    "2025",
    "2026-03-01",
    "2026-09-02",
    "2026-10-20",
    "2026-12-01",
];

fn hv1() -> &'static Vocabulary {
    static HV1: std::sync::OnceLock<Vocabulary> = std::sync::OnceLock::new();
    HV1.get_or_init(|| Vocabulary::hv1().unwrap())
}

fn person(place: usize) -> Attributes {
    let mut all = Attributes::of(PEOPLE[place].iter().copied()).unwrap();
    all = all.without("role").unwrap();
    all
}

fn everyone() -> Vec<Attributes> {
    (0..PEOPLE.len()).map(person).collect()
}

/// Labels as a sealer writes them, or a part of them.
fn labels() -> impl Strategy<Value = Labels> {
    use prop::option::of;
    (
        of(0..6_usize),
        of(prop::sample::select(vec![
            "Observation",
            "Condition",
            "Media",
        ])),
        of(prop::sample::subsequence(SENSITIVITIES.to_vec(), 0..=2)),
        of(prop::sample::select(DAYS.to_vec())),
        any::<bool>(),
    )
        .prop_map(|(level, kind, sensitive, day, coded)| {
            let vocabulary = hv1();
            let mut all: Vec<String> = Vec::new();
            all.extend(level.map(|it| format!("conf={}", Confidentiality::ALL[it].code())));
            all.extend(kind.map(|it| format!("type={it}")));
            match sensitive {
                Some(carried) if carried.is_empty() => all.push("sens.none=hv1".into()),
                Some(carried) => {
                    all.extend(carried.iter().map(|it| format!("sens={it}")));
                    let beside = vocabulary.sensitivities_beside(&carried);
                    all.extend(beside.map(|it| format!("sens.not={it}")));
                }
                None => {}
            }
            all.extend(day.map(|it| match it.len() {
                4 => format!("y={it}"),
                7 => format!("ym={it}"),
                _ => format!("ymd={it}"),
            }));
            if coded {
                all.push("code=loinc:8480-6".into());
            }
            Labels::parse(all.iter().map(String::as_str)).unwrap()
        })
}

fn some(names: &[&'static str]) -> impl Strategy<Value = Vec<&'static str>> + use<> {
    prop::sample::subsequence(names.to_vec(), 1..=names.len())
}

/// The first second of a day, or of a year that no calendar of labels need have.
fn second(day: &str) -> i64 {
    match day {
        "1850" => -3_786_825_600,
        "9999" => 253_370_764_800,
        year if year.len() == 4 => second(&format!("{year}-01-01")),
        day => Date::parse(day).unwrap().start().unwrap() as i64,
    }
}

/// Criteria that all mechanisms may meet; of prohibitions only those about data that labels show.
fn criteria(permits: bool) -> impl Strategy<Value = Vec<Criterion>> {
    use prop::option::of;
    let people = prop::collection::vec(
        prop::sample::select(vec![vec!["prac=a"], vec!["org=y"], vec!["prac=b", "org=x"]]),
        1..3,
    );
    // Ends that no day begins with: a day that they cut is neither inside nor outside. Some lie
    // before or behind the calendar of a grant, or of all labels.
    let end = |days: &'static [&str]| (of(prop::sample::select(days)), any::<bool>());
    let starts = end(&[
        "1850",
        "2010",
        "2025-12-31",
        "2026-01-01",
        "2026-02-01",
        "2031",
    ]);
    let ends = end(&[
        "2012",
        "2026-02-01",
        "2026-03-01",
        "2026-11-01",
        "2031",
        "9999",
    ]);
    let span = (starts, ends).prop_map(|((from, cut), (until, later))| {
        let from = from.map(|it| second(it) + i64::from(cut) * 7);
        let until = until.map(|it| second(it) + i64::from(later) * 5);
        let until = until.filter(|it| from.is_none_or(|from| from < *it));
        Criterion::Dated(Interval::new(from, until).unwrap())
    });
    let during = (1..999_u64, any::<bool>()).prop_map(|(at, begins)| {
        let at = Some((FROM + at * TENTH) as i64);
        let span = if begins { (at, None) } else { (None, at) };
        Criterion::During(Interval::new(span.0, span.1).unwrap())
    });
    let kinds =
        some(&["Observation", "Media"]).prop_map(|it| Criterion::resource_type(it).unwrap());
    let kinds = of(kinds).prop_map(move |it| it.filter(|_| permits));
    let code = Just(Criterion::code(["loinc:8480-6"]).unwrap());
    let code = of(code).prop_map(move |it| it.filter(|_| permits));
    (
        of(people.prop_map(|it| Criterion::recipients(it).unwrap())),
        of(some(&PURPOSES).prop_map(|it| Criterion::purpose(it).unwrap())),
        of((0..6_usize).prop_map(|it| Criterion::Confidentiality(Confidentiality::ALL[it]))),
        of(some(&SENSITIVITIES).prop_map(|it| Criterion::sensitivity(it).unwrap())),
        of(span),
        of(during),
        kinds,
        code,
    )
        .prop_map(|(a, b, c, d, e, f, g, h)| {
            [a, b, c, d, e, f, g, h].into_iter().flatten().collect()
        })
}

fn consent() -> impl Strategy<Value = Terms> {
    let rule = any::<bool>().prop_flat_map(|permits| {
        criteria(permits).prop_map(move |criteria| {
            let effect = if permits {
                Effect::Permit
            } else {
                Effect::Forbid
            };
            Rule::new(effect, criteria).unwrap()
        })
    });
    let base = prop::sample::select(vec![Base::Silent, Base::Permit, Base::Forbid]);
    (base, prop::collection::vec(rule, 1..4)).prop_map(|(base, rules)| {
        let mut draft = TermsDraft::new([1; 32], *hv1().hash(), ADA);
        draft.base = base;
        draft.rules = rules;
        Terms::check(draft).unwrap()
    })
}

fn request(who: usize, why: &str, labels: &Labels, time: u64) -> Request {
    let vocabulary = hv1();
    let mut request = Request::new(*vocabulary.hash(), ADA, time as i64);
    request.recipient = person(who);
    request.purposes = vec![Purpose::of(vocabulary, why).unwrap()];
    request.record = Record::of_labels(labels, vocabulary).unwrap();
    request
}

fn window(who: usize) -> GrantWindow {
    GrantWindow {
        recipient: person(who),
        permissions: None,
        from: FROM,
        until: UNTIL,
        first_year: 2024,
    }
}

fn opens(grant: &PlannedGrant, why: &str, labels: &Labels, time: u64) -> bool {
    let purpose = grant.purposes.is_empty() || grant.purposes.iter().any(|it| it == why);
    let held =
        |literal: &crate::policy::Literal| labels.iter().any(|label| label == literal.as_bytes());
    purpose
        && (grant.not_before..grant.not_after).contains(&time)
        && grant.policy.formula().unwrap().is_satisfied(&held)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn grants_open_what_the_decision_permits(
        terms in consent(),
        who in 0..PEOPLE.len(),
        records in prop::collection::vec(labels(), 1..6),
        times in prop::collection::vec(FROM..LATER, 1..4),
    ) {
        let mut window = window(who);
        window.until = LATER;
        let grants = match plan_grants(&terms, hv1(), &window) {
            // Rare: see `spans_that_come_to_more_rows_than_a_policy_has_are_refused`.
            Err(Error::PolicyLimit(_, reason)) => return Err(TestCaseError::reject(reason)),
            other => other.unwrap(),
        };
        for labels in &records {
            for time in &times {
                for why in PURPOSES {
                    let decision = decide(&terms, &request(who, why, labels, *time));
                    let opened = grants.iter().any(|it| opens(it, why, labels, *time));
                    let permitted = decision.outcome == Outcome::Permit;
                    let labelled = labels.texts().any(|it| it.starts_with("conf="));
                    prop_assert!(permitted || !opened, "{why} {labels} {grants:?}");
                    prop_assert!(!permitted || opened || !labelled, "{why} {labels} {grants:?}");
                }
            }
        }
    }

    #[test]
    fn holders_of_keys_open_what_the_decision_permits(
        terms in consent(),
        labels in labels(),
        time in FROM..LATER,
    ) {
        let record = Record::of_labels(&labels, hv1()).unwrap();
        let everyone = everyone();
        let policy =
            holder_policy(&terms, hv1(), &record, None, Some(&everyone), time as i64).unwrap();
        let formula = policy.as_ref().map(|it| it.policy.formula().unwrap());
        for (who, attributes) in PEOPLE.iter().enumerate() {
            for why in PURPOSES {
                let pou = format!("pou={why}");
                let held: Vec<&str> = attributes.iter().copied().chain([pou.as_str()]).collect();
                let has = |literal: &crate::policy::Literal| {
                    crate::policy::Attributes::parse(held.iter().copied())
                        .unwrap()
                        .literals()
                        .contains(literal)
                };
                let opened = formula.as_ref().is_some_and(|it| it.is_satisfied(&has));
                let decision = decide(&terms, &request(who, why, &labels, time));
                prop_assert_eq!(opened, decision.outcome == Outcome::Permit, "{} {}", why, labels);
            }
        }
    }
}

fn terms(rules: Vec<Rule>) -> Terms {
    let mut draft = TermsDraft::new([1; 32], *hv1().hash(), ADA);
    draft.rules = rules;
    Terms::check(draft).unwrap()
}

fn everything() -> Rule {
    Rule::permit([]).unwrap()
}

#[test]
fn what_labels_cannot_show_is_refused_and_not_left_out() {
    for criterion in [
        Criterion::resource_type(["Media"]).unwrap(),
        Criterion::code(["loinc:8480-6"]).unwrap(),
        Criterion::document(["mime:application/dicom"]).unwrap(),
        Criterion::author(["prac=x"]).unwrap(),
        Criterion::records([RecordReference::new(Meaning::Instance, "Observation/1").unwrap()])
            .unwrap(),
    ] {
        let terms = terms(vec![everything(), Rule::forbid([criterion]).unwrap()]);
        let planned = plan_grants(&terms, hv1(), &window(0));
        assert!(matches!(planned, Err(Error::NotEnforceable(_))));
    }
}

#[test]
fn a_denied_recipient_needs_the_closed_list() {
    let denied = Criterion::recipients([["prac=b"]]).unwrap();
    let terms = terms(vec![everything(), Rule::forbid([denied]).unwrap()]);
    let record = Record::default();
    let policy = |everyone: Option<&[Attributes]>| {
        holder_policy(&terms, hv1(), &record, None, everyone, FROM as i64)
    };
    assert_eq!(policy(None).err(), Some(Error::DeniedRecipient));
    let text = policy(Some(&everyone())).unwrap().unwrap().text;
    assert!(
        text.contains("prac=\"a\"") && !text.contains("prac=\"b\""),
        "{text}"
    );
    // One who may and has fewer attributes than one who may not: their policies are the same.
    let both = [
        Attributes::of(["org=x"]).unwrap().without("prac").unwrap(),
        person(1),
    ];
    assert_eq!(policy(Some(&both)).err(), Some(Error::DeniedRecipient));
}

#[test]
fn the_psychiatrist_and_the_dentist() {
    let treat = || Criterion::purpose(["TREAT"]).unwrap();
    let terms = terms(vec![
        Rule::permit([treat(), Criterion::Confidentiality(Confidentiality::Normal)]).unwrap(),
        Rule::permit([
            Criterion::recipients([["prac=a"]]).unwrap(),
            treat(),
            Criterion::sensitivity(["PSY"]).unwrap(),
        ])
        .unwrap(),
    ]);
    let grants = plan_grants(&terms, hv1(), &window(0)).unwrap();
    assert_eq!(grants.len(), 1);
    assert_eq!(
        grants[0].text,
        "conf=\"U\" or conf=\"L\" or conf=\"M\" or conf=\"N\" or sens=\"PSY\""
    );
    assert!(grants[0].break_glass && grants[0].purposes.contains(&"ETREAT".into()));
    let dentist = plan_grants(&terms, hv1(), &window(1)).unwrap();
    assert!(!dentist[0].text.contains("PSY"));
    let mut later = window(1);
    later.from = UNTIL;
    assert!(
        plan_grants(&terms, hv1(), &later).is_err(),
        "an empty window"
    );
}

#[test]
fn other_vocabularies_are_refused() {
    let mut draft = TermsDraft::new([1; 32], [9; 32], ADA);
    draft.rules = vec![everything()];
    let terms = Terms::check(draft).unwrap();
    assert!(plan_grants(&terms, hv1(), &window(0)).is_err());
    let record = Record::default();
    assert!(holder_policy(&terms, hv1(), &record, None, None, 0).is_err());
    let key = SigningKey::generate(&mut getrandom::SysRng)
        .unwrap()
        .verifying_key();
    assert!(short_consents(&terms, hv1(), &person(0), &key).is_err());
}

/// Nothing lies within a code that nobody knows, so "nothing of it" would hold for every record.
#[test]
fn a_prohibition_of_an_unknown_sensitivity_is_no_permission() {
    let mut draft = TermsDraft::new([1; 32], *hv1().hash(), ADA);
    draft.base = Base::Permit;
    draft.rules = vec![Rule::forbid([Criterion::sensitivity(["HIVV"]).unwrap()]).unwrap()];
    let terms = Terms::check(draft).unwrap();
    let labels = Labels::parse(["conf=N", "sens.none=hv1"]).unwrap();
    let denied = decide(&terms, &request(0, "TREAT", &labels, FROM));
    assert_eq!(denied.outcome, Outcome::Deny);
    let window = GrantWindow {
        recipient: person(0),
        permissions: None,
        from: FROM,
        until: UNTIL,
        first_year: 2000,
    };
    let planned = plan_grants(&terms, hv1(), &window);
    assert!(matches!(planned, Err(Error::NotEnforceable(_))));
}

/// An entry without any attribute stands for everybody who has a key.
#[test]
fn nobody_on_the_closed_list_is_unknown() {
    let mut draft = TermsDraft::new([1; 32], *hv1().hash(), ADA);
    draft.base = Base::Permit;
    let rule = Rule::forbid([Criterion::recipients([["org=y"]]).unwrap()]);
    draft.rules = vec![rule.unwrap()];
    let terms = Terms::check(draft).unwrap();
    let everyone = [Attributes::default().without("org").unwrap()];
    let policy = holder_policy(
        &terms,
        hv1(),
        &Record::default(),
        None,
        Some(&everyone),
        FROM as i64,
    );
    assert!(matches!(policy, Err(Error::DeniedRecipient)));
}

/// Terms as large as they may be end in an error, and not in hours of comparing.
#[test]
fn more_recipients_than_a_policy_has_room_for_end_soon() {
    let rules = (0..64).map(|rule| {
        let all: Vec<String> = (0..256).map(|at| format!("prac=p{rule}.{at}")).collect();
        let all = all.iter().map(|it| [it.as_str()]);
        Rule::permit([Criterion::recipients(all).unwrap()]).unwrap()
    });
    let terms = terms(rules.collect());
    let policy = holder_policy(&terms, hv1(), &Record::default(), None, None, FROM as i64);
    assert!(matches!(policy, Err(Error::TooLarge(_))));
}
