//! A trustee's share, from the patient to the trustee to the device that recovers.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::backup::SeedBackup;
use super::party::{PartyKeys, RecipientKey, RecipientPublic};
use super::patient::PatientKey;
use super::profile::PatientProfile;
use super::split::{SEALED, Split};
use crate::asymmetric::hpke;
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::{Share, recover};
use crate::tags::Kind;
use crate::wire::Reader;

/// In whose hands a share is: a type, so that what one trustee keeps is never taken for what was
/// released.
pub trait Stage: sealed::Sealed {}

/// A trustee keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {}

/// Its trustee has released it to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {}

impl Stage for Kept {}
impl Stage for Released {}

mod sealed {
    use crate::tags::{self, Kind};

    // Nobody outside can name or implement it.
    #[allow(private_interfaces)]
    pub trait Sealed {
        const KIND: Kind;
        const INFO: &'static [u8];
    }
    #[allow(private_interfaces)]
    impl Sealed for super::Kept {
        const KIND: Kind = Kind::TrusteeShare;
        const INFO: &'static [u8] = tags::RECOVERY_TO_TRUSTEE;
    }
    #[allow(private_interfaces)]
    impl Sealed for super::Released {
        const KIND: Kind = Kind::ReleasedShare;
        const INFO: &'static [u8] = tags::RECOVERY_TO_DEVICE;
    }
}

/// What a trustee keeps (kind 48).
pub type TrusteeShare = SealedShare<Kept>;
/// What a trustee sends to a device that recovers (kind 49).
pub type ReleasedShare = SealedShare<Released>;

/// One share of a patient's recovery secret, sealed to its holder, with all that recovering takes
/// beside the shares.
///
/// It is read with the recovery key's signature over what all shares of the split have alike. Bytes of
/// the object's body (SPEC.md, section 14.12): the split (LP16 profile, and 192 + 32 n bytes) ||
/// u8 index from 1 || holder's X25519 and Ed25519 keys (64) || share, sealed (80).
#[derive(Clone)]
pub struct SealedShare<S: Stage> {
    pub(super) split: Split,
    index: u8,
    holder: PartyKeys,
    pub(super) sealed: [u8; SEALED],
    stage: PhantomData<S>,
}

impl TrusteeShare {
    /// A drill: opens the share and holds it against the checksum that the patient signed. It
    /// shows nothing of the share, and nothing leaves.
    ///
    /// # Errors
    /// [`Error::NoStanza`] when it is another trustee's; [`Error::WrongShare`].
    pub fn check(&self, key: &RecipientKey) -> Result<()> {
        self.open(key).map(drop)
    }

    /// Seals the share again, to the keys of a device that the patient holds. The trustee has made
    /// sure, by voice or in person, that the patient asks and that the keys are the device's.
    ///
    /// # Errors
    /// Those of [`TrusteeShare::check`]; [`Error::Randomness`].
    pub fn release(
        &self,
        key: &RecipientKey,
        to: &RecipientPublic,
        rng: &mut dyn Randomness,
    ) -> Result<ReleasedShare> {
        ReleasedShare::seal(&self.split, &self.open(key)?, to.keys(), rng)
    }
}

impl<S: Stage> SealedShare<S> {
    pub(super) fn seal(
        split: &Split,
        share: &Share,
        holder: &PartyKeys,
        rng: &mut dyn Randomness,
    ) -> Result<Self> {
        let index = share.index();
        let value = Secret::new(share.value().expose().to_bytes());
        let sealed = hpke::seal(
            &holder.hpke,
            &Self::info(split, index),
            &[],
            value.expose(),
            rng,
        )?;
        Ok(Self {
            split: split.clone(),
            index,
            holder: holder.clone(),
            sealed: sealed.try_into().map_err(|_| Error::Length("share"))?,
            stage: PhantomData,
        })
    }

    /// The share, which is the one that was dealt.
    fn open(&self, key: &RecipientKey) -> Result<Share> {
        if self.holder != *key.public().keys() {
            return Err(Error::NoStanza);
        }
        let wrong = |_| Error::WrongShare(self.index);
        let info = Self::info(&self.split, self.index);
        let value = hpke::open(key.hpke(), &info, &[], &self.sealed).map_err(wrong)?;
        let mut reader = Reader::new(value.expose());
        let value = Secret::new(Scalar::from_bytes(reader.array_ref()?).map_err(wrong)?);
        reader.finish()?;
        let share = Share::new(self.index, value)?;
        self.split.check(&share)?;
        Ok(share)
    }

    /// The whole split and the place in it.
    fn info(split: &Split, index: u8) -> Vec<u8> {
        let (threshold, count) = split.trustees();
        [S::INFO, &split.digest(), &[index, threshold, count]].concat()
    }

    /// Whether it is of use to the patient with this profile: of a split of the recovery keys that
    /// the profile names, which nobody could make without their secret.
    ///
    /// # Errors
    /// [`Error::StaleShare`] when a later profile of this P names other recovery keys;
    /// [`Error::OtherShare`] for any other profile that does.
    pub fn is_current(&self, profile: &PatientProfile) -> Result<()> {
        let own = self.split.profile();
        match profile.recovery() == own.recovery() {
            true => Ok(()),
            false if profile.id() == own.id() && profile.sequence() > own.sequence() => {
                Err(Error::StaleShare(self.index))
            }
            false => Err(Error::OtherShare(self.index)),
        }
    }

    /// Reads a share and verifies the recovery key's signature; the share stays sealed.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(S::KIND, bytes, |reader| {
            let split = Split::read(reader)?;
            let index = reader.u8()?;
            if index == 0 || index > split.trustees().1 {
                return Err(Error::Field("index of a share"));
            }
            Ok(Self {
                split,
                index,
                holder: PartyKeys::read(reader)?,
                sealed: reader.array()?,
                stage: PhantomData,
            })
        })
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(S::KIND);
        self.split.write(&mut writer);
        writer.u8(self.index);
        self.holder.write(&mut writer);
        writer.array(&self.sealed);
        file::finish(writer).into_vec()
    }

    /// Whose recovery secret it is of: the profile as it was signed with the split.
    #[must_use]
    pub fn profile(&self) -> &PatientProfile {
        self.split.profile()
    }

    /// Which trustee's it is, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    /// How many of how many trustees are needed.
    #[must_use]
    pub fn trustees(&self) -> (u8, u8) {
        self.split.trustees()
    }

    /// SHA-256 over all that the shares of one split have alike: equal in all of them, and in no
    /// other split.
    #[must_use]
    pub fn backup_id(&self) -> [u8; 32] {
        self.split.digest()
    }

    /// The fingerprint of the keys that it is sealed to.
    #[must_use]
    pub fn holder(&self) -> Fingerprint {
        self.holder.fingerprint(Kind::RecipientPublic)
    }
}

impl PatientKey {
    /// The patient's key again, recovery secret included, from released shares of one split.
    ///
    /// Without backups it is the key as it was when it was split; each backup, of a rotation
    /// since, leads to the next. What the profile has said since, about carers above all,
    /// [`PatientKey::with_profile`] takes over. Whoever recovers because a device was lost rotates
    /// then.
    ///
    /// Parts of several splits are held against the latest of the patient whom most of them are
    /// of. Whoever knows the patient's profile asks [`SealedShare::is_current`] of each first: a
    /// trustee can send shares of a patient that they made up.
    ///
    /// # Errors
    /// [`Error::StaleShare`], [`Error::OtherShare`], [`Error::RepeatedShare`] and
    /// [`Error::WrongShare`] name the trustee; [`Error::TooFewShares`] says how many are needed;
    /// [`Error::NoStanza`] when shares were released to other keys; [`Error::Succession`] or
    /// [`Error::Verify`] for backups that do not follow from the split; [`Error::Open`].
    pub fn recover(
        parts: &[ReleasedShare],
        key: &RecipientKey,
        backups: &[SeedBackup],
    ) -> Result<Self> {
        let alike = |part: &ReleasedShare| {
            let same = |other: &&ReleasedShare| other.profile().id() == part.profile().id();
            (parts.iter().filter(same).count(), part.profile().sequence())
        };
        let mut newest = parts.first().ok_or(Error::TooFewShares(2))?;
        for part in parts {
            if alike(part) > alike(newest) {
                newest = part;
            }
        }
        let (threshold, _) = newest.trustees();
        let mut seen = Vec::with_capacity(parts.len());
        for part in parts {
            part.belongs_with(newest)?;
            if seen.contains(&part.index) {
                return Err(Error::RepeatedShare(part.index));
            }
            seen.push(part.index);
        }
        if parts.len() < usize::from(threshold) {
            return Err(Error::TooFewShares(threshold));
        }
        let shares = parts
            .iter()
            .map(|part| part.open(key))
            .collect::<Result<Vec<_>>>()?;
        let shares: Vec<&Share> = shares.iter().collect();
        let root = recover(threshold, &shares).map_err(|_| Error::Open)?;
        SeedBackup::follow(newest.split.open(root.expose())?, backups)
    }
}

impl ReleasedShare {
    fn belongs_with(&self, newest: &Self) -> Result<()> {
        if self.backup_id() == newest.backup_id() {
            return Ok(());
        }
        let (own, other) = (self.profile(), newest.profile());
        if own.id() == other.id() && own.sequence() < other.sequence() {
            Err(Error::StaleShare(self.index))
        } else {
            Err(Error::OtherShare(self.index))
        }
    }
}
