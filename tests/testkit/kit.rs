//! What the kit is made of.

use std::collections::BTreeMap;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// One line of the table.
pub struct Entry {
    pub file: String,
    pub call: &'static str,
    pub keys: Vec<String>,
    /// 0 where nothing is wrong.
    pub code: u16,
}

#[derive(Default)]
pub struct Kit {
    pub files: BTreeMap<String, Vec<u8>>,
    pub entries: Vec<Entry>,
}

impl Kit {
    /// All of it.
    pub fn new() -> Self {
        let mut kit = Self::default();
        super::objects::add(&mut kit);
        super::texts::add(&mut kit);
        super::envelopes::add(&mut kit);
        super::kinds::add(&mut kit);
        super::documents::add(&mut kit);
        kit
    }

    pub fn add(&mut self, file: &str, call: &'static str, code: u16, bytes: &[u8]) {
        self.add_with(file, call, &[], code, bytes);
    }

    pub fn add_with(
        &mut self,
        file: &str,
        call: &'static str,
        keys: &[&str],
        code: u16,
        bytes: &[u8],
    ) {
        let earlier = self.files.insert(file.to_owned(), bytes.to_vec());
        assert!(earlier.is_none(), "{file}");
        self.entries.push(Entry {
            file: file.to_owned(),
            call,
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            code,
        });
    }

    /// Tab-separated lines, `-` for no keys.
    pub fn table(&self) -> String {
        let mut text = String::from(
            "# file, what to call, key files, number of the error that it gives (0: none). Fields are separated by tabs.\n",
        );
        for it in &self.entries {
            let keys = match it.keys.as_slice() {
                [] => "-".to_owned(),
                keys => keys.join(","),
            };
            text += &format!("{}\t{}\t{keys}\t{}\n", it.file, it.call, it.code);
        }
        text
    }
}

/// The same numbers in every run.
pub fn dice(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// The bytes changed before a checksum that is right.
pub fn with_checksum(good: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = good[..good.len() - 32].to_vec();
    change(&mut bytes);
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    bytes
}
