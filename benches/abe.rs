//! Key issue, encapsulation, decapsulation and key check against SPEC.md's operation counts.
//!
//! `cargo bench --bench abe --features hazmat`. After criterion's figures it measures the unit
//! operations and the calls in turns, on the processor's clock, and prints for each call the
//! measured time, what SPEC.md section 12 says it costs at these units, and their ratio.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use std::hint::black_box;

use hippocrypt::abe::{AuthorityKey, Cache, Ciphertext, Issued, UserKey};
use hippocrypt::policy::{Attributes, Date, Policy};

#[path = "support/units.rs"]
mod units;

use units::{Counts, Units};

const BINDING: [u8; 32] = [5; 32];

/// One policy and a key for it.
struct Case {
    name: &'static str,
    policy: Policy,
    attributes: Attributes,
    key: UserKey,
    ciphertext: Ciphertext,
    counts: Counts,
}

impl Case {
    /// `groups` ANDs of `size` attributes each, in an OR; the key satisfies the last one.
    fn new(name: &'static str, groups: usize, size: usize, authority: &AuthorityKey) -> Self {
        let attribute = |group, at| format!("a{group:02}{at:03}=value");
        let group = |group| {
            let all: Vec<_> = (0..size).map(|at| attribute(group, at)).collect();
            format!("({})", all.join(" and "))
        };
        let text: Vec<_> = (0..groups).map(group).collect();
        let policy = Policy::parse(&text.join(" or ")).unwrap();
        let held: Vec<_> = (0..size).map(|at| attribute(groups - 1, at)).collect();
        let attributes = Attributes::parse(held.iter().map(String::as_str)).unwrap();

        let rng = &mut support::rng();
        let key = authority.issue(&attributes, until(), rng).unwrap();
        let (ciphertext, sealed) = authority
            .public()
            .encapsulate(&policy, &BINDING, &mut Cache::new(), rng)
            .unwrap();
        let opened = key
            .decapsulate(&ciphertext, &BINDING, &mut Cache::new())
            .unwrap();
        assert!(sealed.matches(opened.expose()));
        let formula = policy.formula().unwrap();
        let counts = Counts {
            rows: formula.rows().len(),
            shares: groups * size,
            columns: formula.columns(),
            most: usize::from(formula.occurrences().1),
            used: size,
            literals: key.attributes().literals().len(),
        };
        Self {
            name,
            policy,
            attributes,
            key,
            ciphertext,
            counts,
        }
    }
}

fn until() -> Date {
    Date::parse("2027-12-31").unwrap()
}

/// A cache that has seen the policy and the key's attributes.
fn warm(case: &Case, authority: &AuthorityKey) -> Cache {
    let mut cache = Cache::with_tables();
    let rng = &mut support::rng();
    encapsulate(case, authority, &mut cache);
    authority
        .issue_with(
            &case.attributes,
            until(),
            Issued::default(),
            &mut cache,
            rng,
        )
        .unwrap();
    cache
}

fn issue(case: &Case, authority: &AuthorityKey, cache: &mut Cache) -> UserKey {
    let rng = &mut support::rng();
    authority
        .issue_with(&case.attributes, until(), Issued::default(), cache, rng)
        .unwrap()
}

fn encapsulate(case: &Case, authority: &AuthorityKey, cache: &mut Cache) -> Ciphertext {
    let public = authority.public();
    let rng = &mut support::rng();
    public
        .encapsulate(black_box(&case.policy), &BINDING, cache, rng)
        .unwrap()
        .0
}

fn decapsulate(case: &Case, ciphertext: &Ciphertext, cache: &mut Cache) {
    let key = &case.key;
    black_box(key.decapsulate(black_box(ciphertext), &BINDING, cache)).unwrap();
}

fn check(case: &Case, authority: &AuthorityKey, cache: &mut Cache) {
    let rng = &mut support::rng();
    case.key.check(authority.public(), cache, rng).unwrap();
}

fn with_criterion(cases: &[Case], authority: &AuthorityKey) {
    let mut bench = support::criterion();
    for case in cases {
        let mut cache = warm(case, authority);
        let bytes = case.ciphertext.to_bytes();
        let mut group = bench.benchmark_group(case.name);
        group.bench_function("issue", |b| b.iter(|| issue(case, authority, &mut cache)));
        group.bench_function("encapsulate", |b| {
            b.iter(|| encapsulate(case, authority, &mut cache));
        });
        group.bench_function("decapsulate", |b| {
            b.iter(|| decapsulate(case, &case.ciphertext, &mut cache));
        });
        group.bench_function("decapsulate from bytes", |b| {
            b.iter(|| {
                let read = Ciphertext::from_bytes(&bytes).unwrap();
                decapsulate(case, &read, &mut cache);
            });
        });
        group.bench_function("check a key", |b| {
            b.iter(|| check(case, authority, &mut cache))
        });
        group.finish();
    }
    bench.final_summary();
}

/// A call by name, and its formula.
type Call<'a> = (String, Box<dyn Fn(&Units<'_>) -> f64 + 'a>);

/// The calls of one case, each with what SPEC.md says it costs.
fn calls<'a>(
    case: &'a Case,
    authority: &'a AuthorityKey,
    rounds: &mut support::Rounds<'a>,
) -> Vec<Call<'a>> {
    let mut list: Vec<Call<'a>> = Vec::new();
    let counts = &case.counts;
    let name = |call: &str| format!("{}: {call}", case.name);
    let caches = || warm(case, authority);

    let mut cache = caches();
    rounds.add(name("issue"), move || issue(case, authority, &mut cache));
    list.push((name("issue"), Box::new(move |u| u.issue(counts, true))));

    rounds.add(name("issue, cold"), move || {
        issue(case, authority, &mut Cache::new())
    });
    list.push((
        name("issue, cold"),
        Box::new(move |u| u.issue(counts, false)),
    ));

    let mut cache = caches();
    rounds.add(name("encapsulate"), move || {
        encapsulate(case, authority, &mut cache)
    });
    list.push((
        name("encapsulate"),
        Box::new(move |u| u.encapsulate(counts, true)),
    ));

    rounds.add(name("encapsulate, cold"), move || {
        encapsulate(case, authority, &mut Cache::new())
    });
    list.push((
        name("encapsulate, cold"),
        Box::new(move |u| u.encapsulate(counts, false)),
    ));

    let mut cache = caches();
    rounds.add(name("decapsulate"), move || {
        decapsulate(case, &case.ciphertext, &mut cache);
    });
    list.push((
        name("decapsulate"),
        Box::new(move |u| u.decapsulate(counts, true)),
    ));

    rounds.add(name("decapsulate, cold"), move || {
        decapsulate(case, &case.ciphertext, &mut Cache::new());
    });
    list.push((
        name("decapsulate, cold"),
        Box::new(move |u| u.decapsulate(counts, false)),
    ));

    let (mut cache, bytes) = (caches(), case.ciphertext.to_bytes());
    rounds.add(name("decapsulate from bytes"), move || {
        let read = Ciphertext::from_bytes(&bytes).unwrap();
        decapsulate(case, &read, &mut cache);
    });
    list.push((
        name("decapsulate from bytes"),
        Box::new(move |u| u.decode(counts) + u.decapsulate(counts, true)),
    ));

    let mut cache = caches();
    rounds.add(name("check a key"), move || {
        check(case, authority, &mut cache)
    });
    list.push((name("check a key"), Box::new(move |u| u.check(counts))));
    list
}

/// Milliseconds of processor time that the best existing library on this curve needs, on another
/// machine: key issue, encryption, decryption of an AND.
const OTHERS: [(&str, [f64; 3]); 4] = [
    ("AND of 1", [37.0, 28.0, 10.0]),
    ("AND of 10", [156.0, 85.0, 14.0]),
    ("AND of 50", [726.0, 345.0, 28.0]),
    ("AND of 100", [1265.0, 657.0, 47.0]),
];

fn tables(cases: &[Case], authority: &AuthorityKey) {
    let mut rounds = support::Rounds::default();
    Units::measure(cases.iter().map(|case| &case.counts), &mut rounds);
    let lists: Vec<_> = cases
        .iter()
        .flat_map(|case| calls(case, authority, &mut rounds))
        .collect();
    rounds.run(15);
    let units = Units::new(&rounds);
    units.print();

    println!("\ncall                                     measured    formula   ratio   bar");
    for (name, formula) in &lists {
        let (measured, formula) = (rounds.median(name), formula(&units));
        println!(
            "{name:<38} {:>8.3} ms {:>7.3} ms {:>7.2}  1.25",
            1e3 * measured,
            1e3 * formula,
            measured / formula
        );
    }

    let pairing = rounds.median("pairing");
    println!("\nin pairings                                          pairings   bar");
    for (call, bar) in [("decapsulate", 8), ("decapsulate from bytes", 20)] {
        let measured = rounds.median(&format!("AND of 100: {call}"));
        println!(
            "AND of 100: {call:<40} {:>8.2} {bar:>5}",
            measured / pairing
        );
    }

    println!("\nagainst the best existing library's figures (another machine)");
    println!("case           issue         encrypt       decrypt from bytes");
    for (name, others) in OTHERS {
        print!("{name:<12}");
        for (call, other) in ["issue", "encapsulate", "decapsulate from bytes"]
            .iter()
            .zip(others)
        {
            let ours = 1e3 * rounds.median(&format!("{name}: {call}"));
            print!(" {ours:>6.2} ms 1/{:<4.0}", other / ours);
        }
        println!();
    }
}

fn main() {
    let authority = AuthorityKey::generate("bench", &mut support::rng()).unwrap();
    let cases = [
        Case::new("AND of 1", 1, 1, &authority),
        Case::new("AND of 10", 1, 10, &authority),
        Case::new("AND of 50", 1, 50, &authority),
        Case::new("AND of 100", 1, 100, &authority),
        Case::new("OR of 20 ANDs of 5", 20, 5, &authority),
    ];
    if std::env::var_os("TABLES_ONLY").is_none() {
        with_criterion(&cases, &authority);
    }
    tables(&cases, &authority);
}
