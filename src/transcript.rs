//! Hash and key-derivation inputs, built one way only (SPEC.md, section 4).
//!
//! Two different lists of items never give the same bytes: the tag and every item stand behind
//! their length.

use crate::curve::{PublicScalar, Scalar};
use crate::error::Result;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{Sha256, hkdf_expand};

/// SHA-256 over `u16 length || tag`, then `u32 length || item` for each item.
pub(crate) struct Transcript(Sha256);

impl Transcript {
    /// Begins with a tag of `tags`.
    pub(crate) fn new(tag: &[u8]) -> Self {
        let mut hash = Sha256::new();
        // Tags are constants of a few dozen bytes.
        hash.update(&(tag.len() as u16).to_be_bytes());
        hash.update(tag);
        Self(hash)
    }

    /// Adds one item of at most 2^32 - 1 bytes; every caller's items are bounded far below.
    pub(crate) fn item(mut self, item: &[u8]) -> Self {
        debug_assert!(u32::try_from(item.len()).is_ok());
        self.0.update(&(item.len() as u32).to_be_bytes());
        self.0.update(item);
        self
    }

    /// The digest.
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}

/// A deterministic stream of scalars: number j is `HKDF-Expand(PRK, tag || u32 j, 64)`, read
/// big-endian and reduced modulo the group order.
pub(crate) struct Xof {
    prk: Secret<[u8; 32]>,
    tag: &'static [u8],
    next: u32,
}

impl Xof {
    pub(crate) fn new(prk: Secret<[u8; 32]>, tag: &'static [u8]) -> Self {
        Self { prk, tag, next: 0 }
    }

    /// The next scalar, statistically uniform.
    pub(crate) fn scalar(&mut self) -> Result<Secret<Scalar>> {
        let mut wide = Secret::<[u8; 64]>::build(|_| ());
        self.entry(wide.expose_mut())?;
        Ok(Secret::new(Scalar::from_wide(wide.expose())))
    }

    /// The next 128-bit weight for a batch check.
    pub(crate) fn weight(&mut self) -> Result<PublicScalar> {
        let mut bytes = [0; 16];
        self.entry(&mut bytes)?;
        Ok(PublicScalar::from_u128(u128::from_be_bytes(bytes)))
    }

    fn entry(&mut self, out: &mut [u8]) -> Result<()> {
        hkdf_expand(&self.prk, &[self.tag, &self.next.to_be_bytes()], out)?;
        self.next = self.next.wrapping_add(1);
        Ok(())
    }
}

/// Derived randomness, for code that draws from a source: one entry for every 64 bytes or less.
impl Randomness for Xof {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        bytes.chunks_mut(64).try_for_each(|part| self.entry(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_into_items_matters() {
        let one = Transcript::new(b"t").item(b"ab").item(b"c").finish();
        let two = Transcript::new(b"t").item(b"a").item(b"bc").finish();
        let three = Transcript::new(b"t").item(b"abc").finish();
        let tag = Transcript::new(b"ta").item(b"b").item(b"c").finish();
        assert!(one != two && one != three && two != three && tag != one);
    }

    #[test]
    fn the_empty_item_counts() {
        let none = Transcript::new(b"t").finish();
        assert_ne!(none, Transcript::new(b"t").item(b"").finish());
    }

    #[test]
    fn the_stream_moves_on_and_repeats_under_the_same_key() {
        let start = || Xof::new(Secret::build(|key| key.fill(9)), b"stream");
        let (mut a, mut b) = (start(), start());
        let first = a.scalar().unwrap();
        assert!(*first.expose() == *b.scalar().unwrap().expose());
        assert!(*first.expose() != *a.scalar().unwrap().expose());
    }
}
