//! What a patient deals to a committee of relays once.

use alloc::vec::Vec;

use crate::asymmetric::SIGNATURE;
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::pre::committee::{check_relays, read_relays, write_relays};
use crate::pre::context::PatientId;
use crate::pre::party::PartyKeys;
use crate::pre::patient::PatientKey;
use crate::pre::profile::{self, PatientProfile};
use crate::share::Commitment;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// The longest sharing, in bytes.
pub(super) const SHARING_BYTES: usize = 24 * 1024;

/// A sharing among a committee of relays, for one epoch, that grants hang on: signed by its
/// patient, its signature checked.
///
/// ```
/// use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
/// use hippocrypt::pre::*;
/// # fn main() -> hippocrypt::Result<()> {
/// let (rng, cache, now) = (&mut getrandom::SysRng, &mut Cache::new(), 1_795_500_000);
/// let patient = PatientKey::generate(rng)?;
/// let relays = [RelayKey::generate("a", rng)?, RelayKey::generate("b", rng)?];
/// let publics = relays.each_ref().map(|relay| relay.public().clone());
///
/// // Once, and each relay keeps its share.
/// let (sharing, shares) = patient.new_sharing(&publics, 2, cache, rng)?;
/// let state = MemoryRelayState::started_at(now);
/// let held = HeldSharing::install(sharing.clone(), &shares[0], &relays[0], &state)?;
///
/// // For each grant the relays are not needed: it comes with the first request under it.
/// let study = RecipientKey::generate("study 12", rng)?;
/// let frame = LabelFrame::new(2000, Date::parse("2027-12-31")?)?;
/// let terms = GrantTerms {
///     recipient: GrantTo::Recipient(study.public()), through: Through::Standing(&sharing),
///     policy: &LabelPolicy::parse("conf=N", &frame)?, hide_policy: false, sequence: 1,
///     not_before: now, not_after: now + 86_400, conditions: Conditions::any(),
///     publisher: None, consent: None,
/// };
/// let (grant, _) = patient.grant(&terms, cache, rng)?;
/// let share = held.admit(grant, now, &state)?;
/// assert_eq!(share.index(), 1);
/// # Ok(()) }
/// ```
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

pub(super) fn committee(threshold: u8, relays: &[PartyKeys]) -> Writer {
    let mut writer = Writer::with_capacity(2 + 64 * relays.len());
    write_relays(&mut writer, threshold, relays);
    writer
}

impl StandingSharing {
    /// A sharing that its patient has just dealt.
    pub(super) fn sign(
        patient: &PatientKey,
        (id, epoch): ([u8; 16], u64),
        (threshold, relays): (u8, Vec<PartyKeys>),
        (commitment, digest): (Vec<u8>, [u8; 32]),
    ) -> Result<Self> {
        let mut sharing = Self {
            patient: patient.profile().clone(),
            id,
            epoch,
            threshold,
            relays,
            commitment,
            digest,
            signature: [0; SIGNATURE],
        };
        let signed = sharing.signed()?;
        sharing.signature = patient
            .signing()
            .sign(&[tags::SHARING_SIGNATURE, signed.as_slice()]);
        Ok(sharing)
    }

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
