//! Waiting before a recovery counts, and objecting to it.

use alloc::vec::Vec;

use super::grant::Verified;
use super::patient::PatientKey;
use super::profile::PatientProfile;
use super::succession::{Rank, Succession};
use crate::asymmetric::SIGNATURE;
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::tags::{self, Kind};

/// The most successions whose first sight is kept.
const SEEN: usize = 1024;
/// How much longer a recovery waits that was objected to.
const OBJECTED: u64 = 3;
/// The longest file of what was seen, in bytes.
pub const SEEN_BYTES: usize = 8 + 2 + SEEN * 40 + 32;

/// What the device says against a recovery: that it does not know of it.
///
/// Nobody who reads it can tell the patient with their device from a thief of it, so it gives time
/// and decides nothing. Bytes of the object's body (SPEC.md, section 14.12): digest of the
/// succession (32) || signature of the known profile's key (64).
#[derive(Clone)]
pub struct Objection {
    succession: [u8; 32],
    signature: [u8; SIGNATURE],
}

impl PatientKey {
    /// Objects to a recovery, which has to follow from this key's profile.
    ///
    /// # Errors
    /// [`Error::Argument`] for a succession by a device, which asks nobody to wait.
    pub fn object(&self, succession: &Succession<Verified>) -> Result<Objection> {
        if succession.rank() != Rank::Recovery {
            return Err(Error::Argument("a succession by the recovery key"));
        }
        let succession = succession.digest();
        Ok(Objection {
            succession,
            signature: self
                .signing()
                .sign(&[tags::SUCCESSION_OBJECTION, &succession]),
        })
    }
}

impl Objection {
    /// Reads an objection; whether it is one, [`Objection::is_to`] says.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::Objection, bytes, |reader| {
            Ok(Self {
                succession: reader.array()?,
                signature: reader.array()?,
            })
        })
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::Objection);
        writer.array(&self.succession).array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// Whether the device of the known profile objects to this succession.
    #[must_use]
    pub fn is_to(&self, succession: &Succession<Verified>, known: &PatientProfile) -> bool {
        let message: [&[u8]; 2] = [tags::SUCCESSION_OBJECTION, &self.succession];
        self.succession == succession.digest()
            && known
                .signing_key()
                .verify(&message, &self.signature)
                .is_ok()
    }
}

impl Succession<Verified> {
    /// From when on it counts for somebody who waits `wait` seconds before they follow the
    /// recovery key, from their own first sight of it; three times as long where the device has
    /// objected, however often. A succession by the device waits for nothing.
    ///
    /// The time is the reader's own: one inside would be the signer's claim. Somebody who has
    /// compared the [fingerprint](Succession::fingerprint) over another channel need not wait.
    #[must_use]
    pub fn counts_from(&self, first_seen: u64, wait: u64, objected: bool) -> u64 {
        match (self.rank(), objected) {
            (Rank::Device, _) => first_seen,
            (Rank::Recovery, false) => first_seen.saturating_add(wait),
            (Rank::Recovery, true) => first_seen.saturating_add(wait.saturating_mul(OBJECTED)),
        }
    }
}

impl<State> Succession<State> {
    /// The fingerprint of the whole succession: P alone does not tell two of one P apart, of which
    /// one may name a stranger's recovery keys.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(Kind::Succession, &self.digest())
    }
}

/// Which successions somebody has seen, and since when.
///
/// Where it is lost or set back, waiting begins anew. Bytes of the object's body (SPEC.md, section
/// 14.12): u16 count || digest of a succession (32), u64 first seen, each, strictly ascending.
#[derive(Default)]
pub struct SeenSuccessions(Vec<([u8; 32], u64)>);

impl SeenSuccessions {
    /// Reads what was seen.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::SeenSuccessions, bytes, |reader| {
            let count = usize::from(reader.u16()?);
            if count > SEEN {
                return Err(Error::Length("successions"));
            }
            let mut seen: Vec<([u8; 32], u64)> = Vec::with_capacity(count);
            for _ in 0..count {
                let digest = reader.array()?;
                if seen.last().is_some_and(|(before, _)| *before >= digest) {
                    return Err(Error::NotCanonical("order of successions"));
                }
                seen.push((digest, reader.u64()?));
            }
            Ok(Self(seen))
        })
    }

    /// The file in binary.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::SeenSuccessions);
        writer.u16(self.0.len() as u16); // at most SEEN
        for (digest, time) in &self.0 {
            writer.array(digest).u64(*time);
        }
        file::finish(writer).into_vec()
    }

    /// When a succession was first seen: now, if it was not. What is new is to be kept before
    /// anything is told.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 1,024.
    pub fn first_seen(&mut self, succession: &Succession<Verified>, now: u64) -> Result<u64> {
        let digest = succession.digest();
        match self.0.binary_search_by(|(it, _)| it.cmp(&digest)) {
            Ok(place) => Ok(self.0.get(place).map_or(now, |(_, time)| *time)),
            Err(_) if self.0.len() >= SEEN => Err(Error::TooLarge("1,024 successions")),
            Err(place) => {
                self.0.insert(place, (digest, now));
                Ok(now)
            }
        }
    }
}
