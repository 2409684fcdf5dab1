//! 200 trials of each damage through the library.

use hippocrypt::abe::{AuthorityKey, UserKey};
use hippocrypt::envelope::{Expiry, Record, Sealer};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::{Attributes, Date, Labels, Policy};
use hippocrypt::{Error, Result};
use sha2::{Digest, Sha256};

use super::counting::peak;
use super::support::Dice;
use super::{DAMAGES, Damage};

const TRIALS: usize = 200;

/// The bound on memory: a decoder may use this much whatever it reads, and some times its input.
/// The caches and tables of an opening are within the first, its copies within the second.
const MEMORY: usize = 1 << 20;
const MEMORY_PER_BYTE: usize = 16;

/// What the trials damage.
pub struct Objects {
    pub authority: AuthorityKey,
    pub key: UserKey,
    pub signer: SignerKey,
    pub content: Vec<u8>,
    pub record: Vec<u8>,
}

pub fn objects() -> Objects {
    let rng = &mut getrandom::SysRng;
    let authority = AuthorityKey::generate("Elsewhere", rng).unwrap();
    let attributes = Attributes::parse(["role=cardiologist", "dept=icu", "level=3"]).unwrap();
    let until = Date::parse("2027-12-31").unwrap();
    let key = authority.issue(&attributes, until, rng).unwrap();
    let signer = SignerKey::generate("ward 3", rng).unwrap();
    let content = Dice::new(7).bytes(3000);
    let record = Record::new("obs-1")
        .unwrap()
        .created(1_790_000_000)
        .labels(Labels::parse(["type=Observation"]).unwrap())
        .clear_metadata(b"clear")
        .unwrap()
        .sealed_metadata(b"sealed")
        .unwrap()
        .chunk_size(1024)
        .unwrap();
    let policy = Policy::parse("role=cardiologist and (dept=icu or level>=2)").unwrap();
    let record = Sealer::new()
        .policy(authority.public(), policy, Expiry::DayOfSealing)
        .sender(&signer)
        .writer(&signer)
        .seal(&record, &content, rng)
        .unwrap();
    Objects {
        authority,
        key,
        signer,
        content,
        record,
    }
}

/// Damages `good` 200 times in each way; `read` must refuse every time, within the memory.
pub fn all_refused<T>(seed: u64, good: &[u8], read: impl Fn(&[u8]) -> Result<T>) {
    assert!(read(good).is_ok(), "undamaged");
    each_damage(seed, good, |name, bad| {
        let (answer, memory) = peak(|| read(bad).map(drop));
        let error = answer.expect_err(name);
        assert!(
            Error::TABLE.iter().any(|(code, _)| *code == error.code()),
            "{name}: {error}"
        );
        bounded(name, memory, bad.len());
    });
}

pub fn each_damage(seed: u64, good: &[u8], mut trial: impl FnMut(&str, &[u8])) {
    for (number, (name, damage)) in (0..).zip(DAMAGES) {
        let damage: Damage = damage;
        let mut dice = Dice::new(seed * 100 + number);
        for _ in 0..TRIALS {
            let bad = damage(good, &mut dice);
            trial(name, &bad);
        }
    }
}

/// The bound on memory, for an input of so many bytes.
#[track_caller]
pub fn bounded(name: &str, memory: usize, input: usize) {
    assert!(
        memory <= MEMORY + MEMORY_PER_BYTE * input,
        "{name}: {memory} bytes for {input}"
    );
}

/// The same bytes with their last 32 made the checksum of the others.
pub fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    let content = &bytes[..bytes.len().saturating_sub(32)];
    let mut whole = content.to_vec();
    whole.extend_from_slice(&Sha256::digest(content));
    whole
}
