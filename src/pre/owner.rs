//! Opening by the patient: no relay, no grant.

use super::Cache;
use super::capsule::Capsule;
use super::check;
use super::patient::PatientKey;
use crate::curve::{Right, pairing_product};
use crate::error::{Error, Result};
use crate::secret::Secret;

impl PatientKey {
    /// The key inside `capsule`, as it was encapsulated for `binding`: one pairing,
    /// K = e(g1^alpha, U), and the check of the whole capsule. SPEC.md, section 14.4.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another patient's capsule, the decoding errors of its points,
    /// [`Error::BadCapsule`] when its maker is at fault, else [`Error::Open`].
    pub fn open(
        &self,
        capsule: &Capsule,
        binding: &[u8; 32],
        cache: &mut Cache,
    ) -> Result<Secret<[u8; 32]>> {
        if capsule.patient() != self.profile().id() {
            return Err(Error::NoStanza);
        }
        let points = capsule.decode_points()?;
        let own = self.owner_point();
        let shared = pairing_product(&[(*own.expose(), Right::Point(&points.first))]);
        let secret = self.weight_secret();
        check::open(capsule, &points, shared, &secret, binding, cache).map_err(|error| {
            check::capsule(capsule, &points, cache)
                .err()
                .unwrap_or(error)
        })
    }
}
