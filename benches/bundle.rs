//! Sealing a FHIR bundle end to end, and the share of each step.
//!
//! `cargo bench --bench bundle --features fhir`. It reads the largest patient in
//! ../shared/data/patients, or else the bundle that is carried here, and says which. Nobody labelled
//! the public data: all of it is taken for normal and looked through, in this bench only.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hippocrypt::abe::AuthorityKey;
use hippocrypt::consent::vocabulary::Vocabulary;
use hippocrypt::consent::{
    Confidentiality, Criterion, Rule, SignedConsent, Terms, TermsDraft, VerifiedConsent,
};
use hippocrypt::fhir::labels::{Assertions, LabelOptions, Labeller};
use hippocrypt::fhir::{Bundle, Json};
use hippocrypt::lifecycle::{Chart, ChartSealer, relevant};
use hippocrypt::pre::PatientKey;

const BASE: &str = "https://ehr.example/fhir";
const NOW: u64 = 1_795_478_400;
const RUNS: u32 = 5;

fn bundle() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.join("../shared/data/patients");
    let files = std::fs::read_dir(shared).into_iter().flatten().flatten();
    let largest = files
        .map(|it| it.path())
        .filter(|it| it.extension().is_some_and(|it| it == "json"))
        .max_by_key(|it| std::fs::metadata(it).map_or(0, |it| it.len()));
    largest.unwrap_or_else(|| root.join("examples/data/bundle.json"))
}

/// Somebody who labelled all of it.
fn assertions(bundle: &Bundle<'_>, vocabulary: &Vocabulary) -> Assertions {
    let names: Vec<String> = bundle
        .resources()
        .iter()
        .filter_map(|it| Some(format!("\"{}/{}\"", it.resource_type(), it.id()?)))
        .collect();
    let names = names.join(",");
    let text = format!(
        r#"{{"schema":"hippocrypt-labels/1","vocabulary":{{"id":"hv1"}},
        "assertions":[{{"by":"a bench","on":"2026-11-01","conf":"N","resources":[{names}]}}],
        "sensitivities":[{{"by":"a bench","on":"2026-11-01","codes":[],"resources":[{names}]}}]}}"#
    );
    Assertions::read(text.as_bytes(), vocabulary).unwrap()
}

fn consent(patient: &PatientKey, vocabulary: &Vocabulary, subject: &str) -> VerifiedConsent {
    let mut draft = TermsDraft::new([1; 32], *vocabulary.hash(), subject);
    let doctors = [["prac=https://ehr.example/fhir/Practitioner/1"]];
    draft.rules = vec![
        Rule::permit([
            Criterion::recipients(doctors).unwrap(),
            Criterion::purpose(["TREAT"]).unwrap(),
            Criterion::Confidentiality(Confidentiality::Normal),
        ])
        .unwrap(),
    ];
    let signed = SignedConsent::by_patient(Terms::check(draft).unwrap(), patient, NOW).unwrap();
    signed.verify(patient.profile(), NOW).unwrap()
}

fn timed<T>(total: &mut Duration, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let done = black_box(work());
    *total += begin.elapsed();
    done
}

fn main() {
    let path = bundle();
    let bytes = std::fs::read(&path).unwrap();
    let rng = &mut getrandom::SysRng;
    let vocabulary = Vocabulary::hv1().unwrap();
    let (patient, authority) = (
        PatientKey::generate(rng).unwrap(),
        AuthorityKey::generate("Lakeside", rng).unwrap(),
    );
    let whole = Bundle::parse(&bytes).unwrap();
    let own = whole
        .resources()
        .iter()
        .find(|it| it.resource_type() == "Patient");
    let subject = format!("{BASE}/Patient/{}", own.unwrap().id().unwrap());
    let assertions = assertions(&whole, &vocabulary);
    let consent = consent(&patient, &vocabulary, &subject);
    let [mut parse, mut label, mut plan, mut seal] = [Duration::ZERO; 4];
    let (mut batches, mut sealed) = (0, 0);
    for _ in 0..RUNS {
        let (bundle, json) = timed(&mut parse, || {
            (Bundle::parse(&bytes).unwrap(), Json::parse(&bytes).unwrap())
        });
        let chart = timed(&mut label, || {
            let options = LabelOptions {
                base: Some(BASE.into()),
                ..LabelOptions::default()
            };
            let mut labeller = Labeller::new(&vocabulary, &assertions, options).unwrap();
            labeller.know(&json).unwrap();
            Chart::new(&bundle, Some(&subject), Some(BASE), |resource| {
                let labelled = labeller.label(resource.json(), resource.address())?;
                relevant(&labelled.labels, consent.terms())
            })
            .unwrap()
        });
        let sealer = ChartSealer::new(&consent, &vocabulary, "treatment", NOW)
            .and_then(|it| it.patient(patient.profile()))
            .unwrap()
            .authority(authority.public(), None);
        timed(&mut plan, || {
            for group in chart.groups() {
                black_box(sealer.readers(group.labels()).unwrap());
            }
        });
        (batches, sealed) = (chart.groups().len(), 0);
        timed(&mut seal, || {
            for group in chart.groups() {
                sealed += sealer.seal(group, rng).unwrap().0.len();
            }
        });
    }
    // Sealing makes each group's policy itself, which is counted once.
    let seal = seal.saturating_sub(plan);
    let all = parse + label + plan + seal;
    println!(
        "{}: {} resources, {} bytes, {batches} batches, {sealed} bytes sealed, mean of {RUNS} runs",
        path.file_name().unwrap().to_string_lossy(),
        whole.resources().len(),
        bytes.len(),
    );
    for (name, time) in [
        ("parse", parse),
        ("label", label),
        ("policies", plan),
        ("seal", seal),
        ("all", all),
    ] {
        let milliseconds = time.as_secs_f64() * 1000.0 / f64::from(RUNS);
        let share = 100.0 * time.as_secs_f64() / all.as_secs_f64();
        println!("{name:<10}{milliseconds:>10.1} ms {share:>5.1} %");
    }
}
