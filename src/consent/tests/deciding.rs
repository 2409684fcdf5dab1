//! What each criterion means, and which rule decides.

use super::*;

fn by(terms: &Terms, request: &Request) -> (Outcome, By) {
    let decision = decide(terms, request);
    (decision.outcome, decision.by)
}

#[test]
fn another_patient_and_another_time_say_nothing() {
    let mut one = draft(vec![]);
    one.base = Base::Forbid;
    one.valid = Interval::new(Some(NOW - 10), Some(NOW + 10)).unwrap();
    let terms = Terms::check(one).unwrap();
    let at = |time| {
        let mut request = request();
        request.time = time;
        by(&terms, &request)
    };
    assert_eq!(at(NOW - 11), (Outcome::NoConsent, By::NotYetValid));
    assert_eq!(at(NOW - 10), (Outcome::Deny, By::Base));
    assert_eq!(at(NOW + 9), (Outcome::Deny, By::Base));
    assert_eq!(at(NOW + 10), (Outcome::NoConsent, By::Expired));
    let mut other = request();
    other.subject.push('x');
    assert_eq!(by(&terms, &other), (Outcome::NoConsent, By::Subject));
}

#[test]
fn another_vocabulary_denies_and_does_not_stay_silent() {
    let mut request = request();
    request.vocabulary[0] ^= 1;
    let terms = terms(vec![permit(vec![])]);
    assert_eq!(by(&terms, &request), (Outcome::Deny, By::Vocabulary));
}

#[test]
fn the_last_rule_that_applies_decides() {
    let terms = terms(vec![
        permit(vec![]),
        forbid(vec![Criterion::resource_type(["Observation"]).unwrap()]),
        permit(vec![Criterion::code(["loinc:8480-6"]).unwrap()]),
    ]);
    let mut request = request();
    request.record.resource_type = Some("Patient".into());
    request.record.codes = Some(Set::default());
    assert_eq!(by(&terms, &request), (Outcome::Permit, By::Rule(0)));
    request.record.resource_type = Some("Observation".into());
    assert_eq!(by(&terms, &request), (Outcome::Deny, By::Rule(1)));
    request.record.codes = Some(Set::values(["loinc:8480-6"]).unwrap());
    assert_eq!(by(&terms, &request), (Outcome::Permit, By::Rule(2)));
    request.record.codes = None;
    let decision = decide(&terms, &request);
    assert_eq!(
        (decision.outcome, decision.by),
        (Outcome::Deny, By::Rule(1))
    );
    assert_eq!(decision.missing, [Fact::Code]);
}

#[test]
fn a_permission_is_a_ceiling_and_a_prohibition_a_floor() {
    use Confidentiality::*;
    for (level, found, permitted, forbidden) in [
        (Normal, Low, true, false),
        (Normal, Normal, true, true),
        (Normal, Restricted, false, true),
        (Restricted, Normal, true, false),
        (VeryRestricted, Unrestricted, true, false),
    ] {
        let mut request = request();
        request.record.confidentiality = Some(found);
        let one = terms(vec![permit(vec![Criterion::Confidentiality(level)])]);
        assert_eq!(decide(&one, &request).outcome == Outcome::Permit, permitted);
        let one = terms(vec![forbid(vec![Criterion::Confidentiality(level)])]);
        assert_eq!(decide(&one, &request).outcome == Outcome::Deny, forbidden);
        request.record.confidentiality = None;
        let decision = decide(&one, &request);
        assert_eq!(decision.outcome, Outcome::Deny);
        assert_eq!(decision.missing[0].refusal(), Some(623));
    }
}

#[test]
fn every_stated_purpose_must_be_permitted_and_one_forbidden_is_enough() {
    let asking = |codes: &[&str]| {
        let mut request = request();
        request.purposes = codes.iter().map(|code| purpose(code)).collect();
        request
    };
    let treat = || Criterion::purpose(["TREAT", "HPAYMT"]).unwrap();
    let mut one = draft(vec![permit(vec![treat()])]);
    let any = Terms::check(one.clone()).unwrap();
    one.purpose_mode = PurposeMode::AllOf;
    let all = Terms::check(one).unwrap();
    let forbidden = terms(vec![permit(vec![]), forbid(vec![treat()])]);
    for (codes, with_any, with_all, allowed) in [
        (&["TREAT"] as &[&str], true, false, false),
        (&["BTG"], true, false, false),
        (&["HMARKT"], false, false, true),
        (&["TREAT", "HMARKT"], false, false, false),
        (&["ETREAT", "HPAYMT"], true, true, false),
        (&[], false, false, false),
    ] {
        let request = asking(codes);
        let permits = |terms: &Terms| decide(terms, &request).outcome == Outcome::Permit;
        assert_eq!(permits(&any), with_any, "{codes:?}");
        assert_eq!(permits(&all), with_all, "{codes:?}");
        assert_eq!(permits(&forbidden), allowed, "{codes:?}");
    }
    let emergencies = terms(vec![permit(vec![Criterion::purpose(["ETREAT"]).unwrap()])]);
    assert_eq!(
        decide(&emergencies, &asking(&["TREAT"])).outcome,
        Outcome::NoConsent
    );
}

#[test]
fn every_stated_permission_must_be_permitted_and_one_forbidden_is_enough() {
    let read = || vec![Criterion::permission(["read", "list"]).unwrap()];
    let permitted = terms(vec![permit(read())]);
    let forbidden = terms(vec![permit(vec![]), forbid(read())]);
    for (codes, may, allowed) in [
        (Some(&["read"] as &[&str]), true, false),
        (Some(&["list", "read"]), true, false),
        (Some(&["read", "write"]), false, false),
        (Some(&["write"]), false, true),
        (Some(&[]), false, true),
        (None, false, false),
    ] {
        let mut request = request();
        request.permissions = codes.map(|codes| Set::values(codes.iter().copied()).unwrap());
        let permits = |terms: &Terms| decide(terms, &request).outcome == Outcome::Permit;
        assert_eq!(permits(&permitted), may, "{codes:?}");
        assert_eq!(permits(&forbidden), allowed, "{codes:?}");
    }
}

#[test]
fn a_recipient_has_all_attributes_and_a_key_not_named_is_open() {
    let both = terms(vec![
        permit(vec![]),
        forbid(vec![
            Criterion::recipients([["prac=a", "org=x"], ["prac=b", "org=y"]]).unwrap(),
        ]),
    ]);
    let asked_by = |attributes: Attributes| {
        let mut request = request();
        request.recipient = attributes;
        decide(&both, &request).outcome
    };
    let of = |all: &[&str]| Attributes::of(all.iter().copied()).unwrap();
    assert_eq!(asked_by(of(&["prac=a", "org=x"])), Outcome::Deny);
    assert_eq!(asked_by(of(&["prac=a", "org=y"])), Outcome::Permit);
    assert_eq!(
        asked_by(of(&["prac=a", "prac=c", "org=y", "org=x"])),
        Outcome::Deny
    );
    assert_eq!(asked_by(of(&["prac=a"])), Outcome::Deny);
    assert_eq!(asked_by(of(&["prac=c"])), Outcome::Permit);
    assert_eq!(asked_by(of(&["org=x"])), Outcome::Deny);
    assert_eq!(
        asked_by(of(&["org=x"]).without("prac").unwrap()),
        Outcome::Permit
    );
    assert_eq!(asked_by(Attributes::default()), Outcome::Deny);
}

#[test]
fn a_date_that_straddles_the_span_is_open() {
    let span = Interval::new(Some(100), Some(200)).unwrap();
    let one = terms(vec![permit(vec![Criterion::Dated(span)])]);
    let dated = |from, until| {
        let mut request = request();
        request.record.dated = Some(Interval::new(Some(from), Some(until)).unwrap());
        decide(&one, &request)
    };
    assert_eq!(dated(100, 200).outcome, Outcome::Permit);
    assert_eq!(dated(150, 151).outcome, Outcome::Permit);
    assert_eq!(dated(200, 300).missing, []);
    let straddling = dated(150, 250);
    assert_eq!(straddling.outcome, Outcome::NoConsent);
    assert_eq!(straddling.missing, [Fact::Date]);
    let mut undated = request();
    undated.record.dated = None;
    let missing = decide(&one, &undated).missing;
    assert_eq!(missing, [Fact::Date]);
    assert_eq!(missing[0].refusal(), Some(617));
}

#[test]
fn references_reach_as_far_as_their_meaning_says() {
    let reaching = |meaning, members: &[&str]| {
        let mut wanted = RecordReference::new(meaning, "Encounter/1").unwrap();
        wanted.members = Set::values(members.iter().copied()).unwrap();
        terms(vec![permit(vec![Criterion::records([wanted]).unwrap()])])
    };
    let permits = |terms: &Terms, own: &str, links: Option<&[&str]>| {
        let mut request = request();
        request.record.reference = Some(own.into());
        request.record.links = links.map(|all| Set::values(all.iter().copied()).unwrap());
        let decision = decide(terms, &request);
        (decision.outcome == Outcome::Permit, decision.missing.len())
    };
    let instance = reaching(Meaning::Instance, &[]);
    assert_eq!(permits(&instance, "Encounter/1", None), (true, 0));
    assert_eq!(
        permits(&instance, "Observation/1", Some(&["Encounter/1"])),
        (false, 0)
    );
    let related = reaching(Meaning::Related, &[]);
    assert_eq!(
        permits(&related, "Observation/1", Some(&["Encounter/1"])),
        (true, 0)
    );
    assert_eq!(
        permits(&related, "Observation/1", Some(&["Encounter/2"])),
        (false, 0)
    );
    assert_eq!(permits(&related, "Observation/1", None), (false, 1));
    let pinned = reaching(Meaning::Dependents, &["Observation/1"]);
    assert_eq!(permits(&pinned, "Observation/1", None), (true, 0));
    assert_eq!(
        permits(&pinned, "Observation/2", Some(&["Encounter/1"])),
        (false, 0)
    );
    let authored = reaching(Meaning::AuthoredBy, &[]);
    for (authors, expected) in [
        (&["prac=Encounter/1"][..], (Outcome::Permit, 0)),
        (&["org=x", "dev=Encounter/1"], (Outcome::Permit, 0)),
        (&["prac=Encounter/2"], (Outcome::NoConsent, 0)),
        (&[], (Outcome::NoConsent, 1)),
    ] {
        let mut request = request();
        request.record.authors = Attributes::of(authors.iter().copied()).unwrap();
        let decision = decide(&authored, &request);
        assert_eq!((decision.outcome, decision.missing.len()), expected);
    }
}

#[test]
fn what_labels_say_of_a_record_is_what_is_asked_for() {
    let labels = [
        "inst=Observation/1",
        "type=Observation",
        "conf=R",
        "author=prac:a",
    ];
    let labels = crate::policy::Labels::parse(labels).unwrap();
    let record = Record::of_labels(&labels, &Vocabulary::hv1().unwrap()).unwrap();
    assert_eq!(record.reference.as_deref(), Some("Observation/1"));
    assert_eq!(record.resource_type.as_deref(), Some("Observation"));
    assert_eq!(record.confidentiality, Some(Confidentiality::Restricted));
    assert!(record.authors.iter().eq(["prac=a"]));
}

#[test]
fn labels_that_contradict_each_other_leave_the_question_open() {
    let one = terms(vec![
        permit(vec![]),
        forbid(vec![Criterion::sensitivity(["HIV"]).unwrap()]),
    ]);
    let mut request = request();
    request.record.sensitivities.absent(["HIV"]).unwrap();
    assert_eq!(decide(&one, &request).outcome, Outcome::Permit);
    request.record.sensitivities.present(["HIV"]).unwrap();
    let decision = decide(&one, &request);
    assert_eq!(decision.outcome, Outcome::Deny);
    assert_eq!(decision.missing, [Fact::Sensitivity]);
}

#[test]
fn obligations_come_with_a_permission_only() {
    let mut one = draft(vec![permit(vec![Criterion::action(["access"]).unwrap()])]);
    one.obligations = Set::values(["NORDSCLCD"]).unwrap();
    let terms = Terms::check(one).unwrap();
    let mut request = request();
    assert_eq!(decide(&terms, &request).obligations.len(), 1);
    request.action = "disclose".into();
    assert_eq!(decide(&terms, &request).obligations.len(), 0);
}
