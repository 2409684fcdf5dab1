//! What a patient deals to a committee of relays once.

use alloc::vec::Vec;

use crate::asymmetric::SIGNATURE;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::pre::Cache;
use crate::pre::context::PatientId;
use crate::pre::header::{check_relays, read_relays, write_relays};
use crate::pre::issue::seal_share;
use crate::pre::party::{PartyKeys, RelayPublic};
use crate::pre::patient::PatientKey;
use crate::pre::profile::{self, PatientProfile};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::{Commitment, Polynomial};
use crate::symmetric::{hkdf, hkdf_extract};
use crate::tags::{self, Kind};
use crate::transcript::{Transcript, Xof};
use crate::wire::{Reader, Writer};

/// The longest sharing, in bytes.
pub(super) const SHARING_BYTES: usize = 16 * 1024;

/// A sharing among a committee of relays, for one epoch, that grants hang on: signed by its
/// patient, its signature checked.
///
/// Bytes of the object's body (SPEC.md, section 14.15): u16 length and body of the profile ||
/// sharing id (16) || u64 epoch || u8 threshold || u8 count || keys of the relays (64 each) ||
/// commitment (96 for each of the threshold) || the patient's signature (64).
#[derive(Clone)]
pub struct StandingSharing {
    pub(in crate::pre) patient: PatientProfile,
    pub(in crate::pre) id: [u8; 16],
    pub(in crate::pre) epoch: u64,
    pub(in crate::pre) threshold: u8,
    pub(in crate::pre) relays: Vec<PartyKeys>,
    commitment: Vec<u8>,
    digest: [u8; 32],
    signature: [u8; SIGNATURE],
}

/// One relay's share of a standing sharing, sealed to that relay.
///
/// Bytes of the object's body: digest of the sharing (32) || u8 index || sealed share (80).
#[derive(Clone)]
pub struct SharingShare {
    pub(super) sharing: [u8; 32],
    pub(super) index: u8,
    pub(super) sealed: [u8; 80],
}

/// What names a sharing: SHA-256 over a tag and all that a grant under it shows of it.
pub(in crate::pre) fn sharing_digest(
    patient: &PatientId,
    (id, epoch): (&[u8; 16], u64),
    (threshold, relays): (u8, &[PartyKeys]),
    commitment: &[u8],
) -> [u8; 32] {
    let committee = committee(threshold, relays);
    Transcript::new(tags::SHARING_DIGEST)
        .item(patient.as_bytes())
        .item(id)
        .item(&epoch.to_be_bytes())
        .item(committee.as_slice())
        .item(commitment)
        .finish()
}

fn committee(threshold: u8, relays: &[PartyKeys]) -> Writer {
    let mut writer = Writer::with_capacity(2 + 64 * relays.len());
    write_relays(&mut writer, threshold, relays);
    writer
}

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
        let mut sharing = StandingSharing {
            patient: self.profile().clone(),
            id,
            epoch,
            threshold,
            relays,
            commitment,
            digest,
            signature: [0; SIGNATURE],
        };
        let signed = sharing.signed()?;
        sharing.signature = self
            .signing()
            .sign(&[tags::SHARING_SIGNATURE, signed.as_slice()]);
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

impl StandingSharing {
    /// Reads a sharing and verifies the patient's signature. Whose profile it is, the reader knows
    /// or compares by fingerprint.
    ///
    /// # Errors
    /// The decoding errors, also of the commitment's points; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let sharing = file::decode(Kind::Sharing, bytes, Self::read)?;
        check_relays(&sharing.relays, sharing.threshold)?;
        let signed = sharing.signed()?;
        sharing.patient.signing_key().verify(
            &[tags::SHARING_SIGNATURE, signed.as_slice()],
            &sharing.signature,
        )?;
        sharing.commitment()?;
        Ok(sharing)
    }

    /// The file in binary.
    ///
    /// # Errors
    /// None that a sharing, whose parts are bounded, should give.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = self.signed()?;
        writer.array(&self.signature);
        Ok(file::finish(writer).into_vec())
    }

    /// Whose it is.
    #[must_use]
    pub fn patient(&self) -> &PatientProfile {
        &self.patient
    }

    /// A random number that names the sharing through all its epochs.
    #[must_use]
    pub fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// Which epoch of the sharing, from 1.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// How many relays must answer.
    #[must_use]
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// The fingerprints of the relays, the first of which has index 1.
    pub fn relays(&self) -> impl Iterator<Item = Fingerprint> {
        self.relays
            .iter()
            .map(|keys| keys.fingerprint(Kind::RelayPublic))
    }

    /// What names this epoch of the sharing: SHA-256 over a tag and what grants show of it.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// What the shares that were dealt commit to.
    pub(in crate::pre) fn commitment(&self) -> Result<Commitment> {
        Commitment::from_bytes(&self.commitment, self.threshold)
    }

    /// C_0 in bytes, which no refresh changes.
    pub(super) fn first(&self) -> &[u8] {
        self.commitment.get(..96).unwrap_or_default()
    }

    /// The keys of the relay with this index.
    pub(super) fn relay(&self, index: u8) -> Option<&PartyKeys> {
        self.relays.get(usize::from(index).checked_sub(1)?)
    }

    /// Everything before the signature, header included.
    fn signed(&self) -> Result<Writer> {
        let mut writer = file::begin(Kind::Sharing);
        writer
            .lp16(&self.patient.body())?
            .array(&self.id)
            .u64(self.epoch);
        write_relays(&mut writer, self.threshold, &self.relays);
        writer.bytes(&self.commitment);
        Ok(writer)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let patient = PatientProfile::from_body(reader.lp16(profile::BODY_BYTES)?)?;
        let id = reader.array()?;
        let epoch = reader.u64()?;
        if epoch == 0 {
            return Err(Error::Field("epoch of a sharing"));
        }
        let (threshold, relays) = read_relays(reader)?;
        let commitment = reader.bytes(96 * usize::from(threshold))?.to_vec();
        let digest = sharing_digest(
            patient.id(),
            (&id, epoch),
            (threshold, &relays),
            &commitment,
        );
        Ok(Self {
            patient,
            id,
            epoch,
            threshold,
            relays,
            commitment,
            digest,
            signature: reader.array()?,
        })
    }
}

impl SharingShare {
    /// Reads a share; it is still sealed.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::SharingShare, bytes, |reader| {
            Ok(Self {
                sharing: reader.array()?,
                index: reader.u8()?,
                sealed: reader.array()?,
            })
        })
    }

    /// The share file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::SharingShare);
        writer
            .array(&self.sharing)
            .u8(self.index)
            .array(&self.sealed);
        file::finish(writer).into_vec()
    }

    /// Which relay of the sharing it is for, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }
}

/// HPKE info of one relay's share.
pub(super) fn share_info(sharing: &[u8; 32], index: u8) -> Vec<u8> {
    [tags::SHARING_TO_RELAY, sharing, &[index]].concat()
}
