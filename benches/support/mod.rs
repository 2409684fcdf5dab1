//! What the benches share: the processor's clock, and medians of interleaved measurements.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs
)]

use std::time::Duration;

use criterion::Criterion;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rustix::time::{ClockId, clock_gettime};

/// The time this thread has spent on a processor: other programs' load stays out of it, as far
/// as they leave caches and clock rate alone.
pub fn now() -> Duration {
    clock(ClockId::ThreadCPUTime)
}

/// Criterion's measurement on the processor's clock.
pub struct CpuTime;

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        now()
    }

    fn end(&self, start: Duration) -> Duration {
        now() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// Few samples: the whole of `make bench` takes a few minutes.
pub fn criterion() -> Criterion<CpuTime> {
    Criterion::default()
        .with_measurement(CpuTime)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400))
        .configure_from_args()
}

/// Repeatable randomness.
pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([7; 32])
}

/// The time on the wall: what several threads together take, with other programs' load in it.
pub fn wall() -> Duration {
    clock(ClockId::Monotonic)
}

fn clock(id: ClockId) -> Duration {
    let time = clock_gettime(id);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

/// Measurements taken in turns, so that a busy minute of the machine falls on all of them alike.
pub struct Rounds<'a> {
    entries: Vec<Entry<'a>>,
    clock: fn() -> Duration,
}

impl Default for Rounds<'_> {
    fn default() -> Self {
        Self::on(now)
    }
}

struct Entry<'a> {
    name: String,
    work: Box<dyn FnMut() + 'a>,
    repeats: u32,
    samples: Vec<f64>,
}

impl<'a> Rounds<'a> {
    /// Measurements on this clock.
    pub fn on(clock: fn() -> Duration) -> Self {
        Self {
            entries: Vec::new(),
            clock,
        }
    }

    /// Adds something to measure, under a name.
    pub fn add<T>(&mut self, name: impl Into<String>, mut work: impl FnMut() -> T + 'a) {
        self.entries.push(Entry {
            name: name.into(),
            work: Box::new(move || {
                std::hint::black_box(work());
            }),
            repeats: 1,
            samples: Vec::new(),
        });
    }

    /// Measures everything `rounds` times.
    pub fn run(&mut self, rounds: usize) {
        for entry in &mut self.entries {
            (entry.work)(); // warm
            let once = entry.time(1, self.clock);
            // Samples of about 2 ms: far above the clock's resolution.
            entry.repeats = (2e-3 / once.max(1e-7)).ceil() as u32;
        }
        for _ in 0..rounds {
            for entry in &mut self.entries {
                let sample = entry.time(entry.repeats, self.clock);
                entry.samples.push(sample);
            }
        }
    }

    /// The names, as added.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The median, in seconds.
    pub fn median(&self, name: &str) -> f64 {
        let samples = self.sorted(name);
        samples[samples.len() / 2]
    }

    /// The best, in seconds: on the wall's clock the one that others' load disturbed least.
    pub fn best(&self, name: &str) -> f64 {
        self.sorted(name)[0]
    }

    fn sorted(&self, name: &str) -> Vec<f64> {
        let entry = self.entries.iter().find(|entry| entry.name == name);
        let mut samples = entry.unwrap_or_else(|| panic!("no {name}")).samples.clone();
        samples.sort_by(f64::total_cmp);
        samples
    }
}

impl Entry<'_> {
    fn time(&mut self, repeats: u32, now: fn() -> Duration) -> f64 {
        let start = now();
        for _ in 0..repeats {
            (self.work)();
        }
        (now() - start).as_secs_f64() / f64::from(repeats)
    }
}
