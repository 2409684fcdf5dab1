//! Sealing and opening streams against the bare AEAD on the same chunks, and small envelopes.
//!
//! `cargo bench --bench envelope --features hazmat`. After criterion's figures it measures the
//! streams and the bare cipher in turns, on the processor's clock, and prints their ratios.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use std::hint::black_box;
use std::io::{Read, Write};

use hippocrypt::abe::{AuthorityKey, Cache, UserKey};
use hippocrypt::envelope::{
    Binding, DataKey, Expiry, Header, KeyHolder, Opener, PolicyRecipient, Recipient, Record,
    Sealer, Stanza, Suite, Unwrap,
};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Attributes, Date, Policy};
use hippocrypt::symmetric::{Aead, Stream};
use hippocrypt::{Randomness, Result, Secret};

/// The default chunk.
const CHUNK: usize = 64 * 1024;
const MIB: usize = 1024 * 1024;
const SUITES: [(Suite, &str); 2] = [
    (Suite::ChaCha20Poly1305, "ChaCha20-Poly1305"),
    (Suite::Aes256Gcm, "AES-256-GCM"),
];

/// A stanza that costs next to nothing, so that streams can be compared with their cipher.
struct Shared(Secret<[u8; 32]>);

const SHARED: u8 = 200;

fn shared() -> Shared {
    Shared(Secret::new([9; 32]))
}

impl Recipient for Shared {
    fn wrap(
        &mut self,
        data_key: &DataKey,
        binding: &Binding<'_>,
        _: &mut dyn Randomness,
    ) -> Result<Stanza> {
        let wrapped = data_key.wrap(&self.0, SHARED, binding.h)?;
        Stanza::new(SHARED, wrapped.to_vec())
    }
}

impl Unwrap for Shared {
    fn unwrap(&mut self, stanza: &Stanza, binding: &Binding<'_>) -> Result<Option<DataKey>> {
        let wrapped = stanza.body().try_into().unwrap();
        DataKey::unwrap(wrapped, &self.0, SHARED, binding.h).map(Some)
    }
}

fn record(suite: Suite) -> Record {
    Record::new("stream").unwrap().suite(suite)
}

fn seal_writer(plain: &[u8], suite: Suite, signer: Option<&SignerKey>) {
    let mut sealer = Sealer::new().recipient(Box::new(shared()));
    if let Some(signer) = signer {
        sealer = sealer.sender(signer);
    }
    let rng = &mut support::rng();
    let mut writer = sealer
        .seal_to(&record(suite), std::io::sink(), rng)
        .unwrap();
    writer.write_all(black_box(plain)).unwrap();
    writer.finish().unwrap();
}

fn seal_slice(plain: &[u8], suite: Suite) -> Vec<u8> {
    let mut sealer = Sealer::new().recipient(Box::new(shared()));
    let rng = &mut support::rng();
    sealer.seal(&record(suite), black_box(plain), rng).unwrap()
}

/// Reads from a slice as from a file, which can't be looked into.
struct File<'a>(&'a [u8]);

impl Read for File<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(out)
    }
}

fn open_reader(sealed: &[u8], buffer: &mut [u8]) {
    let mut opener = Opener::new().unwrap_with(Box::new(shared()));
    let mut reader = opener.open_from(File(black_box(sealed))).unwrap();
    while reader.read(buffer).unwrap() > 0 {}
    reader.finish().unwrap();
}

fn open_buffered(sealed: &[u8], buffer: &mut [u8]) {
    let mut opener = Opener::new().unwrap_with(Box::new(shared()));
    let mut reader = opener.open_from_buffered(black_box(sealed)).unwrap();
    while reader.read(buffer).unwrap() > 0 {}
    reader.finish().unwrap();
}

fn open_slice(sealed: &[u8]) {
    let mut opener = Opener::new().unwrap_with(Box::new(shared()));
    black_box(opener.open(black_box(sealed)).unwrap());
}

/// The cipher alone: every chunk from where it lies to one buffer, its tag beside it.
struct Bare {
    stream: Stream,
    sealed: Vec<u8>,
    tags: Vec<[u8; 16]>,
    buffer: Vec<u8>,
}

impl Bare {
    fn new(plain: &[u8], suite: Suite) -> Self {
        let stream = Stream::new(Aead::new(suite, &Secret::new([3; 32])));
        let mut sealed = plain.to_vec();
        let tags = (0..)
            .zip(sealed.chunks_mut(CHUNK))
            .map(|(counter, chunk)| stream.seal_chunk(counter, false, chunk).unwrap());
        let tags = tags.collect();
        Self {
            stream,
            sealed,
            tags,
            buffer: vec![0; CHUNK],
        }
    }

    fn seal(&mut self, plain: &[u8]) {
        for (counter, chunk) in (0..).zip(black_box(plain).chunks(CHUNK)) {
            let tag = self
                .stream
                .seal_chunk_into(counter, false, chunk, &mut self.buffer);
            black_box(tag.unwrap());
        }
    }

    /// As the slices' calls do, to memory that is new each time.
    #[cfg(not(feature = "parallel"))]
    fn seal_to_new(&self, plain: &[u8]) -> Vec<u8> {
        let mut sealed = vec![0; plain.len()];
        for (counter, (from, to)) in
            (0..).zip(black_box(plain).chunks(CHUNK).zip(sealed.chunks_mut(CHUNK)))
        {
            black_box(self.stream.seal_chunk_into(counter, false, from, to)).unwrap();
        }
        sealed
    }

    #[cfg(not(feature = "parallel"))]
    /// As whoever has a reader must: every chunk is copied out of it and opened in place.
    fn read_and_open(&mut self) {
        let mut reader = black_box(self.sealed.as_slice());
        for (counter, tag) in (0..).zip(&self.tags) {
            reader.read_exact(&mut self.buffer).unwrap();
            self.stream
                .open_chunk(counter, false, black_box(&mut self.buffer), tag)
                .unwrap();
        }
    }

    fn open(&mut self) {
        for ((counter, chunk), tag) in (0..).zip(self.sealed.chunks(CHUNK)).zip(&self.tags) {
            self.stream
                .open_chunk_into(counter, false, black_box(chunk), &mut self.buffer, tag)
                .unwrap();
        }
    }
}

/// An authority, a key and the policy it satisfies.
struct Ward {
    authority: AuthorityKey,
    key: UserKey,
    policy: Policy,
}

impl Ward {
    fn new() -> Self {
        let rng = &mut support::rng();
        let authority = AuthorityKey::generate("bench", rng).unwrap();
        let attributes = Attributes::parse(["role=cardiologist"]).unwrap();
        let until = Date::parse("2027-12-31").unwrap();
        let key = authority.issue(&attributes, until, rng).unwrap();
        let policy = Policy::parse("role=cardiologist").unwrap();
        Self {
            authority,
            key,
            policy,
        }
    }

    fn sealer(&self) -> Sealer<'_> {
        let public = self.authority.public();
        let recipient = PolicyRecipient::new(public, self.policy.clone(), Expiry::Never);
        Sealer::new().recipient(Box::new(recipient.cache(Cache::with_tables())))
    }

    fn opener(&self) -> Opener<'_> {
        let holder = KeyHolder::new(&self.key).cache(Cache::with_tables());
        Opener::new().unwrap_with(Box::new(holder))
    }
}

fn with_criterion(ward: &Ward) {
    use criterion::Throughput;
    let mut bench = support::criterion();
    for (size, name) in [(MIB, "1 MiB"), (64 * MIB, "64 MiB")] {
        let plain = vec![1; size];
        for (suite, suite_name) in SUITES {
            let sealed = seal_slice(&plain, suite);
            let mut group = bench.benchmark_group(format!("{suite_name}, {name}"));
            group.throughput(Throughput::Bytes(size as u64));
            group.bench_function("seal to a writer", |b| {
                b.iter(|| seal_writer(&plain, suite, None));
            });
            let mut buffer = vec![0; CHUNK];
            group.bench_function("open from a reader", |b| {
                b.iter(|| open_reader(&sealed, &mut buffer));
            });
            group.bench_function("seal a slice", |b| b.iter(|| seal_slice(&plain, suite)));
            group.bench_function("open a slice", |b| b.iter(|| open_slice(&sealed)));
            group.finish();
        }
    }
    let (mut sealer, mut opener) = (ward.sealer(), ward.opener());
    let record = Record::new("small").unwrap();
    let mut seal = || {
        let rng = &mut support::rng();
        sealer.seal(&record, &[1; 1024], rng).unwrap()
    };
    let sealed = seal();
    let mut group = bench.benchmark_group("1 KiB, 1 attribute");
    group.bench_function("seal", |b| b.iter(&mut seal));
    group.bench_function("open", |b| b.iter(|| opener.open(&sealed).unwrap()));
    group.finish();
    bench.final_summary();
}

/// What the wall shows: with `parallel` several cores work on one stream.
#[cfg(feature = "parallel")]
fn streams() {
    println!("\nstream, on the wall, best of 21     MB/s   of the bare AEAD on one core   bar");
    for (size, name) in [(8 * MIB, "8 MiB"), (32 * MIB, "32 MiB")] {
        for (suite, suite_name) in SUITES {
            let plain = vec![1; size];
            let sealed = seal_slice(&plain, suite);
            let (mut one, mut two) = (Bare::new(&plain, suite), Bare::new(&plain, suite));
            let (mut small, mut large) = (vec![0; CHUNK], vec![0; 12 * CHUNK]);
            let mut large_too = large.clone();
            let signer = SignerKey::generate("", &mut support::rng()).unwrap();

            let mut rounds = support::Rounds::on(support::wall);
            rounds.add("bare seal", || one.seal(&plain));
            rounds.add("bare open", || two.open());
            rounds.add("seal", || seal_writer(&plain, suite, None));
            rounds.add("open, 64 KiB a read", || open_reader(&sealed, &mut small));
            rounds.add("open, 768 KiB a read", || open_reader(&sealed, &mut large));
            rounds.add("open buffered", || open_buffered(&sealed, &mut large_too));
            rounds.add("signed", || seal_writer(&plain, suite, Some(&signer)));
            rounds.add("seal a slice", || seal_slice(&plain, suite));
            rounds.add("open a slice", || open_slice(&sealed));
            rounds.run(21);

            println!("{suite_name}, {name}");
            let line = |call: &str, time: f64, bare: f64, bar: &str| {
                let rate = size as f64 / time / 1e6;
                println!("  {call:<34} {rate:>6.0} {:>20.2} {bar:>17}", bare / time);
            };
            let (seal, open) = (rounds.best("bare seal"), rounds.best("bare open"));
            line("bare AEAD, seal", seal, seal, "");
            line("bare AEAD, open", open, open, "");
            line("seal to a writer", rounds.best("seal"), seal, "1.70");
            let of = |call| rounds.best(call);
            line(
                "open from a reader, 64 KiB a read",
                of("open, 64 KiB a read"),
                open,
                "1.70",
            );
            line(
                "open from a reader, 768 KiB a read",
                of("open, 768 KiB a read"),
                open,
                "1.70",
            );
            line(
                "open from a buffered reader",
                of("open buffered"),
                open,
                "1.70",
            );
            line("seal to a writer, signed", of("signed"), seal, "");
            line("seal a slice", of("seal a slice"), seal, "");
            line("open a slice", of("open a slice"), open, "");
        }
    }
}

/// What the processor's clock shows: the same without other programs' load.
#[cfg(not(feature = "parallel"))]
fn streams() {
    let signer = SignerKey::generate("", &mut support::rng()).unwrap();
    println!("\nstream                              MB/s   of the bare AEAD   bar");
    for (size, name) in [(MIB, "1 MiB"), (64 * MIB, "64 MiB")] {
        for (suite, suite_name) in SUITES {
            let plain = vec![1; size];
            let sealed = seal_slice(&plain, suite);
            let (mut one, mut two) = (Bare::new(&plain, suite), Bare::new(&plain, suite));
            let (three, mut four) = (Bare::new(&plain, suite), Bare::new(&plain, suite));
            let (mut five, mut six) = (vec![0; CHUNK], vec![0; CHUNK]);

            let mut rounds = support::Rounds::default();
            rounds.add("seal", || seal_writer(&plain, suite, None));
            rounds.add("open", || open_reader(&sealed, &mut five));
            rounds.add("open buffered", || open_buffered(&sealed, &mut six));
            rounds.add("signed", || seal_writer(&plain, suite, Some(&signer)));
            rounds.add("seal a slice", || seal_slice(&plain, suite));
            rounds.add("open a slice", || open_slice(&sealed));
            rounds.add("bare seal", || one.seal(&plain));
            rounds.add("bare open", || two.open());
            rounds.add("bare new", || three.seal_to_new(&plain));
            rounds.add("bare read", || four.read_and_open());
            rounds.run(11);

            let (bare_seal, bare_open) = (rounds.median("bare seal"), rounds.median("bare open"));
            println!("{suite_name}, {name}");
            let line = |call: &str, time: f64, bare: f64, bar: &str| {
                let rate = size as f64 / time / 1e6;
                println!("  {call:<30} {rate:>8.0} {:>12.2} {bar:>12}", bare / time);
            };
            let of = |call| rounds.median(call);
            line("bare AEAD, seal", bare_seal, bare_seal, "");
            line(
                "bare AEAD, seal to new memory",
                of("bare new"),
                bare_seal,
                "",
            );
            line("bare AEAD, open", bare_open, bare_open, "");
            line("bare AEAD, read and open", of("bare read"), bare_open, "");
            line("seal to a writer", of("seal"), bare_seal, "0.90");
            line("open from a reader", of("open"), bare_open, "0.90");
            line(
                "open from a buffered reader",
                of("open buffered"),
                bare_open,
                "0.90",
            );
            line("seal to a writer, signed", of("signed"), bare_seal, "");
            line("seal a slice", of("seal a slice"), bare_seal, "");
            line("open a slice", of("open a slice"), bare_open, "");
        }
    }
}

fn small(ward: &Ward) {
    let record = Record::new("12345678901234567890").unwrap();
    let (mut sealer, mut opener, mut empty) = (ward.sealer(), ward.opener(), ward.opener());
    let mut seal = move || {
        let rng = &mut support::rng();
        sealer.seal(&record, &[1; 1024], rng).unwrap()
    };
    let sealed = seal();
    let header = || Header::from_bytes(&sealed).unwrap().0;
    let mut rounds = support::Rounds::default();
    rounds.add("seal", seal);
    rounds.add("open", || opener.open(&sealed).unwrap());
    rounds.add("unlock the header", || {
        empty.unlock(header()).map(drop).unwrap()
    });
    rounds.run(15);
    println!("\nenvelope of 1 KiB under 1 attribute: {} B", sealed.len());
    for call in ["seal", "open", "unlock the header"] {
        println!("  {call:<30} {:>8.3} ms", 1e3 * rounds.median(call));
    }
}

/// Headers of a hundred attributes from bytes, by an opener that has opened such ones before.
fn large() {
    let rng = &mut support::rng();
    let authority = AuthorityKey::generate("bench", rng).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    println!(
        "\nheader of 100 attributes, from bytes   milliseconds, a new opener and one that met it before"
    );
    for (groups, size, name) in [(1, 100, "AND of 100"), (20, 5, "OR of 20 ANDs of 5")] {
        let attribute = |group: usize, at: usize| format!("a{group:02}{at:03}=value");
        let all = |group| (0..size).map(|at| attribute(group, at)).collect::<Vec<_>>();
        let policy: Vec<_> = (0..groups)
            .map(|group| format!("({})", all(group).join(" and ")))
            .collect();
        let policy = Policy::parse(&policy.join(" or ")).unwrap();
        let held = all(groups - 1);
        let attributes = Attributes::parse(held.iter().map(String::as_str)).unwrap();
        let key = authority.issue(&attributes, until, rng).unwrap();
        let recipient = PolicyRecipient::new(authority.public(), policy, Expiry::Never);
        let sealed = Sealer::new()
            .recipient(Box::new(recipient))
            .seal(&Record::new("large").unwrap(), b"", rng)
            .unwrap();
        let opener = || {
            let holder = KeyHolder::new(&key).cache(Cache::with_tables());
            Opener::new().unwrap_with(Box::new(holder))
        };
        let unlock = |opener: &mut Opener<'_>| {
            let header = Header::from_bytes(&sealed).unwrap().0;
            opener.unlock(header).map(drop).unwrap();
        };
        let mut warm = opener();
        (0..20).for_each(|_| unlock(&mut warm));
        let mut rounds = support::Rounds::default();
        rounds.add("new", || unlock(&mut opener()));
        rounds.add("warm", || unlock(&mut warm));
        rounds.run(15);
        let of = |call| 1e3 * rounds.median(call);
        println!("  {name:<30} {:>8.3} {:>8.3}", of("new"), of("warm"));
    }
}

fn main() {
    let ward = Ward::new();
    if std::env::var_os("TABLES_ONLY").is_none() {
        with_criterion(&ward);
    }
    streams();
    small(&ward);
    large();
}
