//! A patient's later profile, for those who know an earlier one.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::backup::SeedBackup;
use super::context::PatientId;
use super::grant::{Unverified, Verified};
use super::patient::PatientKey;
use super::profile::{BODY_BYTES, PatientProfile};
use super::recovery::{Recovery, recovery_signing_key};
use super::split::seal_seed;
use crate::asymmetric::SIGNATURE;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::random::Randomness;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::Writer;

/// Who signed a succession. The recovery key outranks the device's key, whatever their numbers:
/// a thief of the device can rotate too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Rank {
    /// The key of the earlier profile. The later one keeps its recovery keys.
    Device = 1,
    /// The recovery key. The later profile names fresh ones.
    Recovery = 2,
}

/// A patient's later profile, signed for those who know an earlier one.
///
/// Bytes of the object's body (SPEC.md, section 14.12): u8 rank, 1 device or 2 recovery || id of
/// the earlier patient (32) || LP16 body of the later profile || signature (64).
#[derive(Clone)]
pub struct Succession<State> {
    rank: Rank,
    earlier: PatientId,
    later: PatientProfile,
    signature: [u8; SIGNATURE],
    state: PhantomData<State>,
}

/// What a rotation gives.
pub struct Rotation {
    /// The new key.
    pub key: PatientKey,
    /// For everybody who knows the old profile.
    pub succession: Succession<Verified>,
    /// The new seed for the trustees' recovery, where there are trustees still: they and whoever
    /// keeps it need not be asked. None if the recovery secret is in the new key.
    pub backup: Option<SeedBackup>,
}

impl PatientKey {
    /// A successor with a new seed, signed by the highest key at hand.
    ///
    /// By the device's key it keeps recovery keys and trustees. By the recovery key, which is here
    /// before the first split and after a recovery, it names fresh ones, whose secret is in the
    /// new key: there are no trustees until it is split. The later profile names
    /// no key for proofs of consent: that follows from the seed, so the new one has another.
    ///
    /// Records stay sealed to the old key until they are rewrapped, and grants under it end only
    /// when they are revoked: [`PublisherState::retire`](super::PublisherState::retire).
    ///
    /// # Errors
    /// [`Error::Randomness`]; [`Error::TooLarge`] when there is no next number.
    pub fn rotate(&self, rng: &mut dyn Randomness) -> Result<Rotation> {
        let mut said = self.profile().next()?;
        said.consent = None;
        let seed = rng.secret()?;
        if self.holds_recovery() {
            let recovery = rng.secret()?;
            said.recovery = Some(Recovery::of(&recovery)?);
            said.trustees = (0, 0);
            let key = Self::say(seed, Some(recovery), said, rng)?;
            let succession = Succession::sign(self, Rank::Recovery, key.profile().clone())?;
            return Ok(Rotation {
                key,
                succession,
                backup: None,
            });
        }
        let recovery = said.recovery.clone();
        let key = Self::say(seed, None, said, rng)?;
        let succession = Succession::sign(self, Rank::Device, key.profile().clone())?;
        let backup = recovery
            .map(|it| seal_seed(&key, &it.hpke, rng))
            .transpose()?
            .map(|sealed| SeedBackup::new(&succession, sealed));
        Ok(Rotation {
            key,
            succession,
            backup,
        })
    }
}

impl Succession<Unverified> {
    /// Reads a succession; the later profile is proved and signed by itself.
    ///
    /// # Errors
    /// The decoding errors; [`Error::Verify`] for the later profile.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::Succession, bytes, |reader| {
            let rank = match reader.u8()? {
                1 => Rank::Device,
                2 => Rank::Recovery,
                _ => return Err(Error::Field("rank of a succession")),
            };
            Ok(Self {
                rank,
                earlier: PatientId::from_bytes(reader.array()?),
                later: PatientProfile::from_body(reader.lp16(BODY_BYTES)?)?,
                signature: reader.array()?,
                state: PhantomData,
            })
        })
    }

    /// Checks that the later profile follows from the one that is known.
    ///
    /// Of the device's key it has to be of that very patient, later, and to keep the recovery
    /// keys. The recovery key speaks for every profile that names it, whatever the numbers, also
    /// for one that a thief has led to; it has to name fresh ones.
    ///
    /// # Errors
    /// [`Error::Verify`] for the signature; [`Error::Succession`] for what it may not say.
    pub fn verify(self, known: &PatientProfile) -> Result<Succession<Verified>> {
        let signed = self.signed();
        let message = [tags::SUCCESSION_SIGNATURE, signed.as_slice()];
        match self.rank {
            Rank::Device => {
                if self.earlier != *known.id() {
                    return Err(Error::Succession("of another patient"));
                }
                known.signing_key().verify(&message, &self.signature)?;
                if self.later.recovery() != known.recovery() {
                    return Err(Error::Succession("a device can't change recovery keys"));
                }
                if self.later.sequence() <= known.sequence() {
                    return Err(Error::Succession("not later than the known profile"));
                }
            }
            Rank::Recovery => {
                let no_key = Error::Succession("the known profile has no recovery key");
                let old = known.recovery().ok_or(no_key)?;
                old.signing_key().verify(&message, &self.signature)?;
                let fresh = self.later.recovery();
                if fresh.is_none_or(|it| it.signing == old.signing || it.hpke == old.hpke) {
                    return Err(Error::Succession("the recovery keys are not fresh"));
                }
            }
        }
        Ok(Succession {
            rank: self.rank,
            earlier: self.earlier,
            later: self.later,
            signature: self.signature,
            state: PhantomData,
        })
    }
}

impl Succession<Verified> {
    pub(super) fn sign(key: &PatientKey, rank: Rank, later: PatientProfile) -> Result<Self> {
        let mut succession = Self {
            rank,
            earlier: *key.profile().id(),
            later,
            signature: [0; SIGNATURE],
            state: PhantomData,
        };
        let signed = succession.signed();
        let message = [tags::SUCCESSION_SIGNATURE, signed.as_slice()];
        succession.signature = match rank {
            Rank::Device => key.signing().sign(&message),
            Rank::Recovery => {
                let secret = key.recovery_secret();
                recovery_signing_key(secret.ok_or(Error::Missing("the recovery secret"))?)
                    .sign(&message)
            }
        };
        Ok(succession)
    }

    /// Whether this one holds against another that follows from the same profile: by rank, then
    /// by number. Two of one rank and number hold against neither: somebody has both keys, and
    /// only the fingerprint, compared over another channel, says whose is whose.
    #[must_use]
    pub fn outranks(&self, other: &Self) -> bool {
        (self.rank, self.later.sequence()) > (other.rank, other.later.sequence())
    }

    /// The later profile.
    #[must_use]
    pub fn later(&self) -> &PatientProfile {
        &self.later
    }

    /// The same as somebody reads it who has yet to verify it.
    pub(super) fn unverified(&self) -> Succession<Unverified> {
        Succession {
            rank: self.rank,
            earlier: self.earlier,
            later: self.later.clone(),
            signature: self.signature,
            state: PhantomData,
        }
    }
}

impl<State> Succession<State> {
    /// Who signed it.
    #[must_use]
    pub fn rank(&self) -> Rank {
        self.rank
    }

    /// Which patient's it was made for.
    #[must_use]
    pub fn earlier(&self) -> &PatientId {
        &self.earlier
    }

    /// SHA-256 over a tag and the whole object.
    pub(super) fn digest(&self) -> [u8; 32] {
        Transcript::new(tags::SUCCESSION_DIGEST)
            .item(&self.to_bytes())
            .finish()
    }

    /// The later profile's number, which orders successions before they are verified.
    pub(super) fn sequence(&self) -> u64 {
        self.later.sequence()
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = self.signed();
        writer.array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// Everything before the signature, header included.
    fn signed(&self) -> Writer {
        let body = self.later.body();
        let mut writer = file::begin(Kind::Succession);
        writer.u8(self.rank as u8).array(self.earlier.as_bytes());
        // At most BODY_BYTES.
        writer.u16(body.len() as u16).bytes(&body);
        writer
    }
}
