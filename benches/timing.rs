//! Does the time of opening tell apart what must look alike? Welch's t-test on the processor's clock, as dudect does
//! (Reparaz, Balasch, Verbauwhede, DATE 2017): two classes of inputs in random order, measured one by one.
//!
//! `cargo bench --bench timing --features hazmat`; `SAMPLES=N` for more or fewer, words behind `--` for
//! the comparisons that have them in their names. A t beyond 4.5 either way is a
//! difference. The first line is a comparison that leaks on purpose: where its t is small, nothing was measured.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use std::hint::black_box;

use hippocrypt::abe::{AuthorityKey, Cache, Ciphertext, UserKey};
use hippocrypt::envelope::{Expiry, Header, Opener, Record, Sealer};
use hippocrypt::policy::{Attributes, Date, LabelSet, Labels, Policy};
use hippocrypt::pre::{self, Capsule, PatientKey};
use hippocrypt::symmetric::{Aead, Suite};
use hippocrypt::{Error, Secret};
use rand_chacha::rand_core::Rng;
use sha2::{Digest, Sha256};

const H: [u8; 32] = [5; 32];
/// Ciphertexts to choose from.
const POOL: usize = 128;
/// Beyond this, dudect's authors speak of a leak.
const LIMIT: f64 = 4.5;
/// The shares of the fastest samples that are looked at: slow ones are mostly other programs' doing.
const SHARES: [f64; 4] = [1.0, 0.95, 0.8, 0.5];

fn mean_and_variance(all: &[f64]) -> (f64, f64) {
    let count = all.len() as f64;
    let mean = all.iter().sum::<f64>() / count;
    let squares = all.iter().map(|it| (it - mean).powi(2)).sum::<f64>();
    (mean, squares / (count - 1.0))
}

/// Welch's t of the two classes, from samples up to `most`.
fn t_value(samples: &[Vec<f64>; 2], most: f64) -> f64 {
    let [(a, va, na), (b, vb, nb)] = samples.each_ref().map(|all| {
        let kept: Vec<f64> = all.iter().copied().filter(|it| *it <= most).collect();
        let (mean, variance) = mean_and_variance(&kept);
        (mean, variance, kept.len() as f64)
    });
    (a - b) / (va / na + vb / nb).sqrt()
}

struct Timing {
    samples: usize,
    /// What a measurement's name has to contain.
    wanted: Option<String>,
}

impl Timing {
    /// Measures `run`, `repeats` times a sample, on what `prepare` makes for class 0 or 1, which is not measured.
    fn compare<T>(
        &self,
        name: &str,
        (repeats, share): (usize, usize),
        mut prepare: impl FnMut(usize) -> T,
        mut run: impl FnMut(&mut T),
    ) {
        if self.wanted.as_ref().is_some_and(|it| !name.contains(it)) {
            return;
        }
        let rng = &mut support::rng();
        let count = self.samples / share;
        let mut samples = [Vec::new(), Vec::new()];
        for at in 0..count + 10 {
            let class = (rng.next_u32() >> 16 & 1) as usize;
            let mut inputs: Vec<T> = (0..repeats).map(|_| prepare(class)).collect();
            let start = support::now();
            for input in &mut inputs {
                run(input);
            }
            let taken = (support::now() - start).as_nanos() as f64 / repeats as f64;
            // The first ones find caches cold.
            if at >= 10 {
                samples[class].push(taken);
            }
        }
        let mut all = samples.concat();
        all.sort_by(f64::total_cmp);
        let t = SHARES.map(|share| {
            let most = ((all.len() - 1) as f64 * share) as usize;
            t_value(&samples, all[most])
        });
        let worst = t.iter().fold(0.0_f64, |worst, it| worst.max(it.abs()));
        println!(
            "{name:<66} {count:>7} {:>11.0} {:>7.2} {:>7.2} {:>7.2} {:>7.2}  {}",
            all[all.len() / 2],
            t[0],
            t[1],
            t[2],
            t[3],
            if worst > LIMIT { "differs" } else { "alike" }
        );
    }
}

fn flipped(good: &[u8], at: usize) -> Vec<u8> {
    let mut bad = good.to_vec();
    bad[at] ^= 1;
    bad
}

/// Stops at the first byte that is another.
fn leaking(timing: &Timing) {
    let good = [7_u8; 4096];
    let classes = [flipped(&good, 0), flipped(&good, 4095)];
    timing.compare(
        "control: a comparison that stops early, first or last byte",
        (20, 1),
        |class| classes[class].clone(),
        |it| {
            black_box(it.iter().zip(&good).all(|(a, b)| black_box(a) == b));
        },
    );
}

fn ciphers(timing: &Timing) {
    let key = Secret::new([9; 32]);
    for (suite, name) in [
        (Suite::ChaCha20Poly1305, "ChaCha20-Poly1305"),
        (Suite::Aes256Gcm, "AES-256-GCM"),
    ] {
        let aead = Aead::new(suite, &key);
        let mut content = [7; 1024];
        let tag = aead.seal_in_place(&[0; 12], b"", &mut content).unwrap();
        let bad = [0, 15].map(|at| {
            let mut tag = tag;
            tag[at] ^= 1;
            tag
        });
        timing.compare(
            &format!("{name}, 1 KiB: tag's first or last byte wrong"),
            (10, 1),
            |class| (content, bad[class]),
            |(content, tag)| {
                let opened = aead.open_in_place(&[0; 12], b"", content, tag);
                assert!(black_box(opened).is_err());
            },
        );
    }
}

struct Ward {
    nurse: UserKey,
    /// Reads as a key of the same attributes, and is none.
    wrong: UserKey,
    records: Vec<Vec<u8>>,
    /// Many: one alone has a time of its own, as the weights of its check are its own.
    ciphertexts: Vec<Vec<u8>>,
}

/// A part of another key put into this one: what decoding can't see.
fn mixed(key: &UserKey, other: &UserKey) -> UserKey {
    let (bytes, other) = (key.to_bytes(), other.to_bytes());
    let mut bytes = bytes.expose()[..bytes.expose().len() - 32].to_vec();
    // Behind header, authority, key id, time of issue and attributes: sk3, then sk2.
    let attributes = 8 + 32 + 16 + 8;
    let length = u16::from_be_bytes(bytes[attributes..attributes + 2].try_into().unwrap());
    let second = attributes + 2 + usize::from(length) + 96;
    bytes[second..second + 48].copy_from_slice(&other.expose()[second..second + 48]);
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    UserKey::from_bytes(&bytes).unwrap()
}

fn again(key: &UserKey) -> UserKey {
    UserKey::from_bytes(key.to_bytes().expose()).unwrap()
}

impl Ward {
    fn new() -> Self {
        let rng = &mut support::rng();
        let hospital = AuthorityKey::generate("Hospital", rng).unwrap();
        let attributes = Attributes::parse(["role=nurse", "dept=icu"]).unwrap();
        let until = Date::parse("2027-12-31").unwrap();
        let nurse = hospital.issue(&attributes, until, rng).unwrap();
        let other = hospital.issue(&attributes, until, rng).unwrap();
        let policy = Policy::parse("role=nurse and dept=icu").unwrap();
        let public = hospital.public();
        let cache = &mut Cache::new();
        let ciphertexts = (0..POOL).map(|_| {
            let sealed = public.encapsulate(&policy, &H, cache, rng);
            sealed.unwrap().0.to_bytes()
        });
        let ciphertexts = ciphertexts.collect();
        let mut sealer = Sealer::new().policy(public, policy, Expiry::Never);
        let record = Record::new("obs-1").unwrap();
        let records = (0..POOL).map(|_| sealer.seal(&record, &[7; 1024], rng).unwrap());
        let records = records.collect();
        Self {
            wrong: mixed(&nurse, &other),
            nurse,
            records,
            ciphertexts,
        }
    }
}

fn decapsulations(timing: &Timing, ward: &Ward) {
    let cache = &mut Cache::with_tables();
    let dice = &mut support::rng();
    let mut any = || ward.ciphertexts[dice.next_u32() as usize % POOL].clone();
    let masked = ward.ciphertexts[0].len() - 32;
    let read = |bytes: &[u8]| Ciphertext::from_bytes(bytes).unwrap();
    let mut run = |key: &UserKey, it: &Ciphertext| {
        black_box(key.decapsulate(it, &H, cache).unwrap());
    };
    timing.compare(
        "policy, key inside: accepted, or refused for a changed ciphertext",
        (1, 10),
        |class| match class {
            0 => read(&any()),
            _ => read(&flipped(&any(), masked)),
        },
        |it| run(&ward.nurse, it),
    );
    timing.compare(
        "policy, key inside: first or last byte of the masked part changed",
        (1, 10),
        |class| read(&flipped(&any(), masked + 31 * class)),
        |it| run(&ward.nurse, it),
    );
    timing.compare(
        "policy, key inside: a wrong key, or a changed ciphertext",
        (1, 10),
        // Both keys anew each time: two that stay have places in memory of their own, and those can be told apart.
        |class| match class {
            0 => (again(&ward.wrong), read(&any())),
            _ => (again(&ward.nurse), read(&flipped(&any(), masked))),
        },
        |(key, it)| run(key, it),
    );
}

fn capsules(timing: &Timing) {
    let rng = &mut support::rng();
    let patient = PatientKey::generate(rng).unwrap();
    let labels = LabelSet::from(&Labels::parse(["type=ECG", "conf=N"]).unwrap());
    let cache = &mut pre::Cache::new();
    let coupon = patient.profile().mint(&labels, cache, rng).unwrap();
    let good = coupon.seal(&H).0.to_bytes();
    let last = good.len() - 1;
    for (name, classes) in [
        (
            "capsule, key inside: accepted, or refused for a changed capsule",
            [good.clone(), flipped(&good, last)],
        ),
        (
            "capsule, key inside: two bytes changed, one or the other",
            [flipped(&good, last - 31), flipped(&good, last)],
        ),
    ] {
        timing.compare(
            name,
            (1, 10),
            |class| Capsule::from_bytes(&classes[class], &labels).unwrap(),
            |it| {
                let _ = black_box(patient.open(it, &H, cache));
            },
        );
    }
}

/// Whole records, from bytes to the one error.
fn records(timing: &Timing, ward: &Ward) {
    let good = &ward.records[0];
    let (header, payload) = Header::from_bytes(good).unwrap();
    let (end, whole) = (good.len() - payload.len(), good.len());
    let body = header.access().stanzas()[0].body();
    let at = good.windows(body.len()).position(|it| it == body).unwrap();
    // The data key wrapped: ciphertext and tag, 48 bytes behind the policy's ciphertext.
    let wrapped = at + body.len() - 48;
    // Any of the pool: what checks a record's rows takes time that hangs on the record and the key (SPEC.md, section 7.4).
    let dice = &mut support::rng();
    let mut any = || ward.records[dice.next_u32() as usize % POOL].clone();
    for (name, places) in [
        (
            "record: header code's first or last byte wrong",
            [end - 32, end - 1],
        ),
        (
            "record: chunk's tag, first or last byte wrong",
            [whole - 16, whole - 1],
        ),
        (
            "record: wrapped key's tag, first or last byte wrong",
            [wrapped + 32, wrapped + 47],
        ),
        (
            "record: policy's ciphertext changed, or the wrapped key",
            [wrapped - 1, wrapped + 47],
        ),
    ] {
        timing.compare(
            name,
            (1, 10),
            |class| flipped(&any(), places[class]),
            |it| {
                let opened = Opener::new().key(&ward.nurse).open(black_box(it));
                assert!(opened.err() == Some(Error::Open));
            },
        );
    }
    timing.compare(
        "record: opened with a wrong key, or changed",
        (1, 10),
        |class| match class {
            0 => (again(&ward.wrong), any()),
            _ => (again(&ward.nurse), flipped(&any(), wrapped - 1)),
        },
        |(key, it)| {
            let opened = Opener::new().key(key).open(black_box(it));
            assert!(opened.err() == Some(Error::Open));
        },
    );
}

fn main() {
    let samples = std::env::var("SAMPLES").map_or(20_000, |it| it.parse().unwrap());
    let wanted = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    let timing = Timing { samples, wanted };
    println!(
        "{:<66} {:>7} {:>11} {:>7} {:>7} {:>7} {:>7}",
        "classes", "samples", "median ns", "t all", "t 95%", "t 80%", "t 50%"
    );
    leaking(&timing);
    ciphers(&timing);
    let ward = Ward::new();
    decapsulations(&timing, &ward);
    capsules(&timing);
    records(&timing, &ward);
}
