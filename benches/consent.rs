//! How many decisions a core makes in a second: a consent of twenty rules, each of several
//! criteria, against requests that none, some or only the first of them apply to.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use criterion::{Criterion as Bench, Throughput, criterion_group, criterion_main};
use hippocrypt::consent::{
    Attributes, Confidentiality, Criterion, Interval, Outcome, Purpose, Request, Rule, Set, Terms,
    TermsDraft, decide,
};

const HASH: [u8; 32] = [7; 32];
const ADA: &str = "https://example.org/fhir/Patient/ada";
const NOW: i64 = 1_795_478_400;

/// A permission to treat, then nineteen rules about who, what and when.
fn consent() -> Terms {
    let mut draft = TermsDraft::new([1; 32], HASH, ADA);
    let treat = || Criterion::purpose(["TREAT", "HPAYMT", "HOPERAT"]).unwrap();
    draft.rules = vec![
        Rule::permit([
            treat(),
            Criterion::Confidentiality(Confidentiality::Restricted),
        ])
        .unwrap(),
    ];
    for number in 1..20_i64 {
        let doctor = format!("prac=https://example.org/fhir/Practitioner/{number}");
        let code = format!("loinc:{}-1", 1000 + number);
        let criteria = [
            Criterion::recipients([[doctor.as_str()]]).unwrap(),
            treat(),
            Criterion::sensitivity(["HIV", "PSY", "SUD"]).unwrap(),
            Criterion::code([code.as_str(), "loinc:8480-6"]).unwrap(),
            Criterion::Dated(Interval::new(Some(number), Some(NOW)).unwrap()),
        ];
        draft.rules.push(match number % 2 {
            0 => Rule::permit(criteria).unwrap(),
            _ => Rule::forbid(criteria).unwrap(),
        });
    }
    Terms::check(draft).unwrap()
}

fn request(doctor: u32, present: &[&str]) -> Request {
    let mut request = Request::new(HASH, ADA, NOW);
    let doctor = format!("prac=https://example.org/fhir/Practitioner/{doctor}");
    request.recipient = Attributes::of([doctor.as_str(), "org=npi:1234567893"]).unwrap();
    request.purposes = vec![Purpose::with_ancestors("TREAT", []).unwrap()];
    let record = &mut request.record;
    record.confidentiality = Some(Confidentiality::Normal);
    record.codes = Some(Set::values(["loinc:8480-6"]).unwrap());
    record.dated = Some(Interval::new(Some(NOW - 86_400), Some(NOW)).unwrap());
    record.sensitivities.absent(["HIV", "PSY", "SUD"]).unwrap();
    if !present.is_empty() {
        record.sensitivities = hippocrypt::consent::Sensitivities::default();
        record
            .sensitivities
            .present(present.iter().copied())
            .unwrap();
    }
    request
}

fn decisions(bench: &mut Bench) {
    let terms = consent();
    let mut group = bench.benchmark_group("decide, 20 rules");
    group.throughput(Throughput::Elements(1));
    for (name, request, expected) in [
        ("the last rule", request(19, &["HIV"]), Outcome::Deny),
        ("the first rule", request(77, &["HIV"]), Outcome::Permit),
        ("nothing sensitive", request(19, &[]), Outcome::Permit),
        ("half way", request(10, &["PSY"]), Outcome::Permit),
    ] {
        assert_eq!(decide(&terms, &request).outcome, expected, "{name}");
        group.bench_function(name, |bench| {
            bench.iter(|| decide(black_box(&terms), black_box(&request)));
        });
    }
    group.finish();
    bench.bench_function("terms: bytes and back", |bench| {
        bench.iter(|| Terms::from_bytes(&black_box(&terms).to_bytes().unwrap()).unwrap());
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
