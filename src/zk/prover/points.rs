//! Points of the proof system as bytes and as those of this library.
//!
//! Both encodings are those of SPEC.md, section 2.3, and their uncompressed forms.

use ark_bls12_381::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};

use crate::curve::{G1, G2};
use crate::error::{Error, Result};
use crate::wire::{Reader, Writer};

/// Bytes of an uncompressed point of G1.
pub const G1_BYTES: usize = 96;
/// Bytes of an uncompressed point of G2.
pub const G2_BYTES: usize = 192;

/// The same point of this library.
///
/// # Errors
/// [`Error::IdentityPoint`].
pub fn g1(point: &G1Affine) -> Result<G1> {
    G1::from_bytes(&compressed(point)?)
}

/// The same point of this library.
///
/// # Errors
/// [`Error::IdentityPoint`].
pub fn g2(point: &G2Affine) -> Result<G2> {
    G2::from_bytes(&compressed(point)?)
}

/// The same point of the proof system.
pub fn ark_g1(point: &G1) -> Result<G1Affine> {
    // A point of this library has been checked.
    G1Affine::deserialize_compressed_unchecked(&point.to_bytes()[..]).map_err(|_| Error::NotOnCurve)
}

/// The same point of the proof system.
pub fn ark_g2(point: &G2) -> Result<G2Affine> {
    G2Affine::deserialize_compressed_unchecked(&point.to_bytes()[..]).map_err(|_| Error::NotOnCurve)
}

/// The compressed encoding, which has exactly `N` bytes.
pub fn compressed<const N: usize>(point: &impl CanonicalSerialize) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    (point.serialize_compressed(&mut bytes[..])).map_err(|_| Error::Length("point"))?;
    Ok(bytes)
}

/// Writes points one after the other, uncompressed.
pub fn write<P: CanonicalSerialize>(writer: &mut Writer, points: &[P]) -> Result<()> {
    let mut bytes = Vec::new();
    for point in points {
        bytes.clear();
        (point.serialize_uncompressed(&mut bytes)).map_err(|_| Error::Length("point"))?;
        writer.bytes(&bytes);
    }
    Ok(())
}

/// What is looked at when points are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Nothing but the form: the digest of the bytes is that of points that were checked.
    Form,
    /// That they are on the curve and in the prime-order subgroup.
    Group,
}

/// Reads `count` uncompressed points, the identity among them.
///
/// # Errors
/// [`Error::Truncated`] before anything is allocated; [`Error::NotOnCurve`],
/// [`Error::NotInSubgroup`].
pub fn read<C: SWCurveConfig>(
    reader: &mut Reader<'_>,
    count: usize,
    check: Check,
) -> Result<Vec<Affine<C>>>
where
    Affine<C>: CanonicalDeserialize,
{
    let size = Affine::<C>::zero().uncompressed_size();
    let length = count.checked_mul(size).ok_or(Error::Truncated)?;
    let bytes = reader.bytes(length)?;
    let point = |bytes: &[u8]| {
        let point = Affine::<C>::deserialize_uncompressed_unchecked(bytes)
            .map_err(|_| Error::NotCanonical("point"))?;
        if check == Check::Group {
            if !point.is_on_curve() {
                return Err(Error::NotOnCurve);
            }
            if !point.is_in_correct_subgroup_assuming_on_curve() {
                return Err(Error::NotInSubgroup);
            }
        }
        Ok(point)
    };
    bytes.chunks_exact(size).map(point).collect()
}
