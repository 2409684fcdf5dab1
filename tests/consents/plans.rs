//! Real consents as grants: what is planned opens what the decision permits, and nothing else.

use hippocrypt::Error;
use hippocrypt::consent::Reading::R4Typed;
use hippocrypt::consent::enforce::{GrantWindow, PlannedGrant, plan_grants};
use hippocrypt::consent::{Attributes, Outcome, Purpose, Record, Request, Terms, decide};
use hippocrypt::fhir::NoResolver;
use hippocrypt::policy::{Labels, Literal};
use serde_json::{Value, json};

use super::mutations::consents;
use super::wild::{ACT_CODE, coding, r4, with};
use super::{BASE, compiled, options, vocabulary};

/// 2023-11-14, within most validities here.
const FROM: u64 = 1_700_000_000;
const UNTIL: u64 = FROM + 365 * 86_400;

const PURPOSES: [&str; 5] = ["TREAT", "ETREAT", "BTG", "HRESCH", "HMARKT"];
const DAYS: [&str; 4] = ["2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01"];

fn window(who: &str, first_year: u16) -> GrantWindow {
    GrantWindow {
        recipient: Attributes::of([who]).unwrap(),
        permissions: None,
        from: FROM,
        until: UNTIL,
        first_year,
    }
}

fn span(kind: &str, start: &str, end: &str) -> Value {
    json!({"type": kind, "dataPeriod": {"start": start, "end": end}})
}

/// Everything is permitted but for this.
fn around(denied: &Value) -> Value {
    json!({"type": "permit", "provision": [denied]})
}

fn own(provision: &Value) -> Terms {
    let value = with(r4(), &[("/provision", provision.clone())]);
    let answer = compiled(value.to_string().as_bytes(), &options(R4Typed), &NoResolver);
    answer.unwrap().terms
}

/// Those of [`consents`], and more that say something of what [`records`] has.
fn all_terms() -> Vec<Terms> {
    let terms = |(reading, value, context): (_, Value, _)| {
        let answer = compiled(value.to_string().as_bytes(), &options(reading), &context);
        answer.unwrap().terms
    };
    let provisions = [
        span("permit", "2022", "2022"),
        around(&span("deny", "2022", "2022")),
        around(&span("deny", "2010", "2021-06")),
        around(&json!({"type": "deny", "securityLabel": [coding(ACT_CODE, "PSY")]})),
        json!({"type": "permit", "code": [{"coding": [coding("http://loinc.org", "8480-6")]}]}),
    ];
    let mut all: Vec<Terms> = consents().into_iter().map(terms).collect();
    all.extend(provisions.iter().map(own));
    all
}

/// Labels as a sealer writes them.
fn records() -> Vec<Labels> {
    let encounter = format!("enc={BASE}Encounter/ex-encounter");
    let mut all = Vec::new();
    for level in ["conf=N", "conf=R"] {
        for sensitive in ["sens.none=hv1", "sens=PSY"] {
            for day in DAYS {
                for more in [&*encounter, "code=loinc:8480-6"] {
                    let day = format!("ymd={day}");
                    let mut labels = vec![level, sensitive, &*day, "type=Observation", more];
                    let beside = vocabulary().sensitivities_beside(&["PSY"]);
                    let beside: Vec<String> = beside.map(|it| format!("sens.not={it}")).collect();
                    if sensitive == "sens=PSY" {
                        labels.extend(beside.iter().map(String::as_str));
                    }
                    all.push(Labels::parse(labels).unwrap());
                }
            }
        }
    }
    all
}

fn opens(grant: &PlannedGrant, why: &str, labels: &Labels) -> bool {
    let held = |literal: &Literal| labels.iter().any(|it| it == literal.as_bytes());
    (grant.purposes.is_empty() || grant.purposes.iter().any(|it| it == why))
        && (grant.not_before..grant.not_after).contains(&FROM)
        && grant.policy.formula().unwrap().is_satisfied(&held)
}

#[test]
fn grants_of_real_consents_open_what_the_decision_permits() {
    let records = records();
    let (mut planned, mut opened) = (0, 0);
    for terms in all_terms() {
        for who in ["Practitioner/ex-practitioner", "Practitioner/somebody"] {
            let who = format!("prac={BASE}{who}");
            for first_year in [2020, 2023] {
                let window = window(&who, first_year);
                let grants = match plan_grants(&terms, vocabulary(), &window) {
                    Err(Error::NotEnforceable(_)) => continue,
                    planned => planned.unwrap(),
                };
                planned += grants.len();
                for (labels, why) in records
                    .iter()
                    .flat_map(|labels| PURPOSES.map(|why| (labels, why)))
                {
                    let mut request =
                        Request::new(*vocabulary().hash(), &terms.subject, FROM as i64);
                    request.recipient = window.recipient.clone();
                    request.purposes = vec![Purpose::of(vocabulary(), why).unwrap()];
                    request.record = Record::of_labels(labels, vocabulary()).unwrap();
                    let permitted = decide(&terms, &request).outcome == Outcome::Permit;
                    let open = grants.iter().any(|it| opens(it, why, labels));
                    // What is dated before the calendar opens for nobody where days are asked for.
                    let within = first_year == 2020 || labels.texts().any(|it| it == "y=2023");
                    let case = format!("{:?} {who} {why} {labels}", terms.rules);
                    assert!(permitted || !open, "{case}");
                    assert!(!permitted || open || !within, "{case}");
                    opened += u32::from(open);
                }
            }
        }
    }
    assert!(planned > 0 && opened > 0, "{planned} {opened}");
}

/// Days that the grant's calendar does not have are no error: a permission for them opens nothing, a prohibition of them
/// holds back only what has no date.
#[test]
fn spans_outside_of_the_calendar_are_planned() {
    for (provision, expected) in [
        (span("permit", "2010", "2012"), &[][..]),
        (span("permit", "2010", "2022"), &["ymd<=2022-12-31"]),
        (span("permit", "2022", "9998"), &["ymd>=2022-01-01"]),
        (around(&span("deny", "2010", "2012")), &["ymd>=2020-01-01"]),
        (around(&span("deny", "2010", "2022")), &["ymd>=2023-01-01"]),
        (
            around(&span("deny", "2023-02", "9998")),
            &["ymd<=2023-01-31"],
        ),
    ] {
        let terms = own(&provision);
        let grants = plan_grants(&terms, vocabulary(), &window("prac=ada", 2020)).unwrap();
        let texts: Vec<&str> = grants.iter().map(|it| &*it.text).collect();
        assert_eq!(texts, expected, "{provision}");
    }
}
