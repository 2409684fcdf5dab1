//! Decisions, and the requests they are about.

use super::*;

#[test]
fn only_permit_is_a_yes() {
    let place = desk();
    let decide = "consent decide --request request.json terms.hct";
    let ran = place.run(decide).ok();
    let text = ran.text();
    assert!(
        text.starts_with("decision    PERMIT\nconsent     1 of 1\n"),
        "{text}"
    );
    assert!(text.contains("because     rule 1, permit\n"), "{text}");
    let json = place.run(&format!("{decide} --json")).ok().json();
    assert_eq!(json["decision"], "PERMIT");
    assert_eq!((&json["by"], &json["rule"]), (&json!("rule"), &json!(1)));
    assert_eq!(
        (&json["consent"], &json["conflict"]),
        (&json!(1), &json!("deny-overrides"))
    );
    assert_eq!(json["digest"].as_str().unwrap().len(), 64);
    assert_eq!(json["missing"], json!([]));

    for (pointer, to, decision, by) in [
        ("/record/labels", json!(["sens=PSY"]), "DENY", "rule"),
        ("/purposes", json!(["HMARKT"]), "NO_CONSENT", "base"),
        (
            "/time",
            json!("2027-01-01T00:00:00Z"),
            "NO_CONSENT",
            "expired",
        ),
        (
            "/time",
            json!("2025-12-31T23:59:59Z"),
            "NO_CONSENT",
            "not-yet-valid",
        ),
        (
            "/patient",
            json!("https://example.org/fhir/Patient/eve"),
            "NO_CONSENT",
            "other-subject",
        ),
        (
            "/recipient",
            json!({"prac": ["https://example.org/fhir/Practitioner/8"]}),
            "NO_CONSENT",
            "base",
        ),
    ] {
        put(&place, "request.json", &change(request(), pointer, to));
        assert!(
            place
                .refuses(628, decide)
                .ends_with("the consents do not permit it\n")
        );
        let json = place.run(&format!("{decide} --json"));
        assert_eq!(json.refused(), 628);
        let json = json.json();
        assert_eq!(
            (&json["decision"], &json["by"]),
            (&json!(decision), &json!(by)),
            "{pointer}"
        );
    }
    // Nobody said how sensitive it is.
    put(
        &place,
        "request.json",
        &change(request(), "/record/labels", json!(["conf=N"])),
    );
    let ran = place.run(decide);
    assert!(
        ran.text()
            .contains("not known   how sensitive the record is (623)\n"),
        "{}",
        ran.text()
    );
    let json = place.run(&format!("{decide} --json")).json();
    assert_eq!(
        json["missing"],
        json!([{"fact": "sensitivity", "refusal": 623}])
    );
}

#[test]
fn one_consent_that_cannot_be_read_stops_the_decision() {
    let place = desk();
    put(
        &place,
        "bad.json",
        &change(consent(), "/status", json!("inactive")),
    );
    let ran = place.run(&format!(
        "consent decide {HOW} --request request.json consent.json bad.json terms.hct"
    ));
    assert!(ran.out.is_empty());
    let lines = refusals(&ran);
    assert!(
        lines[0].starts_with("error 602 E02: Consent.status: "),
        "{lines:?}"
    );
    assert!(lines[0].ends_with(" (FILE 2)"), "{lines:?}");
    place.write("bad.json", b"HIPPO");
    let error = place.refuses(
        100,
        &format!("consent decide {HOW} --request request.json consent.json bad.json"),
    );
    assert!(error.contains("FILE 2"), "{error}");
    place.refuses(
        501,
        "consent decide --request request.json terms.hct none.hct",
    );
}

#[test]
fn consents_that_contradict_each_other_are_decided_by_the_declared_rule() {
    let place = desk();
    let mut deny = change(consent(), "/provision", json!({"type": "deny"}));
    deny["dateTime"] = json!("2025-01-01");
    put(&place, "deny.json", &deny);
    let decide = format!("consent decide {HOW} --request request.json");
    place.refuses(628, &format!("{decide} consent.json deny.json"));
    let json = place.run(&format!("{decide} --json consent.json deny.json"));
    assert_eq!(json.json()["consent"], 2);
    let ran = place.run(&format!(
        "{decide} --conflict newest-wins consent.json deny.json"
    ));
    assert!(ran.ok().text().contains("consent     1 of 2"));
    place.refuses(
        620,
        &format!("{decide} --conflict refuse consent.json deny.json"),
    );
    place
        .run(&format!(
            "{decide} --conflict refuse consent.json terms.hct"
        ))
        .ok();
    place.refuses(
        1,
        &format!("{decide} --conflict fair consent.json deny.json"),
    );
}

#[test]
fn requests_are_read_strictly() {
    let place = desk();
    let decide = "consent decide --request request.json terms.hct";
    let mut odd = request();
    odd["record"]["sensitivity"] = json!("none");
    put(&place, "request.json", &odd);
    let error = place.refuses(627, decide);
    assert!(
        error.contains("--request: Request.record.sensitivity: "),
        "{error}"
    );
    put(
        &place,
        "request.json",
        &change(request(), "/purposes", json!(["TRAET"])),
    );
    assert!(place.refuses(627, decide).contains("Request.purposes[0]"));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("\"{}\"", "a".repeat(5 << 20));
    let many = format!("[{}0]", "0,".repeat(1 << 19));
    for hostile in [
        b"".as_slice(),
        b"{",
        b"{\"patient\": 1, \"patient\": 2}",
        b"{\"patient\": \"\xff\"}",
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"{\"patient\": \"\\ud800\"}",
        deep.as_bytes(),
        long.as_bytes(),
        many.as_bytes(),
    ] {
        place.write("request.json", hostile);
        assert!([2, 106, 119].contains(&place.refuses_any(decide)));
        put(&place, "request.json", &request());
        place.write("bad.json", hostile);
        for command in ["compile", "explain", "decide --request request.json"] {
            let line = format!("consent {command} {HOW} bad.json");
            assert!([2, 106, 119].contains(&place.refuses_any(&line)), "{line}");
        }
    }
}

#[test]
fn a_decision_leaves_its_audit_event_before_it_is_told() {
    let place = desk();
    let who = "--user Practitioner/7 --client Device/ehr --server Device/consents \
               --consent Consent/c/_history/2";
    for (pointer, to, outcome) in [
        ("/purposes", json!(["TREAT"]), "0"),
        ("/record/labels", json!(["sens=PSY"]), "8"),
    ] {
        put(&place, "asked.json", &change(request(), pointer, to));
        for (version, member) in [("r4", "type"), ("r5", "category")] {
            let ran = place.run(&format!(
                "consent decide --request asked.json --audit event.json --fhir {version} {who} \
                 --force terms.hct"
            ));
            assert_eq!(ran.code == Some(0), outcome == "0");
            let event: Value = serde_json::from_slice(&place.read("event.json")).unwrap();
            assert_eq!(event["resourceType"], "AuditEvent");
            assert!(event.get(member).is_some(), "{event}");
            if version == "r4" {
                assert_eq!(event["outcome"], outcome);
            }
            assert!(event.to_string().contains("Consent/c/_history/2"));
        }
    }
    let line = "consent decide --request request.json --audit other.json";
    assert_eq!(place.run(&format!("{line} terms.hct")).code, Some(2));
    let ran = place.run(&format!("{line} --fhir r6 {who} terms.hct"));
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.is_empty() && !place.path("other.json").exists());
    // One that is there is kept, and nothing is decided behind its back.
    let ran = place.run(&format!(
        "consent decide --request request.json --audit event.json {who} terms.hct"
    ));
    assert_eq!((ran.code, ran.out.is_empty()), (Some(1), true));
}
