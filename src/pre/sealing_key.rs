//! What capsules are sealed to: P of a patient's profile, alone.

use super::context::PatientId;
use crate::curve::G2;
use crate::error::Result;

/// P of a patient, 96 bytes: all of a profile that sealing needs, for devices that have room for
/// no more.
///
/// A profile shows that its maker has the secret of P, and whom it names beside; P alone shows
/// nothing. Take it from a profile whose fingerprint was compared, on the way that the device's
/// other settings take: whoever replaces it reads what is sealed.
#[derive(Clone)]
pub struct SealingKey {
    id: PatientId,
    point: G2,
}

impl SealingKey {
    /// Length of the encoding in bytes: P compressed.
    pub const BYTES: usize = 96;

    pub(super) fn new(id: PatientId, point: G2) -> Self {
        Self { id, point }
    }

    /// Decodes P.
    ///
    /// # Errors
    /// Those of a point: not canonical, not on the curve, outside the subgroup, or the identity.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self> {
        let point = G2::from_bytes(bytes)?;
        Ok(Self::new(PatientId::of(&point), point))
    }

    /// The 96 bytes of P.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        self.point.to_bytes()
    }

    /// Who the patient is: the digest of P.
    #[must_use]
    pub const fn id(&self) -> &PatientId {
        &self.id
    }

    pub(super) const fn point(&self) -> &G2 {
        &self.point
    }
}
