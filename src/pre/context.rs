//! Which patient a capsule, a grant or a revocation is of.

use crate::curve::G2;
use crate::tags;
use crate::transcript::Transcript;

/// The suite of this scheme's first version: hashed with P, so that no later one shares a context.
const SUITE: u8 = 1;

/// Which patient: SHA-256 over a tag, the scheme's suite and P, 32 bytes. Visible in every record
/// sealed to the patient, so it links them; it is no name and says nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatientId([u8; 32]);

impl PatientId {
    pub(super) fn of(encryption: &G2) -> Self {
        let digest = Transcript::new(tags::KP_PATIENT)
            .item(&[SUITE])
            .item(&encryption.to_bytes())
            .finish();
        Self(digest)
    }

    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
