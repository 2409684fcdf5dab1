//! Comparing the logarithms of points without knowing them.

use ark_bls12_381::{Bls12_381, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::Zero;

use crate::error::{Error, Result};
use crate::random::Randomness;

/// Whether `to` is as many times `from` in G1 as in G2; never if one of them is the identity.
pub fn same(from: G1Affine, to: G1Affine, from_2: G2Affine, to_2: G2Affine) -> bool {
    let identity = from.is_zero() || to.is_zero() || from_2.is_zero() || to_2.is_zero();
    let minus = (-to.into_group()).into_affine();
    !identity && Bls12_381::multi_pairing([from, minus], [to_2, from_2]).is_zero()
}

/// Random weights of 128 bits: what holds for the weighted sum of points holds for each of them,
/// but with probability 2^-128. They are drawn when the points are fixed.
pub fn weights(count: usize, rng: &mut dyn Randomness) -> Result<Vec<Fr>> {
    let weight = |_| {
        let mut bytes = [0; 16];
        rng.fill(&mut bytes)?;
        Ok(Fr::from(u128::from_be_bytes(bytes)))
    };
    (0..count).map(weight).collect()
}

/// The weighted sum.
pub fn sum_1(points: &[G1Affine], weights: &[Fr]) -> Result<G1Affine> {
    let sum = G1Projective::msm(points, weights);
    Ok(sum.map_err(|_| Error::Length("points"))?.into_affine())
}

/// The weighted sum.
pub fn sum_2(points: &[G2Affine], weights: &[Fr]) -> Result<G2Affine> {
    let sum = G2Projective::msm(points, weights);
    Ok(sum.map_err(|_| Error::Length("points"))?.into_affine())
}
