//! Proofs as they travel.

use crate::curve::{G1, G2};
use crate::error::{Error, Result};

/// A Groth16 proof: three points of the prime-order subgroups, none the identity.
///
/// 192 bytes: A (48) || B (96) || C (48), compressed. Anybody can turn a proof into another one of
/// the same statement, so its bytes name nothing.
#[derive(Clone, Copy)]
pub struct Proof {
    pub(super) a: G1,
    pub(super) b: G2,
    pub(super) c: G1,
}

impl Proof {
    /// Size of the encoding in bytes.
    pub const BYTES: usize = 2 * G1::BYTES + G2::BYTES;

    /// Decodes 192 bytes.
    ///
    /// # Errors
    /// [`Error::NotCanonical`], [`Error::NotOnCurve`], [`Error::NotInSubgroup`],
    /// [`Error::IdentityPoint`].
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self> {
        let short = Error::Truncated;
        let (a, rest) = bytes.split_first_chunk().ok_or(short.clone())?;
        let (b, rest) = rest.split_first_chunk().ok_or(short.clone())?;
        let (c, _) = rest.split_first_chunk().ok_or(short)?;
        Ok(Self {
            a: G1::from_bytes(a)?,
            b: G2::from_bytes(b)?,
            c: G1::from_bytes(c)?,
        })
    }

    /// The 192 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (a, rest) = bytes.split_at_mut(G1::BYTES);
        let (b, c) = rest.split_at_mut(G2::BYTES);
        a.copy_from_slice(&self.a.to_bytes());
        b.copy_from_slice(&self.b.to_bytes());
        c.copy_from_slice(&self.c.to_bytes());
        bytes
    }
}
