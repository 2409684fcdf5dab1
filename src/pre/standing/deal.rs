//! Dealing a standing sharing, as its patient.

use alloc::vec::Vec;

use super::share::{SharingShare, share_info};
use super::sharing::{StandingSharing, committee, sharing_digest};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::pre::Cache;
use crate::pre::committee::check_relays;
use crate::pre::issue::seal_share;
use crate::pre::party::{PartyKeys, RelayPublic};
use crate::pre::patient::PatientKey;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::Polynomial;
use crate::symmetric::{hkdf, hkdf_extract};
use crate::tags;
use crate::transcript::{Transcript, Xof};

impl PatientKey {
    /// A new standing sharing among these relays, of whom `threshold` must answer, and a share
    /// for each relay in their order. Epoch 1.
    ///
    /// # Errors
    /// [`Error::Argument`] and [`Error::Duplicate`] for the relays, [`Error::Randomness`].
    pub fn new_sharing(
        &self,
        relays: &[RelayPublic],
        threshold: u8,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<(StandingSharing, Vec<SharingShare>)> {
        let mut id = [0; 16];
        rng.fill(&mut id)?;
        self.share_among((id, 1), relays, threshold, cache, rng)
    }

    /// The next epoch of a standing sharing, with the same committee or another. Its secret is
    /// another: grants are made again under it, and shares of the two do not fit together. The
    /// epoch before goes on until [`PatientKey::end_sharing`].
    ///
    /// # Errors
    /// [`Error::Sharing`] for another patient's sharing or after the last epoch; those of
    /// [`PatientKey::new_sharing`].
    pub fn next_sharing(
        &self,
        before: &StandingSharing,
        relays: &[RelayPublic],
        threshold: u8,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<(StandingSharing, Vec<SharingShare>)> {
        self.sharing_secret(before, cache)?;
        let epoch = before.epoch.checked_add(1);
        let epoch = epoch.ok_or(Error::Sharing("there is no later epoch"))?;
        self.share_among((before.id, epoch), relays, threshold, cache, rng)
    }

    fn share_among(
        &self,
        (id, epoch): ([u8; 16], u64),
        relays: &[RelayPublic],
        threshold: u8,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<(StandingSharing, Vec<SharingShare>)> {
        let relays: Vec<PartyKeys> = relays.iter().map(|it| it.keys().clone()).collect();
        check_relays(&relays, threshold)?;
        let mut stream = self.sharing_stream((&id, epoch), threshold, &relays);
        let x = stream.scalar()?;
        let polynomial = Polynomial::hiding(x.expose(), threshold, &mut stream)?;
        let commitment = polynomial
            .commit(|power| cache.second_power(power))
            .to_bytes();
        let digest = sharing_digest(
            self.profile().id(),
            (&id, epoch),
            (threshold, &relays),
            &commitment,
        );
        let mut coins = self.seal_coins(&digest, rng)?;
        let mut shares = Vec::with_capacity(relays.len());
        for (index, keys) in (1u8..).zip(&relays) {
            let info = share_info(&digest, index);
            shares.push(SharingShare {
                sharing: digest,
                index,
                sealed: seal_share(&polynomial, index, keys, &info, &mut coins)?,
            });
        }
        let sharing =
            StandingSharing::sign(self, (id, epoch), (threshold, relays), (commitment, digest))?;
        Ok((sharing, shares))
    }

    /// x of a sharing of this patient, derived again.
    ///
    /// # Errors
    /// [`Error::Sharing`] when it is not this patient's.
    pub(in crate::pre) fn sharing_secret(
        &self,
        sharing: &StandingSharing,
        cache: &mut Cache,
    ) -> Result<Secret<Scalar>> {
        let place = (&sharing.id, sharing.epoch);
        let mut stream = self.sharing_stream(place, sharing.threshold, &sharing.relays);
        let x = stream.scalar()?;
        let own = cache.second_power(x.expose()) == sharing.commitment()?.secret_in_g2();
        if sharing.patient.id() != self.profile().id() || !own {
            return Err(Error::Sharing("of another patient or key"));
        }
        Ok(x)
    }

    /// x and the other coefficients hang on the seed, sharing id, committee and epoch alone: so
    /// the patient keeps nothing.
    fn sharing_stream(
        &self,
        (id, epoch): (&[u8; 16], u64),
        threshold: u8,
        relays: &[PartyKeys],
    ) -> Xof {
        let salt = Transcript::new(tags::SHARING_SECRET)
            .item(id)
            .item(committee(threshold, relays).as_slice())
            .item(&epoch.to_be_bytes())
            .finish();
        let prk = hkdf_extract(&salt, self.sharings_secret().expose());
        Xof::new(prk, tags::SHARING_STREAM)
    }

    /// What shares are sealed with: fresh, and bound to the sharing.
    fn seal_coins(&self, digest: &[u8; 32], rng: &mut dyn Randomness) -> Result<Xof> {
        let fresh = rng.secret()?;
        let salt = Transcript::new(tags::SHARING_COINS)
            .item(digest)
            .item(fresh.expose())
            .finish();
        let prk = hkdf_extract(&salt, self.sharings_secret().expose());
        Ok(Xof::new(prk, tags::SHARING_COIN_STREAM))
    }

    fn sharings_secret(&self) -> Secret<[u8; 32]> {
        hkdf(&[], self.seed().expose(), &[tags::PATIENT_SHARINGS])
    }
}
