//! The third act: what the grant opens of the carried bundle and of other data, and what it does not.

use super::demo::grant::chart::{Chart, Closed};
use super::demo::grant::story::Story;
use super::demo::labels::Asserted;
use super::demo::records::{Rest, load};
use super::{TOOL, consent, monitor, ours, run, run_grant, shared, study};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::OnceLock;

const NONE: &[String] = &[];

fn carried() -> &'static Story {
    static STORY: OnceLock<Story> = OnceLock::new();
    STORY.get_or_init(|| {
        let data = ours("examples/data/bundle.json");
        run_grant(Path::new(TOOL), &data, Rest::default()).unwrap()
    })
}

/// Why they stay closed, records, how many the researcher opens with two relays, and the error
/// that every batch is refused with: to one answer where the grant is for it, else to both.
const EXPECTED: [(Option<&str>, u64, u64, &str); 5] = [
    (None, 6, 6, "308"),
    (Some("unchecked"), 4, 0, "204"),
    (Some("sensitive"), 2, 0, "204"),
    (Some("other type"), 55, 0, "204"),
    (Some("older"), 19, 0, "204"),
];

#[test]
fn two_relays_open_what_the_policy_says_one_opens_nothing_and_the_patient_opens_all() {
    assert_eq!(carried().problems(), NONE);
    let story = carried().value();
    assert_eq!(
        story["policy"],
        "(type=Observation or type=Condition) and ym>=2024-01 and not sens=HIV"
    );
    let rows = story["rows"].as_array().unwrap();
    assert_eq!(rows.len(), EXPECTED.len());
    for (row, (closed, records, opened, error)) in rows.iter().zip(EXPECTED) {
        let expected = json!({"closed": closed, "records": records, "batches": row["batches"],
            "patient": records, "one_relay": 0, "two_relays": opened,
            "refusals": {error: row["batches"]}});
        assert_eq!(*row, expected);
    }
    let batches = rows.iter().map(|row| row["batches"].as_u64().unwrap());
    assert_eq!(story["batches"], batches.sum::<u64>());
    assert_eq!(story["batches_asked"], rows[0]["batches"]);
    for (name, expected) in [
        ("records", 86),
        ("bytes_before", 136_369),
        ("other_records", 0),
        ("patient_opened", 86),
        ("researcher_opened", 6),
        ("relays", 3),
        ("threshold", 2),
    ] {
        assert_eq!(story[name], expected, "{name}");
    }
    let steps = story["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 9);
    assert!(steps.iter().all(|step| step["bytes"] != json!(0)));
}

#[test]
fn after_the_revocation_no_relay_answers_and_nothing_new_opens() {
    let expected = json!({"relays": [402, 402, 402], "new_record": 308, "earlier_opens": true});
    assert_eq!(carried().value()["after_revocation"], expected);
}

#[test]
fn some_records_are_closed_for_their_sensitivity_alone() {
    let asserted = Asserted::read(&ours("examples/data/labels.json")).unwrap();
    let mut found = load(&ours("examples/data/bundle.json"), None).unwrap();
    found.label(&asserted, &Rest::default());
    let chart = Chart::of(&found.records, &asserted.sensitivities.vocabulary).unwrap();
    let batch = |name: &str| {
        let at = found.records.iter().position(|record| record.name == name);
        let mut batches = chart.batches.iter();
        batches
            .find(|it| it.members.contains(&at.unwrap()))
            .unwrap()
    };
    // Observations within the two years, all of them: checked, found to be about HIV, not looked
    // through, and flagged for something else.
    for (name, closed, labels) in [
        (
            "Observation/ecg-2024",
            None,
            "type=Observation ym=2024-05 conf=N sens.none=demo-1",
        ),
        (
            "Observation/hiv-2024",
            Some(Closed::Sensitive),
            "type=Observation ym=2024-05 conf=R sens.not=ETH sens=HIV sens.not=PSY sens.not=SDV",
        ),
        (
            "Observation/probing-2026",
            Some(Closed::Unchecked),
            "type=Observation ym=2026-01 conf=N",
        ),
        (
            "Observation/phq9-2024",
            None,
            "type=Observation ym=2024-03 conf=R sens.not=ETH sens.not=HIV sens=PSY sens.not=SDV",
        ),
    ] {
        let batch = batch(name);
        assert!(batch.closed == closed, "{name}");
        assert_eq!(batch.labels.join(" "), labels);
    }
    // Nobody labelled or looked through the letter: it stands alone.
    let letter = batch("DocumentReference/dental-letter-2023");
    assert_eq!(
        letter.labels.join(" "),
        "type=DocumentReference ym=2023-09 conf=unlabelled"
    );
    assert_eq!(letter.members.len(), 1);
}

#[test]
fn all_acts_are_told_in_narrow_lines_and_in_one_object() {
    let first = run(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap();
    let told: Value = serde_json::from_str(&first.json_with(
        consent::carried(),
        carried(),
        monitor::carried(),
        study::carried(),
    ))
    .unwrap();
    assert_eq!(
        (&told["records"], &told["grant"]["records"]),
        (&json!(86), &json!(86))
    );
    assert_eq!(told["consent"]["rows"][0]["dentist"], 72);
    assert_eq!(told["monitor"]["sessions"][0]["frames"], 18);
    let table = carried().table();
    for line in first.table().lines().chain(table.lines()) {
        assert!(line.chars().count() <= 110, "{line}");
    }
    let row = |begin: &str| {
        let line = table.lines().find(|line| line.starts_with(begin)).unwrap();
        let cells = line.split_whitespace().rev().take(6).map(str::to_owned);
        cells.collect::<Vec<_>>()
    };
    assert_eq!(row("about HIV"), ["204", "-", "-", "2", "2", "2"]);
    assert_eq!(
        row("what the grant is for"),
        ["308", "6", "-", "6", "4", "6"]
    );
    assert!(table.contains("error 402, error 402, error 402"), "{table}");
    assert!(table.contains("still opens"), "{table}");
    let words = carried().value()["fingerprints"]["patient"].clone();
    let words = words.as_str().unwrap();
    assert_eq!(words.split(' ').count(), 12);
    assert_eq!(table.matches(words).count(), 1);
}

/// Lines may be left out, and sizes depend on the day: the columns before them must be as printed.
#[test]
fn the_excerpt_in_the_readme_is_what_the_demo_prints() {
    const COLUMNS: usize = 90;
    let first = run(Path::new(TOOL), &ours("examples/data/bundle.json")).unwrap();
    let printed = format!("{}\n{}", first.table(), carried().table());
    let mut printed = printed.lines();
    let cut = |line: &str| line.chars().take(COLUMNS).collect::<String>();
    let readme = include_str!("../../README.md");
    let excerpt = readme.split("```text\n").nth(1).unwrap();
    let excerpt = excerpt.split("```").next().unwrap();
    let shown: Vec<_> = excerpt.lines().filter(|line| *line != "...").collect();
    assert!(shown.len() > 20);
    for line in shown {
        let found = printed.any(|it| cut(it) == cut(line));
        assert!(found, "not printed, or not in this order: {line}");
    }
}

#[test]
fn what_nobody_looked_through_is_not_even_asked_for() {
    let Some(folder) = shared("data/patients/hl7-r4-core") else {
        return;
    };
    let conf = Some("N".to_owned());
    let rest = Rest { conf, sens: None };
    let story = run_grant(Path::new(TOOL), &folder, rest).unwrap();
    assert_eq!(story.problems(), NONE);
    let unchecked = story.value();
    // Single resources: together they are the chart.
    assert_eq!(
        (&unchecked["records"], &unchecked["patient_opened"]),
        (&json!(20), &json!(20))
    );
    assert_eq!(unchecked["rows"].as_array().unwrap().len(), 1);
    assert_eq!(unchecked["rows"][0]["closed"], "unchecked");
    assert_eq!(unchecked["researcher_opened"], 0);
    assert_eq!(
        (&unchecked["batches_asked"], &unchecked["after_revocation"]),
        (&json!(0), &Value::Null)
    );
    assert!(story.table().contains("the relays were not asked"));

    let sens = Some(Vec::new());
    let rest = Rest { conf: None, sens };
    let story = run_grant(Path::new(TOOL), &folder, rest).unwrap();
    assert_eq!(story.problems(), NONE);
    assert!(story.value()["researcher_opened"].as_u64() > Some(0));
    assert!(
        story
            .table()
            .contains("Nothing sensitive in 20 resources (whoever runs this demo, today).")
    );
    let rest = Rest {
        conf: None,
        sens: Some(vec!["XYZ".into()]),
    };
    assert!(run_grant(Path::new(TOOL), &folder, rest).is_err());
}

#[test]
fn the_largest_bundle_is_the_patient() {
    let folder = tempfile::tempdir().unwrap();
    let one = r#"{"resourceType":"Observation","effectiveDateTime":"2020-02-03"}"#;
    let bundle = |count: usize| {
        let entries = vec![format!(r#"{{"resource":{one}}}"#); count].join(",");
        format!(r#"{{"resourceType":"Bundle","entry":[{entries}]}}"#)
    };
    for (name, text) in [
        ("a", one.to_owned()),
        ("b", bundle(2)),
        ("c", bundle(3)),
        ("d", bundle(3)),
    ] {
        std::fs::write(folder.path().join(format!("{name}.json")), text).unwrap();
    }
    let mut found = load(folder.path(), None).unwrap();
    let rest = Rest {
        conf: Some("N".into()),
        sens: Some(Vec::new()),
    };
    found.label(&Asserted::default(), &rest);
    let vocabulary = Asserted::default().sensitivities.vocabulary;
    let chart = Chart::of(&found.records, &vocabulary).unwrap();
    assert_eq!((chart.records, chart.since.as_str()), (3, "2018-02"));
    assert_eq!(chart.batches.len(), 1);
    assert_eq!(chart.batches[0].members, [3, 4, 5]);
}
