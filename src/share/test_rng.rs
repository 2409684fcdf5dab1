//! A source of randomness that repeats itself, and one that fails.

use rand_core::{TryCryptoRng, TryRng};

/// Bytes without a pattern, the same for the same seed.
pub(super) struct Counting {
    state: u64,
    /// How many more calls are answered.
    left: usize,
}

impl Counting {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            left: usize::MAX,
        }
    }

    pub(super) fn failing_after(calls: usize) -> Self {
        Self {
            state: 0,
            left: calls,
        }
    }
}

impl TryRng for Counting {
    type Error = core::fmt::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.try_next_u64().map(|word| word as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        self.left = self.left.checked_sub(1).ok_or(core::fmt::Error)?;
        for byte in out {
            // SplitMix64.
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (word ^ (word >> 31)) as u8;
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}
