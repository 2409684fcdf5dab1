//! The strict decoders: one encoding per element, and only elements that may come from outside.
//!
//! Written once for both backends. A point is compressed: big-endian x, c1 before c0 in G2, with
//! three flags on top (compressed, infinity, larger y). An element of Gt is its twelve
//! coefficients, big-endian, in tower order c0.c0.c0, c0.c0.c1, c0.c1.c0, ... c1.c2.c1
//! (SPEC.md, Curve).

use subtle::{Choice, ConstantTimeEq};

use super::backend::Encoding;
use crate::error::{Error, Result};

/// Size of a coordinate in bytes.
const FIELD: usize = 48;
/// The field's modulus p, big-endian.
pub(super) const MODULUS: [u8; FIELD] = [
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
];

/// The point is compressed; the only form in use.
const COMPRESSED: u8 = 0x80;
/// The point is the identity.
const INFINITY: u8 = 0x40;
/// All three flags.
const FLAGS: u8 = 0xe0;

/// Decodes a point that is canonical, on the curve, in the subgroup and not the identity.
///
/// Constant time but for which check fails, as keys hold secret points too.
pub(super) fn decode_point<E: Encoding>(bytes: &E::Bytes) -> Result<E> {
    let slice = bytes.as_ref();
    let (first, rest) = slice.split_first().ok_or(Error::Truncated)?;
    if first & COMPRESSED == 0 {
        return Err(Error::NotCanonical("point without the compressed flag"));
    }
    if first & INFINITY != 0 {
        let bare = first ^ (COMPRESSED | INFINITY) | rest.iter().fold(0, |any, byte| any | byte);
        return Err(if bare == 0 {
            Error::IdentityPoint
        } else {
            Error::NotCanonical("identity point with other bits set")
        });
    }
    if !all_below_modulus(slice, FLAGS) {
        return Err(Error::NotCanonical("coordinate not below the modulus"));
    }
    let point = E::decompress(bytes).ok_or(Error::NotOnCurve)?;
    checked(point, bytes)
}

/// Decodes an element of Gt that is canonical, in the subgroup and not one.
pub(super) fn decode_target<E: Encoding>(bytes: &E::Bytes) -> Result<E> {
    if !all_below_modulus(bytes.as_ref(), 0) {
        return Err(Error::NotCanonical("coefficient not below the modulus"));
    }
    let element = E::decompress(bytes).ok_or(Error::NotOnCurve)?;
    checked(element, bytes)
}

/// The checks on a decoded element.
fn checked<E: Encoding>(element: E, bytes: &E::Bytes) -> Result<E> {
    // Whatever a backend's decoder lets pass by, an element has this one encoding.
    if element.compress() != *bytes {
        return Err(Error::NotCanonical("bytes differ from the element's own"));
    }
    if element.is_neutral() {
        return Err(Error::IdentityPoint);
    }
    if !element.in_subgroup() {
        return Err(Error::NotInSubgroup);
    }
    Ok(element)
}

/// Whether every coordinate is below p, the first one without its `flags`; constant time.
fn all_below_modulus(bytes: &[u8], flags: u8) -> bool {
    let mut all = Choice::from(1);
    for (position, coordinate) in bytes.chunks(FIELD).enumerate() {
        let mut borrow = 0u16;
        for (index, (byte, modulus)) in coordinate.iter().zip(MODULUS).enumerate().rev() {
            let first = position == 0 && index == 0;
            let byte = if first { byte & !flags } else { *byte };
            let difference = u16::from(byte)
                .wrapping_sub(u16::from(modulus))
                .wrapping_sub(borrow);
            borrow = difference >> 15;
        }
        all &= borrow.ct_eq(&1);
    }
    all.into()
}
