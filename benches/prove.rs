//! Proofs of consent: constraints, keys, and what proving takes.
//!
//! `cargo bench --bench prove --features zk-prover,parallel`, for both heights of enrolment trees.
//! Times are of the wall, beside the time that all threads together spent on processors; memory is
//! the most that the process held, after the key was read and after proving. Proving is measured on
//! one thread and, with the feature `parallel`, on two.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::time::{Duration, Instant};

use getrandom::SysRng;
use hippocrypt::Secret;
use hippocrypt::asymmetric::SigningKey;
use hippocrypt::zk::prover::{ProvingKey, constraints, development_key};
use hippocrypt::zk::{
    Consent, ConsentKey, Depth, EnrolmentPath, Masks, Proof, PublicInputs, REVOCATION_LEVELS,
    RevocationPath, Scalar, Witness,
};
use rustix::time::{ClockId, clock_gettime};

const INDEX: u32 = 0xa1b2_c3d4;
const PROOFS: usize = 5;

/// A true statement with its witness, in trees whose other nodes are arbitrary.
fn statement(depth: Depth) -> (PublicInputs, Witness) {
    let mut next = 0_u64;
    let mut scalar = || {
        next += 1;
        Scalar::from_u64(next)
    };
    let enrolment = (0..depth.levels())
        .map(|_| [scalar(), scalar(), scalar()])
        .collect();
    let revocation = [(); REVOCATION_LEVELS].map(|()| [scalar(), scalar(), scalar()]);
    let key = ConsentKey::from_seed(&Secret::build(|seed| seed.fill(9))).unwrap();
    let consent = Consent {
        vocabulary: [4; 32],
        terms: [5; 32],
        masks: Masks::new(0b1011, 6, 1).unwrap(),
        grantee: SigningKey::from_seed(&Secret::build(|seed| seed.fill(3))).verifying_key(),
        not_before: 1_000,
        expires: 2_000,
        index: INDEX,
        seed: Secret::new(scalar()),
    };
    let signature = consent.sign(&key, &mut SysRng).unwrap();
    let witness = Witness {
        key: *key.public(),
        enrolment: EnrolmentPath::new(77, enrolment).unwrap(),
        consent,
        signature,
        revocation: RevocationPath::new(INDEX, !(1 << (INDEX & 127)), revocation),
        opening: Secret::new(scalar()),
    };
    let request = Masks::new(0b0011, 4, 1).unwrap();
    let inputs = witness
        .public_inputs(1_500, request, scalar(), scalar())
        .unwrap();
    (inputs, witness)
}

/// The time that all threads have spent on processors.
fn processors() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// What `work` takes: of the wall, and of processors.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration, Duration) {
    let (wall, processor) = (Instant::now(), processors());
    let answer = work();
    (answer, wall.elapsed(), processors() - processor)
}

/// The most memory that the process held, in MiB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn row(name: &str, wall: Duration, processor: Duration) {
    let (wall, processor) = (wall.as_secs_f64(), processor.as_secs_f64());
    println!("{name:<44} {wall:>8.3} s {processor:>8.3} s");
}

/// Does the work with so many threads.
#[cfg(feature = "parallel")]
fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.unwrap().install(work)
}

/// There is one thread.
#[cfg(not(feature = "parallel"))]
fn on_threads<T>(_: usize, work: impl FnOnce() -> T) -> T {
    work()
}

const THREADS: &[usize] = if cfg!(feature = "parallel") {
    &[1, 2]
} else {
    &[1]
};

fn main() {
    println!("{:<44} {:>10} {:>10}", "call", "wall", "processors");
    for depth in [Depth::Ten, Depth::Sixteen] {
        let levels = depth.levels();
        println!(
            "{levels} levels: {} constraints",
            constraints(depth).unwrap()
        );
        let make = || development_key(depth, &mut SysRng).unwrap();
        let (key, wall, processor) = timed(|| on_threads(1, make));
        row("make a development key on 1 thread", wall, processor);
        let bytes = key.to_bytes().unwrap();
        let digest = key.digest().unwrap();
        let verifying = key.proof_key().to_bytes().len();
        println!(
            "key that proves {} bytes, key that verifies {verifying}",
            bytes.len()
        );
        drop(key);
        let pinned = || ProvingKey::from_pinned(&bytes, &digest).unwrap();
        let (key, wall, processor) = timed(pinned);
        row("read a pinned key", wall, processor);
        let check = || ProvingKey::from_bytes(&bytes).unwrap();
        let (_, wall, processor) = timed(|| on_threads(1, check));
        row("read a key, check every point, 1 thread", wall, processor);
        println!("memory before proving, at most {} MiB", peak());
        let (inputs, witness) = statement(depth);
        for threads in THREADS {
            let mut times: Vec<(Duration, Duration)> = (0..PROOFS)
                .map(|_| {
                    let prove = || key.prove(&inputs, &witness, &mut SysRng).unwrap();
                    let (proof, wall, processor) = timed(|| on_threads(*threads, prove));
                    assert_eq!(proof.to_bytes().len(), Proof::BYTES);
                    (wall, processor)
                })
                .collect();
            times.sort();
            let (wall, processor) = times[PROOFS / 2];
            let name = format!("prove on {threads} threads, median of {PROOFS}");
            row(&name, wall, processor);
            println!("memory after proving, at most {} MiB", peak());
        }
    }
}
