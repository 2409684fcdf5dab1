//! Encapsulation to a patient.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::capsule::{Capsule, Parts, label_digest};
use super::coupon::Coupon;
use super::profile::PatientProfile;
use super::proof::Proof;
use super::sealing_key::SealingKey;
use super::{Cache, FO};
use crate::curve::G1;
use crate::error::{Error, Result};
use crate::kem::Message;
use crate::policy::LabelSet;
use crate::random::Randomness;
use crate::secret::Secret;

impl PatientProfile {
    /// As [`SealingKey::mint`].
    ///
    /// # Errors
    /// Those of [`SealingKey::mint`].
    pub fn mint(
        &self,
        labels: &LabelSet,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<Coupon> {
        self.sealing_key().mint(labels, cache, rng)
    }
}

impl SealingKey {
    /// Prepares a capsule for a record with these labels, of which there is at least one.
    ///
    /// U = g2^s, T_x = H(x)^s, message masked under e(g1, P)^s, and a proof that s is known,
    /// where s follows from the message (SPEC.md, section 14.3).
    ///
    /// # Errors
    /// [`Error::Label`] without labels, [`Error::Randomness`].
    pub fn mint(
        &self,
        labels: &LabelSet,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<Coupon> {
        if labels.is_empty() {
            return Err(Error::Label("a capsule is made for one label or more"));
        }
        let message = Message::random(rng)?;
        let statement = label_digest(labels);
        let mut coins = message.coins(&FO, self.id().as_bytes(), &statement)?;
        let s = coins.scalars.scalar()?;

        let first = cache.second_power(s.expose()).to_bytes();
        let rows: Vec<G1> = labels
            .iter()
            .map(|label| cache.hash(label) * s.expose())
            .collect();
        let mut points = first.to_vec();
        points.extend_from_slice(G1::batch_to_bytes(&rows).as_flattened());
        let parts = Parts::of(labels, &points)?;

        let mut shared = cache.shared_power(self, s.expose());
        let shared_bytes = Secret::new(shared.to_bytes());
        shared.zeroize();
        let masked = message.mask(
            &FO,
            self.id().as_bytes(),
            &parts.header(),
            shared_bytes.expose(),
        );
        let digest = parts.digest(self.id(), &masked);
        let proof = Proof::new(&s, &digest, &first, |k| cache.second_power(k), rng)?;
        let capsule = Capsule::new(*self.id(), labels.clone(), points, masked, digest, proof);
        Ok(Coupon::new(capsule, coins.into_coin_key()))
    }
}
