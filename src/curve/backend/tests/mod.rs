//! One set of tests for every backend, and the demand that their bytes agree.

#[cfg(feature = "blst")]
mod agreement;
mod decoding;
mod hashing;
mod laws;

use alloc::{string::String, vec::Vec};

use super::*;

/// Runs generic tests on each backend of this build.
macro_rules! on_each_backend {
    ($($test:ident),+ $(,)?) => {
        mod plus {
            $(#[test] fn $test() { super::$test::<crate::curve::backend::plus::Plus>(); })+
        }
        #[cfg(feature = "blst")]
        mod blst {
            $(#[test] fn $test() { super::$test::<crate::curve::backend::blst::Blst>(); })+
        }
    };
}
use on_each_backend;

/// Bytes of a hexadecimal text, `0x` and spaces aside.
fn unhex(text: &str) -> Vec<u8> {
    let digits: String = text.trim_start_matches("0x").split_whitespace().collect();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// An array of a hexadecimal text.
fn array<const N: usize>(text: &str) -> [u8; N] {
    unhex(text).try_into().unwrap()
}

/// Scalars that look random and are the same in every run.
fn scalars(seed: u8) -> impl Iterator<Item = Scalar> {
    use sha2::{Digest, Sha512};
    (0u32..).map(move |index| {
        let wide = Sha512::new()
            .chain_update([seed])
            .chain_update(index.to_be_bytes());
        Scalar::from_wide(&wide.finalize().into())
    })
}

/// The element times the bytes as a big-endian integer of any length, by doubling and adding:
/// right for every element of the curve or field, whatever its order.
fn times<G: Group>(element: &G, integer: &[u8], double: impl Fn(&G) -> G) -> G {
    let bits = integer
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1));
    bits.fold(G::identity(), |sum, bit| {
        let sum = double(&sum);
        if bit == 1 { sum.add(element) } else { sum }
    })
}
