//! A patient's recovery key in the hands of trustees, of whom some are enough.

use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use super::grant::Verified;
use super::party::{PartyKeys, RecipientPublic};
use super::patient::PatientKey;
use super::profile::{BODY_BYTES, PatientProfile};
use super::recovery::{Recovery, recovery_hpke_key, recovery_signing_key};
use super::succession::{Rank, Succession};
use super::trustee::TrusteeShare;
use crate::asymmetric::{SIGNATURE, hpke};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::{Polynomial, Share, recover};
use crate::symmetric::{Aead, Suite, TAG, hkdf};
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// The most trustees of one patient.
pub const TRUSTEES: u8 = 32;
/// 32 bytes, sealed by HPKE.
pub(super) const SEALED: usize = 32 + hpke::OVERHEAD;
/// Each key seals one message.
const NONCE: [u8; 12] = [0; 12];

/// What all trustees of one split have alike, signed by the recovery key that was split: nobody
/// reads more in it than in the profile, and nobody else can make one that names these keys.
///
/// Bytes (SPEC.md, section 14.12): LP16 body of the profile || recovery secret, sealed (48) ||
/// seed, sealed to the recovery key (80) || checksum of each share (32) || signature (64).
#[derive(Clone)]
pub(super) struct Split {
    profile: PatientProfile,
    secret: [u8; 32 + TAG],
    seed: [u8; SEALED],
    checksums: Vec<[u8; 32]>,
    signature: [u8; SIGNATURE],
}

/// What splitting gives.
pub struct Splitting {
    /// The patient's key as it is from now on: without the recovery secret, its profile naming
    /// how many trustees there are. It replaces the key before, of which no copy should stay.
    pub key: PatientKey,
    /// One for each trustee, in their order.
    pub shares: Vec<TrusteeShare>,
    /// For those who know an earlier profile: its recovery key names the new one. None for a
    /// first split, and where the earlier recovery secret is not at hand.
    pub succession: Option<Succession<Verified>>,
}

impl PatientKey {
    /// Splits the recovery secret for the first time: any `threshold` of the trustees can give
    /// this key back, and rotate it. **Together they are the patient**; fewer learn nothing.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 2 <= `threshold` <= number of trustees <= 32, or when there are
    /// trustees already; [`Error::Duplicate`] for a trustee named twice; [`Error::Missing`]
    /// without a recovery secret; [`Error::Randomness`].
    pub fn split(
        &self,
        trustees: &[RecipientPublic],
        threshold: u8,
        rng: &mut dyn Randomness,
    ) -> Result<Splitting> {
        if self.profile().trustees().is_some() {
            return Err(Error::Argument("there are trustees already: split again"));
        }
        let secret = self.recovery_secret();
        let secret = copy(secret.ok_or(Error::Missing("the recovery secret"))?);
        self.share_out(&secret, trustees, threshold, rng)
    }

    /// Splits a fresh recovery secret, with fresh recovery keys: shares of earlier splits are
    /// worth nothing to whoever knows the new profile.
    ///
    /// Where the earlier recovery secret is at hand, as after a recovery, it signs for the fresh
    /// keys. Where it is not, those who know an earlier profile go on taking the earlier recovery
    /// key, and so the earlier trustees, for the highest: a device alone can't depose them, or a
    /// thief could.
    ///
    /// # Errors
    /// As [`PatientKey::split`], but for earlier trustees.
    pub fn split_again(
        &self,
        trustees: &[RecipientPublic],
        threshold: u8,
        rng: &mut dyn Randomness,
    ) -> Result<Splitting> {
        let secret = rng.secret()?;
        let mut done = self.share_out(&secret, trustees, threshold, rng)?;
        if self.recovery_secret().is_some() {
            let next = done.key.profile().clone();
            done.succession = Some(Succession::sign(self, Rank::Recovery, next)?);
        }
        Ok(done)
    }

    fn share_out(
        &self,
        secret: &Secret<[u8; 32]>,
        trustees: &[RecipientPublic],
        threshold: u8,
        rng: &mut dyn Randomness,
    ) -> Result<Splitting> {
        let count = counted(trustees, threshold)?;
        let mut said = self.profile().next()?;
        said.recovery = Some(Recovery::of(secret)?);
        said.trustees = (threshold, count);
        let key = Self::say(copy(self.seed()), None, said, rng)?;

        let profile = key.profile().digest();
        let root = Secret::new(Scalar::random(rng)?);
        let shares = Polynomial::hiding(root.expose(), threshold, rng)?.shares(count)?;
        let mut sealed = copy(secret);
        let tag = sealing_key(root.expose(), &profile).seal_in_place(
            &NONCE,
            &[],
            sealed.expose_mut().as_mut_slice(),
        )?;
        let mut split = Split {
            secret: joined(sealed.expose(), &tag),
            seed: seal_seed(&key, &recovery_hpke_key(secret)?.public_key(), rng)?,
            checksums: shares
                .iter()
                .map(|share| checksum(&profile, (threshold, count), share))
                .collect(),
            profile: key.profile().clone(),
            signature: [0; SIGNATURE],
        };
        // The secret leaves the key for these shares: they have to give it back.
        let dealt: Vec<&Share> = shares.iter().collect();
        split.open(recover(threshold, &dealt)?.expose())?;
        let digest = split.digest();
        // Anybody can name these recovery keys in a profile of their own; only who has the secret
        // signs with them.
        split.signature = recovery_signing_key(secret).sign(&[tags::RECOVERY_SIGNATURE, &digest]);
        let shares = shares
            .iter()
            .zip(trustees)
            .map(|(share, trustee)| TrusteeShare::seal(&split, share, trustee.keys(), rng))
            .collect::<Result<_>>()?;
        Ok(Splitting {
            key,
            shares,
            succession: None,
        })
    }
}

impl Split {
    pub(super) fn profile(&self) -> &PatientProfile {
        &self.profile
    }

    /// How many shares give the recovery secret back, and how many there are.
    pub(super) fn trustees(&self) -> (u8, u8) {
        // There are always some: see `read`.
        self.profile.trustees().unwrap_or_default()
    }

    /// What names the split.
    pub(super) fn digest(&self) -> [u8; 32] {
        Transcript::new(tags::RECOVERY_SPLIT)
            .item(&self.signed())
            .finish()
    }

    /// Whether a share is the one that was dealt.
    ///
    /// # Errors
    /// [`Error::WrongShare`].
    pub(super) fn check(&self, share: &Share) -> Result<()> {
        let index = share.index();
        let dealt = self.checksums.get(usize::from(index).wrapping_sub(1));
        let found = checksum(&self.profile.digest(), self.trustees(), share);
        match dealt {
            Some(dealt) if found.ct_eq(dealt).into() => Ok(()),
            _ => Err(Error::WrongShare(index)),
        }
    }

    /// The patient's key with the recovery secret, from what the shares hide.
    pub(super) fn open(&self, root: &Scalar) -> Result<PatientKey> {
        let (body, tag) = self.secret.split_last_chunk::<TAG>().ok_or(Error::Open)?;
        let mut secret = Secret::<[u8; 32]>::build(|out| out.copy_from_slice(body));
        sealing_key(root, &self.profile.digest())
            .open_in_place(&NONCE, &[], secret.expose_mut().as_mut_slice(), tag)
            .map_err(|_| Error::Open)?;
        open_seed(&self.seed, secret, self.profile.clone())
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.bytes(&self.signed()).array(&self.signature);
    }

    /// Reads it and verifies the recovery key's signature.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let profile = PatientProfile::from_body(reader.lp16(BODY_BYTES)?)?;
        let count = match profile.trustees() {
            Some((2.., count @ ..=TRUSTEES)) => count,
            _ => return Err(Error::Field("trustees")),
        };
        let (secret, seed) = (reader.array()?, reader.array()?);
        let mut checksums = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            checksums.push(reader.array()?);
        }
        let split = Self {
            profile,
            secret,
            seed,
            checksums,
            signature: reader.array()?,
        };
        let message: [&[u8]; 2] = [tags::RECOVERY_SIGNATURE, &split.digest()];
        let keys = split.profile.recovery();
        let keys = keys.ok_or(Error::Field("recovery keys"))?;
        keys.signing_key().verify(&message, &split.signature)?;
        Ok(split)
    }

    fn signed(&self) -> Vec<u8> {
        let body = self.profile.body();
        let mut writer = Writer::with_capacity(1024);
        // At most BODY_BYTES.
        writer.u16(body.len() as u16).bytes(&body);
        writer.array(&self.secret).array(&self.seed);
        for checksum in &self.checksums {
            writer.array(checksum);
        }
        writer.into_vec()
    }
}

/// Seals a key's seed to a recovery key.
pub(super) fn seal_seed(
    key: &PatientKey,
    to: &hpke::HpkePublicKey,
    rng: &mut dyn Randomness,
) -> Result<[u8; SEALED]> {
    let info = [tags::RECOVERY_SEED, &key.profile().digest()].concat();
    let sealed = hpke::seal(to, &info, &[], key.seed().expose(), rng)?;
    sealed.try_into().map_err(|_| Error::Length("sealed seed"))
}

/// Opens a seed with the recovery secret: the key that it gives is the profile's.
pub(super) fn open_seed(
    sealed: &[u8; SEALED],
    secret: Secret<[u8; 32]>,
    profile: PatientProfile,
) -> Result<PatientKey> {
    let info = [tags::RECOVERY_SEED, &profile.digest()].concat();
    let seed = hpke::open(&recovery_hpke_key(&secret)?, &info, &[], sealed)?;
    let seed: &[u8; 32] = seed
        .expose()
        .as_slice()
        .try_into()
        .map_err(|_| Error::Open)?;
    let seed = Secret::build(|out: &mut [u8; 32]| *out = *seed);
    PatientKey::assemble(seed, Some(secret), profile).map_err(|_| Error::Open)
}

/// A second copy of a secret, wiped as the first.
pub(super) fn copy(secret: &Secret<[u8; 32]>) -> Secret<[u8; 32]> {
    Secret::build(|out: &mut [u8; 32]| *out = *secret.expose())
}

/// The number of trustees, if all is as it has to be.
fn counted(trustees: &[RecipientPublic], threshold: u8) -> Result<u8> {
    let count = u8::try_from(trustees.len()).unwrap_or(u8::MAX);
    if threshold < 2 || threshold > count || count > TRUSTEES {
        return Err(Error::Argument(
            "threshold: from 2 to the number of trustees, of whom there are at most 32",
        ));
    }
    let keys: Vec<&PartyKeys> = trustees.iter().map(RecipientPublic::keys).collect();
    for (place, key) in keys.iter().enumerate() {
        let mut before = keys.iter().take(place);
        if before.any(|it| it.hpke == key.hpke || it.signing == key.signing) {
            return Err(Error::Duplicate("trustee"));
        }
    }
    Ok(count)
}

/// The key of the recovery secret, from what the shares hide.
fn sealing_key(root: &Scalar, profile: &[u8; 32]) -> Aead {
    let root = Secret::new(root.to_bytes());
    let info: [&[u8]; 2] = [tags::RECOVERY_SECRET, profile];
    Aead::new(Suite::ChaCha20Poly1305, &hkdf(&[], root.expose(), &info))
}

/// Shows whose share is wrong. A share has 255 bits that nobody knows, so its hash gives nothing
/// away.
fn checksum(profile: &[u8; 32], (threshold, count): (u8, u8), share: &Share) -> [u8; 32] {
    let value = Secret::new(share.value().expose().to_bytes());
    Transcript::new(tags::RECOVERY_CHECKSUM)
        .item(profile)
        .item(&[share.index(), threshold, count])
        .item(value.expose())
        .finish()
}

fn joined(sealed: &[u8; 32], tag: &[u8; TAG]) -> [u8; 32 + TAG] {
    let mut all = [0; 32 + TAG];
    let (body, code) = all.split_at_mut(32);
    body.copy_from_slice(sealed);
    code.copy_from_slice(tag);
    all
}
