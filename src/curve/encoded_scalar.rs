//! Public integers as they travel.

use core::cmp::Ordering;

use super::{PublicScalar, Scalar};
use crate::error::{Error, Result};

/// The order q of the groups, big-endian.
const ORDER: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];

/// 32 bytes that are a public integer below q, which nobody has computed with yet.
///
/// Whoever only hands it on, like a device with a coupon, needs no arithmetic modulo q: that would
/// be 7 KiB of its flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodedScalar([u8; 32]);

impl EncodedScalar {
    /// Takes 32 bytes, big-endian.
    ///
    /// # Errors
    /// [`Error::ScalarRange`] if the integer is not below q.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self> {
        match bytes.cmp(&ORDER) {
            Ordering::Less => Ok(Self(*bytes)),
            _ => Err(Error::ScalarRange),
        }
    }

    /// The encoding of an integer.
    #[must_use]
    pub fn of(scalar: PublicScalar) -> Self {
        Self(scalar.to_bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The integer.
    ///
    /// # Errors
    /// None: it is in range.
    pub fn decode(&self) -> Result<PublicScalar> {
        Scalar::from_bytes(&self.0).map(|scalar| scalar.declassify())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_exactly_what_the_arithmetic_takes() {
        let one_more = |mut bytes: [u8; 32]| {
            for byte in bytes.iter_mut().rev() {
                *byte = byte.wrapping_add(1);
                if *byte != 0 {
                    break;
                }
            }
            bytes
        };
        let mut below = ORDER;
        below[31] = 0;
        let mut high = ORDER;
        high[0] += 1;
        for bytes in [
            [0; 32],
            one_more([0; 32]),
            below,
            ORDER,
            one_more(ORDER),
            high,
            [0xff; 32],
        ] {
            let encoded = EncodedScalar::from_bytes(&bytes);
            assert_eq!(encoded.is_ok(), Scalar::from_bytes(&bytes).is_ok());
            if let Ok(encoded) = encoded {
                assert_eq!(encoded.as_bytes(), &bytes);
                assert!(EncodedScalar::of(encoded.decode().unwrap()) == encoded);
            }
        }
    }
}
