//! The points of a key as bytes: what keys and ceremonies have in common.

use ark_bls12_381::{Bls12_381, G1Affine, G2Affine, g1, g2};
use ark_ec::AffineRepr;
use ark_groth16::{ProvingKey, VerifyingKey};

use super::points::{self, Check, G1_BYTES, G2_BYTES};
use crate::error::{Error, Result};
use crate::wire::{Reader, Writer};
use crate::zk::PUBLIC_INPUTS;

/// More variables, or powers, than any circuit of this version has.
const MOST: usize = 1 << 15;
/// Points of the verifying key in G1 beside alpha.
const INPUTS: usize = PUBLIC_INPUTS + 1;

/// How long [`write`] makes them.
pub fn length(key: &ProvingKey<Bls12_381>) -> usize {
    let in_1 = 3 + INPUTS + 2 * key.a_query.len() + key.h_query.len() + key.l_query.len();
    8 + in_1 * G1_BYTES + (2 + key.b_g2_query.len()) * G2_BYTES
}

/// u32 variables || u32 powers || alpha, beta, delta in G1 || beta, delta in G2 || the points of
/// the public inputs || A, B in G1 || B in G2 || H || L; gamma is the generator.
pub fn write(writer: &mut Writer, key: &ProvingKey<Bls12_381>) -> Result<()> {
    writer
        .u32(key.a_query.len() as u32)
        .u32(key.h_query.len() as u32);
    points::write(writer, &[key.vk.alpha_g1, key.beta_g1, key.delta_g1])?;
    points::write(writer, &[key.vk.beta_g2, key.vk.delta_g2])?;
    points::write(writer, &key.vk.gamma_abc_g1)?;
    points::write(writer, &key.a_query)?;
    points::write(writer, &key.b_g1_query)?;
    points::write(writer, &key.b_g2_query)?;
    points::write(writer, &key.h_query)?;
    points::write(writer, &key.l_query)
}

/// Reads what [`write`] writes.
///
/// # Errors
/// [`Error::Length`], [`Error::Truncated`]; those of [`points::read`].
pub fn read(reader: &mut Reader<'_>, check: Check) -> Result<ProvingKey<Bls12_381>> {
    let (variables, powers) = (count(reader)?, count(reader)?);
    let private = variables.checked_sub(INPUTS);
    let private = private.ok_or(Error::Length("variables"))?;
    let read_1 = |reader: &mut Reader<'_>, count| points::read::<g1::Config>(reader, count, check);
    let read_2 = |reader: &mut Reader<'_>, count| points::read::<g2::Config>(reader, count, check);
    let [alpha_g1, beta_g1, delta_g1]: [G1Affine; 3] = exactly(read_1(reader, 3)?)?;
    let [beta_g2, delta_g2]: [G2Affine; 2] = exactly(read_2(reader, 2)?)?;
    Ok(ProvingKey {
        vk: VerifyingKey {
            alpha_g1,
            beta_g2,
            gamma_g2: G2Affine::generator(),
            delta_g2,
            gamma_abc_g1: read_1(reader, INPUTS)?,
        },
        beta_g1,
        delta_g1,
        a_query: read_1(reader, variables)?,
        b_g1_query: read_1(reader, variables)?,
        b_g2_query: read_2(reader, variables)?,
        h_query: read_1(reader, powers)?,
        l_query: read_1(reader, private)?,
    })
}

fn exactly<P, const N: usize>(points: Vec<P>) -> Result<[P; N]> {
    points.try_into().map_err(|_| Error::Truncated)
}

fn count(reader: &mut Reader<'_>) -> Result<usize> {
    match usize::try_from(reader.u32()?) {
        Ok(count) if count <= MOST => Ok(count),
        _ => Err(Error::Length("points of a key")),
    }
}
