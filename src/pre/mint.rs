//! Encapsulation to a patient.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::capsule::{Capsule, Parts, label_digest};
use super::profile::PatientProfile;
use super::proof::Proof;
use super::{Cache, FO};
use crate::curve::G1;
use crate::error::{Error, Result};
use crate::kem::{Coins, Message};
use crate::policy::LabelSet;
use crate::random::Randomness;
use crate::secret::Secret;

/// A prepared capsule: everything of an encapsulation that does not depend on the record.
///
/// Whoever has it can read the record that will be sealed with it, so it is a secret until then.
/// It is for ONE record: its key opens every record that reuses its capsule, past all relays and
/// revocations. So sealing takes it by value, and it has no copy.
pub struct Coupon {
    capsule: Capsule,
    coins: Coins,
}

impl PatientProfile {
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
        Ok(Coupon { capsule, coins })
    }
}

impl Coupon {
    /// The labels it was made for.
    #[must_use]
    pub fn labels(&self) -> &LabelSet {
        self.capsule.labels()
    }

    /// Uses it up: the capsule for the record's header and the key for whatever `binding` (the
    /// digest of that header's fixed part) names. No curve operation.
    #[must_use]
    pub fn seal(self, binding: &[u8; 32]) -> (Capsule, Secret<[u8; 32]>) {
        let key = self.coins.into_key(&FO, self.capsule.digest(), binding);
        (self.capsule, key)
    }
}
