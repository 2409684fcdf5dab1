//! SHA-256 (FIPS 180-4).

use sha2::Digest;

/// Length of a SHA-256 digest in bytes.
pub const HASH: usize = 32;

/// SHA-256 over the concatenation of `parts`.
///
/// Parts are **not** framed: a caller with more than one part of variable length must frame them
/// (`transcript`), or two inputs could share a digest.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; HASH] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finish()
}

/// Incremental SHA-256, for input that does not fit in memory.
#[derive(Clone, Default)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// An empty hash.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends `bytes` to the input.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of everything appended.
    #[must_use]
    pub fn finish(self) -> [u8; HASH] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, the examples of one and two blocks, and the empty message.
    #[test]
    fn published_digests() {
        let cases: [(&[u8], &str); 3] = [
            (
                b"",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                b"abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ];
        for (message, digest) in cases {
            assert_eq!(hex(&sha256(&[message])), digest);
        }
    }

    #[test]
    fn incremental_equals_one_shot_at_every_split() {
        let message: std::vec::Vec<u8> = (0..150).collect();
        for split in 0..=message.len() {
            let (left, right) = message.split_at(split);
            let mut hash = Sha256::new();
            hash.update(left);
            hash.update(right);
            assert_eq!(hash.finish(), sha256(&[&message]));
        }
    }

    fn hex(bytes: &[u8]) -> std::string::String {
        bytes
            .iter()
            .map(|byte| std::format!("{byte:02x}"))
            .collect()
    }
}
