//! Randomness as the proof system takes it.

use ark_std::rand::{CryptoRng, Error as RandError, RngCore};

use crate::error::{Error, Result};
use crate::random::Randomness;

/// A source that cannot say that it failed, made of one that can: after a failure it answers
/// zeros, and [`Source::finish`] says so.
pub struct Source<'a> {
    inner: &'a mut dyn Randomness,
    failed: bool,
}

impl<'a> Source<'a> {
    pub fn new(inner: &'a mut dyn Randomness) -> Self {
        Self {
            inner,
            failed: false,
        }
    }

    /// Has to be asked before anything made of the bytes is used.
    ///
    /// # Errors
    /// [`Error::Randomness`] if the source ever failed.
    pub fn finish(self) -> Result<()> {
        if self.failed {
            return Err(Error::Randomness);
        }
        Ok(())
    }
}

impl RngCore for Source<'_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if self.failed || self.inner.fill(bytes).is_err() {
            self.failed = true;
            bytes.fill(0);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), RandError> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Source<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zk::prover::testing::rng;

    /// Gives eight bytes and fails.
    struct Short(usize);

    impl Randomness for Short {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
            bytes.fill(7);
            self.0 = self.0.checked_sub(bytes.len()).ok_or(Error::Randomness)?;
            Ok(())
        }
    }

    #[test]
    fn bytes_come_through_and_so_does_a_failure() {
        let (mut one, mut other) = (rng(1), rng(1));
        let mut expected = [0; 8];
        Randomness::fill(&mut other, &mut expected).unwrap();
        let mut source = Source::new(&mut one);
        assert_eq!(source.next_u64(), u64::from_le_bytes(expected));
        assert_eq!(source.finish(), Ok(()));

        let mut short = Short(8);
        let mut source = Source::new(&mut short);
        assert_eq!(source.next_u32(), 0x0707_0707);
        assert_eq!(source.next_u64(), 0);
        assert_eq!(source.next_u32(), 0, "nothing after a failure");
        assert_eq!(source.finish(), Err(Error::Randomness));
    }
}
