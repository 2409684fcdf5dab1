//! Tests of the facade, over the selected backend.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::*;

/// SHA-256 of the encoding of e(g1, g2).
pub(super) const GENERATOR_DIGEST: [u8; 32] = [
    0x06, 0xfa, 0x58, 0x8b, 0x89, 0xfd, 0xfb, 0x03, 0x4d, 0xbc, 0x1c, 0x16, 0x3e, 0xcb, 0x3d, 0xfa,
    0xc2, 0x28, 0xf5, 0x52, 0xb6, 0x43, 0xc7, 0x29, 0x4c, 0xc5, 0xf2, 0xc4, 0xdc, 0x17, 0x0b, 0x84,
];

#[test]
fn the_target_generator_has_the_known_bytes() {
    let digest: [u8; 32] = Sha256::digest(Gt::generator().to_bytes()).into();
    assert_eq!(digest, GENERATOR_DIGEST);
}

#[test]
fn bilinear() {
    let (a, b) = (Scalar::from_u64(1234567), -Scalar::from_u64(89));
    let pair = pairing(&(G1::generator() * &a), &(G2::generator() * &b));
    assert!(pair == Gt::generator().pow(&(a * b)));
}
