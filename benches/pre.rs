//! Capsules and grants against SPEC.md's operation counts.
//!
//! `cargo bench --bench pre --features hazmat`. It measures the unit operations and the calls in
//! turns, on the processor's clock, and prints for each call the measured time, what SPEC.md
//! section 12 says it costs at these units, and their ratio; then a whole chart.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use std::hint::black_box;

use hippocrypt::asymmetric::{SigningKey, hpke};
use hippocrypt::curve::{G1, G2, PublicScalar, Scalar, multi_scalar_g1, multi_scalar_g2};
use hippocrypt::envelope::{CouponRecipient, Record, Sealer};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy, LabelSet, Labels};
use hippocrypt::pre::{Cache, Coupon, Grant, RecipientGrant, Unverified};

#[path = "support/grants.rs"]
mod grants;
#[path = "support/units.rs"]
#[allow(dead_code)] // half of them are those of other benches
mod units;

use grants::{Granted, H, World, labels, policy};
use units::Units;

/// Labels of a sealed record.
const LABELS: [usize; 4] = [1, 6, 12, 24];
/// Rows of a policy, threshold and number of relays.
const GRANTS: [(usize, u8, usize); 6] = [
    (1, 1, 1),
    (10, 1, 1),
    (100, 1, 1),
    (1, 3, 5),
    (10, 3, 5),
    (100, 3, 5),
];
/// Label sets of a real chart under day labels.
const CHART: usize = 464;

/// The prototype's figures in milliseconds: 6 labels, a policy of 10 rows of which 4 are used.
const PROTOTYPE: [(&str, f64); 7] = [
    ("seal, 6 labels", 1.6),
    ("transform", 0.66),
    ("open, t=1", 2.6),
    ("open, t=3", 3.9),
    ("owner opens", 1.9),
    ("grant, 10 rows, 1 of 1", 4.7),
    ("grant, 10 rows, 3 of 5", 5.1),
];

/// Units beside those of attribute-based encryption.
fn more_units(rounds: &mut support::Rounds<'_>) {
    let full = |index: u64| {
        Scalar::from_wide(&[0x5a; 64])
            .declassify()
            .checked_add_small(index)
    };
    let g1 = G1::generator() * &Scalar::from_wide(&[7; 64]);
    let g2 = |index: u64| G2::generator() * &Scalar::from_u64(index + 9);
    let short = PublicScalar::from_u128(u128::MAX / 3);
    rounds.add("V1", move || multi_scalar_g1(&[g1], &[short]));
    let (pair, weights) = ([g2(1), g2(2)], [full(1), full(2)]);
    rounds.add("V2", move || multi_scalar_g2(&pair, &weights));
    let key = SigningKey::from_seed(&hippocrypt::Secret::new([7; 32]));
    let public = key.verifying_key();
    let signature = key.sign(&[&[1; 64]]);
    rounds.add("ES", move || key.sign(&[&[1; 64]]));
    rounds.add("EV", move || public.verify(&[&[1; 64]], &signature).is_ok());
    let secret = hpke::HpkeSecretKey::generate(&mut support::rng()).unwrap();
    let public = secret.public_key();
    rounds.add("HS", move || {
        hpke::seal(&public, b"info", &[], &[1; 32], &mut support::rng()).unwrap()
    });
}

/// Public scalars of full length that differ.
trait Small {
    fn checked_add_small(self, index: u64) -> PublicScalar;
}

impl Small for PublicScalar {
    fn checked_add_small(self, index: u64) -> PublicScalar {
        self - PublicScalar::from_u64(index)
    }
}

type Call<'a> = (String, Box<dyn Fn(&Units<'_>) -> f64 + 'a>);

fn calls<'a>(world: &'a World, rounds: &mut support::Rounds<'a>) -> Vec<Call<'a>> {
    let mut list: Vec<Call<'a>> = Vec::new();
    for count in LABELS {
        let n = count as f64;
        let set = labels(count);
        let mut cache = Cache::with_tables();
        let name = format!("seal, {count} labels");
        let own = set.clone();
        rounds.add(name.clone(), move || world.seal(&own, &mut cache));
        list.push((
            name,
            Box::new(move |u| {
                2.0 * u.unit("T2")
                    + n * u.unit("M1")
                    + u.unit("TT")
                    + 2.0 * u.unit("E2")
                    + u.encode(count, "E1", "e1")
                    + 3.0 * u.unit("X")
            }),
        ));
        let name = format!("seal, {count} labels, cold");
        rounds.add(name.clone(), move || world.seal(&set, &mut Cache::new()));
        list.push((
            name,
            Box::new(move |u| {
                2.0 * u.unit("M2")
                    + (n + 1.0) * u.unit("M1")
                    + n * u.unit("H")
                    + u.unit("F")
                    + u.unit("L")
                    + 2.0 * u.unit("E2")
                    + u.encode(count, "E1", "e1")
                    + 3.0 * u.unit("X")
            }),
        ));
    }
    opening(world, rounds, &mut list);
    for (rows, threshold, relays) in GRANTS {
        let (r, t, n) = (rows as f64, f64::from(threshold), relays as f64);
        let name = format!("grant, {rows} rows, {threshold} of {relays}");
        let policy = policy(rows);
        let columns = policy.formula().unwrap().columns() as f64;
        // The leaves of the OR share one share.
        let shares = r.min(4.0);
        let mut cache = Cache::with_tables();
        let own = policy.clone();
        rounds.add(name.clone(), move || {
            world.deal((&own, threshold, relays), &mut cache)
        });
        list.push((
            name,
            Box::new(move |u| {
                shares * u.unit("T1")
                    + r * u.unit("M1")
                    + r * u.unit("T2")
                    + t * u.unit("T2")
                    + u.encode(rows, "E1", "e1")
                    + u.encode(rows, "E2", "e2")
                    + u.encode(threshold.into(), "E2", "e2")
                    + (r + t + columns + 1.0) * u.unit("X")
                    + (1.0 + n) * u.unit("HS")
                    + u.unit("ES")
            }),
        ));
        let granted = world.deal((&policy, threshold, relays), &mut Cache::new());
        let bytes = granted.0.to_bytes();
        let name = format!("install, {rows} rows, {threshold} of {relays}");
        let mut cache = Cache::with_tables();
        rounds.add(name.clone(), move || {
            let grant = Grant::<Unverified>::from_bytes(&bytes).unwrap();
            RecipientGrant::install(grant.verify().unwrap(), &world.recipient, &mut cache).unwrap()
        });
        list.push((
            name,
            Box::new(move |u| {
                r * u.unit("D1")
                    + (r + 2.0 * t + 1.0) * u.unit("D2")
                    + r * u.unit("V1")
                    + u.sum(rows)
                    + u.unit("F")
                    + (r + 2.0) * u.unit("L")
                    // The profile inside: its proof and signature; the grant's signature.
                    + u.unit("V2")
                    + u.unit("E2")
                    + 2.0 * u.unit("EV")
                    + u.unit("HS")
            }),
        ));
    }
    list
}

/// What is paid for checking that a capsule with `count` labels is what its message gives.
fn check(u: &Units<'_>, count: usize) -> f64 {
    u.unit("T2")
        + u.unit("E2")
        + u.unit("X")
        + (count as f64 - 1.0) * u.unit("W")
        + 2.0 * u.sum(count)
        + u.unit("M1")
}

fn opening<'a>(world: &'a World, rounds: &mut support::Rounds<'a>, list: &mut Vec<Call<'a>>) {
    const COUNT: usize = 6;
    let capsule = world.seal(&labels(COUNT), &mut Cache::new());
    let decode = |u: &Units<'_>| u.unit("D2") + COUNT as f64 * u.unit("D1");
    let own = capsule.clone();
    let mut cache = Cache::with_tables();
    rounds.add("owner opens", move || {
        let opened = world.patient.open(&own, &H, &mut cache);
        black_box(opened).unwrap()
    });
    list.push((
        "owner opens".into(),
        Box::new(move |u| decode(u) + u.unit("F") + u.unit("L") + check(u, COUNT)),
    ));
    for threshold in [1_u8, 3] {
        let granted = world.granted(&policy(10), threshold, usize::from(threshold));
        let requests = world.ask(&granted, std::slice::from_ref(&capsule));
        let answers: Vec<_> = (0..usize::from(threshold))
            .map(|relay| world.serve(&granted, &requests, relay))
            .collect();
        let name = format!("open, t={threshold}");
        let own = capsule.clone();
        let mut cache = Cache::with_tables();
        if threshold == 1 {
            let requests = world.ask(&granted, std::slice::from_ref(&capsule));
            let granted = world.granted(&policy(10), 1, 1);
            rounds.add("transform", move || world.serve(&granted, &requests, 0));
            list.push((
                "transform".into(),
                Box::new(move |u| {
                    u.unit("D2")
                        + u.unit("V2")
                        + u.unit("M2")
                        + 2.0 * u.unit("E2")
                        + u.unit("X")
                        // The request's signature, the answer's, and the recipient's look at it.
                        + 2.0 * u.unit("EV")
                        + u.unit("ES")
                }),
            ));
        }
        rounds.add(name.clone(), move || {
            let answers: Vec<_> = answers.iter().collect();
            world.open(&granted, &own, &answers, &mut cache);
        });
        list.push((
            name,
            Box::new(move |u| {
                decode(u)
                    + f64::from(threshold) * u.unit("D2")
                    // Lagrange's coefficients: none for one answer, small for the first three.
                    + if threshold == 1 { 0.0 } else { u.unit("Lagrange") }
                    + 8.0 * u.unit("A1")
                    + u.unit("F")
                    + 5.0 * u.unit("L")
                    + check(u, COUNT)
            }),
        ));
    }
    let points: Vec<_> = (0..3)
        .map(|at| G2::generator() * &Scalar::from_u64(at + 77))
        .collect();
    let weights = [3, 3, 1].map(PublicScalar::from_u64);
    let weights = [weights[0], -weights[1], weights[2]];
    rounds.add("Lagrange", move || multi_scalar_g2(&points, &weights));
}

/// A whole chart: as many label sets as a real one has under day labels, 6 labels each, 2 of 3
/// relays of which the answers of three are used.
fn chart(world: &World) {
    let frame = LabelFrame::new(2000, Date::parse("2027-12-31").unwrap()).unwrap();
    let policy = LabelPolicy::parse("type=Observation and conf=N", &frame).unwrap();
    let granted = world.granted(&policy, 3, 3);
    let sets: Vec<_> = (0..CHART as u16)
        .map(|at| {
            let day = format!("ymd={}", Date::from_days(45_000 + 2 * at));
            let texts = ["type=Observation", "conf=N", "sens.none=hv1", &day];
            LabelSet::from(&Labels::parse(texts).unwrap())
        })
        .collect();
    let clock = |work: &mut dyn FnMut()| {
        let start = support::now();
        work();
        1e3 * (support::now() - start).as_secs_f64()
    };
    let mut cache = Cache::with_tables();
    let mut capsules = Vec::new();
    let sealing =
        clock(&mut || capsules = sets.iter().map(|it| world.seal(it, &mut cache)).collect());
    let mut requests = None;
    let asking = clock(&mut || requests = Some(world.ask(&granted, &capsules)));
    let requests = requests.unwrap();
    let mut answers = Vec::new();
    let transforming = clock(&mut || {
        answers = (0..3)
            .map(|it| world.serve(&granted, &requests, it))
            .collect()
    });
    let answers: Vec<_> = answers.iter().collect();
    let all: Vec<_> = capsules.iter().collect();
    let mut cache = Cache::with_tables();
    let checking = clock(&mut || {
        granted
            .held
            .check_answer(answers[0], &all, &mut cache)
            .unwrap()
    });
    let mut cache = Cache::with_tables();
    let opening = clock(&mut || {
        for capsule in &capsules {
            world.open(&granted, capsule, &answers, &mut cache);
        }
    });
    let prepared = world.granted(&policy, 3, 3);
    let prepared = Granted {
        held: prepared.held.prepared(),
        ..prepared
    };
    let mut cache = Cache::with_tables();
    let faster = clock(&mut || {
        for capsule in &capsules {
            world.open(&prepared, capsule, &answers, &mut cache);
        }
    });
    println!(
        "\na chart of {CHART} label sets, 6 labels each, t=3: milliseconds in all, and for each"
    );
    for (what, time) in [
        ("seal", sealing),
        ("ask", asking),
        ("transform, one relay", transforming / 3.0),
        ("check one answer together", checking),
        ("open", opening),
        ("open, grant prepared", faster),
    ] {
        println!("{what:<28} {time:>9.1} {:>8.3}", time / CHART as f64);
    }
}

/// What a monitor records in ten seconds: one lead at 250 Hz, two at 360 Hz (as in the demo), twelve
/// at 500 Hz, two bytes each.
const FRAMES: [(&str, usize); 3] = [
    ("1 lead", 5_000),
    ("2 leads", 14_400),
    ("12 leads", 120_000),
];

/// Sealing frames with coupons, as a device does that was prepared; and minting them.
fn frames(world: &World) {
    const COUNT: usize = 64;
    let texts = ["type=ECG", "conf=N", "sens.none=hv1", "ym=2026-11"];
    let texts = Labels::parse(texts).unwrap();
    let set = LabelSet::from(&texts);
    let ward = SignerKey::generate("monitor", &mut support::rng()).unwrap();
    let profile = world.patient.profile();
    let mut cache = Cache::with_tables();
    let mut mint = || profile.mint(&set, &mut cache, &mut support::rng()).unwrap();
    drop(mint());
    println!("\na frame of 10 seconds, 5 labels: milliseconds each, median of {COUNT}");
    let told = |what: &str, work: &mut dyn FnMut()| {
        let mut times: Vec<f64> = (0..COUNT)
            .map(|_| {
                let start = support::now();
                work();
                1e3 * (support::now() - start).as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{what:<44} {:>8.3}", times[COUNT / 2]);
    };
    let mut coupons = Vec::new();
    told("mint a coupon", &mut || coupons.push(mint()));
    let written: Vec<_> = coupons.into_iter().map(Coupon::into_bytes).collect();
    for (name, bytes) in FRAMES {
        let frame = vec![0x5a; bytes];
        for signed in [false, true] {
            let again = written.iter().map(|it| Coupon::from_bytes(it.expose()));
            let mut again = again.collect::<Result<Vec<_>, _>>().unwrap();
            let what = if signed { ", signed" } else { "" };
            told(&format!("seal with a coupon, {name}{what}"), &mut || {
                let coupon = CouponRecipient::one(again.pop().unwrap());
                let mut sealer = Sealer::new().recipient(Box::new(coupon));
                if signed {
                    sealer = sealer.sender(&ward);
                }
                let record = Record::new("frame").unwrap().labels(texts.clone());
                let rng = &mut support::rng();
                black_box(sealer.seal(&record, black_box(&frame), rng)).unwrap();
            });
            let coupon = Coupon::from_bytes(written[0].expose()).unwrap();
            let coupon = CouponRecipient::one(coupon);
            let mut sealer = Sealer::new().recipient(Box::new(coupon));
            if signed {
                sealer = sealer.sender(&ward);
            }
            let record = Record::new("night").unwrap().labels(texts.clone());
            let mut session = sealer.session(&record, &mut support::rng()).unwrap();
            told(&format!("segment of a session, {name}{what}"), &mut || {
                black_box(session.segment(black_box(&frame))).unwrap();
            });
        }
    }
}

fn main() {
    let world = World::new();
    let mut rounds = support::Rounds::default();
    Units::measure_sums(
        LABELS.into_iter().chain(GRANTS.iter().map(|it| it.0)),
        &mut rounds,
    );
    more_units(&mut rounds);
    let list = calls(&world, &mut rounds);
    rounds.run(15);
    let units = Units::new(&rounds);
    units.print();
    for (name, meaning) in [
        ("V1", "one point of G1, 128-bit public weight"),
        ("V2", "two points of G2, full public weights"),
        ("ES", "sign with Ed25519"),
        ("EV", "verify with Ed25519"),
        ("HS", "seal by HPKE"),
    ] {
        println!("{name:<4} {meaning:<46} {:>12.2}", 1e6 * units.unit(name));
    }
    println!(
        "\ncall                                     measured    formula   ratio   bar  prototype"
    );
    for (name, formula) in &list {
        let (measured, formula) = (rounds.median(name), formula(&units));
        let prototype = PROTOTYPE.iter().find(|it| it.0 == name);
        let prototype = prototype.map_or(String::new(), |it| format!("{:>6.2} ms", it.1));
        println!(
            "{name:<38} {:>8.3} ms {:>7.3} ms {:>7.2}  1.25  {prototype}",
            1e3 * measured,
            1e3 * formula,
            measured / formula
        );
    }
    chart(&world);
    frames(&world);
}
