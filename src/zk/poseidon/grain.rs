//! The stream that Poseidon's constants come from: nobody chose them (Poseidon, appendix E).

use alloc::vec::Vec;

use crate::curve::Scalar;

/// Bits of q.
const FIELD_BITS: u32 = 255;

/// A shift register of 80 bits, the oldest one highest.
pub(super) struct Grain(u128);

impl Grain {
    /// The register of one permutation: a prime field of 255 bits, the box x^5, its width and
    /// rounds.
    pub(super) fn new(width: u32, full_rounds: u32, partial_rounds: u32) -> Self {
        let fields = [
            (1, 2),
            (0, 4),
            (FIELD_BITS, 12),
            (width, 12),
            (full_rounds, 10),
            (partial_rounds, 10),
            (0x3fff_ffff, 30),
        ];
        let state = fields
            .iter()
            .fold(0, |state, (value, bits)| state << bits | u128::from(*value));
        let mut grain = Self(state);
        for _ in 0..160 {
            grain.step();
        }
        grain
    }

    fn step(&mut self) -> bool {
        let bit = |place: u32| self.0 >> (79 - place);
        let new = (bit(62) ^ bit(51) ^ bit(38) ^ bit(23) ^ bit(13) ^ bit(0)) & 1;
        self.0 = (self.0 << 1 | new) & ((1 << 80) - 1);
        new == 1
    }

    /// The next bit of the output: of every two bits the first says whether the second counts.
    fn bit(&mut self) -> bool {
        while !self.step() {
            self.step();
        }
        self.step()
    }

    /// 255 bits as an integer, the highest bit first.
    fn integer(&mut self) -> [u8; 64] {
        let mut wide = [0; 64];
        // The 32 low bytes, whose highest bit stays 0.
        for place in 1..=FIELD_BITS as usize {
            let bit = u8::from(self.bit()) << (7 - place % 8);
            if let Some(byte) = wide.get_mut(32 + place / 8) {
                *byte |= bit;
            }
        }
        wide
    }

    /// The next integer below q, as it is.
    pub(super) fn constant(&mut self) -> Scalar {
        loop {
            let wide = self.integer();
            let number = wide.last_chunk().map(Scalar::from_bytes);
            if let Some(Ok(number)) = number {
                return number;
            }
        }
    }

    /// The next `count` integers, reduced modulo q.
    pub(super) fn reduced(&mut self, count: usize) -> Vec<Scalar> {
        let numbers = (0..count).map(|_| Scalar::from_wide(&self.integer()));
        numbers.collect()
    }
}
