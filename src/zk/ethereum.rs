//! Proofs as contracts on Ethereum verify them, by the precompiles of EIP-2537 (SPEC.md, section
//! 19.7).
//!
//! A coordinate has 64 bytes, big-endian, of which the first 16 are 0; a point of G1 has 128
//! (x || y), one of G2 256 (x.c0 || x.c1 || y.c0 || y.c1), and the identity is all zeros. A
//! contract that holds the key gives [`multi_scalar_input`] to BLS12_G1MSM (0x0c), puts the sum
//! that comes back into [`pairing_input`], gives that to BLS12_PAIRING_CHECK (0x0f), and the proof
//! verifies if the answer is 1. The precompiles check points; the contract itself has to refuse
//! public inputs that are not below q, or that are not what it computed itself.

use alloc::vec::Vec;

use super::proof::Proof;
use super::proof_key::ProofKey;
use super::statement::{PUBLIC_INPUTS, PublicInputs};
use crate::curve::{G1, G2, Scalar};

/// Bytes of a coordinate.
const COORDINATE: usize = 64;
/// Bytes of a point of G1.
pub const G1_BYTES: usize = 2 * COORDINATE;
/// Bytes of a point of G2.
pub const G2_BYTES: usize = 4 * COORDINATE;

/// A proof: A || B || C, 512 bytes.
#[must_use]
pub fn proof(proof: &Proof) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * G1_BYTES + G2_BYTES);
    push_1(&mut out, &proof.a);
    push_2(&mut out, &proof.b);
    push_1(&mut out, &proof.c);
    out
}

/// A key: alpha || beta || gamma || delta || the constant || one point for each public input,
/// 2,432 bytes.
#[must_use]
pub fn key(key: &ProofKey) -> Vec<u8> {
    let points = key.points();
    let mut out = Vec::with_capacity((2 + PUBLIC_INPUTS) * G1_BYTES + 3 * G2_BYTES);
    push_1(&mut out, &points.alpha);
    for point in [&points.beta, &points.gamma, &points.delta] {
        push_2(&mut out, point);
    }
    for point in &points.inputs {
        push_1(&mut out, point);
    }
    out
}

/// Public inputs: 32 bytes each, big-endian, 352 bytes.
#[must_use]
pub fn inputs(inputs: &PublicInputs) -> Vec<u8> {
    inputs.to_bytes().to_vec()
}

/// What BLS12_G1MSM sums up: the constant times 1, and each point times its public input.
#[must_use]
pub fn multi_scalar_input(key: &ProofKey, inputs: &PublicInputs) -> Vec<u8> {
    let factors = core::iter::once(Scalar::ONE).chain(inputs.to_scalars());
    let mut out = Vec::with_capacity((PUBLIC_INPUTS + 1) * (G1_BYTES + Scalar::BYTES));
    for (point, factor) in key.points().inputs.iter().zip(factors) {
        push_1(&mut out, point);
        out.extend(factor.to_bytes());
    }
    out
}

/// What BLS12_PAIRING_CHECK multiplies: e(-A, B) e(alpha, beta) e(sum, gamma) e(C, delta).
#[must_use]
pub fn pairing_input(key: &ProofKey, proof: &Proof, sum: &[u8; G1_BYTES]) -> Vec<u8> {
    let points = key.points();
    let mut out = Vec::with_capacity(4 * (G1_BYTES + G2_BYTES));
    push_1(&mut out, &-proof.a);
    push_2(&mut out, &proof.b);
    push_1(&mut out, &points.alpha);
    push_2(&mut out, &points.beta);
    out.extend(sum);
    push_2(&mut out, &points.gamma);
    push_1(&mut out, &proof.c);
    push_2(&mut out, &points.delta);
    out
}

fn push_1(out: &mut Vec<u8>, point: &G1) {
    let coordinates = point.coordinates().unwrap_or([0; 96]);
    push(out, coordinates.chunks_exact(48));
}

fn push_2(out: &mut Vec<u8>, point: &G2) {
    let coordinates = point.coordinates().unwrap_or([0; 192]);
    // There c0 comes first.
    for element in coordinates.chunks_exact(96) {
        push(out, element.rchunks_exact(48));
    }
}

fn push<'a>(out: &mut Vec<u8>, coordinates: impl Iterator<Item = &'a [u8]>) {
    for coordinate in coordinates {
        out.extend([0; COORDINATE - 48]);
        out.extend(coordinate);
    }
}
