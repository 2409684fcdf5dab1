//! The way of a grant: patients, recipients, relays, and back.

use super::support::{Place, Ran};

pub const UNTIL: &str = "--until 2060-12-31";
pub const RELAYS: &str = "--relay r1.pub --relay r2.pub --relay r3.pub --threshold 2";

/// A patient, a study, three relays, and one record of each kind.
pub fn people() -> Place {
    let place = Place::new();
    place.run("patient new -o patient.key").ok();
    place
        .run("recipient new --name 'study 12' -o study.key")
        .ok();
    for relay in 1..=3 {
        place
            .run(&format!("relay new --name 'relay {relay}' -o r{relay}.key"))
            .ok();
    }
    place.write("obs.json", b"{\"hr\":72}\n");
    seal(
        &place,
        "obs",
        "--label type=Observation --label conf=N --label ym=2026-11",
    );
    place
}

/// Seals a record to the patient.
pub fn seal(place: &Place, record: &str, labels: &str) {
    let line = format!("seal --patient patient.pub {labels} --record {record}");
    place
        .run(&format!("{line} -o {record}.hippo obs.json"))
        .ok();
}

/// Grants, 2 of 3, into a directory.
pub fn grant(place: &Place, more: &str, directory: &str) -> Ran {
    place.run(&format!(
        "grant new --key patient.key --to study.pub {RELAYS} {more} -o {directory}"
    ))
}

/// People, and a grant of normal observations in `G`.
pub fn granted() -> Place {
    let place = people();
    grant(
        &place,
        &format!("--policy 'type=Observation and conf=N' {UNTIL}"),
        "G",
    )
    .ok();
    place
}

/// Asks for records; the requests go to `request`.
pub fn ask(place: &Place, more: &str) -> Ran {
    place.run(&format!(
        "request new --key study.key --grant G/grant.hg {more} -o request --force"
    ))
}

/// What one relay does with them, with this list or exception; the answer goes to `part-N`.
pub fn transform(relay: u8, list: &str) -> String {
    format!(
        "transform --key r{relay}.key --grant G/grant.hg --share G/share-{relay}.hs \
         --request request {list} -o part-{relay}"
    )
}

/// Opens with the answers of these relays.
pub fn open(relays: &[u8], record: &str) -> String {
    let parts: String = relays
        .iter()
        .map(|at| format!(" --part part-{at}"))
        .collect();
    format!("open --key study.key --grant G/grant.hg{parts} -o OUT {record}.hippo")
}

/// A current list without anything new, in `list`.
pub fn none(place: &Place) {
    place
        .run("grant revoke --key patient.key --none -o list --force")
        .ok();
}

#[test]
fn two_of_three_relays_open_a_record_and_the_patient_needs_none() {
    let place = granted();
    ask(&place, "--purpose HRESCH obs.hippo").ok();
    none(&place);
    for relay in [1, 3] {
        place.run(&transform(relay, "--revocations list")).ok();
    }
    place.run(&open(&[1, 3], "obs")).ok();
    assert_eq!(place.read("OUT"), b"{\"hr\":72}\n");
    assert_eq!(place.mode("OUT"), 0o600);
    place.run("open --key patient.key -o own obs.hippo").ok();
    assert_eq!(place.read("own"), b"{\"hr\":72}\n");
    // The order of --part does not matter.
    place.run(&format!("{} --force", open(&[3, 1], "obs"))).ok();
}

#[test]
fn what_is_missing_or_wrong_opens_nothing() {
    let place = granted();
    ask(&place, "obs.hippo").ok();
    for relay in [1, 2] {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    place.refuses(308, &open(&[], "obs"));
    place.refuses(308, &open(&[1], "obs"));
    place.refuses(5, &open(&[1, 1], "obs"));
    place.refuses(
        502,
        "open --key study.key --grant G/grant.hg --part part-1 --part part-2 -o request obs.hippo",
    );
    // A recipient's key alone, or another's, or another grant.
    place.refuses(7, "open --key study.key -o OUT obs.hippo");
    place.refuses(
        7,
        "open --key patient.key --grant G/grant.hg -o OUT obs.hippo",
    );
    place.misused("open --grant G/grant.hg -o OUT obs.hippo");
    place.misused("open --key study.key --part part-1 -o OUT obs.hippo");
    place.run("recipient new -o other.key").ok();
    place.refuses(
        303,
        "open --key other.key --grant G/grant.hg --part part-1 --part part-2 -o OUT obs.hippo",
    );
    let policy = format!("--policy type=Observation {UNTIL}");
    grant(&place, &policy, "H").ok();
    place.refuses(
        303,
        "open --key study.key --grant H/grant.hg --part part-1 --part part-2 -o OUT obs.hippo",
    );
    place.refuses(105, "open --key r1.key -o OUT obs.hippo");
    // Answers to a request for another record.
    seal(&place, "later", "--label type=Observation --label conf=N");
    place.refuses(308, &open(&[1, 2], "later"));
    // Another patient's record.
    place.run("patient new -o anna.key").ok();
    place.refuses(303, "open --key anna.key -o OUT obs.hippo");
    place
        .run("seal --patient anna.pub --label type=Observation --label conf=N --record x -o anna.hippo obs.json")
        .ok();
    place.refuses(303, &open(&[1, 2], "anna"));
    place.refuses(
        303,
        "request new --key study.key --grant G/grant.hg -o q anna.hippo",
    );
    // A share for another relay.
    place.refuses(303, "transform --key r3.key --grant G/grant.hg --share G/share-2.hs --request request --no-revocations -o part-3");
    place.refuses(303, "transform --key r3.key --grant H/grant.hg --share G/share-3.hs --request request --no-revocations -o part-3");
    place.refuses(303, "transform --key r3.key --grant H/grant.hg --share H/share-3.hs --request request --no-revocations -o part-3");
    place.run(&transform(3, "--no-revocations")).ok();
}

#[test]
fn the_policy_decides_what_can_be_asked_for() {
    let place = granted();
    seal(
        &place,
        "restricted",
        "--label type=Observation --label conf=R",
    );
    seal(&place, "bare", "--label type=Observation");
    for record in ["restricted", "bare"] {
        place.refuses(
            204,
            &format!("request new --key study.key --grant G/grant.hg -o q {record}.hippo"),
        );
        place.refuses(204, &open(&[], record));
    }
    let all = "restricted.hippo obs.hippo obs.hippo bare.hippo";
    place.refuses(
        204,
        &format!("request new --key study.key --grant G/grant.hg -o q {all}"),
    );
    let told = ask(&place, &format!("--skip --json {all}")).ok().json();
    assert_eq!(told["capsules"], 1);
    assert_eq!(told["passed_over"], 2);
    place.refuses(
        1,
        "request new --key study.key --grant G/grant.hg --skip -o q bare.hippo",
    );
}

/// A blind request and a blind grant: relays see digests, the recipient's key decides.
#[test]
fn blind_requests_and_blind_grants() {
    let place = people();
    let policy = "--policy 'type=Observation and conf=N'";
    grant(&place, &format!("{policy} {UNTIL} --blind"), "G").ok();
    let shown = place.run("grant show G/grant.hg --json").ok().json();
    assert!(
        shown["policy"].is_null() && shown["blind"] == true,
        "{shown}"
    );
    let shown = place
        .run("grant show --key study.key G/grant.hg --json")
        .ok()
        .json();
    assert_eq!(shown["policy"], "type=Observation and conf=N");
    assert_eq!(shown["recipient_part"], "verified");
    place.run("recipient new -o other.key").ok();
    place.refuses(303, "grant show --key other.key G/grant.hg");
    let listed = place
        .run("grant list --key patient.key --json G")
        .ok()
        .json();
    assert_eq!(listed["grants"][0]["policy"], "type=Observation and conf=N");

    seal(
        &place,
        "restricted",
        "--label type=Observation --label conf=R",
    );
    place.refuses(
        204,
        "request new --key study.key --grant G/grant.hg --blind -o q restricted.hippo",
    );
    ask(&place, "--blind obs.hippo").ok();
    assert!(!contains(&place.read("request"), b"type=Observation"));
    for relay in [1, 2] {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    place.run(&open(&[1, 2], "obs")).ok();
    assert!(contains(&place.read("r1.state/log"), b"\"blind\":true"));
    ask(&place, "obs.hippo").ok();
    assert!(contains(&place.read("request"), b"type=Observation"));
}

#[test]
fn purposes_and_other_conditions() {
    let place = people();
    let conditions = "--purpose HRESCH --purpose CLINTRCH --action access --role researcher";
    let more = format!("--policy type=Observation {UNTIL} {conditions}");
    let told = grant(&place, &more, "G").ok();
    assert!(
        told.err.contains("purpose CLINTRCH or HRESCH"),
        "{}",
        told.err
    );
    assert!(!told.err.contains("any purpose"), "{}", told.err);
    let good = "--purpose HRESCH --action access --role researcher";
    ask(&place, &format!("{good} obs.hippo")).ok();
    for bad in [
        "--purpose TREAT --action access --role researcher",
        "--action access --role researcher",
        "--purpose HRESCH --role researcher",
        "--purpose HRESCH --action access --role nurse",
        "--purpose HRESCH --action access --role researcher --break-glass",
    ] {
        place.refuses(
            403,
            &format!("request new --key study.key --grant G/grant.hg {bad} -o q obs.hippo"),
        );
    }
    let told = place
        .run(&format!("{} --json", transform(1, "--no-revocations")))
        .ok();
    assert_eq!(told.json()["purpose"], "HRESCH");
    let shown = place.run("grant show --json G/grant.hg").ok().json();
    assert_eq!(shown["purposes"], serde_json::json!(["CLINTRCH", "HRESCH"]));
    assert_eq!(shown["break_glass"], false);

    let told = grant(
        &place,
        &format!("--policy type=Observation {UNTIL} --break-glass"),
        "H",
    )
    .ok();
    assert!(
        told.err.contains("any purpose") && told.err.contains("emergencies"),
        "{}",
        told.err
    );
    place
        .run("request new --key study.key --grant H/grant.hg --break-glass -o q obs.hippo")
        .ok();
}

#[test]
fn a_grant_ends_with_its_last_day() {
    let place = people();
    let told = grant(&place, "--policy type=Observation --until 2026-01-31", "G").ok();
    assert!(
        told.err.contains("the end of 31 January 2026 (UTC)"),
        "{}",
        told.err
    );
    assert!(told.err.contains("has passed"), "{}", told.err);
    let shown = place.run("grant show --json G/grant.hg").ok().json();
    assert_eq!(shown["status"], "ended");
    assert_eq!(shown["not_after"], 1_769_904_000);
    place.refuses(
        400,
        "request new --key study.key --grant G/grant.hg -o q obs.hippo",
    );
    // Requests under another grant reach a relay all the same.
    grant(&place, &format!("--policy type=Observation {UNTIL}"), "H").ok();
    place
        .run("request new --key study.key --grant H/grant.hg -o request obs.hippo")
        .ok();
    place.refuses(400, &transform(1, "--no-revocations"));
    let told = place.run("doctor --key study.key --grant G/grant.hg obs.hippo");
    assert_eq!(told.refused(), 308);
    assert!(told.text().contains("31 January 2026"), "{}", told.text());

    grant(
        &place,
        "--policy type=Observation --from 2059-01-01 --until 2060-12-31",
        "later",
    )
    .ok();
    place.refuses(
        400,
        "request new --key study.key --grant later/grant.hg -o q obs.hippo",
    );
    let listed = place
        .run("grant list --key patient.key --json G H later")
        .ok()
        .json();
    let status: Vec<_> = (0..3)
        .map(|at| listed["grants"][at]["status"].clone())
        .collect();
    assert_eq!(status, ["ended", "live", "not begun"]);
    for until in ["2026-02-30", "soon", "", "2079-06-06"] {
        let line = format!("--policy a=b --until '{until}' --relay r1.pub --threshold 1 -o new");
        place.refuses(
            401,
            &format!("grant new --key patient.key --to study.pub {line}"),
        );
    }
    let backwards = "--from 2060-01-02 --until 2060-01-01";
    let refused = place.refuses(
        401,
        &format!(
            "grant new --key patient.key --to study.pub --policy a=b {RELAYS} {backwards} -o new"
        ),
    );
    assert!(refused.contains("--from, --until"), "{refused}");
}

/// Errors about the terms of a grant name their flags.
#[test]
fn refused_terms_name_their_flags() {
    let place = people();
    let refuses = |error, relays: &str, flag: &str| {
        let line = format!(
            "grant new --key patient.key --to study.pub --policy a=b {UNTIL} {relays} -o new"
        );
        let refused = place.refuses(error, &line);
        assert!(refused.contains(flag), "{refused}");
    };
    let two = "--relay r1.pub --relay r2.pub --threshold";
    refuses(1, &format!("{two} 3"), "--threshold");
    refuses(1, &format!("{two} 0"), "--threshold");
    refuses(5, "--relay r1.pub --relay r1.pub --threshold 1", "--relay");
}

/// "Observations of the last two years, nothing about HIV."
#[test]
fn a_policy_over_dates_and_complements() {
    let place = people();
    let policy = "--policy 'type=Observation and ym>=2024-12 and not sens=HIV'";
    let vocabulary = "--vocabulary hv1=HIV,PSY";
    grant(&place, &format!("{policy} {vocabulary} {UNTIL}"), "G").ok();
    let observation = "--label type=Observation";
    for (record, labels, opens) in [
        ("clear", "--label ym=2026-11 --label sens.none=hv1", true),
        (
            "named",
            "--label ymd=2025-01-07 --label sens=PSY --label sens.not=HIV",
            true,
        ),
        ("first", "--label ym=2024-12 --label sens.not=HIV", true),
        ("hiv", "--label ym=2026-11 --label sens=HIV", false),
        ("unlabelled", "--label ym=2026-11", false),
        ("older", "--label ym=2024-11 --label sens.none=hv1", false),
        ("undated", "--label ym=unknown --label sens.none=hv1", false),
        (
            "vocabulary",
            "--label ym=2026-11 --label sens.none=hv0",
            false,
        ),
    ] {
        seal(&place, record, &format!("{observation} {labels}"));
        let line =
            format!("request new --key study.key --grant G/grant.hg -o q --force {record}.hippo");
        let ran = place.run(&line);
        assert_eq!(ran.code == Some(0), opens, "{record}: {}", ran.err);
        if !opens {
            assert_eq!(ran.refused(), 204, "{record}");
        }
    }
    ask(&place, "clear.hippo named.hippo first.hippo").ok();
    for relay in [2, 3] {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    for record in ["clear", "named", "first"] {
        place
            .run(&format!("{} --force", open(&[2, 3], record)))
            .ok();
    }
    // Nobody pins it: no record could show that it is free of it.
    let line = format!("grant new --key patient.key --to study.pub {RELAYS} {UNTIL} -o new");
    place.refuses(201, &format!("{line} --policy 'not conf=R'"));
    place.refuses(501, &format!("{line} --policy a=b --vocabulary missing"));
    place.refuses(5, &format!("{line} --policy a=b --vocabulary hv1=HIV,HIV"));
    place.refuses(1, &format!("{line} --policy a=b --vocabulary hv1="));
    place.refuses(401, &format!("{line} --policy a=b --first-year 1800"));
    place.refuses(2, &format!("{line} --policy a=b --first-year 70000"));
    place.refuses(200, &format!("{line} --policy 'a='"));
}

#[test]
fn many_records_and_batches_in_one_request() {
    let place = granted();
    std::fs::create_dir(place.path("chart")).unwrap();
    for at in 0..4 {
        let record = format!("chart/r{at}");
        let line = "seal --patient patient.pub --label type=Observation --label conf=N";
        place
            .run(&format!("{line} --record r{at} -o {record}.hippo obs.json"))
            .ok();
    }
    place.write("a.json", b"one");
    place.write("b.json", b"two");
    place
        .run("batch seal --patient patient.pub --label type=Observation --label conf=N --record b -o batch.hippo a.json b.json")
        .ok();
    let told = ask(&place, "--json chart batch.hippo obs.hippo")
        .ok()
        .json();
    assert_eq!(told["capsules"], 6);
    for relay in [1, 2] {
        place.run(&transform(relay, "--no-revocations")).ok();
    }
    place.run(&open(&[1, 2], "chart/r3")).ok();
    assert_eq!(place.read("OUT"), b"{\"hr\":72}\n");
    let told = place
        .run("batch open --key study.key --grant G/grant.hg --part part-1 --part part-2 -o members --json batch.hippo")
        .ok();
    let member = told.json()["members"][1]["record"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(place.read(&format!("members/{member}")), b"two");
    place
        .run("batch open --key patient.key -o own batch.hippo")
        .ok();
}

pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
