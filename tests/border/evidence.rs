//! Evidence of decisions: audit events, provenance, accounting.

use crate::models;
use hippocrypt::consent::{
    Base, Interval, Purpose, Request, Terms, TermsDraft, Vocabulary, decide,
};
use hippocrypt::fhir::Json;
use hippocrypt::fhir::evidence::*;
use std::collections::BTreeSet;
use std::path::Path;

const TIME: i64 = 1_795_000_000;

fn party(reference: &str) -> Party {
    Party {
        reference: reference.into(),
        ..Party::default()
    }
}

fn draft(base: Base) -> DecisionDraft {
    let vocabulary = Vocabulary::hv1().unwrap();
    let mut terms = TermsDraft::new([7; 32], *vocabulary.hash(), "Patient/ada");
    terms.base = base;
    let terms = Terms::check(terms).unwrap();
    let mut request = Request::new(*vocabulary.hash(), "Patient/ada", TIME);
    request.purposes = vec![Purpose::of(&vocabulary, "TREAT").unwrap()];
    let decision = decide(&terms, &request);
    let grant = Mechanism::Grant([3; 16]);
    let mut draft = DecisionDraft::new(&terms, &request, decision, grant).unwrap();
    draft.user = Party {
        name: Some("Dr. Imre Raman".into()),
        ..party("Practitioner/raman")
    };
    draft.organization = Some(Party {
        name: Some("Birch Street Dental".into()),
        address: Some("12 Birch Street, Lakeside".into()),
        ..party("Organization/birch")
    });
    draft.client = Party {
        network: Some("2001:db8::7".into()),
        ..party("Device/workstation")
    };
    draft.server = Party {
        network: Some("https://relay.example/fhir".into()),
        ..party("Device/relay")
    };
    draft.consents = vec!["Consent/7/_history/2".into()];
    draft.records = vec![Released {
        envelope: [1; 16],
        digest: [2; 32],
        reference: Some("DocumentReference/s-1".into()),
    }];
    draft.description = "One X-ray of the jaw".into();
    draft.token = Some("4c9a".into());
    draft.request_id = Some("76d148b6-586d-11ec-bf63-0242ac130002".into());
    draft.nonce = Some([9; 32]);
    draft
}

fn record(base: Base) -> DecisionRecord {
    DecisionRecord::check(draft(base)).unwrap()
}

fn emergency() -> DecisionRecord {
    let mut draft = draft(Base::Permit);
    draft.purposes = vec!["BTG".into()];
    draft.emergency = Some("unconscious, no kin at hand".into());
    draft.organization = None;
    draft.time += 60;
    draft.previous = record(Base::Permit).digest();
    DecisionRecord::check(draft).unwrap()
}

fn versions() -> [(&'static str, Version); 2] {
    [("R4", Version::R4), ("R5", Version::R5)]
}

/// Paths of all members, and of each coding what it is.
fn paths(json: &Json, path: &str, found: &mut BTreeSet<String>, codes: &mut BTreeSet<String>) {
    for element in json.elements() {
        paths(element, path, found, codes);
    }
    let text = |name| json.get(name).and_then(Json::as_str);
    if let (Some(system), Some(code)) = (text("system"), text("code")) {
        codes.insert(format!("{path} {system}|{code}"));
    }
    for (name, value) in json.members() {
        let path = format!("{path}.{name}");
        paths(value, &path, found, codes);
        found.insert(path);
    }
}

fn shape(json: &Json) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut found, mut codes) = (BTreeSet::new(), BTreeSet::new());
    paths(json, "", &mut found, &mut codes);
    (found, codes)
}

#[test]
fn all_of_it_is_lawful_fhir() {
    let mut all = Vec::new();
    for (name, version) in versions() {
        for record in [record(Base::Permit), record(Base::Forbid), emergency()] {
            all.push((name, record.authorization_event(version).unwrap()));
        }
        all.push((name, emergency().emergency_event(version).unwrap()));
        let read = record(Base::Permit).read_events(version).unwrap();
        all.extend(read.into_iter().map(|it| (name, it)));
        for origin in [origin(Activity::Issue), origin(Activity::Seal)] {
            all.push((name, origin.to_provenance(version).unwrap()));
        }
    }
    models::check("evidence", &all);
}

/// What the published example has, ours has; what it has not, is one of a few known additions.
fn compare(ours: &Json, example: &str, additions: &[&str], omissions: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/audit")
        .join(example);
    let Ok(bytes) = std::fs::read(path) else {
        println!("skipped: no ../shared");
        return;
    };
    let (own, own_codes) = shape(ours);
    let (theirs, their_codes) = shape(&Json::parse(&bytes).unwrap());
    let is_of = |list: &[&str], path: &String| list.iter().any(|it| path.starts_with(it));
    let editorial = |path: &String| {
        path.ends_with(".display")
            || is_of(
                &[
                    ".id",
                    ".text",
                    ".meta.security",
                    ".meta.tag",
                    ".source.site",
                ],
                path,
            )
    };
    let missing: Vec<_> = theirs
        .difference(&own)
        .filter(|it| !editorial(it))
        .collect();
    let missing: Vec<_> = missing
        .into_iter()
        .filter(|it| !is_of(omissions, it))
        .collect();
    assert!(missing.is_empty(), "{example}: {missing:?}");
    let more = own
        .difference(&theirs)
        .filter(|it| !editorial(it) && !is_of(additions, it));
    let more: Vec<_> = more.collect();
    assert!(more.is_empty(), "{example}: {more:?}");
    let chosen = |it: &&String| !it.contains("v3-ActReason") && !is_of(omissions, it);
    let codes: Vec<_> = their_codes.difference(&own_codes).filter(chosen).collect();
    assert!(codes.is_empty(), "{example}: {codes:?}");
}

#[test]
fn events_have_the_shape_of_published_ones() {
    let r4 = [
        ".extension",
        ".outcomeDesc",
        ".purposeOfEvent",
        ".agent.network",
        ".agent.purposeOfUse",
    ];
    let mut draft = draft(Base::Permit);
    draft.token = None;
    let plain = DecisionRecord::check(draft).unwrap();
    let event = plain.authorization_event(Version::R4).unwrap();
    compare(
        &event,
        "ihe-balp/AuditEvent-ex-auditAuthZconsent.json",
        &r4,
        &[],
    );
    let denied = record(Base::Forbid)
        .authorization_event(Version::R4)
        .unwrap();
    let with_token = [&r4[..], &[".entity.what.identifier"]].concat();
    compare(
        &denied,
        "ihe-balp/AuditEvent-ex-auditAuthZconsent-deny.json",
        &with_token,
        &[],
    );
    let read = &plain.read_events(Version::R4).unwrap()[0];
    compare(
        read,
        "ihe-balp/AuditEvent-ex-auditBasicReadServer.json",
        &r4,
        &[],
    );

    let r5 = [
        ".extension",
        ".category",
        ".authorization",
        ".agent.networkString",
        ".agent.authorization",
        ".entity.role",
    ];
    // HL7's example calls the event a query, by a destination; ours is BALP's.
    let other = [
        ".code",
        ".meta",
        ".agent.type",
        ".agent.who.identifier",
        ".source.type",
    ];
    let event = plain.authorization_event(Version::R5).unwrap();
    let more = [
        &r5[..],
        &[".agent.who.reference", ".source.observer.reference"],
    ]
    .concat();
    compare(
        &event,
        "hl7-r5/auditevent-example-consent-authz.json",
        &more,
        &other,
    );
    let glass = emergency().emergency_event(Version::R5).unwrap();
    let more = [&more[..], &[".patient", ".agent.type"]].concat();
    let other = [".meta", ".agent.location"];
    compare(
        &glass,
        "hl7-r5/auditevent-example-breakglass-start.json",
        &more,
        &other,
    );
}

/// BALP's invariant `val-audit-source`: who observed took part.
#[test]
fn whoever_decided_is_the_source() {
    for (_, version) in versions() {
        let record = record(Base::Permit);
        let mut events = record.read_events(version).unwrap();
        events.push(record.authorization_event(version).unwrap());
        events.push(emergency().emergency_event(version).unwrap());
        for event in events {
            let observer = event.get("source").unwrap().get("observer").unwrap();
            let observer = observer.get("reference").unwrap();
            let agents = event.get("agent").unwrap().elements();
            let took_part = |it: &&Json| it.get("who").unwrap().get("reference") == Some(observer);
            assert_eq!(agents.iter().filter(took_part).count(), 1);
        }
    }
}

#[test]
fn events_say_what_was_decided() {
    let of = |record: &DecisionRecord| record.authorization_event(Version::R4).unwrap();
    let denied = of(&record(Base::Forbid));
    let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_str).map(String::from);
    assert_eq!(text(&denied, "outcome").as_deref(), Some("8"));
    assert_eq!(
        text(&denied, "outcomeDesc").as_deref(),
        Some("DENY by base")
    );
    assert_eq!(
        text(&denied, "recorded").as_deref(),
        Some("2026-11-18T11:06:40Z")
    );
    assert!(record(Base::Forbid).read_events(Version::R4).is_err());
    assert!(record(Base::Permit).emergency_event(Version::R4).is_err());
    let glass = of(&emergency());
    assert!(
        text(&glass, "outcomeDesc")
            .unwrap()
            .ends_with("emergency: unconscious, no kin at hand")
    );
    assert!(glass.to_string().contains("urn:ietf:params:oauth:jti:4c9a"));
}

#[test]
fn every_field_is_in_the_digest() {
    let changes: [fn(&mut DecisionDraft); 21] = [
        |it| it.terms = [0; 32],
        |it| it.vocabulary = [0; 32],
        |it| it.subject = "Patient/bob".into(),
        |it| it.time += 1,
        |it| it.purposes.push("ETREAT".into()),
        |it| it.action = "use".into(),
        |it| it.mechanism = Mechanism::Grant([4; 16]),
        |it| it.mechanism = Mechanism::Proof([4; 32]),
        |it| it.mechanism = Mechanism::AttributeKey,
        |it| it.user.reference = "Practitioner/feld".into(),
        |it| it.user.address = it.user.name.take(),
        |it| it.organization = None,
        |it| it.client.network = None,
        |it| it.server.reference = "Device/other".into(),
        |it| it.consents.push("Consent/8".into()),
        |it| it.records[0].digest = [0; 32],
        |it| it.description = "Another".into(),
        |it| it.token = None,
        |it| it.nonce = None,
        |it| it.emergency = Some("late".into()),
        |it| it.previous = [1; 32],
    ];
    let mut all = BTreeSet::from([record(Base::Permit).digest(), record(Base::Forbid).digest()]);
    for change in changes {
        let mut draft = draft(Base::Permit);
        change(&mut draft);
        all.insert(DecisionRecord::check(draft).unwrap().digest());
    }
    assert_eq!(all.len(), changes.len() + 2);
}

#[test]
fn records_that_say_too_little_are_refused() {
    let changes: [fn(&mut DecisionDraft); 9] = [
        |it| it.user = Party::default(),
        |it| it.server.reference = "relay".into(),
        |it| it.subject = "Patient/a b".into(),
        |it| it.consents.clear(),
        |it| it.description = " ".into(),
        |it| it.time = -1,
        |it| it.user.name = Some("two\nlines".into()),
        |it| it.description = "x".repeat(1001),
        |it| {
            it.purposes.clear();
            it.emergency = Some("why".into());
        },
    ];
    for change in changes {
        let mut draft = draft(Base::Permit);
        change(&mut draft);
        assert!(DecisionRecord::check(draft).is_err());
    }
}

fn origin(activity: Activity) -> Origin {
    Origin {
        targets: vec!["Consent/7/_history/2".into()],
        subject: Some("Patient/ada".into()),
        activity,
        time: TIME,
        agent: party("Patient/ada"),
        on_behalf_of: Some(party("Organization/lakeside")),
        sources: vec!["DocumentReference/form".into()],
        signature: Some(GivenSignature {
            who: "Patient/ada".into(),
            time: TIME,
            format: "application/octet-stream".into(),
            data: vec![5; 64],
        }),
    }
}

#[test]
fn provenance_has_a_target_and_names_by_reference() {
    let bare = Origin {
        on_behalf_of: None,
        sources: Vec::new(),
        signature: None,
        ..origin(Activity::Seal)
    };
    let text = bare.to_provenance(Version::R4).unwrap().to_string();
    assert!(text.contains("encrypt") && !text.contains("signature") && !text.contains("entity"));
    let none = Origin {
        targets: Vec::new(),
        ..bare.clone()
    };
    assert!(none.to_provenance(Version::R5).is_err());
    let nobody = Origin {
        agent: Party::default(),
        ..bare
    };
    assert!(nobody.to_provenance(Version::R5).is_err());
}

#[test]
fn a_patient_learns_who_received_what() {
    let mut other = draft(Base::Permit);
    other.subject = "Patient/bob".into();
    let records = [
        emergency(),
        record(Base::Permit),
        record(Base::Forbid),
        DecisionRecord::check(other).unwrap(),
    ];
    let of = |during: &Interval, counts: fn(&DecisionRecord) -> bool| {
        Accounting::new("Patient/ada", during, &records, counts).unwrap()
    };
    let accounting = of(&Interval::ALWAYS, |_| true);
    assert_eq!(
        accounting.to_string(),
        "Disclosures about Patient/ada\n\
         date                  recipient            address                    purpose                                       description\n\
         2026-11-18T11:06:40Z  Birch Street Dental  12 Birch Street, Lakeside  TREAT                                         One X-ray of the jaw\n\
         2026-11-18T11:07:40Z  Dr. Imre Raman       not known                  BTG (emergency: unconscious, no kin at hand)  One X-ray of the jaw\n"
    );
    let json = accounting.to_json();
    let first = &json.get("disclosures").unwrap().elements()[0];
    assert_eq!(
        first.to_string(),
        r#"{"date":"2026-11-18T11:06:40Z","recipient":"Birch Street Dental","address":"12 Birch Street, Lakeside","description":"One X-ray of the jaw","purpose":"TREAT"}"#
    );
    let until = Interval::new(None, Some(TIME + 1)).unwrap();
    assert_eq!(of(&until, |_| true).disclosures().len(), 1);
    let emergencies = of(&Interval::ALWAYS, |it| it.emergency.is_some());
    assert_eq!(emergencies.disclosures().len(), 1);
}
