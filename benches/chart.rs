//! Batches: a thousand FHIR resources of one label set, and a whole chart under month labels.
//!
//! `cargo bench --bench chart --features hazmat`, on the processor's clock. It reads the patients in
//! ../shared/data/patients, or else the bundle that is carried here, and says which.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hippocrypt::Secret;
use hippocrypt::abe::{AuthorityKey, Cache, UserKey};
use hippocrypt::envelope::{
    Expiry, KeyHolder, Opener, PolicyRecipient, Record, RecordId, Sealer, Suite,
};
use hippocrypt::policy::{Attributes, Date, Labels, Policy};
use hippocrypt::symmetric::Aead;
use serde_json::Value;
use serde_json::value::RawValue;

const SUITES: [(Suite, &str); 2] = [
    (Suite::ChaCha20Poly1305, "ChaCha20-Poly1305"),
    (Suite::Aes256Gcm, "AES-256-GCM"),
];
const POLICY: &str = "role=cardiologist and dept=cardiology";

/// One resource as it stands in its bundle, and the labels it is sealed under here.
struct Resource {
    id: RecordId,
    bytes: Vec<u8>,
    labels: [String; 3],
}

/// The resources of a bundle. Nobody asserted a confidentiality in the public data: all of it is
/// taken for normal, in this bench only.
fn resources(bundle: &Path) -> Vec<Resource> {
    type Object<'a> = BTreeMap<String, &'a RawValue>;
    let text = std::fs::read_to_string(bundle).unwrap();
    let bundle: Object<'_> = serde_json::from_str(&text).unwrap();
    let entries: Vec<Object<'_>> = serde_json::from_str(bundle["entry"].get()).unwrap();
    let found = entries.iter().filter_map(|entry| entry.get("resource"));
    found
        .enumerate()
        .map(|(at, resource)| {
            let value: Value = serde_json::from_str(resource.get()).unwrap();
            let kind = value["resourceType"].as_str().unwrap();
            Resource {
                id: RecordId::new(&format!("{kind}-{at}")).unwrap(),
                bytes: resource.get().as_bytes().to_vec(),
                labels: [
                    format!("type={kind}"),
                    "conf=N".into(),
                    format!("ym={}", month(&value)),
                ],
            }
        })
        .collect()
}

/// The month of what a resource is about.
fn month(resource: &Value) -> String {
    const TIMES: [&str; 10] = [
        "/effectiveDateTime",
        "/period/start",
        "/performedPeriod/start",
        "/billablePeriod/start",
        "/occurrenceDateTime",
        "/recordedDate",
        "/authoredOn",
        "/date",
        "/recorded",
        "/created",
    ];
    let mut times = TIMES
        .iter()
        .filter_map(|path| resource.pointer(path)?.as_str()?.get(..7));
    times.next().unwrap_or("unknown").into()
}

fn bundles() -> (Vec<PathBuf>, &'static str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/patients");
    let carried = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/bundle.json");
    let Ok(files) = std::fs::read_dir(folder) else {
        return ([carried].into(), "the bundle in examples/data");
    };
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().contains('_'))
        .collect();
    files.sort();
    (files, "the patients in ../shared/data")
}

struct Ward {
    authority: AuthorityKey,
    key: UserKey,
}

impl Ward {
    fn new() -> Self {
        let rng = &mut support::rng();
        let authority = AuthorityKey::generate("bench", rng).unwrap();
        let words = ["role=cardiologist", "dept=cardiology", "board=yes"];
        let attributes = Attributes::parse(words).unwrap();
        let until = Date::parse("2027-12-31").unwrap();
        let key = authority.issue(&attributes, until, rng).unwrap();
        Self { authority, key }
    }

    fn sealer(&self, expiry: Expiry, cache: Cache) -> Sealer<'_> {
        let policy = Policy::parse(POLICY).unwrap();
        let recipient = PolicyRecipient::new(self.authority.public(), policy, expiry);
        Sealer::new().recipient(Box::new(recipient.cache(cache)))
    }

    fn opener(&self, cache: Cache) -> Opener<'_> {
        Opener::new().unwrap_with(Box::new(KeyHolder::new(&self.key).cache(cache)))
    }
}

fn today() -> Expiry {
    Expiry::Day(Date::parse("2026-11-24").unwrap())
}

type Members<'a> = Vec<(&'a RecordId, &'a [u8])>;

fn open(opener: &mut Opener<'_>, batch: &[u8]) -> usize {
    let batch = opener.open_batch(batch).unwrap();
    let members = 0..batch.ids().len();
    members
        .map(|at| batch.open(at).unwrap().0.expose().len())
        .sum()
}

/// A thousand resources under one header against the bare cipher and one encapsulation.
fn thousand(ward: &Ward, all: &[Resource]) {
    let ids: Vec<_> = (0..1000)
        .map(|at| RecordId::new(&format!("record-{at}")).unwrap())
        .collect();
    let members: Members<'_> = ids
        .iter()
        .zip(all.iter().cycle())
        .map(|(id, resource)| (id, resource.bytes.as_slice()))
        .collect();
    let bytes: usize = members.iter().map(|(_, content)| content.len()).sum();
    println!(
        "\n1,000 resources of one label set, {bytes} bytes               milliseconds   of the bare AEAD"
    );
    for (suite, name) in SUITES {
        let record = Record::new("batch").unwrap().suite(suite);
        let mut sealer = ward.sealer(Expiry::Never, Cache::with_tables());
        let mut seal = || {
            let rng = &mut support::rng();
            sealer
                .seal_batch(&record, members.iter().copied(), rng)
                .unwrap()
        };
        let sealed = seal();
        let aead = Aead::new(suite, &Secret::new([3; 32]));
        let policy = Policy::parse(POLICY).unwrap();
        let (mut cache, mut opener) = (Cache::with_tables(), ward.opener(Cache::with_tables()));
        let (mut header_only, mut buffer) = (ward.opener(Cache::with_tables()), Vec::new());

        let mut rounds = support::Rounds::default();
        rounds.add("bare", || {
            for (at, (_, content)) in (0u64..).zip(&members) {
                buffer.clear();
                buffer.extend_from_slice(content);
                let mut nonce = [0; 12];
                nonce[4..].copy_from_slice(&at.to_be_bytes());
                aead.seal_in_place(&nonce, &[], &mut buffer).unwrap();
            }
        });
        rounds.add("encapsulate", || {
            let rng = &mut support::rng();
            let public = ward.authority.public();
            public
                .encapsulate(&policy, &[5; 32], &mut cache, rng)
                .unwrap()
                .1
        });
        rounds.add("seal", &mut seal);
        rounds.add("open", || open(&mut opener, &sealed));
        rounds.add("header", || {
            let header = hippocrypt::envelope::Header::from_bytes(&sealed).unwrap().0;
            header_only.unlock(header).map(drop).unwrap()
        });
        rounds.run(15);
        let of = |call| rounds.median(call);
        let (bare, once) = (of("bare"), of("encapsulate"));
        println!("{name}");
        let line = |call: &str, time: f64, ratio: Option<f64>| {
            let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
            println!("  {call:<60} {:>10.3} {ratio:>18}", 1e3 * time);
        };
        line("bare AEAD, one key", bare, Some(1.0));
        line("one encapsulation", once, None);
        line("seal the batch", of("seal"), None);
        line(
            "  without its encapsulation (bar: 3.00)",
            of("seal") - once,
            Some((of("seal") - once) / bare),
        );
        line("open the batch, every member", of("open"), None);
        line(
            "  without its header",
            of("open") - of("header"),
            Some((of("open") - of("header")) / bare),
        );
    }
}

/// A whole chart, a batch for each label set.
fn chart(ward: &Ward, all: &[Resource]) {
    let mut sets: BTreeMap<&[String; 3], Members<'_>> = BTreeMap::new();
    for resource in all {
        let members = sets.entry(&resource.labels).or_default();
        members.push((&resource.id, &resource.bytes));
    }
    let bytes: usize = all.iter().map(|resource| resource.bytes.len()).sum();
    println!(
        "\nchart of {} resources, {bytes} bytes, in {} batches by type, confidentiality and month",
        all.len(),
        sets.len()
    );
    println!("                                             milliseconds   a batch   bytes");
    for (clause, expiry) in [("with expiry clause", today()), ("without", Expiry::Never)] {
        let seal = |sealer: &mut Sealer<'_>| -> Vec<Vec<u8>> {
            let rng = &mut support::rng();
            (0..)
                .zip(&sets)
                .map(|(at, (labels, members)): (u32, _)| {
                    let labels = labels.iter().map(String::as_str);
                    let record = Record::new(&format!("batch-{at}"))
                        .unwrap()
                        .labels(Labels::parse(labels).unwrap());
                    sealer
                        .seal_batch(&record, members.iter().copied(), rng)
                        .unwrap()
                })
                .collect()
        };
        let chart = seal(&mut ward.sealer(expiry, Cache::with_tables()));
        let sealed: usize = chart.iter().map(Vec::len).sum();
        let (mut warm_sealer, mut warm) = (
            ward.sealer(expiry, Cache::with_tables()),
            ward.opener(Cache::with_tables()),
        );
        let mut rounds = support::Rounds::default();
        rounds.add("seal", || {
            seal(&mut ward.sealer(expiry, Cache::with_tables()))
        });
        rounds.add("seal, warm", || seal(&mut warm_sealer));
        rounds.add("alone", || {
            chart
                .iter()
                .map(|batch| open(&mut ward.opener(Cache::new()), batch))
                .sum::<usize>()
        });
        rounds.add("open", || {
            let mut opener = ward.opener(Cache::with_tables());
            chart
                .iter()
                .map(|batch| open(&mut opener, batch))
                .sum::<usize>()
        });
        rounds.add("open, warm", || {
            chart
                .iter()
                .map(|batch| open(&mut warm, batch))
                .sum::<usize>()
        });
        rounds.run(5);
        println!("{clause}");
        let line = |call: &str, time: f64, bytes: &str| {
            let (all, each) = (1e3 * time, 1e3 * time / sets.len() as f64);
            println!("  {call:<44} {all:>10.1} {each:>9.3} {bytes:>7}");
        };
        line(
            "seal, a new sealer",
            rounds.median("seal"),
            &sealed.to_string(),
        );
        line(
            "seal, a sealer that has sealed before",
            rounds.median("seal, warm"),
            "",
        );
        line(
            "open, a new opener for each batch",
            rounds.median("alone"),
            "",
        );
        line("open, one new opener", rounds.median("open"), "");
        line(
            "open, an opener that has opened before",
            rounds.median("open, warm"),
            "",
        );
        on_all_cores(ward, &chart, sets.len());
    }
}

/// Each core has an opener of its own: on the wall's clock.
fn on_all_cores(ward: &Ward, chart: &[Vec<u8>], batches: usize) {
    let cores = std::thread::available_parallelism().unwrap().get();
    let share = chart.len().div_ceil(cores);
    let mut rounds = support::Rounds::on(support::wall);
    rounds.add("open", || {
        std::thread::scope(|scope| {
            for part in chart.chunks(share) {
                scope.spawn(move || {
                    let mut opener = ward.opener(Cache::with_tables());
                    part.iter()
                        .map(|batch| open(&mut opener, batch))
                        .sum::<usize>()
                });
            }
        });
    });
    rounds.run(5);
    let time = 1e3 * rounds.best("open");
    let call = format!("open on {cores} cores, on the wall, best of 5");
    println!("  {call:<44} {time:>10.1} {:>9.3}", time / batches as f64);
}

fn with_criterion(ward: &Ward, all: &[Resource]) {
    let mut bench = support::criterion();
    let members = || {
        all.iter()
            .map(|resource| (&resource.id, resource.bytes.as_slice()))
    };
    let mut sealer = ward.sealer(today(), Cache::with_tables());
    let mut opener = ward.opener(Cache::with_tables());
    let record = Record::new("batch").unwrap();
    let mut seal = || {
        sealer
            .seal_batch(&record, members(), &mut support::rng())
            .unwrap()
    };
    let sealed = seal();
    let mut group = bench.benchmark_group("a chart in one batch");
    group.bench_function("seal", |b| b.iter(&mut seal));
    group.bench_function("open", |b| b.iter(|| open(&mut opener, &sealed)));
    group.finish();
    bench.final_summary();
}

fn main() {
    let ward = Ward::new();
    let (files, which) = bundles();
    println!("resources: {which}");
    let charts: Vec<_> = files.iter().map(|file| resources(file)).collect();
    let largest = charts.iter().max_by_key(|chart| chart.len()).unwrap();
    if std::env::var_os("TABLES_ONLY").is_none() {
        with_criterion(&ward, largest);
    }
    let one_type: Vec<Resource> = charts
        .iter()
        .flatten()
        .map(clone)
        .filter(|it| it.labels[0] == "type=Observation")
        .collect();
    thousand(&ward, &one_type);
    chart(&ward, largest);
}

fn clone(resource: &Resource) -> Resource {
    Resource {
        id: resource.id.clone(),
        bytes: resource.bytes.clone(),
        labels: resource.labels.clone(),
    }
}
