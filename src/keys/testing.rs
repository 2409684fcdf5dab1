//! What the tests of this module share.

use std::vec::Vec;

use rand_core::{TryCryptoRng, TryRng};

use crate::error::{Error, Result};
use crate::symmetric::sha256;

/// Replaces the checksum by the right one, to get at the checks behind it.
pub(super) fn reseal(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 32);
    let checksum = sha256(&[&bytes]);
    bytes.extend_from_slice(&checksum);
    bytes
}

pub(super) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

/// Gives 0, 1, 2, ... and fails when it has given `left` bytes.
pub(super) struct Counting {
    pub(super) next: u8,
    pub(super) left: usize,
}

impl TryRng for Counting {
    type Error = Error;
    fn try_next_u32(&mut self) -> Result<u32> {
        Err(Error::Io("not used"))
    }
    fn try_next_u64(&mut self) -> Result<u64> {
        Err(Error::Io("not used"))
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<()> {
        self.left = self
            .left
            .checked_sub(to.len())
            .ok_or(Error::Io("exhausted"))?;
        for byte in to {
            *byte = self.next;
            self.next = self.next.wrapping_add(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counting {}
